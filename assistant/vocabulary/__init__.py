"""The words people use for figures, applicants and operations, loaded from data and proved.

Owns the vocabulary files of this folder: their shapes, and the proof that ids exist, that a
wording belongs to one id only, and that both languages are there.  Adding a wording is a line of
YAML.  In the files a list of wordings is one string, separated by "|".

Leaves to others: finding wordings in a question (assistant/understand/), what a report prints
(indexer/formats/), and the guidance cards (cards.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import Any, Literal, cast

import yaml

from assistant.errors import BadVocabulary
from assistant.model import Language
from indexer.text import fold, squash

Kind = Literal["cell", "group", "derived"]

#: How many wordings an indicator needs at least, besides its label.
REQUIRED: Mapping[Language, int] = MappingProxyType({"zh": 8, "en": 3})

LANGUAGES: tuple[Language, ...] = ("zh", "en")
FOLDER = Path(__file__).parent

_HANZI = re.compile(r"[一-龥]+")


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
    """Another way to compute the same rate, to be told in one line."""

    id: str
    label: Text
    formula: Formula


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
class StatisticsRow:
    """A row of the tables to 2018; the wordings of `counterpart`, an indicator, lead here too."""

    id: str
    label: Text
    wordings: Wordings
    counterpart: str | None


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
            raise bad(problem, f"notes.yaml/{self.code}")
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


@cache
def load_notes() -> Mapping[str, Note]:
    """Load the notes, keyed by code.

    Raises:
        BadVocabulary: a language is missing, or the two want different variables.
    """
    return {code: _note(code, spec) for code, spec in read_yaml(FOLDER / "notes.yaml").items()}


@cache
def load_indicators() -> Mapping[str, Indicator]:
    """Load the indicators, keyed by id, in the order of the tables.

    Raises:
        BadVocabulary: an unknown id, applicant or note; a wording of two ids; too few wordings;
            a missing language.
    """
    document = read_yaml(FOLDER / "indicators.yaml")
    indicators = {id_: _indicator(id_, spec) for id_, spec in document.items()}
    for indicator in indicators.values():
        _prove_references(indicator, indicators)
    for language in LANGUAGES:
        prove_unique(
            "indicators.yaml",
            ((i.id, _strong(i, language) + i.weak.of(language)) for i in indicators.values()),
            language,
        )
    return indicators


@cache
def indicator_wordings(language: Language) -> Mapping[str, str]:
    """Return wording key → indicator id: labels, short labels and aliases, weak ones left out."""
    return {
        wording_key(wording, language): indicator.id
        for indicator in load_indicators().values()
        for wording in _strong(indicator, language)
    }


@cache
def weak_wordings(language: Language) -> Mapping[str, str]:
    """Return wording key → indicator id for wordings that only count where nothing else does."""
    return {
        wording_key(wording, language): indicator.id
        for indicator in load_indicators().values()
        for wording in indicator.weak.of(language)
    }


@cache
def load_statistics_rows() -> Mapping[str, StatisticsRow]:
    """Load the rows of statistics tables, keyed by id.

    Raises:
        BadVocabulary: an unknown or repeated counterpart, a wording of two rows, a missing
            language.
    """
    document = read_yaml(FOLDER / "statistics.yaml")
    rows = {id_: _statistics_row(id_, spec) for id_, spec in document.items()}
    counterparts = [row.counterpart for row in rows.values() if row.counterpart]
    prove_known(counterparts, load_indicators(), where="statistics.yaml")
    if len(set(counterparts)) < len(counterparts):
        raise bad("two rows have the same counterpart", "statistics.yaml")
    for language in LANGUAGES:
        claims = ((row.id, row.wordings.of(language)) for row in rows.values())
        prove_unique("statistics.yaml", claims, language)
    return rows


@cache
def load_applicants() -> Mapping[str, Applicant]:
    """Load the kinds of applicants, keyed by id; see `load_indicators` for what is proved."""
    document = read_yaml(FOLDER / "applicants.yaml")
    applicants = {id_: _applicant(id_, spec) for id_, spec in document.items()}
    for applicant in applicants.values():
        prove_known(applicant.parts, applicants, where=f"applicants.yaml/{applicant.id}")
    for language in LANGUAGES:
        prove_unique(
            "applicants.yaml",
            (
                (a.id, (a.label.of(language), *a.aliases.of(language), *a.weak.of(language)))
                for a in applicants.values()
            ),
            language,
        )
    return applicants


@cache
def load_operations() -> Mapping[str, Operation]:
    """Load the operations, keyed by id.

    Raises:
        BadVocabulary: a cue of two operations, a counted cue without "{n}", a missing language.
    """
    document = read_yaml(FOLDER / "operations.yaml")
    operations = {id_: _operation(id_, spec) for id_, spec in document.items()}
    for language in LANGUAGES:
        prove_unique(
            "operations.yaml",
            ((o.id, o.cues.of(language) + o.counted.of(language)) for o in operations.values()),
            language,
        )
    return operations


@cache
def load_ambiguities() -> tuple[Ambiguity, ...]:
    """Load the wordings that may mean several figures.

    Raises:
        BadVocabulary: an unknown id, a default or a meaning that is no candidate, or a wording
            that an indicator or another entry claims as well.
    """
    ambiguities = tuple(
        _ambiguity(number, spec)
        for number, spec in enumerate(read_yaml(FOLDER / "ambiguous.yaml"), 1)
    )
    for language in LANGUAGES:
        claims = [(str(n), a.wordings.of(language)) for n, a in enumerate(ambiguities, 1)]
        claimed = indicator_wordings(language).keys() | weak_wordings(language).keys()
        prove_unique("ambiguous.yaml", claims, language)
        for number, wordings in claims:
            if taken := claimed & {wording_key(w, language) for w in wordings}:
                problem = f"{sorted(taken)} already name one indicator"
                raise bad(problem, f"ambiguous.yaml/{number}")
    return ambiguities


@cache
def load_compounds() -> Compounds:
    """Load the wordings of rows and columns of tables two and four.

    Raises:
        BadVocabulary: a subject or an aspect that forms no indicator; a subject wording of two
            subjects; two aspects of one subject with the same wording.
    """
    document = read_yaml(FOLDER / "compounds.yaml")
    subjects = {
        id_: _wordings(spec, f"compounds.yaml/{id_}")
        for id_, spec in _of(document, "subjects", "compounds.yaml").items()
    }
    aspects = {
        id_: _wordings(spec, f"compounds.yaml/{id_}")
        for id_, spec in _of(document, "aspects", "compounds.yaml").items()
    }
    compounds = Compounds(subjects, aspects, _of(document, "nearest", "compounds.yaml"))
    _prove_compounds(compounds)
    return compounds


@cache
def load_absences() -> Mapping[str, Absence]:
    """Load what the tables never carry, keyed by id."""
    document = read_yaml(FOLDER / "not_in_reports.yaml")
    absences = {id_: _absence(id_, spec) for id_, spec in document.items()}
    for language in LANGUAGES:
        claims = ((a.id, a.wordings.of(language)) for a in absences.values())
        prove_unique("not_in_reports.yaml", claims, language)
    return absences


@cache
def load_off_subjects() -> Mapping[str, OffSubject]:
    """Load what is out of scope, keyed by id."""
    document = read_yaml(FOLDER / "out_of_scope.yaml")
    subjects = {id_: _off_subject(id_, spec) for id_, spec in document.items()}
    for language in LANGUAGES:
        claims = ((s.id, s.cues.of(language)) for s in subjects.values())
        prove_unique("out_of_scope.yaml", claims, language)
    return subjects


@cache
def load_topics() -> Mapping[str, Topic]:
    """Load the subjects of the prose, keyed by id."""
    document = read_yaml(FOLDER / "narrative_topics.yaml")
    topics = {id_: _topic(id_, spec) for id_, spec in document.items()}
    for language in LANGUAGES:
        claims = ((t.id, t.wordings.of(language)) for t in topics.values())
        prove_unique("narrative_topics.yaml", claims, language)
    return topics


@cache
def load_rewrites() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Load the turns of phrase: (pattern, the wording that stands for it), in their order.

    Raises:
        BadVocabulary: the wording is known to no other file.
    """
    document = read_yaml(FOLDER / "rewrites.yaml")
    return tuple(
        (re.compile(pattern), wording)
        for language in LANGUAGES
        for pattern, wording in document[language]
    )


