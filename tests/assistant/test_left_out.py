"""What is left out of a figure, and lists of figures, go the way of every question."""

from datetime import date

import pytest

from assistant.answer import Assistant
from assistant.model import Request
from assistant.understand.build_classifier import PUBLISHERS
from assistant.understand.organ_names import OrganNames
from assistant.understand.parse import parse
from assistant.understand.settle import settle
from indexer.records import OrganRow
from tests.cases import load_cases

NAMES = OrganNames.of([OrganRow(at, name, False, ()) for at, name in enumerate(PUBLISHERS)])


@pytest.fixture
def asked(store):
    assistant = Assistant(store)
    return lambda question: assistant.ask(Request(question, today=date(2025, 6, 1)))


def settled(question):
    return settle(parse(question, NAMES, today=date(2025, 6, 1)), lambda: None)


@pytest.mark.parametrize("case", load_cases("left_out"))
def test_leaves_out(case):
    found = settled(case["q"])
    assert found.operation == case["op"]
    assert list(found.found.indicators) == case["figures"]
    assert list(found.taken) == case.get("taken", [])
    assert list(found.taken_applicants) == case.get("applicants", [])


@pytest.mark.parametrize("case", load_cases("enumerations"))
def test_enumerates(case):
    found = settled(case["q"])
    assert (found.operation, list(found.found.indicators)) == ("list", case["figures"])


def test_the_rest_is_computed_from_cited_cells(asked):
    reply = asked("示例市政府2024年新收，除了自然人以外的一共几件")
    assert (reply.value, reply.calculations[0].expression) == (23, "291-268 = 23")
    assert {cell.column[-1] for cell in reply.citations} >= {"自然人", "总计"}


def test_a_blank_operand_makes_no_number(asked):
    reply = asked("示例市教育局2022年新收，除科研机构外几件")
    assert reply.value is None
    assert not reply.calculations
