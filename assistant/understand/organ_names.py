"""All names of the organs of one library, in Chinese and by the pinyin of their places.

Leaves to others: which of them a question means (organs.py, organs_latin.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.understand.organ_places import department_of, names_of, place_chain, short_name
from assistant.understand.spotting import Lexicon
from assistant.understand.typos import pinyin
from indexer.records import OrganRow


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


def _latin_names(name: str) -> Iterator[str]:
    """Yield the places of an organ in pinyin, as English questions write them."""
    if not department_of(name):
        yield from _latin_places(name)


def _latin_places(name: str) -> Iterator[str]:
    for last in place_chain(name)[-1:]:
        for place in (last, short_name(last)):
            if place:
                yield "".join(pinyin(place))


def in_one_city(one: str, other: str) -> bool:
    """Whether two organs belong to the same outermost place (市政府、清溪区)."""
    places, others = place_chain(one), place_chain(other)
    return bool(places and others) and places[0] == others[0]
