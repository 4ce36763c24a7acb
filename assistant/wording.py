"""The sentences of replies, loaded from wording.yaml.

Owns filling them and the proof that both languages want the same values.

Leaves to others: which sentence is said (replies/, answer.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Formatter

import yaml

from assistant.errors import BadVocabulary
from assistant.model import Language

FILE = Path(__file__).with_name("wording.yaml")


def say(language: Language, key: str, **values: object) -> str:
    """Return the sentence `key` in `language`, filled with `values`.

    >>> say("zh", "year_word", year=2021)
    '2021年'
    """
    return load_wording()[key][language].format(**values)


@cache
def load_wording() -> Mapping[str, Mapping[Language, str]]:
    """Load all sentences.

    Raises:
        BadVocabulary: a sentence lacks a language, or the two want different values.
    """
    document = yaml.load(FILE.read_text(encoding="utf-8"), yaml.CSafeLoader)
    for key, texts in document.items():
        if set(texts) != {"zh", "en"}:
            raise BadVocabulary(f"wording.yaml/{key}: wants zh and en")
        wanted = [
            {n for _, n, _, _ in Formatter().parse(texts[side]) if n} for side in ("zh", "en")
        ]
        if wanted[0] != wanted[1]:
            raise BadVocabulary(f"wording.yaml/{key}: zh wants {wanted[0]}, en wants {wanted[1]}")
    found: Mapping[str, Mapping[Language, str]] = document
    return found
