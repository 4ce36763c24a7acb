"""The index: everything that was read from the reports, kept so that it can be cited.

Owns the folder of an index (`index.sqlite`, `originals/`, `chroma/`, the locks), its opening and
refusing, the transactions that change it, and the search by vector.  SQL holds the truth; Chroma
(vectors.py) and the inverted index (inverted.py) only speed up searches over all reports.

Leaves to others: looking things up (queries.py), feedback (feedback.py), tables (schema.py), which
rows make up a report (writes.py), shapes and coding (records.py), embedding (embedding.py).
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, inspect, select, text
from sqlalchemy import delete as delete_from
from sqlalchemy import insert as insert_into
from sqlalchemy.exc import DBAPIError, NoSuchTableError

from indexer import schema
from indexer.database import (
    REBUILD,
    Lock,
    lock_for_writing,
    lock_server,
    open_engine,
    translated,
    upgrade_schema,
)
from indexer.database import writing as write_transaction
from indexer.embedding import DEFAULT_MODEL
from indexer.errors import BadIndex
from indexer.feedback import FeedbackQueue, put_feedback_back
from indexer.file_list import FileList
from indexer.inverted import InvertedIndex
from indexer.keywords import bm25, cut_terms
from indexer.model import Finding, Organ, Report
from indexer.queries import Queries
from indexer.records import AddResult, SkippedFile, encode_finding
from indexer.vectors import Batch, VectorCache
from indexer.writes import (
    add_report,
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


class Store(Queries, FileList, FeedbackQueue):
    """An index that is open; a context manager."""

    def __init__(self, data: Path, engine: Engine, chroma_url: str | None) -> None:
        super().__init__(data, engine)
        self._cache = VectorCache(data, chroma_url)
        self._inverted = InvertedIndex(data)
        self._chroma_url = chroma_url
        self._lock: Lock | None = None
        self._server_lock: Connection | None = None

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
        store = cls(data, open_engine(data, database_url), chroma_url)
        store._lock = lock_for_writing(data)
        try:
            with translated(data):
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
            IndexBusy: its tables lack something new, and another process is writing.
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
        self._inverted.close()
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
                put_feedback_back(connection, kept)
            self._words.load(connection)
        if not rebuild:
            self._clean_originals()

    def _clear(self) -> list[dict[str, Any]]:
        """Drop all that is indexed; return the feedback, if it could be read."""
        kept: list[dict[str, Any]] = []
        try:
            with self._engine.connect() as connection:
                held = {column["name"] for column in inspect(connection).get_columns("feedback")}
                columns = [column for column in schema.feedback.c if column.name in held]
                kept = [dict(row._mapping) for row in connection.execute(select(*columns))]
        except (DBAPIError, NoSuchTableError):
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
            revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if str(revision) < schema.REVISION:
            self._add_what_is_new()

    def _add_what_is_new(self) -> None:
        """Bring the tables of an older revision up to date; nothing that is in them changes."""
        lock = lock_for_writing(self.data)
        elsewhere: Connection | None = None
        try:
            with translated(self.data):
                elsewhere = lock_server(self._engine)
                with write_transaction(self._engine) as connection:
                    upgrade_schema(connection)
        finally:
            if elsewhere is not None:
                elsewhere.close()
            lock.release()

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
    def _writing(self) -> Iterator[Connection]:
        if self._lock is None:
            raise RuntimeError("the index is open for reading only")
        try:
            with translated(self.data), write_transaction(self._engine) as connection:
                yield connection
        except BaseException:
            self._words.forget()
            raise
        finally:
            self._checked = 0.0

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

    def search_terms(self, terms: Sequence[str], k: int) -> list[tuple[str, float]]:
        """Return up to `k` (passage id, BM25 score) over all current reports, best first.

        Asks the inverted index if it holds just this state, else scores every passage here.
        """
        try:
            return self._inverted.search(self.version(), terms, k)
        except LookupError:
            names = [report.id for report in self.reports()]
            found = [pair for name in names for pair in self._terms_of(name)]
            scores = bm25(terms, [words for _, words in found])
            pairs = [(id_, score) for (id_, _), score in zip(found, scores, strict=True) if score]
            return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:k]

    def sync_terms(self) -> bool:
        """Bring the inverted index level with SQL; true if it can be searched."""
        reports = [report.id for report in self.reports()]
        return self._inverted.sync(self.version(), reports, self._terms_of)

    def _terms_of(self, report_id: str) -> list[tuple[str, list[str]]]:
        return [(p.id, cut_terms(" ".join((*p.path, p.text)))) for p in self.passages(report_id)]

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

    def set_organ(self, report_id: str, organ: Organ, year: int | None = None) -> str | None:
        """Give a report another organ, and another year if one is given.

        Returns its new id, or None if there is no such report.
        """
        with self._writing() as connection:
            report = find_report(connection, report_id)
            if report is None:
                return None
            count_change(connection, vectors=True)
            return move_report(connection, report.id, organ, year)

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
        with translated(data), engine.connect() as connection:
            rows = connection.execute(
                select(schema.source_file.c.file, schema.source_file.c.digest)
            ).all()
    finally:
        engine.dispose()
    found = ((file, data / "originals" / digest) for file, digest in sorted(map(tuple, rows)))
    return [(file, path) for file, path in found if path.is_file()]


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
