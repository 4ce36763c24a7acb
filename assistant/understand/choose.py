"""Which one operation the cues of a question ask for.

Owns the order in which cues go before one another.

Leaves to others: finding the cues (operations.py, patterns.py), the vote where wordings and
likeness differ (settle.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.understand.indicators import Found, enumerated
from assistant.understand.operations import Operations
from assistant.understand.organs import Named
from assistant.understand.patterns import ALL_OF, MOVED, YEARLY, against_last_year
from assistant.understand.sieve import sieved
from assistant.understand.years import Years
from assistant.vocabulary import rates


def choose_operation(
    operations: Operations,
    found: Found,
    named: Named,
    years: Years,
    topics: Sequence[str],
    text: str,
) -> str:
    """Return the one operation that the cues ask for; "" where there is none."""
    ids = operations.ids
    several_organs = len(named.organs) + len(named.open) > 1
    several = len(found.indicators) > 1 or len(found.applicants) > 1 or several_organs
    derived = set(found.indicators) & rates()
    if any(id_.endswith(".items_change") for id_ in found.indicators):
        return "list" if enumerated(found) else "value"
    if _YEARLY_GROWTH.search(text) and found.indicators:
        return "trend"
    if zero_or_blank(text) and (found.indicators or found.applicants):
        return "value"
    if "checks" in ids and _ADDS_UP.search(text):
        return "checks"
    if _COUNTS_YEARS.search(text) and found.indicators and _conditioned(operations, text):
        return "filter_years"
    if "verify" in ids and (
        operations.stated
        or operations.comparison
        or _compares_two(found, years, text, len(named.organs))
    ):
        return "verify"
    if (
        operations.comparison
        and len(named.organs) == 1
        and "count_organs" in ids
        and "filter_organs" not in ids
    ):
        return "verify"
    across = _ACROSS.search(text)
    ranked_cues = {"highest", "lowest", "top", "bottom", "rank"}
    ranked = ids & ranked_cues
    counted = ids & {"filter_organs", "count_organs"} or _WHICH_ORGANS.search(text)
    if (
        across
        and not named.organs
        and found.indicators
        and "sum" in ids
        and not (ranked_cues & ids or operations.comparison or _WHICH.search(text))
    ):
        return "total_over_organs"
    if across and not named.organs and found.indicators and _SET_SIDE_BY_SIDE.search(text):
        return "rank"
    if across and not named.organs and found.indicators and counted and not ranked:
        return "count_organs" if "count_organs" in ids and _counts(text) else "filter_organs"
    if len(named.organs) > 1 and found.indicators and _WHICH_OF_THEM.search(text):
        return "filter_organs"
    if "contact" in ids and named.organs and not found.indicators:
        return "contact"
    for first in ("missing_reports", "checks", "zeros", "nonzeros"):
        if first in ids and not (first == "checks" and found.indicators and "value" in ids):
            return first
    if found.indicators and _EACH_PART.search(text) and not ids & {"highest", "lowest"}:
        return "list"
    if found.indicators and len(named.organs) != 1 and ORGAN_GREW_MOST.search(text):
        return "rank"
    if ids & {"highest", "lowest", "top", "bottom", "rank"}:
        over_years = years.every or years.last or len(years.named) > 2 or _ONE_YEAR.search(text)
        return "trend" if over_years and _GREW_MOST.search(text) else "rank"
    if "total_over_organs" in ids and found.indicators:
        return "total_over_organs"
    if ids & {"filter_organs", "count_organs"} and (found.indicators or found.open):
        return "count_organs" if "count_organs" in ids and _counts(text) else "filter_organs"
    if "coverage" in ids and not (found.indicators and not found.weak):
        return "coverage"
    for id_ in ("average", "growth_rate", "composition", "by_applicant", "whole_table"):
        if id_ in ids:
            return id_
    if derived and "share" in ids:
        return "trend" if years.every or years.last or len(years.named) > 2 else "value"
    if "share" in ids or ("ratio" in ids and len(found.indicators) + len(found.applicants) > 0):
        return "share" if "share" in ids else "ratio"
    many = several or len(years.named) > 1 or years.last or years.since or years.every
    if several_organs and len(named.organs) > 2 and _THAN_SUM.search(text):
        return "difference"
    if "sum" in ids and not ids & {"change", "difference"} and many:
        return "sum"
    two = _OF_TWO.search(text)
    side = "compare" in ids and not _DIFFERS.search(text)
    if two and len(years.named) == 2 and not several and "sum" not in ids and not side:
        return "change"
    of_one_report = len(years.named) < 2 and not several_organs
    if two and len(found.indicators) == 2 and of_one_report and _EXCEEDS.search(text):
        return "difference"
    if "change" in ids and _ON_YEAR.search(text) and not (several or _COUNTED.search(text)):
        return "growth_rate"
    if "change" in ids and not (several and len(years.named) < 2):
        return "change" if not several_organs else "compare"
    if "difference" in ids:
        return "difference"
    if "definition" in ids and not ids & {"value"}:
        return "definition"
    if "guidance" in ids and "value" not in ids:
        return "guidance"
    for id_ in ("contact", "why", "source"):
        if id_ in ids:
            return id_
    if "trend" in ids or years.every or years.last:
        return "trend"
    if several_organs or "compare" in ids:
        return "compare"
    if "list" in ids or "each" in ids or enumerated(found):
        return "list"
    if "quote" in ids and (not found.indicators or found.weak):
        return "quote"
    if topics and (not found.indicators or found.weak):
        return "quote"
    if ids & {"value", "exists", "sum", "verify"}:
        return "value"
    return ""


#: 是0还是没填 asks for the state of one cell.
_ZERO_OR_BLANK = sieved(
    r"(?:0|零)(?:件|万元|元)?,?还是(?:空|没填|未填|没有填|没写|没印|不适用|没有)"
    r"|(?:空着?|空白|没填|未填|没写|不适用),?还是(?:是|为)?(?:0|零)"
    r"|\b(?:zero|0) or (?:blank|empty|left blank|not filled)|\b(?:blank|empty) or (?:zero|0)\b"
)


def tells_growth(text: str) -> bool:
    """Whether the largest growth of the years, or growth a year, is asked for."""
    return bool(_GREW_MOST.search(text) or _YEARLY_GROWTH.search(text))


def zero_or_blank(text: str) -> bool:
    """Whether it is asked if a cell holds a 0 or nothing."""
    return bool(_ZERO_OR_BLANK.search(text))


_ACROSS = sieved(
    r"机关|单位|部门|区县|县区|[哪各每几]家|[两三四五六\d]份(?:报告|年报)|organs?\b|agencies|bodies"
)
_WHICH_ORGANS = sieved(
    r"哪[些几]|\borgans? (?:whose|that|which|with|had|have|where)\b|\bwhich organs"
)
_WHICH = sieved(r"哪|which")
_OF_TWO = sieved(
    r"比|多了|少了|多几|少几|多多少|少多少|相差|差|增|减|变化|more|fewer|less|differ|change|exceed"
)
_DIFFERS = sieved(r"多|少|差|增|减|变|更|more|fewer|less")
_EXCEEDS = sieved(r"exceed|how many more|by how|多几|多多少|少几|少多少|差|比.{0,12}[多少]")
_SET_SIDE_BY_SIDE = sieved(r"比比看?|比一比|放(?:在)?一[起块]|摆(?:在)?一[起块]|side by side")
#: Of several organs that are named, those without any.
_WHICH_OF_THEM = sieved(
    r"哪[一个家些]{1,2}[^,。?]{0,16}(?:都没|没有|[是为](?:0|零))|\bwhich (?:of them|one)?.*\bno\b"
)
#: The year of the largest growth, and growth a year, are told by the series itself.
_GREW_MOST = sieved(
    r"(?:增幅|涨幅|降幅|增长率?|增加|增长|涨得?|降得?|上升|下降|减少)[^,。?]{0,4}最"
    r"|最[大多快][^,。?]{0,3}(?:增幅|涨幅|降幅|增长)"
    r"|\b(?:biggest|largest|sharpest|steepest) (?:increase|decrease|rise|fall|drop|growth)"
)
#: Organs are set in order by how much a figure of theirs changed.
ORGAN_GREW_MOST = sieved(
    r"(?:谁|哪[一个家]{1,2})(?:机关|单位|部门|区县)?"
    r"(?:[^,。?]{0,6}(?:增|涨|升|降|减|跌|少)[^,。?]{0,4}[快多大猛]|[^,。?]{0,20}[增涨升降减跌][^,。?]{0,3}最[快多大猛])"
    r"|(?:增[幅长加速得]|涨[幅得]|降[幅得]|下降|减少|上升)[^,。?]{0,4}最?[快大多高][^,。?年]{0,6}"
    r"(?:机关|单位|部门|哪[个家]|谁|地方|区县)"
    r"|\bwhich (?:organ|agency|body|department)\b.*"
    r"\b(?:grew|rose|fell|increased?|decreased?|growth)"
)
_ONE_YEAR = sieved(r"的一年|哪一?年|哪个年度|which year")
_YEARLY_GROWTH = sieved(r"年均增|年平均增|平均每年增|每年平均增|annual growth|a year on average")
#: 同比 alone asks for a rate; 同比多了几件 for a count.
_ON_YEAR = sieved(r"同比")
_COUNTED = sieved(r"多少|几|差|变化|增减|吗|么|多还是少|升还是降|[多少高低]了")
#: One organ against the sum of others.
_THAN_SUM = sieved(
    r"(?:比|超过|超出|多于).{2,40}(?:加起来|加在一[起块]|合起来|合在一起|之和|总和|合计)[^,;?]{0,4}(?:[多少高低]|几)"
    r"|\bthan\b.{2,60}\b(?:together|combined)\b"
)
#: Years that fit a condition: 有几年超过100件; 近几年 and 这几年 count none.
_COUNTS_YEARS = sieved(
    r"(?<![近这前后头过])几年|哪些年|多少个?年[份度头]"
    r"|哪一?年(?=[^,。?]{0,20}(?:[是为](?:0|零)|等于(?:0|零)|没有))"
    r"|\bhow many (?:of the )?years\b|\bwhich years\b"
)


def _conditioned(operations: Operations, text: str) -> bool:
    return operations.comparison is not None or bool(_SOME_OR_NONE.search(text))


_SOME_OR_NONE = sieved(
    r"没|[为是](?:0|零)|等于(?:0|零)|有过|发生过|出现过|收到过|\bno\b|none|\bany\b"
)


#: Whether parts make up their total is a check, not a sum.
_ADDS_UP = sieved(
    r"等于.{0,8}(?:总计|合计|总数|之和)?(?:吗|么|不|\?)|add up to (?:the|its)|sums? to (?:the|its)"
)
_MORE_OR_LESS = sieved(
    r"[多高大少低小][于过]?|超过|不如|一样|相等|持平|[<>=]"
    r"|more|fewer|less|higher|lower|exceed|outnumber|the same|equal"
)


_EACH_PART = sieved(
    r"每[种项类]|[三五八几]种情[况形]|小项|every part|each (?:ground|part|reason)|what made up"
)


def _compares_two(found: Found, years: Years, text: str, organs: int = 0) -> bool:
    """Whether a statement says which of two figures, years or organs is the larger."""
    two = len(years.named) == 2 or years.ranged or len(found.indicators) == 2 or organs == 2
    two = two or bool(years.before) or bool(against_last_year(text))
    over_years = (years.every or years.last) and YEARLY.search(text)
    several = two or years.since or years.named or over_years
    moved = MOVED.search(text) and several
    return bool(ALL_OF.search(text) or moved or (two and _MORE_OR_LESS.search(text)))


def _counts(text: str) -> bool:
    return bool(_HOW_MANY.search(text))


_HOW_MANY = sieved(r"多少|(?<!哪)几个|(?<!哪)几家|how many|number of")
