"""Records that are written in batches, so that no reply waits for the disk.

Owns the thread that writes, how long a record waits for it, and that whoever reads through the
same object sees every record.

Leaves to others: what a record holds and where it stands (records.py).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from assistant.records import Records, Taken

#: Seconds between two batches, and records that wait at most: behind a slow disk a reply writes
#: them itself.
PAUSE: Final = 0.25
MOST: Final = 2_000


class QueuedRecords(Records):
    """The records of a server; between `start` and `stop` they are written behind the replies."""

    def __init__(
        self,
        data: Path,
        days: int,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        pause: float = PAUSE,
        most: int = MOST,
    ) -> None:
        super().__init__(data, days, clock=clock)
        self._pause, self._most = pause, most
        self._waiting: list[Taken] = []
        self._taking = threading.Lock()
        self._flushing = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="records", daemon=True)

    def start(self) -> None:
        """Begin to write behind the replies."""
        self._thread.start()

    def stop(self) -> None:
        """Write what waits; from now on each record is written by itself."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()
        self.flush()

    def flush(self) -> None:
        """Write what waits, and return when all that was added before is written."""
        with self._flushing:
            with self._taking:
                taken, self._waiting = self._waiting, []
            if taken:
                self.write(taken)

    def _keep(self, taken: Taken) -> None:
        with self._taking:
            self._waiting.append(taken)
            waiting = len(self._waiting)
        if waiting >= self._most or not self._thread.is_alive():
            self.flush()

    def _run(self) -> None:
        while not self._over.wait(self._pause):
            self.flush()
