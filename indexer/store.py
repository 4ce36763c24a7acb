"""The index: everything that was read from the reports, kept so that it can be cited.

Owns the folder of an index (`index.sqlite`, `originals/`, `chroma/`, the locks), its opening and
refusing, the transactions, and every question that can be put to it.  SQL holds the truth;
Chroma (vectors.py) only speeds up searches over all reports.

Leaves to others: tables (schema.py), which rows make up a report (writes.py), shapes and coding
(records.py), embedding (embedding.py).
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import tempfile
import time
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, Row, Select, bindparam, func, inspect, select
from sqlalchemy import delete as delete_from
from sqlalchemy import insert as insert_into
from sqlalchemy.exc import DBAPIError

from indexer import schema
from indexer.database import Lock, lock_for_writing, lock_server, open_engine, upgrade_schema
from indexer.database import writing as write_transaction
from indexer.embedding import DEFAULT_MODEL
from indexer.errors import BadIndex
from indexer.model import Finding, Grid, GridCell, Organ, Report, Section
from indexer.records import (
    STATES,
    AddResult,
    Feedback,
    FigureRow,
    OrganRow,
    RankedFigure,
    ReportRow,
    SkippedFile,
    StoredFigure,
    StoredFinding,
    StoredPassage,
    StoredUnreadable,
    decode_finding,
    decode_path,
    decode_place,
    decode_printed,
    decode_value,
    encode_finding,
)
from indexer.vectors import Batch, Stamp, VectorCache
from indexer.writes import (
    Vocabulary,
    add_report,
    content_version,
    count_change,
    delete_report,
    find_report,
    move_report,
    read_header,
    set_header,
    write_findings,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

REBUILD = "nianbao index --rebuild"
#: How long a reading process may go on before it looks whether the index changed, in seconds.
_FRESH = 1.0
_CHUNK = 500


@dataclass(frozen=True)
class _Catalog:
    """What is in the index, kept in memory; `rows` are all reports by their number in SQL."""

    serial: str
    version: str
    stamp: Stamp
    organs: tuple[OrganRow, ...]
    reports: tuple[ReportRow, ...]
    numbers: Mapping[str, int]
    keys: Mapping[int, ReportRow]
    place_files: Mapping[int, str]


class Store:
    """An index that is open; a context manager.

    Everything is in order of organ, year, table and position unless stated.  Ids of reports
    that are not there give nothing.  Any method may raise BadIndex when the database fails.
    """

    def __init__(self, data: Path, engine: Engine, chroma_url: str | None) -> None:
        self.data = data
        self._engine = engine
        self._words = Vocabulary()
        self._cache = VectorCache(data, chroma_url)
        self._chroma_url = chroma_url
        self._lock: Lock | None = None
        self._server_lock: Connection | None = None
        self._catalog: _Catalog | None = None
        self._checked = 0.0
        self._inode = 0

    @classmethod
    def create(
        cls,
        data: Path,
        *,
        database_url: str | None = None,
        chroma_url: str | None = None,
        model: str = DEFAULT_MODEL,
        rebuild: bool = False,
    ) -> Store:
        """Open the index in `data` for writing; make it, or bring its schema up to date.

        `model` names the embedding model of a new index.  `rebuild` starts from nothing, keeping
        originals (see `read_sources`) and feedback.

        Raises:
            IndexBusy: another process is writing.
            BadIndex: the index is damaged, of a newer version or of another model.
        """
        data.mkdir(parents=True, exist_ok=True)
        lock = lock_for_writing(data)
        store = cls(data, open_engine(data, database_url), chroma_url)
        store._lock = lock
        try:
            with _translated(data):
                store._server_lock = lock_server(store._engine)
            store._prepare(model, rebuild=rebuild)
        except BaseException:
            store.close()
            raise
        return store

    @classmethod
    def open(
        cls,
        data: Path,
        *,
        database_url: str | None = None,
        chroma_url: str | None = None,
        model: str | None = None,
    ) -> Store:
        """Open the index in `data` for reading; feedback can still be given.

        Raises:
            BadIndex: there is none, or it is damaged, of another version, or of another
                embedding model than `model`.
        """
        if not database_url and not (data / "index.sqlite").is_file():
            raise BadIndex(
                "这里还没有索引，请先运行 nianbao index。 There is no index here yet: run"
                " nianbao index.",
                where=str(data),
            )
        data.mkdir(parents=True, exist_ok=True)
        store = cls(data, open_engine(data, database_url), chroma_url)
        try:
            store._check(model)
        except BaseException:
            store.close()
            raise
        return store

    def close(self) -> None:
        """Let go of the database, of Chroma and of the locks."""
        self._cache.close()
        if self._server_lock is not None:
            self._server_lock.close()
        self._engine.dispose()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Store:
        """Return the store."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the store."""
        self.close()

    def _prepare(self, model: str, *, rebuild: bool) -> None:
        kept = self._clear() if rebuild else []
        with self._writing() as connection:
            if inspect(connection).has_table("header"):
                self._refuse_other(read_header(connection), model)
            upgrade_schema(connection)
            header = read_header(connection)
            if not header:
                set_header(connection, _new_header(model))
            if kept:
                connection.execute(insert_into(schema.feedback), kept)
            self._words.load(connection)
        if not rebuild:
            self._clean_originals()

    def _clear(self) -> list[dict[str, Any]]:
        """Drop all that is indexed; return the feedback, if it could be read."""
        kept: list[dict[str, Any]] = []
        try:
            with self._engine.connect() as connection:
                kept = [dict(row._mapping) for row in connection.execute(select(schema.feedback))]
        except DBAPIError:
            kept = []
        if self._engine.dialect.name == "sqlite":
            self._engine.dispose()
            for suffix in ("", "-wal", "-shm"):
                (self.data / f"index.sqlite{suffix}").unlink(missing_ok=True)
        else:
            with self._writing() as connection:
                schema.metadata.drop_all(connection)
                connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")
        shutil.rmtree(self.data / "chroma", ignore_errors=True)
        return kept

    def _check(self, model: str | None) -> None:
        with self._reading() as connection:
            if not inspect(connection).has_table("header"):
                raise BadIndex(
                    f"索引是空的，请运行 {REBUILD}。 The index is empty: run {REBUILD}.",
                    where=str(self.data),
                )
            self._refuse_other(read_header(connection), model)

    def _refuse_other(self, header: Mapping[str, str], model: str | None) -> None:
        if not header:
            raise BadIndex(
                f"索引没有建完，请运行 {REBUILD}。 The index was never finished: run {REBUILD}.",
                where=str(self.data),
            )
        if header["format"] != str(schema.FORMAT_VERSION):
            raise BadIndex(
                f"索引是第 {header['format']} 版，本程序要第 {schema.FORMAT_VERSION} 版，请运行"
                f" {REBUILD}。 The index has version {header['format']}, this program wants"
                f" {schema.FORMAT_VERSION}: run {REBUILD}.",
                where=str(self.data),
            )
        if model is not None and header["model"] != model:
            raise BadIndex(
                f"索引用的向量模型是 {header['model']}，现在设的是 {model}，请运行 {REBUILD}。"
                f" The index was made with the embedding model {header['model']}, not {model}:"
                f" run {REBUILD}.",
                where=str(self.data),
            )

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with _translated(self.data), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        if self._lock is None:
            raise RuntimeError("the index is open for reading only")
        try:
            with _translated(self.data), write_transaction(self._engine) as connection:
                yield connection
        except BaseException:
            self._words.forget()
            raise
        finally:
            self._checked = 0.0

    def version(self) -> str:
        """Return 12 hex digits that change whenever the content does; equal content, equal text."""
        return self._fresh().version

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
        catalog = self._fresh()
        number = catalog.numbers.get(report_id)
        return None if number is None else catalog.keys[number]

    def coverage(self) -> dict[str, tuple[int, ...]]:
        """Return the years of each organ's current reports."""
        years: dict[str, list[int]] = {}
        for report in self.reports():
            years.setdefault(report.organ, []).append(report.year)
        return {organ: tuple(sorted(found)) for organ, found in years.items()}

    def _fresh(self) -> _Catalog:
        catalog = self._catalog
        if catalog is not None and time.monotonic() - self._checked < _FRESH:
            return catalog
        self._follow_file()
        with self._reading() as connection:
            header = read_header(connection)
            serial = f"{header['index']}:{header['serial']}"
            if catalog is None or catalog.serial != serial:
                if catalog is not None and not catalog.serial.startswith(header["index"]):
                    self._words.forget()
                catalog = _load_catalog(connection, header, serial)
        self._catalog, self._checked = catalog, time.monotonic()
        return catalog

    def _follow_file(self) -> None:
        """Open the file anew if a rebuild put another in its place."""
        path = self.data / "index.sqlite"
        if self._engine.dialect.name != "sqlite" or not path.is_file():
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
        catalog = self._fresh()
        number = catalog.numbers.get(report_id)
        if number is None:
            return []
        with self._reading() as connection:
            wanted = self._wanted(connection, indicator, applicant, table)
            if wanted is None:
                return []
            statement = _figures_of_report(frozenset(wanted))
            rows = connection.execute(statement, {"report": number, **wanted}).all()
            return [self._figure(connection, catalog, row) for row in rows]

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
        names = _names(catalog, organ)
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
        catalog: _Catalog,
        reports: Sequence[ReportRow],
        indicator: str | None,
        applicant: str | None,
    ) -> Iterator[FigureRow]:
        figures: dict[str, list[StoredFigure]] = {}
        with self._reading() as connection:
            wanted = self._wanted(connection, indicator, applicant, None)
            if wanted is None:
                return
            numbers = [catalog.numbers[report.id] for report in reports]
            statement = _figures_of_reports(frozenset(wanted))
            for row in connection.execute(statement, {"reports": numbers, **wanted}):
                figure = self._figure(connection, catalog, row)
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
            conditions = _ranking_conditions(wanted, year)
            if organ is not None:
                conditions.append(schema.figure.c.report_id.in_(_numbers(catalog, organ)))
            least = None if limit is None else _last_amount(connection, conditions, limit)
            if least is not None:
                conditions.append(schema.figure.c.amount >= least)
            rows = connection.execute(_ranking(conditions)).all()
            found = [self._ranked(connection, catalog, row) for row in rows]
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

    def _figure(self, connection: Connection, catalog: _Catalog, row: Row[Any]) -> StoredFigure:
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
            place=decode_place(row, catalog.place_files[row.report_id]),
            report=catalog.keys[row.report_id].id,
            seq=row.seq,
        )

    def _ranked(self, connection: Connection, catalog: _Catalog, row: Row[Any]) -> RankedFigure:
        report = catalog.keys[row.report_id]
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
        catalog = self._fresh()
        words = self._words
        with self._reading() as connection:
            return [
                StoredUnreadable(
                    table=row.table_number,
                    row=self._path(connection, row.row_path_id),
                    column=self._path(connection, row.column_path_id),
                    indicator=words.indicators.text(connection, row.indicator_id),
                    applicant=words.applicants.text(connection, row.applicant_id),
                    printed=row.printed,
                    reason=row.reason,
                    place=decode_place(row, catalog.place_files[row.report_id]),
                    report=report_id,
                )
                for row in _rows(connection, schema.unreadable, catalog, report_id)
            ]

    def findings(self, report_id: str, rule: str | None = None) -> list[StoredFinding]:
        """Return the results of the rules for one report, or those of one rule, by rule."""
        catalog = self._fresh()
        with self._reading() as connection:
            found = [
                decode_finding(row, report_id)
                for row in _rows(connection, schema.finding, catalog, report_id)
                if rule in (None, row.rule)
            ]
        return sorted(found, key=lambda one: (len(one.rule), one.rule))

    def sections(self, report_id: str) -> list[Section]:
        """Return the numbered sections of one report."""
        with self._reading() as connection:
            return [
                Section(row.number, row.heading, row.start, row.stop)
                for row in _rows(connection, schema.section, self._fresh(), report_id)
            ]

    def passages(self, *report_ids: str) -> list[StoredPassage]:
        """Return the passages of the reports, report by report in the order given."""
        catalog = self._fresh()
        with self._reading() as connection:
            return [
                self._passage(connection, catalog, row)
                for report_id in report_ids
                for row in _rows(connection, schema.passage, catalog, report_id)
            ]

    def passage(self, passage_id: str) -> StoredPassage | None:
        """Return one passage."""
        report_id, _, seq = passage_id.partition(".")
        catalog = self._fresh()
        table = schema.passage
        with self._reading() as connection:
            row = connection.execute(
                select(table).where(
                    table.c.report_id == catalog.numbers.get(report_id, -1),
                    table.c.seq == int(seq or -1),
                )
            ).first()
            return None if row is None else self._passage(connection, catalog, row)

    def _passage(self, connection: Connection, catalog: _Catalog, row: Row[Any]) -> StoredPassage:
        report = catalog.keys[row.report_id]
        return StoredPassage(
            row.section,
            self._path(connection, row.path_id),
            row.text,
            decode_place(row, catalog.place_files[row.report_id]),
            f"{report.id}.{row.seq}",
            report.id,
        )

    def document_text(self, report_id: str) -> str | None:
        """Return the text that the spans of one report's places refer to."""
        with self._reading() as connection:
            for row in _rows(connection, schema.document, self._fresh(), report_id):
                return zlib.decompress(row.text).decode("utf-8", "surrogatepass")
        return None

    def grids(self, report_id: str) -> tuple[Grid, ...]:
        """Return the tables of one report as the file draws them, merged cells and all."""
        catalog = self._fresh()
        with self._reading() as connection:
            for row in _rows(connection, schema.document, catalog, report_id):
                text = zlib.decompress(row.grids).decode("utf-8", "surrogatepass")
                file = catalog.place_files[row.report_id]
                return tuple(_grid(plain, file) for plain in json.loads(text))
        return ()

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
                number = catalog.numbers[report.id]
                with self._reading() as connection:
                    rows = connection.execute(lacking, {"report": number}).all()
                    found = [self._passage(connection, catalog, row) for row in rows]
                if found:
                    yield report.id, found

    def vectors_for(self, ids: Iterable[str]) -> tuple[list[str], NDArray[np.float32]]:
        """Return (passage ids, matrix of unit vectors) for passage ids or report ids, in order.

        Passages without a vector are left out.
        """
        import numpy as np

        wanted = list(ids)
        by_report = {id_.partition(".")[0]: dict[str, bytes]() for id_ in wanted}
        catalog = self._fresh()
        with self._reading() as connection:
            for report_id, found in by_report.items():
                for row in _rows(connection, schema.vector, catalog, report_id):
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

    def search(self, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """Return up to `k` (passage id, cosine) over all current reports, best first.

        Asks Chroma if it holds just this state of the vectors, else scores all vectors in SQL.
        """
        try:
            return self._cache.search(self._fresh().stamp, vector, k)
        except LookupError:
            return self._search_exactly(vector, k)

    def _search_exactly(self, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        best: list[tuple[str, float]] = []
        for names, matrix in self._vector_batches(None):
            scores = (matrix @ vector).tolist()
            best.extend(zip(names, scores, strict=True))
            best = sorted(best, key=lambda pair: (-pair[1], pair[0]))[:k]
        return best

    def sync_cache(self) -> bool:
        """Bring Chroma level with SQL; true if it can be searched.  Never raises for Chroma."""
        self._checked = 0.0
        stamp = self._fresh().stamp
        return self._cache.sync(stamp, self._vector_ids, self._vector_batches)

    def _vector_ids(self) -> set[str]:
        report, vector = schema.report, schema.vector
        current = (
            select(report.c.key, vector.c.seq)
            .join(vector, vector.c.report_id == report.c.id)
            .where(report.c.superseded_by.is_(None))
        )
        with self._reading() as connection:
            return {f"{key}.{seq}" for key, seq in connection.execute(current)}

    def _vector_batches(self, ids: Iterable[str] | None) -> Iterator[Batch]:
        """Yield the vectors of passages, or of all current reports, in batches of reports."""
        wanted = None if ids is None else set(ids)
        names = (
            [report.id for report in self.reports()]
            if wanted is None
            else sorted({id_.partition(".")[0] for id_ in wanted})
        )
        for first in range(0, len(names), 100):
            found, matrix = self.vectors_for(names[first : first + 100])
            kept = [i for i, id_ in enumerate(found) if wanted is None or id_ in wanted]
            if kept:
                yield [found[i] for i in kept], matrix[kept]

    def add(self, report: Report, original: bytes | Path | None = None) -> AddResult:
        """Write one report, all of it or nothing; its vectors follow by `put_vectors`.

        `original` is the file whose SHA-256 is `report.digest`; it is kept by that name.  What
        the report replaces is told in writes.py.

        Raises:
            ValueError: `original` is not the file that was read.
        """
        if original is not None:
            self._keep_original(original, report.digest)
        with self._writing() as connection:
            count_change(connection, vectors=True)
            return add_report(connection, self._words, report)

    def put_vectors(
        self, report_id: str, vectors: Sequence[tuple[str, NDArray[np.float32]]]
    ) -> None:
        """Write (passage id, unit vector) pairs of one report, replacing those that are there."""
        import numpy as np

        table = schema.vector
        with self._writing() as connection:
            report = find_report(connection, report_id)
            if report is None or not vectors:
                return
            rows = [
                {
                    "report_id": report.id,
                    "seq": int(passage_id.partition(".")[2]),
                    "data": np.asarray(data, dtype="<f2").tobytes(),
                }
                for passage_id, data in vectors
            ]
            for row in rows:
                connection.execute(
                    delete_from(table).where(
                        table.c.report_id == report.id, table.c.seq == row["seq"]
                    )
                )
            connection.execute(insert_into(table), rows)
            count_change(connection, vectors=True)

    def remove(self, report_id: str) -> bool:
        """Remove one report wholly, its original too if no other report is made from it.

        An older version of it becomes current again.  False if there is no such report.
        """
        with self._writing() as connection:
            report = find_report(connection, report_id)
            if report is None:
                return False
            delete_report(connection, report.id)
            count_change(connection, vectors=True)
        self._clean_originals()
        if self._chroma_url or (self.data / "chroma").is_dir():
            self.sync_cache()
        return True

    def set_organ(self, report_id: str, organ: Organ) -> str | None:
        """Give a report another organ; return its new id, or None if there is no such report."""
        with self._writing() as connection:
            report = find_report(connection, report_id)
            if report is None:
                return None
            count_change(connection, vectors=True)
            return move_report(connection, report.id, organ)

    def set_findings(
        self,
        report_id: str,
        findings: Sequence[Finding],
        *,
        rules: Collection[str] | None = None,
        others: Mapping[int, Sequence[tuple[str, int]]] | None = None,
    ) -> None:
        """Replace the findings of `rules`, or all, of one report.

        `others` gives, by index into `findings`, the (report id, position) of figures in other
        reports that the finding rests on.
        """
        cited = others or {}
        rows = [
            encode_finding(finding, tuple(cited.get(index, ())))
            for index, finding in enumerate(findings)
        ]
        with self._writing() as connection:
            report = find_report(connection, report_id)
            if report is not None:
                write_findings(connection, report.id, rows, rules)
                count_change(connection)

    def has_digest(self, digest: str, file: str) -> bool:
        """Whether `file` was indexed with this content."""
        files = schema.source_file
        with self._reading() as connection:
            found = connection.execute(
                select(files.c.digest).where(files.c.file == file, files.c.digest == digest)
            )
            return found.first() is not None

    def report_of_file(self, file: str) -> str | None:
        """Return the id of the report that `file` holds."""
        files, report = schema.source_file, schema.report
        with self._reading() as connection:
            return connection.execute(
                select(report.c.key)
                .join(files, files.c.report_id == report.c.id)
                .where(files.c.file == file)
            ).scalar()

    def files(self) -> dict[str, str]:
        """Return the files that were indexed, each with its report's id, by name."""
        files, report = schema.source_file, schema.report
        with self._reading() as connection:
            rows = connection.execute(
                select(files.c.file, report.c.key)
                .join(report, files.c.report_id == report.c.id)
                .order_by(files.c.file)
            )
            return {file: key for file, key in rows}

    def record_skipped(self, skipped: SkippedFile) -> None:
        """Remember a file that was not indexed; indexing it later forgets it."""
        table = schema.skipped
        with self._writing() as connection:
            connection.execute(delete_from(table).where(table.c.file == skipped.file))
            connection.execute(
                insert_into(table).values(
                    file=skipped.file,
                    digest=skipped.digest,
                    reason=skipped.reason,
                    message=skipped.message,
                    hint=skipped.hint,
                    failed=skipped.failed,
                )
            )

    def skipped(self) -> list[SkippedFile]:
        """Return the files that were not indexed, by name."""
        table = schema.skipped
        with self._reading() as connection:
            rows = connection.execute(select(table).order_by(table.c.file)).all()
        return [
            SkippedFile(row.file, row.digest, row.reason, row.message, row.hint, row.failed)
            for row in rows
        ]

    def add_feedback(self, answer_id: str, helpful: bool, comment: str | None = None) -> None:
        """Keep what somebody thought of an answer; works on an index opened for reading, too."""
        given = datetime.now(UTC).isoformat()
        with _translated(self.data), write_transaction(self._engine) as connection:
            connection.execute(
                insert_into(schema.feedback).values(
                    answer_id=answer_id, helpful=helpful, comment=comment, given=given
                )
            )

    def feedback(self) -> list[Feedback]:
        """Return all feedback, oldest first."""
        table = schema.feedback
        with self._reading() as connection:
            rows = connection.execute(select(table).order_by(table.c.id)).all()
        return [Feedback(row.answer_id, row.helpful, row.comment, row.given) for row in rows]

    def _keep_original(self, original: bytes | Path, digest: str) -> None:
        content = original if isinstance(original, bytes) else original.read_bytes()
        if hashlib.sha256(content).hexdigest() != digest:
            raise ValueError("the original is not the file that was read")
        folder = self.data / "originals"
        if (folder / digest).is_file():
            return
        folder.mkdir(exist_ok=True)
        descriptor, unfinished = tempfile.mkstemp(prefix=".", dir=folder)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(unfinished).rename(folder / digest)

    def _clean_originals(self) -> None:
        """Remove originals that no report uses, and what an interrupted run left."""
        folder = self.data / "originals"
        if not folder.is_dir():
            return
        with self._reading() as connection:
            used = set(connection.execute(select(schema.report.c.digest)).scalars())
        for path in folder.iterdir():
            if path.name not in used:
                path.unlink()


def read_sources(data: Path, *, database_url: str | None = None) -> list[tuple[str, Path]]:
    """Return (file as it was named, its original) of every indexed file: what a rebuild can use.

    Also works on an index of another version or model.

    Raises:
        BadIndex: the list of files cannot be read.
    """
    engine = open_engine(data, database_url)
    try:
        with _translated(data), engine.connect() as connection:
            rows = connection.execute(
                select(schema.source_file.c.file, schema.source_file.c.digest)
            ).all()
    finally:
        engine.dispose()
    found = ((file, data / "originals" / digest) for file, digest in sorted(map(tuple, rows)))
    return [(file, path) for file, path in found if path.is_file()]


@contextmanager
def _translated(data: Path) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise BadIndex(
            f"索引读写失败；如果它已损坏，请运行 {REBUILD}。"
            f" The index failed; if it is damaged, run {REBUILD}: {error.orig}",
            where=str(data),
        ) from error


def _new_header(model: str) -> dict[str, str]:
    return {
        "format": str(schema.FORMAT_VERSION),
        "model": model,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "index": secrets.token_hex(8),
        "content": f"{0:064x}",
        "vectors": "0",
        "serial": "0",
    }


def _load_catalog(connection: Connection, header: Mapping[str, str], serial: str) -> _Catalog:
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
    counted = connection.execute(
        select(func.count())
        .select_from(schema.vector.join(schema.report))
        .where(schema.report.c.superseded_by.is_(None))
    ).scalar_one()
    return _Catalog(
        serial=serial,
        version=content_version(connection),
        stamp=Stamp(header["index"], int(header["vectors"]), counted),
        organs=tuple(sorted(organs, key=lambda organ: organ.name)),
        reports=tuple(
            sorted(reports.values(), key=lambda one: (one.organ, one.year, one.file, one.id))
        ),
        numbers={key: id_ for id_, key in keys.items()},
        keys=reports,
        place_files={row.id: row.place_file for row in rows},
    )


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


def _names(catalog: _Catalog, organ: str | None) -> frozenset[str] | None:
    if organ is None:
        return None
    return frozenset(row.name for row in catalog.organs if organ in (row.name, *row.aliases))


def _numbers(catalog: _Catalog, organ: str) -> list[int]:
    return [catalog.numbers[report.id] for report in catalog.reports if report.organ == organ]


@cache
def _figures_of_report(columns: frozenset[str]) -> Select[Any]:
    table = schema.figure
    conditions = [table.c[column] == bindparam(column) for column in sorted(columns)]
    return (
        select(table)
        .where(table.c.report_id == bindparam("report"), *conditions)
        .order_by(table.c.seq)
    )


@cache
def _figures_of_reports(columns: frozenset[str]) -> Select[Any]:
    table = schema.figure
    conditions = [table.c[column] == bindparam(column) for column in sorted(columns)]
    chosen = table.c.report_id.in_(bindparam("reports", expanding=True))
    return select(table).where(chosen, *conditions)


def _ranking_conditions(wanted: Mapping[str, int], year: int | None) -> list[Any]:
    table = schema.figure
    conditions = [
        table.c.indicator_id == wanted["indicator_id"],
        table.c.applicant_id == wanted["applicant_id"]
        if "applicant_id" in wanted
        else table.c.applicant_id.is_(None),
        schema.report.c.superseded_by.is_(None),
    ]
    return conditions if year is None else [*conditions, table.c.year == year]


def _ranking(conditions: Sequence[Any]) -> Select[Any]:
    table = schema.figure
    columns = [
        table.c[name] for name in ("report_id", "seq", "state", "amount", "exact", "unit_id")
    ]
    joined = table.join(schema.report, schema.report.c.id == table.c.report_id)
    return select(*columns).select_from(joined).where(*conditions)


def _last_amount(connection: Connection, conditions: Sequence[Any], limit: int) -> float | None:
    """Return the amount at rank `limit`, None if there are fewer numbers."""
    amount = schema.figure.c.amount
    statement = (
        _ranking([*conditions, amount.is_not(None)])
        .with_only_columns(amount)
        .order_by(amount.desc())
        .offset(limit - 1)
        .limit(1)
    )
    return connection.execute(statement).scalar()


def _rows(
    connection: Connection, table: Any, catalog: _Catalog, report_id: str
) -> Sequence[Row[Any]]:
    """Return the rows of a table that belong to one report, in order of position."""
    number = catalog.numbers.get(report_id)
    if number is None:
        return []
    order = [table.c.seq] if "seq" in table.c else []
    return connection.execute(
        select(table).where(table.c.report_id == number).order_by(*order)
    ).all()


def _grid(plain: Mapping[str, Any], file: str) -> Grid:
    cells = tuple(
        GridCell(text, row, column, _plain_place(place, file), rowspan, colspan)
        for text, row, column, rowspan, colspan, place in plain["cells"]
    )
    return Grid(cells, _plain_place(plain["place"], file), plain["ragged"], plain["continued"])


def _plain_place(place: Mapping[str, int | None], file: str) -> Any:
    return decode_place(_Columns(**place), file)


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns of a place, as `encode_place` names them."""

    page: int | None
    line: int | None
    grid: int | None
    grid_row: int | None
    grid_column: int | None
    start: int | None
    stop: int | None
