"""A report beside its original, in a real browser."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ask

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


def test_other_originals_are_shown_as_text_and_tables(page: Page, address: str):
    page.goto(f"{address}/reports/{report_of(page, address, 'city-2024.docx')}")
    paper = page.locator(".paper")
    expect(paper).to_contain_text("一、总体情况")
    assert paper.locator("table").count() >= 3


def test_an_address_can_name_a_cell(page: Page, address: str):
    page.goto(address)
    ask(page, "示例市2023年新收多少件？")
    page.get_by_role("link", name="整份报告").first.click()
    page.locator(".read td").first.wait_for()
    figures = page.request.get(f"{address}/v1/figures?organ=示例市人民政府&year=2023").json()
    seq = next(
        index
        for index, one in enumerate(figures)
        if (one["indicator"], one["applicant"]) == ("received", "total")
    )
    page.goto(f"{page.url}#c-{seq}")
    page.reload()
    cited = page.locator("td.cited")
    expect(cited.locator("mark")).to_have_text("268")
    expect(cited).to_be_in_viewport()


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
