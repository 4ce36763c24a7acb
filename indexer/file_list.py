"""Which files an index was made from, and which were passed over.

Owns looking files up by name and content.

Leaves to others: writing the list (writes.py), what was read from the files (queries.py).
"""

from __future__ import annotations

from sqlalchemy import select

from indexer import schema
from indexer.reads import Reads
from indexer.records import SkippedFile


class FileList(Reads):
    """The files of one index; a part of the Store."""

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

    def skipped(self) -> list[SkippedFile]:
        """Return the files that were not indexed, by name."""
        table = schema.skipped
        with self._reading() as connection:
            rows = connection.execute(select(table).order_by(table.c.file)).all()
        return [
            SkippedFile(row.file, row.digest, row.reason, row.message, row.hint, row.failed)
            for row in rows
        ]
