"""What the tables never carry: satisfaction, months, names of applicants.

Owns finding that a question asks for such a thing.

Leaves to others: the wordings and replies (vocabulary/not_in_reports.yaml), the search of the prose
(assistant/answer.py).
"""

from __future__ import annotations

from functools import cache

from assistant.understand.indicators import Found
from assistant.understand.sieve import Sieves, sieved
from assistant.understand.spotting import Lexicon
from assistant.vocabulary import LANGUAGES, load_absences, wording_key

#: What the tables never carry, said in ways that no list of wordings holds.
_ABSENT = Sieves(
    {
        "applicant_identity": sieved(r"姓名|名字|名单|身份证|都是谁|\bnames?\b"),
        "applicant_traits": sieved(
            r"男女|性别|年龄|学历|\b(?:gender|sex|men and women|age group)\b"
        ),
        "national_rank": sieved(r"全国|全省|省内.{0,4}排|nationwide|in the (?:country|province)"),
        "by_channel": sieved(
            r"网上|线上|当面|邮寄|信函|窗口提|传真|\bonline\b|by (?:post|mail|fax)|in person"
        ),
        "subject_matter": sieved(
            r"主题|哪方面|什么内容的申请|哪类内容|领域的申请|\btopics?\b|subject matter"
        ),
        "duration": sieved(r"几天|多少天|多久|how many days|how long|average time"),
        "forecast": sieved(
            r"(?:要是|假如|假设|倘若|如果).{0,20}[少多增减][收办加少了]{0,3}\d"
            r"|预计|预测|估计.{0,24}会|将会|会收到|forecast|predict|\bwill\b"
        ),
        "fines_money": sieved(
            r"(?:罚款|罚没|罚金)[^,。]{0,8}(?:多少钱|金额|多少万|多少元|总额)|交警|交通违[法章]|超速"
        ),
        "by_department": sieved(r"各(?:街道|乡镇|科室|处室|镇)|各局.{0,4}(?:分别|各)"),
    }.items()
)

_MONTH = sieved(
    r"[每哪]个?月|逐月|各月|(?<!\d)(?:1[0-2]|[1-9])月(?!\d*日)|[一二三四五六七八九十]{1,2}月份?|上半年|下半年|季度"
    r"|\bwhich month\b|\b(?:in|for|during) (?:january|february|march|april|may|june|july|august"
    r"|september|october|november|december)\b|\bquarter(?:ly)?\b"
)


#: Who asks says nothing of what is asked.
_WHO_ASKS = sieved(
    r"我们?(?:是|在)[^,。▁]{1,16}[,。]|^[^,。▁]{0,6}12345[^,。▁]{0,20}[,。]"
    r"|^(?:有?(?:记者|网友|市民|群众|读者|领导))(?:朋友)?[^,。:▁]{0,4}[:,]"
)


def find_absence(text: str, found: Found) -> str | None:
    """What the tables never carry, if its wording is no part of a figure's own."""
    text = _WHO_ASKS.sub("", text)
    if _MONTH.search(text):
        return "monthly"
    for spot in _absences().spots(text):
        inside = any(
            start <= spot.start and spot.stop <= stop and stop - start > spot.stop - spot.start
            for start, stop in found.spans
        )
        paid = spot.meaning == "budget" and any(id_.endswith(".amount") for id_ in found.indicators)
        if not inside and not (paid and not found.weak):
            return spot.meaning
    return next(_ABSENT.found_in(text), None)


@cache
def _absences() -> Lexicon[str]:
    return Lexicon.of(
        (wording_key(wording, language), absence.id)
        for language in LANGUAGES
        for absence in load_absences().values()
        for wording in absence.wordings.of(language)
    )
