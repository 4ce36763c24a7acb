"""Files of every kind, built in memory, and a short way to write down what was read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

import openpyxl
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table

from indexer.model import Document, Grid

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/word/document.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="word/document.xml" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
_NAMESPACES = (
    f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return target.getvalue()


def docx(body: str, *, head: str = "", **parts: str) -> bytes:
    """Return a docx around the XML of a body; `parts` are further members, `__` for `/`."""
    document = f"{head}<w:document {_NAMESPACES}><w:body>{body}</w:body></w:document>"
    more = {name.replace("__", "/"): content for name, content in parts.items()}
    fixed = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATIONS,
        "word/document.xml": document,
    }
    return zipped({**fixed, **more})


def p(text: str) -> str:
    return f'<w:p><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def tc(text: str, *, span: int | str = 1, merge: str = "") -> str:
    merged = f'<w:vMerge w:val="{merge}"/>' if merge else ""
    return f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/>{merged}</w:tcPr>{p(text)}</w:tc>'


def tbl(*rows: Sequence[str]) -> str:
    return "<w:tbl>" + "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in rows) + "</w:tbl>"


def xlsx(rows: Sequence[Sequence[object]], *, merges: Sequence[str] = ()) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(list(row))
    for merge in merges:
        sheet.merge_cells(merge)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


class PdfWriter:
    """Writes A4 pages top down in a font that holds Chinese characters."""

    def __init__(self, *, password: str | None = None) -> None:
        pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
        self._target = io.BytesIO()
        self._canvas = Canvas(self._target, pagesize=A4, encrypt=password)
        self._open()

    def _open(self) -> None:
        self._canvas.setFont("STSong-Light", 14)
        self._top = 80.0

    def line(self, text: str, *, left: float = 72, top: float | None = None) -> PdfWriter:
        height = self._top if top is None else top
        self._canvas.drawString(left, A4[1] - height - 14, text)
        if top is None:
            self._top += 24
        return self

    def table(self, rows: Sequence[Sequence[str]], *spans: tuple[int, int, int, int]) -> PdfWriter:
        """Draw a ruled table; a span is (column, row, last column, last row)."""
        style = [("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("FONT", (0, 0), (-1, -1), _FONT)]
        style += [("SPAN", span[:2], span[2:]) for span in spans]
        table = Table(rows, colWidths=80, rowHeights=20, style=style)
        _, height = table.wrapOn(self._canvas, *A4)
        table.drawOn(self._canvas, 72, A4[1] - self._top - height)
        self._top += height + 10
        return self

    def backdrop(self, top: float, bottom: float) -> PdfWriter:
        """Fill a strip across the page, as editors do behind a line of text."""
        return self.fill(72, top, 450, bottom - top)

    def fill(self, left: float, top: float, width: float, height: float) -> PdfWriter:
        self._canvas.setFillColor(colors.white)
        self._canvas.rect(left, A4[1] - top - height, width, height, fill=1, stroke=0)
        self._canvas.setFillColor(colors.black)
        return self

    def page(self) -> PdfWriter:
        self._canvas.showPage()
        self._open()
        return self

    def bytes(self) -> bytes:
        self._canvas.save()
        return self._target.getvalue()


_FONT = "STSong-Light"


def shape(document: Document) -> list[object]:
    """Return paragraphs as strings and grids as rows of cells.

    A cell is its text, with ` rNcN` behind it where it spans more than one row or column, and
    `N:` before it where columns are left out.
    """
    return [_rows(block) if isinstance(block, Grid) else block.text for block in document.blocks]


def _rows(grid: Grid) -> list[list[str]]:
    rows: list[list[str]] = [[] for _ in range(max(cell.row for cell in grid.cells) + 1)]
    due: dict[int, int] = {}
    for cell in grid.cells:
        span = f" r{cell.rowspan}c{cell.colspan}" if cell.rowspan * cell.colspan > 1 else ""
        skipped = f"{cell.column}:" if cell.column != due.get(cell.row, 0) else ""
        rows[cell.row].append(f"{skipped}{cell.text}{span}")
        due[cell.row] = cell.column + cell.colspan
    return rows


def spans_hold(document: Document) -> bool:
    """Whether every paragraph is the span of the text that its place names."""
    return all(
        document.text[block.place.start : block.place.stop] == block.text
        for block in document.blocks
        if not isinstance(block, Grid)
    )
