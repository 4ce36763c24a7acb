"""Ask a question, and be offered some.

Owns the request of POST /v1/ask and its way into a Request, the memory of a conversation around
it, and the order of the events.

Leaves to others: answering (answer.py), the shape of the reply (shapes.py).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Header, Query
from fastapi import Request as HttpRequest
from fastapi.responses import JSONResponse
from fastapi.sse import EventSourceResponse, format_sse_event
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from assistant.api.conversations import new_conversation
from assistant.api.request_line import note_reply
from assistant.api.shapes import AskBody, ProblemShape, ReplyShape, Year
from assistant.api.staff import session_of
from assistant.model import Language, Reply, Request
from assistant.questions import checked_history, checked_question
from assistant.records import masked
from assistant.suggest import suggest

if TYPE_CHECKING:
    from assistant.api.app import Parts

_SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]*", re.DOTALL)
_EVENTS: dict[str, Any] = {
    "description": "The reply; as events (delta, reply, done) with Accept: text/event-stream.",
    "content": {"text/event-stream": {"schema": {"type": "string"}}},
}


def ask_routes(parts: Parts) -> APIRouter:
    """Return the routes for questions."""
    router = APIRouter(prefix="/v1", tags=["ask"], responses={422: {"model": ProblemShape}})

    @router.post("/ask", response_model=ReplyShape, responses={200: _EVENTS})
    async def ask(
        body: AskBody, http: HttpRequest, accept: Annotated[str, Header()] = ""
    ) -> Response:
        """Answer one question."""
        owner, key_id = owner_of(http), key_of(http)
        asked = request_of(body, parts, owner)
        reply = await run_in_threadpool(parts.assistant.ask, asked)
        reply = told(parts, asked, reply, channel="api", key_id=key_id, owner=owner)
        if _wants_events(accept):
            return EventSourceResponse(events(reply), headers={"cache-control": "no-store"})
        return JSONResponse(reply.as_json())

    @router.get("/suggestions")
    def suggestions(
        q: Annotated[str, Query(max_length=200)],
        language: Language = "zh",
        organ: Annotated[str | None, Query(max_length=100)] = None,
        year: Year | None = None,
    ) -> list[str]:
        """Offer whole questions that the typed characters may be the beginning of."""
        return suggest(parts.store, q, language, organ=organ, year=year)

    return router


def request_of(body: AskBody, parts: Parts, owner: str) -> Request:
    """Return the request that a body means; a given history goes before the remembered one.

    Raises:
        BadQuestion: the question or the history is unusable.
    """
    conversation = body.conversation or new_conversation()
    history = (
        parts.conversations.questions(conversation, owner)
        if body.history is None
        else checked_history(body.history)
    )
    return Request(
        question=checked_question(body.question),
        history=history,
        organs=tuple(body.scope.organs),
        years=tuple(body.scope.years),
        language=body.language,
        today=body.date or parts.today,
        conversation=conversation,
    )


def key_of(http: HttpRequest) -> str:
    """Return the id of the API key that a request was sent with, empty without one."""
    return str(getattr(http.state, "key_id", ""))


def owner_of(http: HttpRequest) -> str:
    """Return whose a conversation is: of a key, of who signed in, or of all others."""
    if key := key_of(http):
        return f"key:{key}"
    session = session_of(http)
    return f"user:{session.name}" if session else ""


def reply_to(
    parts: Parts, request: Request, *, channel: str = "web", key_id: str = "", owner: str = ""
) -> Reply:
    """Return the reply to a request; see `told`."""
    reply = parts.assistant.ask(request)
    return told(parts, request, reply, channel=channel, key_id=key_id, owner=owner)


def told(
    parts: Parts, request: Request, reply: Reply, *, channel: str, key_id: str, owner: str
) -> Reply:
    """Return a reply as it goes out; count and record it, and remember its question."""
    conversation = request.conversation or new_conversation()
    if reply.conversation != conversation:
        reply = replace(reply, conversation=conversation)
    parts.conversations.remember(conversation, (*request.history, request.question), owner)
    parts.metrics.count_reply(reply)
    note_reply(reply, masked(request.question) if parts.log_questions else None)
    if parts.records is not None:
        parts.records.add(request, reply, channel=channel, key_id=key_id)
    return reply


def events(reply: Reply) -> Iterator[bytes]:
    """Yield a reply as server-sent events: its text sentence by sentence, itself, the end."""
    for sentence in _SENTENCE.findall(reply.text):
        if sentence:
            yield format_sse_event(event="delta", data_str=_dump({"text": sentence}))
    yield format_sse_event(event="reply", data_str=_dump(reply.as_json()))
    yield format_sse_event(event="done", data_str="{}")


def _dump(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False)


def _wants_events(accept: str) -> bool:
    """Whether a client asks for events rather than JSON.

    >>> _wants_events("text/event-stream"), _wants_events("*/*")
    (True, False)
    """
    kinds = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    if "text/event-stream" not in kinds:
        return False
    return "application/json" not in kinds[: kinds.index("text/event-stream")]
