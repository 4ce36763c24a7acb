"""Load the datasets, and prove them.

Owns the shape of a case (one JSON object a line) and what holds of a dataset: ids are unique,
kinds and expectations are known, and no organ of the one part is named in the other, except where
a question compares organs.

Leaves to others: what a reply scores (judge.py).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, cast

from eval.errors import BadDataset

DATASETS = Path(__file__).with_name("datasets")
KINDS = frozenset(
    (
        "value", "list", "sum", "difference", "change", "growth_rate", "share", "ratio",
        "composition", "trend", "compare", "rank", "average", "filter", "count", "total",
        "several", "verify", "zeros", "checks", "coverage", "missing", "quote", "definition",
        "guidance", "contact", "whole_table", "by_applicant", "follow_up", "ambiguous",
        "not_in_library", "not_in_reports", "not_stated", "unreadable", "out_of_scope",
        "adversarial", "blank", "typo",
    )
)  # fmt: skip
#: Kinds whose questions range over the organs of the whole library.
ACROSS = frozenset(
    ("rank", "filter", "count", "total", "compare", "coverage", "missing", "average")
)
#: Parts of the data, and the names that only the other part may use.  An invented bureau of 清溪区
#: is no organ of either part.
FOREIGN: Mapping[str, re.Pattern[str]] = {
    "dev": re.compile("教育局|淮北|Education Bureau|Huaibei", re.IGNORECASE),
    "aside": re.compile(r"清溪(?!区\w{1,6}局)|Qingxi|示例市人民政府|示例市政府", re.IGNORECASE),
}
_FIELDS = frozenset(("id", "kind", "language", "question", "history", "date", "expect"))
_EXPECTED = frozenset(
    (
        "status", "reason", "value", "unit", "verdict", "figures", "mentions", "not_mentions",
        "notes", "cites", "quote",
    )
)  # fmt: skip
_FIGURE = frozenset(("organ", "year", "value", "state", "indicator", "applicant"))
_STATUS = {
    "answered": frozenset({None}),
    "needs_clarification": frozenset({None, "organ", "year", "indicator"}),
    "no_answer": frozenset(
        (None, "not_in_library", "not_in_reports", "not_stated", "unreadable", "out_of_scope",
         "not_grounded")
    ),
}  # fmt: skip
_STATES = frozenset({"blank", "not_applicable", "text", "absent"})


@dataclass(frozen=True)
class Case:
    """One question and what is expected of the reply; only what `expect` names is judged."""

    id: str
    part: str
    kind: str
    language: str
    question: str
    date: date
    expect: Mapping[str, Any]
    history: tuple[str, ...] = field(default=())


def load_dataset(path: Path) -> tuple[Case, ...]:
    """Load one file; the part is its name (`dev`, `aside`).

    Raises:
        BadDataset: a line breaks a rule of this module; the message says where.
    """
    cases: list[Case] = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            where = f"{path.name}:{number}"
            cases.append(_case(line, path.stem, where))
    prove_unique(cases)
    return tuple(cases)


def load_datasets(paths: Iterable[Path]) -> tuple[Case, ...]:
    """Load several files; ids are unique over all of them.

    Raises:
        BadDataset: as for one file.
    """
    cases = tuple(case for path in paths for case in load_dataset(path))
    prove_unique(cases)
    return cases


def dataset_digest(path: Path) -> str:
    """First 12 hex digits of the SHA-256 of a file; names the questions of a run."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def prove_unique(cases: Iterable[Case]) -> None:
    """Prove that no id is given twice.

    Raises:
        BadDataset: one is.
    """
    seen: set[str] = set()
    for case in cases:
        if case.id in seen:
            raise BadDataset(f"{case.part}: the id {case.id} is given twice")
        seen.add(case.id)


def _case(line: str, part: str, where: str) -> Case:
    row = _object(line, where)
    _only(row, _FIELDS, where)
    if missing := _FIELDS - {"history"} - set(row):
        raise BadDataset(f"{where}: lacks {sorted(missing)}")
    history = row.get("history", [])
    texts = [row["id"], row["question"], *history] if isinstance(history, list) else [None]
    if not all(isinstance(text, str) and text.strip() for text in texts):
        raise BadDataset(f"{where}: id, question and history are texts")
    if row["kind"] not in KINDS or row["language"] not in ("zh", "en"):
        raise BadDataset(f"{where}: unknown kind or language")
    _prove_expectation(row["expect"], where)
    case = Case(
        id=row["id"],
        part=part,
        kind=row["kind"],
        language=row["language"],
        question=row["question"],
        date=_day(row["date"], where),
        expect=row["expect"],
        history=tuple(history),
    )
    _prove_apart(case, where)
    return case


def _object(line: str, where: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise BadDataset(f"{where}: no JSON: {error.msg}") from error
    if not isinstance(row, dict):
        raise BadDataset(f"{where}: no JSON object")
    return cast(dict[str, Any], row)


def _only(row: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    if unknown := set(row) - known:
        raise BadDataset(f"{where}: unknown fields {sorted(unknown)}")


def _day(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise BadDataset(f"{where}: date is YYYY-MM-DD, not {text!r}") from error


def _prove_expectation(expect: Mapping[str, Any], where: str) -> None:
    _only(expect, _EXPECTED, where)
    if expect.get("status") not in _STATUS:
        raise BadDataset(f"{where}: unknown status {expect.get('status')!r}")
    if expect.get("reason") not in _STATUS[expect["status"]]:
        raise BadDataset(f"{where}: {expect['status']} has no reason {expect['reason']!r}")
    if expect["status"] != "answered" and (expect.get("value") or expect.get("figures")):
        raise BadDataset(f"{where}: only an answer carries figures")
    _prove_number(expect.get("value"), where)
    for figure in expect.get("figures", ()):
        _only(
            figure, frozenset(["organ", "year", "value", "state", "indicator", "applicant"]), where
        )
        _prove_number(figure.get("value"), where)
        if ("value" in figure) == ("state" in figure):
            raise BadDataset(f"{where}: a figure has a value or a state")
        if figure.get("state", "blank") not in _STATES:
            raise BadDataset(f"{where}: unknown state {figure['state']!r}")
    for cite in expect.get("cites", ()):
        _only(cite, frozenset(("organ", "year", "row", "column")), where)


def _prove_number(value: object, where: str) -> None:
    if value is None:
        return
    try:
        Decimal(value if isinstance(value, str) else "")
    except InvalidOperation as error:
        raise BadDataset(f"{where}: no decimal string: {value!r}") from error


def _prove_apart(case: Case, where: str) -> None:
    foreign = FOREIGN.get(case.part)
    if foreign is None or case.kind in ACROSS:
        return
    named = [item.get("organ") or "" for key in ("figures", "cites") for item in _items(case, key)]
    for text in (case.question, *case.history, *named):
        if found := foreign.search(text):
            raise BadDataset(f"{where}: {case.part} names {found.group()}, which is the other's")


def _items(case: Case, key: str) -> list[Mapping[str, Any]]:
    return list(case.expect.get(key, ()))
