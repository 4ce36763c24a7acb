"""The retriever for other programs is the search of our own."""

from __future__ import annotations

from pathlib import Path

import pytest
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableLambda

from assistant.langchain import open_retriever, retriever_of
from assistant.retrieve import Retriever
from indexer.errors import BadIndex
from indexer.store import Store
from tests.fakes import HashEmbedder

ORGAN = ("示例市教育局",)


def test_documents_are_the_passages_of_the_scope(store: Store):
    retriever = retriever_of(store, HashEmbedder, organs=ORGAN, years=(2023,), k=3)
    documents = retriever.invoke("新闻发布会开了几场")
    scope = [r.id for r in store.reports() if (r.organ, r.year) == (*ORGAN, 2023)]
    hits = Retriever(store, HashEmbedder).search("新闻发布会开了几场", scope, 3)
    assert [document.page_content for document in documents] == [h.passage.text for h in hits]
    first = documents[0].metadata
    assert (first["organ"], first["year"], first["section"]) == (*ORGAN, 2023, "一")
    text = store.document_text(first["report"]) or ""
    place = first["place"]
    assert text[place["start"] : place["stop"]] == documents[0].page_content


def test_it_is_a_part_of_a_chain(store: Store):
    retriever = retriever_of(store)
    assert isinstance(retriever, BaseRetriever)
    chain = retriever | RunnableLambda(len)
    assert chain.invoke("学校食堂检查结果") > 0


def test_a_scope_without_reports_finds_nothing(store: Store):
    assert retriever_of(store, years=(1999,)).invoke("新闻发布会") == []


def test_a_folder_without_an_index_is_refused(tmp_path: Path):
    with pytest.raises(BadIndex):
        open_retriever(tmp_path)
