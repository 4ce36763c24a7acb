"""The desk of staff: comparisons, findings, batches, and their files.

Owns the addresses of the views and the choice of a file format.

Leaves to others: laying figures out (desk.py of the assistant), sheets (exports.py), answering
(ask.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from assistant.api.ask import reply_to
from assistant.api.library import report_of
from assistant.api.shapes import FindingShape, Number, PlaceShape, ProblemShape, Year
from assistant.desk import Rows, Wanted, figure_of, find_organs, findings, pivot
from assistant.draft import label_of
from assistant.exports import (
    Sheet,
    batch_sheet,
    coverage_sheet,
    findings_sheet,
    load_words,
    pivot_sheets,
    report_book,
    write_book,
    write_csv,
)
from assistant.listing import applicant_id, indicator_ids
from assistant.model import Language, Reply, Request
from assistant.questions import checked_question

if TYPE_CHECKING:
    from assistant.api.app import Parts

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST_LINES = 200
_Names = Annotated[list[Annotated[str, Query(max_length=100)]], Query(max_length=300)]
_Years = Annotated[list[Year], Query(max_length=50)]
_Word = Annotated[str, Query(max_length=100)]
_Page = Annotated[int | None, Query(ge=1, le=1_000_000)]
_Form = Literal["json", "xlsx", "csv"]
_FILES: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}, _XLSX: {}}}}


class PivotCellShape(BaseModel):
    """A cell of a comparison; see docs/api.md."""

    year: int
    state: str
    printed: str
    value: Number | None
    unit: str | None
    report: str | None
    table: int | None
    seq: int | None
    place: PlaceShape | None
    change: str | None
    difference: str | None
    broken: bool


class PivotRowShape(BaseModel):
    """A line of a comparison."""

    organ: str
    indicator: str
    applicant: str | None
    label: str
    cells: list[PivotCellShape]


class PivotShape(BaseModel):
    """Years as columns; publishers, indicators or applicants as rows."""

    title: str
    years: list[int]
    page: int
    pages: int
    reports: int
    rows: list[PivotRowShape]


class FoundShape(FindingShape):
    """A finding and the report it is about."""

    report: str
    organ: str
    year: int


class BatchBody(BaseModel):
    """Questions, or names of publishers with an indicator and a year, one a line."""

    lines: list[Annotated[str, Field(max_length=1000)]] = Field(max_length=_MOST_LINES)
    indicator: str | None = Field(None, max_length=100)
    year: Year | None = None
    language: Language = "zh"


class BatchLine(BaseModel):
    """The answer to one line."""

    line: str
    status: str
    value: Number | None
    unit: str | None
    text: str
    sources: str
    origin: str


def desk_routes(parts: Parts) -> APIRouter:
    """Return the routes of the desk."""
    router = APIRouter(prefix="/v1", tags=["desk"], responses={422: {"model": ProblemShape}})
    store = parts.store

    @router.get("/desk/pivot", response_model=PivotShape, responses=_FILES)
    def show_pivot(
        rows: Rows = "organs",
        organ: _Names = [],  # noqa: B006
        year: _Years = [],  # noqa: B006
        indicator: _Word = "received",
        applicant: _Word = "total",
        table: Annotated[int, Query(ge=2, le=4)] = 3,
        change: bool = False,
        language: Language = "zh",
        area: _Word = "",
        page: _Page = None,
        format: _Form = "json",
    ) -> Response:
        """Lay figures out for comparison: years as columns."""
        known = next(iter(indicator_ids(indicator)), indicator)
        column = applicant_id(applicant)
        names, years = tuple(organ), tuple(year)
        wanted = Wanted(rows, names, years, known, column, table, language, area, page)
        found = pivot(store, wanted)
        if format == "json":
            return JSONResponse(found.as_json())
        return _file(pivot_sheets(found, change, language), "pivot", format)

    @router.get("/desk/findings", response_model=list[FoundShape], responses=_FILES)
    def show_findings(
        area: _Word = "",
        year: Year | None = None,
        language: Language = "zh",
        failing: bool = False,
        page: _Page = None,
        format: _Form = "json",
    ) -> Response:
        """List the findings of the reports of an area, or of all.

        The headers X-Page, X-Pages and X-Reports tell which page this is.
        """
        found = findings(store, area, year, language, failing=failing, page=page)
        if format == "json":
            told = {"x-page": found.page, "x-pages": found.pages, "x-reports": found.reports}
            headers = {name: str(value) for name, value in told.items()}
            return JSONResponse(found.lines, headers=headers)
        return _file([findings_sheet(found.lines, language)], "findings", format)

    @router.get("/desk/coverage", response_class=Response, responses=_FILES)
    def export_coverage(
        language: Language = "zh", format: Literal["xlsx", "csv"] = "xlsx"
    ) -> Response:
        """Give which years of which publishers the library holds, as a file."""
        return _file([coverage_sheet(store.coverage(), language)], "coverage", format)

    @router.post("/desk/batch", response_model=list[BatchLine], responses=_FILES)
    async def run_batch(body: BatchBody, format: _Form = "json") -> Response:
        """Answer up to 200 lines."""
        lines = [line.strip() for line in body.lines if line.strip()]
        told = await run_in_threadpool(_answers, parts, body, lines)
        if format == "json":
            return JSONResponse(told)
        return _file([batch_sheet(told, body.language)], "batch", format)

    @router.get(
        "/reports/{report_id}/export",
        response_class=Response,
        responses={404: {"model": ProblemShape}, 200: {"content": {_XLSX: {}}}},
    )
    def export_report(report_id: str, language: Language = "zh") -> Response:
        """Give one report as a workbook: the national form, all cells, source and checks."""
        row = report_of(store, report_id)
        return _workbook(report_book(store, row, language), f"{row.organ}{row.year}")

    return router


def _answers(parts: Parts, body: BatchBody, lines: Sequence[str]) -> list[dict[str, Any]]:
    if body.indicator is not None and body.year is not None:
        known = next(iter(indicator_ids(body.indicator)), body.indicator)
        return [_figure(parts, line, known, body.year, body.language) for line in lines]
    return [_answer(parts, line, body.language) for line in lines]


def _answer(parts: Parts, line: str, language: Language) -> dict[str, Any]:
    """Answer one question."""
    words = load_words(language)
    reply = reply_to(parts, Request(checked_question(line), today=parts.today))
    shown = reply.as_json()
    return {
        "line": line,
        "status": reply.status,
        "value": shown["value"],
        "unit": shown["unit"],
        "text": reply.text,
        "sources": _sources(reply),
        "origin": words["by_model"] if reply.ai_generated else words["by_program"],
    }


def _figure(
    parts: Parts, line: str, indicator: str, year: int, language: Language
) -> dict[str, Any]:
    """Give the figure of one publisher, who must be named as it is."""
    words = load_words(language)
    found = find_organs(parts.store, line)
    empty = {"line": line, "value": None, "unit": None, "sources": ""}
    if len(found) != 1:
        said = words["several_organs" if found else "unknown_organ"].format(names="、".join(found))
        status = "needs_clarification" if found else "no_answer"
        return {**empty, "status": status, "text": said, "origin": words["by_program"]}
    cell = figure_of(parts.store, found[0], year, indicator)
    plain, title = cell.as_json(), cell.report.title if cell.report else ""
    said = cell.printed if cell.state in ("number", "text") else words[cell.state]
    path = " / ".join((*cell.figure.row, *cell.figure.column)) if cell.figure else ""
    return {
        **empty,
        "status": "answered" if cell.figure else "no_answer",
        "value": plain["value"],
        "unit": plain["unit"],
        "text": f"{found[0]} {year} {label_of(indicator, language)}：{said}",
        "sources": f"{title} {path}".strip(),
        "origin": words["by_program"],
    }


def _sources(reply: Reply) -> str:
    lines = []
    for one in reply.citations:
        path = " / ".join((*(one.row or ()), *(one.column or ())))
        lines.append(f"[{one.id}] {one.title} {path or one.quote}".strip())
    return "\n".join(lines)


def _file(sheets: Sequence[Sheet], name: str, form: str) -> Response:
    if form == "xlsx":
        return _workbook(write_book(sheets), name)
    headers = {"content-disposition": f'attachment; filename="{name}.csv"'}
    return Response(write_csv(sheets[0]), media_type="text/csv; charset=utf-8", headers=headers)


def _workbook(content: bytes, name: str) -> Response:
    disposition = f"attachment; filename*=utf-8''{quote(name, safe='')}.xlsx"
    return Response(content, media_type=_XLSX, headers={"content-disposition": disposition})
