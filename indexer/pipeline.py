"""The order of the steps from files to an index, and nothing else.

Owns walking folders, skipping what did not change, and the sequence load → read → add → one organ
for one publisher → rules across years → vectors → search cache.  A file that cannot be read is
recorded and the rest goes on.

Leaves to others: every step itself (loaders/, reading.py, rules.py, embedding.py, store.py), and
what people are told about it (the commands).
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from indexer.areas import complete_families, has_children
from indexer.embedding import Embedder
from indexer.errors import EmbeddingUnavailable, IndexerError, UnreadableFile
from indexer.loaders import Loader, unreadable
from indexer.model import Finding, Organ, Report
from indexer.reading import read_report
from indexer.records import OrganRow, ReportRow, SkippedFile, StoredPassage
from indexer.rules import Cells, Key, assess_parent, assess_years
from indexer.store import Store

_log = logging.getLogger(__name__)
#: The rules that compare a report with that of the year before.
YEAR_RULES = frozenset({"R10", "R11", "R12"})
#: Reasons that only another content of the file can change: such a file is not read again.
_LASTING = frozenset({"empty", "empty_form", "not_a_report", "not_a_report_kind"})
_OFFICIAL = ("2019", "2021")

Outcome = Literal["added", "unchanged", "skipped", "failed"]


@dataclass(frozen=True, slots=True)
class Source:
    """A file to index: where its bytes are, and the name under which the index knows it."""

    path: Path
    file: str


@dataclass(frozen=True, slots=True)
class Progress:
    """One step done: file `done` of `total`, or passages of `total` that have vectors."""

    step: Literal["files", "vectors"]
    done: int
    total: int
    file: str = ""
    outcome: Outcome = "added"
    message: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """What one run did.

    `reports`, `figures`, `unreadable` (cells), `passages` and `findings` (those that fail) count
    what was read in this run; `skipped` holds every file that gave no report, `vanished` the
    indexed files that are gone from the folders.  `vectors` says why there are none, if so.
    """

    reports: int
    figures: int
    unreadable: int
    passages: int
    findings: int
    unchanged: int
    skipped: tuple[SkippedFile, ...]
    vanished: tuple[str, ...]
    vectors: str = ""

    @property
    def failed(self) -> bool:
        """Whether a file that should have been readable was not."""
        return any(file.failed for file in self.skipped)


@dataclass(frozen=True, slots=True)
class _Seen:
    outcome: Outcome
    report: str | None = None
    skipped: SkippedFile | None = None


def find_files(paths: Iterable[Path]) -> list[Source]:
    """Return the files at and below `paths`, each once, folder by folder in order of name.

    Hidden files and the lock files of office programs (`~$…`) are passed over.
    """
    found: dict[str, Source] = {}
    for path in paths:
        files = _below(path) if path.is_dir() else [path]
        for file in files:
            found.setdefault(str(file.resolve()), Source(file, str(file.resolve())))
    return list(found.values())


def _below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "~$")):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _below(path)
        elif path.is_file():
            yield path


def index_paths(
    paths: Sequence[Path],
    store: Store,
    *,
    loader: Loader,
    on_progress: Callable[[Progress], None],
    embedder: Callable[[], Embedder] | None = None,
    also: Sequence[Source] = (),
) -> Summary:
    """Bring the index up to date with the files at and below `paths`, and with `also`.

    `embedder` is called once there are passages without vectors; None leaves them without.
    `also` are files whose bytes lie elsewhere, such as the originals that an index keeps; a file
    found below `paths` goes before them.
    """
    found = find_files(paths)
    here = {source.file for source in found}
    sources = [source for source in also if source.file not in here] + found
    known = {skipped.file: skipped for skipped in store.skipped()}
    seen = []
    for done, source in enumerate(sources, 1):
        result = _index_file(source, store, loader, known.get(source.file))
        seen.append(result)
        message = result.skipped.message if result.skipped else ""
        progress = Progress("files", done, len(sources), source.file, result.outcome, message)
        on_progress(progress)
    added = [result.report for result in seen if result.outcome == "added" and result.report]
    moved = unify_organs(store)
    assess_organs(store, _organs_to_assess(store))
    assess_families(store)
    added = [moved.get(report, report) for report in added]
    lacking = _add_vectors(store, embedder, on_progress)
    if added and embedder is not None and not lacking:
        store.sync_cache()
        store.sync_terms()
    summary = _summary(store, added, seen, lacking)
    return replace(summary, vanished=tuple(_vanished(paths, store)))


def check_file(path: Path, *, loader: Loader) -> Report:
    """Read one file as a report and change nothing.

    Raises:
        UnreadableFile: it is no report, or cannot be read.
    """
    source = Source(path, path.name)
    return _read(source, loader, _digest(path))


def remove_report(store: Store, report_id: str) -> bool:
    """Remove one report and assess its neighbours anew; false if there is no such report."""
    report = store.report(report_id)
    removed = store.remove(report_id)
    if removed and report is not None:
        assess_organs(store, {report.organ})
        assess_families(store)
    return removed


def correct_report(store: Store, report_id: str, organ: str, year: int) -> str | None:
    """Give a report the publisher and year that somebody read in it; no figure changes.

    Its neighbours, old and new, are assessed anew.  Returns the new id of the report, or None if
    there is no such report.
    """
    before = store.report(report_id)
    if before is None:
        return None
    known = next((row for row in store.organs() if row.name == organ), None)
    new = store.set_organ(report_id, _organ(known) if known else Organ(organ), year)
    assess_organs(store, {before.organ, organ})
    assess_families(store)
    return new


def assess_draft(store: Store, draft: Report) -> tuple[ReportRow | None, list[Finding]]:
    """Compare a draft with the library's report of the year before: that report, R10 to R12."""
    held = {(row.organ, row.year): row for row in store.reports() if row.format in _OFFICIAL}
    before = held.get((draft.organ.name, draft.year - 1))
    if draft.format not in _OFFICIAL:
        return None, []
    earlier = None if before is None else (before.year, before.format, _cells(store, before))
    now = (draft.year, draft.format, Cells.of(draft.figures))
    return before, [finding for finding, _ in assess_years(earlier, now)]


