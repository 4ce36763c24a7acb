"""What the index gives back, and how a figure is written small and read back exactly.

Owns the shapes of stored things (a Figure with its report and position, a line of the list of
reports) and the coding of values, printed texts, paths, places and grids into columns.

Leaves to others: the statements that write and read them (writes.py, store.py).
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, Final, Literal

from sqlalchemy import Connection, Table, insert, select

from indexer import schema
from indexer.model import (
    Figure,
    Finding,
    FormatId,
    Grid,
    GridCell,
    Passage,
    Place,
    Report,
    State,
    Unreadable,
)

STATES: Final[tuple[State, ...]] = ("number", "blank", "not_applicable", "text")
#: Integers up to here are kept as the ranking amount alone; doubles hold them exactly.
_EXACT = 2**53

Outcome = Literal["added", "superseded older version", "kept as older version", "unchanged"]


@dataclass(frozen=True, slots=True)
class AddResult:
    """What became of a report that was added; `report` is its id."""

    report: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class OrganRow:
    """A publisher that has reports in the index."""

    id: int
    name: str
    place_only: bool
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One report of the list; `superseded_by` is the id of the version that replaced it."""

    id: str
    organ: str
    year: int
    format: FormatId | None
    title: str
    file: str
    digest: str
    kind: str
    pages: int | None
    provenance: Mapping[str, str]
    superseded_by: str | None
    figures: int
    unreadable: int
    passages: int

    @property
    def url(self) -> str | None:
        """The official page, where the report names one."""
        return self.provenance.get("url")

    @property
    def published(self) -> str | None:
        """The date of publication (YYYY-MM-DD), where the report states it."""
        return self.provenance.get("published")

    @property
    def source(self) -> str | None:
        """Where the report was taken from, where it states that."""
        return self.provenance.get("source")


@dataclass(frozen=True, slots=True)
class StoredFigure(Figure):
    """A Figure, the id of its report, and its position there, from 0."""

    report: str
    seq: int


@dataclass(frozen=True, slots=True)
class StoredUnreadable(Unreadable):
    """An Unreadable and the id of its report."""

    report: str


@dataclass(frozen=True, slots=True)
class StoredPassage(Passage):
    """A Passage, its own id, and the id of its report."""

    id: str
    report: str


@dataclass(frozen=True, slots=True)
class StoredFinding:
    """A Finding and the id of its report.

    `figures` are positions in that report; `others` are (report id, position) elsewhere, for
    rules that compare reports.
    """

    report: str
    rule: str
    result: str
    expression: str
    figures: tuple[int, ...]
    detail: Mapping[str, str]
    others: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One line of the listing of figures."""

    organ: str
    year: int
    format: FormatId | None
    figure: StoredFigure


@dataclass(frozen=True, slots=True)
class RankedFigure:
    """One figure among those of other reports; `seq` is its position in its report."""

    report: str
    seq: int
    organ: str
    year: int
    state: State
    value: Decimal | None
    unit: str | None


FeedbackKind = Literal["opinion", "error"]


@dataclass(frozen=True, slots=True)
class Feedback:
    """What somebody thought of an answer, or an error they report; times in UTC, ISO 8601.

    The last three are null until somebody has decided what follows.
    """

    id: int
    answer_id: str
    helpful: bool
    comment: str | None
    given: str
    kind: FeedbackKind
    closed: str | None
    closed_by: str | None
    decision: str | None

    @property
    def is_open(self) -> bool:
        """Whether somebody has to look at it: praise leaves nothing to decide."""
        return self.closed is None and (self.kind == "error" or not self.helpful)


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file that was not indexed; `reason` is an id of messages.yaml."""

    file: str
    digest: str
    reason: str
    message: str
    hint: str
    failed: bool


def report_key(organ: str, year: int, digest: str) -> str:
    """Return the id of a report: the same organ, year and file content give the same id.

    >>> report_key("示例市人民政府", 2023, "00")
    'r_7b4349c96f7a'
    """
    return "r_" + hashlib.sha256(f"{organ}|{year}|{digest}".encode()).hexdigest()[:12]


def content_digest(report: Report) -> str:
    """Return 16 hex digits that stand for everything that was read from a report."""
    read = hashlib.sha256()
    for part in (report.format, report.title, sorted(report.provenance.items())):
        read.update(repr(part).encode())
    for figure in report.figures:
        read.update(repr(_fields(figure)).encode())
    for other in (report.unreadable, report.sections, report.passages):
        read.update(repr(other).encode("utf-8", "backslashreplace"))
    return read.hexdigest()[:16]


def _fields(figure: Figure) -> tuple[Any, ...]:
    return tuple(getattr(figure, field.name) for field in fields(Figure))


