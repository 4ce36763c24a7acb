"""A conversation read question by question, into what the last of them asks.

Owns the order of the searches: each question by itself, what likeness settles, what is carried on,
and the second reading where the reports in question have a statistics table to 2018.

Leaves to others: the searches (understand/), the merge (conversation.py), replies (answer.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.compute import MANY
from assistant.conversation import combine, merge
from assistant.figures import Figures
from assistant.model import Request
from assistant.scope import Library, Scope, resolve
from assistant.subject import is_off_subject
from assistant.understand.normalise import language_of_rest
from assistant.understand.organ_names import OrganNames
from assistant.understand.parse import Parsed, parse
from assistant.understand.settle import Embed, settle
from assistant.understand.statistics import RowFinder
from assistant.vocabulary.statistics_rows import base_of, indicator_of
from indexer.records import ReportRow


@dataclass(frozen=True)
class Reader:
    """Reads questions to one library; `embed` gives the embedding where there is one."""

    figures: Figures
    library: Library
    names: OrganNames
    today: date
    request: Request
    embed: Callable[[], Embed | None]

    def read(self, question: str, history: Sequence[str]) -> Parsed:
        """Return what `question` asks behind `history`, oldest first."""
        parsed = self._turns(question, history)
        reports = self._reports(parsed)
        tables = [report for report in reports if report.format == "statistics"]
        later = len(tables) < len(reports) and not parsed.years.named
        if not tables or (later and parsed.found.indicators):
            return parsed
        finder = RowFinder(tuple(map(self.figures.sheet, tables[:MANY])))
        return self._of_old_tables(parsed, self._turns(question, history, finder))

    def _turns(
        self, question: str, history: Sequence[str], rows: RowFinder | None = None
    ) -> Parsed:
        """Read the questions one after the other; with `rows`, rows of old tables go first."""
        merged: Parsed | None = None
        asked: list[Parsed] = []
        for text in (*history, question):
            near = (merged.named.organs if merged else ()) or self.request.organs
            plain = parse(text, self.names, today=self.today, language=None, near=near)
            now = rows.reread(plain) if rows else plain
            whole = merged is None or (now.named.organs and not now.years.silent)
            if whole and now is plain and not is_off_subject(now):
                now = settle(now, self.embed)
            merged = combine(asked, now) or merge(merged, now)
            if rows:
                merged = rows.in_column(merged, now.rest)
            asked.append(merged)
        assert merged is not None
        language = self.request.language or language_of_rest(now.rest, now.question.language)
        if language == merged.question.language:
            return merged
        return replace(merged, question=replace(merged.question, language=language))

    def _reports(self, parsed: Parsed) -> tuple[ReportRow, ...]:
        """The reports that `parsed` is about, be there others that it would compare them with."""
        scope = resolve(parsed, self.library, self.names, self.request)
        if not isinstance(scope, Scope):
            plain = replace(parsed, operation="value", base_operation="value")
            scope = resolve(plain, self.library, self.names, self.request)
        return scope.reports if isinstance(scope, Scope) else ()

    def _of_old_tables(self, parsed: Parsed, rows: Parsed) -> Parsed:
        """Which of two readings holds: `rows`, by rows of tables to 2018, or that of today's.

        Beside later reports a row counts only if no figure of today says the same.
        """
        if not (rows.found.indicators or rows.found.open):
            return parsed
        if {report.format for report in self._reports(rows)} <= {"statistics"}:
            return rows
        today = {indicator_of(base_of(row)) for row in rows.found.indicators}
        return parsed if rows.found.weak or today <= set(parsed.found.indicators) else rows
