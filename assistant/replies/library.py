"""Replies about the library itself.

Owns which organs and years it holds, and which reports it lacks.

Leaves to others: what the reports say (the other modules of this folder), resolving organs and
years (assistant/scope.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.draft import Draft
from assistant.replies.rankings import MOST_LINES
from assistant.replies.task import ANSWERED, End
from assistant.scope import Library


def answer_coverage(library: Library, organs: Sequence[str], draft: Draft) -> End:
    """Which organs and years the library holds."""
    held = {o: library.coverage[o] for o in (organs or library.coverage) if o in library.coverage}
    reports = sum(len(years) for years in held.values())
    draft.lines.append(draft.say("coverage_head", organs=len(held), reports=reports))
    for organ in list(held)[:MOST_LINES]:
        years = draft.joined(held[organ])
        draft.lines.append(draft.say("coverage_line", organ=organ, years=years))
    if len(held) > MOST_LINES:
        draft.lines.append(draft.say("coverage_more", count=len(held) - MOST_LINES))
    return ANSWERED


def answer_missing(
    library: Library, organs: Sequence[str], years: Sequence[int], draft: Draft
) -> End:
    """Which organs lack the report of a year, or which years one organ lacks."""
    if organs:
        for organ in organs:
            held = library.coverage[organ]
            every = library.years
            wanted = years or range(every[0], every[-1] + 1)
            gaps = [year for year in wanted if year not in held]
            key = "missing_gaps" if gaps else "missing_no_gaps"
            names = {"organ": organ, "years": draft.joined(held)}
            if gaps:
                names["gaps"] = draft.joined(gaps)
            draft.lines.append(draft.say(key, **names))
        return ANSWERED
    for year in years or (max(library.years, default=0),):
        lacking = [organ for organ, held in library.coverage.items() if year not in held]
        if not lacking:
            draft.lines.append(draft.say("missing_none", year=year))
            continue
        draft.lines.append(draft.say("missing_head", year=year))
        for organ in lacking[: MOST_LINES * 5]:
            held_years = draft.joined(library.coverage[organ])
            draft.lines.append(draft.say("coverage_line", organ=organ, years=held_years))
    return ANSWERED
