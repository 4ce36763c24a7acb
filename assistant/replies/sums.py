"""Replies that add figures up, or average them.

Owns the sum of named figures, over years or organs, what is left of a figure without some of its
parts, the total over all organs of a year, and the mean.

Leaves to others: the arithmetic (assistant/compute.py), order and counts (rankings.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.compute import Value, added, average_of, values_across, without
from assistant.draft import Draft, measure, spaced
from assistant.replies.lines import head, list_line, organ_line
from assistant.replies.notes import notes_on_parts
from assistant.replies.rankings import (
    MOST_LINES,
    answer_rank_organs,
    full,
    note_left_out,
)
from assistant.replies.series import answer_trend, crosses_formats, note_break
from assistant.replies.task import ANSWERED, NOT_STATED, End, Task, ending, several_ending
from assistant.replies.values import answer_value
from assistant.vocabulary import load_applicants, rates
from indexer.numbers import canonical
from indexer.records import ReportRow

#: Figures of organs that are cited one by one below a total or a mean.
_MOST_CITED = MOST_LINES * 10


def answer_sum(task: Task, draft: Draft) -> End:
    """The sum of the figures named: of one report, over years, or over organs."""
    values = task.every()
    if len(values) == 1:
        return answer_value(task, draft)
    if not _addable(task, draft, values):
        return ANSWERED if draft.lines else NOT_STATED
    total = replace(added(values, task.indicators[0], task.applicants[0]), why="group")
    if total.state != "number":
        head(draft, total)
        return ending(total)
    names = {"organ": total.report.organ, **measure(total), "cites": draft.cites(total)}
    labels = draft.joined(dict.fromkeys(map(draft.name, values)))
    if len(task.scope.organs) > 1:
        names["organ"] = draft.joined(task.scope.organs)
        years = draft.joined(task.scope.years)
        line = draft.say("sum_years", **names, years=years, label=labels)
    elif len(task.scope.years) > 1:
        years = draft.joined(report.year for report in task.scope.reports)
        line = draft.say("sum_years", **names, years=years, label=labels)
    else:
        line = draft.say("sum_parts", **names, year=total.report.year, labels=labels)
    draft.lines.append(line)
    for value in values:
        draft.show(value)
    assert total.value is not None and total.expression is not None
    draft.show_result(labels, total.value, total.unit, draft.ids(total), applicant=total.applicant)
    draft.value, draft.unit = total.value, total.unit
    draft.calculate_value(total)
    draft.say_calculation(total.expression)
    for value in values:
        draft.check(value, broken=True)
    notes_on_parts(draft, [total])
    draft.finish()
    return ANSWERED


def answer_except(task: Task, draft: Draft) -> End:
    """One figure of each report without some of its parts, or some kinds of applicant."""
    indicator, applicant = task.indicators[0], task.applicants[0]
    report = task.scope.reports[0]
    label = draft.name(task.value(report, indicator, applicant))
    known = load_applicants()
    named = [draft.name(task.value(report, part)) for part in task.parsed.taken]
    named += [known[one].label.of(draft.language) for one in task.parsed.taken_applicants]
    parts = draft.joined(named)
    shown = draft.say("except_label", label=label, parts=parts)
    lefts = [_left(task, report, indicator, applicant) for report in task.scope.reports]
    for whole, taken, left in lefts:
        organ, year = left.report.organ, left.report.year
        if left.value is None:
            draft.lines.append(draft.say("cannot", sentence=draft.sentence(left)))
            continue
        draft.lines.append(
            draft.say(
                "except",
                organ=organ,
                year=year,
                label=label,
                parts=parts,
                **measure(left),
                cites=draft.cites(left),
            )
        )
        for value in (whole, *taken):
            draft.show(value)
        ids = draft.ids(left)
        draft.show_result(shown, left.value, left.unit, ids, organ=organ, year=year)
        draft.calculate_value(left)
        assert left.expression is not None
        draft.say_calculation(left.expression)
    found = [left for _, _, left in lefts]
    if len(found) == 1:
        draft.value, draft.unit = found[0].value, found[0].unit
        if found[0].value is None:
            return ending(found[0])
    notes_on_parts(draft, [left for left in found if left.value is not None])
    draft.finish()
    return several_ending(found)


def _left(
    task: Task, report: ReportRow, indicator: str, applicant: str | None
) -> tuple[Value, list[Value], Value]:
    """Return the whole, what is taken away, and what is left of it."""
    whole = task.value(report, indicator, applicant)
    taken = [task.value(report, part, applicant) for part in task.parsed.taken]
    taken += [task.value(report, indicator, one) for one in task.parsed.taken_applicants]
    return whole, taken, without(whole, taken)


def _addable(task: Task, draft: Draft, values: Sequence[Value]) -> bool:
    """Whether the figures may be added: no cell missing, no format break, no rates."""
    lacking = [value for value in values if value.state in ("absent", "unreadable")]
    breaks = crosses_formats(task.indicators[0], [value.report for value in values])
    if rates() & set(task.indicators) or breaks:
        if breaks:
            draft.lines.append(draft.say("cross_format_sum", label=draft.label(task.indicators[0])))
        answer_trend(task, draft)
        return False
    if len({value.unit for value in values if value.value is not None}) > 1:
        draft.lines.append(draft.say("units_differ"))
        for value in values:
            list_line(draft, value)
        draft.note("units_differ")
        draft.finish()
        return False
    if lacking:
        draft.lines.append(draft.say("cannot", sentence=draft.sentence(lacking[0])))
        for value in values:
            if value.state == "number":
                list_line(draft, value)
        return False
    return True


def answer_average(task: Task, draft: Draft) -> End:
    """The mean over years of one organ, or over the organs of one year; to two decimals."""
    if len(task.scope.reports) == 1:
        return answer_value(task, draft)
    indicator, applicant = task.indicators[0], task.applicants[0]
    years_asked = {report.year for report in task.scope.reports}
    if len(years_asked) == 1:
        year = next(iter(years_asked))
        values = values_across(task.figures, task.scope.reports, year, indicator, applicant)
        values = [full(task, v) for v in values] if len(values) <= _MOST_CITED else values
    else:
        values = [task.first(report) for report in task.scope.reports]
    numbers = [value for value in values if value.value is not None]
    label = draft.label(indicator, applicant)
    if not numbers:
        draft.lines.append(draft.sentence(values[0]))
        return NOT_STATED
    if crosses_formats(indicator, [value.report for value in numbers]):
        draft.lines.append(draft.say("cross_format", label=label))
        for value in numbers:
            list_line(draft, value, draft.say("year_word", year=value.report.year))
        note_break(draft, [value.report for value in values])
        draft.finish()
        return ANSWERED
    mean, expression = average_of(numbers)
    over_years = len(task.scope.organs) == 1
    years = [value.report.year for value in numbers]
    joined = f"{min(years)}-{max(years)}" if over_years else years[0]
    organ = task.scope.organs[0] if over_years else ""
    unit, ids = numbers[0].unit, draft.ids(*numbers)
    draft.lines.append(
        draft.say(
            "average",
            scope=f"{organ}{draft.say('year_word', year=joined)}",
            label=label,
            value=canonical(mean),
            unit=spaced(unit),
            count=len(numbers),
            cites="".join(map(draft.cites, numbers)),
            counted=draft.say("counted_years" if over_years else "counted_organs"),
        )
    )
    draft.show_result(
        label, mean, unit, ids, organ=organ or None, indicator=indicator, applicant=applicant
    )
    for value in numbers:
        draft.show(value)
    draft.calculate(expression, mean, unit, ids)
    draft.say_calculation(expression)
    draft.value, draft.unit = mean, unit
    note_left_out(draft, values, years=over_years)
    draft.note("rounded")
    draft.finish()
    return ANSWERED


def answer_total_over(task: Task, draft: Draft) -> End:
    """The sum of one figure over all organs of one year; organs without a number are named."""
    indicator, applicant = task.indicators[0], task.applicants[0]
    year = task.scope.years[0]
    reports = [report for report in task.scope.reports if report.year == year]
    values = values_across(task.figures, reports, year, indicator, applicant)
    numbers = [value for value in values if value.value is not None]
    label = draft.label(indicator, applicant)
    if not numbers:
        draft.lines.append(draft.say("filter_none", year=year, label=label, condition=""))
        return NOT_STATED
    if indicator in rates():
        return answer_rank_organs(task, draft)
    if crosses_formats(indicator, [value.report for value in numbers]):
        draft.lines.append(draft.say("cross_format", label=label))
        for value in numbers:
            organ_line(draft, value)
        note_break(draft, [value.report for value in values])
        draft.finish()
        return ANSWERED
    if len(numbers) <= _MOST_CITED:
        numbers = [full(task, value) for value in numbers]
    total = added(numbers, indicator, applicant)
    assert total.value is not None and total.expression is not None
    draft.lines.append(
        draft.say(
            "sum_organs",
            year=year,
            count=len(numbers),
            label=label,
            **measure(total),
            cites=draft.cites(total),
        )
    )
    draft.show_result(
        label,
        total.value,
        total.unit,
        draft.ids(total),
        year=year,
        indicator=indicator,
        applicant=applicant,
    )
    for value in numbers:
        draft.show(value)
    draft.calculate_value(total)
    draft.say_calculation(total.expression)
    draft.value, draft.unit = total.value, total.unit
    draft.calculate_count(len(numbers))
    note_left_out(draft, values)
    draft.note("library_only", count=len(values))
    draft.calculate_count(len(values), "reports")
    draft.finish()
    return ANSWERED
