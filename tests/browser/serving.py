"""A served library for browser tests and screenshots, and the browser itself."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import uvicorn
from playwright.sync_api import Browser, sync_playwright

from assistant.bootstrap import build_app
from assistant.settings import Settings, read_date

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), ""
)


@contextmanager
def served(
    data: Path, origins: tuple[str, ...] = (), host: str = "127.0.0.1", **settings: Any
) -> Iterator[str]:
    """Serve the index in `data` as `nianbao serve` does; give its address."""
    today = read_date("2025-06-01")
    chosen = replace(Settings(data=data, today=today), widget_origins=origins, **settings)
    app = build_app(chosen)
    listening = socket.create_server((host, 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://{host}:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=20)
        listening.close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Open Chromium without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()