def read_yaml(path: Path) -> Any:
    """Return the content of a YAML file; the C parser, as the numeric path waits for it."""
    return yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)


def read_text(spec: Mapping[str, Any], key: str, where: str) -> Text:
    """Return `spec[key]` in both languages.

    Raises:
        BadVocabulary: it is missing in one of them.
    """
    texts = _of(spec, key, where)
    if missing := [language for language in LANGUAGES if not texts.get(language)]:
        raise bad(f"{key} lacks {missing}", where)
    return Text(texts["zh"], texts["en"])


def read_wordings(spec: Mapping[str, Any], key: str, where: str) -> Wordings:
    """Return the wordings under `spec[key]`, in both languages.

    Raises:
        BadVocabulary: one of them has none.
    """
    return _wordings(_of(spec, key, where), f"{where}/{key}")


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


def _of(spec: Mapping[str, Any], key: str, where: str) -> Any:
    if key not in spec:
        raise bad(f"{key} is missing", where)
    return spec[key]


def _split(text: str) -> tuple[str, ...]:
    return tuple(wording.strip() for wording in text.split("|"))


def _wordings(texts: Mapping[str, str], where: str) -> Wordings:
    if missing := [language for language in LANGUAGES if not texts.get(language)]:
        raise bad(f"no wordings in {missing}", where)
    return Wordings(_split(texts["zh"]), _split(texts["en"]))


