"""A request that is sent twice is carried out once: the Idempotency-Key.

Owns how long and for how many keys a response is kept, and what happens when a key comes again.
Kept in memory, by owner and key.

Leaves to others: which routes honour the header, and who the owner is.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException

#: Responses kept at once, and seconds until one is forgotten.
ROOM, KEPT = 10_000, 24 * 3600.0


@dataclass(slots=True)
class _Entry:
    print: str
    started: float
    response: dict[str, Any] | None = None


class Once:
    """The responses by key; the oldest goes first when room is short."""

    def __init__(
        self,
        *,
        room: int = ROOM,
        kept: float = KEPT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._room, self._time, self._clock = room, kept, clock
        self._entries: OrderedDict[tuple[str, str], _Entry] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, owner: str, key: str, body: object) -> dict[str, Any] | None:
        """Return the response this key already has, or None: then carry the request out.

        Raises:
            HTTPException: 409 while the first request is under way, 422 for another body.
        """
        said = json.dumps(body, ensure_ascii=True, sort_keys=True, default=str)
        print_ = hashlib.sha256(said.encode()).hexdigest()
        with self._lock:
            now = self._clock()
            while self._entries and now - next(iter(self._entries.values())).started > self._time:
                self._entries.popitem(last=False)
            entry = self._entries.get((owner, key))
            if entry is None:
                self._entries[(owner, key)] = _Entry(print_, now)
                while len(self._entries) > self._room:
                    self._entries.popitem(last=False)
                return None
            if entry.print != print_:
                raise HTTPException(422)
            if entry.response is None:
                raise HTTPException(409, headers={"retry-after": "1"})
            return entry.response

    def end(self, owner: str, key: str, response: dict[str, Any] | None) -> None:
        """Keep the response of a key; None, after a failure, lets the request be tried again."""
        with self._lock:
            if response is None:
                self._entries.pop((owner, key), None)
            elif entry := self._entries.get((owner, key)):
                entry.response = response
