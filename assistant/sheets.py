"""The statistics table of one report to 2018: which row each printed row is.

Owns telling the rows apart by their printed labels and by what is printed above them, their two
columns, and which rows stand under another.  A row that no form knows goes by its label.

Leaves to others: reading the table (indexer/statistics.py), the official rows and their forms
(vocabulary/statistics_rows.py), questions (understand/statistics.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from assistant.vocabulary.statistics_rows import CUMULATIVE, base_of, load_statistics_rows
from indexer.formats import load_statistics
from indexer.records import StoredFigure, StoredUnreadable
from indexer.text import squash, strip_numbering

#: How the id of a row that no form knows begins.
OWN = "row:"

_AMONG = re.compile(r"^(?:其中|注)[::]?")
_ASIDE = re.compile(r"\([^()]*\)")
_COUNT = re.compile(r"(?<=..)(?:总次数|总数|数量|次数|总额|金额|数)$")

Cell = StoredFigure | StoredUnreadable


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One printed row: its id without a column, its bare label, and the id of the row above it."""

    id: str
    label: str
    above: str | None


@dataclass(frozen=True)
class Sheet:
    """The rows of one table in their order, and its cells by id; those over all years end so."""

    rows: dict[str, SheetRow] = field(default_factory=dict)
    cells: dict[str, StoredFigure] = field(default_factory=dict)
    unread: dict[str, StoredUnreadable] = field(default_factory=dict)

    @property
    def cumulative(self) -> bool:
        """Whether the table has a column over all years."""
        return any(id_.endswith(CUMULATIVE) for id_ in (*self.cells, *self.unread))

    def resolved(self, id_: str) -> str:
        """Return the id that answers for `id_` here: its own, or that of the row that stands in."""
        base = base_of(id_)
        known = load_statistics_rows().get(base)
        if base in self.rows or known is None or known.or_else not in self.rows:
            return id_
        return f"{known.or_else}{id_[len(base) :]}"

    def parts(self, id_: str) -> list[str]:
        """Return the rows printed under `id_`, in their order and in its column."""
        base = base_of(id_)
        return [f"{row.id}{id_[len(base) :]}" for row in self.rows.values() if row.above == base]

    def whole(self, id_: str) -> str | None:
        """Return the row that `id_` is printed under, in its column."""
        base = base_of(id_)
        above = self.rows[base].above if base in self.rows else None
        return f"{above}{id_[len(base) :]}" if above else None


def sheet_of(figures: Sequence[StoredFigure], unreadable: Iterable[StoredUnreadable]) -> Sheet:
    """Return the table that `figures`, in printed order, and `unreadable` cells belong to."""
    sheet = Sheet()
    paths: dict[tuple[str, ...], str] = {}
    row = ""
    last: tuple[str, ...] = ()
    seen: set[bool] = set()
    for figure in (one for one in figures if one.row):
        over_all = is_cumulative(figure)
        if figure.row != last or over_all in seen:
            row, last, seen = _row_of(figure, sheet, paths), figure.row, set()
        seen.add(over_all)
        sheet.cells.setdefault(f"{row}{CUMULATIVE if over_all else ''}", figure)
    for cell in (one for one in unreadable if one.row):
        row = paths.get(cell.row) or _row_of(cell, sheet, paths)
        sheet.unread.setdefault(f"{row}{CUMULATIVE if is_cumulative(cell) else ''}", cell)
    return sheet


def is_cumulative(cell: Cell) -> bool:
    """Whether a cell stands in the column over all years."""
    return "累计" in "".join(cell.column)


def bare_label(printed: str) -> str:
    """Return a printed row label without 其中, numbering and white space.

    >>> bare_label("其中：1、网站公开")
    '网站公开'
    """
    return strip_numbering(_AMONG.sub("", squash(printed)))


def core_of(label: str) -> str:
    """Return what tells a label: without numbering, notes in brackets and a final 数.

    >>> core_of("（一）主动公开政府信息数（不同渠道公开相同信息计1条）")
    '主动公开政府信息'
    """
    return _COUNT.sub("", _ASIDE.sub("", bare_label(label)))


def tells(label: str) -> bool:
    """Return whether a printed label tells its row without the total above it.

    >>> tells("（一）收到申请数"), tells("（二）被依法纠错数")
    (True, False)
    """
    return core_of(label) in _telling() or core_of(label) not in _below()


def _row_of(cell: Cell, sheet: Sheet, paths: dict[tuple[str, ...], str]) -> str:
    """Add the row of `cell` to `sheet` and return its id."""
    row = cell.row or ()
    label = bare_label(row[-1])
    hung = paths.get(row[:-1])
    id_ = _identity(cell, hung, sheet.rows)
    if id_.startswith(OWN) and id_ in sheet.rows and len(row) > 1:
        id_ = f"{OWN}{bare_label(row[-2])}/{label}"
    paths[row] = id_
    known = load_statistics_rows().get(id_)
    above = known.above if known else hung
    while known and above and above not in sheet.rows:
        above = load_statistics_rows()[above].above
    sheet.rows.setdefault(id_, SheetRow(id_, label, above if above != id_ else None))
    return id_


def _identity(cell: Cell, hung: str | None, rows: Mapping[str, SheetRow]) -> str:
    """Return which row a cell belongs to; forms that need their total look at what is above."""
    row = cell.row or ()
    core = core_of(row[-1])
    if told := _telling().get(core):
        return told
    over = [id_ for id_ in (hung, *reversed(tuple(rows))) if id_]
    for above in over:
        for id_ in _below().get(core, ()):
            if load_statistics_rows()[id_].above == above:
                return id_
    return base_of(cell.indicator) if cell.indicator else f"{OWN}{bare_label(row[-1])}"


@cache
def _telling() -> Mapping[str, str]:
    """Cores of labels that tell the row by themselves; our forms go before those of the format."""
    known = load_statistics_rows()
    forms = [(form, row.id) for row in known.values() for form in row.printed]
    below = {core_of(form) for row in known.values() for form in row.below}
    official = load_statistics().rows.values()
    forms += [(form, label.id) for label in official for form in label.forms]
    found: dict[str, str] = {}
    for form, id_ in forms:
        if id_ in known and (core_of(form) not in below or form in known[id_].printed):
            found.setdefault(core_of(form), id_)
    return found


@cache
def _below() -> Mapping[str, tuple[str, ...]]:
    """Rows by the cores of labels that tell them under their total only."""
    found: dict[str, tuple[str, ...]] = {}
    for row in load_statistics_rows().values():
        for core in dict.fromkeys(map(core_of, row.below)):
            found[core] = (*found.get(core, ()), row.id)
    return found
