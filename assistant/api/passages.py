"""Passages of the reports for the query of a platform, in the scope that it gives or names.

Owns the choice of reports.

Leaves to others: the search itself (retrieve.py), which figure a question asks for (answer.py), the
form of the results (dify.py, mcp.py).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from assistant.retrieve import Retriever
from assistant.understand.organ_names import OrganNames
from assistant.understand.organs import find_organs
from indexer.records import ReportRow, StoredPassage
from indexer.text import fold

#: Reports looked through for one scope at most, the newest first.
MOST_REPORTS = 200
_YEAR = re.compile(r"(?<!\d)(20[0-3]\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class Found:
    """A passage with its report; `score` lies between 0 and 1."""

    report: ReportRow
    passage: StoredPassage
    score: float


def search_passages(
    retriever: Retriever,
    query: str,
    *,
    most: int,
    organs: Collection[str] = (),
    years: Collection[int] = (),
) -> list[Found]:
    """Return up to `most` passages, best first, of the organs and years given or named."""
    store = retriever.store
    named = find_organs(query.lower(), query, OrganNames.of(store.organs())).organs
    wanted = set(organs) or set(named)
    dated = set(years) or {int(year) for year in _YEAR.findall(fold(query))}
    rows = {
        row.id: row
        for row in store.reports()
        if (not wanted or row.organ in wanted) and (not dated or row.year in dated)
    }
    newest = sorted(rows, key=lambda id_: (-rows[id_].year, rows[id_].organ))[:MOST_REPORTS]
    hits = retriever.search(query, newest if wanted or dated else None, most)
    return [Found(rows[hit.passage.report], hit.passage, round(hit.score, 4)) for hit in hits]
