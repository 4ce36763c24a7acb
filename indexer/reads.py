"""Connections to an index that is open for reading.

Owns one connection for each read, or one for several reads that belong together.

Leaves to others: the engine (database.py), what is read (queries.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import local

from sqlalchemy import Connection, Engine

from indexer.database import translated


class Reads:
    """The database of one index."""

    def __init__(self, data: Path, engine: Engine) -> None:
        self.data = data
        self._engine = engine
        self._shared = local()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Let the reads of this thread in the block share one connection and see one state.

        The first of them opens it: to begin anew for each costs more than most of them.
        """
        if getattr(self._shared, "stack", None) is not None:
            yield
            return
        with ExitStack() as stack:
            self._shared.stack, self._shared.connection = stack, None
            try:
                yield
            finally:
                self._shared.stack = self._shared.connection = None

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        stack: ExitStack | None = getattr(self._shared, "stack", None)
        with translated(self.data):
            if stack is None:
                with self._engine.connect() as connection:
                    yield connection
                return
            if self._shared.connection is None:
                self._shared.connection = stack.enter_context(self._engine.connect())
            yield self._shared.connection
