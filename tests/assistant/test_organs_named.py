"""Names of organs in a question: the library's own, strangers, and slips of the pen."""

from __future__ import annotations

import pytest
from small_library import DISTRICT, EDUCATION, HUAIBEI, NAMES

from assistant.understand.normalise import normalise
from assistant.understand.organ_names import OrganNames
from assistant.understand.organ_places import place_chain
from assistant.understand.organs import Named, find_organs
from indexer.records import OrganRow
from tests.cases import load_cases


def find(text: str, names: OrganNames = NAMES, near: tuple[str, ...] = ()) -> Named:
    return find_organs(normalise(text).text, text, names, near)


def names_of(*organs: str, aliases: tuple[str, ...] = ()) -> OrganNames:
    return OrganNames.of([OrganRow(i, n, False, aliases) for i, n in enumerate(organs)])


@pytest.mark.parametrize("case", load_cases("organs_named"))
def test_finds(case):
    found = find(case["text"])
    assert list(found.organs) == case["organs"]
    assert list(found.strangers) == case.get("strangers", [])
    assert [list(pair) for pair in found.corrected] == case.get("corrected", [])


def test_a_shared_name_stays_open_until_a_parent_or_the_conversation_settles_it():
    names = names_of("甲示市清溪区人民政府", "乙示市清溪区人民政府")
    both = ("甲示市清溪区人民政府", "乙示市清溪区人民政府")
    assert find("清溪区2021年", names).open == (("清溪区", both),)
    assert find("乙示市清溪区2021年", names).organs == both[1:]
    assert find("清溪区2021年", names, near=("甲示市人民政府",)).organs == both[:1]


def test_a_county_is_not_the_zone_that_bears_its_name():
    names = names_of("平潭综合实验区管委会", aliases=("平潭综合实验区",))
    assert find("平潭县2021年新收多少", names).organs == ()
    assert find("平潭县2021年新收多少", names).strangers == ("平潭县",)
    assert find("平潭综合实验区2021年", names).organs == ("平潭综合实验区管委会",)


def test_the_parents_of_an_organ_are_the_places_in_its_name():
    assert place_chain(DISTRICT) == ("示例市", "清溪区")
    assert place_chain(EDUCATION) == ("示例市",)
    assert place_chain(HUAIBEI) == ("淮北市",)


def test_a_real_place_is_no_slip_of_the_pen():
    names = names_of("吉安市人民政府")
    assert find("集安市2021年新收多少", names).strangers == ("集安市",)
