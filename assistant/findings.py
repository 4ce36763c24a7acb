"""The results of the rules for one report, found by the cells that they are about.

Owns which results are told beside a figure: a rule that failed on its cells, or one that holds for
its column or row.

Leaves to others: the rules (indexer/rules.py), keeping the results of several reports (compute.py),
their words (draft.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from indexer.records import StoredFigure, StoredFinding

#: Rules that speak for a whole column of table three, so that they are told for each cell of it.
_OF_COLUMNS = frozenset({"R1", "R2"})
#: Rules that are told beside a figure even where they hold.
_SHOWN = frozenset({*_OF_COLUMNS, "R3", "R4"})


class Findings:
    """The results of one report, in their order."""

    def __init__(self, every: Sequence[StoredFinding]) -> None:
        self.every = tuple(every)
        self._of_column: defaultdict[str | None, list[int]] = defaultdict(list)
        self._of_row: defaultdict[str | None, list[int]] = defaultdict(list)
        self._of_figure: defaultdict[int, list[int]] = defaultdict(list)
        for number, finding in enumerate(self.every):
            if finding.result == "not_assessable":
                continue
            if finding.rule in _OF_COLUMNS:
                self._of_column[finding.detail.get("column")].append(number)
            elif finding.rule == "R3" and finding.result != "fails":
                self._of_row[finding.detail.get("row")].append(number)
            elif finding.rule in _SHOWN or finding.result == "fails":
                for seq in finding.figures:
                    self._of_figure[seq].append(number)

    def beside(
        self, cells: Iterable[StoredFigure], indicator: str, applicant: str | None
    ) -> list[StoredFinding]:
        """Return what is told beside a figure that rests on `cells`, in order."""
        numbers = set(self._of_row.get(indicator, ()))
        for cell in cells:
            numbers.update(self._of_figure.get(cell.seq, ()))
            if cell.table == 3:
                numbers.update(self._of_column.get(applicant or "total", ()))
        return [self.every[number] for number in sorted(numbers)]
