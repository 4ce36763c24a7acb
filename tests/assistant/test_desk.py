"""Comparisons: which cell stands where, what is compared, and the files."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date

import openpyxl
import pytest
from starlette.testclient import TestClient

from assistant.api import create_app
from assistant.desk import Wanted, figure_of, find_organs, findings, pivot
from assistant.errors import BadQuestion
from assistant.exports import (
    Sheet,
    coverage_sheet,
    findings_sheet,
    pivot_sheets,
    report_book,
    write_book,
    write_csv,
)
from assistant.redraw import draw_table
from indexer.store import Store
from tests.assistant.canned import CannedAssistant

CITY = "示例市人民政府"


def states(store: Store, wanted: Wanted, label: str) -> dict[int, str]:
    row = next(row for row in pivot(store, wanted).rows if row.label == label)
    return {cell.year: cell.printed or cell.state for cell in row.cells}


def test_publishers_by_years(store: Store):
    found = states(store, Wanted(years=(2020, 2021, 2023)), CITY)
    assert found == {2020: "187", 2021: "not_held", 2023: "268"}


def test_applicants_of_one_publisher_add_up_to_the_total(store: Store):
    found = pivot(store, Wanted("applicants", (CITY,), (2023,)))
    values = [row.cells[0].figure.value for row in found.rows if row.cells[0].figure]
    assert len(values) == 7 and sum(map(int, values[:-1])) == int(values[-1]) == 268


def test_years_apart_are_not_compared(store: Store):
    row = pivot(store, Wanted("organs", (CITY,), (2020, 2023, 2024))).rows[0]
    assert [cell.difference for cell in row.cells] == [None, None, "+23"]
    assert row.cells[2].change == "291-268 = 23"


def test_what_changed_in_meaning_is_marked_and_not_compared(store: Store):
    wanted = Wanted("organs", ("示例市清溪区人民政府", CITY), indicator="permit.decisions")
    for row in pivot(store, wanted).rows:
        for before, cell in zip(row.cells, row.cells[1:], strict=False):
            formats = {one.report.format for one in (before, cell) if one.report}
            if cell.broken:
                assert formats == {"2019", "2021"} and cell.difference is None


def test_a_report_of_statistics_has_rows_of_its_own_only(store: Store):
    found = pivot(store, Wanted(indicator="received"))
    assert all(
        cell.year >= 2019 or cell.state in ("absent", "not_held")
        for row in found.rows
        for cell in row.cells
    )


def test_findings_of_an_area(store: Store):
    found = findings(store, "示例市").lines
    assert {one["organ"] for one in found} == {CITY, "示例市教育局", "示例市清溪区人民政府"}
    assert {one["year"] for one in findings(store, "示例市", 2023).lines} == {2023}


def test_the_national_form_is_rebuilt_with_its_merges(store: Store):
    row = next(row for row in store.reports() if (row.organ, row.year) == (CITY, 2023))
    book = openpyxl.load_workbook(io.BytesIO(report_book(store, row, "zh")))
    form = book.worksheets[1]
    drawn = draw_table(row.format, 3, store.figures(row.id), store.unreadable(row.id))
    assert drawn is not None
    wide = sum(cell.rowspan > 1 or cell.colspan > 1 for line in drawn.rows for cell in line)
    assert len(form.merged_cells.ranges) == wide
    assert {"A1:C3", "D1:J1", "E2:I2"} <= {str(one) for one in form.merged_cells.ranges}
    values = [cell.value for line in form.iter_rows(min_row=4, min_col=4) for cell in line]
    assert values == [int(cell.text) for line in drawn.rows[3:] for cell in line if not cell.header]
    assert book.sheetnames[3:] == ["明细", "出处", "检查结果"]
    assert book["明细"].max_row == row.figures + 1
    assert "不是人工智能生成" in str([one.value for one in book["出处"]["B"]])


def test_no_text_is_run_by_a_spreadsheet():
    sheet = Sheet("=1+1", ["=a"], [["=1+1"], ["@x"], [-18], ["00012"]])
    (page,) = openpyxl.load_workbook(io.BytesIO(write_book([sheet]))).worksheets
    assert [page.cell(y, 1).data_type for y in range(1, 6)] == ["s", "s", "s", "n", "s"]
    text = write_csv(sheet)
    assert text.startswith("\ufeff")
    rows = [row[0] for row in csv.reader(io.StringIO(text.removeprefix("\ufeff")))]
    assert rows == ["'=a", "'=1+1", "'@x", "-18", "00012"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_view_becomes_a_sheet(store: Store, language):
    sheets = [
        *pivot_sheets(pivot(store, Wanted(language=language)), True, language),
        findings_sheet(findings(store, language=language).lines, language),
        coverage_sheet(store.coverage(), language),
    ]
    book = openpyxl.load_workbook(io.BytesIO(write_book(sheets)))
    assert len(book.worksheets) == 5
    for sheet, page in zip(sheets, book.worksheets, strict=True):
        assert page.max_row == len(sheet.rows) + 1
        assert all(len(row) == len(sheet.head) for row in sheet.rows)


@pytest.mark.parametrize(
    ("name", "organs"),
    [
        ("示例市", (CITY,)),
        ("示例市教育局", ("示例市教育局",)),
        ("不存在的示例机关", ()),
        ("示例市人民政府和别的", ()),
        ("", ()),
    ],
    ids=["place", "own", "nobody", "more", "empty"],
)
def test_a_publisher_is_found_by_its_name_and_never_guessed(store: Store, name, organs):
    assert find_organs(store, name) == organs


def test_one_figure_or_why_there_is_none(store: Store):
    assert figure_of(store, CITY, 2023, "received").printed == "268"
    assert figure_of(store, CITY, 2011, "received").state == "not_held"
    assert figure_of(store, CITY, 2023, "no.such").state == "absent"


def test_dates_stay_texts():
    sheet = Sheet("x", ["a"], [[date(2024, 1, 13).isoformat()]])
    (page,) = openpyxl.load_workbook(io.BytesIO(write_book([sheet]))).worksheets
    assert page["A2"].value == "2024-01-13"


def test_too_wide_a_view_is_refused_in_words(store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("assistant.desk.MOST_REPORTS", 2)
    with pytest.raises(BadQuestion, match="请选定机关或年度"):
        pivot(store, Wanted())
    with pytest.raises(BadQuestion):
        findings(store)
    assert pivot(store, Wanted(organs=(CITY,), years=(2023,))).rows


def test_an_applicant_may_be_named_by_its_label_and_an_unknown_one_is_refused(store):
    client = TestClient(create_app(CannedAssistant(store), store))
    asked = {"organ": CITY, "year": 2023}
    by_label, by_id = (
        client.get("/v1/desk/pivot", params={**asked, "applicant": name}).json()
        for name in ("商业企业", "legal.business")
    )
    assert by_label == by_id and by_id["rows"][0]["cells"][0]["state"] == "number"
    refused = client.get("/v1/desk/pivot", params={**asked, "applicant": "外星人"})
    assert refused.status_code == 422 and "外星人" in refused.json()["detail"]


def test_a_wide_view_comes_in_pages_that_hold_everything_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("assistant.desk.MOST_REPORTS", 2)
    monkeypatch.setattr("assistant.desk.PIVOT_PAGE", 3)
    monkeypatch.setattr("assistant.desk.FINDINGS_PAGE", 3)
    wanted = Wanted(years=(2022, 2023))
    first = pivot(store, replace(wanted, page=1))
    pages = [pivot(store, replace(wanted, page=n)) for n in range(1, first.pages + 1)]
    organs = [row.organ for one in pages for row in one.rows]
    assert first.pages > 2 and len(organs) == len({*organs}) == len(store.coverage())
    assert pivot(store, replace(wanted, page=99)).page == first.pages
    found = findings(store, page=1)
    told = [findings(store, page=n) for n in range(1, found.pages + 1)]
    assert {line["report"] for one in told for line in one.lines} == {
        row.id for row in store.reports() if store.findings(row.id)
    }
    assert found.reports == len(store.reports()) and found.pages == -(-found.reports // 3)


def test_a_part_of_the_name_narrows_a_view(store: Store):
    found = pivot(store, Wanted(area="清溪", page=1))
    assert [row.organ for row in found.rows] == ["示例市清溪区人民政府"]
    assert (found.page, found.pages, found.reports) == (1, 1, 1)


def test_failing_rules_alone(store: Store):
    every = findings(store).lines
    failing = findings(store, failing=True).lines
    assert failing == [one for one in every if one["result"] == "fails"] and failing
