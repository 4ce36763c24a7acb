"""Judge retrieval and quotation: questions on prose, guidance and contacts.

Owns the shape of a prose case (one JSON object a line of `datasets/prose_*.jsonl`), its qrels, and
the scores of one question: how its passages were ranked, and whether the reply quotes, states or
declines as expected.

Leaves to others: the measures (metrics.py), the library that is asked (library.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import fmean
from typing import Any

from assistant.answer import Assistant
from assistant.guidance import card_texts
from assistant.model import Request
from assistant.retrieve import Retriever
from eval.errors import BadDataset
from eval.library import coverage_numbers
from eval.metrics import Reply, figure_exact, interval, mrr, ndcg_at, recall_at, uncovered
from indexer.embedding import Embedder
from indexer.records import StoredPassage
from indexer.store import Store

_KINDS = frozenset(("quote", "contact", "guidance", "not_stated"))
_FIELDS = frozenset(("id", "kind", "language", "question", "date", "expect", "relevant"))
_EXPECTED = frozenset(("status", "reason", "value", "quotes", "stated", "any"))
_DEPTH = 10


@dataclass(frozen=True)
class Needle:
    """A passage that answers: the one of this report that holds these words."""

    organ: str
    year: int
    has: str


@dataclass(frozen=True)
class ProseCase:
    """One question; `relevant` are its qrels, each with gain 1."""

    id: str
    kind: str
    question: str
    date: date
    expect: Mapping[str, Any]
    relevant: tuple[Needle, ...]


@dataclass(frozen=True)
class ProseScores:
    """The scores of one question; retrieval is None where no passage is relevant."""

    id: str
    kind: str
    recall_at_5: float | None
    ndcg_at_5: float | None
    mrr: float | None
    right: bool
    sentences: int
    uncovered: tuple[str, ...]
    failed: tuple[str, ...]


def load_prose(path: Path) -> tuple[ProseCase, ...]:
    """Load one file of prose cases.

    Raises:
        BadDataset: a line has unknown fields, an unknown kind, or an id that was given before.
    """
    cases: list[ProseCase] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        row = json.loads(line)
        where = f"{path.name}:{number}"
        if unknown := (set(row) - _FIELDS) | (set(row["expect"]) - _EXPECTED):
            raise BadDataset(f"{where}: unknown fields {sorted(unknown)}")
        if row["kind"] not in _KINDS or any(row["id"] == case.id for case in cases):
            raise BadDataset(f"{where}: unknown kind, or an id given twice")
        relevant = tuple(Needle(**needle) for needle in row.get("relevant", ()))
        if (row["kind"] in ("quote", "contact")) != bool(relevant):
            raise BadDataset(f"{where}: {row['kind']} has qrels where there should be none")
        day = date.fromisoformat(row["date"])
        case = ProseCase(row["id"], row["kind"], row["question"], day, row["expect"], relevant)
        cases.append(case)
    return tuple(cases)


def score_prose(
    cases: Iterable[ProseCase], assistant: Assistant, store: Store
) -> Iterator[ProseScores]:
    """Yield the scores of each case.

    Raises:
        BadDataset: the library does not hold a report or the words that a qrel names.
    """
    library = coverage_numbers(store)
    for case in cases:
        reply = assistant.ask(Request(case.question, today=case.date)).as_json()
        said = (case.question, card_texts(reply["text"]))
        failed = tuple(_failed(case.expect, reply))
        ranked, gains = _ranked(case, assistant.retriever, store)
        yield ProseScores(
            id=case.id,
            kind=case.kind,
            recall_at_5=recall_at(5, ranked, gains) if gains else None,
            ndcg_at_5=ndcg_at(5, ranked, gains) if gains else None,
            mrr=mrr(ranked, gains) if gains else None,
            right=not failed,
            sentences=sum(cite["table"] is None for cite in reply["citations"]),
            uncovered=tuple(uncovered(reply, said, library)),
            failed=failed,
        )


def _failed(expect: Mapping[str, Any], reply: Reply) -> Iterator[str]:
    """Yield what of the expectation the reply does not meet.

    A silent report is not_stated, or not_in_reports where no report ever carries such a thing.
    """
    reason = "not_stated" if reply["reason"] == "not_in_reports" else reply["reason"]
    if expect["status"] != reply["status"] or expect.get("reason") != reason:
        yield "ending"
    quotes = [_bare(cite["quote"]) for cite in reply["citations"]]
    for quote in expect.get("quotes", ()):
        if not any(_bare(quote) in given for given in quotes):
            yield f"quote {quote}"
    if "value" in expect and reply["value"] != expect["value"]:
        yield "value"
    if stated := expect.get("stated"):
        value, unit = _whole(reply["value"], reply["unit"] or "")
        if not figure_exact(stated["value"], value):
            yield f"stated {stated['value']}, not {value}"
        elif stated["unit"] != unit:
            yield f"unit {stated['unit']}, not {unit}"
    if wordings := expect.get("any"):
        text = _bare(reply["text"])
        if not any(_bare(wording) in text for wording in wordings):
            yield f"none of {wordings}"


def _whole(value: str | None, unit: str) -> tuple[str | None, str]:
    """Return a number without a 万 in its unit: 1.9万次 is 19000次; 万元 stays."""
    if value is None or not unit.startswith("万") or unit == "万元":
        return value, unit
    return str(Decimal(value) * 10_000), unit.removeprefix("万")


def _bare(text: str) -> str:
    return "".join(text.split())


def _ranked(
    case: ProseCase, retriever: Retriever, store: Store
) -> tuple[list[str], dict[str, float]]:
    """Return the passage ids as retrieved in the right reports, and the gains of the relevant."""
    if not case.relevant:
        return [], {}
    reports = [
        report
        for report in store.reports()
        if any((report.organ, report.year) == (n.organ, n.year) for n in case.relevant)
    ]
    passages = [p for report in reports for p in store.passages(report.id)]
    gains = {_holding(needle, passages, case.id): 1.0 for needle in case.relevant}
    hits = retriever.search(case.question, [report.id for report in reports], _DEPTH)
    return [hit.passage.id for hit in hits], gains


def _holding(needle: Needle, passages: Sequence[StoredPassage], where: str) -> str:
    for passage in passages:
        if _bare(needle.has) in _bare(passage.text):
            return passage.id
    raise BadDataset(f"{where}: no report of {needle.organ} {needle.year} says {needle.has}")


def compare_weights(
    cases: Iterable[ProseCase], store: Store, embedder: Callable[[], Embedder]
) -> Iterator[str]:
    """Yield recall@5, nDCG@5 and MRR for each share of meaning in the fusion."""
    asked = [case for case in cases if case.relevant]
    for tenths in range(0, 11):
        retriever = Retriever(store, embedder, dense=tenths / 10)
        found = [_ranked(case, retriever, store) for case in asked]
        means = [
            fmean(recall_at(5, ranked, gains) for ranked, gains in found),
            fmean(ndcg_at(5, ranked, gains) for ranked, gains in found),
            fmean(mrr(ranked, gains) for ranked, gains in found),
        ]
        yield f"{tenths / 10:.1f}  " + "  ".join(f"{mean:.3f}" for mean in means)


def summary(scores: Sequence[ProseScores]) -> Iterator[str]:
    """Yield the lines that are printed of a run: each mean with its 95 % interval."""
    for name in ("recall_at_5", "ndcg_at_5", "mrr"):
        values = [value for one in scores if (value := getattr(one, name)) is not None]
        if values:
            yield _line(name, values)
    yield _line("right", [float(one.right) for one in scores])
    for kind in sorted({one.kind for one in scores}):
        yield _line(f"right {kind}", [float(one.right) for one in scores if one.kind == kind])
    quoted = [one.sentences for one in scores if one.kind == "quote"]
    if quoted:
        yield f"{'sentences quoted':18} {fmean(quoted):.1f}"
    yield f"{'uncovered numbers':18} {sum(len(one.uncovered) for one in scores)}"


def _line(name: str, values: Sequence[float]) -> str:
    low, high = interval(values)
    return f"{name:18} {fmean(values):.3f} [{low:.3f}, {high:.3f}]  ({len(values)})"
