"""The server as a process of its own: its log, and how it ends."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.chat_server import Hang, chat_server
from tests.conftest import ROOT

PERSON = "110101199003074578"
QUESTION = f"我的证件号是{PERSON}，示例市教育局2023年新收多少件申请？"


@contextmanager
def process(data: Path, **settings: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run `nianbao serve` over `data`; yield its address and the process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "assistant", "serve", "--data", str(data), "--port", str(port)]
    env = {k: v for k, v in os.environ.items() if not k.startswith("NIANBAO_")}
    env |= {f"NIANBAO_{name.upper()}": value for name, value in settings.items()}
    server = subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True)
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while not _answers(f"{address}/healthz"):
            assert server.poll() is None and time.monotonic() < deadline
            time.sleep(0.1)
        yield address, server
    finally:
        server.kill()
        server.communicate()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url).is_success
    except httpx.TransportError:
        return False


@pytest.fixture
def data(library: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(library, tmp_path / "data"))


def test_told_to_end_it_answers_what_is_under_way_and_keeps_the_record(data: Path):
    with chat_server() as model:
        model.script = [Hang(1)]
        settings = {"chat_model": "m", "chat_base_url": model.url, "today": "2025-06-01"}
        with process(data, **settings) as (address, server):
            said: list[httpx.Response] = []
            asking = threading.Thread(
                target=lambda: said.append(
                    httpx.post(f"{address}/v1/ask", json={"question": QUESTION}, timeout=60)
                )
            )
            asking.start()
            while not model.asked:
                assert asking.is_alive()
                time.sleep(0.05)
            server.send_signal(signal.SIGTERM)
            asking.join(60)
            _, log = server.communicate(timeout=60)
    assert server.returncode == 0
    assert (said[0].status_code, said[0].json()["value"]) == (200, "31")
    with sqlite3.connect(data / "records.sqlite") as records:
        kept = records.execute("SELECT answer_id FROM record").fetchall()
    records.close()
    assert kept == [(said[0].json()["answer_id"],)]
    check_log(log, said[0].json()["answer_id"])


def check_log(log: str, answer: str) -> None:
    lines: list[dict[str, Any]] = [json.loads(line) for line in log.splitlines()]
    (asked,) = (line for line in lines if line.get("route") == "/v1/ask")
    assert (asked["status"], asked["answer_id"]) == (200, answer)
    assert {"level", "logger", "timestamp", "event"} <= set(asked)
    assert PERSON not in log and "新收" not in log and "GET /healthz" not in log


def test_told_to_end_while_nothing_is_under_way_it_ends_at_once(data: Path):
    with process(data) as (_, server):
        begun = time.monotonic()
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=30)
    assert server.returncode == 0
    assert time.monotonic() - begun < 15
