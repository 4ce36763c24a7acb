"""Find the numbers that a sentence writes, in digits, full width or Chinese numerals.

Owns what counts as a written number when a reply is judged.  Numerals are read by cn2an, so that
the judge shares no reader with the program it judges.

Leaves to others: which numbers a reply may write (metrics.py).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import cn2an

_DIGITS = re.compile(r"(?<![\d.])(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?")
_NUMERAL = re.compile(
    r"(百分之)?([零〇一二两三四五六七八九十百千万亿]+(?:点[零〇一二三四五六七八九]+)?)"
)
_SIZES = {"百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
#: What follows a numeral of one character where it counts something.
_COUNTERS = "件条份部项宗篇次家期场人倍成元万亿年个起例"
#: Numerals that name a place in a law, a list or a table, or that are words.
_NAMES = re.compile(
    r"第[零〇一二三四五六七八九十百]+[条款项章部分页]?|[（(][一二三四五六七八九十]+[)）]"
    r"|[一二三四五六七八九十]+、|表[一二三四]|[三四]类|三安全一稳定|一[个种项些般致并起直定样共]|同一|统一|唯一"
    r"|另一|之一|每一|哪一|这一|那一|上一|下一|进一步|万元|亿元|千元|百元|千万不|百分比|百分点|十分"
    r"|一位小数|两位小数|最多的一|最少的一|最高的一|最低的一"
)


@dataclass(frozen=True)
class Written:
    """A number as written, and every value that its writing can mean."""

    text: str
    values: frozenset[Decimal]


def written_numbers(text: str) -> Iterator[Written]:
    """Yield the numbers in `text`; 万 behind digits may be a multiplier or part of a unit.

    >>> [w.text for w in written_numbers("２０２３年新收1,234件，第三方一般占百分之三点五")]
    ['2023', '1,234', '百分之三点五']
    >>> sorted(map(int, next(written_numbers("33588万元")).values))
    [33588, 335880000]
    """
    folded = unicodedata.normalize("NFKC", text)
    yield from _in_digits(folded)
    yield from _in_numerals(_NAMES.sub("＃", folded))


def _in_digits(text: str) -> Iterator[Written]:
    for match in _DIGITS.finditer(text):
        value = Decimal(match.group().replace(",", ""))
        values = {value}
        for char in text[match.end() : match.end() + 2]:
            if char not in _SIZES:
                break
            value *= _SIZES[char]
            values.add(value)
        yield Written(match.group(), frozenset(values))


def _in_numerals(text: str) -> Iterator[Written]:
    for match in _NUMERAL.finditer(text):
        percent, numeral = match.groups()
        follows = text[match.end() : match.end() + 1]
        if len(numeral) == 1 and not percent and (not follows or follows not in _COUNTERS):
            continue
        if text[match.start() - 1 : match.start()].isdigit():
            continue
        value = _read(numeral)
        if value is not None:
            tenths = {value * 10} if follows == "成" else set()
            yield Written(match.group(), frozenset({value} | tenths))


@lru_cache(maxsize=4096)
def _read(numeral: str) -> Decimal | None:
    plain = numeral.replace("〇", "零")
    if len(plain) > 1 and not set(plain) & set("十百千万亿点"):
        return Decimal(
            "".join(str("零一二三四五六七八九".index(c.replace("两", "二"))) for c in plain)
        )
    try:
        return Decimal(str(cn2an.cn2an(plain, "normal")))
    except ValueError:
        return None


def loose_numbers(text: str) -> frozenset[Decimal]:
    """Return every value that `text` could be read to supply, names and labels included.

    >>> sorted(map(int, loose_numbers("第三十三条 20 个工作日，1,234")))
    [1, 20, 33, 234, 1234]
    """
    folded = unicodedata.normalize("NFKC", text)
    values = {value for written in _in_digits(folded) for value in written.values}
    values |= {Decimal(part) for part in re.findall(r"\d+(?:\.\d+)?", folded)}
    numerals = (_read(match.group(2)) for match in _NUMERAL.finditer(folded))
    return frozenset(values | {value for value in numerals if value is not None})
