"""The same addresses where scripts are off."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opens

pytestmark = pytest.mark.browser


def test_a_question_is_answered_by_the_server(opened: Opens, address: str):
    page = opened(java_script_enabled=False).new_page()
    page.goto(address)
    page.get_by_label("您想查什么？").fill("淮北市2021年因保护第三方合法权益不予公开多少件？")
    page.get_by_role("button", name="查询").click()
    expect(page.locator(".headline b")).to_have_text("4")
    expect(page.locator("td.cited mark")).to_have_text("4")
    expect(page.locator(".origin")).to_contain_text("不是人工智能生成")


def test_large_print_and_contrast_are_links(opened: Opens, address: str):
    page = opened(java_script_enabled=False).new_page()
    page.goto(f"{address}/?q=淮北市2021年新收多少件？")
    page.get_by_role("link", name="大字版").click()
    expect(page.locator("html")).to_have_attribute("data-mode", "elder")
    expect(page.locator(".headline b")).to_have_text("331")
    page.goto(f"{address}/reports")
    expect(page.locator("html")).to_have_attribute("data-mode", "elder")
