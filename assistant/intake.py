"""Take reports into the library, correct where they stand, and take them out again.

Owns the order of these steps for a running service: one change at a time, figures first, vectors
behind them.

Leaves to others: reading files (indexer/pipeline.py), what people noted (marks.py), routes
(api/intake.py), answering meanwhile (the service reads through a store of its own).
"""

from __future__ import annotations

import logging
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, Protocol

from assistant.errors import BadFile, NotFound
from assistant.listing import draft_json, finding_json
from assistant.marks import apply_corrections, note_correction
from assistant.model import Language
from assistant.redraw import draw_table, table_numbers
from indexer.embedding import Embedder
from indexer.errors import IndexBusy, UnreadableFile
from indexer.loaders import Loader
from indexer.model import Figure, Report
from indexer.numbers import canonical
from indexer.pipeline import (
    Source,
    Summary,
    assess_draft,
    check_file,
    correct_report,
    index_paths,
    remove_report,
)
from indexer.records import StoredFigure, StoredUnreadable
from indexer.store import Store

_log = logging.getLogger(__name__)
#: Uploaded files are listed under this name, which no path of a folder has.
_UPLOADS = "upload:"


class Creates(Protocol):
    """Opens the index for writing."""

    def __call__(self, *, rebuild: bool = False) -> Store:
        """Return the index.

        Raises:
            IndexBusy: another process is writing.
        """
        ...


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an uploaded file."""

    file: str
    outcome: str
    report: str | None = None
    message: str = ""


class Intake:
    """Changes the index that a service reads.

    `sources` gives (name, original) of every file of the index; `embedder` None leaves passages
    without vectors.
    """

    def __init__(
        self,
        create: Creates,
        sources: Callable[[], Sequence[tuple[str, Path]]],
        embedder: Callable[[], Embedder] | None = None,
    ) -> None:
        self._create = create
        self._sources = sources
        self._embedder = embedder
        self._lock = threading.Lock()

    @contextmanager
    def _writing(self, *, rebuild: bool = False) -> Iterator[Store]:
        with self._lock, self._create(rebuild=rebuild) as store:
            yield store

    def take(self, name: str, content: bytes) -> Taken:
        """Read one file into the library."""
        file = _UPLOADS + _plain(name)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "report"
            path.write_bytes(content)
            with Loader() as loader, self._writing() as store:
                told: list[str] = []
                summary = index_paths(
                    [],
                    store,
                    loader=loader,
                    on_progress=lambda step: told.append(step.outcome),
                    also=[Source(path, file)],
                )
                apply_corrections(store)
                report = store.report_of_file(file)
        self._embed_later()
        skipped = next(iter(summary.skipped), None)
        message = f"{skipped.message}{skipped.hint}" if skipped else ""
        return Taken(_plain(name), told[0] if told else "failed", report, message)

    def correct(self, report_id: str, organ: str, year: int) -> str:
        """Give a report another publisher or year; return its new id.

        Raises:
            NotFound: there is no such report.
        """
        with self._writing() as store:
            row = store.report(report_id)
            new = correct_report(store, report_id, organ, year)
            if row is None or new is None:
                raise NotFound("没有这份报告。 There is no such report.")
            note_correction(store.data, row, organ, year)
        return new

    def remove(self, report_id: str) -> None:
        """Take a report out of the library, its original too.

        Raises:
            NotFound: there is no such report.
        """
        with self._writing() as store:
            if not remove_report(store, report_id):
                raise NotFound("没有这份报告。 There is no such report.")

    def reindex(self) -> Summary:
        """Read every original again, and keep what people corrected."""
        with self._lock:
            sources = [Source(path, file) for file, path in self._sources()]
            with Loader() as loader, self._create(rebuild=True) as store:
                summary = index_paths(
                    [], store, loader=loader, on_progress=lambda _: None, also=sources
                )
                apply_corrections(store)
        self._embed_later()
        return summary

    def _embed_later(self) -> None:
        if self._embedder is not None:
            threading.Thread(target=self._embed, name="vectors", daemon=True).start()

    def _embed(self) -> None:
        try:
            with Loader() as loader, self._writing() as store:
                index_paths(
                    [], store, loader=loader, on_progress=lambda _: None, embedder=self._embedder
                )
                store.sync_cache()
        except IndexBusy as error:
            _log.warning("vectors wait for the next change: %s", error)


def check_draft(store: Store, name: str, content: bytes, language: Language) -> dict[str, Any]:
    """Read a draft, compare it with the year before, and keep nothing.

    Raises:
        BadFile: it is no report, or cannot be read.
    """
    plain = _plain(name)
    with tempfile.TemporaryDirectory() as folder, Loader() as loader:
        path = Path(folder) / plain
        path.write_bytes(content)
        try:
            draft = check_file(path, loader=loader)
        except UnreadableFile as error:
            raise BadFile(f"{error.message}{error.hint}") from error
    before, findings = assess_draft(store, draft)
    places = [figure.place for figure in draft.figures]
    read = draft_json(draft, language)
    read["findings"] += [finding_json(one, places, language) for one in findings]
    return {
        **read,
        "drawn": _drawn(draft),
        "before": before.id if before else None,
        "changes": _changes(store, before.id, draft) if before else [],
    }


def _drawn(draft: Report) -> list[dict[str, Any]]:
    """Return the tables of a draft in the official form."""
    figures = [_stored(figure, seq) for seq, figure in enumerate(draft.figures)]
    unread = [
        StoredUnreadable(
            one.table, one.row, one.column, one.indicator, one.applicant, one.printed, one.reason,
            one.place, "",
        )
        for one in draft.unreadable
    ]  # fmt: skip
    tables = (
        draw_table(draft.format, number, figures, unread) for number in table_numbers(draft.format)
    )
    return [
        {
            "report": "",
            "number": table.number,
            "title": table.title,
            "rows": [[cell.as_json() for cell in row] for row in table.rows],
        }
        for table in tables
        if table is not None
    ]


def _stored(figure: Figure, seq: int) -> StoredFigure:
    return StoredFigure(
        figure.table, figure.row, figure.column, figure.indicator, figure.applicant, figure.state,
        figure.value, figure.printed, figure.unit, figure.place, "", seq,
    )  # fmt: skip


def _changes(store: Store, before: str, draft: Report) -> list[dict[str, Any]]:
    """Return the totals of table three beside those of the year before."""
    old = {one.indicator: one for one in store.figures(before, applicant="total", table=3)}
    found = []
    for figure in draft.figures:
        earlier = old.get(figure.indicator)
        if figure.applicant == "total" and figure.table == 3 and earlier is not None:
            apart = None
            if earlier.value is not None and figure.value is not None:
                apart = canonical(figure.value - earlier.value)
            found.append(
                {
                    "label": figure.row[-1],
                    "before": earlier.printed,
                    "now": figure.printed,
                    "difference": apart,
                }
            )
    return found


def _plain(name: str) -> str:
    """Return the name of a file without folders and what does not print.

    Raises:
        BadFile: nothing is left of it.

    >>> _plain("../a/示例市2023年报.docx")
    '示例市2023年报.docx'
    """
    last = PurePath(name.replace("\\", "/")).name
    plain = "".join(char for char in last if char.isprintable())[-150:].strip()
    if plain in ("", ".", ".."):
        raise BadFile("文件没有名字。 The file has no name.")
    return plain
