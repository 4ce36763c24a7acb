"""Write views of the desk as workbooks and csv files.

Owns the sheets: a view as it is shown, the same figures one a line, where they stand and what the
rules say, and the national form with its merged cells.

Leaves to others: what the views hold (desk.py, listing.py), the form (redraw.py), which texts a
spreadsheet would run or read otherwise (spreadsheets.py).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from assistant.desk import Pivot, PivotCell
from assistant.listing import report_json
from assistant.model import Language
from assistant.redraw import DrawnTable, draw_table, table_numbers
from assistant.spreadsheets import EXACT_IN_EXCEL, Value, csv_lines
from indexer.numbers import canonical
from indexer.records import ReportRow, StoredFigure
from indexer.store import Store

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_WORDS = Path(__file__).with_name("exports.yaml")
_WIDEST = 44


@dataclass(frozen=True, slots=True)
class Sheet:
    """A plain sheet: a title, a line of heads, lines of cells."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Value]]


@cache
def load_words(language: Language) -> Mapping[str, str]:
    """Return the words of the sheets in one language."""
    loaded = yaml.safe_load(_WORDS.read_text(encoding="utf-8"))
    return {key: entry[language] for key, entry in loaded.items()}


def write_csv(sheet: Sheet) -> str:
    """Return a sheet as csv that Excel opens right and runs nothing of."""
    return "".join(csv_lines(chain([sheet.head], sheet.rows)))


def write_book(sheets: Iterable[Sheet], forms: Iterable[tuple[str, DrawnTable]] = ()) -> bytes:
    """Return a workbook of forms, merged as prescribed, and plain sheets."""
    from openpyxl import Workbook

    book = Workbook()
    del book[book.sheetnames[0]]
    for title, table in forms:
        _draw_form(book.create_sheet(_name(title, book)), table)
    for sheet in sheets:
        _fill(book.create_sheet(_name(sheet.title, book)), sheet)
    return _saved(book)


def pivot_sheets(found: Pivot, with_change: bool, language: Language) -> list[Sheet]:
    """Return a pivot as it is shown, and its figures one a line."""
    words = load_words(language)
    head = [words["item"]]
    for index, year in enumerate(found.years):
        head.append(str(year))
        if with_change and index:
            head.append(f"{year} {words['change']}")
    rows = []
    for row in found.rows:
        line: list[Value] = [row.label]
        for index, cell in enumerate(row.cells):
            line.append(_shown(cell, words))
            if with_change and index:
                line.append(words["broken"] if cell.broken else cell.difference)
        rows.append(line)
    return [
        Sheet(words["pivot"], head, rows),
        _long(((row.organ, row.label, cell) for row in found.rows for cell in row.cells), words),
        Sheet(words["origin"], [words["origin"]], [[words["by_program"]]]),
    ]


def report_book(store: Store, row: ReportRow, language: Language) -> bytes:
    """Return one report: the national form, every cell one a line, its source and its checks."""
    words = load_words(language)
    figures, unreadable = store.figures(row.id), store.unreadable(row.id)
    forms = [
        (f"{number} {table.title}", table)
        for number in table_numbers(row.format)
        if (table := draw_table(row.format, number, figures, unreadable))
    ]
    cells = (
        (row.organ, " / ".join((*one.row, *one.column)), _cell_of(row, one)) for one in figures
    )
    read = report_json(store, row, language)
    source: list[list[Value]] = [
        [words[key], str(read[key] or "")]
        for key in ("title", "organ", "year", "file", "url", "published")
    ]
    source.append([words["origin"], words["by_program"]])
    checks = [[one["rule"], words[one["result"]], one["text"]] for one in read["findings"]]
    sheets = [
        _long(cells, words),
        Sheet(words["source"], [words["item"], words["printed"]], source),
        Sheet(words["checks"], [words["rule"], words["result"], words["text"]], checks),
    ]
    return write_book(sheets, forms)


def findings_sheet(found: Sequence[Mapping[str, Any]], language: Language) -> Sheet:
    """Return findings, one a line."""
    words = load_words(language)
    head = [words[key] for key in ("organ", "year", "rule", "result", "text")]
    rows = [
        [one["organ"], one["year"], one["rule"], words[one["result"]], one["text"]] for one in found
    ]
    return Sheet(words["checks"], head, rows)


def coverage_sheet(coverage: Mapping[str, Sequence[int]], language: Language) -> Sheet:
    """Return which years of which publishers are held."""
    words = load_words(language)
    years = sorted({year for found in coverage.values() for year in found})
    rows = [
        [organ, *("✓" if year in found else words["not_held"] for year in years)]
        for organ, found in coverage.items()
    ]
    return Sheet(words["coverage"], [words["organ"], *map(str, years)], rows)


