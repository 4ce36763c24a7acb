"""Search chunks the usual ways: by vectors in Chroma through LangChain, and by words with BM25.

Owns the baselines of retrieval; the only module that imports langchain_chroma and rank_bm25.

Leaves to others: the chunks (chunks.py), the verdict on what is found (lookups.py).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from uuid import uuid4

from eval.baselines.chunks import Chunk
from eval.baselines.lookups import Lookup
from indexer.embedding import Embedder

if TYPE_CHECKING:
    from langchain_chroma import Chroma

TOP = 5
_BATCH = 5000


class Retriever(Protocol):
    """Anything that finds chunks for a question."""

    def find(self, lookup: Lookup) -> list[Chunk]:
        """Return the five best chunks, best first."""
        ...


class ChromaRetriever:
    """LangChain's Chroma store over chunks, with the embedding model of the index.

    With `filtered`, only chunks of the right organ and year are searched: the expected ones,
    which in use somebody would first have to read from the question.
    """

    def __init__(self, store: Chroma, *, filtered: bool = False) -> None:
        self._store = store
        self._filtered = filtered

    def find(self, lookup: Lookup) -> list[Chunk]:
        """See Retriever.find."""
        where = only(lookup.organ, lookup.year) if self._filtered else None
        found = self._store.similarity_search(lookup.question, k=TOP, filter=where)
        return [
            Chunk(one.page_content, one.metadata["organ"], one.metadata["year"]) for one in found
        ]


def only(organ: str, year: int) -> dict[str, Any]:
    """Return Chroma's metadata filter for one report."""
    return {"$and": [{"organ": organ}, {"year": year}]}


def build_chroma(chunks: Sequence[Chunk], embedder: Embedder) -> Chroma:
    """Return a LangChain store in memory that holds the chunks."""
    import chromadb
    from langchain_chroma import Chroma
    from langchain_core.embeddings import Embeddings

    class Adapter(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            vectors: list[list[float]] = embedder.embed_passages(texts).tolist()
            return vectors

        def embed_query(self, text: str) -> list[float]:
            (vector,) = embedder.embed_queries([text]).tolist()
            return list(vector)

    store = Chroma(
        collection_name=f"baseline-{uuid4().hex}",
        embedding_function=Adapter(),
        client=chromadb.EphemeralClient(),
        collection_metadata={"hnsw:space": "cosine"},
    )
    for first in range(0, len(chunks), _BATCH):
        some = chunks[first : first + _BATCH]
        store.add_texts(
            [chunk.text for chunk in some],
            [{"organ": chunk.organ, "year": chunk.year} for chunk in some],
        )
    return store


class WordRetriever:
    """BM25 over the words that jieba cuts."""

    def __init__(self, chunks: Sequence[Chunk], cache: Path) -> None:
        import jieba
        from rank_bm25 import BM25Okapi

        jieba.setLogLevel(logging.WARNING)
        jieba.dt.tmp_dir = str(cache)
        self._cut = jieba.lcut
        self._chunks = chunks
        self._index = BM25Okapi([self._cut(chunk.text) for chunk in chunks])

    def find(self, lookup: Lookup) -> list[Chunk]:
        """See Retriever.find."""
        scores = self._index.get_scores(self._cut(lookup.question))
        best = sorted(range(len(self._chunks)), key=lambda at: (-scores[at], at))[:TOP]
        return [self._chunks[at] for at in best]
