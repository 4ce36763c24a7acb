"""Tell of tables that a report prints and that nobody could read.

Owns noticing that headings of an official table stand in a document, side by side as no sentence
prints them, and listing all of that table's rows as unreadable: what is printed is never absent.

Leaves to others: every reading (tables.py, reviews.py, flattened.py), wording (formats.py).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from indexer.cells import Reading, Spot, unreadable
from indexer.formats import Format, Label, load_format
from indexer.model import Document, Figure, FormatId, Grid, Place, Unreadable
from indexer.text import squash, strip_numbering

_REASON = "the table is printed, but its rows and columns could not be told apart"
#: Labels of table three that no sentence writes out in full; together they are its frame.
_FRAME = ("received", "carried_out")


def list_unread(document: Document, reading: Reading) -> None:
    """Add to `reading` every row of the tables two to four that are printed and not read."""
    seen: list[Figure | Unreadable] = [*reading.figures, *reading.unreadable]
    named = {one.table for one in seen if one.indicator}
    missing = [table for table in (2, 3, 4) if table not in named]
    if not missing or reading.format == "statistics":
        return
    text, starts = _joined(document)
    names: tuple[FormatId, ...] = ("2021", "2019")
    for table in missing:
        for name in (reading.format,) if reading.format else names:
            at = _printed_at(text, table, load_format(name))
            if at is None:
                continue
            reading.format = name
            place = document.blocks[bisect_right(starts, at) - 1].place
            reading.unreadable += _rows(table, load_format(name), text, place)
            break


def _joined(document: Document) -> tuple[str, list[int]]:
    """Return all blocks joined, without white space, and where each of them begins."""
    parts: list[str] = []
    starts: list[int] = []
    length = 0
    for block in document.blocks:
        cells = [cell.text for cell in block.cells] if isinstance(block, Grid) else [block.text]
        part = squash("".join(cells))
        starts.append(length)
        parts.append(part)
        length += len(part)
    return "".join(parts), starts


def _printed_at(text: str, table: int, official: Format) -> int | None:
    """Return where the first pair of neighbouring headings of a table stands, None if none does."""
    found = [at for pair in _pairs(table, official) if (at := text.find(pair)) >= 0]
    if table == 3:
        frame = [text.find(_wording(official.rows[id_])) for id_ in _FRAME]
        found += frame[:1] if -1 not in frame else []
    return min(found, default=None)


def _pairs(table: int, official: Format) -> Iterator[str]:
    """Yield two official headings that stand side by side in the form, squashed."""
    rows: Iterable[Sequence[str]]
    if table == 2:
        rows = [("信息内容", *map(_wording, block.columns.values())) for block in official.blocks]
    elif table == 3:
        rows = [tuple(map(_wording, official.applicants.values()))[1:5]]
    else:
        rows = [
            tuple(map(_wording, official.results.values())),
            tuple(map(_wording, official.review_blocks.values())),
        ]
    return (first + second for headings in rows for first, second in pairwise(headings))


def _wording(label: Label) -> str:
    return strip_numbering(squash(label.printed))


def _rows(table: int, official: Format, text: str, place: Place) -> Iterator[Unreadable]:
    """Yield a record for each row of a table, for each cell of tables two and four."""
    spots: list[Spot] = []
    if table == 2:
        spots = [
            Spot(2, f"{row.id}.{column.id}", None, row.path, (column.printed,), None)
            for block in official.blocks
            for row in block.rows.values()
            for column in block.columns.values()
        ]
    elif table == 3:
        parts = official.groups_parts.get("other", ())
        left_out = ("other",) if "逾期不补正" in text else parts
        spots = [
            Spot(3, row.id, None, row.path, (), None)
            for row in official.rows.values()
            if row.id not in left_out
        ]
    else:
        spots = [
            Spot(4, f"{block.id}.{result.id}", None, (), (*block.path, result.printed), None)
            for block in official.review_blocks.values()
            for result in official.results.values()
        ]
    return (unreadable(spot, "", _REASON, place) for spot in spots)