def _optional_wordings(spec: Mapping[str, Any], key: str) -> Wordings:
    return Wordings(**{language: _split(text) for language, text in spec.get(key, {}).items()})


def _strong(indicator: Indicator, language: Language) -> tuple[str, ...]:
    aliases = indicator.aliases.of(language)
    label = indicator.label.of(language)
    return (label, indicator.short, *aliases) if language == "zh" else (label, *aliases)


def _terms(texts: Iterable[str]) -> tuple[Term, ...]:
    return tuple(map(_term, texts))


def _term(text: str) -> Term:
    sign = -1 if text.startswith("-") else 1
    indicator, _, applicant = text.removeprefix("-").partition("@")
    return Term(indicator, sign, applicant or None)


def _formula(spec: Mapping[str, Any], where: str) -> Formula:
    return Formula(_terms(_of(spec, "numerator", where)), _terms(_of(spec, "denominator", where)))


def _reading(id_: str, spec: Mapping[str, Any], where: str) -> Reading:
    return Reading(
        id_, read_text(spec, "label", where), _formula(_of(spec, "formula", where), where)
    )


def _indicator(id_: str, spec: Mapping[str, Any]) -> Indicator:
    where = f"indicators.yaml/{id_}"
    aliases = read_wordings(spec, "aliases", where)
    for language, least in REQUIRED.items():
        if len(set(aliases.of(language))) < least:
            raise bad(f"fewer than {least} wordings in {language}", where)
    return Indicator(
        id=id_,
        table=_of(spec, "table", where),
        kind=cast(Kind, _of(spec, "kind", where)),
        unit=_of(spec, "unit", where),
        formats=tuple(_of(spec, "formats", where)),
        label=read_text(spec, "label", where),
        short=_of(_of(spec, "short", where), "zh", where),
        aliases=aliases,
        weak=_optional_wordings(spec, "weak"),
        definition=read_text(spec, "definition", where),
        notes=tuple(spec.get("notes", ())),
        parts=_terms(spec.get("parts", ())),
        printed=tuple(spec.get("printed", ())),
        formula=_formula(spec["formula"], where) if "formula" in spec else None,
        readings=tuple(
            _reading(name, reading, f"{where}/{name}")
            for name, reading in spec.get("readings", {}).items()
        ),
    )


def _prove_references(indicator: Indicator, known: Mapping[str, Indicator]) -> None:
    where = f"indicators.yaml/{indicator.id}"
    needed = {"cell": True, "group": bool(indicator.parts), "derived": bool(indicator.formula)}
    if not needed.get(indicator.kind):
        raise bad(f"kind {indicator.kind!r} lacks its parts or formula", where)
    terms = (*indicator.parts, *_formula_terms(indicator))
    prove_known((term.indicator for term in terms), known, where=where)
    prove_known((t.applicant for t in terms if t.applicant), load_applicants(), where=where)
    prove_known(indicator.notes, load_notes(), where=where)


def _formula_terms(indicator: Indicator) -> Iterator[Term]:
    formulas = [reading.formula for reading in indicator.readings]
    if indicator.formula:
        formulas.append(indicator.formula)
    for formula in formulas:
        yield from formula.numerator + formula.denominator


