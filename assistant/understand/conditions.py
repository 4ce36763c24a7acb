"""Conditions on two figures at once: 复议比诉讼多的机关, 既有行政强制又新收超过50件的机关.

Owns cutting a question into its conditions, and what each of them sets against what.

Leaves to others: a condition on one figure (operations.py), the organs or years that fit
(replies/filters.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from assistant.understand.halves import Half, half
from assistant.understand.operations import comparisons_in


@dataclass(frozen=True, slots=True)
class Condition:
    """`figure` set against `number`, or against `other`; `sign` is a key of compute.SIGNS."""

    figure: Half
    sign: str
    number: Decimal | None = None
    other: Half = (None, None)


#: What asks for those that fit, and not for a figure.
_WHICH = re.compile(
    r"哪|[几多][家个]|多少[家个]|谁|的(?:机关|单位|部门|年份|年度)"
    r"|\bwhich\b|\bhow many (?:years|organs)"
)
_ENDS = r"的?(?=机关|单位|部门|年份|年度|是哪|有哪|有几|有多|都有|,|\?|$)"
_TWO = (
    re.compile(
        r"(?P<one>[^,;?]{2,18}?)比(?P<two>[^,;?\d]{2,14}?)(?:还|更|要)*(?P<way>多|少|高|低)" + _ENDS
    ),
    re.compile(
        r"(?P<one>[^,;?]{2,18}?)(?P<way>超过|多于|大于|高于|少于|低于|小于|不如|等于)了?"
        r"(?P<two>[^,;?\d]{2,14}?)" + _ENDS
    ),
    re.compile(
        r"\b(?P<way>more|fewer) (?P<one>[^,;?]{3,40}?) than (?P<two>[a-z][^,;?\d]{3,40}?)"
        r"(?= in\b| for\b|,|\?|$)"
    ),
)
_LESS = frozenset({"少", "低", "少于", "低于", "小于", "不如", "fewer"})
_PARTS = re.compile(r"既|又|也|而且|并且|并|同时|且|[,;、]|\b(?:and|but|both)\b")
_SOME = re.compile(
    r"不[是为](?:0|零)|不等于(?:0|零)|非零|(?<!没)有(?!多少|几|哪)|收到过|出现过"
    r"|\b(?:had|some|any|not zero)\b"
)
_NONE = re.compile(r"没有?|[是为](?:0|零)|零|\b(?:no|none|without|zero)\b")


def find_conditions(text: str, question: str = "") -> tuple[Condition, ...]:
    """Return the conditions of `text` where they are about two figures, else nothing.

    `question` is the same with its years, which `text` may lack.

    >>> (one,) = find_conditions("复议比诉讼多的机关有几家")
    >>> one.figure[0], one.sign, one.other[0]
    ('review.total', '>', 'lawsuit.total')
    >>> both = find_conditions("哪些机关既有行政强制又新收超过50件")
    >>> [(c.figure[0], c.sign, c.number) for c in both]
    [('coercion.decisions', '>', Decimal('0')), ('received', '>', Decimal('50'))]
    """
    if not _WHICH.search(question or text):
        return ()
    for pattern in _TWO:
        if match := pattern.search(text):
            one, two = half(match["one"]), half(match["two"])
            if one[0] and two[0] and one != two:
                way = match["way"]
                sign = "=" if way == "等于" else "<" if way in _LESS else ">"
                return (Condition(one, sign, other=two),)
    found: list[Condition] = []
    lead = ""
    for part in _PARTS.split(text):
        condition = _one(lead + part)
        lead = "" if condition or half(part)[0] is None else part
        found += [condition] if condition else []
    return tuple(found) if len({condition.figure for condition in found}) > 1 else ()


def _one(text: str) -> Condition | None:
    """The condition that a part of the sentence sets on one figure."""
    figure = half(text)
    if figure[0] is None:
        return None
    if comparisons := comparisons_in(text):
        sign, number = comparisons[0]
        return Condition(figure, sign, number)
    if _SOME.search(text):
        return Condition(figure, ">", Decimal(0))
    return Condition(figure, "=", Decimal(0)) if _NONE.search(text) else None
