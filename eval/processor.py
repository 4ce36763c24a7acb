"""Measure the processor time of a numeric answer beside LangChain + Chroma retrieval.

Owns the random chunks that Chroma searches, and the measuring of both in one process.  The
embedding of the question is left out on both sides: Chroma is given a random vector, and a
numeric question is understood without the model.

Leaves to others: the library (synthetic.py), the filter (baselines/retrieval.py).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from assistant.answer import Assistant
from assistant.model import Request
from eval.baselines.retrieval import TOP, only
from eval.bench import ASKED, DAY, Measurement
from eval.synthetic import YEARS, build_synthetic, questions, synthetic_organs
from indexer.store import Store

if TYPE_CHECKING:
    import numpy as np
    from langchain_chroma import Chroma
    from numpy.typing import NDArray

DIMENSIONS = 384
#: Chunks of 500 characters that a report makes, tables included.
_PER_REPORT = 20
_BATCH = 5_000
_WARM = 5


def bench_processor(folder: Path, chunks: int, count: int = 60) -> Iterator[Measurement]:
    """Measure seconds of processor time over `count` questions each way."""
    reports = max(len(YEARS), chunks // _PER_REPORT)
    organs = build_synthetic(folder / "processor", reports)
    asked = list(questions(organs, ASKED, count + _WARM))
    with Store.open(folder / "processor") as store:
        assistant = Assistant(store)
        ours = _spent(lambda at: assistant.ask(Request(asked[at], today=DAY)), len(asked) - _WARM)
    yield Measurement(f"processor time of a numeric answer, {reports} reports", ours * 1000, "ms")
    chroma, vectors = random_chroma(chunks, organs, count + _WARM)
    rng = random.Random(0)
    wheres = [only(rng.choice(organs), rng.choice(YEARS)) for _ in vectors]
    plain = _spent(lambda at: chroma.similarity_search_by_vector(vectors[at], k=TOP), count)
    filtered = _spent(
        lambda at: chroma.similarity_search_by_vector(vectors[at], k=TOP, filter=wheres[at]), count
    )
    for name, spent in (("retrieval", plain), ("retrieval with a metadata filter", filtered)):
        yield Measurement(
            f"processor time of LangChain + Chroma {name}, {chunks} chunks",
            spent * 1000,
            "ms",
            spent / ours,
            "a numeric answer",
        )


def _spent(do: Callable[[int], object], count: int) -> float:
    """Return the seconds of processor time that one call takes, all threads together."""
    for at in range(_WARM):
        do(at)
    started = time.process_time()
    for at in range(_WARM, _WARM + count):
        do(at)
    return (time.process_time() - started) / count


def random_chroma(chunks: int, organs: list[str], queries: int) -> tuple[Chroma, list[list[float]]]:
    """Return a LangChain store in memory with random unit vectors, and vectors to ask it with."""
    import chromadb
    import numpy as np
    from langchain_chroma import Chroma

    rng = np.random.default_rng(0)
    words = random.Random(0)
    names = organs or synthetic_organs(1)
    name = f"random-{uuid4().hex}"
    client = chromadb.EphemeralClient()
    collection = client.create_collection(
        name, configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
    )
    for first in range(0, chunks, _BATCH):
        count = min(_BATCH, chunks - first)
        collection.add(
            ids=[str(first + at) for at in range(count)],
            embeddings=_units(rng.standard_normal((count, DIMENSIONS), dtype=np.float32)),
            documents=[f"第{first + at}段。" * 40 for at in range(count)],
            metadatas=[
                {"organ": words.choice(names), "year": words.choice(YEARS)} for _ in range(count)
            ],
        )
    asked = _units(rng.standard_normal((queries, DIMENSIONS), dtype=np.float32))
    return Chroma(collection_name=name, client=client), asked.tolist()


def _units(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np

    units: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return units
