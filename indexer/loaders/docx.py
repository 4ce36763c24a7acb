"""Read docx: the body's paragraphs and tables, straight from word/document.xml.

Owns WordprocessingML: revisions, hidden text, content controls, text boxes, merged cells.

Leaves to others: numbers that Word prints by itself (automatic numbering), headers and footers,
notes; none of them is part of the text.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from indexer.loaders.draft import (
    Draft,
    DrawnCell,
    Slots,
    is_layout,
    read_span,
    split_breaks,
    tidy_lines,
)
from indexer.loaders.messages import unreadable
from indexer.loaders.packages import Package, parse_xml
from indexer.loaders.provenance import report_title
from indexer.model import Document

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}Override"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"


def _w(name: str) -> str:
    return f"{{{_W}}}{name}"


_P, _TBL, _TR, _TC, _TXBX = _w("p"), _w("tbl"), _w("tr"), _w("tc"), _w("txbxContent")
_VAL = _w("val")
#: Their content counts as if it stood in their place.
_WRAPPERS = (
    "sdt",
    "sdtContent",
    "ins",
    "moveTo",
    "smartTag",
    "customXml",
    "hyperlink",
    "fldSimple",
)
_TRANSPARENT = frozenset(map(_w, _WRAPPERS)) | {f"{{{_MC}}}Choice", f"{{{_MC}}}Fallback"}
_ALTERNATE = f"{{{_MC}}}AlternateContent"
_DELETED = frozenset(map(_w, ("del", "moveFrom", "delText", "instrText", "pPr", "rPr", "sectPr")))
_PRINTED = {_w("tab"): " ", _w("br"): "\n", _w("cr"): "\n", _w("noBreakHyphen"): "-"}


def read_docx(data: bytes, name: str, *, kind: str = "docx") -> Document:
    """Read a docx package.

    Raises:
        UnreadableFile: `damaged`, `encrypted`, `too_large` or `empty`.
    """
    package = Package(data)
    content = package.read(_main_part(package))
    root = parse_xml(content.replace(_STRICT, _W.encode()))
    body = root.find(_w("body"))
    if body is None:
        raise unreadable("damaged")
    draft = Draft(name)
    _read_blocks(draft, body)
    return draft.document(kind, {"title": _title(package)})


def _main_part(package: Package) -> str:
    if "[Content_Types].xml" in package.names:
        for override in package.xml("[Content_Types].xml").iter(_TYPES):
            kind, part = override.get("ContentType", ""), override.get("PartName", "").lstrip("/")
            if "word" in kind and kind.endswith("main+xml") and part in package.names:
                return part
    if "word/document.xml" not in package.names:
        raise unreadable("damaged")
    return "word/document.xml"


def _title(package: Package) -> str:
    if "docProps/core.xml" not in package.names:
        return ""
    return report_title(package.xml("docProps/core.xml").findtext(_TITLE) or "")


def _children(element: etree._Element) -> Iterator[etree._Element]:
    """Yield the children that count: revisions resolved, wrappers opened, one of each choice."""
    stack = list(reversed(element))
    while stack:
        child = stack.pop()
        if child.tag in _TRANSPARENT:
            stack.extend(reversed(child))
        elif child.tag == _ALTERNATE:
            stack.extend(list(child)[:1])
        elif child.tag not in _DELETED:
            yield child


def _read_blocks(draft: Draft, parent: etree._Element) -> None:
    for block in _children(parent):
        if block.tag == _P:
            _read_paragraph(draft, block)
        elif block.tag == _TBL:
            _read_table(draft, block)


def _read_paragraph(draft: Draft, paragraph: etree._Element) -> None:
    boxes: list[etree._Element] = []
    for text in split_breaks(_text(paragraph, boxes).split("\n")):
        draft.paragraph(text)
    for box in boxes:
        _read_blocks(draft, box)


def _text(parent: etree._Element, boxes: list[etree._Element]) -> str:
    """Return the printed text of a paragraph; text boxes in it are added to `boxes`."""
    parts: list[str] = []
    stack = list(reversed(list(_children(parent))))
    while stack:
        node = stack.pop()
        if node.tag == _w("t"):
            parts.append(node.text or "")
        elif node.tag in _PRINTED:
            parts.append(_PRINTED[node.tag])
        elif node.tag == _TXBX:
            boxes.append(node)
        elif not (node.tag == _w("r") and _hidden(node)):
            stack.extend(reversed(list(_children(node))))
    return "".join(parts)


def _hidden(run: etree._Element) -> bool:
    vanish = run.find(f"{_w('rPr')}/{_w('vanish')}")
    return vanish is not None and vanish.get(_VAL, "true") not in {"0", "false", "off"}


def _read_table(draft: Draft, table: etree._Element) -> None:
    sources = list(_cells(table))
    cells = [cell for cell, _ in sources]
    if is_layout(cells):
        for _, source in sources:
            _read_blocks(draft, source)
        return
    draft.grid(cells)
    for _, source in sources:
        for inner in _children(source):
            if inner.tag == _TBL:
                _read_table(draft, inner)


def _cells(table: etree._Element) -> Iterator[tuple[DrawnCell, etree._Element]]:
    """Return the drawn cells of a table with their elements; merged ones count once."""
    slots = Slots()
    drawn: list[tuple[DrawnCell, etree._Element]] = []
    above: dict[int, DrawnCell] = {}
    rows = (child for child in _children(table) if child.tag == _TR)
    for row, element in enumerate(rows):
        column = _before(element)
        here: dict[int, DrawnCell] = {}
        for source in _children(element):
            if source.tag != _TC:
                continue
            width, merge = _span(source), _merge(source)
            over = above.get(column)
            if merge == "continue" and over is not None and over.colspan == width:
                over.rowspan += 1
                cell = over
            else:
                cell = DrawnCell(_cell_text(source), row, column, colspan=width)
                drawn.append((cell, source))
            slots.take(DrawnCell("", row, column, colspan=width))
            here[column] = cell
            column += width
        above = here
    return iter(drawn)


def _before(row: etree._Element) -> int:
    before = row.find(f"{_w('trPr')}/{_w('gridBefore')}")
    return 0 if before is None else read_span(before.get(_VAL))


def _span(cell: etree._Element) -> int:
    span = cell.find(f"{_w('tcPr')}/{_w('gridSpan')}")
    return 1 if span is None else read_span(span.get(_VAL))


def _merge(cell: etree._Element) -> str | None:
    merge = cell.find(f"{_w('tcPr')}/{_w('vMerge')}")
    return None if merge is None else merge.get(_VAL, "continue")


def _cell_text(cell: etree._Element) -> str:
    lines: list[str] = []
    for block in _children(cell):
        if block.tag == _P:
            boxes: list[etree._Element] = []
            lines.extend(_text(block, boxes).split("\n"))
            lines.extend(_text(inner, []) for box in boxes for inner in box.iter(_P))
    return tidy_lines(lines)
