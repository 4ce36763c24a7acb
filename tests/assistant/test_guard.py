"""Who may send what: one table of keys and routes, limits, and keys where they must not stand."""

from __future__ import annotations

import ipaddress
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from assistant.api import create_app
from assistant.api.guard import Access, access_of, client_of
from assistant.keys import KeyRing
from assistant.settings import BadSettings, Settings
from assistant.staff import Staff
from indexer.store import Store
from tests.assistant.canned import CannedAssistant

ALL = frozenset({"public", "hotline", "platform"})
QUESTION = "淮北市2021年因保护第三方合法权益不予公开多少件"
CHAT = {"model": "nianbao", "messages": [{"role": "user", "content": QUESTION}]}
DIFY = {
    "knowledge_id": "nianbao",
    "query": QUESTION,
    "retrieval_setting": {"top_k": 1, "score_threshold": 0.5},
}
#: Route, its body, and the scope it needs once keys are wanted everywhere.
ROUTES: dict[str, tuple[str, str, Any, str | None]] = {
    "ask": ("POST", "/v1/ask", {"question": QUESTION}, "public"),
    "reports": ("GET", "/v1/reports", None, "public"),
    "figures": ("GET", "/v1/figures", None, "public"),
    "organs": ("GET", "/v1/organs", None, "public"),
    "page": ("GET", "/", None, "public"),
    "hotline": ("POST", "/v1/hotline/answer", {"query": QUESTION}, "hotline"),
    "models": ("GET", "/v1/models", None, "platform"),
    "chat": ("POST", "/v1/chat/completions", CHAT, "platform"),
    "dify": ("POST", "/v1/dify/retrieval", DIFY, "platform"),
    "fastgpt": ("POST", "/v1/fastgpt/v1/file/list", {}, "platform"),
    "mcp": ("POST", "/mcp", {"jsonrpc": "2.0", "id": 1, "method": "ping"}, "platform"),
    "health": ("GET", "/healthz", None, None),
    "ready": ("GET", "/readyz", None, None),
    "metrics": ("GET", "/metrics", None, None),
}
KEYS = ("none", "void", "public", "hotline", "platform")


@contextmanager
def opened(store: Store, access: Access) -> Iterator[TestClient]:
    with TestClient(create_app(CannedAssistant(store), store, access=access)) as client:
        yield client


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("keys")
    ring = KeyRing(folder)
    made = {scope: ring.create(scope, [scope])[1] for scope in ("public", "hotline", "platform")}
    key, void = ring.create("void", ["public", "hotline", "platform"])
    ring.revoke(key.id)
    return {**made, "void": void, "folder": str(folder)}


@pytest.fixture(scope="module")
def closed(store: Store, secrets: dict[str, str]) -> Iterator[TestClient]:
    with opened(store, Access(KeyRing(Path(secrets["folder"])), ALL)) as client:
        yield client


def send(client: TestClient, route: str, secret: str | None) -> Any:
    method, path, body, _ = ROUTES[route]
    headers = {"accept": "application/json, text/event-stream"}
    if secret is not None:
        headers["authorization"] = f"Bearer {secret}"
    return client.request(method, path, json=body, headers=headers)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("route", ROUTES)
def test_each_key_opens_the_routes_of_its_scope_and_no_other(closed, secrets, route, key):
    needed = ROUTES[route][3]
    response = send(closed, route, secrets.get(key))
    if needed is None or key == needed:
        assert response.status_code == 200, response.text
        return
    status = 401 if key in ("none", "void") else 403
    if route == "dify":
        code = 1001 if key == "none" else 1002
        assert (response.status_code, response.json()["error_code"]) == (403, code)
    elif route in ("models", "chat"):
        assert response.status_code == status and response.json()["error"]["message"]
    elif route == "fastgpt":
        refusal = response.json()
        assert response.status_code == refusal["code"] == status
        assert refusal["message"] and refusal["data"] is None and refusal["success"] is False
    else:
        assert response.status_code == status
        assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("route", "code"),
    [
        ("fastgpt", lambda refusal: refusal["code"]),
        ("dify", lambda refusal: refusal["error_code"]),
        ("ask", lambda refusal: refusal["status"]),
    ],
    ids=["fastgpt", "dify", "ask"],
)
def test_too_many_requests_are_refused_in_the_form_of_the_route(store, tmp_path, route, code):
    with opened(store, Access(KeyRing(tmp_path), public="1/hour")) as client:
        codes = [send(client, route, "any") for _ in "ab"]
    assert codes[1].status_code == code(codes[1].json()) == 429
    assert int(codes[1].headers["retry-after"]) > 0


def test_without_keys_everything_is_open_and_with_one_its_routes_are_not(store, tmp_path):
    ring = KeyRing(tmp_path, clock=iter(range(0, 10_000, 2)).__next__)
    with opened(store, Access(ring)) as client:
        assert send(client, "hotline", None).status_code == 200
        KeyRing(tmp_path).create("热线", ["hotline"])
        assert send(client, "hotline", None).status_code == 401
        assert send(client, "models", "any").status_code == 200
        assert send(client, "ask", None).status_code == 200


def test_a_void_key_is_refused_even_where_none_is_wanted(store, tmp_path):
    ring = KeyRing(tmp_path)
    key, secret = ring.create("x", ["platform"])
    ring.revoke(key.id)
    with opened(store, Access(ring)) as client:
        assert send(client, "ask", secret).status_code == 401


@pytest.mark.parametrize("name", ["key", "api_key", "access_token", "Token"])
def test_a_key_in_an_address_is_refused(closed, secrets, name):
    response = closed.get(f"/v1/reports?{name}={secrets['public']}")
    assert response.status_code == 400 and secrets["public"] not in response.text


