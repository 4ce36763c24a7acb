"""FastGPT's API file library: /v1/fastgpt, with the reports as files.

Owns the folders (region, publisher, year), their ids, and the shapes of that specification.

Leaves to others: texts (the store), where a publisher is (understand/organs.py), keys (guard.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from fastapi import APIRouter, Query
from fastapi import Request as HttpRequest
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from assistant.api.error_forms import FormRoute, first_wrong
from assistant.understand.organ_places import place_chain
from indexer.records import ReportRow

if TYPE_CHECKING:
    from assistant.api.app import Parts

#: The time of a file whose report does not say when it was published.
_UNKNOWN: Final = "1970-01-01"
_Id = Annotated[str, Query(max_length=200)]


class ListBody(BaseModel):
    """Which folder to list, the uppermost without one; with a word, what is named so below it."""

    parentId: str | None = Field(None, max_length=200)
    searchKey: str | None = Field(None, max_length=200)


class FileShape(BaseModel):
    """A folder, or a report as a file."""

    id: str
    parentId: str | None
    name: str
    type: Literal["file", "folder"]
    updateTime: str
    createTime: str


class ContentShape(BaseModel):
    """The text of a report, and the address of its page."""

    title: str
    content: str
    previewUrl: str


class AddressShape(BaseModel):
    """The address of a report's page."""

    url: str


class Envelope(BaseModel):
    """What every response stands in; in a refusal `code` is the status."""

    code: int = 200
    success: bool = True
    message: str = ""


class Listed(Envelope):
    """Folders and files."""

    data: list[FileShape]


class Content(Envelope):
    """A text."""

    data: ContentShape


class Address(Envelope):
    """An address."""

    data: AddressShape


class Detail(Envelope):
    """One folder or file."""

    data: FileShape


class Refused(Envelope):
    """Nothing; `code` is the status, and `message` says why."""

    success: bool = False
    data: None = None


@dataclass(frozen=True)
class _Entry:
    id: str
    parent: str | None
    name: str
    published: str
    report: ReportRow | None = None

    def as_json(self) -> dict[str, Any]:
        time = f"{self.published}T00:00:00.000Z"
        return {
            "id": self.id,
            "parentId": self.parent,
            "name": self.name,
            "type": "folder" if self.report is None else "file",
            "updateTime": time,
            "createTime": time,
        }


class _Route(FormRoute):
    """A route whose refusals of a request have this form, too."""

    def told(self, error: Exception, request: HttpRequest) -> Response | None:
        """Return a refusal in this form."""
        match error:
            case RequestValidationError():
                return refused(422, ": ".join(first_wrong(error)))
            case HTTPException():
                return refused(error.status_code, str(error.detail))
        return None


def fastgpt_routes(parts: Parts) -> APIRouter:
    """Return the routes for FastGPT, which puts /v1/file/… behind the address it is given."""
    missing: dict[int | str, dict[str, Any]] = {404: {"model": Refused}}
    router = APIRouter(
        prefix="/v1/fastgpt/v1/file",
        tags=["fastgpt"],
        responses={422: {"model": Refused}},
        route_class=_Route,
    )

    def entries() -> dict[str, _Entry]:
        return {entry.id: entry for entry in _tree(parts.store.reports())}

    @router.post("/list", response_model=Listed, responses=missing)
    def list_files(body: ListBody) -> Response:
        """List a folder, or search below it."""
        known = entries()
        parent = body.parentId or None
        if parent is not None and parent not in known:
            return _nothing()
        word = (body.searchKey or "").strip()
        shown = [
            entry.as_json()
            for entry in known.values()
            if (
                word in entry.name and _below(entry, parent, known)
                if word
                else entry.parent == parent
            )
        ]
        return _found(shown)

    @router.get("/content", response_model=Content, responses=missing)
    def content(id: _Id, http: HttpRequest) -> Response:
        """Return the text of a report."""
        entry = entries().get(id)
        if entry is None or entry.report is None:
            return _nothing()
        return _found(
            {
                "title": entry.report.title,
                "content": parts.store.document_text(id) or "",
                "previewUrl": f"{http.base_url}reports/{id}",
            }
        )

    @router.get("/read", response_model=Address, responses=missing)
    def read(id: _Id, http: HttpRequest) -> Response:
        """Return the address at which a person reads a report."""
        entry = entries().get(id)
        if entry is None or entry.report is None:
            return _nothing()
        return _found({"url": f"{http.base_url}reports/{id}"})

    @router.get("/detail", response_model=Detail, responses=missing)
    def detail(id: _Id) -> Response:
        """Return one folder or file of a list."""
        entry = entries().get(id)
        return _nothing() if entry is None else _found(entry.as_json())

    return router


def _tree(reports: Iterable[ReportRow]) -> list[_Entry]:
    """Return every folder and file, folders first; a folder is as new as its newest report."""
    folders: dict[str, _Entry] = {}
    files: list[_Entry] = []
    for report in sorted(reports, key=lambda row: (row.organ, row.year, row.id)):
        published = report.published or _UNKNOWN
        region = "".join(place_chain(report.organ)) or report.organ
        place, organ = _key("g", region), _key("o", report.organ)
        year = f"{organ}_{report.year}"
        for entry in (
            _Entry(place, None, region, published),
            _Entry(organ, place, report.organ, published),
            _Entry(year, organ, str(report.year), published),
        ):
            before = folders.get(entry.id)
            if before is None or before.published < published:
                folders[entry.id] = entry
        files.append(_Entry(report.id, year, report.title, published, report))
    return [*folders.values(), *files]


def _below(entry: _Entry, parent: str | None, known: dict[str, _Entry]) -> bool:
    """Whether an entry stands anywhere below a folder."""
    above = entry.parent
    while above is not None and above != parent:
        above = known[above].parent
    return above == parent


def _key(kind: str, name: str) -> str:
    return f"{kind}_{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def _found(data: object) -> Response:
    return JSONResponse({"code": 200, "success": True, "message": "", "data": data})


def _nothing() -> Response:
    return refused(404, "没有这个文件。 There is no such file.")


def refused(status: int, message: str) -> Response:
    """Return a refusal in this form."""
    return JSONResponse(Refused(code=status, message=message).model_dump(), status)
