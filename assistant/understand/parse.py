"""Everything one question says, slot by slot, before the library or the conversation is asked.

Owns the order of the searches (organs and years are set aside before figures are looked for) and
the choice of one operation from the cues.

Leaves to others: each search, the conversation (conversation.py), the library's scope (scope.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache

from assistant.model import Language
from assistant.understand.indicators import Found, find_indicators
from assistant.understand.normalise import Question, normalise
from assistant.understand.operations import Operations, find_operations
from assistant.understand.organs import Named, OrganNames, find_organs
from assistant.understand.spotting import Lexicon
from assistant.understand.years import Years, find_years
from assistant.vocabulary import (
    LANGUAGES,
    load_absences,
    load_indicators,
    load_off_subjects,
    load_topics,
    wording_key,
)

_WHICH_YEAR = re.compile(r"哪一?年|哪个年度|which year|what year")
_WHICH_PART = re.compile(
    r"哪[种类项个](?:原因|理由|情形|类型|方式|结果|事由|申请人)?(?!单位|机关|区|县|市|部门|地方|局|家)"
    r"|什么(?:原因|理由|情形)|主要(?:原因|理由)|which (?:reason|ground|outcome|applicant|kind|type)"
)
_OF_WHOLE = re.compile(r"占(?:了|到)?(?:全部|总数|所有)?$|占$|share of$|of (?:all )?(?:the )?$")
_TABLES = {"二": 2, "三": 3, "四": 4, "2": 2, "3": 3, "4": 4, "two": 2, "three": 3, "four": 4}
_TABLE = re.compile(r"(?:表|第)([二三四234])(?:张表)?|table (two|three|four|2|3|4)")


@dataclass(frozen=True)
class Parsed:
    """What a question says.  `carried` names the slots taken from the conversation."""

    question: Question
    named: Named
    years: Years
    found: Found
    operations: Operations
    operation: str
    topics: tuple[str, ...] = ()
    absence: str | None = None
    off_subject: str | None = None
    table: int | None = None
    ranks: str = "organs"
    whole: str | None = None
    carried: Mapping[str, str] = field(default_factory=dict)

    @property
    def bare(self) -> bool:
        """Whether nothing was understood at all."""
        return not (
            self.named.organs or self.named.strangers or self.named.open or self.found.indicators
            or self.found.open or self.topics or self.absence or not self.years.silent
            or self.found.applicants or self.operations.ids
        )  # fmt: skip


def parse(
    text: str,
    names: OrganNames,
    *,
    today: date,
    language: Language | None = None,
    near: Sequence[str] = (),
) -> Parsed:
    """Return what `text` says; `near` are organs of the conversation."""
    question = normalise(text, language)
    named = find_organs(question.text, text, names, near)
    rest = _masked(question.text, named.spans)
    against = against_last_year(rest)
    dated = _without_indicator_years(_masked(rest, against))
    years, year_spans = find_years(dated, today)
    operations = find_operations(rest, [*year_spans, *against])
    operations = _with_patterns(operations, question.text)
    rest = _masked(rest, [*year_spans, *against])
    found = find_indicators(rest)
    topics = _topics(rest)
    absence = _absence(rest, found)
    off_subject = next((s.meaning for s in _off_subjects().spots(rest)), None)
    ranks = "organs"
    if _WHICH_YEAR.search(question.text):
        ranks = "years"
    elif _WHICH_PART.search(question.text):
        ranks = "parts"
    match = _TABLE.search(question.text)
    operation = choose_operation(operations, found, named, years, topics, question.text)
    indicators, whole = _narrowed(found.indicators, operation, rest)
    found = _with(found, indicators)
    return Parsed(
        question=question,
        named=named,
        years=years,
        found=found,
        operations=operations,
        operation=operation,
        topics=topics,
        absence=absence,
        off_subject=off_subject,
        table=_TABLES[next(g for g in match.groups() if g)] if match else None,
        ranks=ranks,
        whole=whole,
    )


#: 比上年 and the like compare with the year before the one in question; they name no year.
_AGAINST = re.compile(
    r"(?:与|和|跟|同|比|较|相比|相较于?|对比)(?:起)?(?:上一?年度?|去年(?:同期)?|前一年度?|往年)(?:同期)?(?:相比|比较|比)?"
    r"|(?:compared (?:with|to)|than|against|over|versus|from) (?:the )?"
    r"(?:previous year|year before|prior year|last year)"
    r"|year[ -]on[ -]year"
)


def against_last_year(text: str) -> list[tuple[int, int]]:
    """Return the spans of `text` that compare with the year before.

    >>> against_last_year("新收比上年多多少")
    [(2, 5)]
    """
    return [match.span() for match in _AGAINST.finditer(text)]


_PATTERNS = {
    "missing_reports": re.compile(
        r"(?:谁|哪些|哪个|哪家|哪几|有没有).{0,8}(?:没有|没|缺|未|不见).{0,10}(?:年报|报告)"
        r"|缺(?:了)?.{0,8}(?:年报|报告)|(?:which|who).{0,20}(?:no|missing|lack|without).{0,20}report"
    ),
    "zeros": re.compile(
        r"(?:哪|几).{0,6}(?:项|行|类|栏|数|格|个|种|指标|情形|理由)?.{0,4}(?:是|为|等于)(?:0|零)(?!\.)"
        r"|(?:which|what).{0,30}(?:are|is|were|was) (?:0|zero)"
    ),
    "change": _AGAINST,
}


def _with_patterns(operations: Operations, text: str) -> Operations:
    """Add the operations that only a pattern over the whole question shows."""
    found = {id_ for id_, pattern in _PATTERNS.items() if pattern.search(text)}
    if "zeros" in found and re.search(r"不(?:是|为|等于)(?:0|零)|not zero|above zero", text):
        found = (found - {"zeros"}) | {"nonzeros"}
    return replace(operations, ids=operations.ids | found)


_MONTH = re.compile(
    r"(?<!\d)(?:1[0-2]|[1-9])月(?!\d*日)|[一二三四五六七八九十]{1,2}月份?|上半年|下半年|季度"
    r"|\b(?:in|for|during) (?:january|february|march|april|may|june|july|august|september|october"
    r"|november|december)\b|\bquarter(?:ly)?\b"
)


def _absence(text: str, found: Found) -> str | None:
    """What the tables never carry, if its wording is no part of a figure's own."""
    if _MONTH.search(text):
        return "monthly"
    for spot in _absences().spots(text):
        inside = any(
            start <= spot.start and spot.stop <= stop and stop - start > spot.stop - spot.start
            for start, stop in found.spans
        )
        if not inside:
            return spot.meaning
    return None