@pytest.mark.parametrize("path", ["/v1/reports?q={key}", "/v1/reports/{key}", "/reports?q={key}"])
def test_a_key_is_refused_wherever_in_an_address_it_stands(closed, secrets, path):
    assert closed.get(path.format(key=next(iter(secrets.values())))).status_code == 400


def test_a_key_may_stand_in_its_own_header(closed, secrets):
    assert closed.get("/v1/reports", headers={"x-api-key": secrets["public"]}).status_code == 200


def test_requests_are_limited_per_client_and_per_key(store, tmp_path):
    secret = KeyRing(tmp_path).create("x", ["public"])[1]
    access = Access(KeyRing(tmp_path), public="2/minute", keyed="3/minute")
    with opened(store, access) as client:
        codes = [send(client, "reports", None) for _ in range(3)]
        assert [code.status_code for code in codes] == [200, 200, 429]
        assert [code.headers["ratelimit-remaining"] for code in codes] == ["1", "0", "0"]
        last = codes[-1]
        assert last.headers["ratelimit-policy"] == "2;w=60"
        assert last.headers["ratelimit-limit"] == "2"
        assert 0 < int(last.headers["retry-after"]) <= 60
        assert last.headers["content-type"] == "application/problem+json"
        assert send(client, "models", None).json()["error"]["type"] == "rate_limit_error"
        codes = [send(client, "reports", secret).status_code for _ in range(4)]
        assert codes == [200, 200, 200, 429]
        assert client.get("/healthz").status_code == 200


PROXY = (ipaddress.ip_network("10.0.0.0/8"),)


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "client"),
    [
        ("192.0.2.7", "203.0.113.9", (), "192.0.2.7"),
        ("10.0.0.1", "203.0.113.9", PROXY, "203.0.113.9"),
        ("10.0.0.1", "1.1.1.1, 203.0.113.9, 10.0.0.2", PROXY, "203.0.113.9"),
        ("10.0.0.1", "not-an-address", PROXY, "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "", (), "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "", (), "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "", (), "192.0.2.7"),
        ("testclient", "", (), "testclient"),
    ],
    ids=["not-trusted", "proxy", "chain", "odd", "v6", "v6-same", "mapped", "name"],
)
def test_what_counts_as_one_client(peer, forwarded, proxies, client):
    assert client_of(peer, forwarded, proxies) == client


def test_a_client_cannot_name_itself_in_a_line_above_that_of_the_proxy(store, tmp_path):
    access = Access(KeyRing(tmp_path), public="2/minute", proxies=PROXY)
    app = create_app(CannedAssistant(store), store, access=access)
    with TestClient(app, client=("10.0.0.1", 50000)) as client:
        codes = [
            client.get(
                "/v1/reports",
                headers=[("x-forwarded-for", f"1.1.1.{n}"), ("x-forwarded-for", "203.0.113.9")],
            ).status_code
            for n in range(3)
        ]
    assert codes == [200, 200, 429]


def test_a_staff_key_does_what_staff_do_and_is_noted(tmp_path, library):
    shutil.copytree(library, tmp_path / "data")
    ring = KeyRing(tmp_path / "data")
    key, secret = ring.create("馆务系统", ["staff"])
    public = ring.create("x", ["public"])[1]
    Staff(tmp_path / "data").users.create("zhang", "staff", "示例-春江潮水连海平明月")
    with Store.open(tmp_path / "data") as own, opened(own, Access(ring)) as client:
        (report, *_) = client.get("/v1/library/reports", headers={"x-api-key": secret}).json()
        seen = f"/v1/library/reports/{report['id']}/seen"
        body = {"finding": "0" * 12, "who": "somebody", "why": "已核"}
        marked = client.post(seen, json=body, headers={"x-api-key": secret})
        assert (marked.status_code, marked.json()["who"]) == (201, f"key:{key.id}")
        assert client.post(seen, json=body, headers={"x-api-key": public}).status_code == 401
        ring.revoke(key.id)
        assert client.post(seen, json=body, headers={"x-api-key": secret}).status_code == 401


def test_sessions_of_two_keys_never_meet(store, tmp_path):
    ring = KeyRing(tmp_path)
    one, two = (ring.create(name, ["hotline"])[1] for name in ("甲", "乙"))
    assistant = CannedAssistant(store)
    body = {"query": QUESTION, "session_id": "same"}
    with TestClient(create_app(assistant, store, access=Access(ring))) as client:
        for secret in (one, two, one):
            headers = {"authorization": f"Bearer {secret}"}
            client.post("/v1/hotline/answer", json=body, headers=headers)
    assert [len(request.history) for request in assistant.heard] == [0, 0, 1]


@pytest.mark.parametrize(
    "changed",
    [
        {"NIANBAO_KEY_ONLY": "hotlines"},
        {"NIANBAO_KEY_ONLY": "staff"},
        {"NIANBAO_RATE_PUBLIC": "often"},
        {"NIANBAO_RATE_STORAGE": "paper://"},
        {"NIANBAO_TRUSTED_PROXIES": "10.0.0.0/99"},
    ],
    ids=["scope", "never-open", "rate", "storage", "network"],
)
def test_rules_that_cannot_be_read_are_refused_at_start(changed):
    with pytest.raises(BadSettings):
        access_of(Settings.from_env(changed))


def test_the_rules_come_from_the_settings():
    env = {"NIANBAO_KEY_ONLY": "public, hotline", "NIANBAO_TRUSTED_PROXIES": "10.0.0.0/8"}
    access = access_of(Settings.from_env(env))
    assert access.key_only == {"public", "hotline"} and access.proxies == PROXY
    assert access_of(Settings.from_env({"NIANBAO_KEY_ONLY": "none"})).key_only == frozenset()
