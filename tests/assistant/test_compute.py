"""Arithmetic over printed cells: exact, with its expression, and never over a blank unsaid."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.compute import Value, added, percentage, quotient, rounded, value_of
from assistant.figures import Figures
from indexer.formats import load_format
from indexer.model import Organ
from indexer.store import Store
from tests.indexer.reports import figure, with_figures

COLUMNS = tuple(load_format("2021").applicants)
REFUSED = load_format("2021").groups_parts["refused"]
ORGANISATIONS = [column for column in COLUMNS if column.startswith("legal.")]


def row(indicator: str, *counts: int | None) -> list:
    return [figure(indicator, c, n) for c, n in zip(COLUMNS, counts, strict=True)]


def block(name: str, *counts: int | None) -> list:
    results = ("upheld", "corrected", "other", "pending", "total")
    pairs = zip(results, counts, strict=True)
    return [figure(f"{name}.{r}", None, n, table=4) for r, n in pairs]


SHEET = [
    *(f for id_, n in zip(REFUSED, (2, 1, 0, 4, 1, 0, 1, 1), strict=True)
      for f in row(id_, n, 0, 0, 0, 0, 0, n)),
    *row("received", 5, 1, None, 2, 0, 0, 8),
    *row("carried_in", 2, 1, 0, 0, 0, 0, None),
    *row("disclosed", None, None, None, None, None, None, None),
    *row("partly_disclosed", 1, 0, 0, 0, 0, 0, 1),
    *row("unavailable.not_held", 3, 0, 0, 0, 0, 0, 3),
    *row("unavailable.to_be_made", *[None] * 7),
    *row("unavailable.unclear", 1, 0, 0, 0, 0, 0, 1),
    *row("concluded", 8, 0, 0, 0, 0, 0, 8),
    *block("review", 7, 2, 1, 1, None),
    *block("lawsuit_direct", 0, 0, 0, 0, 0),
    *block("lawsuit_after_review", 0, 0, 0, 0, 3),
    figure("fees.amount", None, Decimal("12.50"), table=2, unit="万元"),
    figure("regulations.issued", None, None, table=2, state="not_applicable", printed="/"),
]  # fmt: skip


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Figures]:
    organ = Organ("示例市人民政府", ("示例市",))
    with Store.create(tmp_path_factory.mktemp("tiny")) as store:
        store.add(with_figures(1, SHEET, organ=organ, unreadable=(), findings=()))
        yield Figures(store)


@pytest.fixture
def value(figures: Figures):
    (report,) = figures.store.reports()
    return lambda indicator, applicant=None: value_of(figures, report, indicator, applicant)


def test_a_printed_cell_is_given_as_printed(value):
    fees = value("fees.amount")
    assert (str(fees.value), fees.unit, fees.computed) == ("12.50", "万元", False)
    assert len(fees.sources) == 1


def test_a_group_that_is_no_cell_is_added_up_and_lists_its_parts(value):
    refused = value("refused")
    assert (refused.value, refused.expression) == (10, "2+1+0+4+1+0+1+1 = 10")
    assert [source.indicator for source in refused.sources] == list(REFUSED)
    assert refused.why == "group"
    assert not refused.partial


def test_a_blank_total_is_computed_from_printed_parts_and_says_so(value):
    review = value("review.total")
    assert (review.value, review.expression, review.why) == (11, "7+2+1+1 = 11", "blank")
    carried = value("carried_in")
    assert (carried.value, carried.expression, carried.why) == (3, "2+1+0+0+0+0 = 3", "blank")


def test_a_printed_total_is_never_replaced_by_a_sum(value):
    printed = value("lawsuit_after_review.total")
    assert (printed.value, printed.why) == (3, None)


def test_a_total_over_blanks_only_stays_blank(value):
    assert (value("disclosed").state, value("disclosed").value) == ("blank", None)


def test_a_sum_over_a_blank_is_partial_and_names_the_blank(value):
    unavailable = value("unavailable")
    assert (unavailable.value, unavailable.expression) == (4, "3+1 = 4")
    assert [blank.indicator for blank in unavailable.blanks] == ["unavailable.to_be_made"]


def test_organisations_are_five_columns_together(value):
    legal = value("received", "legal")
    assert (legal.value, legal.expression) == (3, "1+2+0+0 = 3")
    assert [blank.applicant for blank in legal.blanks] == ["legal.research"]
    refused = value("refused", "natural_person")
    assert refused.value == 10


def test_a_mark_and_an_absent_row_are_no_zeros(value):
    assert (value("regulations.issued").state, value("regulations.issued").value) == (
        "not_applicable",
        None,
    )
    assert (value("penalties.decisions").state, value("penalties.decisions").value) == (
        "absent",
        None,
    )


def test_a_rate_shows_its_fraction(value):
    rate = value("correction_rate")
    assert (str(rate.value), rate.unit, rate.expression) == (
        "18.2", "%", "2/(7+2+1+1) = 18.2%",
    )  # fmt: skip
    assert (rate.numerator, rate.denominator) == (2, 11)


def test_a_rate_over_a_blank_is_declined(value):
    assert value("full_disclosure_rate").value is None


def test_a_rate_from_zero_is_declined(value):
    top, bottom = value("lawsuit_direct.upheld"), value("lawsuit_direct.total")
    found = quotient(top.report, "x", None, top, bottom)
    assert (found.state, found.value, found.why) == ("absent", None, "zero_base")


def test_nothing_cannot_be_added_up():
    with pytest.raises(ValueError):
        added([], "received")


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [
        (1, 8, "12.5"),
        (1, 16, "6.3"),
        (3, 16, "18.8"),
        (2, 3, "66.7"),
        (0, 5, "0.0"),
        (5, 5, "100.0"),
    ],
    ids=["exact", "half-up", "half-up-even", "two-thirds", "none", "all"],
)
def test_percentages_are_rounded_half_up_to_one_decimal(part, whole, percent):
    assert str(percentage(Decimal(part), Decimal(whole))) == percent


@settings(deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_rounding_is_off_by_half_a_step_at_most(part, whole):
    exact = Decimal(part) / whole
    assert abs(percentage(Decimal(part), Decimal(whole)) - exact * 100) <= Decimal("0.05")
    assert abs(rounded(exact) - exact) <= Decimal("0.005")


@settings(deadline=None)
@given(st.lists(st.decimals(0, 10**6, places=2), min_size=1, max_size=8))
def test_sums_are_exact_and_their_expression_is_true(parts):
    values = [Value(None, "x", None, "number", part, "万元") for part in parts]
    total = added(values, "x")
    left, right = total.expression.split(" = ")
    assert sum(map(Decimal, left.split("+"))) == Decimal(right) == total.value == sum(parts)
    assert total.unit == "万元"


def test_sums_over_different_units_have_no_unit():
    values = [Value(None, "x", None, "number", Decimal(1), unit) for unit in ("元", "万元")]
    assert added(values, "x").unit is None
