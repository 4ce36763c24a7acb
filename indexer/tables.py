"""Read the three tables of a report: every printed cell, under the labels that name it.

Owns recognising the tables in the grids of a file and reading them by their labels.  A figure
belongs to the row and the column whose words were matched; a cell that cannot be joined to both
is listed as unreadable, never guessed.

Leaves to others: geometry (grids.py), labels cut in two (mending.py), table four (reviews.py), one
cell (cells.py), wording (formats.py), text without cells (flattened.py), the tables to 2018
(statistics.py), and sums (rules.py).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from indexer.cells import Reading, Spot, put_slot, unreadable
from indexer.formats import Block, Format, Label, Row, find_label, find_row, load_format
from indexer.grids import Head, Slot, TableRow, aligned, heads_over, rows_of, width_of
from indexer.mending import has_number, looks_numeric, mended, widest_rows, without_upright
from indexer.model import Document, Figure, FormatId, Grid
from indexer.reviews import read_reviews
from indexer.text import squash, strip_numbering

_UNIT_IN_HEAD = re.compile(r"(亿元|万元|千元|百元|元)\)?$")
_CLAUSE = re.compile(r"^第二十条第\([一-十]\)项$")
_ABOVE_APPLICANTS = ("申请人情况", "法人或其他组织", "法人或其它组织", "法人和其他组织")


def read_tables(document: Document) -> Reading:
    """Read tables two to four from the grids of `document`.

    A table that is printed twice is kept once if both agree; where they differ the cell is
    unreadable.
    """
    rows = [
        row
        for number, grid in enumerate(b for b in document.blocks if isinstance(b, Grid))
        for row in rows_of(grid, number)
    ]
    parts = _by_table(rows)
    reading = Reading(format=_format_of(parts))
    if reading.format is None:
        return reading
    official = load_format(reading.format)
    _read_blocks(parts[2], official, reading)
    _read_matrix(parts[3], widest_rows(), official, reading)
    read_reviews(parts[4], official, reading)
    return _without_repeats(reading)


def _by_table(rows: Iterable[TableRow]) -> dict[int, list[TableRow]]:
    """Deal the rows out to tables two, three and four by the headings above them."""
    parts: dict[int, list[TableRow]] = {2: [], 3: [], 4: []}
    current = 0
    for row in rows:
        current = _table_opened_by(row) or current
        if current:
            parts[current].append(row)
    return parts


def _table_opened_by(row: TableRow) -> int | None:
    words = {slot.words for slot in row.own}
    joined = "".join(words)
    if "信息内容" in words or any(_CLAUSE.match(word) for word in words):
        return 2
    if "勾稽关系" in joined or "申请人情况" in words or {"自然人", "总计"} <= words:
        return 3
    if "本年新收政府信息公开申请数量" in joined:
        return 3
    if "结果维持" in words or ({"行政复议", "行政诉讼"} & words and not has_number(row)):
        return 4
    return None


def _format_of(parts: Mapping[int, Sequence[TableRow]]) -> FormatId | None:
    """Tell the format by the headings of table two, else by the parts of （六）其他处理."""
    words = {slot.words for row in parts[2] for slot in row.own}
    scores = {
        name: sum(
            1
            for label in _telling_columns(name)
            if any(strip_numbering(word) in label.forms for word in words)
        )
        for name in ("2021", "2019")
    }
    if scores["2021"] or scores["2019"]:
        return "2021" if scores["2021"] >= scores["2019"] else "2019"
    if not (parts[3] or parts[4] or parts[2]):
        return None
    labels = {slot.words for row in parts[3] for slot in row.own}
    single = any(label.startswith("(六)其他处理") for label in labels)
    split = any("逾期不补正" in label for label in labels)
    return "2019" if single and not split else "2021"


def _telling_columns(name: str) -> list[Label]:
    """The columns of table two that only this format has."""
    official = load_format(name)
    return [
        label for block in official.blocks for id_, label in block.columns.items()
        if id_ != "decisions"
    ]  # fmt: skip


def _read_blocks(rows: Sequence[TableRow], official: Format, reading: Reading) -> None:
    """Read table two: blocks of rows, each under its own headings."""
    stack: list[TableRow] = []
    heads: tuple[Head, ...] = ()
    for row in mended(rows, lambda words: _block_row(words, official) is not None):
        words = [slot.words for slot in row.own if slot.words]
        if not words or any(_CLAUSE.match(word) for word in words):
            stack = []
        elif "信息内容" in words:
            stack, heads = [row], heads_over([row])
        elif stack and not has_number(row) and _block_row(words[0], official) is None:
            stack.append(row)
            heads = heads_over(stack)
        else:
            stack = []
            _read_block_row(row, heads, official, reading)


def _block_row(words: str, official: Format) -> tuple[Block, Label] | None:
    for block in official.blocks:
        if label := find_label(words, block.rows.values()):
            return block, label
    return None


def _read_block_row(
    row: TableRow, heads: Sequence[Head], official: Format, reading: Reading
) -> None:
    label_slot = next(slot for slot in row.own if slot.words)
    found = _block_row(label_slot.text, official)
    if found is None:
        return
    block, label = found
    named = [head for head in heads if head.words and head.words != "信息内容"]
    slots = aligned(row, named, after=label_slot)
    printed_row = (block.clause, "".join(label_slot.text.split()))
    known: set[str] = set()
    for head, slot in zip(named, slots, strict=True):
        column = find_label(head.words.replace("信息内容", ""), block.columns.values())
        if column is None:
            continue
        known.add(column.id)
        spot = Spot(
            table=2,
            indicator=f"{label.id}.{column.id}",
            applicant=None,
            row=printed_row,
            column=("".join(head.printed).replace("信息内容", ""),),
            unit=unit_of(column, block, head.words),
        )
        put_slot(reading, spot, slot, label_slot.place)
    if has_number(row) and len(known) < max(1, len(named)):
        _list_unnamed_columns(block, label, known, label_slot, reading)


def _list_unnamed_columns(
    block: Block, label: Label, known: Collection[str], slot: Slot, reading: Reading
) -> None:
    """List the cells of a row of figures that stand under headings nobody knows, or under none."""
    row = (block.clause, "".join(slot.text.split()))
    for id_, column in block.columns.items():
        if id_ not in known:
            spot = Spot(2, f"{label.id}.{id_}", None, row, (column.printed,), None)
            reason = "the column headings were not recognised"
            reading.unreadable.append(unreadable(spot, "", reason, slot.place))


def unit_of(column: Label, block: Block, printed: str | None = None) -> str | None:
    """Return the unit of a column of table two; for money the one its heading prints, if any."""
    if column.decimals:
        found = _UNIT_IN_HEAD.search(squash(printed or column.printed))
        return found.group(1) if found else column.unit
    return column.unit or block.unit


def _read_matrix(
    rows: Sequence[TableRow], known: Mapping[str, Row], official: Format, reading: Reading
) -> None:
    """Read table three: a row for each outcome, a column for each kind of applicant."""
    stack: list[TableRow] = []
    heads: tuple[tuple[Head, Label], ...] = ()
    header_width = 0
    for row in mended(rows, lambda words: find_row(words, known) is not None):
        if _is_applicant_heading(row, known):
            stack = [*stack, row] if stack else [row]
            continue
        if stack:
            found = _applicant_heads(stack, official)
            if len(found) >= len(heads):
                heads, header_width = found, (0 if stack[-1].ragged else width_of(stack))
            stack = []
        _read_matrix_row(row, heads, header_width, known, official, reading)


def _is_applicant_heading(row: TableRow, known: Mapping[str, Row]) -> bool:
    if has_number(row):
        return False
    words = [slot.words for slot in row.own if slot.words]
    if any(_row_named(word, known) for word in words if word not in ("其他", "总计")):
        return False
    applicants = load_format("2021").applicants.values()
    return bool(words) and all(
        "勾稽关系" in word or word in _ABOVE_APPLICANTS or _is_piece(word, applicants)
        for word in words
    )


def _row_named(word: str, known: Mapping[str, Row]) -> bool:
    row = find_row(word, known)
    return row is not None or word.startswith("三、本年度办理结果")


def _is_piece(word: str, labels: Iterable[Label]) -> bool:
    """Whether `word` is a heading or a piece of one (商业 of 商业企业)."""
    return any(word in form or form in word for label in labels for form in label.forms)


def _applicant_heads(stack: Sequence[TableRow], official: Format) -> tuple[tuple[Head, Label], ...]:
    """Join the header rows to columns; where the file keeps no positions, by their order.

    Returns (head, label) from left to right; heads of a ragged table have no columns of use.
    """
    labels = official.applicants
    if not any(row.ragged for row in stack):
        found = []
        for head in heads_over(stack):
            words = head.words
            for above in _ABOVE_APPLICANTS:
                words = words.replace(above, "", 1)
            if label := find_label(words, labels.values()):
                found.append((head, label))
        if len({label.id for _, label in found}) == len(found) == len(labels):
            return tuple(found)
    return _heads_in_order(stack, labels)


def _heads_in_order(
    stack: Sequence[TableRow], labels: Mapping[str, Label]
) -> tuple[tuple[Head, Label], ...]:
    """The headings 自然人, five of 法人或其他组织, 总计, in the order in which they are printed."""
    outer: list[tuple[Slot, Label]] = []
    inner: list[tuple[Slot, Label]] = []
    for row in stack:
        for slot in row.own:
            label = find_label(slot.text, labels.values())
            if label is None:
                continue
            (inner if label.id.startswith("legal.") else outer).append((slot, label))
    ids = [label.id for _, label in (*outer[:1], *inner, *outer[1:])]
    if ids != list(labels):
        return ()
    ordered = (*outer[:1], *inner, *outer[1:])
    return tuple((Head(slot.words, (slot.text,), -1, -1), label) for slot, label in ordered)


def _read_matrix_row(
    row: TableRow,
    heads: Sequence[tuple[Head, Label]],
    header_width: int,
    known: Mapping[str, Row],
    official: Format,
    reading: Reading,
) -> None:
    found = _label_of(row, known, official)
    if found is None:
        _list_unnamed(row, reading)
        return
    label, slot, named = found
    plain = [head for head, _ in heads]
    positional = bool(plain) and plain[0].start >= 0 and row.width == header_width
    slots = aligned(row, plain, after=slot, positional=positional)
    row_named = known.get(label.id)
    printed = without_upright(slot.text, row_named) if row_named else "".join(slot.text.split())
    if not heads:
        spot = Spot(3, label.id, None, (*label.path[:-1], printed), (), "件")
        reading.unreadable.append(
            unreadable(spot, printed, "the column headings were not recognised", slot.place)
        )
        return
    values = [value for value in slots if value is not None]
    if named and all(not value.words for value in values):
        return
    for (_, applicant), value in zip(heads, slots, strict=True):
        spot = Spot(3, label.id, applicant.id, (*label.path[:-1], printed), applicant.path, "件")
        put_slot(reading, spot, value, slot.place)


def _list_unnamed(row: TableRow, reading: Reading) -> None:
    """List a row of figures whose label is no official one; its cells belong to nothing known."""
    numbers = [slot for slot in row.own if slot.words and looks_numeric(slot)]
    words = [slot for slot in row.own if slot.words and not looks_numeric(slot)]
    if len(numbers) < 3 or not words:
        return
    label = "".join(words[-1].text.split())
    printed = " ".join(slot.text for slot in numbers)
    reason = "the row label is no official one"
    reading.unreadable.append(
        unreadable(Spot(3, None, None, (label,), (), "件"), printed, reason, words[-1].place)
    )


def _label_of(
    row: TableRow, known: Mapping[str, Row], official: Format
) -> tuple[Label, Slot, bool] | None:
    """Return (label, its slot, whether it is only a group's heading) of a row of table three."""
    slots = [slot for slot in row.own if slot.words and not looks_numeric(slot)]
    for slot in reversed(slots):
        if label := find_row(slot.text, known):
            return label, slot, False
    for slot in reversed(slots):
        if group := find_label(slot.text, load_format("2021").groups.values()):
            return group, slot, True
    return None


def _without_repeats(reading: Reading) -> Reading:
    """Keep a cell that is printed twice once; where the two differ, call it unreadable."""
    kept: dict[tuple[int | None, str | None, str | None], Figure] = {}
    differing: set[tuple[int | None, str | None, str | None]] = set()
    for figure in reading.figures:
        key = (figure.table, figure.indicator, figure.applicant)
        first = kept.setdefault(key, figure)
        if first is not figure and (first.state, first.value) != (figure.state, figure.value):
            differing.add(key)
    unread = list(reading.unreadable)
    for key in differing:
        figure = kept.pop(key)
        spot = Spot(
            figure.table,
            figure.indicator,
            figure.applicant,
            figure.row,
            figure.column,
            figure.unit,
        )
        unread.append(unreadable(spot, figure.printed, "printed twice, differently", figure.place))
    read = {(f.table, f.indicator, f.applicant) for f in kept.values()}
    unread = [u for u in unread if (u.table, u.indicator, u.applicant) not in read]
    return Reading(reading.format, list(kept.values()), unread)
