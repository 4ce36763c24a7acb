"""Reports in the folder that NIANBAO_REPORTS names yield the figures listed beside them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from assistant.answer import Assistant
from assistant.model import Request
from indexer.formats import load_format
from indexer.loaders import Loader, read_document
from indexer.model import Report
from indexer.pipeline import index_paths
from indexer.reading import read_report
from indexer.records import ReportRow
from indexer.store import Store

pytestmark = [
    pytest.mark.reports,
    pytest.mark.skipif("NIANBAO_REPORTS" not in os.environ, reason="NIANBAO_REPORTS is not set"),
]
FOLDER = Path(os.environ.get("NIANBAO_REPORTS", "."))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.create(tmp_path_factory.mktemp("real")) as store:
        with Loader() as loader:
            index_paths([FOLDER], store, loader=loader, on_progress=lambda _: None)
        yield store


def report_of(store: Store, organ: str, year: int) -> ReportRow:
    return next(row for row in store.reports() if (row.organ, row.year) == (organ, year))


def read(store: Store, organ: str, year: int) -> dict[tuple[str | None, str | None], str | None]:
    figures = store.figures(report_of(store, organ, year).id)
    return {(f.indicator, f.applicant): f.printed for f in figures}


def test_eight_reports_are_read_and_the_other_files_are_listed(store: Store) -> None:
    assert len(store.reports()) == 8
    reasons = {Path(item.file).name: item.reason for item in store.skipped()}
    assert reasons["blank-form-2021.docx"] == "empty_form"
    assert {name for name, reason in reasons.items() if reason == "not_a_report_kind"} == {
        "expected-hongze-2024.json",
        "expected-pingtan.json",
    }
    assert reasons["README.md"] == "not_a_report"


def matrix(expected: list[int]) -> dict[str, str]:
    applicants = load_format("2021").applicants
    return dict(zip(applicants, map(str, expected), strict=True))


def line(expected: list[int]) -> dict[str, str]:
    official = load_format("2021")
    ids = [f"{block}.{result}" for block in official.review_blocks for result in official.results]
    return dict(zip(ids, map(str, expected), strict=True))


def row_ids(count: int) -> list[str]:
    rows = load_format("2021").rows
    if count == 25:
        return [id_ for id_ in rows if id_ != "other"]
    return [id_ for id_ in rows if not id_.startswith("other.")]


def expected_reports() -> Iterator[tuple[str, int, dict[str, Any]]]:
    if "NIANBAO_REPORTS" not in os.environ:
        return
    pingtan = json.loads((FOLDER / "expected-pingtan.json").read_text(encoding="utf-8"))
    for year, expected in pingtan.items():
        yield expected["organ"], int(year), expected
    hongze = json.loads((FOLDER / "expected-hongze-2024.json").read_text(encoding="utf-8"))
    rows = [[label, *cells] for label, cells in hongze["table3"].items()]
    yield hongze["organ"], hongze["year"], {**hongze, "table3": rows}


@pytest.mark.parametrize(
    ("organ", "year", "expected"),
    [pytest.param(*case, id=f"report-{case[1]}") for case in expected_reports()],
)
def test_every_listed_cell_is_read(
    store: Store, organ: str, year: int, expected: dict[str, Any]
) -> None:
    cells = read(store, organ, year)
    if "stat_table" in expected:
        printed = {
            (f.row[-1], "累计" in f.column[-1]): f.printed
            for f in store.figures(report_of(store, organ, year).id)
        }
        for label, _, now, cumulative in expected["stat_table"]:
            if cumulative is not None:
                assert printed[(label, False)] == str(now)
                assert printed[(label, True)] == str(cumulative)
        assert ("2、政府公报公开", False) not in printed
        return
    rows = expected["table3"]
    for id_, (_, *numbers) in zip(row_ids(len(rows)), rows, strict=True):
        for applicant, printed in matrix(numbers).items():
            assert cells[(id_, applicant)] == printed
    for id_, printed in line(expected["table4"]).items():
        assert cells[(id_, None)] == printed


def test_the_seed_is_read_cell_by_cell(store: Store) -> None:
    cells = read(store, "淮北市人民政府", 2021)
    assert len(cells) == 200
    assert [
        cells[(row, "total")] for row in ("received", "carried_in", "concluded", "carried_out")
    ] == [
        "331",
        "2",
        "328",
        "5",
    ]
    assert [cells[(f"regulations.{c}", None)] for c in ("issued", "repealed", "in_force")] == [
        "0",
        "1",
        "2",
    ]
    numbers = [2, 1, 1, 1, 5, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0]
    assert {id_: cells[(id_, None)] for id_ in line(numbers)} == line(numbers)


def ask(store: Store, question: str) -> Any:
    return Assistant(store).ask(Request(question)).as_json()


@pytest.mark.parametrize(
    "question",
    [
        "淮北市2021年因保护第三方合法权益不予公开多少件",
        "How many requests were refused as third-party rights in Huaibei in 2021?",
    ],
)
def test_the_printed_cell_is_cited_with_its_checks(store: Store, question: str) -> None:
    reply = ask(store, question)
    assert (reply["status"], reply["value"], reply["unit"]) == ("answered", "4", "件")
    citation = reply["citations"][0]
    assert "保护第三方合法权益" in citation["row"][-1] and citation["column"] == ["总计"]
    assert citation["place"]["line"] == 169
    held = {check["rule"] for check in reply["checks"] if check["result"] == "holds"}
    assert held >= {"R1", "R2", "R3"}


def test_a_group_total_lists_its_parts(store: Store) -> None:
    reply = ask(store, "淮北2021年不予公开一共多少件")
    assert Decimal(reply["value"]) == 10
    assert "2+1+0+4+1+0+1+1 = 10" in [c["expression"] for c in reply["calculations"]]


def test_a_year_that_is_not_there_is_declined_with_what_is(store: Store) -> None:
    reply = ask(store, "淮北市2022年因保护第三方合法权益不予公开多少件")
    assert (reply["status"], reply["reason"]) == ("no_answer", "not_in_library")
    assert reply["value"] is None and "2021" in reply["text"]


def test_reading_alone_gives_the_same_report() -> None:
    file = FOLDER / "huaibei-2021.txt"
    report: Report = read_report(
        read_document(file.read_bytes(), file.name), file=file.name, digest="0"
    )
    assert report.organ.name == "淮北市人民政府"


@pytest.mark.parametrize(
    ("question", "quotes", "values"),
    [
        ("淮北市2021年年报存在的主要问题有哪几条", 3, []),
        ("淮北2021年在线访谈办了几期多少人看", 2, ["29", "33829"]),
        ("淮北2021年全年召开新闻发布会多少场", 1, ["159"]),
    ],
    ids=["three-points", "two-numbers", "one-number"],
)
def test_prose_is_quoted_to_the_character(store: Store, question, quotes, values) -> None:
    reply = Assistant(store).ask(Request(question))
    assert [str(figure.value) for figure in reply.figures] == values
    assert len(reply.citations) == quotes
    for citation in reply.citations:
        text = store.document_text(citation.report) or ""
        assert text[citation.place.start : citation.place.stop] == citation.quote


def test_a_part_that_is_not_listed_is_not_worked_out(store: Store) -> None:
    reply = Assistant(store).ask(Request("淮北2021年248篇政策解读里视频类有多少"))
    assert (reply.status, reply.reason, reply.value) == ("no_answer", "not_stated", None)
    assert "75" not in reply.text
