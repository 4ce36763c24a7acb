"""A chat model over real HTTP: what counts as an answer, and what its misbehaviour costs."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from assistant.chat import (
    Breaker,
    Budget,
    ChatFailed,
    ChatSettings,
    OpenAICompatible,
    read_json,
)
from tests.chat_server import (
    Babble,
    Behaviour,
    ChatServer,
    Cut,
    Drip,
    Fail,
    Garbage,
    Hang,
    Say,
    chat_server,
)


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with chat_server() as running:
        yield running


def model(server: ChatServer, seconds: float = 5.0, **options: object) -> OpenAICompatible:
    settings = ChatSettings(
        "示例模型", server.url, "secret", options=options, seconds=seconds, retries=1
    )
    return OpenAICompatible(settings)


def test_an_answer_is_streamed_and_put_together(server: ChatServer):
    server.script = [Say("新收331件。[1] 办结328件。[1]")]
    assert model(server).complete("问", 20) == "新收331件。[1] 办结328件。[1]"
    (asked,) = server.asked
    assert asked["stream"] is True
    assert asked["messages"] == [{"role": "user", "content": "问"}]
    assert server.headers[0]["Authorization"] == "Bearer secret"


def test_options_of_the_vendor_are_passed_through(server: ChatServer):
    model(server, enable_thinking=False, temperature=0).complete("问", 20)
    assert server.asked[0]["enable_thinking"] is False
    assert server.asked[0]["temperature"] == 0


def test_json_is_asked_for_in_the_protocols_way(server: ChatServer):
    server.script = [Say('{"year": 2021}')]
    assert read_json(model(server).complete("问", 5, as_json=True)) == {"year": 2021}
    assert server.asked[0]["response_format"] == {"type": "json_object"}


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("<think>331？不对</think>新收331件。", "新收331件。"),
        ("想一想</think>\n好", "好"),
        ("好<think>还要想", "好"),
        ("<THINKING>a</THINKING>好", "好"),
    ],
    ids=["closed", "opened-by-the-server", "never-closed", "upper-case"],
)
def test_thoughts_are_taken_off(server: ChatServer, said: str, kept: str):
    server.script = [Say(said)]
    assert model(server).complete("问", 20) == kept


@pytest.mark.parametrize(
    "behaviour",
    [
        Say("新收331件", ending="length"),
        Say("新收331件", ending="content_filter"),
        Say("新收331件", ending=None),
        Say("新收331件", ending=None, done=False),
        Say(""),
        Say("<think>只有想法"),
        Cut("新收3"),
        Garbage(),
        Garbage(b"<html>502</html>"),
        Fail(400),
        Fail(401),
        Fail(404),
        Fail(500),
    ],
    ids=[
        "too-long", "filtered", "no-ending", "no-ending-no-done", "empty", "thoughts-only", "cut",
        "garbage", "html", "bad-request", "no-key", "no-model", "server-error",
    ],
)  # fmt: skip
def test_what_does_not_end_as_an_answer_is_none(server: ChatServer, behaviour: Behaviour):
    server.script = [behaviour]
    with pytest.raises(ChatFailed):
        model(server).complete("问", 20)


@pytest.mark.parametrize(
    "behaviour", [Hang(30), Drip(), Babble("")], ids=["silent", "dripping", "babbling"]
)
def test_a_slow_model_costs_its_time_and_no_more(server: ChatServer, behaviour: Behaviour):
    server.script = [behaviour]
    slow = model(server)
    slow._loaded()
    started = time.monotonic()
    with pytest.raises(ChatFailed):
        slow.complete("问", 1.0)
    assert time.monotonic() - started < 10


def test_a_model_that_talks_on_is_cut_off(server: ChatServer):
    server.script = [Babble()]
    with pytest.raises(ChatFailed, match="went on"):
        model(server).complete("问", 30)


def test_a_dead_address_costs_its_time_and_no_more():
    dead = OpenAICompatible(ChatSettings("m", "http://127.0.0.1:9/v1", seconds=2.0))
    dead._loaded()
    started = time.monotonic()
    with pytest.raises(ChatFailed):
        dead.complete("问", 2.0)
    assert time.monotonic() - started < 10


def test_a_server_that_stumbles_once_is_asked_again(server: ChatServer):
    server.script = [Fail(503), Say("好")]
    assert model(server).complete("问", 10) == "好"
    assert len(server.asked) == 2


def test_a_model_that_fails_in_a_row_is_left_alone_for_a_while(server: ChatServer):
    server.script = [Fail(400)] * 3 + [Say("好")]
    now = [0.0]
    breaker = Breaker(model(server), failures=3, rest=60, clock=lambda: now[0])
    for _ in range(5):
        with pytest.raises(ChatFailed):
            breaker.complete("问", 20)
    assert len(server.asked) == 3
    now[0] = 61.0
    assert breaker.complete("问", 20) == "好"


def test_all_calls_of_a_question_share_one_budget(server: ChatServer):
    server.script = [Say("好")]
    now = [0.0]
    budget = Budget(model(server), 20, clock=lambda: now[0])
    assert budget.complete("问") == "好"
    now[0] = 21.0
    assert budget.complete("问") is None
    assert len(server.asked) == 1
