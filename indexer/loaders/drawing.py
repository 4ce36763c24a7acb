"""Draw the pages of a PDF as pictures, and tell where on them the cells of its tables stand.

Owns how large and how rich in colour a picture is, how many pages are drawn, and the check of
pages that come from the child process.

Leaves to others: finding cells (pdf.py), limits on time and memory (worker.py), keeping pictures
(assistant/pictures.py).
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final

from indexer.loaders.messages import unreadable

if TYPE_CHECKING:
    from indexer.loaders.pdf import Box, CellKey

MAX_DRAWN: Final = 60
#: Pixels of a page's longer side; 144 to the inch on A4, sharp on the screens of phones, too.
_LONGER: Final = 1684
_COLOURS: Final = 64
_PNG: Final = b"\x89PNG\r\n\x1a\n"
#: What pdfium calls its errors: a password is wanted.
_LOCKED: Final = "password"


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """One page as a PNG, and the boxes of its ruled cells as parts of its width and height.

    Only the pages of a PDF that was read have boxes: those of a file that LibreOffice laid out
    are not the places that its figures name.
    """

    picture: bytes
    width: int
    height: int
    cells: Mapping[CellKey, Box]


def draw_pdf(data: bytes, *, boxes: bool) -> tuple[tuple[bytes, int, int, dict[CellKey, Box]], ...]:
    """Return the fields of a DrawnPage for each page, in order, the cells only with `boxes`.

    Raises:
        UnreadableFile: `encrypted`, `damaged`, or `too_large` for more than MAX_DRAWN pages.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise unreadable("encrypted" if _LOCKED in str(error).lower() else "damaged") from error
    if len(document) > MAX_DRAWN:
        raise unreadable("too_large")
    cells: Iterable[dict[CellKey, Box]] = _cells(data) if boxes else repeat({})
    return tuple((*_picture(sheet), found) for sheet, found in zip(document, cells, strict=boxes))


def checked_pages(content: Any) -> tuple[DrawnPage, ...]:
    """Return pages that another process sent.

    Raises:
        ValueError: they are not what draw_pdf gives.
    """
    try:
        pages = tuple(DrawnPage(*fields) for fields in content)
        whole = all(_is_page(page) for page in pages)
    except (TypeError, AttributeError) as error:
        raise ValueError("no pages") from error
    if not pages or not whole:
        raise ValueError("no pages")
    return pages


def _cells(data: bytes) -> Iterator[dict[CellKey, Box]]:
    """Yield the boxes of each page; tables are counted through the whole file."""
    import pdfplumber

    from indexer.loaders.pdf import cell_boxes

    tables = 0
    with pdfplumber.open(io.BytesIO(data)) as read:
        for page in read.pages:
            tables, found = cell_boxes(page, tables)
            page.close()
            yield found


def _picture(sheet: Any) -> tuple[bytes, int, int]:
    longer = max(sheet.get_size()) or 1.0
    image = sheet.render(scale=_LONGER / longer).to_pil().convert("RGB")
    out = io.BytesIO()
    image.quantize(_COLOURS).save(out, "png", optimize=True)
    sheet.close()
    return out.getvalue(), image.width, image.height


def _is_page(page: DrawnPage) -> bool:
    sized = all(isinstance(side, int) and 0 < side <= 2 * _LONGER for side in _sides(page))
    drawn = isinstance(page.picture, bytes) and page.picture.startswith(_PNG)
    return sized and drawn and all(_is_box(*item) for item in page.cells.items())


def _sides(page: DrawnPage) -> tuple[int, int]:
    return page.width, page.height


def _is_box(key: object, box: object) -> bool:
    counted = isinstance(key, tuple) and len(key) == 3 and all(isinstance(n, int) for n in key)
    placed = isinstance(box, tuple) and len(box) == 4 and all(isinstance(n, float) for n in box)
    return counted and placed
