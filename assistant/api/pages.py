"""The pages that work without a script: ask, and look at a report.

Owns which parts of a reply a page shows, and which cells of a re-drawn table it marks.

Leaves to others: answering (ask.py), drawing tables (redraw.py), markup (templates/), words
(templates/words.yaml).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import yaml
from fastapi import APIRouter, Query
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse

from assistant.api.ask import reply_to
from assistant.api.library import report_of
from assistant.errors import BadQuestion, NotFound
from assistant.listing import report_json, report_line
from assistant.model import Citation, Language, Request
from assistant.questions import LONGEST, checked_history, checked_question
from assistant.redraw import DrawnTable, draw_table, table_numbers
from indexer.records import StoredFigure
from indexer.store import Store

if TYPE_CHECKING:
    from assistant.api.app import Parts

_TEMPLATES = Path(__file__).parents[1] / "templates"
_EARLIER = 5
_Text = Annotated[str, Query(max_length=4 * LONGEST)]
_Texts = Annotated[list[str], Query(max_length=20)]


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
    store = parts.store

    @router.get("/")
    async def ask_page(
        q: _Text = "",
        h: _Texts = [],  # noqa: B006
        lang: Language = "zh",
    ) -> HTMLResponse:
        if not q.strip():
            return _page("ask.html", lang, q="", reply=None, examples=examples(store, lang))
        try:
            history = checked_history(h[-_EARLIER:])
            asked = Request(
                checked_question(q), history, language=_spoken(lang, q), today=parts.today
            )
        except BadQuestion as error:
            first = examples(store, lang)
            return _page("ask.html", lang, 422, q=q, reply=None, examples=first, error=str(error))
        reply = await run_in_threadpool(reply_to, parts, asked)
        return _page(
            "ask.html",
            lang,
            q=asked.question,
            reply=reply,
            examples=(),
            tables=marked_tables(store, reply.citations),
            earlier=(*history, asked.question)[-_EARLIER:],
        )

    @router.get("/reports")
    async def reports_page(lang: Language = "zh") -> HTMLResponse:
        rows = [report_line(row) for row in store.reports()]
        return _page("reports.html", lang, reports=rows)

    @router.get("/reports/{report_id}")
    async def report_page(report_id: str, lang: Language = "zh") -> HTMLResponse:
        try:
            row = report_of(store, report_id)
        except NotFound as error:
            return _page("problem.html", lang, 404, detail=str(error))
        read = report_json(store, row, lang)
        figures, unreadable = store.figures(row.id), store.unreadable(row.id)
        tables = [
            MarkedTable(row.id, row.organ, row.year, table, frozenset(), ())
            for number in table_numbers(row.format)
            if (table := draw_table(row.format, number, figures, unreadable))
        ]
        return _page("report.html", lang, report=read, tables=tables)

    return router


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


def _page(template: str, lang: Language, status: int = 200, **values: Any) -> HTMLResponse:
    defaults = {"error": "", "tables": (), "earlier": ()}
    filled = _environment().get_template(template).render(
        lang=lang, words=words(lang), **{**defaults, **values}
    )  # fmt: skip
    return HTMLResponse(filled, status)
