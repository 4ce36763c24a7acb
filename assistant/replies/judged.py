"""Whether what is stated fits the figures: number by number, and all of a statement.

Owns when a stated number fits a figure (exactly, as 一万多, about, rounded), and whether a reply
has held every claim of a statement to a figure.

Leaves to others: which figure a number is stated of (verify.py), units of money (money.py).
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from assistant.compute import Value
from assistant.draft import Draft
from assistant.replies.money import in_unit
from assistant.replies.task import Task
from assistant.understand.operations import Stated
from indexer.numbers import canonical


def agrees(stated: Stated, value: Value) -> bool:
    """Whether a stated number fits the figure: exactly, as 一万多, as 约 or as a rounded rate."""
    true = value.value
    if true is None:
        return False
    place = stated.place and in_unit(stated.place, stated.unit, value.unit)
    stated = replace(stated, value=in_unit(stated.value, stated.unit, value.unit))
    if stated.more:
        step = Decimal(10) ** _trailing_zeros(stated.value)
        return stated.value < true < stated.value + step
    if value.unit == "%" or stated.percent:
        exponent = stated.value.as_tuple().exponent
        step = (
            Decimal(1).scaleb(exponent)
            if isinstance(exponent, int) and exponent < 0
            else Decimal(1)
        )
        exact = true
        if value.numerator is not None and value.denominator:
            exact = value.numerator / value.denominator * 100
        near = stated.about and abs(exact - stated.value) <= 1
        return near or stated.value in (true, exact.quantize(step, ROUND_HALF_UP))
    if place:
        return abs(true - stated.value) * 2 <= place
    if stated.about and stated.value:
        return abs(true - stated.value) * 20 <= true
    return true == stated.value


def _trailing_zeros(value: Decimal) -> int:
    digits = canonical(value).split(".")[0]
    return len(digits) - len(digits.rstrip("0"))


#: Claims beside the number, which are not judged: a place in an order, a first time, all of it.
_CLAIMED = re.compile(
    r"首次|首位|排(?:名|在)?第|第[一二三四五六](?=[,?]|对|是|$)|最[多少高低大小](?!一年)|新高|新低"
    r"|全部(?:办|答|回|处理|公开)|全都"
    r"|\b(?:for the first time|ranks?|the (?:most|fewest|highest|lowest))\b"
)


def judged_all(task: Task, draft: Draft) -> bool:
    """Whether every number of a statement, and every claim beside it, was held to a figure."""
    stated = task.parsed.operations.stated
    text = task.parsed.question.text
    if stated and _CLAIMED.search(text):
        return False
    if stated and draft.unit == "%" and all(one.unit == "件" for one in stated):
        return False
    limit = task.parsed.operations.comparison
    open_ = [
        s for s in stated if s.unit not in ("家", "倍") and not (limit and s.value == limit[1])
    ]
    if not draft.verdict or len(open_) < 2:
        return True
    report = task.scope.reports[0]
    found = [(f.value, f.unit) for f in draft.shown if f.value is not None]
    found += [(Decimal(c.result), c.unit) for c in draft.calculations if _is_number(c.result)]
    left = [Value(report, "", None, "number", abs(v), u) for v, u in dict.fromkeys(found)]
    for one in open_:
        fits = next((value for value in left if _about_equal(one, value)), None)
        if fits is None:
            return False
        again = any(s is not one and s.value == one.value and s.unit == one.unit for s in open_)
        if again:
            left.remove(fits)
    return True


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"-?\d+(?:\.\d+)?", text))


def _about_equal(stated: Stated, value: Value) -> bool:
    """Whether a stated number fits a figure of the reply; rates to the decimals of the reply."""
    if stated.percent != (value.unit == "%") or value.value is None:
        return False
    if stated.percent and abs(stated.value - value.value) <= Decimal("0.05"):
        return True
    return agrees(stated, value)
