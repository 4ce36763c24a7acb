"""The pages over more than a thousand reports: they stay quick to use, and say what is left out."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from eval.synthetic import build_synthetic
from tests.browser.conftest import Opens, ask, violations
from tests.browser.serving import served

pytestmark = pytest.mark.browser

REPORTS = 1_600


@pytest.fixture(scope="module")
def organs_and_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[list[str], str]]:
    data = tmp_path_factory.mktemp("large") / "data"
    organs = build_synthetic(data, REPORTS)
    with served(data) as address:
        yield organs, address


@pytest.fixture(scope="module")
def organs(organs_and_address: tuple[list[str], str]) -> list[str]:
    return organs_and_address[0]


@pytest.fixture(scope="module")
def large(organs_and_address: tuple[list[str], str]) -> str:
    return organs_and_address[1]


def test_the_first_view_of_the_desk_is_a_page_and_says_so(
    page: Page, large: str, organs: list[str]
):
    page.goto(f"{large}/desk")
    rows = page.locator(".grid tbody tr")
    expect(rows.first).to_be_visible()
    expect(page.locator(".human")).to_contain_text("共涉及 1601 份报告")
    expect(page.locator(".human")).to_contain_text("导出的文件只含本页")
    assert rows.count() == 60
    seen = page.locator(".grid tbody th").all_text_contents()
    turn = page.get_by_role("button", name="下一页")
    turn.click()
    expect(page.locator(".pager [role=status]")).to_have_text("第 2 页，共 6 页")
    expect(page.locator(".grid tbody th").first).not_to_have_text(seen[0])
    assert not {*seen} & {*page.locator(".grid tbody th").all_text_contents()}
    assert "page=2" in page.url
    with page.expect_download() as waiting:
        page.get_by_role("link", name="导出 Excel").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(waiting.value.path()).read_bytes()))
    assert book["对照表"].max_row == 61
    page.reload()
    expect(page.locator(".pager [role=status]")).to_have_text("第 2 页，共 6 页")


def test_a_part_of_a_name_narrows_the_pivot(page: Page, large: str, organs: list[str]):
    page.goto(f"{large}/desk?page=3")
    field = page.get_by_label("机关名称含")
    field.fill(organs[7].removeprefix("示例市"))
    field.press("Enter")
    expect(page.locator(".grid tbody tr")).to_have_count(1)
    expect(page.locator(".grid tbody th")).to_have_text(organs[7])
    assert page.locator(".pager").count() == 0 and "page=" not in page.url
    page.locator(".grid td button.link").first.click()
    expect(page.get_by_role("dialog").locator("td.cited")).to_have_count(1)


def test_all_rows_are_sorted_though_a_hundred_are_shown(page: Page, large: str, organs: list[str]):
    page.goto(f"{large}/library")
    head = page.get_by_role("columnheader", name="机关")
    for _ in range(2):
        head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    page.get_by_role("button", name="再显示 100 行（还有 1501 行）").click()
    names = page.locator(".grid tbody th")
    expect(names).to_have_count(200)
    shown = names.all_text_contents()
    assert shown == sorted(shown, reverse=True) and shown[0] == max(organs)


def test_findings_and_coverage_come_in_pages(page: Page, large: str, organs: list[str]):
    page.goto(f"{large}/desk?view=rules")
    expect(page.locator(".grid tbody tr")).to_have_count(100)
    expect(page.locator(".human")).to_contain_text("共涉及 1601 份报告")
    page.get_by_role("tab", name="收录情况").click()
    expect(page.locator(".grid tbody tr")).to_have_count(100)
    page.get_by_label("机关名称含").fill(organs[9])
    expect(page.locator(".grid tbody tr")).to_have_count(1)
    link = page.locator(".grid tbody a").first
    name = link.get_attribute("aria-label")
    link.click()
    expect(page.locator("h1")).to_contain_text(f"{organs[9]}{str(name).rpartition(' ')[2]}年")


def test_the_lists_of_reports_come_in_pages(page: Page, large: str, organs: list[str]):
    page.goto(f"{large}/reports")
    assert page.locator("tbody tr").count() == 200
    page.get_by_role("link", name="下一页").click()
    expect(page.get_by_text("第 2 页，共 9 页")).to_be_visible()
    page.get_by_label("机关或年度").fill(f"{organs[3]} 2022")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.goto(f"{large}/library")
    expect(page.locator(".grid tbody tr")).to_have_count(100)
    page.get_by_label("筛选").fill(organs[3])
    expect(page.locator(".grid tbody tr")).to_have_count(5)


def test_a_publisher_is_typed_where_the_list_would_be_too_long(
    page: Page, large: str, organs: list[str]
):
    page.goto(large)
    page.get_by_label("机关").fill(organs[5])
    page.get_by_label("年度").select_option("2022")
    ask(page, "新收多少件申请？")
    expect(page.locator(".headline")).to_be_visible()
    expect(page.locator(".figure .quiet")).to_contain_text(f"{organs[5]} 2022年")


@pytest.mark.parametrize("mode", ["", "mode=elder", "contrast=high"])
def test_axe_finds_nothing_where_there_are_pages(opened: Opens, large: str, mode: str):
    page = opened(viewport={"width": 320, "height": 800}).new_page()
    for path in ("/desk?", "/desk?view=rules&", "/desk?view=coverage&", "/reports?", "/library?"):
        page.goto(f"{large}{path}{mode}")
        page.locator("tbody tr").first.wait_for()
        assert violations(page) == [], path
        wider = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, path
