"""Look-up questions are found, and a text is judged by number and label together."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from eval.baselines.lookups import Lookup, Verdict, find_lookups, holds, verdict
from eval.cases import Case
from indexer.store import Store

CITY = "示例市人民政府"
RECEIVED = {"organ": CITY, "year": 2023, "value": "268", "indicator": "received"}


def case(kind: str = "value", history: tuple[str, ...] = (), **expect: Any) -> Case:
    return Case("x", "dev", kind, "zh", "新收多少？", date(2025, 6, 1), expect, history)


def expecting(**changes: Any) -> Case:
    return case(status="answered", value="268", figures=[{**RECEIVED, **changes}])


def test_a_printed_cell_is_a_lookup_and_earlier_questions_stand_in_front(store: Store):
    asked = case(history=("示例市2023年",), status="answered", value="268", figures=[RECEIVED])
    (found,) = find_lookups([asked], store)
    assert (found.organ, found.year, found.value) == (CITY, 2023, Decimal(268))
    assert found.question == "示例市2023年 新收多少？"
    assert found.labels == {"本年新收政府信息公开申请数量"}


@pytest.mark.parametrize(
    "other",
    [
        case(status="no_answer", reason="not_stated"),
        case("rank", status="answered", value="268", figures=[RECEIVED]),
        case(status="answered", value="268", figures=[RECEIVED, RECEIVED]),
        case(status="answered", value="536", figures=[RECEIVED]),
        case(status="answered", value="268", verdict=True, figures=[RECEIVED]),
        expecting(year=1999),
        expecting(indicator="concluded"),
    ],
    ids=["refusal", "across", "two", "computed", "verdict", "not held", "other cell"],
)
def test_other_questions_are_none(other: Case, store: Store):
    assert list(find_lookups([other], store)) == []


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("| 一、本年新收 | 1,234 |", True),
        ("| 一、本年\n新收 | １２３４ |", True),
        ("| 一、本年新收 | 12345 |", False),
        ("| 一、本年新收 | 1234.5 |", False),
        ("| 二、上年结转 | 1234 |", False),
    ],
)
def test_number_and_label_both_stand_in_the_text(text: str, right: bool):
    assert holds(text, Decimal(1234), ["本年新收"]) is right


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        ([("新收 4", CITY, 2023)], Verdict(True, True, True)),
        ([("新收 4", CITY, 2022)], Verdict(True, True, False)),
        ([("新收 5", CITY, 2023), ("新收 4", CITY, 2022)], Verdict(False, True, False)),
        ([("新收 5", CITY, 2023)], Verdict(False, False, False)),
        ([], Verdict(False, False, False)),
    ],
)
def test_the_first_text_any_text_and_the_right_report_count_apart(
    found: list[tuple[str, str, int]], wanted: Verdict
):
    lookup = Lookup(case(), "新收多少？", CITY, 2023, Decimal(4), frozenset({"新收"}))
    assert verdict(lookup, found) == wanted
