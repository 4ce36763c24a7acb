"""The measures stay within 0 to 1, are 1 for a perfect run, and see what is not covered."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.numerals import spoken
from eval.metrics import interval, mrr, ndcg_at, paired, precision, recall, recall_at, uncovered
from eval.written import loose_numbers, written_numbers

IDS = st.lists(st.sampled_from("abcdefgh"), min_size=1, unique=True)


def reply(text: str, **parts: object) -> dict[str, object]:
    return {"text": text, "speech": "", "figures": [], **parts}


@given(IDS, IDS, st.integers(1, 10))
def test_measures_of_retrieval_stay_within_one(ranked: list[str], relevant: list[str], k: int):
    gains = {id_: 1.0 for id_ in relevant}
    scores = (
        recall_at(k, ranked, relevant),
        ndcg_at(k, ranked, gains),
        mrr(ranked, relevant),
        precision(ranked, relevant),
        recall(ranked, relevant),
    )
    assert all(0 <= score <= 1 for score in scores)


@given(IDS)
def test_a_perfect_ranking_scores_one(ids: list[str]):
    gains = {id_: 1.0 for id_ in ids}
    assert recall_at(len(ids), ids, ids) == ndcg_at(len(ids), ids, gains) == mrr(ids, ids) == 1


@given(st.lists(st.sampled_from([0.0, 1.0]), min_size=1, max_size=30))
def test_an_interval_holds_the_mean(scores: list[float]):
    low, high = interval(scores, draws=200)
    assert 0 <= low <= sum(scores) / len(scores) <= high <= 1


def test_runs_without_a_common_case_cannot_be_compared():
    with pytest.raises(ValueError, match="no case"):
        paired({"a": 1.0}, {"b": 1.0})


@given(st.integers(11, 10**8))
def test_a_number_is_seen_in_digits_and_in_numerals(count: int):
    words = spoken(Decimal(count)) + "件"
    for text in (f"共{count}件", f"共{count:,}件", f"共{words}"):
        assert Decimal(count) in {v for one in written_numbers(text) for v in one.values}, text
        assert Decimal(count) in loose_numbers(text)


@pytest.mark.parametrize(
    ("text", "loose"),
    [
        ("新收４件", []),
        ("新收 4 件，占 73.8%", ["73.8"]),
        ("新收四件，共二十一件", ["二十一"]),
        ("占百分之七十三点八", ["百分之七十三点八"]),
        ("2023年", []),
        ("2024年", ["2024"]),
        ("见[1]和[12]", []),
        ("（三）不予公开，第三方，表三，三类内部事务信息，一般说明", []),
    ],
)
def test_only_what_nothing_supplies_is_uncovered(text: str, loose: list[str]):
    figures = [{"value": "4", "year": 2023, "label": "", "organ": None}]
    assert uncovered(reply(text, figures=figures), ["新收多少"]) == loose


def test_question_cards_library_and_citations_supply_numbers():
    cite = {"quote": "640元", "title": "", "organ": "", "row": None, "column": None}
    given_ = reply("20 日，17 份，640 元，500 件", citations=[{**cite, "year": 2023, "table": 3}])
    assert uncovered(given_, ["是不是500件", "二十日"], [17]) == []
    assert uncovered(given_, [], []) == ["20", "17", "500"]
