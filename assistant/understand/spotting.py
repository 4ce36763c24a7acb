"""Find known wordings in a question: the longest first, none inside another.

Owns the search.  Chinese wordings match anywhere, Latin ones at word borders.

Leaves to others: which wordings there are (vocabulary/) and what they mean.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")

_LATIN = re.compile(r"[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Spot(Generic[T]):
    """A wording found at [start, stop) of the text, and what it stands for."""

    start: int
    stop: int
    text: str
    meaning: T


@dataclass
class Lexicon(Generic[T]):
    """Wordings and their meanings, looked up by the lengths that begin with two characters."""

    lengths: dict[str, list[int]] = field(default_factory=dict)
    meanings: dict[str, T] = field(default_factory=dict)
    rank: Callable[[T], int] | None = None

    @classmethod
    def of(
        cls, pairs: Iterable[tuple[str, T]], rank: Callable[[T], int] | None = None
    ) -> Lexicon[T]:
        """Build from (wording, meaning); of equal wordings the first counts.

        Where two wordings overlap the lower `rank` wins, then the longer one.
        """
        lexicon: Lexicon[T] = cls(rank=rank)
        for wording, meaning in pairs:
            text = hyphens_away(wording.lower().strip())
            if text and text not in lexicon.meanings:
                lexicon.meanings[text] = meaning
                lengths = lexicon.lengths.setdefault(text[:2], [])
                if len(text) not in lengths:
                    lengths.append(len(text))
        return lexicon

    def spots(self, text: str) -> list[Spot[T]]:
        """Return the wordings in `text` from left to right, longer ones preferred.

        >>> [s.text for s in Lexicon.of([("公开", 1), ("不予公开", 2)]).spots("不予公开")]
        ['不予公开']
        """
        text = hyphens_away(text)
        rank = self.rank or (lambda _: 0)
        found = sorted(self._all(text), key=lambda s: (rank(s.meaning), s.start - s.stop, s.start))
        taken = [False] * len(text)
        kept: list[Spot[T]] = []
        for spot in found:
            if not any(taken[spot.start : spot.stop]):
                kept.append(spot)
                taken[spot.start : spot.stop] = [True] * (spot.stop - spot.start)
        return sorted(kept, key=lambda spot: spot.start)

    def _all(self, text: str) -> Iterator[Spot[T]]:
        for start in range(len(text)):
            for head in {text[start : start + 2], text[start]}:
                for length in self.lengths.get(head, ()):
                    wording = text[start : start + length]
                    stop = start + len(wording)
                    if wording in self.meanings and _at_borders(text, start, stop):
                        yield Spot(start, stop, wording, self.meanings[wording])


def hyphens_away(text: str) -> str:
    """Return `text` with the hyphens inside Latin words as blanks, offsets unchanged."""
    return re.sub(r"(?<=[a-z])-(?=[a-z])", " ", text)


def _at_borders(text: str, start: int, stop: int) -> bool:
    """Whether a Latin wording is not part of a longer word; a plural s is let through."""
    if _LATIN.match(text[start]) and start and _LATIN.match(text[start - 1]):
        return False
    if _LATIN.match(text[stop - 1]) and stop < len(text) and _LATIN.match(text[stop]):
        return text[stop] == "s" and not (stop + 1 < len(text) and _LATIN.match(text[stop + 1]))
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
