"""Scores of replies that are right, wrong, silent, or answered where they should not be."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from eval.cases import Case
from eval.judge import judge

FIGURE = {
    "organ": "示例市人民政府",
    "year": 2023,
    "indicator": "received",
    "applicant": "total",
    "label": "",
    "state": "number",
    "value": "268",
}
REPLY: dict[str, Any] = {
    "status": "answered",
    "reason": None,
    "text": "268 件",
    "speech": "",
    "value": "268",
    "unit": "件",
    "verdict": None,
    "figures": [FIGURE],
    "notes": [],
    "citations": [],
}
DECLINED = {"status": "no_answer", "reason": "not_in_library", "value": None, "figures": []}
SHOWN = {"organ": "示例市人民政府", "year": 2023, "value": "268.0"}


def case(**expect: Any) -> Case:
    return Case("x", "dev", "value", "zh", "新收多少？", date(2025, 6, 1), expect)


@pytest.mark.parametrize(
    ("expect", "reply", "right", "wrong"),
    [
        ({"value": "268"}, {}, True, False),
        ({"value": "268.0", "unit": "件", "figures": [SHOWN]}, {}, True, False),
        ({"value": "269"}, {}, False, True),
        ({"value": "268"}, {**DECLINED, "text": ""}, False, False),
        ({"value": "268"}, {"value": None}, False, False),
        ({"value": "4"}, {"value": None}, False, True),
        ({"value": None, "figures": [SHOWN]}, {"value": None}, True, False),
        ({"value": "268", "verdict": True}, {"verdict": False}, False, True),
        ({"value": None, "figures": [{"state": "blank"}]}, {}, False, True),
        ({"mentions": ["268"]}, {}, True, False),
        ({"not_mentions": ["268"]}, {}, False, False),
        ({"notes": ["assumed_year"]}, {}, False, False),
        ({"quote": "共计"}, {}, False, False),
    ],
)
def test_an_answer_is_scored(
    expect: dict[str, Any], reply: dict[str, Any], right: bool, wrong: bool
):
    scores = judge(case(status="answered", **expect), {**REPLY, **reply})
    assert (scores.right, scores.wrong_as_answered) == (right, wrong)


@pytest.mark.parametrize("status", ["no_answer", "needs_clarification"])
def test_a_figure_where_none_is_due_is_wrong(status: str):
    scores = judge(case(status=status), REPLY)
    assert scores.wrong_as_answered
    assert not scores.ending_right
    assert scores.figure_right is None


def test_a_refusal_is_right_only_for_its_reason():
    wanted = case(status="no_answer", reason="not_stated", value=None)
    assert not judge(wanted, {**REPLY, **DECLINED, "text": ""}).right
    assert judge(wanted, {**REPLY, **DECLINED, "text": "", "reason": "not_stated"}).right


def test_citations_are_matched_by_parts_of_their_paths():
    cite = {
        "organ": "示例市人民政府",
        "year": 2023,
        "title": "",
        "quote": "6",
        "table": 3,
        "row": ["三、本年度办理结果", "（三）不予公开", "4.保护第三方合法权益"],
        "column": ["总计"],
    }
    other = {**cite, "row": ["（七）总计"]}
    wanted = [{"organ": "示例市人民政府", "row": "保护第三方", "column": "总计"}]
    reply = {**REPLY, "citations": [cite, other]}
    scores = judge(case(status="answered", cites=wanted), reply)
    assert (scores.right, scores.cite_recall, scores.cite_precision) == (True, 1.0, 0.5)