class Words:
    """One of the small tables that give a text a number; safe to read from several threads."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._ids: dict[str, int] = {}
        self._texts: dict[int, str] = {}

    def load(self, connection: Connection) -> None:
        """Read the table again."""
        rows = [(row.id, row.text) for row in connection.execute(select(self._table))]
        self._texts = dict(rows)
        self._ids = {text: id_ for id_, text in rows}

    def find(self, connection: Connection, text: str) -> int | None:
        """Return the number of `text`, or None if no report uses it."""
        if text not in self._ids:
            self.load(connection)
        return self._ids.get(text)

    def text(self, connection: Connection, id_: int | None) -> str | None:
        """Return the text with this number; None stays None."""
        if id_ is None:
            return None
        if id_ not in self._texts:
            self.load(connection)
        return self._texts[id_]

    def number(self, connection: Connection, text: str | None) -> int | None:
        """Return the number of `text`, giving it one if needed; None stays None."""
        if text is None:
            return None
        known = self._ids.get(text)
        if known is None:
            row = connection.execute(insert(self._table).values(text=text)).inserted_primary_key
            known = int(row[0]) if row else 0
            self._ids[text] = known
            self._texts[known] = text
        return known

    def forget(self) -> None:
        """Drop what is remembered, after a transaction that did not come about."""
        self._ids, self._texts = {}, {}


class Vocabulary:
    """The small tables of words that figures point into."""

    def __init__(self) -> None:
        self.indicators = Words(schema.indicator)
        self.applicants = Words(schema.applicant)
        self.units = Words(schema.unit)
        self.paths = Words(schema.header_path)

    def forget(self) -> None:
        """Drop what is remembered, after a transaction that did not come about."""
        for words in (self.indicators, self.applicants, self.units, self.paths):
            words.forget()

    def load(self, connection: Connection) -> None:
        """Read all tables again."""
        for words in (self.indicators, self.applicants, self.units, self.paths):
            words.load(connection)


@lru_cache(maxsize=20_000)
def encode_path(path: tuple[str, ...]) -> str:
    """Return a header path as one text.

    >>> encode_path(("行政复议", "总计"))
    '["行政复议","总计"]'
    """
    return json.dumps(path, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=20_000)
def decode_path(text: str) -> tuple[str, ...]:
    """Return the header path that `encode_path` wrote."""
    return tuple(json.loads(text))


def encode_value(value: Decimal | None) -> tuple[float | None, str | None]:
    """Return (amount, exact): a double to rank by, and the value itself where that differs.

    >>> encode_value(Decimal(331)), encode_value(Decimal("12.50")), encode_value(None)
    ((331.0, None), (12.5, '12.50'), (None, None))
    """
    if value is None:
        return None, None
    if not value.is_finite():
        return None, str(value)
    amount = float(value)
    plain = abs(amount) < _EXACT and str(value) == str(int(amount))
    return amount, None if plain else str(value)


def decode_value(amount: float | None, exact: str | None) -> Decimal | None:
    """Return the value that `encode_value` wrote.

    >>> decode_value(*encode_value(Decimal("-0.10")))
    Decimal('-0.10')
    """
    if exact is not None:
        return Decimal(exact)
    return None if amount is None else Decimal(int(amount))


def encode_printed(printed: str, value: Decimal | None) -> str | None:
    """Return the printed text, or None where the value says the same."""
    return None if printed == ("" if value is None else str(value)) else printed


def decode_printed(printed: str | None, value: Decimal | None) -> str:
    """Return the printed text that `encode_printed` wrote."""
    if printed is not None:
        return printed
    return "" if value is None else str(value)


def encode_place(place: Place) -> dict[str, int | None]:
    """Return the columns of a place; the file stands with the report."""
    return {
        "page": place.page,
        "line": place.line,
        "grid": place.table,
        "grid_row": place.row,
        "grid_column": place.column,
        "start": place.start,
        "stop": place.stop,
    }


def decode_place(row: Any, file: str) -> Place:
    """Return the place that `encode_place` wrote."""
    return Place(
        file, row.page, row.line, row.grid, row.grid_row, row.grid_column, row.start, row.stop
    )


def encode_text(text: str) -> bytes:
    """Return a long text compressed; lone surrogates of a damaged file survive."""
    return zlib.compress(text.encode("utf-8", "surrogatepass"))


def decode_text(data: bytes) -> str:
    """Return the text that `encode_text` wrote."""
    return zlib.decompress(data).decode("utf-8", "surrogatepass")


def encode_grids(grids: Iterable[Grid]) -> bytes:
    """Return the tables of one report, merged cells and all."""
    plain = [
        {
            "place": encode_place(grid.place),
            "ragged": grid.ragged,
            "continued": grid.continued,
            "cells": [
                [c.text, c.row, c.column, c.rowspan, c.colspan, encode_place(c.place)]
                for c in grid.cells
            ],
        }
        for grid in grids
    ]
    return encode_text(json.dumps(plain, ensure_ascii=False, separators=(",", ":")))


def decode_grids(data: bytes, file: str) -> tuple[Grid, ...]:
    """Return the tables that `encode_grids` wrote."""
    return tuple(
        Grid(
            tuple(
                GridCell(text, row, column, _decode_plain_place(place, file), rowspan, colspan)
                for text, row, column, rowspan, colspan, place in plain["cells"]
            ),
            _decode_plain_place(plain["place"], file),
            plain["ragged"],
            plain["continued"],
        )
        for plain in json.loads(decode_text(data))
    )


def _decode_plain_place(place: Mapping[str, int | None], file: str) -> Place:
    return decode_place(SimpleNamespace(**place), file)


def decode_findings(rows: Sequence[Any], key: str) -> list[StoredFinding]:
    """Return stored findings of the report `key`, their JSON read in one go."""
    joined = ",".join(f"[{row.figures},{row.detail},{row.others}]" for row in rows)
    return [
        StoredFinding(
            key,
            row.rule,
            row.result,
            row.expression,
            tuple(figures),
            detail,
            tuple((other, seq) for other, seq in others),
        )
        for row, (figures, detail, others) in zip(rows, json.loads(f"[{joined}]"), strict=True)
    ]


def encode_finding(finding: Finding, others: tuple[tuple[str, int], ...] = ()) -> dict[str, str]:
    """Return the columns of a finding, its report and position aside."""
    return {
        "rule": finding.rule,
        "result": finding.result,
        "expression": finding.expression,
        "figures": json.dumps(finding.figures),
        "detail": json.dumps(dict(finding.detail), ensure_ascii=False),
        "others": json.dumps(others),
    }
