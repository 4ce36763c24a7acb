"""A report beside its original, in a real browser."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from indexer.loaders import Loader
from indexer.pipeline import index_paths
from indexer.store import Store
from tests.browser.conftest import Opens, ask, violations
from tests.browser.serving import served
from tests.browser.test_library import held as held
from tests.browser.test_library import own as own
from tests.conftest import SAMPLES

pytestmark = pytest.mark.browser


def report_of(page: Page, address: str, file: str) -> str:
    rows = page.request.get(f"{address}/v1/reports").json()
    return next(row["id"] for row in rows if row["file"] == file)


def test_the_original_stands_in_a_sandbox_beside_what_was_read(page: Page, address: str):
    page.goto(f"{address}/reports/{report_of(page, address, 'city-2023.html')}")
    frame = page.locator(".beside iframe")
    expect(frame).to_have_attribute("sandbox", "")
    expect(page.frame_locator(".beside iframe").locator("h1")).to_contain_text(
        "示例市人民政府2023年"
    )
    expect(page.locator(".facts")).to_contain_text("2024-01-13")
    expect(page.get_by_role("link", name="官方页面")).to_have_attribute(
        "href", page_url(page, address)
    )
    expect(page.locator(".read table.form")).to_have_count(3)


def page_url(page: Page, address: str) -> str:
    report = page.request.get(f"{address}/v1/reports/{page.url.rpartition('/')[2]}").json()
    assert report["url"].startswith("http")
    return str(report["url"])


@pytest.mark.parametrize("path", [pytest.param("/usr/bin", marks=pytest.mark.office), ""])
def test_a_text_document_is_shown_as_pages_or_as_text(
    page: Page, held: Path, monkeypatch: pytest.MonkeyPatch, path: str
):
    with Store.create(held) as store, Loader() as loader:
        index_paths([SAMPLES / "city-2024.docx"], store, loader=loader, on_progress=lambda _: None)
    if not path:
        monkeypatch.setenv("PATH", "")
    with served(held) as own:
        page.goto(f"{own}/reports/{report_of(page, own, 'city-2024.docx')}")
        if path:
            expect(page.locator(".sheet img").first).to_be_visible(timeout=60_000)
            expect(page.get_by_text("版面由 LibreOffice 排出")).to_be_visible()
            page.get_by_role("button", name="原件文字").click()
        else:
            expect(page.get_by_role("note")).to_contain_text("libreoffice-writer-nogui")
            assert page.locator(".sheet").count() == 0
        paper = page.locator(".paper")
        expect(paper).to_contain_text("一、总体情况")
        assert paper.locator("table").count() >= 3


def test_the_pages_of_a_pdf_frame_the_cited_cell(opened: Opens, own: str):
    page = opened(device_scale_factor=4).new_page()
    base = f"{own}/reports/{report_of(page, own, 'city-2022.pdf')}"
    figures = page.request.get(f"{own}/v1/figures?organ=示例市人民政府&year=2022").json()
    seqs = {(one["indicator"], one["applicant"]): seq for seq, one in enumerate(figures)}
    page.goto(f"{base}#c-{seqs['received', 'total']}")
    framed = page.locator(".sheet .framed")
    expect(framed).to_have_count(1)
    expect(framed).to_be_in_viewport()
    expect(page.locator(".sheet img")).to_have_count(3)
    sheet = page.locator(".sheet:has(.framed)")
    whole = sheet.evaluate(LOADED)
    assert whole == [True, "city-2022.pdf 第 1 页，共 3 页"]
    assert ink_in(page, framed) < 128
    width = page.locator(".sheet").first.bounding_box()["width"]
    page.get_by_role("button", name="放大").click()
    expect(framed).to_be_in_viewport()
    assert page.locator(".sheet").first.bounding_box()["width"] > 1.5 * width
    page.locator(".sheet .box-of-cell").first.dispatch_event("click")
    expect(page.locator(".read td.cited")).to_have_count(1)
    expect(page.locator(".read td.cited")).to_be_in_viewport()


#: Whether the picture of a page has been drawn at its full size, and its name.
LOADED = """async sheet => {
  const img = sheet.querySelector('img')
  await img.decode()
  return [img.naturalWidth > 1000, img.alt]
}"""


def ink_in(page: Page, box: Locator) -> int:
    """Return the darkest grey inside the box as it is shown on the page."""
    shown = Image.open(io.BytesIO(box.screenshot())).convert("L")
    wide, high = shown.size
    return int(shown.crop((6, 6, wide - 6, high - 6)).getextrema()[0])


@pytest.mark.parametrize("mode", ["", "mode=elder", "contrast=high", "mode=elder&contrast=high"])
def test_axe_finds_nothing_beside_the_pages_of_a_pdf(opened: Opens, own: str, mode: str):
    page = opened(viewport={"width": 320, "height": 800}).new_page()
    page.goto(f"{own}/reports/{report_of(page, own, 'city-2022.pdf')}?{mode}")
    page.locator(".sheet img").first.wait_for()
    assert violations(page) == []
    page.get_by_role("button", name="原件文字").click()
    page.locator(".original-text").wait_for()
    assert violations(page) == []
    wider = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wider <= 0


def test_an_address_can_name_a_cell(page: Page, address: str):
    page.goto(address)
    ask(page, "示例市2023年新收多少件？")
    page.get_by_role("link", name="整份报告").first.click()
    cited = page.locator("td.cited")
    expect(cited.locator("mark").first).to_have_text("268")
    expect(cited.first).to_be_in_viewport()
    assert "#c-" in page.url


def test_a_finding_leads_to_its_cells(page: Page, address: str):
    page.goto(f"{address}/reports/{report_of(page, address, 'city-2023.html')}")
    page.get_by_role("tab", name="检查结果").click()
    page.get_by_role("button", name="在表中查看").first.click()
    expect(page.locator("td.cited").first).to_be_in_viewport()


def test_a_report_is_exported_in_the_national_form(page: Page, address: str):
    page.goto(f"{address}/reports/{report_of(page, address, 'city-2023.html')}")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="导出 Excel").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(waiting.value.path()).read_bytes()))
    assert len(book.worksheets) == 6 and book.worksheets[1].merged_cells.ranges
