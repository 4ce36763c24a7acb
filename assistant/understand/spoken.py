"""Questions that their wordings settle by themselves, so that no vote is taken on them.

Owns which readings those are: lists of named figures, arithmetic between two of them, a part and
its whole, sums over years or organs, what is left out, statements to be checked, a wording of
several meanings that stands alone.

Leaves to others: finding the wordings (parse.py), all other questions (settle.py).
"""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.understand.choose import ORGAN_GREW_MOST, tells_growth, zero_or_blank
from assistant.understand.indicators import enumerated
from assistant.understand.operations import NTH
from assistant.understand.parse import PROCESSING_FEE, Parsed, unread
from assistant.understand.patterns import ALL_OF, MOVED, PATTERNS
from assistant.understand.sieve import sieved
from assistant.vocabulary import is_part, load_indicators

#: Signs and words of arithmetic between two figures.
_ARITHMETIC = sieved(
    r"减去|减掉|扣掉|扣除|扣去|刨去|÷|除以|相差|之差|之比|比值|几倍|多少倍|数 ?[-−]"
    r"|比[^,;?]{1,24}[多少高低]了?(?:多少|几)"
    r"|\b(?:subtract|minus|divided by|ratio|times)\b"
)
#: Some kinds of applicant, each by itself, and nothing made of them.
_EACH_OF = sieved(r"各|分别|、.{2,24}(?:几|多少|数)|[两三四五]类|\b(?:each|respectively)\b")
#: Lists that go on, and kinds of applicant that are added up.
_AND_SO_ON = sieved(r"等各|等等|等.{0,4}各|总共|一共|合计|类申请人|拆|按")
#: What may be done with shares, besides telling one.
_OF_SHARES = frozenset({"change", "difference", "compare", "growth_rate", "trend", "verify"})
#: 部分公开是予以公开的百分之几: the first is measured by the second.
_OF_OTHER = sieved(r"(?:是|相当于|为)[^,;?]{2,20}的(?:百分之|几成|几分之|多少百分)")
#: So many characters that nothing accounts for leave a question clear.
_FEW = 3
_OF_TWO = frozenset({"difference", "ratio"})


#: One figure set against another: 复议比诉讼多.
_AGAINST = re.compile(r"比.{2,14}[多少高低]|多于|少于|超过|高于|低于|\bthan\b|\bexceed|\boutnumber")
#: What an applicant does: 商业企业提了不到5件申请.
_FILED = sieved(r"提[了出交过]|递交|申请了|来申请")


