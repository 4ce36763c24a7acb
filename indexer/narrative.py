"""Numbers that the prose states of what the tables count.

Owns finding them, by the wordings in `formats/narrative.yaml`, with their place in the text.

Leaves to others: the tables (tables.py) and whether the two agree (rules.py).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import yaml

from indexer.formats import HERE
from indexer.numbers import read_number
from indexer.text import CleanText

_NUMBER = r"(?P<number>\d{1,12}(?:,\d{3}){0,3}(?:\.\d{1,6})?)"
_SKIPPED_NUMBER = r"\d{1,12}"
_OTHER_YEAR = re.compile(r"(20\d\d)年")
_SENTENCE = re.compile(r"[。;!?]")


@dataclass(frozen=True, slots=True)
class Stated:
    """A number in the prose; [start, stop) spans its words in the raw text."""

    indicator: str
    value: Decimal
    unit: str
    quote: str
    start: int
    stop: int


def read_stated(text: CleanText, year: int) -> tuple[Stated, ...]:
    """Return what the prose of a report on `year` states, in reading order.

    A sentence that speaks of another year is passed over.
    """
    found: list[Stated] = []
    for indicator, patterns in _patterns().items():
        seen: set[int] = set()
        for pattern in patterns:
            for match in pattern.finditer(text.clean):
                start = match.start("number")
                if start in seen or not _speaks_of(text.clean, match.start(), year):
                    continue
                seen.add(start)
                found.append(_stated(text, indicator, match))
    return tuple(sorted(found, key=lambda item: item.start))


def by_indicator(stated: Iterable[Stated]) -> dict[str, frozenset[int]]:
    """Return the whole numbers stated for each indicator id."""
    values: defaultdict[str, set[int]] = defaultdict(set)
    for item in stated:
        if item.value == int(item.value):
            values[item.indicator].add(int(item.value))
    return {id_: frozenset(numbers) for id_, numbers in values.items()}


def _stated(text: CleanText, indicator: str, match: re.Match[str]) -> Stated:
    start, stop = text.raw_span(match.start(), match.end())
    return Stated(
        indicator=indicator,
        value=read_number(match.group("number")),
        unit=match.group("unit"),
        quote=text.raw[start:stop],
        start=start,
        stop=stop,
    )


def _speaks_of(clean: str, at: int, year: int) -> bool:
    """Whether the last year named in the sentence before `at` is `year`, or none is named."""
    begin = max(at - 120, 0)
    sentence = _SENTENCE.split(clean[begin:at])[-1]
    years = _OTHER_YEAR.findall(sentence)
    return not years or int(years[-1]) == year


@cache
def _patterns() -> dict[str, tuple[re.Pattern[str], ...]]:
    document = yaml.load((HERE / "narrative.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    unit = document["unit"]
    return {
        id_: tuple(_compiled(source, unit) for source in sources)
        for id_, sources in document["patterns"].items()
    }


def _compiled(source: str, unit: str) -> re.Pattern[str]:
    """Put a named number and unit for the last NU of `source`, plain ones for any before it."""
    *before, last = source.split("NU")
    if len(before) > 1:
        skipped = f"{_SKIPPED_NUMBER}(?:{unit})"
        source = skipped.join(before[:-1]) + skipped + before[-1]
    else:
        source = before[0]
    return re.compile(f"{source}{_NUMBER}(?P<unit>{unit}){last}")
