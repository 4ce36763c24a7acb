"""Replies about the figures of one organ, or of several named ones.

Owns value, list, sum, difference, change, rates, shares, composition, trend, comparison,
verification and zeros: which figures are read, how they are computed, and in which lines.

Leaves to others: ranking and counting over all organs (organs.py), prose (prose.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from assistant.compute import (
    Figures,
    Value,
    added,
    percentage,
    quotient,
    rounded,
    value_of,
)
from assistant.draft import Draft, series_of, spaced
from assistant.model import Reason, Status
from assistant.scope import Scope
from assistant.understand.operations import Stated
from assistant.understand.parse import Parsed
from assistant.vocabulary import load_applicants, load_indicators
from indexer.numbers import canonical
from indexer.records import ReportRow

End = tuple[Status, Reason | None]
ANSWERED: End = ("answered", None)

#: What a figure is a share of, unless the question says.
_WHOLE = {
    "received": "handled", "carried_in": "handled", "carried_out": "handled",
    "concluded": "handled",
}  # fmt: skip
_OUTCOMES = ("disclosed", "partly_disclosed", "refused", "unavailable", "declined", "other")
_APPLICANTS = (
    "natural_person", "legal.business", "legal.research", "legal.public_interest",
    "legal.legal_service", "legal.other",
)  # fmt: skip
_RESULTS = ("upheld", "corrected", "other", "pending")


@dataclass(frozen=True)
class Task:
    """What a figure reply works on: the question's slots and the reports in scope."""

    parsed: Parsed
    scope: Scope
    figures: Figures
    indicators: tuple[str, ...]

    @property
    def applicants(self) -> tuple[str | None, ...]:
        """The kinds of applicants asked for; (None,) for their total."""
        named = self.parsed.found.applicants
        among = "其中" in self.parsed.question.text or "of which" in self.parsed.question.text
        own = "indicator" not in self.parsed.carried
        if among and own and named and self.parsed.operation in ("", "value", "list"):
            return (None, *named)
        return named or (None,)

    def value(self, report: ReportRow, indicator: str, applicant: str | None = None) -> Value:
        """Read one figure."""
        return value_of(self.figures, report, indicator, applicant)

    def first(self, report: ReportRow | None = None) -> Value:
        """The first figure that is asked for."""
        chosen = report or self.scope.reports[0]
        return self.value(chosen, self.indicators[0], self.applicants[0])


def answer_value(task: Task, draft: Draft) -> End:
    """One figure of one report; several of anything become a list."""
    if len(task.scope.reports) > 1 and len(task.scope.organs) > 1:
        return answer_compare(task, draft)
    if len(task.scope.years) > 1:
        return answer_trend(task, draft)
    if len(task.indicators) * len(task.applicants) > 1:
        return answer_several(task, draft)
    value = task.first()
    head(draft, value)
    draft.explain(value)
    notes_for(task, draft, value)
    finish(draft)
    return ending(value)


def head(draft: Draft, value: Value) -> None:
    """Put the headline: sentence, figure and speech."""
    if value.state in ("absent", "unreadable") and value.why != "zero_base":
        draft.lines.append(draft.sentence(value))
        draft.speech = draft.speak(value)
        return
    draft.lines.append(draft.sentence(value))
    draft.show(value)
    draft.value, draft.unit = value.value, value.unit if value.value is not None else None
    draft.speech = draft.speak(value)


def ending(value: Value) -> End:
    """The status that the state of the headline figure calls for."""
    if value.state == "unreadable":
        return "no_answer", "unreadable"
    if value.state == "absent" and value.why != "zero_base":
        return "no_answer", "not_stated"
    return ANSWERED


def finish(draft: Draft) -> None:
    """Put checks, then notes."""
    draft.say_checks()
    draft.say_notes()


#: Notes that matter only where several reports stand side by side.
_ONLY_IN_SERIES = frozenset({"format_break", "other_row_break"})


def notes_for(task: Task, draft: Draft, value: Value) -> None:
    """Add the notes that the vocabulary asks for, filled from the same report."""
    if value.state not in ("number", "blank") or value.report.format == "statistics":
        if value.report.format == "statistics":
            draft.note("statistics_own_label")
        return
    known = load_indicators().get(value.indicator)
    for code in known.notes if known else ():
        if code == "group_not_printed" and not value.computed:
            continue
        if code in _ONLY_IN_SERIES and value.value is not None:
            continue
        if code == "cases_not_persons" and "人" not in task.parsed.question.text:
            continue
        _note(task, draft, value, code)
    _readings(task, draft, value)


def _note(task: Task, draft: Draft, value: Value, code: str) -> None:
    if code == "received_or_handled":
        other = task.value(value.report, "handled", value.applicant)
        if other.value is not None and other.expression:
            ids = tuple(draft.cite(source) for source in other.sources)
            draft.calculate(other.expression, other.value, other.unit, ids)
            draft.note(code, handled=canonical(other.value))
        return
    if code == "narrow_refusal" and value.indicator == "refused":
        broad = task.value(value.report, "not_disclosed_broad", value.applicant)
        if broad.value is not None and broad.expression:
            ids = tuple(draft.cite(source) for source in broad.sources)
            draft.calculate(broad.expression, broad.value, broad.unit, ids)
            draft.note("narrow_refusal_with_broad", broad=canonical(broad.value))
        return
    if code == "colloquial_defeat" and not any(
        word in task.parsed.question.text
        for word in ("输", "败", "胜", "赢", "lost", "won", "lose", "win")
    ):
        return
    if code == "not_held_or_missing" and "掌握" in task.parsed.question.text:
        return
    draft.note(code)


