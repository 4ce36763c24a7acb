"""Lay figures out for comparison: years as columns; publishers, indicators or applicants as rows.

Owns which printed cell stands where in such a table, the change on the year before, and the
years between which nothing is compared because the form changed in meaning.

Leaves to others: the figures (the store), files (exports.py), routes (api/desk.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from assistant.draft import label_of
from assistant.errors import BadQuestion
from assistant.listing import applicants, finding_json
from assistant.model import Language, place_json
from assistant.replies.series import crosses_formats
from assistant.understand.organ_places import names_of
from assistant.vocabulary import load_applicants
from indexer.formats import load_format
from indexer.numbers import canonical
from indexer.records import ReportRow, StoredFigure, StoredUnreadable
from indexer.store import Store
from indexer.text import squash

#: Reports that one view is made of; more would keep everyone waiting.
MOST_REPORTS = 1_000
#: Reports that a page of a view is made of: about a second's work.
PIVOT_PAGE, FINDINGS_PAGE, FAILING_PAGE = 300, 50, 300

Rows = Literal["organs", "outcomes", "applicants"]


@dataclass(frozen=True, slots=True)
class PivotCell:
    """One printed cell, or why there is none.

    Beside the states of a figure `state` may be "unreadable", "absent" (the report does not print
    it) or "not_held" (the library has no such report).  `change` is the printed arithmetic against
    the year before; `broken` says that the form changed since then, so that there is none.
    """

    year: int
    state: str
    report: ReportRow | None = None
    figure: StoredFigure | None = None
    printed: str = ""
    change: str | None = None
    difference: str | None = None
    broken: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the cell as docs/api.md gives it."""
        figure = self.figure
        return {
            "year": self.year,
            "state": self.state,
            "printed": self.printed,
            "value": canonical(figure.value) if figure and figure.value is not None else None,
            "unit": figure.unit if figure else None,
            "report": self.report.id if self.report else None,
            "table": figure.table if figure else None,
            "seq": figure.seq if figure else None,
            "place": place_json(figure.place) if figure else None,
            "change": self.change,
            "difference": self.difference,
            "broken": self.broken,
        }


@dataclass(frozen=True, slots=True)
class PivotRow:
    """One line: what it is about, and its cells by year."""

    organ: str
    indicator: str
    applicant: str | None
    label: str
    cells: tuple[PivotCell, ...]


@dataclass(frozen=True, slots=True)
class Pivot:
    """A table of figures; `rows` is empty where the library holds nothing of the kind.

    It is `page` of `pages`, and `reports` are those of all pages.
    """

    title: str
    years: tuple[int, ...]
    rows: tuple[PivotRow, ...]
    page: int = 1
    pages: int = 1
    reports: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return the table as docs/api.md gives it."""
        return {
            "title": self.title,
            "years": list(self.years),
            "page": self.page,
            "pages": self.pages,
            "reports": self.reports,
            "rows": [
                {
                    "organ": row.organ,
                    "indicator": row.indicator,
                    "applicant": row.applicant,
                    "label": row.label,
                    "cells": [cell.as_json() for cell in row.cells],
                }
                for row in self.rows
            ],
        }


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a pivot is to show; empty `organs` and `years` mean all.

    Publishers are those whose name holds `area`.  Without `page` everything is shown at once.
    """

    rows: Rows = "organs"
    organs: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    indicator: str = "received"
    applicant: str = "total"
    table: int = 3
    language: Language = "zh"
    area: str = ""
    page: int | None = None


