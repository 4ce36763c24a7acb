"""A small fixed library of names, and questions put to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assistant.conversation import merge
from assistant.understand.organ_names import OrganNames
from assistant.understand.parse import Parsed, parse
from indexer.records import OrganRow

TODAY = date(2025, 6, 1)
CITY, DISTRICT, EDUCATION, HUAIBEI = (
    "示例市人民政府",
    "示例市清溪区人民政府",
    "示例市教育局",
    "淮北市人民政府",
)
NAMES = OrganNames.of(
    [OrganRow(i, name, False, ()) for i, name in enumerate((CITY, DISTRICT, EDUCATION, HUAIBEI))]
)


def understood(question: str, history: Sequence[str] = ()) -> Parsed:
    """Return what `question` means behind `history`, oldest first."""
    merged: Parsed | None = None
    for text in (*history, question):
        near = merged.named.organs if merged else ()
        merged = merge(merged, parse(text, NAMES, today=TODAY, near=near))
    assert merged is not None
    return merged
