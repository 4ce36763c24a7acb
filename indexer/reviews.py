"""Read table four: reviews and lawsuits, their results side by side or one below the other.

Owns recognising its headings, in the official layout (one row of fifteen cells under three
blocks) and with a row for each block.

Leaves to others: which rows are table four's (tables.py), geometry (grids.py), wording
(formats.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from indexer.cells import Reading, Spot, put_slot, unreadable
from indexer.formats import Format, Label, find_label
from indexer.grids import Head, Slot, TableRow, aligned, heads_over, width_of
from indexer.mending import has_number, looks_numeric
from indexer.text import strip_numbering


def read_reviews(rows: Sequence[TableRow], official: Format, reading: Reading) -> None:
    """Read table four: fifteen cells in one row, or five in the row of each block."""
    stack: list[TableRow] = []
    for number, row in enumerate(rows):
        words = [slot.words for slot in row.own]
        if heads := _results_once(row, official):
            blocks = [(below, _block_of(below, official)) for below in rows[number + 1 :]]
            if any(block for _, block in blocks):
                _read_upright(row, heads, blocks, official, reading)
                return
        if not has_number(row) and any(_is_review_heading(word, official) for word in words):
            stack.append(row)
        elif stack:
            heads_of_all = _review_heads(stack, official)
            if not heads_of_all:
                stack = []
                continue
            _read_review_row(row, heads_of_all, width_of(stack), official, reading)
            return


def _results_once(row: TableRow, official: Format) -> tuple[tuple[Head, Label], ...]:
    """Return the headings of a row that names each of the five results once, and no block."""
    labels = official.results.values()
    if any(slot.words in block.forms for slot in row.own for block in _blocks(official)):
        return ()
    found = tuple(
        (head, label) for head in heads_over([row]) if (label := find_label(head.words, labels))
    )
    return found if {label.id for _, label in found} == set(official.results) else ()


def _blocks(official: Format) -> tuple[Label, ...]:
    return tuple(official.review_blocks.values())


def _block_of(row: TableRow, official: Format) -> tuple[Slot, Label] | None:
    """Return the label slot of a row of figures and the block that it names to the letter."""
    for slot in reversed([slot for slot in row.own if slot.words and not looks_numeric(slot)]):
        words = strip_numbering(slot.words).removeprefix("行政诉讼").strip("()-:")
        for block in _blocks(official):
            if words in block.forms:
                return slot, block
    return None


def _read_upright(
    heading: TableRow,
    heads: Sequence[tuple[Head, Label]],
    rows: Sequence[tuple[TableRow, tuple[Slot, Label] | None]],
    official: Format,
    reading: Reading,
) -> None:
    """Read a row for each block under the five results."""
    plain = [head for head, _ in heads]
    for row, found in rows:
        if found is None:
            _list_unnamed(row, reading)
            continue
        slot, block = found
        slots = aligned(row, plain, after=slot, positional=row.width == heading.width)
        for (_, result), value in zip(heads, slots, strict=True):
            column = (*block.path, result.printed)
            spot = Spot(4, f"{block.id}.{result.id}", None, (), column, "件")
            put_slot(reading, spot, value, slot.place)


def _list_unnamed(row: TableRow, reading: Reading) -> None:
    """List a row of figures that names none of the three blocks."""
    numbers = [slot for slot in row.own if slot.words and looks_numeric(slot)]
    words = [slot for slot in row.own if slot.words and not looks_numeric(slot)]
    if numbers and words:
        spot = Spot(4, None, None, (words[-1].words,), (), "件")
        printed = " ".join(slot.text for slot in numbers)
        reason = "the row label is no official one"
        reading.unreadable.append(unreadable(spot, printed, reason, words[-1].place))


def _is_review_heading(word: str, official: Format) -> bool:
    labels = (*official.review_blocks.values(), *official.results.values())
    return word == "行政诉讼" or any(word in label.forms for label in labels)


def _review_heads(
    stack: Sequence[TableRow], official: Format
) -> tuple[tuple[Head, str, Label], ...]:
    """Return (head, block id, result) for each of the fifteen columns, or nothing."""
    order = [(block, result) for block in official.review_blocks for result in official.results]
    if not any(row.ragged for row in stack):
        found = []
        for head in heads_over(stack):
            block = _block_in(head.words)
            words = head.words
            for name in ("未经复议直接起诉", "复议后起诉", "行政复议", "行政诉讼"):
                words = words.replace(name, "")
            if (result := find_label(words, official.results.values())) is not None:
                found.append((head, block, result))
        if [(block, result.id) for _, block, result in found] == order:
            return tuple((head, block, result) for head, block, result in found if block)
        if [result.id for _, _, result in found] == [result for _, result in order]:
            return tuple(
                (head, block, result)
                for (head, _, result), (block, _) in zip(found, order, strict=True)
                if _blocks_in_order(stack)
            )
    slots = [slot for row in stack for slot in row.own if slot.words]
    results = [
        (slot, label)
        for slot in slots
        if (label := find_label(slot.text, official.results.values()))
    ]
    if not _blocks_in_order(stack) or [r.id for _, r in results] != [r for _, r in order]:
        return ()
    return tuple(
        (Head(slot.words, (slot.text,), -1, -1), block, result)
        for (slot, result), (block, _) in zip(results, order, strict=True)
    )


def _block_in(words: str) -> str | None:
    if "未经复议直接起诉" in words:
        return "lawsuit_direct"
    if "复议后起诉" in words:
        return "lawsuit_after_review"
    return "review" if "行政复议" in words else None


def _blocks_in_order(stack: Sequence[TableRow]) -> bool:
    """Whether the three blocks are headed in the official order."""
    joined = "".join(row.words for row in stack)
    places = [joined.find(name) for name in ("行政复议", "未经复议直接起诉", "复议后起诉")]
    return -1 not in places and places == sorted(places)


def _read_review_row(
    row: TableRow,
    heads: Sequence[tuple[Head, str, Label]],
    header_width: int,
    official: Format,
    reading: Reading,
) -> None:
    plain = [head for head, _, _ in heads]
    positional = plain[0].start >= 0 and row.width == header_width
    slots = aligned(row, plain, after=None, positional=positional)
    for (_, block, result), slot in zip(heads, slots, strict=True):
        column = (*official.review_blocks[block].path, result.printed)
        spot = Spot(4, f"{block}.{result.id}", None, (), column, "件")
        put_slot(reading, spot, slot, row.slots[0].place)
