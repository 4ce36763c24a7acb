"""Passages of the reports that share words with a question: one function over the store.

Owns the choice of reports and the score.  It is a plain search by pairs of characters, good enough
for platforms that only want the words of a report; figures never come from here.

Leaves to others: which figure a question asks for (answer.py), the form of the results (dify.py,
mcp.py).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from assistant.understand.organs import OrganNames, find_organs
from indexer.records import ReportRow, StoredPassage
from indexer.store import Store
from indexer.text import fold

#: Reports looked through for one question at most, the newest first.
MOST_REPORTS = 200
_YEAR = re.compile(r"(?<!\d)(20[0-3]\d)(?!\d)")
_WORDS = re.compile(r"[一-龥]+|[a-z]{2,}")


@dataclass(frozen=True, slots=True)
class Found:
    """A passage with its report; `score` lies between 0 and 1."""

    report: ReportRow
    passage: StoredPassage
    score: float


def search_passages(
    store: Store,
    query: str,
    *,
    most: int,
    organs: Collection[str] = (),
    years: Collection[int] = (),
) -> list[Found]:
    """Return up to `most` passages, best first, of the organs and years given or named."""
    named = find_organs(query.lower(), query, OrganNames.of(store.organs())).organs
    wanted = set(organs) or set(named)
    dated = set(years) or {int(year) for year in _YEAR.findall(fold(query))}
    rows = [
        row
        for row in store.reports()
        if (not wanted or row.organ in wanted) and (not dated or row.year in dated)
    ]
    rows = sorted(rows, key=lambda row: (-row.year, row.organ))[:MOST_REPORTS]
    bare = fold(query)
    for organ in wanted:
        bare = bare.replace(organ, " ")
    asked = _pieces(_YEAR.sub(" ", bare))
    if not asked or not rows or most < 1:
        return []
    by_id = {row.id: row for row in rows}
    passages = store.passages(*by_id)
    pieces = {passage.id: _pieces(fold(passage.text)) for passage in passages}
    held = Counter(piece for of in pieces.values() for piece in of if piece in asked)
    weight = {piece: math.log(1 + len(pieces) / (1 + held[piece])) for piece in asked}
    whole = sum(weight.values())
    found = [
        Found(
            by_id[passage.report],
            passage,
            round(sum(weight[piece] for piece in asked & pieces[passage.id]) / whole, 4),
        )
        for passage in passages
    ]
    found = [one for one in found if one.score > 0]
    return sorted(found, key=lambda one: (-one.score, one.passage.id))[:most]


def _pieces(text: str) -> frozenset[str]:
    """Return the pairs of characters, and the words in Latin letters.

    >>> sorted(_pieces("新闻发布abc"))
    ['abc', '发布', '新闻', '闻发']
    """
    found: set[str] = set()
    for word in _WORDS.findall(text.casefold()):
        pairs = {word} if word.isascii() else {word[i : i + 2] for i in range(len(word) - 1)}
        found |= pairs
    return frozenset(found)
