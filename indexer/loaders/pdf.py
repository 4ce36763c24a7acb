"""Read PDF: lines of text joined to paragraphs, ruled tables to grids, page by page.

Owns what a page of print needs undone: broken lines, page numbers, running heads, backgrounds
that look like tables, and the spans of merged cells, recovered from the rules that are drawn.

Leaves to others: tables without upright rules (underlined.py), joining grids across pages and
labels cut in two (tables.py), text recognition.
"""

from __future__ import annotations

import io
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfminer.psexceptions import PSException
from pdfplumber.utils.exceptions import PdfminerException

from indexer.loaders.draft import Draft, DrawnCell, tidy, tidy_lines
from indexer.loaders.messages import unreadable
from indexer.loaders.provenance import report_title
from indexer.loaders.underlined import Rule, Underlined, Word, find_underlined
from indexer.model import Document
from indexer.text import plain_radicals, squash

MAX_PAGES = 300
#: Fewer Chinese characters a page than this, beside images, are a scan with stray text.
_SPARSE = 20
_RULED = {"vertical_strategy": "lines", "horizontal_strategy": "lines"}
#: Rules closer than this (points) are one; the narrowest real column is about 12.
_SNAP = 4.0
#: A filled shape thicker than this is a background, a thinner one a drawn rule.
_THICK = 3.0
#: The parts of a page's height where page numbers and running heads stand.
_HEAD, _FOOT = 0.10, 0.90
#: Full lines reach at least this part of a page's width, in a text of headings alone too.
_WIDE = 0.7

_PAGE_NUMBER = re.compile(
    r"[-—–－·]{0,2}(?:第|page)?[0-9]{1,4}页?(?:(?:[/／|]|of|[,，]?共)(?:共)?[0-9]{1,4}页?)?[-—–－·]{0,2}",
    re.IGNORECASE,
)
_UNMAPPED = re.compile(r"\(cid:\d+\)")
_CJK = re.compile(r"[\u4e00-\u9fff]")
_OPENING = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[、）)]")
_LONG_HEADING = 30
#: A cell as a Place names it: table, row, column, each from 1.
CellKey = tuple[int, int, int]
#: Left, top, right and bottom in points; of a page's parts left, top, width and height.
Box = tuple[float, float, float, float]
_FINISHED = ("。", "；", "：", "！", "？", ";", ":")


@dataclass(frozen=True, slots=True)
class _Line:
    """One printed line outside tables; positions in points from the page's upper left."""

    text: str
    left: float
    right: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class _Table:
    top: float
    cells: Sequence[DrawnCell]


