"""Which figures a question is about: indicators and kinds of applicants.

Owns the search of the vocabulary in a question, and the choice between what is found: a wording
of an indicator's own before rows crossed with columns, those before ambiguous wordings, those
before weak ones.  A wording that may mean several figures stays open.

Leaves to others: the wordings (senses.py), slips of the pen (slips.py), printed labels of the
statistics tables (statistics.py).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import combinations, pairwise

from assistant.understand.senses import Sense, lexicon
from assistant.understand.sieve import Sieves, sieved
from assistant.understand.slips import find_slips
from assistant.understand.spotting import Spot, masked
from assistant.vocabulary import (
    LANGUAGES,
    Ambiguity,
    load_ambiguities,
    load_applicants,
    load_compounds,
    load_indicators,
    load_rewrites,
    overlap,
    wording_key,
)


@dataclass(frozen=True, slots=True)
class Found:
    """The figures a question names, in its order.

    `open` holds ambiguities that nothing settles; `weak` says that only weak wordings were found;
    `spans` is the text that was used up, `corrected` slips of the pen (written, meant); `apart`
    is set where clauses of their own ask for each figure.
    """

    indicators: tuple[str, ...] = ()
    applicants: tuple[str, ...] = ()
    weak_applicants: tuple[str, ...] = ()
    open: tuple[Ambiguity, ...] = ()
    defaulted: tuple[Ambiguity, ...] = ()
    weak: bool = False
    spans: tuple[tuple[int, int], ...] = ()
    corrected: tuple[tuple[str, str], ...] = ()
    subjects: tuple[str, ...] = field(default=())
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    text: str = ""
    apart: bool = False


#: What stands between the items of an enumeration …
_GAP = sieved(
    r"(?:[^\w+?!。.]|[_▁]|[两三四五六]个?数|的|里|中|和|与|及|以及|还有|跟|同|外加|再加上|各|是|有|多少|几|件|条|份|数|量|总"
    r"|\b(?:and|or|the|of|as well as|how many|number|figures?|were|was|those)\b"
    r"|\b(?:applications|requests)\b)*"
)
#: … and the sign or word that joins two of them.
_JOINS = sieved(
    r"[、,;:/&]|和|与|及|还有|跟|同|外加|再加上|分别|各|\b(?:and|or|as well as)\b|(?:多少|几)件? "
)
#: Words that add figures up …
_ADDED = sieved(
    r"合计|加起来|加在一|一共|总共|共计|合起来|总和|之和|求和|加总|[+÷]|相加"
    r"|\b(?:sum|altogether|combined|together|adding|add|plus)\b"
)
_NEITHER = sieved(r"[既也][非不没]|不是|\b(?:neither|nor)\b")
#: … and those that want each by itself.
_EACH = sieved(r"各|分别|都|逐个|逐项|\b(?:each|respectively|both)\b")


def enumerated(found: Found) -> bool:
    """Whether several figures are named one after the other, and nothing else between them.

    >>> enumerated(find_indicators("复议维持、纠正、尚未审结各几件"))
    True
    >>> enumerated(find_indicators("新收比办结多多少"))
    False
    """
    figures, text = found.indicators, found.text
    if found.apart:
        return len(figures) > 1
    places = sorted({found.places[id_] for id_ in figures if id_ in found.places})
    if len(figures) < 2 or len(places) < len(figures) or _ADDED.search(text):
        return False
    before = text[: places[0][0]]
    inside = before.count("(") > before.count(")") and not _EACH.search(text)
    if inside or _NEITHER.search(text):
        return False
    if any(overlap(*pair) for pair in combinations(figures, 2)) and not _EACH.search(text):
        return False
    bare = masked(text, found.spans)
    gaps = [bare[one[1] : two[0]] for one, two in pairwise(places)]
    if len(gaps) == 1 and not (_JOINED.search(gaps[0]) or _EACH.search(text)):
        return False
    return all(_GAP.fullmatch(gap) and _JOINS.search(gap) for gap in gaps)


def find_indicators(text: str) -> Found:
    """Return the figures that the normalised `text` names."""
    asked, spots = text, lexicon().spots(text)
    text = rewritten(asked, spots)
    if text != asked:
        spots = lexicon().spots(text)
    added = (match.span() for match in _ADDED.finditer(text))
    corrected = list(find_slips(text, [*_named_spans(spots), *added]))
    for written, meant in corrected:
        text = text.replace(written, meant)
    if corrected:
        spots = lexicon().spots(text)
    return _choose(spots, text, tuple(corrected))


def _named_spans(spots: Sequence[Spot[Sense]]) -> Iterator[tuple[int, int]]:
    """Yield the spans of wordings that name a figure or a row, none of them short."""
    for spot in spots:
        if len(spot.text) > 3 and (spot.meaning.indicator or spot.meaning.subject):
            yield spot.start, spot.stop


def rewritten(text: str, spots: Sequence[Spot[Sense]]) -> str:
    """Return `text`, of which `spots` are the wordings, put as the vocabulary has it.

    >>> rewritten("没有公开的几件", [])
    '不予公开的几件'
    """
    kept: list[str] = []
    text = _with_labels_kept(text, spots, kept)
    done: int | None = -1
    while done is not None:
        text, done = _rewritten_once(text, done, kept)
    for number, label in enumerate(kept, 1):
        text = text.replace(chr(_KEPT + number), label)
    return text


def _rewritten_once(text: str, done: int, kept: list[str]) -> tuple[str, int | None]:
    """Put the first turn of phrase behind number `done`; return its number, None without one."""
    for (number, wording), pattern in _rewrites().fitting(text):
        changed = text if number <= done else pattern.sub(wording, text)
        if changed != text:
            return _with_labels_kept(changed, lexicon().spots(changed), kept), number
    return text, None


@cache
def _rewrites() -> Sieves[tuple[int, str]]:
    """The turns of phrase, each under its number and the wording that stands for it."""
    return Sieves(
        ((number, wording), sieved(pattern.pattern))
        for number, (pattern, wording) in enumerate(load_rewrites())
    )


#: Code points of private use that stand for labels while the text around them is rewritten.
_KEPT = 0xE000


def _with_labels_kept(text: str, spots: Sequence[Spot[Sense]], kept: list[str]) -> str:
    """Put a sign in the place of each figure named in full; `kept` takes the names."""
    for spot in reversed(spots):
        if _is_label(spot) and not text[: spot.start].endswith("growth "):
            kept.append(spot.text)
            text = f"{text[: spot.start]}{chr(_KEPT + len(kept))}{text[spot.stop :]}"
    return text


def _is_label(spot: Spot[Sense]) -> bool:
    """Whether a figure is named in full here, so that no part of the name is rewritten."""
    words = len(spot.text.split())
    named = bool(spot.meaning.indicator) and not spot.text.startswith("how many")
    return named and (words > 2 if spot.text.isascii() else len(spot.text) > 6)


def _choose(
    spots: Sequence[Spot[Sense]], text: str, corrected: tuple[tuple[str, str], ...]
) -> Found:
    spots = _unnegated(spots, text)
    crossed, used = _cross(spots)
    named = [
        (spot, spot.meaning.indicator)
        for spot in spots
        if spot.meaning.indicator and spot not in used
    ]
    named += crossed
    shared = _shared_aspects(spots, used, named, text)
    placed = {spot for spot, _ in shared}
    named = [pair for pair in named if pair[0] not in placed] + shared
    named += _plain_subjects(spots, [*used, *(spot for spot, _ in shared)], named)
    named = _without_generic(named, spots, text)
    places: dict[str, tuple[int, int]] = {}
    spans: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for spot, id_ in sorted(named, key=lambda pair: pair[0].start):
        places.setdefault(id_, (spot.start, spot.stop))
        spans[id_].append((spot.start, spot.stop))
    for id_ in _led_to(spans, text):
        places.pop(id_, None)
    subjects = tuple(dict.fromkeys(s.meaning.subject for s in spots if s.meaning.subject))
    settled, open_, defaulted = _settle(spots, used, list(places))
    for spot, id_ in settled:
        places.setdefault(id_, (spot.start, spot.stop))
    ordered = sorted(places, key=lambda id_: places[id_])
    if ordered and not all(id_ in {i for _, i in settled} for id_ in ordered):
        open_, defaulted = [], []
    weak = False
    if not ordered and not open_:
        ordered = [s.meaning.weak for s in spots if s.meaning.weak]
        weak = bool(ordered)
    return Found(
        indicators=tuple(dict.fromkeys(ordered)),
        applicants=_applicants(spots, text),
        weak_applicants=tuple(
            dict.fromkeys(s.meaning.weak_applicant for s in spots if s.meaning.weak_applicant)
        ),
        open=tuple(open_),
        defaulted=tuple(defaulted),
        weak=weak,
        spans=tuple((spot.start, spot.stop) for spot in spots),
        corrected=corrected,
        subjects=subjects,
        places=places,
        text=text,
    )


#: Wordings of `received` that say no more than that applications are counted.
_GENERIC = sieved(r"收|接|受理|新|提交|递交|进件|来件|new|receiv|fil|submit|incoming")


_Named = list[tuple[Spot[Sense], str]]
#: Words by which a question asks for several figures, and those that ask for a count.
_SEVERAL = sieved(
    r"各|分别|和|与|及|跟|还有|其中|(?<![增参附添更另])加(?!工)|占|共|总|比"
    r"|\band\b|both|each|respectively|of which"
)
_COUNTED = sieved(r"多少|几[件个起份条]|how many")
_JOINED = sieved(
    r"和|及|与|、(?!所以|因此)|以及|其中|各|分别|还有|跟|\band\b|both|of which|respectively"
)
#: What a row or block named alone stands for.
_WHOLE = {
    "licensing": "decisions", "penalties": "decisions", "coercion": "decisions",
    "other_services": "decisions", "review": "total", "lawsuit": "total",
    "lawsuit_direct": "total", "lawsuit_after_review": "total", "fees": "amount",
    "procurement": "amount",
}  # fmt: skip
_NOT = sieved(r"(?:不是|并非|而非|not)\W{0,2}$")
_OTHER_THAN = sieved(
    r"(?:非|除了?|不含|不包括|不算|扣除|扣掉|去掉|excluding|other than|except(?: for)?"
    r"|without)\W{0,2}$"
)


def _unnegated(spots: Sequence[Spot[Sense]], text: str) -> list[Spot[Sense]]:
    """Drop an applicant that the question rules out (单位，不是个人)."""
    kept = []
    denied = False
    for spot in spots:
        before = text[max(0, spot.start - 12) : spot.start]
        if spot.meaning.applicant and _OTHER_THAN.search(before):
            rest = "legal" if spot.meaning.applicant == "natural_person" else "excluded"
            other = replace(spot.meaning, applicant=rest, weak_applicant=spot.meaning.applicant)
            kept.append(replace(spot, meaning=other))
        elif spot.meaning.applicant and _NOT.search(before):
            denied = True
        else:
            kept.append(spot)
    if not denied:
        return kept
    return [
        replace(spot, meaning=replace(spot.meaning, applicant=spot.meaning.weak_applicant))
        if spot.meaning.weak_applicant
        else spot
        for spot in kept
    ]


def _plain_subjects(
    spots: Sequence[Spot[Sense]], used: Sequence[Spot[Sense]], named: _Named
) -> _Named:
    """A row named without a column stands for its usual one (行政处罚: the decisions)."""
    taken = {id_.partition(".")[0] for _, id_ in named}
    return [
        (spot, f"{spot.meaning.subject}.{_WHOLE[spot.meaning.subject]}")
        for spot in spots
        if spot.meaning.subject in _WHOLE
        and spot not in used
        and spot.meaning.indicator is None
        and spot.meaning.ambiguity is None
        and spot.meaning.subject not in taken
    ]


def _shared_aspects(
    spots: Sequence[Spot[Sense]], used: Sequence[Spot[Sense]], named: _Named, text: str
) -> _Named:
    """A row joined to another shares its column: 规章和规范性文件现行有效."""
    found: _Named = []
    for spot in reversed(spots):
        subject = spot.meaning.subject
        usual = f"{subject}.{_WHOLE.get(subject or '')}"
        if not subject or spot in used or spot.meaning.indicator not in (None, usual):
            continue
        for other, id_ in (*named, *found):
            between = text[spot.stop : other.start]
            shared = f"{subject}.{id_.rpartition('.')[2]}"
            if 0 < len(between) <= 3 and _JOINED.search(between) and shared in load_indicators():
                found.append((spot, shared))
                break
    return found


def _without_generic(named: _Named, spots: Sequence[Spot[Sense]], text: str) -> _Named:
    """Drop “how many requests” where another figure is named: it is no figure of its own."""
    if not any(id_ != "received" for _, id_ in named):
        return named
    told = [
        (spot, "received")
        for spot in spots
        if spot.meaning.weak == "received" and _TOLD.search(spot.text)
    ]
    kept = [
        (spot, id_)
        for spot, id_ in named
        if id_ != "received" or _GENERIC.search(spot.text) or _in_a_row(spot, text)
    ]
    return [*kept, *told[:1]]


def _in_a_row(spot: Spot[Sense], text: str) -> bool:
    """Whether a count stands in a row of several: 申请数、复议数."""
    return spot.text[-1] in "数量" and "、" in (
        text[spot.stop : spot.stop + 1],
        text[: spot.start][-1:],
    )


_TOLD = sieved(r"receiv|filed|submitted|lodged")


def _led_to(places: Mapping[str, Sequence[tuple[int, int]]], text: str) -> list[str]:
    """Groups and totals that merely lead to one of their parts.

    不予公开 in “因国家秘密不予公开”, 行政复议 in “行政复议里被纠正的”: nothing joins the two.
    """
    dropped = []
    tables = load_indicators()
    if "concluded" in places and any(tables[id_].table == 2 for id_ in places):
        acts = [places[id_] for id_ in places if tables[id_].table == 2]
        if not all(_apart(places["concluded"], act, text) for act in acts):
            dropped.append("concluded")
    disputes = [id_ for id_ in places if tables[id_].table == 4]
    if disputes and any("outcome" in text[slice(*at)] for at in places.get("concluded", ())):
        dropped.append("concluded")
    for id_ in places:
        block = id_.removesuffix(".items_before")
        change = f"{block}.items_change"
        if block != id_ and change in places and not _apart(places[id_], places[change], text):
            dropped.append(id_)
    if "handled" in places:
        dropped += [id_ for id_ in ("received", "carried_in") if id_ in places]
    if {"carried_in", "carried_out"} <= set(places) and not _apart(
        places["carried_in"], places["carried_out"], text
    ):
        dropped.append("carried_out")
    others = [id_ for id_ in places if id_.startswith(("unavailable.", "declined."))]
    if "refused" in places and not all(
        _apart(places["refused"], places[id_], text) for id_ in others
    ):
        dropped.append("refused")
    for whole in places:
        stem = whole.removesuffix(".total").removesuffix(".decisions")
        parts = [id_ for id_ in places if id_ != whole and id_.startswith(f"{stem}.")]
        if whole == "lawsuit.total":
            parts += [id_ for id_ in places if id_.startswith("lawsuit_")]
        if whole in ("review.total", "lawsuit.total") and not parts:
            parts = [id_ for id_ in places if id_ == "lawsuit_after_review.total"]
        if parts and not all(_apart(places[whole], places[part], text) for part in parts):
            dropped.append(whole)
    return dropped


def _apart(one: Sequence[tuple[int, int]], other: Sequence[tuple[int, int]], text: str) -> bool:
    """Whether two wordings are joined as equals (“不予公开多少，其中国家秘密多少”).

    Of several places those that stand closest are looked at.
    """
    pairs = [sorted((a, b)) for a in one for b in other]
    first, second = min(pairs, key=lambda pair: abs(pair[1][0] - pair[0][1]))
    between = text[first[1] : second[0]]
    if re.search(r"占(?!比)|\b(?:percent|percentage|share|proportion)\b", between):
        return True
    if not _SEVERAL.search(text) and len(_COUNTED.findall(text)) == 1:
        return False
    counted = re.search(r"(?:多少|几[件个起]?)[,、;]|[,、;](?:多少|几)", between)
    return bool(counted or _JOINED.search(between)) and len(between) <= 12


def _cross(
    spots: Sequence[Spot[Sense]],
) -> tuple[_Named, list[Spot[Sense]]]:
    """Cross rows with columns named apart: 规章 … 废止 is regulations.repealed.

    Each column goes with the last row named before it, else with the next; one column behind
    several rows goes with each of them.  Returns [(spot, indicator)] and the spots used.
    """
    known = load_indicators()
    subjects = [(spot, subject) for spot in spots if (subject := _subject_of(spot))]
    aspects = [
        (spot, names)
        for spot in spots
        if not spot.meaning.subject
        and not (spot.meaning.indicator and len(spot.text) > 4)
        and (names := spot.meaning.aspects or _aspects_in(spot))
        and any(f"{subject}.{name}" in known for _, subject in subjects for name in names)
    ]
    crossed: _Named = []
    used: list[Spot[Sense]] = []
    for aspect, names in aspects:
        fitting = [
            (spot, f"{subject}.{name}")
            for spot, subject in subjects
            for name in sorted(names)
            if f"{subject}.{name}" in known
        ]
        before = [pair for pair in fitting if pair[0].start < aspect.start]
        if len(aspects) == 1 and len({id_.partition(".")[0] for _, id_ in fitting}) > 1:
            chosen = list(dict.fromkeys(fitting))
        else:
            chosen = before[-1:] or fitting[:1]
        for owner, id_ in chosen:
            crossed.append((owner if len(chosen) > 1 else aspect, id_))
            used += [owner, aspect] if owner.meaning.subject else [aspect]
    return crossed, used


def _subject_of(spot: Spot[Sense]) -> str | None:
    """The row or block that a wording names, be it with a column of its own (行政许可项目)."""
    if spot.meaning.subject:
        return spot.meaning.subject
    block, _, column = (spot.meaning.indicator or "").partition(".")
    return block if column and block in load_compounds().subjects else None


def _aspects_in(spot: Spot[Sense]) -> frozenset[str]:
    """The columns that an ambiguous wording names: 现行有效件数."""
    if spot.meaning.ambiguity is None:
        return frozenset()
    return frozenset(
        aspect
        for aspect, wordings in load_compounds().aspects.items()
        for language in LANGUAGES
        for wording in wordings.of(language)
        if len(wording) > 1 and wording_key(wording, language) in spot.text
    )


def _settle(
    spots: Sequence[Spot[Sense]], used: Sequence[Spot[Sense]], named: Sequence[str]
) -> tuple[_Named, list[Ambiguity], list[Ambiguity]]:
    """Settle ambiguous wordings by what is named beside them, else by their default."""
    settled: _Named = []
    open_: list[Ambiguity] = []
    defaulted: list[Ambiguity] = []
    for spot in spots:
        if spot.meaning.ambiguity is None or spot in used or spot.meaning.indicator:
            continue
        ambiguity = load_ambiguities()[spot.meaning.ambiguity]
        beside = next((ambiguity.beside[id_] for id_ in named if id_ in ambiguity.beside), None)
        if beside:
            if beside not in named:
                settled.append((spot, beside))
        elif named:
            continue
        elif ambiguity.default:
            settled.append((spot, ambiguity.default))
            defaulted.append(ambiguity)
        else:
            open_.append(ambiguity)
    return settled, open_, defaulted


def _applicants(spots: Sequence[Spot[Sense]], text: str) -> tuple[str, ...]:
    """The kinds of applicants that are named; a weak wording counts where it is joined to one."""
    kinds = [
        (spot, spot.meaning.applicant)
        for spot in spots
        if spot.meaning.applicant and spot.meaning.ambiguity is None
    ]
    beside = [
        (weak, weak.meaning.weak_applicant)
        for weak in spots
        if weak.meaning.weak_applicant and not weak.meaning.applicant
        for spot, _ in kinds
        if _JOINED.fullmatch(text[min(weak.stop, spot.stop) : max(weak.start, spot.start)])
    ]
    ordered = sorted([*kinds, *beside], key=lambda pair: pair[0].start)
    return tuple(dict.fromkeys(id_ for _, id_ in ordered if id_))


def applicants_in(text: str) -> list[str]:
    """Return all kinds of applicants, those that `text` speaks of first and in its order."""
    spots = lexicon().spots(text)
    spoken = (spot.meaning.applicant or spot.meaning.weak_applicant for spot in spots)
    return list(dict.fromkeys([*(id_ for id_ in spoken if id_), *load_applicants()]))
