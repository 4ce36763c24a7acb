"""The page of the interface works from files of the service alone, under its content policy."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_a_call_can_be_tried_and_nothing_comes_from_elsewhere(page: Page, address: str):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/docs")
    call = page.locator("#operations-ask-ask_v1_ask_post")
    call.wait_for(timeout=60_000)  # Swagger UI is large.
    call.locator(".opblock-summary-control").click()
    call.locator(".try-out__btn").click()
    call.locator(".execute").click()
    expect(call.locator(".live-responses-table")).to_contain_text('"value": "31"')
    hosts = {urlsplit(url).netloc for url in asked if not url.startswith("data:")}
    assert hosts == {urlsplit(address).netloc}
