"""Numbers in running text: Chinese numerals and digits to Decimals, and Decimals to spoken words.

Owns reading every number a sentence writes (digits, full width, 一万两千, 万 and 亿 behind digits,
百分之…, 成, 倍) and writing one to be read aloud.  The only importer of cn2an.

Leaves to others: printed cells (indexer/numbers.py) and what a number stands for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from indexer.text import fold

CHINESE = "零〇一二两三四五六七八九十百千万亿"
_SMALL = {"万": 10_000, "亿": 100_000_000, "千": 1_000, "百": 100}
_DIGITS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_RUN = re.compile(f"[{CHINESE}]{{1,20}}(?:点[零〇一二三四五六七八九]{{1,8}})?")
_YEAR_RUN = re.compile(r"[零〇一二三四五六七八九]{4}")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in text; [start, stop) spans it with its multiplier (万, 亿)."""

    value: Decimal
    start: int
    stop: int
    chinese: bool


def numbers_in(text: str) -> Iterator[Number]:
    """Yield the numbers that `text` writes in digits, a 万 or 亿 behind them taken in.

    >>> [str(n.value) for n in numbers_in("共1,234件，约3.4万条，占73.8%")]
    ['1234', '34000.0', '73.8']
    """
    folded = _fold_keeping_length(text)
    for match in _DIGITS.finditer(folded):
        value, stop = Decimal(match.group().replace(",", "")), match.end()
        while stop < len(folded) and folded[stop] in _SMALL and not _unit_of_money(folded, stop):
            value, stop = value * _SMALL[folded[stop]], stop + 1
        yield Number(value, match.start(), stop, False)


def chinese_numbers_in(text: str) -> Iterator[Number]:
    """Yield the numbers that `text` writes in Chinese numerals.

    >>> [str(n.value) for n in chinese_numbers_in("一万二千条，十二件，百分之三点五")]
    ['12000', '12', '3.5']
    """
    for match in _RUN.finditer(text.replace("百分之", "＃＃＃")):
        value = read_numeral(match.group())
        if value is not None:
            yield Number(value, match.start(), match.end(), True)


def read_numeral(text: str) -> Decimal | None:
    """Return the number a Chinese numeral writes, None where it writes none.

    >>> read_numeral("一百零三"), read_numeral("二〇二一"), read_numeral("万")
    (Decimal('103'), Decimal('2021'), None)
    """
    if _YEAR_RUN.fullmatch(text):
        return Decimal(
            "".join(str("零一二三四五六七八九".index(c.replace("〇", "零"))) for c in text)
        )
    plain = text.replace("〇", "零").replace("两", "二")
    try:
        return Decimal(str(_cn2an().cn2an(plain, "smart")))
    except ValueError:
        return None


def spoken(value: Decimal) -> str:
    """Return `value` in Chinese words to be read aloud.

    >>> spoken(Decimal("14174")), spoken(Decimal("73.8")), spoken(Decimal("-3"))
    ('一万四千一百七十四', '七十三点八', '负三')
    """
    text = format(value, "f")
    if "." in text and len(text.split(".")[1]) > 12:
        text = text[:-1]
    words = str(_cn2an().an2cn(text, "low"))
    return words.replace("负", "负", 1)


def spoken_year(year: int) -> str:
    """Return a year digit by digit.

    >>> spoken_year(2021)
    '二〇二一'
    """
    return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(year))


def _fold_keeping_length(text: str) -> str:
    return "".join(f if len(f := fold(char)) == 1 else char for char in text)


def _unit_of_money(text: str, at: int) -> bool:
    """Whether the 万 or 亿 at `at` belongs to a printed unit (万元) and is no multiplier."""
    return text[at : at + 2] in ("万元", "亿元", "千元", "百元")


@cache
def _cn2an() -> Any:
    import cn2an

    return cn2an
