"""What the prose states of the figures, and where."""

from __future__ import annotations

from decimal import Decimal

import pytest

from indexer.narrative import Stated, by_indicator, read_stated
from indexer.text import clean
from tests.cases import load_cases


@pytest.mark.parametrize("case", load_cases("narrative"))
def test_states(case):
    found = read_stated(clean(case["text"]), 2022)
    assert [[item.indicator, str(item.value)] for item in found] == case["stated"]
    for item in found:
        assert case["text"][item.start : item.stop] == item.quote
        assert item.quote.strip()


def test_only_whole_numbers_can_settle_where_digits_part():
    stated = [
        Stated("fees.amount", Decimal("1.5"), "万元", "1.5万元", 0, 5),
        Stated("received", Decimal(3), "件", "3件", 0, 2),
        Stated("received", Decimal(5), "件", "5件", 4, 6),
    ]
    assert by_indicator(stated) == {"received": frozenset({3, 5})}