def _readings(task: Task, draft: Draft, value: Value) -> None:
    """Give the other readings of a rate in one line each."""
    known = load_indicators().get(value.indicator)
    for reading in known.readings if known else ():
        other = value_of(task.figures, value.report, value.indicator, value.applicant)
        from assistant.compute import rate_of

        other = rate_of(
            task.figures, value.report, reading.formula, value.indicator, value.applicant
        )
        if other.value is None or other.expression is None:
            continue
        ids = tuple(draft.cite(source) for source in other.sources)
        draft.calculate(other.expression, other.value, other.unit, ids)
        draft.note(
            "other_reading",
            reading=reading.label.of(draft.language),
            result=f"{other.expression}",
        )


def answer_several(task: Task, draft: Draft) -> End:
    """Several figures of one report, a line each."""
    report = task.scope.reports[0]
    scope = f"{report.organ}{draft.say('year_word', year=report.year)}"
    draft.lines.append(draft.say("several_head", scope=scope))
    values = [
        task.value(report, indicator, applicant)
        for indicator in task.indicators
        for applicant in task.applicants
    ]
    for value in values:
        list_line(draft, value)
    _partials(draft, values)
    draft.speech = _listed_aloud(draft, report, values)
    finish(draft)
    return _several_ending(values)


def list_line(draft: Draft, value: Value, name: str | None = None) -> None:
    """Put one line of a list: label, value or state, citations."""
    label = name or draft.name(value)
    if value.state == "number" and value.value is not None:
        draft.show(value)
        unit = "%" if value.unit == "%" else spaced(value.unit, draft.language)
        shown = canonical(value.value)
        cites = draft.cites(value)
        draft.lines.append(draft.say("list_line", label=label, value=shown, unit=unit, cites=cites))
        if value.expression and value.computed:
            draft.lines.append(
                "  " + draft.say("calculation", expression=value.expression, unit="")
            )
        return
    draft.show(value)
    state = draft.state(value) if value.why != "zero_base" else draft.say("state_absent")
    draft.lines.append(
        draft.say("list_line_state", label=label, state=state, cites=draft.cites(value))
    )


def _several_ending(values: Sequence[Value]) -> End:
    if all(value.state == "absent" for value in values):
        return "no_answer", "not_stated"
    if all(value.state in ("unreadable", "absent") for value in values):
        return "no_answer", "unreadable"
    return ANSWERED


def _partials(draft: Draft, values: Sequence[Value]) -> None:
    for value in values:
        if value.partial and value.value is not None:
            missing = "、".join(draft.label(b.indicator or "", b.applicant) for b in value.blanks)
            draft.note("partial", missing=missing)
        if value.filled:
            draft.note("computed_from_parts")
        if value.state == "blank":
            draft.note("blank_is_not_zero")


def _listed_aloud(draft: Draft, report: ReportRow, values: Sequence[Value]) -> str:
    shown = [value for value in values if value.value is not None][:3]
    if not shown:
        return ""
    return draft.say("speech_see", head=draft.speak(shown[0]))


def answer_list(task: Task, draft: Draft) -> End:
    """The parts of a group (all eight grounds of 不予公开), or the figures named."""
    if len(task.scope.reports) > 1 or len(task.indicators) > 1:
        return answer_value(task, draft)
    indicator = task.indicators[0]
    parts = _list_parts(indicator)
    if not parts:
        return answer_value(task, draft)
    report = task.scope.reports[0]
    total = task.value(report, indicator, task.applicants[0])
    if total.state == "absent":
        head(draft, total)
        return ending(total)
    label = draft.label(indicator, task.applicants[0])
    draft.lines.append(draft.say("list_head", organ=report.organ, year=report.year, label=label))
    values = [task.value(report, part, task.applicants[0]) for part in parts]
    for value in values:
        list_line(draft, value)
    list_line(draft, total)
    draft.speech = draft.say("speech_see", head=draft.speak(total))
    _partials(draft, values)
    draft.check(total)
    finish(draft)
    return ANSWERED


def _list_parts(indicator: str) -> list[str]:
    """What a list of `indicator` consists of: grounds, outcomes or results."""
    known = load_indicators().get(indicator)
    if known is None:
        return []
    block, _, result = indicator.rpartition(".")
    if result == "total" and known.table == 4 and f"{block}.upheld" in load_indicators():
        return [f"{block}.{name}" for name in _RESULTS]
    if known.kind == "group" or indicator == "concluded":
        return [term.indicator for term in known.parts]
    return []