def choose_operation(
    operations: Operations,
    found: Found,
    named: Named,
    years: Years,
    topics: Sequence[str],
    text: str,
) -> str:
    """Return the one operation that the cues ask for; "" where there is none."""
    ids = operations.ids
    several_organs = len(named.organs) + len(named.open) > 1
    if "verify" in ids and operations.stated:
        return "verify"
    if (
        operations.comparison
        and named.organs
        and "count_organs" in ids
        and "filter_organs" not in ids
    ):
        return "verify"
    for first in ("missing_reports", "checks", "zeros", "nonzeros"):
        if first in ids and not (first == "checks" and found.indicators and "value" in ids):
            return first
    if ids & {"highest", "lowest", "top", "bottom", "rank"}:
        return "rank"
    if "total_over_organs" in ids and found.indicators:
        return "total_over_organs"
    if ids & {"filter_organs", "count_organs"} and (found.indicators or found.open):
        return "filter_organs" if "filter_organs" in ids or not _counts(text) else "count_organs"
    if "coverage" in ids and not (found.indicators and not found.weak):
        return "coverage"
    for id_ in ("average", "growth_rate", "composition", "by_applicant", "whole_table"):
        if id_ in ids:
            return id_
    if "share" in ids or ("ratio" in ids and len(found.indicators) + len(found.applicants) > 0):
        return "share" if "share" in ids else "ratio"
    if "change" in ids:
        return "change" if not several_organs else "compare"
    if "difference" in ids:
        return "difference"
    if "sum" in ids and (len(found.indicators) > 1 or len(years.named) > 1 or several_organs):
        return "sum"
    if "definition" in ids and not ids & {"value"}:
        return "definition"
    if "guidance" in ids and "value" not in ids:
        return "guidance"
    for id_ in ("contact", "why", "source"):
        if id_ in ids:
            return id_
    if "trend" in ids or years.every or years.last:
        return "trend"
    if several_organs or "compare" in ids:
        return "compare"
    if "list" in ids or "each" in ids:
        return "list"
    if "quote" in ids and (not found.indicators or found.weak):
        return "quote"
    if topics and (not found.indicators or found.weak):
        return "quote"
    if ids & {"value", "exists", "sum", "verify"}:
        return "value"
    return ""


