"""One loaded document → one Report, or the reason why it is none.

Owns the order of the reading steps and the decision that a document is no report.

Leaves to others: each step; files and folders (pipeline.py); storing (store.py).
"""

from __future__ import annotations

import re
from dataclasses import replace

from indexer.cells import Reading
from indexer.errors import UnreadableFile
from indexer.flattened import read_flattened
from indexer.model import Document, Figure, FormatId, Report, Unreadable
from indexer.narrative import Stated, by_indicator, read_stated
from indexer.organs import Identity, read_identity
from indexer.passages import cut_passages
from indexer.rules import Read, assess
from indexer.sections import find_sections
from indexer.statistics import is_statistics, read_statistics
from indexer.tables import read_tables
from indexer.text import clean
from indexer.unread import list_unread

_SUBJECT = re.compile(r"信息\s*公开")
_REPORT = re.compile(r"年度\s*报告|年\s*报|工作\s*报告|情况\s*统计表")


def read_report(document: Document, *, file: str, digest: str) -> Report:
    """Read a loaded document as a report.

    `file` is the name to show, `digest` the SHA-256 of the original bytes, in hex.

    Raises:
        UnreadableFile: it is no report (`not_a_report`), the official form left empty
            (`empty_form`), or names no organ or year (`no_organ`, `no_year`).
    """
    identity = read_identity(document, file)
    text = clean(document.text)
    stated = read_stated(text, identity.year or identity.period or 0)
    reading = _read_figures(document, stated)
    sections = find_sections(text)
    _refuse_what_is_none(document, identity, reading, len(sections))
    list_unread(document, reading)
    assert identity.organ is not None and identity.year is not None
    figures, unread = _placed(reading.figures, file), _placed_unread(reading.unreadable, file)
    format_id: FormatId | None = reading.format if figures or unread else None
    read = Read(
        organ=identity.organ.name,
        year=identity.year,
        format=format_id,
        figures=figures,
        unreadable=unread,
        stated=stated,
        sections=sections,
        text=document.text,
        period=identity.period,
        published=document.provenance.get("published"),
    )
    return Report(
        organ=identity.organ,
        year=identity.year,
        format=format_id,
        title=identity.title,
        file=file,
        digest=digest,
        document=document,
        figures=tuple(figures),
        unreadable=tuple(unread),
        sections=sections,
        passages=cut_passages(document, sections),
        findings=assess(read),
        provenance=dict(document.provenance),
    )


def _read_figures(document: Document, stated: tuple[Stated, ...]) -> Reading:
    """Read grids first; a table that no grid holds is looked for in the running text."""
    reading = read_tables(document)
    missing = [table for table in (2, 3, 4) if not reading.has(table)]
    if missing:
        flat = read_flattened(document, missing, by_indicator(stated))
        reading.format = reading.format or flat.format
        reading.figures += flat.figures
        reading.unreadable += flat.unreadable
    if not reading.figures and not reading.unreadable and is_statistics(document):
        return read_statistics(document)
    return reading


def _refuse_what_is_none(
    document: Document, identity: Identity, reading: Reading, sections: int
) -> None:
    numbers = any(figure.state == "number" for figure in reading.figures)
    if reading.figures and not numbers and not reading.unreadable:
        raise UnreadableFile("empty_form", "官方空白表格，没有填写数据", failed=False)
    looks = _SUBJECT.search(document.text) and _REPORT.search(document.text[:1500] + identity.title)
    told = identity.title and identity.year and (sections >= 2 or identity.academic)
    if not reading.figures and not reading.unreadable and not (looks and told):
        raise UnreadableFile("not_a_report", "不是政府信息公开工作年度报告", failed=False)
    if identity.organ is None:
        raise UnreadableFile("no_organ", "读不出是哪个机关的报告")
    if identity.year is None:
        raise UnreadableFile("no_year", "读不出是哪一年的报告")


def _placed(figures: list[Figure], file: str) -> list[Figure]:
    return [replace(f, place=replace(f.place, file=file)) for f in figures]


def _placed_unread(items: list[Unreadable], file: str) -> list[Unreadable]:
    return [replace(item, place=replace(item.place, file=file)) for item in items]
