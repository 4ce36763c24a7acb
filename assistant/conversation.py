"""A follow-up is the question before it with exactly the slots changed that it names.

Owns that merge.  A question that names organ, year and figure of its own starts afresh.

Leaves to others: what each question says (understand/parse.py), where earlier questions are kept
(api/).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from assistant.understand.indicators import Found
from assistant.understand.parse import Parsed, unread
from assistant.understand.years import Years
from assistant.vocabulary import load_indicators

T = TypeVar("T")

#: Operations that ask nothing of a figure, and so take no figure from the question before.
_OWN_SUBJECT = frozenset(
    {"coverage", "missing_reports", "guidance", "definition", "contact", "quote"}
)


_BOTH = re.compile(
    r"^[那这]?(?:两|俩)[个者家年]?.{0,4}(?:加|合|差|比|哪|谁|一共|总)"
    r"|^那?(?:哪个|哪家|谁)更?[多少高低]|^那?(?:相?差|差了?)多少"
    r"|^那?(?:[这那]?[两三四五六][个家年项]?)?(?:加起来|加在一起|合计|一共|总共)|^再加上"
    r"|^(?:what about )?(?:both|together|the two|combined)"
    r"|^which (?:one )?(?:is|was|had|has) (?:more|higher)"
)


#: All that was asked, be it two figures or more.
_ALL_TOGETHER = re.compile(
    r"^那?(?:[这那]?[两三四五六][个家年项]?)?(?:一共|总共|合计|加起来|加在一起|全部加|都加)"
    r"|together|combined|in total"
)


def combine(asked: Sequence[Parsed], now: Parsed) -> Parsed | None:
    """Return `now` asked of the last questions together (“两个加起来”), None if it is not."""
    if len(asked) < 2:
        return None
    first, second = asked[-2:]
    if (moved := _moved(first, second, now)) is not None:
        return moved
    if not _BOTH.search(now.question.text):
        return None
    if _ALL_TOGETHER.search(now.question.text) and (all_ := together(asked)) is not None:
        return _asked_as(now, all_, operation="sum")
    if now.named.organs and not now.question.text.startswith("再加上"):
        return None
    if re.search(r"占|百分|比例|share|percent", now.question.text):
        return _share_of_both(first, second, now)
    organs = _both(first.named.organs, (*second.named.organs, *now.named.organs))
    years = _both(first.years.named, second.years.named)
    indicators = _both(first.found.indicators, second.found.indicators)
    applicants = _both(first.found.applicants, second.found.applicants)
    sums = re.search(r"加|合|一共|总|sum|together|both|combined", now.question.text)
    differs = re.search(r"差|多多少|少多少|difference", now.question.text)
    operation = "sum" if sums else "difference" if differs else "compare"
    both = replace(
        second,
        named=replace(second.named, organs=organs, strangers=(), open=()),
        years=replace(second.years, named=years),
        found=replace(second.found, indicators=indicators, applicants=applicants),
    )
    return _asked_as(now, both, operation=operation)


def _asked_as(now: Parsed, before: Parsed, *, operation: str) -> Parsed:
    """`before` with its organ, year and figure, asked the way that `now` asks."""
    return replace(
        before,
        question=now.question,
        operations=now.operations,
        operation=operation,
        carried={"organ": "organ", "year": "year", "indicator": "indicator"},
    )


def _share_of_both(first: Parsed, second: Parsed, now: Parsed) -> Parsed | None:
    """“两个加一起占办结多少”, where one figure stands for both."""
    parts = {*first.found.indicators, *second.found.indicators}
    for id_, known in load_indicators().items():
        if parts and {term.indicator for term in known.parts} == parts:
            found = replace(second.found, indicators=(id_,))
            whole = now.of[0] or (now.found.indicators[0] if now.found.indicators else None)
            halves = replace(second, found=found, whole=whole, part=(None, None), of=(None, None))
            return _asked_as(now, halves, operation="share")
    return None


def together(asked: Sequence[Parsed]) -> Parsed | None:
    """Return the last questions as one that asks for all their figures, as far as they go back.

    They go together as long as they differ in one thing: the organ, the year, the figure or the
    kind of applicant.
    """
    last = asked[-1] if asked else None
    if last is None or last.operation not in _PLAIN:
        return None
    kinds: set[str] = set()
    terms = [last]
    for one in reversed(asked[:-1]):
        differs = _differs(one, terms[-1])
        if one.operation not in _PLAIN or len(differs) != 1 or (kinds and differs != kinds):
            break
        kinds = differs
        terms.append(one)
    if len(terms) < 3:
        return None
    both = last
    for one in reversed(terms):
        found = replace(
            both.found,
            indicators=_both(both.found.indicators, one.found.indicators),
            applicants=_both(both.found.applicants, one.found.applicants),
        )
        named = replace(both.named, organs=_both(both.named.organs, one.named.organs))
        years = replace(both.years, named=_both(both.years.named, one.years.named))
        both = replace(both, found=found, named=named, years=years)
    return both


_PLAIN = frozenset({"", "value"})


def _differs(one: Parsed, other: Parsed) -> set[str]:
    """What two questions differ in."""
    pairs = {
        "organ": (one.named.organs, other.named.organs),
        "year": (one.years.named, other.years.named),
        "indicator": (one.found.indicators, other.found.indicators),
        "applicant": (one.found.applicants, other.found.applicants),
    }
    return {name for name, (first, second) in pairs.items() if first != second}


def _moved(first: Parsed, second: Parsed, now: Parsed) -> Parsed | None:
    """“增长了百分之几” behind two questions that differ in nothing but the year."""
    if now.operation not in ("change", "growth_rate", "difference") or _names_organ(now):
        return None
    years = (*first.years.named, *second.years.named)
    alike = first.named.organs == second.named.organs or not second.named.organs
    same = first.found.indicators == second.found.indicators and alike
    if not (now.years.silent and not now.found.indicators and same and len(set(years)) == 2):
        return None
    if len(first.years.named) != 1:
        return None
    pair = replace(second, years=replace(second.years, named=tuple(sorted(years))))
    return _asked_as(now, pair, operation=now.operation)


def _both(one: tuple[T, ...], other: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*one, *other)))


#: 百分比呢 behind a change asks for its rate.
_RATE_OF_IT = re.compile(
    r"^那?(?:换成|折合)?(?:百分比|百分之几|百分之多少|增幅|降幅|幅度|增长率|比例)(?:是多少|多少|多大)?[呢?。]*$"
    r"|^(?:and )?(?:in|as a) percent"
)


def merge(before: Parsed | None, now: Parsed) -> Parsed:
    """Return `now` with what it leaves open taken from `before`."""
    if before is None or (now.off_subject and not now.found.indicators):
        return now
    if before.operation in ("change", "difference") and _RATE_OF_IT.search(now.question.text):
        return _asked_as(now, before, operation="growth_rate")
    carried: dict[str, str] = {}
    merged = now
    if not _names_organ(now) and _names_organ(before):
        kept = tuple(o for o in before.named.organs if o not in now.named.without)
        carried_named = replace(before.named, corrected=(), organs=kept, without=now.named.without)
        merged = replace(merged, named=carried_named)
        carried["organ"] = "organ"
    merged = _years(before, merged, carried)
    if merged.operation == "verify":
        now = replace(now, operation="verify", base_operation=merged.base_operation)
    merged = _figures(before, now, merged, carried)
    return _share_of_applicant(replace(merged, carried=carried))


def _share_of_applicant(parsed: Parsed) -> Parsed:
    """A rate of one kind of applicant asked of another kind is the share of that kind."""
    rates = set(parsed.found.indicators) & {"natural_person_share", "legal_share"}
    if not rates or not parsed.found.applicants or "applicant" in parsed.carried:
        return parsed
    found = replace(parsed.found, indicators=("received",))
    return replace(parsed, found=found, operation="share", whole=None)


def _names_organ(parsed: Parsed) -> bool:
    return bool(parsed.named.organs or parsed.named.open or parsed.named.strangers)


#: 当年 behind a question about one year is that year.
_SAME_YEAR = re.compile(r"当年|那一?年|同一?年|本年度")
_THIS_YEAR = re.compile(r"今年|去年|前年")


def _years(before: Parsed, now: Parsed, carried: dict[str, str]) -> Parsed:
    same = _SAME_YEAR.search(now.question.text) and not _THIS_YEAR.search(now.question.text)
    if same and now.years.relative and len(now.years.named) == 1 == len(before.years.named):
        now = replace(now, years=Years())
    if now.years.without and not now.years.named and before.years.named:
        kept = tuple(year for year in before.years.named if year not in now.years.without)
        carried["year"] = "year"
        return replace(now, years=replace(now.years, named=kept, every=False))
    if now.years.silent:
        if before.years.silent:
            return now
        carried["year"] = "year"
        return replace(now, years=before.years)
    compares = now.operation in ("change", "growth_rate", "difference", "verify") or (
        "verify" in now.operations and _THAN.search(now.question.text)
    )
    if compares and len(now.years.named) == 1 == len(before.years.named):
        pair = tuple(dict.fromkeys((*before.years.named, *now.years.named)))
        now = replace(now, years=replace(now.years, named=pair))
        whether = "verify" in now.operations and now.operation != "verify"
        return replace(now, operation="verify", base_operation="change") if whether else now
    step = -1 if now.years.before else 1 if now.years.after else 0
    if step and not now.years.named and before.years.named:
        base = min(before.years.named) if step < 0 else max(before.years.named)
        if now.operation in ("change", "growth_rate", "difference"):
            return replace(now, years=before.years)
        return replace(now, years=Years(named=(base + step,)))
    return now


def _says_little(now: Parsed) -> bool:
    """Whether a follow-up says nothing but an organ or a year: 2023年呢."""
    return len(unread(now).replace(" ", "")) < 2


def _asked_again(before: Parsed, now: Parsed) -> Parsed:
    """The question before, asked of another organ or year in its own words."""
    text = before.question.text
    if len(now.years.named) == 1 and len(before.years.named) == 1:
        text = text.replace(str(before.years.named[0]), str(now.years.named[0]))
    return replace(
        now,
        question=replace(before.question, text=text),
        found=before.found,
        operations=before.operations,
        operation=before.operation,
        topics=before.topics,
        absence=before.absence,
        rest=before.rest,
        seen=before.seen,
        topic_words=before.topic_words,
    )


def _figures(before: Parsed, now: Parsed, merged: Parsed, carried: dict[str, str]) -> Parsed:
    names_figure = bool(now.found.indicators) and not (now.found.weak and before.found.indicators)
    if now.found.open and (settled := _settled_by(before, now)):
        found = replace(now.found, indicators=(settled,), open=())
        return replace(merged, found=found, operation=now.operation or _kept(before))
    if now.operation in _OWN_SUBJECT or now.topics or now.absence or now.found.open:
        return merged
    plain = now.operation in _PLAIN and not now.found.applicants and not now.found.indicators
    if before.operation == "quote" and plain and _says_little(now):
        carried["topic"] = "topic"
        return _asked_again(before, merged)
    if names_figure:
        found = now.found
        if not found.applicants and before.found.applicants and not now.named.organs:
            found = replace(found, applicants=before.found.applicants)
            carried["applicant"] = "applicant"
        operation = now.operation or _kept(before)
        return replace(merged, found=found, operation=operation)
    if not before.found.indicators and not before.found.open:
        if before.topics and not now.found.applicants:
            carried["topic"] = "topic"
            return replace(
                merged,
                topics=before.topics,
                operation=now.operation or before.operation,
                question=before.question if now.operation in ("", "value") else now.question,
            )
        return merged
    bare = not (now.named.organs or now.found.applicants or now.found.weak_applicants)
    if bare and now.years.silent and now.operation in _PLAIN and not _says_little(now):
        return merged
    carried["indicator"] = "indicator"
    applicants = now.found.applicants or now.found.weak_applicants or before.found.applicants
    found = Found(
        indicators=before.found.indicators,
        applicants=applicants,
        open=before.found.open,
        defaulted=before.found.defaulted,
        subjects=before.found.subjects,
    )
    operation = _operation(before, now)
    part = now.part
    if operation == "share" and part == (None, None) and now.of[0] and len(found.indicators) == 1:
        part = (found.indicators[0], next(iter(applicants), None))
    return replace(
        merged,
        found=found,
        operation=operation,
        part=part,
        whole=now.whole or before.whole,
        table=now.table or before.table,
        ranks=now.ranks if now.operation and before.operation != "rank" else before.ranks,
        operations=before.operations if _as_before(before, now) else now.operations,
    )


def _as_before(before: Parsed, now: Parsed) -> bool:
    """Whether the numbers and cues of the question before still hold."""
    too = before.operation == "verify" and bool(_SO_TOO.search(now.question.text))
    return too or not now.operations.ids


def _operation(before: Parsed, now: Parsed) -> str:
    if before.operation == "verify" and _SO_TOO.search(now.question.text):
        return "verify"
    if now.operation not in ("", "value"):
        return now.operation
    if "sum" in now.operations.ids:
        return "sum" if len(before.found.indicators) > 1 else "value"
    return _kept(before)


def _settled_by(before: Parsed, now: Parsed) -> str | None:
    """The candidate of an open wording that stays in the block, or the column, asked before."""
    candidates = [c for ambiguity in now.found.open for c in ambiguity.candidates]
    for id_ in before.found.indicators:
        block, _, column = id_.partition(".")
        starts = f"{id_}." if block == "stat" else f"{block}."
        for fits in (starts, f".{column}"):
            near = [c for c in candidates if c.startswith(fits) or (column and c.endswith(fits))]
            if len(near) == 1:
                return near[0]
    return None


_THAN = re.compile(r"比|多于|少于|\bthan\b")
#: 那清溪区也是吗 asks whether the same holds.
_SO_TOO = re.compile(
    r"也是(?:吗|吧|这样|如此)?|也这样|同样(?:吗|如此)|\bas well\?|\btoo\?|the same true"
)


def _kept(before: Parsed) -> str:
    """The operation that a follow-up goes on with."""
    return (
        "value"
        if before.operation in ("verify", "why", "source", "guidance", "definition")
        else before.operation
    )
