"""Read the statistics tables of reports to 2018, whose rows differ from place to place.

Owns recognising such a table, its columns (本年度, 历年累计 and their variants) and its rows.  The
printed row label is the key; a row that `formats/statistics.yaml` knows gets its id as well.

Leaves to others: which row hangs under which (outline.py), the tables of 2019 and later
(tables.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indexer.cells import Reading, Spot, put, unreadable
from indexer.formats import Label, Statistics, load_statistics
from indexer.grids import Head, TableRow, heads_over, rows_of, under
from indexer.model import Document, Grid, Paragraph, Place
from indexer.outline import Step, bare_label, hang

_YEAR_HEAD = re.compile(r"^20\d\d年?度?(统计数|合计)?数?$")


@dataclass(frozen=True)
class Columns:
    """The columns of one statistics table."""

    labels: tuple[Head, ...]
    unit: Head | None
    values: tuple[tuple[Head, str], ...]


def read_statistics(document: Document) -> Reading:
    """Read the statistics table of `document` from its grids, else from its running text."""
    reading = Reading(format="statistics")
    columns: Columns | None = None
    path: tuple[Step, ...] = ()
    width = home = 0
    for number, grid in enumerate(b for b in document.blocks if isinstance(b, Grid)):
        for row in rows_of(grid, number):
            if found := _columns(row):
                if columns is None or _words(found) != _words(columns):
                    path = ()
                columns, width, home = found, row.width, number
            elif columns and (number == home or (grid.continued and row.width == width)):
                path = _read_row(row, columns, path, reading)
    if not reading.figures:
        _read_running_text(document, reading)
    return reading


def _words(columns: Columns) -> list[str]:
    return [head.words for head, _ in columns.values]


def is_statistics(document: Document) -> bool:
    """Whether a heading of a statistics table stands in a grid or in the text of `document`."""
    for number, grid in enumerate(b for b in document.blocks if isinstance(b, Grid)):
        if any(_columns(row) for row in rows_of(grid, number)):
            return True
    return _text_heading(document.text) is not None


def _columns(row: TableRow) -> Columns | None:
    official = load_statistics()
    labels: list[Head] = []
    unit: Head | None = None
    values: list[tuple[Head, str]] = []
    for head in heads_over([row]):
        words = head.words
        if words in official.label_heads and not values:
            labels.append(head)
        elif words in official.unit_heads:
            unit = head
        elif words in official.code_heads:
            continue
        elif column := _column_id(words, official):
            values.append((head, column))
    if not labels or not values or (unit is None and not _telling(values)):
        return None
    return Columns(tuple(labels), unit, tuple(values))


def _telling(values: Sequence[tuple[Head, str]]) -> bool:
    """Whether the value columns alone show that this is such a table."""
    words = {head.words for head, _ in values}
    return bool(words & {"历年累计", "统计数", "统计数据"})


def _column_id(words: str, official: Statistics) -> str | None:
    if _YEAR_HEAD.match(words):
        return "year"
    for label in official.columns.values():
        if words in label.forms:
            return label.id
    return None


def _read_row(
    row: TableRow, columns: Columns, path: tuple[Step, ...], reading: Reading
) -> tuple[Step, ...]:
    """Read one row; return its path, under which the rows below may hang."""
    if row.ragged:
        return path
    first_value = min(head.start for head, _ in columns.values)
    heads = [*([columns.unit] if columns.unit else []), *(head for head, _ in columns.values)]
    unit_slot = under(columns.unit, row, heads) if columns.unit else None
    edge = columns.unit.start if columns.unit else first_value
    labels = [slot for slot in row.own if slot.words and slot.start < edge]
    labels = [slot for slot in labels if slot is not unit_slot]
    if not labels:
        return path
    printed = "".join(labels[-1].text.split())
    values = [(head, id_, under(head, row, heads)) for head, id_ in columns.values]
    unit = unit_slot.words if unit_slot and unit_slot.words else None
    empty = unit is None and all(slot is None or not slot.words for _, _, slot in values)
    if empty and (columns.unit or printed.endswith("情况")):
        return hang(path, printed, heading=True)
    path = hang(path, printed)
    for head, id_, slot in values:
        spot = _spot(path, head, id_, unit)
        if slot is None or not slot.own:
            reading.unreadable.append(
                unreadable(spot, "", "no single cell stands here", labels[-1].place)
            )
        else:
            put(reading, spot, slot.text, slot.place)
    return path


def _spot(path: tuple[Step, ...], head: Head, column: str, unit: str | None) -> Spot:
    label = _known(path)
    indicator = None
    if label is not None:
        indicator = label.id if column == "year" else f"{label.id}.{column}"
    return Spot(
        table=1,
        indicator=indicator,
        applicant=None,
        row=tuple(step.printed for step in path),
        column=(_without_year("".join(head.printed)),),
        unit=unit,
    )


def _without_year(printed: str) -> str:
    """Return a column heading without the year that it names.

    >>> _without_year("2014年度"), _without_year("2014年统计数"), _without_year("历年累计")
    ('本年度', '统计数', '历年累计')
    """
    found = _YEAR_HEAD.match(printed)
    return printed if found is None else found.group(1) or "本年度"


def _known(path: tuple[Step, ...]) -> Label | None:
    """Return the label we know for this row; a part counts only under its own total.

    Where the rows above it name no total we know, their words must be about it: 1.当面申请数
    under 三、依申请公开情况.
    """
    official = load_statistics()
    text = bare_label(path[-1].printed)
    above = [bare_label(step.printed) for step in path[:-1]]
    totals = {label.id for label in official.totals() for words in above if words in label.forms}
    for label in official.rows.values():
        if text not in label.forms:
            continue
        total = label.id.rpartition(".")[0]
        subject = official.subjects.get(total, ())
        if label in official.totals() or total in totals:
            return label
        if not totals and any(word in words for word in subject for words in above):
            return label
    return None


def _text_heading(text: str) -> tuple[int, tuple[str, ...]] | None:
    """Return (offset behind the heading, value columns) of a table flattened to running text."""
    match = re.search(
        r"(?:指标名称|统计指标|指标)\s+(?:计量单位|单位)\s+((?:代码\s+)?)"
        r"((?:20\d\d\s?年度?|本年度?|本期|统计数|数量)(?:\s+(?:历年累计|累计))?)\s",
        text,
    )
    if match is None or match.group(1):
        return None
    return match.end(), tuple(match.group(2).split())


def _read_running_text(document: Document, reading: Reading) -> None:
    heading = _text_heading(document.text)
    if heading is None:
        return
    start, columns = heading
    path: tuple[Step, ...] = ()
    for label, unit, numbers, place in _text_rows(document, start):
        path = hang(path, label)
        heads = [
            (Head(words, (words,), -1, -1), "cumulative" if "累计" in words else "year")
            for words in columns
        ]
        if len(numbers) == len(columns):
            for (head, id_), (text, at) in zip(heads, numbers, strict=True):
                put(reading, _spot(path, head, id_, unit), text, at)
            continue
        for head, id_ in heads:
            reading.unreadable.append(
                unreadable(
                    _spot(path, head, id_, unit),
                    " ".join(text for text, _ in numbers),
                    "fewer or more numbers are printed than there are columns",
                    place,
                )
            )


def _text_rows(
    document: Document, start: int
) -> Iterator[tuple[str, str, list[tuple[str, Place]], Place]]:
    """Yield (label, unit, [(printed number, place)], place) for each row of running text."""
    units = "|".join(sorted(load_statistics().units, key=len, reverse=True))
    number = r"(?:-?[\d,.]+|/|—)(?=\s|$)"
    row = re.compile(rf"([^\s]{{2,40}})\s+({units})\s+({number}(?:\s+{number})*)")
    for match in row.finditer(document.text, start):
        numbers = [
            (found.group(), _place(document, match.start(3) + found.start(), found.group()))
            for found in re.finditer(r"\S+", match.group(3))
        ]
        yield (
            match.group(1),
            match.group(2),
            numbers,
            _place(document, match.start(), match.group(1)),
        )


def _place(document: Document, start: int, text: str) -> Place:
    for block in document.blocks:
        if isinstance(block, Paragraph):
            place = block.place
            if (
                place.start is not None
                and place.stop is not None
                and place.start <= start < place.stop
            ):
                return Place(
                    place.file, place.page, place.line, start=start, stop=start + len(text)
                )
    return Place("", start=start, stop=start + len(text))
