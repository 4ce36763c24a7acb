"""Recover the tables of a printed page whose cells have rules beneath them and none beside.

Owns the columns that the ends of horizontal rules mark, the rows between them, and the joining of
cells over whose border a word reaches.  A page where words and rules contradict each other yields
no table.

Leaves to others: pages with upright rules (pdf.py), what the cells mean (indexer/tables.py).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise

from indexer.loaders.draft import DrawnCell, tidy_lines

#: Positions (points) closer than this are one; a border that a word passes by less is not crossed.
_SNAP = 4.0
_CROSSED = 1.0
#: The row above the first rule: its lines are no further apart than this part of their height.
_APART = 0.8
#: It ends, and its words are apart from each other, within or beyond so many times their height.
_NEAR = 2.0
#: Fewer rows or columns than this are an underlined heading or a frame.
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal stroke; points from the page's upper left."""

    left: float
    right: float
    y: float


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters without a gap."""

    text: str
    left: float
    right: float
    top: float
    bottom: float

    @property
    def middle(self) -> float:
        """Half the way down."""
        return (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        """Height of the characters."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Underlined:
    """A recovered table: its box (left, top, right, bottom) and its cells."""

    box: tuple[float, float, float, float]
    cells: Sequence[DrawnCell]


@dataclass(slots=True)
class _Cell:
    """Columns [left, right) and rows [top, bottom) of one table, and the words inside."""

    left: int
    right: int
    top: int
    bottom: int
    words: list[Word] = field(default_factory=list)


def find_underlined(rules: Iterable[Rule], words: Sequence[Word]) -> Iterator[Underlined]:
    """Yield the tables of a page from top to bottom."""
    for group in _groups(rules):
        if (found := _table(group, words)) is not None:
            yield found


def _groups(rules: Iterable[Rule]) -> list[list[Rule]]:
    """Deal the rules out to tables, line by line from the top."""
    lines: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda rule: (rule.y, rule.left)):
        if lines and rule.y - lines[-1][0].y <= _SNAP:
            lines[-1].append(rule)
        else:
            lines.append([rule])
    groups: list[list[list[Rule]]] = []
    for line in lines:
        if groups and _alike(_marks(line), _marks(chain(*groups[-1]))):
            groups[-1].append(line)
        else:
            groups.append([line])
    for at in range(len(groups) - 2, -1, -1):
        own, below = _marks(chain(*groups[at])), _marks(chain(*groups[at + 1]))
        if len(groups[at]) == 1 and _shared(own, below) == len(own):
            groups[at : at + 2] = [groups[at] + groups[at + 1]]
    return [list(chain(*group)) for group in groups]


def _marks(rules: Iterable[Rule]) -> list[float]:
    return _snapped(x for rule in rules for x in (rule.left, rule.right))


def _alike(own: Sequence[float], marks: Sequence[float]) -> bool:
    """Whether a line belongs to the table above it: most of its inner marks are the table's.

    Of a line without inner marks both ends must be; a single line over a heading that no line above
    it is like goes to the table below.
    """
    inner, others = own[1:-1], marks[1:-1]
    if inner and others:
        return 2 * _shared(inner, others) > min(len(inner), len(others))
    return _shared(own, marks) == len(own) or _shared(marks, own) == len(marks)


def _shared(some: Sequence[float], others: Sequence[float]) -> int:
    return sum(any(abs(one - other) <= _SNAP for other in others) for one in some)


def _snapped(positions: Iterable[float]) -> list[float]:
    """Return the positions in order, those within _SNAP of the one before left out."""
    kept: list[float] = []
    for position in sorted(positions):
        if not kept or position - kept[-1] > _SNAP:
            kept.append(position)
    return kept


def _table(rules: Sequence[Rule], words: Sequence[Word]) -> Underlined | None:
    columns, rows = _marks(rules), _snapped(rule.y for rule in rules)
    if len(columns) <= _FEWEST or len(rows) < _FEWEST:
        return None
    first = [rule for rule in rules if rule.y - rows[0] <= _SNAP]
    whole = _shared([columns[0], columns[-1]], _marks(first)) == 2
    top = _top_of(rows[0], words, columns, whole)
    rows = [top, *rows] if top < rows[0] else rows
    inside = [w for w in words if rows[0] <= w.middle < rows[-1] and _touches(w, columns)]
    cells = _joined(rules, inside, columns, rows)
    if cells is None:
        return None
    drawn = [
        DrawnCell(_text(c.words), c.top, c.left, c.bottom - c.top, c.right - c.left) for c in cells
    ]
    return Underlined((columns[0], rows[0], columns[-1], rows[-1]), drawn)


