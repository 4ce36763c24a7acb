"""Years in a question: named, counted back from its date, or ranges.

Owns reading them.  A relative year is taken from the question's date and never moved to the
nearest report.

Leaves to others: which years the library holds (organs.py of the catalog, answer.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from assistant.numerals import read_numeral
from assistant.understand.sieve import sieved

_FULL = r"(?:(?<!\d)20\d\d(?!\d)|(?<!\d)199\d(?!\d)|二[〇零○][〇零一二三四五六七八九]{2})"
_TO = r"(?:-|~|—|–|\.\.|至|到|to|through|until)+"
_RANGE = sieved(
    rf"({_FULL})\s*年?(?:度)?(?:起|开始)?[\s▁]*{_TO}[\s▁]*({_FULL}|\d\d(?=年)|(?<=[-–—])\d\d(?!\d))\s*年?(?:度?为?止|年?底)?"
    rf"|(?<!\d)([12]\d)年?\s*(?:-|~|—|–|至|到)+\s*([12]\d)年"
)
#: 21、22、23这三年: two digits, more than once, with the word year behind them.
_SEVERAL = sieved(r"(?<!\d)([12]\d(?:、[12]\d)+)(?:年|这?[两三四五]年)")
_BETWEEN = sieved(rf"(?:between|from)\s+({_FULL})\s+(?:and|to)\s+({_FULL})")
_YEAR = sieved(
    rf"({_FULL})\s*年?度?|(?<!\d)(\d\d)年(?:度)?|(?<![一二三四五六七八九十百几近这前后过去约第])([〇零一二三][〇零一二三四五六七八九])年"
)
#: The first year that a report can be about: 国务院令第492号 came into force on 1 May 2008.
FIRST = 2008
#: Words in front of a count: “fewer than 2000 decisions” names no year.
_COMPARED = sieved(
    r"(?:\b(?:than|over|under|above|below|least|most|exceed(?:s|ed|ing)?)|超过|多于|少于|大于|小于|高于"
    r"|低于|不到|不足|不满|至少|至多|达到)\s*$"
)
_SINCE = sieved(
    rf"(?:自|从)?({_FULL})\s*年?(?:度)?(?:以来|起|至今|到现在|到今年|之后|以后)|since ({_FULL})"
)
_UNTIL = sieved(rf"({_FULL})\s*年?(?:度)?(?:之前|以前)|before ({_FULL})")
_BACK = {
    "今年": 0, "本年度": 0, "当年": 0, "这一年": 0, "this year": 0,
    "去年": 1, "last year": 1, "前年": 2, "大前年": 3, "the year before last": 2,
    "明年": -1, "next year": -1, "后年": -2,
}  # fmt: skip
_RELATIVE = sieved("|".join(sorted(map(re.escape, _BACK), key=len, reverse=True)))
_BEFORE = sieved(
    r"(?:上一?年度?|前一年度?|再往前一年|往前一年|前一年|the year before|the previous year"
    r"|previous year)"
)
_AFTER = sieved(
    r"(?:下一?年度?|后一年度?|第二年|次年|the next year|the following year|the year after)"
)
_LATEST = sieved(r"最近一年|最新一年|最新年度|最新的?|最近一次|latest|most recent")
_EARLIEST = sieved(r"最早一年|最早的?|第一年|earliest|oldest")
_LAST_N = sieved(
    r"(?:近|最近|过去|这|前|连续|最近的)([一二两三四五六七八九十\d]{1,3})年"
    r"|(?:last|past|recent)\s+(\d{1,2}|two|three|four|five|six)\s+years"
)
_ALL = sieved(
    r"历年(?!累计)|逐年|(?<!平均)(?<!均)每年(?!平均|均)|各年度?|这几年|近几年|这些年|近年来?|多年来?|所有年份|全部年份|哪一?年|几年来"
    r"|over the years|every year|each year|by year|year by year|which year|all years|over time"
    r"|recent years"
)
_WORDS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}


@dataclass(frozen=True, slots=True)
class Years:
    """What a question says of years.

    `named` are years in the order of the question; `before`/`after` ask for the year next to the
    one in question; `latest`, `earliest`, `last` (a count) and `every` depend on the library;
    `without` are those that the question leaves out.
    """

    named: tuple[int, ...] = ()
    relative: bool = False
    before: bool = False
    after: bool = False
    latest: bool = False
    earliest: bool = False
    last: int | None = None
    every: bool = False
    ranged: bool = False
    since: int | None = None
    until: int | None = None
    without: tuple[int, ...] = ()

    @property
    def silent(self) -> bool:
        """Whether the question says nothing of years."""
        return self == Years()


def find_years(text: str, today: date) -> tuple[Years, list[tuple[int, int]]]:
    """Return what `text` says of years, and the spans that say it.

    >>> find_years("2021到2023年新收多少", date(2026, 1, 1))[0].named
    (2021, 2022, 2023)
    >>> find_years("去年和前年呢", date(2024, 5, 1))[0].named
    (2023, 2022)
    """
    spans: list[tuple[int, int]] = []
    named: list[tuple[int, tuple[int, ...]]] = []
    ranged = relative = False
    for pattern in (_BETWEEN, _RANGE):
        for match in pattern.finditer(text):
            first, last = map(_read, [group for group in match.groups() if group])
            if first and last and first < last <= first + 30 and _free(match, spans):
                named.append((match.start(), tuple(range(first, last + 1))))
                spans.append(match.span())
                ranged = True
    for match in _SEVERAL.finditer(text):
        years_named = tuple(2000 + int(two) for two in match.group(1).split("、"))
        if _free(match, spans):
            named.append((match.start(), years_named))
            spans.append(match.span())
    since = None
    until = None
    earlier = _UNTIL.search(text)
    if earlier is not None and _free(earlier, spans):
        limit = _read(next(group for group in earlier.groups() if group))
        until = limit - 1 if limit else None
        spans.append(earlier.span())
    back = _SINCE.search(text)
    if back is not None and _free(back, spans):
        since = _read(next(group for group in back.groups() if group))
        spans.append(back.span())
    for match in _YEAR.finditer(text):
        year = _read(next(group for group in match.groups() if group))
        count = year is not None and year < FIRST and _COMPARED.search(text[: match.start()])
        if year and 1990 <= year <= 2100 and not count and _free(match, spans):
            named.append((match.start(), (year,)))
            spans.append(match.span())
    for match in _RELATIVE.finditer(text):
        if named and match.group() in ("这一年", "当年", "本年度", "this year"):
            continue
        if _free(match, spans):
            named.append((match.start(), (today.year - _BACK[match.group()],)))
            spans.append(match.span())
            relative = True
    flags: dict[str, Any] = {}
    for name, pattern in (
        ("before", _BEFORE), ("after", _AFTER), ("latest", _LATEST), ("earliest", _EARLIEST),
        ("every", _ALL),
    ):  # fmt: skip
        found = pattern.search(text)
        flags[name] = bool(found) and _free(found, spans)
        if found and flags[name]:
            spans.append(found.span())
    counted = _LAST_N.search(text)
    last_n = _count(counted) if counted and _free(counted, spans) else None
    last_n = last_n if last_n and last_n > 1 else None
    if counted and last_n:
        spans.append(counted.span())
    years = tuple(dict.fromkeys(year for _, group in sorted(named) for year in group))
    return Years(
        years, relative, last=last_n, ranged=ranged, since=since, until=until, **flags
    ), spans


#: 连续两年: what happened two times takes three years to tell.
_RUN = sieved(r"(?:连续|接连|连着)(?P<n>[两二三四五六\d])年")


def with_year_before(years: Years, text: str) -> Years:
    """Add the year before those that are said to have gone one way in a row.

    >>> with_year_before(Years(named=(2022, 2023)), "连续两年下降").named
    (2021, 2022, 2023)
    """
    match = _RUN.search(text)
    count = read_numeral(match["n"]) if match else None
    if count and not years.named and years.last == count:
        return replace(years, last=int(count) + 1)
    if count is None or len(years.named) != count or years.named != tuple(sorted(years.named)):
        return years
    return replace(years, named=(years.named[0] - 1, *years.named))


def _read(text: str) -> int | None:
    if text.isdecimal():
        return int(text) if len(text) == 4 else 2000 + int(text)
    value = read_numeral(text.replace("○", "〇"))
    if value is None:
        return None
    if len(text) == 2:
        digits = "".join(str("零一二三四五六七八九".index(c.replace("〇", "零"))) for c in text)
        return 2000 + int(digits)
    return int(value)


def _count(match: re.Match[str]) -> int | None:
    text = match.group(1) or match.group(2)
    if text in _WORDS:
        return _WORDS[text]
    if text.isdecimal():
        return int(text)
    value = read_numeral(text)
    return int(value) if value else None


def _free(match: re.Match[str] | None, spans: list[tuple[int, int]]) -> bool:
    if match is None:
        return False
    return not any(start < match.end() and match.start() < stop for start, stop in spans)