def _index_file(source: Source, store: Store, loader: Loader, known: SkippedFile | None) -> _Seen:
    digest = ""
    try:
        digest = _digest(source.path)
        if store.has_digest(digest, source.file):
            return _Seen("unchanged", store.report_of_file(source.file))
        if known is not None and known.digest == digest and known.reason in _LASTING:
            return _Seen("skipped", skipped=known)
        report = replace(_read(source, loader, digest), file=source.file)
        return _Seen("added", _add(store, report, source.path))
    except UnreadableFile as error:
        skipped = SkippedFile(
            source.file, digest, error.reason, error.message, error.hint, error.failed
        )
    except IndexerError as error:
        if not digest:
            raise
        skipped = SkippedFile(source.file, digest, "damaged", str(error), "", True)
    except (ArithmeticError, AssertionError, LookupError, TypeError, ValueError) as error:
        # Our own mistake over this file: it is told as one, and the other files go on.
        _log.exception("%s", source.file)
        crash = unreadable("crashed")
        skipped = SkippedFile(
            source.file, digest, crash.reason, crash.message, type(error).__name__, True
        )
    store.record_skipped(skipped)
    return _Seen("failed" if skipped.failed else "skipped", skipped=skipped)


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise unreadable("missing", where=path.name) from error


def _read(source: Source, loader: Loader, digest: str) -> Report:
    name = Path(source.file).name
    return read_report(loader.load(source.path, name=name), file=name, digest=digest)


def _add(store: Store, report: Report, original: Path) -> str:
    try:
        return store.add(report, original).report
    except ValueError as error:
        raise UnreadableFile(
            "changed", "文件在读取时被改动，请再运行一次。 The file changed while it was read."
        ) from error


def unify_organs(store: Store) -> dict[str, str]:
    """Give reports under a bare place name to the one organ that goes by that name.

    Returns old report id → new report id.  A place that several organs, or none, go by stays
    what it is: two organs are never merged by a guess.
    """
    moved: dict[str, str] = {}
    organs = store.organs()
    for place in organs:
        owners = [organ for organ in organs if organ is not place and place.name in organ.aliases]
        if not place.place_only or len(owners) != 1:
            continue
        for report in store.reports(current_only=False):
            if report.organ == place.name:
                new = store.set_organ(report.id, _organ(owners[0]))
                moved[report.id] = new or report.id
    return moved


def _organ(row: OrganRow) -> Organ:
    return Organ(row.name, row.aliases, row.place_only)


def _organs_to_assess(store: Store) -> set[str]:
    """Return the organs that have a report which was never compared with its neighbours."""
    return {
        report.organ
        for report in store.reports()
        if report.format in _OFFICIAL and not store.findings(report.id, "R10")
    }


