"""Keep the pages of originals as pictures, drawn once and by the content of the file.

Owns the folder `pages` of the data folder, how many originals it holds, that one original is drawn
at a time, and which figure stands in which box of a page.  The folder may be deleted at any time.

Leaves to others: drawing (indexer/loaders), who may look (api/library.py).
"""

from __future__ import annotations

import json
import logging
import shutil
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from assistant.errors import Busy, NotFound
from indexer.errors import UnreadableFile
from indexer.loaders import DRAWN_KINDS, DrawnPage, Limits, Loader, explain
from indexer.records import ReportRow
from indexer.store import Store

_log = logging.getLogger(__name__)
#: Originals whose pages are kept; the one that was drawn longest ago goes first.
MOST_KEPT: Final = 500
#: Requests that wait for a drawing; more are sent away, so that other requests find a thread.
_MOST_WAITING: Final = 4
_PATIENCE: Final = 30.0
_LIMITS: Final = Limits(seconds=60.0, office_seconds=60.0)
_INDEX: Final = "pages.json"
#: Reasons that an installation, not a file, gives: they may be gone tomorrow.
_PASSING: Final = frozenset({"needs_libreoffice", "missing"})


class Pictures:
    """The pictures of the originals of one index."""

    def __init__(self, store: Store, *, limits: Limits = _LIMITS, most: int = MOST_KEPT) -> None:
        self._store = store
        self._folder = store.data / "pages"
        self._limits = limits
        self._most = most
        self._turn = threading.Lock()
        self._waiting = threading.BoundedSemaphore(_MOST_WAITING)
        self._refused: dict[str, str] = {}

    def pages(self, row: ReportRow) -> list[dict[str, Any]]:
        """Return number, size and boxes of each page; a box names its figure by position.

        Raises:
            NotFound: the original has no pages, was not kept, or cannot be drawn.
            Busy: others wait already.
        """
        folder = self._drawn(row)
        pages: list[dict[str, Any]] = json.loads((folder / _INDEX).read_text(encoding="utf-8"))
        figures = {
            (place.table, place.row, place.column): figure.seq
            for figure in self._store.figures(row.id)
            for place in [figure.place]
            if place.row is not None
        }
        for page in pages:
            page["cells"] = [
                {"seq": figures[key], **box}
                for *named, box in page["cells"]
                if (key := tuple(named)) in figures
            ]
        return pages

    def picture(self, row: ReportRow, number: int) -> Path:
        """Return the PNG of one page.

        Raises:
            NotFound: there is no such page, or none can be drawn.
            Busy: others wait already.
        """
        path = self._drawn(row) / f"{number}.png"
        if not path.is_file():
            raise NotFound("没有这一页。 There is no such page.")
        return path

    def _drawn(self, row: ReportRow) -> Path:
        """Return the folder of an original's pages; draw them where that has not been done."""
        kept = self._folder / row.digest
        if (kept / _INDEX).is_file():
            return kept
        original = self._store.original(row.id)
        if original is None:
            raise NotFound("原件没有保存。 The original was not kept.")
        if row.kind not in DRAWN_KINDS:
            raise NotFound(_told("这类原件没有版面。", "Originals of this kind have no pages."))
        with suppress(KeyError):
            raise _refusal(self._refused[row.digest])
        if not self._waiting.acquire(blocking=False):
            raise Busy
        try:
            if not self._turn.acquire(timeout=_PATIENCE):
                raise Busy
            try:
                if not (kept / _INDEX).is_file():
                    self._draw(row, original, kept)
            finally:
                self._turn.release()
        finally:
            self._waiting.release()
        return kept

    def _draw(self, row: ReportRow, original: Path, kept: Path) -> None:
        try:
            with Loader(self._limits) as loader:
                pages = loader.draw(original, row.kind)
            self._keep(pages, kept)
        except UnreadableFile as error:
            if error.reason not in _PASSING:
                self._refused[row.digest] = error.reason
            raise _refusal(error.reason) from error
        except OSError as error:
            _log.warning("pages cannot be kept in %s: %s", self._folder, error)
            raise NotFound(_told("版面无法保存。", "Pages cannot be kept.")) from error

    def _keep(self, pages: Sequence[DrawnPage], kept: Path) -> None:
        """Write the pages beside, then give the folder its name: it is whole or not there."""
        self._folder.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".drawing-", dir=self._folder) as made:
            folder = Path(made, "pages")
            folder.mkdir()
            for number, page in enumerate(pages, 1):
                (folder / f"{number}.png").write_bytes(page.picture)
            listed = [_page_json(number, page) for number, page in enumerate(pages, 1)]
            (folder / _INDEX).write_text(json.dumps(listed), encoding="utf-8")
            if not kept.is_dir():  # another process may have been faster
                folder.rename(kept)
        held = sorted(self._folder.glob("[0-9a-f]*"), key=lambda one: one.stat().st_mtime)
        for old in held[: max(0, len(held) - self._most)]:
            shutil.rmtree(old, ignore_errors=True)


def _page_json(number: int, page: DrawnPage) -> Mapping[str, Any]:
    cells = [
        [
            *key,
            dict(zip(("left", "top", "width", "height"), (round(x, 5) for x in box), strict=True)),
        ]
        for key, box in page.cells.items()
    ]
    return {"number": number, "width": page.width, "height": page.height, "cells": cells}


def _refusal(reason: str) -> NotFound:
    return NotFound(f"{explain(reason)} {explain(reason, 'en')}")


def _told(zh: str, en: str) -> str:
    return f"{zh} {en}"
