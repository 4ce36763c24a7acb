"""Wordings of figures that are written with a slip of the pen.

Owns comparing what no wording accounts for with the wordings of equal length.

Leaves to others: when two wordings sound alike (typos.py), the wordings (senses.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from operator import eq

from assistant.understand.senses import lexicon
from assistant.understand.spotting import masked
from assistant.understand.typos import same_sound

#: Characters of a wording in which a slip can be told, and of the longest that is looked at.
_SHORTEST, _LONGEST = 4, 10
_HANZI = re.compile(f"[一-龥]{{{_SHORTEST},}}")
#: Words of talk, not of terms: a slip in them says nothing.
_TALK = re.compile(r"[多少几了吗没不有给的被人]")
#: Places of two characters of which a wording shares one pair at least with what is written, as
#: its first or last character holds and one other differs, or two change places …
_PAIRS = ((0, -1), (0, 1), (-1, -2))
#: … or two others differ, in a wording that is long enough for that.
_LONG, _MORE_PAIRS = 8, (*_PAIRS, (0, 2), (-1, -3))

Key = tuple[int, int, int, str, str]


def find_slips(text: str, taken: Iterable[tuple[int, int]]) -> Iterator[tuple[str, str]]:
    """Yield (written, meant) for wordings with a slip in `text`, outside the spans `taken`."""
    known = _by_pairs()
    done: set[int] = set()
    for start, stop in _windows(masked(text, taken)):
        window = text[start:stop]
        found = {wording for key in _keys(window) for wording in known.get(key, ())}
        near = [wording for wording in found if _near(wording, window)] if found else []
        one = len({_named_by(wording) for wording in near}) == 1
        if one and done.isdisjoint(range(start, stop)):
            yield window, min(near)
            done |= set(range(start, stop))


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of hanzi, the longest first."""
    runs = [match.span() for match in _HANZI.finditer(text)]
    for length in range(_LONGEST, _SHORTEST - 1, -1) if runs else ():
        for first, last in runs:
            for start in range(first, last - length + 1):
                yield start, start + length


def _keys(wording: str) -> list[Key]:
    length = len(wording)
    pairs = _PAIRS if length < _LONG else _MORE_PAIRS
    return [(length, one, other, wording[one], wording[other]) for one, other in pairs]


@cache
def _by_pairs() -> dict[Key, tuple[str, ...]]:
    """Wordings of indicators by the pairs of their characters."""
    found: dict[Key, list[str]] = {}
    for wording, sense in lexicon().meanings.items():
        named = sense.indicator or sense.subject
        short = len(wording) < _SHORTEST
        if named and not (short or wording.isascii() or _TALK.search(wording)):
            for key in _keys(wording):
                found.setdefault(key, []).append(wording)
    return {key: tuple(wordings) for key, wordings in found.items()}


def _named_by(wording: str) -> str | None:
    sense = lexicon().meanings[wording]
    return sense.indicator or sense.subject


def _near(wording: str, window: str) -> bool:
    same = sum(map(eq, wording, window))
    held = wording[0] == window[0] or wording[-1] == window[-1]
    return held and same >= len(wording) - 2 and same_sound(wording, window)
