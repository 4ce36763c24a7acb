"""Keep an inverted index over all passages level with SQL, and search it by terms.

Owns the folder `keywords/` of an index: who may write it (the process that holds
`keywords.lock`), the state file that says which reports it holds, and what happens when it is
missing, behind or damaged: what is missing is added, what is damaged is thrown away and filled
again.  The only module that imports tantivy.

Leaves to others: cutting text into terms (keywords.py), the passages and what to do while there is
no index (store.py).
"""

from __future__ import annotations

import json
import logging
import shutil
import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer.database import Lock

_log = logging.getLogger(__name__)
#: Changes when the layout or the cutting does, so that an older index is filled again.
_LAYOUT = "1"
_HEAP = 50_000_000

#: Passage id and its terms.
Terms = tuple[str, Sequence[str]]


@dataclass(frozen=True)
class _State:
    """What an index holds: a version of SQL, and the reports in it."""

    version: str
    reports: frozenset[str]


class InvertedIndex:
    """Terms → passages; every method may be called from any thread."""

    def __init__(self, data: Path) -> None:
        self._root = data / "keywords"
        self._lock = Lock(data / "keywords.lock")
        self._mutex = threading.Lock()
        self._index: Any = None
        self._holds = ""

    def sync(
        self,
        version: str,
        reports: Collection[str],
        terms: Callable[[str], Iterable[Terms]],
    ) -> bool:
        """Bring the index to `version`, which holds `reports`; true if it can be searched now.

        `terms` gives the passages of one report.  False if another process is writing it, or it
        cannot be written here.
        """
        with self._mutex:
            if self._holds == version:
                return True
            if not self._lock.acquire():
                return False
            try:
                return self._update_or_refill(version, frozenset(reports), terms)
            finally:
                self._lock.release()

    def _update_or_refill(
        self, version: str, reports: frozenset[str], terms: Callable[[str], Iterable[Terms]]
    ) -> bool:
        for attempt in ("filled again", "given up"):
            try:
                return self._update(version, reports, terms)
            except (OSError, ValueError) as error:
                _log.warning("the keyword index is %s: %s", attempt, error)
                self._drop()
        return False

    def search(self, version: str, terms: Sequence[str], k: int) -> list[tuple[str, float]]:
        """Return up to `k` (passage id, BM25 score), best first, ties by id.

        Raises:
            LookupError: the index does not hold `version`.
        """
        import tantivy

        with self._mutex:
            if self._holds != version:
                self._open_if(version)
            index = self._index
        if index is None:
            raise LookupError("the keyword index is behind")
        if not terms:
            return []
        parts = [
            (tantivy.Occur.Should, tantivy.Query.term_query(index.schema, "terms", term))
            for term in sorted(set(terms))
        ]
        searcher = index.searcher()
        hits = searcher.search(tantivy.Query.boolean_query(parts), k).hits
        found = [(str(searcher.doc(address)["id"][0]), float(score)) for score, address in hits]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    def close(self) -> None:
        """Let go of the index and of its lock."""
        with self._mutex:
            self._index, self._holds = None, ""
            self._lock.release()

    def _open_if(self, version: str) -> None:
        state = self._state()
        self._index, self._holds = None, ""
        if state is not None and state.version == version:
            import tantivy

            try:
                self._index = tantivy.Index.open(str(self._folder))
            except (OSError, ValueError) as error:
                raise LookupError("the keyword index cannot be read") from error
            self._holds = version

    def _update(
        self, version: str, reports: frozenset[str], terms: Callable[[str], Iterable[Terms]]
    ) -> bool:
        import tantivy

        state = self._state() or _State("", frozenset())
        self._folder.mkdir(parents=True, exist_ok=True)
        index = tantivy.Index(_schema(), path=str(self._folder))
        if state.version != version:
            self._write(index, state.reports, reports, terms)
            self._set_state(version, reports)
        index.reload()
        self._index, self._holds = index, version
        return True

    def _write(
        self,
        index: Any,
        held: frozenset[str],
        wanted: frozenset[str],
        terms: Callable[[str], Iterable[Terms]],
    ) -> None:
        """Add and remove whole reports; doing it twice over an interrupted run does no harm."""
        import tantivy

        writer = index.writer(heap_size=_HEAP, num_threads=1)
        for report in sorted(held ^ wanted):
            writer.delete_documents_by_term("report", report)
        for report in sorted(wanted - held):
            for passage, words in terms(report):
                writer.add_document(
                    tantivy.Document(id=[passage], report=[report], terms=[" ".join(words)])
                )
        writer.commit()
        writer.wait_merging_threads()

    @property
    def _folder(self) -> Path:
        return self._root / f"index-{_LAYOUT}"

    def _state(self) -> _State | None:
        try:
            plain = json.loads((self._folder / "state.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return _State(plain["version"], frozenset(plain["reports"]))

    def _set_state(self, version: str, reports: frozenset[str]) -> None:
        unfinished = self._folder / "state.new"
        state = {"version": version, "reports": sorted(reports)}
        unfinished.write_text(json.dumps(state), encoding="utf-8")
        unfinished.replace(self._folder / "state.json")

    def _drop(self) -> None:
        self._index, self._holds = None, ""
        shutil.rmtree(self._root, ignore_errors=True)


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("report", tokenizer_name="raw")
    builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    return builder.build()