def batch_sheet(rows: Sequence[Mapping[str, Any]], language: Language) -> Sheet:
    """Return the answers to a batch, one a line."""
    words = load_words(language)
    keys = ("line", "status", "value", "unit", "text", "sources", "origin")
    told = [
        [row["line"], words[row["status"]], _value(row["value"]), *(row[key] for key in keys[3:])]
        for row in rows
    ]
    return Sheet(words["batch"], [words[key] for key in keys], told)


def _value(text: str | None) -> Value:
    return None if text is None else number_or_text(text)


def _cell_of(row: ReportRow, one: StoredFigure) -> PivotCell:
    return PivotCell(row.year, one.state, row, one, one.printed)


def _shown(cell: PivotCell, words: Mapping[str, str]) -> Value:
    if cell.state in ("number", "text"):
        return number_or_text(cell.printed)
    said = words[cell.state]
    return f"{said} {cell.printed}".strip()


def _long(cells: Iterable[tuple[str, str, PivotCell]], words: Mapping[str, str]) -> Sheet:
    keys = (
        "organ", "year", "item", "state", "value", "printed", "unit", "file", "page", "line_number",
    )  # fmt: skip
    return Sheet(words["long"], [words[key] for key in keys], list(_long_rows(cells, words)))


def _long_rows(
    cells: Iterable[tuple[str, str, PivotCell]], words: Mapping[str, str]
) -> Iterator[list[Value]]:
    for organ, label, cell in cells:
        figure = cell.figure
        value = (
            number_or_text(canonical(figure.value)) if figure and figure.value is not None else None
        )
        place = figure.place if figure else None
        yield [
            organ,
            cell.year,
            label,
            words[cell.state],
            value,
            cell.printed,
            figure.unit if figure else None,
            place.file if place else None,
            place.page if place else None,
            place.line if place else None,
        ]


def _name(title: str, book: Workbook) -> str:
    """Return a name for a sheet that Excel takes and the book does not have yet."""
    name = re.sub(r"[\\/*?:\[\]]", " ", title)[:28].strip() or "1"
    return name if name not in book.sheetnames else f"{name} {len(book.sheetnames)}"


def _fill(page: Worksheet, sheet: Sheet) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    page.freeze_panes = "B2"
    widths = [len(head) for head in sheet.head]
    for y, row in enumerate((sheet.head, *sheet.rows), 1):
        for x, value in enumerate(row, 1):
            _write(page, y, x, value)
            if x <= len(widths):
                widths[x - 1] = max(widths[x - 1], len(str(value or "")))
    for x, width in enumerate(widths, 1):
        page.cell(1, x).font = Font(bold=True)
        page.column_dimensions[get_column_letter(x)].width = min(_WIDEST, 2 * width + 2)


def _draw_form(page: Worksheet, table: DrawnTable) -> None:
    """Write a re-drawn table: each cell where it stands, merged over what it covers."""
    from openpyxl.styles import Alignment, Border, Font, Side

    thin = Side(style="thin")
    taken: set[tuple[int, int]] = set()
    for y, row in enumerate(table.rows, 1):
        x = 1
        for cell in row:
            while (y, x) in taken:
                x += 1
            down, across = y + cell.rowspan - 1, x + cell.colspan - 1
            taken |= {(r, c) for r in range(y, down + 1) for c in range(x, across + 1)}
            _write(page, y, x, cell.text if cell.header else number_or_text(cell.text))
            written = page.cell(y, x)
            written.font = Font(bold=cell.header)
            written.alignment = Alignment(
                wrap_text=True, vertical="center", horizontal="left" if cell.header else "right"
            )
            for r in range(y, down + 1):
                for c in range(x, across + 1):
                    page.cell(r, c).border = Border(thin, thin, thin, thin)
            if (down, across) != (y, x):
                page.merge_cells(start_row=y, start_column=x, end_row=down, end_column=across)
    for letter in "ABC":
        page.column_dimensions[letter].width = 22


def number_or_text(text: str) -> Value:
    """Return the number that a spreadsheet keeps exact, else the text.

    >>> number_or_text("268"), number_or_text("-1.5"), number_or_text("007"), number_or_text("/")
    (268, -1.5, '007', '/')
    """
    if not EXACT_IN_EXCEL.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)


def _write(page: Worksheet, y: int, x: int, value: Value) -> None:
    """Write a value; a text stays a text and never becomes a formula."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    cell = page.cell(y, x)
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"


def _saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
