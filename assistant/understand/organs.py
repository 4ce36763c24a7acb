"""Organs in a question: those of the library by any of their names, and strangers to it.

Owns finding them, and noticing names of organs that the library does not hold: a question about
a stranger is never answered with a neighbour's figures.

Leaves to others: the names an organ goes by (organ_names.py), names in English (organs_latin.py),
places of the country (indexer/gazetteer), what to do when a name is open (answer.py), slips of
the pen (typos.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter

from assistant.understand.organ_names import OrganNames, in_one_city
from assistant.understand.organ_places import (
    GOES_ON,
    department_of,
    department_stems,
    no_places,
    organ_words,
    place_chain,
    short_name,
)
from assistant.understand.organs_latin import (
    bureau_alone,
    latin_spots,
    latin_strangers,
    without_city_behind,
)
from assistant.understand.sieve import Sieved, sieved
from assistant.understand.spotting import Spot
from assistant.understand.typos import same_sound
from indexer.gazetteer import find_division


@dataclass(frozen=True, slots=True)
class Named:
    """What a question says of organs, in its order.

    `open` are names that several organs share; `strangers` names that the library lacks;
    `corrected` (written, meant) for slips of the pen; `spans` everything that was used up;
    `without` are those that the question leaves out.
    """

    organs: tuple[str, ...] = ()
    open: tuple[tuple[str, tuple[str, ...]], ...] = ()
    strangers: tuple[str, ...] = ()
    corrected: tuple[tuple[str, str], ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    without: tuple[str, ...] = ()


def find_organs(text: str, original: str, names: OrganNames, near: Sequence[str] = ()) -> Named:
    """Return the organs that `text` names.

    `text` is the normalised question, `original` the question as written (for capital letters);
    `near` are organs of the conversation, which settle a shared or bare name (市教育局).
    """
    organs: list[tuple[int, str]] = []
    open_: list[tuple[int, str, tuple[str, ...]]] = []
    strangers: list[str] = []
    spans: list[tuple[int, int]] = []
    every = names.lexicon.spots(text)
    spots = _without_parents(text, every, names)
    for spot in spots:
        if any(start < spot.stop and spot.start < stop for start, stop in spans):
            continue
        if stranger := _grows_into_stranger(text, spot, spots):
            strangers.append(text[spot.start : stranger])
            spans.append((spot.start, stranger))
            continue
        if not _stands_free(text, spot):
            continue
        foreign = _of_another_place(text, spot, names)
        if foreign is not None:
            strangers.append(text[foreign : spot.stop])
            if spans and spans[-1][0] >= foreign and organs:
                organs.pop()
            spans.append((foreign, spot.stop))
            continue
        spans.append((spot.start, spot.stop))
        settled = _settle(spot.meaning, text, names, near)
        if len(settled) == 1:
            organs.append((spot.start, settled[0]))
        else:
            open_.append((spot.start, spot.text, settled))
    latin = without_city_behind([*latin_spots(original, names)], original)
    if not latin and (bureau := bureau_alone(original, names, near)):
        latin = [bureau]
    for organ, stranger_name, span in latin:
        if stranger_name is None:
            organs.append((span[0], organ))
        else:
            strangers.append(stranger_name)
        if text == original.lower():
            spans.append(span)
    still_open: list[tuple[str, tuple[str, ...]]] = []
    for start, name, candidates in open_:
        beside = [c for c in candidates if any(in_one_city(c, other) for _, other in organs)]
        if len(beside) == 1:
            organs.append((start, beside[0]))
        else:
            still_open.append((name, candidates))
    spans += [(spot.start, spot.stop) for spot in every if spot not in spots]
    strange, corrected = _strangers(text, original, spans, names, bool(organs))
    organs += [(text.find(written), meant) for written, meant in corrected]
    organs += _levels_alone(text, [organ for _, organ in organs] or near or names.parents, names)
    return Named(
        tuple(dict.fromkeys(organ for _, organ in sorted(organs, key=itemgetter(0)))),
        tuple(still_open),
        tuple(dict.fromkeys([*strangers, *strange])),
        tuple(corrected),
        tuple(spans),
    )


def _levels_alone(text: str, beside: Iterable[str], names: OrganNames) -> Iterator[tuple[int, str]]:
    """Yield start and organ for 市政府 and the like: the one of the city of `beside`."""
    for match in _LEVEL_ALONE.finditer(text):
        if re.match(r"[一-龥](?<![和与跟及比是年有问查])", text[match.start() - 1 : match.start()]):
            continue
        same = {
            organ
            for organ, chain in names.parents.items()
            if chain
            and chain[-1].endswith(match.group()[0])
            and not department_of(organ)
            and any(in_one_city(organ, other) for other in beside)
        }
        if len(same) == 1:
            yield match.start(), same.pop()


def _without_parents(
    text: str, spots: Sequence[Spot[tuple[str, ...]]], names: OrganNames
) -> list[Spot[tuple[str, ...]]]:
    """Drop a place that merely stands in front of its own child (淮北市 in 淮北市濉溪县)."""
    kept = []
    for index, spot in enumerate(spots):
        following = spots[index + 1] if index + 1 < len(spots) else None
        gap = text[spot.stop : following.start] if following else None
        if following is not None and gap in ("", "的") and following.meaning != spot.meaning:
            chains = [names.parents.get(organ, ()) for organ in following.meaning]
            if any(spot.text in "".join(chain) for chain in chains):
                continue
        before = spots[index - 1] if index else None
        if before is not None and text[before.stop : spot.start] == "(":
            chains = [names.parents.get(organ, ()) for organ in before.meaning]
            if (
                any(spot.text in "".join(chain) for chain in chains)
                and before.meaning != spot.meaning
            ):
                continue
        kept.append(spot)
    return kept


def _settle(
    candidates: tuple[str, ...], text: str, names: OrganNames, near: Sequence[str]
) -> tuple[str, ...]:
    """Narrow the owners of a shared name by their parents named in the text or near by."""
    if len(candidates) == 1:
        return candidates
    named = [
        organ
        for organ in candidates
        if any(place in text or (short_name(place) or place) in text for place in _above(organ))
    ]
    if len(named) == 1:
        return tuple(named)
    for organ in near:
        places = place_chain(organ)
        close = [c for c in candidates if places and places[-1] in place_chain(c)]
        if len(close) == 1:
            return tuple(close)
    return candidates


def _above(organ: str) -> tuple[str, ...]:
    return place_chain(organ)[:-1] if not department_of(organ) else place_chain(organ)


def _grows_into_stranger(
    text: str, spot: Spot[tuple[str, ...]], spots: Sequence[Spot[tuple[str, ...]]]
) -> int | None:
    """Return where a longer name ends that begins with this one and is not in the library."""
    rest = text[spot.stop : spot.stop + 16]
    for pattern in _tails():
        match = pattern.match(rest)
        between = match.group(1) if match and match.groups() else ""
        if match and not re.search(organ_words()["breaks"], between):
            if match.group() in no_places():
                continue
            stop = spot.stop + match.end()
            if not any(s.start < stop and spot.stop <= s.start for s in spots):
                return stop
    return None


@cache
def _tails() -> tuple[re.Pattern[str], ...]:
    """What, right behind a name of the library, makes it another organ's name."""
    words = organ_words()
    stems = department_stems()
    ends = "|".join(words["department_ends"])
    places = "|".join(map(re.escape, words["place_ends"]))
    return (
        re.compile(rf"(?:的)?(?:人民)?(?:市|县|区|省)?(?:{'|'.join(stems)})(?:{ends})"),
        re.compile(r"(?:的)?([一-龥]{2,10}?)(?:局|委员会|厅)(?!部)"),
        re.compile(r"(?:人民)?(?:政府)?(?:办公室|办公厅)|政?府办(?=$|[\d和与跟比、,。?呢▁(年的])"),
        re.compile(r"办(?=$|[\d和与跟比、,。?呢▁(年])"),
        re.compile(
            r"([一-龥]{0,6}?)(?:大学|学院|医院|法院|检察院|公司|集团|矿业|银行|中学|小学|学校|电视台|日报)"
        ),
        re.compile(
            r"(?:的)?(?:下属|所属|本级|市直|县直|区直)(?:单位|部门|区县?|县区?|局)?"
            r"|(?:的)?各(?:单位|部门|区县?|县区?|局)"
        ),
        re.compile(rf"([一-龥]{{0,5}}?)(?:{places})(?:人民政府|政府|管委会)?"),
    )


def _of_another_place(text: str, spot: Spot[tuple[str, ...]], names: OrganNames) -> int | None:
    """Where a bare department's name begins that another place or level is written before.

    区教育局 is not the 教育局 of a city, 清溪区教育局 not that of 示例市.
    """
    chains = [names.parents.get(organ, ()) for organ in spot.meaning]
    if any(spot.text.startswith(chain[-1][:2]) for chain in chains if chain):
        return None
    if not all(department_of(organ) for organ in spot.meaning) or spot.start == 0:
        return None
    before = text[: spot.start + (spot.text[0] in "省市县区")]
    written = re.search(r"[一-龥]{0,6}[省市县区旗]$", before)
    if written is None:
        return None
    place = before[_after_breaks(before, written.start(), written.end()) :]
    if len(place) < 2:
        levels = {chain[-1][-1] for chain in chains if chain}
        return None if place in levels else len(before) - len(place)
    known = {part for chain in chains for part in (*chain, "".join(chain))}
    return None if place in known else len(before) - len(place)


def _stands_free(text: str, spot: Spot[tuple[str, ...]]) -> bool:
    """Whether a name cut short is a name here and not part of another word."""
    if len(spot.text) > 2 or spot.start == 0:
        return True
    before = text[spot.start - 1]
    after = text[spot.stop : spot.stop + 1]
    return not re.match(r"[一-龥]", before) or bool(
        re.search(rf"(?:{organ_words()['breaks']}|省|市|县|区)$", text[: spot.start])
        or re.match(r"[\d的呢和与跟比、,?]", after)
    )


