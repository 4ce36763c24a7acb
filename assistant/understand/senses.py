"""The wordings of indicators, applicants, rows and columns, with all that each may stand for.

Owns collecting them from the vocabulary, in both languages.

Leaves to others: the wordings (vocabulary/), the choice between senses (indicators.py).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Any

from assistant.model import Language
from assistant.understand.spotting import Lexicon
from assistant.vocabulary import (
    LANGUAGES,
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


@cache
def lexicon() -> Lexicon[Sense]:
    """The wordings of both languages with all their senses."""
    senses: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for language in LANGUAGES:
        _add_indicators(senses, language)
        _add_others(senses, language)
    pairs = ((wording, Sense(**sense)) for wording, sense in senses.items())
    return Lexicon.of(pairs, rank=lambda sense: 0 if _decides(sense) else 1)


def _decides(sense: Sense) -> bool:
    """Whether a wording names something by itself; others give way where they overlap."""
    return bool(sense.indicator or sense.applicant or sense.subject or sense.aspects)


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
