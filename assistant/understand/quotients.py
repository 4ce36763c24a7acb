"""One figure divided by another, where a question says so in words of its own.

Owns “平均每件处罚对应几件许可”, “收费除以许可件数，每件多少万元” and “fees per permit”.

Leaves to others: shares in percent (halves.py), the arithmetic (replies/shares.py).
"""

from __future__ import annotations

from assistant.understand.halves import Half, half
from assistant.understand.sieve import sieved
from assistant.vocabulary import load_indicators

_DIVIDED = (
    sieved(
        r"平均?(?:每|一|1)(?:下|办|收|处理|作出|做|批)?了?[一1]?[件个份项宗部](?P<whole>[^,;?]{1,14}?)"
        r"(?:,|对应|相当于|摊到?|配|分到|要|有|收)+(?P<part>[^;?]{2,24})"
    ),
    sieved(
        r"(?P<part>[^,;?]{2,20}?)(?:除以|÷|按)(?P<whole>[^,;?]{2,14}?)"
        r"(?:,|算|来?平均|摊|分).{0,6}(?:平均|合|每|摊)"
    ),
    sieved(
        r"(?P<part>[^,;?]{3,40}?) (?:per|for each|for every|divided by the number of) "
        r"(?!cent|100|hundred|year|organ|month)(?P<whole>[^,;?]{3,40})"
    ),
)
#: 集中采购平均每个项目多少万元: one row that has a number of projects and an amount.
_PER_PROJECT = sieved(r"(?:平均|每)[一每]?[个项](?:采购)?项目?[^,;?]{0,6}(?:多少|几)(?:万|元|钱)")


def divided(text: str) -> tuple[Half, Half] | None:
    """Return (figure, applicant) of what is divided and of what it is divided by, if any is.

    >>> divided("平均一件处罚对应多少件许可")
    (('licensing.decisions', None), ('penalties.decisions', None))
    """
    if _PER_PROJECT.search(text) and half(text)[0] in ("procurement.amount", "procurement.items"):
        return ("procurement.amount", None), ("procurement.items", None)
    known = load_indicators()
    for pattern in _DIVIDED:
        if match := pattern.search(text):
            part, whole = half(match["part"]), half(match["whole"])
            counted = part[0] and whole[0] and part != whole
            if counted and "%" not in (known[part[0] or ""].unit, known[whole[0] or ""].unit):
                return part, whole
    return None