def pivot(store: Store, wanted: Wanted) -> Pivot:
    """Return the table that is asked for.

    Rows of indicators or applicants are those of one publisher: the first that is named.

    Raises:
        BadQuestion: it would take more than MOST_REPORTS reports, or the applicant is unknown.
    """
    if wanted.applicant not in load_applicants():
        raise BadQuestion(
            f"没有这一类申请人：{wanted.applicant}。 Unknown applicant: {wanted.applicant}."
        )
    chosen = [
        row
        for row in store.reports()
        if (not wanted.organs or row.organ in wanted.organs) and wanted.area in row.organ
    ]
    if wanted.rows != "organs" and chosen:
        organ = wanted.organs[0] if wanted.organs else chosen[0].organ
        chosen = [row for row in chosen if row.organ == organ]
    years = wanted.years or tuple(sorted({row.year for row in chosen if row.format}))
    reports = {(row.organ, row.year): row for row in chosen}
    organs = list(dict.fromkeys(row.organ for row in chosen))
    counted = [row for row in chosen if row.year in {*years}]
    page, pages = 1, 1
    if wanted.page is None or wanted.rows != "organs":
        _refuse_too_many(counted)
    elif len(counted) > PIVOT_PAGE:
        organs, page, pages = page_of(organs, PIVOT_PAGE // max(1, len(years)), wanted.page)
    lines = _lines(wanted, organs)
    shown = [row for row in counted if row.organ in {*organs}]
    figures = {row.id: _figures(store, row, wanted) for row in shown}
    rows = tuple(
        PivotRow(organ, indicator, applicant, label, _cells(reports, figures, years, line))
        for line in lines
        for organ, indicator, applicant, label in [line]
    )
    if wanted.rows == "outcomes":
        rows = tuple(row for row in rows if any(cell.figure for cell in row.cells))
    return Pivot(_title(wanted, organs), tuple(years), rows, page, pages, len(counted))


_Item = TypeVar("_Item")


def page_of(items: Sequence[_Item], size: int, page: int) -> tuple[list[_Item], int, int]:
    """Return one page of `items`, its number, and how many pages there are.

    >>> page_of("abcde", 2, 3), page_of("abcde", 2, 9), page_of("", 2, 1)
    ((['e'], 3, 3), (['e'], 3, 3), ([], 1, 1))
    """
    size = max(1, size)
    pages = max(1, -(-len(items) // size))
    page = min(max(1, page), pages)
    return list(items[(page - 1) * size : page * size]), page, pages


def find_organs(store: Store, name: str) -> tuple[str, ...]:
    """Return the publishers that go by just this name, their own or that of their place.

    Nothing is guessed: a name that says more or less than that finds nobody.
    """
    wanted = squash(name)
    return tuple(
        organ.name
        for organ in store.organs()
        if wanted
        in {squash(one) for one, strength in names_of(organ.name, organ.aliases) if strength > 1}
    )


def figure_of(store: Store, organ: str, year: int, indicator: str) -> PivotCell:
    """Return the cell of one indicator, its total column, in the report of one publisher."""
    found = pivot(store, Wanted(organs=(organ,), years=(year,), indicator=indicator))
    return found.rows[0].cells[0] if found.rows else PivotCell(year, "not_held")


_Line = tuple[str, str, str | None, str]
_Read = Mapping[tuple[str | None, str | None], StoredFigure | StoredUnreadable]


def _lines(wanted: Wanted, organs: Sequence[str]) -> list[_Line]:
    """Return the organ, indicator, applicant and label of each row."""
    column = wanted.applicant if table_of(wanted.indicator) == 3 else None
    if wanted.rows == "organs":
        return [(organ, wanted.indicator, column, organ) for organ in organs]
    if not organs:
        return []
    organ = organs[0]
    if wanted.rows == "applicants":
        return [
            (organ, wanted.indicator, one["id"], label_of_applicant(one["id"], wanted.language))
            for one in applicants()
        ]
    column = wanted.applicant if wanted.table == 3 else None
    return [
        (organ, id_, column, label_of(id_, wanted.language)) for id_ in indicators_of(wanted.table)
    ]


def _figures(store: Store, row: ReportRow, wanted: Wanted) -> _Read:
    """Return what was read of a report, as far as the rows ask for it."""
    if wanted.rows == "outcomes":
        figures = store.figures(row.id, table=wanted.table)
    else:
        figures = store.figures(row.id, wanted.indicator)
    unread = {}
    if row.unreadable:
        unread = {(one.indicator, one.applicant): one for one in store.unreadable(row.id)}
    return {**unread, **{(one.indicator, one.applicant): one for one in figures}}


def _refuse_too_many(reports: Sequence[ReportRow]) -> None:
    if len(reports) > MOST_REPORTS:
        raise BadQuestion(
            f"涉及 {len(reports)} 份报告，请选定机关或年度（最多 {MOST_REPORTS} 份）。"
            f" This takes {len(reports)} reports; choose publishers or a year"
            f" ({MOST_REPORTS} at most)."
        )


def _cells(
    reports: Mapping[tuple[str, int], ReportRow],
    figures: Mapping[str, _Read],
    years: Iterable[int],
    line: _Line,
) -> tuple[PivotCell, ...]:
    organ, indicator, applicant, _ = line
    cells: list[PivotCell] = []
    for year in years:
        report = reports.get((organ, year))
        found = figures[report.id].get((indicator, applicant)) if report else None
        cells.append(_cell(year, report, found, indicator, cells[-1] if cells else None))
    return tuple(cells)


def _cell(
    year: int,
    report: ReportRow | None,
    found: StoredFigure | StoredUnreadable | None,
    indicator: str,
    before: PivotCell | None,
) -> PivotCell:
    if report is None:
        return PivotCell(year, "not_held")
    if not isinstance(found, StoredFigure):
        printed = found.printed if found else ""
        return PivotCell(year, "unreadable" if found else "absent", report, printed=printed)
    broken = bool(
        before
        and before.report
        and before.year == year - 1
        and crosses_formats(indicator, [before.report, report])
    )
    change = difference = None
    old = before.figure.value if before and before.figure and before.year == year - 1 else None
    if not broken and old is not None and found.value is not None:
        apart = found.value - old
        difference = ("+" if apart > 0 else "") + canonical(apart)
        change = f"{canonical(found.value)}-{canonical(old)} = {canonical(apart)}"
    return PivotCell(year, found.state, report, found, found.printed, change, difference, broken)


def _title(wanted: Wanted, organs: Sequence[str]) -> str:
    whole = "各机关" if wanted.language == "zh" else "All publishers"
    who = whole if wanted.rows == "organs" else "".join(organs[:1])
    column = None if wanted.rows == "applicants" else wanted.applicant
    if wanted.rows == "outcomes":
        return f"{who} {label_of_applicant(column, wanted.language) if wanted.table == 3 else ''}"
    known = column if table_of(wanted.indicator) == 3 else None
    return f"{who} {label_of(wanted.indicator, wanted.language, known)}"


def label_of_applicant(id_: str | None, language: Language) -> str:
    """Return the name of a column of table three."""
    return load_applicants()[id_].label.of(language) if id_ else ""


def table_of(indicator: str) -> int:
    """Return the number of the table that prints an indicator.

    >>> table_of("received"), table_of("review.total")
    (3, 4)
    """
    return next((table for table in (2, 3, 4) if indicator in indicators_of(table)), 1)


def indicators_of(table: int) -> list[str]:
    """Return the ids of a table's indicators, in order of the forms, the latest form first."""
    ids = [
        id_
        for format_id in ("2021", "2019")
        for number, id_ in load_format(format_id).indicators()
        if number == table
    ]
    return list(dict.fromkeys(ids))


@dataclass(frozen=True, slots=True)
class Found:
    """Findings of many reports: `page` of `pages`, and `reports` are those of all pages."""

    lines: list[dict[str, Any]]
    page: int
    pages: int
    reports: int


def findings(
    store: Store,
    area: str = "",
    year: int | None = None,
    language: Language = "zh",
    *,
    failing: bool = False,
    page: int | None = None,
) -> Found:
    """Return the findings of the reports whose publisher's name holds `area`.

    With `failing` only those of rules that do not hold; without `page` all at once.

    Raises:
        BadQuestion: these are more than MOST_REPORTS reports.
    """
    chosen = [row for row in store.reports() if area in row.organ and year in (None, row.year)]
    total, at, pages = len(chosen), 1, 1
    if page is None:
        _refuse_too_many(chosen)
    else:
        chosen, at, pages = page_of(chosen, FAILING_PAGE if failing else FINDINGS_PAGE, page)
    lines = [line for row in chosen for line in _findings_of(store, row, language, failing)]
    return Found(lines, at, pages, total)


def _findings_of(
    store: Store, row: ReportRow, language: Language, failing: bool
) -> Iterator[dict[str, Any]]:
    shown = [one for one in store.findings(row.id) if not failing or one.result == "fails"]
    places = [figure.place for figure in store.figures(row.id)] if shown else []
    head = {"report": row.id, "organ": row.organ, "year": row.year}
    for one in shown:
        yield head | finding_json(one, places, language) | {"figures": list(one.figures)}
