"""The address of agents costs nothing until one comes."""

from __future__ import annotations

import subprocess
import sys

import anyio
from starlette.testclient import TestClient

from assistant.api import create_app
from indexer.store import Store
from tests.assistant.canned import CannedAssistant

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
HEADERS = {"accept": "application/json, text/event-stream"}


def test_the_application_does_not_import_the_protocol():
    asked = "import sys, assistant.api; print('mcp' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_it_begins_with_the_first_request_and_again_with_the_next_server(store: Store):
    app = create_app(CannedAssistant(store), store)
    for _ in range(2):
        with TestClient(app) as client:
            codes = [client.post("/mcp", json=PING, headers=HEADERS).status_code for _ in "ab"]
        assert codes == [200, 200]


def test_first_requests_at_once_share_one_server(store: Store):
    with TestClient(create_app(CannedAssistant(store), store)) as client:
        codes: list[int] = []

        async def send() -> None:
            response = await anyio.to_thread.run_sync(
                lambda: client.post("/mcp", json=PING, headers=HEADERS)
            )
            codes.append(response.status_code)

        async def all_at_once() -> None:
            async with anyio.create_task_group() as group:
                for _ in range(5):
                    group.start_soon(send)

        anyio.run(all_at_once)
    assert codes == [200] * 5


def test_without_a_running_server_it_says_so(store: Store):
    client = TestClient(create_app(CannedAssistant(store), store))
    assert client.post("/mcp", json=PING, headers=HEADERS).status_code == 503
