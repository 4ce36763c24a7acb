"""Sums of money as they are said and as they are printed: 1亿, 一亿元, 10912.6万.

Owns setting a stated number of money in the unit of a figure.

Leaves to others: reading stated numbers (understand/operations.py), judging them (verify.py,
filters.py).
"""

from __future__ import annotations

from decimal import Decimal

from assistant.understand.parse import Parsed

#: Units of money, each in 元.
_MONEY = {"元": Decimal(1), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}


def in_unit(number: Decimal, written: str | None, wanted: str | None) -> Decimal:
    """Return `number` of money in the unit of the figure; other numbers as they are.

    >>> in_unit(Decimal(1), "亿元", "万元"), in_unit(Decimal(100_000_000), "亿", "万元")
    (Decimal('10000'), Decimal('10000'))
    """
    if written in ("万", "亿") and wanted in _MONEY:
        written = "元"
    if written in _MONEY and wanted in _MONEY:
        return number * _MONEY[written] / _MONEY[wanted]
    return number


def limit_in_unit(parsed: Parsed, number: Decimal, wanted: str | None) -> Decimal:
    """Return the number of a comparison (超过1亿) in the unit of the figure."""
    for stated in parsed.operations.stated:
        if stated.value == number:
            return in_unit(number, stated.unit, wanted)
    return number
