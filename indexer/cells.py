"""One cell of a table: where it belongs, and what is printed there.

Owns the shape of what a reading of tables yields, and the turning of a printed text into a figure
or into the record of a cell that cannot be read.

Leaves to others: which cell belongs where (tables.py, flattened.py, statistics.py), printed
numbers (numbers.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from indexer.errors import UnreadableCell
from indexer.grids import Slot
from indexer.model import Figure, FormatId, Place, Unreadable
from indexer.numbers import read_cell


@dataclass
class Reading:
    """What was read so far; figures and unreadable cells in reading order."""

    format: FormatId | None = None
    figures: list[Figure] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)

    def has(self, table: int) -> bool:
        """Whether any cell of `table` was seen."""
        tables = [f.table for f in self.figures] + [u.table for u in self.unreadable]
        return table in tables


@dataclass(frozen=True)
class Spot:
    """Where a cell belongs: table, ids, header paths and the unit that the form prescribes."""

    table: int | None
    indicator: str | None
    applicant: str | None
    row: tuple[str, ...]
    column: tuple[str, ...]
    unit: str | None


def put(reading: Reading, spot: Spot, text: str, place: Place) -> None:
    """Read one printed cell into `reading`, as a figure or as unreadable."""
    printed = " ".join(text.split())
    try:
        cell = read_cell(text)
    except UnreadableCell as error:
        reading.unreadable.append(unreadable(spot, printed, error.message, place))
        return
    reading.figures.append(
        Figure(
            table=spot.table,
            row=spot.row,
            column=spot.column,
            indicator=spot.indicator,
            applicant=spot.applicant,
            state=cell.state,
            value=cell.value,
            printed=printed,
            unit=cell.unit or spot.unit,
            place=place,
        )
    )


def put_slot(reading: Reading, spot: Spot, slot: Slot | None, nearby: Place) -> None:
    """Read the slot that stands under a heading; one that is none or hangs down is unreadable."""
    if slot is None:
        reading.unreadable.append(
            unreadable(spot, "", "no single cell stands under this heading", nearby)
        )
    elif not slot.own and slot.words:
        reading.unreadable.append(
            unreadable(spot, slot.text, "one printed cell covers several rows", slot.place)
        )
    else:
        put(reading, spot, slot.text, slot.place)


def unreadable(spot: Spot, printed: str, reason: str, place: Place) -> Unreadable:
    """Return the record of a cell that is printed but cannot be read."""
    return Unreadable(
        table=spot.table,
        row=spot.row,
        column=spot.column,
        indicator=spot.indicator,
        applicant=spot.applicant,
        printed=printed,
        reason=reason,
        place=place,
    )
