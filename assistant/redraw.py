"""Draw a table of a report anew, in the form that the State Council's office prescribes.

Owns the layout of the official tables two to four (merged heads, groups, the order of rows) and
of the statistics tables to 2018, filled with what was read: every figure, every cell that could
not be read, and an empty place where the report prints nothing that we know.

Leaves to others: wording (indexer/formats/), figures (the store), HTML and JSON (api/).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from indexer.formats import Block, Format, Row, load_format
from indexer.model import FormatId
from indexer.records import StoredFigure, StoredUnreadable

_FORM_HEAD = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
_TITLES = {
    1: "政府信息公开情况统计表",
    2: "主动公开政府信息情况",
    3: "收到和处理政府信息公开申请情况",
    4: "政府信息公开行政复议、行政诉讼情况",
}
_WIDTH = 4

Key = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class DrawnCell:
    """One cell; `state` is None for heads and labels.

    Beside the states of a figure it may be "unreadable" (printed, but could not be read) or
    "absent" (the report does not print it).  `seq` is the position of the figure in its report.
    """

    text: str
    rowspan: int = 1
    colspan: int = 1
    header: bool = False
    state: str | None = None
    indicator: str | None = None
    applicant: str | None = None
    seq: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the cell as docs/api.md gives it."""
        plain: dict[str, Any] = {
            "text": self.text,
            "rowspan": self.rowspan,
            "colspan": self.colspan,
            "header": self.header,
        }
        if self.state is not None:
            plain |= {
                "state": self.state,
                "indicator": self.indicator,
                "applicant": self.applicant,
                "seq": self.seq,
            }
        return plain


@dataclass(frozen=True, slots=True)
class DrawnTable:
    """A table as rows of cells; a place that a cell above or to the left covers has none."""

    number: int
    title: str
    rows: tuple[tuple[DrawnCell, ...], ...]


@dataclass(frozen=True)
class _Cells:
    """What was read of one table, by indicator and applicant."""

    figures: Mapping[Key, StoredFigure]
    unreadable: Mapping[Key, StoredUnreadable]

    def draw(self, indicator: str, applicant: str | None = None) -> DrawnCell:
        key = (indicator, applicant)
        figure = self.figures.get(key)
        if figure is not None:
            return _drawn(figure)
        unread = self.unreadable.get(key) or self.unreadable.get((indicator, None))
        if unread is not None:
            return DrawnCell(
                unread.printed, state="unreadable", indicator=indicator, applicant=applicant
            )
        return DrawnCell("", state="absent", indicator=indicator, applicant=applicant)

    def has(self, indicator: str) -> bool:
        keys = (*self.figures, *self.unreadable)
        return any(found == indicator for found, _ in keys)


def table_numbers(format_id: FormatId | None) -> tuple[int, ...]:
    """Return the numbers of the tables that a report of this format carries.

    >>> table_numbers("2021"), table_numbers("statistics"), table_numbers(None)
    ((2, 3, 4), (1,), ())
    """
    if format_id is None:
        return ()
    return (1,) if format_id == "statistics" else (2, 3, 4)


def draw_table(
    format_id: FormatId | None,
    number: int,
    figures: Sequence[StoredFigure],
    unreadable: Sequence[StoredUnreadable],
) -> DrawnTable | None:
    """Return table `number` of a report; None if a report of this format has no such table.

    `figures` and `unreadable` are all of the report's.
    """
    if format_id is None or number not in table_numbers(format_id):
        return None
    if format_id == "statistics":
        return DrawnTable(1, _TITLES[1], tuple(_statistics(figures, unreadable)))
    cells = _Cells(
        {(f.indicator, f.applicant): f for f in figures if f.table == number},
        {(u.indicator, u.applicant): u for u in unreadable if u.table == number},
    )
    draw = {2: _draw_blocks, 3: _draw_matrix, 4: _draw_line}[number]
    rows = (*draw(load_format(format_id), cells), *_unnamed(number, figures))
    return DrawnTable(number, _TITLES[number], rows)


def _drawn(figure: StoredFigure) -> DrawnCell:
    return DrawnCell(
        figure.printed,
        state=figure.state,
        indicator=figure.indicator,
        applicant=figure.applicant,
        seq=figure.seq,
    )


def _head(text: str, rowspan: int = 1, colspan: int = 1) -> DrawnCell:
    return DrawnCell(text, rowspan, colspan, header=True)


def _draw_blocks(official: Format, cells: _Cells) -> Iterator[tuple[DrawnCell, ...]]:
    for block in official.blocks:
        spans = _spans(len(block.columns))
        yield (_head(block.clause, colspan=_WIDTH),)
        yield (_head("信息内容"), *_column_heads(block, spans))
        for id_, label in block.rows.items():
            drawn = [cells.draw(f"{id_}.{column}") for column in block.columns]
            yield (_head(label.printed), *map(_widened, drawn, spans))


def _column_heads(block: Block, spans: Sequence[int]) -> Iterator[DrawnCell]:
    for label, span in zip(block.columns.values(), spans, strict=True):
        yield _head(label.printed, colspan=span)


