"""An operation made to fit its figures, applicants and years.

Owns what goes together: rates are looked up and not divided once more, groups are not added to
their own parts, a figure that speaks of the year before stands in one report only.

Leaves to others: which operation and figures a question asks for (choose.py, settle.py).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from assistant.understand.indicators import enumerated
from assistant.understand.parse import Parsed
from assistant.understand.sieve import sieved
from assistant.vocabulary import is_part, load_indicators

#: Without one of these a change over several years is told year by year.
_HOW_MUCH = sieved(r"多少|几|差|比|how m|by what|differ")


def consistent(parsed: Parsed) -> Parsed:
    """Return `parsed` with its operation made to fit its figures.

    A rate of its own is looked up, not divided once more; a group is not added to its own parts;
    what a table prints as a change is looked up; a figure that speaks of the year before stands
    in one report only.
    """
    known = load_indicators()
    figures, operation = parsed.found.indicators, parsed.operation
    rates = [id_ for id_ in figures if known[id_].kind == "derived"]
    asked = parsed.operations.ids
    many_years = len(parsed.years.named) > 2 and len(figures) == 1
    if operation == "change" and many_years and not _HOW_MUCH.search(parsed.question.text):
        return replace(parsed, operation="trend")
    if parsed.whole and known[parsed.whole].kind == "derived":
        parsed = replace(parsed, whole=None)
    apart = enumerated(parsed.found) or _EACH_OR_NOT.search(parsed.question.text)
    if operation == "value" and len(figures) == 2 and not apart:
        kept = tuple(id_ for id_ in figures if not any(is_part(other, id_) for other in figures))
        if len(kept) == 1:
            figures = kept
            parsed = replace(parsed, found=replace(parsed.found, indicators=kept))
    if operation == "value" and "share" in asked and figures and not rates and not parsed.meant:
        return replace(parsed, operation="share")
    mixed = operation == "difference" and 0 < len(rates) < len(figures)
    if (operation in ("share", "value") or mixed) and rates:
        applicants = () if set(rates) & _BY_APPLICANT else parsed.found.applicants
        found = replace(parsed.found, indicators=tuple(rates[:1]), applicants=applicants)
        parsed = replace(parsed, found=found, operation="value", whole=None)
        return replace(parsed, part=(None, None), of=(None, None))
    if operation == "sum":
        kept = tuple(id_ for id_ in figures if not any(is_part(id_, other) for other in figures))
        parsed = replace(parsed, found=replace(parsed.found, indicators=kept))
        parsed, _ = rate_or_total(parsed, kept, parsed.found.applicants)
    if operation in ("list", "value") and len(parsed.named.organs) > 1 and len(figures) == 1:
        return replace(parsed, operation="compare")
    if operation == "filter_organs" and _HOW_MANY_ORGANS.search(parsed.question.text):
        return replace(parsed, operation="count_organs")
    printed = [id_ for id_ in figures if id_.endswith(".items_change")]
    if printed and operation in ("change", "growth_rate", "difference"):
        found = replace(parsed.found, indicators=tuple(printed))
        return replace(parsed, operation="value", found=found)
    years = parsed.years
    many = years.every or years.last or years.ranged or years.since or years.before
    applicants = parsed.found.applicants
    if operation == "difference" and len(figures) == 1 and not other_operands(parsed, applicants):
        return replace(parsed, operation="value")
    if operation == "trend" and len(years.named) == 1 and not many:
        return replace(parsed, operation="value")
    if operation in ("change", "difference") and TRUE_OR_NOT.search(parsed.question.text):
        return replace(parsed, operation="verify", base_operation=operation)
    return _one_year(parsed)


#: A figure beside what it is a part of that is no mere lead to it: 每十件里几件, not disclosed.
_EACH_OR_NOT = sieved(r"每|除|外|里.{0,10}几|\bone in\b|except|\bnot\b|\bevery\b")


#: A question that wants yes or no.
TRUE_OR_NOT = sieved(
    r"^(?!.*(?:多少|几[件个]|how (?:many|much)|by how|what|which)).*"
    r"(?:对吗|对不对|是不是|是吧|属实|核对|核实|^(?:did|is|was|were|does|do|has|have)\b"
    r"|true or false|correct|right\?|true\?)"
)


_HOW_MANY_ORGANS = sieved(
    r"(?:多少|(?<!哪)几)(?:个|家)?(?:机关|单位|部门|区县|政府)|(?<!哪)几家|多少家"
    r"|(?:机关|单位|部门|区县)(?:共|一共)?有?(?:多少|(?<!哪)几)(?:个|家)|(?:机关|单位)(?:的)?个?数"
    r"|how many (?:organs|agencies|bodies|departments|governments)|number of (?:organs|agencies)"
)


#: Rates that stand for a share of one kind of applicant.
_BY_APPLICANT = frozenset({"natural_person_share", "legal_share"})


def _one_year(parsed: Parsed) -> Parsed:
    """Of two years that 2021年没办完、转到2022年 names, keep the one whose report prints it."""
    years = parsed.years.named
    carried = [id_ for id_ in parsed.found.indicators if id_ in _CARRIED]
    side = parsed.operation not in ("value", "trend", "sum", "list", "difference")
    if side or not carried or len(years) != 2 or parsed.years.ranged:
        return parsed
    if abs(years[0] - years[1]) != 1 or parsed.operations.ids & _OVER_YEARS:
        return parsed
    operation = "value" if len(parsed.found.indicators) == 1 else parsed.operation
    named = (_CARRIED[carried[0]](years),)
    return replace(parsed, operation=operation, years=replace(parsed.years, named=named))


#: Cues that two years are meant to be set side by side.
_OVER_YEARS = frozenset({"trend", "change", "compare", "each", "growth_rate"})


#: Which of two years the report is of, for figures that speak of the year before or after.
_CARRIED: Mapping[str, Callable[[Sequence[int]], int]] = {
    "carried_in": max, "carried_out": min, "handled": max,
}  # fmt: skip


def rate_or_total(
    parsed: Parsed, chosen: Sequence[str], applicants: tuple[str, ...]
) -> tuple[Parsed, tuple[str, ...]]:
    """Return the question and its applicants, a rate or group looked up and not computed."""
    kinds = [load_indicators()[id_].kind for id_ in chosen]
    if parsed.operation == "share" and "derived" in kinds[:1]:
        return replace(parsed, operation="value", whole=None), ()
    if parsed.operation == "sum" and kinds == ["group"] and not other_operands(parsed, applicants):
        return replace(parsed, operation="value"), applicants
    return parsed, applicants


#: What adds one figure to another; 总共 alone belongs to a figure that is a total.
ADDS = sieved(r"加|[和与及跟、+]|之和|求和|相加|合起来|\b(?:and|plus|add|adding|sum|both)\b")


def other_operands(parsed: Parsed, applicants: Collection[str]) -> bool:
    """Return whether one figure is enough, as two applicants, years or organs are named."""
    several = (applicants, parsed.years.named, parsed.named.organs)
    return parsed.years.before or any(len(named) > 1 for named in several)
