"""What browser tests share: a served library, Chromium, and a page that must not complain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.serving import chromium, served

#: Opens a context; keywords are those of Browser.new_context.
Opens = Callable[..., BrowserContext]


#: Long enough for a busy machine; only a failure waits for it.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def address(library: Path) -> Iterator[str]:
    with served(library) as found:
        yield found


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opens]:
    """Open contexts whose pages must raise no error and break no content policy."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def new(**options: object) -> BrowserContext:
        defaults: dict[str, object] = {
            "locale": "zh-CN",
            "reduced_motion": "reduce",
            "viewport": {"width": 1280, "height": 900},
        }
        context = browser.new_context(**(defaults | options))  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on(
            "console",
            lambda said: (
                complaints.append(said.text)
                if said.type == "error" and not said.text.startswith(_EXPECTED)
                else None
            ),
        )
        contexts.append(context)
        return context

    yield new
    for context in contexts:
        context.close()
    # A page that still asks for something when its service ends says so, and may.
    assert [text for text in complaints if "ERR_CONNECTION_REFUSED" not in text] == []


#: A sandboxed original may carry scripts and name pictures; the browser reports that they are
#: blocked, and each status that is a refusal.
_EXPECTED = (
    "Blocked script execution in",
    "Loading the image 'http://127.0.0.1:",
    "Failed to load resource: the server responded",
)


@pytest.fixture
def page(opened: Opens) -> Page:
    return opened().new_page()


def question_field(page: Page) -> Locator:
    """Return the field for the question; the lists of publishers and years are comboboxes, too."""
    return page.locator("input[role=combobox]")


def ask(page: Page, question: str) -> None:
    """Type a question, press Enter, and wait for the whole answer."""
    answers = page.locator(".turn .origin")
    before = answers.count()
    question_field(page).fill(question)
    page.keyboard.press("Enter")
    answers.nth(before).wait_for()


def violations(page: Page) -> list[str]:
    """Return what axe finds wrong with the page as it stands."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for one in found
        for node in one["nodes"]
    ]
