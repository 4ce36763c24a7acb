"""What the name of an organ is made of: its places, its department, the ways it is cut short.

Owns taking a name apart (淮北市濉溪县教育局: 淮北市, 濉溪县 and 教育 + 局) and the names that an
organ goes by.

Leaves to others: places of the country (indexer/gazetteer), names in a question (organs.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_WORDS = Path(__file__).with_name("organ_words.yaml")


#: Behind 州, 镇 or 乡 the name of a place goes on: 杭州市, 新乡县, 兰州新区.
GOES_ON = "(?<=[州镇乡])(?:市|县|区|新区|经济|高新|开发|综合|工业)"


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
            *(f"{short}{end}" for short in organ_words()["departments"].get(stem, ())),
        ]
        for tail in tails:
            for place in [*places, *shorts]:
                yield place + tail, 2
            yield tail, 0
            for level in "省市县区":
                if any(place.endswith(level) for place in places[-1:]):
                    yield level + tail, 0
        return
    if institution in organ_words()["offices"] or name.endswith(("办公室", "办公厅")):
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
    chain: list[str] = []
    at = 0
    for match in _place().finditer(rest):
        if match.start() != at or (len(match.group()) == 2 and match.group() in no_places()):
            break
        chain.append(match.group())
        at = match.end()
    return tuple(chain)


@cache
def _place() -> re.Pattern[str]:
    ends = "|".join(map(re.escape, organ_words()["place_ends"]))
    return re.compile(rf"[一-龥]{{1,7}}?(?:{ends})(?!{GOES_ON})")


def department_of(name: str) -> tuple[str, str] | None:
    """Return (stem, end) of a department's name: 发展和改革 + 局.

    >>> department_of("沭阳县发展和改革局"), department_of("淮北市人民政府")
    (('发展和改革', '局'), None)
    """
    rest = name.removeprefix("".join(place_chain(name)))
    for end in organ_words()["department_ends"]:
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
    for end in organ_words()["place_ends"]:
        if place.endswith(end):
            short = place.removesuffix(end)
            return short if len(short) >= 2 else None
    return None


@cache
@cache
def no_places() -> frozenset[str]:
    """Return words that end like a place and are none (社区, 地区)."""
    """Return words that end like a place and are none (社区, 地区)."""
    return frozenset(organ_words()["no_places"])


@cache
def department_stems() -> tuple[str, ...]:
    """Stems of departments and their short forms, the longest first."""
    departments = organ_words()["departments"]
    found = {*departments, *(short for shorts in departments.values() for short in shorts)}
    return tuple(sorted(found, key=len, reverse=True))


@cache
def organ_words() -> Any:
    """Return the word lists of organ_words.yaml."""
    """Return the word lists of organ_words.yaml."""
    return yaml.load(_WORDS.read_text(encoding="utf-8"), yaml.CSafeLoader)
