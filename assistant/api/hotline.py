"""POST /v1/hotline/answer: one question of a caller, answered within a fixed time.

Owns the request and response of the route, the time budget, and how a session becomes a
conversation.

Leaves to others: what is said (hotline.py), the codes (categories.py), repeated requests (once.py).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date as Date
from typing import TYPE_CHECKING, Annotated, Any, Literal

import anyio
from fastapi import APIRouter, Header
from fastapi import Request as HttpRequest
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.responses import Response

from assistant.api.ask import key_of, reply_to
from assistant.api.once import Once
from assistant.api.shapes import CitationShape, FigureShownShape, PlaceShape, ProblemShape
from assistant.categories import Categories, load_categories
from assistant.contacts import Contact, find_contact
from assistant.hotline import SHORT, HotlineAnswer, hotline_answer, late_answer
from assistant.model import Reply, Request
from assistant.questions import checked_question
from assistant.understand.normalise import normalise

if TYPE_CHECKING:
    from assistant.api.app import Parts

#: Seconds a caller waits at most, with what the way there and back takes left out; and the
#: questions that may be under way at once, late ones included.
BUDGET, AT_ONCE = 2.6, 16


@dataclass(frozen=True)
class Hotline:
    """What belongs to the hotline alone."""

    categories: Categories = field(default_factory=load_categories)
    budget: float = BUDGET
    once: Once = field(default_factory=Once)


class HotlineBody(BaseModel):
    """One question of a caller; `session_id` is the hotline's own name for the call."""

    query: str = Field(min_length=1, max_length=1000, examples=["示例市2023年新收多少件申请？"])
    session_id: str | None = Field(None, pattern=r"^[A-Za-z0-9._:-]{1,128}$")
    channel: Literal["agent", "ivr", "web"] = "agent"
    caller_region: str | None = Field(None, min_length=1, max_length=100)
    max_chars: int | None = Field(None, ge=20, le=10_000)
    language: Literal["zh", "en"] | None = None
    date: Date | None = None


class ContactShape(BaseModel):
    """Where an organ can be reached, as one of its reports prints it."""

    organ: str
    office: str | None
    telephone: str | None
    fax: str | None
    address: str | None
    postcode: str | None
    email: str | None
    report: str
    year: int
    quote: str
    place: PlaceShape


class HotlineShape(BaseModel):
    """What the hotline says, and everything it rests on."""

    answer_short: str = Field(max_length=SHORT)
    answer_full: str
    speech: str
    ssml: str
    figures: list[FigureShownShape]
    citations: list[CitationShape]
    confidence: Literal["verified", "text", "none"]
    handoff: bool
    handoff_reason: str | None
    contact: ContactShape | None
    category_code: str
    category_name: str
    category_scheme: str
    follow_up_prompt: str
    choices: list[dict[str, str]]
    status: Literal["answered", "needs_clarification", "no_answer"]
    language: Literal["zh", "en"]
    channel: Literal["agent", "ivr", "web"]
    session_id: str | None
    ai_generated: bool
    answer_id: str | None
    valid_as_of: Date | None


_Key = Annotated[str | None, Header(alias="Idempotency-Key", pattern=r"^[\x21-\x7e]{1,255}$")]


def hotline_routes(parts: Parts) -> APIRouter:
    """Return the route for the hotline."""
    router = APIRouter(
        prefix="/v1/hotline",
        tags=["hotline"],
        responses={422: {"model": ProblemShape}, 409: {"model": ProblemShape}},
    )
    hotline = parts.hotline
    limiter: list[anyio.CapacityLimiter] = []

    @router.post("/answer", response_model=HotlineShape)
    async def answer(body: HotlineBody, http: HttpRequest, key: _Key = None) -> Response:
        """Answer a caller within three seconds, or hand over."""
        owner = key_of(http)
        if key is None:
            return JSONResponse(await told(body, owner))
        if (before := hotline.once.begin(owner, key, body.model_dump(mode="json"))) is not None:
            return JSONResponse(before, headers={"idempotency-replayed": "true"})
        said = None
        try:
            said = await told(body, owner)
        finally:
            hotline.once.end(owner, key, said)
        return JSONResponse(said)

    async def told(body: HotlineBody, owner: str) -> dict[str, Any]:
        request = request_of(body, owner, parts)
        if not limiter:
            limiter.append(anyio.CapacityLimiter(AT_ONCE))
        with anyio.move_on_after(hotline.budget):
            # A late answer is left to end by itself; its thread counts until then.
            said = await anyio.to_thread.run_sync(
                _answered, request, parts, body, owner, abandon_on_cancel=True, limiter=limiter[0]
            )
            return shown(said, body, hotline.categories)
        language = body.language or normalise(body.query).language
        category = hotline.categories.of(body.query, None)
        return shown(late_answer(language, category), body, hotline.categories)

    return router


