"""Slips of the pen: characters that sound alike, or two that changed places.

Owns pinyin (one syllable a character, from pinyin.tsv.gz) and the test whether two wordings of
equal length are the same but for a slip.

Leaves to others: which wordings are compared (organs.py, indicators.py).
"""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("pinyin.tsv.gz")

#: Syllables that many input methods and speakers confuse.
_CONFUSED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))


@cache
def pinyin(text: str) -> tuple[str, ...]:
    """Return the syllables of `text` without tones; other characters stay as they are.

    >>> pinyin("淮北")
    ('huai', 'bei')
    """
    table = _syllables()
    return tuple(table.get(char, char) for char in text)


@cache
def _syllables() -> dict[str, str]:
    lines = gzip.decompress(FILE.read_bytes()).decode().splitlines()
    return {
        char: syllable for syllable, chars in (line.split("\t") for line in lines) for char in chars
    }


def same_sound(wording: str, written: str) -> bool:
    """Whether `written` is `wording` but for one character that sounds alike, or one swap.

    >>> same_sound("濉溪县", "濉西县"), same_sound("国家秘密", "国家密秘")
    (True, True)
    >>> same_sound("相山区", "烈山区")
    False
    """
    if wording == written or len(wording) != len(written):
        return False
    differing = [i for i, (a, b) in enumerate(zip(wording, written, strict=True)) if a != b]
    if len(differing) == 2 and differing[1] == differing[0] + 1:
        first, second = differing
        if wording[first] == written[second] and wording[second] == written[first]:
            return True
    if len(differing) > max(1, len(wording) // 4):
        return False
    return all(_alike(_sound(wording[i]), _sound(written[i])) for i in differing)


def _alike(one: str, other: str) -> bool:
    """Whether two syllables are the same but for their last letters (li, lie; qin, qing)."""
    shorter, longer = sorted((one, other), key=len)
    return longer == shorter or (len(shorter) > 1 and longer.startswith(shorter))


@cache
def _sound(char: str) -> str:
    syllable = "".join(pinyin(char))
    for full, simple in _CONFUSED:
        syllable = syllable.replace(full, simple)
    return syllable
