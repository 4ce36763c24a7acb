"""Numbers that a sentence of the prose states, with what they count.

Owns reading a sentence into statements: value, unit as printed, the words that say what is
counted, whether it is one item of an “其中” list, and the span in the sentence.  Dates, numbers
of papers, addresses and telephone numbers are no statements.  Nothing is added up or subtracted.

Leaves to others: what a printed number is worth (numbers.py), the figures of the tables
(tables.py, narrative.py), which statement answers a question (the assistant).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from indexer.numbers import read_number
from indexer.text import fold

#: Longest first, so that 人次 is not read as 人.
UNITS = (
    "个工作日|工作日|个百分点|百分点|个小时|小时|分钟|个月|人次|批次|平方米|公里|万元|亿元|元|"
    "件|条|篇|期|次|场|个|份|项|部|名|家|册|户|批|处|台|张|封|则|页|宗|起|例|本|套|款|笔|位|种|类|只|"
    "间|座|幅|辆|分|天|轮|届|人|句|栏|门|村|镇|县|区|市|部门|岁|%|倍|成|GB|TB"
)
_NUMBER = re.compile(
    rf"(?<![\d.\-A-Za-z])(?P<number>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d{{1,12}}(?:\.\d{{1,6}})?)\s*"
    rf"(?P<unit>[百千]?[万亿]?余?多?(?:{UNITS}))"
)
_CLAUSE = re.compile(r"[,，:：;；。!！?？、]|(?<=\d)-(?=\d)")
#: A number in front of these is a date, a number of a paper or of a place.
_NO_COUNT = re.compile(r"\d\s*(?:年|月|日|号|楼|室|层|栋|路|弄)|第\s*\d|\[\d{4}\]\s*\d")
_PART = re.compile(r"其中|其含|包括|包含|涉及|分别")
#: Words behind a number that belong to the next one: 由46个精简为29个.
_LEADS_ON = re.compile(r"^[^,，]*(?:为|到|至|达|成)$")
#: Words in front of a number that only add up what the clause before spoke of.
GENERIC = re.compile(
    r"^(?:累计|合计|共计|总计|共|总共|一共|达|达到|计|约|近|超|超过|全年|全年共|为)*$"
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A number in a sentence; [start, stop) spans number and unit in it.

    `before` and `behind` are the words of its clause on both sides, up to the next number;
    `earlier` the clauses before it, nearest first, without their own numbers' neighbours taken
    away.  `part` says that it is one item of a list that need not be complete.
    """

    value: Decimal
    unit: str
    before: str
    behind: str
    earlier: tuple[str, ...]
    part: bool
    start: int
    stop: int

    @property
    def generic(self) -> bool:
        """Whether its own clause says nothing of what is counted: 累计240人次."""
        return bool(GENERIC.match(self.before)) and not self.behind


def read_statements(sentence: str) -> tuple[Statement, ...]:
    """Return the statements of one sentence, in order.

    >>> [(str(s.value), s.unit, s.before) for s in read_statements("访谈29期，浏览量33829人次")]
    [('29', '期', '访谈'), ('33829', '人次', '浏览量')]
    >>> [s.part for s in read_statements("解读248篇，其中图解65篇、视频8篇")]
    [False, True, True]
    >>> read_statements("依据国办公开办函〔2021〕30号，2021年3月1日起施行，电话0000-1234567")
    ()
    """
    folded = _folded(sentence)
    found: list[Statement] = []
    listing = False
    spans = list(_clauses(folded))
    for index, (low, high) in enumerate(spans):
        clause = folded[low:high]
        listing = listing or bool(_PART.search(clause))
        numbers = [m for m in _NUMBER.finditer(clause) if not _is_date(clause, m)]
        borders = [0, *(match.end() for match in numbers), len(clause)]
        earlier = tuple(folded[a:b] for a, b in reversed(spans[:index]))
        for position, match in enumerate(numbers):
            follows = numbers[position + 1].start() if position + 1 < len(numbers) else len(clause)
            before = clause[borders[position] : match.start()]
            head = (clause[: borders[position]],) if borders[position] else ()
            found.append(
                Statement(
                    value=read_number(match.group("number")),
                    unit=match.group("unit"),
                    before=before.strip(),
                    behind=_LEADS_ON.sub("", clause[match.end() : follows].strip()),
                    earlier=(*head, *earlier),
                    part=listing and bool(found),
                    start=low + match.start(),
                    stop=low + match.end(),
                )
            )
    return tuple(found)


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    cuts = [0, *(m.end() for m in _CLAUSE.finditer(text) if not _inside_number(text, m)), len(text)]
    for low, high in pairwise(cuts):
        stop = high
        while stop > low and _CLAUSE.match(text[stop - 1]):
            stop -= 1
        if stop > low:
            yield low, stop


def _inside_number(text: str, match: re.Match[str]) -> bool:
    """Whether the comma at `match` groups thousands."""
    return bool(re.match(r"\d,\d{3}(?!\d)", text[max(match.start() - 1, 0) :]))


def _is_date(clause: str, match: re.Match[str]) -> bool:
    around = clause[max(match.start() - 8, 0) : match.end() + 1]
    own = clause[match.start() : match.end() + 1]
    if re.match(r"(?:19|20)\d\d\s*年", own) or _NO_COUNT.match(own):
        return True
    return bool(re.search(r"(?:第|\[\d{4}\])\s*$", clause[: match.start()])) or "号" in around[-1:]


def _folded(text: str) -> str:
    """Return `text` folded character by character, so that offsets stay."""
    return "".join(one if len(one := fold(char)) == 1 else char for char in text)
