"""Put the parts of a file together as a Document.

Owns the offsets into `Document.text`, the numbering of grids, the limits on what one file may
hold, the characters in place of radicals, and the tidying of white space that every reader shares.

Leaves to others: what a paragraph or a cell is in a file of some kind (the readers).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from indexer.loaders.messages import unreadable
from indexer.model import Document, Grid, GridCell, Paragraph, Place
from indexer.text import plain_radicals

MAX_CELLS = 200_000
MAX_CELL_TEXT = 100_000
MAX_TEXT = 8_000_000
#: A single span may cover so many rows or columns (HTML's own limit on columns).
MAX_SPAN = 1_000
#: All places of one grid, covered ones included.
MAX_AREA = 2_000_000

_BLANKS = re.compile(r"[\s\u200b\ufeff]+")
_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’—…]")
_NUMBERED = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[、）)]|\d{1,2}[.、．](?!\d)")
_FINISHED = "。；：！？"


@dataclass(slots=True)
class DrawnCell:
    """One cell as a reader found it; `row` and `column` count from 0, `line` from 1."""

    text: str
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    line: int | None = None


class Draft:
    """A Document in the making: blocks in reading order.

    With `source` the text of the Document is given and paragraphs are spans of it; without,
    the text is the paragraphs joined by line breaks.
    """

    def __init__(self, name: str, source: str | None = None) -> None:
        self._name = name
        self._source = None if source is None else plain_radicals(source)
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[Paragraph | Grid] = []
        self._grids = 0
        self._cells = 0

    def paragraph(self, text: str, *, page: int | None = None) -> None:
        """Add a paragraph of the text that is being built; an empty one is dropped."""
        if not text:
            return
        text = plain_radicals(text)
        start = self._length + bool(self._parts)
        self._parts.append(text)
        self._length = start + len(text)
        self._check_length(self._length)
        place = Place(self._name, page=page, start=start, stop=self._length)
        self._blocks.append(Paragraph(text, place))

    def span(self, start: int, stop: int, *, line: int) -> None:
        """Add the half-open span of `source` as a paragraph; an empty one is dropped."""
        assert self._source is not None, "spans need a source"
        if start < stop:
            place = Place(self._name, line=line, start=start, stop=stop)
            self._blocks.append(Paragraph(self._source[start:stop], place))

    def grid(
        self,
        cells: Sequence[DrawnCell],
        *,
        page: int | None = None,
        ragged: bool = False,
        continued: bool = False,
    ) -> None:
        """Add a grid; one without any text is dropped.

        Columns in which no cell begins are taken out, so a span is as wide as the grid needs.

        Raises:
            UnreadableFile: `too_large`, the file holds too many or too long cells.
        """
        if not any(cell.text for cell in cells):
            return
        self._check_cells(cells)
        if not ragged:
            cells = _without_idle_columns(cells)
        self._grids += 1
        placed = tuple(self._placed(cell, page) for cell in cells)
        place = Place(self._name, page=page, line=cells[0].line, table=self._grids)
        self._blocks.append(Grid(placed, place, ragged, continued))

    def grids(self) -> tuple[Grid, ...]:
        """Return the grids so far."""
        return tuple(block for block in self._blocks if isinstance(block, Grid))

    def document(
        self, kind: str, provenance: Mapping[str, str] | None = None, *, pages: int | None = None
    ) -> Document:
        """Return the finished Document.

        Raises:
            UnreadableFile: `empty`, there is neither a paragraph nor a grid.
        """
        if not self._blocks:
            raise unreadable("empty")
        text = "\n".join(self._parts) if self._source is None else self._source
        stated = {key: plain_radicals(value) for key, value in (provenance or {}).items() if value}
        return Document(kind, text, tuple(self._blocks), stated, pages)

    def _placed(self, cell: DrawnCell, page: int | None) -> GridCell:
        place = Place(
            self._name,
            page=page,
            line=cell.line,
            table=self._grids,
            row=cell.row + 1,
            column=cell.column + 1,
        )
        text = plain_radicals(cell.text)
        return GridCell(text, cell.row, cell.column, place, cell.rowspan, cell.colspan)

    def _check_cells(self, cells: Sequence[DrawnCell]) -> None:
        self._cells += len(cells)
        longest = max(len(cell.text) for cell in cells)
        if self._cells > MAX_CELLS or longest > MAX_CELL_TEXT:
            raise unreadable("too_large")

    def _check_length(self, length: int) -> None:
        if length > MAX_TEXT:
            raise unreadable("too_large")


def _without_idle_columns(cells: Sequence[DrawnCell]) -> list[DrawnCell]:
    starts = sorted({cell.column for cell in cells})
    rank = {column: index for index, column in enumerate(starts)}
    kept = []
    for cell in cells:
        left = rank[cell.column]
        stop = cell.column + cell.colspan
        right = left + 1
        while right < len(starts) and starts[right] < stop:
            right += 1
        kept.append(DrawnCell(cell.text, cell.row, left, cell.rowspan, right - left, cell.line))
    return kept


class Slots:
    """The places of a table that is drawn row by row, spans included.

    The rules are those of HTML's table algorithm: a cell takes the next free place, spans reach
    down and to the right, and nothing is drawn over a place that is taken.
    """

    def __init__(self) -> None:
        self._taken: dict[int, int] = {}
        self._area = 0

    def free(self, row: int, column: int) -> int:
        """Return the first column from `column` on that is free in `row`."""
        while self._taken.get(column, 0) > row:
            column += 1
        return column

    def take(self, cell: DrawnCell) -> None:
        """Take the places of `cell`; its colspan is cut where a taken place begins.

        Raises:
            UnreadableFile: `too_large`, the spans cover more than any table needs.
        """
        self._area += cell.rowspan * cell.colspan
        if self._area > MAX_AREA:
            raise unreadable("too_large")
        width = 1
        while width < cell.colspan and self._taken.get(cell.column + width, 0) <= cell.row:
            width += 1
        cell.colspan = width
        for column in range(cell.column, cell.column + width):
            self._taken[column] = cell.row + cell.rowspan


def read_span(printed: str | None) -> int:
    """Return a span as a count from 1 to MAX_SPAN; what is no count is 1.

    >>> read_span("3"), read_span(None), read_span("x"), read_span("-2"), read_span("9" * 30)
    (3, 1, 1, 1, 1000)
    """
    if printed is None or not printed.strip().isdecimal():
        return 1
    return max(1, min(MAX_SPAN, int(printed.strip()[:9])))


def tidy(text: str) -> str:
    """Return one line of text with single blanks; a break between Chinese characters vanishes.

    >>> tidy("  2021\\u00a0\\u00a0年\\n度 报告 ")
    '2021 年度 报告'
    """
    return _BLANKS.sub(_blank, text).strip()


def _blank(match: re.Match[str]) -> str:
    before = match.string[match.start() - 1 : match.start()]
    after = match.string[match.end() : match.end() + 1]
    broken = "\n" in match.group() and _WIDE.match(before) and _WIDE.match(after)
    return "" if broken or match.group().strip("\u200b\ufeff") == "" else " "


def tidy_lines(lines: Iterable[str]) -> str:
    """Return the lines that hold text, each tidied, joined by line breaks."""
    return "\n".join(filter(None, map(tidy, lines)))


def split_breaks(lines: Iterable[str]) -> list[str]:
    """Return the paragraphs that a block with soft line breaks holds.

    A break ends a paragraph where an empty line, an indent or a numbered line follows, and after
    a finished sentence or a numbered heading; other breaks stay in the text.

    >>> split_breaks(["示例市", "2021年度报告", "", "一、总体情况", "完成。", "续写"])
    ['示例市\\n2021年度报告', '一、总体情况', '完成。', '续写']
    """
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        text = tidy(line)
        last = paragraphs[-1][-1] if paragraphs[-1] else ""
        indented = line[:2].isspace() and len(line) > 2
        if not text or indented or _NUMBERED.match(text) or _ends_paragraph(last):
            paragraphs.append([])
        if text:
            paragraphs[-1].append(text)
    return ["\n".join(lines) for lines in paragraphs if lines]


def _ends_paragraph(line: str) -> bool:
    heading = len(line) <= 30 and _NUMBERED.match(line) is not None
    return heading or line.endswith(tuple(_FINISHED))


def is_layout(cells: Sequence[DrawnCell]) -> bool:
    """Whether a table merely lays out a page: one cell, or a single column of long prose."""
    filled = [cell for cell in cells if cell.text]
    if len(cells) <= 1:
        return True
    rows = {cell.row for cell in cells}
    longest = max((len(cell.text) for cell in filled), default=0)
    return len(cells) == len(rows) and longest > 300
