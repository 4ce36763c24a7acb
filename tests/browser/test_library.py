"""The library for staff in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from indexer.loaders import Loader
from indexer.pipeline import index_paths
from indexer.store import Store
from tests.browser.conftest import Opens, violations
from tests.browser.serving import served
from tests.conftest import SAMPLES

pytestmark = pytest.mark.browser

#: What a hostile report may carry: scripts, handlers, links that run, a huge cell.
HOSTILE = """<body><script>parent.hacked = true; alert(1)</script><p onclick="alert(2)">
<img src=x onerror="alert(3)"><a href="javascript:alert(4)">链接</a></p>"""
CELL = "&lt;script&gt;alert(5)&lt;/script&gt;" + "很长的说明" * 2_000


def hostile() -> str:
    text = (SAMPLES / "city-2023.html").read_text(encoding="utf-8")
    text = text.replace("示例市人民政府", "示例市恶意局").replace("<body>", HOSTILE, 1)
    return text.replace(">252<", f">{CELL}<", 1)


@pytest.fixture
def held(tmp_path: Path) -> Path:
    """A small index of its own that may be changed; no vectors."""
    data = tmp_path / "data"
    files = [SAMPLES / name for name in ("city-2022.pdf", "city-2023.html", "huaibei-2021.html")]
    with Store.create(data) as store, Loader() as loader:
        index_paths(files, store, loader=loader, on_progress=lambda _: None)
    return data


@pytest.fixture
def own(held: Path) -> Iterator[str]:
    with served(held) as found:
        yield found


def test_a_report_is_uploaded_and_a_broken_file_is_told(page: Page, own: str, tmp_path: Path):
    broken = tmp_path / "坏的.docx"
    broken.write_bytes(b"PK\x03\x04" + b"\x00" * 400)
    page.goto(f"{own}/library")
    page.get_by_label("支持 html").set_input_files([SAMPLES / "city-2024.docx", broken])
    items = page.locator(".uploads li")
    expect(items.nth(0)).to_contain_text("已入库", timeout=20_000)
    expect(items.nth(1)).to_have_class("failed", timeout=20_000)
    expect(items.nth(1).locator(".error")).not_to_be_empty()
    expect(page.get_by_role("row", name="city-2024.docx")).to_be_visible()
    page.goto(f"{own}/?q=示例市2024年新收多少件？")
    expect(page.locator(".headline b")).to_have_text("291")


def test_a_misread_publisher_and_year_are_corrected_and_stay_so(page: Page, own: str):
    page.goto(f"{own}/library")
    page.get_by_role("button", name="处理 示例市人民政府 2022").click()
    detail = page.get_by_role("region", name="示例市人民政府 2022")
    detail.get_by_label("机关").fill("示例市示范办公室")
    detail.get_by_label("年度").fill("2020")
    detail.get_by_role("button", name="保存").click()
    expect(page.get_by_role("row", name="示例市示范办公室 2020")).to_be_visible()
    page.get_by_role("button", name="重新读取全部报告").click()
    expect(page.get_by_text("已重新读取：3 份入库，0 份失败。")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("row", name="示例市示范办公室 2020")).to_be_visible()
    page.goto(f"{own}/?q=示例市示范办公室2020年新收多少件？")
    expect(page.locator(".headline b")).to_have_text("260")


def test_a_finding_is_marked_as_seen_and_changes_no_figure(page: Page, own: str):
    page.goto(f"{own}/library")
    row = page.get_by_role("row", name="city-2023.html")
    before = int(row.locator("td.open").inner_text())
    page.get_by_role("button", name="处理 示例市人民政府 2023").click()
    page.get_by_role("button", name="标为已看").first.click()
    page.get_by_label("姓名").fill("王示例")
    page.get_by_label("说明").fill("原文如此，已向发布机关核实")
    page.locator(".findings form button").click()
    expect(page.locator(".seen").first).to_contain_text("王示例")
    expect(row.locator("td").nth(4)).to_have_text(str(before - 1))
    page.reload()
    page.get_by_role("button", name="处理 示例市人民政府 2023").click()
    expect(page.locator(".seen").first).to_contain_text("已向发布机关核实")
    figures = page.request.get(f"{own}/v1/figures?organ=示例市&year=2023&indicator=received")
    assert "268" in [one["value"] for one in figures.json()]


def test_a_report_is_removed(page: Page, own: str):
    page.goto(f"{own}/library")
    page.get_by_role("button", name="处理 淮北市人民政府 2021").click()
    page.get_by_role("button", name="移除").click()
    page.get_by_role("alert").get_by_role("button", name="移除").click()
    expect(page.get_by_role("row", name="huaibei-2021.html")).to_have_count(0)


def test_a_new_version_stands_beside_the_old_one(page: Page, own: str, tmp_path: Path):
    text = (SAMPLES / "city-2023.html").read_text(encoding="utf-8")
    again = tmp_path / "city-2023-更正.html"
    again.write_text(text.replace("2024-01-13", "2024-02-20"), encoding="utf-8")
    page.goto(f"{own}/library")
    page.get_by_label("支持 html").set_input_files([again])
    expect(page.locator(".uploads li").first).to_contain_text("已入库", timeout=20_000)
    page.get_by_role("button", name="处理 示例市人民政府 2023").click()
    versions = (
        page.get_by_role("region", name="示例市人民政府 2023").locator("ul").last.locator("li")
    )
    expect(versions).to_have_count(2)
    expect(versions.filter(has_text="已被取代")).to_contain_text("city-2023.html")


def test_a_draft_is_compared_with_the_year_before_and_not_kept(page: Page, own: str):
    page.goto(f"{own}/library")
    page.get_by_label("只检查").set_input_files(SAMPLES / "city-2024.docx")
    draft = page.locator(".draft")
    expect(draft).to_contain_text("示例市人民政府 2024", timeout=20_000)
    received = draft.get_by_role("row", name="一、本年新收政府信息公开申请数量").first
    expect(received).to_contain_text("268")
    expect(received).to_contain_text("291")
    assert len(page.request.get(f"{own}/v1/reports").json()) == 3


def test_what_a_report_says_is_shown_and_never_run(page: Page, own: str, tmp_path: Path):
    file = tmp_path / "hostile.html"
    file.write_text(hostile(), encoding="utf-8")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.goto(f"{own}/library")
    page.get_by_label("支持 html").set_input_files(file)
    link = page.locator(".uploads li a")
    link.wait_for(timeout=20_000)
    link.click()
    page.locator(".beside iframe").wait_for()
    page.wait_for_timeout(500)
    assert asked == [] and page.evaluate("window.hacked") is None
    expect(page.locator(".read td.text").first).to_contain_text(
        "<script>alert(5)</script>很长的说明"
    )
    wider = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wider <= 0
    page.goto(f"{own}/?q=示例市恶意局2023年自然人新收多少件？")
    expect(page.locator(".said")).to_contain_text("<script>alert(5)</script>")
    assert page.locator(".said script").count() == 0 and asked == []


def test_a_reported_error_is_decided_in_the_queue(page: Page, own: str):
    page.goto(f"{own}/?q=淮北市2021年因保护第三方合法权益不予公开多少件")
    page.get_by_role("button", name="报告错误").click()
    page.get_by_label("哪里有错？").fill("与公报不一致")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("谢谢，已记下。")).to_be_visible()
    page.goto(f"{own}/library")
    queue = page.get_by_role("region", name="读者意见")
    expect(queue.get_by_role("listitem")).to_contain_text("报告错误")
    expect(queue.get_by_role("listitem")).to_contain_text("与公报不一致")
    expect(queue.get_by_role("link")).to_have_text(re.compile("第三方合法权益"))
    queue.get_by_role("button", name="处理意见").click()
    queue.get_by_label("姓名").fill("张示例")
    queue.get_by_label("处理结果").fill("已核对报告原文")
    assert violations(page) == []
    queue.get_by_role("button", name="保存").click()
    expect(queue.get_by_text("没有意见。")).to_be_visible()
    queue.get_by_label("状态").select_option("已处理")
    expect(queue.get_by_role("listitem")).to_contain_text("张示例")
    expect(queue.get_by_role("listitem")).to_contain_text("已核对报告原文")


@pytest.mark.parametrize(
    "mode", ["", "mode=elder", "contrast=high", "mode=elder&contrast=high", "lang=en"]
)
def test_axe_finds_nothing_in_the_library(opened: Opens, own: str, mode: str):
    page = opened().new_page()
    page.goto(f"{own}/library?{mode}")
    page.locator(".grid tbody tr").first.wait_for()
    assert violations(page) == []
    page.locator("#draft-file").set_input_files(SAMPLES / "city-2024.docx")
    page.locator("#upload-files").set_input_files(SAMPLES / "education-2023.html")
    page.locator(".draft").wait_for(timeout=20_000)
    page.locator(".uploads li.added").wait_for(timeout=20_000)
    page.get_by_role("row", name="city-2023.html").get_by_role("button").click()
    page.locator(".findings li").first.wait_for()
    page.locator(".findings button").first.click()
    assert violations(page) == []


def test_the_library_does_not_scroll_sideways(opened: Opens, own: str):
    page = opened(viewport={"width": 320, "height": 700}).new_page()
    page.goto(f"{own}/library")
    page.locator(".grid tbody button").first.click()
    page.locator(".findings li, .findings").first.wait_for()
    wider = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wider <= 0
