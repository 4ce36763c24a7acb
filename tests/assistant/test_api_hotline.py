"""The hotline over HTTP: its shape, its time budget, sessions, and requests sent twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from assistant.answer import Assistant
from assistant.api import create_app
from assistant.api.hotline import Hotline, HotlineShape
from assistant.api.once import Once
from assistant.model import Reply, Request
from indexer.store import Store

URL = "/v1/hotline/answer"
QUERY = {"query": "示例市教育局2023年新收多少件申请", "date": "2025-06-01"}


class Waiting:
    """An assistant that answers when it is let to, and counts."""

    def __init__(self, store: Store) -> None:
        self.real = Assistant(store, embedder=None)
        self.let = threading.Event()
        self.heard: list[Request] = []

    def ask(self, request: Request) -> Reply:
        self.heard.append(request)
        self.let.wait(10)
        return self.real.ask(request)


@pytest.fixture
def assistant(store: Store) -> Iterator[Waiting]:
    waiting = Waiting(store)
    waiting.let.set()
    yield waiting
    waiting.let.set()


@pytest.fixture
def client(assistant: Waiting, store: Store) -> Iterator[TestClient]:
    with TestClient(create_app(assistant, store, hotline=Hotline(budget=60))) as client:
        yield client


@pytest.fixture
def hurried(assistant: Waiting, store: Store) -> Iterator[TestClient]:
    """A hotline that waits half a second: only for questions that are late on purpose."""
    with TestClient(create_app(assistant, store, hotline=Hotline(budget=0.5))) as client:
        yield client


def test_an_answer_has_every_field(client):
    response = client.post(URL, json={**QUERY, "session_id": "call-1", "channel": "ivr"})
    said = response.json()
    HotlineShape.model_validate(said)
    assert response.status_code == 200 and set(said) == set(HotlineShape.model_fields)
    assert said["answer_short"] == "示例市教育局2023年本年新收政府信息公开申请数量为31件。"
    assert (said["confidence"], said["handoff"], said["handoff_reason"]) == (
        "verified",
        False,
        None,
    )
    assert (said["category_code"], said["valid_as_of"]) == ("XXGK20", "2023-12-31")
    assert said["contact"]["telephone"] == "0000-0000000"
    assert said["citations"][0]["quote"] == "31" and said["answer_id"].startswith("a_")
    assert (said["channel"], said["session_id"]) == ("ivr", "call-1")


def test_a_session_is_a_conversation_and_two_sessions_are_two(client, assistant):
    client.post(URL, json={**QUERY, "session_id": "one"})
    follow = {"query": "那2022年呢", "date": "2025-06-01"}
    second = client.post(URL, json={**follow, "session_id": "one"}).json()
    assert "2022年" in second["answer_short"] and second["figures"][0]["value"] == "25"
    client.post(URL, json={**follow, "session_id": "two"})
    assert assistant.heard[-1].history == ()


def test_the_region_of_a_caller_stands_in_for_the_organ(client):
    asked = {"query": "2023年新收多少件申请", "caller_region": "示例市", "date": "2025-06-01"}
    assert client.post(URL, json=asked).json()["figures"][0]["organ"] == "示例市人民政府"
    named = {**QUERY, "caller_region": "示例市"}
    assert client.post(URL, json=named).json()["figures"][0]["organ"] == "示例市教育局"
    strange = {**asked, "caller_region": "火星市"}
    assert client.post(URL, json=strange).json()["status"] == "needs_clarification"


def test_a_late_answer_is_handed_over_in_time(hurried, assistant):
    assistant.let.clear()
    said = hurried.post(URL, json=QUERY).json()
    HotlineShape.model_validate(said)
    assert (said["handoff"], said["handoff_reason"]) == (True, "time_budget")
    assert (said["confidence"], said["figures"], said["answer_id"]) == ("none", [], None)


def test_a_request_sent_twice_is_carried_out_once(client, assistant):
    key = {"Idempotency-Key": "7f-1"}
    first = client.post(URL, json=QUERY, headers=key)
    second = client.post(URL, json=QUERY, headers=key)
    assert first.json() == second.json() and len(assistant.heard) == 1
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    other = client.post(URL, json={**QUERY, "channel": "web"}, headers=key)
    assert other.status_code == 422 and len(assistant.heard) == 1
    assert client.post(URL, json=QUERY).json()["answer_id"] != first.json()["answer_id"]


def test_a_key_is_busy_until_its_first_request_ends(client, assistant):
    assistant.let.clear()
    codes: list[int] = []
    key = {"Idempotency-Key": "busy"}

    def send() -> None:
        codes.append(client.post(URL, json=QUERY, headers=key).status_code)

    first = threading.Thread(target=send)
    first.start()
    while not assistant.heard:
        time.sleep(0.01)
    busy = client.post(URL, json=QUERY, headers=key)
    assert busy.status_code == 409 and busy.headers["retry-after"] == "1"
    assistant.let.set()
    first.join()
    assert codes == [200]


def test_keys_are_kept_for_a_time_in_a_room_by_owner():
    now = [0.0]
    once = Once(room=2, kept=10, clock=lambda: now[0])
    assert once.begin("a", "1", {}) is None
    once.end("a", "1", {"x": 1})
    assert once.begin("a", "1", {}) == {"x": 1}
    assert once.begin("b", "1", {}) is None, "another's key is not ours"
    once.end("b", "1", None)
    assert once.begin("b", "1", {"other": 1}) is None, "after a failure it may be tried again"
    assert once.begin("a", "2", {}) is None
    assert once.begin("a", "1", {}) is None, "the oldest went"
    now[0] = 11
    assert once.begin("a", "2", {"anew": 1}) is None


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"query": ""},
        {"query": " "},
        {**QUERY, "channel": "fax"},
        {**QUERY, "max_chars": 3},
        {**QUERY, "session_id": "a b"},
    ],
    ids=["none", "empty", "blank", "channel", "short", "session"],
)
def test_what_cannot_be_asked_is_a_problem(client, body):
    response = client.post(URL, json=body)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"


def test_the_longest_is_kept(client):
    said = client.post(URL, json={**QUERY, "max_chars": 40}).json()
    assert len(said["answer_full"]) <= 40 and "31" in said["answer_full"]


def test_a_caller_is_told_whom_to_call(client):
    asked = {"query": "示例市教育局2023年转人工", "date": "2025-06-01"}
    said = client.post(URL, json={**asked, "caller_region": "示例市"}).json()
    assert said["handoff_reason"] == "asks_for_person"
    telephone = '<say-as interpret-as="telephone">0000-0000000</say-as>'
    assert telephone in said["ssml"] and "0000-0000000" in said["speech"]


def test_the_hotline_settings_do_not_share_their_keys():
    first, second = Hotline(), Hotline()
    assert first.once is not second.once
    assert replace(first, budget=1).budget == 1
