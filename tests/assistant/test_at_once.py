"""What is answered without a thread is answered as always, and the rest is handed on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.answer import Assistant
from assistant.at_once import LONGEST, MOST_TURNS, AtOnce
from assistant.model import Reply, Request
from indexer.embedding import Embedder
from indexer.store import Store
from tests.cases import load_cases

TODAY = date(2025, 6, 1)
CASES = [case.values[0] for case in load_cases("answers")]
ASKED = Request("淮北市2021年因保护第三方合法权益不予公开多少件", today=TODAY)


@pytest.fixture(scope="module")
def assistant(store: Store) -> Assistant:
    return Assistant(store)


@pytest.fixture
def at_once(assistant: Assistant, store: Store) -> AtOnce:
    store.look_again()
    assistant.known.read()
    return AtOnce(assistant)


def unstamped(reply: Reply) -> Reply:
    return replace(reply, answer_id="", conversation="", elapsed_ms=0)


def test_replies_are_those_of_the_assistant(assistant: Assistant, at_once: AtOnce, store: Store):
    answered = 0
    for case in CASES:
        request = Request(case["q"], history=tuple(case.get("history", ())), today=TODAY)
        store.version()
        reply = at_once(request)
        if reply is not None:
            answered += 1
            assert unstamped(reply) == unstamped(assistant.ask(request)), case["q"]
    assert answered > len(CASES) / 2


@pytest.mark.parametrize(
    "question",
    [
        "淮北市2021年存在哪些问题",
        "哪些报告提到智能问答",
    ],
    ids=["prose", "mentions"],
)
def test_what_wants_more_is_for_later(at_once: AtOnce, question: str):
    assert at_once(Request(question, today=TODAY)) is None


def test_a_long_question_or_conversation_is_for_later(at_once: AtOnce):
    assert at_once(ASKED) is not None
    assert at_once(replace(ASKED, question=ASKED.question + "呀" * LONGEST)) is None
    assert at_once(replace(ASKED, history=(ASKED.question,) * (MOST_TURNS + 1))) is None


def test_an_index_that_must_be_read_anew_is_for_later(at_once: AtOnce, store: Store):
    store.look_again()
    assert not store.at_hand
    assert at_once(ASKED) is not None
    assert AtOnce(Assistant(store))(ASKED) is None


def test_the_embedding_model_is_never_waited_for(store: Store):
    def load() -> Embedder:
        raise AssertionError("the model was asked for")

    assistant = Assistant(store, embedder=load)
    assistant.known.read()
    replies = [AtOnce(assistant)(Request(case["q"], today=TODAY)) for case in CASES]
    assert None in replies
