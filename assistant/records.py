"""What was asked and answered, kept for a while: the records.

Owns the file `records.sqlite` in the data folder, what is masked before anything is written, how
long a record is kept, and the note of who looked at the records or erased one.

Leaves to others: when a reply is recorded (api/ask.py), what else is erased with a record
(erasure.py), the commands (record_commands.py), the calls of staff (api/records.py).
"""

from __future__ import annotations

import json
import logging
import re
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from assistant.errors import AssistantError
from assistant.model import Reply, Request, place_json
from indexer.numbers import canonical
from indexer.text import fold

_log = logging.getLogger(__name__)
COLUMNS: Final = (
    "at", "answer_id", "channel", "key_id", "question", "history", "scope", "language", "status",
    "reason", "value", "unit", "figures", "cells", "index_version", "elapsed_ms",
)  # fmt: skip
_JSON: Final = frozenset({"history", "scope", "figures", "cells"})
_TABLES = f"""
CREATE TABLE IF NOT EXISTS record ({", ".join(f"{name} TEXT" for name in COLUMNS)});
CREATE INDEX IF NOT EXISTS record_at ON record (at);
CREATE INDEX IF NOT EXISTS record_answer ON record (answer_id);
CREATE TABLE IF NOT EXISTS access (at TEXT, who TEXT, what TEXT, shown INTEGER);
"""
_SELECT: Final = f"SELECT rowid, {', '.join(COLUMNS)} FROM record"
#: Records that are read at once, and a number above that of every record.
_BATCH, _LAST = 500, 2**62
_ASKED = """
SELECT json_extract(figures, '$[0].organ') AS organ,
       json_extract(figures, '$[0].indicator') AS indicator,
       count(*), count(DISTINCT substr(at, 1, 10))
FROM (SELECT * FROM record ORDER BY rowid DESC LIMIT ?)
WHERE status = 'answered' AND history = '[]' AND organ IS NOT NULL AND indicator IS NOT NULL
GROUP BY organ, indicator
"""
#: What stands in for a person's data, and the patterns that find it in folded text.
MASKS: Final = (
    ("【邮箱】", re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}", re.ASCII)),
    ("【证件号】", re.compile(r"(?<!\d)\d{6}[ -]?(?:19|20)\d{2}(?:[ -]?\d){7}[ -]?[\dXx](?!\d)")),
    ("【证件号】", re.compile(r"(?<!\d)\d{15}(?!\d)")),
    ("【电话】", re.compile(r"(?<!\d)1[3-9]\d(?:[ -]?\d){8}(?!\d)")),
    ("【电话】", re.compile(r"(?<!\d)0\d{2,3}[ -]?\d{7,8}(?!\d)")),
    ("【电话】", re.compile(r"[零〇一二三四五六七八九幺]{11}")),
    ("【号码】", re.compile(r"\d{11,}")),
)


#: What stands in the place of an erased question in the records of its follow-ups.
ERASED: Final = "【已删除】"
#: Records that are looked at for what is asked most; of more, the latest.
_MOST_COUNTED: Final = 50_000


@dataclass(frozen=True, slots=True)
class Asked:
    """How many conversations, on how many days, began with a question for one indicator."""

    organ: str
    indicator: str
    conversations: int
    days: int


def masked(text: str) -> str:
    """Return `text`, folded, without identity numbers, telephone numbers and e-mail addresses.

    >>> masked("我叫张三，电话１３８００１３８０００，问2021年新收268件")
    '我叫张三,电话【电话】,问2021年新收268件'
    """
    text = fold(text)
    for mask, pattern in MASKS:
        text = pattern.sub(mask, text)
    return text


class RecordsUnavailable(AssistantError):
    """The file of records cannot be read or written; the cause is chained."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records: the days (in UTC) from `since` to `until`, and what they hold; None: any."""

    since: date | None = None
    until: date | None = None
    word: str | None = None
    status: str | None = None
    channel: str | None = None

    def clauses(self) -> dict[str, str]:
        """Return the conditions in SQL, each with its value."""
        given = {
            "at >= ?": None if self.since is None else self.since.isoformat(),
            "substr(at, 1, 10) <= ?": None if self.until is None else self.until.isoformat(),
            "instr(question, ?) > 0": None if self.word is None else masked(self.word),
            "status = ?": self.status,
            "channel = ?": self.channel,
        }
        return {clause: value for clause, value in given.items() if value is not None}


EVERY: Final = Wanted()


@dataclass(frozen=True, slots=True)
class Taken:
    """A reply that is to be recorded."""

    at: str
    channel: str
    key_id: str
    request: Request
    reply: Reply


