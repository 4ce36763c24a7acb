"""Everyone can use the pages: axe, keyboard, large print, narrow windows."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opens, ask, question_field, violations

pytestmark = pytest.mark.browser

REFUSED = "示例市人民政府2023年不予公开一共多少件？"
MODES = ("", "mode=elder", "contrast=high", "mode=elder&contrast=high", "lang=en")


def report_of(page: Page, address: str, organ: str, year: int) -> str:
    rows = page.request.get(f"{address}/v1/reports").json()
    return next(row["id"] for row in rows if (row["organ"], row["year"]) == (organ, year))


@pytest.mark.parametrize("mode", MODES)
def test_axe_finds_nothing_in_any_state_of_the_chat(opened: Opens, address: str, mode: str):
    page = opened().new_page()
    page.goto(f"{address}/?{mode}")
    assert violations(page) == []
    question_field(page).press_sequentially("示例市")
    page.locator(".offers [role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    assert violations(page) == []
    ask(page, REFUSED)
    ask(page, "示例市历年新收申请的趋势")
    page.locator(".chart svg").wait_for()
    ask(page, "示例市新收多少件？")
    ask(page, "示例市2015年新收多少件？")
    page.locator("[aria-controls$=why]").first.click()
    assert violations(page) == []
    page.locator(".cite").first.click()
    page.locator("td.cited").first.wait_for()
    assert violations(page) == []


@pytest.mark.parametrize("mode", MODES)
def test_axe_finds_nothing_on_the_report_pages(opened: Opens, address: str, mode: str):
    page = opened().new_page()
    page.goto(f"{address}/reports?{mode}")
    assert violations(page) == []
    for organ, year in (("示例市人民政府", 2023), ("示例市人民政府", 2024)):
        page.goto(f"{address}/reports/{report_of(page, address, organ, year)}?{mode}")
        page.locator(".beside table").first.wait_for()
        assert violations(page) == []
        for tab in page.get_by_role("tab").all():
            tab.click()
            assert violations(page) == []


@pytest.mark.parametrize("mode", MODES)
def test_axe_finds_nothing_without_scripts(opened: Opens, address: str, mode: str):
    plain = opened(java_script_enabled=False).new_page()
    looked = opened().new_page()
    report = report_of(plain, address, "示例市人民政府", 2023)
    paths = ("/?", "/?q=淮北市2021年新收多少件？&", "/?q=天气&", "/reports?", f"/reports/{report}?")
    for path in (*paths, "/reports/none?", "/desk?"):
        plain.goto(f"{address}{path}{mode}")
        looked.set_content(plain.content().replace("data-script", ""))
        looked.add_style_tag(path="assistant/api/static/page.css")
        assert violations(looked) == []


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("mode", ["", "mode=elder"])
def test_nothing_scrolls_sideways(opened: Opens, address: str, width: int, mode: str):
    page = opened(viewport={"width": width, "height": 700}).new_page()
    page.goto(f"{address}/?{mode}")
    ask(page, REFUSED)
    ask(page, "示例市2023年办理结果的构成")
    page.locator(".chart svg").wait_for()
    paths = [page.url, f"{address}/reports?{mode}"]
    paths.append(f"{address}/reports/{report_of(page, address, '示例市人民政府', 2023)}?{mode}")
    for path in paths:
        if path != page.url:
            page.goto(path)
            page.locator("table").first.wait_for()
        wider = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, path


def test_large_print_is_large_and_its_targets_wide(opened: Opens, address: str):
    context = opened()
    page = context.new_page()
    page.goto(address)
    ask(page, REFUSED)
    page.get_by_role("link", name="大字版").click()
    expect(page.locator(".headline b")).to_be_visible()
    sizes = page.evaluate(
        """() => [...document.querySelectorAll('main *, footer p, nav a')]
          .filter(e => e.checkVisibility() && !e.closest('.hidden, svg, .chart')
            && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
          .map(e => [parseFloat(getComputedStyle(e).fontSize),
            parseFloat(getComputedStyle(e).lineHeight) / parseFloat(getComputedStyle(e).fontSize),
            e.outerHTML.slice(0, 80)])"""
    )
    assert [one for one in sizes if one[0] < 24] == []
    narrow = [one for one in sizes if one[1] < 1.5]
    assert narrow == []
    small = page.evaluate(
        """() => [...document.querySelectorAll('a, button, select, summary, input, [role=option]')]
          .filter(e => e.checkVisibility() && !e.closest('.hidden') && !e.classList.contains('skip')
            && e.type !== 'radio')
          .map(e => [e.getBoundingClientRect(), e.outerHTML.slice(0, 90)])
          .filter(([r]) => r.height < 60 || r.width < 60).map(([r, html]) => html)"""
    )
    assert small == []
    again = context.new_page()
    again.goto(f"{address}/reports")
    expect(again.locator("html")).to_have_attribute("data-mode", "elder")


def test_everything_is_reached_by_the_keyboard(page: Page, address: str):
    page.goto(address)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.getAttribute('role') ?? ''"))
        if reached[-1] == "combobox":
            break
    assert reached[-1] == "combobox"
    page.keyboard.type(REFUSED)
    page.keyboard.press("Enter")
    page.locator(".turn .origin").wait_for()
    page.locator(".cite").first.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    assert page.evaluate("document.querySelector('[role=dialog]').contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(page.locator(".cite").first).to_be_focused()


def test_a_window_of_1280_fits_at_200_percent(opened: Opens, address: str):
    page = opened(viewport={"width": 640, "height": 450}, device_scale_factor=2).new_page()
    page.goto(address)
    ask(page, REFUSED)
    wider = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wider <= 0
    question_field(page).scroll_into_view_if_needed()
    expect(question_field(page)).to_be_in_viewport()
