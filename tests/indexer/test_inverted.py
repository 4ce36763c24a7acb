"""The inverted index follows SQL, and is thrown away where it is damaged."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from indexer.database import Lock
from indexer.inverted import InvertedIndex

TERMS: dict[str, list[tuple[str, Sequence[str]]]] = {
    "r_1": [("r_1.0", ["新闻", "发布会", "159", "场"]), ("r_1.1", ["公报", "期"])],
    "r_2": [("r_2.0", ["访谈", "期"])],
}


@pytest.fixture
def index(tmp_path: Path) -> InvertedIndex:
    made = InvertedIndex(tmp_path)
    assert made.sync("v1", ["r_1", "r_2"], TERMS.__getitem__)
    return made


def found(index: InvertedIndex, version: str, *terms: str) -> list[str]:
    return [id_ for id_, _ in index.search(version, terms, 5)]


def test_finds_the_passage_that_holds_a_term(index: InvertedIndex):
    assert found(index, "v1", "发布会") == ["r_1.0"]
    assert set(found(index, "v1", "期")) == {"r_1.1", "r_2.0"}
    assert found(index, "v1", "没有") == found(index, "v1") == []


def test_follows_added_and_removed_reports(index: InvertedIndex):
    terms = {**TERMS, "r_3": [("r_3.0", ["发布会"])]}
    assert index.sync("v2", ["r_2", "r_3"], terms.__getitem__)
    assert found(index, "v2", "发布会") == ["r_3.0"]


def test_another_state_is_not_searched(index: InvertedIndex):
    with pytest.raises(LookupError):
        index.search("v2", ["期"], 5)


def test_another_process_reads_what_was_written(index: InvertedIndex, tmp_path: Path):
    index.close()
    assert found(InvertedIndex(tmp_path), "v1", "发布会") == ["r_1.0"]


def test_a_reader_without_an_index_is_told(tmp_path: Path):
    with pytest.raises(LookupError):
        InvertedIndex(tmp_path).search("v1", ["期"], 5)


def test_an_index_that_another_process_writes_is_left_alone(tmp_path: Path):
    lock = Lock(tmp_path / "keywords.lock")
    assert lock.acquire()
    assert not InvertedIndex(tmp_path).sync("v1", ["r_1"], TERMS.__getitem__)


def test_a_damaged_index_is_filled_again(index: InvertedIndex, tmp_path: Path):
    index.close()
    (folder,) = (tmp_path / "keywords").iterdir()
    for file in folder.iterdir():
        if file.name != "state.json":
            file.write_bytes(b"damaged")
    again = InvertedIndex(tmp_path)
    assert again.sync("v2", ["r_1"], TERMS.__getitem__)
    assert found(again, "v2", "发布会") == ["r_1.0"]


def test_a_filling_that_was_interrupted_is_made_up_for(index: InvertedIndex, tmp_path: Path):
    index.close()
    (tmp_path / "keywords" / "index-1" / "state.json").unlink()
    again = InvertedIndex(tmp_path)
    assert again.sync("v1", ["r_1", "r_2"], TERMS.__getitem__)
    assert found(again, "v1", "发布会") == ["r_1.0"]
