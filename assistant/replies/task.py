"""What a reply about figures works on, and the ways it can end.

Owns the question's slots next to the reports in scope, and the status that the state of the
figures calls for.

Leaves to others: what is said (the other modules of this folder).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.compute import Value, value_of
from assistant.figures import Figures
from assistant.model import Reason, Status
from assistant.scope import Scope
from assistant.understand.parse import Parsed
from assistant.vocabulary import load_indicators
from assistant.vocabulary.statistics_rows import counterpart_of, indicator_of
from indexer.records import ReportRow

End = tuple[Status, Reason | None]
ANSWERED: End = ("answered", None)
NOT_STATED: End = ("no_answer", "not_stated")


@dataclass(frozen=True)
class Task:
    """What a figure reply works on: the question's slots and the reports in scope."""

    parsed: Parsed
    scope: Scope
    figures: Figures
    indicators: tuple[str, ...]

    @property
    def applicants(self) -> tuple[str | None, ...]:
        """The kinds of applicants asked for; (None,) for their total."""
        named = self.parsed.found.applicants
        text = self.parsed.question.text
        among = self.parsed.found.apart or "其中" in text or "of which" in text
        own = "indicator" not in self.parsed.carried
        if among and own and named and self.parsed.operation in ("", "value", "list"):
            return (None, *named)
        return named or (None,)

    def value(self, report: ReportRow, indicator: str, applicant: str | None = None) -> Value:
        """Read one figure."""
        return value_of(self.figures, report, indicator, applicant)

    def of_rows(self, report: ReportRow) -> bool:
        """Whether `report` has a statistics table, whose rows hang under rows of their own."""
        return report.format == "statistics"

    def row(self, report: ReportRow, indicator: str) -> str:
        """Return what `report` prints for one of today's figures."""
        return counterpart_of(indicator) if self.of_rows(report) else indicator

    def not_of_today(self) -> str | None:
        """The first row asked for that today's tables have nothing like, if any."""
        known = load_indicators()
        return next((id_ for id_ in self.indicators if indicator_of(id_) not in known), None)

    def parts(self, report: ReportRow, indicator: str) -> list[str]:
        """Return the rows that a statistics table prints under the row of `indicator`."""
        sheet = self.figures.sheet(report)
        return sheet.parts(sheet.resolved(counterpart_of(indicator)))

    def first(self, report: ReportRow | None = None) -> Value:
        """The first figure that is asked for."""
        chosen = report or self.scope.reports[0]
        return self.value(chosen, self.indicators[0], self.applicants[0])

    def every(self) -> list[Value]:
        """All figures that are asked for: report by report, figure by figure."""
        return [
            self.value(report, indicator, applicant)
            for report in self.scope.reports
            for indicator in self.indicators
            for applicant in self.applicants
        ]


def ending(value: Value) -> End:
    """The status that the state of the headline figure calls for."""
    if value.state == "unreadable":
        return "no_answer", "unreadable"
    if value.state == "absent" and value.why != "zero_base":
        return NOT_STATED
    return ANSWERED


def several_ending(values: Sequence[Value]) -> End:
    """The status of a list: answered where any of its figures is printed."""
    if all(value.state == "absent" for value in values):
        return NOT_STATED
    if all(value.state in ("unreadable", "absent") for value in values):
        return "no_answer", "unreadable"
    return ANSWERED
