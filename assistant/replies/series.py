"""Replies about one figure over time: change, growth and trend.

Owns the difference and the rate of growth between two figures, the table over the years, and where
a series would join figures that differ in meaning.

Leaves to others: figures side by side (values.py), shares (shares.py), totals (sums.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from assistant.compute import Value, added, growth, percentage
from assistant.draft import Draft, series_of
from assistant.replies.lines import gap_unit, list_line, year_line
from assistant.replies.notes import notes_on_parts
from assistant.replies.task import ANSWERED, NOT_STATED, End, Task, ending
from assistant.vocabulary import load_indicators
from indexer.numbers import canonical
from indexer.records import ReportRow


def crosses_formats(indicator: str, reports: Sequence[ReportRow]) -> bool:
    """Whether a series of `indicator` over `reports` would join figures that differ in meaning.

    Table two changed with 国办公开办函〔2021〕30号; the tables to 2018 are of another kind.
    """
    formats = {report.format for report in reports}
    known = load_indicators().get(indicator)
    if len(formats) < 2:
        return False
    if "statistics" in formats:
        return True
    return known is not None and known.table == 2


def note_break(draft: Draft, reports: Sequence[ReportRow]) -> None:
    """Say why figures of these reports make no series."""
    old_tables = any(report.format == "statistics" for report in reports)
    draft.note("statistics_own_label" if old_tables else "format_break")


def answer_change(task: Task, draft: Draft) -> End:
    """Difference, change or rate of growth between two years, or two figures, or two organs."""
    pair = _pair(task)
    if pair is None:
        return answer_trend(task, draft)
    old, new = pair
    if old.state != "number" or new.state != "number":
        return _one_lacking(draft, old, new)
    reports = [old.report, new.report]
    if crosses_formats(task.indicators[0], reports):
        draft.lines.append(draft.say("cross_format", label=draft.label(task.indicators[0])))
        for value in (old, new):
            draft.show(value)
            year_line(draft, value)
        note_break(draft, reports)
        draft.finish()
        return ANSWERED
    if old.unit != new.unit:
        draft.lines.append(draft.say("units_differ"))
        for value in (new, old):
            list_line(draft, value)
        draft.note("units_differ")
        draft.finish()
        return ANSWERED
    return _two_numbers(task, draft, old, new)


def _pair(task: Task) -> tuple[Value, Value] | None:
    """The two figures to compare, the earlier (or second named) first."""
    reports = task.scope.reports
    indicator, applicant = task.indicators[0], task.applicants[0]
    if _against_sum(task):
        others = [task.first(report) for report in reports[1:]]
        return replace(added(others, indicator, applicant), why="group"), task.first(reports[0])
    if task.parsed.operation == "growth_rate" and len(task.indicators) > 1 == len(reports):
        return None
    if len(reports) == 1 and len(task.indicators) == 2:
        first, second = task.indicators
        return task.value(reports[0], second, applicant), task.value(reports[0], first, applicant)
    if len(reports) == 1 and len(task.applicants) == 2:
        one, two = task.applicants
        return task.value(reports[0], indicator, two), task.value(reports[0], indicator, one)
    if len(reports) == 2 and len(task.scope.organs) == 2:
        return task.first(reports[1]), task.first(reports[0])
    if len(reports) >= 2 and len(task.scope.organs) == 1:
        ordered = sorted(reports, key=lambda report: report.year)
        return task.first(ordered[0]), task.first(ordered[-1])
    return None


#: One organ against the sum of others: 市政府比清溪区和教育局加起来还多多少.
_THAN_SUM = re.compile(
    r"(?:比|超过|超出|多于).{2,60}(?:加起来|加在一[起块]|合起来|合在一起|之和|总和|合计)"
    r"|\bthan\b.{2,80}\b(?:together|combined)\b"
)


def _against_sum(task: Task) -> bool:
    """Whether the first organ of one year is set against the sum of the others."""
    organs = task.scope.organs
    several = len(task.scope.reports) == len(organs) > 2 and len(task.scope.years) == 1
    return several and bool(_THAN_SUM.search(task.parsed.question.text))


def _one_lacking(draft: Draft, old: Value, new: Value) -> End:
    """No difference: the figure that is no number is explained, the other one given."""
    lacking, other = (old, new) if old.state != "number" else (new, old)
    draft.lines.append(draft.say("cannot", sentence=draft.sentence(lacking)))
    draft.show(lacking)
    if other.state == "number":
        draft.lines.append(draft.sentence(other))
        draft.show(other)
    draft.explain(lacking)
    draft.finish()
    return ending(lacking) if lacking.state in ("absent", "unreadable") else ANSWERED


def _two_numbers(task: Task, draft: Draft, old: Value, new: Value) -> End:
    assert old.value is not None and new.value is not None
    names = {
        "organ": new.report.organ,
        "year": new.report.year,
        "label": draft.name(new),
        "base": _base_name(task, draft, old, new),
        "old": canonical(old.value),
        "new": canonical(new.value),
        "cites": draft.cites(new) + draft.cites(old),
    }
    ids = draft.ids(new, old)
    growth = task.parsed.operation == "growth_rate"
    if growth and old.value == 0:
        wanted = {name: text for name, text in names.items() if name != "old"}
        unit = gap_unit(draft, new.unit)
        draft.lines.append(draft.say("rate_zero_base", **wanted, unit=unit))
        draft.note("zero_base")
        for value in (new, old):
            draft.show(value)
        draft.finish()
        return ANSWERED
    difference = new.value - old.value
    fraction = f"{canonical(new.value)}-{canonical(old.value)}"
    result: Decimal
    result_unit: str | None
    if growth:
        result, result_unit = percentage(difference, old.value), "%"
        expression = f"({fraction})/{canonical(old.value)} = {canonical(result)}%"
        key = "rate_up" if result >= 0 else "rate_down"
        draft.lines.append(draft.say(key, **names, value=f"{canonical(abs(result))}%"))
        if old.value < 30:
            draft.note("small_base", base=canonical(old.value))
    else:
        if difference < 0 and _asks_for_less(task):
            result, fraction = -difference, f"{canonical(old.value)}-{canonical(new.value)}"
        else:
            result = difference
        result_unit = new.unit
        expression = f"{fraction} = {canonical(result)}"
        draft.lines.append(_difference_line(draft, old, new, difference, names))
    draft.value, draft.unit = result, result_unit
    for value in (new, old):
        draft.show(value)
    draft.show_result(
        draft.name(new),
        result,
        result_unit or None,
        ids,
        organ=new.report.organ,
        year=new.report.year,
        first=True,
    )
    draft.calculate(expression, result, result_unit or None, ids)
    draft.say_calculation(expression)
    for value in (new, old):
        draft.say_how(value)
        draft.check(value)
    notes_on_parts(draft, [new, old])
    draft.finish()
    return ANSWERED


#: 少了多少 is answered with what is missing; 增减多少 and 多还是少 with a sign.
_LESS = re.compile(
    r"少[了收办发花]?了?(?:多少|几)|减少了?(?:多少|几)|下降了?(?:多少|几)|降了(?:多少|几)|差多少|相差"
    r"|\bfewer\b|\bless\b|\bdecrease|\bdrop|\bfell\b|\bfall\b|\bdecline"
)
_SIGNED = re.compile(
    r"增减|变化|还是少|或少|多少还是|正负|more or (?:fewer|less)|\bsign\b|\bchange"
)


def _asks_for_less(task: Task) -> bool:
    """Whether the question itself says that it is less, so that no sign is wanted."""
    text = task.parsed.question.text
    signed = _SIGNED.search(text) or "verify" in task.parsed.operations
    return bool(_LESS.search(text)) and not signed


def _difference_line(
    draft: Draft, old: Value, new: Value, difference: Decimal, names: dict[str, object]
) -> str:
    unit = gap_unit(draft, new.unit)
    if difference == 0:
        wanted = {name: text for name, text in names.items() if name != "old"}
        return draft.say("same", **wanted, unit=unit)
    in_time = (old.report.organ, old.indicator, old.applicant) == (
        new.report.organ,
        new.indicator,
        new.applicant,
    )
    words = ("up", "down") if in_time else ("over", "under")
    change = draft.say(words[0] if difference > 0 else words[1])
    change = f"{change} " if draft.language == "zh" else change
    return draft.say("more", **names, change=change, value=canonical(abs(difference)), unit=unit)


def _base_name(task: Task, draft: Draft, old: Value, new: Value) -> str:
    if _against_sum(task):
        return draft.say("sum_of_organs", organs=draft.joined(task.scope.organs[1:]))
    if old.report.organ != new.report.organ:
        other = old.report.year != new.report.year
        return draft.organ_year(old.report) if other else old.report.organ
    if old.report.year != new.report.year:
        return draft.say("year_word", year=old.report.year)
    return draft.name(old)


#: The year of the largest change is asked for, as a rate or in numbers.
_MOST = re.compile(
    r"(?:增幅|涨幅|降幅|增长|增加|上升|上涨|涨|下降|减少|降|跌)[^,。?]{0,4}最|最[大多快][^,。?]{0,3}(?:增|涨|降|跌)"
    r"|\b(?:biggest|largest|sharpest|steepest) (?:increase|decrease|rise|fall|drop|growth)"
)
_AS_RATE = re.compile(r"幅|率|百分|快|%|\b(?:sharpest|steepest|per ?cent|rate)")
_DOWN = re.compile(r"降|减|跌|\b(?:decrease|fall|drop)")


def _largest_change(task: Task, draft: Draft) -> bool:
    """Head a trend with the year of the largest change on the year before; False if none is."""
    text = task.parsed.question.text
    one = len(task.scope.organs) == len(task.indicators) == len(task.applicants) == 1
    if not (one and _MOST.search(text)):
        return False
    values = [task.first(report) for report in sorted(task.scope.reports, key=lambda r: r.year)]
    down, as_rate = bool(_DOWN.search(text)), bool(_AS_RATE.search(text))
    plain = [replace(value, expression=None) for value in values]
    found = [
        (old, new, change.value, change.expression or "")
        for old, new in pairwise(plain)
        if new.report.year == old.report.year + 1
        and not crosses_formats(task.indicators[0], [old.report, new.report])
        and (change := growth(old, new, percent=as_rate, down=down)).value is not None
    ]
    best = max((gap for _, _, gap, _ in found), default=Decimal(0))
    if best <= 0:
        return False
    for old, new, gap, expression in found:
        if gap != best:
            continue
        unit = "%" if as_rate else new.unit
        draft.lines.append(
            draft.say(
                "largest_fall" if down else "largest_rise",
                organ=new.report.organ,
                label=draft.name(new),
                year=new.report.year,
                value=f"{canonical(gap)}{'%' if as_rate else ''}",
                unit="" if as_rate else gap_unit(draft, new.unit),
                cites=draft.cites(new) + draft.cites(old),
            )
        )
        draft.calculate(expression, gap, unit, draft.ids(new, old))
        draft.say_calculation(expression)
    draft.value, draft.unit = best, "%" if as_rate else values[0].unit
    return True


def answer_trend(task: Task, draft: Draft) -> End:
    """One figure over the years, as a small table; never across a format break in silence."""
    ended = _largest_change(task, draft)
    for organ in task.scope.organs:
        reports = [report for report in task.scope.reports if report.organ == organ]
        for indicator in task.indicators:
            for applicant in task.applicants:
                ended |= _one_trend(task, draft, organ, reports, indicator, applicant)
    draft.finish()
    return ANSWERED if ended else NOT_STATED


def _one_trend(
    task: Task,
    draft: Draft,
    organ: str,
    reports: Sequence[ReportRow],
    indicator: str,
    applicant: str | None,
) -> bool:
    values = [task.value(report, indicator, applicant) for report in reports]
    label = draft.label(indicator, applicant)
    draft.lines.append(draft.say("trend_head", organ=organ, label=label))
    for value in values:
        year_line(draft, value)
        draft.show(value)
        draft.say_how(value, indent="  ")
    for absent_organ, year in task.scope.absent:
        if absent_organ == organ:
            state = draft.say("state_missing")
            draft.lines.append(draft.say("trend_line_state", year=year, state=state, cites=""))
    numbers = [value for value in values if value.value is not None]
    breaks = crosses_formats(indicator, [value.report for value in numbers])
    if breaks:
        note_break(draft, [value.report for value in numbers])
    elif len(numbers) > 1:
        _trend_change(draft, numbers[0], numbers[-1])
    if indicator.split(".")[0] == "other" and len({report.format for report in reports}) > 1:
        draft.note("other_row_break")
    notes_on_parts(draft, values)
    draft.series.append(
        {**series_of(draft, organ, label, values), "kind": "trend", "break": breaks}
    )
    return bool(numbers)


def _trend_change(draft: Draft, first: Value, last: Value) -> None:
    assert first.value is not None and last.value is not None
    difference = last.value - first.value
    expression = f"{canonical(last.value)}-{canonical(first.value)} = {canonical(difference)}"
    draft.calculate(expression, difference, last.unit, draft.ids(last, first))
    if not difference:
        return
    change, unit = draft.say("up" if difference > 0 else "down"), gap_unit(draft, last.unit)
    if draft.language == "zh":
        change, unit = f"{change} ", unit.strip()
    draft.lines.append(
        draft.say(
            "trend_change",
            year=last.report.year,
            base=first.report.year,
            change=change,
            value=canonical(abs(difference)),
            unit=unit,
        )
    )
