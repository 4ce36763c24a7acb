"""Organs and years that a question leaves out: “除教育局外其他机关”, “2022年除外”.

Owns finding the clauses that name nothing but organs and years, and taking those away from what
the question names; organs that have each a year of its own.

Leaves to others: clauses about figures and applicants (left_out.py), the library (scope.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from assistant.understand.left_out import clauses
from assistant.understand.organ_names import OrganNames
from assistant.understand.organs import Named, find_organs
from assistant.understand.sieve import sieved
from assistant.understand.spotting import masked
from assistant.understand.years import Years, find_years


@dataclass(frozen=True, slots=True)
class Outside:
    """What is left out, and the spans [start, stop) of the clauses that say so."""

    organs: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()


#: Words of such a clause that say nothing of their own; 本级 belongs to the organ.
_BETWEEN = sieved(
    r"[\W_▁]|这|那|[一两二三四五]?[家个]|单位|机关|部门|年度?|份|的|和|与|及|或者?|以及|还有|都|本身|自己|本级|是"
    r"|\b(?:and|or|the|in|for|year)\b"
)


def find_outside(text: str, named: Named, names: OrganNames, today: date) -> Outside:
    """Return the organs and years that clauses of `text` leave out; `named` are its organs."""
    organs: list[str] = []
    years: list[int] = []
    spans: list[tuple[int, int]] = []
    for clause in clauses(text):
        said = clause.names
        if any(clause.start < stop and start < clause.stop for start, stop in spans):
            continue
        inside = find_organs(said, said, names, named.organs)
        rest = masked(said, inside.spans)
        dated, dates = find_years(rest, today)
        told = inside.organs or dated.named
        if told and not inside.strangers and not _BETWEEN.sub("", masked(rest, dates)):
            organs += inside.organs
            years += dated.named
            spans.append((clause.start, clause.stop))
    return Outside(tuple(dict.fromkeys(organs)), tuple(dict.fromkeys(years)), tuple(spans))


#: What joins two organs that have each a year of its own.
_JOINED = sieved(r"[和与跟及、]|加上?|减去?|比|相?差|\b(?:and|plus|than|minus|with)\b")


def find_pairs(
    text: str, named: Named, names: OrganNames, today: date
) -> tuple[tuple[str, int], ...]:
    """Return (organ, year) where two organs are named each with its own year, else nothing."""
    if len(named.organs) != 2:
        return ()
    for joint in _JOINED.finditer(text):
        found = []
        for half in (text[: joint.start()], text[joint.end() :]):
            inside = find_organs(half, half, names, named.organs)
            dated, _ = find_years(masked(half, inside.spans), today)
            if len(inside.organs) == 1 == len(dated.named):
                found.append((inside.organs[0], dated.named[0]))
        if len(found) == 2 and found[0][0] != found[1][0] and found[0][1] != found[1][1]:
            return tuple(found)
    return ()


def without_organs(named: Named, outside: Outside) -> Named:
    """Take the organs that are left out away from those that are named."""
    kept = tuple(organ for organ in named.organs if organ not in outside.organs)
    return replace(named, organs=kept, without=outside.organs) if outside.organs else named


def without_years(years: Years, outside: Outside) -> Years:
    """Take the years that are left out away; where no other is named, all of them are meant."""
    if not outside.years:
        return years
    kept = tuple(year for year in years.named if year not in outside.years)
    ranged = years.ranged and len(kept) == len(years.named)
    return replace(
        years, named=kept, ranged=ranged, every=years.every or years.silent, without=outside.years
    )
