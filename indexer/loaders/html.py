"""Read web pages: the article's paragraphs and tables, without the site around them.

Owns the choice of what is the article, HTML's table algorithm, and the places on a page where it
states its own provenance.

Leaves to others: which table is which; the table that merely describes the page stays a grid.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import lxml.html
from lxml import etree

from indexer.loaders.decoding import decode
from indexer.loaders.draft import (
    Draft,
    DrawnCell,
    Slots,
    is_layout,
    read_span,
    split_breaks,
    tidy,
    tidy_lines,
)
from indexer.loaders.messages import unreadable
from indexer.loaders.packages import unparsed
from indexer.loaders.provenance import first_stated, read_label, read_labelled, report_title
from indexer.model import Document

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,200}\?>", re.IGNORECASE)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE
)
_SECTION = re.compile(r"[一二三四五六]、")


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


_BLOCKS = _tags(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hr html legend li main ol p pre section summary table "
    "tbody td tfoot th thead tr ul caption"
)
_DROPPED = _tags(
    "script style nav noscript iframe select button input textarea template svg object embed "
    "video audio canvas head link meta title"
)
#: Dropped unless they hold the report itself: some sites wrap the whole page in one of them.
_DROPPED_IF_SMALL = frozenset({"header", "footer", "form", "aside"})
_CONTAINERS = frozenset({"div", "ul", "ol", "section", "dl", "p", "center"})
_MOSTLY_LINKS = 0.6

_METAS = {
    "articletitle": "名称",
    "pubdate": "发布日期",
    "contentsource": "信息来源",
    "url": "原文链接",
}


@dataclass(frozen=True, slots=True)
class _Found:
    """A paragraph (`text`) or a table (`cells`) with the element it stands in."""

    element: etree._Element
    text: str = ""
    cells: Sequence[DrawnCell] = ()


def read_html(data: bytes, name: str) -> Document:
    """Read a web page.

    Raises:
        UnreadableFile: `empty` or `damaged`.
    """
    root = _parse(data)
    metas = _metas(root)
    page_title = tidy(_all_text(next(root.iter("title"), None)))
    _drop_site(root)
    found = list(_find_blocks(root))
    visible = _visible_provenance(found)
    article = _article(found)
    headings = [item.text for item in found if _is_heading(item.element)]
    title = next(filter(None, map(report_title, headings)), "") or report_title(page_title)
    draft = Draft(name)
    for item in article:
        if item.cells:
            draft.grid(item.cells)
        else:
            draft.paragraph(item.text)
    return draft.document("html", first_stated([metas, visible, {"title": title}]))


def read_mhtml(data: bytes, name: str) -> Document:
    """Read a page that was saved with its pictures as one mail-like file.

    Raises:
        UnreadableFile: `damaged` where it holds no page.
    """
    for part in email.message_from_bytes(data).walk():
        if part.get_content_type() == "text/html":
            page = part.get_payload(decode=True)
            if isinstance(page, bytes):
                return read_html(page, name)
    raise unreadable("damaged")


def _parse(data: bytes) -> etree._Element:
    charset = _CHARSET.search(data[:4096])
    text = decode(data, charset[1].decode("ascii") if charset else None)
    if declaration := _DECLARATION.match(text):
        text = text[declaration.end() :]
    text = text.replace("\0", "")
    if not text.strip():
        raise unreadable("empty")
    parser = lxml.html.HTMLParser(
        no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        root: etree._Element = lxml.html.document_fromstring(text, parser=parser)
    except etree.ParserError as error:
        raise unreadable("empty") from error
    except etree.XMLSyntaxError as error:
        raise unparsed(error) from error
    if any("depth" in entry.message for entry in parser.error_log):
        # libxml2 drops what stands deeper: better no page than half of one.
        raise unreadable("damaged")
    return root


def _metas(root: etree._Element) -> dict[str, str]:
    stated: dict[str, str] = {}
    for meta in root.iter("meta"):
        label = _METAS.get((meta.get("name") or "").strip().lower())
        if label:
            stated = {**read_label(label, meta.get("content") or ""), **stated}
    return stated


def _drop_site(root: etree._Element) -> None:
    """Take out what no reader sees, and the blocks that are mostly links."""
    for element in list(root.iter(etree.Element)):
        if element is not root and _is_dropped(element):
            _drop(element)
    for element in list(root.iter(*_CONTAINERS)):
        if element.getparent() is not None and _is_navigation(element):
            _drop(element)


def _drop(element: etree._Element) -> None:
    """Remove an element, but not the text that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    if element.tail and before is not None:
        before.tail = (before.tail or "") + element.tail
    elif element.tail:
        parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _is_dropped(element: etree._Element) -> bool:
    tag = element.tag
    if tag in _DROPPED or element.get("hidden") is not None:
        return True
    if _HIDDEN.search(element.get("style") or ""):
        return True
    return tag in _DROPPED_IF_SMALL and not _holds_report(element)


def _holds_report(element: etree._Element) -> bool:
    if next(element.iter("table"), None) is not None:
        return True
    text = _all_text(element)
    return len(text) > 500 or "年度报告" in text


def _is_navigation(element: etree._Element) -> bool:
    links = list(element.iter("a"))
    if len(links) < 3 or next(element.iter("table"), None) is not None:
        return False
    linked = sum(len(tidy(_all_text(link))) for link in links)
    return linked >= _MOSTLY_LINKS * len(tidy(_all_text(element)))


def _all_text(element: etree._Element | None) -> str:
    return "" if element is None else "".join(map(str, element.itertext()))


