"""The library's look-ups as plain functions, for agents of every kind.

Owns the names, parameters and results of the tools, and when one fails rather than give another
figure than the one asked for.

Leaves to others: the Model Context Protocol (mcp.py), LangChain (langchain.py of the assistant),
answering (answer.py), passages (passages.py), lists (listing.py).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final, get_type_hints

from pydantic import BaseModel, Field, create_model

from assistant.api.passages import search_passages
from assistant.api.shapes import (
    CalculationShape,
    CheckShape,
    CitationShape,
    FigureShownShape,
    FindingShape,
    MissingShape,
    NoteShape,
    Number,
    UnreadableShape,
)
from assistant.draft import label_of
from assistant.errors import AssistantError, BadQuestion
from assistant.listing import organs_json, report_json
from assistant.model import Reply, Request
from assistant.questions import checked_question
from assistant.retrieve import Retriever
from assistant.vocabulary import load_applicants, load_indicators
from indexer.records import ReportRow
from indexer.store import Store

Organ = Annotated[str, Field(min_length=1, max_length=100, description="机关 publisher")]
Year = Annotated[int, Field(ge=1900, le=2200, description="报告年度 year of the report")]
Indicator = Annotated[
    str,
    Field(min_length=1, max_length=200, description="指标编号、名称或说法 id, label or wording"),
]


class Answer(BaseModel):
    """A reply about figures; where `status` is not answered, `text` says why."""

    status: str
    reason: str | None
    text: str
    value: Number | None
    unit: str | None
    figures: list[FigureShownShape]
    calculations: list[CalculationShape]
    citations: list[CitationShape]
    checks: list[CheckShape]
    notes: list[NoteShape]
    index_version: str


class PassageFound(BaseModel):
    """A passage of a report."""

    organ: str
    year: int
    report: str
    title: str
    section: str | None
    path: list[str]
    text: str
    score: float


class Passages(BaseModel):
    """Passages, best first."""

    passages: list[PassageFound]


class SectionText(BaseModel):
    """One numbered section of a report."""

    organ: str
    year: int
    report: str
    number: str
    heading: str
    text: str


class Checked(BaseModel):
    """What the rules found in a report."""

    organ: str
    year: int
    report: str
    figures: int
    findings: list[FindingShape]
    unreadable: list[UnreadableShape]
    missing: list[MissingShape]


class OrganListed(BaseModel):
    """A publisher and the years of its reports."""

    name: str
    aliases: list[str]
    years: list[int]


class Organs(BaseModel):
    """Some of the publishers; `total` counts all that fit."""

    total: int
    organs: list[OrganListed]


class CannotTell(AssistantError):
    """A tool has nothing to say to what it was asked; the message says why, in zh and en."""


@dataclass(frozen=True)
class Library:
    """What the tools look up in; `today` fixes relative years."""

    store: Store
    retriever: Retriever
    ask: Callable[[Request], Reply]
    today: date | None = None


def get_figure(
    library: Library, organ: Organ, year: Year, indicator: Indicator, applicant: str | None = None
) -> Answer:
    """Get one printed figure with its cell. 查一个机关一年的一个数字及其出处。"""
    said = _answered(
        library, f"{organ}{year}年{_applicant(applicant)}{_named(indicator)}是多少？", indicator
    )
    shown = {figure.applicant for figure in said.figures}
    if applicant in load_applicants() and said.figures and applicant not in shown:
        raise CannotTell(f"没有按这一类申请人作答。 Not answered for {applicant}.")
    return said


def compare_figures(
    library: Library,
    organs: Annotated[list[Organ], Field(min_length=2, max_length=20)],
    year: Year,
    indicator: Indicator,
) -> Answer:
    """Compare a figure between publishers in a year. 比较几个机关同一年的同一数字。"""
    return _answered(
        library, f"{'和'.join(organs)}{year}年{_named(indicator)}分别是多少？", indicator
    )


def get_trend(
    library: Library,
    organ: Organ,
    indicator: Indicator,
    first_year: Year | None = None,
    last_year: Year | None = None,
) -> Answer:
    """Get a figure over the years. 查一个机关历年的同一数字。"""
    held: list[int] = next((o["years"] for o in organs_json(library.store) if _is(o, organ)), [])
    years = [y for y in held if (first_year or y) <= y <= (last_year or y)]
    span = f"{years[0]}年到{years[-1]}年" if len(years) > 1 else "历年"
    return _answered(library, f"{organ}{span}{_named(indicator)}趋势", indicator)


def search_reports(
    library: Library,
    query: Annotated[str, Field(min_length=1, max_length=1000)],
    organs: list[str] | None = None,
    years: list[int] | None = None,
    limit: Annotated[int, Field(ge=1, le=50)] = 5,
) -> Passages:
    """Search the prose of the reports. 在报告正文中检索段落。"""
    found = search_passages(
        library.retriever, query, most=limit, organs=organs or (), years=years or ()
    )
    return Passages(
        passages=[
            PassageFound(
                organ=one.report.organ,
                year=one.report.year,
                report=one.report.id,
                title=one.report.title,
                section=one.passage.section,
                path=list(one.passage.path),
                text=one.passage.text,
                score=one.score,
            )
            for one in found
        ]
    )


def get_section(
    library: Library,
    organ: Organ,
    year: Year,
    section: Annotated[str, Field(pattern="^[一二三四五六]$", description="一 … 六")],
) -> SectionText:
    """Get the text of a numbered section. 取报告某一部分的原文。"""
    row = _report(library.store, organ, year)
    found = next((s for s in library.store.sections(row.id) if s.number == section), None)
    text = library.store.document_text(row.id)
    if found is None or text is None:
        raise CannotTell(f"这份报告没有第{section}部分。 The report has no section {section}.")
    return SectionText(
        organ=row.organ,
        year=row.year,
        report=row.id,
        number=found.number,
        heading=found.heading,
        text=text[found.start : found.stop],
    )


def check_report(library: Library, organ: Organ, year: Year) -> Checked:
    """Get every rule's result for a report. 查看一份报告的全部核对结果。"""
    row = _report(library.store, organ, year)
    read = report_json(library.store, row)
    return Checked.model_validate({**read, "report": row.id})


