"""Terms of Chinese text, and BM25 over a handful of passages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.keywords import bm25, cut_terms

_WORDS = st.lists(st.sampled_from(["公报", "访谈", "期", "热线"]), max_size=6)


def test_long_words_are_found_by_their_parts():
    assert {"新闻发布会", "发布会", "新闻"} <= set(cut_terms("召开新闻发布会"))


def test_full_width_digits_and_capitals_are_folded():
    assert cut_terms("ＩＰｖ６改造１２项") == cut_terms("IPv6改造12项")


@pytest.mark.parametrize("text", ["", "，。！", "请问有多少", "what is the"])
def test_empty_words_and_marks_are_no_terms(text):
    assert cut_terms(text) == []


def test_a_rare_word_weighs_more_than_a_common_one():
    documents = [["公报", "期"], ["访谈", "期"], ["热线", "期"]]
    common, rare = bm25(["期"], documents)[0], bm25(["公报"], documents)[0]
    assert rare > common > 0


def test_nothing_to_search_scores_nothing():
    assert bm25(["公报"], []) == []
    assert bm25([], [["公报"]]) == [0.0]


@given(st.lists(_WORDS, min_size=1, max_size=6), _WORDS)
def test_only_documents_that_hold_a_term_score(documents, terms):
    for score, document in zip(bm25(terms, documents), documents, strict=True):
        assert (score > 0) == bool(set(terms) & set(document))