def _spans(columns: int) -> list[int]:
    """Return the widths of so many columns beside the row labels; the last takes what is left.

    >>> _spans(3), _spans(2), _spans(1)
    ([1, 1, 1], [1, 2], [3])
    """
    return [1] * (columns - 1) + [_WIDTH - columns]


def _widened(cell: DrawnCell, colspan: int) -> DrawnCell:
    return DrawnCell(
        cell.text, 1, colspan, False, cell.state, cell.indicator, cell.applicant, cell.seq
    )


def _draw_matrix(official: Format, cells: _Cells) -> Iterator[tuple[DrawnCell, ...]]:
    legal = [label for id_, label in official.applicants.items() if id_.startswith("legal.")]
    yield (
        _head(_FORM_HEAD, rowspan=3, colspan=3),
        _head("申请人情况", colspan=len(official.applicants)),
    )
    yield (
        _head(official.applicants["natural_person"].printed, rowspan=2),
        _head("法人或其他组织", colspan=len(legal)),
        _head(official.applicants["total"].printed, rowspan=2),
    )
    yield tuple(_head(label.printed) for label in legal)
    rows = [row for row in official.rows.values() if _is_drawn(row, cells)]
    inside = [row for row in rows if row.path[0].startswith("三")]
    for position, row in enumerate(rows):
        heads = _heads_above(row, rows[position - 1] if position else None, rows, inside, official)
        span = 1 if row.group else 2 if row in inside else 3
        values = [cells.draw(row.id, applicant) for applicant in official.applicants]
        yield (*heads, _head(row.number + row.printed, colspan=span), *values)


def _is_drawn(row: Row, cells: _Cells) -> bool:
    """Whether the row stands in this report; （六）其他处理 is one row or its three parts."""
    if row.id == "other":
        return cells.has("other") or row.id not in load_format("2021").rows
    if row.group == "other":
        return cells.has(row.id) or not cells.has("other")
    return True


def _heads_above(
    row: Row, before: Row | None, rows: Sequence[Row], inside: Sequence[Row], official: Format
) -> Iterator[DrawnCell]:
    """Yield the heads that open at `row`: that of all outcomes, and that of its group."""
    if inside and row is inside[0]:
        yield _head(row.path[0], rowspan=len(inside))
    if row.group and (before is None or before.group != row.group):
        group = official.groups[row.group]
        size = sum(other.group == row.group for other in rows)
        yield _head(group.path[-1], rowspan=size)


def _draw_line(official: Format, cells: _Cells) -> Iterator[tuple[DrawnCell, ...]]:
    results = list(official.results.values())
    width = len(results)
    lawsuits = [label for id_, label in official.review_blocks.items() if id_ != "review"]
    yield (
        _head(official.review_blocks["review"].printed, colspan=width),
        _head("行政诉讼", colspan=width * len(lawsuits)),
    )
    yield (
        *(_head(label.printed, rowspan=2) for label in results),
        *(_head(label.printed, colspan=width) for label in lawsuits),
    )
    yield tuple(_head(label.printed) for _ in lawsuits for label in results)
    yield tuple(
        cells.draw(f"{block}.{result}")
        for block in official.review_blocks
        for result in official.results
    )


def _unnamed(number: int, figures: Iterable[StoredFigure]) -> Iterator[tuple[DrawnCell, ...]]:
    """Yield a row for each figure of the table that the form does not know."""
    for figure in figures:
        if figure.table == number and figure.indicator is None:
            path = " / ".join((*figure.row, *figure.column))
            width = {2: _WIDTH - 1, 3: 9, 4: 14}[number]
            yield (_head(path, colspan=width), _drawn(figure))


def _statistics(
    figures: Sequence[StoredFigure], unreadable: Sequence[StoredUnreadable]
) -> Iterator[tuple[DrawnCell, ...]]:
    printed: list[StoredFigure | StoredUnreadable] = [*figures, *unreadable]
    columns = list(dict.fromkeys(one.column for one in printed))
    lines: dict[tuple[str, ...], dict[tuple[str, ...], DrawnCell]] = {}
    units: dict[tuple[str, ...], str | None] = {}
    for one in sorted(printed, key=_position):
        cell = (
            _drawn(one)
            if isinstance(one, StoredFigure)
            else DrawnCell(one.printed, state="unreadable", indicator=one.indicator)
        )
        lines.setdefault(one.row, {})[one.column] = cell
        if isinstance(one, StoredFigure):
            units.setdefault(one.row, one.unit)
    yield (_head("指标"), _head("单位"), *(_head("".join(column)) for column in columns))
    for row, cells in lines.items():
        drawn = [cells.get(column) or DrawnCell("", state="absent") for column in columns]
        yield (_head(" / ".join(row)), DrawnCell(units.get(row) or ""), *drawn)


def _position(one: StoredFigure | StoredUnreadable) -> tuple[int, int, int, int]:
    place = one.place
    return place.line or 0, place.table or 0, place.row or 0, place.start or 0
