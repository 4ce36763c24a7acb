"""Questions folded, and their language."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.understand.normalise import normalise
from tests.cases import load_cases


@pytest.mark.parametrize("case", load_cases("normalise"))
def test_normalises(case):
    found = normalise(case["asked"])
    assert (found.text, found.language) == (case["text"], case["language"])
    assert found.original == case["asked"]


def test_a_language_that_is_given_is_kept():
    assert normalise("淮北市2021年新收多少", "en").language == "en"


@settings(deadline=None)
@given(st.text(alphabet="淮北２０２1年公開申請多少 \u3000how MANY，?", max_size=30))
def test_normalising_twice_changes_nothing(asked):
    once = normalise(asked).text
    assert normalise(once).text == once
