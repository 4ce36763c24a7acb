"""Questions over the statistics tables to 2018: the row that is named is answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from assistant.answer import Assistant
from assistant.model import Reply, Request
from indexer.store import Store
from tests.assistant.statistics_library import build_statistics_library
from tests.cases import load_cases

TODAY = date(2025, 6, 1)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("statistics")
    build_statistics_library(folder / "index", folder)
    with Store.open(folder / "index") as store:
        yield Assistant(store)


def ask(assistant: Assistant, question: str, *history: str) -> Reply:
    return assistant.ask(Request(question, history=history, today=TODAY))


@pytest.mark.parametrize("case", load_cases("statistics_questions"))
def test_rows_of_statistics_tables(case, assistant: Assistant):
    reply = ask(assistant, case["q"], *case.get("history", ()))
    assert (reply.status, reply.reason) == (case.get("status", "answered"), case.get("reason"))
    assert (None if reply.value is None else str(reply.value)) == case.get("value")
    if "rows" in case:
        assert [figure.indicator for figure in reply.figures] == case["rows"]
    if "verdict" in case:
        assert reply.verdict is case["verdict"]
    assert {figure.state for figure in reply.figures} >= set(case.get("states", []))
    assert {note.code for note in reply.notes} >= set(case.get("notes", []))
    for word in case.get("says", []):
        assert word in reply.text
    assert len(reply.choices) == case.get("choices", 0)


def test_every_choice_between_rows_is_answered_with_its_row(assistant: Assistant):
    reply = ask(assistant, "示例市2018年维持的有几件")
    followed = [ask(assistant, choice.question) for choice in reply.choices]
    assert [str(answer.value) for answer in followed] == ["3", "2"]


def test_a_row_says_which_of_two_alike_it_is(assistant: Assistant):
    texts = [ask(assistant, f"示例市2018年{kind}被纠错的几件").text for kind in ("复议", "诉讼")]
    assert "行政复议" in texts[0] and "行政诉讼" in texts[1]
