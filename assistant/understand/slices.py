"""One of several things as a share of their sum: 三家合计中教育局占多少, 四年里2024年占几成.

Owns finding the one that the share is of, in the clause that asks for the share.

Leaves to others: what all of them are (parse.py), the arithmetic (replies/shares.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from assistant.understand.indicators import Found, find_indicators
from assistant.understand.operations import Operations
from assistant.understand.organ_names import OrganNames
from assistant.understand.organs import Named, find_organs
from assistant.understand.sieve import sieved
from assistant.understand.years import Years, find_years

#: What asks for a share, and words that make several things one sum.
_SHARE = sieved(r"占|百分|几成|percent|per cent|proportion|share|fraction")
_SUM = sieved(
    r"合计|加起来|加在一|加一[起块]|放在?一[起块]|合在一|合起来|总和|总量|总数|共计|一共|总共|之和|[两三四五六]家|[两三四五六]年"
    r"|combined|together|in total|altogether|\bof (?:the|all)\b"
)
#: Two figures made one sum before one of them is measured: A、B加一块，A占多少.
_OF_TWO = sieved(
    r"(?:加起来|加在一|加一[起块]|合在一起|合起来|一共)[^?]{0,6}[,里中][^?]{2,10}占(?![^?]{0,6}(?:办结|新收))"
    r"|在[^,;?]{4,30}(?:加起来|加在一|加一[起块]|合在一起|合起来)"
    r"|^[▁\s]*(?:out )?of all [^,;?]+ and [^,;?]+,"
)
_CLAUSE = sieved(r"[,;?]|[里中](?=[^,;?]{0,14}占)")
#: “A在B、C、D总和中的占比”: the one stands in front.
_IN_FRONT = sieved(
    r"^(?P<one>[^,;?]{2,24}?)在(?=.{2,40}(?:总和|合计|总数|总量|加起来|加在一[起块]|加一[起块]|合起来|合在一起)"
    r"(?:当中|里面|里头|之中|中|里)?的?(?:占|比))"
)


@dataclass(frozen=True, slots=True)
class Slice:
    """The one thing; just one of the three is set."""

    organ: str | None = None
    year: int | None = None
    figure: str | None = None


def find_slice(
    text: str,
    found: Found,
    named: Named,
    years: Years,
    operations: Operations,
    names: OrganNames,
    today: date,
) -> Slice | None:
    """Return the one of several organs, years or figures whose share of their sum is asked for."""
    share = _SHARE.search(text)
    if "share" not in operations or share is None or not _SUM.search(text):
        return None
    two = len(found.indicators) == 2 and bool(_OF_TWO.search(text))
    several = (len(named.organs) > 1, len(years.named) > 1, len(found.indicators) > 2 or two)
    if sum(several) != 1:
        return None
    if front := _IN_FRONT.match(text):
        clause = front.group("one")
    else:
        breaks = [match.end() for match in _CLAUSE.finditer(text)]
        starts = [at for at in breaks if at <= share.start()]
        if not starts:
            return None
        stop = next((at for at in breaks if at > share.start()), len(text))
        clause = text[starts[-1] : stop]
    if several[0]:
        organs = find_organs(clause, clause, names, named.organs).organs
        return Slice(organ=organs[0]) if len(organs) == 1 and organs[0] in named.organs else None
    if several[1]:
        said = find_years(clause, today)[0].named
        return Slice(year=said[0]) if len(said) == 1 and said[0] in years.named else None
    figures = [id_ for id_ in find_indicators(clause).indicators if id_ in found.indicators]
    return Slice(figure=figures[0]) if len(figures) == 1 else None
