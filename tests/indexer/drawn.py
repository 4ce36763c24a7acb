"""Draw small documents for the tests of the readers: prose, and tables as rows of cells."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.model import Document, Grid, GridCell, Paragraph, Place


def grid(rows: Sequence[Sequence[str]], **changes: bool) -> Grid:
    """Return a grid with one cell for each text; "文字|列x行" spans columns and rows."""
    cells = []
    covered: set[tuple[int, int]] = set()
    for number, row in enumerate(rows):
        column = 0
        for printed in row:
            while (number, column) in covered:
                column += 1
            text, _, span = printed.partition("|")
            wide, high = map(int, span.split("x")) if span else (1, 1)
            place = Place("a.html", table=1, row=number + 1, column=column + 1)
            cells.append(GridCell(text, number, column, place, high, wide))
            covered |= {(number + i, column + j) for i in range(high) for j in range(wide)}
            column += wide
    return Grid(tuple(cells), Place("a.html", table=1), **changes)


def document(*blocks: str | Grid, **provenance: str) -> Document:
    """Return a document of paragraphs and grids in order; its text is the paragraphs' lines."""
    made: list[Paragraph | Grid] = []
    start = 0
    for block in blocks:
        if isinstance(block, Grid):
            made.append(block)
            continue
        stop = start + len(block)
        place = Place("a.html", line=len(made) + 1, start=start, stop=stop)
        made.append(Paragraph(block, place))
        start = stop + 1
    text = "\n".join(block for block in blocks if isinstance(block, str))
    return Document("html", text, tuple(made), provenance)
