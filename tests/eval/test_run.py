"""A run sees a planted mistake, describes itself, and can be read, compared and shown."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.answer import Assistant
from eval.__main__ import main
from eval.cases import DATASETS, Case, load_dataset
from eval.compare import compare_runs
from eval.errors import BadRun
from eval.library import build_library, coverage_numbers
from eval.report import markdown, page
from eval.run import Run, ask_cases, describe_system, read_run, write_run
from eval.summary import failures
from indexer.store import Store

DEV = DATASETS / "dev.jsonl"
ID = "dev-value-001"


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("samples")
    build_library(data)
    return data


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return [case for case in load_dataset(DEV) if case.id in (ID, "dev-value-002")]


def asked(data: Path, cases: list[Case]) -> Run:
    with Store.open(data) as store:
        assistant = Assistant(store)
        numbers = coverage_numbers(store)
        rows = tuple(ask_cases(cases, lambda request: assistant.ask(request).as_json(), numbers))
        return Run(describe_system("test", store.version(), [DEV]), rows)


@pytest.fixture(scope="module")
def sound(samples: Path, cases: list[Case]) -> Run:
    return asked(samples, cases)


@pytest.fixture
def planted(samples: Path, cases: list[Case], tmp_path: Path) -> Iterator[Run]:
    """A run over a copy of the index in which one digit of one figure is changed: 268 to 269."""
    copy = tmp_path / "copy"
    shutil.copytree(samples, copy)
    with sqlite3.connect(copy / "index.sqlite") as database:
        changed = database.execute(
            "UPDATE figure SET amount = 269 WHERE amount = 268 AND year = 2023 AND indicator_id ="
            " (SELECT id FROM indicator WHERE text = 'received')"
        )
        assert changed.rowcount == 1
    database.close()
    yield asked(copy, cases)


def test_a_sound_index_answers_right(sound: Run):
    assert [row["scores"]["right"] for row in sound.rows] == [True, True]


def test_one_changed_digit_is_seen(planted: Run):
    (row,) = failures(planted.rows)
    assert row["id"] == ID
    assert row["scores"]["wrong_as_answered"]
    assert not row["scores"]["figure_right"]


def test_a_comparison_names_the_case_that_turned(sound: Run, planted: Run):
    lines = list(compare_runs(sound, planted))
    assert "## Now wrong (1)" in lines
    assert any(line.startswith(f"- {ID}: ") for line in lines)
    assert next(line for line in lines if line.startswith("| right")).startswith("| right | -50.0%")


def test_a_run_describes_itself_and_is_read_back(sound: Run, tmp_path: Path):
    path = tmp_path / "runs" / "test.jsonl"
    write_run(path, sound.system, sound.rows)
    assert read_run(path) == sound
    assert set(sound.system) >= {"commit", "index", "datasets", "prompts", "seed", "date"}


@pytest.mark.parametrize("text", ["", "{}\n", "no json\n", '{"run": "x"}\n{}\n'])
def test_another_file_is_no_run(text: str, tmp_path: Path):
    path = tmp_path / "run.jsonl"
    path.write_text(text)
    with pytest.raises(BadRun):
        read_run(path)


class _Page(HTMLParser):
    """Collects what a page loads from elsewhere, and its plots."""

    def __init__(self) -> None:
        super().__init__()
        self.outside: list[str] = []
        self.plots = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.outside += [name for name, _ in attrs if name in ("src", "href")]
        self.plots += tag == "svg"


def test_reports_show_the_failure_and_need_nothing_beside_them(planted: Run):
    assert f"**{ID}**" in markdown(planted)
    html = page(planted)
    reader = _Page()
    reader.feed(html)
    assert not reader.outside
    assert reader.plots == 2
    assert ID in html


def test_the_commands_run_over_an_index_and_report(samples: Path, tmp_path: Path):
    lines = DEV.read_text(encoding="utf-8").splitlines()[:2]
    dataset = tmp_path / "dev.jsonl"
    dataset.write_text("\n".join(lines) + "\n", encoding="utf-8")
    options = ["--name", "x", "--dataset", str(dataset), "--data", str(samples)]
    ran = CliRunner().invoke(main, ["run", *options, "--output", str(tmp_path)])
    assert ran.exit_code == 0, ran.output
    assert "wrong_as_answered" in ran.output
    file = tmp_path / "x.jsonl"
    assert len(file.read_text(encoding="utf-8").splitlines()) == 3
    assert json.loads(file.read_text(encoding="utf-8").splitlines()[0])["run"] == "x"
    assert CliRunner().invoke(main, ["report", str(file)]).exit_code == 0
    assert (tmp_path / "x.html").is_file()
    assert CliRunner().invoke(main, ["compare", str(file), str(file)]).exit_code == 0
