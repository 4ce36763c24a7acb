"""What a question wants done with its figures, and the numbers it states itself.

Owns finding the cues of the operations, counted cues (前三名, 超过100件), and stated numbers.

Leaves to others: the cues (vocabulary/operations.yaml), what the operation needs (parse.py).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from assistant.numerals import CHINESE, chinese_numbers_in, numbers_in, read_numeral
from assistant.understand.sieve import Sieved, Sieves, sieved
from assistant.understand.spotting import Lexicon, Spot, masked
from assistant.vocabulary import LANGUAGES, load_operations, wording_key

_MULTIPLES = {"万": 10_000, "千": 1_000, "百": 100, "十": 10, "亿": 100_000_000}
_COUNT_UNIT = (
    r"(?:件|条|份|个|项|宗|部|起|篇|次|家|万元|元|%|万|亿|applications|requests|cases|documents)?"
)
_ANY_NUMBER = sieved(f"[\\d{CHINESE}]")
_COMPARISONS = {
    "没有超过": "<=", "没超过": "<=", "不会超过": "<=", "不会多过": "<=",
    "没到": "<", "没有到": "<",
    "没满": "<", "不满": "<", "不止": ">", "不只": ">", "多过": ">", "超出": ">", "有没有": ">=",
    "跌破": "<", "没有达到": "<",
    "达到": ">=", "够": ">=", "exceeded": ">", "exceeds": ">", "exceeding": ">", "exceed": ">",
    "not more than": "<=", "no more than": "<=", "no fewer than": ">=", "not less than": ">=",
    "超过": ">", "多于": ">", "大于": ">", "高于": ">", "more than": ">", "over": ">", "above": ">",
    "不少于": ">=", "至少": ">=", "以上": ">=", "at least": ">=", "or more": ">=", "不低于": ">=",
    "少于": "<", "低于": "<", "不到": "<", "不足": "<", "小于": "<", "fewer than": "<",
    "less than": "<", "under": "<", "below": "<",
    "不超过": "<=", "至多": "<=", "以下": "<=", "at most": "<=", "or fewer": "<=",
    "等于": "=", "正好": "=", "exactly": "=",
    "有没有超过": ">", "超没超过": ">", "超没超": ">", "超不超过": ">", "超": ">", "过": ">",
    "<=": "<=", ">=": ">=", "<": "<", ">": ">", "过没过": ">", "有没有过": ">", "没达到": "<",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stated:
    """A number that a question states: 一万多条 is 10000 with `more` set.

    `unit` is as written; 万 and 亿 alone are multiples that `value` has in it.  `place` is what
    the last digit of such a number stands for: 1,000,000 for 1.09亿.
    """

    value: Decimal
    more: bool = False
    about: bool = False
    percent: bool = False
    unit: str | None = None
    start: int = 0
    stop: int = 0
    place: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Operations:
    """The operations whose cues were found, and their numbers."""

    ids: frozenset[str] = frozenset()
    limit: int | None = None
    nth: int = 1
    comparison: tuple[str, Decimal] | None = None
    stated: tuple[Stated, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()

    def __contains__(self, id_: str) -> bool:
        """Whether a cue of this operation was found."""
        return id_ in self.ids

    def without(self, ids: Collection[str]) -> Operations:
        """Return these without some, and without a comparison."""
        if self.comparison is None and self.ids.isdisjoint(ids):
            return self
        return replace(self, ids=self.ids.difference(ids), comparison=None)


def find_operations(text: str, years: Sequence[tuple[int, int]]) -> Operations:
    """Return the operations that `text` cues; numbers inside the spans `years` are passed over."""
    spots: list[Spot[str]] = cues().spots(text)
    ids = {spot.meaning for spot in spots}
    limit: int | None = None
    spans = [(spot.start, spot.stop) for spot in spots]
    numbered = _has_number(text, years)
    for operation, pattern in _counted().fitting(text) if numbered else ():
        for match in pattern.finditer(text):
            if any(start < match.end() and match.start() < stop for start, stop in years):
                continue
            value = _read(match.group("n"))
            if value is not None and (operation != "trend" or value < 50):
                ids.add(operation)
                if operation in ("top", "bottom"):
                    limit = int(value)
    proportion = _proportion(text)
    if proportion:
        ids |= {"share", "verify"}
    return Operations(
        ids=frozenset(ids),
        limit=limit or _words_limit(text),
        nth=_nth(text),
        comparison=proportion or _comparison(masked(text, years)),
        stated=tuple(_stated(text, years)),
        spans=tuple(spans),
    )


_ORDINALS = {"一": 1, "1": 1, "二": 2, "三": 3, "四": 4, "五": 5, "2": 2, "3": 3, "4": 4, "5": 5,
             "second": 2, "third": 3, "fourth": 4, "fifth": 5}  # fmt: skip
#: 第二多, 排第三, 次多, second highest; 第二季度 and 第三方 are no places.
NTH = sieved(
    r"倒数第([一二三四五12345])|第([二三四五2345])(?:[多高少低]|[大小](?![项类])|名|位(?!的?平均))|排(?:名|在|到)?第([二三四五2345])|第([二三])(?:的?[是呢]|$)"
    r"|(次)[多高大少低]"
    r"|\b(second|third|fourth|fifth)[ -]"
    r"(?:most|highest|largest|biggest|lowest|fewest|least|smallest)\b"
    r"|\b(?:comes?|came|ranks?|ranked|place[ds]?) (?:in )?(second|third|fourth|fifth)\b"
)


def _nth(text: str) -> int:
    """The place in an order that is asked for: 第二多 is 2, the first where none is said."""
    match = NTH.search(text)
    if match is None:
        return 1
    word = next(group for group in match.groups() if group)
    return _ORDINALS.get(word, 2)


_HALVES = (
    (">", sieved(
        r"过半|超过?[^,。?]{0,14}(?:一半|半数)|(?:一半|半数)(?:还)?(?:以上|多)|大多数|(?<!大)多数(?:是|都|为|被|由)|大部分"
        r"|\bmajority\b|more than (?:a )?half|over half|\bmostly\b"
    )),
    ("<", sieved(
        r"(?:不到|不足|没到|未到|少于)[^,。?]{0,8}(?:一半|半数)|less than half|under half"
    )),
)  # fmt: skip
_TENTHS = sieved(r"([一二三四五六七八九\d])成(以上|多|以下)")


def _proportion(text: str) -> tuple[str, Decimal] | None:
    """A share that is stated without a number of its own: 过半, 九成以上, the majority."""
    for sign, words in reversed(_HALVES):
        if words.search(text):
            return sign, Decimal(50)
    match = _TENTHS.search(text)
    value = _read(match.group(1)) if match else None
    if match is None or value is None:
        return None
    return ("<=" if match.group(2) == "以下" else ">="), value * 10


_LIMIT = sieved(r"前([三五十])|后([三五十])名|倒数前三|top (three|five|ten)")


def _words_limit(text: str) -> int | None:
    match = _LIMIT.search(text)
    if match is None:
        return None
    words = {"三": 3, "五": 5, "十": 10, "three": 3, "five": 5, "ten": 10}
    return next((words[group] for group in match.groups() if group), 3)


def _has_number(text: str, years: Sequence[tuple[int, int]]) -> bool:
    """Whether a digit or numeral stands outside the spans `years`."""
    return any(
        not any(start <= match.start() < stop for start, stop in years)
        for match in _ANY_NUMBER.finditer(text)
    )


#: 破万, 过百, 上千件: a round number alone.
_ROUND = sieved(
    r"(?:破|过|超过?|逾|上|达到?)了?(?P<n>[百千万亿])(?=[件条份个项宗部起次]|了|[,。?]|吗|吧|$)"
)


def _comparison(text: str) -> tuple[str, Decimal] | None:
    if (round_ := _ROUND.search(text)) is not None:
        return ">=", Decimal(_MULTIPLES[round_.group("n")])
    for match in _comparisons().finditer(text):
        if found := _compared(match):
            return found
    return ("=", Decimal(0)) if _NONE_OF.search(text) else None


#: 在50到100之间: both ends are meant.
_BETWEEN = sieved(rf"(?P<low>\d+)\s*{_COUNT_UNIT}\s*(?:到|至|和|-|~|—)\s*(?P<high>\d+).{{0,3}}之间")
_BETWEEN_EN = sieved(r"\bbetween (?P<low>\d+) and (?P<high>\d+)\b")


def comparisons_in(text: str) -> list[tuple[str, Decimal]]:
    """Return every comparison that `text` makes, in its order; years are set aside before.

    >>> comparisons_in("大于80小于200的机关")
    [('>', Decimal('80')), ('<', Decimal('200'))]
    """
    if match := _BETWEEN.search(text) or _BETWEEN_EN.search(text):
        return [(">=", Decimal(match["low"])), ("<=", Decimal(match["high"]))]
    return [found for match in _comparisons().finditer(text) if (found := _compared(match))]


def _compared(match: re.Match[str]) -> tuple[str, Decimal] | None:
    words = match.group("before") or match.group("after")
    if than := match.group("than"):
        way = match.group("way")
        if (than == "比") != bool(way):
            return None
        words = "少于" if way and way.endswith("少") else "多于"
    value = _read(match.group("n1") or match.group("n2") or match.group("n3"))
    if value is not None and match.group("tenths"):
        value *= 10
    return None if value is None else (_COMPARISONS[words], value)


@cache
def _comparisons() -> Sieved:
    """A comparing word and a number, in either order (超过100件, 100件以上)."""
    behind = ("以上", "以下", "or more", "or fewer", "没达到")
    ordered = sorted(_COMPARISONS, key=len, reverse=True)
    before = "|".join(_lettered(word) for word in ordered if word not in behind)
    number = rf"\d[\d,]*(?:\.\d+)?(?:[万亿](?!元))?|[{CHINESE}]+"
    return sieved(
        rf"(?P<before>{before})\s*(?:了)?\s*(?P<n1>{number})(?P<tenths>成)?"
        rf"|(?P<n2>{number})\s*(?:{_COUNT_UNIT}|倍|times)\s*(?:及|都|也)?(?P<after>{'|'.join(behind)})"
        rf"|(?P<than>比|不止|过了|破了?|上了?)\s*(?P<n3>{number})\s*{_COUNT_UNIT}\s*(?P<way>还?要?[多少])?"
    )


def _stated(text: str, years: Sequence[tuple[int, int]]) -> list[Stated]:
    found: list[Stated] = []
    for match in _statements().finditer(text):
        if any(start < match.end("n") and match.start("n") < stop for start, stop in years):
            continue
        raw = match.group("n")
        if raw in ("一", "两", "二", "三", "四") and not match.group("unit"):
            continue
        if text[max(0, match.start("n") - 1) : match.start("n")] in ("第", "表", "类", "哪", "几"):
            continue
        value = _read(raw)
        if value is None or (raw[0] in CHINESE and not match.group("unit") and len(raw) < 2):
            continue
        percent = match.group("unit") in ("%", "成") or text[: match.start("n")].endswith("百分之")
        if match.group("unit") == "成":
            value *= 10
        unit = match.group("unit") or ("元" if _YUAN.match(text, match.end()) else None)
        if unit in ("万", "万元") and "亿" in raw:
            high = value // 10**8 * 10**8
            value, unit = high + (value - high) * 10_000, "万" if unit == "万" else "元"
        elif unit in ("万", "亿"):
            value *= _MULTIPLES[unit]
        if unit is None and raw[-1] in "万亿":
            unit = raw[-1]
        if large := _LARGE.match(text, match.end()):
            value *= _ENGLISH[large["word"]]
            unit = "元" if _YUAN.match(text, large.end()) else "万"
        found.append(
            Stated(
                value,
                bool(match.group("more") or match.group("over")),
                bool(match.group("about")) or text.startswith(("左右", "上下"), match.end()),
                percent,
                unit,
                match.start("n"),
                match.end(),
                _place(raw, unit),
            )
        )
    if _NOT_ONE.search(text) and all(item.value == 1 for item in found):
        return [Stated(Decimal(0))]
    if not found and _ZERO_SAID.search(text):
        return [Stated(Decimal(0))]
    return found


def _place(raw: str, unit: str | None) -> Decimal | None:
    """What the last digit of 1.09亿 stands for; None for numbers without decimals."""
    _, dot, decimals = raw.rstrip("万亿").partition(".")
    if not dot:
        return None
    if unit == "亿元":
        return Decimal(1).scaleb(-len(decimals))
    multiple = raw[-1] if raw[-1] in "万亿" else unit
    if multiple not in ("万", "亿"):
        return None
    return Decimal(_MULTIPLES[multiple]).scaleb(-len(decimals))


_ENGLISH = {"thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_LARGE = re.compile(r" ?(?P<word>thousand|million|billion)\b")
_YUAN = re.compile(r"\s*(?:yuan|rmb|cny)\b")
#: 没有行政诉讼，对吗 and 是不是零 state zero as well.
_ZERO_SAID = sieved(
    r"没(?:有|被|摊上|碰上|遇到)[^?？哪谁多几]{1,18}[,，]?(?:对吗|对吧|对不对|是吗|是吧|没错吧|属实|真的|是不是|过吧|过吗)"
    r"|(?:核对|核实|查证|确认)[^?？哪谁多几]{1,24}没(?:有|人)|零(?:行政)?(?:复议|诉讼|起诉|应诉|官司)"
    r"|(?:核对|核实|查证|确认)[^?？]{1,30}(?:为|是)零|\bnothing\b"
    r"|\bconfirm that no [a-z]+\b|(?:是|为)零[^?？]{0,4}(?:这|对|站|真|假|属实|准)"
    r"|\bno [a-z][a-z -]{2,40}(?:\([^)]*\) ?)?at all\b|\bzero ?[?,]|\bequal to zero\b"
    r"|\bno [a-z]+ at all\b|\bdid ?n[o']?t [a-z]+ any\b|\bfree of any\b|\bwithout any\b"
    r"|\bzero [a-z]|\bhad no [a-z]|\bno (?:reviews|lawsuits|requests|administrative)"
    r"|是不是(?:为)?零|(?:是|为)零(?:吗|吧)"
)


#: 零复议 is no review at all.
_NONE_OF = sieved(
    r"(?:零|0)(?:行政)?(?:复议|诉讼|起诉|官司|申请|公开)|\bzero (?=[a-z])|\bno (?=[a-z]+ )"
)
#: 一件都没有 states zero.
_NOT_ONE = sieved(
    r"没有(?:过)?(?:任何|一[件个起条])|未曾|从未|\brefused no\b"
    r"|一[件个起条].{0,12}(?:都|也)没|没有?(?:收到|发生|出现)过|一件没有|零件"
)


def _lettered(word: str) -> str:
    """过 and 超 alone compare only right before a round number (过百)."""
    if word in ("过", "超"):
        return f"{word}(?=\\d|一?[百千万亿])" if word == "超" else f"{word}(?=一?[百千万亿])"
    return f"(?<!有){word}" if word == "没有超过" else re.escape(word)


@cache
def _statements() -> Sieved:
    """A number with the words around it that make it a statement: 约, 多, 件, 成."""
    return sieved(
        rf"(?P<about>约|大约|大概|将近|近|差不多|about|around|nearly|roughly|approximately|almost)?\s*"
        rf"(?P<n>\d[\d,]*(?:\.\d+)?(?:[万亿](?!元))?|[{CHINESE}]*[{CHINESE}](?:点[{CHINESE}]+)?)"
        rf"(?P<more>多|余|几)?\s*(?P<unit>亿元|万元|元|件|条|份|个|项|宗|部|起|篇|次|家|%|成|倍|亿|万)?"
        rf"(?P<over>(?<=倍)多)?"
    )


def _read(text: str) -> Decimal | None:
    for number in numbers_in(text):
        return number.value
    if (value := read_numeral(text)) is not None:
        return value
    return next((number.value for number in chinese_numbers_in(text)), None)


@cache
def cues() -> Lexicon[str]:
    """The cues of all operations, in both languages."""
    return Lexicon.of(
        (wording_key(cue, language), operation.id)
        for language in LANGUAGES
        for operation in load_operations().values()
        for cue in operation.cues.of(language)
    )


@cache
def _counted() -> Sieves[str]:
    """The cues that hold a number, each under its operation."""
    number = rf"(?P<n>\d[\d,]*|[{CHINESE}]{{1,6}})\s*"
    return Sieves(
        (
            operation.id,
            sieved(re.escape(cue).replace(r"\{n\}", number).replace("件以", _COUNT_UNIT + "以")),
        )
        for language in LANGUAGES
        for operation in load_operations().values()
        for cue in operation.counted.of(language)
    )
