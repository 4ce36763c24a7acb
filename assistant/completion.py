"""What a chat model may add to the understanding of a question: only what the rules left open.

Owns the two prompts that ask for it, and the proof of the answers: organs, years and figures are
those of the library and the vocabulary, a year stands in the question, what the rules found
stays.

Leaves to others: when a model is asked and what becomes of it (answer.py), the model (chat.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.chat import Budget, read_json
from assistant.numerals import spoken_year
from assistant.prompts import fenced, find_prompt
from assistant.understand.parse import Parsed
from assistant.vocabulary import load_indicators
from indexer.text import fold

_LONGEST = 120
_MOST_ORGANS = 200
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def readings(
    parsed: Parsed,
    history: Sequence[str],
    organs: Mapping[str, Sequence[int]],
    budget: Budget,
    *,
    understand: Callable[[str], Parsed],
    read: Callable[[str], Parsed],
) -> Iterator[Parsed]:
    """Yield what a model makes of a question that the rules left open, proved.

    First the follow-up made whole, understood anew by `understand`; then the question with its
    open slots filled, the slots read by `read`.
    """
    question = parsed.question.original
    standalone = rewrite(question, history, budget)
    if standalone is not None and keeps(parsed, now := understand(standalone)):
        yield now
    slots = fill(parsed, organs, " ".join((*history, question)), budget)
    if slots is not None and keeps(parsed, now := completed(parsed, read(slots.as_question()))):
        yield now


@dataclass(frozen=True, slots=True)
class Filled:
    """Slots that a model filled; None where it did not, or where it may not."""

    organ: str | None
    year: int | None
    indicator: str | None

    def as_question(self) -> str:
        """Return the slots in the words of the vocabulary, to be read by the rules."""
        label = load_indicators()[self.indicator].label.zh if self.indicator else ""
        return f"{self.organ or ''}{f'{self.year}年' if self.year else ''}{label}"


def fill(
    parsed: Parsed, organs: Mapping[str, Sequence[int]], said: str, budget: Budget
) -> Filled | None:
    """Return what a model reads in the slots that are open, proved; None if that is nothing.

    `organs` are those of the library with their years; `said` is all that the reader said.
    """
    labels = {item.label.zh: item.id for item in load_indicators().values()}
    years = sorted({year for known in organs.values() for year in known})
    open_slots = {
        "organ": not parsed.named.organs,
        "year": parsed.years.silent,
        "indicator": not parsed.found.indicators,
    }
    answer = budget.complete(
        find_prompt("understand").fill(
            question=fenced(parsed.question.original),
            slots="、".join(slot for slot, is_open in open_slots.items() if is_open),
            organs="\n".join(sorted(organs)[:_MOST_ORGANS]),
            years="、".join(map(str, years)),
            indicators="\n".join(labels),
        ),
        as_json=True,
    )
    plain = read_json(answer or "")
    if plain is None or not _spoken(plain.get("words"), said):
        return None
    organ, year, label = plain.get("organ"), plain.get("year"), plain.get("indicator")
    filled = Filled(
        organ=organ if open_slots["organ"] and isinstance(organ, str) and organ in organs else None,
        year=year if open_slots["year"] and _is_said(year, years, said) else None,
        indicator=labels.get(label) if open_slots["indicator"] and isinstance(label, str) else None,
    )
    return filled if filled != Filled(None, None, None) else None


def _spoken(words: object, said: str) -> bool:
    """Whether a model's reason stands in what the reader said."""
    return isinstance(words, str) and len(words.strip()) > 1 and fold(words.strip()) in fold(said)


def _is_said(year: object, years: Sequence[int], said: str) -> bool:
    """Whether a year of the library stands in the question, in digits or words, long or short."""
    if not isinstance(year, int) or year not in years:
        return False
    forms = (str(year), str(year)[2:], spoken_year(year), spoken_year(year)[2:])
    return any(form in fold(said) for form in forms)


def completed(parsed: Parsed, now: Parsed) -> Parsed:
    """Return `parsed` with its open slots taken from `now`; what the rules found stays."""
    return replace(
        parsed,
        named=parsed.named if parsed.named.organs else now.named,
        years=now.years if parsed.years.silent else parsed.years,
        found=parsed.found if parsed.found.indicators else now.found,
        operation=parsed.operation or now.operation,
    )


def rewrite(question: str, history: Sequence[str], budget: Budget) -> str | None:
    """Return a follow-up as a question of its own, None where the model adds something to it."""
    if not history:
        return None
    answer = budget.complete(
        find_prompt("rewrite").fill(
            history="\n".join(fenced(earlier) for earlier in history), question=fenced(question)
        )
    )
    said = fold(" ".join((*history, question)))
    if answer is None or len(answer) > _LONGEST or "\n" in answer:
        return None
    known = set(_NUMBER.findall(said))
    return answer if set(_NUMBER.findall(fold(answer))) <= known else None


def keeps(parsed: Parsed, now: Parsed) -> bool:
    """Whether `now` keeps the organs, years and figures that the rules found in `parsed`."""
    years = set(parsed.years.named) <= set(now.years.named)
    organs = set(parsed.named.organs) <= set(now.named.organs)
    return years and organs and set(parsed.found.indicators) <= set(now.found.indicators)
