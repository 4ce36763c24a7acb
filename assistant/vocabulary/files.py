"""What the vocabulary's files have in common: two languages, lists of wordings, unique claims.

Owns reading a text or the wordings of both languages, and the proofs that ids are known and that
a wording belongs to one id only.

Leaves to others: the shapes (entries.py), which file holds what (the package, cards.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

from assistant.errors import BadVocabulary
from assistant.model import Language
from assistant.vocabulary.entries import Text, Wordings
from indexer.text import fold, squash

LANGUAGES: tuple[Language, ...] = ("zh", "en")

_HANZI = re.compile(r"[一-龥]+")


def wording_key(wording: str, language: Language) -> str:
    """Return the form in which wordings are compared.

    >>> wording_key("“三安全 一稳定”", "zh"), wording_key("State  Secret", "en")
    ('"三安全一稳定"', 'state secret')
    """
    if _HANZI.fullmatch(wording):
        return wording
    if language == "zh":
        return squash(wording).casefold()
    return " ".join((wording if wording.isascii() else fold(wording)).casefold().split())


def read_yaml(path: Path) -> Any:
    """Return the content of a YAML file; the C parser, as the numeric path waits for it."""
    return yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)


def read_text(spec: Mapping[str, Any], key: str, where: str) -> Text:
    """Return `spec[key]` in both languages.

    Raises:
        BadVocabulary: it is missing in one of them.
    """
    texts = required(spec, key, where)
    if missing := [language for language in LANGUAGES if not texts.get(language)]:
        raise bad(f"{key} lacks {missing}", where)
    return Text(texts["zh"], texts["en"])


def read_wordings(spec: Mapping[str, Any], key: str, where: str) -> Wordings:
    """Return the wordings under `spec[key]`, in both languages.

    Raises:
        BadVocabulary: one of them has none.
    """
    return both_wordings(required(spec, key, where), f"{where}/{key}")


def bad(problem: str, where: str) -> BadVocabulary:
    """Return the error that says what is wrong in `where` (file/id)."""
    return BadVocabulary(f"{where}: {problem}")


def prove_known(ids: Iterable[str], known: Iterable[str], *, where: str) -> None:
    """Raise BadVocabulary if one of `ids` is not among `known`."""
    if unknown := set(ids) - set(known):
        raise bad(f"unknown {sorted(unknown)}", where)


def prove_unique(
    file: str, claims: Iterable[tuple[str, tuple[str, ...]]], language: Language
) -> None:
    """Raise BadVocabulary if two ids of `claims` (id, wordings) share a wording."""
    owners: dict[str, str] = {}
    for id_, wordings in claims:
        for wording in wordings:
            owner = owners.setdefault(wording_key(wording, language), id_)
            if owner != id_:
                raise bad(f"{wording!r} already means {owner}", f"{file}/{id_}")


def required(spec: Mapping[str, Any], key: str, where: str) -> Any:
    """Return `spec[key]`; raise BadVocabulary if it is missing."""
    if key not in spec:
        raise bad(f"{key} is missing", where)
    return spec[key]


def _split(text: str) -> tuple[str, ...]:
    return tuple(wording.strip() for wording in text.split("|"))


def both_wordings(texts: Mapping[str, str], where: str) -> Wordings:
    """Return the wordings of both languages; raise BadVocabulary if one has none."""
    if missing := [language for language in LANGUAGES if not texts.get(language)]:
        raise bad(f"no wordings in {missing}", where)
    return Wordings(_split(texts["zh"]), _split(texts["en"]))


def optional_wordings(spec: Mapping[str, Any], key: str) -> Wordings:
    """Return the wordings under `spec[key]`, none for a language that is missing."""
    return Wordings(**{language: _split(text) for language, text in spec.get(key, {}).items()})


def variables_of(text: str) -> frozenset[str]:
    """Return the names in braces in `text`.

    >>> sorted(variables_of("{asked} … {given}"))
    ['asked', 'given']
    """
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)
