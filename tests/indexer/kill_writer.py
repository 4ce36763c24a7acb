"""Add reports to an index in a loop, and say so after each: the child that test_store_kill kills.

Arguments: the index's folder, the first number, and "chroma" to keep Chroma level, too.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

from indexer.store import Store
from tests.fakes import HashEmbedder
from tests.indexer.reports import build_report, original_of


def run(data: Path, first: int, *, chroma: bool) -> None:
    """Add numbered reports until killed."""
    embedder = HashEmbedder(16)
    with Store.create(data, model=embedder.name) as store:
        print("open", flush=True)
        for number in itertools.count(first):
            report = build_report(number)
            added = store.add(report, original_of(number))
            print(f"done {added.report} {len(report.figures)}", flush=True)
            passages = store.passages(added.report)
            vectors = embedder.embed_passages([passage.text for passage in passages])
            store.put_vectors(
                added.report,
                [(passage.id, data) for passage, data in zip(passages, vectors, strict=True)],
            )
            print(f"vectors {added.report} {len(passages)}", flush=True)
            if chroma:
                store.sync_cache()


if __name__ == "__main__":
    run(Path(sys.argv[1]), int(sys.argv[2]), chroma="chroma" in sys.argv[3:])
