"""The file of who may do what: `access.sqlite` in the data folder.

Owns how it is opened, and that only its owner reads it.

Leaves to others: its tables (keys.py, users.py, sessions.py, attempts.py).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path


class AccessFile:
    """One table of the file, which is made with the first line that is written."""

    def __init__(self, data: Path, table: str) -> None:
        self._file = data / "access.sqlite"
        self._table = table

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Open the file for one transaction; from its first change on nobody else writes."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.touch(mode=0o600)
        opened = sqlite3.connect(self._file, timeout=10, isolation_level="IMMEDIATE")
        with closing(opened) as connection, connection:
            connection.execute(self._table)
            yield connection

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Return the rows of a query; none where there is no file yet."""
        if not self._file.is_file():
            return []
        with closing(sqlite3.connect(self._file, timeout=10)) as connection:
            connection.execute(self._table)
            return connection.execute(query, values).fetchall()
