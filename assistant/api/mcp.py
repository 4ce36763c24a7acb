"""The Model Context Protocol at /mcp: the library's look-ups as tools for agents.

Owns the names, parameters and results of the tools, and how the official SDK's server is set up:
stateless, over streamable HTTP, read-only.

Leaves to others: answering (answer.py), passages (passages.py), lists (listing.py), when the server
begins and which origins may ask (agents.py).
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import ToolAnnotations
from pydantic import BaseModel, Field
from starlette.types import ASGIApp

from assistant.api.ask import reply_to
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
from assistant.errors import BadQuestion
from assistant.listing import organs_json, report_json
from assistant.model import Request
from assistant.questions import checked_question
from assistant.vocabulary import load_applicants, load_indicators
from indexer.records import ReportRow
from indexer.store import Store

if TYPE_CHECKING:
    from assistant.api.app import Parts

_READ_ONLY = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
_INSTRUCTIONS = (
    "政府信息公开工作年度报告的数字和文字，每个数字都有出处；status 不是 answered 时不要自行补数。"
    " Figures and words of Chinese open-government annual reports, each with its place."
    " Where status is not answered, supply no number of your own."
)
_Organ = Annotated[str, Field(min_length=1, max_length=100, description="机关 publisher")]
_Year = Annotated[int, Field(ge=1900, le=2200, description="报告年度 year of the report")]
_Indicator = Annotated[
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


@dataclass(frozen=True)
class Running:
    """The server as an ASGI application, which serves while `session` is open."""

    app: ASGIApp
    session: AbstractAsyncContextManager[None]


def running(parts: Parts) -> Running:
    """Return the server, stateless and with plain JSON responses."""
    server = mcp_server(parts)
    # Requests from other origins are refused in agents.py; any name of this host is ours.
    security = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    app = server.streamable_http_app(
        stateless_http=True, json_response=True, transport_security=security
    )
    return Running(app, server.session_manager.run())


def mcp_server(parts: Parts) -> MCPServer[Any]:
    """Return the server with its tools."""
    server: MCPServer[Any] = MCPServer("nianbao", instructions=_INSTRUCTIONS, log_level="ERROR")
    store = parts.store
    tool = server.tool(annotations=_READ_ONLY, structured_output=True)

    @tool
    def get_figure(
        organ: _Organ, year: _Year, indicator: _Indicator, applicant: str | None = None
    ) -> Answer:
        """Get one printed figure with its cell. 查一个机关一年的一个数字及其出处。"""
        said = _answered(
            parts, f"{organ}{year}年{_applicant(applicant)}{_named(indicator)}是多少？", indicator
        )
        shown = {figure.applicant for figure in said.figures}
        if applicant in load_applicants() and said.figures and applicant not in shown:
            raise ToolError(f"没有按这一类申请人作答。 Not answered for {applicant}.")
        return said

    @tool
    def compare_figures(
        organs: Annotated[list[_Organ], Field(min_length=2, max_length=20)],
        year: _Year,
        indicator: _Indicator,
    ) -> Answer:
        """Compare a figure between publishers in a year. 比较几个机关同一年的同一数字。"""
        return _answered(
            parts, f"{'和'.join(organs)}{year}年{_named(indicator)}分别是多少？", indicator
        )

    @tool
    def get_trend(
        organ: _Organ,
        indicator: _Indicator,
        first_year: _Year | None = None,
        last_year: _Year | None = None,
    ) -> Answer:
        """Get a figure over the years. 查一个机关历年的同一数字。"""
        held: list[int] = next((o["years"] for o in organs_json(store) if _is(o, organ)), [])
        years = [y for y in held if (first_year or y) <= y <= (last_year or y)]
        span = f"{years[0]}年到{years[-1]}年" if len(years) > 1 else "历年"
        return _answered(parts, f"{organ}{span}{_named(indicator)}趋势", indicator)

    @tool
    def search_reports(
        query: Annotated[str, Field(min_length=1, max_length=1000)],
        organs: list[str] | None = None,
        years: list[int] | None = None,
        limit: Annotated[int, Field(ge=1, le=50)] = 5,
    ) -> Passages:
        """Search the prose of the reports. 在报告正文中检索段落。"""
        found = search_passages(
            parts.retriever, query, most=limit, organs=organs or (), years=years or ()
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

    @tool
    def get_section(
        organ: _Organ,
        year: _Year,
        section: Annotated[str, Field(pattern="^[一二三四五六]$", description="一 … 六")],
    ) -> SectionText:
        """Get the text of a numbered section. 取报告某一部分的原文。"""
        row = _report(store, organ, year)
        found = next((s for s in store.sections(row.id) if s.number == section), None)
        text = store.document_text(row.id)
        if found is None or text is None:
            raise ToolError(f"这份报告没有第{section}部分。 The report has no section {section}.")
        return SectionText(
            organ=row.organ,
            year=row.year,
            report=row.id,
            number=found.number,
            heading=found.heading,
            text=text[found.start : found.stop],
        )

    @tool
    def check_report(organ: _Organ, year: _Year) -> Checked:
        """Get every rule's result for a report. 查看一份报告的全部核对结果。"""
        row = _report(store, organ, year)
        read = report_json(store, row)
        return Checked.model_validate({**read, "report": row.id})

    @tool
    def list_organs(
        name: str | None = None,
        limit: Annotated[int, Field(ge=1, le=500)] = 100,
        offset: Annotated[int, Field(ge=0)] = 0,
    ) -> Organs:
        """List the publishers and their years. 列出机关和它们的年份。"""
        fitting = [o for o in organs_json(store) if not name or name in o["name"] or _is(o, name)]
        shown = [OrganListed.model_validate(o) for o in fitting[offset : offset + limit]]
        return Organs(total=len(fitting), organs=shown)

    return server


def _answered(parts: Parts, question: str, indicator: str) -> Answer:
    """Return the reply to a question that was put together from the parameters of a tool.

    Raises:
        ToolError: the question is unusable, or was understood as one about another figure.
    """
    try:
        asked = Request(checked_question(question), today=parts.today)
    except BadQuestion as error:
        raise ToolError(str(error)) from error
    said = Answer.model_validate(reply_to(parts, asked, channel="mcp").as_json())
    shown = {figure.indicator for figure in said.figures}
    if indicator in load_indicators() and shown and indicator not in shown:
        raise ToolError(f"没有按这个指标作答。 Not answered for {indicator}.")
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
        raise ToolError(
            f"本库没有{organ}{year}年的年报。 The library has no {year} report of {organ}."
        )
    return row
