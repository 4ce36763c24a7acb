"""Chroma, its filter and BM25 find chunks, and a chat model answers from them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from eval.baselines.beside import ask_baselines, build_retrievers
from eval.baselines.chunks import SIZE, Chunk, cut_reports
from eval.baselines.lookups import Lookup
from eval.baselines.retrieval import TOP, ChromaRetriever, WordRetriever, build_chroma
from eval.cases import Case
from indexer.store import Store
from tests.fakes import HashEmbedder

CITY, BUREAU = "示例市人民政府", "示例市教育局"
CHUNKS = [
    Chunk("本年新收政府信息公开申请数量 268 件", CITY, 2023),
    Chunk("本年新收政府信息公开申请数量 26 件", BUREAU, 2023),
    Chunk("召开新闻发布会五十七场", CITY, 2023),
    Chunk("编制主动公开目录", CITY, 2022),
    Chunk("栏目更新", CITY, 2022),
    Chunk("办结", CITY, 2022),
]
LOOKUP = Lookup(
    Case("x", "dev", "value", "zh", "新闻发布会几场", date(2025, 6, 1), {}),
    "新闻发布会几场",
    BUREAU,
    2023,
    Decimal(26),
    frozenset({"本年新收政府信息公开申请数量"}),
)


def test_chroma_finds_the_nearest_and_its_filter_only_the_report_asked_for():
    store = build_chroma(CHUNKS, HashEmbedder())
    found = ChromaRetriever(store).find(LOOKUP)
    assert len(found) == TOP
    assert found[0] == CHUNKS[2]
    assert ChromaRetriever(store, filtered=True).find(LOOKUP) == [CHUNKS[1]]


def test_words_find_the_chunk_that_shares_the_rare_one(tmp_path: Path):
    found = WordRetriever(CHUNKS, tmp_path).find(LOOKUP)
    assert (len(found), found[0]) == (TOP, CHUNKS[2])


def test_reports_are_cut_with_their_tables(store: Store):
    chunks = cut_reports(store)
    assert max(len(chunk.text) for chunk in chunks) <= SIZE
    assert {(chunk.organ, chunk.year) for chunk in chunks} == {
        (report.organ, report.year) for report in store.reports()
    }
    assert any("（三）不予公开 | 4.保护第三方合法权益 | " in chunk.text for chunk in chunks)


@pytest.mark.parametrize(("said", "right"), [("26 件", True), ("268", False), ("没有", False)])
def test_a_chat_model_is_right_where_it_says_the_number(said: str, right: bool, tmp_path: Path):
    heard: list[tuple[str, Sequence[str]]] = []

    def chat(question: str, texts: Sequence[str]) -> str:
        heard.append((question, texts))
        return said

    retrievers = {"chroma": WordRetriever(CHUNKS, tmp_path)}
    ((id_, beside),) = ask_baselines([LOOKUP], retrievers, chat)
    assert id_ == "x"
    assert beside["chroma"] == {"top": False, "any": True, "placed": False}
    assert beside["chroma_chat"] == {"answer": right}
    assert heard[0][0] == LOOKUP.question
    assert len(heard[0][1]) == TOP


def test_all_baselines_stand_over_an_index(store: Store, tmp_path: Path):
    retrievers = build_retrievers(store, HashEmbedder(), tmp_path)
    asked = dataclasses.replace(LOOKUP, organ="淮北市人民政府", year=2021)
    ((_, beside),) = ask_baselines([asked], retrievers)
    assert set(beside) == {"chroma", "bm25", "chroma_filtered"}
