"""What is offered while somebody types, and that each offer is answered."""

from __future__ import annotations

import pytest

from assistant.answer import Assistant
from assistant.model import Request
from assistant.suggest import MOST, suggest
from indexer.store import Store
from tests.fakes import HashEmbedder


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("清溪区不予", "示例市清溪区人民政府2023年不予公开是多少？"),
        ("淮北", "淮北市人民政府2021年本年新收政府信息公开申请数量是多少？"),
        ("示例市2020年结转下", "示例市人民政府2020年结转下年度继续办理是多少？"),
        ("示例市教育", "示例市教育局2023年本年新收政府信息公开申请数量是多少？"),
    ],
    ids=["place-cut-short", "beginning", "year", "department"],
)
def test_what_was_begun_is_finished(store: Store, typed: str, first: str):
    assert suggest(store, typed)[0] == first


def test_a_choice_beside_the_question_counts(store: Store):
    offered = suggest(store, "不予公开", organ="淮北市人民政府", year=2021)
    assert offered and all("淮北市人民政府2021年" in one for one in offered)


def test_years_that_are_not_held_are_not_offered(store: Store):
    assert suggest(store, "淮北市2019") == []


def test_every_offer_is_answered(store: Store):
    assistant = Assistant(store, embedder=HashEmbedder)
    for typed in ("示例市", "不予", "复议", "refus"):
        offers = suggest(store, typed, "en" if typed.isascii() else "zh")
        assert 0 < len(offers) <= MOST
        for question in offers:
            assert assistant.ask(Request(question)).status == "answered", question
