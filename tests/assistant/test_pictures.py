"""Pages of originals: drawn once, kept by content, boxes named by figure, refusals in words."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant.api import create_app
from assistant.errors import Busy, NotFound
from assistant.pictures import Pictures
from indexer.loaders import Limits, Loader
from indexer.pipeline import index_paths
from indexer.store import Store
from tests.assistant.canned import CannedAssistant
from tests.conftest import SAMPLES


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    data = tmp_path_factory.mktemp("drawn")
    files = [SAMPLES / name for name in ("city-2022.pdf", "qingxi-2022.pdf", "city-2024.docx")]
    files.append(SAMPLES / "huaibei-2021.html")
    with Store.create(data) as store, Loader() as loader:
        index_paths(files, store, loader=loader, on_progress=lambda _: None)
    with Store.open(data) as opened:
        yield opened


@pytest.fixture
def client(drawn: Store) -> Iterator[TestClient]:
    with TestClient(create_app(CannedAssistant(drawn), drawn)) as client:
        yield client


@pytest.fixture
def empty(drawn: Store) -> Iterator[None]:
    shutil.rmtree(drawn.data / "pages", ignore_errors=True)
    yield
    shutil.rmtree(drawn.data / "pages", ignore_errors=True)


def row_of(store: Store, file: str):
    return next(row for row in store.reports() if row.file.endswith(file))


def test_every_figure_of_a_pdf_has_a_box_on_its_page(client: TestClient, drawn: Store):
    row = row_of(drawn, "city-2022.pdf")
    told = client.get(f"/v1/reports/{row.id}/pages").json()
    assert told["report"] == row.id and told["laid_out"] is False
    boxes = {cell["seq"]: page["number"] for page in told["pages"] for cell in page["cells"]}
    figures = drawn.figures(row.id)
    assert boxes == {figure.seq: figure.place.page for figure in figures} and len(boxes) == 200
    for page in told["pages"]:
        for cell in page["cells"]:
            assert 0 <= cell["left"] < cell["left"] + cell["width"] <= 1
            assert 0 <= cell["top"] < cell["top"] + cell["height"] <= 1


def test_a_page_is_a_picture_and_nothing_else(client: TestClient, drawn: Store):
    base = f"/v1/reports/{row_of(drawn, 'city-2022.pdf').id}/pages"
    answer = client.get(f"{base}/2")
    assert answer.status_code == 200 and answer.content.startswith(b"\x89PNG")
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert "private" in answer.headers["cache-control"]
    for number in ("0", "4", "-1"):
        assert client.get(f"{base}/{number}").status_code == 404


def test_an_original_is_drawn_once(drawn: Store, empty: None):
    row, pictures = row_of(drawn, "city-2022.pdf"), Pictures(drawn)
    first = pictures.picture(row, 1)
    made = first.stat().st_mtime_ns
    assert first.parent.name == row.digest
    again = Pictures(drawn)
    assert again.picture(row, 1).stat().st_mtime_ns == made and len(again.pages(row)) == 3


def test_the_oldest_pages_make_room(drawn: Store, empty: None):
    pictures = Pictures(drawn, most=1)
    for file in ("city-2022.pdf", "qingxi-2022.pdf"):
        pictures.pages(row_of(drawn, file))
    kept = [path.name for path in (drawn.data / "pages").iterdir()]
    assert kept == [row_of(drawn, "qingxi-2022.pdf").digest]


def test_a_web_page_has_no_pages(client: TestClient, drawn: Store):
    answer = client.get(f"/v1/reports/{row_of(drawn, 'huaibei-2021.html').id}/pages")
    assert answer.status_code == 404 and "没有版面" in answer.json()["detail"]


def test_what_breaks_a_limit_is_told_and_not_tried_again(drawn: Store, empty: None):
    row = row_of(drawn, "city-2022.pdf")
    pictures = Pictures(drawn, limits=Limits(output=1000))
    with pytest.raises(NotFound, match="larger than allowed"):
        pictures.pages(row)
    pictures._limits = Limits()
    with pytest.raises(NotFound, match="larger than allowed"):
        pictures.pages(row)
    assert len(Pictures(drawn).pages(row)) == 3


def test_without_libreoffice_the_hint_names_it_and_one_may_try_again(
    drawn: Store, empty: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    row, pictures = row_of(drawn, "city-2024.docx"), Pictures(drawn)
    with monkeypatch.context() as patched:
        patched.setenv("PATH", str(tmp_path))
        with pytest.raises(NotFound, match="libreoffice-writer-nogui"):
            pictures.pages(row)
    assert row.digest not in pictures._refused


@pytest.mark.office
def test_a_text_document_has_pages_without_boxes(client: TestClient, drawn: Store):
    row = row_of(drawn, "city-2024.docx")
    told = client.get(f"/v1/reports/{row.id}/pages").json()
    assert told["laid_out"] is True and len(told["pages"]) >= 2
    assert all(page["cells"] == [] for page in told["pages"])


def test_where_many_wait_one_is_sent_away(drawn: Store, empty: None):
    pictures = Pictures(drawn)
    row = row_of(drawn, "city-2022.pdf")
    while pictures._waiting.acquire(blocking=False):
        pass
    with pytest.raises(Busy):
        pictures.pages(row)


def test_an_original_that_is_gone_is_told(drawn: Store, empty: None):
    gone = replace(row_of(drawn, "city-2022.pdf"), id="r_none", digest="0" * 64)
    with pytest.raises(NotFound, match="not kept"):
        Pictures(drawn).pages(gone)