def assess_organs(store: Store, organs: Collection[str]) -> None:
    """Compare each report of `organs` with that of the year before: R10 to R12."""
    by_year: dict[str, dict[int, ReportRow]] = {organ: {} for organ in organs}
    for report in store.reports():
        if report.organ in by_year and report.format in _OFFICIAL:
            by_year[report.organ][report.year] = report
    for reports in by_year.values():
        for year, report in sorted(reports.items()):
            _assess_report(store, reports.get(year - 1), report)


def _assess_report(store: Store, before: ReportRow | None, now: ReportRow) -> None:
    earlier = None if before is None else (before.year, before.format, _cells(store, before))
    findings: list[Finding] = []
    others: dict[int, list[tuple[str, int]]] = {}
    for finding, cited in assess_years(earlier, (now.year, now.format, _cells(store, now))):
        if before is not None and cited:
            others[len(findings)] = [(before.id, seq) for seq in cited]
        findings.append(finding)
    store.set_findings(now.id, findings, rules=YEAR_RULES, others=others)


def assess_families(
    store: Store, children_of: Callable[[str], Sequence[str]] | None = None
) -> None:
    """Compare each area's report with those of all areas under it: R13, total column and totals.

    A year in which one child has no report says nothing, and earlier results for it are dropped.
    """
    rows = {(row.organ, row.year): row for row in store.reports() if row.format in _OFFICIAL}
    organs = {organ for organ, _ in rows}
    families = complete_families(organs, children_of)
    for (organ, year), row in rows.items():
        if organ not in families and not has_children(organ, children_of):
            continue
        children = [rows.get((child, year)) for child in families.get(organ, ())]
        whole = _cells(store, row)
        findings: list[Finding] = []
        if children and all(children):
            parts = [(child.organ, _cells(store, child)) for child in children if child]
            findings = list(assess_parent(whole, parts, _additive(whole)))
        store.set_findings(row.id, findings, rules=frozenset({"R13"}))


def _additive(cells: Cells) -> list[Key]:
    """The cells that add up over areas: the column 总计 of table three, totals of table four."""
    return [
        (indicator, applicant)
        for indicator, applicant in cells.at
        if applicant == "total" or (applicant is None and (indicator or "").endswith(".total"))
    ]


def _cells(store: Store, report: ReportRow) -> Cells:
    return Cells.of(store.figures(report.id))


def _add_vectors(
    store: Store,
    embedder: Callable[[], Embedder] | None,
    on_progress: Callable[[Progress], None],
) -> str:
    """Embed what has no vector yet; return why that was not possible, empty if it was."""
    if embedder is None:
        return ""
    waiting = list(store.passages_without_vectors())
    if not waiting:
        return ""
    try:
        model = embedder()
    except EmbeddingUnavailable as error:
        return str(error)
    total, done = sum(len(passages) for _, passages in waiting), 0
    for report_id, passages in waiting:
        vectors = model.embed_passages([passage_text(passage) for passage in passages])
        pairs = [(passage.id, vectors[i]) for i, passage in enumerate(passages)]
        store.put_vectors(report_id, pairs)
        done += len(passages)
        on_progress(Progress("vectors", done, total))
    return ""


def passage_text(passage: StoredPassage) -> str:
    """Return what is embedded of a passage: its headings and its text."""
    return "\n".join((*passage.path, passage.text))


def _vanished(paths: Iterable[Path], store: Store) -> Iterator[str]:
    folders = [path.resolve() for path in paths if path.is_dir()]
    for file in store.files():
        path = Path(file)
        if any(path.is_relative_to(folder) for folder in folders) and not path.exists():
            yield file


def _summary(store: Store, added: Sequence[str], seen: Sequence[_Seen], lacking: str) -> Summary:
    rows = [row for id_ in dict.fromkeys(added) if (row := store.report(id_)) is not None]
    failing = [
        finding for row in rows for finding in store.findings(row.id) if finding.result == "fails"
    ]
    return Summary(
        reports=len(rows),
        figures=sum(row.figures for row in rows),
        unreadable=sum(row.unreadable for row in rows),
        passages=sum(row.passages for row in rows),
        findings=len(failing),
        unchanged=sum(result.outcome == "unchanged" for result in seen),
        skipped=tuple(result.skipped for result in seen if result.skipped),
        vanished=(),
        vectors=lacking,
    )