def answer_by_applicant(task: Task, draft: Draft) -> End:
    """One row of table three over its applicants."""
    if len(task.scope.reports) > 1:
        return answer_value(task, draft)
    report = task.scope.reports[0]
    indicator = task.indicators[0] if task.indicators else "received"
    if load_indicators()[indicator].table != 3:
        return answer_value(task, draft)
    draft.lines.append(
        draft.say("list_head", organ=report.organ, year=report.year, label=draft.label(indicator))
    )
    values = [task.value(report, indicator, column) for column in (*_APPLICANTS, "total")]
    if all(value.state == "absent" for value in values):
        draft.lines.clear()
        head(draft, values[-1])
        return ending(values[-1])
    for value, column in zip(values, (*_APPLICANTS, "total"), strict=True):
        list_line(draft, value, load_applicants()[column].label.of(draft.language))
    draft.series.append(_parts_series(draft, report, values[:-1]))
    _partials(draft, values)
    draft.check(values[-1])
    draft.speech = draft.say("speech_see", head=draft.speak(values[-1]))
    finish(draft)
    return ANSWERED


def answer_sum(task: Task, draft: Draft) -> End:
    """The sum of the figures named: of one report, over years, or over organs."""
    values = [
        task.value(report, indicator, applicant)
        for report in task.scope.reports
        for indicator in task.indicators
        for applicant in task.applicants
    ]
    if len(values) == 1:
        return answer_value(task, draft)
    if not _addable(task, draft, values):
        return ANSWERED if draft.lines else ("no_answer", "not_stated")
    total = replace(added(values, task.indicators[0], task.applicants[0]), why="group")
    if total.state != "number" or total.value is None:
        head(draft, total)
        return ending(total)
    cites = draft.cites(total)
    names = {
        "organ": total.report.organ,
        "value": canonical(total.value),
        "unit": spaced(total.unit, draft.language),
        "cites": cites,
    }
    joiner = "、" if draft.language == "zh" else ", "
    labels = joiner.join(draft.label(i, a) for i in task.indicators for a in task.applicants)
    if len(task.scope.organs) > 1:
        years = joiner.join(map(str, task.scope.years))
        names["organ"] = joiner.join(task.scope.organs)
        line = draft.say("sum_years", **names, years=years, label=labels)
    elif len(task.scope.years) > 1:
        years = joiner.join(str(report.year) for report in task.scope.reports)
        line = draft.say("sum_years", **names, years=years, label=labels)
    else:
        line = draft.say("sum_parts", **names, year=total.report.year, labels=labels)
    draft.lines.append(line)
    for value in values:
        draft.show(value)
    _show_sum(draft, total, labels)
    finish(draft)
    return ANSWERED


def _show_sum(draft: Draft, total: Value, label: str) -> None:
    from assistant.model import FigureShown

    assert total.value is not None and total.expression is not None
    ids = tuple(draft.cite(source) for source in total.sources)
    draft.shown.append(
        FigureShown(
            None, None, None, label, total.applicant, "number", total.value, total.unit, True, ids
        )
    )
    draft.value, draft.unit = total.value, total.unit
    draft.calculate(total.expression, total.value, total.unit, ids)
    draft.lines.append(draft.say("calculation", expression=total.expression, unit=""))
    _partials(draft, [total])


def _addable(task: Task, draft: Draft, values: Sequence[Value]) -> bool:
    """Whether the figures may be added: no cell missing, no format break, no rates."""
    kinds = {load_indicators()[i].kind for i in task.indicators if i in load_indicators()}
    lacking = [value for value in values if value.state in ("absent", "unreadable")]
    breaks = crosses_formats(task.indicators[0], [value.report for value in values])
    if "derived" in kinds or breaks:
        answer_trend(task, draft)
        return False
    if lacking:
        draft.lines.append(draft.say("cannot", sentence=draft.sentence(lacking[0])))
        for value in values:
            if value.state == "number":
                list_line(draft, value)
        return False
    return True


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
    if old.state == "number" and new.state == "number":
        if old.indicator == new.indicator and crosses_formats(
            old.indicator, [old.report, new.report]
        ):
            draft.lines.append(draft.say("cross_format", label=draft.label(old.indicator)))
            for value in (old, new):
                draft.lines.append(_year_line(draft, value))
            note_break(draft, [old.report, new.report])
            finish(draft)
            return ANSWERED
        return _two_numbers(task, draft, old, new)
    lacking = old if old.state != "number" else new
    draft.lines.append(draft.say("cannot", sentence=draft.sentence(lacking)))
    draft.show(lacking)
    other = new if lacking is old else old
    if other.state == "number":
        draft.lines.append(draft.sentence(other))
        draft.show(other)
    draft.explain(lacking)
    finish(draft)
    return ending(lacking) if lacking.state in ("absent", "unreadable") else ANSWERED


def _pair(task: Task) -> tuple[Value, Value] | None:
    """The two figures to compare, the earlier (or second named) first."""
    reports = task.scope.reports
    indicator, applicant = task.indicators[0], task.applicants[0]
    if len(task.indicators) == 2 and len(reports) == 1:
        first, second = task.indicators
        return task.value(reports[0], second, applicant), task.value(reports[0], first, applicant)
    if len(task.applicants) == 2 and len(reports) == 1:
        one, two = task.applicants
        return task.value(reports[0], indicator, two), task.value(reports[0], indicator, one)
    if len(reports) == 2 and len(task.scope.organs) == 2:
        return task.value(reports[1], indicator, applicant), task.value(
            reports[0], indicator, applicant
        )
    if len(reports) >= 2 and len(task.scope.organs) == 1:
        ordered = sorted(reports, key=lambda report: report.year)
        return task.value(ordered[0], indicator, applicant), task.value(
            ordered[-1], indicator, applicant
        )
    return None


