"""One reply to several questions of one sentence."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from assistant.answer import Assistant
from assistant.model import Reply, Request
from assistant.several import answered_each
from indexer.store import Store

TODAY = date(2025, 6, 1)


@pytest.fixture(scope="module")
def assistant(store: Store) -> Assistant:
    return Assistant(store)


def ask(assistant: Assistant, question: str) -> Reply:
    return assistant.ask(Request(question, today=TODAY))


def test_citations_of_a_joined_reply_are_numbered_once_and_all_there(assistant: Assistant):
    reply = ask(assistant, "示例市2024年不予公开几件，占办结的百分之几")
    ids = [citation.id for citation in reply.citations]
    assert ids == list(range(1, len(ids) + 1))
    cells = [(c.report, c.indicator, c.applicant, c.seq) for c in reply.citations]
    assert len(set(cells)) == len(cells)
    marked = {int(mark) for mark in re.findall(r"\[(\d+)\]", reply.text)}
    held = {n for row in (*reply.figures, *reply.calculations) for n in row.citations}
    assert marked | held <= set(ids)


def test_marks_stand_for_the_cells_of_their_own_figures(assistant: Assistant):
    reply = ask(assistant, "示例市2024年新收几件、比上年多几件、企业提的又是几件")
    known = {citation.id: citation for citation in reply.citations}
    business = next(f for f in reply.figures if f.applicant == "legal.business")
    (cited,) = [known[number] for number in business.citations]
    assert (cited.applicant, cited.quote) == ("legal.business", "20")


@pytest.mark.parametrize("last", ["declined", "the same figure"])
def test_a_sentence_stays_one_question_where_a_clause_adds_nothing(assistant: Assistant, last: str):
    whole = ask(assistant, "示例市2024年新收几件")
    declined = replace(whole, status="no_answer", value=None)

    def answer(clause: str, before: tuple[str, ...]) -> Reply:
        return declined if before and last == "declined" else whole

    assert answered_each("示例市2024年新收几件，是多少件", whole, answer) is whole
