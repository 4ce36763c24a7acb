"""Known wordings in a question: none inside another, Latin ones as whole words."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.understand.spotting import Lexicon, blank

LEXICON = Lexicon.of([("公开", 1), ("不予公开", 2), ("公开率", 3), ("fee", 4), ("a", 5), ("件", 6)])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("不予公开多少件", ["不予公开", "件"]),
        ("部分公开率", ["公开率"]),
        ("不予公开率", ["不予公开"]),
        ("coffee", []),
        ("the fees", ["fee"]),
        ("feet", []),
        ("a fee", ["a", "fee"]),
        ("", []),
    ],
    ids=["longest", "longer-right", "longest-of-two", "inside", "plural", "longer", "one", "none"],
)
def test_spots(text, found):
    assert [spot.text for spot in LEXICON.spots(text)] == found


@settings(deadline=None)
@given(st.text(alphabet="不予公开率件fe a-s", max_size=20))
def test_spots_are_slices_that_never_overlap(text):
    spots = LEXICON.spots(text)
    for spot in spots:
        assert text[spot.start : spot.stop].replace("-", " ") == spot.text
    assert all(a.stop <= b.start for a, b in pairwise(spots))
    assert len(blank(text, spots)) == len(text)


def test_a_lower_rank_wins_over_a_longer_wording():
    ranked = Lexicon.of([("公开率", 1), ("不予公", 0)], rank=lambda meaning: meaning)
    assert [spot.text for spot in ranked.spots("不予公开率")] == ["不予公"]


def test_of_equal_wordings_the_first_counts():
    (spot,) = Lexicon.of([("公开", 1), ("公开", 2)]).spots("公开")
    assert spot.meaning == 1