def _counts(text: str) -> bool:
    return bool(re.search(r"多少|几个|几家|how many|number of", text))


def _narrowed(
    indicators: tuple[str, ...], operation: str, text: str
) -> tuple[tuple[str, ...], str | None]:
    """Drop a group that merely leads to its part (不予公开 in “因国家秘密不予公开”).

    Returns the indicators left and, for a share, the whole it is a share of.
    """
    known = load_indicators()
    wholes = {
        group for group in indicators for other in indicators
        if other != group and other.startswith(f"{group}.")
    }  # fmt: skip
    if operation in ("share", "ratio", "composition"):
        whole = _whole(indicators, text)
        rest = tuple(i for i in indicators if i != whole)
        return (rest or indicators, whole if rest else None)
    joined = re.search(r"各|分别|其中|和|及|与|、|以及|respectively|both|and|of which", text)
    if wholes and not joined:
        return tuple(i for i in indicators if i not in wholes), None
    derived = [i for i in indicators if known[i].kind == "derived"]
    if derived and len(indicators) > 1 and operation not in ("list", "sum", "difference"):
        return tuple(derived), None
    return indicators, None


def _whole(indicators: tuple[str, ...], text: str) -> str | None:
    """The indicator that stands right behind 占: what the share is of."""
    match = re.search(
        r"占(?:了|到|全部|总|所有|当年|本年|全年)*|share of|percentage of|proportion of", text
    )
    if match is None or len(indicators) < 2:
        return None
    if match.group().startswith("占"):
        behind = find_indicators(text[match.end() :]).indicators
        return behind[0] if behind and behind[0] in indicators else None
    for id_ in reversed(indicators):
        return id_
    return None


def _with(found: Found, indicators: tuple[str, ...]) -> Found:
    return replace(found, indicators=indicators)


#: 上年结转 and the like name a row, not a year.
_YEAR_IN_LABEL = re.compile(
    r"(?:上一?年度?|去年|前一年|往年|上年度)(?=结转|转入|遗留|留|没办|未办|积压|剩|转|带|接续|项目)"
    r"|本年(?=新收|度办理|制发|废止|处理|收费|新制作|新公开|增)|下一?年度?(?=继续|结转|办理)"
    r"|(?<=结转)(?:到|至)?(?:下一?年度?|明年|次年|第二年|下年)|(?<=留到|转到|拖到)(?:下一?年度?|明年|次年|第二年|下年)"
    r"|from the (?:previous year|year before)|from last year"
    r"|(?:to|into) (?:the )?next year"
    r"|(?:to|until) the following year"
)


def _without_indicator_years(text: str) -> str:
    return _YEAR_IN_LABEL.sub(lambda match: "▁" * len(match.group()), text)


def _masked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    chars = list(text)
    for start, stop in spans:
        chars[start:stop] = "▁" * (stop - start)
    return "".join(chars)


def _topics(text: str) -> tuple[str, ...]:
    spots = _topic_words().spots(text)
    return tuple(dict.fromkeys(spot.meaning for spot in spots))


@cache
def _topic_words() -> Lexicon[str]:
    return Lexicon.of(
        (wording_key(wording, language), topic.id)
        for language in LANGUAGES
        for topic in load_topics().values()
        for wording in topic.wordings.of(language)
    )


@cache
def _absences() -> Lexicon[str]:
    return Lexicon.of(
        (wording_key(wording, language), absence.id)
        for language in LANGUAGES
        for absence in load_absences().values()
        for wording in absence.wordings.of(language)
    )


@cache
def _off_subjects() -> Lexicon[str]:
    return Lexicon.of(
        (wording_key(cue, language), subject.id)
        for language in LANGUAGES
        for subject in load_off_subjects().values()
        for cue in subject.cues.of(language)
    )
