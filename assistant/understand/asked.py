"""Several figures that one sentence asks for one after the other: 新收几件，其中自然人几件.

Owns cutting a question into the clauses that each ask how many, and what each of them names, by
itself or as a part of the figure that the first one names.

Leaves to others: figures joined in a list with one 各几件 behind it (indicators.py), the replies
(assistant/replies/lists.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from assistant.understand.indicators import Found, find_indicators
from assistant.understand.sieve import sieved
from assistant.vocabulary import is_part, load_indicators

_ASKS = sieved(
    r"多少|(?<!前)几[件个部份项宗起条次]|几(?=$|[,。?])"
    r"|\bhow (?:many|much)\b|\bwhat (?:share|percentage|proportion)\b"
)
_BREAKS = sieved(
    r"[,;。?!、，；？！]|还有|另外|(?=其中)|(?=(?:\band )?\bhow (?:many|much)\b)"
    r"|(?=(?:\band )?\bwhat (?:share|percentage|proportion)\b)"
)
_LEAD = sieved(r"^[\s▁]*(?:其中|里面|里头|当中|and|of (?:them|which)|又|再|还)?[\s,]*")
_OTHER = sieved(r"其[他它余](?:的?(?:法人|组织|单位))")


def asked_apart(text: str, found: Found) -> Found | None:
    """Return `found` with the figures of every clause, where two clauses or more ask for some.

    None where one of the clauses is not understood, or says nothing that the others do not.
    """
    clauses = list(asking_clauses(text))
    if len(clauses) < 2:
        return None
    first = find_indicators(clauses[0])
    figures, applicants = list(first.indicators), list(first.applicants)
    if not figures or applicants or (first.weak and figures != ["received"]):
        return None
    for clause in clauses[1:]:
        named = _figures(clause, figures[0])
        kind = _applicant(clause, bool(applicants)) if not named else None
        if (not named and kind is None) or set(named) & set(figures):
            return None
        figures += named
        applicants += [kind] if kind else []
    known = load_indicators()
    if applicants and (len(figures) > 1 or known[figures[0]].table != 3):
        return None
    if not {*found.indicators} <= {*figures} or not {*found.applicants} <= {*applicants}:
        return None
    return replace(
        found,
        indicators=tuple(figures),
        applicants=tuple(dict.fromkeys(applicants)),
        open=(),
        weak=False,
        apart=True,
    )


def asking_clauses(text: str) -> Iterator[str]:
    """Yield the clauses that ask; words in front of one, up to the last such clause, go with it.

    >>> list(asking_clauses("示例市2024年新收几件、比上年多几件"))
    ['示例市2024年新收几件', '比上年多几件']
    """
    start = 0
    for match in [*_BREAKS.finditer(text), None]:
        stop = match.start() if match else len(text)
        if _ASKS.search(text, start, stop):
            yield _LEAD.sub("", text[start:stop])
            start = match.end() if match else stop


def _figures(clause: str, head: str) -> list[str]:
    """What a clause names: figures of its own, else one that is a part of `head` or beside it."""
    found = find_indicators(clause)
    if found.indicators and not found.weak:
        return list(found.indicators)
    known = load_indicators()
    column = head.rpartition(".")[2]
    beside = [f"{subject}.{column}" for subject in found.subjects]
    if fitting := [id_ for id_ in beside if id_ in known]:
        return fitting[:1]
    parts = {id_ for open_ in found.open for id_ in open_.candidates if is_part(id_, head)}
    if len(parts) == 1:
        return list(parts)
    within = find_indicators(f"{known[head].short}{clause}")
    return [id_ for id_ in within.indicators if not within.weak and is_part(id_, head)]


def _applicant(clause: str, after_others: bool) -> str | None:
    """The kind of applicant that a clause names; 其他组织 is the last kind behind others."""
    if after_others and _OTHER.search(clause):
        return "legal.other"
    found = find_indicators(clause)
    kinds = found.applicants or found.weak_applicants
    return kinds[0] if len(kinds) == 1 else None
