"""What readers thought of answers: given by anybody, gone through by staff.

Owns the addresses, and who is noted as having decided.

Leaves to others: the queue (indexer/feedback.py), what is shown beside it (feedback.py of the
assistant), who is staff (api/staff.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from assistant.api.records import REFUSED, Cursor, RecordShape, Some, viewer
from assistant.api.shapes import FeedbackBody, Kept, ProblemShape
from assistant.api.staff import StaffOnly, sender_of
from assistant.errors import BadQuestion, NotFound
from assistant.feedback import feedback_json
from assistant.records import masked
from indexer.records import FeedbackKind

if TYPE_CHECKING:
    from assistant.api.app import Parts

_Id = Annotated[int, Path(ge=1, le=2**62)]


class DecisionShape(BaseModel):
    """When feedback was closed, by whom, and what was decided."""

    when: str
    who: str
    decision: str


class FeedbackShape(BaseModel):
    """What somebody thought of an answer; `record` is what was asked, as long as that is kept."""

    id: int
    answer_id: str
    kind: FeedbackKind
    helpful: bool
    comment: str | None
    given: str
    state: Literal["open", "closed"]
    closed: DecisionShape | None
    record: RecordShape | None


class FeedbackPage(BaseModel):
    """Some feedback, newest first; `next` is the `before` of what is behind, null: no more."""

    feedback: list[FeedbackShape]
    next: int | None


class DecisionBody(BaseModel):
    """What was decided; whoever signed in or has a key need not say `who`."""

    decision: str = Field(min_length=1, max_length=500)
    who: str = Field("", max_length=60)


def feedback_routes(parts: Parts) -> APIRouter:
    """Return the routes of feedback."""
    router = APIRouter(prefix="/v1/feedback", responses={422: {"model": ProblemShape}})
    staff = [Depends(StaffOnly(parts.staff))]
    store = parts.store

    @router.post("", status_code=201, tags=["ask"])
    def give(body: FeedbackBody) -> Kept:
        """Keep what somebody thought of an answer, or an error they report, for staff."""
        comment = None if body.comment is None else masked(body.comment)
        store.add_feedback(body.answer_id, body.helpful, comment, body.kind)
        return Kept(answer_id=body.answer_id)

    @router.get(
        "",
        response_model=FeedbackPage,
        responses=REFUSED,
        dependencies=staff,
        tags=["staff"],
    )
    def show_queue(
        request: Request,
        state: Literal["open", "closed", "all"] = "open",
        kind: FeedbackKind | None = None,
        before: Cursor = None,
        limit: Some = 50,
    ) -> Response:
        """List feedback, newest first; seeing what was asked is recorded."""
        found = store.feedback(
            state=None if state == "all" else state, kind=kind, before=before, limit=limit + 1
        )
        shown = feedback_json(found[:limit], parts.records, viewer(request))
        behind = found[limit - 1].id if len(found) > limit else None
        return JSONResponse(
            {"feedback": shown, "next": behind}, headers={"cache-control": "private, no-store"}
        )

    @router.post("/{id}/close", responses=REFUSED, dependencies=staff, tags=["staff"])
    def close(request: Request, id: _Id, body: DecisionBody) -> DecisionShape:
        """Note what was decided, and close it."""
        who, decision = sender_of(request) or body.who.strip(), masked(body.decision).strip()
        if not who or not decision:
            raise BadQuestion("请写明处理人和处理结果。 Say who has decided, and what was decided.")
        if store.find_feedback(id) is None:
            raise NotFound("没有这条意见。 There is no such feedback.")
        if not store.close_feedback(id, who, decision):
            raise BadQuestion("这条意见已经处理。 This feedback has been dealt with already.")
        closed = store.find_feedback(id)
        assert closed is not None and closed.closed is not None
        return DecisionShape(when=closed.closed, who=who, decision=decision)

    return router
