"""Sessions of people who signed in.

Owns how a token looks, what is kept of it (its hash), when a session ends by itself, and the token
that a form must carry.

Leaves to others: whose session it may still be (staff.py), the cookie (api/staff.py).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from assistant.access_file import AccessFile

#: Seconds until a session ends that nobody uses, and until any session ends.
IDLE, LONGEST = 60 * 60, 12 * 60 * 60
#: Seconds within which use is noted once.
_NOTED = 60
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_TABLE = """
CREATE TABLE IF NOT EXISTS session (
  hash TEXT PRIMARY KEY, name TEXT NOT NULL, created REAL NOT NULL, used REAL NOT NULL
)"""


@dataclass(frozen=True, slots=True)
class Held:
    """A session that has not ended by itself: of whom, and since when."""

    name: str
    created: float


class Sessions:
    """The sessions of one data folder."""

    def __init__(self, data: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._file = AccessFile(data, _TABLE)
        self._clock = clock

    def start(self, name: str) -> str:
        """Begin a session; return its token, which is kept nowhere."""
        token, now = secrets.token_urlsafe(32), self._clock()
        with self._file.writing() as connection:
            connection.execute(
                "DELETE FROM session WHERE used <= ? OR created <= ?", (now - IDLE, now - LONGEST)
            )
            connection.execute(
                "INSERT INTO session VALUES (?, ?, ?, ?)", (_hash(token), name, now, now)
            )
        return token

    def find(self, token: str) -> Held | None:
        """Return the session of a token, None where there is none or it has ended."""
        if not _TOKEN.fullmatch(token):
            return None
        hash_, now = _hash(token), self._clock()
        rows = self._file.rows("SELECT name, created, used FROM session WHERE hash = ?", hash_)
        if not rows:
            return None
        name, created, used = cast("tuple[str, float, float]", rows[0])
        if now - used >= IDLE or now - created >= LONGEST:
            return None
        if now - used >= _NOTED:
            with self._file.writing() as connection:
                connection.execute("UPDATE session SET used = ? WHERE hash = ?", (now, hash_))
        return Held(name, created)

    def end(self, token: str) -> None:
        """End a session; an unknown token is none."""
        with self._file.writing() as connection:
            connection.execute("DELETE FROM session WHERE hash = ?", (_hash(token),))

    def end_all(self, name: str) -> int:
        """End all sessions of a user; return how many there were."""
        with self._file.writing() as connection:
            return connection.execute(
                "DELETE FROM session WHERE name = ? COLLATE NOCASE", (name,)
            ).rowcount


def form_token(token: str) -> str:
    """Return what a form of this session must carry; nothing of it is kept."""
    return hmac.new(token.encode(), b"form", hashlib.sha256).hexdigest()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