def spoken(parsed: Parsed) -> Parsed | None:
    """Return the reading that the wordings leave no doubt about, None where a vote is needed."""
    found = parsed.found
    if parsed.operation == "except" or merely_open(parsed):
        return parsed
    if parsed.operation == "ratio" and parsed.part[0] and parsed.of[0]:
        return parsed
    if parsed.conditions:
        return parsed
    every = parsed.years.every and parsed.ranks == "years" and len(found.indicators) == 1
    if parsed.operation == "rank" and every and not found.weak and not found.applicants:
        return parsed
    grew = parsed.operation == "rank" and len(found.indicators) == 1 and not found.weak
    if grew and len(parsed.named.organs) != 1 and ORGAN_GREW_MOST.search(found.text):
        return replace(parsed, ranks="organs")
    (part, kind), (of, _) = parsed.part, parsed.of
    if parsed.operation == "rank" and of and (part or kind):
        kinds = (kind,) if kind else ()
        ranked = replace(found, indicators=(part or of,), applicants=kinds, open=())
        return replace(parsed, found=ranked, whole=None)
    if found.apart and parsed.operation in ("", "value", "list"):
        return parsed
    if parsed.absence:
        return None
    if PROCESSING_FEE.search(parsed.question.text) and not found.indicators:
        return replace(parsed, operation="quote")
    if parsed.operation == "nonzeros" and found.indicators and not found.weak:
        return parsed
    if parsed.operation == "verify" and ALL_OF.search(parsed.question.text) and found.applicants:
        named = found.indicators or ("received",)
        plain = replace(found, indicators=named, weak=False, open=())
        return replace(parsed, found=plain) if len(named) == 1 else None
    if zero_or_blank(parsed.question.text) and len(found.indicators) < 2:
        received = found if found.indicators else replace(found, indicators=("received",))
        return replace(parsed, found=received) if parsed.operation == "value" else None
    if parsed.operation == "verify" and found.applicants and not found.indicators:
        none = [item.value for item in parsed.operations.stated] == [0]
        filed = none or _FILED.search(parsed.question.text)
        return replace(parsed, found=replace(found, indicators=("received",))) if filed else None
    if parsed.operation == "sum" and len(found.applicants) > 1 and _counts(parsed) == 1:
        return parsed if _single(parsed) else None
    if found.weak:
        return None
    if (shared := _of_one_kind(parsed)) is not None:
        return shared
    if not found.indicators:
        return None
    several = enumerated(found)
    if parsed.slice is not None:
        return replace(parsed, operation="share")
    if parsed.contrasted and len(found.indicators) == 1 and parsed.operation in ("", "value"):
        return parsed
    ended = parsed.years.earliest or parsed.years.latest
    if ended and len(found.indicators) == 1 and parsed.operation in ("", "value"):
        return parsed if not unread(parsed) else None
    if parsed.contrasted and several and parsed.operation == "sum":
        return parsed
    if parsed.named.without or parsed.years.without:
        return parsed if parsed.operation and len(found.indicators) == 1 else None
    if _by_applicant(parsed, several=several):
        return replace(parsed, operation="value")
    if parsed.operation == "list" and several and not found.applicants:
        return parsed
    if parsed.operation == "rank" and several:
        return replace(parsed, ranks="figures")
    over = parsed.operation in ("count_organs", "filter_organs", "total_over_organs")
    if over and len(found.indicators) == 1 and not parsed.named.organs:
        return parsed if len(unread(parsed).replace(" ", "")) <= _FEW else None
    if parsed.operation == "growth_rate" and len(found.indicators) == 1 and _counts(parsed) == 1:
        rate = PATTERNS["growth_rate"].search(parsed.question.text)
        return parsed if rate and not found.weak and len(parsed.named.organs) < 2 else None
    if parsed.operation == "filter_years" and len(found.indicators) == 1:
        return parsed
    if parsed.operation == "verify" and len(found.indicators) == 1:
        text = parsed.question.text
        told = MOVED.search(text) or ALL_OF.search(text) or not unread(parsed)
        return parsed if "verify" in parsed.operations and told else None
    if parsed.operation == "verify" and _counts(parsed) == 2 and _AGAINST.search(found.text):
        left = unread(parsed)
        few = len(left.replace(" ", "")) <= _FEW or (left.isascii() and " " not in left)
        return parsed if few and not (found.applicants or parsed.operations.stated) else None
    if parsed.operation == "rank" and NTH.search(text := parsed.question.text):
        parts = parsed.ranks == "parts" or re.search(r"申请人|理由|原因|情形", text)
        return replace(parsed, ranks="parts" if parts else parsed.ranks)
    if parsed.operation == "difference" and len(found.applicants) == 2 and _counts(parsed) == 1:
        return parsed
    if parsed.operation == "difference" and len(parsed.named.organs) > 1 and _counts(parsed) == 1:
        return parsed
    if parsed.operation == "sum" and _counts(parsed) > 1 and _single(parsed):
        return parsed if _clear(parsed) else None
    if parsed.operation == "trend" and len(found.indicators) == 1:
        return parsed if tells_growth(parsed.question.text) else None
    if parsed.operation in _OF_TWO and _ARITHMETIC.search(parsed.question.text):
        return parsed if _counts(parsed) == 2 and _clear(parsed) else None
    if "share" in parsed.operations and parsed.operation in ("share", "value", "sum", "list"):
        return _part_of_whole(parsed)
    if parsed.operation == "sum" and len(found.indicators) == 1 and _counts(parsed) == 1:
        years = parsed.years
        over_years = len(years.named) > 1 or years.last or years.since or years.every
        return parsed if over_years or len(parsed.named.organs) > 1 else None
    return None


