"""Join the halves of a row label that a page break cuts apart.

Owns telling that two rows are one, and whether a row or a slot holds figures.

Leaves to others: the rows of a grid (grids.py), what a row means (tables.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from indexer.errors import UnreadableCell
from indexer.formats import Row, find_row, load_format
from indexer.grids import Slot, TableRow
from indexer.numbers import read_cell
from indexer.text import squash, strip_numbering

#: The heading that table three prints upright beside its rows; in a PDF its signs may fall into
#: the cells beside it.
_UPRIGHT = frozenset("三、本年度办理结果")


def without_upright(printed: str, row: Row) -> str:
    """Return a row label, blanks removed, without signs of the upright heading that fell into it.

    >>> rows = load_format("2021").rows
    >>> without_upright("一、、本年新收政府信息公开申请数量", rows["received"])
    '一、本年新收政府信息公开申请数量'
    >>> without_upright("本 二、上年结转政府信息公开申请数量 年", rows["carried_in"])
    '二、上年结转政府信息公开申请数量'
    >>> without_upright("３、其它", rows["other.rest"])
    '３、其它'
    """
    text = "".join(printed.split())
    for form in sorted(row.forms, key=len, reverse=True):
        before, found, behind = text.partition(form)
        fallen = before.replace(row.number, "", 1) + behind
        if found and row.number in before and fallen and set(fallen) <= _UPRIGHT:
            return row.number + form
    return text


def mended(rows: Sequence[TableRow], is_label: Callable[[str], bool]) -> Iterator[TableRow]:
    """Yield the rows, two halves of a label cut apart by a page break joined again.

    A row is the second half if its words alone are no label, both together are, and only one of
    the two rows has values.
    """
    kept: TableRow | None = None
    for row in rows:
        if kept is None:
            kept = row
            continue
        joined = _joined(kept, row, is_label)
        if joined is not None:
            kept = joined
        else:
            yield kept
            kept = row
    if kept is not None:
        yield kept


def _joined(above: TableRow, below: TableRow, is_label: Callable[[str], bool]) -> TableRow | None:
    first, second = _last_words(above), _last_words(below)
    if first is None or second is None or (has_number(above) and has_number(below)):
        return None
    together = first.text + second.text
    if _is_official(together):
        halves = not _is_official(second.text) or _ends_label(first, second, below)
    else:
        halves = is_label(together) and not (is_label(first.text) or is_label(second.text))
    if not halves:
        return None
    base, label = (below, second) if has_number(below) else (above, first)
    slots = tuple(replace(s, text=together) if s is label else s for s in base.slots)
    return replace(base, slots=slots)


def _ends_label(first: Slot, second: Slot, below: TableRow) -> bool:
    """Whether `second` is the rest of `first` though it is a wording of the same row by itself.

    属于 | 国家秘密: the first row of a page, without values, that names the row it continues.
    """
    rows = widest_rows()
    whole, rest = find_row(first.text + second.text, rows), find_row(second.text, rows)
    alone = find_row(first.text, rows)
    return below.opens_grid and not has_number(below) and whole == rest and alone is None


def _is_official(printed: str) -> bool:
    """Whether `printed` is an official row label of table three to the letter."""
    words = strip_numbering(squash(printed))
    official = load_format("2021")
    labels = (*official.rows.values(), *official.groups.values())
    return any(words in label.forms for label in labels)


def _last_words(row: TableRow) -> Slot | None:
    slots = [slot for slot in row.own if slot.words and not looks_numeric(slot)]
    return slots[-1] if slots else None


def looks_numeric(slot: Slot) -> bool:
    """Whether a slot holds a figure, a mark in its place, or digits that nobody can read."""
    try:
        return read_cell(slot.text).state in ("number", "not_applicable")
    except UnreadableCell:
        return True


def has_number(row: TableRow) -> bool:
    """Whether a row holds a figure of its own."""
    return any(looks_numeric(slot) for slot in row.own if slot.words)


def widest_rows() -> Mapping[str, Row]:
    """The rows of table three in any format: a real report of 2023 mixes them."""
    return load_format("2021").rows
