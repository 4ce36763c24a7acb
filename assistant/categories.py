"""The code that a hotline's classification gives a question.

Owns the shape of the map (hotline_categories.yaml, or the operator's copy of it) and which of its
lines fits.

Leaves to others: the codes themselves, which are the operator's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from assistant.errors import BadVocabulary
from assistant.model import Reply
from assistant.vocabulary import load_indicators
from indexer.text import fold

FILE: Final = Path(__file__).with_name("hotline_categories.yaml")
_KEYS: Final = frozenset({"code", "name", "reasons", "words", "indicators"})


@dataclass(frozen=True, slots=True)
class Category:
    """A line of the classification."""

    code: str
    name: str
    reasons: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()

    def fits(self, question: str, reply: Reply | None) -> bool:
        """Whether this line is the one for a question and its reply."""
        folded = fold(question).casefold()
        if any(word in folded for word in self.words):
            return True
        if reply is None:
            return False
        shown = [figure.indicator or "" for figure in reply.figures]
        return reply.reason in self.reasons or any(
            id_ == start or id_.startswith(f"{start}.")
            for id_ in shown
            for start in self.indicators
        )


@dataclass(frozen=True, slots=True)
class Categories:
    """The whole classification; `scheme` names it."""

    scheme: str
    default: Category
    lines: tuple[Category, ...]

    def of(self, question: str, reply: Reply | None) -> Category:
        """Return the first line that fits, else the default."""
        return next((line for line in self.lines if line.fits(question, reply)), self.default)


def load_categories(path: Path | None = None) -> Categories:
    """Load the map of `path`, or the one that comes with the program.

    Raises:
        BadVocabulary: it cannot be read, a line has no code, or names an indicator nobody knows.
    """
    file = path or FILE
    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
        lines = tuple(_line(spec, file) for spec in document["categories"])
        return Categories(str(document["scheme"]), _line(document["default"], file), lines)
    except (OSError, UnicodeError, yaml.YAMLError, KeyError, TypeError) as error:
        raise BadVocabulary(f"{file}: {error!r}") from error


def _line(spec: Mapping[str, Any], file: Path) -> Category:
    if unknown := set(spec) - _KEYS:
        raise BadVocabulary(f"{file}: unknown keys {sorted(unknown)}")
    line = Category(
        str(spec["code"]),
        str(spec["name"]),
        *(_texts(spec.get(key, ())) for key in ("reasons", "words", "indicators")),
    )
    known = load_indicators()
    for start in line.indicators:
        if not any(id_ == start or id_.startswith(f"{start}.") for id_ in known):
            raise BadVocabulary(f"{file}: {line.code}: no indicator {start}")
    return line


def _texts(items: Sequence[object]) -> tuple[str, ...]:
    return tuple(str(item).casefold() for item in items)
