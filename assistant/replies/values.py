"""Replies that give printed figures as they are.

Owns one figure, several of one report, several organs side by side, and where a figure stands.

Leaves to others: a row of years (series.py), the parts of a group and whole tables (lists.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.compute import Value, rate_of
from assistant.draft import Draft
from assistant.replies.lines import gap_unit, head, list_line, organ_line
from assistant.replies.notes import asked_reading, notes_for, notes_on_parts
from assistant.replies.series import answer_trend
from assistant.replies.task import ANSWERED, End, Task, ending, several_ending
from indexer.numbers import canonical
from indexer.records import ReportRow


def answer_value(task: Task, draft: Draft) -> End:
    """One figure of one report; several of anything become a list."""
    if len(task.scope.reports) > 1 and len(task.scope.organs) > 1:
        return answer_compare(task, draft)
    if len(task.scope.years) > 1:
        return answer_trend(task, draft)
    if len(task.indicators) * len(task.applicants) > 1:
        return _answer_several(task, draft)
    value = task.first()
    if reading := asked_reading(task, value.indicator):
        value = rate_of(
            task.figures, value.report, reading.formula, value.indicator, value.applicant
        )
    head(draft, value)
    _say_whether(task, draft, value)
    _convert(task, draft, value)
    draft.explain(value)
    notes_for(task, draft, value)
    draft.finish()
    return ending(value)


#: A question that wants to know whether there were any, and not how many.
_WHETHER = re.compile(r"有没有|有无|是否有|有过吗|有吗|^(?:were|was|did) .*\bany\b")
_HOW_MANY = re.compile(r"多少|几|how many")


def _say_whether(task: Task, draft: Draft, value: Value) -> None:
    """Open the first line with yes or no where the question asks whether there were any."""
    text = task.parsed.question.text
    if value.value is None or value.unit == "%" or _HOW_MANY.search(text):
        return
    if "exists" in task.parsed.operations and _WHETHER.search(text):
        draft.verdict = value.value > 0
        key = "exists_true" if draft.verdict else "exists_false"
        draft.lines[0] = draft.say(key, sentence=draft.lines[0])


#: A question that wants money told in another unit than the printed one.
_IN_UNIT = {
    "元": re.compile(
        r"(?:换算|折算|折合|折|换)成?(?:人民币)?(?:多少)?元|合多少元|[以按]元(?:为单位|算|计)"
        r"|多少元[^?]*写的是万元|in (?:plain )?yuan\b"
    ),
    "万元": re.compile(
        r"(?:换算|折算|折合|折|换)成?(?:人民币)?(?:多少)?万元|合多少万元|[以按]万元(?:为单位|算|计)"
        r"|多少万元[^?]*写的是元"
    ),
}


def _convert(task: Task, draft: Draft, value: Value) -> None:
    """Give a figure of 万元 in 元 as well, or the other way, where the question asks for that."""
    unit = {"万元": "元", "元": "万元"}.get(value.unit or "")
    if unit is None or value.value is None or value.indicator not in task.indicators:
        return
    if not _IN_UNIT[unit].search(task.parsed.question.text):
        return
    result = value.value * 10_000 if unit == "元" else value.value / 10_000
    if result == result.to_integral_value():
        result = result.to_integral_value()
    sign = "×" if unit == "元" else "÷"
    expression = f"{canonical(value.value)}{sign}10000 = {canonical(result)}"
    ids = draft.ids(value)
    draft.calculate(expression, result, unit, ids)
    draft.say_calculation(expression)
    label = draft.label(value.indicator)
    draft.show_result(label, result, unit, ids, organ=value.report.organ, year=value.report.year)
    draft.value, draft.unit = result, unit


def _answer_several(task: Task, draft: Draft) -> End:
    """Several figures of one report, a line each."""
    report = task.scope.reports[0]
    draft.lines.append(draft.say("several_head", scope=draft.organ_year(report)))
    values = [
        task.value(report, indicator, applicant)
        for indicator in task.indicators
        for applicant in task.applicants
    ]
    for value in values:
        list_line(draft, value)
    notes_on_parts(draft, values)
    first = next((value for value in values if value.value is not None), None)
    draft.speech = draft.say("speech_see", head=draft.speak(first)) if first else ""
    draft.finish()
    return several_ending(values)


def answer_compare(task: Task, draft: Draft) -> End:
    """One figure of several organs; two figures of one organ are a difference."""
    if len(task.scope.organs) == 1:
        if len(task.scope.reports) > 1:
            return answer_trend(task, draft)
        if len(task.indicators) * len(task.applicants) > 1:
            return _answer_several(task, draft)
        return answer_value(task, draft)
    all_values: list[Value] = []
    for year in task.scope.years:
        reports = [report for report in task.scope.reports if report.year == year]
        for indicator in task.indicators:
            all_values += _compare_year(task, draft, year, reports, indicator)
    for stranger in task.scope.strangers:
        _missing_line(draft, stranger)
    notes_on_parts(draft, all_values)
    draft.finish()
    return several_ending(all_values)


def _compare_year(
    task: Task, draft: Draft, year: int, reports: Sequence[ReportRow], indicator: str
) -> list[Value]:
    applicant = task.applicants[0]
    label = draft.label(indicator, applicant)
    draft.lines.append(draft.say("compare_head", year=year, label=label))
    values = [task.value(report, indicator, applicant) for report in reports]
    for value in values:
        organ_line(draft, value)
    for organ, absent_year in task.scope.absent:
        if absent_year == year:
            _missing_line(draft, organ)
    numbers = [value for value in values if value.value is not None]
    if len(numbers) == 2:
        _compare_two(draft, numbers[0], numbers[1])
    return values


def _missing_line(draft: Draft, organ: str) -> None:
    state = draft.say("state_missing")
    draft.lines.append(draft.say("compare_line_state", organ=organ, state=state, cites=""))


def _compare_two(draft: Draft, one: Value, two: Value) -> None:
    assert one.value is not None and two.value is not None
    more, less = (one, two) if one.value >= two.value else (two, one)
    difference = abs(one.value - two.value)
    operands = (canonical(max(one.value, two.value)), canonical(min(one.value, two.value)))
    expression = f"{'-'.join(operands)} = {canonical(difference)}"
    draft.calculate(expression, difference, more.unit, draft.ids(more, less))
    names = {"first": more.report.organ, "second": less.report.organ}
    if difference == 0:
        draft.lines.append(draft.say("compare_same", **names))
        return
    unit = gap_unit(draft, more.unit)
    draft.lines.append(draft.say("compare_more", **names, value=canonical(difference), unit=unit))


def answer_source(task: Task, draft: Draft) -> End:
    """Where a figure stands: title, section, row and column."""
    value = task.first()
    if value.state in ("absent", "unreadable") or not value.sources:
        head(draft, value)
        return ending(value)
    source = value.sources[0]
    key = "where_row" if value.report.format == "statistics" else "where_cell"
    where = draft.say(
        key,
        section={2: "二", 3: "三", 4: "四"}.get(source.table or 0, "")
        if draft.language == "zh"
        else source.table,
        row=" › ".join(source.row) or "—",
        column=" › ".join(source.column),
    )
    draft.lines.append(
        draft.say("source", title=value.report.title, where=where, cites=draft.cites(value))
    )
    head(draft, value)
    return ANSWERED
