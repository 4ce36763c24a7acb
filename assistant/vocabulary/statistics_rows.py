"""The rows of the statistics tables to 2018, and the wordings that several of them share.

Owns the shape of statistics.yaml and statistics_shared.yaml and the proof that they hold together.

Leaves to others: which of these rows a report prints (assistant/sheets.py), finding them in a
question (assistant/understand/statistics.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from assistant.model import Language
from assistant.vocabulary import FOLDER, load_indicators
from assistant.vocabulary.entries import Text, Wordings
from assistant.vocabulary.files import (
    LANGUAGES,
    bad,
    optional_wordings,
    prove_known,
    prove_unique,
    read_text,
    read_wordings,
    read_yaml,
    required,
)

#: The ending of the id of a row's figure over all years.
CUMULATIVE = ".cumulative"


@dataclass(frozen=True, slots=True)
class StatisticsRow:
    """A row of the tables to 2018; `above` is the id of the row that it is a part of.

    `printed` are forms of its label that tell it by themselves, `below` those that do so under
    `above` only.  `about` settles a wording that rows share, `lists` asks for its parts, `or_else`
    answers where it is not printed.  The wordings of `counterpart`, an indicator, lead here too.
    """

    id: str
    label: Text
    wordings: Wordings
    printed: tuple[str, ...]
    below: tuple[str, ...]
    about: Wordings
    lists: Wordings
    counterpart: str | None
    or_else: str | None

    @property
    def above(self) -> str | None:
        """The row that this one is a part of, None for a total."""
        above = self.id.rpartition(".")[0]
        return above if above != "stat" else None


@dataclass(frozen=True, slots=True)
class SharedWordings:
    """Wordings that may mean any of `rows`."""

    wordings: Wordings
    rows: tuple[str, ...]


@cache
def load_statistics_rows() -> Mapping[str, StatisticsRow]:
    """Load the rows of statistics tables, keyed by id.

    Raises:
        BadVocabulary: an unknown or repeated counterpart, an unknown total, a wording of two rows,
            a missing language.
    """
    file = "statistics.yaml"
    rows = {id_: _row(id_, spec) for id_, spec in read_yaml(FOLDER / file).items()}
    for language in LANGUAGES:
        prove_unique(file, ((id_, _claims(row, language)) for id_, row in rows.items()), language)
    counterparts = [row.counterpart for row in rows.values() if row.counterpart]
    prove_known(counterparts, load_indicators(), where=file)
    if len(set(counterparts)) < len(counterparts):
        raise bad("two rows have the same counterpart", file)
    others = (other for row in rows.values() for other in (row.above, row.or_else) if other)
    prove_known(others, rows, where=file)
    return rows


@cache
def load_shared_wordings() -> tuple[SharedWordings, ...]:
    """Load the wordings that rows share.

    Raises:
        BadVocabulary: an unknown row, a wording that is there twice or that one row claims.
    """
    file = "statistics_shared.yaml"
    rows = load_statistics_rows()
    shared = tuple(
        SharedWordings(read_wordings(spec, "wordings", file), tuple(required(spec, "rows", file)))
        for spec in read_yaml(FOLDER / file)
    )
    prove_known((row for one in shared for row in one.rows), rows, where=file)
    for language in LANGUAGES:
        claims = [(id_, _claims(row, language)) for id_, row in rows.items()]
        claims += [(f"shared {at}", one.wordings.of(language)) for at, one in enumerate(shared)]
        prove_unique(file, claims, language)
    return shared


def base_of(id_: str) -> str:
    """Return the id of a row without its column.

    >>> base_of("stat.received.cumulative"), base_of("stat.received")
    ('stat.received', 'stat.received')
    """
    return id_.removesuffix(CUMULATIVE)


def counterpart_of(indicator: str) -> str:
    """Return the row of the statistics tables that stands for one of today's figures."""
    return _rows_of_today().get(indicator, indicator)


def indicator_of(row: str) -> str:
    """Return the figure of today's tables that a row stands for, `row` where there is none."""
    known = load_statistics_rows().get(row)
    return known.counterpart if known and known.counterpart else row


@cache
def _rows_of_today() -> Mapping[str, str]:
    rows = load_statistics_rows().values()
    return {row.counterpart: row.id for row in rows if row.counterpart}


def _claims(row: StatisticsRow, language: Language) -> tuple[str, ...]:
    label = (row.label.of(language),)
    return (*label, *row.wordings.of(language), *row.lists.of(language))


def _row(id_: str, spec: Mapping[str, Any]) -> StatisticsRow:
    where = f"statistics.yaml/{id_}"
    return StatisticsRow(
        id=id_,
        label=read_text(spec, "label", where),
        wordings=read_wordings(spec, "wordings", where),
        printed=_forms(spec, "printed"),
        below=_forms(spec, "below"),
        about=optional_wordings(spec, "about"),
        lists=optional_wordings(spec, "lists"),
        counterpart=spec.get("counterpart"),
        or_else=spec.get("or_else"),
    )


def _forms(spec: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return tuple(form.strip() for form in spec.get(key, "").split("|") if form.strip())
