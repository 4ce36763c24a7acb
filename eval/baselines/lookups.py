"""Which questions a piece of text can answer, and whether it does.

Owns the choice of the look-up questions (one printed cell is the answer) and the generous verdict
on a text: it is right if the number stands in it as a whole number together with the row's label,
wherever both stand.

Leaves to others: finding the texts (retrieval.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from eval.cases import ACROSS, Case
from indexer.formats import Format, load_format
from indexer.model import Figure
from indexer.records import StoredFigure
from indexer.store import Store
from indexer.text import fold, squash, strip_numbering

_NUMBER = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Lookup:
    """A question whose answer is one printed cell.

    `question` has the earlier questions of the conversation in front; `labels` are the forms of
    the row's label (of the column's where the row has none), any of which counts.
    """

    case: Case
    question: str
    organ: str
    year: int
    value: Decimal
    labels: frozenset[str]


def find_lookups(cases: Iterable[Case], store: Store) -> Iterator[Lookup]:
    """Yield the cases whose expected value is one printed cell of one report of the index."""
    reports = {(report.organ, report.year): report for report in store.reports()}
    for case in cases:
        expected = _figure(case)
        if expected is None:
            continue
        organ, year, value = expected
        report = reports.get((organ, year))
        if report is None:
            continue
        format_ = load_format(report.format) if report.format in ("2019", "2021") else None
        labels = {
            strip_numbering(squash(label))
            for figure in store.figures(report.id)
            if figure.value == value and _named(case, figure, format_)
            for label in row_labels(figure, format_) or figure.column[-1:]
        }
        if labels:
            question = " ".join([*case.history, case.question])
            yield Lookup(case, question, organ, year, value, frozenset(labels))


def _figure(case: Case) -> tuple[str, int, Decimal] | None:
    """Return organ, year and value where the case expects one figure and that is the headline."""
    expect = case.expect
    figures = expect.get("figures", ())
    if case.kind in ACROSS or "verdict" in expect or len(figures) != 1:
        return None
    (figure,) = figures
    if {"organ", "year", "value"} - set(figure) or expect.get("value") is None:
        return None
    value = Decimal(figure["value"])
    if value != Decimal(expect["value"]) or not figure["organ"] or not figure["year"]:
        return None
    return figure["organ"], figure["year"], value


def _named(case: Case, figure: StoredFigure, format_: Format | None) -> bool:
    """Whether the case may mean this cell; a case names it by indicator, or by what it cites."""
    (expected,) = case.expect["figures"]
    for key, given in (("indicator", figure.indicator), ("applicant", figure.applicant)):
        if expected.get(key) is not None and expected[key] != given:
            return False
    rows = squash("/".join([*figure.row, *row_labels(figure, format_)]))
    column = squash("/".join(figure.column))
    cites = case.expect.get("cites", ())
    if not cites:
        return expected.get("indicator") is not None
    return any(
        squash(one.get("row", "")) in rows and squash(one.get("column", "")) in column
        for one in cites
    )


def row_labels(figure: Figure, format_: Format | None) -> list[str]:
    """Return the row's label as read and as the official form words it; none without a row."""
    official = format_.rows.get(figure.indicator or "") if format_ else None
    printed = list(figure.row[-1:])
    return [*printed, official.path[-1]] if official and printed else printed


def holds(text: str, value: Decimal, labels: Iterable[str]) -> bool:
    """Whether the number and one of the labels stand in `text`.

    >>> holds("| 一、本年 新收申请 | 1,234 |", Decimal(1234), ["本年新收申请"])
    True
    >>> holds("新收 12345 件", Decimal(1234), ["新收"])
    False
    """
    squashed = squash(text)
    return any(label in squashed for label in labels) and value in numbers(text)


def numbers(text: str) -> set[Decimal]:
    """Return the numbers that are written in digits.

    >>> sorted(numbers("共1,234件，占12.5%"))
    [Decimal('12.5'), Decimal('1234')]
    """
    return {Decimal(match.group().replace(",", "")) for match in _NUMBER.finditer(fold(text))}


@dataclass(frozen=True)
class Verdict:
    """How one baseline did on one question.

    `top`: number and label stand in the first text; `any`: in any of the five; `placed`: in the
    first text, and that is of the right organ and year.
    """

    top: bool
    any: bool
    placed: bool


def verdict(lookup: Lookup, found: Sequence[tuple[str, str, int]]) -> Verdict:
    """Judge the texts found for one question; each comes with the organ and year it is from."""
    right = [holds(text, lookup.value, lookup.labels) for text, _, _ in found]
    own = [(organ, year) == (lookup.organ, lookup.year) for _, organ, year in found]
    top = bool(right) and right[0]
    return Verdict(top, any(right), top and own[0])
