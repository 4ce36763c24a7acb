"""The address that opens a cited cell or passage.

Owns how a citation becomes a link into the page of its report.

Leaves to others: the page itself (pages.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from assistant.model import Citation
from indexer.store import Store


def citation_url(store: Store, citation: Citation, base: str) -> str:
    """Return the address of the report's page at the cited cell; `base` ends with a slash."""
    page = f"{base}reports/{citation.report}"
    if citation.row is None and citation.column is None:
        return page
    figures = store.figures(citation.report)
    seq = next((figure.seq for figure in figures if figure.place == citation.place), None)
    return page if seq is None else f"{page}#c-{seq}"


def search_results(store: Store, citations: Iterable[Citation], base: str) -> list[dict[str, Any]]:
    """Return what a reply rests on as a list of sources with title, address and quotation."""
    return [
        {
            "title": citation.title,
            "url": citation_url(store, citation, base),
            "snippet": " / ".join(
                (*(citation.row or ()), *(citation.column or ()), citation.quote)
            ),
            "organ": citation.organ,
            "year": citation.year,
            "official_url": citation.url,
        }
        for citation in citations
    ]
