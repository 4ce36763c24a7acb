"""What the log says of a request: one line, without what was asked.

Owns the fields of the line, what a reply notes for it, and which requests have none.

Leaves to others: when a request begins and ends (edge.py), the form of a line (logs.py).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from starlette.types import Scope

from assistant.model import Reply

_log = logging.getLogger("assistant.request")
#: What monitoring asks every few seconds; such a request has a line only where it failed.
_MONITORING: Final = frozenset({"/healthz", "/readyz", "/metrics"})
_NOTES: ContextVar[dict[str, Any] | None] = ContextVar("notes", default=None)


@contextmanager
def noting() -> Iterator[Mapping[str, Any]]:
    """Collect what is noted until the end of the block, in threads that answer, too."""
    notes: dict[str, Any] = {}
    token = _NOTES.set(notes)
    try:
        yield notes
    finally:
        _NOTES.reset(token)


def note_reply(reply: Reply, question: str | None) -> None:
    """Note which reply a request got; `question` only if it is masked and may be told."""
    notes = _NOTES.get()
    if notes is None:
        return
    notes |= {
        "answer_id": reply.answer_id,
        "reply_status": reply.status,
        "reply_reason": reply.reason,
    }
    if question is not None:
        notes["question"] = question


def log_request(
    scope: Scope, route: str, status: int, seconds: float, notes: Mapping[str, Any]
) -> None:
    """Write the line of a request that ended."""
    if route in _MONITORING and status < 400:
        return
    fields = {
        "request_id": scope["state"]["request_id"],
        "method": scope["method"],
        "route": route,
        "status": status,
        "duration_ms": round(seconds * 1000, 1),
        "key_id": scope["state"].get("key_id", ""),
        **notes,
    }
    _log.info("request", extra=fields)
