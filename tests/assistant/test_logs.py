"""The log is JSON by the line, tells how a request went, and never what was asked."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from assistant.api import create_app
from assistant.chat import Budget, ChatFailed
from assistant.logs import set_up_logging
from indexer.store import Store
from tests.assistant.canned import CannedAssistant

PERSON = "我是张三，身份证110101199003074578，电话13800138000"
ASKED = f"{PERSON}，淮北市2021年新收多少件"
LOGGERS = ("", "assistant", "indexer", "uvicorn")


class Log:
    """What has been written, line by line."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]

    @property
    def text(self) -> str:
        return self.stream.getvalue()


@pytest.fixture
def log() -> Iterator[Log]:
    loggers = [logging.getLogger(name) for name in LOGGERS]
    before = [(logger.handlers[:], logger.level) for logger in loggers]
    yield Log()
    for logger, (handlers, level) in zip(loggers, before, strict=True):
        logger.handlers[:] = handlers
        logger.setLevel(level)


def client_of(store: Store, *, questions: bool = False) -> TestClient:
    app = create_app(CannedAssistant(store), store, log_questions=questions)
    return TestClient(app, raise_server_exceptions=False)


def test_a_request_has_one_line_that_says_how_it_went(store: Store, log: Log):
    set_up_logging(log.stream)
    response = client_of(store).post("/v1/ask", json={"question": ASKED})
    line = next(one for one in log.lines() if one["event"] == "request")
    assert line == {
        **line,
        "level": "info",
        "method": "POST",
        "route": "/v1/ask",
        "status": 200,
        "key_id": "",
        "request_id": response.headers["x-request-id"],
        "answer_id": response.json()["answer_id"],
        "reply_status": "answered",
        "reply_reason": None,
    }
    assert line["duration_ms"] > 0 and line["timestamp"].endswith("Z")


@pytest.mark.parametrize(
    "send",
    [
        lambda client: client.post("/v1/ask", json={"question": ASKED}),
        lambda client: client.post("/v1/ask", json={"question": ASKED, "conversation": ASKED}),
        lambda client: client.get("/", params={"q": ASKED}),
        lambda client: client.get("/v1/suggestions", params={"q": ASKED}),
        lambda client: client.get(f"/v1/reports/{ASKED}"),
        lambda client: client.post("/v1/ask", json={"question": f"坏{ASKED}"}),
        lambda client: client.post(
            "/v1/chat/completions",
            json={"model": "nianbao", "messages": [{"role": "user", "content": f"坏{ASKED}"}]},
        ),
        lambda client: client.post("/v1/ask", json={"question": "问" * 2000}),
    ],
    ids=["ask", "invalid", "page", "suggestions", "path", "mistake", "openai", "long"],
)
def test_no_line_tells_what_was_asked(store: Store, log: Log, send: Any):
    set_up_logging(log.stream)
    send(client_of(store))
    assert any(line["event"] == "request" for line in log.lines())
    for secret in ("张三", "110101199003074578", "13800138000", "新收", "问问"):
        assert secret not in log.text


def test_a_mistake_of_ours_is_one_line_with_its_places(store: Store, log: Log):
    set_up_logging(log.stream)
    client = client_of(store)
    response = client.post("/v1/ask", json={"question": "坏"})
    line = next(one for one in log.lines() if one["level"] == "error")
    assert response.status_code == 500
    assert line["request_id"] == response.headers["x-request-id"]
    raised = line["exception"][0]
    assert raised["exc_type"] == "RuntimeError" and "exc_value" not in raised
    assert raised["frames"][-1]["name"] == "ask" and raised["frames"][-1]["lineno"] > 0
    assert "a secret of ours" not in log.text
    assert [one["status"] for one in log.lines() if one["event"] == "request"] == [500]


def test_questions_are_told_masked_where_the_setting_says_so(store: Store, log: Log):
    set_up_logging(log.stream, questions=True)
    client = client_of(store, questions=True)
    client.post("/v1/ask", json={"question": ASKED})
    client.post("/v1/ask", json={"question": "坏"})
    told = [line["question"] for line in log.lines() if "question" in line]
    assert told == ["我是张三,身份证【证件号】,电话【电话】,淮北市2021年新收多少件"]
    raised = next(line["exception"][0] for line in log.lines() if "exception" in line)
    assert raised["exc_value"] == "a secret of ours"


def test_monitoring_has_no_line_while_it_succeeds(store: Store, log: Log):
    set_up_logging(log.stream)
    client = client_of(store)
    assert client.get("/healthz").status_code == client.get("/readyz").status_code == 200
    assert log.text == ""
    client.post("/healthz")
    assert [line["status"] for line in log.lines()] == [405]


def test_lines_of_others_are_json_with_numbers_masked(log: Log):
    set_up_logging(log.stream)
    logging.getLogger("somebody.else").warning("no route for %s", "13800138000")
    logging.getLogger("somebody.else").info("chatter")
    (line,) = log.lines()
    assert (line["event"], line["logger"]) == ("no route for 【电话】", "somebody.else")


def test_what_a_chat_model_repeats_is_not_told(log: Log):
    class Repeating:
        name = "repeating"

        def complete(self, prompt: str, seconds: float, *, as_json: bool = False) -> str:
            raise ChatFailed(f"ValueError: {prompt}") from ValueError(prompt)

    set_up_logging(log.stream)
    assert Budget(Repeating(), 5).complete(ASKED) is None
    (line,) = log.lines()
    assert line["event"] == "chat model: ValueError" and line["level"] == "warning"
