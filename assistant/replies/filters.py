"""Replies that say which organs or years fit a condition, or how many do.

Owns the condition that a question states or implies, and the organs of one year, or the years of
one organ, that fit it.

Leaves to others: their order (rankings.py), their total (sums.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from assistant.compute import SIGNS, Value, values_across
from assistant.draft import Draft, spaced
from assistant.replies.lines import organ_line, year_line
from assistant.replies.rankings import MOST_LINES, full, note_left_out, ordered
from assistant.replies.series import answer_trend, crosses_formats
from assistant.replies.task import ANSWERED, NOT_STATED, End, Task
from assistant.understand.operations import comparisons_in
from indexer.numbers import canonical

_CONDITIONS = {
    ">": "more_than", ">=": "at_least", "<": "less_than", "<=": "at_most", "=": "equal_to",
}  # fmt: skip
_NOT_NONE = re.compile(r"不(?:是|为|等于)(?:0|零)|非零|not zero|non-?zero|above zero")
_NONE = re.compile(
    r"没有|没|为0|是0|等于0|为零|是零|一件都|零申请"
    r"|no |none|zero|without|not any|nil\b|not \w+ at all"
)


def answer_filter(task: Task, draft: Draft) -> End:
    """Which organs, or how many, fit a condition on one figure of one year."""
    indicator, applicant = task.indicators[0], task.applicants[0]
    conditions = _conditions(task)
    year = task.scope.years[0]
    reports = [report for report in task.scope.reports if report.year == year]
    values = values_across(task.figures, reports, year, indicator, applicant)
    numbers = [value for value in values if value.value is not None]
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


_WHICH_YEARS = re.compile(r"哪几年|哪些年|which years")


def answer_filter_years(task: Task, draft: Draft) -> End:
    """Which years of one organ, or how many, fit a condition on one figure."""
    conditions = _conditions(task)
    values = [task.first(report) for report in task.scope.reports]
    numbers = [value for value in values if value.value is not None]
    label = draft.label(task.indicators[0], task.applicants[0])
    if not numbers:
        draft.lines.append(draft.sentence(values[0]))
        return NOT_STATED
    if crosses_formats(task.indicators[0], [value.report for value in numbers]):
        return answer_trend(task, draft)
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


Conditions = Sequence[tuple[str, Decimal]]


def _conditions(task: Task) -> Conditions:
    """The condition, or both ends of a range, that the question sets."""
    found = comparisons_in(task.parsed.rest)
    signs = {sign[0] for sign, _ in found}
    if len(found) == 2 and signs == {"<", ">"}:
        return found
    return [task.parsed.operations.comparison or _implied(task)]


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
