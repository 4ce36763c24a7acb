"""The official formats as data: tables, rows, columns, wording and identities.

Owns loading and proving `formats/*.yaml`, and the comparison of a printed label with
the official ones.  A new format is a new file.

Leaves to others: finding labels in documents (tables.py, flattened.py, statistics.py) and
judging sums (rules.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from rapidfuzz import fuzz

from indexer.errors import BadFormat
from indexer.text import squash, strip_numbering

HERE = Path(__file__).parent / "formats"

#: A label that is not exactly known is taken for the closest one at or above this similarity …
CLOSE_ENOUGH = 78.0
#: … if no label of another id comes within this many points.
CLEAR_MARGIN = 12.0

OUTCOMES = "三、本年度办理结果"


@dataclass(frozen=True)
class Label:
    """One official wording: `printed` as the form prints it, `forms` squashed for comparison."""

    id: str
    printed: str
    path: tuple[str, ...]
    forms: frozenset[str]
    unit: str | None = None
    decimals: bool = False
    signed: bool = False


@dataclass(frozen=True)
class Row(Label):
    """A row of table three.  `group` is the id of the group it is a part of, if any."""

    number: str = ""
    group: str | None = None
    outcome: bool = False


@dataclass(frozen=True)
class Block:
    """A block of table two: rows by id under columns by id."""

    clause: str
    unit: str
    columns: Mapping[str, Label]
    rows: Mapping[str, Label]


@dataclass(frozen=True)
class Format:
    """One official format.  `units` maps indicator ids to the unit the form prescribes."""

    id: str
    source: str
    sections: Mapping[str, tuple[str, ...]]
    blocks: tuple[Block, ...]
    rows: Mapping[str, Row]
    groups: Mapping[str, Label]
    applicants: Mapping[str, Label]
    review_blocks: Mapping[str, Label]
    results: Mapping[str, Label]
    identities: Mapping[str, str]
    groups_parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def indicators(self) -> Iterator[tuple[int, str]]:
        """Yield (table, indicator id) for every cell of the form, applicants aside."""
        for block in self.blocks:
            for row in block.rows:
                yield from ((2, f"{row}.{column}") for column in block.columns)
        yield from ((3, row) for row in self.rows)
        for review in self.review_blocks:
            yield from ((4, f"{review}.{result}") for result in self.results)


@dataclass(frozen=True)
class Statistics:
    """The generic shape of the statistics tables to 2018.

    `subjects` maps the id of a total to words of a heading under which its parts may stand.
    """

    label_heads: frozenset[str]
    unit_heads: frozenset[str]
    code_heads: frozenset[str]
    columns: Mapping[str, Label]
    units: tuple[str, ...]
    rows: Mapping[str, Label]
    subjects: Mapping[str, tuple[str, ...]]

    def totals(self) -> tuple[Label, ...]:
        """Return the rows that are no part of another row."""
        return tuple(label for label in self.rows.values() if label.id.count(".") == 1)


L = TypeVar("L", bound=Label)


@cache
def load_format(name: str) -> Format:
    """Load the official format `name` ("2019" or "2021").

    Raises:
        BadFormat: a wording stands for two rows, or an identity names what is not there.
    """
    document = _read(name)
    tables = {spec["table"]: spec for spec in document["tables"]}
    applications, reviews = tables[3], tables[4]
    groups = {
        id_: _label(id_, spec, (OUTCOMES, spec["number"] + spec["printed"]))
        for id_, spec in applications["groups"].items()
    }
    rows = {spec["id"]: _row(spec, groups) for spec in applications["rows"]}
    _prove_distinct(name, rows.values())
    found = Format(
        id=name,
        source=document["source"],
        sections={number: tuple(forms) for number, forms in document["sections"].items()},
        blocks=tuple(_block(spec) for spec in tables[2]["blocks"]),
        rows=rows,
        groups=groups,
        applicants=_labels(applications["columns"]),
        review_blocks=_labels(reviews["blocks"]),
        results=_labels(reviews["columns"]),
        identities={**applications["identities"], **reviews["identities"]},
        groups_parts={
            group: tuple(row.id for row in rows.values() if row.group == group) for group in groups
        },
    )
    _prove_identities(found)
    return found


@cache
def load_statistics() -> Statistics:
    """Load the shape of the statistics tables to 2018.

    Raises:
        BadFormat: `subjects` speaks of a total that no row is.
    """
    document = _read("statistics")
    found = Statistics(
        label_heads=frozenset(document["label_heads"]),
        unit_heads=frozenset(document["unit_heads"]),
        code_heads=frozenset(document["code_heads"]),
        columns=_labels(document["columns"]),
        units=tuple(document["units"]),
        rows=_labels(document["rows"]),
        subjects={total: tuple(words) for total, words in document["subjects"].items()},
    )
    if unknown := set(found.subjects) - {label.id for label in found.totals()}:
        raise BadFormat(
            f"subjects of totals that are not there: {sorted(unknown)}", where="statistics"
        )
    return found


def find_label(printed: str, labels: Iterable[L]) -> L | None:
    """Return the label that `printed` is a wording of, or None.

    Exact wordings win; else the closest one, if it is close enough and no other comes near.

    >>> rows = load_format("2021").rows.values()
    >>> found = find_label("2.其他法律行政止公开", rows)
    >>> found and found.id
    'refused.other_law'
    >>> find_label("九、别的", rows) is None
    True
    """
    text = strip_numbering(squash(printed))
    if not text:
        return None
    candidates = tuple(labels)
    for label in candidates:
        if text in label.forms:
            return label
    scored = sorted(
        ((max(fuzz.ratio(text, form) for form in label.forms), label) for label in candidates),
        key=lambda pair: -pair[0],
    )
    if len(text) < 4 or not scored or scored[0][0] < CLOSE_ENOUGH:
        return None
    if len(scored) > 1 and scored[1][0] > scored[0][0] - CLEAR_MARGIN:
        return None
    return scored[0][1]


def find_row(printed: str, rows: Mapping[str, Row]) -> Row | None:
    """Return the row of table three that `printed` names, numbering taken into account.

    "（六）其他" is the whole group, "3.其他" its last part.

    >>> rows = load_format("2021").rows
    >>> [find_row(label, rows).id for label in ("3、其他", "（六）其他处理", "(七)总计")]
    ['other.rest', 'other', 'concluded']
    """
    squashed = squash(printed)
    if squashed.startswith("(六)其他") and "other" in rows and len(squashed) <= 7:
        return rows["other"]
    return find_label(printed, rows.values())


def _read(name: str) -> Any:
    return yaml.load((HERE / f"{name}.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)


def _label(id_: str, spec: Mapping[str, Any], path: tuple[str, ...] | None = None) -> Label:
    forms = frozenset(
        strip_numbering(squash(form)) for form in (spec["printed"], *spec.get("variants", ()))
    )
    return Label(
        id=id_,
        printed=spec["printed"],
        path=path or tuple(spec.get("path", (spec["printed"],))),
        forms=forms,
        unit=spec.get("unit"),
        decimals=bool(spec.get("decimals")),
        signed=bool(spec.get("signed")),
    )


def _labels(specs: Mapping[str, Mapping[str, Any]]) -> dict[str, Label]:
    return {id_: _label(id_, spec) for id_, spec in specs.items()}


def _row(spec: Mapping[str, Any], groups: Mapping[str, Label]) -> Row:
    above: tuple[str, ...] = (spec["within"],) if "within" in spec else ()
    if group := spec.get("group"):
        above = groups[group].path
    label = _label(spec["id"], spec)
    return Row(
        id=label.id,
        printed=label.printed,
        path=(*above, spec["number"] + spec["printed"]),
        forms=label.forms,
        number=spec["number"],
        group=group,
        outcome="within" in spec and spec["id"] != "concluded",
    )


def _block(spec: Mapping[str, Any]) -> Block:
    columns = {
        id_: _label(id_, {"decimals": spec.get("decimals"), **column})
        for id_, column in spec["columns"].items()
    }
    rows = {
        id_: _label(id_, row, (spec["clause"], row["printed"])) for id_, row in spec["rows"].items()
    }
    return Block(spec["clause"], spec["unit"], columns, rows)


def _prove_distinct(name: str, labels: Iterable[Label]) -> None:
    owner: dict[str, str] = {}
    for label in labels:
        for form in label.forms:
            if owner.setdefault(form, label.id) != label.id:
                raise BadFormat(f"{form} stands for {owner[form]} and {label.id}", where=name)


def _prove_identities(found: Format) -> None:
    known = {*found.rows, *found.results, "outcomes", "columns"}
    for rule, text in found.identities.items():
        named = {word for word in text.replace("+", " ").replace("=", " ").split()}
        if unknown := named - known:
            raise BadFormat(f"{rule} names what is not there: {sorted(unknown)}", where=found.id)
