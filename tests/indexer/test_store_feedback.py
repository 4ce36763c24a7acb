"""Feedback: a queue with decisions, and indexes from before it was one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from indexer import schema
from indexer.errors import IndexBusy
from indexer.store import Store
from tests.indexer.test_store import build_report, original_of


@pytest.fixture
def data(tmp_path: Path) -> Path:
    with Store.create(tmp_path, model="hash") as store:
        store.add(build_report(1), original_of(1))
    return tmp_path


def test_praise_is_no_work_and_a_decision_ends_it(data: Path):
    with Store.open(data) as store:
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


def test_decisions_outlive_a_rebuilt_index(data: Path):
    with Store.open(data) as store:
        store.add_feedback("a_1", False)
        (given,) = store.feedback()
        store.close_feedback(given.id, "zhang", "已更正")
        before = store.find_feedback(given.id)
    with Store.create(data, model="hash", rebuild=True) as store:
        assert store.find_feedback(given.id) == before


def make_older(data: Path) -> None:
    """Give an index the table of feedback that the first program made, with one line."""
    with closing(sqlite3.connect(data / "index.sqlite")) as connection, connection:
        for column in ("kind", "closed", "closed_by", "decision"):
            connection.execute(f"ALTER TABLE feedback DROP COLUMN {column}")
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
        connection.execute(
            "INSERT INTO feedback (answer_id, helpful, comment, given)"
            " VALUES ('a_1', 0, '数字不对', '2026-01-01T00:00:00+00:00')"
        )


@pytest.mark.parametrize("how", ["open", "create", "rebuild"])
def test_an_older_index_is_brought_up_to_date_and_keeps_what_it_holds(data: Path, how: str):
    make_older(data)
    opened = (
        Store.open(data)
        if how == "open"
        else Store.create(data, model="hash", rebuild=how == "rebuild")
    )
    with opened as store:
        (given,) = store.feedback(state="open")
        assert (given.answer_id, given.kind, given.closed) == ("a_1", "opinion", None)
        assert store.close_feedback(given.id, "zhang", "已更正")
        assert len(store.reports()) == (0 if how == "rebuild" else 1)
    with closing(sqlite3.connect(data / "index.sqlite")) as connection:
        (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    assert revision == schema.REVISION


def test_an_older_index_waits_for_its_writer(data: Path):
    with Store.create(data, model="hash"):
        make_older(data)
        with pytest.raises(IndexBusy):
            Store.open(data)


def test_the_last_migration_is_the_revision_that_is_asked_for():
    files = sorted(Path(schema.__file__).with_name("migrations").glob("versions/*.py"))
    assert files[-1].name.startswith(f"{schema.REVISION}_")
