"""What a printed cell says, by a table of cases and two laws."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.errors import UnreadableCell
from indexer.numbers import canonical, read_cell, read_number
from tests.cases import load_cases

FULL_WIDTH = {ord("0") + digit: ord("０") + digit for digit in range(10)} | {ord(","): "，"}


@pytest.mark.parametrize("case", load_cases("numbers", "read"))
def test_reads(case):
    cell = read_cell(case["printed"])
    value = None if cell.value is None else str(cell.value)
    assert (cell.state, value, cell.unit) == (case["state"], case.get("value"), case.get("unit"))
    assert cell.printed == case["printed"]


@pytest.mark.parametrize("case", load_cases("numbers", "refused"))
def test_refuses_to_guess(case):
    with pytest.raises(UnreadableCell):
        read_cell(case["printed"])


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=10**12), st.sampled_from(["", "件", "万元", "（注）"]))
def test_reads_back_any_count_however_it_is_printed(count, behind):
    plain, grouped = str(count), f"{count:,}"
    printed = (plain, grouped, plain.translate(FULL_WIDTH), grouped.translate(FULL_WIDTH))
    assert {read_cell(f" {text}{behind}\n").value for text in printed} == {Decimal(count)}


@settings(deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9)))
def test_reads_back_any_amount_digit_by_digit(amount):
    printed = canonical(amount)
    assert canonical(read_number(printed)) == printed


@settings(deadline=None)
@given(st.text(alphabet="0123456789,.-+/—０９件元万（）() \n其中无", max_size=12))
def test_never_invents_a_number(printed):
    try:
        cell = read_cell(printed)
    except UnreadableCell:
        return
    assert (cell.value is not None) == (cell.state == "number")
    if cell.value is not None:
        digits = "".join(str(int(char)) for char in printed if char.isdecimal())
        assert canonical(abs(cell.value)).replace(".", "") in digits
