"""Split digits that ran together, only where arithmetic leaves exactly one reading.

Owns the search: all ways to cut a run of digits into cells, those in which the row adds up, and
the proof over rows and columns together that one reading alone is left.

Leaves to others: finding the runs in text (flattened.py) and what the cells mean (tables.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice, product
from math import prod

Cells = tuple[int, ...]

#: A run with more readings than this is not searched further: it is unreadable.
MOST_READINGS = 400
#: Combinations of readings over all rows that are tried against the column sums.
MOST_COMBINATIONS = 40_000
#: Cells longer than this are not counts.
MOST_DIGITS = 8


def cuts(tokens: Sequence[str], cells: int) -> Iterator[Cells]:
    """Yield every way to read `tokens` (runs of digits) as exactly `cells` whole numbers.

    A blank between tokens is always a border; no number but 0 begins with 0.

    >>> list(cuts(["120"], 2)), list(cuts(["5", "10"], 2))
    ([(12, 0), (1, 20)], [(5, 10)])
    """
    if not tokens:
        if cells == 0:
            yield ()
        return
    first, rest = tokens[0], tokens[1:]
    need = len(rest)
    for used in range(1, cells - need + 1):
        for head in _cut_run(first, used):
            for tail in cuts(rest, cells - used):
                yield (*head, *tail)


def _cut_run(run: str, cells: int) -> Iterator[Cells]:
    if cells == 1:
        if len(run) <= MOST_DIGITS and (len(run) == 1 or run[0] != "0"):
            yield (int(run),)
        return
    longest = 1 if run.startswith("0") else min(len(run) - cells + 1, MOST_DIGITS)
    for width in range(longest, 0, -1):
        for tail in _cut_run(run[width:], cells - 1):
            yield (int(run[:width]), *tail)


def row_readings(tokens: Sequence[str], cells: int) -> list[Cells] | None:
    """Return the readings in which the first cells add up to the last, None if too many.

    >>> row_readings(["15130000154"], 7)
    [(151, 3, 0, 0, 0, 0, 154)]
    """
    return _summing(tokens, cells)


def line_readings(tokens: Sequence[str], blocks: int, width: int) -> list[Cells] | None:
    """Return the readings of `blocks` rows of `width` cells in one run, each adding up.

    >>> line_readings(["10203120001200000"], 3, 5)
    [(1, 0, 2, 0, 3, 12, 0, 0, 0, 12, 0, 0, 0, 0, 0)]
    """

    def adds_up(cells: Cells) -> bool:
        return all(
            sum(cells[start : start + width - 1]) == cells[start + width - 1]
            for start in range(0, blocks * width, width)
        )

    run = "".join(tokens)
    if len(run) == blocks * width and len(tokens) == 1:
        only = tuple(int(digit) for digit in run)
        return [only] if adds_up(only) else []
    if len(tokens) == blocks * width:
        return [cells for cells in cuts(tokens, blocks * width) if adds_up(cells)]
    return _block_readings(tokens, blocks, width)


def _block_readings(tokens: Sequence[str], blocks: int, width: int) -> list[Cells] | None:
    """Peel one block after the other off the front of the run."""
    if len(tokens) != 1:
        return None
    partial: list[tuple[Cells, str]] = [((), tokens[0])]
    for left in range(blocks - 1, -1, -1):
        longer: list[tuple[Cells, str]] = []
        for done, run in partial:
            for length in range(width, len(run) - left * width + 1):
                if left == 0 and length != len(run):
                    continue
                if length > width + 24:
                    break
                found = _summing([run[:length]], width)
                if found is None or len(longer) > MOST_READINGS:
                    return None
                longer += [((*done, *cells), run[length:]) for cells in found]
        partial = longer
    return [done for done, run in partial if not run]


def _summing(tokens: Sequence[str], cells: int) -> list[Cells] | None:
    """Readings of `cells` numbers whose last is the sum of the others; None if not searchable.

    The last number is fixed first, so that sums that are too large are given up early.
    """
    run = "".join(tokens)
    if len(run) < cells or len(run) > 60:
        return []
    borders = set()
    at = 0
    for token in tokens[:-1]:
        at += len(token)
        borders.add(at)
    found: list[Cells] = []
    for width in range(1, min(MOST_DIGITS, len(run) - cells + 1) + 1):
        last = run[-width:]
        if (len(last) > 1 and last[0] == "0") or _crosses(borders, len(run) - width, len(run)):
            continue
        found += [
            (*head, int(last))
            for head in islice(
                _adding_to(run[:-width], 0, cells - 1, int(last), borders), MOST_READINGS
            )
        ]
        if len(found) > MOST_READINGS:
            return None
    return found


def _crosses(borders: set[int], start: int, stop: int) -> bool:
    return any(start < border < stop for border in borders)


def _adding_to(run: str, start: int, cells: int, total: int, borders: set[int]) -> Iterator[Cells]:
    left = len(run) - start
    if cells == 0:
        if left == 0 and total == 0:
            yield ()
        return
    if left < cells or left > cells * MOST_DIGITS:
        return
    longest = 1 if run[start] == "0" else min(left - cells + 1, MOST_DIGITS)
    for width in range(1, longest + 1):
        value = int(run[start : start + width])
        if value > total or _crosses(borders, start, start + width):
            break
        for rest in _adding_to(run, start + width, cells - 1, total - value, borders):
            yield (value, *rest)


def may_hide_blanks(run: str) -> bool:
    """Whether a run could be one number printed twice, the cells between being blank.

    >>> may_hide_blanks("2626"), may_hide_blanks("1000001")
    (True, False)
    """
    half = len(run) // 2
    return len(run) % 2 == 0 and run[:half] == run[half:] and run[0] != "0" and half > 1


def provable(
    readings: Mapping[str, Sequence[Cells]],
    columns_hold: Callable[[Mapping[str, Cells]], bool],
) -> dict[str, Cells]:
    """Return the rows that have exactly one reading, rows and columns taken together.

    `readings` maps a row to its readings; `columns_hold` judges one reading of all rows.  Where
    the combinations are too many to try, only rows with a single reading are returned.
    """
    sure = {row: found[0] for row, found in readings.items() if len(found) == 1}
    open_rows = {row: found for row, found in readings.items() if len(found) > 1}
    if not open_rows or prod(map(len, open_rows.values())) > MOST_COMBINATIONS:
        return sure
    holding = [
        dict(zip(open_rows, combination, strict=True))
        for combination in product(*open_rows.values())
        if columns_hold({**sure, **dict(zip(open_rows, combination, strict=True))})
    ]
    if not holding:
        return sure
    agreed = {
        row: holding[0][row]
        for row in open_rows
        if all(other[row] == holding[0][row] for other in holding)
    }
    return {**sure, **agreed}
