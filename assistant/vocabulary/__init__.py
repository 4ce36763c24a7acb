"""The words people use for figures, applicants and operations, loaded from data and proved.

Owns the vocabulary files of this folder: which there are, and the proof that ids exist, that a
wording belongs to one id only, and that both languages are there.  Adding a wording is a line of
YAML.  In the files a list of wordings is one string, separated by "|".

Leaves to others: the shapes of entries (entries.py), what the files have in common (files.py),
the guidance cards (cards.py), the rows of statistics tables
(statistics_rows.py), finding wordings in a question (assistant/understand/), and what a
report prints (indexer/formats/).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar, cast

from assistant.model import Language
from assistant.vocabulary.entries import (
    Absence,
    Ambiguity,
    Applicant,
    Compounds,
    Formula,
    Indicator,
    Kind,
    Note,
    OffSubject,
    Operation,
    Reading,
    Term,
    Topic,
)
from assistant.vocabulary.files import (
    LANGUAGES,
    bad,
    both_wordings,
    optional_wordings,
    prove_known,
    prove_unique,
    read_text,
    read_wordings,
    read_yaml,
    required,
    variables_of,
    wording_key,
)

__all__ = [
    "FOLDER",
    "LANGUAGES",
    "REQUIRED",
    "Ambiguity",
    "indicator_wordings",
    "is_part",
    "load_absences",
    "load_ambiguities",
    "load_applicants",
    "load_compounds",
    "load_indicators",
    "load_notes",
    "load_off_subjects",
    "load_operations",
    "load_rewrites",
    "load_topics",
    "overlap",
    "rates",
    "rest_of",
    "weak_wordings",
    "wording_key",
]

#: How many wordings an indicator needs at least, besides its label.
REQUIRED: Mapping[Language, int] = MappingProxyType({"zh": 8, "en": 3})

FOLDER = Path(__file__).parent

T = TypeVar("T")


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
    indicators = _entries(
        "indicators.yaml", _indicator, lambda i, side: _strong(i, side) + i.weak.of(side)
    )
    for indicator in indicators.values():
        _prove_references(indicator, indicators)
    return indicators


@cache
def rates() -> frozenset[str]:
    """Return the ids of indicators that are quotients of others."""
    return frozenset(i.id for i in load_indicators().values() if i.kind == "derived")


@cache
def _leaves(indicator: str) -> frozenset[str]:
    known = load_indicators().get(indicator)
    parts = known.parts if known else ()
    return frozenset().union(*(_leaves(term.indicator) for term in parts)) or frozenset({indicator})


def is_part(part: str, whole: str) -> bool:
    """Whether a figure is added up in another, be it at a greater depth.

    >>> is_part("refused.process", "concluded"), is_part("received", "concluded")
    (True, False)
    """
    known = load_indicators()
    return "derived" not in (known[part].kind, known[whole].kind) and (
        _leaves(part) < _leaves(whole)
    )


def overlap(one: str, other: str) -> bool:
    """Whether two figures count something in common."""
    return bool(_leaves(one) & _leaves(other))


def rest_of(whole: str, taken: Iterable[str]) -> str | None:
    """Return the one figure that is left of `whole` without `taken`, None where there are more.

    >>> rest_of("other", ("other.not_corrected", "other.unpaid"))
    'other.rest'
    """
    left = _leaves(whole).difference(*map(_leaves, taken))
    return next(iter(left)) if len(left) == 1 else None


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
def load_applicants() -> Mapping[str, Applicant]:
    """Load the kinds of applicants, keyed by id; see `load_indicators` for what is proved."""
    applicants = _entries(
        "applicants.yaml",
        _applicant,
        lambda a, side: (a.label.of(side), *a.aliases.of(side), *a.weak.of(side)),
    )
    for applicant in applicants.values():
        prove_known(applicant.parts, applicants, where=f"applicants.yaml/{applicant.id}")
    return applicants


@cache
def load_operations() -> Mapping[str, Operation]:
    """Load the operations, keyed by id.

    Raises:
        BadVocabulary: a cue of two operations, a counted cue without "{n}", a missing language.
    """
    return _entries(
        "operations.yaml", _operation, lambda o, side: o.cues.of(side) + o.counted.of(side)
    )


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
        id_: both_wordings(spec, f"compounds.yaml/{id_}")
        for id_, spec in required(document, "subjects", "compounds.yaml").items()
    }
    aspects = {
        id_: both_wordings(spec, f"compounds.yaml/{id_}")
        for id_, spec in required(document, "aspects", "compounds.yaml").items()
    }
    compounds = Compounds(subjects, aspects, required(document, "nearest", "compounds.yaml"))
    _prove_compounds(compounds)
    return compounds


@cache
def load_absences() -> Mapping[str, Absence]:
    """Load what the tables never carry, keyed by id."""
    return _entries("not_in_reports.yaml", _absence, lambda a, side: a.wordings.of(side))


@cache
def load_off_subjects() -> Mapping[str, OffSubject]:
    """Load what is out of scope, keyed by id."""
    return _entries("out_of_scope.yaml", _off_subject, lambda s, side: s.cues.of(side))


@cache
def load_topics() -> Mapping[str, Topic]:
    """Load the subjects of the prose, keyed by id."""
    return _entries("narrative_topics.yaml", _topic, lambda t, side: t.wordings.of(side))


@cache
def load_talk() -> Mapping[Language, frozenset[str]]:
    """Load the words that say nothing by themselves, by language."""
    document = read_yaml(FOLDER / "talk.yaml")
    return {language: frozenset(document[language].split()) for language in LANGUAGES}


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


def _entries(
    file: str,
    make: Callable[[str, Mapping[str, Any]], T],
    wordings: Callable[[T, Language], tuple[str, ...]],
) -> Mapping[str, T]:
    """Return the entries of `file` by id, none of which shares one of its `wordings`."""
    entries = {id_: make(id_, spec) for id_, spec in read_yaml(FOLDER / file).items()}
    for language in LANGUAGES:
        claims = ((id_, wordings(entry, language)) for id_, entry in entries.items())
        prove_unique(file, claims, language)
    return entries


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
    return Formula(
        _terms(required(spec, "numerator", where)), _terms(required(spec, "denominator", where))
    )


def _reading(id_: str, spec: Mapping[str, Any], where: str) -> Reading:
    return Reading(
        id_,
        read_text(spec, "label", where),
        _formula(required(spec, "formula", where), where),
        optional_wordings(spec, "cues"),
    )


def _indicator(id_: str, spec: Mapping[str, Any]) -> Indicator:
    where = f"indicators.yaml/{id_}"
    aliases = read_wordings(spec, "aliases", where)
    for language, least in REQUIRED.items():
        if len(set(aliases.of(language))) < least:
            raise bad(f"fewer than {least} wordings in {language}", where)
    return Indicator(
        id=id_,
        table=required(spec, "table", where),
        kind=cast(Kind, required(spec, "kind", where)),
        unit=required(spec, "unit", where),
        formats=tuple(required(spec, "formats", where)),
        label=read_text(spec, "label", where),
        short=required(required(spec, "short", where), "zh", where),
        aliases=aliases,
        weak=optional_wordings(spec, "weak"),
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


def _applicant(id_: str, spec: Mapping[str, Any]) -> Applicant:
    where = f"applicants.yaml/{id_}"
    return Applicant(
        id=id_,
        label=read_text(spec, "label", where),
        aliases=read_wordings(spec, "aliases", where),
        weak=optional_wordings(spec, "weak"),
        parts=tuple(spec.get("parts", ())),
    )


def _operation(id_: str, spec: Mapping[str, Any]) -> Operation:
    where = f"operations.yaml/{id_}"
    counted = optional_wordings(spec, "counted")
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


def _ambiguity(number: int, spec: Mapping[str, Any]) -> Ambiguity:
    where = f"ambiguous.yaml/{number}"
    ambiguity = Ambiguity(
        wordings=read_wordings(spec, "wordings", where),
        candidates=tuple(required(spec, "candidates", where)),
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
        required(spec, "narrative", where),
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
        required(spec, "section", where),
        tuple(required(spec, "units", where)),
        read_wordings(spec, "wordings", where),
    )
