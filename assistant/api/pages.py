"""The pages: each works without a script, and names the script that takes it over.

Owns which parts of a reply a page shows, which cells of a re-drawn table it marks, and what a
page hands to its script.

Leaves to others: answering (ask.py), what is asked most (hot.py), drawing tables (redraw.py),
markup (templates/), words (templates/words.yaml), the built scripts (assets.py), print and
contrast (look.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import yaml
from fastapi import APIRouter, Query
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as WebRequest
from starlette.responses import HTMLResponse, RedirectResponse, Response

from assistant.api.ask import reply_to
from assistant.api.assets import Assets, read_assets
from assistant.api.library import report_of
from assistant.api.look import is_chosen, look_of
from assistant.api.shapes import Year
from assistant.api.staff import entry, session_of
from assistant.desk import page_of
from assistant.errors import BadQuestion, NotFound
from assistant.hot import HotQuestions
from assistant.listing import report_json, report_line
from assistant.model import Citation, Language, Request
from assistant.questions import LONGEST, checked_history, checked_question
from assistant.redraw import DrawnTable, draw_table, table_numbers
from assistant.staff import Staff
from indexer.numbers import canonical
from indexer.records import ReportRow, StoredFigure
from indexer.store import Store

if TYPE_CHECKING:
    from assistant.api.app import Parts

_TEMPLATES = Path(__file__).parents[1] / "templates"
_EARLIER = 5
#: Reports that one page lists.
_LISTED = 200
#: Questions to start with.
_OFFERED = 4
_Text = Annotated[str, Query(max_length=4 * LONGEST)]
_Texts = Annotated[list[str], Query(max_length=20)]
_Years = Annotated[list[Year], Query(max_length=20)]
#: Publishers that a page lists by name; of a larger library one types the name.
_MOST_LISTED = 300


@dataclass(frozen=True, slots=True)
class MarkedTable:
    """A table of one report, and the positions of the figures that a reply cites."""

    report: str
    organ: str
    year: int
    table: DrawnTable
    cited: frozenset[int]
    numbers: tuple[int, ...]


def page_routes(parts: Parts) -> APIRouter:
    """Return the routes of the pages."""
    router = APIRouter(include_in_schema=False)
    store, show = parts.store, Pages(read_assets(parts.built), parts.staff)
    hot = HotQuestions(store, parts.records)

    @router.get("/")
    async def ask_page(
        request: WebRequest,
        q: _Text = "",
        h: _Texts = [],  # noqa: B006
        organ: _Texts = [],  # noqa: B006
        year: _Years = [],  # noqa: B006
        lang: Language = "zh",
    ) -> HTMLResponse:
        scope = {"organs": organ, "years": year}
        boot: dict[str, Any] = {"scope": scope, "library": _library(store)}
        offered = [*hot.questions(lang)]
        boot["hot"] = bool(offered)
        offered += [one for one in examples(store, lang) if one not in offered]
        boot["examples"] = offered = offered[:_OFFERED]
        page = Page("ask.html", "chat", {"q": q, "scope": scope, "boot": boot})
        if not q.strip():
            return show(request, page, reply=None, examples=offered)
        try:
            history = checked_history(h[-_EARLIER:])
            asked = Request(
                checked_question(q),
                history,
                tuple(organ),
                tuple(year),
                language=_spoken(lang, q),
                today=parts.today,
            )
        except BadQuestion as error:
            return show(request, page, 422, reply=None, examples=offered, error=str(error))
        reply = await run_in_threadpool(reply_to, parts, asked)
        boot |= {"question": asked.question, "reply": reply.as_json()}
        return show(
            request,
            page,
            reply=reply,
            shown_value=None if reply.value is None else canonical(reply.value),
            examples=(),
            tables=marked_tables(store, reply.citations),
            earlier=(*history, asked.question)[-_EARLIER:],
        )

    @router.get("/reports")
    async def reports_page(
        request: WebRequest,
        find: Annotated[str, Query(max_length=100)] = "",
        page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    ) -> HTMLResponse:
        found = [row for row in store.reports() if all(_names(row, w) for w in find.split())]
        rows, page, pages = page_of(found, _LISTED, page)
        values = {"find": find, "page": page, "pages": pages, "count": len(found)}
        values["reports"] = [report_line(row) for row in rows]
        return show(request, Page("reports.html", None, values))

    @router.get("/reports/{report_id}")
    async def report_page(request: WebRequest, report_id: str) -> HTMLResponse:
        try:
            row = report_of(store, report_id)
        except NotFound as error:
            return show(request, Page("problem.html", None, {"detail": str(error)}), 404)
        read = report_json(store, row, look_of(request).lang)
        figures, unreadable = store.figures(row.id), store.unreadable(row.id)
        tables = [
            MarkedTable(row.id, row.organ, row.year, table, frozenset(), ())
            for number in table_numbers(row.format)
            if (table := draw_table(row.format, number, figures, unreadable))
        ]
        return show(request, Page("report.html", "report", {"report": read, "tables": tables}))

    @router.get("/desk")
    async def desk_page(request: WebRequest) -> HTMLResponse:
        return show(request, Page("script.html", "desk", {}))

    @router.get("/library")
    async def library_page(request: WebRequest) -> Response:
        may = entry(request, parts.staff)
        if may == "sign_in":
            wanted = quote(f"/library?{look_of(request).other()}", safe="")
            return RedirectResponse(f"/sign-in?lang={look_of(request).lang}&next={wanted}", 303)
        if may == "elsewhere":
            detail = words(look_of(request).lang)["only_here"]
            return show(request, Page("problem.html", None, {"detail": detail}), 403)
        return show(request, Page("script.html", "library", {}))

    return router


@dataclass(frozen=True, slots=True)
class Page:
    """A template, the script that takes it over, and values for both."""

    template: str
    script: str | None
    values: Mapping[str, Any]


class Pages:
    """Fills templates; `assets` are the built scripts by name."""

    def __init__(self, assets: Mapping[str, Assets], staff: Staff) -> None:
        self._assets = assets
        self._staff = staff

    def __call__(
        self, request: WebRequest, page: Page, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """Return a page as it is to look for one request."""
        look, known = look_of(request), words(look_of(request).lang)
        defaults = {"error": "", "tables": (), "earlier": (), "boot": None, "shown_value": None}
        if page.template == "script.html":
            defaults["heading"] = known["desk" if page.script == "desk" else "manage"]
        filled = _environment().get_template(page.template).render(
            lang=look.lang,
            look=look,
            words=known,
            menu=_menu(request, entry(request, self._staff) != "elsewhere"),
            signed_in=session_of(request),
            assets=self._assets.get(page.script or "", Assets()),
            **{**defaults, **page.values, **values},
        )  # fmt: skip
        response = HTMLResponse(filled, status, headers={"vary": "cookie"})
        if session_of(request) is not None:
            response.headers["cache-control"] = "private, no-store"
        if is_chosen(request):
            look.remember(response)
        return response


def _names(row: ReportRow, word: str) -> bool:
    """Whether a report is of a publisher or a year that a word says."""
    return word in row.organ or word.removesuffix("年") == str(row.year)


def _menu(request: WebRequest, manages: bool) -> list[dict[str, Any]]:
    entries = [("/", "ask"), ("/reports", "library"), ("/desk", "desk")]
    if manages:
        entries.append(("/library", "manage"))
    here = request.url.path
    return [
        {
            "path": path,
            "word": word,
            "here": here == path or (path != "/" and here.startswith(path + "/")),
        }
        for path, word in entries
    ]


def _library(store: Store) -> dict[str, Any]:
    """Return what the library holds, as far as a page lists it."""
    coverage = store.coverage()
    years = sorted({year for found in coverage.values() for year in found})
    few = len(coverage) <= _MOST_LISTED
    return {
        "organs": len(coverage),
        "reports": len(store.reports()),
        "years": years,
        "names": sorted(coverage) if few else [],
    }


def marked_tables(store: Store, citations: Sequence[Citation]) -> list[MarkedTable]:
    """Return each table that a citation points into, once, with all cells cited in it."""
    groups: dict[tuple[str, int | None], list[Citation]] = {}
    for citation in citations:
        if citation.row is not None or citation.column is not None:
            groups.setdefault((citation.report, citation.table), []).append(citation)
    found = []
    for (report_id, number), cited in groups.items():
        row = store.report(report_id)
        if row is None:
            continue
        figures = store.figures(report_id)
        drawn = draw_table(row.format, number or 1, figures, store.unreadable(report_id))
        if drawn is not None:
            seqs = frozenset(_cited(figures, cited))
            numbers = tuple(citation.id for citation in cited)
            found.append(MarkedTable(report_id, row.organ, row.year, drawn, seqs, numbers))
    return found


def _cited(figures: Iterable[StoredFigure], citations: Sequence[Citation]) -> Iterable[int]:
    spots = {(c.table, tuple(c.row or ()), tuple(c.column or ())) for c in citations}
    for figure in figures:
        for table in {figure.table, figure.table or 1}:
            if (table, figure.row, figure.column) in spots:
                yield figure.seq


def examples(store: Store, language: Language) -> list[str]:
    """Return a few questions that this library can answer, the latest reports first."""
    wordings = words(language)["examples"]
    latest: dict[str, int] = {}
    for report in store.reports():
        if report.format in ("2019", "2021"):
            latest[report.organ] = max(report.year, latest.get(report.organ, 0))
    newest = sorted(latest.items(), key=lambda pair: (-pair[1], pair[0]))[: len(wordings)]
    return [
        wording.format(organ=organ, year=year)
        for wording, (organ, year) in zip(wordings, newest, strict=False)
    ]


def _spoken(lang: Language, question: str) -> Language | None:
    """Return the language to answer in: that of the question, unless the page is English."""
    return "en" if lang == "en" and question.isascii() else None


@cache
def words(language: Language) -> Mapping[str, Any]:
    """Return the words of the pages in one language."""
    loaded: Mapping[str, Mapping[str, Any]] = yaml.safe_load(
        (_TEMPLATES / "words.yaml").read_text(encoding="utf-8")
    )
    return {key: entry[language] for key, entry in loaded.items()}


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
