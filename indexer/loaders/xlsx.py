"""Read xlsx: every visible sheet as grids, with its titles and prose as paragraphs.

Owns the choice of what stands outside the table, merged ranges, and how a stored number prints.

Leaves to others: formulas (their stored results are read), charts and comments.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from indexer.loaders.draft import MAX_AREA, MAX_CELLS, Draft, DrawnCell, split_breaks, tidy_lines
from indexer.loaders.messages import unreadable
from indexer.loaders.packages import Package
from indexer.loaders.provenance import report_title
from indexer.model import Document

_MERGE = re.compile(
    rb'<(?:\w+:)?mergeCell\s[^>]{0,200}?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"'
)
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_SECTION = re.compile(r"[一二三四五六]、")
_ROW_LABEL = re.compile(r"[一二三四]、(?:本年新收|上年结转|本年度办理结果|结转下年度)")
#: Text of more characters than this is a sentence if it ends like one, or prose in any case.
_SENTENCE, _LONG = 15, 120


#: What openpyxl raises over XML that is broken, or lacks what it needs.
_BROKEN = (SyntaxError, KeyError, ValueError, TypeError)


def read_xlsx(data: bytes, name: str, *, kind: str = "xlsx") -> Document:
    """Read a workbook; blank cells inside a table are cells with an empty text.

    Raises:
        UnreadableFile: `damaged`, `encrypted`, `too_large` or `empty`.
    """
    _check(Package(data))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        except (InvalidFileException, zipfile.BadZipFile, *_BROKEN) as error:
            raise unreadable("damaged") from error
    draft = Draft(name)
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            _read_sheet(draft, sheet)
    return draft.document(kind, {"title": report_title(book.properties.title or "")})


def _check(package: Package) -> None:
    """Refuse what openpyxl would unfold without limits."""
    package.check_parts()
    for name in package.names:
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            content = package.read(name)
            if sum(1 for _ in _CELL.finditer(content)) > MAX_CELLS:
                raise unreadable("too_large")
            if sum(map(_area, _MERGE.findall(content))) > MAX_AREA // 10:
                raise unreadable("too_large")


def _area(corners: tuple[bytes, bytes, bytes, bytes]) -> int:
    left, top, right, bottom = corners
    width = _column(right) - _column(left) + 1
    return abs(width * (int(bottom) - int(top) + 1))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The printed texts by (row, column), both from 1; merged ranges by their first place."""

    texts: Mapping[tuple[int, int], str]
    spans: Mapping[tuple[int, int], Any]
    covered: Set[tuple[int, int]]

    def filled(self, row: int, columns: Sequence[int]) -> list[int]:
        return [column for column in columns if (row, column) in self.texts]


def _read_sheet(draft: Draft, source: Any) -> None:
    sheet = _sheet(source)
    columns = sorted({column for _, column in sheet.texts})
    rows: list[int] = []
    for row in sorted({row for row, _ in {*sheet.texts, *sheet.covered}}):
        filled = sheet.filled(row, columns)
        if len(filled) == 1 and _stands_alone(sheet.texts[row, filled[0]], filled[0] == columns[0]):
            _write_rows(draft, sheet, rows)
            rows = []
            _write_text(draft, sheet.texts[row, filled[0]])
        else:
            rows.append(row)
    _write_rows(draft, sheet, rows)


def _sheet(source: Any) -> _Sheet:
    spans = {(merged.min_row, merged.min_col): merged for merged in source.merged_cells.ranges}
    covered = {place for merged in spans.values() for place in _places(merged)} - set(spans)
    texts = {
        (cell.row, cell.column): text
        for cell in source._cells.values()  # iter_rows would fill up to the furthest corner
        if (cell.row, cell.column) not in covered and (text := _printed(cell))
    }
    return _Sheet(texts, spans, covered)


def _write_rows(draft: Draft, sheet: _Sheet, rows: Sequence[int]) -> None:
    """Write rows that belong together: as a grid, or as prose if each holds one text at most."""
    columns = sorted({column for row, column in sheet.texts if row in set(rows)})
    if not columns:
        return
    if all(len(sheet.filled(row, columns)) <= 1 for row in rows):
        for row in rows:
            for column in sheet.filled(row, columns):
                _write_text(draft, sheet.texts[row, column])
        return
    merged = [sheet.spans[place] for place in sheet.spans if place[0] in set(rows)]
    reached = {column for span in merged for column in range(span.min_col, span.max_col + 1)}
    width = sorted(reached | set(columns))
    if len(width) * len(rows) > MAX_CELLS:
        raise unreadable("too_large")
    draft.grid(
        [
            _drawn(sheet, row, column, rows[0], width[0])
            for row in rows
            for column in width
            if (row, column) not in sheet.covered
        ]
    )


def _write_text(draft: Draft, text: str) -> None:
    for paragraph in split_breaks(text.split("\n")):
        draft.paragraph(paragraph)


def _places(merged: Any) -> list[tuple[int, int]]:
    return [
        (row, column)
        for row in range(merged.min_row, merged.max_row + 1)
        for column in range(merged.min_col, merged.max_col + 1)
    ]


def _drawn(sheet: _Sheet, row: int, column: int, first: int, left: int) -> DrawnCell:
    cell = DrawnCell(sheet.texts.get((row, column), ""), row - first, column - left)
    if merged := sheet.spans.get((row, column)):
        cell.rowspan = merged.max_row - merged.min_row + 1
        cell.colspan = merged.max_col - merged.min_col + 1
    return cell


def _stands_alone(text: str, leftmost: bool) -> bool:
    """Whether the only text of a row is a title, a section heading or prose, not a label."""
    if _ROW_LABEL.match(text):
        return False
    if _SECTION.match(text) or report_title(text):
        return True
    prose = len(text) > _SENTENCE and text.endswith(("。", "；", "："))
    return leftmost and (prose or len(text) > _LONG)


def _printed(cell: Any) -> str:
    """Return a stored value as the sheet prints it, without the noise of binary fractions."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    if isinstance(value, int | float):
        return _printed_number(value, cell.number_format or "")
    return tidy_lines(str(value).split("\n"))


def _printed_number(value: int | float, number_format: str) -> str:
    """Return a number to the 15 digits that a spreadsheet keeps.

    >>> _printed_number(33588.0, "General"), _printed_number(0.1 + 0.2, "0.0")
    ('33588', '0.3')
    >>> _printed_number(0.955, "0.0%")
    '95.5%'
    """
    exact = Decimal(format(value, ".15g"))
    if number_format.rstrip('"_ ').endswith("%"):
        return f"{_plain(exact * 100)}%"
    return _plain(exact)


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
