"""Words to search by: Chinese text cut into terms, and BM25 over a handful of passages.

Owns the cutting (jieba with the term list `terms.txt`, imported late, its dictionary cache in our
own folder) and the score of few passages that are at hand.  The only module that imports jieba.

Leaves to others: the index over a whole library (inverted.py), meaning (embedding.py).
"""

from __future__ import annotations

import logging
import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from indexer.embedding import cache_folder
from indexer.text import fold

_TERMS = Path(__file__).with_name("terms.txt")
_WORD = re.compile(r"[0-9a-z一-龥]")
#: Words that stand in every question or sentence and so tell nothing.
_EMPTY = frozenset(Path(__file__).with_name("empty_words.txt").read_text(encoding="utf-8").split())
#: The usual constants: Robertson & Zaragoza, "The Probabilistic Relevance Framework", 2009.
_K1, _B = 1.2, 0.75


def cut_terms(text: str) -> list[str]:
    """Return the terms of `text` in order, long words also in their parts; empty words left out.

    >>> cut_terms("召开新闻发布会１５９场")
    ['召开', '新闻', '发布', '发布会', '新闻发布会', '159', '场']
    """
    words = _cutter().lcut_for_search(fold(text).lower())
    return [word for word in words if _WORD.search(word) and word not in _EMPTY]


def bm25(terms: Sequence[str], documents: Sequence[Sequence[str]]) -> list[float]:
    """Return the BM25 score of each document for the query `terms`, statistics from `documents`.

    >>> [round(score, 2) for score in bm25(["公报"], [["公报", "期"], ["访谈", "期"]])]
    [0.69, 0.0]
    """
    counts = [Counter(document) for document in documents]
    mean = sum(map(len, documents)) / len(documents) if documents else 0.0
    holding = {term: sum(term in count for count in counts) for term in set(terms)}
    weight = {
        term: math.log(1 + (len(documents) - held + 0.5) / (held + 0.5))
        for term, held in holding.items()
    }
    return [
        0.0
        + sum(
            weight[term]
            * count[term]
            * (_K1 + 1)
            / (count[term] + _K1 * (1 - _B + _B * len(document) / mean))
            for term in sorted(weight)
            if count[term]
        )
        for count, document in zip(counts, documents, strict=True)
    ]


@cache
def _cutter() -> Any:
    """Load jieba's dictionary, a second or so; its cache lies in our folder, not in /tmp."""
    import jieba

    jieba.setLogLevel(logging.WARNING)
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    cutter = jieba.Tokenizer()
    cutter.tmp_dir = str(folder)
    cutter.initialize()
    for term in _TERMS.read_text(encoding="utf-8").split():
        cutter.add_word(term)
    return cutter
