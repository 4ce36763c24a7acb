"""Replies that list a part of a table.

Owns the parts of a group, one row over its applicants, the rows that are (not) printed as 0, and
a whole table.

Leaves to others: the shares of the parts (shares.py), which part is largest (rankings.py).
"""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.compute import APPLICANTS, RESULTS
from assistant.draft import Draft
from assistant.replies.lines import head, list_line
from assistant.replies.notes import notes_on_parts
from assistant.replies.shares import parts_series
from assistant.replies.task import ANSWERED, NOT_STATED, End, Task, ending
from assistant.replies.values import answer_value
from assistant.vocabulary import load_applicants, load_indicators
from indexer.records import ReportRow


def answer_list(task: Task, draft: Draft) -> End:
    """The parts of a group (all eight grounds of 不予公开), or the figures named."""
    if len(task.scope.reports) > 1 or len(task.indicators) > 1:
        return answer_value(task, draft)
    indicator, applicant = task.indicators[0], task.applicants[0]
    report = task.scope.reports[0]
    parts = task.parts(report, indicator) if task.of_rows(report) else _list_parts(indicator)
    if not parts:
        if task.of_rows(report):
            draft.note("no_parts")
        return answer_value(task, draft)
    total = task.first()
    if total.state == "absent":
        head(draft, total)
        return ending(total)
    _list_head(draft, report, draft.name(total))
    values = [task.value(report, part, applicant) for part in parts]
    for value in (*values, total):
        list_line(draft, value)
    draft.speech = draft.say("speech_see", head=draft.speak(total))
    notes_on_parts(draft, values)
    draft.check(total)
    draft.finish()
    return ANSWERED


def _list_head(draft: Draft, report: ReportRow, label: str) -> None:
    draft.lines.append(draft.say("list_head", organ=report.organ, year=report.year, label=label))


def _list_parts(indicator: str) -> list[str]:
    """What a list of `indicator` consists of: grounds, outcomes or results."""
    known = load_indicators().get(indicator)
    if known is None:
        return []
    block, _, result = indicator.rpartition(".")
    if result == "total" and known.table == 4 and f"{block}.upheld" in load_indicators():
        return [f"{block}.{name}" for name in RESULTS]
    if known.kind == "group" or indicator == "concluded":
        return [term.indicator for term in known.parts]
    return []


def answer_by_applicant(task: Task, draft: Draft) -> End:
    """One row of table three over its applicants."""
    if len(task.scope.reports) > 1:
        return answer_value(task, draft)
    report = task.scope.reports[0]
    indicator = task.indicators[0] if task.indicators else "received"
    if task.of_rows(report) or load_indicators()[indicator].table != 3:
        return answer_value(task, draft)
    columns = (*APPLICANTS, "total")
    values = [task.value(report, indicator, column) for column in columns]
    total = values[-1]
    if all(value.state == "absent" for value in values):
        head(draft, total)
        return ending(total)
    _list_head(draft, report, draft.label(indicator))
    for value, column in zip(values, columns, strict=True):
        list_line(draft, value, load_applicants()[column].label.of(draft.language))
    draft.series.append(parts_series(draft, report, values[:-1]))
    notes_on_parts(draft, values)
    draft.check(total)
    draft.speech = draft.say("speech_see", head=draft.speak(total))
    draft.finish()
    return ANSWERED


def answer_zeros(task: Task, draft: Draft) -> End:
    """The rows of a table, or the parts of a group, that are printed as 0 (or are not)."""
    report = task.scope.reports[0]
    zero = task.parsed.operation == "zeros"
    rows, label = _rows_asked(task, draft, report)
    values = [task.value(report, row, task.applicants[0]) for row in rows]
    chosen = [v for v in values if v.value is not None and (v.value == 0) is zero]
    names = {"organ": report.organ, "year": report.year, "label": label}
    if not chosen:
        draft.lines.append(draft.say("zeros_none" if zero else "nonzeros_none", **names))
        return NOT_STATED if all(value.state == "absent" for value in values) else ANSWERED
    draft.lines.append(
        draft.say("zeros_head" if zero else "nonzeros_head", **names, count=len(chosen))
    )
    for value in chosen:
        list_line(draft, value)
    if any(value.state == "blank" for value in values):
        draft.note("blank_is_not_zero")
    draft.calculate("= 0" if zero else "> 0", Decimal(0), None, ())
    draft.calculate_count(len(chosen), ids=draft.ids(*chosen))
    if _HOW_MANY.search(task.parsed.question.text):
        draft.value, draft.unit = Decimal(len(chosen)), None
    draft.finish()
    return ANSWERED


#: A question for the number of rows, not for the rows.
_HOW_MANY = re.compile(r"(?<!哪)几[项种个条类栏格行]|多少[项种个条类]|how many")


def _rows_asked(task: Task, draft: Draft, report: ReportRow) -> tuple[list[str], str]:
    if task.of_rows(report):
        named = task.indicators[:1]
        label = draft.label(named[0]) if named else draft.say("statistics_table")
        rows = list(task.figures.sheet(report).rows)
        return (task.parts(report, named[0]) if named else rows), label
    if task.indicators and (parts := _list_parts(task.indicators[0])):
        return parts, draft.label(task.indicators[0])
    wanted = task.parsed.table or 3
    found = [
        str(indicator)
        for (indicator, applicant), figure in task.figures.cells(report).items()
        if figure.table == wanted and indicator and applicant in (None, "total")
    ]
    name = {2: "表二", 3: "表三", 4: "表四"} if draft.language == "zh" else {}
    return found, name.get(wanted, f"table {wanted}")


def answer_whole_table(task: Task, draft: Draft) -> End:
    """Every cell of one table, totals of table three only."""
    report = task.scope.reports[0]
    table = _table_named(task) if task.parsed.table is None else task.parsed.table
    chosen = [
        (str(indicator), applicant)
        for (indicator, applicant), figure in task.figures.cells(report).items()
        if indicator
        and applicant in (None, "total")
        and (report.format == "statistics" or figure.table == table)
    ]
    zh = draft.language == "zh"
    name = {2: "表二", 3: "表三（总计列）", 4: "表四"}[table] if zh else f"table {table}"
    if report.format == "statistics":
        name = draft.say("statistics_table")
    if not chosen:
        draft.lines.append(draft.say("absent", organ=report.organ, year=report.year, label=name))
        return NOT_STATED
    _list_head(draft, report, name)
    for indicator, applicant in chosen:
        list_line(draft, task.value(report, indicator, applicant))
    draft.finish()
    return ANSWERED


def _table_named(task: Task) -> int:
    """The table that a question names by its subject."""
    if task.indicators and task.indicators[0] in load_indicators():
        return load_indicators()[task.indicators[0]].table
    text = task.parsed.question.text
    if "主动公开" in text or "proactive" in text:
        return 2
    return 4 if "复议" in text or "诉讼" in text or "review" in text else 3
