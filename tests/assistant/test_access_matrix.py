"""Every route has a row in cases/access.yaml, and every sender gets what it says."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi import FastAPI
from starlette.routing import BaseRoute, Mount
from starlette.testclient import TestClient

from assistant.api import create_app
from assistant.api.guard import Access
from assistant.bootstrap import build_intake
from assistant.keys import KeyRing, Scope
from assistant.settings import Settings
from assistant.staff import Staff
from indexer.loaders import Loader
from indexer.pipeline import index_paths
from indexer.store import Store
from tests.assistant.canned import CannedAssistant
from tests.conftest import ROOT, SAMPLES

TABLE = yaml.safe_load((ROOT / "tests/cases/access.yaml").read_text(encoding="utf-8"))
SENDERS: list[str] = TABLE["senders"]
ROUTES: dict[str, list[Any]] = TABLE["routes"]
ALL = frozenset({"public", "hotline", "platform"})
PASSWORD = "示例-春江潮水连海平明月"
QUESTION = "淮北市2021年因保护第三方合法权益不予公开多少件"
#: What a route needs to be called in earnest.
BODIES: dict[str, Any] = {
    "POST /v1/ask": {"question": QUESTION},
    "POST /v1/feedback": {"answer_id": "a_1", "helpful": True},
    "POST /v1/feedback/{id}/close": {"decision": "已核", "who": "甲"},
    "POST /v1/desk/batch": {"lines": [QUESTION]},
    "POST /v1/hotline/answer": {"query": QUESTION},
    "POST /v1/chat/completions": {
        "model": "nianbao",
        "messages": [{"role": "user", "content": QUESTION}],
    },
    "POST /v1/dify/retrieval": {
        "knowledge_id": "nianbao",
        "query": QUESTION,
        "retrieval_setting": {"top_k": 1, "score_threshold": 0.5},
    },
    "ANY /mcp": {"jsonrpc": "2.0", "id": 1, "method": "ping"},
    "POST /v1/library/reports/{report_id}/seen": {"finding": "0" * 12, "who": "甲", "why": "已核"},
    "POST /v1/library/reports/{report_id}/correction": {"organ": "示例区", "year": 2022},
}
QUERIES = {
    "GET /v1/suggestions": {"q": "新收"},
    "POST /v1/library/files": {"name": "a.html"},
    "POST /v1/library/drafts": {"name": "a.html"},
}


class Senders:
    """A service of each kind, and a client of it for every sender."""

    def __init__(self, data: Path, empty: Path, built: Path, stack: ExitStack) -> None:
        store = stack.enter_context(Store.open(data))
        unused = stack.enter_context(Store.open(empty))
        keys, staff = KeyRing(data), Staff(data)
        scopes: tuple[Scope, ...] = ("public", "platform", "hotline", "staff")
        self._secrets = {f"{scope}-key": keys.create(scope, [scope])[1] for scope in scopes}
        self._tokens: dict[str, str] = {}
        for role in ("staff", "operator"):
            staff.users.create(role, role, PASSWORD)  # type: ignore[arg-type]
            self._tokens[role] = staff.sign_in(role, PASSWORD, role)
        apps = {
            "public": self._app(store, Access(keys, public="9999/minute"), built),
            "key-only": self._app(store, Access(keys, ALL, public="9999/minute"), built),
            "local": self._app(unused, Access(KeyRing(empty), public="9999/minute"), built),
        }
        for app in apps.values():
            stack.enter_context(TestClient(app))
        self._apps = {name: apps.get(name, apps["key-only"]) for name in SENDERS}
        self._csrf = {role: staff.session(token).csrf for role, token in self._tokens.items()}  # type: ignore[union-attr]

    @staticmethod
    def _app(store: Store, access: Access, built: Path) -> FastAPI:
        intake = build_intake(Settings(data=store.data), None)
        return create_app(CannedAssistant(store), store, access=access, built=built, intake=intake)

    @property
    def app(self) -> FastAPI:
        return self._apps["public"]

    def send(self, sender: str, route: str) -> Any:
        method, _, path = route.partition(" ")
        path = path.format(report_id="r_0", number=3, answer_id="a_0", id=1)
        headers = {
            "origin": "https://127.0.0.1:8000",
            "sec-fetch-site": "same-origin",
            "accept": "application/json, text/event-stream",
        }
        if method == "ANY":
            method = "POST" if path == "/mcp" else "GET"
        if sender in self._secrets:
            headers["authorization"] = f"Bearer {self._secrets[sender]}"
        if sender in self._tokens:
            headers["cookie"] = f"__Host-nianbao={self._tokens[sender]}"
            headers["x-csrf-token"] = self._csrf[sender]
        address = "127.0.0.1" if sender == "local" else "10.1.2.3"
        client = TestClient(
            self._apps[sender],
            base_url="https://127.0.0.1:8000",
            client=(address, 50000),
            follow_redirects=False,
        )
        sent: dict[str, Any] = {"params": QUERIES.get(route), "headers": headers}
        if route in BODIES:
            sent["json"] = BODIES[route]
        if path == "/sign-in" and method == "POST":
            headers.pop("cookie", None)
            sent["data"] = {"name": "staff", "password": PASSWORD}
        if path == "/sign-out":
            headers.pop("cookie", None)
        return client.request(method, path, **sent)


@pytest.fixture(scope="module")
def senders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Senders]:
    data, empty = tmp_path_factory.mktemp("held"), tmp_path_factory.mktemp("other")
    with Store.create(data) as store, Loader() as loader:
        sample = SAMPLES / "huaibei-2021.html"
        index_paths([sample], store, loader=loader, on_progress=lambda _: None)
    shutil.copytree(data, empty, dirs_exist_ok=True)
    built = tmp_path_factory.mktemp("built")
    (built / "assets").mkdir()
    (built / "swagger").mkdir()
    (built / "widget.js").write_text("// 示例")
    with ExitStack() as stack:
        yield Senders(data, empty, built, stack)


def rows(routes: Iterable[BaseRoute]) -> Iterator[str]:
    """Yield the name of each route as the table has it."""
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is not None:
            yield from rows(included.routes)
            continue
        path = getattr(route, "path", None)
        assert path is not None, f"what is {route}?"
        methods = getattr(route, "methods", None)
        if isinstance(route, Mount) or not methods:
            yield f"ANY {path}"
        else:
            yield from (f"{method} {path}" for method in methods - {"HEAD"})


def test_every_route_has_a_row_and_every_row_a_route(senders: Senders):
    found = list(rows(senders.app.router.routes))
    assert len(found) > 40 and sorted(found) == sorted(ROUTES)
    assert all(len(row) == len(SENDERS) for row in ROUTES.values())


@pytest.mark.parametrize("sender", SENDERS)
@pytest.mark.parametrize("route", ROUTES)
def test_a_sender_gets_what_the_table_says(senders: Senders, route: str, sender: str):
    expected = ROUTES[route][SENDERS.index(sender)]
    answer = senders.send(sender, route)
    location = answer.headers.get("location", "")
    if expected == "open":
        assert answer.status_code not in (400, 401, 403, 405, 429), answer.text
        assert answer.status_code < 500 and not location.startswith("/sign-in")
    elif expected == "sign-in":
        assert answer.status_code == 303 and location.startswith("/sign-in?")
    else:
        assert answer.status_code == expected, answer.text
