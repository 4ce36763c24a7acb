"""What a run comes to: rates with their intervals, by kind, language and part, and latencies.

Owns which scores are summed up, and over which cases.

Leaves to others: how they are shown (report.py, compare.py, __main__.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from eval.metrics import interval, percentile

Row = Mapping[str, Any]


def _declines(row: Row) -> bool:
    return bool(row["expect"]["status"] != "answered")


def _score(name: str) -> Callable[[Row], float | None]:
    def read(row: Row) -> float | None:
        value = row["scores"][name]
        return None if value is None else float(value)

    return read


#: Name → the score of one case; None leaves the case out.
MEASURES: Mapping[str, Callable[[Row], float | None]] = {
    "right": _score("right"),
    "figure_right": _score("figure_right"),
    "wrong_as_answered": _score("wrong_as_answered"),
    "ending_right": _score("ending_right"),
    "refusals_right": lambda row: _score("ending_right")(row) if _declines(row) else None,
    "cite_recall": _score("cite_recall"),
    "cite_precision": _score("cite_precision"),
    "uncovered": lambda row: float(bool(row["scores"]["uncovered"])),
}
#: Measures of which less is better.
BAD = frozenset({"wrong_as_answered", "uncovered"})
#: Rows of the tables by group.
GROUPS = ("part", "language", "kind")


@dataclass(frozen=True)
class Rate:
    """A mean over `cases` cases with its 95 % bootstrap interval, all from 0 to 1."""

    mean: float
    low: float
    high: float
    cases: int

    def __str__(self) -> str:
        """Return it in percent with one decimal."""
        return f"{self.mean:.1%} [{self.low:.1%}, {self.high:.1%}]"


def scores_of(rows: Iterable[Row], measure: str) -> dict[str, float]:
    """Return the score of each case that has one, by id."""
    read = MEASURES[measure]
    scores = {row["id"]: read(row) for row in rows}
    return {id_: score for id_, score in scores.items() if score is not None}


def rate(rows: Sequence[Row], measure: str, *, seed: int = 0) -> Rate | None:
    """Return the mean of one measure; None where no case has it."""
    scores = list(scores_of(rows, measure).values())
    return Rate(fmean(scores), *interval(scores, seed=seed), len(scores)) if scores else None


def grouped(rows: Sequence[Row], key: str) -> dict[str, list[Row]]:
    """Return the rows by their value of `key`, in order of that value."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[key], []).append(row)
    return dict(sorted(groups.items()))


def failures(rows: Sequence[Row]) -> list[Row]:
    """Return the cases that went wrong, wrong figures first."""
    bad = [row for row in rows if not row["scores"]["right"] or row["scores"]["uncovered"]]
    return sorted(bad, key=lambda row: (not row["scores"]["wrong_as_answered"], row["id"]))


def latency(rows: Sequence[Row]) -> dict[str, float]:
    """Return median, p90, p99 and the longest in milliseconds; the first question is left out."""
    times = [row["ms"] for row in rows[1:]] or [row["ms"] for row in rows]
    marks = {"median": 0.5, "p90": 0.9, "p99": 0.99, "longest": 1.0}
    return {name: percentile(times, share) for name, share in marks.items()}
