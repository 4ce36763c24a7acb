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

#: The wordings of one length by the characters at one pair of places.
Table = tuple[int, int, dict[str, list[str]]]


def find_slips(text: str, taken: Iterable[tuple[int, int]]) -> Iterator[tuple[str, str]]:
    """Yield (written, meant) for wordings with a slip in `text`, outside the spans `taken`."""
    tables = _tables()
    done: set[int] = set()
    for start, stop in _windows(masked(text, taken)):
        window = text[start:stop]
        found: set[str] = set()
        for one, other, known in tables[stop - start]:
            found.update(known.get(window[one] + window[other], ()))
        near = [wording for wording in found if _near(wording, window)] if found else []
        one_meant = len({_named_by(wording) for wording in near}) == 1
        if one_meant and done.isdisjoint(range(start, stop)):
            yield window, min(near)
            done |= set(range(start, stop))


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of hanzi, the longest first."""
    runs = [match.span() for match in _HANZI.finditer(text)]
    for length in range(_LONGEST, _SHORTEST - 1, -1) if runs else ():
        for first, last in runs:
            for start in range(first, last - length + 1):
                yield start, start + length


@cache
def _tables() -> dict[int, list[Table]]:
    """The wordings of indicators, by their length."""
    found: dict[int, list[Table]] = {
        length: [(one, other, {}) for one, other in (_PAIRS if length < _LONG else _MORE_PAIRS)]
        for length in range(_SHORTEST, _LONGEST + 1)
    }
    for wording, sense in lexicon().meanings.items():
        if (sense.indicator or sense.subject) and not (wording.isascii() or _TALK.search(wording)):
            for one, other, known in found.get(len(wording), ()):
                known.setdefault(wording[one] + wording[other], []).append(wording)
    return found


def _named_by(wording: str) -> str | None:
    sense = lexicon().meanings[wording]
    return sense.indicator or sense.subject


def _near(wording: str, window: str) -> bool:
    same = sum(map(eq, wording, window))
    held = wording[0] == window[0] or wording[-1] == window[-1]
    return held and same >= len(wording) - 2 and same_sound(wording, window)