class _Inline:
    """The text that gathers until a block begins or ends."""

    def __init__(self) -> None:
        self.lines: list[str] = [""]
        self.element: etree._Element | None = None

    def add(self, text: str | None, element: etree._Element) -> None:
        if text:
            self.lines[-1] += text
            if self.element is None and text.strip():
                self.element = element

    def flush(self) -> Iterator[_Found]:
        if self.element is not None:
            for text in split_breaks(self.lines):
                yield _Found(self.element, text)
        self.lines, self.element = [""], None


def _find_blocks(root: etree._Element) -> Iterator[_Found]:
    """Yield paragraphs and data tables in reading order."""
    inline = _Inline()
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        block = element.tag in _BLOCKS
        if block:
            yield from inline.flush()
        if event == "end":
            inline.add(element.tail, _parent(element))
            continue
        if element.tag == "br":
            inline.lines.append("")
        cells = _data_table(element) if element.tag == "table" else []
        if cells:
            yield _Found(element, cells=cells)
            walk.skip_subtree()
        else:
            inline.add(element.text, element)
    yield from inline.flush()


def _parent(element: etree._Element) -> etree._Element:
    parent = element.getparent()
    return element if parent is None else parent


def _data_table(table: etree._Element) -> list[DrawnCell]:
    """Return the cells of a table, or none where it only lays out the page."""
    if next(table.iterdescendants("table"), None) is not None:
        return []
    cells = _cells(table)
    return [] if is_layout(cells) else cells


def _cells(table: etree._Element) -> list[DrawnCell]:
    cells: list[DrawnCell] = []
    slots = Slots()
    rows = list(table.iter("tr"))
    ends = _group_ends(rows)
    for row, element in enumerate(rows):
        column = 0
        for source in element.iter("td", "th"):
            if next(source.iterancestors("tr")) is not element:
                continue
            column = slots.free(row, column)
            height = _height(source, ends[row] - row)
            width = read_span(source.get("colspan"))
            cell = DrawnCell(_cell_text(source), row, column, height, width)
            slots.take(cell)
            cells.append(cell)
            column += cell.colspan
    return cells


def _height(cell: etree._Element, left: int) -> int:
    """Return the rowspan, at most the rows that are left in its group; 0 means all of them."""
    if (cell.get("rowspan") or "").strip() == "0":
        return left
    return min(read_span(cell.get("rowspan")), left)


def _group_ends(rows: Sequence[etree._Element]) -> list[int]:
    """Return for each row the index after the last row of its thead, tbody or tfoot."""
    ends = [len(rows)] * len(rows)
    for index in range(len(rows) - 2, -1, -1):
        same = rows[index].getparent() is rows[index + 1].getparent()
        ends[index] = ends[index + 1] if same else index + 1
    return ends


def _cell_text(cell: etree._Element) -> str:
    inline = _Inline()
    lines: list[str] = []
    for event, element in etree.iterwalk(cell, events=("start", "end")):
        if element.tag in _BLOCKS or element.tag == "br":
            lines.extend(inline.lines)
            inline.lines = [""]
        if event == "start":
            inline.add(element.text, element)
        elif element is not cell:
            inline.add(element.tail, element)
    return tidy_lines([*lines, *inline.lines])


def _is_heading(element: etree._Element) -> bool:
    near = [element, *element.iterancestors()][:4]
    return any(ancestor.tag in {"h1", "h2", "h3"} for ancestor in near)


def _article(found: Sequence[_Found]) -> list[_Found]:
    """Return the blocks of the article: those inside the element that holds all its sections.

    Outside of it tables, headings that name a report, and whole sentences are kept.
    """
    anchors = [item.element for item in found if _SECTION.match(item.text)]
    anchors += [item.element for item in found if item.cells and not _describes_page(item.cells)]
    if len(anchors) < 2:
        return list(found)
    body = _common_ancestor(anchors)
    return [item for item in found if _inside(item.element, body) or _worth_keeping(item)]


def _worth_keeping(item: _Found) -> bool:
    if item.cells or (_is_heading(item.element) and report_title(item.text)):
        return True
    return len(item.text) >= 30 and "。" in item.text


def _common_ancestor(elements: Sequence[etree._Element]) -> etree._Element:
    paths = [[*reversed(list(element.iterancestors())), element] for element in elements]
    depth = 0
    while all(len(path) > depth and path[depth] is paths[0][depth] for path in paths):
        depth += 1
    return paths[0][depth - 1]


def _inside(element: etree._Element, container: etree._Element) -> bool:
    return element is container or any(one is container for one in element.iterancestors())


def _describes_page(cells: Sequence[DrawnCell]) -> bool:
    return len(_table_provenance(cells)) >= 2


def _table_provenance(cells: Sequence[DrawnCell]) -> dict[str, str]:
    stated: dict[str, str] = {}
    for label, value in pairwise(cells):
        if label.row == value.row:
            stated = {**read_label(label.text, value.text), **stated}
    return stated


def _visible_provenance(found: Sequence[_Found]) -> dict[str, str]:
    """Return what is printed above the first section about the page itself."""
    tables: list[dict[str, str]] = []
    lines: list[dict[str, str]] = []
    for item in found:
        if _SECTION.match(item.text):
            break
        if item.cells:
            if _describes_page(item.cells):
                tables.append(_table_provenance(item.cells))
        elif len(item.text) <= 200:
            lines.append(read_labelled(item.text))
    stated = first_stated([*tables, *lines])
    if title := stated.get("title"):
        stated["title"] = report_title(title) or title
    return stated
