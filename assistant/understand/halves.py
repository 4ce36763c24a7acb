"""The two halves of a share: what is measured, and by what.

Owns “A占B的几成” and “B中A占多少”, and the figure that stands right behind 占.

Leaves to others: what a share is of where the question does not say (assistant/replies/shares.py).
"""

from __future__ import annotations

import re

from assistant.understand.indicators import find_indicators
from assistant.understand.sieve import sieved
from assistant.understand.spotting import blanks
from assistant.vocabulary import is_part, load_indicators

Half = tuple[str | None, str | None]
#: “A占B的比例”: the words of proportion belong to 占, not to a rate of their own.
PROPORTION = sieved(r"的?(?:比例|比重|百分比|占比)")


MAKES_UP = sieved(r"占(?!比)(?:了|到|全部|总|所有|当年|本年|全年|其中)*")
_AMONG = sieved(r"(?:当中|之中|里面|里头|中|里)(?=.{1,16}占)")


def share_halves(text: str) -> tuple[Half, Half]:
    """Return (figure, applicant) of the part and of the whole in “A占B的几成” or “B中A占多少”.

    What a half does not say is None.
    """
    for pattern in _TOLD:
        if told := pattern.search(text):
            whole = half(told.group("whole"))
            part = half(told.group("part"), whole[0])
            if part[0] and whole[0] and part[0] != whole[0]:
                return part, whole
    text = PROPORTION.sub(blanks, text)
    match = MAKES_UP.search(text)
    if match is None:
        return (None, None), (None, None)
    before, behind = text[: match.start()], text[match.end() :]
    among = _AMONG.search(text)
    if among:
        return half(text[among.end() : match.start()]), half(text[: among.start()])
    part, whole = half(before), half(behind)
    if part[0] and whole == (None, None):
        whole = _above(part[0], before), None
    return part, whole


#: Both halves told without 占: 每100件办结里有几件予以公开, 诉讼总数中复议后起诉的占比.
_AMIDST = "(?:当中|之中|里面|里头|中|里)"
_TOLD = tuple(
    sieved(pattern)
    for pattern in (
        (
            rf"每(?:100|一百|百|10|十)[件份个](?P<whole>[^,;?]{{2,14}}?)(?:{_AMIDST}|,|有)"
            r"(?P<part>[^;?]{2,30})"
        ),
        (
            rf"每(?P<whole>[^,;?\d]{{1,4}})(?:100|一百|百|10|十)[件份个](?:申请)?(?:{_AMIDST}|,|有)"
            r"(?P<part>[^;?]{2,30})"
        ),
        (
            rf"(?P<whole>[^,;?]{{2,24}}?){_AMIDST}(?P<part>[^,;?占]{{2,20}}?)的?(?:占比|比例|比重)"
            r"(?:是|有|为)?(?:多少|多大|几|$|[?。])"
        ),
        (
            r"(?P<whole>[^,;?]{2,24}?)一?共有?(?:多大|多少)的?(?:比例|比重)(?:是|属于|为)"
            r"(?P<part>[^,;?]{2,20})"
        ),
        (
            r"\b(?:out of|of|for|per) (?:every |each )?(?:100|an? hundred|hundred|10) "
            r"(?P<whole>[^,;?]{4,50}?)(?:,| (?:at|in|by|how)\b)(?P<part>[^;?]{4,60})"
        ),
        (
            r"\b(?:out )?of (?:all )?(?:the )?(?P<whole>[^,;?]{4,60}?)(?: (?:by|in)\b[^,;?]*)?,"
            r" (?:what|which) (?:percentage|percent|per cent|share|proportion|fraction)"
            r" (?:was|were|is|are|came|ended|had) (?P<part>[^,;?]{4,60})"
        ),
        (
            r"\b(?:share|percentage|proportion|fraction) of (?P<part>[^,;?]{3,50}?) "
            r"(?:among|out of|relative to) (?P<whole>[^,;?]{4,60})"
        ),
        (
            r"(?P<part>[^,;?]{4,60}?) as an? (?:percentage|percent|share|proportion|fraction) of "
            r"(?P<whole>[^,;?]{4,60})"
        ),
    )
)


def _above(part: str, text: str) -> str | None:
    """The figure of an earlier clause that the part is counted in."""
    for clause in re.split(r"[,;。]", text)[:-1]:
        figure, _ = half(clause)
        if figure and is_part(part, figure):
            return figure
    return None


def half(text: str, whole: str | None = None) -> Half:
    """Return (figure, applicant) of one half, None for what it does not say.

    A wording of several meanings is the one that is counted in `whole`.
    """
    found = find_indicators(text)
    indicators = found.indicators if not found.weak else ()
    if whole and not indicators:
        fitting = {id_ for open_ in found.open for id_ in open_.candidates if is_part(id_, whole)}
        indicators = tuple(fitting) if len(fitting) == 1 else ()
    applicants = (*found.applicants, *found.weak_applicants)
    return (
        indicators[-1] if indicators else None,
        applicants[0] if applicants else None,
    )


_TOTALS = frozenset({"concluded", "received", "handled", "review.total", "lawsuit.total"})


def narrowed(
    indicators: tuple[str, ...], operation: str, text: str, percent: bool
) -> tuple[tuple[str, ...], str | None]:
    """Drop a group that merely leads to its part (不予公开 in “因国家秘密不予公开”).

    Returns the indicators left and, for a share, the whole it is a share of.
    """
    known = load_indicators()
    if operation in ("share", "ratio", "composition") or (operation == "verify" and percent):
        whole = _whole(indicators, text)
        if whole is None and operation == "verify" and len(indicators) == 2:
            whole = next((i for i in indicators if i in _TOTALS), None)
        return tuple(i for i in indicators if i != whole), whole
    derived = [i for i in indicators if known[i].kind == "derived"]
    if derived and len(indicators) > 1 and operation not in ("list", "sum", "difference"):
        return tuple(derived), None
    return indicators, None


def _whole(indicators: tuple[str, ...], text: str) -> str | None:
    """The indicator that stands right behind 占: what the share is of."""
    match = re.search(
        r"占(?:了|到|全部|总|所有|当年|本年|全年|全市|全区|其中)*"
        r"|(?:share|percentage|proportion|percent) of (?:all )?(?:the )?",
        text,
    )
    if match is None or not indicators:
        return None
    behind = find_indicators(PROPORTION.sub(blanks, text[match.end() :]))
    first = behind.indicators[0] if behind.indicators else None
    if first is None:
        return None
    that = re.search(r"\b(?:is|was|are|were) (?:that|this|it|those)\b", text)
    if not match.group().startswith("占") and len(indicators) < 2 and not that:
        return None
    lead = re.match(r"[▁\W]*", text[match.end() :])
    start = behind.places.get(first or "", (99, 99))[0] - (lead.end() if lead else 0)
    if match.group().startswith("占") and start > 6:
        return None
    return first
