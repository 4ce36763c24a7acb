"""What follows from feedback: the question it is about, and a case for the evaluation.

Owns how feedback is shown beside the record of its answer, and how what somebody expects becomes a
row of a dataset.

Leaves to others: the queue itself (indexer/feedback.py), records (records.py), what a dataset
accepts (eval/cases.py, which refuses a row that will not do).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, get_args

from assistant.errors import BadQuestion
from assistant.model import Reason
from assistant.records import Records
from indexer.records import Feedback

_ASKED_BACK: Final = frozenset({"organ", "year", "indicator"})
_DECLINED: Final = frozenset(get_args(Reason)) - _ASKED_BACK
_NUMBER = re.compile(r"(-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?)\s*(\D*)")
#: Which kind a case is of, by the first field that its expectation has.
_KINDS: Final = (("verdict", "verify"), ("quote", "quote"), ("value", "value"), ("figures", "list"))


def feedback_json(
    given: Sequence[Feedback], records: Records | None, who: str
) -> list[dict[str, Any]]:
    """Return feedback as plain JSON values, each beside the record of its answer, if it is kept.

    That `who` has seen those records is noted.

    Raises:
        RecordsUnavailable: they cannot be read.
    """
    ids = [one.answer_id for one in given]
    found = records.of_answers(ids, who=who) if records is not None and ids else {}
    return [
        {
            "id": one.id,
            "answer_id": one.answer_id,
            "kind": one.kind,
            "helpful": one.helpful,
            "comment": one.comment,
            "given": one.given,
            "state": "open" if one.is_open else "closed",
            "closed": None
            if one.closed is None
            else {"when": one.closed, "who": one.closed_by, "decision": one.decision},
            "record": found.get(one.answer_id),
        }
        for one in given
    ]


def evaluation_case(
    shown: Mapping[str, Any],
    expect: str,
    *,
    question: str | None = None,
    day: date | None = None,
    kind: str | None = None,
) -> dict[str, Any]:
    """Return the row of a dataset that asks again what `shown` feedback is about.

    `expect` is a number with or without its unit, the reason of a refusal or of a question back, or
    a JSON object as datasets have it.  Question, conversation and day are those of the record
    unless given.

    Raises:
        BadQuestion: `expect` is none of these, or nobody knows the question any more.
    """
    record = shown["record"] or {}
    asked = question or record.get("question")
    if not asked:
        raise BadQuestion(
            "这次回答的记录已不在，请用 --question 写明问题。"
            " The answer's record is gone: give the question with --question."
        )
    expected = read_expectation(expect)
    return {
        "id": f"feedback-{shown['id']}",
        "kind": kind or _kind(expected),
        "language": record.get("language", "zh"),
        "question": asked,
        "history": [] if question else record.get("history", []),
        "date": day.isoformat() if day else (record.get("at") or shown["given"])[:10],
        "expect": expected,
    }


def read_expectation(text: str) -> dict[str, Any]:
    """Return what a dataset expects where somebody writes `text`.

    >>> read_expectation("1,268件")
    {'status': 'answered', 'value': '1268', 'unit': '件'}
    >>> read_expectation("not_in_library"), read_expectation("year")["status"]
    ({'status': 'no_answer', 'reason': 'not_in_library'}, 'needs_clarification')

    Raises:
        BadQuestion: it says nothing that can be expected.
    """
    text = text.strip()
    if text in _DECLINED:
        return {"status": "no_answer", "reason": text}
    if text in _ASKED_BACK:
        return {"status": "needs_clarification", "reason": text}
    if match := _NUMBER.fullmatch(text):
        unit = {"unit": match[2]} if match[2] else {}
        return {"status": "answered", "value": match[1].replace(",", ""), **unit}
    try:
        read = json.loads(text)
    except json.JSONDecodeError:
        read = None
    if not isinstance(read, dict):
        raise BadQuestion(
            f"期望应是数字、原因或 JSON 对象：{text}。"
            f" What is expected is a number, a reason or a JSON object: {text}."
        )
    return {"status": "answered", **read}


def _kind(expected: Mapping[str, Any]) -> str:
    if expected["status"] == "needs_clarification":
        return "ambiguous"
    if expected["status"] == "no_answer":
        reason = str(expected.get("reason"))
        return reason if reason in _DECLINED - {"not_grounded"} else "not_stated"
    return next((kind for name, kind in _KINDS if expected.get(name) is not None), "list")
