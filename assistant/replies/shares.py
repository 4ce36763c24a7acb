"""Replies about parts of a whole: shares, ratios and compositions.

Owns what a figure is a share of, the sentence that gives the fraction, and the parts of a total.

Leaves to others: rates that have an indicator of their own (assistant/compute.py), lists without
shares (lists.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.compute import APPLICANTS, OUTCOMES, RESULTS, Value, added, percentage, quotient
from assistant.draft import Draft, measure
from assistant.model import Choice
from assistant.replies.lines import head, list_line
from assistant.replies.notes import notes_on_parts
from assistant.replies.task import ANSWERED, End, Task, ending, several_ending
from assistant.replies.values import answer_value
from assistant.scope import Library
from assistant.vocabulary import load_applicants, load_indicators
from assistant.vocabulary.statistics_rows import indicator_of
from indexer.numbers import canonical
from indexer.records import ReportRow

#: What a figure is a share of, unless the question says.
_WHOLE = {
    "received": "handled", "carried_in": "handled", "carried_out": "handled",
    "concluded": "handled", "lawsuit_direct.total": "lawsuit.total",
    "lawsuit_after_review.total": "lawsuit.total",
}  # fmt: skip


def answer_share(task: Task, draft: Draft) -> End:
    """What a figure is a share (or multiple) of; the fraction is shown, the whole is named."""
    every = task.every()
    if mine := _sliced(task, every):
        return _slice(task, draft, mine, every)
    if task.of_rows(task.scope.reports[0]) and len(task.indicators) == 1:
        sheet = task.figures.sheet(task.scope.reports[0])
        if sheet.whole(sheet.resolved(task.indicators[0])) is None:
            draft.note("no_whole")
            return answer_value(task, draft)
    if all_ := _of_all(task):
        return _slice(all_, draft, [task.first()], all_.every())
    two_organs = len(task.scope.organs) == 2
    halves = task.parsed.part[0] and task.parsed.of[0]
    if len(task.scope.reports) == 2 and (two_organs or _is_ratio(task)) and not halves:
        return _times(task, draft)
    if len(task.scope.reports) > 1:
        return _shares(task, draft)
    value, part, whole = share_of(task, task.scope.reports[0])
    if (part.indicator, part.applicant) == (whole.indicator, whole.applicant):
        return _ask_whole(task, draft, part)
    if value.state != "number":
        head(draft, value)
        draft.explain(value)
        draft.finish()
        return ending(value)
    key = "ratio" if part.unit == whole.unit else "ratio_of_units"
    draft.lines.append(share_line(task, draft, value, part, whole, ratio=key))
    for item in (value, part, whole):
        if item.state == "number":
            draft.show(item)
    draft.value, draft.unit = value.value, value.unit
    draft.explain(value)
    draft.finish()
    return ANSWERED


def _ask_whole(task: Task, draft: Draft, part: Value) -> End:
    """Ask what the figure is to be a share of, where the question does not say."""
    draft.lines.append(draft.say("ask_whole", label=draft.label(part.indicator, part.applicant)))
    for other in _WHOLES:
        if other != part.indicator:
            names = {"organ": part.report.organ, "year": part.report.year}
            part_label = draft.label(part.indicator, part.applicant)
            whole_label = draft.label(other)
            question = draft.say("suggest_share", **names, part=part_label, whole=whole_label)
            draft.choices.append(Choice(whole_label, question))
            draft.lines.append(draft.say("choice_list", label=whole_label))
    return "needs_clarification", "indicator"


#: What a figure may be a share of, where it is asked back.
_WHOLES = ("received", "concluded", "handled", "review.total", "lawsuit.total")


def _sliced(task: Task, every: Sequence[Value]) -> list[Value]:
    """Those of the figures named whose share of the sum of all is asked for; none as a rule."""
    wanted = task.parsed.slice
    if wanted is None:
        return []
    return [
        value
        for value in every
        if (wanted.organ or value.report.organ) == value.report.organ
        and (wanted.year or value.report.year) == value.report.year
        and (wanted.figure or value.indicator) == value.indicator
    ]


_ALL_ORGANS = re.compile(
    r"占(?:了)?(?:(?P<count>[两三四五六七八九])[家个]|全部|所有|各)(?:机关|单位|部门|家)?[^,。?]{0,6}(?:总和|合计|总数|总量|之和|总计)"
)
_COUNTS = {count: number for number, count in enumerate("两三四五六七八九", 2)}


def _of_all(task: Task) -> Task | None:
    """The same figure of every organ of the year, where a share of their sum is asked for."""
    match = _ALL_ORGANS.search(task.parsed.question.text)
    if match is None or len(task.scope.reports) != 1:
        return None
    year = task.scope.reports[0].year
    held = Library.of(task.figures.store).reports
    rows = tuple(row for (_, row_year), row in sorted(held.items()) if row_year == year)
    if match["count"] and _COUNTS[match["count"]] != len(rows):
        return None
    organs = tuple(row.organ for row in rows)
    return replace(task, scope=replace(task.scope, organs=organs, reports=rows))


def _slice(task: Task, draft: Draft, mine: list[Value], every: list[Value]) -> End:
    """One organ, year or figure as a share of the sum of all that the question names."""
    lacking = next((value for value in every if value.value is None), None)
    if lacking is not None or task.scope.absent:
        if lacking is not None:
            draft.lines.append(draft.say("cannot", sentence=draft.sentence(lacking)))
        for value in every:
            if value.value is not None:
                list_line(draft, value, f"{draft.organ_year(value.report)} {draft.name(value)}")
        draft.finish()
        return several_ending(every)
    part, whole = added(mine, mine[0].indicator), added(every, every[0].indicator)
    value = quotient(mine[0].report, mine[0].indicator, mine[0].applicant, part, whole)
    if value.value is None:
        head(draft, value)
        draft.finish()
        return ending(value)
    named = list(dict.fromkeys(draft.name(one) for one in every))
    years = list(dict.fromkeys(one.report.year for one in every))
    whole_name = (
        f"{draft.joined(task.scope.organs)}{draft.say('year_word', year=draft.joined(years))}"
    )
    draft.lines.append(
        draft.say(
            "share_of_sum",
            part=f"{draft.organ_year(mine[0].report)}{draft.name(mine[0])}",
            whole=f"{whole_name}{draft.joined(named)}",
            value=f"{canonical(value.value)}%",
            cites=draft.cites(value),
        )
    )
    draft.show(value)
    for one in every:
        draft.show(one)
    draft.value, draft.unit = value.value, value.unit
    draft.calculate_value(whole)
    draft.say_how(value)
    draft.finish()
    return ANSWERED


def _is_ratio(task: Task) -> bool:
    return task.parsed.operation == "ratio"


def share_line(
    task: Task, draft: Draft, value: Value, part: Value, whole: Value, *, ratio: str = "ratio"
) -> str:
    """Return the sentence that names a share or ratio, its part and its whole.

    `ratio` is the sentence for a ratio.
    """
    unit = f"{part.unit}/{whole.unit}"
    return _share_line(task, draft, value, draft.name(part), draft.name(whole), ratio, unit)


def _share_line(
    task: Task,
    draft: Draft,
    value: Value,
    part: str,
    whole: str,
    ratio: str = "ratio",
    unit: str = "",
) -> str:
    assert value.value is not None
    shown = canonical(value.value)
    return draft.say(
        ratio if _is_ratio(task) else "share",
        organ=value.report.organ,
        year=value.report.year,
        part=part,
        whole=whole,
        value=shown if _is_ratio(task) else f"{shown}%",
        unit=unit,
        cites=draft.cites(value),
    )


def _times(task: Task, draft: Draft) -> End:
    """One figure of two reports as a multiple of each other, in the order of the question."""
    one, two = (task.first(report) for report in task.scope.reports)
    base = re.search(r"\bas (?:in|at|for) (20\d\d)", task.parsed.question.text)
    if base and str(one.report.year) == base.group(1):
        one, two = two, one
    value = quotient(
        one.report, one.indicator, one.applicant, one, two, percent=not _is_ratio(task)
    )
    if value.state != "number":
        head(draft, value)
        draft.finish()
        return ending(value)
    tell_times(task, draft, value, one, two)
    draft.finish()
    return ANSWERED


def tell_times(task: Task, draft: Draft, value: Value, one: Value, two: Value) -> None:
    """Put the headline of `value`, the figure `one` as a share of the same figure `two`."""
    line = _share_line(task, draft, value, draft.name(one), draft.organ_year(two.report))
    draft.lines.append(line)
    for item in (value, one, two):
        draft.show(item)
    draft.value, draft.unit = value.value, value.unit
    draft.say_how(value)


def _shares(task: Task, draft: Draft) -> End:
    """The share in each of several reports, a line each."""
    found = [share_of(task, report) for report in task.scope.reports]
    _, _, whole = found[0]
    label = draft.label(task.indicators[0], task.applicants[0])
    whole_name = draft.label(whole.indicator, whole.applicant)
    draft.lines.append(draft.say("several_head", scope=f"{label}/{whole_name}"))
    values = [value for value, _, _ in found]
    for value in values:
        list_line(draft, value, draft.organ_year(value.report))
    draft.finish()
    return several_ending(values)


def share_of(task: Task, report: ReportRow) -> tuple[Value, Value, Value]:
    """The quotient that a share or ratio asks for, its part and its whole."""
    ratio = _is_ratio(task)
    if task.of_rows(report):
        part, whole = _row_operands(task, report)
    elif lacking := task.not_of_today():
        part = whole = task.value(report, lacking)
    else:
        task = replace(task, indicators=tuple(map(indicator_of, task.indicators)))
        part, whole = (_ratio_operands if ratio else _share_operands)(task, report)
    value = quotient(report, part.indicator, part.applicant, part, whole, percent=not ratio)
    return value, part, whole


def _share_operands(task: Task, report: ReportRow) -> tuple[Value, Value]:
    """The part and the whole; what the question says of either goes before the usual reading."""
    (part_id, part_who), (of_id, of_who) = task.parsed.part, task.parsed.of
    if part_id is None and part_who is None:
        part_id, part_who = task.indicators[0], task.applicants[0]
    if part_id is None:
        part_id = of_id if of_id and load_indicators()[of_id].table == 3 else "received"
    if of_id is None and of_who is None and task.parsed.whole:
        of_id = task.parsed.whole
    if of_id is None:
        of_id = part_id if part_who and of_who is None else _whole_of(part_id)
        if of_who is not None:
            of_id = "received"
    if part_id != of_id and part_who is None:
        part_who = of_who
    if load_indicators()[part_id].table != 3:
        part_who = of_who = None
    return _operand(task, report, part_id, part_who), _operand(task, report, of_id, of_who)


def _row_operands(task: Task, report: ReportRow) -> tuple[Value, Value]:
    """Two rows of a statistics table, a total second; one row goes with the row it stands under."""
    sheet = task.figures.sheet(report)
    first, *others = map(sheet.resolved, task.indicators)
    second = others[0] if others else sheet.whole(first) or first
    if second.startswith(f"{first}."):
        first, second = second, first
    return task.value(report, first), task.value(report, second)


def _ratio_operands(task: Task, report: ReportRow) -> tuple[Value, Value]:
    indicator, applicant = task.indicators[0], task.applicants[0]
    whole_id, whole_who = _whole_of(indicator), None
    (part_id, part_who), (of_id, of_who) = task.parsed.part, task.parsed.of
    if part_id and of_id:
        return _operand(task, report, part_id, part_who), _operand(task, report, of_id, of_who)
    if len(task.indicators) == 2:
        whole_id, whole_who = task.indicators[1], applicant
    elif task.parsed.whole:
        whole_id = task.parsed.whole
    elif len(task.applicants) == 2:
        whole_id, whole_who = indicator, task.applicants[1]
    elif applicant:
        whole_id = indicator
    part = _operand(task, report, indicator, applicant)
    return part, _operand(task, report, whole_id, whole_who)


def _operand(task: Task, report: ReportRow, indicator: str, applicant: str | None) -> Value:
    """One side of a quotient, under the applicant that was asked for."""
    return replace(task.value(report, indicator, applicant), applicant=applicant)


def _whole_of(indicator: str) -> str:
    if indicator in _WHOLE:
        return _WHOLE[indicator]
    block, _, result = indicator.partition(".")
    if result in RESULTS and f"{block}.total" in load_indicators():
        return f"{block}.total"
    return "concluded" if load_indicators()[indicator].table == 3 else indicator


def answer_composition(task: Task, draft: Draft) -> End:
    """What a total consists of, each part with its share."""
    report = task.scope.reports[0]
    total, parts = _parts(task, report)
    if not parts:
        draft.note("no_parts")
        return answer_value(task, draft)
    if total.state != "number" or total.value is None:
        head(draft, total)
        return ending(total)
    names = {"organ": report.organ, "year": report.year, "label": draft.name(total)}
    draft.lines.append(draft.say("composition_head", **names, **measure(total)))
    draft.show(total)
    for value, name in parts:
        _part_line(draft, value, name or draft.name(value), total)
    values = [value for value, _ in parts]
    draft.series.append(parts_series(draft, report, values))
    notes_on_parts(draft, [total, *values])
    if total.value < 30:
        draft.note("small_base", base=canonical(total.value))
    draft.check(total)
    draft.speech = draft.say("speech_see", head=draft.speak(total))
    draft.finish()
    return ANSWERED


def _part_line(draft: Draft, value: Value, name: str, total: Value) -> None:
    if value.value is None or not total.value:
        list_line(draft, value, name)
        return
    draft.show(value)
    share = percentage(value.value, total.value)
    shown = f"{canonical(share)}%"
    expression = f"{canonical(value.value)}/{canonical(total.value)} = {shown}"
    draft.calculate(expression, share, "%", draft.ids(value, total))
    cites = draft.cites(value)
    draft.lines.append(
        draft.say("composition_line", label=name, **measure(value), share=shown, cites=cites)
    )


def _parts(task: Task, report: ReportRow) -> tuple[Value, list[tuple[Value, str]]]:
    """The total and its parts: grounds, outcomes, results or applicants."""
    language = task.parsed.question.language
    indicator = task.indicators[0] if task.indicators else task.row(report, "concluded")
    if task.of_rows(report):
        found = [task.value(report, row) for row in task.parts(report, indicator)]
        return task.value(report, indicator), [(value, "") for value in found]
    if "by_applicant" in task.parsed.operations or indicator in ("received", "carried_in"):
        return task.value(report, indicator), [
            (task.value(report, indicator, a), load_applicants()[a].label.of(language))
            for a in APPLICANTS
        ]
    applicant = task.applicants[0]
    known = load_indicators()[indicator]
    block, _, result = indicator.partition(".")
    if known.parts:
        rows: Sequence[str] = [term.indicator for term in known.parts]
    elif result == "total":
        rows = [f"{block}.{name}" for name in RESULTS]
    else:
        rows, indicator = OUTCOMES, "concluded"
    return task.value(report, indicator, applicant), [
        (task.value(report, row, applicant), load_indicators()[row].label.of(language))
        for row in rows
    ]


def parts_series(draft: Draft, report: ReportRow, values: Sequence[Value]) -> dict[str, object]:
    """Return the chart of the parts of one figure."""
    return {
        "organ": report.organ,
        "label": draft.label(values[0].indicator),
        "unit": values[0].unit,
        "kind": "composition",
        "points": [
            {
                "label": draft.label(v.indicator, v.applicant),
                "value": canonical(v.value) if v.value is not None else None,
            }
            for v in values
        ],
    }
