"""Passages for a question: in the scope named, by words and meaning, or over the whole library."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.retrieve import Retriever
from indexer.embedding import load_embedder
from indexer.errors import EmbeddingUnavailable
from indexer.store import Store
from tests.fakes import HashEmbedder


def report_id(store: Store, organ: str, year: int) -> str:
    return next(r.id for r in store.reports() if (r.organ, r.year) == (organ, year))


@pytest.fixture(scope="module", params=["words", "words-and-meaning"])
def retriever(request: pytest.FixtureRequest, store: Store) -> Retriever:
    return Retriever(store, HashEmbedder if request.param == "words-and-meaning" else None)


def test_a_scoped_search_stays_in_its_report(retriever: Retriever, store: Store):
    scope = report_id(store, "示例市教育局", 2023)
    hits = retriever.search("新闻发布会开了几场", [scope])
    assert hits and {hit.passage.report for hit in hits} == {scope}
    assert "新闻发布会" in hits[0].passage.text
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_headings_alone_are_no_passages(retriever: Retriever, store: Store):
    scope = report_id(store, "示例市教育局", 2023)
    hits = retriever.search("政府信息公开工作年度报告", [scope], 20)
    assert all(len(hit.passage.text) > 15 for hit in hits)


def test_an_unscoped_search_finds_the_library_over(retriever: Retriever):
    hits = retriever.search("学校食堂检查结果", None)
    assert "食堂" in hits[0].passage.text


def test_an_unscoped_search_asks_the_inverted_index(retriever: Retriever, store: Store):
    before = [hit.passage.id for hit in retriever.search("新闻发布会", None)]
    assert store.sync_terms()
    after = [hit.passage.id for hit in retriever.search("新闻发布会", None)]
    assert after and set(before) & set(after)


def test_nothing_is_found_where_nothing_is_searched(retriever: Retriever):
    assert retriever.search("新闻发布会", []) == []
    assert retriever.search("新闻发布会", ["r_unknown"]) == []


def test_the_same_search_gives_the_same_passages(retriever: Retriever, store: Store):
    scope = [report.id for report in store.reports()]
    first = retriever.search("主要问题", scope, 10)
    assert first == retriever.search("主要问题", scope, 10)


def test_without_the_model_words_alone_are_searched(store: Store):
    def unavailable() -> HashEmbedder:
        raise EmbeddingUnavailable("no model here")

    scope = [report_id(store, "示例市教育局", 2023)]
    plain = Retriever(store).search("新闻发布会开了几场", scope)
    assert Retriever(store, unavailable).search("新闻发布会开了几场", scope) == plain


@pytest.mark.model
def test_meaning_finds_what_words_do_not(store: Store):
    model = load_embedder()
    near, far = Retriever(store, lambda: model).nearest(
        "多少人看", ["浏览量33829人次", "印发管理办法"]
    )
    assert near > far


class Longer(HashEmbedder):
    """A model whose vectors are not those of the index."""

    def embed_queries(self, texts):
        return np.hstack([super().embed_queries(texts)] * 2)


def test_vectors_of_another_model_are_left_aside(store: Store):
    scope = report_id(store, "示例市教育局", 2023)
    plain, other = Retriever(store, None), Retriever(store, Longer)
    question = "新闻发布会开了几场"
    assert other.search(question, [scope]) == plain.search(question, [scope])
