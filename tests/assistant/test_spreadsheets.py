"""What a spreadsheet would do to a text is kept from it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest

from assistant.spreadsheets import Value, save_workbook


def book_of(table: list[Sequence[Value]], **options: Any) -> Any:
    file = io.BytesIO()
    save_workbook("示例", table, file, **options)
    file.seek(0)
    return openpyxl.load_workbook(file)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("12", 12),
        ("-18", -18),
        ("0.5", 0.5),
        ("007", "007"),
        ("-01", "-01"),
        ("1234567890123456", "1234567890123456"),
        ("=1+1", "=1+1"),
        ("a\x07b", "ab"),
        ("", None),
        (None, None),
    ],
    ids=["number", "negative", "fraction", "zeros", "minus-zero", "long", "formula", "bell",
         "empty", "none"],
)  # fmt: skip
def test_a_value_is_a_number_where_nothing_is_lost(text: str | None, kept: object):
    (sheet,) = book_of([["id", "value"], [text, text]]).worksheets
    assert sheet["B2"].value == kept
    told = text and text.replace("\x07", "")
    assert sheet["A2"].value == (told or None)
    assert not told or sheet["A2"].data_type == "s"


def test_a_text_that_is_too_long_says_that_it_was_cut():
    (sheet,) = book_of([["question"], ["长" * 32_767], ["长" * 32_768]]).worksheets
    whole, cut = sheet["A2"].value, sheet["A3"].value
    assert whole == "长" * 32_767
    assert len(cut) == 32_767 and cut.endswith("已截断 cut）")


@pytest.mark.parametrize(("rows", "sheets"), [(0, 1), (2, 1), (3, 2), (5, 3)])
def test_a_sheet_that_is_full_is_followed_by_another(rows: int, sheets: int):
    book = book_of([["id"], *([str(number)] for number in range(rows))], most=3)
    assert book.sheetnames == ["示例", "示例 2", "示例 3"][:sheets]
    held = [[cell.value for cell in sheet["A"]] for sheet in book.worksheets]
    assert all(column[0] == "id" for column in held)
    assert [one for column in held for one in column[1:]] == [str(n) for n in range(rows)]
