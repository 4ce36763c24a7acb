"""What is in the index, by name: kept in memory, read again when it changed.

Owns the list of organs and reports, and the way from a report's id to its number in SQL.

Leaves to others: when to read it again, and everything inside a report (queries.py).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select

from indexer import schema
from indexer.records import OrganRow, ReportRow
from indexer.vectors import Stamp
from indexer.writes import content_version


@dataclass(frozen=True, slots=True)
class Known:
    """A report as other tables refer to it; `file` is what its places call its file."""

    number: int
    id: str
    file: str


@dataclass(frozen=True)
class Catalog:
    """All organs by name, all reports by organ, year and file.

    `serial` says which state this is, `stamp` which state of the vectors.
    """

    serial: str
    version: str
    stamp: Stamp
    organs: tuple[OrganRow, ...]
    reports: tuple[ReportRow, ...]
    rows: Mapping[str, ReportRow]
    known: Mapping[str, Known]
    by_number: Mapping[int, Known]

    def publishers(self, organ: str) -> frozenset[str]:
        """Return the publishers that go by the name or alias `organ`."""
        return frozenset(row.name for row in self.organs if organ in (row.name, *row.aliases))

    def numbers(self, organ: str) -> list[int]:
        """Return the numbers in SQL of the reports of the publisher `organ`."""
        return [self.known[report.id].number for report in self.reports if report.organ == organ]


def load_catalog(connection: Connection, header: Mapping[str, str], serial: str) -> Catalog:
    """Read the catalog of the state that `header` describes."""
    aliases: dict[int, list[str]] = {}
    for row in connection.execute(select(schema.organ_alias).order_by(schema.organ_alias.c.alias)):
        aliases.setdefault(row.organ_id, []).append(row.alias)
    organs = [
        OrganRow(row.id, row.name, row.place_only, tuple(aliases.get(row.id, ())))
        for row in connection.execute(select(schema.organ))
    ]
    names = {organ.id: organ.name for organ in organs}
    rows = connection.execute(select(schema.report)).all()
    keys = {row.id: row.key for row in rows}
    reports = {row.id: _report_row(row, names, keys) for row in rows}
    by_number = {row.id: Known(row.id, row.key, row.place_file) for row in rows}
    counted = connection.execute(
        select(func.count())
        .select_from(schema.vector.join(schema.report))
        .where(schema.report.c.superseded_by.is_(None))
    ).scalar_one()
    return Catalog(
        serial=serial,
        version=content_version(connection),
        stamp=Stamp(header["index"], int(header["vectors"]), counted),
        organs=tuple(sorted(organs, key=lambda organ: organ.name)),
        reports=tuple(
            sorted(reports.values(), key=lambda one: (one.organ, one.year, one.file, one.id))
        ),
        rows={report.id: report for report in reports.values()},
        known={known.id: known for known in by_number.values()},
        by_number=by_number,
    )


_BY_KEY = select(schema.report.c.id, schema.report.c.key, schema.report.c.place_file).where(
    schema.report.c.key == bindparam("key")
)


def find_known(connection: Connection, report_id: str) -> Known | None:
    """Return a report that no catalog lists yet."""
    row = connection.execute(_BY_KEY, {"key": report_id}).first()
    return None if row is None else Known(*row)


def _report_row(row: Row[Any], names: Mapping[int, str], keys: Mapping[int, str]) -> ReportRow:
    return ReportRow(
        id=row.key,
        organ=names[row.organ_id],
        year=row.year,
        format=row.format,
        title=row.title,
        file=row.file,
        digest=row.digest,
        kind=row.kind,
        pages=row.pages,
        provenance=json.loads(row.provenance),
        superseded_by=keys.get(row.superseded_by),
        figures=row.figures,
        unreadable=row.unreadable,
        passages=row.passages,
    )
