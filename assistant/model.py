"""The words of the assistant: a request, the Query it means, and the Reply.

Owns the frozen shapes.  `Reply.as_json` is the Reply of docs/api.md.

Leaves to others: how a Query is understood (understand/), how a Reply comes about (answer.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from indexer.model import Place
from indexer.numbers import canonical

Language = Literal["zh", "en"]
Status = Literal["answered", "needs_clarification", "no_answer"]
Reason = Literal[
    "not_in_library",
    "not_in_reports",
    "not_stated",
    "unreadable",
    "out_of_scope",
    "not_grounded",
    "organ",
    "year",
    "indicator",
]
ReplyState = Literal["number", "blank", "not_applicable", "text", "absent"]


@dataclass(frozen=True, slots=True)
class Request:
    """One question as it reaches us.

    `history` holds the earlier questions of the conversation, oldest first; `organs` and `years`
    are a default scope; `today` fixes relative years.
    """

    question: str
    history: tuple[str, ...] = ()
    organs: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    language: Language | None = None
    today: date | None = None
    conversation: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a figure or sentence stands.  `seq` is the position of a figure in the report."""

    id: int
    report: str
    organ: str
    year: int
    title: str
    section: str | None
    table: int | None
    row: tuple[str, ...] | None
    column: tuple[str, ...] | None
    quote: str
    place: Place
    url: str | None = None
    indicator: str | None = None
    applicant: str | None = None
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class FigureShown:
    """A figure of the reply; `value` is None unless `state` is "number"."""

    organ: str | None
    year: int | None
    indicator: str | None
    label: str
    applicant: str | None
    state: ReplyState
    value: Decimal | None
    unit: str | None
    computed: bool = False
    citations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Calculation:
    """Printed arithmetic with the citations of its operands."""

    expression: str
    result: str
    unit: str | None
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """A rule that touches the reply."""

    rule: str
    result: str
    text: str
    citations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """Something that must be said beside a figure; `code` is stable."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to go on after a question back: what to show, and the whole question it asks."""

    label: str
    question: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes out; see docs/api.md for every field."""

    language: Language
    status: Status
    text: str
    speech: str
    reason: Reason | None = None
    value: Decimal | None = None
    unit: str | None = None
    figures: tuple[FigureShown, ...] = ()
    calculations: tuple[Calculation, ...] = ()
    choices: tuple[Choice, ...] = ()
    verdict: bool | None = None
    citations: tuple[Citation, ...] = ()
    checks: tuple[Check, ...] = ()
    notes: tuple[Note, ...] = ()
    suggestions: tuple[str, ...] = ()
    series: tuple[Mapping[str, Any], ...] = ()
    scope: Mapping[str, Any] = field(default_factory=dict)
    needs_human: bool = False
    ai_generated: bool = False
    answer_id: str = ""
    index_version: str = ""
    conversation: str = ""
    elapsed_ms: float = 0

    def stamped(
        self, *, answer_id: str, index_version: str, conversation: str, elapsed_ms: float
    ) -> Reply:
        """Return this reply with what differs from call to call filled in."""
        return replace(
            self,
            answer_id=answer_id,
            index_version=index_version,
            conversation=conversation,
            elapsed_ms=elapsed_ms,
        )

    def as_json(self) -> dict[str, Any]:
        """Return the Reply of docs/api.md as plain JSON values; numbers are decimal strings."""
        return {
            "answer_id": self.answer_id,
            "index_version": self.index_version,
            "conversation": self.conversation,
            "language": self.language,
            "status": self.status,
            "reason": self.reason,
            "text": self.text,
            "speech": self.speech,
            "value": _number(self.value),
            "unit": self.unit,
            "figures": [_figure(figure) for figure in self.figures],
            "calculations": [
                {
                    "expression": item.expression,
                    "result": item.result,
                    "unit": item.unit,
                    "citations": list(item.citations),
                }
                for item in self.calculations
            ],
            "choices": [{"label": c.label, "question": c.question} for c in self.choices],
            "verdict": self.verdict,
            "citations": [_citation(citation) for citation in self.citations],
            "checks": [
                {"rule": c.rule, "result": c.result, "text": c.text, "citations": [*c.citations]}
                for c in self.checks
            ],
            "notes": [{"code": note.code, "text": note.text} for note in self.notes],
            "suggestions": list(self.suggestions),
            "series": [dict(line) for line in self.series],
            "scope": dict(self.scope),
            "needs_human": self.needs_human,
            "ai_generated": self.ai_generated,
            "elapsed_ms": self.elapsed_ms,
        }


def _number(value: Decimal | None) -> str | None:
    return None if value is None else canonical(value)


def _figure(figure: FigureShown) -> dict[str, Any]:
    return {
        "organ": figure.organ,
        "year": figure.year,
        "indicator": figure.indicator,
        "label": figure.label,
        "applicant": figure.applicant,
        "state": figure.state,
        "value": _number(figure.value),
        "unit": figure.unit,
        "computed": figure.computed,
        "citations": list(figure.citations),
    }


def place_json(place: Place) -> dict[str, Any]:
    """Return a Place as in docs/api.md; page and line are null where unknown, the rest left out."""
    values = {
        name: getattr(place, name)
        for name in ("page", "line", "table", "row", "column", "start", "stop")
    }
    known = {name: value for name, value in values.items() if value is not None}
    return {"file": place.file, "page": place.page, "line": place.line, **known}


def _citation(citation: Citation) -> dict[str, Any]:
    return {
        "id": citation.id,
        "report": citation.report,
        "organ": citation.organ,
        "year": citation.year,
        "title": citation.title,
        "section": citation.section,
        "table": citation.table,
        "url": citation.url,
        "row": None if citation.row is None else list(citation.row),
        "column": None if citation.column is None else list(citation.column),
        "indicator": citation.indicator,
        "applicant": citation.applicant,
        "seq": citation.seq,
        "quote": citation.quote,
        "place": place_json(citation.place),
    }
