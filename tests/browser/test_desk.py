"""The desk in a real browser: comparisons, places, findings, batches and their files."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opens, violations

pytestmark = pytest.mark.browser

MODES = ("", "mode=elder", "contrast=high", "mode=elder&contrast=high", "lang=en")
CITY = "示例市人民政府"


def saved(page: Page, name: str) -> bytes:
    """Press what saves a file, and return the file."""
    with page.expect_download() as waiting:
        page.locator(".desk").get_by_role("link", name=name).or_(
            page.locator(".desk").get_by_role("button", name=name)
        ).first.click()
    return Path(waiting.value.path()).read_bytes()


def choose(page: Page, label: str, value: str) -> None:
    """Choose from the list under a label; the text of a label holds the list, too."""
    labels = page.locator(".desk label").filter(has_text=re.compile(rf"^\s*{label}\s"))
    labels.locator("select").select_option(value)


def test_a_cell_of_the_pivot_opens_its_place(page: Page, address: str):
    page.goto(f"{address}/desk")
    page.get_by_role("button", name=f"{CITY} 2023 268").click()
    cited = page.get_by_role("dialog").locator("td.cited")
    expect(cited.locator("mark")).to_have_text("268")


def test_an_english_desk_names_indicators_in_english(page: Page, address: str):
    page.goto(f"{address}/desk?lang=en")
    page.locator(".grid tbody tr").first.wait_for()
    names = page.locator(".filters .broad option").all_text_contents()
    assert len(names) > 40 and all(name.isascii() for name in names)


def test_what_is_not_there_is_said(page: Page, address: str):
    page.goto(f"{address}/desk")
    row = page.locator("tr", has=page.get_by_role("rowheader", name="淮北市人民政府"))
    expect(row.locator("td").first).to_have_text("未收录")
    expect(row.locator("td.number").nth(2)).to_have_text("331")


def test_years_of_another_form_are_marked_and_not_compared(page: Page, address: str):
    page.goto(f"{address}/desk?organ={CITY}&year=2024&change=1")
    expect(page.locator("td.change").first).to_have_text("+23")
    page.goto(f"{address}/desk?rows=outcomes&organ={CITY}&change=1")
    expect(page.locator("tbody tr").first).to_contain_text("本年新收政府信息公开申请数量")


def test_the_pivot_is_exported_and_opens_again(page: Page, address: str):
    page.goto(f"{address}/desk?change=1")
    page.locator(".grid").wait_for()
    book = openpyxl.load_workbook(io.BytesIO(saved(page, "导出 Excel")))
    assert book.sheetnames == ["对照表", "明细", "来源说明"]
    rows = list(book["对照表"].iter_rows(values_only=True))
    city = dict(zip(rows[0], next(row for row in rows if row[0] == CITY), strict=True))
    assert (city["2023"], city["2024"], city["2024 比上年"]) == (268, 291, "+23")
    lines = list(csv.reader(io.StringIO(saved(page, "导出 CSV").decode("utf-8-sig"))))
    assert [next(r for r in lines if r[0] == CITY)[i] for i in (0, lines[0].index("2023"))] == [
        CITY,
        "268",
    ]


def test_a_view_has_an_address(page: Page, address: str):
    page.goto(f"{address}/desk")
    choose(page, "行", "applicants")
    choose(page, "机关", CITY)
    expect(page.get_by_role("rowheader", name="自然人")).to_be_visible()
    assert "rows=applicants" in page.url
    page.reload()
    expect(page.get_by_role("rowheader", name="自然人")).to_be_visible()
    page.get_by_role("tab", name="检查结果").click()
    page.get_by_label("只看不成立的").check()
    expect(page.locator("tbody tr.fails").first).to_be_visible()
    assert page.locator("tbody tr.holds").count() == 0 and "failing=1" in page.url


def test_columns_are_sorted_by_their_heads(page: Page, address: str):
    page.goto(f"{address}/desk?year=2023")
    head = page.get_by_role("columnheader", name="2023年")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(page.locator("tbody th").first).to_have_text(CITY)


def test_a_batch_of_publishers_is_answered_and_exported(page: Page, address: str):
    page.goto(f"{address}/desk?view=batch")
    choose(page, "每行是", "organs")
    choose(page, "年度", "2023")
    page.get_by_label("问题或机关").fill("示例市\n示例市教育局\n不存在的示例机关")
    page.get_by_role("button", name="查询").click()
    rows = page.locator(".grid tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("268")
    expect(rows.nth(2)).to_contain_text("不能回答")
    book = openpyxl.load_workbook(io.BytesIO(saved(page, "导出 Excel")))
    assert [row[2] for row in book["批量查询"].iter_rows(min_row=2, values_only=True)][:2] == [
        268,
        31,
    ]
    assert "不是人工智能生成" in str(book["批量查询"].cell(2, 7).value)


@pytest.mark.parametrize("mode", MODES)
def test_axe_finds_nothing_on_the_desk(opened: Opens, address: str, mode: str):
    page = opened().new_page()
    for view in ("pivot", "pivot&rows=outcomes&change=1", "coverage", "rules"):
        page.goto(f"{address}/desk?view={view}&{mode}")
        page.locator(".grid tbody tr").first.wait_for()
        assert violations(page) == []
    page.goto(f"{address}/desk?{mode}")
    page.locator(".grid td button.link").first.click()
    page.get_by_role("dialog").locator("td.cited").wait_for()
    assert violations(page) == []
    page.goto(f"{address}/desk?view=batch&{mode}")
    page.locator("textarea").fill("示例市2023年新收多少件？")
    page.locator("button[type=submit]").click()
    page.locator(".grid tbody tr").first.wait_for()
    assert violations(page) == []


@pytest.mark.parametrize("width", [320, 390])
def test_the_desk_does_not_scroll_sideways(opened: Opens, address: str, width: int):
    page = opened(viewport={"width": width, "height": 700}).new_page()
    for view in ("pivot", "coverage", "rules", "batch"):
        page.goto(f"{address}/desk?view={view}")
        page.locator(".desk textarea, .desk tbody tr").first.wait_for()
        wider = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, view
