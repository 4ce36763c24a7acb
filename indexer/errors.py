"""Why a report could not be indexed; an error names its place.

Owns the errors of the indexer.  What a *publisher* got wrong is never an error: it is
a `Finding` (model.py).

Leaves to others: what to do about an error (pipeline.py lists it, the commands print it).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class IndexerError(Exception):
    """Something that keeps a file, a cell or an index from being read.

    `where` is a slash-separated place, outermost first, filled in by `located`.
    """

    def __init__(self, message: str, *, where: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where

    def __str__(self) -> str:
        """Return the message with its place in front."""
        return f"{self.where}: {self.message}" if self.where else self.message


class UnreadableCell(IndexerError):
    """A printed cell is neither number, blank, mark nor plain text."""


class UnreadableFile(IndexerError):
    """A file cannot be read as a report at all.

    `reason` is one of the ids in `messages.yaml` under `skipped`, `hint` what helps.
    `failed` is true where the file should have been readable (damage, limits), false
    where it is knowingly passed over (not a report, an empty form, a scan).
    """

    def __init__(
        self, reason: str, message: str, *, failed: bool = True, where: str = "", hint: str = ""
    ) -> None:
        super().__init__(message, where=where)
        self.reason = reason
        self.failed = failed
        self.hint = hint


class BadFormat(IndexerError):
    """A format file contradicts itself."""


class BadIndex(IndexerError):
    """The index cannot be opened: other version, other model, or damaged."""


class IndexBusy(IndexerError):
    """Another process is writing to the index."""


class EmbeddingUnavailable(IndexerError):
    """The embedding model cannot be loaded; figures are not affected."""


@contextmanager
def located(where: str) -> Iterator[None]:
    """Put `where` in front of the place of any IndexerError raised inside.

    >>> with located("hz_2023.html"), located("applications/received"):
    ...     raise UnreadableCell("'详见附件' is not a number")
    Traceback (most recent call last):
    indexer.errors.UnreadableCell: hz_2023.html/applications/received: '详见附件' is not a number
    """
    try:
        yield
    except IndexerError as error:
        error.where = "/".join(filter(None, (where, error.where)))
        raise
