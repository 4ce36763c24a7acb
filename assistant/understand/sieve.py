"""Patterns that are tried only on texts which hold what every match of theirs must hold.

A question meets hundreds of patterns, and nearly all of them find nothing.  Owns what a pattern
needs, as read from the pattern itself (each match of 增长|增加了? has 增长 or 增加 in it), and one
pass over a text that tells for all patterns at once which of them may match.

Leaves to others: the patterns.  They are made when a module or its data is loaded, never from a
question, since all of them are kept.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from threading import Lock
from typing import Any, Generic, TypeVar

from assistant.understand.spotting import phrase_finder

K = TypeVar("K")

#: So many strings are told apart in one part of a pattern; a part with more is passed over.
_MOST = 128

Strings = frozenset[str]
_NOTHING: Strings = frozenset({""})


@dataclass(frozen=True, slots=True)
class Sieved:
    """A compiled pattern, and the sign of those texts that hold what its matches need.

    Its methods do what those of the same names of re.Pattern do.
    """

    compiled: re.Pattern[str]
    sign: int

    @property
    def pattern(self) -> str:
        """The pattern as it was written."""
        return self.compiled.pattern

    def search(self, text: str, start: int = 0, stop: int = sys.maxsize) -> re.Match[str] | None:
        """Return the first match."""
        if _signs_of(text, _made) & self.sign:
            return self.compiled.search(text, start, stop)
        return None

    def match(self, text: str) -> re.Match[str] | None:
        """Return the match at the beginning."""
        return self.compiled.match(text) if _signs_of(text, _made) & self.sign else None

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """Return the match of the whole text."""
        return self.compiled.fullmatch(text) if _signs_of(text, _made) & self.sign else None

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Return the matches from left to right."""
        return self.compiled.finditer(text) if _signs_of(text, _made) & self.sign else iter(())

    def findall(self, text: str) -> list[Any]:
        """Return what the matches matched."""
        return self.compiled.findall(text) if _signs_of(text, _made) & self.sign else []

    def sub(self, put: str | Callable[[re.Match[str]], str], text: str) -> str:
        """Return `text` with the matches replaced."""
        return self.compiled.sub(put, text) if _signs_of(text, _made) & self.sign else text


class Sieves(Generic[K]):
    """Many patterns that are tried on the same text, each under a key."""

    def __init__(self, patterns: Iterable[tuple[K, Sieved]]) -> None:
        self.patterns = tuple((key, sieve.compiled, sieve.sign) for key, sieve in patterns)

    def fitting(self, text: str) -> Iterator[tuple[K, re.Pattern[str]]]:
        """Yield the key and pattern of those that may match `text`, in their order."""
        signs = _signs_of(text, _made)
        return ((key, compiled) for key, compiled, sign in self.patterns if signs & sign)

    def found_in(self, text: str) -> Iterator[K]:
        """Yield the keys of those that match somewhere in `text`, in their order."""
        return (key for key, compiled in self.fitting(text) if compiled.search(text))


#: The sign of every text; patterns of which nothing is known have it.
_ANY = 1
_lock = Lock()
_needs: list[Strings] = []
#: How many patterns there are: what is known of a text holds for those that were there then.
_made = 0
_finder: tuple[int, Callable[[str], Sequence[int]]] | None = None


def sieved(pattern: str) -> Sieved:
    """Compile `pattern`.

    >>> growth = sieved("(?:增长|增加)了?(?:多少|几)")
    >>> growth.search("增加几件"), growth.search("不予公开几件")
    (<re.Match object; span=(0, 3), match='增加几'>, None)
    """
    global _made
    compiled = re.compile(pattern)
    found = needed(pattern)
    if found is None:
        return Sieved(compiled, _ANY)
    with _lock:
        _needs.append(found)
        _made += 1
        return Sieved(compiled, 1 << _made)


@lru_cache(maxsize=256)
def _signs_of(text: str, made: int) -> int:
    """Return the signs of the first `made` patterns that `text` may match.

    The patterns meet a question in some ten forms (names and years set aside, turns of phrase
    rewritten), each many times; 256 are the forms of the questions being read at the moment.
    """
    global _finder
    with _lock:
        if _finder is None or _finder[0] < made:
            pairs = ((s, 1 << number) for number, held in enumerate(_needs, 1) for s in held)
            _finder = len(_needs), phrase_finder(pairs)
        find = _finder[1]
    return reduce(or_, find(text), _ANY)


def needed(pattern: str) -> Strings | None:
    """Return strings of which every match of `pattern` holds one, None where there are none.

    >>> sorted(needed("(?:增长|增加)了?")), needed("[^件]|几")
    (['增加', '增长'], None)
    """
    tree = parser.parse(pattern)
    if tree.state.flags & re.IGNORECASE:
        return None
    return _of_sequence(tree)[1]


def _of_sequence(items: Iterable[tuple[Any, Any]]) -> tuple[Strings | None, Strings | None]:
    """Return all that some items in a row can match, if it is little, and what they need."""
    run: Strings = _NOTHING
    whole = True
    found: list[Strings] = []
    for code, value in items:
        exact, need = _of_item(code, value)
        if need is not None:
            found.append(need)
        if exact is not None and len(run) * len(exact) <= _MOST:
            run = frozenset(one + other for one in run for other in exact)
            continue
        whole = False
        found.append(run)
        run = exact or _NOTHING
    found.append(run)
    useful = [_shortest(strings) for strings in found if "" not in strings]
    best = max(useful, key=lambda held: (min(map(len, held)), -len(held)), default=None)
    return run if whole else None, best


def _of_item(code: Any, value: Any) -> tuple[Strings | None, Strings | None]:
    """Return all that one item can match, if it is little, and what it needs."""
    match code:
        case op.LITERAL:
            return frozenset({chr(value)}), None
        case op.IN:
            return _of_set(value), None
        case op.AT | op.ASSERT_NOT:
            return _NOTHING, None
        case op.ASSERT:
            return _NOTHING, _of_sequence(value[1])[1]
        case op.SUBPATTERN:
            return _of_sequence(value[3]) if not value[1] else (None, None)
        case op.BRANCH:
            parts = [_of_sequence(part) for part in value[1]]
            return _union(exact for exact, _ in parts), _union(need for _, need in parts)
        case op.MAX_REPEAT | op.MIN_REPEAT:
            least, most, repeated = value
            exact, need = _of_sequence(repeated)
            if (least, most) == (0, 1) and exact is not None:
                return exact | _NOTHING, None
            return exact if (least, most) == (1, 1) else None, need if least else None
        case _:
            return None, None


def _of_set(items: Sequence[tuple[Any, Any]]) -> Strings | None:
    """Return the characters of a set, None where they are many or all others."""
    found: set[str] = set()
    for code, value in items:
        if code is op.LITERAL:
            found.add(chr(value))
        elif code is op.RANGE and value[1] - value[0] < _MOST:
            found.update(map(chr, range(value[0], value[1] + 1)))
        else:
            return None
    return frozenset(found) if len(found) <= _MOST else None


def _union(parts: Iterable[Strings | None]) -> Strings | None:
    """Return all strings of the parts, None where one part has none or they are too many."""
    found: set[str] = set()
    for part in parts:
        if part is None:
            return None
        found |= part
    return frozenset(found) if len(found) <= _MOST else None


def _shortest(strings: Strings) -> Strings:
    """Return `strings` without those that have another one in them."""
    return frozenset(
        one for one in strings if not any(other != one and other in one for other in strings)
    )
