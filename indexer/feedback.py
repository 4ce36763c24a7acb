"""What readers thought of answers: a queue that somebody goes through.

Owns what is kept of an opinion or a reported error, when it is open, and how it is closed.  It can
be written while the index is open for reading.

Leaves to others: the table (schema.py), the index around it (store.py), masking what people write,
and what is made of it (assistant).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from indexer import schema
from indexer.database import translated, writing
from indexer.records import Feedback, FeedbackKind

FeedbackState = Literal["open", "closed"]
_TABLE = schema.feedback


class FeedbackQueue:
    """The feedback of one index; a part of the Store."""

    data: Path
    _engine: Engine

    def add_feedback(
        self,
        answer_id: str,
        helpful: bool,
        comment: str | None = None,
        kind: FeedbackKind = "opinion",
    ) -> None:
        """Keep what somebody thought of an answer; works on an index opened for reading, too."""
        given = _now()
        with translated(self.data), writing(self._engine) as connection:
            connection.execute(
                insert(_TABLE).values(
                    answer_id=answer_id,
                    helpful=helpful,
                    comment=None if comment is None else _text(comment),
                    given=given,
                    kind=kind,
                )
            )

    def feedback(
        self,
        *,
        state: FeedbackState | None = None,
        kind: FeedbackKind | None = None,
        before: int | None = None,
        limit: int | None = None,
    ) -> list[Feedback]:
        """Return the feedback that fits, newest first, with ids below `before`."""
        clauses = [] if state is None else [_open if state == "open" else ~_open]
        if kind is not None:
            clauses.append(_TABLE.c.kind == kind)
        if before is not None:
            clauses.append(_TABLE.c.id < before)
        query = select(_TABLE).where(and_(True, *clauses)).order_by(_TABLE.c.id.desc())
        with translated(self.data), self._engine.connect() as connection:
            return [_feedback(row) for row in connection.execute(query.limit(limit))]

    def find_feedback(self, id_: int) -> Feedback | None:
        """Return one piece of feedback."""
        with translated(self.data), self._engine.connect() as connection:
            row = connection.execute(select(_TABLE).where(_TABLE.c.id == id_)).first()
        return None if row is None else _feedback(row)

    def erase_feedback(self, answer_id: str) -> int:
        """Erase all feedback of an answer, and return how much it was.

        SQLite overwrites it, in its log as well; PostgreSQL does so when it next cleans up.
        """
        sqlite = self._engine.dialect.name == "sqlite"
        with translated(self.data):
            with writing(self._engine) as connection:
                if sqlite:
                    connection.exec_driver_sql("PRAGMA secure_delete = ON")
                done = connection.execute(delete(_TABLE).where(_TABLE.c.answer_id == answer_id))
            if sqlite and done.rowcount:
                with closing(self._engine.raw_connection()) as outside_of_transactions:
                    outside_of_transactions.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return done.rowcount

    def close_feedback(self, id_: int, who: str, decision: str) -> bool:
        """Say what was decided; false where there is no such feedback or it is not open."""
        query = update(_TABLE).where(_TABLE.c.id == id_, _open)
        with translated(self.data), writing(self._engine) as connection:
            values = {"closed": _now(), "closed_by": _text(who), "decision": _text(decision)}
            done = connection.execute(query.values(values))
        return done.rowcount == 1


def put_feedback_back(connection: Connection, kept: Sequence[Mapping[str, Any]]) -> None:
    """Write rows that were kept over a rebuild, with their ids; new ones get ids behind these."""
    connection.execute(insert(_TABLE), [dict(row) for row in kept])
    if connection.dialect.name == "postgresql":
        last = select(func.max(_TABLE.c.id)).scalar_subquery()
        connection.execute(select(func.setval(func.pg_get_serial_sequence("feedback", "id"), last)))


#: Praise leaves nothing to decide.
_open: ColumnElement[bool] = and_(
    _TABLE.c.closed.is_(None), or_(_TABLE.c.kind == "error", _TABLE.c.helpful.is_(False))
)


def _feedback(row: Row[tuple[object, ...]]) -> Feedback:
    return Feedback(
        row.id,
        row.answer_id,
        row.helpful,
        row.comment,
        row.given,
        row.kind,
        row.closed,
        row.closed_by,
        row.decision,
    )


def _text(typed: str) -> str:
    """Return what somebody typed without NUL, which PostgreSQL keeps in no text."""
    return typed.replace("\0", "")


def _now() -> str:
    return datetime.now(UTC).isoformat()
