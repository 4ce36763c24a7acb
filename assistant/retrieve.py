"""Passages for a question: scope first, then meaning and words, fused.

Owns the order of a search (the reports in scope by SQL; exact cosine over their vectors and BM25
over their terms; one weighted sum) and the search without a scope, which asks Chroma and the
inverted index for candidates and ranks them in the same way.

Leaves to others: vectors and terms (indexer/), which sentences of a passage answer (replies/),
the same search for other programs (langchain.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from indexer.embedding import Embedder
from indexer.errors import EmbeddingUnavailable
from indexer.keywords import bm25, cut_terms
from indexer.records import StoredPassage
from indexer.store import Store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Share of meaning in the sum; the rest is words.  Chosen on prose_dev alone by
#: `nianbao eval prose --weights`: nDCG@5 0.933 here, 0.903 with words alone, 0.833 with meaning
#: alone.
DENSE = 0.4
#: Candidates that each search over the whole library hands on.
_CANDIDATES = 50
_YEAR = re.compile(r"(?:19|20)\d\d\s*年?(?:度|报)?")
_HEADING_ALONE = re.compile(
    r"^\s*[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]?[^。；：是需不]{2,24}[。：]?\s*$"
)
_TITLE = re.compile(r"^[^。]{2,40}(?:报告|人民政府|局|委员会)\s*$")


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage and its score between 0 and 1, the best of a search near 1."""

    passage: StoredPassage
    score: float


class Retriever:
    """Searches one store; without an embedding model, or without vectors, by words alone."""

    def __init__(
        self,
        store: Store,
        embedder: Callable[[], Embedder] | None = None,
        *,
        dense: float = DENSE,
    ) -> None:
        self.store = store
        self._embedder = embedder
        self._dense = dense
        self._cut = lru_cache(maxsize=20_000)(_terms_of)
        self._query = lru_cache(maxsize=256)(self._embedded)

    def search(
        self,
        question: str,
        reports: Sequence[str] | None,
        k: int = 5,
        *,
        also: Sequence[str] = (),
    ) -> list[Hit]:
        """Return up to `k` passages, best first, ties in the order of the reports.

        `reports` are ids of reports, None all of the library.  `also` are further words to look
        for, such as the Chinese wordings of what an English question asks.
        """
        if reports is None:
            return self._ranked(self._without_names(question, ()), self._candidates(question), k)
        rows = [row for id_ in reports if (row := self.store.report(id_)) is not None]
        asked = self._without_names(question, [row.organ for row in rows])
        passages = self.store.passages(*(row.id for row in rows)) if rows else []
        return self._ranked(asked, passages, k, also)

    def with_words(self, words: str, k: int = _CANDIDATES) -> list[StoredPassage]:
        """Return up to `k` passages of the whole library that hold terms of `words`, best first."""
        ids = [id_ for id_, _ in self.store.search_terms(cut_terms(words), k)]
        found = (self.store.passage(id_) for id_ in ids)
        return [passage for passage in found if passage is not None]

    def nearest(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return the cosine of `question` with each text; zeros without an embedding model."""
        query = self._query(question) if texts else None
        if query is None or self._embedder is None:
            return [0.0] * len(texts)
        return [float(score) for score in self._embedder().embed_passages(texts) @ query]

    def _ranked(
        self, asked: str, passages: Sequence[StoredPassage], k: int, also: Sequence[str] = ()
    ) -> list[Hit]:
        kept = [p for p in passages if not _is_heading(p.text)]
        if not kept:
            return []
        terms = [*cut_terms(asked), *(term for word in also for term in cut_terms(word))]
        words = _scaled(bm25(terms, [self._cut("\n".join((*p.path[-1:], p.text))) for p in kept]))
        meaning = self._meaning(asked, kept)
        dense = self._dense if meaning is not None else 0.0
        near = _scaled(meaning) if meaning is not None else [0.0] * len(kept)
        scores = [dense * m + (1 - dense) * w for m, w in zip(near, words, strict=True)]
        order = sorted(range(len(kept)), key=lambda i: (-round(scores[i], 9), i))
        return [Hit(kept[i], scores[i]) for i in order[:k] if scores[i] > 0]

    def _meaning(self, asked: str, passages: Sequence[StoredPassage]) -> list[float] | None:
        """Cosines in the order of `passages`; None without vectors, or a model that made them."""
        if self._embedder is None or not asked.strip():
            return None
        ids, matrix = self.store.vectors_for([p.id for p in passages])
        if not ids or (query := self._query(asked)) is None or matrix.shape[1] != len(query):
            return None
        scores = dict(zip(ids, (matrix @ query).tolist(), strict=True))
        least = min(scores.values())
        return [scores.get(p.id, least) for p in passages]

    def _embedded(self, text: str) -> NDArray[np.float32] | None:
        if self._embedder is None:
            return None
        try:
            vector: NDArray[np.float32] = self._embedder().embed_queries([text])[0]
        except EmbeddingUnavailable:
            return None
        return vector

    def _candidates(self, question: str) -> list[StoredPassage]:
        """Passages of the whole library that either search puts first."""
        ids = [id_ for id_, _ in self.store.search_terms(cut_terms(question), _CANDIDATES)]
        query = self._query(question)
        if query is not None:
            ids += [id_ for id_, _ in self.store.search(query, _CANDIDATES)]
        found = (self.store.passage(id_) for id_ in sorted(set(ids)))
        return [passage for passage in found if passage is not None]

    def _without_names(self, question: str, organs: Sequence[str]) -> str:
        """Return the question without years and without the names of the organs in scope.

        They stand in every report's first lines and would draw the search there.
        """
        text = _YEAR.sub(" ", question)
        for organ in organs:
            text = text.replace(_longest_common(organ, text), " ")
        return " ".join(text.split()) or question


def _terms_of(text: str) -> tuple[str, ...]:
    return tuple(cut_terms(text))


def _is_heading(text: str) -> bool:
    return bool(len(text) < 30 and (_HEADING_ALONE.match(text) or _TITLE.match(text)))


def _scaled(scores: Sequence[float]) -> list[float]:
    """Return the scores spread over 0 to 1; zeros where all are alike.

    >>> _scaled([2.0, 4.0, 3.0]), _scaled([0.8, 0.8])
    ([0.0, 1.0, 0.5], [0.0, 0.0])
    """
    low, high = min(scores), max(scores)
    return [(score - low) / (high - low) if high > low else 0.0 for score in scores]


def _longest_common(name: str, text: str) -> str:
    """Return the longest part of `name`, of three characters or more, that stands in `text`.

    >>> _longest_common("示例市望江区人民政府", "望江区开了几场发布会")
    '望江区'
    """
    for length in range(len(name), 2, -1):
        for start in range(len(name) - length + 1):
            if name[start : start + length] in text:
                return name[start : start + length]
    return "\n"
