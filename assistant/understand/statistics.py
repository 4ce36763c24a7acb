"""Rows of a statistics table to 2018 in a question: the printed label itself is the key.

Owns matching a question against the printed labels of one report and the labels we know.

Leaves to others: reading the table (indexer/statistics.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.understand.spotting import Lexicon
from assistant.vocabulary import LANGUAGES, load_indicators, load_statistics_rows, wording_key
from indexer.formats import load_statistics
from indexer.records import StoredFigure, StoredUnreadable
from indexer.text import squash, strip_numbering

_AMONG = re.compile(r"^(?:其中|注)[::]?")
#: 历年累计比本年度多多少: both columns.
_BESIDE = re.compile(r"比.{0,6}(?:本年|当年)|(?:本年度?|当年).{0,8}(?:比|和|与|跟|差)")
_CUMULATIVE = re.compile(r"历年累计|累计|cumulative|in all years")


def find_printed_rows(
    text: str, figures: Sequence[StoredFigure | StoredUnreadable]
) -> tuple[str, ...]:
    """Return the ids of the rows that `text` names, in its order, the longest label first.

    `figures` are the cells of one report, those that could not be read among them.
    """
    present = {row_id(figure) for figure in figures}
    pairs = [(bare_label(figure.row[-1]), row_id(figure)) for figure in figures if figure.row]
    for label in load_statistics().rows.values():
        pairs += [(form, label.id) for form in label.forms]
    for row in load_statistics_rows().values():
        counterpart = load_indicators().get(row.counterpart or "")
        for language in LANGUAGES:
            if counterpart:
                words = (*counterpart.aliases.of(language), *counterpart.weak.of(language))
                pairs += [(wording_key(w, language), row.id) for w in words]
            pairs += [(wording_key(w, language), row.id) for w in row.wordings.of(language)]
    spots = Lexicon.of(pairs).spots(text)
    named = [spot.meaning.removesuffix(".cumulative") for spot in spots]
    if _CUMULATIVE.search(text):
        beside = _BESIDE.search(text)
        named = [one for id_ in named for one in (f"{id_}.cumulative", *([id_] if beside else []))]
    return tuple(dict.fromkeys(id_ for id_ in named if id_ in present))


def bare_label(printed: str) -> str:
    """Return a printed row label without 其中, numbering and white space.

    >>> bare_label("其中：1、网站公开")
    '网站公开'
    """
    return strip_numbering(_AMONG.sub("", squash(printed)))


def row_id(figure: StoredFigure | StoredUnreadable) -> str:
    """Return the id under which a cell of a statistics table is looked up.

    Rows that the format does not know go by their printed label.
    """
    if figure.indicator:
        return figure.indicator
    cumulative = ".cumulative" if "累计" in "".join(figure.column) else ""
    return f"row:{bare_label(figure.row[-1])}{cumulative}"


def counterpart_of(indicator: str) -> str:
    """Return the row of the statistics tables that stands for one of today's figures."""
    for row in load_statistics_rows().values():
        if row.counterpart == indicator:
            return row.id
    return indicator
