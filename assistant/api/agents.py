"""The address of the Model Context Protocol, which loads nothing until an agent comes.

Owns when the server of mcp.py begins and ends, the refusal of requests from other origins, and by
which key a tool is called.

Leaves to others: the tools (mcp.py), whose package takes long to import.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import anyio
from anyio.abc import TaskGroup, TaskStatus
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

if TYPE_CHECKING:
    from assistant.api.app import Parts
    from assistant.api.mcp import Running

#: The id of the key that the request at hand was sent with; the SDK hands tools no request.
KEY_ID: ContextVar[str] = ContextVar("key_id", default="")


class McpEndpoint:
    """The ASGI application at /mcp; it serves while `run` is open, from the first request on."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._app: ASGIApp | None = None
        self._group: TaskGroup | None = None

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        """Be ready to serve until the end of the block."""
        self._lock, self._over = anyio.Lock(), anyio.Event()
        async with anyio.create_task_group() as group:
            self._group = group
            yield
            self._over.set()
            self._group = self._app = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != headers.get("host"):
            await PlainTextResponse("another origin", 403)(scope, receive, send)
        elif self._group is None:
            await PlainTextResponse("not running", 503)(scope, receive, send)
        else:
            app = self._app or await self._begun(self._group)
            KEY_ID.set(scope["state"].get("key_id", ""))
            await app(scope, receive, send)

    async def _begun(self, group: TaskGroup) -> ASGIApp:
        async with self._lock:
            if self._app is None:
                self._app = await group.start(self._serve)
            return self._app

    async def _serve(self, *, task_status: TaskStatus[ASGIApp]) -> None:
        running = await run_in_threadpool(self._build)
        async with running.session:
            task_status.started(running.app)
            await self._over.wait()

    def _build(self) -> Running:
        from assistant.api.mcp import running

        return running(self._parts)