def list_organs(
    library: Library,
    name: str | None = None,
    limit: Annotated[int, Field(ge=1, le=500)] = 100,
    offset: Annotated[int, Field(ge=0)] = 0,
) -> Organs:
    """List the publishers and their years. 列出机关和它们的年份。"""
    fitting = [
        o for o in organs_json(library.store) if not name or name in o["name"] or _is(o, name)
    ]
    shown = [OrganListed.model_validate(o) for o in fitting[offset : offset + limit]]
    return Organs(total=len(fitting), organs=shown)


#: Every tool, in the order in which agents see them.
TOOLS: Final[tuple[Callable[..., BaseModel], ...]] = (
    get_figure,
    compare_figures,
    get_trend,
    search_reports,
    get_section,
    check_report,
    list_organs,
)


def arguments_of(tool: Callable[..., BaseModel]) -> type[BaseModel]:
    """Return the parameters that an agent fills in: all but the library."""
    hints = get_type_hints(tool, include_extras=True)
    given = {
        name: (hints[name], ... if one.default is inspect.Parameter.empty else one.default)
        for name, one in inspect.signature(tool).parameters.items()
        if hints[name] is not Library
    }
    made: type[BaseModel] = create_model(tool.__name__, **given)  # type: ignore[call-overload]
    return made


def _answered(library: Library, question: str, indicator: str) -> Answer:
    """Return the reply to a question that was put together from the parameters of a tool.

    Raises:
        CannotTell: the question is unusable, or was understood as one about another figure.
    """
    try:
        asked = Request(checked_question(question), today=library.today)
    except BadQuestion as error:
        raise CannotTell(str(error)) from error
    said = Answer.model_validate(library.ask(asked).as_json())
    shown = {figure.indicator for figure in said.figures}
    if indicator in load_indicators() and shown and indicator not in shown:
        raise CannotTell(f"没有按这个指标作答。 Not answered for {indicator}.")
    return said


def _named(indicator: str) -> str:
    """Return how a question names a figure; an id is put into its label."""
    return label_of(indicator, "zh") if indicator in load_indicators() else indicator


def _applicant(applicant: str | None) -> str:
    """Return how a question names a kind of applicant; nothing for all of them."""
    if applicant is None or applicant == "total":
        return ""
    known = load_applicants().get(applicant)
    return known.label.zh if known else applicant


def _is(organ: dict[str, Any], name: str) -> bool:
    return name == organ["name"] or name in organ["aliases"]


def _report(store: Store, organ: str, year: int) -> ReportRow:
    names = {o["name"] for o in organs_json(store) if _is(o, organ)}
    row = next((r for r in store.reports() if r.organ in names and r.year == year), None)
    if row is None:
        raise CannotTell(
            f"本库没有{organ}{year}年的年报。 The library has no {year} report of {organ}."
        )
    return row
