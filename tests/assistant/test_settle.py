from datetime import date

import pytest

from assistant.understand.build_classifier import PUBLISHERS
from assistant.understand.organ_names import OrganNames
from assistant.understand.parse import parse
from assistant.understand.settle import settle
from indexer.records import OrganRow
from tests.cases import load_cases

NAMES = OrganNames.of([OrganRow(at, name, False, ()) for at, name in enumerate(PUBLISHERS)])


def settled(question):
    return settle(parse(question, NAMES, today=date(2025, 6, 1)), lambda: None)


@pytest.mark.parametrize("case", load_cases("settle"))
def test_settles(case):
    found = settled(case["q"])
    if case.get("off_subject"):
        assert found.off_subject
        return
    assert (found.absence, found.operation) == (case.get("absence"), case["op"])
    assert list(found.found.indicators) == case["figures"]
    assert list(found.years.named) == case.get("years", list(found.years.named))


def test_close_figures_are_asked_back_about():
    found = settled("示例市2022年没给出去的信息有多少")
    assert not found.found.indicators
    assert len(found.found.open[0].candidates) >= 2


def test_what_is_taken_by_likeness_is_marked():
    assert settled("示例市2022年因国家秘密不予公开多少件").meant == ()
    assert settled("示例市2023年顶回去的申请里头拿商业秘密和隐私当由头的几件").meant in (
        (),
        ("refused.third_party",),
    )
