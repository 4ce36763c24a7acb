"""The widget inside a page of another origin, under a strict policy of that page."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opens, violations
from tests.browser.serving import served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def host(library: Path) -> Iterator[tuple[str, str]]:
    """A government page of another origin, and one that is not in the list of origins."""
    pages: dict[str, str] = {}

    class Foreign(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages["body"].encode()
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.send_header("content-security-policy", pages["policy"])
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    foreign = ThreadingHTTPServer(("127.0.0.1", 0), Foreign)
    threading.Thread(target=foreign.serve_forever, daemon=True).start()
    known = f"http://127.0.0.1:{foreign.server_port}"
    with served(library, origins=(known,)) as ours:
        pages["policy"] = f"default-src 'none'; script-src {ours}; connect-src {ours}"
        pages["body"] = (
            '<!doctype html><html lang="zh-CN"><head><title>示例市</title></head><body>'
            "<main><h1>示例市人民政府</h1></main>"
            f'<script src="{ours}/widget.js" data-organ="示例市人民政府"></script></body></html>'
        )
        yield known, f"http://localhost:{foreign.server_port}"
    foreign.shutdown()
    foreign.server_close()


def asked(page: Page, question: str) -> None:
    page.get_by_role("button", name="年报问答").click()
    page.get_by_label("您想查什么？").fill(question)
    page.keyboard.press("Enter")


def test_a_foreign_page_gets_answers_about_its_organ(opened: Opens, host: tuple[str, str]):
    page = opened().new_page()
    page.goto(host[0])
    asked(page, "2023年新收多少件申请？")
    dialog = page.get_by_role("dialog", name="年报问答")
    expect(dialog.locator(".value")).to_have_text("268件")
    expect(dialog.locator(".origin")).to_contain_text("不是人工智能生成")
    assert "/reports/" in str(dialog.locator("ol a").first.get_attribute("href"))
    page.get_by_label("您想查什么？").fill("那2024年呢？")
    page.keyboard.press("Enter")
    expect(dialog.locator(".value").nth(1)).to_have_text("291件")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="年报问答")).to_be_focused()


def test_axe_finds_nothing_in_the_widget(opened: Opens, host: tuple[str, str]):
    page = opened(bypass_csp=True).new_page()
    page.goto(host[0])
    assert violations(page) == []
    asked(page, "2023年新收多少件申请？")
    page.locator(".value").wait_for()
    assert violations(page) == []


def test_a_page_that_is_not_in_the_list_gets_none(browser, host: tuple[str, str]):
    context = browser.new_context()
    page = context.new_page()
    page.goto(host[1])
    asked(page, "2023年新收多少件申请？")
    expect(page.locator(".error")).to_contain_text("没有得到回答")
    context.close()
