"""Read the tables of reports with generic programs, and compare with what is printed.

Owns the baselines of table extraction (markitdown, pandas.read_html, python-docx cell by cell) and
how a cell is found in what they return: the row that has the row's label, at the position that the
column's label has in the nearest row above.  Also this project's own reader, over the same files.

Leaves to others: what the files print (eval/datasets/cells.json, written with the samples).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO
from itertools import pairwise
from pathlib import Path

from eval.baselines.lookups import row_labels
from eval.cases import DATASETS
from indexer.formats import load_format
from indexer.loaders import read_document
from indexer.reading import read_report
from indexer.text import squash

CELLS = DATASETS / "cells.json"
Table = Sequence[Sequence[str]]
#: (table number, row label, column labels joined by a stroke), squashed.
Key = tuple[int, str, str]
#: The blocks of table four from the left, by the labels above their results.
_BLOCKS = ("行政复议", "行政诉讼/未经复议直接起诉", "行政诉讼/复议后起诉")


def known_cells(path: Path = CELLS) -> dict[str, dict[Key, Decimal]]:
    """Return what each sample prints, by name of its file."""
    files = json.loads(path.read_text(encoding="utf-8"))
    return {
        name: {
            (int(table), squash(row), squash(column)): Decimal(value)
            for table, rows in tables.items()
            for row, columns in rows.items()
            for column, value in columns.items()
        }
        for name, tables in files.items()
    }


@dataclass(frozen=True)
class Reader:
    """A program that reads tables; `find` looks one cell up in what it read from a file."""

    name: str
    suffixes: frozenset[str]
    read: Callable[[Path], Callable[[Key], Decimal | None]]


def _by_markitdown(path: Path) -> list[list[list[str]]]:
    from markitdown import MarkItDown

    text = MarkItDown(enable_plugins=False).convert(str(path)).text_content
    tables: list[list[list[str]]] = [[]]
    for line in text.splitlines():
        if not line.strip().startswith("|"):
            tables.append([])
        elif not re.fullmatch(r"[\s|:-]+", line):
            tables[-1].append([cell.strip() for cell in line.strip()[1:-1].split("|")])
    return [table for table in tables if table]


def _by_pandas(path: Path) -> list[list[list[str]]]:
    import pandas

    frames = pandas.read_html(StringIO(path.read_text(encoding="utf-8")))
    return [
        [[str(cell) for cell in row] for row in frame.T.reset_index().T.itertuples(index=False)]
        for frame in frames
    ]


def _by_docx(path: Path) -> list[list[list[str]]]:
    import docx
    from docx.table import _Cell

    return [
        [[_Cell(cell, table).text for cell in row._tr.tc_lst] for row in table.rows]
        for table in docx.Document(str(path)).tables
    ]


def _looked_up(
    read: Callable[[Path], list[list[list[str]]]],
) -> Callable[[Path], Callable[[Key], Decimal | None]]:
    def opened(path: Path) -> Callable[[Key], Decimal | None]:
        tables = [[[squash(cell) for cell in row] for row in table] for table in read(path)]
        return lambda key: find_cell(tables, key)

    return opened


def find_cell(tables: Sequence[Table], key: Key) -> Decimal | None:
    """Return the number at a row's and a column's label; None where there is none.

    >>> table = [["", "自然人", "总计"], ["新收", "3", "4"]]
    >>> find_cell([table], (3, "新收", "总计")), find_cell([table], (3, "办结", "总计"))
    (Decimal('4'), None)
    """
    number, row, column = key
    for table in tables:
        found = _result(table, column) if number == 4 else _crossing(table, row, column)
        if found is not None:
            return _first(found)
    return None


def _first(text: str) -> Decimal | None:
    match = re.match(r"-?(?:\d[\d,]*)(?:\.\d+)?", text)
    return Decimal(match.group().replace(",", "")) if match else None


def _crossing(table: Table, row: str, column: str) -> str | None:
    head: Sequence[str] | None = None
    for line in table:
        if column in line:
            head = line
        elif row in line and head is not None:
            return _below(head, head.index(column), line)
    return None


def _result(table: Table, column: str) -> str | None:
    block, _, result = column.rpartition("/")
    for line, below in pairwise(table):
        places = [at for at, cell in enumerate(line) if cell == result]
        if block in _BLOCKS and len(places) > _BLOCKS.index(block):
            return _below(line, places[_BLOCKS.index(block)], below)
    return None


def _below(head: Sequence[str], at: int, line: Sequence[str]) -> str | None:
    """Return the cell of `line` at a position of `head`; unequal rows meet at their right end.

    The right end is the kinder one: what spans leave out stands on the left, in the labels.
    """
    at += len(line) - len(head)
    return line[at] if 0 <= at < len(line) else None


def _by_us(path: Path) -> Callable[[Key], Decimal | None]:
    report = read_report(read_document(path.read_bytes(), path.name), file=path.name, digest="0")
    format_ = load_format(report.format or "2021")
    read: dict[Key, Decimal | None] = {}
    for figure in report.figures:
        if not figure.row:
            read[4, "", squash("/".join(figure.column))] = figure.value
            continue
        for label in row_labels(figure, format_):
            read[figure.table or 0, squash(label), squash(figure.column[-1])] = figure.value
    return read.get


OURS = Reader("nianbao", frozenset({".html", ".docx", ".pdf", ".xlsx", ".txt"}), _by_us)
READERS = (
    Reader("markitdown", OURS.suffixes, _looked_up(_by_markitdown)),
    Reader("pandas.read_html", frozenset({".html"}), _looked_up(_by_pandas)),
    Reader("python-docx, no spans", frozenset({".docx"}), _looked_up(_by_docx)),
)


@dataclass(frozen=True)
class Share:
    """How many of the printed cells of one kind of file a reader got right and wrong."""

    reader: str
    kind: str
    cells: int
    right: int
    wrong: int

    @property
    def missing(self) -> int:
        """Cells that it did not give at all."""
        return self.cells - self.right - self.wrong


def compare_readers(
    folder: Path, known: Mapping[str, Mapping[Key, Decimal]], readers: Sequence[Reader]
) -> Iterator[Share]:
    """Yield what each reader makes of each kind of file in `folder`."""
    for kind in sorted({Path(name).suffix for name in known}):
        names = [name for name in known if Path(name).suffix == kind]
        for reader in readers:
            if kind in reader.suffixes:
                yield _share(reader, kind, folder, {name: known[name] for name in names})


def _share(
    reader: Reader, kind: str, folder: Path, known: Mapping[str, Mapping[Key, Decimal]]
) -> Share:
    right = wrong = 0
    for name, cells in known.items():
        find = reader.read(folder / name)
        for key, value in cells.items():
            found = find(key)
            right += found == value
            wrong += found is not None and found != value
    return Share(reader.name, kind[1:], sum(map(len, known.values())), right, wrong)
