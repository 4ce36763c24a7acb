"""Digits that ran together: the truth is never lost, and never replaced by another reading."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.splitting import cuts, line_readings, may_hide_blanks, provable, row_readings

COUNT = st.one_of(st.integers(0, 12), st.integers(0, 999))


def joined(cells):
    return "".join(map(str, cells))


@st.composite
def rows(draw, cells=7):
    """A row of counts whose last is the sum of the others."""
    parts = draw(st.lists(COUNT, min_size=cells - 1, max_size=cells - 1))
    return (*parts, sum(parts))


@st.composite
def tables(draw, cells=4, parts=3):
    """Rows that add up, the last the sum of the others, as in table three."""
    body = [draw(rows(cells)) for _ in range(parts)]
    total = tuple(map(sum, zip(*body, strict=True)))
    return {**{f"part{i}": row for i, row in enumerate(body)}, "total": total}


def adds_up(chosen):
    parts = [row for id_, row in chosen.items() if id_ != "total"]
    return tuple(map(sum, zip(*parts, strict=True))) == tuple(chosen["total"])


@settings(deadline=None)
@given(rows())
def test_a_row_that_adds_up_is_among_its_readings(row):
    readings = row_readings([joined(row)], len(row))
    assert readings is None or row in readings
    if readings is not None and len(readings) == 1:
        assert readings == [row]


@settings(deadline=None)
@given(rows(), st.data())
def test_a_blank_between_two_cells_is_kept_as_a_border(row, data):
    border = data.draw(st.integers(1, len(row) - 1))
    tokens = [joined(row[:border]), joined(row[border:])]
    readings = row_readings(tokens, len(row)) or [row]
    assert row in readings
    for reading in readings:
        ends = {len(joined(reading[:count])) for count in range(1, len(reading))}
        assert len(tokens[0]) in ends


@settings(max_examples=25, deadline=None)
@given(st.lists(rows(5), min_size=3, max_size=3))
def test_a_line_of_three_blocks_is_among_its_readings(blocks):
    truth = tuple(cell for block in blocks for cell in block)
    readings = line_readings([joined(truth)], 3, 5)
    assert readings is None or truth in readings


@settings(max_examples=50, deadline=None)
@given(tables())
def test_what_is_proved_is_the_truth(table):
    readings = {
        id_: found for id_, row in table.items() if (found := row_readings([joined(row)], 4))
    }
    if len(readings) < len(table):
        return
    proved = provable(readings, adds_up)
    assert proved.items() <= table.items()


def test_columns_settle_what_a_row_leaves_open():
    readings = {"a": [(1, 2, 3), (12, 0, 12)], "total": [(1, 2, 3)]}
    assert provable(readings, lambda c: c["a"] == c["total"]) == {
        "a": (1, 2, 3),
        "total": (1, 2, 3),
    }


def test_two_readings_that_both_hold_prove_nothing():
    readings = {"a": [(1, 2), (2, 1)], "b": [(5, 5)]}
    assert provable(readings, lambda _: True) == {"b": (5, 5)}


def test_a_part_on_which_all_readings_agree_is_proved_alone():
    readings = {"a": [(1, 2), (2, 1)], "b": [(3, 0), (0, 3)]}
    assert provable(readings, lambda c: c["b"] == (3, 0)) == {"b": (3, 0)}


@pytest.mark.parametrize(
    ("tokens", "cells"),
    [(["1234"], 7), ([], 7), (["26", "26"], 7)],
    ids=["too-few-digits", "nothing-printed", "five-blanks"],
)
def test_blanks_are_never_read_as_zeros(tokens, cells):
    assert not row_readings(tokens, cells)


def test_no_count_begins_with_a_zero():
    assert row_readings(["505"], 2) == []


def test_a_number_printed_twice_may_hide_blanks():
    assert may_hide_blanks("153153")
    assert not may_hide_blanks("0000")


@settings(deadline=None)
@given(st.lists(COUNT, min_size=1, max_size=5))
def test_cuts_hold_the_truth_once_and_nothing_with_a_leading_zero(cells):
    found = list(cuts([joined(cells)], len(cells)))
    assert found.count(tuple(cells)) == 1
    assert {joined(cut) for cut in found} == {joined(cells)}


@pytest.mark.parametrize("tokens", [["12", "3"], ["1", "0", "1"]], ids=["pair", "spaced"])
def test_cuts_respect_the_blanks_of_the_print(tokens):
    assert list(cuts(tokens, len(tokens))) == [tuple(map(int, tokens))]
