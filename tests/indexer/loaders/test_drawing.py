from __future__ import annotations

import io

import pytest
from PIL import Image

from indexer.errors import UnreadableFile
from indexer.loaders import Limits, Loader
from indexer.loaders.drawing import MAX_DRAWN, checked_pages
from indexer.loaders.office import find_office
from indexer.loaders.pdf import read_pdf
from indexer.model import Grid
from tests.conftest import ROOT, SAMPLES
from tests.indexer.loaders.test_loader_worker import ENDLESS

PDF = SAMPLES / "city-2022.pdf"


@pytest.fixture(scope="module")
def pages():
    with Loader() as loader:
        return loader.draw(PDF, "pdf")


def test_every_page_is_a_picture_of_its_size(pages):
    assert len(pages) == 3
    for page in pages:
        image = Image.open(io.BytesIO(page.picture))
        assert image.format == "PNG" and image.size == (page.width, page.height)
        assert max(image.size) == 1684 and len(page.picture) < 400_000


def test_a_box_has_the_place_that_the_figure_names(pages):
    """In the picture each cell with text has ink inside its box, each without has none."""
    grids = [
        block for block in read_pdf(PDF.read_bytes(), "a.pdf").blocks if isinstance(block, Grid)
    ]
    placed = {
        (cell.place.table, cell.place.row, cell.place.column): (cell.place.page, cell.text)
        for grid in grids
        for cell in grid.cells
    }
    found = {key: number for number, page in enumerate(pages, 1) for key in page.cells}
    assert found == {key: page for key, (page, _) in placed.items()}
    for number, page in enumerate(pages, 1):
        image = Image.open(io.BytesIO(page.picture)).convert("L")
        for key, (left, top, width, height) in page.cells.items():
            margin = 6  # the rule itself is no ink of the cell
            inside = image.crop((
                int(left * page.width) + margin,
                int(top * page.height) + margin,
                int((left + width) * page.width) - margin,
                int((top + height) * page.height) - margin,
            ))  # fmt: skip
            assert (inside.getextrema()[0] < 128) is bool(placed[key][1]), (
                number,
                key,
                placed[key],
            )


@pytest.mark.parametrize(
    "path", sorted((ROOT / "tests" / "reports").glob("*/*.pdf")), ids=lambda path: path.parent.name
)
def test_boxes_of_every_kind_of_table_have_places_on_their_page(path):
    """Tables without a box for each cell are counted, too, so that those after them keep theirs."""
    document = read_pdf(path.read_bytes(), "a.pdf")
    placed = {
        (cell.place.table, cell.place.row, cell.place.column): cell.place.page
        for grid in document.blocks
        if isinstance(grid, Grid)
        for cell in grid.cells
    }
    with Loader() as loader:
        drawn = loader.draw(path, "pdf")
    assert len(drawn) == document.pages
    found = {key: number for number, page in enumerate(drawn, 1) for key in page.cells}
    assert found.items() <= placed.items()


@pytest.mark.office
@pytest.mark.skipif(find_office() is None, reason="LibreOffice is not installed")
def test_a_text_document_is_laid_out(tmp_path):
    with Loader() as loader:
        pages = loader.draw(SAMPLES / "city-2024.docx", "docx")
    assert len(pages) >= 2 and all(page.picture.startswith(b"\x89PNG") for page in pages)
    assert all(page.cells == {} for page in pages)


def refusal(path, kind="pdf", **limits) -> str:
    with Loader(Limits(**limits)) as loader, pytest.raises(UnreadableFile) as caught:
        loader.draw(path, kind)
    return caught.value.reason


def test_what_cannot_be_drawn_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7 and nothing more")
    assert refusal(path) == "damaged"
    path.write_bytes(ENDLESS)
    assert refusal(path, seconds=2) == "timeout"
    assert refusal(PDF, output=10_000) == "too_large"
    assert refusal(PDF, file=10_000) == "too_large"
    assert refusal(tmp_path / "none.pdf") == "missing"
    monkeypatch.setenv("PATH", str(tmp_path))
    assert refusal(SAMPLES / "city-2024.docx", "docx") == "needs_libreoffice"


def test_too_many_pages_and_a_password_are_refused(tmp_path):
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    path = tmp_path / "long.pdf"
    canvas = Canvas(str(path))
    for _ in range(MAX_DRAWN + 1):
        canvas.showPage()
    canvas.save()
    assert refusal(path) == "too_large"
    locked = Canvas(str(path), encrypt=StandardEncryption("示例".encode().hex(), canPrint=0))
    locked.drawString(100, 100, "1")
    locked.save()
    assert refusal(path) == "encrypted"


PICTURE = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(
    "content",
    [
        None,
        (),
        ((b"<svg>", 10, 10, {}),),
        ((PICTURE, 10, 10**9, {}),),
        ((PICTURE, 10, 10, {(1, 2): (0.0, 0.0, 1.0, 1.0)}),),
        ((PICTURE, 10, 10, {(1, 2, 3): "here"}),),
        ((PICTURE, 10, 10, []),),
        ((PICTURE, 10),),
    ],
    ids=["nothing", "none", "foreign", "huge", "cell", "box", "list", "short"],
)
def test_what_is_no_page_is_not_taken(content):
    with pytest.raises(ValueError):
        checked_pages(content)
