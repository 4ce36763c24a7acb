"""Show what the library holds: reports, tables, figures, vocabulary.

Owns the addresses and the choice of a format.

Leaves to others: the lists (listing.py), the tables (redraw.py), the pages of originals
(pictures.py), the index (the store).
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse, JSONResponse, Response, StreamingResponse

from assistant.api.shapes import (
    CoverageLine,
    DocumentShape,
    FigureShape,
    FindingShape,
    IndicatorShape,
    OrganShape,
    PagesShape,
    ProblemShape,
    ReportLine,
    ReportShape,
    TableShape,
    Year,
)
from assistant.draft import label_of
from assistant.errors import NotFound
from assistant.listing import (
    coverage_json,
    document_json,
    figure_json,
    indicators,
    list_figures,
    organs_json,
    report_json,
    report_line,
    write_csv,
    write_xlsx,
)
from assistant.model import Language
from assistant.pictures import Pictures
from assistant.redraw import DrawnTable, draw_table
from assistant.spreadsheets import write_json
from indexer.records import FigureRow, ReportRow
from indexer.store import Store

if TYPE_CHECKING:
    from assistant.api.app import Parts

_KINDS: Mapping[str, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: An original is foreign: it is shown without scripts, forms and anything from elsewhere.
_SANDBOX: Mapping[str, str] = {
    "content-security-policy": (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:;"
        " frame-ancestors 'self'"
    ),
    "x-frame-options": "SAMEORIGIN",
    "content-disposition": "inline",
}
_PICTURE: Mapping[str, str] = {
    "cache-control": "private, max-age=86400",
    "content-security-policy": "default-src 'none'; sandbox",
}
_MISSING: dict[int | str, dict[str, Any]] = {404: {"model": ProblemShape}}
_FORMS: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {}, _KINDS["xlsx"]: {}}},
}
_Word = Annotated[str | None, Query(max_length=200)]


def library_routes(parts: Parts) -> APIRouter:
    """Return the routes that read the library."""
    router = APIRouter(prefix="/v1", tags=["library"], responses={422: {"model": ProblemShape}})
    store, pictures = parts.store, Pictures(parts.store)

    @router.get("/reports", response_model=list[ReportLine])
    async def list_reports() -> Response:
        """List the reports, older versions too."""
        return JSONResponse([report_line(row) for row in store.reports(current_only=False)])

    @router.get("/reports/{report_id}", response_model=ReportShape, responses=_MISSING)
    async def show_report(report_id: str, language: Language = "zh") -> Response:
        """Show one report: what could not be read, what is missing, every rule."""
        return JSONResponse(report_json(store, report_of(store, report_id), language))

    @router.get(
        "/reports/{report_id}/tables/{number}", response_model=TableShape, responses=_MISSING
    )
    async def show_table(report_id: str, number: int) -> Response:
        """Draw one table of a report in the official form, merged cells and all."""
        table = table_of(store, report_of(store, report_id), number)
        rows = [[cell.as_json() for cell in row] for row in table.rows]
        return JSONResponse(
            {"report": report_id, "number": table.number, "title": table.title, "rows": rows}
        )

    @router.get(
        "/reports/{report_id}/source",
        response_class=FileResponse,
        responses={
            **_MISSING,
            200: {"content": {"application/octet-stream": {}}},
        },
    )
    async def send_source(report_id: str) -> Response:
        """Send the original file, byte for byte, to be saved rather than shown."""
        row = report_of(store, report_id)
        path = store.original(report_id)
        if path is None:
            raise NotFound("原件没有保存。 The original was not kept.")
        name = quote(PurePath(row.file).name, safe="")
        return FileResponse(
            path,
            media_type=_KINDS.get(row.kind, "application/octet-stream"),
            headers={
                "content-disposition": f"attachment; filename*=utf-8''{name}",
                "content-security-policy": "default-src 'none'; sandbox",
            },
        )

    @router.get(
        "/reports/{report_id}/original",
        response_class=FileResponse,
        responses={**_MISSING, 200: {"content": {"text/html": {}}}},
    )
    async def show_original(report_id: str) -> Response:
        """Show an original web page as if it came from nowhere: no scripts, no forms, no links."""
        row, path = report_of(store, report_id), store.original(report_id)
        if path is None or row.kind != "html":
            raise NotFound("这份原件只能下载。 This original can only be downloaded.")
        return FileResponse(path, media_type="text/html", headers=_SANDBOX)

    @router.get(
        "/reports/{report_id}/pages",
        response_model=PagesShape,
        responses={**_MISSING, 503: {"model": ProblemShape}},
    )
    def list_pages(report_id: str) -> Response:
        """Tell the pages of an original as it is printed, and where on them its figures stand."""
        row = report_of(store, report_id)
        pages = pictures.pages(row)
        return JSONResponse({"report": row.id, "laid_out": row.kind != "pdf", "pages": pages})

    @router.get(
        "/reports/{report_id}/pages/{number}",
        response_class=FileResponse,
        responses={
            **_MISSING,
            200: {"content": {"image/png": {}}},
            503: {"model": ProblemShape},
        },
    )
    def show_page(report_id: str, number: int) -> Response:
        """Show one page of an original as a picture."""
        path = pictures.picture(report_of(store, report_id), number)
        return FileResponse(path, media_type="image/png", headers=_PICTURE)

    @router.get("/reports/{report_id}/text", response_model=DocumentShape, responses=_MISSING)
    def show_text(report_id: str) -> Response:
        """Show the text of the original, which spans refer to, and its own tables."""
        row = report_of(store, report_id)
        return JSONResponse(document_json(store, row))

    @router.get(
        "/reports/{report_id}/checks", response_model=list[FindingShape], responses=_MISSING
    )
    async def show_checks(report_id: str, language: Language = "zh") -> Response:
        """Show every rule with its result."""
        read = report_json(store, report_of(store, report_id), language)
        return JSONResponse(read["findings"])

    @router.get("/figures", response_model=list[FigureShape], responses=_FORMS)
    def show_figures(
        organ: _Word = None,
        year: Year | None = None,
        indicator: _Word = None,
        applicant: _Word = None,
        format: Literal["json", "csv", "xlsx"] = "json",
    ) -> Response:
        """List the printed cells, as `nianbao figures` does."""
        rows = _begun(list_figures(store, organ, year, indicator, applicant))
        if format == "json":
            return StreamingResponse(write_json(map(figure_json, rows)), media_type=_JSON)
        name = {"content-disposition": f'attachment; filename="figures.{format}"'}
        if format == "csv":
            return StreamingResponse(write_csv(rows), media_type="text/csv", headers=name)
        book = io.BytesIO()
        write_xlsx(rows, book)
        return Response(book.getvalue(), media_type=_KINDS["xlsx"], headers=name)

    @router.get("/indicators", response_model=list[IndicatorShape])
    async def list_indicators() -> Response:
        """List what the tables count, as printed and as replies name it."""
        return JSONResponse(
            [
                one | {"names": {"zh": label_of(one["id"], "zh"), "en": label_of(one["id"], "en")}}
                for one in indicators()
            ]
        )

    @router.get("/organs", response_model=list[OrganShape])
    async def list_organs() -> Response:
        """List the publishers."""
        return JSONResponse(organs_json(store))

    @router.get("/coverage", response_model=list[CoverageLine])
    async def show_coverage() -> Response:
        """Show which years of which publishers the library holds."""
        return JSONResponse(coverage_json(store))

    return router


_JSON = "application/json"


def report_of(store: Store, report_id: str) -> ReportRow:
    """Return one report.

    Raises:
        NotFound: there is none with this id.
    """
    row = store.report(report_id)
    if row is None:
        raise NotFound("没有这份报告。 There is no such report.")
    return row


def table_of(store: Store, row: ReportRow, number: int) -> DrawnTable:
    """Return one table of a report, re-drawn.

    Raises:
        NotFound: a report of this format has no such table.
    """
    table = draw_table(row.format, number, store.figures(row.id), store.unreadable(row.id))
    if table is None:
        raise NotFound("这份报告没有这张表。 This report has no such table.")
    return table


def _begun(rows: Iterator[FigureRow]) -> Iterator[FigureRow]:
    """Return the rows with the first one read: an index that fails is told by the status."""
    return chain(list(islice(rows, 1)), rows)
