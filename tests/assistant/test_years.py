"""Years: named, counted back from the question's date, or left to the library."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.numerals import spoken_year
from assistant.understand.years import Years, find_years
from tests.cases import load_cases

TODAY = date(2025, 6, 1)


@pytest.mark.parametrize("case", load_cases("years"))
def test_finds(case):
    found, spans = find_years(case["text"], TODAY)
    flags = {k: v for k, v in case.items() if k not in ("id", "why", "text", "named")}
    assert found == Years(named=tuple(case["named"]), **flags)
    assert bool(spans) == (not found.silent)


@settings(deadline=None)
@given(st.integers(2000, 2099))
def test_a_year_is_read_however_it_is_written(year):
    forms = (f"{year}年", spoken_year(year) + "年", f"{year % 100:02d}年", f"in {year}")
    assert {find_years(form, TODAY)[0].named for form in forms} == {(year,)}


@settings(deadline=None)
@given(st.integers(2008, 2040))
def test_a_relative_year_follows_the_date_of_the_question(year):
    assert find_years("去年", date(year, 1, 1))[0].named == (year - 1,)
