"""Figures and arithmetic with provenance, in Decimal.

Owns adding up the parts of a group, rates with their fraction, rounding (percentages to one
decimal, other quotients to two, half up), and the state of what cannot be computed.  A blank is
not a zero: a sum over a blank is partial and says so.

Leaves to others: reading printed cells (figures.py), which figures are asked for (understand/),
words (draft.py, replies/).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from operator import eq, ge, gt, le, lt
from types import MappingProxyType
from typing import Literal

from assistant.figures import Figures
from assistant.vocabulary import load_indicators
from assistant.vocabulary.entries import Formula, Term
from assistant.vocabulary.statistics_rows import counterpart_of, indicator_of
from indexer.numbers import canonical
from indexer.records import ReportRow, StoredFigure, StoredUnreadable

ValueState = Literal["number", "blank", "not_applicable", "text", "absent", "unreadable"]

ORGANISATIONS = (
    "legal.business", "legal.research", "legal.public_interest", "legal.legal_service",
    "legal.other",
)  # fmt: skip
#: The kinds of applicants, in the order of the columns of table three.
APPLICANTS = ("natural_person", *ORGANISATIONS)
#: What can become of an application: the rows that add up to all that were concluded.
OUTCOMES = ("disclosed", "partly_disclosed", "refused", "unavailable", "declined", "other")
#: What can become of a review or a lawsuit, in the order of the columns of table four.
RESULTS = ("upheld", "corrected", "other", "pending")
#: The comparisons of a question by their sign.
SIGNS: Mapping[str, Callable[[Decimal, Decimal], bool]] = MappingProxyType(
    {">": gt, ">=": ge, "<": lt, "<=": le, "=": eq}
)


@dataclass(frozen=True, slots=True)
class Value:
    """One figure as found or computed; `value` is set if and only if `state` is "number".

    `sources` are the printed cells it rests on, in order.  `expression` is the printed arithmetic
    of a computed value ("2+1 = 3").  `blanks` are the labels of cells without a number that a sum
    had to pass over, `missing` the indicators of rows that the report does not print.  `why` says
    what makes a total computed: "group" (never printed), "blank" (its cell is blank), "rate".
    """

    report: ReportRow
    indicator: str
    applicant: str | None
    state: ValueState
    value: Decimal | None = None
    unit: str | None = None
    printed: str = ""
    sources: tuple[StoredFigure, ...] = ()
    expression: str | None = None
    blanks: tuple[StoredFigure, ...] = ()
    why: str | None = None
    unread: StoredUnreadable | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    filled: bool = False
    missing: tuple[str, ...] = ()

    @property
    def computed(self) -> bool:
        """Whether the value is no printed cell but arithmetic over printed cells."""
        return self.why is not None

    @property
    def partial(self) -> bool:
        """Whether a part of the sum has no number."""
        return bool(self.blanks or self.missing)


def value_of(
    figures: Figures, report: ReportRow, indicator: str, applicant: str | None = None
) -> Value:
    """Return the figure `indicator` of `report`, for one kind of applicant or their total.

    A group total is computed and lists its parts; a blank total is computed from its parts.
    """
    if report.format == "statistics":
        row = figures.sheet(report).resolved(counterpart_of(indicator))
        return _cell(figures, report, row, None)
    indicator = indicator_of(indicator)
    known = load_indicators().get(indicator)
    if known is None:
        return Value(report, indicator, applicant, "absent")
    if known.kind == "derived" and known.formula:
        return rate_of(figures, report, known.formula, indicator, applicant)
    column = (applicant or "total") if known.table == 3 else None
    if column == "legal":
        return _sum_over(figures, report, indicator, "legal", _columns(indicator, ORGANISATIONS))
    direct = _cell(figures, report, indicator, column)
    if direct.state == "number":
        return direct
    if direct.state == "blank":
        return _filled(figures, report, indicator, column, direct)
    if direct.state == "absent" and known.parts:
        parts = [(term.indicator, column, term.sign) for term in known.parts]
        return _sum_over(figures, report, indicator, column, parts, why="group")
    return direct


def values_across(
    figures: Figures,
    reports: Sequence[ReportRow],
    year: int,
    indicator: str,
    applicant: str | None = None,
) -> list[Value]:
    """Return one figure of many reports of one year, in their order.

    Of a large library only the numbers are read, by the ranking index; such a Value has no
    `sources`, and whoever shows it reads it again by `value_of`.
    """
    if len(reports) <= MANY:
        return [value_of(figures, report, indicator, applicant) for report in reports]
    numbers = _numbers_across(figures, year, indicator, applicant)
    return [
        Value(report, indicator, applicant, "number", *found)
        if (found := numbers.get(report.id)) is not None
        else value_of(figures, report, indicator, applicant)
        for report in reports
    ]


#: Reports up to which every figure is read with its place.
MANY = 60


def _numbers_across(
    figures: Figures, year: int, indicator: str, applicant: str | None
) -> dict[str, tuple[Decimal, str | None]]:
    """Return value and unit by report, for reports in which every part is a number."""
    known = load_indicators().get(indicator)
    if known is None or known.kind == "derived" or applicant == "legal":
        return {}
    column = (applicant or "total") if known.table == 3 else None
    direct = {
        row.report: (row.value, row.unit)
        for row in figures.store.across(indicator, column, year)
        if row.value is not None
    }
    if known.kind == "cell":
        return direct
    parts = [_numbers_across(figures, year, t.indicator, applicant) for t in known.parts]
    whole = set.intersection(*(set(part) for part in parts)) if parts else set()
    sums = {id_: (sum((part[id_][0] for part in parts), Decimal(0)), "件") for id_ in whole}
    return {**sums, **direct}


def rate_of(
    figures: Figures, report: ReportRow, formula: Formula, indicator: str, applicant: str | None
) -> Value:
    """Return a quotient of two sums in percent, rounded half up to one decimal."""
    top = _terms(figures, report, formula.numerator, applicant)
    bottom = _terms(figures, report, formula.denominator, applicant)
    return quotient(report, indicator, applicant, top, bottom)


def quotient(
    report: ReportRow,
    indicator: str,
    applicant: str | None,
    top: Value,
    bottom: Value,
    *,
    percent: bool = True,
) -> Value:
    """Return top / bottom as a Value; its state is that of the operand that keeps it from being."""
    sources = (*top.sources, *bottom.sources)
    blanks = (*top.blanks, *bottom.blanks)
    for operand in (top, bottom):
        if operand.state != "number":
            return Value(
                report, indicator, applicant, operand.state, None, None, operand.printed,
                sources, None, blanks, "rate", operand.unread,
            )  # fmt: skip
    assert top.value is not None and bottom.value is not None
    if bottom.value == 0:
        return Value(
            report,
            indicator,
            applicant,
            "absent",
            sources=sources,
            blanks=blanks,
            why="zero_base",
            numerator=top.value,
            denominator=bottom.value,
        )
    result = percentage(top.value, bottom.value) if percent else rounded(top.value / bottom.value)
    shown = f"{canonical(result)}%" if percent else canonical(result)
    expression = f"{_operand(top)}/{_operand(bottom)} = {shown}"
    return Value(
        report, indicator, applicant, "number", result, "%" if percent else None, shown, sources,
        expression, blanks, "rate", None, top.value, bottom.value, top.filled or bottom.filled,
    )  # fmt: skip


def growth(old: Value, new: Value, *, percent: bool, down: bool = False) -> Value:
    """Return new - old (old - new with `down`), in percent of old where that is asked for.

    Its state is that of the figure that keeps it from being; growth from zero is absent.
    """
    top, bottom = (old, new) if down else (new, old)
    sources = (*new.sources, *old.sources)
    for operand in (new, old):
        if operand.value is None:
            return replace(new, value=None, state=operand.state, sources=sources, why="rate")
    assert top.value is not None and bottom.value is not None and old.value is not None
    gap, shown = top.value - bottom.value, f"{_operand(top)}-{_operand(bottom)}"
    if percent and old.value == 0:
        return replace(new, value=None, state="absent", sources=sources, why="zero_base")
    result = percentage(gap, old.value) if percent else gap
    unit = "%" if percent else new.unit
    whole = f"({shown})/{_operand(old)}" if percent else shown
    return replace(
        new,
        value=result,
        unit=unit,
        printed=canonical(result),
        sources=sources,
        expression=f"{whole} = {canonical(result)}{'%' if percent else ''}",
        blanks=(*new.blanks, *old.blanks),
        why="rate",
        numerator=gap if percent else None,
        denominator=old.value if percent else None,
    )


def percentage(part: Decimal, whole: Decimal) -> Decimal:
    """Return part / whole in percent to one decimal, half up.

    >>> percentage(Decimal(242), Decimal(328))
    Decimal('73.8')
    """
    return (part / whole * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)


def rounded(value: Decimal) -> Decimal:
    """Return `value` to two decimals, half up; whole numbers stay whole.

    >>> rounded(Decimal(10) / 3), rounded(Decimal(4) / 2)
    (Decimal('3.33'), Decimal('2'))
    """
    quantized = value.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return (
        quantized.to_integral_value() if quantized == quantized.to_integral_value() else quantized
    )


def added(values: Sequence[Value], indicator: str, applicant: str | None = None) -> Value:
    """Return the sum of `values` with its expression; parts without a number make it partial.

    Raises:
        ValueError: there is nothing to add.
    """
    if not values:
        raise ValueError("nothing to add up")
    report = values[0].report
    sources = tuple(source for value in values for source in value.sources)
    unread = next((value for value in values if value.state == "unreadable"), None)
    if unread is not None:
        return replace(unread, indicator=indicator, applicant=applicant, sources=sources)
    numbers = [value for value in values if value.state == "number" and value.value is not None]
    blanks = tuple(
        blank for value in values
        for blank in (value.blanks or (value.sources[-1:] if value.state != "number" else ()))
    )  # fmt: skip
    if not numbers:
        return replace(
            values[0], indicator=indicator, applicant=applicant, sources=sources, blanks=()
        )
    total = sum((value.value for value in numbers if value.value is not None), Decimal(0))
    terms = _joined([value.value for value in numbers if value.value is not None])
    units = {value.unit for value in numbers}
    return Value(
        report, indicator, applicant, "number", total, units.pop() if len(units) == 1 else None,
        canonical(total), sources, f"{terms} = {canonical(total)}", blanks, "group",
        filled=any(value.filled for value in values),
    )  # fmt: skip


def without(whole: Value, parts: Sequence[Value]) -> Value:
    """Return `whole` less its `parts`; an operand without a number is returned in its place."""
    lacking = next((value for value in (whole, *parts) if value.value is None), None)
    if lacking is not None:
        return lacking
    left = [replace(part, value=-part.value) for part in parts if part.value is not None]
    terms = "".join(f"-{_operand(part)}" for part in parts)
    value = added([whole, *left], whole.indicator, whole.applicant)
    assert value.value is not None
    expression = f"{_operand(whole)}{terms} = {canonical(value.value)}"
    return replace(value, expression=expression, why="group")


def average_of(values: Sequence[Value]) -> tuple[Decimal, str]:
    """Return the mean of the numbers among `values` and its expression.

    The mean of rates is taken over their fractions, to one decimal; others have two.
    """
    rates = [
        (value.numerator, value.denominator)
        for value in values
        if value.numerator is not None and value.denominator
    ]
    if len(rates) == len(values) and {value.unit for value in values} == {"%"}:
        shares = [part / whole for part, whole in rates]
        mean = percentage(sum(shares, Decimal(0)), Decimal(len(shares)))
        terms = "+".join(f"{canonical(part)}/{canonical(whole)}" for part, whole in rates)
        return mean, f"({terms})/{len(shares)} = {canonical(mean)}%"
    numbers = [value.value for value in values if value.value is not None]
    mean = rounded(sum(numbers, Decimal(0)) / len(numbers))
    terms = "+".join(canonical(number) for number in numbers)
    return mean, f"({terms})/{len(numbers)} = {canonical(mean)}"


def _cell(figures: Figures, report: ReportRow, indicator: str, applicant: str | None) -> Value:
    figure = figures.cell(report, indicator, applicant)
    if figure is None:
        unread = figures.unreadable(report, indicator, applicant)
        state: ValueState = "unreadable" if unread else "absent"
        return Value(report, indicator, applicant, state, unread=unread)
    return Value(
        report,
        indicator,
        applicant,
        figure.state,
        figure.value,
        figure.unit,
        figure.printed,
        (figure,),
    )


def _filled(
    figures: Figures, report: ReportRow, indicator: str, column: str | None, blank: Value
) -> Value:
    """Compute a total whose cell is blank from its printed parts, else leave it blank."""
    parts: list[tuple[str, str | None, int]] = []
    if column == "total":
        parts = _columns(indicator, APPLICANTS)
    elif indicator.endswith(".total"):
        block = indicator.removesuffix(".total")
        parts = [(f"{block}.{result}", None, 1) for result in RESULTS]
    found = _try(figures, report, indicator, column, parts)
    if found is None and indicator == "concluded":
        rows = [(row, column, 1) for row in OUTCOMES]
        found = _try(figures, report, indicator, column, rows)
    if found is None:
        return blank
    return replace(found, why="blank", filled=True)


def _try(
    figures: Figures,
    report: ReportRow,
    indicator: str,
    column: str | None,
    parts: Sequence[tuple[str, str | None, int]],
) -> Value | None:
    if not parts:
        return None
    found = _sum_over(figures, report, indicator, column, parts)
    return found if found.state == "number" else None


def _columns(indicator: str, columns: Iterable[str]) -> list[tuple[str, str | None, int]]:
    return [(indicator, column, 1) for column in columns]


def _sum_over(
    figures: Figures,
    report: ReportRow,
    indicator: str,
    applicant: str | None,
    parts: Sequence[tuple[str, str | None, int]],
    *,
    why: str = "group",
) -> Value:
    values = [_part(figures, report, row, column) for row, column, _ in parts]
    present = [value for value in values if value.state != "absent"]
    if not present:
        return Value(report, indicator, applicant, "absent")
    missing = tuple(value.indicator for value in values if value.state == "absent")
    return replace(added(present, indicator, applicant), why=why, missing=missing)


def _part(figures: Figures, report: ReportRow, indicator: str, column: str | None) -> Value:
    if column == "legal":
        return _sum_over(figures, report, indicator, column, _columns(indicator, ORGANISATIONS))
    direct = _cell(figures, report, indicator, column)
    known = load_indicators().get(indicator)
    if direct.state == "blank":
        return _filled(figures, report, indicator, column, direct)
    if direct.state == "absent" and known and known.parts:
        parts = [(term.indicator, column, term.sign) for term in known.parts]
        return _sum_over(figures, report, indicator, column, parts)
    return direct


def _terms(
    figures: Figures, report: ReportRow, terms: Sequence[Term], applicant: str | None
) -> Value:
    """Add up the terms of one side of a formula, subtracting those with a minus."""
    found = []
    for term in terms:
        column = term.applicant or applicant
        value = value_of(figures, report, term.indicator, column)
        if term.sign < 0 and value.value is not None:
            value = replace(value, value=-value.value)
        found.append(value)
    if len(found) == 1:
        return found[0]
    return _all_needed(found)


def _all_needed(values: Sequence[Value]) -> Value:
    """A sum in which a part without a number makes the whole impossible."""
    lacking = next((value for value in values if value.state != "number"), None)
    return lacking if lacking is not None else added(values, values[0].indicator)


def _operand(value: Value) -> str:
    if value.expression:
        return f"({value.expression.split(' = ')[0]})"
    assert value.value is not None
    return canonical(value.value)


def _joined(values: Sequence[Decimal]) -> str:
    """Write a sum: 12-2, 3+0+1."""
    terms = [canonical(value) if value < 0 else f"+{canonical(value)}" for value in values]
    return "".join(terms).removeprefix("+")
