"""Replies that put figures in order.

Owns the highest, the lowest and the rank: over the organs of the library, over the years of one,
or over the parts of a group.

Leaves to others: which organs fit a condition (filters.py), totals and means (sums.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.compute import APPLICANTS, Value, growth, values_across
from assistant.draft import Draft, measure
from assistant.replies.lines import list_line
from assistant.replies.series import crosses_formats, note_break
from assistant.replies.shares import share_of
from assistant.replies.task import ANSWERED, NOT_STATED, End, Task
from assistant.scope import Library
from assistant.understand.choose import ORGAN_GREW_MOST
from assistant.vocabulary import is_part, load_applicants, load_indicators
from indexer.records import ReportRow

#: Lines of a ranking or a filter that are spelled out.
MOST_LINES = 20


def answer_rank(task: Task, draft: Draft) -> End:
    """Highest, lowest, first few or rank: over organs, years, or parts of a group."""
    one_report = len(task.scope.reports) == 1
    named = len(task.indicators) > 1 and task.parsed.named.organs and not _is_share(task)
    if one_report and (task.parsed.ranks == "figures" or named):
        return _rank_figures(task, draft)
    if task.parsed.ranks == "parts" or _parts_of_one(task):
        return _rank_parts(task, draft)
    if task.parsed.ranks == "years" or (len(task.scope.organs) == 1 and len(task.scope.years) > 1):
        return _rank_years(task, draft)
    return answer_rank_organs(task, draft)


def _parts_of_one(task: Task) -> bool:
    """“占比最高的申请人”: one organ and year, nothing to rank but the parts."""
    return (
        len(task.scope.reports) == 1
        and bool(task.parsed.named.organs)
        and "rank" not in task.parsed.operations.ids
    )


_HIGH = re.compile(r"最[多高大]|新高|第.[多高大]|\b(?:most|highest|largest|biggest)\b")
_LOW = re.compile(
    r"最[少低小]|新低|倒数|垫底|第.[少低小]|从低到高|从少到多|\b(?:fewest|lowest|smallest|least)\b"
)


def _descending(task: Task) -> bool:
    """Whether the highest comes first: by the words of the question, else by the cue."""
    if _is_growth(task):
        return True
    high, low = (bool(word.search(task.parsed.question.text)) for word in (_HIGH, _LOW))
    if high != low:
        return high
    return not task.parsed.operations.ids & {"lowest", "bottom"}


def _in_place(task: Task, numbers: Sequence[Value]) -> list[Value]:
    """The numbers at the place that is asked for: the first, or the second most and so on."""
    at = task.parsed.operations.nth - 1
    if at >= len(numbers):
        return [value for value in numbers if value.value == numbers[0].value]
    return [value for value in numbers if value.value == numbers[at].value]


def _extreme(task: Task, draft: Draft, numbers: Sequence[Value]) -> str:
    """最多, 最少, or 第二多: what the headline says of the place."""
    key = "extreme_high" if _descending(task) else "extreme_low"
    if numbers[0].unit == "%":
        key += "_rate"
    nth = task.parsed.operations.nth
    if nth == 1 or nth > len(numbers):
        return draft.say(key)
    return draft.say(f"{key}_nth", ordinal=draft.say(f"ordinal_{nth}"))


def full(task: Task, value: Value) -> Value:
    """Return `value` with the printed cells that it rests on."""
    if value.sources or value.state != "number":
        return value
    return task.value(value.report, value.indicator, value.applicant)


def ordered(values: Sequence[Value], *, descending: bool) -> list[Value]:
    """Return the numbers among `values` in order; ties by organ and year."""
    numbers = [value for value in values if value.value is not None]
    sign = -1 if descending else 1
    return sorted(numbers, key=lambda v: (sign * (v.value or 0), v.report.organ, v.report.year))


def note_left_out(draft: Draft, values: Sequence[Value], *, years: bool = False) -> None:
    """Name the organs, or the years, whose figure is no number."""
    without = [value.report for value in values if value.value is None]
    out = dict.fromkeys(report.year if years else report.organ for report in without)
    if out:
        what = "years" if years else "organs"
        draft.note(f"{what}_left_out", **{what: draft.joined(out)})


def _say_first(
    task: Task,
    draft: Draft,
    key: str,
    numbers: Sequence[Value],
    noun: str,
    name: Callable[[Value], object],
    **names: object,
) -> None:
    """Put the headline of a ranking: the value at the place asked for, or those that share it.

    `key` is the sentence about one, `noun` its word for what is ranked and `name` fills it.
    """
    tied = [full(task, value) for value in _in_place(task, numbers)[:MOST_LINES]]
    common = {
        **names,
        **measure(tied[0]),
        "extreme": _extreme(task, draft, numbers),
        "cites": "".join(map(draft.cites, tied)),
    }
    if len(tied) > 1:
        common[f"{noun}s"] = draft.joined(name(value) for value in tied)
        draft.lines.append(draft.say(f"{key}_tied", **common))
    else:
        draft.lines.append(draft.say(key, **common, **{noun: name(tied[0])}))
    draft.value, draft.unit = tied[0].value, tied[0].unit


def answer_rank_organs(task: Task, draft: Draft) -> End:
    """The order of the organs in the latest year in scope, or the place of the one asked about."""
    year = max(task.scope.years) if _is_growth(task) else task.scope.years[-1]
    indicator = task.indicators[0]
    ranked = task.parsed.named.organs and "rank" in task.parsed.operations.ids
    of_one = ranked and len(task.scope.organs) == 1
    reports = [report for report in task.scope.reports if report.year == year]
    if of_one:
        rows = Library.of(task.figures.store).reports
        reports = [row for (_, row_year), row in sorted(rows.items()) if row_year == year]
    values = _values(task, reports, year)
    numbers = ordered(values, descending=_descending(task))
    label = _label(task, draft)
    if not numbers:
        draft.lines.append(draft.say("filter_none", year=year, label=label, condition=""))
        return NOT_STATED
    if of_one:
        _rank_of_one(task, draft, numbers, label, year)
    else:
        _rank_head(task, draft, numbers, label, year)
    note_left_out(draft, values)
    if crosses_formats(indicator, [value.report for value in numbers]):
        note_break(draft, [value.report for value in values])
    draft.note("rank_in_library")
    draft.finish()
    return ANSWERED


def _is_share(task: Task) -> bool:
    """Whether a share is ranked and not a figure: 不予公开占办结的比例最高."""
    (figure, kind), (whole, _) = task.parsed.part, task.parsed.of
    return bool(whole and (figure or kind))


def _values(task: Task, reports: Sequence[ReportRow], year: int) -> list[Value]:
    """What is ranked, for each of `reports` of one year."""
    if _is_share(task) or _is_growth(task):
        return [_measured(task, report) for report in reports]
    indicator, applicant = task.indicators[0], task.applicants[0]
    return list(values_across(task.figures, reports, year, indicator, applicant))


def _measured(task: Task, report: ReportRow) -> Value:
    """The figure, the share or the change that is ranked."""
    if _is_growth(task):
        before = Library.of(task.figures.store).reports.get((report.organ, _base_year(task)))
        if before is None or crosses_formats(task.indicators[0], [before, report]):
            return replace(task.first(report), value=None, state="absent")
        percent, down = _growth_asked(task)
        return growth(task.first(before), task.first(report), percent=percent, down=down)
    return share_of(task, report)[0] if _is_share(task) else task.first(report)


def _is_growth(task: Task) -> bool:
    """Whether organs are set in order by how much a figure of theirs changed."""
    several = len(task.scope.organs) != 1
    return several and bool(ORGAN_GREW_MOST.search(task.parsed.question.text))


_AS_RATE = re.compile(r"幅|率|百分|快|速|猛|%|\b(?:fastest|faster|per ?cent|rate|growth)")
_DOWN = re.compile(r"降|减|跌|少|\b(?:fell|decrease)")


def _growth_asked(task: Task) -> tuple[bool, bool]:
    """Whether the change is told in percent, and whether it is a fall."""
    text = task.parsed.question.text
    return bool(_AS_RATE.search(text)), bool(_DOWN.search(text))


def _base_year(task: Task) -> int:
    """The year that a change is measured from: the earliest named, else the year before."""
    years = task.scope.years
    return min(years) if len(years) > 1 else years[0] - 1


def _label(task: Task, draft: Draft) -> str:
    """The name of what is ranked."""
    label = draft.label(task.indicators[0], task.applicants[0])
    if _is_growth(task):
        percent, down = _growth_asked(task)
        key = ("fall" if down else "rise") + ("_rate" if percent else "")
        return draft.say(f"label_{key}", label=label, base=_base_year(task))
    if not _is_share(task):
        return label
    whole = draft.label(*task.parsed.of)  # type: ignore[arg-type]
    return draft.say("share_label", part=label, whole=whole)


def _rank_head(task: Task, draft: Draft, numbers: Sequence[Value], label: str, year: int) -> None:
    _say_first(
        task,
        draft,
        "rank_first",
        numbers,
        "organ",
        lambda v: v.report.organ,
        year=year,
        label=label,
    )
    several = task.parsed.operations.ids & {"rank", "top", "bottom"}
    limit = task.parsed.operations.limit or (MOST_LINES if several else 5)
    if len(numbers) > 1:
        _rank_lines(task, draft, numbers, limit)
    else:
        draft.show(full(task, numbers[0]))


def _place(value: Value, numbers: Sequence[Value]) -> int:
    """Return the rank of `value`; ties share the best one."""
    return next(i for i, other in enumerate(numbers, 1) if other.value == value.value)


def _rank_lines(task: Task, draft: Draft, numbers: Sequence[Value], limit: int) -> None:
    listed = [full(task, value) for value in numbers[:limit]]
    for value in listed:
        draft.show(value)
        names = {"place": _place(value, listed), "organ": value.report.organ}
        cites = draft.cites(value)
        draft.lines.append(draft.say("rank_line", **names, **measure(value), cites=cites))
    draft.calculate_count(len(numbers))
    for place in range(1, len(listed) + 1):
        draft.calculate_place(place)


def _rank_of_one(task: Task, draft: Draft, numbers: Sequence[Value], label: str, year: int) -> None:
    organ = task.scope.organs[0]
    mine = next((full(task, v) for v in numbers if v.report.organ == organ), None)
    if mine is None or mine.value is None:
        draft.lines.append(draft.sentence(task.first()))
        return
    place = _place(mine, numbers)
    draft.lines.append(
        draft.say(
            "rank_of",
            organ=organ,
            year=year,
            label=label,
            **measure(mine),
            count=len(numbers),
            place=place,
            cites=draft.cites(mine),
        )
    )
    draft.show(mine)
    draft.value, draft.unit = mine.value, mine.unit
    draft.calculate_count(len(numbers))
    draft.calculate_place(place)
    _rank_lines(task, draft, numbers, MOST_LINES)


def _rank_years(task: Task, draft: Draft) -> End:
    indicator, label = task.indicators[0], _label(task, draft)
    done = False
    for organ in task.scope.organs:
        reports = [report for report in task.scope.reports if report.organ == organ]
        values = [_measured(task, report) for report in reports]
        numbers = ordered(values, descending=_descending(task))
        if not numbers:
            continue
        done = True
        _say_first(
            task, draft, "rank_year", numbers, "year", lambda v: v.report.year,
            organ=organ, label=label,
        )  # fmt: skip
        for value in numbers:
            list_line(draft, value, draft.say("year_word", year=value.report.year))
        note_left_out(draft, values, years=True)
        if crosses_formats(indicator, [value.report for value in numbers]):
            note_break(draft, [value.report for value in values])
    draft.finish()
    return ANSWERED if done else NOT_STATED


def _rank_figures(task: Task, draft: Draft) -> End:
    """The order of several figures of one report that the question names."""
    report, applicant = task.scope.reports[0], task.applicants[0]
    kept = [i for i in task.indicators if not any(is_part(other, i) for other in task.indicators)]
    values = [task.value(report, indicator, applicant) for indicator in kept]
    numbers = ordered(values, descending=_descending(task))
    if not numbers:
        draft.lines.append(draft.sentence(values[0]))
        return NOT_STATED
    _say_first(
        task, draft, "rank_figure", numbers, "label", lambda v: draft.label(v.indicator),
        organ=report.organ, year=report.year,
    )  # fmt: skip
    for value in ordered(values, descending=_descending(task)):
        list_line(draft, value)
    if any(value.state == "blank" for value in values):
        draft.note("blank_is_not_zero")
    draft.finish()
    return ANSWERED


def _rank_parts(task: Task, draft: Draft) -> End:
    report = task.scope.reports[0]
    whole = task.indicators[0] if task.indicators else task.row(report, "concluded")
    rows = task.parts(report, whole) if task.of_rows(report) else []
    known = load_indicators().get(whole)
    by_applicant = not rows and (
        "by_applicant" in task.parsed.operations.ids
        or "申请人" in task.parsed.question.text
        or whole in ("received", "carried_in")
    )
    if by_applicant:
        columns = [one for one in APPLICANTS if one not in task.parsed.taken_applicants]
        values = [task.value(report, whole, column) for column in columns]
    elif rows:
        values = [task.value(report, row) for row in rows]
    elif known and known.parts:
        values = [task.value(report, t.indicator, task.applicants[0]) for t in known.parts]
    else:
        return answer_rank_organs(task, draft)
    numbers = ordered(values, descending=_descending(task))
    if not numbers:
        draft.lines.append(draft.sentence(values[0]))
        return NOT_STATED

    def name(value: Value) -> str:
        if by_applicant:
            return load_applicants()[str(value.applicant)].label.of(draft.language)
        return draft.name(value)

    _say_first(
        task, draft, "rank_part", numbers, "label", name,
        organ=report.organ, year=report.year, whole=draft.label(whole),
    )  # fmt: skip
    for value in numbers[: task.parsed.operations.limit or MOST_LINES]:
        list_line(draft, value, name(value))
    if any(value.state == "blank" for value in values):
        draft.note("blank_is_not_zero")
    draft.finish()
    return ANSWERED
