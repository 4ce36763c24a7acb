"""Numbers in running text: Chinese numerals and digits to Decimals, and Decimals to spoken words.

Owns reading every number a sentence writes (digits, full width, 一万两千, 万 and 亿 behind digits,
百分之…, 成, 倍) and writing one to be read aloud.  Tests hold both to cn2an, whose import would
cost the first reply a third of a second.

Leaves to others: printed cells (indexer/numbers.py) and what a number stands for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from indexer.text import fold

CHINESE = "零〇一二两三四五六七八九十百千万亿"
_SMALL = {"万": 10_000, "亿": 100_000_000, "千": 1_000, "百": 100}
_DIGITS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_RUN = re.compile(f"[{CHINESE}]{{1,20}}(?:点[零〇一二三四五六七八九]{{1,8}})?")
_PLAIN = "零一二三四五六七八九"
_PLACES = {"千": 1000, "百": 100, "十": 10}


class Number(NamedTuple):
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
        start, stop = match.span()
        value = Decimal(folded[start:stop].replace(",", ""))
        while stop < len(folded) and folded[stop] in _SMALL and not _unit_of_money(folded, stop):
            value, stop = value * _SMALL[folded[stop]], stop + 1
        yield Number(value, start, stop, False)


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

    >>> read_numeral("一百零三"), read_numeral("两万三"), read_numeral("万")
    (Decimal('103'), Decimal('23000'), None)
    """
    whole, point, decimals = text.replace("〇", "零").replace("两", "二").partition("点")
    if point and not (decimals and all(char in _PLAIN for char in decimals)):
        return None
    if len(whole) > 1 and all(char in _PLAIN for char in whole):
        value: int | None = int("".join(str(_PLAIN.index(char)) for char in whole))
    else:
        value = _with_places(whole)
    if value is None:
        return None
    digits = "".join(str(_PLAIN.index(char)) for char in decimals)
    return Decimal(f"{value}.{digits}") if digits else Decimal(value)


def _with_places(text: str) -> int | None:
    """Read a numeral written with 十 百 千 万 亿, largest place first; 两万三 is 23000."""
    for place, size in (("亿", 10**8), ("万", 10**4)):
        if place in text:
            head, _, tail = text.partition(place)
            high = _with_places(head)
            low = _below(tail, size)
            return None if high is None or low is None else high * size + low
    total, digit, last = 0, -1, 0
    for char in text:
        if char in _PLAIN:
            if digit > 0:
                return None
            digit = _PLAIN.index(char)
        elif char in _PLACES:
            size = _PLACES[char]
            if digit == 0 or (last and size >= last) or (digit < 0 and (size != 10 or total)):
                return None
            total, digit, last = total + max(digit, 1) * size, -1, size
        else:
            return None
    if not text or (digit < 0 and not last):
        return None
    short = last // 10 if digit > 0 and last >= 100 and text[-2] in _PLACES else 1
    return total + max(digit, 0) * short


def _below(tail: str, size: int) -> int | None:
    """Read what follows 万 or 亿; one digit alone stands for the next place (三万五)."""
    if not tail:
        return 0
    if len(tail) == 1 and tail in _PLAIN and tail != "零":
        return _PLAIN.index(tail) * size // 10
    value = _with_places(tail.removeprefix("零"))
    return value if value is not None and value < size else None


def spoken(value: Decimal) -> str:
    """Return `value` in Chinese words to be read aloud.

    >>> spoken(Decimal("14174")), spoken(Decimal("73.8")), spoken(Decimal("-3"))
    ('一万四千一百七十四', '七十三点八', '负三')
    """
    whole, _, decimals = format(abs(value), "f").partition(".")
    words = _spoken_whole(int(whole))
    if decimals:
        words += "点" + "".join(_PLAIN[int(digit)] for digit in decimals)
    return ("负" if value < 0 else "") + words


def _spoken_whole(value: int, *, leads: bool = True) -> str:
    for place, size in (("亿", 10**8), ("万", 10**4)):
        if value >= size:
            high, low = divmod(value, size)
            zero = "零" if 0 < low < size // 10 else ""
            rest = _spoken_whole(low, leads=False) if low else ""
            return _spoken_whole(high, leads=leads) + place + zero + rest
    words = ""
    gap = False
    for place, size in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit, value = divmod(value, size)
        if digit:
            silent = leads and digit == 1 and place == "十" and not words
            words += ("零" if gap else "") + ("" if silent else _PLAIN[digit]) + place
            gap = False
        elif words:
            gap = True
    return words or "零"


def spoken_year(year: int) -> str:
    """Return a year digit by digit.

    >>> spoken_year(2021)
    '二〇二一'
    """
    return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(year))


class _Folded(dict[int, str]):
    """Code points and what they fold to, as far as that is one character; filled as they come."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = fold(char)
        self[code] = folded if len(folded) == 1 else char
        return self[code]


_FOLDED = _Folded()


def _fold_keeping_length(text: str) -> str:
    """Return `text` folded character by character, so that offsets stay."""
    return text.translate(_FOLDED)


def _unit_of_money(text: str, at: int) -> bool:
    """Whether the 万 or 亿 at `at` belongs to a printed unit (万元) and is no multiplier."""
    return text[at : at + 2] in ("万元", "亿元", "千元", "百元")


_BELOW_TWENTY = {
    word: value
    for value, word in enumerate(
        (
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        )
    )
}
_TENS_WORDS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
_SCALE_WORDS = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_UNIT_WORD = "|".join((*_BELOW_TWENTY, *_TENS_WORDS))
_ENGLISH_WORDS = re.compile(
    rf"(?i)\b(?:a|(?:{_UNIT_WORD}))(?:[ -](?:{_UNIT_WORD}))?[ -](?:{'|'.join(_SCALE_WORDS)})"
    rf"(?:[ -](?:and[ -])?(?:{_UNIT_WORD}|{'|'.join(_SCALE_WORDS)})){{0,6}}\b"
    rf"|\b(?:eleven|twelve|\w{{3,5}}teen|(?:{'|'.join(_TENS_WORDS)})(?:[ -](?:{_UNIT_WORD}))?)\b"
)


def english_numbers_as_digits(text: str) -> str:
    """Return `text` with English number words from eleven on, and hundreds and more, in digits.

    >>> english_numbers_as_digits("over one hundred and twenty, or eighteen thousand; two of them")
    'over 120, or 18000; two of them'
    """
    return _ENGLISH_WORDS.sub(lambda match: str(_english(match.group())), text)


def _english(words: str) -> int:
    total = part = 0
    for word in re.split(r"[ -]", words.lower()):
        if word in _SCALE_WORDS and _SCALE_WORDS[word] == 100:
            part = max(part, 1) * 100
        elif word in _SCALE_WORDS:
            total, part = total + max(part, 1) * _SCALE_WORDS[word], 0
        elif word == "a":
            part = 1
        elif word != "and":
            part += _BELOW_TWENTY.get(word, _TENS_WORDS.get(word, 0))
    return total + part
