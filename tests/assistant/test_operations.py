"""What is to be done with the figures, and the numbers a question states itself."""

from __future__ import annotations

import pytest

from assistant.understand.operations import find_operations
from assistant.understand.patterns import against_last_year
from tests.cases import load_cases


@pytest.mark.parametrize("case", load_cases("operations"))
def test_finds(case):
    found = find_operations(case["text"], ())
    assert set(case["has"]) <= found.ids
    if "limit" in case:
        assert found.limit == case["limit"]
    sign, number = case.get("comparison", (None, None))
    assert (found.comparison and (found.comparison[0], str(found.comparison[1]))) == (
        (sign, number) if sign else None
    )
    if "stated" in case:
        stated = [[f"{item.value:f}", item.more or item.about] for item in found.stated]
        assert stated == case["stated"]


def test_a_year_is_no_stated_number():
    text = "2021年收到268件"
    assert [item.value for item in find_operations(text, [(0, 5)]).stated] == [268]


@pytest.mark.parametrize(
    ("text", "compares"),
    [
        ("新收比上年多多少", True),
        ("与去年相比增加多少", True),
        ("上年结转多少", False),
        ("上一年呢", False),
        ("year-on-year change", True),
    ],
    ids=["more-than", "compared-with", "row-label", "follow-up", "english"],
)
def test_the_year_before_as_a_base_is_no_year_asked_for(text, compares):
    assert bool(against_last_year(text)) == compares
