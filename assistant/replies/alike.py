"""Words that say the same in the prose of a report, and what reports write for English ones.

Owns looking them up.

Leaves to others: the words (alike.yaml), how much of a question a sentence holds (stated.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from assistant.understand.spotting import Lexicon, blank
from assistant.vocabulary import load_talk
from assistant.vocabulary.files import read_yaml

_FILE = Path(__file__).with_name("alike.yaml")
#: What is counted stands in the two words behind it.
_HOW_MANY = re.compile(r"how (?:many|much) ((?:[a-z]+ ?){1,2})")


def words_like(term: str) -> tuple[str, ...]:
    """Return the other words for `term`.

    >>> words_like("追责"), words_like("新闻发布会")
    (('问责', '责任追究', '追究责任'), ())
    """
    return _groups().get(term, ())


def chinese_of(text: str) -> tuple[str, ...]:
    """Return what reports write for the words of a folded English question, in its order.

    >>> chinese_of("how many batches of farm-produce inspections were there")
    ('批次', '农产品', '检查')
    """
    return tuple(dict.fromkeys(spot.meaning for spot in _english().spots(text)))


def unknown_of(text: str) -> tuple[str, ...]:
    """Return the words of a folded English question that neither list knows.

    >>> unknown_of("how many students were enrolled in schools")
    ('students', 'enrolled')
    """
    left = blank(text, _english().spots(text))
    words = re.findall(r"[a-z]{3,}", left)
    talk = {*load_talk()["en"], *_document()["filler"].split()}
    return tuple(word for word in dict.fromkeys(words) if word not in talk)


def unit_of_english(text: str) -> str | None:
    """Return the measure of what “how many …” counts, None where it has none of its own.

    >>> unit_of_english("how many batches of inspections"), unit_of_english("how many reports")
    ('批次', None)
    """
    counted = _HOW_MANY.search(text)
    words = re.findall(r"[a-z]+", counted.group(1)) if counted else []
    return next(
        (_document()["units"][word] for word in words if word in _document()["units"]), None
    )


@cache
def _groups() -> Mapping[str, tuple[str, ...]]:
    groups = [line.split() for line in _document()["zh"]]
    return {word: tuple(w for w in group if w != word) for group in groups for word in group}


@cache
def _english() -> Lexicon[str]:
    return Lexicon.of(_document()["en"].items())


@cache
def _document() -> Any:
    return read_yaml(_FILE)
