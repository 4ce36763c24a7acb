"""Printed figures of the store, read once for each report in use.

Owns reading one figure by its key, and how much of a report is read: single cells and checks at
first, all of it where more are asked for.

Leaves to others: arithmetic (compute.py), the rows of statistics tables (sheets.py).
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TypeVar

from assistant.findings import Findings
from assistant.sheets import Sheet, sheet_of
from indexer.records import ReportRow, StoredFigure, StoredUnreadable
from indexer.store import Store

Cells = dict[tuple[str | None, str | None], StoredFigure]

Key = tuple[str | None, str | None]
Single = dict[Key, StoredFigure | None]
T = TypeVar("T")

#: Single cells of a report that are fetched one by one before all are, and figures whose checks
#: are.
FEW, FEW_CHECKS = 8, 3


def _keep_last(
    kept: OrderedDict[tuple[str, str], T], key: tuple[str, str], found: T, most: int
) -> None:
    kept[key] = found
    kept.move_to_end(key)
    while len(kept) > most:
        kept.popitem(last=False)


class Figures:
    """The figures of the store by key; the last reports asked for stay in memory."""

    def __init__(self, store: Store, *, keep: int = 64) -> None:
        self.store = store
        self._keep = keep
        self._cells: OrderedDict[tuple[str, str], Cells] = OrderedDict()
        self._sheets: OrderedDict[tuple[str, str], Sheet] = OrderedDict()
        self._single: OrderedDict[tuple[str, str], Single] = OrderedDict()
        self._findings: OrderedDict[tuple[str, str], Findings] = OrderedDict()
        self._told: OrderedDict[tuple[str, str], int] = OrderedDict()

    def cells(self, report: ReportRow) -> Cells:
        """Return every figure of `report` by (indicator, applicant)."""
        key = (self.store.version(), report.id)
        found = self._cells.get(key)
        if found is None:
            if report.format == "statistics":
                found = {(id_, None): cell for id_, cell in self.sheet(report).cells.items()}
            else:
                rows = self.store.figures(report.id)
                found = {(figure.indicator, figure.applicant): figure for figure in rows}
            _keep_last(self._cells, key, found, self._keep)
        return found

    def sheet(self, report: ReportRow) -> Sheet:
        """Return the statistics table of `report`, without a row where it has none."""
        key = (self.store.version(), report.id)
        found = self._sheets.get(key)
        if found is None:
            found = Sheet()
            if report.format == "statistics":
                found = sheet_of(self.store.figures(report.id), self.store.unreadable(report.id))
            _keep_last(self._sheets, key, found, self._keep)
        return found

    def cell(self, report: ReportRow, indicator: str, applicant: str | None) -> StoredFigure | None:
        """Return one figure; the first few of a report are fetched one by one, then all of it."""
        key = (self.store.version(), report.id)
        wanted = (indicator, applicant)
        fetched = self._single.get(key, {})
        whole = key in self._cells or len(fetched) >= FEW or report.format == "statistics"
        if whole:
            return self.cells(report).get(wanted)
        if wanted not in fetched:
            rows = self.store.figures(report.id, indicator, applicant)
            exact = [row for row in rows if (row.indicator, row.applicant) == wanted]
            fetched = {**fetched, wanted: exact[0] if exact else None}
            _keep_last(self._single, key, fetched, self._keep)
        return fetched[wanted]

    def findings(self, report_id: str, beside: tuple[str, str] | None = None) -> Findings:
        """Return the results of the rules for one report, or those `beside` one figure.

        That figure is given by its column (an applicant) and its indicator; the first few times
        no other results are read.
        """
        key = (self.store.version(), report_id)
        found = self._findings.get(key)
        if found is not None:
            return found
        times = self._told.get(key, 0)
        if beside is not None and times < FEW_CHECKS:
            _keep_last(self._told, key, times + 1, self._keep)
            return Findings(self.store.findings(report_id, beside=beside))
        found = Findings(self.store.findings(report_id))
        _keep_last(self._findings, key, found, self._keep)
        return found

    def unreadable(
        self, report: ReportRow, indicator: str, applicant: str | None
    ) -> StoredUnreadable | None:
        """Return the record of a cell that is printed but could not be read."""
        if not report.unreadable:
            return None
        if report.format == "statistics":
            return self.sheet(report).unread.get(indicator)
        for item in self.store.unreadable(report.id):
            if item.indicator == indicator and item.applicant in (applicant, None):
                return item
        return None