def _two_numbers(task: Task, draft: Draft, old: Value, new: Value) -> End:
    assert old.value is not None and new.value is not None
    cites = draft.cites(new) + draft.cites(old)
    base = _base_name(draft, old, new)
    names = {
        "organ": new.report.organ,
        "year": new.report.year,
        "label": draft.name(new),
        "base": base,
        "old": canonical(old.value),
        "new": canonical(new.value),
        "cites": cites,
    }
    ids = tuple(draft.cite(source) for source in (*new.sources, *old.sources))
    unit = "" if new.unit == "%" else spaced(new.unit, draft.language)
    points = "个百分点" if draft.language == "zh" else " percentage points"
    if new.unit == "%":
        unit = points
    if task.parsed.operation == "growth_rate":
        if old.value == 0:
            draft.lines.append(
                draft.say(
                    "rate_zero_base",
                    organ=names["organ"],
                    label=names["label"],
                    base=base,
                    year=names["year"],
                    new=names["new"],
                    unit=unit,
                    cites=cites,
                )
            )
            draft.note("zero_base")
            for value in (new, old):
                draft.show(value)
            finish(draft)
            return ANSWERED
        rate = percentage(new.value - old.value, old.value)
        key = "rate_up" if rate >= 0 else "rate_down"
        draft.lines.append(draft.say(key, **names, value=f"{canonical(abs(rate))}%"))
        fraction = f"({canonical(new.value)}-{canonical(old.value)})/{canonical(old.value)}"
        expression = f"{fraction} = {canonical(rate)}%"
        draft.value, draft.unit = rate, "%"
        result, result_unit = rate, "%"
        if old.value < 30:
            draft.note("small_base", base=canonical(old.value))
    else:
        difference = new.value - old.value
        words = ("up", "down") if old.report.organ == new.report.organ else ("over", "under")
        if old.indicator != new.indicator or old.applicant != new.applicant:
            words = ("over", "under")
        change = draft.say(words[0] if difference >= 0 else words[1])
        change = f"{change} " if draft.language == "zh" else change
        if difference == 0:
            draft.lines.append(
                draft.say("same", **{k: v for k, v in names.items() if k != "old"}, unit=unit)
            )
        else:
            shown = canonical(abs(difference))
            draft.lines.append(draft.say("more", **names, change=change, value=shown, unit=unit))
        expression = f"{canonical(new.value)}-{canonical(old.value)} = {canonical(difference)}"
        draft.value, draft.unit = difference, new.unit
        result, result_unit = difference, new.unit or ""
    for value in (new, old):
        draft.show(value)
    _computed(draft, names, result, result_unit or None, ids)
    draft.calculate(expression, result, result_unit or None, ids)
    draft.lines.append(draft.say("calculation", expression=expression, unit=""))
    for value in (new, old):
        if value.expression and value.computed:
            draft.lines.append(draft.say("calculation", expression=value.expression, unit=""))
        draft.check(value)
    _partials(draft, [new, old])
    finish(draft)
    return ANSWERED


def _computed(
    draft: Draft, names: dict[str, object], result: Decimal, unit: str | None, ids: tuple[int, ...]
) -> None:
    """List the computed result itself among the figures."""
    from assistant.model import FigureShown

    organ, year = names["organ"], names["year"]
    draft.shown.insert(
        0,
        FigureShown(
            str(organ),
            int(str(year)),
            None,
            str(names["label"]),
            None,
            "number",
            result,
            unit,
            True,
            ids,
        ),
    )


def _base_name(draft: Draft, old: Value, new: Value) -> str:
    if old.report.organ != new.report.organ:
        return old.report.organ
    if old.report.year != new.report.year:
        return draft.say("year_word", year=old.report.year)
    return draft.name(old)


def answer_share(task: Task, draft: Draft) -> End:
    """What a figure is a share (or multiple) of; the fraction is shown, the whole is named."""
    two_organs = len(task.scope.organs) == 2
    if len(task.scope.reports) == 2 and (two_organs or task.parsed.operation == "ratio"):
        return _times(task, draft)
    if len(task.scope.reports) > 1:
        return _shares(task, draft)
    value, whole_name = _share(task, draft, task.scope.reports[0])
    operands = _share_operands(task, task.scope.reports[0])
    part_name = draft.label(operands[0].indicator, operands[0].applicant)
    if value.state != "number" or value.value is None:
        head(draft, value)
        draft.explain(value)
        finish(draft)
        return ending(value)
    cites = draft.cites(value)
    percent = task.parsed.operation != "ratio"
    draft.lines.append(
        draft.say(
            "share" if percent else "ratio",
            organ=value.report.organ,
            year=value.report.year,
            part=part_name,
            whole=whole_name,
            value=f"{canonical(value.value)}%" if percent else canonical(value.value),
            cites=cites,
        )
    )
    draft.show(value)
    for operand in operands:
        if operand.state == "number":
            draft.show(operand)
    draft.value, draft.unit = value.value, value.unit
    draft.explain(value)
    finish(draft)
    return ANSWERED


