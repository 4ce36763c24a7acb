"""Rows of a grid with the spans spelled out, and headings lined up over columns.

Owns the geometry: which cell covers which column, which heading stands over which columns, and
which value slot lies under which heading.  Position is only ever used to join a cell to a label
that was matched by its words.

Leaves to others: which words are labels (formats.py) and what the cells say (tables.py).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from indexer.model import Grid, Place
from indexer.text import squash

_DIGIT = re.compile(r"[-+]?\d[\d,.]*$")


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell as one row sees it; columns [start, stop).  `own` is false where it hangs down from
    a row above."""  # fmt: skip

    text: str
    start: int
    stop: int
    own: bool
    place: Place

    @property
    def words(self) -> str:
        """The text folded and without white space."""
        return squash(self.text)


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a grid, its slots from left to right.  `grid` numbers the grid in the file."""

    slots: tuple[Slot, ...]
    grid: int
    ragged: bool
    opens_grid: bool = False

    @property
    def width(self) -> int:
        """Number of columns up to the right edge of the last slot."""
        return max((slot.stop for slot in self.slots), default=0)

    @property
    def own(self) -> tuple[Slot, ...]:
        """The slots whose cell begins in this row."""
        return tuple(slot for slot in self.slots if slot.own)

    @property
    def words(self) -> str:
        """All texts of the row, joined, squashed."""
        return "".join(slot.words for slot in self.own)


@dataclass(frozen=True, slots=True)
class Head:
    """A heading over the columns [start, stop): its words from top to bottom, as printed."""

    words: str
    printed: tuple[str, ...]
    start: int
    stop: int


def rows_of(grid: Grid, number: int) -> list[TableRow]:
    """Return the rows of `grid`, hanging cells repeated in each row that they cover."""
    by_row: defaultdict[int, list[Slot]] = defaultdict(list)
    for cell in grid.cells:
        for offset in range(cell.rowspan):
            by_row[cell.row + offset].append(
                Slot(cell.text, cell.column, cell.column + cell.colspan, offset == 0, cell.place)
            )
    return [
        TableRow(
            tuple(sorted(by_row[row], key=lambda slot: slot.start)),
            number,
            grid.ragged,
            opens_grid=index == 0,
        )
        for index, row in enumerate(sorted(by_row))
    ]


def heads_over(rows: Sequence[TableRow]) -> tuple[Head, ...]:
    """Return the headings that a stack of header rows makes, from left to right.

    Neighbouring columns under the same cells are one heading; words that a heading repeats in the
    row below, as a file without merged cells does, count once.
    """
    stacks: list[tuple[Slot, ...]] = []
    for column in range(width_of(rows)):
        stack: list[Slot] = []
        for row in rows:
            for slot in row.slots:
                again = bool(stack) and stack[-1].words == slot.words
                if slot.own and slot.start <= column < slot.stop and not again:
                    stack.append(slot)
        stacks.append(tuple(stack))
    heads: list[Head] = []
    for column, slots in enumerate(stacks):
        texts = tuple(text for slot in slots if (text := "".join(slot.text.split())))
        same = column > 0 and stacks[column - 1] == slots
        if same and heads:
            heads[-1] = replace(heads[-1], stop=column + 1)
        else:
            words = "".join(slot.words for slot in slots)
            heads.append(Head(words, texts, column, column + 1))
    return tuple(heads)


def under(head: Head, row: TableRow, heads: Iterable[Head]) -> Slot | None:
    """Return the one slot of `row` that lies under `head` and under no other of `heads`."""
    found = [slot for slot in row.slots if slot.start < head.stop and head.start < slot.stop]
    if len(found) != 1:
        return None
    slot = found[0]
    others = [h for h in heads if h is not head and h.start < slot.stop and slot.start < h.stop]
    return None if others else slot


def aligned(
    row: TableRow, heads: Sequence[Head], *, after: Slot | None, positional: bool = True
) -> list[Slot | None]:
    """Return the slot under each head, None where there is no telling.

    By columns where the file keeps them; else only if exactly as many cells follow the label
    `after` as there are headings.  A blank under a heading does not count beside a figure that
    stands under none.
    """
    if not heads:
        return []
    if positional and not row.ragged:
        found = [under(head, row, heads) for head in heads]
        if all(slot is not None and slot is not after for slot in found):
            blank = any(slot is not None and not slot.words for slot in found)
            stray = [
                s for s in row.own if s not in found and s is not after and _DIGIT.match(s.words)
            ]
            return [None] * len(heads) if blank and stray else found
    rest = row.own
    if after is not None:
        rest = tuple(slot for slot in row.own if slot.start >= after.stop)
    if len(rest) == len(heads):
        return list(rest)
    return [None] * len(heads)


def width_of(rows: Sequence[TableRow]) -> int:
    """Number of columns under a stack of header rows."""
    return max((row.width for row in rows), default=0)
