"""Which row of a statistics table hangs under which.

Owns the outline that numbering, 其中 and the official names of parts make of rows that are printed
one below the other.

Leaves to others: reading the rows (statistics.py), their wording (formats/statistics.yaml).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer.formats import load_statistics
from indexer.text import squash, strip_numbering

_AMONG = re.compile(r"^(?:其中|注)[::]?")
#: How a row is numbered, outermost first: 一、 （一） 1. （1）; the ranks are the positions from 1.
_NUMBERING = (
    re.compile(r"^[一二三四五六七八九十]{1,3}、"),
    re.compile(r"^\([一二三四五六七八九十]{1,3}\)"),
    re.compile(r"^\d{1,2}[、.](?!\d)"),
    re.compile(r"^(?:\(\d{1,2}\)|[①-⑳])"),
)
_HEADING, _SECTION, _PLAIN, _AMONG_ROWS = 0, 1, 5, 6
_FIRST = re.compile(r"^\(?(?:一|1|①)(?![一二三四五六七八九十\d])")


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a path: its label as printed, and how deep its numbering puts it."""

    printed: str
    rank: int


def hang(path: tuple[Step, ...], printed: str, *, heading: bool = False) -> tuple[Step, ...]:
    """Return the path of the row `printed` that follows the row with `path`.

    A row without number hangs under the row whose part it officially is, else beside the last
    such row; `heading` says that it has no figures of its own.

    >>> rows = ["一、主动公开情况", "（一）主动公开政府信息数", "其中：规范性文件数", "（二）渠道"]
    >>> path = ()
    >>> for row in rows:
    ...     path = hang(path, row)
    >>> [step.printed for step in path]
    ['一、主动公开情况', '（二）渠道']
    """
    words = squash(printed)
    bare = _AMONG.sub("", words)
    among = bare != words
    if not bare:
        return path
    rank = next((at for at, form in enumerate(_NUMBERING, 1) if form.match(bare)), _PLAIN)
    if rank == _SECTION:
        return (Step(printed, rank),)
    if rank == _PLAIN and among:
        return (*_before(path, _AMONG_ROWS), Step(printed, _AMONG_ROWS))
    if rank == _PLAIN and heading:
        return (Step(printed, _HEADING),)
    if rank == _PLAIN:
        if (total := _total_of(path, bare)) is not None:
            return (*path[: total + 1], Step(printed, _AMONG_ROWS))
        numbered = bool(path) and path[0].rank < _PLAIN
        kept = _before(path, _PLAIN)
        return (*(_before(kept, _AMONG_ROWS) if numbered else kept[:0]), Step(printed, _PLAIN))
    return (
        *_over_number(path, rank, starts=among or bool(_FIRST.match(bare))),
        Step(printed, rank),
    )


def bare_label(printed: str) -> str:
    """Return a row label without 其中, numbering and white space.

    >>> bare_label("其中：1、网站公开")
    '网站公开'
    """
    return strip_numbering(_AMONG.sub("", squash(printed)))


def _before(path: tuple[Step, ...], rank: int) -> tuple[Step, ...]:
    """Return the steps above the first one of this rank, all if there is none."""
    ranks = [step.rank for step in path]
    return path[: ranks.index(rank)] if rank in ranks else path


def _over_number(path: tuple[Step, ...], rank: int, *, starts: bool) -> tuple[Step, ...]:
    """Return the steps above a numbered row; one that `starts` a list hangs under the row above."""
    kept = path
    for depth in range(rank, _PLAIN):
        kept = _before(kept, depth)
    if starts or kept != path:
        return kept
    while len(kept) > 1 and kept[-1].rank >= _PLAIN:
        kept = kept[:-1]
    return kept


def _total_of(path: tuple[Step, ...], bare: str) -> int | None:
    """Return the position in `path` of the total that the row `bare` is officially a part of."""
    rows = load_statistics().rows.values()
    wanted = {label.id.rpartition(".")[0] for label in rows if bare in label.forms}
    for at, step in enumerate(path):
        words = bare_label(step.printed)
        if any(label.id in wanted and words in label.forms for label in rows):
            return at
    return None
