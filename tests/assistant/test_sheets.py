"""Which row of a statistics table each printed row is, with the ids of the index and without."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assistant.sheets import Sheet, sheet_of
from indexer.model import Place
from indexer.records import StoredFigure, StoredUnreadable

PLACE = Place("report.html")


def figures(*rows: tuple[str, ...], columns: tuple[str, ...] = ("统计数",)) -> list[StoredFigure]:
    cells = [(row, column) for row in rows for column in columns]
    return [
        StoredFigure(
            table=1, row=row, column=(column,), indicator=None, applicant=None, state="number",
            value=Decimal(seq), printed=str(seq), unit="件", place=PLACE, report="r", seq=seq,
        )
        for seq, (row, column) in enumerate(cells)
    ]  # fmt: skip


def ids(sheet: Sheet) -> list[str]:
    return list(sheet.rows)


@pytest.mark.parametrize(
    "rows",
    [
        [
            ("四、行政复议数量",), ("（二）被依法纠错数",),
            ("五、行政诉讼数量",), ("（二）被依法纠错数",),
        ],
        [
            ("四、行政复议数量",), ("四、行政复议数量", "（二）被依法纠错数"),
            ("五、行政诉讼数量",), ("五、行政诉讼数量", "（二）被依法纠错数"),
        ],
    ],
    ids=["flat", "nested"],
)  # fmt: skip
def test_rows_of_one_label_belong_to_the_total_above_them(rows):
    found = ids(sheet_of(figures(*rows), ()))
    assert found == [
        "stat.review",
        "stat.review.corrected",
        "stat.lawsuit",
        "stat.lawsuit.corrected",
    ]


def test_a_label_that_needs_its_total_stays_its_own_without_it():
    assert ids(sheet_of(figures(("部分公开",)), ())) == ["row:部分公开"]


def test_rows_without_numbers_stand_under_their_total():
    sheet = sheet_of(figures(("受理依申请公开信息总数",), ("信函申请数",), ("网上申请数",)), ())
    assert sheet.parts("stat.received") == ["stat.received.letter", "stat.received.online"]
    assert sheet.whole("stat.received.letter") == "stat.received"


def test_two_columns_are_two_cells_of_one_row():
    sheet = sheet_of(figures(("行政复议数",), columns=("本期", "累计")), ())
    assert ids(sheet) == ["stat.review"]
    assert {id_: str(cell.value) for id_, cell in sheet.cells.items()} == {
        "stat.review": "0",
        "stat.review.cumulative": "1",
    }


def test_a_cell_that_could_not_be_read_keeps_its_row():
    cell = StoredUnreadable(
        table=1, indicator=None, applicant=None, row=("行政复议数",), column=("累计",),
        printed="5", reason="no single cell stands here", place=PLACE, report="r",
    )  # fmt: skip
    sheet = sheet_of(figures(("行政复议数",), columns=("本期",)), [cell])
    assert list(sheet.unread) == ["stat.review.cumulative"]
    assert sheet.cumulative


def test_answers_stand_in_for_closed_applications_and_no_part_does():
    sheet = sheet_of(figures(("对申请的答复总数",)), ())
    assert sheet.resolved("stat.closed") == "stat.answered"
    assert sheet.resolved("stat.closed.extended") == "stat.closed.extended"


def test_rows_of_one_unknown_label_under_two_totals_are_told_apart():
    sheet = sheet_of(
        figures(("甲事项",), ("甲事项", "1.小计"), ("乙事项",), ("乙事项", "1.小计")), ()
    )
    assert ids(sheet) == ["row:甲事项", "row:小计", "row:乙事项", "row:乙事项/小计"]
