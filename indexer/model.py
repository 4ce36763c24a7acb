"""The words of the indexer: what a file holds, and what a report says.

Owns the frozen shapes that travel between the steps: Document (a loaded file) and its
Paragraphs and Grids, then Figure, Unreadable, Section, Passage, Finding and Report.
Standard library only.

Leaves to others: how any of them comes about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

State = Literal["number", "blank", "not_applicable", "text"]
FormatId = Literal["2021", "2019", "statistics"]
Result = Literal["holds", "fails", "not_assessable"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a file.

    `page`, `line`, `table`, `row` and `column` count from 1; `table` counts the grids of the
    file in order, `row` and `column` positions inside that grid.  `start` and `stop` are a
    half-open span of `Document.text`.
    """

    file: str
    page: int | None = None
    line: int | None = None
    table: int | None = None
    row: int | None = None
    column: int | None = None
    start: int | None = None
    stop: int | None = None

    def __reduce__(self) -> tuple[type[Place], tuple[object, ...]]:
        """Travel from the reading process by position: there is one of these to every cell."""
        return Place, (
            self.file, self.page, self.line, self.table, self.row, self.column, self.start,
            self.stop,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A run of prose; `place.start`/`place.stop` span it in `Document.text`."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class GridCell:
    """One printed cell of a grid.

    `row` and `column` count from 0 and name the upper left corner; a covered place has no
    GridCell of its own.
    """

    text: str
    row: int
    column: int
    place: Place
    rowspan: int = 1
    colspan: int = 1

    def __reduce__(self) -> tuple[type[GridCell], tuple[object, ...]]:
        """Travel from the reading process by position, as Place does."""
        return GridCell, (
            self.text, self.row, self.column, self.place, self.rowspan, self.colspan,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Grid:
    """One table as a file draws it.

    `ragged` says that the file keeps no column positions: `column` then merely counts the
    cells of the row from the left.  `continued` says that the grid opens a page and so may be
    the rest of the grid before it.
    """

    cells: tuple[GridCell, ...]
    place: Place
    ragged: bool = False
    continued: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A loaded file: its prose and grids in reading order.

    `text` is what spans refer to: the decoded file for plain text, else the paragraphs joined
    by line breaks.  `provenance` may hold `title`, `organ`, `published` (YYYY-MM-DD), `url`,
    `source`, as the file itself states them.
    """

    kind: str
    text: str
    blocks: tuple[Paragraph | Grid, ...]
    provenance: Mapping[str, str] = field(default_factory=dict)
    pages: int | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One printed cell that was read.

    `row` and `column` are the printed header paths, outermost first.  `indicator` is None where
    the format does not know the row (statistics tables to 2018).  `value` is set if and only if
    `state` is "number"; zero is a number, blank is not.
    """

    table: int | None
    row: tuple[str, ...]
    column: tuple[str, ...]
    indicator: str | None
    applicant: str | None
    state: State
    value: Decimal | None
    printed: str
    unit: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell, or a row of cells, that is printed but could not be read; never guessed.

    `applicant` None with `indicator` set means every cell of that row.
    """

    table: int | None
    row: tuple[str, ...]
    column: tuple[str, ...]
    indicator: str | None
    applicant: str | None
    printed: str
    reason: str
    place: Place


@dataclass(frozen=True, slots=True)
class Section:
    """One of the numbered sections; `start`/`stop` span it in `Document.text`."""

    number: str
    heading: str
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of prose small enough to quote.

    `path` holds the headings above it, outermost first; `place` has the span of `text` in
    `Document.text`.
    """

    section: str | None
    path: tuple[str, ...]
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one rule (R1 to R13) at one spot; shown, never repaired.

    `expression` is the printed arithmetic, e.g. "331+2 = 328+5"; `figures` are indices into
    `Report.figures`; `detail` fills the rule's message: what is missing, which column, what the
    narrative says.
    """

    rule: str
    result: Result
    expression: str
    figures: tuple[int, ...] = ()
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Organ:
    """A publisher.  `aliases` are other names it goes by; `place_only` marks a bare place name."""

    name: str
    aliases: tuple[str, ...] = ()
    place_only: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """Everything read from one file.  `format` is None where the report carries no tables."""

    organ: Organ
    year: int
    format: FormatId | None
    title: str
    file: str
    digest: str
    document: Document
    figures: tuple[Figure, ...]
    unreadable: tuple[Unreadable, ...]
    sections: tuple[Section, ...]
    passages: tuple[Passage, ...]
    findings: tuple[Finding, ...]
    provenance: Mapping[str, str] = field(default_factory=dict)
