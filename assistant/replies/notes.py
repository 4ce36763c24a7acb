"""The notes that must stand beside figures.

Owns which of the notes that the vocabulary lists for a figure are told, and how they are filled.

Leaves to others: the texts of notes (assistant/vocabulary/), notes that follow from the state of
one cell (assistant/draft.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.compute import Value, rate_of
from assistant.draft import Draft
from assistant.replies.task import Task
from assistant.vocabulary import LANGUAGES, load_indicators
from assistant.vocabulary.entries import Reading
from indexer.numbers import canonical

#: Notes that matter only where several reports stand side by side.
_ONLY_IN_SERIES = frozenset({"format_break", "other_row_break"})
_ABOUT_DEFEAT = ("输", "败", "胜", "赢", "lost", "won", "lose", "win")


def notes_for(task: Task, draft: Draft, value: Value) -> None:
    """Add the notes that the vocabulary asks for, filled from the same report."""
    if value.report.format == "statistics":
        draft.note("statistics_own_label")
        return
    known = load_indicators().get(value.indicator)
    if known is None or value.state not in ("number", "blank"):
        return
    text = task.parsed.question.text
    for code in known.notes:
        if code == "group_not_printed" and not value.computed:
            continue
        if code in _ONLY_IN_SERIES and value.value is not None:
            continue
        if code == "cases_not_persons" and "人" not in text:
            continue
        if code == "colloquial_defeat" and not any(word in text for word in _ABOUT_DEFEAT):
            continue
        if code == "not_held_or_missing" and "掌握" in text:
            continue
        _note(task, draft, value, code)
    _readings(task, draft, value)


def _note(task: Task, draft: Draft, value: Value, code: str) -> None:
    if code == "received_or_handled":
        handled = task.value(value.report, "handled", value.applicant)
        if handled.value is not None and handled.expression:
            draft.calculate_value(handled)
            draft.note(code, handled=canonical(handled.value))
    elif code == "narrow_refusal" and value.indicator == "refused":
        broad = task.value(value.report, "not_disclosed_broad", value.applicant)
        if broad.value is not None and broad.expression:
            draft.calculate_value(broad)
            draft.note("narrow_refusal_with_broad", broad=canonical(broad.value))
    else:
        draft.note(code)


def asked_reading(task: Task, indicator: str) -> Reading | None:
    """Return the reading of a rate that the question itself describes (分母只算审结的)."""
    known = load_indicators().get(indicator)
    text = task.parsed.question.text
    for reading in known.readings if known else ():
        if any(cue in text for language in LANGUAGES for cue in reading.cues.of(language)):
            return reading
    return None


def _readings(task: Task, draft: Draft, value: Value) -> None:
    """Give the other readings of a rate in one line each, or say which one was asked for."""
    if taken := asked_reading(task, value.indicator):
        draft.note("reading_taken", reading=taken.label.of(draft.language))
        return
    known = load_indicators().get(value.indicator)
    for reading in known.readings if known else ():
        other = rate_of(
            task.figures, value.report, reading.formula, value.indicator, value.applicant
        )
        if other.value is None or other.expression is None:
            continue
        draft.calculate_value(other)
        label = reading.label.of(draft.language)
        draft.note("other_reading", reading=label, result=other.expression)


def notes_on_parts(draft: Draft, values: Sequence[Value]) -> None:
    """Say which sums pass over a cell, which totals were filled in, and that a blank is no zero."""
    for value in values:
        if value.value is not None:
            draft.note_partial(value)
        if value.filled:
            draft.note("computed_from_parts")
        if value.state == "blank":
            draft.note("blank_is_not_zero")
