"""Cleaning keeps the way back, for all strings."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from indexer.text import clean, fold, plain_radicals, squash, strip_numbering
from tests.cases import load_cases

#: Signs that fold to none, one or several characters, among others.
MIXED = st.one_of(
    st.text(max_size=40), st.text(alphabet="总计１２㈠①㎡½…“—　\u00a0\u200b\ufeff\n件")
)


@settings(deadline=None)
@given(MIXED, st.data())
def test_every_clean_span_can_be_found_in_the_original(raw, data):
    text = clean(raw)
    assume(text.clean)
    start = data.draw(st.integers(0, len(text.clean) - 1))
    stop = data.draw(st.integers(start + 1, len(text.clean)))
    low, high = text.raw_span(start, stop)
    assert 0 <= low < high <= len(raw)
    assert text.clean[start:stop] in clean(raw[low:high]).clean


@settings(deadline=None)
@given(MIXED)
def test_origins_are_as_many_as_characters_and_never_run_backwards(raw):
    text = clean(raw)
    assert len(text.origin) == len(text.clean)
    assert list(text.origin) == sorted(text.origin)
    assert not any(char.isspace() for char in text.clean)


@settings(deadline=None)
@given(st.text(alphabet="总计（１）〔二○“”—－/ \u3000㈠①%％Ａ", max_size=30))
def test_folding_twice_changes_nothing(raw):
    assert squash(squash(raw)) == squash(raw)


@pytest.mark.parametrize("case", load_cases("text", "fold"))
def test_folds_what_reports_use_for_one_another(case):
    assert fold(case["one"]) == fold(case["other"])


@pytest.mark.parametrize("case", load_cases("text", "numbering"))
def test_drops_the_numbering_and_nothing_else(case):
    assert strip_numbering(squash(case["label"])) == case["bare"]


@given(st.text(alphabet=st.characters(min_codepoint=0x2E80, max_codepoint=0x2FDF)))
def test_radicals_give_way_to_characters_one_for_one(raw):
    plain = plain_radicals(raw)
    assert len(plain) == len(raw)
    assert not any("\u2f00" <= char <= "\u2fd5" for char in plain)