def _touches(word: Word, columns: Sequence[float]) -> bool:
    return word.left < columns[-1] and columns[0] < word.right


def _top_of(first: float, words: Sequence[Word], columns: Sequence[float], whole: bool) -> float:
    """Return where the row above the first rule begins, the rule itself if there is none.

    A rule over the `whole` width may be the table's upper edge: then only words that stand apart
    from each other are a row above it, and a heading is none.
    """
    above = [w for w in words if w.middle < first and _touches(w, columns)]
    above.sort(key=lambda word: (-word.bottom, word.left))
    if not above or first - above[0].bottom > _NEAR * above[0].height:
        return first
    line = sorted((w for w in above if above[0].bottom - w.bottom <= _SNAP), key=lambda w: w.left)
    if whole and not any(b.left - a.right > _NEAR * a.height for a, b in pairwise(line)):
        return first
    top = above[0].top
    for word in above:
        if top - word.bottom > _APART * word.height:
            break
        top = min(top, word.top)
    return top


def _upright(
    rules: Sequence[Rule], columns: Sequence[float], rows: Sequence[float]
) -> list[list[_Cell]]:
    """Return the cells of each column from top to bottom, as the rules beneath them end them."""
    found = []
    for column, (left, right) in enumerate(pairwise(columns)):
        ends = [
            row
            for row, y in enumerate(rows[1:-1], 1)
            if any(
                abs(rule.y - y) <= _SNAP
                and rule.left - _SNAP <= left
                and right <= rule.right + _SNAP
                for rule in rules
            )
        ]
        edges = [0, *ends, len(rows) - 1]
        found.append([_Cell(column, column + 1, top, bottom) for top, bottom in pairwise(edges)])
    return found


def _joined(
    rules: Sequence[Rule],
    words: Sequence[Word],
    columns: Sequence[float],
    rows: Sequence[float],
) -> list[_Cell] | None:
    """Put the words into the cells; None where a word reaches over cells of unlike height."""
    at = {
        (row, cell.left): cell
        for cells in _upright(rules, columns, rows)
        for cell in cells
        for row in range(cell.top, cell.bottom)
    }
    for word in words:
        row = bisect_right(rows, word.middle) - 1
        first = max(0, bisect_right(columns, word.left + _CROSSED) - 1)
        last = min(len(columns) - 2, bisect_right(columns, word.right - _CROSSED) - 1)
        whole = at[row, first]
        for column in range(first + 1, last + 1):
            part = at[row, column]
            if (part.top, part.bottom) != (whole.top, whole.bottom):
                return None
            if part is not whole:
                _join(whole, part, at)
        whole.words.append(word)
    _join_wide(rules, at, columns, rows)
    unique = {id(cell): cell for cell in at.values()}
    return sorted(unique.values(), key=lambda cell: (cell.top, cell.left))


def _join_wide(
    rules: Iterable[Rule],
    at: dict[tuple[int, int], _Cell],
    columns: Sequence[float],
    rows: Sequence[float],
) -> None:
    """Join the cells over one long rule of which only one holds words: it spans them all."""
    for rule in rules:
        row = _nearest(rows, rule.y) - 1
        first, last = _nearest(columns, rule.left), _nearest(columns, rule.right) - 1
        if row < 0 or last <= first:
            continue
        cells = {id(at[row, column]): at[row, column] for column in range(first, last + 1)}
        whole, *parts = cells.values()
        level = all((c.top, c.bottom) == (whole.top, whole.bottom) for c in parts)
        if level and sum(bool(cell.words) for cell in cells.values()) == 1:
            for part in parts:
                _join(whole, part, at)


def _join(whole: _Cell, part: _Cell, at: dict[tuple[int, int], _Cell]) -> None:
    whole.left, whole.right = min(whole.left, part.left), max(whole.right, part.right)
    whole.words += part.words
    at.update({key: whole for key, cell in at.items() if cell is part})


def _nearest(positions: Sequence[float], wanted: float) -> int:
    return min(range(len(positions)), key=lambda index: abs(positions[index] - wanted))


def _text(words: Sequence[Word]) -> str:
    """Return the words of a cell line by line."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word.middle, word.left)):
        if lines and word.middle - lines[-1][0].middle <= _SNAP:
            lines[-1].append(word)
        else:
            lines.append([word])
    return tidy_lines(
        " ".join(word.text for word in sorted(line, key=lambda word: word.left)) for line in lines
    )
