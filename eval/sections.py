"""What a run says beside the scores of its answers: baselines, readers of tables, speed.

Owns these sections' figures and wording, and the sentence that tells where a baseline wins.

Leaves to others: how a section is drawn (report.py), what was measured (baselines/, bench.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from eval.metrics import interval, paired
from eval.run import Run
from eval.summary import Rate, Row, grouped

OURS = "this project"
#: (baseline, score) → how it is named.
BASELINES: Mapping[tuple[str, str], str] = {
    ("chroma", "top"): "LangChain + Chroma, first chunk",
    ("chroma", "any"): "LangChain + Chroma, any of five",
    ("chroma", "placed"): "LangChain + Chroma, first chunk, and from the right report",
    ("bm25", "top"): "BM25 over jieba's words, first chunk",
    ("bm25", "any"): "BM25 over jieba's words, any of five",
    ("chroma_filtered", "top"): "LangChain + Chroma told organ and year, first chunk",
    ("chroma_filtered", "any"): "LangChain + Chroma told organ and year, any of five",
    ("chroma_chat", "answer"): "LangChain + Chroma, answered by the chat model",
}
_JUDGED = (
    "Questions whose answer is one printed cell.  A baseline counts as right where the number and "
    "the row's label stand in the chunk, whichever report it is from and without naming the number;"
    " “told organ and year” is told the right ones.  This project has to give the number itself."
)


@dataclass(frozen=True)
class Section:
    """A table under a title, with the sentences below it."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


def sections(run: Run) -> Iterator[Section]:
    """Yield the sections for which the run has figures."""
    if beside := [row for row in run.rows if row.get("baselines")]:
        yield Section(
            "Against what people would use instead",
            ("system", "right [95 % interval]", "questions", "ours minus it"),
            tuple(_compared(beside)),
            (_JUDGED, *wins(beside)),
        )
    if readers := run.system.get("readers"):
        yield Section(
            "Cells read from the sample files",
            ("files", "reader", "cells", "right", "wrong", "not found"),
            tuple(_read(one) for one in readers),
        )
    if bench := run.system.get("bench"):
        yield Section(
            "Speed and room",
            ("measurement", "ratio", "absolute"),
            tuple(_measured(one) for one in bench),
            (f"Measured at commit {run.system['bench_commit']}.",),
        )


def _compared(rows: Sequence[Row]) -> Iterator[tuple[str, ...]]:
    ours = _ours(rows)
    yield OURS, str(_rate(ours)), str(len(ours)), ""
    for (name, score), title in BASELINES.items():
        if its := _of(rows, name, score):
            mean, low, high = paired(its, ours)
            difference = f"{mean:+.1%} [{low:+.1%}, {high:+.1%}]"
            yield title, str(_rate(its)), str(len(its)), difference


def _ours(rows: Sequence[Row]) -> dict[str, float]:
    return {row["id"]: float(bool(row["scores"]["figure_right"])) for row in rows}


def _of(rows: Sequence[Row], name: str, score: str) -> dict[str, float]:
    return {
        row["id"]: float(row["baselines"][name][score])
        for row in rows
        if score in row["baselines"].get(name, {})
    }


def _rate(scores: Mapping[str, float]) -> Rate:
    values = list(scores.values())
    return Rate(fmean(values), *interval(values), len(values))


def wins(rows: Sequence[Row]) -> list[str]:
    """Return a sentence for each baseline that is right more often, on all or on a kind."""
    groups = {"all questions": list(rows), **grouped(rows, "kind"), **grouped(rows, "language")}
    said = []
    for (name, score), title in BASELINES.items():
        for group, some in groups.items():
            its = _of(some, name, score)
            ours = {id_: mark for id_, mark in _ours(some).items() if id_ in its}
            if its and fmean(its.values()) > fmean(ours.values()):
                said.append(
                    f"{title} is right more often than this project on {group}: "
                    f"{fmean(its.values()):.1%} to {fmean(ours.values()):.1%} ({len(its)})."
                )
    return said or ["No baseline is right more often than this project on any kind or language."]


def _read(share: Mapping[str, Any]) -> tuple[str, ...]:
    cells, right, wrong = share["cells"], share["right"], share["wrong"]
    missing = cells - right - wrong
    shares = (f"{count / cells:.1%}" for count in (right, wrong, missing))
    return share["kind"], share["reader"], str(cells), *shares


def _measured(one: Mapping[str, Any]) -> tuple[str, ...]:
    ratio = "–" if one["ratio"] is None else f"{one['ratio']:.4g} × {one['against']}"
    return one["name"], ratio, f"{one['value']:,.4g} {one['unit']}"
