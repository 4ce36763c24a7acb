"""Organs in a question: those of the library by any of their names, and strangers to it.

Owns the names an organ goes by (淮北市人民政府, 淮北市政府, 淮北市, 淮北; 沭阳发改局, 发改局),
finding them, and noticing names of organs that the library does not hold: a question about a
stranger is never answered with a neighbour's figures.

Leaves to others: places of the country (indexer/gazetteer), what to do when a name is open
(answer.py), slips of the pen (typos.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any

import yaml
from rapidfuzz import process
from rapidfuzz.distance import OSA

from assistant.understand.spotting import Lexicon, Spot
from assistant.understand.typos import pinyin, same_sound
from indexer.gazetteer import find_division, load_divisions
from indexer.records import OrganRow

_WORDS = Path(__file__).with_name("organ_words.yaml")
_LATIN_NAME = re.compile(
    r"\b(?:in|of|for|by|at|did|does|from|has|had|compare|vs\.?|than|and|about)\s+(?:the\s+)?"
    r"([A-Z][a-z]{2,}(?:\s+[A-Z][a-z]+){0,3})"
)
_LATIN_COMMON = frozenset(
    {
        "Article", "Regulation", "Regulations", "State", "Council", "China", "Chinese", "January",
        "February", "March", "April", "May", "June", "July", "August", "September", "October",
        "November", "December", "Table", "Section", "Government", "Information", "Disclosure",
        "Annual", "Report", "Reports", "Yuan", "English", "People", "Natural", "Legal", "Review",
        "Administrative", "Which", "What", "How", "The", "This", "That", "These", "Those", "There",
        "You", "Your", "They", "All", "Any", "Each", "Every", "Python", "Excel", "Law", "Act",
    }
)  # fmt: skip


#: Behind 州, 镇 or 乡 the name of a place goes on: 杭州市, 新乡县, 兰州新区.
_GOES_ON = "(?<=[州镇乡])(?:市|县|区|新区|经济|高新|开发|综合|工业)"


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


@dataclass(frozen=True)
class OrganNames:
    """All names of the organs of one library."""

    lexicon: Lexicon[tuple[str, ...]]
    parents: Mapping[str, tuple[str, ...]]

    @cached_property
    def latin(self) -> Mapping[str, tuple[str, ...]]:
        """Organs by the pinyin of their places; made when the first Latin word comes up."""
        found: dict[str, list[str]] = {}
        for organ in self.parents:
            for name in _latin_names(organ):
                found.setdefault(name, []).append(organ)
        return {name: tuple(holders) for name, holders in found.items()}

    @cached_property
    def latin_departments(self) -> Mapping[str, tuple[str, ...]]:
        """Departments by the pinyin of their places, where the place itself is not an organ."""
        found: dict[str, list[str]] = {}
        for organ in self.parents:
            for name in _latin_places(organ) if department_of(organ) else ():
                if name not in self.latin:
                    found.setdefault(name, []).append(organ)
        return {name: tuple(holders) for name, holders in found.items()}

    @cached_property
    def latin_alone(self) -> list[str]:
        """The names in pinyin that one organ has, long enough for a slip to be told."""
        return [n for n, holders in self.latin.items() if len(holders) == 1 and len(n) >= 5]

    @classmethod
    def of(cls, organs: Sequence[OrganRow]) -> OrganNames:
        """Collect the names; a name that several organs share stands for all of them."""
        owners: dict[str, dict[str, int]] = {}
        for organ in organs:
            for name, strength in names_of(organ.name, organ.aliases):
                owners.setdefault(name.lower(), {}).setdefault(organ.name, strength)
        pairs = []
        for name, holders in owners.items():
            best = max(holders.values())
            pairs.append((name, tuple(o for o, strength in holders.items() if strength == best)))
        return cls(Lexicon.of(pairs), {organ.name: place_chain(organ.name) for organ in organs})


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
    latin = _without_city_behind([*_latin_spots(original, names)], original)
    if not latin and (bureau := _bureau_alone(original, names, near)):
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
        beside = [c for c in candidates if any(_in_one_city(c, other) for _, other in organs)]
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
        if re.match(r"[一-龥](?<![和与跟及比是])", text[match.start() - 1 : match.start()]):
            continue
        same = {
            organ
            for organ, chain in names.parents.items()
            if chain
            and chain[-1].endswith(match.group()[0])
            and not department_of(organ)
            and any(_in_one_city(organ, other) for other in beside)
        }
        if len(same) == 1:
            yield match.start(), same.pop()


def names_of(name: str, aliases: Iterable[str] = ()) -> Iterator[tuple[str, int]]:
    """Yield (name, strength) for an organ: 3 its own, 2 the place, 1 the place cut short, 0 bare.

    >>> [n for n, strength in names_of("淮北市人民政府") if strength == 2]
    ['淮北市', '淮北市人民政府', '淮北市政府', '淮北政府']
    """
    yield name, 3
    chain = place_chain(name)
    department = department_of(name)
    institution = institution_of(name)
    places = ["".join(chain[index:]) for index in range(len(chain))]
    shorts = [s for place in places[-1:] if (s := short_name(place))]
    if department:
        stem, end = department
        tails = [
            f"{stem}部门",
            *(["教委"] if stem == "教育" else []),
            stem + end,
            *(f"{short}{end}" for short in _words()["departments"].get(stem, ())),
        ]
        for tail in tails:
            for place in [*places, *shorts]:
                yield place + tail, 2
            yield tail, 0
            for level in "省市县区":
                if any(place.endswith(level) for place in places[-1:]):
                    yield level + tail, 0
        return
    if institution in _words()["offices"] or name.endswith(("办公室", "办公厅")):
        for place in [*places, *shorts]:
            for office in (
                "人民政府办公室",
                "人民政府办公厅",
                "政府办公室",
                "政府办公厅",
                "政府办",
                "府办",
            ):
                yield place + office, 2
        for level in "省市县区":
            if places and places[-1].endswith(level):
                yield level + "政府办公室", 0
                yield level + "政府办", 0
                yield level + "府办", 0
        return
    for place in [*places, *filter(None, map(_plain_zone, places))]:
        yield place, 2
        for tail in ("人民政府", "政府") if institution != "管委会" else ("管委会", "管理委员会"):
            yield place + tail, 2
    if len(chain) > 1:
        last = short_name(chain[-1])
        if last:
            for upper in (chain[-2], short_name(chain[-2]) or chain[-2]):
                yield upper + last, 2
                yield upper + chain[-1], 2
    for short in shorts:
        yield short, 1
        yield short + "政府", 2
    for alias in aliases:
        yield alias, 2


def _plain_zone(place: str) -> str | None:
    """Return how a zone is called for short: 平潭综合实验区 is 平潭实验区."""
    plain = re.sub(r"综合(?=实验区)|经济技术(?=开发区)|高新技术产业(?=开发区)", "", place)
    return plain if plain != place else None


def place_chain(name: str) -> tuple[str, ...]:
    """Return the places in an organ's name, outermost first.

    >>> place_chain("淮安市洪泽区人民政府"), place_chain("平潭综合实验区管委会")
    (('淮安市', '洪泽区'), ('平潭综合实验区',))
    >>> place_chain("徐州市沛县人民政府"), place_chain("景德镇市人民政府")
    (('徐州市', '沛县'), ('景德镇市',))
    """
    rest = name
    for tail in (
        "人民政府办公室",
        "人民政府办公厅",
        "办公室",
        "办公厅",
        "人民政府",
        "管委会",
        "管理委员会",
    ):
        if rest.endswith(tail):
            rest = rest.removesuffix(tail)
            break
    ends = "|".join(map(re.escape, _words()["place_ends"]))
    chain: list[str] = []
    at = 0
    for match in re.finditer(rf"[一-龥]{{1,7}}?(?:{ends})(?!{_GOES_ON})", rest):
        if match.start() != at or (len(match.group()) == 2 and match.group() in _no_places()):
            break
        chain.append(match.group())
        at = match.end()
    return tuple(chain)


def department_of(name: str) -> tuple[str, str] | None:
    """Return (stem, end) of a department's name: 发展和改革 + 局.

    >>> department_of("沭阳县发展和改革局"), department_of("淮北市人民政府")
    (('发展和改革', '局'), None)
    """
    rest = name.removeprefix("".join(place_chain(name)))
    for end in _words()["department_ends"]:
        if rest.endswith(end) and len(rest) > len(end) and not rest.endswith("管理委员会"):
            return rest.removesuffix(end), end
    return None


def institution_of(name: str) -> str:
    """Return what stands behind the places in `name`."""
    return name.removeprefix("".join(place_chain(name)))


def short_name(place: str) -> str | None:
    """Return a place without its ending, None where too little is left.

    >>> short_name("淮北市"), short_name("平潭综合实验区"), short_name("沛县")
    ('淮北', '平潭', None)
    """
    for end in _words()["place_ends"]:
        if place.endswith(end):
            short = place.removesuffix(end)
            return short if len(short) >= 2 else None
    return None


def _latin_names(name: str) -> Iterator[str]:
    """Yield the places of an organ in pinyin, as English questions write them."""
    if not department_of(name):
        yield from _latin_places(name)


def _latin_places(name: str) -> Iterator[str]:
    for last in place_chain(name)[-1:]:
        for place in (last, short_name(last)):
            if place:
                yield "".join(pinyin(place))


def _latin_spots(
    original: str, names: OrganNames
) -> Iterator[tuple[str, str | None, tuple[int, int]]]:
    """Yield (organ, None, span), or ("", name as written, span) for a department we lack."""
    if not re.search(r"[A-Za-z]{4}", original):
        return
    words = [(m.group(), m.start(), m.end()) for m in re.finditer(r"[A-Za-z]+", original)]
    stop_at = 0
    for index, (word, start, stop) in enumerate(words):
        following = words[index + 1] if index + 1 < len(words) else ("", stop, stop)
        for text, end in ((word + following[0], following[2]), (word, stop)):
            found = names.latin.get(text.lower(), ()) or _near_latin(text.lower(), names)
            department = _LATIN_DEPARTMENT.match(original, end)
            if not found and department:
                found = names.latin_departments.get(text.lower(), ())[:1]
            if len(found) != 1 or start < stop_at:
                continue
            stop_at = department.end() if department else end
            if department is None and (bureau := _BUREAU_OF.search(original[:start])):
                organ = _latin_department(found[0], bureau.group("stem"), names)
                whole = (bureau.start(), stop_at)
                yield organ or "", None if organ else original[slice(*whole)], whole
            elif department is None:
                yield found[0], None, (start, stop_at)
            elif organ := _latin_department(found[0], department.group("stem"), names):
                yield organ, None, (start, stop_at)
            else:
                yield "", original[start:stop_at], (start, stop_at)
            break


_LATIN_DEPARTMENT = re.compile(
    r"(?:\s+(?:City|District|County|Municipal|Municipality|Town))*\s+"
    r"(?P<stem>[A-Z][a-z]+(?:\s+(?:and\s+)?[A-Z][a-z]+){0,3})\s+"
    r"(?:Bureau|Department|Office|Commission|Committee|Centre|Center|Administration)"
)


#: “Education Bureau of Shili City”: the department stands in front of its place.
_BUREAU_OF = re.compile(
    r"(?i)\b(?P<stem>[a-z]+(?: and [a-z]+)?(?: [a-z]+)?)"
    r" (?:bureau|department|commission|office) of (?:the )?$"
)


def _without_city_behind(
    spots: Sequence[tuple[str, str | None, tuple[int, int]]], original: str
) -> list[tuple[str, str | None, tuple[int, int]]]:
    """Drop a city that stands behind its own district: Qingxi District, Shili City."""
    kept = list(spots[:1])
    for before, spot in pairwise(spots):
        gap = original[before[2][1] : spot[2][0]]
        behind = re.fullmatch(r"(?i)(?: district| county)?(?:,| of| in) ", gap)
        if not (behind and spot[0] and before[0] and _in_one_city(before[0], spot[0])):
            kept.append(spot)
    return kept


_BUREAU = re.compile(
    r"(?i)\b(?:the )?(?P<stem>[a-z]+(?: and [a-z]+)?(?: [a-z]+)?)"
    r" (?:bureau|department|commission)\b"
)


def _bureau_alone(
    original: str, names: OrganNames, near: Sequence[str]
) -> tuple[str, str | None, tuple[int, int]] | None:
    """“the education bureau”: the only one of the library, or that of the city in question."""
    for match in _BUREAU.finditer(original):
        chinese = _department_in_chinese(match.group("stem"))
        held = [
            name
            for name in names.parents
            if chinese and (found := department_of(name)) and chinese.startswith(found[0][:2])
        ]
        close = [name for name in held if any(_in_one_city(name, other) for other in near)]
        chosen = held if len(held) == 1 else close
        if len(chosen) == 1:
            return chosen[0], None, match.span()
    return None


def _latin_department(organ: str, stem: str, names: OrganNames) -> str | None:
    """The department of the same place as `organ` that English calls `stem`."""
    chinese = _department_in_chinese(stem)
    place = "".join(place_chain(organ))
    for name in names.parents:
        found = department_of(name)
        if found and chinese and name.startswith(place) and chinese.startswith(found[0][:2]):
            return name
    return None


def _department_in_chinese(stem: str) -> str | None:
    """The Chinese stem of a department, a word in front of its English one left away."""
    known: Mapping[str, str] = _words()["english"]
    words = stem.lower()
    return known.get(words) or known.get(words.partition(" ")[2])


def _near_latin(word: str, names: OrganNames) -> tuple[str, ...]:
    """The organ whose pinyin is one letter off, where just one is."""
    if len(word) < 5:
        return ()
    alike = process.extract(
        word, names.latin_alone, scorer=OSA.distance, score_cutoff=1, limit=None
    )
    near = {names.latin[name][0] for name, _, _ in alike}
    return tuple(near) if len(near) == 1 else ()


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


def _in_one_city(one: str, other: str) -> bool:
    """Whether two organs belong to the same outermost place (市政府、清溪区)."""
    places, others = place_chain(one), place_chain(other)
    return bool(places and others) and places[0] == others[0]


def _above(organ: str) -> tuple[str, ...]:
    return place_chain(organ)[:-1] if not department_of(organ) else place_chain(organ)


def _grows_into_stranger(
    text: str, spot: Spot[tuple[str, ...]], spots: Sequence[Spot[tuple[str, ...]]]
) -> int | None:
    """Return where a longer name ends that begins with this one and is not in the library."""
    rest = text[spot.stop : spot.stop + 16]
    for pattern in _tails():
        match = pattern.match(rest)
        if match and not re.search(_words()["breaks"], match.group(1) if match.groups() else ""):
            if match.group() in _no_places():
                continue
            stop = spot.stop + match.end()
            if not any(s.start < stop and spot.stop <= s.start for s in spots):
                return stop
    return None


@cache
def _tails() -> tuple[re.Pattern[str], ...]:
    """What, right behind a name of the library, makes it another organ's name."""
    words = _words()
    stems = _stems()
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
        re.search(rf"(?:{_words()['breaks']}|省|市|县|区)$", text[: spot.start])
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
        strange += _latin_strangers(original, names)
    return strange, corrected