def _times(task: Task, draft: Draft) -> End:
    """One figure of two reports as a multiple of each other, in the order of the question."""
    one, two = (task.first(report) for report in task.scope.reports)
    base = re.search(r"\bas (?:in|at|for) (20\d\d)", task.parsed.question.text)
    if base and str(one.report.year) == base.group(1):
        one, two = two, one
    percent = task.parsed.operation != "ratio"
    value = quotient(one.report, one.indicator, one.applicant, one, two, percent=percent)
    if value.state != "number" or value.value is None:
        head(draft, value)
        finish(draft)
        return ending(value)
    two_name = f"{two.report.organ}{draft.say('year_word', year=two.report.year)}"
    draft.lines.append(
        draft.say(
            "share" if percent else "ratio",
            organ=one.report.organ,
            year=one.report.year,
            part=draft.name(one),
            whole=two_name,
            value=f"{canonical(value.value)}%" if percent else canonical(value.value),
            cites=draft.cites(value),
        )
    )
    for item in (value, one, two):
        draft.show(item)
    draft.value, draft.unit = value.value, value.unit
    draft.lines.append(draft.say("calculation", expression=value.expression or "", unit=""))
    finish(draft)
    return ANSWERED


def _share(task: Task, draft: Draft, report: ReportRow) -> tuple[Value, str]:
    """The quotient that a share or ratio asks for, and how its whole is called."""
    percent = task.parsed.operation != "ratio"
    top, bottom = _share_operands(task, report)
    value = quotient(report, top.indicator, top.applicant, top, bottom, percent=percent)
    return value, draft.label(bottom.indicator, bottom.applicant)


def _share_operands(task: Task, report: ReportRow) -> tuple[Value, Value]:
    """The part and the whole; what the question says of either goes before the usual reading."""
    indicator, applicant = task.indicators[0], task.applicants[0]
    if task.parsed.operation == "ratio":
        return _ratio_operands(task, report)
    (part_id, part_who), (of_id, of_who) = task.parsed.part, task.parsed.of
    if task.parsed.part == (None, None) or (part_id is None and part_who is None):
        part_id, part_who = indicator, applicant
    if part_id is None:
        part_id = of_id if of_id and load_indicators()[of_id].table == 3 else "received"
    if of_id is None and of_who is None and task.parsed.whole:
        of_id = task.parsed.whole
    if of_id is None:
        of_id = part_id if part_who and of_who is None else _whole_of(part_id)
        if of_who is not None:
            of_id = "received"
    if load_indicators()[part_id].table != 3:
        part_who = of_who = None
    top = replace(task.value(report, part_id, part_who), applicant=part_who)
    bottom = replace(task.value(report, of_id, of_who), applicant=of_who)
    return top, bottom


def _ratio_operands(task: Task, report: ReportRow) -> tuple[Value, Value]:
    indicator, applicant = task.indicators[0], task.applicants[0]
    whole_id, whole_who = _whole_of(indicator), None
    if len(task.indicators) == 2:
        whole_id, whole_who = task.indicators[1], applicant
    elif task.parsed.whole:
        whole_id = task.parsed.whole
    elif len(task.applicants) == 2:
        whole_id, whole_who = indicator, task.applicants[1]
    elif applicant:
        whole_id = indicator
    top = replace(task.value(report, indicator, applicant), applicant=applicant)
    bottom = replace(task.value(report, whole_id, whole_who), applicant=whole_who)
    return top, bottom


def _whole_of(indicator: str) -> str:
    if indicator in _WHOLE:
        return _WHOLE[indicator]
    block, _, result = indicator.partition(".")
    if result in (*_RESULTS,) and f"{block}.total" in load_indicators():
        return f"{block}.total"
    return "concluded" if load_indicators()[indicator].table == 3 else indicator


def _shares(task: Task, draft: Draft) -> End:
    values = [_share(task, draft, report)[0] for report in task.scope.reports]
    _, whole = _share(task, draft, task.scope.reports[0])
    label = draft.label(task.indicators[0], task.applicants[0])
    joined = f"{label}/{whole}"
    draft.lines.append(draft.say("several_head", scope=joined))
    for value in values:
        name = f"{value.report.organ}{draft.say('year_word', year=value.report.year)}"
        list_line(draft, value, name)
    finish(draft)
    return _several_ending(values)


def answer_composition(task: Task, draft: Draft) -> End:
    """What a total consists of, each part with its share."""
    report = task.scope.reports[0]
    total, parts = _parts(task, report)
    if total.state != "number" or total.value is None:
        head(draft, total)
        return ending(total)
    label = draft.label(total.indicator, total.applicant)
    draft.lines.append(
        draft.say(
            "composition_head",
            organ=report.organ,
            year=report.year,
            label=label,
            value=canonical(total.value),
            unit=spaced(total.unit, draft.language),
        )
    )
    draft.show(total)
    for value, name in parts:
        _part_line(draft, value, name, total)
    draft.series.append(_parts_series(draft, report, [value for value, _ in parts]))
    _partials(draft, [total, *(value for value, _ in parts)])
    if total.value < 30:
        draft.note("small_base", base=canonical(total.value))
    draft.check(total)
    draft.speech = draft.say("speech_see", head=draft.speak(total))
    finish(draft)
    return ANSWERED


def _part_line(draft: Draft, value: Value, name: str, total: Value) -> None:
    if value.value is None or not total.value:
        list_line(draft, value, name)
        return
    draft.show(value)
    share = percentage(value.value, total.value)
    ids = tuple(draft.cite(source) for source in (*value.sources, *total.sources))
    expression = f"{canonical(value.value)}/{canonical(total.value)} = {canonical(share)}%"
    draft.calculate(expression, share, "%", ids)
    draft.lines.append(
        draft.say(
            "composition_line",
            label=name,
            value=canonical(value.value),
            unit=spaced(value.unit, draft.language),
            share=f"{canonical(share)}%",
            cites=draft.cites(value),
        )
    )


