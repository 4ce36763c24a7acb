"""Several questions in one sentence: each is answered as a follow-up of the first.

Owns when a sentence is taken for several questions, and making one reply of their replies.

Leaves to others: figures that one reply can list (understand/asked.py), the replies (answer.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from assistant.model import Citation, Reply
from assistant.understand.asked import asking_clauses

_MARK = re.compile(r"\[(\d+)\]")
#: More questions than this in one sentence are left as they are.
_MOST = 4


def answered_each(
    question: str, whole: Reply, ask: Callable[[str, tuple[str, ...]], Reply]
) -> Reply:
    """Return one reply to all that `question` asks, `whole` where it is one question.

    The headline stays that of `whole`, the reply to the sentence as one question.  `ask` answers
    a clause behind the clauses given.  The clauses are taken for questions of their own only if
    each of them gives one figure, no two of them the same, and `whole` one of these.
    """
    if whole.status != "answered" or whole.value is None or whole.verdict is not None:
        return whole
    clauses = list(asking_clauses(question))
    if not 1 < len(clauses) <= _MOST:
        return whole
    first, *others = clauses
    replies = [ask(first, ())]
    for clause in others:
        replies.append(ask(clause, (first,)))
        if replies[-1].status != "answered" or replies[-1].value is None:
            return whole
    told = {(reply.value, _about(reply)) for reply in replies}
    if len(told) < len(replies) or (whole.value, _about(whole)) not in told:
        return whole
    return replace(_joined(replies), value=whole.value, unit=whole.unit)


#: The year or organ that has most or least of something, and a question about it.
_OF_THE_FIRST = re.compile(
    r"^(?P<first>.*最[多少高低大小]的(?:那?一?年|那个?机关|机关|单位|部门|那一?家|年份))的?[,，]?"
    r"(?P<ask>(?![是有收共达为办了到一]*(?:几|多少))[^,，]{2,16}?(?:几|多少)[^,，]{0,6})$"
)


def answered_of_first(question: str, ask: Callable[[str, tuple[str, ...]], Reply]) -> Reply | None:
    """Return the reply on the organ or year that has most of something: 新收最多的那年办结几件.

    The order is told first, then the figure asked for; None where the question is another, or
    several share the place.
    """
    match = _OF_THE_FIRST.match(question.rstrip("?？。"))
    if match is None:
        return None
    ranked = ask(match["first"], ())
    figures = [figure for figure in ranked.figures if figure.value == ranked.value]
    if ranked.status != "answered" or ranked.value is None or len(figures) != 1:
        return None
    organ, year = figures[0].organ, figures[0].year
    told = ask(f"{organ}{year}年{match['ask']}", ())
    if told.status != "answered" or told.value is None:
        return None
    return replace(_joined([ranked, told]), value=told.value, unit=told.unit)


def _about(reply: Reply) -> tuple[object, ...]:
    """What the headline of a reply is about."""
    unit = reply.unit
    if not reply.figures:
        return (unit,)
    figure = reply.figures[0]
    return unit, figure.organ, figure.year, figure.indicator, figure.applicant


def _joined(replies: Sequence[Reply]) -> Reply:
    """One reply out of several: texts one below the other, each citation numbered once."""
    citations: dict[tuple[Any, ...], Citation] = {}
    lines: list[str] = []
    renumbered = []
    for at, reply in enumerate(replies):
        carried = [note for note in reply.notes if note.code == "carried_scope"] if at else []
        numbers: dict[int, int] = {}
        for cited in reply.citations:
            key = (cited.report, cited.indicator, cited.applicant, cited.seq, cited.quote)
            kept = citations.setdefault(key, replace(cited, id=len(citations) + 1))
            numbers[cited.id] = kept.id
        text = _MARK.sub(lambda m, n=numbers: f"[{n.get(int(m[1]), m[1])}]", reply.text)  # type: ignore[misc]
        for line in text.split("\n"):
            if line not in lines and not any(note.text in line for note in carried):
                lines.append(line)
        notes = tuple(note for note in reply.notes if note not in carried)
        renumbered.append(_renumbered(replace(reply, notes=notes), numbers))
    first, last = renumbered[0], renumbered[-1]
    return replace(
        first,
        text="\n".join(lines),
        speech=" ".join(reply.speech for reply in renumbered[:2]),
        figures=_every(reply.figures for reply in renumbered),
        calculations=_every(reply.calculations for reply in renumbered),
        citations=tuple(citations.values()),
        checks=_every(reply.checks for reply in renumbered),
        notes=_every(reply.notes for reply in renumbered),
        suggestions=last.suggestions,
        series=tuple(chain.from_iterable(reply.series for reply in renumbered)),
    )


def _every(rows: Any) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(rows)))


def _renumbered(reply: Reply, numbers: dict[int, int]) -> Reply:
    """`reply` with the numbers of its citations changed wherever they stand."""

    def moved(rows: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(
            replace(row, citations=tuple(numbers.get(n, n) for n in row.citations)) for row in rows
        )

    return replace(
        reply,
        figures=moved(reply.figures),
        calculations=moved(reply.calculations),
        checks=moved(reply.checks),
    )