def _name_like(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of what looks like the name of a place or organ."""
    words = _words()
    places = "|".join(map(re.escape, words["place_ends"]))
    stems = "|".join(_stems())
    ends = "|".join(words["department_ends"])
    pattern = re.compile(
        rf"[一-龥]{{2,12}}?(?:{places})(?:[一-龥]{{0,8}}?(?:人民政府|政府|管委会|管理委员会|办公室|局|委员会|厅))?"
        rf"|[一-龥]{{2,10}}?(?:人民政府|管委会|管理委员会)"
        rf"|(?:市|县|区|省)?(?:{stems})(?:{ends})"
        r"|[一-龥]{2,8}(?:大学|学院)"
    )
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


def _after_breaks(text: str, start: int, stop: int) -> int:
    """Move `start` behind the last word in the span that cannot be part of a name."""
    found = list(re.finditer(_words()["breaks"], text[start : stop - 1]))
    return start + found[-1].end() if found else start


def _is_name(name: str) -> bool:
    if any(name.endswith(word) for word in _no_places()):
        return False
    generic = ("本级政府", "当地政府", "地方政府", "各级政府", "人民政府", "上级政府", "政府")
    return name not in generic and not name.startswith(("全市", "全县", "全区", "政府信息"))


def _short_places(text: str) -> Iterator[tuple[int, int]]:
    """Yield places named without their ending at a spot where a name is expected (合肥2021年)."""
    pattern = re.compile(
        r"(?:^|[,，。?、▁\s]|和|与|跟|比|那|请问|查一下|查|问|帮我查)([一-龥]{2,4}?)"
        r"(?=20\d\d|二[〇零]|\d\d年|去年|今年|前年|呢|的|政府|▁|在20|收到|新收|公开)"
    )
    for match in pattern.finditer(text):
        if any(division.short == match.group(1) for division in find_division(match.group(1))):
            yield match.span(1)


def _latin_strangers(original: str, names: OrganNames) -> list[str]:
    found = []
    for match in _LATIN_NAME.finditer(original):
        words = [word for word in match.group(1).split() if word not in _LATIN_COMMON]
        known = any(w.lower() in names.latin or _near_latin(w.lower(), names) for w in words)
        if words and not known:
            found.append(" ".join(words))
    if not found:
        written = re.findall(r"[A-Za-z]{5,}", original)
        found += [w for w in written if w.lower() in _cities() and w.lower() not in names.latin]
    return list(dict.fromkeys(found))


@cache
def _cities() -> frozenset[str]:
    """Provinces and cities in pinyin, as English questions write them."""
    return frozenset(
        "".join(pinyin(division.short))
        for division in load_divisions()
        if division.level in ("province", "prefecture")
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


def _no_places() -> frozenset[str]:
    return frozenset(_words()["no_places"])


@cache
def _stems() -> tuple[str, ...]:
    """Stems of departments and their short forms, the longest first."""
    departments = _words()["departments"]
    found = {*departments, *(short for shorts in departments.values() for short in shorts)}
    return tuple(sorted(found, key=len, reverse=True))


@cache
def _words() -> Any:
    return yaml.load(_WORDS.read_text(encoding="utf-8"), yaml.CSafeLoader)
