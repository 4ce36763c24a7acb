"""The requests we take and the replies we give, for checking and for the OpenAPI page.

Owns the names and limits of docs/api.md as pydantic models.  Replies are not built from them:
`Reply.as_json` and listing.py are, and the tests hold both together.

Leaves to others: meaning.
"""

from __future__ import annotations

from datetime import date as Date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from indexer.records import FeedbackKind

_CONVERSATION = r"^c_[A-Za-z0-9_-]{6,64}$"
Number = Annotated[str, Field(pattern=r"^-?\d+(\.\d+)?$")]
Year = Annotated[int, Field(ge=1900, le=2200)]
Result = Literal["holds", "fails", "not_assessable"]


class Scope(BaseModel):
    """The publishers and years that a question is about unless it names others."""

    organs: list[Annotated[str, Field(min_length=1, max_length=100)]] = Field([], max_length=100)
    years: list[Year] = Field([], max_length=100)


class AskBody(BaseModel):
    """One question."""

    question: str = Field(min_length=1, max_length=1000, examples=["淮北市2021年新收多少件申请？"])
    conversation: str | None = Field(None, pattern=_CONVERSATION)
    history: list[str] | None = Field(None, max_length=200)
    scope: Scope = Field(default_factory=lambda: Scope(organs=[], years=[]))
    language: Literal["zh", "en"] | None = None
    date: Date | None = None


class FeedbackBody(BaseModel):
    """What somebody thought of an answer, or an error they report."""

    answer_id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,80}$")
    helpful: bool
    comment: str | None = Field(None, max_length=2000)
    kind: FeedbackKind = "opinion"


class Kept(BaseModel):
    """That feedback was kept."""

    answer_id: str
    kept: bool = True


