"""Every question that can be put to an index about what was read from the reports.

Owns looking figures, passages, findings and texts up, and the catalog's freshness: a process that
reads takes up what another wrote within a second or so.

Leaves to others: opening, writing and searching an index (store.py), the longer statements
(statements.py), shapes and coding (records.py).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, Row, bindparam, select

from indexer import schema
from indexer.catalog import Catalog, Known, find_known, load_catalog
from indexer.model import Grid, Section
from indexer.reads import Reads
from indexer.records import (
    STATES,
    FigureRow,
    OrganRow,
    RankedFigure,
    ReportRow,
    StoredFigure,
    StoredFinding,
    StoredPassage,
    StoredUnreadable,
    Vocabulary,
    decode_findings,
    decode_grids,
    decode_path,
    decode_place,
    decode_printed,
    decode_text,
    decode_value,
)
from indexer.selects import (
    figures_of_report,
    figures_of_reports,
    findings_beside,
    last_amount,
    ranking,
    ranking_conditions,
    rows_of,
)
from indexer.writes import read_header

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: How long a reading process may go on before it looks whether the index changed, in seconds.
_FRESH = 1.0
#: How many reports one statement asks about.
_CHUNK = 500


class Queries(Reads):
    """An index that is open for reading.

    Everything is in order of organ, year, table and position unless stated.  Ids of reports
    that are not there give nothing.  Any method may raise BadIndex when the database fails.
    """

    def __init__(self, data: Path, engine: Engine) -> None:
        super().__init__(data, engine)
        self._words = Vocabulary()
        self._catalog: Catalog | None = None
        self._checked = 0.0
        self._inode = 0

    def version(self) -> str:
        """Return 12 hex digits that change whenever the content does; equal content, equal text."""
        return self._fresh().version

    @property
    def is_local(self) -> bool:
        """Whether the database is a file of this machine."""
        return self._engine.dialect.name == "sqlite"

    @property
    def at_hand(self) -> bool:
        """Whether the list of reports was looked at a moment ago, so that it need not be again."""
        return self._catalog is not None and time.monotonic() - self._checked < _FRESH

    def look_again(self) -> None:
        """Read the list of reports anew at the next question, as another store has written."""
        self._checked = 0.0

    def model(self) -> str:
        """Return the name of the embedding model that the index was made with."""
        with self._reading() as connection:
            return read_header(connection)["model"]

    def organs(self) -> tuple[OrganRow, ...]:
        """Return the publishers, by name."""
        return self._fresh().organs

    def reports(self, *, current_only: bool = True) -> tuple[ReportRow, ...]:
        """Return the reports, by organ and year; older versions only on demand."""
        reports = self._fresh().reports
        if not current_only:
            return reports
        return tuple(report for report in reports if report.superseded_by is None)

    def report(self, report_id: str) -> ReportRow | None:
        """Return one report, be it current or not."""
        return self._fresh().rows.get(report_id)

    def coverage(self) -> dict[str, tuple[int, ...]]:
        """Return the years of each organ's current reports."""
        years: dict[str, list[int]] = {}
        for report in self.reports():
            years.setdefault(report.organ, []).append(report.year)
        return {organ: tuple(sorted(found)) for organ, found in years.items()}

    def unchanged(self) -> bool:
        """Look whether the list of reports is still that of the index: one short statement."""
        self._follow_file()
        with self._reading() as connection:
            same = self._catalog is not None and self._catalog.serial == _serial(connection)
        if same:
            self._checked = time.monotonic()
        return same

    def _fresh(self) -> Catalog:
        catalog = self._catalog
        if catalog is not None and (self.at_hand or self.unchanged()):
            return catalog
        self._follow_file()
        with self._reading() as connection:
            header = read_header(connection)
            if catalog is not None and not catalog.serial.startswith(header["index"]):
                self._words.forget()
            catalog = load_catalog(connection, header, _serial(connection))
        self._catalog, self._checked = catalog, time.monotonic()
        return catalog

    def _known(self, connection: Connection, report_id: str) -> Known | None:
        """Find a report by a fresh catalog, or in SQL; a run that writes reads no catalog."""
        catalog = self._catalog
        if catalog is not None and self.at_hand:
            found = catalog.known.get(report_id)
            if found is not None:
                return found
        return find_known(connection, report_id)

    def _follow_file(self) -> None:
        """Open the file anew if a rebuild put another in its place."""
        path = self.data / "index.sqlite"
        if not self.is_local or not path.is_file():
            return
        inode = path.stat().st_ino
        if self._inode not in (0, inode):
            self._engine.dispose()
        self._inode = inode

    def figures(
        self,
        report_id: str,
        indicator: str | None = None,
        applicant: str | None = None,
        table: int | None = None,
    ) -> list[StoredFigure]:
        """Return the figures of one report, in order of position; None does not filter."""
        with self._reading() as connection:
            known = self._known(connection, report_id)
            wanted = self._wanted(connection, indicator, applicant, table)
            if known is None or wanted is None:
                return []
            statement = figures_of_report(frozenset(wanted))
            rows = connection.execute(statement, {"report": known.number, **wanted}).all()
            return [self._figure(connection, known, row) for row in rows]

    def figure_rows(
        self,
        organ: str | None = None,
        year: int | None = None,
        indicator: str | None = None,
        applicant: str | None = None,
    ) -> Iterator[FigureRow]:
        """Yield the figures of the current reports, by organ, year, table and position.

        `organ` is a publisher's name or alias.  Figures of no numbered table come last.
        """
        catalog = self._fresh()
        names = None if organ is None else catalog.publishers(organ)
        chosen = [
            report
            for report in catalog.reports
            if report.superseded_by is None
            and (names is None or report.organ in names)
            and (year is None or report.year == year)
        ]
        for first in range(0, len(chosen), _CHUNK):
            yield from self._rows_of(catalog, chosen[first : first + _CHUNK], indicator, applicant)

    def _rows_of(
        self,
        catalog: Catalog,
        reports: Sequence[ReportRow],
        indicator: str | None,
        applicant: str | None,
    ) -> Iterator[FigureRow]:
        figures: dict[str, list[StoredFigure]] = {}
        with self._reading() as connection:
            wanted = self._wanted(connection, indicator, applicant, None)
            if wanted is None:
                return
            numbers = [catalog.known[report.id].number for report in reports]
            statement = figures_of_reports(frozenset(wanted))
            for row in connection.execute(statement, {"reports": numbers, **wanted}):
                figure = self._figure(connection, catalog.by_number[row.report_id], row)
                figures.setdefault(figure.report, []).append(figure)
        for report in reports:
            found = figures.get(report.id, [])
            for figure in sorted(found, key=lambda one: (one.table or 99, one.seq)):
                yield FigureRow(report.organ, report.year, report.format, figure)

    def across(
        self,
        indicator: str,
        applicant: str | None = None,
        year: int | None = None,
        *,
        organ: str | None = None,
        limit: int | None = None,
    ) -> list[RankedFigure]:
        """Return one figure of every current report, the highest value first.

        Cells without a number come last; ties are in order of organ and year.  `applicant` None
        means the figures that have none; `organ` is a publisher's name.  `limit` keeps that many
        and all that tie with the last of them.
        """
        catalog = self._fresh()
        with self._reading() as connection:
            wanted = self._wanted(connection, indicator, applicant, None)
            if wanted is None:
                return []
            conditions = ranking_conditions(wanted, year)
            if organ is not None:
                conditions.append(schema.figure.c.report_id.in_(catalog.numbers(organ)))
            least = None if limit is None else last_amount(connection, conditions, limit)
            if least is not None:
                conditions.append(schema.figure.c.amount >= least)
            rows = connection.execute(ranking(conditions)).all()
            found = [
                self._ranked(connection, catalog.rows[known.id], row)
                for row in rows
                if (known := catalog.by_number.get(row.report_id)) is not None
            ]
        return sorted(
            found,
            key=lambda one: (one.value is None, -(one.value or 0), one.organ, one.year, one.seq),
        )

    def _wanted(
        self,
        connection: Connection,
        indicator: str | None,
        applicant: str | None,
        table: int | None,
    ) -> dict[str, int] | None:
        """Return the conditions in numbers; None if no report uses one of the words."""
        wanted: dict[str, int] = {} if table is None else {"table_number": table}
        for column, words, text in (
            ("indicator_id", self._words.indicators, indicator),
            ("applicant_id", self._words.applicants, applicant),
        ):
            if text is not None:
                number = words.find(connection, text)
                if number is None:
                    return None
                wanted[column] = number
        return wanted

    def _figure(self, connection: Connection, known: Known, row: Row[Any]) -> StoredFigure:
        words = self._words
        value = decode_value(row.amount, row.exact)
        return StoredFigure(
            table=row.table_number,
            row=self._path(connection, row.row_path_id),
            column=self._path(connection, row.column_path_id),
            indicator=words.indicators.text(connection, row.indicator_id),
            applicant=words.applicants.text(connection, row.applicant_id),
            state=STATES[row.state],
            value=value,
            printed=decode_printed(row.printed, value),
            unit=words.units.text(connection, row.unit_id),
            place=decode_place(row, known.file),
            report=known.id,
            seq=row.seq,
        )

    def _ranked(self, connection: Connection, report: ReportRow, row: Row[Any]) -> RankedFigure:
        return RankedFigure(
            report.id,
            row.seq,
            report.organ,
            report.year,
            STATES[row.state],
            decode_value(row.amount, row.exact),
            self._words.units.text(connection, row.unit_id),
        )

    def _path(self, connection: Connection, number: int) -> tuple[str, ...]:
        return decode_path(self._words.paths.text(connection, number) or "[]")

    def unreadable(self, report_id: str) -> list[StoredUnreadable]:
        """Return the cells of one report that could not be read."""
        words = self._words
        with self._reading() as connection:
            known = self._known(connection, report_id)
            return [
                StoredUnreadable(
                    table=row.table_number,
                    row=self._path(connection, row.row_path_id),
                    column=self._path(connection, row.column_path_id),
                    indicator=words.indicators.text(connection, row.indicator_id),
                    applicant=words.applicants.text(connection, row.applicant_id),
                    printed=row.printed,
                    reason=row.reason,
                    place=decode_place(row, known.file),
                    report=report_id,
                )
                for row in rows_of(connection, schema.unreadable, known)
                if known is not None
            ]

    def findings(
        self, report_id: str, rule: str | None = None, *, beside: tuple[str, str] | None = None
    ) -> list[StoredFinding]:
        """Return the results of the rules for one report, or those of one rule, by rule.

        With `beside`, an applicant and an indicator, those that R1 to R3 give for other columns
        and rows, and those that nothing follows from, may be left out.
        """
        with self._reading() as connection:
            known = self._known(connection, report_id)
            if beside is None or known is None:
                rows = rows_of(connection, schema.finding, known)
            else:
                column, row = (f'%"{name}"%' for name in beside)
                values = {"report": known.number, "column": column, "row": row}
                rows = connection.execute(findings_beside(), values).all()
        found = decode_findings([row for row in rows if rule in (None, row.rule)], report_id)
        return sorted(found, key=lambda one: (len(one.rule), one.rule))

    def sections(self, report_id: str) -> list[Section]:
        """Return the numbered sections of one report."""
        with self._reading() as connection:
            known = self._known(connection, report_id)
            return [
                Section(row.number, row.heading, row.start, row.stop)
                for row in rows_of(connection, schema.section, known)
            ]

    def passages(self, *report_ids: str) -> list[StoredPassage]:
        """Return the passages of the reports, report by report in the order given."""
        with self._reading() as connection:
            return [
                self._passage(connection, known, row)
                for report_id in report_ids
                if (known := self._known(connection, report_id)) is not None
                for row in rows_of(connection, schema.passage, known)
            ]

    def passage(self, passage_id: str) -> StoredPassage | None:
        """Return one passage."""
        report_id, _, seq = passage_id.partition(".")
        table = schema.passage
        with self._reading() as connection:
            known = self._known(connection, report_id)
            if known is None or not seq.isdecimal():
                return None
            row = connection.execute(
                select(table).where(table.c.report_id == known.number, table.c.seq == int(seq))
            ).first()
            return None if row is None else self._passage(connection, known, row)

    def _passage(self, connection: Connection, known: Known, row: Row[Any]) -> StoredPassage:
        return StoredPassage(
            row.section,
            self._path(connection, row.path_id),
            row.text,
            decode_place(row, known.file),
            f"{known.id}.{row.seq}",
            known.id,
        )

    def document_text(self, report_id: str) -> str | None:
        """Return the text that the spans of one report's places refer to."""
        with self._reading() as connection:
            for row in rows_of(connection, schema.document, self._known(connection, report_id)):
                return decode_text(row.text)
        return None

    def grids(self, report_id: str) -> tuple[Grid, ...]:
        """Return the tables of one report as the file draws them, merged cells and all."""
        with self._reading() as connection:
            known = self._known(connection, report_id)
            rows = rows_of(connection, schema.document, known)
        if known is None or not rows:
            return ()
        return decode_grids(rows[0].grids, known.file)

    def original(self, report_id: str) -> Path | None:
        """Return the original file of one report, if it was kept."""
        report = self.report(report_id)
        path = self.data / "originals" / report.digest if report else None
        return path if path and path.is_file() else None

    def passages_without_vectors(self) -> Iterator[tuple[str, list[StoredPassage]]]:
        """Yield (report id, passages) of the current reports whose passages lack vectors."""
        catalog = self._fresh()
        passage, vector = schema.passage, schema.vector
        lacking = (
            select(passage)
            .outerjoin(
                vector,
                (vector.c.report_id == passage.c.report_id) & (vector.c.seq == passage.c.seq),
            )
            .where(passage.c.report_id == bindparam("report"), vector.c.seq.is_(None))
            .order_by(passage.c.seq)
        )
        for report in catalog.reports:
            if report.superseded_by is None and report.passages:
                known = catalog.known[report.id]
                with self._reading() as connection:
                    rows = connection.execute(lacking, {"report": known.number}).all()
                    found = [self._passage(connection, known, row) for row in rows]
                if found:
                    yield report.id, found

    def vectors_for(self, ids: Iterable[str]) -> tuple[list[str], NDArray[np.float32]]:
        """Return (passage ids, matrix of unit vectors) for passage ids or report ids, in order.

        Passages without a vector are left out.
        """
        import numpy as np

        wanted = list(ids)
        by_report = {id_.partition(".")[0]: dict[str, bytes]() for id_ in wanted}
        with self._reading() as connection:
            for report_id, found in by_report.items():
                known = self._known(connection, report_id)
                for row in rows_of(connection, schema.vector, known):
                    found[f"{report_id}.{row.seq}"] = row.data
        names: list[str] = []
        for id_ in wanted:
            found = by_report[id_.partition(".")[0]]
            names.extend(found if id_ in by_report else [id_] if id_ in found else [])
        blobs = [by_report[name.partition(".")[0]][name] for name in names]
        if not names:
            return [], np.empty((0, 0), dtype=np.float32)
        matrix = np.frombuffer(b"".join(blobs), dtype="<f2").reshape(len(names), -1)
        return names, matrix.astype(np.float32)

    def has_vectors(self) -> bool:
        """Whether passages were embedded at all; an index may do without."""
        with self._reading() as connection:
            return (
                connection.execute(select(schema.vector.c.report_id).limit(1)).first() is not None
            )


def _serial(connection: Connection) -> str:
    header = read_header(connection)
    return f"{header['index']}:{header['serial']}"
