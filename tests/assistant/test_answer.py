"""One question in, one reply out: the ends that people meet, over the samples."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from assistant.answer import Assistant
from assistant.errors import BadQuestion
from assistant.model import Reply, Request
from indexer.store import Store
from tests.cases import load_cases

TODAY = date(2025, 6, 1)


@pytest.fixture(scope="module")
def assistant(store: Store) -> Assistant:
    return Assistant(store)


def ask(assistant: Assistant, question: str, *history: str) -> Reply:
    return assistant.ask(Request(question, history=history, today=TODAY))


@pytest.mark.parametrize("case", load_cases("answers"))
def test_answers(case, assistant: Assistant):
    reply = ask(assistant, case["q"], *case.get("history", ()))
    assert (reply.status, reply.reason) == (case["status"], case.get("reason"))
    assert (None if reply.value is None else str(reply.value)) == case.get("value")
    assert {note.code for note in reply.notes} >= set(case.get("notes", []))
    for word in case.get("says", []):
        assert word in reply.text
    if "verdict" in case:
        assert reply.verdict is case["verdict"]
    for state in case.get("states", []):
        assert state in {figure.state for figure in reply.figures}


def test_a_figure_is_cited_with_the_cell_it_was_printed_in(assistant: Assistant):
    reply = ask(assistant, "淮北市2021年因保护第三方合法权益不予公开多少件")
    (citation,) = [c for c in reply.citations if c.indicator == "refused.third_party"]
    assert citation.row == ("三、本年度办理结果", "（三）不予公开", "4.保护第三方合法权益")
    assert (citation.column, citation.quote, citation.table) == (("总计",), "4", 3)
    held = {check.rule for check in reply.checks if check.result == "holds"}
    assert held >= {"R1", "R2", "R3"}


def test_a_group_total_shows_its_sum(assistant: Assistant):
    reply = ask(assistant, "淮北2021年不予公开一共多少件")
    assert reply.calculations[0].expression == "2+1+0+4+1+0+1+1 = 10"
    assert all(figure.computed for figure in reply.figures if figure.indicator == "refused")


def test_the_four_sentences_for_no_number_and_zero_differ(assistant: Assistant):
    questions = (
        "淮北市2021年规章制发多少件",
        "示例市教育局2022年科研机构新收多少件",
        "示例市教育局2023年规章现行有效多少件",
        "示例市2020年规章现行有效多少件",
    )
    texts = [ask(assistant, question).text.split("\n")[0] for question in questions]
    assert len({text.partition("年")[2][-12:] for text in texts}) == 4


def test_every_choice_of_a_question_back_is_a_question_that_is_answered(assistant: Assistant):
    for question in ("示例市新收多少件", "2023年新收多少件"):
        reply = ask(assistant, question)
        assert reply.status == "needs_clarification"
        assert len(reply.choices) > 1
        followed = [ask(assistant, choice.question) for choice in reply.choices]
        assert {answer.status for answer in followed} == {"answered"}


@pytest.mark.parametrize("question", ["", "   ", "长" * 1001], ids=["empty", "blank", "long"])
def test_what_is_no_question_is_refused(question, assistant: Assistant):
    with pytest.raises(BadQuestion):
        ask(assistant, question)


def test_a_library_without_reports_says_so(tmp_path):
    with Store.create(tmp_path) as store:
        reply = ask(Assistant(store), "淮北市2021年新收多少件")
        assert (reply.status, reply.reason) == ("no_answer", "not_in_library")


class Talkative(Assistant):
    """An assistant whose replies say a number that nothing supports."""

    def _reply(self, *args: Any) -> Reply:
        reply = super()._reply(*args)
        return replace(reply, text=f"{reply.text}另有七十七件。")


def test_a_reply_with_an_unsupported_number_does_not_go_out(store: Store):
    reply = ask(Talkative(store), "淮北市2021年新收多少件")
    assert (reply.status, reply.reason) == ("no_answer", "not_grounded")
    assert "七十七" not in reply.text + reply.speech
    assert (reply.value, reply.figures) == (None, ())
