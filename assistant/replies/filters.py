"""Replies that say which organs or years fit a condition, or how many do.

Owns the condition that a question states or implies, and the organs of one year, or the years of
one organ, that fit it.

Leaves to others: their order (rankings.py), their total (sums.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from assistant.compute import SIGNS, Value, values_across
from assistant.draft import Draft, measure, spaced
from assistant.replies.lines import organ_line, year_line
from assistant.replies.money import limit_in_unit
from assistant.replies.rankings import MOST_LINES, full, note_left_out, ordered
from assistant.replies.series import answer_trend, crosses_formats
from assistant.replies.task import ANSWERED, NOT_STATED, End, Task
from assistant.understand.operations import comparisons_in
from indexer.numbers import canonical
from indexer.records import ReportRow

_CONDITIONS = {
    ">": "more_than", ">=": "at_least", "<": "less_than", "<=": "at_most", "=": "equal_to",
}  # fmt: skip
_NOT_NONE = re.compile(r"不(?:是|为|等于)(?:0|零)|非零|not zero|non-?zero|above zero")
_NONE = re.compile(
    r"没有|没|为0|是0|等于0|为零|是零|一件都|零申请"
    r"|no |none|zero|without|not any|nil\b|not \w+ at all"
)


def answer_filter(task: Task, draft: Draft) -> End:
    """Which organs, or how many, fit a condition on one figure of one year, or several."""
    if task.parsed.conditions:
        year = task.scope.years[0]
        reports = [report for report in task.scope.reports if report.year == year]
        return _fitting_all(task, draft, reports, draft.say("year_word", year=year))
    indicator, applicant = task.indicators[0], task.applicants[0]
    conditions = _conditions(task)
    year = task.scope.years[0]
    reports = [report for report in task.scope.reports if report.year == year]
    values = values_across(task.figures, reports, year, indicator, applicant)
    numbers = [value for value in values if value.value is not None]
    conditions = _in_unit(task, conditions, numbers)
    fits = [value for value in numbers if _fits(value, conditions)]
    condition = _worded(draft, conditions, numbers)
    names = {"year": year, "label": draft.label(indicator, applicant), "condition": condition}
    for sign, number in conditions:
        draft.calculate(f"{sign} {canonical(number)}", number, None, ())
    if not fits:
        draft.lines.append(draft.say("filter_none", **names))
    else:
        draft.lines.append(draft.say("filter_some", **names, count=len(fits)))
    if not numbers:
        return NOT_STATED
    for value in ordered(fits, descending=True)[: MOST_LINES * 5]:
        organ_line(draft, full(task, value))
    draft.calculate_count(len(fits), ids=draft.ids(*fits))
    if task.parsed.operation == "count_organs":
        draft.value, draft.unit = Decimal(len(fits)), None
    note_left_out(draft, values)
    draft.note("library_only", count=len(values))
    draft.calculate_count(len(values), "reports")
    draft.finish()
    return ANSWERED


_WHICH_YEARS = re.compile(r"哪几年|哪些年|哪一?年|which years?")


def answer_filter_years(task: Task, draft: Draft) -> End:
    """Which years of one organ, or how many, fit a condition on one figure, or several."""
    if task.parsed.conditions:
        return _fitting_all(task, draft, task.scope.reports, draft.joined(task.scope.organs))
    conditions = _conditions(task)
    values = [task.first(report) for report in task.scope.reports]
    numbers = [value for value in values if value.value is not None]
    label = draft.label(task.indicators[0], task.applicants[0])
    if not numbers:
        draft.lines.append(draft.sentence(values[0]))
        return NOT_STATED
    if crosses_formats(task.indicators[0], [value.report for value in numbers]):
        return answer_trend(task, draft)
    conditions = _in_unit(task, conditions, numbers)
    fits = [value for value in numbers if _fits(value, conditions)]
    condition = _worded(draft, conditions, numbers)
    for sign, number in conditions:
        draft.calculate(f"{sign} {canonical(number)}", number, None, ())
    draft.lines.append(
        draft.say(
            "filter_years" if fits else "filter_years_none",
            organ=draft.joined(task.scope.organs),
            label=label,
            condition=condition,
            count=len(fits),
        )
    )
    for value in fits:
        year_line(draft, value)
        draft.show(value)
    draft.calculate_count(len(fits), ids=draft.ids(*fits))
    if not _WHICH_YEARS.search(task.parsed.question.text):
        draft.value, draft.unit = Decimal(len(fits)), None
    if any(value.state == "blank" for value in values):
        draft.note("blank_is_not_zero")
    draft.finish()
    return ANSWERED


def _fitting_all(task: Task, draft: Draft, reports: Sequence[ReportRow], scope: str) -> End:
    """Which of `reports` fit every one of several conditions; each with the figures judged."""
    by_organ = task.parsed.operation != "filter_years"
    rows = [(report, _judged(task, report)) for report in reports]
    known = [values for _, values in rows if all(value.value is not None for value in values)]
    if not known:
        draft.lines.append(draft.sentence(rows[0][1][0]))
        return NOT_STATED
    fits = [values for values in known if _fit_all(task, values)]
    words = draft.joined(_condition_words(task, draft, known[0]))
    key = "fitting_organs" if by_organ else "fitting_years"
    key = key if fits else f"{key}_none"
    draft.lines.append(draft.say(key, scope=scope, conditions=words, count=len(fits)))
    for values in fits:
        report = values[0].report
        name = report.organ if by_organ else draft.say("year_word", year=report.year)
        for value in values:
            draft.show(value)
        figures = draft.joined(
            draft.say("fitting_figure", label=draft.name(v), **measure(v), cites=draft.cites(v))
            for v in values
        )
        draft.lines.append(draft.say("fitting_line", name=name, figures=figures))
    draft.calculate_count(len(fits), ids=draft.ids(*(v for values in fits for v in values)))
    if by_organ and task.parsed.operation == "count_organs":
        draft.value, draft.unit = Decimal(len(fits)), None
    note_left_out(draft, [v for _, values in rows for v in values], years=not by_organ)
    if by_organ:
        draft.note("library_only", count=len(rows))
        draft.calculate_count(len(rows), "reports")
    draft.finish()
    return ANSWERED


def _judged(task: Task, report: ReportRow) -> list[Value]:
    """The figures of `report` that the conditions are about, each once."""
    halves = [half for c in task.parsed.conditions for half in (c.figure, c.other) if half[0]]
    return [task.value(report, id_, who) for id_, who in dict.fromkeys(halves) if id_]


def _fit_all(task: Task, values: Sequence[Value]) -> bool:
    known = {(value.indicator, value.applicant or "total"): value.value for value in values}

    def number(half: tuple[str | None, str | None]) -> Decimal:
        return known[half[0] or "", half[1] or "total"] or Decimal(0)

    return all(
        SIGNS[c.sign](number(c.figure), number(c.other) if c.number is None else c.number)
        for c in task.parsed.conditions
    )


def _condition_words(task: Task, draft: Draft, values: Sequence[Value]) -> Iterator[str]:
    """The conditions in words, the numbers they state counted among the calculations."""
    units = {value.indicator: value.unit for value in values}
    for condition in task.parsed.conditions:
        label = draft.label(condition.figure[0] or "", condition.figure[1])
        if condition.number is None:
            other = draft.label(condition.other[0] or "", condition.other[1])
            yield draft.say(f"{_CONDITIONS[condition.sign]}_other", label=label, other=other)
            continue
        number = canonical(condition.number)
        draft.calculate(f"{condition.sign} {number}", condition.number, None, ())
        unit = spaced(units.get(condition.figure[0] or ""))
        yield label + draft.say(_CONDITIONS[condition.sign], number=number, unit=unit)


Conditions = Sequence[tuple[str, Decimal]]


def _conditions(task: Task) -> Conditions:
    """The condition, or both ends of a range, that the question sets."""
    found = comparisons_in(task.parsed.rest)
    signs = {sign[0] for sign, _ in found}
    if len(found) == 2 and signs == {"<", ">"}:
        return found
    return [task.parsed.operations.comparison or _implied(task)]


def _in_unit(task: Task, conditions: Conditions, numbers: Sequence[Value]) -> Conditions:
    """The conditions with their numbers in the unit of the figure: 超过1亿 over 万元."""
    unit = numbers[0].unit if numbers else None
    return [(sign, limit_in_unit(task.parsed, limit, unit)) for sign, limit in conditions]


def _fits(value: Value, conditions: Conditions) -> bool:
    number = value.value
    return number is not None and all(SIGNS[sign](number, limit) for sign, limit in conditions)


def _worded(draft: Draft, conditions: Conditions, numbers: Sequence[Value]) -> str:
    """The conditions in words, one behind the other."""
    unit = spaced(numbers[0].unit if numbers else None)
    return draft.joined(
        draft.say("condition_zero")
        if (sign, number) == ("=", Decimal(0))
        else draft.say(_CONDITIONS[sign], number=canonical(number), unit=unit)
        for sign, number in conditions
    )


def _implied(task: Task) -> tuple[str, Decimal]:
    """The condition of a question without a number: 没有收到 is = 0, 收到过 is > 0."""
    if _NOT_NONE.search(task.parsed.question.text):
        return ">", Decimal(0)
    return "=" if _NONE.search(task.parsed.question.text) else ">", Decimal(0)