def _parts(task: Task, report: ReportRow) -> tuple[Value, list[tuple[Value, str]]]:
    """The total and its parts: grounds, outcomes, results or applicants."""
    language = task.parsed.question.language
    indicator = task.indicators[0] if task.indicators else "concluded"
    if "by_applicant" in task.parsed.operations or indicator in ("received", "carried_in"):
        total = task.value(report, indicator)
        names = {a: load_applicants()[a].label.of(language) for a in _APPLICANTS}
        return total, [(task.value(report, indicator, a), names[a]) for a in _APPLICANTS]
    applicant = task.applicants[0]
    known = load_indicators()[indicator]
    block, _, result = indicator.partition(".")
    if known.parts:
        rows: Sequence[str] = [term.indicator for term in known.parts]
    elif result == "total":
        rows = [f"{block}.{name}" for name in _RESULTS]
    elif indicator == "concluded":
        rows = _OUTCOMES
    else:
        rows = _OUTCOMES
        indicator = "concluded"
    total = task.value(report, indicator, applicant)
    labels = load_indicators()
    return total, [
        (task.value(report, row, applicant), labels[row].label.of(language)) for row in rows
    ]


def _parts_series(draft: Draft, report: ReportRow, values: Sequence[Value]) -> dict[str, object]:
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


def answer_trend(task: Task, draft: Draft) -> End:
    """One figure over the years, as a small table; never across a format break in silence."""
    ended = False
    for organ in task.scope.organs:
        reports = [report for report in task.scope.reports if report.organ == organ]
        for indicator in task.indicators:
            for applicant in task.applicants:
                ended |= _one_trend(task, draft, organ, reports, indicator, applicant)
    finish(draft)
    return ANSWERED if ended else ("no_answer", "not_stated")


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
        draft.lines.append(_year_line(draft, value))
        draft.show(value)
        if value.expression and value.computed:
            draft.lines.append(
                "  " + draft.say("calculation", expression=value.expression, unit="")
            )
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
    _partials(draft, values)
    draft.series.append(
        {**series_of(draft, organ, label, values), "kind": "trend", "break": breaks}
    )
    return bool(numbers)


def _trend_change(draft: Draft, first: Value, last: Value) -> None:
    assert first.value is not None and last.value is not None
    difference = last.value - first.value
    unit = "个百分点" if last.unit == "%" else (last.unit or "")
    if draft.language == "en":
        unit = " percentage points" if last.unit == "%" else spaced(last.unit, "en")
    ids = tuple(draft.cite(source) for source in (*last.sources, *first.sources))
    expression = f"{canonical(last.value)}-{canonical(first.value)} = {canonical(difference)}"
    draft.calculate(expression, difference, last.unit, ids)
    if difference:
        change = draft.say("up" if difference > 0 else "down")
        change = change if draft.language == "en" else change.strip() + " "
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


def _year_line(draft: Draft, value: Value) -> str:
    if value.value is None:
        state = draft.state(value)
        return draft.say(
            "trend_line_state", year=value.report.year, state=state, cites=draft.cites(value)
        )
    return draft.say(
        "trend_line", year=value.report.year, value=canonical(value.value),
        unit=spaced(value.unit, draft.language), cites=draft.cites(value),
    )  # fmt: skip


def answer_compare(task: Task, draft: Draft) -> End:
    """One figure of several organs; two figures of one organ are a difference."""
    if len(task.scope.organs) == 1:
        if len(task.scope.reports) > 1:
            return answer_trend(task, draft)
        if len(task.indicators) * len(task.applicants) > 1:
            return answer_several(task, draft)
        return answer_value(task, draft)
    all_values: list[Value] = []
    for year in task.scope.years:
        reports = [report for report in task.scope.reports if report.year == year]
        for indicator in task.indicators:
            all_values += _compare_year(task, draft, year, reports, indicator)
    for stranger in task.scope.strangers:
        state = draft.say("state_missing")
        draft.lines.append(draft.say("compare_line_state", organ=stranger, state=state, cites=""))
    _partials(draft, all_values)
    finish(draft)
    return _several_ending(all_values)


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
            state = draft.say("state_missing")
            draft.lines.append(draft.say("compare_line_state", organ=organ, state=state, cites=""))
    numbers = [value for value in values if value.value is not None]
    if len(numbers) == 2:
        _compare_two(draft, numbers[0], numbers[1])
    return values


def organ_line(draft: Draft, value: Value) -> None:
    """Put one line "organ value unit [n]"."""
    draft.show(value)
    cites = draft.cites(value)
    if value.value is None:
        state = draft.state(value)
        draft.lines.append(
            draft.say("compare_line_state", organ=value.report.organ, state=state, cites=cites)
        )
        return
    draft.lines.append(
        draft.say(
            "compare_line",
            organ=value.report.organ,
            value=canonical(value.value),
            unit=spaced(value.unit, draft.language),
            cites=cites,
        )
    )
    if value.expression and value.computed:
        draft.lines.append("  " + draft.say("calculation", expression=value.expression, unit=""))


