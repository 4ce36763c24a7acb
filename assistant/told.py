"""Whether the prose of the reports in scope answers a question, and what it says.

Owns when prose goes before the tables (a question for words, a quoted name, a number that no table
holds), when it stands in for them, and that it is searched before a thing is said to be in no
report.

Leaves to others: which sentences answer (replies/prose.py), figures (the other replies).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.draft import Draft
from assistant.figures import Figures
from assistant.model import Reply
from assistant.replies import prose, titles
from assistant.retrieve import Retriever
from assistant.scope import Library, Scope
from assistant.understand.parse import Parsed
from assistant.vocabulary import load_absences

_COUNTED = re.compile(r"多少|几|数|how (?:many|much)|number")
#: Operations of questions that the prose may answer better than a table.
TOLD = frozenset(
    {"", "value", "list", "quote", "composition", "trend", "count_organs", "guidance", "why"}
)
#: Operations that words like 是什么, 给申请人 and 哪些地方 show, in questions on the prose as well.
READ_FROM_WORDS = frozenset({"definition", "by_applicant", "filter_organs"})
#: A question that says it wants the words of the report, not its tables.
_WRITTEN = re.compile(
    r"正文|文字(?:部分|里|中|说明|叙述)|叙述部分|\b(?:prose|narrative|in the text)\b"
)
#: A part of a year, which a sentence that answers must name.
_PERIOD = re.compile(r"[上下]半年|第?[一二三四]季度|季度|每月|月度|月通报|(?<!\d)1?\d月|每周|每日")


#: Who has applied is told nowhere; how many people took part in something may be.
_WHO = re.compile(r"名字|姓名|名单|是谁|谁提|\bnames?\b")


@dataclass(frozen=True)
class Prose:
    """Asks the prose of one library."""

    retriever: Retriever
    figures: Figures

    def in_a_report(self, parsed: Parsed, library: Library) -> bool:
        """Whether the report that the question names clearly speaks of what it asks."""
        asked = [(o, y) for o in parsed.named.organs for y in parsed.years.named]
        reports = tuple(library.reports[key] for key in asked if key in library.reports)
        scope = Scope(parsed.named.organs, parsed.years.named, reports)
        if parsed.operation != "guidance":
            return self.tells(replace(parsed, operation=""), (), scope)
        found = [
            prose.find_sentences(parsed, report, passages, self.retriever)[0]
            for report in reports
            if (passages := self.retriever.store.passages(report.id))
        ]
        return len(found) == 1 and bool(found[0])

    def wants_prose(self, parsed: Parsed, scope: Scope) -> bool:
        """Whether the question wants what the prose says, be there a figure of the same name.

        It says so (正文里), or it asks how or where, and the prose clearly tells.
        """
        if len(scope.reports) != 1 or parsed.operation not in TOLD | READ_FROM_WORDS:
            return False
        if _WRITTEN.search(parsed.question.text):
            return True
        passages = self.retriever.store.passages(scope.reports[0].id)
        return prose.tells_how(parsed, scope.reports[0], passages, self.retriever)

    def probed(self, parsed: Parsed, scope: Scope, draft: Draft) -> Reply | None:
        """What the prose of the reports in scope says, None where it is silent."""
        probe = Draft(self.figures, draft.language, notes=list(draft.notes))
        status, _ = prose.answer_quote(parsed, scope.reports, probe, self.retriever)
        return probe.reply() if status == "answered" else None

    def tells(self, parsed: Parsed, indicators: Sequence[str], scope: Scope) -> bool:
        """Whether the prose of the one report states what no table does, in the question's words.

        A figure that the question names in the words of a table comes from the table.
        """
        if len(scope.reports) != 1:
            return False
        if titles.find_titled(parsed, self.retriever.store.passages(scope.reports[0].id)):
            return True
        if not (parsed.operation in TOLD or self._mistaken(parsed)):
            return False
        who = parsed.absence == "applicant_identity" and _WHO.search(parsed.question.text)
        if parsed.found.applicants or who or parsed.absence == "monthly":
            return False
        if parsed.found.open or (
            indicators and not (parsed.found.weak or parsed.topics or parsed.meant)
        ):
            return False
        passages = self.retriever.store.passages(scope.reports[0].id)
        return prose.speaks_of(parsed, scope.reports[0], passages, self.retriever)

    def _mistaken(self, parsed: Parsed) -> bool:
        """Whether a question for checks may as well be one on what the prose says of 对不上."""
        if parsed.operation != "checks":
            return False
        five = set(parsed.topics) & {"problems", "improvements"}
        return bool(five) or "checks" not in parsed.operations.ids

    def offer(self, parsed: Parsed, scope: Scope, draft: Draft) -> None:
        """Lead on to the prose, where it states a number that the table prints unreadably.

        The reply stays one that declines, and so carries no number itself.
        """
        told = self.probed(parsed, scope, draft) if len(scope.reports) == 1 else None
        if told is None or not told.figures:
            return
        report = scope.reports[0]
        labels = draft.joined(draft.label(id_) for id_ in parsed.found.indicators)
        question = draft.say("ask_prose", organ=report.organ, year=report.year, label=labels)
        draft.lines.append(draft.say("unreadable_in_prose", question=question))
        draft.suggestions.append(question)

    def instead(self, parsed: Parsed, scope: Scope, draft: Draft) -> Reply | None:
        """What the prose states where the one report has no tables, or no such row to count."""
        old = scope.reports[0].format == "statistics"
        counted = not old or _COUNTED.search(parsed.question.text)
        tables = counted and any(report.figures or report.unreadable for report in scope.reports)
        if tables or len(scope.reports) != 1 or parsed.operation not in TOLD:
            return None
        return self.probed(parsed, scope, draft)

    def of_absence(self, parsed: Parsed, scope: Scope, draft: Draft) -> Reply:
        """What the tables never carry: the prose is searched first."""
        absence = load_absences()[parsed.absence or ""]
        periods = _PERIOD.findall(parsed.question.text)
        if absence.narrative or periods:
            told = self.probed(parsed, scope, draft)
            quotes = [cite.quote for cite in told.citations] if told else []
            if told and all(any(period in quote for quote in quotes) for period in periods):
                return told
        report = scope.reports[0]
        searched = ""
        if self.retriever.store.passages(report.id):
            searched = draft.say("searched", organ=report.organ, year=report.year)
        text = absence.reply.of(draft.language)
        draft.lines.append(draft.say("not_in_reports", text=text, searched=searched))
        draft.suggestions.append(draft.say("suggest_coverage"))
        return draft.reply("no_answer", "not_in_reports")
