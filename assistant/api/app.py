"""The web application: its parts, and what they share.

Owns the assembly of routes, middleware and error handlers, and what lives as long as the
application (the memory of conversations, the counters).

Leaves to others: each group of routes (ask.py, library.py, desk.py, intake.py, records.py,
feedback.py, operation.py, pages.py, sign_in.py, oidc.py), errors
(problems.py), headers and counting around every request (edge.py).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from assistant.api.agents import McpEndpoint
from assistant.api.ask import ask_routes
from assistant.api.assets import BUILT
from assistant.api.conversations import Conversations
from assistant.api.counts import Counts
from assistant.api.desk import desk_routes
from assistant.api.dify import dify_routes
from assistant.api.edge import Edge
from assistant.api.fastgpt import fastgpt_routes
from assistant.api.feedback import feedback_routes
from assistant.api.guard import Access, Guard
from assistant.api.hotline import Hotline, hotline_routes
from assistant.api.intake import intake_routes
from assistant.api.library import library_routes
from assistant.api.local import Network
from assistant.api.metrics import Metrics
from assistant.api.oidc import oidc_routes
from assistant.api.openai import openai_routes
from assistant.api.openapi import DescribedApp
from assistant.api.operation import operation_routes
from assistant.api.pages import page_routes
from assistant.api.problems import handle_problems
from assistant.api.records import record_routes
from assistant.api.sign_in import sign_in_routes
from assistant.api.staff import Sessions
from assistant.api.swagger import add_swagger
from assistant.intake import Intake
from assistant.model import Reply, Request
from assistant.records import Records
from assistant.retrieve import Retriever
from assistant.settings import RATE_STORAGE
from assistant.staff import Staff
from indexer.store import Store

_STATIC = Path(__file__).with_name("static")
#: Routes for those who build on the service.
_PLATFORMS = (hotline_routes, openai_routes, dify_routes, fastgpt_routes)


class Asks(Protocol):
    """What answers questions: assistant.answer.Assistant, or a stand-in with a memory."""

    def ask(self, request: Request) -> Reply:
        """Return the reply to one request.

        Raises:
            BadQuestion: the request is unusable.
        """
        ...


@dataclass(frozen=True)
class Parts:
    """What the routes work with."""

    assistant: Asks
    store: Store
    retriever: Retriever
    conversations: Conversations
    metrics: Metrics
    today: date | None
    degraded: Callable[[], Mapping[str, str]]
    staff: Staff
    built: Path = BUILT
    intake: Intake | None = None
    hotline: Hotline = field(default_factory=Hotline)
    records: Records | None = None
    proxies: tuple[Network, ...] = ()
    log_questions: bool = False


def create_app(
    assistant: Asks,
    store: Store,
    *,
    today: date | None = None,
    degraded: Callable[[], Mapping[str, str]] = dict,
    built: Path = BUILT,
    widget_origins: Sequence[str] = (),
    intake: Intake | None = None,
    on_start: Callable[[], None] = lambda: None,
    on_stop: Callable[[], None] = lambda: None,
    hotline: Hotline | None = None,
    access: Access | None = None,
    records: Records | None = None,
    retriever: Retriever | None = None,
    staff: Staff | None = None,
    log_questions: bool = False,
    metrics: Metrics | None = None,
) -> FastAPI:
    """Return the application around one assistant and one open index.

    `today` fixes relative years; `degraded` names what does not work at the moment, with its
    state; `built` is the folder of the built front end; `widget_origins` are the sites whose pages
    may ask; `intake` changes the index, None leaves it read-only; `on_start` and `on_stop` are
    called with the server.  Without `access` everybody may ask everything, without `records`
    nothing is recorded.  Without `retriever` passages are searched for by words alone; `staff`
    is that of the index unless given.  With `log_questions` the line of a request in the log has
    its question, masked.  `metrics` are the counters, if others count as well.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        on_start()
        async with mcp.run():
            yield
        on_stop()

    def all_degraded() -> Mapping[str, str]:
        return {**degraded(), **counts.degraded()}

    metrics = metrics or Metrics()
    counts = Counts(access.storage if access else RATE_STORAGE)
    parts = Parts(
        assistant,
        store,
        retriever or Retriever(store),
        Conversations(),
        metrics,
        today,
        all_degraded,
        staff or Staff(store.data),
        built,
        intake,
        hotline=hotline or Hotline(),
        records=records,
        proxies=access.proxies if access else (),
        log_questions=log_questions,
    )
    mcp = McpEndpoint(parts)
    app = DescribedApp(
        title="年报问答 Nianbao",
        version="1.0",
        description="政府信息公开工作年度报告问答。 Answers about open-government annual reports.",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    if access is not None:
        app.add_middleware(Guard, access=access, counts=counts)
    app.add_middleware(Sessions, staff=parts.staff, proxies=parts.proxies)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=list(widget_origins),
        allow_methods=["GET", "POST"],
        allow_headers=["content-type", "accept"],
    )
    app.add_middleware(Edge, metrics=metrics)
    handle_problems(app)
    for routes in (
        ask_routes,
        library_routes,
        desk_routes,
        intake_routes,
        record_routes,
        feedback_routes,
        operation_routes,
        page_routes,
        sign_in_routes,
        oidc_routes,
        *_PLATFORMS,
    ):
        app.include_router(routes(parts))
    app.router.routes.append(Route("/mcp", mcp))
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    if (built / "assets").is_dir():
        app.mount("/assets", BuiltFiles(directory=built / "assets"), name="assets")
    add_swagger(app, built)
    if (built / "widget.js").is_file():
        app.add_api_route("/widget.js", _sender(built / "widget.js"), include_in_schema=False)
    return app


class BuiltFiles(StaticFiles):
    """Files whose names change with their content, so that a browser keeps them."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """Send one file."""
        response = super().file_response(*args, **kwargs)
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


def _sender(path: Path) -> Callable[[], Awaitable[Response]]:
    async def send() -> Response:
        headers = {"cache-control": "public, max-age=3600"}
        return FileResponse(path, media_type="text/javascript", headers=headers)

    return send
