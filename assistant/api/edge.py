"""What happens around every request: an id, safe headers, a limit, a count, a line, a last resort.

Owns X-Request-ID, the security headers, the size of a body, and the answer to our own mistakes.

Leaves to others: expected errors (problems.py), what the line says (request_line.py).
"""

from __future__ import annotations

import logging
import re
import secrets
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api.metrics import Metrics
from assistant.api.problems import problem
from assistant.api.request_line import log_request, noting

_log = logging.getLogger(__name__)
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
#: Bytes of a request's body: a question and a long history fit.
LARGEST = 512 * 1024
#: Bytes of a report that is uploaded, and the addresses that take one.
LARGEST_FILE, FILES = 50 * 1024 * 1024, ("/v1/library/files", "/v1/library/drafts")

_HEADERS = {
    "content-security-policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
        " object-src 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


class Edge:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _ID.fullmatch(given) else secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        started, status = time.perf_counter(), 0

        async def send_safely(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["x-request-id"] = request_id
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        with noting() as notes:
            try:
                await self._app(scope, _limited(receive, _most(scope)), send_safely)
            except Exception:
                # The last resort at the edge: a mistake of ours, told without its traces.
                _log.exception("request failed", extra={"request_id": request_id})
                if status:
                    raise
                await problem(request_id, 500)(scope, receive, send_safely)
        route = getattr(scope.get("route"), "path", "other")
        seconds = time.perf_counter() - started
        self._metrics.count_request(route, scope["method"], status, seconds)
        log_request(scope, route, status, seconds, notes)


def _most(scope: Scope) -> int:
    return LARGEST_FILE if scope["path"] in FILES else LARGEST


def _limited(receive: Receive, most: int) -> Receive:
    taken = 0

    async def receive_some() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise HTTPException(413)
        return message

    return receive_some
