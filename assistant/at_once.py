"""Questions that a few look-ups answer, so that a server need not hand them to a thread.

Handing a request to a thread and back costs more than the answer of a small framework; the threads
then stand in each other's way, as only one of them can compute at a time.  Owns which questions
are answered at once: short ones, of whose library nothing has to be read anew, and that want
neither a model nor a search nor more than a few reports.

Leaves to others: answering (answer.py), all other questions (the caller, in a thread).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from copy import copy
from typing import Any, Final, NoReturn, cast

from assistant.answer import Assistant
from assistant.figures import Figures
from assistant.model import Reply, Request
from assistant.retrieve import Retriever
from indexer.embedding import Embedder
from indexer.records import ReportRow, StoredFigure, StoredFinding, StoredUnreadable
from indexer.store import Store

#: Characters of a question and turns before it, and statements that one answer may run.
LONGEST: Final = 120
MOST_TURNS: Final = 3
MOST_READ: Final = 16


class Later(Exception):
    """The question wants more than a few look-ups."""


class AtOnce:
    """Answers what it can in the thread it is called from; not to be shared by threads."""

    def __init__(self, assistant: Assistant) -> None:
        self._store = assistant.store
        self._known = assistant.known
        self._looks = _Looks(assistant.store)
        few = cast(Store, self._looks)
        self._assistant = copy(assistant)
        self._assistant.store = few
        self._assistant.figures = Figures(few)
        embedder: Callable[[], Embedder] | None = _later if assistant.embedder else None
        self._assistant.embedder = embedder
        self._assistant.retriever = Retriever(few, embedder)

    def __call__(self, request: Request) -> Reply | None:
        """Return the reply, None where the question has to be handed to a thread."""
        long = len(request.question) > LONGEST or len(request.history) > MOST_TURNS
        if long or self._assistant.chat is not None:
            return None
        if not (self._store.is_local and (self._store.at_hand or self._store.unchanged())):
            return None
        if not self._known.holds(self._store.version()):
            return None
        self._looks.left = MOST_READ
        try:
            return self._assistant.ask(request)
        except Later:
            return None


def _later() -> NoReturn:
    raise Later


class _Looks:
    """The part of a Store that tells single figures; whatever else is asked of it is for later."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.left = 0

    def __getattr__(self, name: str) -> Any:
        raise Later

    def _at_hand(self, reads: int = 1) -> Store:
        self.left -= reads
        if self.left < 0 or not self._store.at_hand:
            raise Later
        return self._store

    def version(self) -> str:
        return self._at_hand(0).version()

    def report(self, report_id: str) -> ReportRow | None:
        return self._at_hand(0).report(report_id)

    def figures(self, report_id: str, *which: Any) -> list[StoredFigure]:
        return self._at_hand().figures(report_id, *which)

    def findings(
        self, report_id: str, *, beside: tuple[str, str] | None = None
    ) -> list[StoredFinding]:
        return self._at_hand().findings(report_id, beside=beside)

    def together(self) -> AbstractContextManager[None]:
        return self._store.together()

    def unreadable(self, report_id: str) -> Sequence[StoredUnreadable]:
        return self._at_hand().unreadable(report_id)