def _statistics_row(id_: str, spec: Mapping[str, Any]) -> StatisticsRow:
    where = f"statistics.yaml/{id_}"
    label, wordings = read_text(spec, "label", where), read_wordings(spec, "wordings", where)
    return StatisticsRow(id_, label, wordings, spec.get("counterpart"))


def _applicant(id_: str, spec: Mapping[str, Any]) -> Applicant:
    where = f"applicants.yaml/{id_}"
    return Applicant(
        id=id_,
        label=read_text(spec, "label", where),
        aliases=read_wordings(spec, "aliases", where),
        weak=_optional_wordings(spec, "weak"),
        parts=tuple(spec.get("parts", ())),
    )


def _operation(id_: str, spec: Mapping[str, Any]) -> Operation:
    where = f"operations.yaml/{id_}"
    counted = _optional_wordings(spec, "counted")
    if plain := [cue for cue in counted.zh + counted.en if "{n}" not in cue]:
        raise bad(f"counted cues without {{n}}: {plain}", where)
    return Operation(
        id_, read_text(spec, "label", where), read_wordings(spec, "cues", where), counted
    )


def _note(code: str, spec: Mapping[str, Any]) -> Note:
    where = f"notes.yaml/{code}"
    text = read_text({"text": spec}, "text", where)
    variables, others = (variables_of(text.of(language)) for language in LANGUAGES)
    if variables != others:
        problem = f"zh wants {sorted(variables)}, en {sorted(others)}"
        raise bad(problem, where)
    return Note(code, text, variables)


def variables_of(text: str) -> frozenset[str]:
    """Return the names in braces in `text`.

    >>> sorted(variables_of("{asked} … {given}"))
    ['asked', 'given']
    """
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


def _ambiguity(number: int, spec: Mapping[str, Any]) -> Ambiguity:
    where = f"ambiguous.yaml/{number}"
    ambiguity = Ambiguity(
        wordings=read_wordings(spec, "wordings", where),
        candidates=tuple(_of(spec, "candidates", where)),
        applicants=tuple(spec.get("applicants", ())),
        default=spec.get("default"),
        beside=spec.get("beside", {}),
    )
    meanings = {*ambiguity.beside.values(), *filter(None, [ambiguity.default])}
    prove_known({*ambiguity.candidates, *ambiguity.beside}, load_indicators(), where=where)
    prove_known(ambiguity.applicants, load_applicants(), where=where)
    prove_known(meanings, ambiguity.candidates, where=where)
    return ambiguity


def _prove_compounds(compounds: Compounds) -> None:
    known = load_indicators()
    pairs = {(s, a) for s in compounds.subjects for a in compounds.aspects if f"{s}.{a}" in known}
    prove_known(compounds.subjects, {s for s, _ in pairs}, where="compounds.yaml/subjects")
    prove_known(compounds.aspects, {a for _, a in pairs}, where="compounds.yaml/aspects")
    prove_known(
        {*compounds.nearest, *compounds.nearest.values()},
        compounds.aspects,
        where="compounds.yaml/nearest",
    )
    for language in LANGUAGES:
        subjects = ((s, w.of(language)) for s, w in compounds.subjects.items())
        prove_unique("compounds.yaml/subjects", subjects, language)
        for subject in compounds.subjects:
            aspects = (
                (a, w.of(language)) for a, w in compounds.aspects.items() if (subject, a) in pairs
            )
            prove_unique(f"compounds.yaml/{subject}", aspects, language)


def _absence(id_: str, spec: Mapping[str, Any]) -> Absence:
    where = f"not_in_reports.yaml/{id_}"
    return Absence(
        id_,
        read_text(spec, "label", where),
        read_wordings(spec, "wordings", where),
        read_text(spec, "reply", where),
        _of(spec, "narrative", where),
    )


def _off_subject(id_: str, spec: Mapping[str, Any]) -> OffSubject:
    where = f"out_of_scope.yaml/{id_}"
    return OffSubject(
        id_,
        read_text(spec, "label", where),
        read_wordings(spec, "cues", where),
        read_text(spec, "reply", where),
    )


def _topic(id_: str, spec: Mapping[str, Any]) -> Topic:
    where = f"narrative_topics.yaml/{id_}"
    return Topic(
        id_,
        read_text(spec, "label", where),
        _of(spec, "section", where),
        tuple(_of(spec, "units", where)),
        read_wordings(spec, "wordings", where),
    )
