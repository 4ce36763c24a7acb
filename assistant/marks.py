"""What people said of reports: which findings they have seen, and which publisher or year is right.

Owns one file of lines beside the index, which only ever grows, so that who said what, when and why
can always be looked up.  It knows reports by the digest of their file, so that it outlives a
rebuilt index.

Leaves to others: who may say it (api/staff.py), moving a report (indexer/pipeline.py).
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from indexer.pipeline import correct_report
from indexer.records import ReportRow, StoredFinding
from indexer.store import Store

_FILE = "marks.jsonl"
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Seen:
    """That somebody has seen a finding; `when` is the time in UTC, ISO 8601."""

    who: str
    when: str
    why: str


def finding_key(finding: StoredFinding) -> str:
    """Return what a finding is known by within its report: its rule and what it says."""
    said = json.dumps([finding.rule, finding.expression, dict(finding.detail)], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def mark_seen(data: Path, row: ReportRow, key: str, who: str, why: str) -> Seen:
    """Note that somebody has seen a finding."""
    seen = Seen(who, datetime.now(UTC).isoformat(timespec="seconds"), why)
    _append(data, {"kind": "seen", "digest": row.digest, "finding": key, **asdict(seen)})
    return seen


def seen_of(data: Path, row: ReportRow) -> Mapping[str, Seen]:
    """Return the findings of a report that were seen, by key; the last word counts."""
    return {
        line["finding"]: Seen(line["who"], line["when"], line["why"])
        for line in _lines(data)
        if line["kind"] == "seen" and line["digest"] == row.digest
    }


def note_correction(data: Path, row: ReportRow, organ: str, year: int) -> None:
    """Note the publisher and the year that a report is given by hand."""
    when = datetime.now(UTC).isoformat(timespec="seconds")
    _append(
        data,
        {"kind": "corrected", "digest": row.digest, "organ": organ, "year": year, "when": when},
    )


def apply_corrections(store: Store) -> int:
    """Give every report the publisher and year noted for it; return how many changed."""
    noted = {line["digest"]: line for line in _lines(store.data) if line["kind"] == "corrected"}
    changed = 0
    for row in store.reports(current_only=False):
        line = noted.get(row.digest)
        if line and (row.organ, row.year) != (line["organ"], line["year"]):
            correct_report(store, row.id, line["organ"], line["year"])
            changed += 1
    return changed


def _append(data: Path, line: Mapping[str, Any]) -> None:
    with _lock, (data / _FILE).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


def _lines(data: Path) -> list[dict[str, Any]]:
    path = data / _FILE
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
