"""Count the requests of a client: how many are left, and from when on there are more.

Owns where counts stand (in the memory of this process, or in a Redis or Valkey server that several
processes share), and what happens while that server does not answer.  The only import of limits,
but for the check of a setting.

Leaves to others: who is a client and what its limit is (guard.py), the headers that tell it.
"""

from __future__ import annotations

import logging
import math
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from limits import RateLimitItem, parse
from limits.errors import ConfigurationError, StorageError
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.concurrency import run_in_threadpool

_log = logging.getLogger(__name__)
#: Seconds that a request may wait for the server, and seconds that a silent server is left alone.
_PATIENCE: Final = 0.5
_PAUSE: Final = 5.0
_IN_MEMORY: Final = "memory://"
#: Valkey speaks the protocol of Redis; one package asks both.
_SERVER = re.compile(r"(?:redis|valkey)(s?|\+unix)://(?=\S)")


class BadStorage(ValueError):
    """Counts cannot stand where a setting says; the address may hold a secret and is not told."""


@dataclass(frozen=True, slots=True)
class Count:
    """What is left to a client after a request, seconds until more is, whether it may pass."""

    left: int
    reset: int
    allowed: bool


class Counts:
    """The counts of one process, kept in its memory or at a server.

    While the server does not answer the process counts by itself, and asks again every few seconds:
    requests are served and limited all the same, but each process has a limit of its own.

    Raises:
        BadStorage: nothing can be counted at `address`.
    """

    def __init__(self, address: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._own = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._server: Storage | None = None
        self._shared: SlidingWindowCounterRateLimiter | None = None
        if address != _IN_MEMORY:
            self._server = _server(address)
            self._shared = SlidingWindowCounterRateLimiter(self._server)
        self._silent = False
        self._next = -math.inf

    async def count(self, limit: RateLimitItem, client: str) -> Count:
        """Count one request."""
        if self._shared is None or self._clock() < self._next:
            return _hit(self._own, limit, client)
        return await run_in_threadpool(self._count_shared, self._shared, limit, client)

    def _count_shared(
        self, shared: SlidingWindowCounterRateLimiter, limit: RateLimitItem, client: str
    ) -> Count:
        try:
            counted = _hit(shared, limit, client)
        except StorageError as error:
            self._heard(False, error.storage_error)
            return _hit(self._own, limit, client)
        self._heard(True)
        return counted

    def degraded(self) -> Mapping[str, str]:
        """Return that the server does not answer, if so; it is asked now unless it just was."""
        if self._server is not None and self._clock() >= self._next:
            self._heard(self._server.check())
        return {"rate_limits": "unavailable"} if self._silent else {}

    def _heard(self, answers: bool, error: Exception | None = None) -> None:
        """Note whether the server answers; a change is logged once."""
        if not answers:
            self._next = self._clock() + _PAUSE
        if answers == self._silent:
            self._silent = not answers
            if answers:
                _log.warning("rate limits are counted by their server again")
            else:
                said = f": {error}" if error else ""
                _log.warning("rate limits are counted by this process alone%s", said)


def read_limit(text: str) -> RateLimitItem:
    """Return a limit written as “600/minute”.

    Raises:
        ValueError: it is not written so.
    """
    return parse(text)


def _server(address: str) -> Storage:
    if not _SERVER.match(address):
        raise BadStorage("memory:// / redis://HOST:PORT / valkey://HOST:PORT")
    try:
        storage = storage_from_string(
            _SERVER.sub(r"redis\1://", address, count=1),
            wrap_exceptions=True,
            socket_timeout=_PATIENCE,
            socket_connect_timeout=_PATIENCE,
            retry=None,  # type: ignore[arg-type]  # what redis takes for “never again”
        )
    except ConfigurationError as error:
        raise BadStorage(
            "缺少 Python 包 redis，请安装 nianbao[redis]。"
            " The Python package redis is missing: install nianbao[redis]."
        ) from error
    except ValueError:
        raise BadStorage("地址读不懂。 The address cannot be read.") from None
    assert isinstance(storage, Storage)
    return storage


def _hit(limiter: SlidingWindowCounterRateLimiter, limit: RateLimitItem, client: str) -> Count:
    allowed = limiter.hit(limit, client)
    stats = limiter.get_window_stats(limit, client)
    return Count(stats.remaining, max(0, math.ceil(stats.reset_time - time.time())), allowed)
