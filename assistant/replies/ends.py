"""Replies that ask back or decline: what is open, what the library lacks, what it is not for.

Owns the words and choices of those ends.  A reply that declines carries no figure of a report,
says what the library does hold and offers a next step.

Leaves to others: deciding that nothing can be answered (scope.py, answer.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.draft import Draft
from assistant.model import Choice, Reply
from assistant.scope import Library, Missing, Open
from assistant.understand.organ_places import place_chain
from assistant.understand.parse import Parsed
from assistant.vocabulary import load_indicators, load_off_subjects

#: Figures offered where a question names none.
COMMON = (
    "received",
    "concluded",
    "disclosed",
    "refused",
    "unavailable",
    "review.total",
    "lawsuit.total",
)
MOST_CHOICES = 8
MOST_HELD = 6


def ask_back(parsed: Parsed, open_: Open, library: Library, draft: Draft) -> Reply:
    """Ask for the organ or year that is open, with choices."""
    if open_.slot == "organ":
        draft.lines.append(draft.say("ask_organ"))
        for organ in open_.organs[:MOST_CHOICES]:
            held = library.coverage.get(organ, ())
            year = parsed.years.named[0] if parsed.years.named else (held[-1] if held else "")
            draft.choices.append(Choice(organ, _question(parsed, draft, organ, year)))
            draft.lines.append(draft.say("choice_list", label=organ))
    else:
        organ = draft.joined(parsed.named.organs) or (
            next(iter(library.coverage)) if len(library.coverage) == 1 else ""
        )
        years = draft.joined(open_.years)
        draft.lines.append(draft.say("ask_year", organ=organ, years=years))
        for year in reversed(open_.years[-MOST_CHOICES:]):
            label = draft.say("year_word", year=year)
            draft.choices.append(Choice(label, _question(parsed, draft, organ, year)))
    return draft.reply("needs_clarification", "organ" if open_.slot == "organ" else "year")


def _question(parsed: Parsed, draft: Draft, organ: str, year: object) -> str:
    """The whole question with the open slot filled."""
    indicators = parsed.found.indicators
    if len(indicators) == 1 and parsed.operation in ("", "value") and year:
        applicant = parsed.found.applicants[0] if parsed.found.applicants else None
        label = draft.label(indicators[0], applicant)
        return draft.say("choice", organ=organ, year=year, label=label)
    named = "" if parsed.named.organs else organ
    dated = "" if not parsed.years.silent or not year else draft.say("year_word", year=year)
    if draft.language == "zh":
        return f"{named}{dated}{parsed.question.original}"
    return f"{parsed.question.original} ({organ}, {year})"


def ask_indicator(candidates: Sequence[str], organ: str, year: int | None, draft: Draft) -> Reply:
    """Ask which figure is meant, with the candidates as choices."""
    if candidates:
        draft.lines.append(draft.say("ask_indicator"))
    else:
        scope = f"{organ}{draft.say('year_word', year=year) if year else ''}"
        draft.lines.append(draft.say("ask_indicator_any", scope=scope))
    for indicator in (candidates or COMMON)[:MOST_CHOICES]:
        label = draft.label(indicator)
        draft.lines.append(draft.say("choice_list", label=label))
        question = draft.say("choice", organ=organ, year=year or "", label=label)
        draft.choices.append(Choice(label, question))
    return draft.reply("needs_clarification", "indicator")


def not_in_library(missing: Missing, library: Library, draft: Draft) -> Reply:
    """Say what the library lacks and what it holds."""
    if not library.coverage:
        draft.lines.append(draft.say("empty_library"))
    elif missing.organs:
        organs = draft.joined(missing.organs)
        near = _near(missing.organs, library) or tuple(library.coverage)
        draft.lines.append(
            draft.say("not_in_library_organ", organ=organs, holds=_holds(near, library, draft))
        )
    elif missing.of:
        draft.lines.append(
            draft.say(
                "not_in_library_year",
                organ=draft.joined(missing.of),
                year=draft.joined(missing.years),
                holds=_holds(missing.of, library, draft),
            )
        )
    else:
        years = draft.joined(missing.years)
        holds = _holds(tuple(library.coverage), library, draft)
        draft.lines.append(draft.say("not_in_library_any", year=years, holds=holds))
    draft.suggestions.append(draft.say("suggest_coverage"))
    for organ in (missing.of or _near(missing.organs, library))[:2]:
        held = library.coverage.get(organ, ())
        if held:
            label = draft.label("received")
            draft.suggestions.append(
                draft.say("suggest_other_year", organ=organ, year=held[-1], label=label)
            )
    return draft.reply("no_answer", "not_in_library")


def _near(names: Sequence[str], library: Library) -> tuple[str, ...]:
    """Organs of the library that share a place with one of `names`."""
    found = []
    for organ in library.coverage:
        places = place_chain(organ)
        if any(place in name or name.startswith(place[:2]) for place in places for name in names):
            found.append(organ)
    return tuple(found)


def _holds(organs: Sequence[str], library: Library, draft: Draft) -> str:
    shown = [
        draft.say("holds_line", organ=organ, years=draft.joined(library.coverage[organ]))
        for organ in organs[:MOST_HELD]
        if organ in library.coverage
    ]
    text = ("；" if draft.language == "zh" else "; ").join(shown)
    if len(organs) > MOST_HELD:
        more = draft.say("holds_more", count=len(organs))
        text += more if draft.language == "zh" else f" {more}"
    return text


def out_of_scope(parsed: Parsed, draft: Draft) -> Reply:
    """Decline what is no business of the library."""
    subject = load_off_subjects().get(parsed.off_subject or "")
    text = subject.reply.of(draft.language) if subject else ""
    draft.lines.append(
        draft.say("out_of_scope", text=text if draft.language == "zh" else f"{text} ")
    )
    draft.suggestions.append(draft.say("suggest_coverage"))
    return draft.reply("no_answer", "out_of_scope")


def candidates_of(parsed: Parsed, format_id: str | None) -> tuple[str, ...]:
    """The candidates of the open wordings that the report's format can have."""
    known = load_indicators()
    found = [c for ambiguity in parsed.found.open for c in ambiguity.candidates]
    fitting = [
        c for c in found if format_id is None or c not in known or format_id in known[c].formats
    ]
    return tuple(dict.fromkeys(fitting or found))
