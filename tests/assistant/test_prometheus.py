"""What Prometheus is told: the index, the chat model, the gate; and that it is its format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from assistant.answer import Assistant
from assistant.api import create_app
from assistant.api.metrics import Metrics
from assistant.chat import Breaker, Chat, ChatSettings, OpenAICompatible
from indexer.store import Store
from tests.assistant.canned import CannedAssistant
from tests.chat_server import ChatServer, Fail, Say, chat_server

ASKED = {"question": "示例市教育局2023年新收多少件申请？"}
FALSE = "示例市教育局2023年新收政府信息公开申请132件[1]。"
Samples = Mapping[tuple[str, frozenset[tuple[str, str]]], float]


def shown(client: TestClient) -> Samples:
    """Return every sample by its name and labels."""
    response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def value(samples: Samples, name: str, **labels: str) -> float:
    return samples.get((name, frozenset(labels.items())), 0.0)


def test_the_state_of_the_index(store: Store):
    states = {"search_cache": "not_ready"}
    client = TestClient(create_app(CannedAssistant(store), store, degraded=lambda: states))
    samples = shown(client)
    rows = store.reports()
    assert value(samples, "nianbao_reports") == len(rows) > 0
    assert value(samples, "nianbao_figures") == sum(row.figures for row in rows) > 0
    assert value(samples, "nianbao_passages") == sum(row.passages for row in rows) > 0
    assert value(samples, "nianbao_index_info", version=store.version()) == 1
    assert value(samples, "nianbao_degraded", part="search_cache") == 1
    assert samples["nianbao_degraded", frozenset({("part", "embedding")})] == 0
    states.clear()
    assert value(shown(client), "nianbao_degraded", part="search_cache") == 0


@pytest.fixture
def model() -> Iterator[ChatServer]:
    with chat_server() as served:
        yield served


def asking(store: Store, model: ChatServer) -> TestClient:
    metrics = Metrics()
    reached = OpenAICompatible(ChatSettings("m", model.url, retries=0))
    chat = Chat(Breaker(reached, failures=1), 20, watch=metrics)
    return TestClient(create_app(Assistant(store, chat=chat), store, metrics=metrics))


def test_refused_drafts_are_counted_by_what_is_wrong_with_them(store: Store, model: ChatServer):
    model.script = [Say(FALSE)]
    client = asking(store, model)
    assert client.post("/v1/ask", json=ASKED).json()["ai_generated"] is False
    samples = shown(client)
    assert value(samples, "nianbao_drafts_refused_total", rule="number") == 2
    assert value(samples, "nianbao_chat_seconds_count", outcome="answered") == 2
    assert value(samples, "nianbao_chat_seconds_sum", outcome="answered") > 0


def test_a_model_that_fails_is_told_from_one_that_is_left_alone(store: Store, model: ChatServer):
    model.script = [Fail(500)]
    client = asking(store, model)
    for _ in "ab":
        assert client.post("/v1/ask", json=ASKED).json()["value"] == "31"
    samples = shown(client)
    assert value(samples, "nianbao_chat_seconds_count", outcome="failed") == 1
    assert value(samples, "nianbao_chat_seconds_count", outcome="left_alone") == 1
    assert value(samples, "nianbao_replies_total", status="answered", reason="") == 2
