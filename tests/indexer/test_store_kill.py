"""kill -9 at any moment loses nothing that was reported as done, and leaves an index that opens."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from indexer.store import Store
from tests.fakes import HashEmbedder
from tests.indexer.reports import build_report

ROOT = Path(__file__).parents[2]


def kill_after(data: Path, first: int, seconds: float, *options: str) -> list[list[str]]:
    """Run the writer, kill it some time after it opened the index, and return what it said."""
    command = [sys.executable, "-m", "tests.indexer.kill_writer", str(data), str(first), *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "open\n"
        time.sleep(seconds)
        child.send_signal(signal.SIGKILL)
        said = child.stdout.read()
    whole = said[: said.rfind("\n") + 1]
    return [line.split() for line in whole.splitlines()]


def check(data: Path, done: dict[str, int], vectors: dict[str, int]) -> None:
    """Check that what was reported as done is there, and that nothing is there in part."""
    with closing(sqlite3.connect(data / "index.sqlite")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with Store.create(data, model="hash") as store:
        found = {row.id: row for row in store.reports()}
        assert done.keys() <= found.keys()
        whole = build_report(0)
        for id_ in found:
            assert len(store.figures(id_)) == done.get(id_, len(whole.figures))
            assert len(store.passages(id_)) == len(whole.passages)
            assert store.original(id_) is not None
            assert len(store.vectors_for([id_])[0]) in (0, len(whole.passages))
        for id_, count in vectors.items():
            assert len(store.vectors_for([id_])[0]) == count
        kept = {path.name for path in (data / "originals").iterdir()}
        assert kept == {row.digest for row in found.values()}


def search_everything(data: Path) -> None:
    """Check that Chroma comes level with SQL again and finds what SQL finds."""
    embedder = HashEmbedder(16)
    with Store.create(data, model=embedder.name) as store:
        for id_, lacking in store.passages_without_vectors():
            rows = embedder.embed_passages([passage.text for passage in lacking])
            store.put_vectors(id_, [(p.id, row) for p, row in zip(lacking, rows, strict=True)])
        query = embedder.embed_queries(["示例市第3号机关收到申请3件"])[0]
        exact = store.search(query, 3)
        assert store.sync_cache()
        ours, theirs = ([score for _, score in hits] for hits in (exact, store.search(query, 3)))
        assert ours == pytest.approx(theirs, abs=2e-3)


def rounds(data: Path, kills: int, longest: float, *options: str) -> None:
    chance = random.Random(20261123)
    done: dict[str, int] = {}
    vectors: dict[str, int] = {}
    for number in range(kills):
        lines = kill_after(data, number * 10_000, chance.uniform(0, longest), *options)
        done |= {id_: int(count) for word, id_, count in lines if word == "done"}
        vectors |= {id_: int(count) for word, id_, count in lines if word == "vectors"}
        check(data, done, vectors)
        if options:
            search_everything(data)
    assert done


def test_five_kills(tmp_path: Path) -> None:
    rounds(tmp_path, 5, 0.3)


@pytest.mark.slow
def test_a_hundred_kills(tmp_path: Path) -> None:
    rounds(tmp_path, 88, 0.5)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_dozen_kills_while_chroma_follows(tmp_path: Path) -> None:
    rounds(tmp_path, 12, 6.0, "chroma")
