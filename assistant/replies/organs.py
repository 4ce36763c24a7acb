"""Replies that run over the organs of the library, or over the years of one.

Owns highest, lowest, rank, average, filters and counts, totals over organs, coverage and missing
reports.

Leaves to others: figures of named organs (figures.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from assistant.compute import Value, added, values_across
from assistant.draft import Draft, spaced
from assistant.model import FigureShown
from assistant.replies.figures import (
    _SIGNS,
    ANSWERED,
    End,
    Task,
    average_of,
    crosses_formats,
    list_line,
    note_break,
    organ_line,
)
from assistant.scope import Library
from assistant.vocabulary import load_applicants, load_indicators
from indexer.numbers import canonical

#: Lines of a ranking or a filter that are spelled out.
MOST_LINES = 20
_CONDITIONS = {
    ">": "more_than", ">=": "at_least", "<": "less_than", "<=": "at_most", "=": "equal_to",
}  # fmt: skip
_NONE = re.compile(r"没有|没|为0|是0|等于0|为零|是零|一件都|零申请|no |none|zero|without|not any")
_POSITIVE = re.compile(r"有(?!没)|收到过|发生")
_APPLICANTS = (
    "natural_person", "legal.business", "legal.research", "legal.public_interest",
    "legal.legal_service", "legal.other",
)  # fmt: skip


def answer_rank(task: Task, draft: Draft) -> End:
    """Highest, lowest, first few or rank: over organs, years, or parts of a group."""
    if task.parsed.ranks == "parts" or _parts_of_one(task):
        return _rank_parts(task, draft)
    if task.parsed.ranks == "years" or (len(task.scope.organs) == 1 and len(task.scope.years) > 1):
        return _rank_years(task, draft)
    return _rank_organs(task, draft)


def _parts_of_one(task: Task) -> bool:
    """“占比最高的申请人”: one organ and year, nothing to rank but the parts."""
    return (
        len(task.scope.reports) == 1
        and bool(task.parsed.named.organs)
        and "rank" not in (task.parsed.operations.ids)
    )


def _descending(task: Task) -> bool:
    ids = task.parsed.operations.ids
    if ids & {"lowest", "bottom"}:
        return False
    return not re.search(r"从低到高|从少到多", task.parsed.question.text)


def full(task: Task, value: Value) -> Value:
    """Return `value` with the printed cells that it rests on."""
    if value.sources or value.state != "number":
        return value
    return task.value(value.report, value.indicator, value.applicant)


def _ordered(values: Sequence[Value], descending: bool) -> list[Value]:
    numbers = [value for value in values if value.value is not None]
    sign = -1 if descending else 1
    return sorted(numbers, key=lambda v: (sign * (v.value or 0), v.report.organ, v.report.year))


def _rank_organs(task: Task, draft: Draft) -> End:
    year = task.scope.years[-1] if len(task.scope.years) > 1 else task.scope.years[0]
    indicator, applicant = task.indicators[0], task.applicants[0]
    everyone = task.parsed.named.organs and "rank" in task.parsed.operations.ids
    reports = [report for report in task.scope.reports if report.year == year]
    if everyone and len(task.scope.organs) == 1:
        rows = Library.of(task.figures.store).reports
        reports = [row for (organ, row_year), row in sorted(rows.items()) if row_year == year]
    values = values_across(task.figures, reports, year, indicator, applicant)
    ordered = _ordered(values, _descending(task))
    label = draft.label(indicator, applicant)
    if not ordered:
        draft.lines.append(draft.say("filter_none", year=year, label=label, condition=""))
        return "no_answer", "not_stated"
    if everyone and len(task.scope.organs) == 1:
        _rank_of_one(task, draft, ordered, label, year)
    else:
        _rank_head(task, draft, ordered, label, year)
    _left_out(draft, values, ordered)
    if crosses_formats(indicator, [value.report for value in ordered]):
        note_break(draft, [value.report for value in values])
    draft.note("rank_in_library")
    draft.say_checks()
    draft.say_notes()
    return ANSWERED


def _rank_head(task: Task, draft: Draft, ordered: Sequence[Value], label: str, year: int) -> None:
    tied = [full(task, v) for v in ordered if v.value == ordered[0].value][:MOST_LINES]
    first = tied[0]
    assert first.value is not None
    extreme = draft.say("extreme_high" if _descending(task) else "extreme_low")
    common = {
        "year": year,
        "label": label,
        "extreme": extreme,
        "value": canonical(first.value),
        "unit": spaced(first.unit, draft.language),
    }
    if len(tied) > 1:
        names = "、".join(value.report.organ for value in tied)
        cites = "".join(draft.cites(value) for value in tied)
        draft.lines.append(draft.say("rank_first_tied", **common, organs=names, cites=cites))
    else:
        cites = draft.cites(first)
        draft.lines.append(draft.say("rank_first", **common, organ=first.report.organ, cites=cites))
    draft.value, draft.unit = first.value, first.unit
    limit = task.parsed.operations.limit or (
        MOST_LINES if task.parsed.operations.ids & {"rank", "top", "bottom"} else min(5, MOST_LINES)
    )
    listed = [full(task, value) for value in ordered[:limit]]
    if len(ordered) > 1:
        _rank_lines(draft, ordered, listed)
    else:
        draft.show(first)


def _rank_lines(draft: Draft, ordered: Sequence[Value], listed: Sequence[Value]) -> None:
    for value in listed:
        draft.show(value)
        assert value.value is not None
        place = next(i for i, other in enumerate(listed, 1) if other.value == value.value)
        draft.lines.append(
            draft.say(
                "rank_line",
                place=place,
                organ=value.report.organ,
                value=canonical(value.value),
                unit=spaced(value.unit, draft.language),
                cites=draft.cites(value),
            )
        )
    places = list(range(1, len(listed) + 1))
    draft.calculate(f"n = {len(ordered)}", Decimal(len(ordered)), None, ())
    for place in places:
        draft.calculate(f"#{place}", Decimal(place), None, ())


def _rank_of_one(task: Task, draft: Draft, ordered: Sequence[Value], label: str, year: int) -> None:
    organ = task.scope.organs[0]
    mine = next((full(task, v) for v in ordered if v.report.organ == organ), None)
    if mine is None or mine.value is None:
        draft.lines.append(draft.sentence(task.first()))
        return
    place = next(i for i, other in enumerate(ordered, 1) if other.value == mine.value)
    draft.lines.append(
        draft.say(
            "rank_of",
            organ=organ,
            year=year,
            label=label,
            value=canonical(mine.value),
            unit=spaced(mine.unit, draft.language),
            count=len(ordered),
            place=place,
            cites=draft.cites(mine),
        )
    )
    draft.show(mine)
    draft.value, draft.unit = mine.value, mine.unit
    draft.calculate(f"n = {len(ordered)}", Decimal(len(ordered)), None, ())
    draft.calculate(f"#{place}", Decimal(place), None, ())
    _rank_lines(draft, ordered, [full(task, value) for value in ordered[:MOST_LINES]])


def _left_out(draft: Draft, values: Sequence[Value], ordered: Sequence[Value]) -> None:
    out = [value.report.organ for value in values if value.value is None]
    if out and ordered:
        draft.note("organs_left_out", organs="、".join(dict.fromkeys(out)))


def _rank_years(task: Task, draft: Draft) -> End:
    indicator, applicant = task.indicators[0], task.applicants[0]
    done = False
    for organ in task.scope.organs:
        reports = [report for report in task.scope.reports if report.organ == organ]
        values = [task.value(report, indicator, applicant) for report in reports]
        ordered = _ordered(values, _descending(task))
        if not ordered or ordered[0].value is None:
            continue
        done = True
        first = ordered[0]
        assert first.value is not None
        extreme = draft.say("extreme_high" if _descending(task) else "extreme_low")
        tied = [value for value in ordered if value.value == first.value]
        common = {
            "organ": organ,
            "label": draft.label(indicator, applicant),
            "extreme": extreme,
            "value": canonical(first.value),
            "unit": spaced(first.unit, draft.language),
            "cites": "".join(draft.cites(value) for value in tied),
        }
        if len(tied) > 1:
            years = "、".join(str(value.report.year) for value in tied)
            draft.lines.append(draft.say("rank_year_tied", **common, years=years))
        else:
            draft.lines.append(draft.say("rank_year", **common, year=first.report.year))
        draft.value, draft.unit = first.value, first.unit
        for value in ordered:
            list_line(draft, value, draft.say("year_word", year=value.report.year))
        if crosses_formats(indicator, [value.report for value in ordered]):
            note_break(draft, [value.report for value in values])
    draft.say_checks()
    draft.say_notes()
    return ANSWERED if done else ("no_answer", "not_stated")


def _rank_parts(task: Task, draft: Draft) -> End:
    report = task.scope.reports[0]
    whole = task.indicators[0] if task.indicators else "concluded"
    known = load_indicators()[whole]
    by_applicant = (
        "by_applicant" in task.parsed.operations.ids
        or "申请人" in task.parsed.question.text
        or whole in ("received", "carried_in")
    )
    if by_applicant:
        values = [task.value(report, whole, column) for column in _APPLICANTS]
        names = {c: load_applicants()[c].label.of(draft.language) for c in _APPLICANTS}
    elif known.parts:
        values = [task.value(report, t.indicator, task.applicants[0]) for t in known.parts]
        names = {t.indicator: draft.label(t.indicator) for t in known.parts}
    else:
        return _rank_organs(task, draft)
    ordered = _ordered(values, _descending(task))
    if not ordered or ordered[0].value is None:
        draft.lines.append(draft.sentence(values[0]))
        return "no_answer", "not_stated"
    first = ordered[0]
    assert first.value is not None
    key = (lambda v: str(v.applicant)) if by_applicant else (lambda v: v.indicator)
    extreme = draft.say("extreme_high" if _descending(task) else "extreme_low")
    common = {
        "organ": report.organ,
        "year": report.year,
        "whole": draft.label(whole),
        "extreme": extreme,
        "value": canonical(first.value),
        "unit": spaced(first.unit, draft.language),
    }
    tied = [value for value in ordered if value.value == first.value]
    cites = "".join(draft.cites(value) for value in tied)
    if len(tied) > 1:
        labels = "、".join(names[key(value)] for value in tied)
        draft.lines.append(draft.say("rank_part_tied", **common, labels=labels, cites=cites))
    else:
        draft.lines.append(draft.say("rank_part", **common, label=names[key(first)], cites=cites))
    draft.value, draft.unit = first.value, first.unit
    for value in ordered[: task.parsed.operations.limit or MOST_LINES]:
        list_line(draft, value, names[key(value)])
    blank = [value for value in values if value.state == "blank"]
    if blank:
        draft.note("blank_is_not_zero")
    draft.say_checks()
    draft.say_notes()
    return ANSWERED


def answer_average(task: Task, draft: Draft) -> End:
    """The mean over years of one organ, or over the organs of one year; to two decimals."""
    indicator, applicant = task.indicators[0], task.applicants[0]
    years_asked = {report.year for report in task.scope.reports}
    if len(years_asked) == 1:
        year = next(iter(years_asked))
        values = values_across(task.figures, task.scope.reports, year, indicator, applicant)
        values = [full(task, v) for v in values] if len(values) <= MOST_LINES * 10 else values
    else:
        values = [task.value(report, indicator, applicant) for report in task.scope.reports]
    numbers = [value for value in values if value.value is not None]
    if not numbers:
        draft.lines.append(draft.sentence(values[0]))
        return "no_answer", "not_stated"
    if crosses_formats(indicator, [value.report for value in numbers]):
        draft.lines.append(draft.say("cross_format", label=draft.label(indicator, applicant)))
        for value in numbers:
            list_line(draft, value, draft.say("year_word", year=value.report.year))
        note_break(draft, [value.report for value in values])
        draft.say_notes()
        return ANSWERED
    mean, expression = average_of(numbers)
    over_years = len(task.scope.organs) == 1
    years = [str(value.report.year) for value in numbers]
    joined = f"{min(years)}-{max(years)}" if over_years else years[0]
    organ = task.scope.organs[0] if over_years else ""
    scope = f"{organ}{draft.say('year_word', year=joined)}"
    cites = "".join(draft.cites(value) for value in numbers)
    unit = numbers[0].unit
    draft.lines.append(
        draft.say(
            "average",
            scope=scope,
            label=draft.label(indicator, applicant),
            value=canonical(mean),
            unit=spaced(unit, draft.language),
            count=len(numbers),
            cites=cites,
            counted=draft.say("counted_years" if over_years else "counted_organs"),
        )
    )
    ids = tuple(draft.cite(source) for value in numbers for source in value.sources)
    draft.shown.append(
        FigureShown(
            organ or None,
            None,
            indicator,
            draft.label(indicator, applicant),
            applicant,
            "number",
            mean,
            unit,
            True,
            ids,
        )
    )
    for value in numbers:
        draft.show(value)
    draft.calculate(expression, mean, unit, ids)
    draft.lines.append(draft.say("calculation", expression=expression, unit=""))
    draft.value, draft.unit = mean, unit
    _left_out(draft, values, numbers)
    draft.note("rounded")
    draft.say_checks()
    draft.say_notes()
    return ANSWERED


def answer_filter(task: Task, draft: Draft) -> End:
    """Which organs, or how many, fit a condition on one figure of one year."""
    indicator, applicant = task.indicators[0], task.applicants[0]
    sign, number = task.parsed.operations.comparison or _implied(task)
    year = task.scope.years[0]
    reports = [report for report in task.scope.reports if report.year == year]
    values = values_across(task.figures, reports, year, indicator, applicant)
    numbers = [value for value in values if value.value is not None]
    fits = [v for v in numbers if v.value is not None and _SIGNS[sign](v.value, number)]
    unit = spaced(numbers[0].unit if numbers else None, draft.language)
    condition = (
        draft.say("condition_zero")
        if (sign, number) == ("=", Decimal(0))
        else draft.say(_CONDITIONS[sign], number=canonical(number), unit=unit)
    )
    label = draft.label(indicator, applicant)
    draft.calculate(f"{sign} {canonical(number)}", number, None, ())
    if not numbers:
        draft.lines.append(draft.say("filter_none", year=year, label=label, condition=condition))
        return "no_answer", "not_stated"
    if not fits:
        draft.lines.append(draft.say("filter_none", year=year, label=label, condition=condition))
    else:
        draft.lines.append(
            draft.say("filter_some", year=year, label=label, condition=condition, count=len(fits))
        )
        for value in _ordered(fits, True)[: MOST_LINES * 5]:
            organ_line(draft, full(task, value))
    ids = tuple(draft.cite(source) for value in fits for source in value.sources)
    draft.calculate(f"n = {len(fits)}", Decimal(len(fits)), None, ids)
    if task.parsed.operation == "count_organs":
        draft.value = Decimal(len(fits))
        draft.unit = None
    _left_out(draft, values, numbers)
    draft.note("library_only", count=len(values))
    draft.calculate(f"reports = {len(values)}", Decimal(len(values)), None, ())
    draft.say_notes()
    return ANSWERED


def _implied(task: Task) -> tuple[str, Decimal]:
    """The condition of a question without a number: 没有收到 is = 0, 收到过 is > 0."""
    text = task.parsed.question.text
    if _NONE.search(text):
        return "=", Decimal(0)
    return ">", Decimal(0)


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
        return "no_answer", "not_stated"
    if load_indicators()[indicator].kind == "derived":
        return _rank_organs(task, draft)
    if crosses_formats(indicator, [value.report for value in numbers]):
        draft.lines.append(draft.say("cross_format", label=label))
        for value in numbers:
            organ_line(draft, value)
        note_break(draft, [value.report for value in values])
        draft.say_notes()
        return ANSWERED
    if len(numbers) <= MOST_LINES * 10:
        numbers = [full(task, value) for value in numbers]
    total = replace(added(numbers, indicator, applicant), why="group")
    assert total.value is not None and total.expression is not None
    draft.lines.append(
        draft.say(
            "sum_organs",
            year=year,
            count=len(numbers),
            label=label,
            value=canonical(total.value),
            unit=spaced(total.unit, draft.language),
            cites=draft.cites(total),
        )
    )
    ids = tuple(draft.cite(source) for source in total.sources)
    draft.shown.append(
        FigureShown(
            None, year, indicator, label, applicant, "number", total.value, total.unit, True, ids
        )
    )
    for value in numbers:
        draft.show(value)
    draft.calculate(total.expression, total.value, total.unit, ids)
    draft.lines.append(draft.say("calculation", expression=total.expression, unit=""))
    draft.value, draft.unit = total.value, total.unit
    draft.calculate(f"n = {len(numbers)}", Decimal(len(numbers)), None, ())
    _left_out(draft, values, numbers)
    draft.note("library_only", count=len(values))
    draft.calculate(f"reports = {len(values)}", Decimal(len(values)), None, ())
    draft.say_notes()
    return ANSWERED


def answer_coverage(library: Library, organs: Sequence[str], draft: Draft) -> End:
    """Which organs and years the library holds."""
    held = {o: library.coverage[o] for o in (organs or library.coverage) if o in library.coverage}
    reports = sum(len(years) for years in held.values())
    draft.lines.append(draft.say("coverage_head", organs=len(held), reports=reports))
    joiner = "、" if draft.language == "zh" else ", "
    for organ in list(held)[:MOST_LINES]:
        years = joiner.join(map(str, held[organ]))
        draft.lines.append(draft.say("coverage_line", organ=organ, years=years))
    if len(held) > MOST_LINES:
        draft.lines.append(draft.say("coverage_more", count=len(held) - MOST_LINES))
    return ANSWERED


def answer_missing(
    library: Library, organs: Sequence[str], years: Sequence[int], draft: Draft
) -> End:
    """Which organs lack the report of a year, or which years one organ lacks."""
    joiner = "、" if draft.language == "zh" else ", "
    if organs:
        for organ in organs:
            held = library.coverage[organ]
            every = library.years
            wanted = years or range(every[0], every[-1] + 1)
            gaps = [year for year in wanted if year not in held]
            key = "missing_gaps" if gaps else "missing_no_gaps"
            names = {"organ": organ, "years": joiner.join(map(str, held))}
            if gaps:
                names["gaps"] = joiner.join(map(str, gaps))
            draft.lines.append(draft.say(key, **names))
        return ANSWERED
    for year in years or (max(library.years, default=0),):
        lacking = [organ for organ, held in library.coverage.items() if year not in held]
        if not lacking:
            draft.lines.append(draft.say("missing_none", year=year))
            continue
        draft.lines.append(draft.say("missing_head", year=year))
        for organ in lacking[: MOST_LINES * 5]:
            held_years = joiner.join(map(str, library.coverage[organ]))
            draft.lines.append(draft.say("coverage_line", organ=organ, years=held_years))
    return ANSWERED


def answer_checks(task: Task, draft: Draft) -> End:
    """The results of the rules of the reports in scope; failing ones spelled out."""
    from assistant.draft import check_text
    from assistant.model import Check

    wanted = _rules_asked(task.parsed.question.text)
    for report in task.scope.reports:
        findings = [
            finding
            for finding in task.figures.store.findings(report.id)
            if not wanted or finding.rule in wanted
        ]
        fails = [finding for finding in findings if finding.result == "fails"]
        holds = [finding for finding in findings if finding.result == "holds"]
        open_ = [finding for finding in findings if finding.result == "not_assessable"]
        names = {"organ": report.organ, "year": report.year}
        cells = {figure.seq: figure for figure in task.figures.cells(report).values()}
        if fails:
            draft.lines.append(draft.say("checks_fail", **names, count=len(fails)))
        elif holds:
            draft.lines.append(draft.say("checks_hold", **names, count=len(holds)))
        else:
            draft.lines.append(draft.say("checks_none", **names))
        for finding in fails:
            cites = tuple(draft.cite(cells[seq]) for seq in finding.figures[:8] if seq in cells)
            text = check_text(finding, draft.language)
            draft.checks.append(Check(finding.rule, finding.result, text, cites))
            draft.lines.append(draft.say("choice_list", label=text))
        for finding in holds:
            if wanted or finding.detail.get("column") == "total" or finding.rule == "R4":
                text = check_text(finding, draft.language)
                draft.checks.append(Check(finding.rule, finding.result, text, ()))
        if not fails:
            draft.lines += [
                draft.say("choice_list", label=check.text) for check in draft.checks[:4]
            ]
        if open_:
            draft.lines.append(draft.say("checks_open", count=len(open_)))
        for count in (len(fails), len(holds), len(open_)):
            draft.calculate(f"n = {count}", Decimal(count), None, ())
        if len(task.scope.reports) == 1:
            draft.verdict = not fails if (fails or holds) else None
    return ANSWERED


_RULE_CUES = {
    "R7": ("正文", "文字", "prose", "narrative"),
    "R10": ("上年结转对", "结转对得上", "衔接", "接得上", "结转数对", "carried"),
    "R1": ("第一项加第二项", "新收加", "第三项加第四项"),
    "R3": ("各类申请人",),
    "R4": ("复议", "诉讼"),
    "R14": ("按时发布", "按期发布", "发布日期", "公布时间", "published on time", "in time"),
}


def _rules_asked(text: str) -> frozenset[str]:
    return frozenset(rule for rule, cues in _RULE_CUES.items() if any(cue in text for cue in cues))
