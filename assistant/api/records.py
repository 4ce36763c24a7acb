"""The records for staff: search, one record, a file; and for operators to erase one.

Owns the addresses, and who is noted as having seen or erased them.

Leaves to others: what is recorded and masked (records.py of the assistant), what is erased
(erasure.py), who is staff (api/staff.py).
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel

from assistant.api.shapes import ProblemShape
from assistant.api.staff import StaffOnly, sender_of
from assistant.erasure import erase_answer
from assistant.errors import NotFound
from assistant.model import Status
from assistant.records import Records, Wanted, record_table
from assistant.spreadsheets import csv_lines, save_workbook, write_json

if TYPE_CHECKING:
    from assistant.api.app import Parts

#: Who is noted where nobody signs in.
AT_THE_MACHINE = "local"
Cursor = Annotated[int | None, Query(ge=1, le=2**62)]
Some = Annotated[int, Query(ge=1, le=200)]
_Word = Annotated[str | None, Query(max_length=200)]
REFUSED: dict[int | str, dict[str, Any]] = {
    status: {"model": ProblemShape} for status in (401, 403, 404, 422, 503)
}
_KINDS: Mapping[str, str] = {
    "json": "application/json",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": {kind: {} for form, kind in _KINDS.items() if form != "json"}}
}


class RecordShape(BaseModel):
    """One question and its reply, as far as it is kept; masked before it was written."""

    at: str
    answer_id: str
    channel: str
    key_id: str
    question: str
    history: list[str]
    scope: dict[str, Any]
    language: str
    status: str
    reason: str | None
    value: str | None
    unit: str | None
    figures: list[dict[str, Any]]
    cells: list[dict[str, Any]]
    index_version: str
    elapsed_ms: str


class RecordsPage(BaseModel):
    """Some records, newest first; `next` is the `before` of those behind them, null: no more."""

    records: list[RecordShape]
    next: int | None


class ErasedShape(BaseModel):
    """How many records and how much feedback of an answer were erased."""

    answer_id: str
    records: int
    feedback: int


def _chosen(
    since: date | None = None,
    until: date | None = None,
    search: _Word = None,
    status: Status | None = None,
    channel: _Word = None,
) -> Wanted:
    """Return which records the parameters of an address choose."""
    return Wanted(since, until, search, status, channel)


_Chosen = Annotated[Wanted, Depends(_chosen)]


def record_routes(parts: Parts) -> APIRouter:
    """Return the routes of the records."""
    router = APIRouter(
        prefix="/v1/records",
        tags=["staff"],
        dependencies=[Depends(StaffOnly(parts.staff))],
        responses=REFUSED,
    )

    @router.get("", response_model=RecordsPage)
    def search(
        request: Request, wanted: _Chosen, before: Cursor = None, limit: Some = 50
    ) -> Response:
        """Search what was asked and answered, newest first; that is recorded, too."""
        found, behind = _records(parts).page(
            wanted, who=viewer(request), before=before, limit=limit
        )
        return JSONResponse({"records": found, "next": behind}, headers=_PRIVATE)

    @router.get("/export", response_model=list[RecordShape], responses=_FILES)
    def export(
        request: Request, wanted: _Chosen, format: Literal["json", "csv", "xlsx"] = "json"
    ) -> Response:
        """Give all records that fit as a file, oldest first; that is recorded, too."""
        found = _records(parts).find(wanted, who=viewer(request))
        name = {"content-disposition": f'attachment; filename="records.{format}"', **_PRIVATE}
        if format == "json":
            return StreamingResponse(write_json(found), media_type=_KINDS[format], headers=name)
        table = record_table(found)
        if format == "csv":
            return StreamingResponse(csv_lines(table), media_type=_KINDS[format], headers=name)
        book = io.BytesIO()
        save_workbook("records", table, book)
        return Response(book.getvalue(), media_type=_KINDS[format], headers=name)

    @router.get("/{answer_id}", response_model=RecordShape)
    def show(request: Request, answer_id: str) -> Response:
        """Show the record of one answer; that is recorded, too."""
        found = _records(parts).of_answers([answer_id], who=viewer(request))
        if answer_id not in found:
            raise NotFound("没有这次回答的记录。 There is no record of this answer.")
        return JSONResponse(found[answer_id], headers=_PRIVATE)

    @router.delete("/{answer_id}", dependencies=[Depends(StaffOnly(parts.staff, "operator"))])
    def erase(request: Request, answer_id: str) -> ErasedShape:
        """Erase the record of one answer and its feedback; that is recorded, without a question."""
        done = erase_answer(_records(parts), parts.store, answer_id, who=viewer(request))
        return ErasedShape(answer_id=answer_id, records=done.records, feedback=done.feedback)

    return router


def viewer(request: Request) -> str:
    """Return who is noted as having seen records."""
    return sender_of(request) or AT_THE_MACHINE


_PRIVATE = {"cache-control": "private, no-store"}


def _records(parts: Parts) -> Records:
    if parts.records is None:
        raise NotFound("这个服务不留记录。 This service keeps no records.")
    return parts.records