class Records:
    """The records of one data folder, kept for `days` days; the file is made when first needed."""

    def __init__(
        self,
        data: Path,
        days: int,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._file = data / "records.sqlite"
        self._days = days
        self._clock = clock
        self._lock = threading.Lock()
        self._purged: date | None = None

    def add(self, request: Request, reply: Reply, *, channel: str, key_id: str) -> None:
        """Record a reply; a record that cannot be written costs nobody the reply."""
        self._keep(Taken(_written(self._clock()), channel, key_id, request, reply))

    def _keep(self, taken: Taken) -> None:
        self.write([taken])

    def write(self, taken: Sequence[Taken]) -> None:
        """Write some records at once; they are lost, with a warning, where that cannot be."""
        lines = [_line(one) for one in taken]
        marks = ", ".join("?" * len(COLUMNS))
        values = [tuple(line[name] for name in COLUMNS) for line in lines]
        try:
            with self._lock, self._open() as connection:
                if self._purged != self._clock().date():
                    self._purge(connection)
                    self._purged = self._clock().date()
                connection.executemany(f"INSERT INTO record VALUES ({marks})", values)
        except RecordsUnavailable as error:
            _log.warning("%d replies were not recorded: %s", len(taken), error.__cause__)

    def flush(self) -> None:
        """Write what waits to be written; nothing does here (see record_queue.py)."""

    def find(self, wanted: Wanted = EVERY, *, who: str) -> Iterator[dict[str, Any]]:
        """Yield the records that fit, oldest first; that `who` has seen them is noted at once.

        Raises:
            RecordsUnavailable: they cannot be read.
        """
        given = wanted.clauses()
        with self._reading() as connection:
            self._purge(connection)
            query = f"SELECT count(*), max(rowid) FROM record WHERE {_all_of(given)}"
            count, last = connection.execute(query, tuple(given.values())).fetchone()
            self._note(connection, who, given.values(), count)
        return self._read_through(given, last or 0)

    def _read_through(self, given: Mapping[str, str], last: int) -> Iterator[dict[str, Any]]:
        """Yield records up to a row, a batch at a time: a reader may be slow."""
        done = 0
        while done < last:
            with self._reading() as connection:
                rows = connection.execute(
                    f"{_SELECT} WHERE {_all_of(given)} AND rowid > ? AND rowid <= ?"
                    " ORDER BY rowid LIMIT ?",
                    (*given.values(), done, last, _BATCH),
                ).fetchall()
            yield from map(_record, rows)
            done = rows[-1][0] if rows else last

    def page(
        self, wanted: Wanted, *, who: str, before: int | None, limit: int
    ) -> tuple[list[dict[str, Any]], int | None]:
        """Return up to `limit` records, newest first, and what `before` is for those behind them.

        That `who` has seen them is noted; None: there are no more.

        Raises:
            RecordsUnavailable: they cannot be read.
        """
        given = wanted.clauses()
        with self._reading() as connection:
            self._purge(connection)
            rows = connection.execute(
                f"{_SELECT} WHERE {_all_of(given)} AND rowid < ? ORDER BY rowid DESC LIMIT ?",
                (*given.values(), _LAST if before is None else before, limit + 1),
            ).fetchall()
            shown = rows[:limit]
            self._note(connection, who, given.values(), len(shown))
        return [_record(row) for row in shown], shown[-1][0] if len(rows) > limit else None

    def of_answers(self, ids: Collection[str], *, who: str) -> dict[str, dict[str, Any]]:
        """Return the records of some answers, by answer, and note that `who` has seen them.

        Raises:
            RecordsUnavailable: they cannot be read.
        """
        named = list(dict.fromkeys(ids))
        with self._reading() as connection:
            self._purge(connection)
            found = {}
            for id_ in named:
                query = f"{_SELECT} WHERE answer_id = ? ORDER BY rowid DESC LIMIT 1"
                if row := connection.execute(query, (id_,)).fetchone():
                    found[id_] = _record(row)
            if found:
                self._note(connection, who, found, len(found))
        return found

    def purge(self) -> None:
        """Delete what is older than the days, all of it where they are none; makes no file."""
        if not self._file.exists():
            return
        try:
            with self._lock, self._open() as connection:
                self._purge(connection)
        except RecordsUnavailable as error:
            _log.warning("old records were not deleted: %s", error.__cause__)

    def erase(self, answer_id: str, *, who: str, also: bool = False) -> int:
        """Erase the record of an answer, and its question wherever later ones hold it; return 1.

        That `who` erased it is noted, with the id alone.  Where there is no such record 0 comes
        back, and is noted if `also` says that something else was erased.

        Raises:
            RecordsUnavailable: they cannot be changed.
        """
        with self._reading() as connection:
            self._purge(connection)
            rows = connection.execute(f"{_SELECT} WHERE answer_id = ?", (answer_id,)).fetchall()
            for row in rows:
                _forget(connection, row[0], _record(row))
            connection.execute("DELETE FROM record WHERE answer_id = ?", (answer_id,))
            if rows or also:
                self._write_note(connection, who, {"erased": answer_id}, 0)
        return len(rows)

    def _note(
        self, connection: sqlite3.Connection, who: str, asked: Iterable[str], shown: int
    ) -> None:
        self._write_note(connection, who, list(asked), shown)

    def _write_note(
        self, connection: sqlite3.Connection, who: str, what: object, shown: int
    ) -> None:
        note = (_written(self._clock()), who, _dump(what), shown)
        connection.execute("INSERT INTO access VALUES (?, ?, ?, ?)", note)

    def asked(self) -> list[Asked]:
        """Return what conversations began with, counted; no text, no time, no channel.

        A record without earlier questions is the beginning of a conversation.
        """
        if not self._file.exists():
            return []
        try:
            with self._reading() as connection:
                self._purge(connection)
                rows = connection.execute(_ASKED, (_MOST_COUNTED,)).fetchall()
        except RecordsUnavailable as error:
            _log.warning("the records were not counted: %s", error)
            return []
        return [Asked(*row) for row in rows]

    def accesses(self) -> list[dict[str, Any]]:
        """Return who looked at the records, when, for what, and how many were shown.

        `what` is a JSON list of what was searched for, or an object {"erased": an answer's id}.

        Raises:
            RecordsUnavailable: they cannot be read.
        """
        with self._reading() as connection:
            rows = connection.execute("SELECT at, who, what, shown FROM access ORDER BY rowid")
            return [dict(zip(("at", "who", "what", "shown"), row, strict=True)) for row in rows]

    def _purge(self, connection: sqlite3.Connection) -> None:
        oldest = _written(self._clock() - timedelta(days=self._days))
        connection.execute("DELETE FROM record WHERE at < ?", (oldest,))

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Open the file with all that was added in it."""
        self.flush()
        with self._lock, self._open() as connection:
            yield connection

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self._file.touch(mode=0o600)
            with closing(sqlite3.connect(self._file, timeout=5)) as connection, connection:
                connection.execute("PRAGMA secure_delete = ON")
                connection.executescript(_TABLES)
                yield connection
        except (OSError, sqlite3.Error) as error:
            raise RecordsUnavailable(
                "问答记录读写失败。 The records cannot be read or written."
            ) from error


def _line(taken: Taken) -> dict[str, str | None]:
    request, reply = taken.request, taken.reply
    cells = [{"report": c.report, "place": place_json(c.place)} for c in reply.citations]
    shown = [
        {"indicator": f.indicator, "applicant": f.applicant, "organ": f.organ, "year": f.year}
        for f in reply.figures
    ]
    return {
        "at": taken.at,
        "channel": taken.channel,
        "key_id": taken.key_id,
        "answer_id": reply.answer_id,
        "question": masked(request.question),
        "history": _dump([masked(text) for text in request.history]),
        "scope": _dump(dict(reply.scope)),
        "language": reply.language,
        "status": reply.status,
        "reason": reply.reason,
        "value": None if reply.value is None else canonical(reply.value),
        "unit": reply.unit,
        "figures": _dump(shown),
        "cells": _dump(cells),
        "index_version": reply.index_version,
        "elapsed_ms": str(reply.elapsed_ms),
    }


def _forget(connection: sqlite3.Connection, number: int, record: Mapping[str, Any]) -> None:
    """Take the question of a record out of the later ones of its conversation.

    A record names no conversation: a later one belongs to it that came the same way, with the
    question after the last ones of the same history.
    """
    later = connection.execute(
        "SELECT rowid, history FROM record WHERE rowid > ? AND channel = ? AND key_id = ?"
        " AND instr(history, ?) > 0",
        (number, record["channel"], record["key_id"], _dump(record["question"])),
    ).fetchall()
    for row, text in later:
        held = json.loads(text)
        asked = record["question"]
        kept = [
            ERASED if one == asked and _follows(held[:place], record["history"]) else one
            for place, one in enumerate(held)
        ]
        connection.execute("UPDATE record SET history = ? WHERE rowid = ?", (_dump(kept), row))


def _follows(before: list[str], history: list[str]) -> bool:
    """Whether a history ends with `before`; a long conversation loses its first questions."""
    return before == history[len(history) - len(before) :]


def _all_of(clauses: Iterable[str]) -> str:
    return " AND ".join(("1", *clauses))


def _record(row: Sequence[Any]) -> dict[str, Any]:
    """Return a record; the first value of `row` is its number."""
    return {
        name: json.loads(value) if name in _JSON and value else value
        for name, value in zip(COLUMNS, row[1:], strict=True)
    }


def record_table(found: Iterable[Mapping[str, Any]]) -> Iterator[Sequence[str | None]]:
    """Yield records as the rows of a table, their head first; lists are JSON."""
    yield COLUMNS
    for one in found:
        yield [
            value if value is None or isinstance(value, str) else _dump(value)
            for value in (one[name] for name in COLUMNS)
        ]


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