def _compare_two(draft: Draft, one: Value, two: Value) -> None:
    assert one.value is not None and two.value is not None
    more, less = (one, two) if one.value >= two.value else (two, one)
    assert more.value is not None and less.value is not None
    difference = more.value - less.value
    ids = tuple(draft.cite(source) for source in (*more.sources, *less.sources))
    expression = f"{canonical(more.value)}-{canonical(less.value)} = {canonical(difference)}"
    draft.calculate(expression, difference, more.unit, ids)
    names = {"first": more.report.organ, "second": less.report.organ}
    if difference == 0:
        draft.lines.append(draft.say("compare_same", **names))
        return
    unit = "个百分点" if more.unit == "%" else spaced(more.unit, draft.language)
    if more.unit == "%" and draft.language == "en":
        unit = " percentage points"
    draft.lines.append(draft.say("compare_more", **names, value=canonical(difference), unit=unit))


def answer_verify(task: Task, draft: Draft) -> End:
    """Whether a stated figure is right; the headline is the true figure."""
    if handler := _UNDERLYING.get(task.parsed.base_operation):
        return _verify_computed(task, draft, handler)
    if len(task.scope.reports) > 1 and len(task.parsed.operations.stated) > 1:
        return _verify_each(task, draft)
    task, stated = _stated_about(task)
    share = "share" in task.parsed.operations.ids or task.parsed.whole is not None
    if share and load_indicators()[task.indicators[0]].kind != "derived":
        value, _ = _share(task, draft, task.scope.reports[0])
    else:
        value = task.first()
    if value.state != "number" or value.value is None:
        head(draft, value)
        draft.lines[0] = draft.say("verify_unknown", sentence=draft.lines[0])
        draft.explain(value)
        finish(draft)
        return ending(value)
    comparison = task.parsed.operations.comparison
    if comparison and not _exact_number(task.parsed):
        number = in_unit(comparison[1], _unit_behind(task.parsed, comparison[1]), value.unit)
        verdict = _holds(comparison[0], value.value, number)
    else:
        plain = [item for item in stated if not item.percent or value.unit == "%"] or stated
        verdict = any(agrees(item, value) for item in plain)
    percents = [item for item in stated if item.percent]
    if percents and len(percents) < len(stated) and value.unit != "%":
        rate, _ = _share(task, draft, task.scope.reports[0])
        verdict = verdict and all(agrees(item, rate) for item in percents)
        draft.show(rate)
    head(draft, value)
    draft.lines[0] = draft.say(
        "verify_true" if verdict else "verify_false", sentence=draft.lines[0]
    )
    draft.verdict = verdict
    draft.explain(value)
    notes_for(task, draft, value)
    finish(draft)
    return ANSWERED


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


_MONEY = {"元": Decimal(1), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}


def in_unit(number: Decimal, written: str | None, wanted: str | None) -> Decimal:
    """Return `number` of money in the unit of the figure; other numbers as they are.

    >>> in_unit(Decimal(1), "亿元", "万元")
    Decimal('10000')
    """
    if written in _MONEY and wanted in _MONEY:
        return number * _MONEY[written] / _MONEY[wanted]
    return number


def _unit_behind(parsed: Parsed, number: Decimal) -> str | None:
    for stated in parsed.operations.stated:
        if stated.value == number:
            return stated.unit
    return None


def _verify_computed(task: Task, draft: Draft, handler: Callable[[Task, Draft], End]) -> End:
    """Check a stated difference, rate or sum: it is computed first, then compared."""
    operation = task.parsed.base_operation
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
    falls = re.search(r"下降|减少|少了?\d*|降低|更少|fewer|less|decrease|drop|fell", text)
    rises = re.search(r"上升|增长|增加|多了?\d*|提高|更多|more|increase|rise|grew", text)
    if task.parsed.base_operation in ("change", "growth_rate", "difference"):
        if falls and not rises:
            verdict = verdict and true < 0
        elif rises and not falls:
            verdict = verdict and true > 0
    draft.lines[0] = draft.say(
        "verify_true" if verdict else "verify_false", sentence=draft.lines[0]
    )
    draft.verdict = verdict
    return end


def _verify_each(task: Task, draft: Draft) -> End:
    """Check one stated number for each report, in the order of the question."""
    values = [task.first(report) for report in task.scope.reports]
    verdicts = []
    for value in values:
        list_line(draft, value, f"{value.report.organ}{value.report.year}")
    for stated, value in zip(task.parsed.operations.stated, values, strict=False):
        verdicts.append(agrees(stated, value))
    verdict = len(verdicts) == len(values) and all(verdicts)
    key = "verify_true" if verdict else "verify_false"
    draft.lines.insert(0, draft.say(key, sentence=draft.name(values[0])))
    draft.verdict = verdict
    draft.value, draft.unit = None, None
    finish(draft)
    return ANSWERED


def _exact_number(parsed: Parsed) -> bool:
    comparison = parsed.operations.comparison
    return comparison is None or all(s.value != comparison[1] for s in parsed.operations.stated)


