"""Find known wordings in a question: the longest first, none inside another.

Owns the search.  Chinese wordings match anywhere, Latin ones at word borders.  The only importer
of pyahocorasick.

Leaves to others: which wordings there are (vocabulary/) and what they mean.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Generic, TypeVar

import ahocorasick

T = TypeVar("T")

_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_HYPHEN = re.compile(r"(?<=[a-z])-(?=[a-z])")


@dataclass(frozen=True, slots=True)
class Spot(Generic[T]):
    """A wording found at [start, stop) of the text, and what it stands for."""

    start: int
    stop: int
    text: str
    meaning: T


@dataclass
class Lexicon(Generic[T]):
    """Wordings and their meanings, all of them found in one pass over a text."""

    meanings: dict[str, T]
    rank: Callable[[T], int] | None = None

    @classmethod
    def of(
        cls, pairs: Iterable[tuple[str, T]], rank: Callable[[T], int] | None = None
    ) -> Lexicon[T]:
        """Build from (wording, meaning); of equal wordings the first counts.

        Where two wordings overlap the lower `rank` wins, then the longer one.
        """
        meanings: dict[str, T] = {}
        for wording, meaning in pairs:
            if text := hyphens_away(wording.lower().strip()):
                meanings.setdefault(text, meaning)
        return cls(meanings, rank)

    @cached_property
    def _automaton(self) -> ahocorasick.Automaton:
        """The wordings as an Aho-Corasick automaton, each with its order among those it meets.

        The order is the rank, then the length, the longest first.
        """
        automaton = ahocorasick.Automaton()
        for wording, meaning in self.meanings.items():
            rank = self.rank(meaning) if self.rank else 0
            automaton.add_word(wording, (rank, -len(wording), wording))
        automaton.make_automaton()
        return automaton

    def spots(self, text: str) -> list[Spot[T]]:
        """Return the wordings in `text` from left to right, longer ones preferred.

        >>> [s.text for s in Lexicon.of([("公开", 1), ("不予公开", 2)]).spots("不予公开")]
        ['不予公开']
        """
        if not self.meanings:
            return []
        text = hyphens_away(text)
        found = sorted(
            (rank, length, last + 1 + length, wording)
            for last, (rank, length, wording) in self._automaton.iter(text)
        )
        taken = 0
        kept: list[Spot[T]] = []
        for _, length, start, wording in found:
            stop = start - length
            place = (1 << stop) - (1 << start)
            if not taken & place and _at_borders(text, start, stop):
                kept.append(Spot(start, stop, wording, self.meanings[wording]))
                taken |= place
        kept.sort(key=attrgetter("start"))
        return kept


def phrase_finder(pairs: Iterable[tuple[str, T]]) -> Callable[[str], list[T]]:
    """Return what tells, in one pass, the meanings of the phrases that a text repeats literally.

    >>> find = phrase_finder([("公开", 1), ("不予公开", 2), ("公开", 3)])
    >>> find("不予公开"), find("公布")
    ([2, 1, 3], [])
    """
    meanings: dict[str, list[T]] = {}
    for phrase, meaning in pairs:
        meanings.setdefault(phrase, []).append(meaning)
    automaton = ahocorasick.Automaton()
    for phrase, found in meanings.items():
        automaton.add_word(phrase, found)
    automaton.make_automaton()
    return lambda text: [meaning for _, found in automaton.iter(text) for meaning in found]


def hyphens_away(text: str) -> str:
    """Return `text` with the hyphens inside Latin words as blanks, offsets unchanged."""
    return _HYPHEN.sub(" ", text) if "-" in text else text


def _at_borders(text: str, start: int, stop: int) -> bool:
    """Whether a Latin wording is not part of a longer word; a plural s is let through."""
    if start and text[start] in _LATIN and text[start - 1] in _LATIN:
        return False
    if stop < len(text) and text[stop - 1] in _LATIN and text[stop] in _LATIN:
        return text[stop] == "s" and text[stop + 1 : stop + 2] not in _LATIN
    return True


def blank(text: str, spots: Iterable[Spot[T]], mark: str = "▁") -> str:
    """Return `text` with the spots overwritten, so that offsets stay."""
    return masked(text, ((spot.start, spot.stop) for spot in spots), mark)


def masked(text: str, spans: Iterable[tuple[int, int]], mark: str = "▁") -> str:
    """Return `text` with the spans [start, stop) overwritten, so that offsets stay.

    >>> masked("清溪区2023年", [(0, 3)])
    '▁▁▁2023年'
    """
    chars = list(text)
    for start, stop in spans:
        chars[start:stop] = mark * (stop - start)
    return "".join(chars)


def blanks(match: re.Match[str]) -> str:
    """Return as many marks as a match is long, to put in its place."""
    return "▁" * len(match.group())
