"""Replies to a question that states a figure: is it right?

Owns the comparison of what is stated with what is printed or computed, exactly, about or rounded.

Leaves to others: reading the statement (understand/operations.py), computing what it is compared
with (series.py, shares.py, sums.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise, starmap

from assistant.compute import SIGNS, Value, quotient
from assistant.draft import Draft
from assistant.replies.judged import agrees, judged_all
from assistant.replies.lines import head, list_line
from assistant.replies.money import limit_in_unit
from assistant.replies.notes import notes_for
from assistant.replies.series import answer_change, crosses_formats
from assistant.replies.shares import answer_share, share_line, share_of, tell_times
from assistant.replies.sums import answer_sum
from assistant.replies.task import ANSWERED, End, Task, ending
from assistant.replies.values import answer_value
from assistant.understand.indicators import find_indicators
from assistant.understand.operations import Stated, find_operations
from assistant.understand.parse import Parsed
from assistant.understand.patterns import ALL_OF, YEARLY
from assistant.vocabulary import rates

#: What is computed before it is compared, by operation.
_COMPUTED: Mapping[str, Callable[[Task, Draft], End]] = {
    "change": answer_change,
    "growth_rate": answer_change,
    "difference": answer_change,
    "ratio": answer_share,
    "sum": answer_sum,
}


def answer_verify(task: Task, draft: Draft) -> End:
    """Whether a stated figure is right; the headline is the true figure.

    There is a verdict only where all that is stated was judged.
    """
    end = _judge(task, draft)
    if draft.verdict is not None and not judged_all(task, draft):
        key = "verify_true" if draft.verdict else "verify_false"
        said = draft.say(key, sentence="")
        draft.lines[0] = draft.say("verify_partly", sentence=draft.lines[0].removeprefix(said))
        if draft.speech:
            draft.speech = draft.say("verify_partly", sentence=draft.speech.removeprefix(said))
        draft.verdict = None
    return end


def _judge(task: Task, draft: Draft) -> End:
    text = task.parsed.question.text
    if ALL_OF.search(text) and not task.parsed.operations.stated:
        return _verify_all(task, draft)
    if len(task.scope.reports) > 1 and len(task.scope.organs) == 1:
        if YEARLY.search(text) and not (_EVERY.search(text) and task.parsed.operations.stated):
            return _verify_yearly(task, draft)
        if _DOUBLED.search(text):
            return _verify_doubled(task, draft)
    if len(task.scope.reports) == 1 and (claims := _claims(task)):
        return _verify_claims(task, draft, claims)
    if _of_two_organs(task):
        return _verify_organs(task, draft)
    task = _between_two(task)
    if handler := _COMPUTED.get(task.parsed.base_operation):
        return _verify_computed(task, draft, handler)
    several = len(task.scope.reports) > 1
    if several and (len(task.parsed.operations.stated) > 1 or _EVERY.search(text)):
        return _verify_each(task, draft)
    task, stated = _stated_about(task)
    share = "share" in task.parsed.operations.ids or task.parsed.whole is not None
    if share and task.indicators[0] not in rates():
        value, *parts = share_of(task, task.scope.reports[0])
    else:
        value, parts = task.first(), []
    if value.state != "number" or value.value is None:
        return _unknown(draft, value)
    comparison = task.parsed.operations.comparison
    if comparison and not _exact_number(task.parsed):
        number = limit_in_unit(task.parsed, comparison[1], value.unit)
        verdict = SIGNS[comparison[0]](value.value, number)
    else:
        plain = [item for item in stated if not item.percent or value.unit == "%"] or stated
        verdict = any(agrees(item, value) for item in plain)
    percents = [item for item in stated if item.percent]
    if percents and len(percents) < len(stated) and value.unit != "%":
        rate, _, _ = share_of(task, task.scope.reports[0])
        verdict = verdict and all(agrees(item, rate) for item in percents)
        draft.show(rate)
    if parts:
        draft.lines.append(share_line(task, draft, value, *parts))
        draft.show(value)
        draft.value, draft.unit = value.value, value.unit
    else:
        head(draft, value)
    _say_verdict(draft, verdict)
    draft.explain(value)
    notes_for(task, draft, value)
    draft.finish()
    return ANSWERED


#: What parts one claim from the next: 办结288件，其中公开165件; then also 4件企业89件自然人.
_CLAIMS = (
    re.compile(r"[,;。、]|其中|[和及与](?=[^,;。\d]{1,16}\d)|\band\b"),
    re.compile(r"[,;。、]|(?<=[一-龥])(?=\d+件)"),
)


def _claims(task: Task) -> list[tuple[str, str | None, Stated]]:
    """The figures that a statement gives several numbers of, each in words of its own."""
    if len(task.parsed.operations.stated) < 2 or task.parsed.operations.comparison:
        return []
    for parted in _CLAIMS:
        claims = [one for text in parted.split(task.parsed.rest) if (one := _claim(text))]
        if len({(figure, who) for figure, who, _ in claims}) > 1:
            return claims
    return []


def _claim(text: str) -> tuple[str, str | None, Stated] | None:
    """The one figure and the one number that `text` sets against each other."""
    stated, named = find_operations(text, ()).stated, find_indicators(text)
    figure = named.indicators[0] if len(named.indicators) == 1 else None
    who = named.applicants[0] if len(named.applicants) == 1 else None
    if len(stated) != 1 or stated[0].percent or not (figure or who):
        return None
    return figure or "received", who, stated[0]


def _verify_claims(
    task: Task, draft: Draft, claims: Sequence[tuple[str, str | None, Stated]]
) -> End:
    """Check each of several stated numbers against the figure that it is said of."""
    report = task.scope.reports[0]
    values = [task.value(report, figure, who) for figure, who, _ in claims]
    if lacking := next((value for value in values if value.value is None), None):
        return _unknown(draft, lacking)
    draft.lines.append(draft.organ_year(report))
    for value in values:
        list_line(draft, value)
    judged = [agrees(stated, value) for (_, _, stated), value in zip(claims, values, strict=True)]
    _say_verdict(draft, all(judged))
    draft.value, draft.unit = values[-1].value, values[-1].unit
    draft.finish()
    return ANSWERED


def _between_two(task: Task) -> Task:
    """A statement without a number that sets two figures, or two years, against each other."""
    operations = task.parsed.operations
    if operations.stated or operations.comparison:
        return task
    two = "difference" if len(task.indicators) == 2 else None
    if len(task.scope.reports) >= 2 and len(task.indicators) == 1:
        two = "change"
    return replace(task, parsed=replace(task.parsed, base_operation=two)) if two else task


def _unknown(draft: Draft, value: Value) -> End:
    """Say that a statement cannot be checked, as the figure it is about is no number."""
    head(draft, value)
    draft.lines[0] = draft.say("verify_unknown", sentence=draft.lines[0])
    draft.explain(value)
    draft.finish()
    return ending(value)


def _say_verdict(draft: Draft, verdict: bool) -> None:
    """Open the first line with the verdict."""
    key = "verify_true" if verdict else "verify_false"
    draft.lines[0] = draft.say(key, sentence=draft.lines[0])
    if draft.speech:
        draft.speech = draft.say(key, sentence=draft.speech)
    draft.verdict = verdict


def _stated_about(task: Task) -> tuple[Task, tuple[Stated, ...]]:
    """The figure and the statement to compare: with several figures, those that stand closest."""
    stated = task.parsed.operations.stated
    places = task.parsed.found.places
    if len(task.indicators) < 2 or not stated:
        return task, stated
    last = stated[-1]

    def distance(indicator: str) -> int:
        start, stop = places.get(indicator, (0, 0))
        return min(abs(start - last.stop), abs(last.start - stop))

    nearest = min(task.indicators, key=distance)
    return replace(task, indicators=(nearest,)), (last,)


#: What is said of the first of two figures against the second.
_DIRECTIONS = {
    "<": re.compile(
        r"下降|下滑|跌|降|掉|减少|少于|(?<!多)少(?!给)|降低|低于|更低|不如|小于|<"
        r"|go down|went down|gone down|fewer|less|lower|decrease|drop|fell|below"
    ),
    ">": re.compile(
        r"上升|涨|增长|增加|(?<!给得)多(?!少|件)|提高|高于|更高|大于|超过|>"
        r"|go up|went up|gone up|rose"
        r"|more|higher|greater|larger|increase|rise|grew|exceed|outnumber"
    ),
    "=": re.compile(r"一样|相等|相同|持平|不变|the same|equal"),
}


#: Terms that are taken away are no sum; the figures are given, and nothing is judged.
_TAKES_AWAY = re.compile(r"减去?(?!少)|扣[除掉]|\bminus\b|\bless the\b")


def _of_two_organs(task: Task) -> bool:
    """Whether one figure of an organ is stated against that of another, by a number."""
    two = len(task.scope.organs) == len(task.scope.reports) == 2 and len(task.indicators) == 1
    said = task.parsed.operations.stated or task.parsed.operations.comparison
    text = task.parsed.question.text
    return bool(two and said and (_PART.search(text) or _GAP.search(text)))


_PART = re.compile(r"占|一半|%|百分之|[一二三四五六七八九]成|\b(?:half|per ?cent|percent|share)\b")
_GAP = re.compile(r"比.{2,24}[多少高低]|\bthan\b")


def _verify_organs(task: Task, draft: Draft) -> End:
    """Check what is stated of one organ against another: a part of it, or a difference."""
    if not _PART.search(task.parsed.question.text):
        plain = replace(task.parsed, base_operation="difference")
        return _verify_computed(replace(task, parsed=plain), draft, answer_change)
    one, two = (task.first(report) for report in task.scope.reports)
    value = quotient(one.report, one.indicator, one.applicant, one, two)
    if value.value is None:
        return _unknown(draft, one if one.value is None else two)
    tell_times(task, draft, value, one, two)
    limit = task.parsed.operations.comparison
    if limit:
        verdict = SIGNS[limit[0]](value.value, limit[1])
    else:
        verdict = any(agrees(item, value) for item in task.parsed.operations.stated)
    _say_verdict(draft, verdict)
    draft.finish()
    return ANSWERED


def _verify_computed(task: Task, draft: Draft, handler: Callable[[Task, Draft], End]) -> End:
    """Check a stated difference, rate or sum: it is computed first, then compared."""
    operation = task.parsed.base_operation
    if operation == "sum" and _TAKES_AWAY.search(task.parsed.question.text):
        return answer_value(replace(task, parsed=replace(task.parsed, operation="list")), draft)
    if operation == "change" and any(item.percent for item in task.parsed.operations.stated):
        operation = "growth_rate"
    plain = replace(task, parsed=replace(task.parsed, operation=operation))
    end = handler(plain, draft)
    if end[0] != "answered" or draft.value is None or not draft.lines:
        if draft.lines:
            draft.lines[0] = draft.say("verify_unknown", sentence=draft.lines[0])
        return end
    true, text = draft.value, task.parsed.question.text
    signed = Value(task.scope.reports[0], "", None, "number", abs(true), draft.unit)
    stated = task.parsed.operations.stated
    verdict = any(agrees(item, signed) for item in stated) if stated else True
    comparison = task.parsed.operations.comparison
    base = task.parsed.base_operation
    if comparison and base in ("ratio", "share", "average", "sum", "growth_rate"):
        as_percent = base == "growth_rate" and ("倍" in text or "times" in text)
        times = 100 if as_percent else 1
        verdict = SIGNS[comparison[0]](abs(true), comparison[1] * times)
    if base in ("change", "growth_rate", "difference"):
        said = [sign for sign, words in _DIRECTIONS.items() if words.search(text)]
        if len(said) == 1:
            ahead = -true if _earlier_first(task) else true
            verdict = verdict and SIGNS[said[0]](ahead, Decimal(0))
        elif not stated:
            return end
    _say_verdict(draft, verdict)
    return end


def _earlier_first(task: Task) -> bool:
    """Whether the earlier year is set against the later one: 2021年比2022年多."""
    years = task.parsed.years
    pair = len(years.named) == 2 and not years.ranged and years.named[0] < years.named[1]
    return pair and bool(_AGAINST.search(task.parsed.question.text))


#: What sets one year against another, and does not lead from one to the other.
_AGAINST = re.compile(r"比|多于|少于|高于|低于|超过|\bthan\b|\bexceed")
#: Statements about a row of years, and about twice as much.
_EVERY = re.compile(r"每年都?是|年年都?是|都是|\b(?:every|each) year\b")
_DOUBLED = re.compile(r"翻(?:了)?一?[倍番]|\bdoubl")


def _verify_all(task: Task, draft: Draft) -> End:
    """Whether a part is all there is: 复议全部维持, 申请都来自自然人."""
    if not (task.applicants[0] or task.parsed.whole) and len(task.indicators) > 1:
        parts = [one for one in task.indicators if not one.endswith(".total")]
        task = replace(task, indicators=tuple(parts or task.indicators))
    _, part, whole = share_of(task, task.scope.reports[0])
    for value in (part, whole):
        if value.state != "number" or value.value is None:
            return _unknown(draft, value)
    head(draft, part)
    _say_verdict(draft, part.value == whole.value and part.value != 0)
    list_line(draft, whole)
    draft.explain(part)
    draft.finish()
    return ANSWERED


def _row(task: Task, draft: Draft) -> list[Value] | None:
    """The figure of every year in scope, told line by line; None where one is no number."""
    reports = sorted(task.scope.reports, key=lambda report: report.year)
    values = [task.first(report) for report in reports]
    draft.lines.append(draft.say("several_head", scope=draft.name(values[0])))
    for value in values:
        list_line(draft, value, draft.organ_year(value.report))
    for _, year in task.scope.absent:
        state = draft.say("state_missing")
        draft.lines.append(draft.say("trend_line_state", year=year, state=state, cites=""))
    breaks = crosses_formats(values[0].indicator, reports)
    return None if breaks or any(value.value is None for value in values) else values


def _verify_yearly(task: Task, draft: Draft) -> End:
    """Whether a figure went one way from each year to the next."""
    values = _row(task, draft)
    said = [s for s, words in _DIRECTIONS.items() if words.search(task.parsed.question.text)]
    if values is None or len(said) != 1:
        draft.finish()
        return ANSWERED
    numbers = [value.value for value in values if value.value is not None]
    holds = all(SIGNS[said[0]](new, old) for old, new in pairwise(numbers))
    if not (holds and task.scope.absent):
        _say_verdict(draft, holds)
    draft.finish()
    return ANSWERED


def _verify_doubled(task: Task, draft: Draft) -> End:
    """Whether the last of the years has at least twice the figure of the first."""
    reports = sorted(task.scope.reports, key=lambda report: report.year)
    ends_of = replace(task.scope, reports=(reports[0], reports[-1]))
    values = _row(replace(task, scope=ends_of), draft)
    if values is not None and values[0].value is not None and values[-1].value is not None:
        ratio = quotient(
            values[-1].report, values[-1].indicator, None, values[-1], values[0], percent=False
        )
        if ratio.value is not None:
            draft.calculate_value(ratio)
            draft.say_calculation(ratio.expression or "")
        _say_verdict(draft, values[-1].value >= 2 * values[0].value)
    draft.finish()
    return ANSWERED


def _verify_each(task: Task, draft: Draft) -> End:
    """Check one stated number for each report, in the order of the question."""
    values = [task.first(report) for report in task.scope.reports]
    draft.lines.append(draft.name(values[0]))
    for value in values:
        list_line(draft, value, f"{value.report.organ}{value.report.year}")
    stated = task.parsed.operations.stated
    pairs = list(zip(stated * (len(values) if len(stated) == 1 else 1), values, strict=False))
    _say_verdict(draft, len(pairs) == len(values) and all(starmap(agrees, pairs)))
    draft.value, draft.unit = None, None
    draft.finish()
    return ANSWERED


def _exact_number(parsed: Parsed) -> bool:
    comparison = parsed.operations.comparison
    stated = parsed.operations.stated
    return comparison is None or (
        bool(stated) and all(item.value != comparison[1] for item in stated)
    )
