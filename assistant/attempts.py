"""Attempts to sign in: how many, and how long to wait after too many.

Owns the count per user and per client, and the back-off.  An attempt counts before its password is
looked at, so that many at once gain nothing.  Names are kept as hashes: people type passwords into
the wrong field.

Leaves to others: what one client is (api/guard.py), passwords (users.py).
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from assistant.access_file import AccessFile

#: Attempts without waiting, for one name and from one client, who may be a whole office.
OF_NAME: Final = 5
OF_CLIENT: Final = 20
#: Seconds of the first wait, which doubles, and of the longest; and until all is forgotten.
FIRST, MOST, FORGOTTEN = 5, 15 * 60, 60 * 60
_TABLE = """
CREATE TABLE IF NOT EXISTS attempt (
  who TEXT PRIMARY KEY, failed INTEGER NOT NULL, last REAL NOT NULL
)"""


class Attempts:
    """The attempts of the last hour in one data folder."""

    def __init__(self, data: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._file = AccessFile(data, _TABLE)
        self._clock = clock

    def begin(self, name: str, client: str) -> int:
        """Count an attempt as failed until it is not; return 0, or the seconds to wait instead."""
        now = self._clock()
        limits = {_key("name", name): OF_NAME, _key("client", client): OF_CLIENT}
        with self._file.writing() as connection:
            connection.execute("DELETE FROM attempt WHERE last <= ?", (now - FORGOTTEN,))
            rows = connection.execute(
                "SELECT who, failed, last FROM attempt WHERE who IN (?, ?)", tuple(limits)
            )
            waits = [last + pause(failed, limits[who]) - now for who, failed, last in rows]
            if (longest := max(waits, default=0.0)) > 0:
                return math.ceil(longest)
            for who in limits:
                connection.execute(
                    "INSERT INTO attempt VALUES (?, 1, ?)"
                    " ON CONFLICT (who) DO UPDATE SET failed = failed + 1, last = excluded.last",
                    (who, now),
                )
        return 0

    def succeeded(self, name: str, client: str) -> None:
        """Forget the failures of a name, and take the attempt off those of the client."""
        with self._file.writing() as connection:
            connection.execute("DELETE FROM attempt WHERE who = ?", (_key("name", name),))
            connection.execute(
                "UPDATE attempt SET failed = failed - 1 WHERE who = ?", (_key("client", client),)
            )

    def forget(self, name: str) -> bool:
        """Forget the failures of a name; return whether there were any."""
        with self._file.writing() as connection:
            gone = connection.execute("DELETE FROM attempt WHERE who = ?", (_key("name", name),))
            return gone.rowcount > 0


def pause(failed: int, free: int) -> int:
    """Return the seconds to wait after so many failures, of which `free` cost nothing.

    >>> [pause(failed, 5) for failed in (0, 4, 5, 6, 7, 99)]
    [0, 0, 5, 10, 20, 900]
    """
    return 0 if failed < free else min(MOST, FIRST * 2 ** min(failed - free, 20))


def _key(kind: str, text: str) -> str:
    return hashlib.sha256(f"{kind}:{text}".encode()).hexdigest()
