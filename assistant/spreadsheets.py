"""Write lists and tables as JSON, csv and workbooks.

Owns what a spreadsheet would do to a text (run it as a formula, read “007” as 7, cut it) and to a
table of a million rows, and how that is kept from it.

Leaves to others: what stands in a list (listing.py, knowledge.py, batch.py, records.py), the
workbooks of the desk with their forms (exports.py).
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, Final

Value = str | int | float | None
#: A cell that opens with one of these would be run as a formula by a spreadsheet program.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[-+]?\d{1,30}(?:\.\d{1,30})?")
#: Texts that are numbers and that Excel keeps to the digit.  A leading zero is one of an id's.
EXACT_IN_EXCEL = re.compile(r"-?(?=[\d.]{1,15}$)(?:0|[1-9]\d*)(?:\.\d+)?")
#: What Excel takes: characters in a cell, rows in a sheet.
_LONGEST, _MOST_ROWS = 32_767, 1_048_576
_CUT: Final = "……（过长，已截断 cut）"


def csv_lines(table: Iterable[Sequence[Value]]) -> Iterator[str]:
    """Yield the lines of a csv file that Excel opens right: a mark of UTF-8, then the table.

    Texts that a spreadsheet would run as a formula get an apostrophe in front; numbers do not.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    for cells in table:
        writer.writerow(["" if cell is None else safe_text(cell) for cell in cells])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def write_lines(lines: Iterable[str], output: Path | None, *, at_once: bool = False) -> None:
    """Write the lines to a file, or to stdout; `at_once` sends each as it comes.

    What is no proper text (an id that came so) is written with a backslash.
    """
    with nullcontext(sys.stdout.buffer) if output is None else output.open("wb") as file:
        for line in lines:
            file.write(line.encode("utf-8", "backslashreplace"))
            if at_once:
                file.flush()


def write_json(items: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a JSON list, one item a line.

    >>> "".join(write_json([{"year": 2021}])), "".join(write_json([]))
    ('[\\n{"year": 2021}\\n]\\n', '[]\\n')
    """
    before = "["
    for item in items:
        yield f"{before}\n{json.dumps(item, ensure_ascii=False)}"
        before = ","
    yield "[]\n" if before == "[" else "\n]\n"


def save_workbook(
    title: str, table: Iterable[Sequence[Value]], file: IO[bytes], *, most: int = _MOST_ROWS
) -> None:
    """Write a table, its head first, as a workbook; beyond `most` rows with another sheet.

    Texts stay texts (no formulas, no lost zeros), and are cut with a mark where they are too long;
    what stands under the head “value” is a number where Excel keeps it exact.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    rows = iter(table)
    head = next(rows)
    for number, part in enumerate(_parts(rows, most - 1), 1):
        sheet = book.create_sheet(title if number == 1 else f"{title} {number}")
        sheet.freeze_panes = "A2"
        for cells in chain([head], part):
            pairs = zip(head, cells, strict=True)
            sheet.append([_cell(sheet, value, number=name == "value") for name, value in pairs])
    book.save(file)


def _parts(rows: Iterator[Sequence[Value]], size: int) -> Iterator[Iterable[Sequence[Value]]]:
    """Yield the rows in parts of up to `size`, one after the other; a first part in any case."""
    yield islice(rows, size)
    for first in rows:
        yield chain([first], islice(rows, size - 1))


def _cell(sheet: Any, value: Value, *, number: bool) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if not isinstance(value, str):
        return WriteOnlyCell(sheet, value)
    if number and EXACT_IN_EXCEL.fullmatch(value):
        return WriteOnlyCell(sheet, float(value))
    text = ILLEGAL_CHARACTERS_RE.sub("", value)
    if len(text) > _LONGEST:
        text = text[: _LONGEST - len(_CUT)] + _CUT
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell


def safe_text(cell: str | float) -> str | float:
    """Return a cell that no spreadsheet takes for a formula; a plain number stays one.

    >>> safe_text("=1+1"), safe_text("自然人"), safe_text(2021), safe_text("-18")
    ("'=1+1", '自然人', 2021, '-18')
    """
    if isinstance(cell, str) and cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell
