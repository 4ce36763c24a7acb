"""The checks beside a figure are the same, be all of a report read or only what may concern it."""

from __future__ import annotations

from assistant.compute import APPLICANTS
from assistant.findings import Findings
from indexer.store import Store


def test_reading_less_tells_the_same(store: Store):
    told = 0
    for report in store.reports():
        whole = Findings(store.findings(report.id))
        cells = store.figures(report.id)
        for cell in cells[::3]:
            for applicant in (cell.applicant, *APPLICANTS[:1]):
                indicator = cell.indicator or ""
                beside = (applicant or "total", indicator)
                some = Findings(store.findings(report.id, beside=beside))
                found = some.beside([cell], indicator, applicant)
                assert found == whole.beside([cell], indicator, applicant)
                told += len(found)
    assert told > 100


def test_a_rule_of_a_column_is_told_for_each_of_its_cells(store: Store):
    (report,) = [row for row in store.reports() if row.organ == "淮北市人民政府"][:1]
    (cell,) = store.figures(report.id, "refused.third_party", "total")
    rules = {f.rule for f in Findings(store.findings(report.id)).beside([cell], "", "total")}
    assert rules >= {"R1", "R2"}
