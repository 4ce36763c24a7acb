"""Feedback: a queue with decisions, and indexes from before it was one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from indexer import schema
from indexer.database import open_engine
from indexer.errors import IndexBusy
from indexer.store import Store
from tests.indexer.test_store import build_report, original_of, url

__all__ = ["url"]


@dataclass
class Place:
    """Where an index is: a folder, and a database if it is not in there."""

    data: Path
    url: str | None

    def open(self) -> Store:
        return Store.open(self.data, database_url=self.url)

    def create(self, *, rebuild: bool = False) -> Store:
        return Store.create(self.data, database_url=self.url, model="hash", rebuild=rebuild)

    @contextmanager
    def sql(self) -> Iterator[Connection]:
        engine = open_engine(self.data, self.url)
        with engine.begin() as connection:
            yield connection
        engine.dispose()


@pytest.fixture
def place(tmp_path: Path, url: str | None) -> Place:
    made = Place(tmp_path, url)
    with made.create() as store:
        store.add(build_report(1), original_of(1))
    return made


def test_praise_is_no_work_and_a_decision_ends_it(place: Place):
    with place.open() as store:
        store.add_feedback("a_1", True, "很好")
        store.add_feedback("a_2", False, "数字不对")
        store.add_feedback("a_3", True, "表格少一行", "error")
        assert [one.answer_id for one in store.feedback()] == ["a_3", "a_2", "a_1"]
        first, second = store.feedback(state="open")
        assert (first.kind, first.is_open, second.answer_id) == ("error", True, "a_2")
        assert store.close_feedback(second.id, "zhang", "已更正")
        assert not store.close_feedback(second.id, "li", "再看")
        assert not store.close_feedback(99, "li", "再看")
        closed = store.find_feedback(second.id)
        assert closed is not None and not closed.is_open
        assert (closed.closed_by, closed.decision) == ("zhang", "已更正") and closed.closed
        assert [one.answer_id for one in store.feedback(state="open")] == ["a_3"]
        assert [one.answer_id for one in store.feedback(state="closed")] == ["a_2", "a_1"]
        assert [one.answer_id for one in store.feedback(kind="opinion", limit=1)] == ["a_2"]
        assert [one.answer_id for one in store.feedback(before=second.id)] == ["a_1"]


def test_feedback_of_an_answer_is_erased_to_the_byte(place: Place):
    with place.open() as store:
        store.add_feedback("a_1", False, "示例路一号的人说")
        store.add_feedback("a_1", True, "示例路二号的人说", "error")
        store.add_feedback("a_2", True, "很好")
        assert (store.erase_feedback("a_1"), store.erase_feedback("a_1")) == (2, 0)
        assert [one.answer_id for one in store.feedback()] == ["a_2"]
        held = b"".join(file.read_bytes() for file in place.data.glob("index.sqlite*"))
        assert "示例路".encode() not in held


def test_decisions_outlive_a_rebuilt_index(place: Place):
    with place.open() as store:
        store.add_feedback("a_1", False)
        (given,) = store.feedback()
        store.close_feedback(given.id, "zhang", "已更正")
        before = store.find_feedback(given.id)
    with place.create(rebuild=True) as store:
        assert store.find_feedback(given.id) == before


def make_older(place: Place) -> None:
    """Give an index the table of feedback that the first program made, with one line."""
    with place.sql() as connection:
        for column in ("kind", "closed", "closed_by", "decision"):
            connection.execute(text(f"ALTER TABLE feedback DROP COLUMN {column}"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        connection.execute(
            text(
                "INSERT INTO feedback (answer_id, helpful, comment, given)"
                " VALUES ('a_1', false, '数字不对', '2026-01-01T00:00:00+00:00')"
            )
        )


@pytest.mark.parametrize("how", ["open", "create", "rebuild"])
def test_an_older_index_is_brought_up_to_date_and_keeps_what_it_holds(place: Place, how: str):
    make_older(place)
    with place.open() if how == "open" else place.create(rebuild=how == "rebuild") as store:
        (given,) = store.feedback(state="open")
        assert (given.answer_id, given.kind, given.closed) == ("a_1", "opinion", None)
        assert store.close_feedback(given.id, "zhang", "已更正")
        assert len(store.reports()) == (0 if how == "rebuild" else 1)
        store.add_feedback("a_2", True)
        assert [one.answer_id for one in store.feedback()] == ["a_2", "a_1"]
        if how == "open":
            place.create().close()
    with place.sql() as connection:
        revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    assert revision == schema.REVISION


def test_an_older_index_waits_for_its_writer(place: Place):
    with place.create():
        make_older(place)
        with pytest.raises(IndexBusy):
            place.open()


def test_the_last_migration_is_the_revision_that_is_asked_for():
    files = sorted(Path(schema.__file__).with_name("migrations").glob("versions/*.py"))
    assert files[-1].name.startswith(f"{schema.REVISION}_")