def _by_applicant(parsed: Parsed, *, several: bool) -> bool:
    """Whether some kinds of applicant are asked for by name, or some figures of one kind."""
    found = parsed.found
    if parsed.operation not in ("", "value", "list", "by_applicant"):
        return False
    if len(found.applicants) == 1:
        return several and parsed.operation != "by_applicant"
    text = parsed.question.text
    one = len(found.applicants) > 1 and len(found.indicators) == 1
    return one and bool(_EACH_OF.search(text)) and not _AND_SO_ON.search(text)


def merely_open(parsed: Parsed) -> bool:
    """Whether a wording of several meanings (其他, 总计) is all that a question says."""
    return bool(parsed.found.open) and not parsed.found.indicators and not unread(parsed)


def nothing_asked(parsed: Parsed) -> bool:
    """Whether a question names organs and years and nothing else, or of nothing how many."""
    found = parsed.found
    said = found.indicators or found.open or found.applicants or found.weak_applicants
    told = said or parsed.topics or parsed.absence or parsed.operation not in ("", "value")
    bare = _HOW_MANY.search(parsed.question.text) or not parsed.operations.ids
    return not told and bool(bare) and not unread(parsed)


_HOW_MANY = sieved(r"多少|几[件条个份]|how many")


def named_in_full(parsed: Parsed, indicator: str) -> bool:
    """Whether a figure is called by its own name, or by a wording too long to be a chance."""
    place = parsed.found.places.get(indicator)
    if place is None:
        return False
    named, known = parsed.found.text[slice(*place)], load_indicators()[indicator]
    long = len(named.split()) > 2 if named.isascii() else len(named) > 5
    return long or named in (known.short, known.label.zh, known.label.en.casefold())


def _figures(parsed: Parsed) -> list[str]:
    return list(dict.fromkeys([*parsed.found.indicators, *filter(None, [parsed.whole])]))


def _counts(parsed: Parsed) -> int:
    """How many figures are named that count something; 0 where a rate is among them."""
    known, figures = load_indicators(), _figures(parsed)
    return 0 if any(known[id_].unit == "%" for id_ in figures) else len(figures)


def _clear(parsed: Parsed) -> bool:
    return not unread(parsed) or all(named_in_full(parsed, id_) for id_ in _figures(parsed))


def _of_one_kind(parsed: Parsed) -> Parsed | None:
    """One kind of applicant as a share of one figure: 自然人占予以公开的百分之几."""
    whole, who = parsed.whole or parsed.of[0], parsed.found.applicants
    if parsed.operation != "share" or whole is None or len(who) != 1 or not _single(parsed):
        return None
    if not set(_figures(parsed)) <= {whole} or load_indicators()[whole].table != 3:
        return None
    return replace(
        parsed,
        found=replace(parsed.found, indicators=(whole,)),
        whole=whole,
        part=(whole, who[0]),
        of=(whole, None),
    )


def _single(parsed: Parsed) -> bool:
    """Whether one report is asked about, and nothing is made of its shares."""
    several = len(parsed.named.organs) > 1 or len(parsed.years.named) > 1 or parsed.years.before
    return not several and not parsed.operations.ids & _OF_SHARES


def _part_of_whole(parsed: Parsed) -> Parsed | None:
    """A share in one report whose part and whole are both named, the one counted in the other."""
    who = parsed.found.applicants
    if not _single(parsed) or _counts(parsed) != 2:
        return None
    (part, _), (of, _) = parsed.part, parsed.of
    if part and of and is_part(part, of) and {part, of} == set(_figures(parsed)):
        return replace(parsed, operation="share")
    left = unread(parsed)
    if re.search(r"[a-z]", left) or len(left.replace(" ", "")) > _FEW:
        return None
    one, other = _figures(parsed)
    of_other = bool(_OF_OTHER.search(parsed.question.text))
    for part, whole in ((one, other), (other, one)):
        if is_part(part, whole) or (of_other and (part, whole) == (one, other)):
            one_kind = next(iter(who), None)
            return replace(
                parsed,
                operation="share",
                found=replace(parsed.found, indicators=(part,)),
                whole=whole,
                part=(part, one_kind),
                of=(whole, one_kind),
            )
    return None
