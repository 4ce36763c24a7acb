"""Quotations: exact slices of the report, about what was asked, or none."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.answer import Assistant
from assistant.model import Request
from indexer.store import Store
from tests.cases import load_cases

TODAY = date(2025, 6, 1)


@pytest.fixture(scope="module")
def asked(store: Store):
    assistant = Assistant(store)
    return lambda question: assistant.ask(Request(question, today=TODAY))


@pytest.mark.parametrize("case", load_cases("prose"))
def test_quotes(case, asked, store: Store):
    reply = asked(case["q"])
    assert (reply.status, reply.reason) == (case["status"], case.get("reason"))
    prose = [citation for citation in reply.citations if citation.table is None]
    assert bool(prose) == (case["status"] == "answered")
    for citation in prose:
        text = store.document_text(citation.report) or ""
        assert citation.quote in text
        assert text[citation.place.start : citation.place.stop] == citation.quote
        assert citation.quote in reply.text
    if "value" in case:
        assert (str(reply.value), reply.unit) == (case["value"], case["unit"])
    if "figures" in case:
        assert [str(figure.value) for figure in reply.figures] == case["figures"]
    for word in case.get("says", []):
        assert word in "".join(citation.quote for citation in prose)


def test_a_report_without_prose_is_never_quoted(asked):
    reply = asked("淮北市2021年存在的主要问题是什么")
    assert (reply.status, reply.reason) == ("no_answer", "not_stated")
    assert not reply.citations


def test_a_search_of_the_library_quotes_several_reports_and_says_how_many_were_searched(store):
    reply = Assistant(store).ask(Request("哪些机关提到了新闻发布会"))
    cited = {(cite.organ, cite.year) for cite in reply.citations}
    assert reply.status == "answered" and len(cited) > 1
    assert all("新闻发布会" in cite.quote for cite in reply.citations)
    assert f"在{len(store.reports())}份年报的正文中检索" in reply.text


def test_a_search_of_the_library_that_finds_nothing_says_so(store):
    reply = Assistant(store).ask(Request("哪些机关提到了无人机巡查"))
    assert (reply.status, reply.reason, reply.citations) == ("no_answer", "not_stated", ())


def test_problems_without_an_organ_still_ask_back(store):
    reply = Assistant(store).ask(Request("2023年存在的主要问题有哪些"))
    assert (reply.status, reply.reason) == ("needs_clarification", "organ")
