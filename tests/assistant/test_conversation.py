"""A follow-up changes exactly the slots that it names."""

from __future__ import annotations

import pytest
from small_library import CITY, DISTRICT, understood

from assistant.understand.parse import Parsed
from tests.cases import load_cases

FIRST = "示例市2023年新收多少件"


def slots(parsed: Parsed) -> dict[str, object]:
    return {
        "organs": list(parsed.named.organs),
        "years": list(parsed.years.named),
        "figures": list(parsed.found.indicators),
        "applicants": list(parsed.found.applicants),
        "op": parsed.operation,
    }


@pytest.mark.parametrize("case", load_cases("follow_ups"))
def test_exactly_the_named_slots_change(case):
    before = slots(understood(FIRST))
    now = understood(case["then"], [FIRST])
    assert slots(now) == {**before, **case["changed"]}


def test_what_was_carried_is_known_so_that_it_can_be_said():
    assert set(understood("清溪区呢", [FIRST]).carried) == {"year", "indicator"}
    assert set(understood(FIRST, ["淮北市2021年不予公开多少件"]).carried) == set()


def test_five_turns_add_up():
    history = [FIRST, "清溪区呢", "那上一年呢", "部分公开呢"]
    found = understood("再往前一年呢", history)
    assert slots(found) == {
        "organs": [DISTRICT],
        "years": [2021],
        "figures": ["partly_disclosed"],
        "applicants": [],
        "op": "value",
    }


def test_an_aside_off_the_subject_carries_nothing():
    found = understood("今天天气怎么样", [FIRST])
    assert CITY not in found.named.organs
    assert found.off_subject
