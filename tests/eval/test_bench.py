"""The large library is a sound index, and its questions are answered; nothing is timed here."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from subprocess import CalledProcessError

import pytest

from assistant.answer import Assistant
from assistant.model import Request
from eval.bench import Measurement, measure_bytes, run_measured
from eval.synthetic import (
    YEARS,
    build_synthetic,
    count_figures,
    questions,
    redrawn_reports,
    synthetic_organs,
)
from indexer.loaders import Loader
from indexer.pipeline import check_file
from indexer.store import Store

TODAY = date(2025, 6, 1)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("large")
    assert len(build_synthetic(data, 20)) == 4
    return data


def test_the_large_library_holds_what_it_should(large: Path):
    assert count_figures(large) == (21, 21 * 200)
    with Store.open(large) as store:
        assert len(store.coverage()) == 5
        report = next(one for one in store.reports() if one.id != store.reports()[0].id)
        assert len(store.figures(report.id)) == 200


def test_there_are_organs_for_twenty_thousand_reports():
    assert len(set(synthetic_organs(20_000 // len(YEARS)))) == 4_000
    with pytest.raises(ValueError, match="at most"):
        synthetic_organs(10_000)


def test_every_sum_of_a_synthetic_report_holds(large: Path):
    with Store.open(large) as store:
        for report in store.reports():
            cells = {(f.indicator, f.applicant): f.value for f in store.figures(report.id)}
            received, carried_in, concluded, carried_out = (
                cells[name, "total"] or 0
                for name in ("received", "carried_in", "concluded", "carried_out")
            )
            assert received + carried_in == concluded + carried_out


def test_the_questions_differ_and_are_answered(large: Path):
    asked = list(questions(synthetic_organs(4), YEARS[1:], 60))
    assert len(set(asked)) == 60
    with Store.open(large) as store:
        assistant = Assistant(store)
        replies = [assistant.ask(Request(question, today=TODAY)) for question in asked]
    assert {reply.status for reply in replies} == {"answered"}


def test_redrawn_reports_are_read(tmp_path: Path):
    files = redrawn_reports(tmp_path / "reports", 2)
    with Loader() as loader:
        read = [check_file(file, loader=loader) for file in files]
    assert [report.organ.name for report in read] == synthetic_organs(2)
    assert all(len(report.figures) == 200 for report in read)


def test_a_command_is_measured_and_its_failure_raised():
    seconds, peak = run_measured([sys.executable, "-c", "pass"])
    assert seconds > 0
    assert peak > 1_000_000
    with pytest.raises(CalledProcessError):
        run_measured([sys.executable, "-c", "raise SystemExit(3)"])


def test_the_memory_of_the_measuring_process_is_not_counted():
    held = bytearray(b"x") * 200_000_000
    _, peak = run_measured([sys.executable, "-c", "pass"])
    assert peak < len(held) / 2


def test_a_measurement_gives_the_ratio_first(large: Path):
    assert str(Measurement("x", 1234.5, "ms", 2.0, "y")) == "| x | 2.00 × y | 1,234 ms |"
    assert [one.unit for one in measure_bytes(large)] == ["MB", "bytes", "bytes"]
