"""Where else the prose answers what a question's own scope cannot.

Owns which reports are looked into then: the one of an organ for a contact of its office, those that
write of a county or an office without a report of its own, the one of the year before for a plan,
all of an organ for words that no year is given for, all of the library for a quoted name.

Never looks for a figure of a table: a neighbour's figures, or those of another year, answer
nothing.  Leaves to others: the reply of the question's own scope (answer.py), which sentences
answer (replies/prose.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.draft import Draft
from assistant.model import Reply
from assistant.replies import contact, prose, stated, titles
from assistant.replies.cover import best_covered
from assistant.replies.parts import reworded
from assistant.replies.sentences import Sentence, cut_sentences
from assistant.retrieve import Retriever
from assistant.scope import Library
from assistant.understand.organ_names import OrganNames
from assistant.understand.organs import Named
from assistant.understand.parse import Parsed
from assistant.understand.spotting import masked
from indexer.gazetteer import find_division
from indexer.records import ReportRow

#: Reports quoted in one reply, and passages looked through for them.
_MOST_REPORTS, _PASSAGES = 3, 12
#: Share of a question's words that a sentence on a body without a report of its own must hold.
_ENOUGH = 0.5
_OFFICE = re.compile(r"(?:人民)?(?:政府)?(?:办公[室厅]|府?办)$")
#: An office by any of its names: 政府办, 政府办公室.
_OFFICE_SAID = re.compile(r"(?:人民)?政?府办(?:公[室厅])?")
_PLANS = re.compile(
    r"准备|打算|计划|拟|将|想怎么|要怎么|怎么抓|怎样抓|如何抓|重点抓|安排|措施|改进|下一步"
    r"|\b(?:plan|intend|going to|will)\b"
)
_HOW_MANY = re.compile(r"多少|几[一-龥]?|how (?:many|much)")
#: A number in a plan, in digits or words; the mark of a point (一是) is none.
_COUNTS = re.compile(r"(?<!第)[一两二三四五六七八九十\d](?!是)")
_WHICH_REPORT = re.compile(
    r"(?:是|在|出自)?哪一?(?:年|份|个年度|年度)的?(?:年报|报告)|(?:写|提|说|讲|出现)(?:到|过|了)?在哪一?[年份]"
    r"|which (?:year's |annual )?report"
)


@dataclass(frozen=True)
class Elsewhere:
    """Looks into the prose of one library."""

    retriever: Retriever
    library: Library
    names: OrganNames

    def tell(self, parsed: Parsed, reply: Reply, draft: Draft) -> Reply | None:
        """Return what other prose says, where `reply` could not answer; None where it is silent."""
        if reply.status == "answered" or not self.library.coverage:
            return None
        # fmt: off
        ways = {
            "not_in_library": (
                self._contact_of_office, self._inside, self._misread, self._planned, self._titled,
            ),
            "not_stated": (self._planned,),
            "year": (self._newest_contact, self._over_years),
            "organ": (self._titled,),
            "out_of_scope": (self._titled, self._mentioned),
        }
        # fmt: on
        for way in ways.get(reply.reason or "", ()):
            if (told := way(parsed, draft)) is not None:
                return told
        return None

    def which_report(self, parsed: Parsed, draft: Draft) -> Reply | None:
        """Quote the reports that say what a question looks for: “…是哪一年的年报写的”."""
        if not _WHICH_REPORT.search(parsed.question.text) or parsed.years.named:
            return None
        text = _WHICH_REPORT.sub(" ", parsed.rest or parsed.question.text)
        now = reworded(parsed, text)
        rows = self._rows(now.named.organs)
        if titles.titles_of(now):
            rows = [row for row in self._holding(titles.titles_of(now)) if row in rows]
        return self._quoted(now, self._telling(now, rows), draft)

    def _contact_of_office(self, parsed: Parsed, draft: Draft) -> Reply | None:
        """The contact in the report of the organ whose office is named: it is the office's."""
        if not contact.asks_contact(parsed):
            return None
        hosts = [host for host, tail in self._hosts(parsed) if _OFFICE.search(tail)]
        if not hosts or len(hosts) != len(parsed.named.strangers):
            return None
        return self._newest_contact(_of_organs(parsed, hosts), draft)

    def _newest_contact(self, parsed: Parsed, draft: Draft) -> Reply | None:
        """The contact of the year named, else of the newest report: offices move."""
        if not contact.asks_contact(parsed) or len(parsed.named.organs) != 1:
            return None
        rows = self._rows(parsed.named.organs, parsed.years.named)[:1]
        if not rows:
            return None
        if not parsed.years.named:
            draft.note("assumed_year", year=rows[0].year)
        status, reason = prose.answer_quote(parsed, rows, draft, self.retriever)
        draft.lines += [draft.say("note", text=note.text) for note in draft.notes]
        return draft.reply(status, reason)

    def _inside(self, parsed: Parsed, draft: Draft) -> Reply | None:
        """What reports write of bodies that have none of their own in the library."""
        bodies = parsed.named.strangers
        if not bodies or contact.asks_contact(parsed) or not bodies[0]:
            return None
        hosts = dict(zip(bodies, self._hosts(parsed), strict=True))
        found = [
            told
            for body in bodies
            for told in self._of_body(parsed, body, *hosts[body])
            if told is not None
        ]
        if not found:
            return None
        draft.lines.append(draft.say("inside", bodies=draft.joined(bodies)))
        reports = {row.id: row for row, _, _ in found}
        for row in reports.values():
            sentences = {s: None for r, s, _ in found if r is row}
            at: dict[str, object] = {"organ": row.organ, "year": row.year}
            draft.lines.append(prose.quoted(draft, at, list(sentences)))
        numbers = [answers for _, _, answers in found if answers]
        for row in reports.values():
            prose.show(
                [a for r, _, a in found if r is row and a],
                row,
                draft,
                alone=len(bodies) == len(numbers) == 1,
            )
        return draft.reply()

    def _of_body(
        self, parsed: Parsed, body: str, host: str, tail: str
    ) -> Iterator[tuple[ReportRow, Sentence, tuple[stated.Answer, ...]]]:
        """Yield the sentence that says of `body` what is asked, and the number it states."""
        office = bool(_OFFICE.search(tail))
        if _names_figure(parsed) and not office:
            return
        said = _OFFICE_SAID if office else re.compile(re.escape(tail or body))
        organs = parsed.named.organs or ((host,) if host else ())
        rows = self._rows(organs, parsed.years.named) if organs else self._holding((body,))
        text = parsed.question.text
        for name in (*parsed.named.strangers, *parsed.named.organs, host):
            text = text.replace(name, " ") if name else text
        now = reworded(parsed, masked(text, _spans_of_years(text)))
        asked = stated.read_asked(now)[:1] if stated.asks_number(now) else ()
        for row in rows[:_MOST_REPORTS]:
            passages = self.retriever.store.passages(row.id)
            naming = [s for s in cut_sentences(passages) if said.search(s.text)]
            numbers = tuple(
                answer
                for one in asked
                for answer in stated.find_stated(one, naming, text)
                if _is_of(said, answer)
            )
            if numbers:
                yield row, numbers[0].sentence, numbers
                return
            if asked and tail:
                continue
            if tail and not office:
                naming = list(cut_sentences([p for p in passages if said.search(p.text)]))
                now = reworded(now, _without(now.rest, parsed.topic_words))
            best = best_covered(now, naming)
            if best is not None and best[0] >= _ENOUGH:
                yield row, best[1], ()
                return

    def _misread(self, parsed: Parsed, draft: Draft) -> Reply | None:
        """Words that look like the name of a place and are none, in the prose of the organ named.

        专区进街道大厅了吗 ends like an office of a street.
        """
        strangers = parsed.named.strangers
        if not (strangers and parsed.named.organs) or any(map(find_division, strangers)):
            return None
        if _names_figure(parsed):
            return None
        now = replace(parsed, named=replace(parsed.named, strangers=()))
        now = reworded(now, masked(now.question.text, _spans_of_years(now.question.text)))
        for organ in now.named.organs:
            now = reworded(now, now.rest.replace(organ, " "))
        rows = self._rows(now.named.organs, now.years.named)
        told = self._telling(now, rows) if len(rows) == 1 else []
        return self._quoted(now, told, draft)

    def _planned(self, parsed: Parsed, draft: Draft) -> Reply | None:
        """A plan for a year, which stands in the report of the year before."""
        years, organs = parsed.years.named, parsed.named.organs
        if len(years) != 1 or len(organs) != 1 or _names_figure(parsed):
            return None
        if not _PLANS.search(parsed.question.text):
            return None
        rows = self._rows(organs, (years[0] - 1,))
        if not rows:
            return None
        number = stated.asks_number(parsed)
        now = reworded(parsed, _HOW_MANY.sub(" ", parsed.rest)) if number else parsed
        draft.lines.append(draft.say("planned", year=years[0], before=rows[0].year))
        status, _ = prose.answer_quote(now, rows, draft, self.retriever)
        told = not number or any(_COUNTS.search(cite.quote) for cite in draft.citations)
        return draft.reply() if status == "answered" and told else None

    def _over_years(self, parsed: Parsed, draft: Draft) -> Reply | None:
        """Words without a year, looked for in all reports of the organ."""
        if _names_figure(parsed) or len(parsed.named.organs) != 1:
            return None
        if set(parsed.topics) & {"problems", "improvements"} and not titles.titles_of(parsed):
            return None
        told = self._telling(parsed, self._rows(parsed.named.organs))
        if len(told) != 1 and not titles.titles_of(parsed):
            return None
        return self._quoted(parsed, told, draft)

    def _titled(self, parsed: Parsed, draft: Draft) -> Reply | None:
        """A quoted name, looked for in the whole library; it must belong to one organ."""
        wanted = titles.titles_of(parsed)
        if not wanted or parsed.named.strangers or parsed.named.organs:
            return None
        years = parsed.years.named
        rows = [row for row in self._holding(wanted) if not years or row.year in years]
        if len({row.organ for row in rows}) != 1:
            return None
        now = _of_organs(parsed, [rows[0].organ])
        draft.note("assumed_organ", organ=rows[0].organ)
        return self._quoted(now, self._telling(now, rows), draft)

    def _mentioned(self, parsed: Parsed, draft: Draft) -> Reply | None:
        """A place that no organ of the library is named by, in a question with no other subject."""
        return self._inside(parsed, draft) if parsed.named.strangers else None

    def _hosts(self, parsed: Parsed) -> list[tuple[str, str]]:
        """For each stranger the organ whose name it begins with and what stands behind it."""
        found = []
        for stranger in parsed.named.strangers:
            first = [s for s in self.names.lexicon.spots(stranger.lower()) if s.start == 0]
            alone = first and len(first[0].meaning) == 1
            found.append((first[0].meaning[0], stranger[first[0].stop :]) if alone else ("", ""))
        return found

    def _rows(self, organs: Sequence[str], years: Sequence[int] = ()) -> list[ReportRow]:
        """The reports of `organs`, of all where none is given; the newest first."""
        rows = self.library.reports.values()
        kept = [r for r in rows if (not organs or r.organ in organs)]
        return sorted((r for r in kept if not years or r.year in years), key=_newest)

    def _holding(self, wanted: Sequence[str]) -> list[ReportRow]:
        """The reports that hold one of these names, the newest first."""
        found: dict[str, None] = {}
        for name in wanted:
            for passage in self.retriever.with_words(name):
                if titles.holds(name, passage.text):
                    found[passage.report] = None
        by_id = {row.id: row for row in self.library.reports.values()}
        return sorted((by_id[id_] for id_ in found if id_ in by_id), key=_newest)

    def _telling(self, parsed: Parsed, rows: Sequence[ReportRow]) -> list[ReportRow]:
        """Those of `rows` whose prose clearly says what is asked."""
        near = rows
        if len(rows) > _MOST_REPORTS:
            ids = [row.id for row in rows]
            text = parsed.rest.replace("▁", "") or parsed.question.text
            hits = self.retriever.search(text, ids, _PASSAGES)
            held = {hit.passage.report for hit in hits}
            near = [row for row in rows if row.id in held]
        return [
            row
            for row in near
            if prose.speaks_of(parsed, row, self.retriever.store.passages(row.id), self.retriever)
        ]

    def _quoted(self, parsed: Parsed, rows: Sequence[ReportRow], draft: Draft) -> Reply | None:
        """Quote the newest of `rows`, each with its year."""
        if not rows:
            return None
        if len(rows) == 1:
            draft.note("assumed_year", year=rows[0].year)
        status, _ = prose.answer_quote(parsed, rows[:_MOST_REPORTS], draft, self.retriever)
        draft.lines += [draft.say("note", text=note.text) for note in draft.notes]
        return draft.reply() if status == "answered" else None


def _newest(row: ReportRow) -> tuple[int, str]:
    return -row.year, row.organ


def _names_figure(parsed: Parsed) -> bool:
    """Whether a question names a figure of the tables and no more."""
    found = parsed.found
    named = bool(found.indicators or found.open) and not (found.weak or parsed.topics)
    return named or bool(found.applicants)


def _without(text: str, words: Iterable[str]) -> str:
    """Return `text` without the words that the passages are chosen by."""
    for word in words:
        text = text.replace(word, " ")
    return text


def _of_organs(parsed: Parsed, organs: Iterable[str]) -> Parsed:
    return replace(parsed, named=Named(organs=tuple(dict.fromkeys(organs))))


def _spans_of_years(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(r"(?:20)?\d\d年", text)]


def _is_of(said: re.Pattern[str], answer: stated.Answer) -> bool:
    """Whether the words right in front of a number name the body."""
    one = answer.statement
    return any(said.search(text) for text in (one.before, *one.earlier[:1]))
