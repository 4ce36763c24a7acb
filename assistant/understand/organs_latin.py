"""Organs that a question in English names: Shili City, the Education Bureau of Qingxi District.

Owns places in pinyin, departments by their English names, and noticing places that the library
lacks.

Leaves to others: names in Chinese (organs.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from assistant.understand.organ_names import OrganNames, in_one_city
from assistant.understand.organ_places import department_of, organ_words, place_chain
from assistant.understand.typos import pinyin
from indexer.gazetteer import load_divisions

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


def latin_spots(
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
            only_department = () if found else names.latin_departments.get(text.lower(), ())[:1]
            if len(found or only_department) != 1 or start < stop_at:
                continue
            department = _LATIN_DEPARTMENT.match(original, end)
            if only_department and not department:
                continue
            found = found or only_department
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


def without_city_behind(
    spots: Sequence[tuple[str, str | None, tuple[int, int]]], original: str
) -> list[tuple[str, str | None, tuple[int, int]]]:
    """Drop a city that stands behind its own district: Qingxi District, Shili City."""
    kept = list(spots[:1])
    for before, spot in pairwise(spots):
        gap = original[before[2][1] : spot[2][0]]
        behind = re.fullmatch(r"(?i)(?: district| county)?(?:,| of| in) ", gap)
        if not (behind and spot[0] and before[0] and in_one_city(before[0], spot[0])):
            kept.append(spot)
    return kept


_BUREAU = re.compile(
    r"(?i)\b(?:the )?(?P<stem>[a-z]+(?: and [a-z]+)?(?: [a-z]+)?)"
    r" (?:bureau|department|commission)\b"
)


def bureau_alone(
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
        close = [name for name in held if any(in_one_city(name, other) for other in near)]
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
    known: Mapping[str, str] = organ_words()["english"]
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


def latin_strangers(original: str, names: OrganNames) -> list[str]:
    """Return the places that an English question names and the library lacks."""
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
