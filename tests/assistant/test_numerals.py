"""Chinese numerals agree with cn2an, and every number reads back as it was spoken."""

from __future__ import annotations

from decimal import Decimal

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.numerals import numbers_in, read_numeral, spoken

COUNTS = st.integers(min_value=0, max_value=10**12 - 1)


@given(COUNTS)
def test_spoken_counts_agree_with_cn2an(count: int) -> None:
    assert spoken(Decimal(count)) == cn2an.an2cn(count, "low")


@given(COUNTS)
def test_a_spoken_count_reads_back(count: int) -> None:
    assert read_numeral(spoken(Decimal(count))) == count


@given(st.decimals(min_value=0, max_value=10**8, places=6))
def test_a_spoken_decimal_reads_back(value: Decimal) -> None:
    assert read_numeral(spoken(value)) == value


@given(COUNTS)
def test_digits_read_back_however_they_are_grouped(count: int) -> None:
    for written in (str(count), f"{count:,}"):
        assert [number.value for number in numbers_in(f"共{written}件")] == [count]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("一万多", None),
        ("两万三", 23000),
        ("三百五", 350),
        ("十二", 12),
        ("一百零五", 105),
        ("二一", 21),
    ],
)
def test_people_write_numerals_short(written: str, value: int | None) -> None:
    assert read_numeral(written) == value