def agrees(stated: Stated, value: Value) -> bool:
    """Whether a stated number fits the figure: exactly, as 一万多, as 约 or as a rounded rate."""
    true = value.value
    if true is None:
        return False
    stated = replace(stated, value=in_unit(stated.value, stated.unit, value.unit))
    if stated.more:
        place = Decimal(10) ** _trailing_zeros(stated.value)
        return stated.value < true < stated.value + place
    if value.unit == "%" or stated.percent:
        exponent = stated.value.as_tuple().exponent
        step = (
            Decimal(1).scaleb(exponent)
            if isinstance(exponent, int) and exponent < 0
            else Decimal(1)
        )
        exact = true
        if value.numerator is not None and value.denominator:
            exact = value.numerator / value.denominator * 100
        return true == stated.value or exact.quantize(step, ROUND_HALF_UP) == stated.value
    if stated.about and stated.value:
        return abs(true - stated.value) * 20 <= true
    return true == stated.value


def _trailing_zeros(value: Decimal) -> int:
    digits = canonical(value).split(".")[0]
    return len(digits) - len(digits.rstrip("0"))


_SIGNS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    "=": lambda a, b: a == b,
}


def _holds(sign: str, value: Decimal, number: Decimal) -> bool:
    return _SIGNS[sign](value, number)


def answer_zeros(task: Task, draft: Draft) -> End:
    """The rows of a table, or the parts of a group, that are printed as 0 (or are not)."""
    report = task.scope.reports[0]
    zero = task.parsed.operation == "zeros"
    applicant = task.applicants[0]
    rows, label = _rows_asked(task, draft, report)
    values = [task.value(report, row, applicant) for row in rows]
    chosen = [v for v in values if v.value is not None and (v.value == 0) is zero]
    names = {"organ": report.organ, "year": report.year, "label": label}
    if not chosen:
        draft.lines.append(draft.say("zeros_none" if zero else "nonzeros_none", **names))
        if all(value.state == "absent" for value in values):
            return "no_answer", "not_stated"
        return ANSWERED
    draft.lines.append(
        draft.say("zeros_head" if zero else "nonzeros_head", **names, count=len(chosen))
    )
    for value in chosen:
        list_line(draft, value)
    if any(value.state == "blank" for value in values):
        draft.note("blank_is_not_zero")
    ids = tuple(draft.cite(source) for value in chosen for source in value.sources)
    draft.calculate(f"n = {len(chosen)}", Decimal(len(chosen)), None, ids)
    finish(draft)
    return ANSWERED


def _rows_asked(task: Task, draft: Draft, report: ReportRow) -> tuple[list[str], str]:
    table = task.parsed.table
    if task.indicators and (parts := _list_parts(task.indicators[0])):
        return parts, draft.label(task.indicators[0])
    cells = task.figures.cells(report)
    wanted = table or 3
    found = [
        str(indicator)
        for (indicator, applicant), figure in cells.items()
        if figure.table == wanted and indicator and applicant in (None, "total")
    ]
    name = {2: "表二", 3: "表三", 4: "表四"} if draft.language == "zh" else {}
    return found, name.get(wanted, f"table {wanted}")


def answer_whole_table(task: Task, draft: Draft) -> End:
    """Every cell of one table, totals of table three only."""
    report = task.scope.reports[0]
    table = task.parsed.table
    if table is None:
        table = _table_named(task)
    cells = task.figures.cells(report)
    chosen = [
        (str(indicator), applicant)
        for (indicator, applicant), figure in cells.items()
        if indicator and figure.table in (table, None) and applicant in (None, "total")
    ]
    name = (
        {2: "表二", 3: "表三（总计列）", 4: "表四"}[table]
        if draft.language == "zh"
        else f"table {table}"
    )
    if report.format == "statistics":
        name = "统计表" if draft.language == "zh" else "statistics table"
    if not chosen:
        draft.lines.append(draft.say("absent", organ=report.organ, year=report.year, label=name))
        return "no_answer", "not_stated"
    draft.lines.append(draft.say("list_head", organ=report.organ, year=report.year, label=name))
    values = [task.value(report, indicator, applicant) for indicator, applicant in chosen]
    for value in values:
        list_line(draft, value)
    finish(draft)
    return ANSWERED


def _table_named(task: Task) -> int:
    """The table that a question names by its subject."""
    if task.indicators and task.indicators[0] in load_indicators():
        return load_indicators()[task.indicators[0]].table
    text = task.parsed.question.text
    if "主动公开" in text or "proactive" in text:
        return 2
    return 4 if "复议" in text or "诉讼" in text or "review" in text else 3


def answer_source(task: Task, draft: Draft) -> End:
    """Where a figure stands: title, section, row and column."""
    value = task.first()
    if value.state in ("absent", "unreadable") or not value.sources:
        head(draft, value)
        return ending(value)
    source = value.sources[0]
    where = draft.say(
        "where_cell",
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


def average_of(values: Sequence[Value]) -> tuple[Decimal, str]:
    """Return the mean of the numbers among `values`, to two decimals, and its expression."""
    numbers = [value.value for value in values if value.value is not None]
    mean = rounded(sum(numbers, Decimal(0)) / len(numbers))
    terms = "+".join(canonical(number) for number in numbers)
    return mean, f"({terms})/{len(numbers)} = {canonical(mean)}"


_UNDERLYING: dict[str, Callable[[Task, Draft], End]] = {
    "change": answer_change,
    "growth_rate": answer_change,
    "difference": answer_change,
    "ratio": answer_share,
    "sum": answer_sum,
}
