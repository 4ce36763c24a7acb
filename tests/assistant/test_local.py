"""What staff do answers only on the loopback address."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from ipaddress import ip_network
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from assistant.api import create_app
from assistant.api.guard import Access
from assistant.keys import KeyRing
from indexer.store import Store
from tests.assistant.canned import CannedAssistant
from tests.conftest import ROOT

CALLS = [
    ("GET", "/v1/library/reports"),
    ("GET", "/v1/library/reports/r_1/findings"),
    ("POST", "/v1/library/files?name=a.html"),
    ("POST", "/v1/library/drafts?name=a.html"),
    ("POST", "/v1/library/reindex"),
    ("POST", "/v1/library/reports/r_1/correction"),
    ("POST", "/v1/library/reports/r_1/seen"),
    ("DELETE", "/v1/library/reports/r_1"),
    ("GET", "/library"),
]
HERE = {"base_url": "http://127.0.0.1:8000", "client": ("127.0.0.1", 50000)}


def client(store: Store, **options: object) -> TestClient:
    return TestClient(create_app(CannedAssistant(store), store), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("options", "headers"),
    [
        ({**HERE, "client": ("10.1.2.3", 50000)}, {}),
        (HERE, {"x-forwarded-for": "10.1.2.3"}),
        (HERE, {"host": "rebound.example"}),
        (HERE, {"origin": "https://elsewhere.example"}),
        (HERE, {"origin": "http://["}),
        (HERE, {"host": "["}),
    ],
    ids=["elsewhere", "proxy", "rebinding", "foreign-page", "bad-origin", "bad-host"],
)
@pytest.mark.parametrize(("method", "path"), CALLS, ids=[path for _, path in CALLS])
def test_it_is_refused_from_elsewhere(store: Store, options, headers, method, path):
    response = client(store, **options).request(method, path, headers=headers)
    assert response.status_code == 403


def test_it_answers_here(store: Store):
    here = client(store, **HERE)
    assert here.get("/v1/library/reports").status_code == 200
    assert here.get("/library").status_code == 200
    assert "/library" in here.get("/").text


@pytest.mark.parametrize(
    ("named", "headers", "status"),
    [
        ("127.0.0.1", {}, 403),
        ("127.0.0.1", {"x-forwarded-for": "203.0.113.9"}, 403),
        ("127.0.0.1", {"x-forwarded-for": "127.0.0.1"}, 403),
        ("127.0.0.0/8", {}, 403),
        ("10.0.0.0/8", {}, 200),
        ("10.0.0.0/8", {"x-forwarded-for": "203.0.113.9"}, 403),
    ],
)
def test_what_a_named_proxy_sends_comes_from_elsewhere(
    store: Store, tmp_path: Path, named: str, headers: dict[str, str], status: int
):
    access = Access(KeyRing(tmp_path), proxies=(ip_network(named),))
    app = create_app(CannedAssistant(store), store, access=access)
    here = TestClient(app, **HERE)  # type: ignore[arg-type]
    assert here.get("/v1/library/reports", headers=headers).status_code == status
    assert ("/library" in here.get("/", headers=headers).text) is (status == 200)


@pytest.mark.parametrize("named", ["", "127.0.0.1"])
def test_a_served_proxy_is_believed_only_if_named(library: Path, tmp_path: Path, named: str):
    """Over a real server, as `nianbao serve` starts it."""
    data = tmp_path / "data"
    shutil.copytree(library, data)
    env = {**os.environ, "NIANBAO_TRUSTED_PROXIES": named, "NIANBAO_RATE_PUBLIC": "2/minute"}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "assistant", "serve", "--data", str(data), "--port", str(port)]
    with subprocess.Popen(command, env=env, cwd=ROOT, stderr=subprocess.DEVNULL) as server:
        try:
            base = f"http://127.0.0.1:{port}"
            wait_for(f"{base}/healthz")
            codes = [
                httpx.get(
                    f"{base}/v1/organs",
                    headers={"x-forwarded-for": f"203.0.113.{client}"},
                    trust_env=False,
                ).status_code
                for client in range(3)
            ]
            assert codes == ([200, 200, 200] if named else [200, 200, 429])
            forwarded = {"x-forwarded-for": "127.0.0.1"}
            for headers in ({}, forwarded) if named else (forwarded,):
                answer = httpx.get(f"{base}/v1/library/reports", headers=headers, trust_env=False)
                assert answer.status_code in (403, 429)
        finally:
            server.terminate()


def wait_for(address: str) -> None:
    """Wait until a server answers."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        try:
            httpx.get(address, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server did not start")


def test_the_menu_names_it_only_here(store: Store):
    assert "/library" not in client(store, **{**HERE, "client": ("10.1.2.3", 1)}).get("/").text
