"""Ask the baselines the questions of a run.

Owns which baselines there are, and the scores that go beside ours in the lines of a run file.

Leaves to others: finding (retrieval.py), the verdict (lookups.py), what it comes to
(eval/sections.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from eval.baselines.chat import Chat
from eval.baselines.chunks import Chunk, cut_reports
from eval.baselines.lookups import Lookup, numbers, verdict
from eval.baselines.retrieval import ChromaRetriever, Retriever, WordRetriever, build_chroma
from indexer.embedding import Embedder
from indexer.store import Store

#: Baseline → score → whether it holds.
Beside = dict[str, dict[str, bool]]


def build_retrievers(store: Store, embedder: Embedder, cache: Path) -> dict[str, Retriever]:
    """Return the baselines over the chunks of an index; embedding them takes a minute or more."""
    chunks = cut_reports(store)
    chroma = build_chroma(chunks, embedder)
    return {
        "chroma": ChromaRetriever(chroma),
        "bm25": WordRetriever(chunks, cache),
        "chroma_filtered": ChromaRetriever(chroma, filtered=True),
    }


def ask_baselines(
    lookups: Sequence[Lookup], retrievers: Mapping[str, Retriever], chat: Chat | None = None
) -> Iterator[tuple[str, Beside]]:
    """Yield the id of each case and how every baseline does on it.

    With `chat`, the model answers from what Chroma finds without a filter.
    """
    for lookup in lookups:
        found = {name: retriever.find(lookup) for name, retriever in retrievers.items()}
        beside = {name: _scores(lookup, chunks) for name, chunks in found.items()}
        if chat is not None:
            said = chat(lookup.question, [chunk.text for chunk in found["chroma"]])
            beside["chroma_chat"] = {"answer": lookup.value in numbers(said)}
        yield lookup.case.id, beside


def _scores(lookup: Lookup, chunks: Sequence[Chunk]) -> dict[str, bool]:
    return asdict(verdict(lookup, [(one.text, one.organ, one.year) for one in chunks]))
