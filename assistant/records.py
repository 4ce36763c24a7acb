"""What was asked and answered, kept for a while: the records.

Owns the file `records.sqlite` in the data folder, what is masked before anything is written, how
long a record is kept, and the note of who looked at the records.

Leaves to others: when a reply is recorded (api/ask.py), the command (platform_commands.py).
"""

from __future__ import annotations

import json
import logging
import re
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

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
CREATE TABLE IF NOT EXISTS access (at TEXT, who TEXT, what TEXT, shown INTEGER);
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


def masked(text: str) -> str:
    """Return `text`, folded, without identity numbers, telephone numbers and e-mail addresses.

    >>> masked("我叫张三，电话１３８００１３８０００，问2021年新收268件")
    '我叫张三,电话【电话】,问2021年新收268件'
    """
    text = fold(text)
    for mask, pattern in MASKS:
        text = pattern.sub(mask, text)
    return text


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
        line = _line(request, reply) | {
            "at": _written(self._clock()),
            "channel": channel,
            "key_id": key_id,
        }
        try:
            with self._lock, self._open() as connection:
                if self._purged != self._clock().date():
                    self._purge(connection)
                    self._purged = self._clock().date()
                marks = ", ".join("?" * len(COLUMNS))
                values = tuple(line[name] for name in COLUMNS)
                connection.execute(f"INSERT INTO record VALUES ({marks})", values)
        except (OSError, sqlite3.Error) as error:
            _log.warning("a reply was not recorded: %s", error)

    def find(
        self,
        *,
        who: str,
        since: date | None = None,
        word: str | None = None,
        status: str | None = None,
        channel: str | None = None,
    ) -> list[dict[str, Any]]:
        """Return the records that fit, oldest first, and note that `who` has seen them."""
        wanted: dict[str, object] = {
            "at >= ?": None if since is None else since.isoformat(),
            "instr(question, ?) > 0": None if word is None else masked(word),
            "status = ?": status,
            "channel = ?": channel,
        }
        given = {clause: value for clause, value in wanted.items() if value is not None}
        where = f" WHERE {' AND '.join(given)}" if given else ""
        with self._lock, self._open() as connection:
            self._purge(connection)
            rows = connection.execute(
                f"SELECT {', '.join(COLUMNS)} FROM record{where} ORDER BY at, rowid",
                tuple(given.values()),
            ).fetchall()
            said = json.dumps([str(value) for value in given.values()], ensure_ascii=False)
            seen = (_written(self._clock()), who, said, len(rows))
            connection.execute("INSERT INTO access VALUES (?, ?, ?, ?)", seen)
        return [_read(dict(zip(COLUMNS, row, strict=True))) for row in rows]

    def accesses(self) -> list[dict[str, Any]]:
        """Return who looked at the records, when, for what, and how many were shown."""
        with self._open() as connection:
            rows = connection.execute("SELECT at, who, what, shown FROM access ORDER BY rowid")
            return [dict(zip(("at", "who", "what", "shown"), row, strict=True)) for row in rows]

    def _purge(self, connection: sqlite3.Connection) -> None:
        oldest = _written(self._clock() - timedelta(days=self._days))
        connection.execute("DELETE FROM record WHERE at < ?", (oldest,))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._file.touch(mode=0o600)
        with closing(sqlite3.connect(self._file, timeout=5)) as connection, connection:
            connection.execute("PRAGMA secure_delete = ON")
            connection.executescript(_TABLES)
            yield connection


def _line(request: Request, reply: Reply) -> dict[str, str | None]:
    cells = [{"report": c.report, "place": place_json(c.place)} for c in reply.citations]
    shown = [
        {"indicator": f.indicator, "applicant": f.applicant, "organ": f.organ, "year": f.year}
        for f in reply.figures
    ]
    return {
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


def _read(line: Mapping[str, str | None]) -> dict[str, Any]:
    return {
        name: json.loads(value) if name in _JSON and value else value
        for name, value in line.items()
    }


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
