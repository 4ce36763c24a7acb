"""Chroma follows SQL, is never believed when it does not, and is rebuilt when it is broken."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from indexer.database import Lock
from indexer.store import Store
from indexer.vectors import Stamp, VectorCache
from tests.fakes import HashEmbedder
from tests.indexer.reports import build_report, digest_of

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
EMBEDDER = HashEmbedder(16)


def embed_missing(store: Store) -> None:
    for id_, passages in store.passages_without_vectors():
        rows = EMBEDDER.embed_passages([passage.text for passage in passages])
        store.put_vectors(id_, [(p.id, row) for p, row in zip(passages, rows, strict=True)])


def query() -> NDArray[np.float32]:
    return EMBEDDER.embed_queries(["示例市第3号机关收到申请3件"])[0]


def fill(store: Store, *numbers: int) -> None:
    for number in numbers:
        store.add(build_report(number))
    embed_missing(store)


def agree(store: Store) -> bool:
    """Whether Chroma answers, and as SQL does."""
    stamp = store._fresh().stamp
    found = store._cache.search(stamp, query(), 4)
    exact = store._search_exactly(query(), 4)
    return [score for _, score in found] == pytest.approx([s for _, s in exact], abs=2e-3)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.create(tmp_path, model=EMBEDDER.name) as opened:
        yield opened


def test_search_without_chroma_scores_the_vectors_in_sql(store: Store) -> None:
    assert store.search(query(), 3) == []
    fill(store, 1, 3, 5)
    found = store.search(query(), 3)
    assert store.passage(found[0][0]) is not None
    assert "第3号机关" in (store.passage(found[0][0]) or store.passages()[0]).text
    assert found == sorted(found, key=lambda pair: -pair[1]) and found[0][1] > 0.9


def test_vectors_come_back_in_the_order_asked(store: Store) -> None:
    fill(store, 1, 2)
    one, two = (row.id for row in store.reports())
    names, matrix = store.vectors_for([f"{two}.1", one, f"{two}.7", "r_0"])
    assert names == [f"{two}.1", f"{one}.0", f"{one}.1"]
    assert matrix.dtype == np.float32 and matrix.shape == (3, 16)
    texts = [(store.passage(name) or store.passages()[0]).text for name in names]
    assert np.allclose(matrix, EMBEDDER.embed_passages(texts), atol=1e-3)
    assert store.vectors_for([])[0] == []


def test_an_interrupted_run_goes_on_where_it_stopped(store: Store) -> None:
    fill(store, 1)
    store.add(build_report(2))
    ((id_, passages),) = store.passages_without_vectors()
    store.put_vectors(id_, [(passages[0].id, query())])
    ((_, rest),) = store.passages_without_vectors()
    assert [passage.id for passage in rest] == [passages[1].id]


def test_the_cache_follows_what_is_added_replaced_and_removed(store: Store) -> None:
    fill(store, 1, 2, 3)
    assert store.sync_cache() and agree(store)
    fill(store, 4)
    with pytest.raises(LookupError):
        agree(store)
    assert store.sync_cache() and agree(store)
    store.add(build_report(3, digest=digest_of(33)))
    embed_missing(store)
    assert store.sync_cache() and agree(store)
    current = {row.id for row in store.reports()}
    assert {id_.partition(".")[0] for id_, _ in store.search(query(), 20)} == current
    store.remove(sorted(current)[0])
    assert agree(store) and len(store.search(query(), 20)) == 6


def test_a_cache_that_is_level_is_kept(tmp_path: Path) -> None:
    names = []
    for _ in range(2):
        with Store.create(tmp_path, model=EMBEDDER.name) as store:
            fill(store, 1, 2)
            assert store.sync_cache() and agree(store)
            names.append(sorted(path.name for path in (tmp_path / "chroma").iterdir()))
    assert names[0] == names[1]


def damage(folder: Path, how: str) -> None:
    (path,) = (path for path in folder.iterdir() if path.is_dir())
    if how == "gone":
        shutil.rmtree(folder)
    elif how == "interrupted":
        path.with_suffix(".stamp").unlink()
    elif how == "emptied":
        shutil.rmtree(path)
        path.mkdir()
    elif how == "stamp":
        path.with_suffix(".stamp").write_text("0:0:0", encoding="ascii")
    else:
        chance = random.Random(7)
        for file in path.rglob("*"):
            if file.is_file():
                file.write_bytes(chance.randbytes(max(file.stat().st_size // 2, 1)))


def test_a_panic_in_chromas_other_half_is_survived(store: Store) -> None:
    class PanicException(BaseException):
        """As pyo3 names it."""

    class Broken:
        def query(self, **_: object) -> None:
            raise PanicException("database disk image is malformed")

    fill(store, 1, 2)
    assert store.sync_cache()
    store._cache._collection = Broken()
    assert len(store.search(query(), 9)) == 4
    assert store.sync_cache() and agree(store)


def test_an_interrupt_is_not_swallowed(tmp_path: Path) -> None:
    def interrupted() -> set[str]:
        raise KeyboardInterrupt

    cache = VectorCache(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        cache.sync(Stamp("index", 1, 0), interrupted, lambda ids: iter(()))
    cache.close()


@pytest.mark.parametrize("how", ["gone", "interrupted", "emptied", "stamp", "garbage"])
def test_a_damaged_cache_is_noticed_and_filled_again(tmp_path: Path, how: str) -> None:
    with Store.create(tmp_path, model=EMBEDDER.name) as store:
        fill(store, 1, 2, 3)
        assert store.sync_cache()
    damage(tmp_path / "chroma", how)
    with Store.open(tmp_path) as store:
        assert store.search(query(), 1)
        assert store.sync_cache() and agree(store)


def test_the_process_that_has_the_lock_owns_chroma(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from indexer.database import Lock\n"
        f"lock = Lock(Path({str(tmp_path / 'chroma.lock')!r}))\n"
        "print(lock.acquire(), flush=True); sys.stdin.read()"
    )
    with (
        subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as owner,
        Store.create(tmp_path, model=EMBEDDER.name) as store,
    ):
        assert owner.stdout is not None and owner.stdout.readline() == "True\n"
        fill(store, 1)
        assert not store.sync_cache() and not (tmp_path / "chroma").exists()
        assert len(store.search(query(), 5)) == 2
        owner.communicate()
        assert store.sync_cache() and agree(store)


def test_a_server_that_is_away_leaves_searching_to_sql(tmp_path: Path) -> None:
    with Store.create(tmp_path, chroma_url="http://127.0.0.1:9", model=EMBEDDER.name) as store:
        fill(store, 1)
        assert not store.sync_cache()
        assert len(store.search(query(), 5)) == 2


def test_a_collection_that_cannot_be_filled_is_not_believed(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path)
    stamp = Stamp("index", 1, 5)
    assert not cache.sync(stamp, lambda: {"r_1.0"}, lambda ids: iter(()))
    with pytest.raises(LookupError):
        cache.search(stamp, query(), 1)
    cache.close()
    lock = Lock(tmp_path / "chroma.lock")
    assert lock.acquire()
    lock.release()
