"""Which figures a question is about: indicators and kinds of applicants.

Owns the search of the vocabulary in a question, and the choice between what is found: a wording
of an indicator's own before rows crossed with columns, those before ambiguous wordings, those
before weak ones.  A wording that may mean several figures stays open.

Leaves to others: the wordings (vocabulary/), slips of the pen (typos.py), printed labels of the
statistics tables (statistics.py).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from assistant.model import Language
from assistant.understand.spotting import Lexicon, Spot
from assistant.understand.typos import same_sound
from assistant.vocabulary import (
    LANGUAGES,
    Ambiguity,
    load_ambiguities,
    load_applicants,
    load_compounds,
    load_indicators,
    wording_key,
)


@dataclass(frozen=True, slots=True)
class Sense:
    """All that one wording may stand for."""

    indicator: str | None = None
    weak: str | None = None
    ambiguity: int | None = None
    applicant: str | None = None
    weak_applicant: str | None = None
    subject: str | None = None
    aspects: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """The figures a question names, in its order.

    `open` holds ambiguities that nothing settles; `weak` says that only weak wordings were found;
    `spans` is the text that was used up, `corrected` slips of the pen (written, meant).
    """

    indicators: tuple[str, ...] = ()
    applicants: tuple[str, ...] = ()
    weak_applicants: tuple[str, ...] = ()
    open: tuple[Ambiguity, ...] = ()
    defaulted: tuple[Ambiguity, ...] = ()
    weak: bool = False
    spans: tuple[tuple[int, int], ...] = ()
    corrected: tuple[tuple[str, str], ...] = ()
    subjects: tuple[str, ...] = field(default=())


def find_indicators(text: str) -> Found:
    """Return the figures that the normalised `text` names."""
    spots = lexicon().spots(text)
    corrected = list(_slips(text, spots))
    if not corrected:
        return _choose(spots)
    mended = text
    for written, meant in corrected:
        mended = mended.replace(written, meant)
    return replace(_choose(lexicon().spots(mended)), corrected=tuple(corrected))


@cache
def lexicon() -> Lexicon[Sense]:
    """The wordings of both languages with all their senses."""
    senses: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for language in LANGUAGES:
        _add_indicators(senses, language)
        _add_others(senses, language)
    return Lexicon.of((wording, Sense(**sense)) for wording, sense in senses.items())


def _add_indicators(senses: dict[str, dict[str, Any]], language: Language) -> None:
    for indicator in load_indicators().values():
        labels = [indicator.label.of(language), *([indicator.short] * (language == "zh"))]
        for wording in (*labels, *indicator.aliases.of(language)):
            senses[wording_key(wording, language)]["indicator"] = indicator.id
        for wording in indicator.weak.of(language):
            senses[wording_key(wording, language)]["weak"] = indicator.id
    for number, ambiguity in enumerate(load_ambiguities()):
        for wording in ambiguity.wordings.of(language):
            senses[wording_key(wording, language)]["ambiguity"] = number


def _add_others(senses: dict[str, dict[str, Any]], language: Language) -> None:
    for applicant in load_applicants().values():
        for wording in (applicant.label.of(language), *applicant.aliases.of(language)):
            senses[wording_key(wording, language)]["applicant"] = applicant.id
        for wording in applicant.weak.of(language):
            senses[wording_key(wording, language)]["weak_applicant"] = applicant.id
    compounds = load_compounds()
    for subject, wordings in compounds.subjects.items():
        for wording in wordings.of(language):
            senses[wording_key(wording, language)]["subject"] = subject
    for aspect, wordings in compounds.aspects.items():
        for wording in wordings.of(language):
            sense = senses[wording_key(wording, language)]
            sense["aspects"] = sense.get("aspects", frozenset()) | {aspect}


def _choose(spots: Sequence[Spot[Sense]]) -> Found:
    crossed, used = _cross(spots)
    strong = [
        (spot.start, spot.meaning.indicator)
        for spot in spots
        if spot.meaning.indicator and spot not in used
    ]
    strong = _without_generic(strong, crossed, spots)
    named = [id_ for _, id_ in sorted([*strong, *crossed])]
    subjects = tuple(dict.fromkeys(s.meaning.subject for s in spots if s.meaning.subject))
    settled, open_, defaulted = _settle(spots, used, named)
    if named:
        extra = [(start, id_) for start, id_ in settled]
        named = [id_ for _, id_ in sorted([*strong, *crossed, *extra])]
        open_, defaulted = [], []
    else:
        named = [id_ for _, id_ in settled]
    weak = False
    if not named and not open_:
        named = [s.meaning.weak for s in spots if s.meaning.weak]
        weak = bool(named)
    return Found(
        indicators=tuple(dict.fromkeys(named)),
        applicants=_applicants(spots),
        weak_applicants=tuple(
            dict.fromkeys(s.meaning.weak_applicant for s in spots if s.meaning.weak_applicant)
        ),
        open=tuple(open_),
        defaulted=tuple(defaulted),
        weak=weak,
        spans=tuple((spot.start, spot.stop) for spot in spots),
        subjects=subjects,
    )


#: Wordings of `received` that say no more than that applications are counted.
_GENERIC = re.compile(r"收|接|受理|新|提交|递交|进件|来件|new|receiv|fil|submit|incoming")


def _without_generic(
    strong: Sequence[tuple[int, str]],
    crossed: Sequence[tuple[int, str]],
    spots: Sequence[Spot[Sense]],
) -> list[tuple[int, str]]:
    """Drop “how many requests” where another figure is named: it is no figure of its own."""
    others = [id_ for _, id_ in (*strong, *crossed) if id_ != "received"]
    generic = {s.start for s in spots if not _GENERIC.search(s.text)}
    if not others:
        return list(strong)
    return [(at, id_) for at, id_ in strong if id_ != "received" or at not in generic]


def _cross(
    spots: Sequence[Spot[Sense]],
) -> tuple[list[tuple[int, str]], list[Spot[Sense]]]:
    """Cross rows with columns named apart: 规章 … 废止 is regulations.repealed.

    Each column goes with the last row named before it, else with the next; one column behind
    several rows goes with each of them.  Returns [(start, indicator)] and the spots used.
    """
    known = load_indicators()
    subjects = [spot for spot in spots if spot.meaning.subject]
    aspects = [
        spot for spot in spots
        if spot.meaning.aspects and not spot.meaning.subject
        and not (spot.meaning.indicator and len(spot.text) > 4)
    ]  # fmt: skip
    crossed: list[tuple[int, str]] = []
    used: list[Spot[Sense]] = []
    for aspect in aspects:
        fitting = [
            (subject, f"{subject.meaning.subject}.{name}")
            for subject in subjects
            for name in sorted(aspect.meaning.aspects)
            if f"{subject.meaning.subject}.{name}" in known
        ]
        before = [pair for pair in fitting if pair[0].start < aspect.start]
        if len(aspects) == 1 and len({p[0].meaning.subject for p in fitting}) > 1:
            chosen = list(dict.fromkeys(fitting))
        else:
            chosen = before[-1:] or fitting[:1]
        for subject, id_ in chosen:
            crossed.append((max(subject.start, aspect.start) * 100 + subject.start, id_))
            used += [subject, aspect]
    return [(start // 100, id_) for start, id_ in crossed], used


def _settle(
    spots: Sequence[Spot[Sense]], used: Sequence[Spot[Sense]], named: Sequence[str]
) -> tuple[list[tuple[int, str]], list[Ambiguity], list[Ambiguity]]:
    """Settle ambiguous wordings by what is named beside them, else by their default."""
    settled: list[tuple[int, str]] = []
    open_: list[Ambiguity] = []
    defaulted: list[Ambiguity] = []
    for spot in spots:
        if spot.meaning.ambiguity is None or spot in used or spot.meaning.indicator:
            continue
        ambiguity = load_ambiguities()[spot.meaning.ambiguity]
        beside = next((ambiguity.beside[id_] for id_ in named if id_ in ambiguity.beside), None)
        if beside:
            if beside not in named:
                settled.append((spot.start, beside))
        elif named:
            continue
        elif ambiguity.default:
            settled.append((spot.start, ambiguity.default))
            defaulted.append(ambiguity)
        else:
            open_.append(ambiguity)
    return settled, open_, defaulted


def _applicants(spots: Sequence[Spot[Sense]]) -> tuple[str, ...]:
    plain = [
        id_
        for id_, spot in ((s.meaning.applicant, s) for s in spots if s.meaning.applicant)
        if spot.meaning.ambiguity is None
    ]
    return tuple(dict.fromkeys(plain))


def _slips(text: str, spots: Sequence[Spot[Sense]]) -> Iterator[tuple[str, str]]:
    """Yield (written, meant) for wordings of four characters and more written with a slip."""
    taken = {i for spot in spots if len(spot.text) > 3 for i in range(spot.start, spot.stop)}
    for start, stop in _hanzi_windows(text, taken):
        window = text[start:stop]
        ends = _by_ends()
        candidates = {
            *ends.get((len(window), 0, window[0]), ()),
            *ends.get((len(window), 1, window[-1]), ()),
        }
        near = [wording for wording in candidates if _near(wording, window)]
        if len({lexicon().meanings[wording].indicator for wording in near}) == 1:
            if taken.isdisjoint(range(start, stop)):
                yield window, min(near)
            taken |= set(range(start, stop))


def _hanzi_windows(text: str, taken: set[int]) -> Iterator[tuple[int, int]]:
    """Yield spans of three to ten hanzi outside `taken`, the longest first."""
    for length in range(10, 2, -1):
        for start in range(len(text) - length + 1):
            window = range(start, start + length)
            if taken.isdisjoint(window) and all("一" <= text[i] <= "龥" for i in window):
                yield start, start + length


@cache
def _by_ends() -> dict[tuple[int, int, str], tuple[str, ...]]:
    """Wordings of indicators by length and first (0) or last (1) character."""
    found: dict[tuple[int, int, str], list[str]] = {}
    for wording, sense in lexicon().meanings.items():
        if sense.indicator and len(wording) >= 3 and not wording.isascii():
            found.setdefault((len(wording), 0, wording[0]), []).append(wording)
            found.setdefault((len(wording), 1, wording[-1]), []).append(wording)
    return {key: tuple(wordings) for key, wordings in found.items()}


def _near(wording: str, window: str) -> bool:
    same = sum(a == b for a, b in zip(wording, window, strict=True))
    return same >= len(wording) - 2 and same >= 2 and same_sound(wording, window)
