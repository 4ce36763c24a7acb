"""The use case: a question becomes a reply, or an honest no.

Owns the order of the steps: understand, carry the conversation on, resolve the scope, answer,
check the reply, stamp it.

Leaves to others: every step.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property

from assistant.chat import Budget, Chat
from assistant.completion import readings
from assistant.compute import APPLICANTS
from assistant.draft import Draft
from assistant.elsewhere import Elsewhere
from assistant.figures import Figures
from assistant.ground import uncovered
from assistant.guidance import (
    answer_card,
    answer_definition,
    card_texts,
    find_asked,
    find_card,
    find_ground,
    find_near,
    find_remedy,
    find_worded,
    is_of_old_law,
    is_own_case,
)
from assistant.model import Reply, Request
from assistant.questions import checked_history, checked_question
from assistant.reading import Reader
from assistant.replies import (
    checks,
    contact,
    ends,
    filters,
    lists,
    mentions,
    prose,
    rankings,
    series,
    shares,
    sums,
    titles,
    values,
    verify,
)
from assistant.replies.library import answer_coverage, answer_missing
from assistant.replies.task import End, Task
from assistant.retrieve import Retriever
from assistant.scope import ACROSS, Known, Library, Missing, Open, Scope, resolve
from assistant.several import answered_each, answered_of_first
from assistant.subject import is_off_subject
from assistant.told import READ_FROM_WORDS, TOLD, Prose
from assistant.understand.organ_names import OrganNames
from assistant.understand.parse import Parsed, parse
from assistant.understand.settle import Embed, model_name
from assistant.vocabulary import load_absences, load_applicants, load_indicators
from assistant.vocabulary.statistics_rows import base_of, counterpart_of
from assistant.write import write_prose
from indexer.embedding import Embedder
from indexer.errors import EmbeddingUnavailable
from indexer.store import Store

_HANDLERS: Mapping[str, Callable[[Task, Draft], End]] = {
    "value": values.answer_value,
    "list": lists.answer_list,
    "by_applicant": lists.answer_by_applicant,
    "sum": sums.answer_sum,
    "except": sums.answer_except,
    "difference": series.answer_change,
    "change": series.answer_change,
    "growth_rate": series.answer_change,
    "share": shares.answer_share,
    "ratio": shares.answer_share,
    "composition": shares.answer_composition,
    "trend": series.answer_trend,
    "compare": values.answer_compare,
    "verify": verify.answer_verify,
    "zeros": lists.answer_zeros,
    "nonzeros": lists.answer_zeros,
    "whole_table": lists.answer_whole_table,
    "source": values.answer_source,
    "rank": rankings.answer_rank,
    "average": sums.answer_average,
    "filter_organs": filters.answer_filter,
    "count_organs": filters.answer_filter,
    "filter_years": filters.answer_filter_years,
    "total_over_organs": sums.answer_total_over,
    "checks": checks.answer_checks,
}
#: A question for a count, which no guidance answers.
_COUNTS = re.compile(r"(?:有|是|共)(?:多少|几)[件份宗条起]|how many (?:requests|applications)")
#: So many of a figure that is named.
_PIECES = re.compile(r"(?:多少|几)[件起宗]")
#: Operations that can do without a figure named.
_NO_FIGURE = frozenset(
    {"checks", "zeros", "nonzeros", "whole_table", "by_applicant", "composition"}
)
_PROSE = frozenset({"quote", "contact"})


class Assistant:
    """Answers questions from one store.  Safe to use from several threads for reading."""

    def __init__(
        self,
        store: Store,
        *,
        embedder: Callable[[], Embedder] | None = None,
        chat: Chat | None = None,
    ) -> None:
        self.store = store
        self.chat = chat
        self.embedder = embedder
        self.retriever = Retriever(store, embedder)
        self.figures = Figures(store)
        self.known = Known(store)
        self._prose = Prose(self.retriever, self.figures)

    def ask(self, request: Request) -> Reply:
        """Return the reply to one question.

        The same question on the same index and date gives the same reply, its stamp aside.

        Raises:
            BadQuestion: the question is empty or too long.
        """
        started = time.perf_counter()
        question = checked_question(request.question)
        history = checked_history(request.history)
        today = request.today or date.today()
        version, library, names = self.known.read()
        parsed = self._understand(question, history, names, today, request)
        draft = Draft(self.figures, parsed.question.language)

        def ask(clause: str, before: tuple[str, ...]) -> Reply:
            understood = self._understand(clause, (*history, *before), names, today, request)
            beside = Draft(self.figures, understood.question.language)
            return self._reply(understood, library, names, request, beside)

        with self.store.together():
            reply = self._reply(parsed, library, names, request, draft)
            first = answered_of_first(question, ask) if parsed.operation == "rank" else None
            if first is not None:
                reply = first
            elif parsed.operation != "except":
                reply = answered_each(question, reply, ask)
        budget = self.chat.budget() if self.chat else None
        if budget is not None and reply.status == "needs_clarification":
            reply = self._completed(parsed, reply, history, request, today, budget)
        asked = " ".join(f"{year} {year - 1}" for year in parsed.years.named)
        reply = self._grounded(reply, f"{question} {asked}", history, library)
        declined = reply.status == "no_answer" and reply.reason != "out_of_scope"
        if declined or is_own_case(question):
            reply = replace(reply, needs_human=True)
        if budget is not None:
            written = write_prose(question, reply, budget)
            if not uncovered(written, f"{question} {asked}", library.numbers):
                reply = written
        return reply.stamped(
            answer_id=f"a_{uuid.uuid4().hex[:16]}",
            index_version=version,
            conversation=request.conversation or f"c_{uuid.uuid4().hex[:16]}",
            elapsed_ms=round((time.perf_counter() - started) * 1000, 3),
        )

    def _completed(
        self,
        parsed: Parsed,
        reply: Reply,
        history: Sequence[str],
        request: Request,
        today: date,
        budget: Budget,
    ) -> Reply:
        """Let the chat model read what the rules left open: a follow-up first, then open slots.

        What it reads goes the way of every question; a reply that still asks back stays as it was.
        """
        _, library, names = self.known.read()
        for now in readings(
            parsed,
            history,
            library.coverage,
            budget,
            understand=lambda text: self._understand(text, (), names, today, request),
            read=lambda text: parse(text, names, today=today),
        ):
            draft = Draft(self.figures, reply.language)
            found = self._reply(now, library, names, request, draft)
            if found.status == "answered" and found.citations:
                labels = [draft.label(i) for i in now.found.indicators]
                joined = " ".join((*now.named.organs, *map(str, now.years.named), *labels))
                draft.note("read_by_model", reading=joined)
                line = draft.say("note", text=draft.notes[-1].text)
                notes = (*found.notes, draft.notes[-1])
                return replace(found, text=f"{found.text}\n{line}", notes=notes)
        return reply

    def _understand(
        self,
        question: str,
        history: Sequence[str],
        names: OrganNames,
        today: date,
        request: Request,
    ) -> Parsed:
        _, library, _ = self.known.read()
        reader = Reader(self.figures, library, names, today, request, lambda: self._embed)
        return reader.read(question, history)

    @cached_property
    def _embed(self) -> Embed | None:
        """The embedding of questions, where the model is the one that `settle` was fitted to."""
        if self.embedder is None:
            return None
        try:
            model = self.embedder()
        except EmbeddingUnavailable:
            return None
        return model.embed_queries if model.name == model_name() else None

    def _reply(
        self,
        parsed: Parsed,
        library: Library,
        names: OrganNames,
        request: Request,
        draft: Draft,
    ) -> Reply:
        elsewhere = Elsewhere(self.retriever, library, names)
        told = elsewhere.which_report(parsed, Draft(self.figures, draft.language))
        if told is not None:
            return told
        reply = self._own(parsed, library, names, request, draft)
        told = elsewhere.tell(parsed, reply, Draft(self.figures, draft.language))
        return told or reply

    def _own(
        self,
        parsed: Parsed,
        library: Library,
        names: OrganNames,
        request: Request,
        draft: Draft,
    ) -> Reply:
        """The reply within the question's own scope."""
        if early := self._without_scope(parsed, library, draft):
            return early
        if mentions.asks_mentions(parsed) and not (parsed.named.strangers or request.organs):
            return self._mentioned(parsed, library, draft)
        scope = resolve(parsed, library, names, request)
        self._say_years(parsed, scope, draft)
        if isinstance(scope, Missing):
            return ends.not_in_library(scope, library, draft)
        if isinstance(scope, Open):
            return ends.ask_back(parsed, scope, library, draft)
        for code, filled in scope.assumed:
            draft.note(code, **filled)
        if parsed.carried:
            draft.note("carried_scope", scope=self._scope_words(scope, draft))
        draft.scope = {"organs": list(scope.organs), "years": list(scope.years)}
        assumed = tuple(draft.notes)
        reply = self._in_scope(parsed, scope, library, draft)
        if reply.status == "answered" and assumed:
            missing = [n for n in assumed if n.text not in reply.text]
            lines = [reply.text, *(draft.say("note", text=n.text) for n in missing)]
            reply = replace(reply, text="\n".join(lines))
        return reply

    def _mentioned(self, parsed: Parsed, library: Library, draft: Draft) -> Reply:
        """Search every report, or those of the years named, for what they mention."""
        years = parsed.years.named
        reports = [r for r in library.reports.values() if not years or r.year in years]
        status, reason = mentions.answer_mentions(parsed, reports, draft, self.retriever)
        return draft.reply(status, reason)

    def _without_scope(self, parsed: Parsed, library: Library, draft: Draft) -> Reply | None:
        """Replies that need no report: off the subject, guidance, coverage."""
        elsewhere = parsed.off_subject == "other_services" and self._prose.in_a_report(
            parsed, library
        )
        if is_off_subject(parsed) and not elsewhere:
            return ends.out_of_scope(parsed, draft)
        years = replace(parsed.years, every=False) if parsed.years.every else parsed.years
        dated = not (years.silent or is_of_old_law(parsed))
        placed = bool(parsed.named.organs or parsed.named.strangers or dated)
        card = None
        if parsed.operation in ("definition", "guidance"):
            general = not placed or (parsed.operation == "guidance" and not dated)
            card = (find_asked(parsed) if general else None) or find_worded(parsed, 4)
            if card is None and not (placed and self._prose.in_a_report(parsed, library)):
                card = find_near(parsed) or find_card(parsed)
        elif not (placed or parsed.carried or _counted(parsed)) and (
            parsed.operation not in ACROSS
        ):
            card = find_asked(parsed)
        if card is not None:
            answer_card(card, draft)
            if (remedy := find_remedy(card, parsed)) is not None:
                answer_card(remedy, draft)
            return draft.reply()
        if parsed.operation == "definition" and (named := self._defined(parsed)):
            answer_definition(named, draft)
            return draft.reply()
        if not library.coverage:
            return ends.not_in_library(Missing(), library, draft)
        told = parsed.operation in ("coverage", "missing_reports") and not parsed.named.strangers
        if told and not (contact.asks_contact(parsed) or titles.titles_of(parsed)):
            if parsed.operation == "coverage":
                answer_coverage(library, parsed.named.organs, draft)
            else:
                answer_missing(library, parsed.named.organs, parsed.years.named, draft)
            return draft.reply()
        if parsed.bare and not parsed.named.strangers:
            return ends.out_of_scope(parsed, draft)
        if parsed.absence == "forecast" and not parsed.years.named:
            text = load_absences()[parsed.absence].reply.of(draft.language)
            draft.lines.append(draft.say("not_in_reports", text=text, searched=""))
            draft.suggestions.append(draft.say("suggest_coverage"))
            return draft.reply("no_answer", "not_in_reports")
        return None

    def _say_years(self, parsed: Parsed, scope: Scope | Open | Missing, draft: Draft) -> None:
        """Say which year is meant where the question names it by 去年, 上年 and the like."""
        if isinstance(scope, Open):
            return
        for year in scope.years:
            relative = parsed.years.relative or parsed.years.before
            if str(year) not in parsed.question.text and (relative or isinstance(scope, Missing)):
                draft.note("year_meant", year=year)

    def _defined(self, parsed: Parsed) -> str | None:
        """The figure whose meaning is asked for."""
        candidates = (*parsed.found.indicators, *ends.candidates_of(parsed, None))
        return next((id_ for id_ in candidates if id_ in load_indicators()), None)

    def _in_scope(self, parsed: Parsed, scope: Scope, library: Library, draft: Draft) -> Reply:
        if contact.asks_contact(parsed):
            status, reason = prose.answer_quote(parsed, scope.reports, draft, self.retriever)
            return draft.reply(status, reason)
        if self._prose.wants_prose(parsed, scope) and (
            said := self._prose.probed(parsed, scope, draft)
        ):
            return said
        indicators = self._indicators(parsed, scope)
        printed = self._printed(indicators, scope)
        named = () if scope.reports[0].format == "statistics" else indicators
        if not printed and self._prose.tells(parsed, named, scope):
            status, reason = prose.answer_quote(parsed, scope.reports, draft, self.retriever)
            return draft.reply(status, reason)
        if parsed.absence:
            return self._prose.of_absence(parsed, scope, draft)
        told = parsed.topics and not parsed.found.indicators and parsed.operation not in _NO_FIGURE
        textual = not indicators and not any(r.figures or r.unreadable for r in scope.reports)
        prose_only = parsed.operation in _PROSE or told or textual
        if printed and parsed.operation in _PROSE:
            checked = "verify" in parsed.operations and parsed.operations.comparison
            parsed = replace(parsed, operation="verify" if checked else "value")
        elif prose_only and not printed:
            status, reason = prose.answer_quote(parsed, scope.reports, draft, self.retriever)
            return draft.reply(status, reason)
        if not indicators and parsed.operation not in _NO_FIGURE:
            return self._no_figure(parsed, scope, draft)
        if parsed.found.applicants and (wrong := self._unsplit(indicators, scope)):
            name = load_applicants()[parsed.found.applicants[0]].label.of(draft.language)
            draft.lines.append(draft.say("no_applicant", label=draft.label(wrong), applicant=name))
            draft.suggestions.append(draft.say("suggest_coverage"))
            return draft.reply("no_answer", "not_in_reports")
        if "excluded" in parsed.found.applicants:
            names = [load_applicants()[a].label.of(draft.language) for a in APPLICANTS]
            draft.lines.append(draft.say("not_excluded", applicants=draft.joined(names)))
            return draft.reply("no_answer", "not_stated")
        task = Task(parsed, scope, self.figures, indicators)
        if parsed.operation == "why":
            return self._why(task, draft)
        handler = _HANDLERS.get(parsed.operation, values.answer_value)
        status, reason = handler(task, draft)
        self._defaulted(parsed, draft)
        if reason == "not_stated":
            instead = self._prose.instead(parsed, scope, draft)
            if instead is not None:
                return instead
        if status == "no_answer":
            if reason == "unreadable":
                self._prose.offer(parsed, scope, draft)
            return self._declined(draft, status, reason)
        self._suggest(task, library, draft)
        if (ground := find_ground(parsed)) is not None:
            answer_card(ground, draft)
        return draft.reply(status, reason)

    def _indicators(self, parsed: Parsed, scope: Scope) -> tuple[str, ...]:
        """The figures asked for, in terms of the reports in scope."""
        formats = {report.format for report in scope.reports}
        found = parsed.found.indicators
        if formats == {"statistics"} and found:
            return tuple(map(counterpart_of, found))
        if not found and parsed.found.applicants and not parsed.found.open:
            return ("received",)
        if not found and parsed.found.open:
            fitting = ends.candidates_of(parsed, next(iter(formats)) if len(formats) == 1 else None)
            return fitting if len(fitting) == 1 else ()
        return found

    def _printed(self, indicators: Sequence[str], scope: Scope) -> bool:
        """Whether a statistics table in scope prints one of the rows asked for."""
        return any(
            base_of(sheet.resolved(counterpart_of(indicator))) in sheet.rows
            for report in scope.reports
            if report.format == "statistics"
            for sheet in [self.figures.sheet(report)]
            for indicator in indicators
        )

    def _unsplit(self, indicators: Sequence[str], scope: Scope) -> str | None:
        """A figure that is asked for by applicant and that no table splits by applicant."""
        known = load_indicators()
        for indicator in indicators:
            old = scope.reports[0].format == "statistics"
            if old or (indicator in known and known[indicator].table != 3):
                return indicator
        return None

    def _no_figure(self, parsed: Parsed, scope: Scope, draft: Draft) -> Reply:
        """No figure is named: search the prose, else ask which figure is meant."""
        report = scope.reports[0]
        candidates = ends.candidates_of(parsed, report.format)
        asked = not candidates and not parsed.carried
        asked = asked and parsed.operation in TOLD | READ_FROM_WORDS
        if asked and (said := self._prose.probed(parsed, scope, draft)) is not None:
            return said
        if not candidates and prose.asks_untabled(parsed) and self.store.passages(report.id):
            status, reason = prose.answer_quote(parsed, scope.reports, draft, self.retriever)
            return draft.reply(status, reason)
        card = find_card(parsed)
        if card is not None and not candidates:
            answer_card(card, draft)
            return draft.reply()
        known = load_indicators()
        near = [id_ for id_ in parsed.near if report.format in known[id_].formats]
        return ends.ask_indicator(candidates or near, report.organ, report.year, draft)

    def _why(self, task: Task, draft: Draft) -> Reply:
        """A cause is never guessed: the figure, and the note that reports state none."""
        probe = Draft(self.figures, draft.language)
        status, reason = values.answer_value(task, probe)
        if status != "answered":
            return self._declined(probe, status, reason)
        probe.lines[0] = probe.say("why", sentence=probe.lines[0])
        probe.note("cause_not_stated")
        return probe.reply()

    def _defaulted(self, parsed: Parsed, draft: Draft) -> None:
        for indicator in parsed.meant:
            draft.note("understood_as", label=draft.label(indicator))
            draft.lines.append(draft.say("note", text=draft.notes[-1].text))
        for ambiguity in parsed.found.defaulted:
            if ambiguity.default in parsed.found.indicators:
                words = [
                    w for w in ambiguity.wordings.of(draft.language) if w in parsed.question.text
                ]
                wording = max(words, key=len, default="")
                if wording:
                    label = draft.label(ambiguity.default or "")
                    draft.note("assumed_indicator", wording=wording, label=label)
                    draft.lines.append(draft.say("note", text=draft.notes[-1].text))

    def _declined(self, draft: Draft, status: object, reason: object) -> Reply:
        """Close a draft that declines: no figure of a report goes with it."""
        draft.suggestions.append(draft.say("suggest_coverage"))
        kept = replace(
            draft.reply("no_answer", reason),  # type: ignore[arg-type]
            value=None,
            unit=None,
            figures=tuple(f for f in draft.shown if f.state == "absent"),
            calculations=(),
            checks=(),
        )
        return kept

    def _suggest(self, task: Task, library: Library, draft: Draft) -> None:
        """Offer the same figure of another year, and what it is part of."""
        if not task.indicators or len(task.scope.organs) != 1:
            return
        organ = task.scope.organs[0]
        label = draft.label(task.indicators[0])
        for year in reversed(library.coverage.get(organ, ())):
            if year not in task.scope.years and len(draft.suggestions) < 2:
                draft.suggestions.append(
                    draft.say("suggest_other_year", organ=organ, year=year, label=label)
                )

    def _scope_words(self, scope: Scope, draft: Draft) -> str:
        years = draft.say("year_word", year=draft.joined(scope.years))
        return f"{draft.joined(scope.organs)} {years}"

    def _grounded(
        self, reply: Reply, question: str, history: Sequence[str], library: Library
    ) -> Reply:
        """Let the reply pass only if every number in it is supported."""
        extra = " ".join(history) + " " + card_texts(reply.text)
        if not uncovered(reply, question, library.numbers, extra):
            return reply
        draft = Draft(self.figures, reply.language)
        draft.lines.append(draft.say("not_grounded"))
        return draft.reply("no_answer", "not_grounded")


def _counted(parsed: Parsed) -> bool:
    """Whether a question asks how many, be it that it names no organ."""
    named = parsed.found.indicators and not parsed.found.weak
    return bool(_COUNTS.search(parsed.question.text) or (named and _PIECES.search(parsed.rest)))
