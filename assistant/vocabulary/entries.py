"""The shapes of the vocabulary's entries.

Owns what is known of an indicator, an applicant, an operation, a note and the like.

Leaves to others: reading them from the files (files.py) and proving them (the package).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from assistant.errors import BadVocabulary
from assistant.model import Language

Kind = Literal["cell", "group", "derived"]


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages."""

    zh: str
    en: str

    def of(self, language: Language) -> str:
        """Return the text in `language`."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Wordings:
    """Wordings as written in the file, per language, in order."""

    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()

    def of(self, language: Language) -> tuple[str, ...]:
        """Return the wordings in `language`."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Term:
    """One operand; `sign` is 1 or -1, `applicant` None means the one that was asked about."""

    indicator: str
    sign: int = 1
    applicant: str | None = None


@dataclass(frozen=True, slots=True)
class Formula:
    """A quotient of two sums, to be given in percent."""

    numerator: tuple[Term, ...]
    denominator: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """Another way to compute the same rate: told in one line, the answer where its cues stand."""

    id: str
    label: Text
    formula: Formula
    cues: Wordings


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure people can ask for.

    A `cell` is printed, a `group` is the sum of its `parts`, a `derived` one has a `formula`.  A
    cell with `parts` is a printed total of them.  `printed` names the formats that may print a
    group after all.  `unit` is None where each publisher prints its own.  `aliases` decide by
    themselves, `weak` ones only where the question names no other indicator.
    """

    id: str
    table: int
    kind: Kind
    unit: str | None
    formats: tuple[str, ...]
    label: Text
    short: str
    aliases: Wordings
    weak: Wordings
    definition: Text
    notes: tuple[str, ...] = ()
    parts: tuple[Term, ...] = ()
    printed: tuple[str, ...] = ()
    formula: Formula | None = None
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class Applicant:
    """One column of table three, or the group of columns in `parts`."""

    id: str
    label: Text
    aliases: Wordings
    weak: Wordings
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """What to do with figures; `counted` cues hold "{n}" in the place of one number in digits."""

    id: str
    label: Text
    cues: Wordings
    counted: Wordings


@dataclass(frozen=True, slots=True)
class Note:
    """What must be said beside a figure; `variables` are the names its text wants filled in."""

    code: str
    text: Text
    variables: frozenset[str]

    def fill(self, language: Language, **values: object) -> str:
        """Return the text with every variable filled in.

        Raises:
            BadVocabulary: `values` are not exactly the declared variables.
        """
        if set(values) != self.variables:
            problem = f"wants {sorted(self.variables)}, got {sorted(values)}"
            raise BadVocabulary(f"notes.yaml/{self.code}: {problem}")
        return self.text.of(language).format(**values)


@dataclass(frozen=True, slots=True)
class Absence:
    """Something the tables never carry; `narrative` says that prose sometimes states it."""

    id: str
    label: Text
    wordings: Wordings
    reply: Text
    narrative: bool


@dataclass(frozen=True, slots=True)
class OffSubject:
    """Something that is no business of the library."""

    id: str
    label: Text
    cues: Wordings
    reply: Text


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject of the prose; `section` is where it usually stands, `units` count it."""

    id: str
    label: Text
    section: str | None
    units: tuple[str, ...]
    wordings: Wordings


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """A wording that may mean several indicators (`candidates`) or applicants.

    `default` is the one to answer, None means ask back.  `beside` maps an indicator that the same
    question names to the candidate that is then meant.
    """

    wordings: Wordings
    candidates: tuple[str, ...]
    applicants: tuple[str, ...] = ()
    default: str | None = None
    beside: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Compounds:
    """Rows (or blocks) and columns of tables two and four, each with its wordings.

    `nearest` maps an aspect to what the other format prints in its place.
    """

    subjects: Mapping[str, Wordings]
    aspects: Mapping[str, Wordings]
    nearest: Mapping[str, str]
