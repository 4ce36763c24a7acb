"""Take a picture of every page, narrow and wide, as it is, in large print and in high contrast.

python -m tests.browser.screenshots DATA FOLDER [PAGE...]
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.serving import chromium, served

WIDTHS = (390, 1440)
MODES = {"normal": "", "elder": "mode=elder", "contrast": "contrast=high"}
#: Pictures of what is seen without a script.
PLAIN = "plain"
ASK = "示例市人民政府2023年不予公开一共多少件？"


def _ask(*questions: str) -> Callable[[Page, str], None]:
    def run(page: Page, address: str) -> None:
        page.goto(address)
        for question in questions:
            page.get_by_role("combobox", name="您的问题").fill(question)
            page.keyboard.press("Enter")
            page.locator(".turn .origin").nth(questions.index(question)).wait_for()
        page.wait_for_timeout(900)

    return run


def _cited(page: Page, address: str) -> None:
    _ask(ASK)(page, address)
    page.locator(".cite").first.click()
    page.locator("td.cited").first.wait_for()


def _printed(page: Page, address: str) -> None:
    _ask(ASK)(page, address)
    page.emulate_media(media="print")


def _at(path: str, wait: str) -> Callable[[Page, str], None]:
    def run(page: Page, address: str) -> None:
        page.goto(address + path)
        page.locator(wait).first.wait_for()
        page.wait_for_timeout(500)

    return run


def _at_report(file: str, query: str = "") -> Callable[[Page, str], None]:
    def run(page: Page, address: str) -> None:
        rows = page.request.get(f"{address}/v1/reports").json()
        found = next(row["id"] for row in rows if row["file"] == file)
        _at(f"/reports/{found}{query}", ".beside td")(page, address)
        pages = page.locator(".sheet img, .beside iframe, .original-text")
        pages.first.wait_for(timeout=60_000)
        page.wait_for_timeout(1500)

    return run


SHOTS: dict[str, Callable[[Page, str], None]] = {
    "chat-start": _at("/", ".welcome"),
    "chat-answer": _ask(ASK),
    "chat-trend": _ask("示例市历年新收申请的趋势"),
    "chat-composition": _ask("示例市2023年办理结果的构成"),
    "chat-back": _ask("示例市新收多少件", "淮北市2019年新收多少件"),
    "chat-cited": _cited,
    "chat-print": _printed,
    "chat-english": _at(
        "/?lang=en&q=How many applications did Huaibei receive in 2021?", ".origin"
    ),
    "reports": _at("/reports", "table"),
    "report-html": _at_report("city-2023.html"),
    "report-pdf": _at_report("city-2022.pdf"),
    "report-docx": _at_report("city-2024.docx"),
    "report-english": _at_report("city-2022.pdf", "?lang=en"),
    "desk-pivot": _at("/desk", ".grid tbody tr"),
    "desk-outcomes": _at(
        "/desk?view=pivot&rows=outcomes&organ=示例市人民政府&change=1", ".grid tbody tr"
    ),
    "desk-coverage": _at("/desk?view=coverage", ".grid tbody tr"),
    "desk-rules": _at("/desk?view=rules", ".grid tbody tr"),
    "desk-batch": _at("/desk?view=batch", "textarea"),
    "desk-english": _at("/desk?lang=en&change=1", ".grid tbody tr"),
    "sign-in": _at("/sign-in", "h1"),
    "plain-start": _at("/", "h1"),
    "plain-answer": _at(f"/?q={ASK}", ".text"),
    "library-english": _at("/library?lang=en", ".grid tbody tr"),
    "library": _at("/library", ".grid tbody tr"),
}


def take(data: Path, folder: Path, only: list[str]) -> None:
    """Write the pictures into `folder`, and tell what the browser complained about."""
    folder.mkdir(parents=True, exist_ok=True)
    with served(data) as address, chromium() as browser:
        for name, show in SHOTS.items():
            if only and not any(name.startswith(one) for one in only):
                continue
            for width, (mode, look) in product(WIDTHS, MODES.items()):
                context = browser.new_context(
                    viewport={"width": width, "height": 844 if width < 600 else 900},
                    reduced_motion="reduce",
                    locale="zh-CN",
                    java_script_enabled=not name.startswith(PLAIN),
                )
                page = context.new_page()
                page.on("console", lambda one: one.type == "error" and print("console:", one.text))
                page.on("pageerror", lambda error: print("error:", error))
                if look:
                    page.goto(f"{address}/reports?{look}")
                show(page, address)
                full = not name.startswith("chat-cited")
                page.screenshot(path=folder / f"{name}-{mode}-{width}.png", full_page=full)
                context.close()


if __name__ == "__main__":
    take(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
