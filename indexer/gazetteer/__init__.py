"""Places of the country, of today and since 1990: find a province, prefecture or county by name.

Owns the reader of divisions.tsv.gz, which build.py writes; loaded at the first look-up.  Standard
library only.  Source, date and licence of the data are in NOTICE and in the head of the file.

Leaves to others: what a place name in a question or a report stands for (organs.py, the
assistant).  Development zones are no administrative divisions and are not listed.
"""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, cast

Level = Literal["province", "prefecture", "county"]
LEVELS: tuple[Level, ...] = ("province", "prefecture", "county")

FILE = Path(__file__).parent / "divisions.tsv.gz"


@dataclass(frozen=True, slots=True)
class Division:
    """One administrative division under one of its names.

    `code` and `parent` are six digits (GB/T 2260); `parent` is "" for a province.  `since` and
    `until` are the years in which the name came and went, None where the data knows none: a name
    with `until` is of the past, and `successor` is the code of the division of today that it
    became, where there is one.
    """

    code: str
    name: str
    short: str
    level: Level
    parent: str
    since: int | None
    until: int | None
    successor: str | None


@cache
def load_divisions() -> tuple[Division, ...]:
    """Load every division: today before past, wider before narrower, by code."""
    lines = gzip.decompress(FILE.read_bytes()).decode("utf-8").splitlines()
    return tuple(_division(line.split("\t")) for line in lines if not line.startswith("#"))


def find_division(name: str) -> tuple[Division, ...]:
    """Return every place with that full or short name: in the order of `load_divisions`.

    >>> [(found.name, found.level) for found in find_division("淮北")]
    [('淮北市', 'prefecture')]
    >>> len(find_division("鼓楼区")), find_division("东北省")
    (4, ())
    """
    return _by_name().get(name, ())


def find_code(code: str) -> Division | None:
    """Return the division of today with that six-digit code.

    >>> division = find_code("340621")
    >>> division.name, find_code(division.parent).name
    ('濉溪县', '淮北市')
    """
    return _by_code().get(code)


def find_children(code: str) -> tuple[Division, ...]:
    """Return the divisions of today right under the one with `code`, by code.

    >>> [child.name for child in find_children("340600")]
    ['杜集区', '相山区', '烈山区', '濉溪县']
    """
    return tuple(d for d in load_divisions() if d.parent == code and d.until is None)


@cache
def _by_name() -> Mapping[str, tuple[Division, ...]]:
    found: defaultdict[str, list[Division]] = defaultdict(list)
    for division in load_divisions():
        found[division.name].append(division)
        if division.short != division.name:
            found[division.short].append(division)
    return {name: tuple(places) for name, places in found.items()}


@cache
def _by_code() -> Mapping[str, Division]:
    return {d.code: d for d in load_divisions() if d.until is None}


def _division(cells: list[str]) -> Division:
    code, name, short, level, parent, since, until, successor = cells
    return Division(
        code,
        name,
        short,
        cast(Level, level),
        parent,
        int(since) if since else None,
        int(until) if until else None,
        successor or None,
    )
