"""The lines that many replies are made of.

Owns the headline, the line of a list, of an organ and of a year, and how the unit of a difference
is written.

Leaves to others: which figures stand in them (the other modules of this folder), sentences about
one figure (assistant/draft.py).
"""

from __future__ import annotations

from assistant.compute import Value
from assistant.draft import Draft, measure, spaced


def head(draft: Draft, value: Value) -> None:
    """Put the headline: sentence, figure and speech."""
    draft.lines.append(draft.sentence(value))
    if value.state not in ("absent", "unreadable") or value.why == "zero_base":
        draft.show(value)
        draft.value, draft.unit = value.value, value.unit if value.value is not None else None
    draft.speech = draft.speak(value)


def list_line(draft: Draft, value: Value, name: str | None = None) -> None:
    """Put one line of a list: label, value or state, citations."""
    label = name or draft.name(value)
    draft.show(value)
    cites = draft.cites(value)
    if value.state == "number" and value.value is not None:
        draft.lines.append(draft.say("list_line", label=label, **measure(value), cites=cites))
        draft.say_how(value, indent="  ")
        return
    state = draft.state(value) if value.why != "zero_base" else draft.say("state_absent")
    draft.lines.append(draft.say("list_line_state", label=label, state=state, cites=cites))


def organ_line(draft: Draft, value: Value) -> None:
    """Put one line "organ value unit [n]"."""
    draft.show(value)
    names = {"organ": value.report.organ, "cites": draft.cites(value)}
    if value.value is None:
        draft.lines.append(draft.say("compare_line_state", **names, state=draft.state(value)))
        return
    draft.lines.append(draft.say("compare_line", **names, **measure(value)))
    draft.say_how(value, indent="  ")


def year_line(draft: Draft, value: Value) -> None:
    """Put one line "year value unit [n]"."""
    names = {"year": value.report.year, "cites": draft.cites(value)}
    if value.value is None:
        draft.lines.append(draft.say("trend_line_state", **names, state=draft.state(value)))
        return
    draft.lines.append(draft.say("trend_line", **names, **measure(value)))


def gap_unit(draft: Draft, unit: str | None) -> str:
    """Return the unit of a difference: percentages differ by percentage points."""
    return draft.say("points") if unit == "%" else spaced(unit)