#: 区政府 without a name is the one named elsewhere in the question, or nobody's.
_LEVEL_ALONE = re.compile(
    r"[省市县区](?:人民)?政府"
    r"|(?:(?<![一-龥])|(?<=加上)|(?<=[和跟与比]))[省市县区](?:里|本级)(?=的|呢|$|[,?和与跟比是])"
)


def _strangers(
    text: str,
    original: str,
    spans: list[tuple[int, int]],
    names: OrganNames,
    found: bool,
) -> tuple[list[str], list[tuple[str, str]]]:
    """Return names the library lacks, and slips of the pen for names that it has."""
    strange: list[str] = []
    corrected: list[tuple[str, str]] = []
    masked = list(text)
    for start, stop in spans:
        masked[start:stop] = "▁" * (stop - start)
    for start, stop in _name_like("".join(masked)):
        name = text[start:stop]
        if _LEVEL_ALONE.fullmatch(name):
            spans.append((start, stop))
            continue
        meant = _meant(name, names)
        if meant is not None:
            corrected.append((name, meant))
        else:
            strange.append(name)
        spans.append((start, stop))
    if not found and not strange and not corrected and not spans:
        strange += latin_strangers(original, names)
    return strange, corrected


def _name_like(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of what looks like the name of a place or organ."""
    pattern = _like_a_name()
    taken = 0
    for match in pattern.finditer(text):
        start, stop = match.span()
        start = _after_breaks(text, start, stop)
        name = text[start:stop]
        if start < taken or stop - start < 3 or not _is_name(name):
            continue
        if start > match.start() and not (pattern.fullmatch(name) or _LEVEL_ALONE.match(name)):
            continue
        if text[stop : stop + 1] == "▁" and name.endswith(("省", "市", "自治区", "州")):
            taken = stop
            continue
        taken = stop
        yield start, stop
    yield from _short_places(text)


@cache
def _like_a_name() -> Sieved:
    words = organ_words()
    places = "|".join(map(re.escape, words["place_ends"]))
    stems = "|".join(department_stems())
    ends = "|".join(words["department_ends"])
    return sieved(
        rf"[一-龥]{{2,12}}?(?:{places})(?!{GOES_ON})(?:[一-龥]{{0,8}}?(?:人民政府|政府|管委会|管理委员会|办公室|局|委员会|厅))?"
        rf"|[一-龥]{{2,10}}?(?:人民政府|管委会|管理委员会)"
        rf"|(?:市|县|区|省)?(?:{stems})(?:{ends})"
        r"|[一-龥]{2,8}(?:大学|学院)"
    )


def _after_breaks(text: str, start: int, stop: int) -> int:
    """Move `start` behind the last word in the span that cannot be part of a name."""
    found = list(re.finditer(organ_words()["breaks"], text[start : stop - 1]))
    return start + found[-1].end() if found else start


def _is_name(name: str) -> bool:
    if any(name.endswith(word) for word in no_places()):
        return False
    generic = ("本级政府", "当地政府", "地方政府", "各级政府", "人民政府", "上级政府", "政府")
    return name not in generic and not name.startswith(("全市", "全县", "全区", "政府信息"))


def _short_places(text: str) -> Iterator[tuple[int, int]]:
    """Yield places named without their ending at a spot where a name is expected (合肥2021年)."""
    for match in _SHORT_PLACE.finditer(text):
        if any(division.short == match.group(1) for division in find_division(match.group(1))):
            yield match.span(1)


_SHORT_PLACE = re.compile(
    r"(?:^|[,，。?、▁\s]|和|与|跟|比|那|请问|查一下|查|问|帮我查)([一-龥]{2,4}?)"
    r"(?=20\d\d|二[〇零]|\d\d年|去年|今年|前年|呢|的|政府|▁|在20|收到|新收|公开)"
)


def _meant(name: str, names: OrganNames) -> str | None:
    """The one organ of the library that sounds like `name`, unless `name` is a real place."""
    if find_division(name):
        return None
    close = {
        holders[0]
        for wording, holders in names.lexicon.meanings.items()
        if len(wording) == len(name) >= 3 and len(holders) == 1 and same_sound(wording, name)
    }
    return close.pop() if len(close) == 1 else None
