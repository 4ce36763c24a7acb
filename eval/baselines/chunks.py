"""Cut reports into chunks, the usual way.

Owns what text of a report the baselines get, and how it is cut.  The text is that of this
project's own readers, tables as lines of cells with the labels of merged rows repeated: better
than a generic converter gives, so that retrieval alone is compared.

Leaves to others: searching (retrieval.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from indexer.model import Document, Grid
from indexer.store import Store

SIZE, OVERLAP = 500, 50


@dataclass(frozen=True)
class Chunk:
    """A piece of a report's text, and which report it is from."""

    text: str
    organ: str
    year: int


def cut_reports(store: Store) -> list[Chunk]:
    """Return the chunks of every current report of the index."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    from indexer.loaders import read_document

    splitter = RecursiveCharacterTextSplitter(chunk_size=SIZE, chunk_overlap=OVERLAP)
    chunks = []
    for report in store.reports():
        original = store.original(report.id)
        if original is None:
            continue
        text = document_text(read_document(original.read_bytes(), report.file))
        chunks += [Chunk(cut, report.organ, report.year) for cut in splitter.split_text(text)]
    return chunks


def document_text(document: Document) -> str:
    """Return prose and tables in reading order, a line a row of a table."""
    return "\n".join(
        line
        for block in document.blocks
        for line in (_lines(block) if isinstance(block, Grid) else [block.text])
    )


def _lines(grid: Grid) -> Iterable[str]:
    rows: dict[int, dict[int, str]] = defaultdict(dict)
    for cell in grid.cells:
        for row in range(cell.row, cell.row + cell.rowspan):
            rows[row][cell.column] = " ".join(cell.text.split())
    for _, cells in sorted(rows.items()):
        yield "| " + " | ".join(text for _, text in sorted(cells.items())) + " |"
