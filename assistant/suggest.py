"""Offer whole questions while somebody types.

Owns which publishers, years and indicators a few typed characters may mean.  Every offer is a
question about a report that the library holds.

Leaves to others: understanding questions (understand/), wording (wording.yaml).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache, lru_cache

from assistant.draft import label_of
from assistant.model import Language
from assistant.understand.organ_places import names_of
from assistant.vocabulary import load_indicators
from assistant.wording import say
from indexer.records import OrganRow
from indexer.store import Store
from indexer.text import squash

MOST = 6
#: What is offered where only a publisher was typed: what people ask for most.
_FIRST = ("received", "refused", "concluded", "disclosed", "carried_out", "review.total")
_YEAR = re.compile(r"(?:19|20)\d\d")
_FILLER = re.compile(r"[年的在?？是多少件一共]+|how many|what was|of|in|the")
#: What may follow a short name of a place and says nothing else.
_TAIL = re.compile(r"^(?:人民政府|市|区|县|省|州)+")
_ORGANS = 4


def suggest(
    store: Store,
    typed: str,
    language: Language = "zh",
    *,
    organ: str | None = None,
    year: int | None = None,
) -> list[str]:
    """Return up to MOST questions that `typed` may be the beginning of.

    `organ` and `year` are what was chosen beside the question.
    """
    text = squash(typed)
    named = _YEAR.search(text)
    wanted_year = int(named.group()) if named else year
    rest = _YEAR.sub("", text)
    organs, rest = _organs(store.organs(), rest, organ)
    indicators = _indicators(_FILLER.sub("", rest), language)
    offers: dict[str, None] = {}
    years = _latest(store, organs, wanted_year)
    for indicator in indicators:
        label = label_of(indicator, language)
        for name in organs:
            if name in years:
                question = say(language, "choice", organ=name, year=years[name], label=label)
                offers[question] = None
    return list(offers)[:MOST]


def _organs(organs: Sequence[OrganRow], text: str, chosen: str | None) -> tuple[list[str], str]:
    """Return the publishers that `text` names or begins to name, and what else it says."""
    begun = [organ.name for organ in organs if text and text in squash(organ.name)]
    if begun:
        return begun[:_ORGANS], ""
    named = [
        (len(name), organ.name, name)
        for organ in organs
        for name in _names(organ.name, organ.aliases)
        if name in text
    ]
    if named:
        longest = max(named)[0]
        found = [organ for length, organ, _ in named if length == longest]
        return found[:_ORGANS], _TAIL.sub("", text.replace(max(named)[2], "", 1))
    if chosen:
        return [chosen], text
    return [organ.name for organ in organs][:_ORGANS], text


@lru_cache(maxsize=200_000)
def _names(organ: str, aliases: tuple[str, ...]) -> tuple[str, ...]:
    """Return what a publisher goes by, its place cut short too."""
    return tuple({squash(name) for name, strength in names_of(organ, aliases) if strength})


def _latest(store: Store, organs: Collection[str], wanted: int | None) -> dict[str, int]:
    """Return the year asked for of each publisher that has it, else the latest one.

    Only reports with the official forms count.
    """
    found: dict[str, int] = {}
    for row in store.reports():
        if row.organ in organs and row.format in ("2019", "2021") and wanted in (None, row.year):
            found[row.organ] = max(row.year, found.get(row.organ, 0))
    return found


def _indicators(text: str, language: Language) -> list[str]:
    if not text:
        return [one for one in _FIRST if one in load_indicators()]
    begins = [id_ for id_, words in _wordings(language) if any(w.startswith(text) for w in words)]
    holds = [id_ for id_, words in _wordings(language) if any(text in w for w in words)]
    said = [id_ for id_, words in _wordings(language) if any(w in text for w in words)]
    return list(dict.fromkeys((*begins, *holds, *said)))[:MOST]


@cache
def _wordings(language: Language) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (id_, tuple(map(squash, (one.label.of(language), *one.aliases.of(language)))))
        for id_, one in load_indicators().items()
    )
