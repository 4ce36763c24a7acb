"""The library for staff: upload, correct, mark as seen, remove, check a draft, read again.

Owns the addresses, and that all of them answer staff only.

Leaves to others: who is staff (api/staff.py), the steps themselves (intake.py of the assistant),
what people noted (marks.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from assistant.api.library import report_of
from assistant.api.shapes import (
    FindingShape,
    MissingShape,
    ProblemShape,
    TableShape,
    UnreadableShape,
    Year,
)
from assistant.api.staff import StaffOnly, sender_of
from assistant.errors import BadQuestion, NotAllowed
from assistant.intake import Intake, check_draft
from assistant.listing import finding_json, report_line
from assistant.marks import finding_key, mark_seen, seen_of
from assistant.model import Language

if TYPE_CHECKING:
    from assistant.api.app import Parts

_Name = Annotated[str, Query(min_length=1, max_length=300)]
_RAW: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_REFUSED: dict[int | str, dict[str, Any]] = {
    401: {"model": ProblemShape},
    403: {"model": ProblemShape},
    404: {"model": ProblemShape},
    422: {"model": ProblemShape},
}


class TakenShape(BaseModel):
    """What became of an uploaded file: added, unchanged, skipped or failed, and why."""

    file: str
    outcome: str
    report: str | None
    message: str


class ChangeShape(BaseModel):
    """A total of table three beside that of the year before."""

    label: str
    before: str
    now: str
    difference: str | None


class DraftShape(BaseModel):
    """What was read of a draft, and how it compares with the year before."""

    organ: str
    year: int
    format: str | None
    title: str
    file: str
    figures: int
    unreadable: list[UnreadableShape]
    findings: list[FindingShape]
    missing: list[MissingShape]
    tables: list[int]
    drawn: list[TableShape]
    before: str | None
    changes: list[ChangeShape]


class HeldShape(BaseModel):
    """A report of the library as staff see it; `fails` counts what no one has seen yet."""

    id: str
    organ: str
    year: int
    file: str
    kind: str
    format: str | None
    title: str
    published: str | None
    superseded_by: str | None
    figures: int
    unreadable: int
    fails: int


class SeenShape(BaseModel):
    """Who has seen a finding, when, and what they say of it."""

    who: str
    when: str
    why: str


class NotedShape(FindingShape):
    """A finding with what it is known by, and who has seen it."""

    key: str
    seen: SeenShape | None


class CorrectionBody(BaseModel):
    """The right publisher and year of a report."""

    organ: str = Field(min_length=2, max_length=100)
    year: Year


class SeenBody(BaseModel):
    """That somebody has seen a finding; whoever signed in or has a key need not say `who`."""

    finding: str = Field(pattern=r"^[0-9a-f]{12}$")
    who: str = Field("", max_length=60)
    why: str = Field(min_length=1, max_length=500)


class Moved(BaseModel):
    """The id that a report goes by now."""

    report: str


class ReadAgain(BaseModel):
    """How many reports were read again, and how many files could not be."""

    reports: int
    failed: int


def intake_routes(parts: Parts) -> APIRouter:
    """Return the routes of the library for staff."""
    router = APIRouter(
        prefix="/v1/library",
        tags=["staff"],
        dependencies=[Depends(StaffOnly(parts.staff))],
        responses=_REFUSED,
    )
    store = parts.store
    operator = [Depends(StaffOnly(parts.staff, "operator"))]

    @router.post("/files", response_model=TakenShape, openapi_extra=_RAW)
    async def take_file(request: Request, name: _Name) -> Response:
        """Read one file, sent as the body, into the library."""
        content = await request.body()
        taken = await run_in_threadpool(_intake(parts).take, name, content)
        store.look_again()
        return JSONResponse(
            {
                "file": taken.file,
                "outcome": taken.outcome,
                "report": taken.report,
                "message": taken.message,
            }
        )

    @router.post("/drafts", response_model=DraftShape, openapi_extra=_RAW)
    async def read_draft(request: Request, name: _Name, language: Language = "zh") -> Response:
        """Check a draft, sent as the body, against the rules and the year before; keep nothing."""
        content = await request.body()
        return JSONResponse(await run_in_threadpool(check_draft, store, name, content, language))

    @router.get("/reports", response_model=list[HeldShape])
    def list_held() -> Response:
        """List all versions of all reports, with how many findings nobody has seen."""
        return JSONResponse(
            [
                report_line(row) | {"fails": _open(parts, row.id)}
                for row in store.reports(current_only=False)
            ]
        )

    @router.get("/reports/{report_id}/findings", response_model=list[NotedShape])
    def list_findings(report_id: str, language: Language = "zh") -> Response:
        """List the findings of a report with their places and who has seen them."""
        row = report_of(store, report_id)
        places = [figure.place for figure in store.figures(report_id)]
        seen = seen_of(store.data, row)
        found = []
        for finding in store.findings(report_id):
            key = finding_key(finding)
            known = seen.get(key)
            found.append(
                finding_json(finding, places, language)
                | {
                    "figures": list(finding.figures),
                    "key": key,
                    "seen": known and {"who": known.who, "when": known.when, "why": known.why},
                }
            )
        return JSONResponse(found)

    @router.post("/reports/{report_id}/seen", status_code=201)
    def see_finding(request: Request, report_id: str, body: SeenBody) -> SeenShape:
        """Mark a finding as seen; no figure changes."""
        who = sender_of(request) or body.who.strip()
        if not who:
            raise BadQuestion("请写明是谁看的。 Say who has seen it.")
        row = report_of(store, report_id)
        seen = mark_seen(store.data, row, body.finding, who, body.why.strip())
        return SeenShape(who=seen.who, when=seen.when, why=seen.why)

    @router.post("/reports/{report_id}/correction")
    def correct(report_id: str, body: CorrectionBody) -> Moved:
        """Give a report another publisher or year; no figure changes."""
        new = _intake(parts).correct(report_id, body.organ.strip(), body.year)
        store.look_again()
        return Moved(report=new)

    @router.delete("/reports/{report_id}", status_code=204, dependencies=operator)
    def remove(report_id: str) -> None:
        """Take a report out of the library, its original too."""
        _intake(parts).remove(report_id)
        store.look_again()

    @router.post("/reindex", dependencies=operator)
    def reindex() -> ReadAgain:
        """Read every original again."""
        summary = _intake(parts).reindex()
        store.look_again()
        return ReadAgain(reports=summary.reports, failed=sum(one.failed for one in summary.skipped))

    return router


def _intake(parts: Parts) -> Intake:
    if parts.intake is None:
        raise NotAllowed("这个服务只读。 This service only reads.")
    return parts.intake


def _open(parts: Parts, report_id: str) -> int:
    """Return how many failing findings of a report nobody has seen."""
    row = report_of(parts.store, report_id)
    seen = seen_of(parts.store.data, row)
    fails = (one for one in parts.store.findings(report_id) if one.result == "fails")
    return sum(finding_key(one) not in seen for one in fails)