def request_of(body: HotlineBody, owner: str, parts: Parts) -> Request:
    """Return the question in its conversation; a caller's region stands in for a missing organ.

    Raises:
        BadQuestion: the question is unusable.
    """
    conversation: str | None = None
    history: tuple[str, ...] = ()
    if body.session_id is not None:
        conversation = conversation_of(owner, body.session_id)
        history = parts.conversations.questions(conversation, _memory(owner))
    return Request(
        question=checked_question(body.query),
        history=history,
        organs=organs_of_region(body.caller_region, parts),
        language=body.language,
        today=body.date or parts.today,
        conversation=conversation,
    )


def conversation_of(owner: str, session: str) -> str:
    """Return the conversation of a session; sessions of two owners never meet.

    >>> conversation_of("k_1", "s") == conversation_of("k_2", "s")
    False
    """
    return "c_" + hashlib.sha256(f"{owner}\n{session}".encode()).hexdigest()[:32]


def _memory(owner: str) -> str:
    """Return under whose name sessions of a hotline are remembered: no other route uses it."""
    return f"hotline:{owner}"


def organs_of_region(region: str | None, parts: Parts) -> tuple[str, ...]:
    """Return the organ of the library that a region stands for, none where it has none."""
    if region is None:
        return ()
    named = {region, f"{region}人民政府"}
    return tuple(o.name for o in parts.store.organs() if named & {o.name, *o.aliases})[:1]


def _answered(request: Request, parts: Parts, body: HotlineBody, owner: str) -> HotlineAnswer:
    reply = reply_to(
        parts, request, channel=f"hotline-{body.channel}", key_id=owner, owner=_memory(owner)
    )
    return hotline_answer(
        reply,
        request.question,
        category=parts.hotline.categories.of(request.question, reply),
        contact=_contact(reply, request, parts),
        longest=body.max_chars,
    )


def _contact(reply: Reply, request: Request, parts: Parts) -> Contact | None:
    """The contact of the one organ that a reply is about."""
    named = {c.organ for c in reply.citations} or set(reply.scope.get("organs", ()))
    named = named or set(request.organs)
    return find_contact(parts.store, next(iter(named))) if len(named) == 1 else None


def shown(said: HotlineAnswer, body: HotlineBody, categories: Categories) -> dict[str, Any]:
    """Return the response as plain JSON values."""
    reply = {} if said.reply is None else said.reply.as_json()
    return {
        "answer_short": said.short,
        "answer_full": said.full,
        "speech": said.speech,
        "ssml": said.ssml,
        "figures": reply.get("figures", []),
        "citations": reply.get("citations", []),
        "confidence": said.confidence,
        "handoff": said.handoff_reason is not None,
        "handoff_reason": said.handoff_reason,
        "contact": None if said.contact is None else said.contact.as_json(),
        "category_code": said.category.code,
        "category_name": said.category.name,
        "category_scheme": categories.scheme,
        "follow_up_prompt": said.follow_up,
        "choices": reply.get("choices", []),
        "status": reply.get("status", "no_answer"),
        "language": said.language,
        "channel": body.channel,
        "session_id": body.session_id,
        "ai_generated": bool(reply.get("ai_generated", False)),
        "answer_id": reply.get("answer_id"),
        "valid_as_of": None if said.valid_as_of is None else said.valid_as_of.isoformat(),
    }
