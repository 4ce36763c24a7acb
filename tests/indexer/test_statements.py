"""Numbers that prose states, with what they count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.statements import read_statements
from tests.cases import load_cases


@pytest.mark.parametrize("case", load_cases("statements"))
def test_reads(case):
    found = [[str(s.value), s.unit, s.part] for s in read_statements(case["text"])]
    assert found == case["finds"]


def test_a_sum_of_the_clause_before_says_nothing_of_itself():
    *_, last = read_statements("召开推进会3次，测评整改暨培训会3次，累计240人次。")
    assert last.generic and last.earlier[0] == "测评整改暨培训会3次"


def test_words_that_lead_to_the_next_number_are_not_what_the_first_counts():
    first, second = read_statements("网站栏目由46个精简为29个。")
    assert (first.behind, second.before) == ("", "精简为")


@given(st.text(alphabet="解读访谈其中，、。0123456789篇期年月号共 ", max_size=40))
def test_a_statement_is_where_it_says(text):
    for one in read_statements(text):
        printed = text[one.start : one.stop]
        assert printed.endswith(one.unit)
        assert str(one.value) in printed.replace(",", "") or int(one.value) == int(
            "".join(filter(str.isdigit, printed))
        )