class ProblemShape(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str
    errors: list[dict[str, str]] = []


class PlaceShape(BaseModel):
    """Where something stands in a file; all numbers count from 1, but for the span."""

    file: str
    page: int | None = None
    line: int | None = None
    table: int | None = None
    row: int | None = None
    column: int | None = None
    start: int | None = None
    stop: int | None = None


class FigureShape(BaseModel):
    """One printed cell."""

    organ: str
    year: int
    format: Literal["2019", "2021", "statistics"] | None
    table: int | None
    row: list[str]
    column: list[str]
    indicator: str | None
    applicant: str | None
    state: Literal["number", "blank", "not_applicable", "text"]
    value: Number | None
    printed: str
    unit: str | None
    place: PlaceShape


class FigureShownShape(BaseModel):
    """A figure of a reply."""

    organ: str | None
    year: int | None
    indicator: str | None
    label: str
    applicant: str | None
    state: Literal["number", "blank", "not_applicable", "text", "absent"]
    value: Number | None
    unit: str | None
    computed: bool
    citations: list[int]


class CalculationShape(BaseModel):
    """Printed arithmetic."""

    expression: str
    result: str | None
    unit: str | None
    citations: list[int]


class CitationShape(BaseModel):
    """Where a figure or a sentence stands."""

    id: int
    report: str | None
    organ: str | None
    year: int | None
    title: str
    section: str | None
    table: int | None
    url: str | None
    row: list[str] | None
    column: list[str] | None
    indicator: str | None = None
    applicant: str | None = None
    seq: int | None = None
    quote: str
    place: PlaceShape | None


class CheckShape(BaseModel):
    """A rule that touches a reply."""

    rule: str
    result: Result
    text: str
    citations: list[int]


class NoteShape(BaseModel):
    """Something that must be said beside a figure."""

    code: str
    text: str


class ChoiceShape(BaseModel):
    """One way to go on after a question back."""

    label: str
    question: str


class ReplyShape(BaseModel):
    """What a person is told, and everything it rests on."""

    answer_id: str
    index_version: str
    conversation: str | None
    language: Literal["zh", "en"]
    status: Literal["answered", "needs_clarification", "no_answer"]
    reason: str | None
    text: str
    speech: str
    value: Number | None
    unit: str | None
    figures: list[FigureShownShape]
    calculations: list[CalculationShape]
    choices: list[ChoiceShape]
    verdict: bool | None
    citations: list[CitationShape]
    checks: list[CheckShape]
    notes: list[NoteShape]
    suggestions: list[str]
    series: list[dict[str, Any]] = []
    scope: dict[str, Any] = {}
    needs_human: bool
    ai_generated: bool
    elapsed_ms: float


class ReportHead(BaseModel):
    """What a report is, and where it is from."""

    id: str
    organ: str
    year: int
    format: Literal["2019", "2021", "statistics"] | None
    title: str
    file: str
    kind: str
    pages: int | None
    url: str | None
    published: str | None
    source: str | None


class ReportLine(ReportHead):
    """One report of the library; `figures`, `unreadable` and `passages` are counts."""

    figures: int
    unreadable: int
    passages: int
    superseded_by: str | None


class UnreadableShape(BaseModel):
    """A cell that is printed but could not be read."""

    table: int | None
    row: list[str]
    column: list[str]
    indicator: str | None
    applicant: str | None
    printed: str
    place: PlaceShape
    why: str


class FindingShape(BaseModel):
    """The result of one rule."""

    rule: str
    result: Result
    text: str
    places: list[PlaceShape]
    figures: list[int] = []


class MissingShape(BaseModel):
    """A table, or a row of one, that the form has and the report does not print."""

    table: int
    indicator: str | None


class ReportShape(ReportHead):
    """One report with what could not be read, what is missing, and the results of the rules."""

    passages: int
    superseded_by: str | None
    figures: int
    unreadable: list[UnreadableShape]
    findings: list[FindingShape]
    missing: list[MissingShape]
    tables: list[int]


class CellShape(BaseModel):
    """One cell of a re-drawn table; heads and labels have no state."""

    text: str
    rowspan: int
    colspan: int
    header: bool
    state: Literal["number", "blank", "not_applicable", "text", "unreadable", "absent"] | None = (
        None
    )
    indicator: str | None = None
    applicant: str | None = None
    seq: int | None = None


class TableShape(BaseModel):
    """A table in the official form, row by row; covered places have no cell."""

    report: str
    number: int
    title: str
    rows: list[list[CellShape]]


class SectionShape(BaseModel):
    """A numbered section; [start, stop) spans it in the text."""

    number: str
    heading: str
    start: int
    stop: int


class PlainCellShape(BaseModel):
    """A cell of a table as the file draws it."""

    text: str
    row: int
    column: int
    rowspan: int
    colspan: int


class GridShape(BaseModel):
    """A table as the file draws it."""

    place: PlaceShape
    rows: list[list[PlainCellShape]]


class DocumentShape(BaseModel):
    """The text of an original, which the spans of places refer to, its sections and tables."""

    report: str
    text: str
    sections: list[SectionShape]
    tables: list[GridShape]


class BoxShape(BaseModel):
    """Where on a page a figure stands, in parts of the page's width and height."""

    seq: int
    left: float
    top: float
    width: float
    height: float


class PageShape(BaseModel):
    """One page of an original; the size is that of its picture."""

    number: int
    width: int
    height: int
    cells: list[BoxShape]


class PagesShape(BaseModel):
    """The pages of an original; `laid_out` where LibreOffice made them of a text document."""

    report: str
    laid_out: bool
    pages: list[PageShape]


class NamesShape(BaseModel):
    """What replies call something, by language."""

    zh: str
    en: str


class IndicatorShape(BaseModel):
    """Something that the tables count; `labels` as printed."""

    id: str
    labels: list[str]
    names: NamesShape
    unit: str | None
    formats: list[str]
    table: int


class OrganShape(BaseModel):
    """A publisher; `years` are those of its reports."""

    id: int
    name: str
    aliases: list[str]
    years: list[int]


class CoverageLine(BaseModel):
    """The years of one publisher's reports, and the ids of these."""

    organ: str
    years: list[int]
    reports: list[str]