@dataclass(slots=True)
class _Page:
    number: int
    width: float
    height: float
    lines: list[_Line]
    tables: list[_Table]
    pictures: int
    left: float = 0.0
    right: float = 0.0
    leading: float = field(default=0.0)

    def measure(self) -> None:
        """Find the usual distance of two lines."""
        gaps = [b.top - a.top for a, b in pairwise(self.lines)]
        near = sorted(gap for gap in gaps if gap > 0)
        self.leading = near[len(near) // 2] if near else 0.0


def read_pdf(data: bytes, name: str) -> Document:
    """Read a PDF with a text layer.

    Raises:
        UnreadableFile: `scan`, `encrypted`, `damaged`, `too_large` or `empty`.
    """
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            if len(pdf.pages) > MAX_PAGES:
                raise unreadable("too_large")
            pages = [_read_page(page) for page in pdf.pages]
            title = report_title(str((pdf.metadata or {}).get("Title") or ""))
    except (PdfminerException, PDFException, PSException) as error:
        cause = error.args[0] if error.args else error
        locked = isinstance(error, PDFPasswordIncorrect) or isinstance(cause, PDFPasswordIncorrect)
        raise unreadable("encrypted" if locked else "damaged") from error
    _check_text(pages)
    _drop_running_lines(pages)
    draft = Draft(name)
    _write(draft, pages)
    return draft.document("pdf", {"title": title}, pages=len(pages))


def _read_page(page: Any) -> _Page:
    page = page.dedupe_chars()  # bold print is often the same character drawn twice
    kept = _kept_tables(page)
    boxes = [box for box, _, _ in kept]
    text = page.filter(lambda shape: not _within(shape, boxes))
    lines = [
        _Line(
            tidy(plain_radicals(line["text"])),  # a heading ⼀、 opens a paragraph as 一、 does
            line["x0"],
            line["x1"],
            line["top"],
            line["bottom"],
        )
        for line in text.extract_text_lines(return_chars=False)
    ]
    tables = [_Table(box[1], cells) for box, cells, _ in kept]
    pictures = len(page.images) + len(page.curves)
    read = _Page(page.page_number, float(page.width), float(page.height), lines, tables, pictures)
    page.close()
    return read


def _kept_tables(page: Any) -> list[tuple[Box, Sequence[DrawnCell], Sequence[Box]]]:
    """Return each table of a page: its box, its cells, and theirs, none where no rule ends one."""
    ruled = page.filter(_is_no_background)
    found = _find_tables(ruled) or [
        table for table in _find_tables(page) if _is_drawn_by_backgrounds(table)
    ]
    kept: list[tuple[Box, Sequence[DrawnCell], Sequence[Box]]]
    kept = [(table.bbox, cells, _boxes(table)) for table in found if (cells := _cells(table))]
    return kept or [(table.box, table.cells, ()) for table in _underlined(ruled)]


def _boxes(table: Any) -> list[Box]:
    return [box for row in table.rows for box in row.cells if box is not None]


def cell_boxes(page: Any, before: int) -> tuple[int, dict[CellKey, Box]]:
    """Return the number of tables up to this page of pdfplumber, and where its cells stand.

    Cells are named as their Place names them, `before` being the number of tables on earlier
    pages; boxes are parts of the page.
    """
    page = page.dedupe_chars()
    draft = Draft("")
    tables = sorted(_kept_tables(page), key=lambda kept: kept[0][1])
    boxes = []
    for _, cells, drawn in tables:
        if any(cell.text for cell in cells):
            draft.grid(cells)
            boxes.append(drawn)
    left, top, right, bottom = page.cropbox
    wide, high = float(right - left), float(bottom - top)
    return before + len(boxes), {
        (before + number, cell.row + 1, cell.column + 1): (
            (box[0] - left) / wide,
            (box[1] - top) / high,
            (box[2] - box[0]) / wide,
            (box[3] - box[1]) / high,
        )
        for number, (grid, drawn) in enumerate(zip(draft.grids(), boxes, strict=True), 1)
        for cell, box in zip(grid.cells, drawn, strict=bool(drawn))
    }


def _is_no_background(shape: dict[str, Any]) -> bool:
    if shape["object_type"] not in {"rect", "curve"}:
        return True
    thick = shape["width"] > _THICK and shape["height"] > _THICK
    return not (thick and shape.get("fill") and not shape.get("stroke"))


def _find_tables(page: Any) -> list[Any]:
    if len(page.edges) <= 3:
        return []
    return list(page.find_tables(_RULED))


def _underlined(page: Any) -> list[Underlined]:
    """Return the tables of a page that has rules across and none upright."""
    upright = [edge for edge in page.edges if edge["orientation"] == "v"]
    if not page.edges or any(edge["bottom"] - edge["top"] > _THICK for edge in upright):
        return []
    rules = [
        Rule(edge["x0"], edge["x1"], edge["top"])
        for edge in page.edges
        if edge["orientation"] == "h"
    ]
    words = [
        Word(plain_radicals(word["text"]), word["x0"], word["x1"], word["top"], word["bottom"])
        for word in page.extract_words()
    ]
    return list(find_underlined(rules, words))


def _is_drawn_by_backgrounds(table: Any) -> bool:
    """Whether filled shapes alone draw a table: most rows have cells, unlike prose on white."""
    widths = [sum(cell is not None for cell in row.cells) for row in table.rows]
    return len(widths) >= 2 and 2 * sum(width >= 2 for width in widths) > len(widths)


def _within(shape: dict[str, Any], boxes: Sequence[tuple[float, float, float, float]]) -> bool:
    x, y = (shape["x0"] + shape["x1"]) / 2, (shape["top"] + shape["bottom"]) / 2
    return any(x0 <= x <= x1 and top <= y <= bottom for x0, top, x1, bottom in boxes)


def _cells(table: Any) -> list[DrawnCell]:
    """Return the cells of a table with their spans; none if it is a frame around prose."""
    boxed = [
        (box, text or "")
        for row, texts in zip(table.rows, table.extract(), strict=True)
        for box, text in zip(row.cells, texts, strict=True)
        if box is not None
    ]
    columns = _rules(x for box, _ in boxed for x in (box[0], box[2]))
    rows = _rules(y for box, _ in boxed for y in (box[1], box[3]))
    if len(columns) <= 2:
        return []
    return [_drawn(box, text, rows, columns) for box, text in boxed]


def _drawn(
    box: tuple[float, float, float, float],
    text: str,
    rows: Sequence[float],
    columns: Sequence[float],
) -> DrawnCell:
    left, right = _nearest(columns, box[0]), _nearest(columns, box[2])
    top, bottom = _nearest(rows, box[1]), _nearest(rows, box[3])
    return DrawnCell(
        tidy_lines(text.split("\n")), top, left, max(1, bottom - top), max(1, right - left)
    )


def _rules(positions: Iterator[float]) -> list[float]:
    """Return the positions of the rules, those that lie within _SNAP of each other as one."""
    rules: list[float] = []
    for position in sorted(positions):
        if not rules or position - rules[-1] > _SNAP:
            rules.append(position)
    return rules


def _nearest(rules: Sequence[float], position: float) -> int:
    index = bisect_left(rules, position)
    near = [i for i in (index - 1, index) if 0 <= i < len(rules)]
    return min(near, key=lambda i: abs(rules[i] - position))


def _check_text(pages: Sequence[_Page]) -> None:
    """Refuse pages that are images or outlines, and characters that have no meaning."""
    texts = [line.text for page in pages for line in page.lines]
    texts += [cell.text for page in pages for table in page.tables for cell in table.cells]
    text = "".join(texts)
    characters = len(_CJK.findall(text))
    pictures = sum(page.pictures for page in pages)
    unmapped = len(_UNMAPPED.findall(text))
    if (characters < _SPARSE * len(pages) and pictures) or unmapped > characters:
        raise unreadable("scan")


def _drop_running_lines(pages: Sequence[_Page]) -> None:
    """Drop page numbers, and the lines that return at the same height of other pages."""
    seen = Counter(key for page in pages for key in {_key(line) for line in page.lines})
    often = max(2, min(3, (len(pages) + 1) // 2 + 1))
    for page in pages:
        page.lines = [
            line
            for line in page.lines
            if not (_on_margin(line, page) and (_is_page_number(line) or seen[_key(line)] >= often))
        ]
        page.measure()
    _find_margins(pages)


def _find_margins(pages: Sequence[_Page]) -> None:
    """Give every page the margins of the whole text, at least those of a page of print."""
    lines = [line for page in pages for line in page.lines]
    left = min((line.left for line in lines), default=0.0)
    right = max((line.right for line in lines), default=0.0)
    for page in pages:
        page.left, page.right = left, max(right, _WIDE * page.width)


def _key(line: _Line) -> tuple[str, int]:
    return re.sub(r"\d+", "#", squash(line.text)), round(line.top / 6)


def _on_margin(line: _Line, page: _Page) -> bool:
    return line.bottom < _HEAD * page.height or line.top > _FOOT * page.height


def _is_page_number(line: _Line) -> bool:
    return _PAGE_NUMBER.fullmatch("".join(line.text.split())) is not None


def _write(draft: Draft, pages: Sequence[_Page]) -> None:
    """Write the pages in order; a paragraph that a page break cuts goes on."""
    text, started = "", 1
    last: tuple[_Line, _Page] | None = None
    after_grid = False
    for page in pages:
        first = True
        blocks: list[_Line | _Table] = [*page.lines, *page.tables]
        for block in sorted(blocks, key=lambda block: block.top):
            if isinstance(block, _Table):
                draft.paragraph(text, page=started)
                text, last = "", None
                draft.grid(block.cells, page=page.number, continued=first and after_grid)
                after_grid = True
            elif last is not None and _goes_on(last, (block, page)):
                text, last, after_grid = _joined(text, block.text), (block, page), False
            else:
                draft.paragraph(text, page=started)
                text, started, last, after_grid = block.text, page.number, (block, page), False
            first = False
    draft.paragraph(text, page=started)


def _goes_on(above: tuple[_Line, _Page], below: tuple[_Line, _Page]) -> bool:
    """Whether a line continues the paragraph of the line above it."""
    (line, page), (following, its_page) = above, below
    size = line.bottom - line.top
    full = line.right >= page.right - 1.6 * size
    indented = following.left >= its_page.left + 1.2 * size
    resized = abs((following.bottom - following.top) - size) > 0.25 * size
    if not full or indented or resized:
        return False
    heading = len(line.text) <= _LONG_HEADING and _OPENING.match(line.text) is not None
    closed = heading or line.text.endswith(_FINISHED)
    new = closed and _OPENING.match(following.text) is not None
    apart = page is its_page and following.top - line.top > max(1.5 * page.leading, 1.2 * size)
    return not (new or apart)


def _joined(text: str, line: str) -> str:
    words = text[-1:].isascii() and text[-1:].isalpha() and line[:1].isascii()
    return f"{text} {line}" if words and line[:1].isalpha() else text + line
