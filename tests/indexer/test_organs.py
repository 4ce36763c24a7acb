"""Who and when, from titles of many shapes."""

from __future__ import annotations

import pytest
from drawn import document

from indexer.model import Organ
from indexer.organs import is_area_government, is_place_only, read_identity, read_year
from tests.cases import load_cases


@pytest.mark.parametrize("case", load_cases("organs"))
def test_organ_and_year_are_read(case):
    found = read_identity(
        document(*case["lines"], **case.get("meta", {})), case.get("file", "a.html")
    )
    aliases = (case["alias"],) if "alias" in case else None
    if case["organ"] is None:
        assert found.organ is None
    else:
        assert isinstance(found.organ, Organ)
        assert found.organ.name == case["organ"]
        assert found.organ.place_only == case.get("place_only", False)
        assert aliases is None or found.organ.aliases == aliases
    assert found.year == case["year"]
    assert found.period == case.get("period")
    assert found.academic == case.get("academic", False)


@pytest.mark.parametrize(
    ("text", "year"),
    [("2021", 2021), ("二〇二一", 2021), ("二零一九", 2019), ("二千", None), ("", None)],
    ids=["digits", "hanzi", "zero-written-out", "no-digits", "empty"],
)
def test_years(text, year):
    assert read_year(text) == year


@pytest.mark.parametrize(
    ("name", "place", "area"),
    [
        ("示例市", True, True),
        ("示例市人民政府", False, True),
        ("示例综合试验区管委会", False, True),
        ("示例市人民政府办公室", False, False),
        ("示例市教育局", False, False),
    ],
    ids=["place", "government", "committee", "office", "department"],
)
def test_who_stands_for_a_whole_area(name, place, area):
    assert (is_place_only(name), is_area_government(name)) == (place, area)
