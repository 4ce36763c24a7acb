"""Cut the prose of a report into pieces that can be found and quoted.

Owns the cuts: at headings of the second level, paragraphs and, where a piece grows too long, ends
of sentences.  Every piece is an exact slice of the document's text.

Leaves to others: sections (sections.py), embedding and search (embedding.py, store.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from indexer.model import Document, Paragraph, Passage, Section

#: Characters after which a piece is cut at the next end of a sentence.
LONG = 420

_SUBHEADING = re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]")
_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?\n]?")
_TABLE_WORDS = re.compile(
    r"本列数据的勾稽关系|第二十条第[（(]|信息内容\s*本年|本年新收政府信息公开申请数量"
    r"|结果\s*维持\s*结果\s*纠正|指标名称\s*计量单位|统计指标\s*单位"
)
_HAS_WORDS = re.compile(r"[一-龥]{4}")


def cut_passages(document: Document, sections: Sequence[Section]) -> tuple[Passage, ...]:
    """Return the passages of `document` in reading order; text of tables is left out."""
    return tuple(
        passage
        for block in document.blocks
        if isinstance(block, Paragraph)
        for passage in _of_paragraph(document, block, sections)
    )


def _of_paragraph(
    document: Document, paragraph: Paragraph, sections: Sequence[Section]
) -> Iterator[Passage]:
    place = paragraph.place
    if place.start is None or place.stop is None:
        return
    for start, stop in _pieces(document.text, place.start, place.stop, sections):
        text = document.text[start:stop]
        if not _HAS_WORDS.search(text) or _TABLE_WORDS.search(text) or _is_heading(text, sections):
            continue
        section = _section_at(start, sections)
        path = (f"{section.heading}",) if section else ()
        if subheading := _subheading(document.text, section, start, stop):
            path = (*path, subheading)
        yield Passage(
            section=section.number if section else None,
            path=path,
            text=text,
            place=replace(place, start=start, stop=stop),
        )


def _pieces(
    text: str, start: int, stop: int, sections: Sequence[Section]
) -> Iterator[tuple[int, int]]:
    borders = {start, stop}
    for section in sections:
        for offset in (section.start, _heading_stop(text, section)):
            if start < offset < stop:
                borders.add(offset)
    for match in _SUBHEADING.finditer(text, start, stop):
        if match.start() == start or text[match.start() - 1] in "。；;：:\n \u3000":
            borders.add(match.start())
    cuts = sorted(borders)
    for low, high in pairwise(cuts):
        yield from _short(text, low, high)


def _short(text: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Yield spans of whole sentences, each closed once it is LONG; white space trimmed."""
    begin = start
    for match in _SENTENCE.finditer(text, start, stop):
        if match.end() - begin >= LONG or match.end() >= stop:
            low, high = _trimmed(text, begin, match.end())
            if low < high:
                yield low, high
            begin = match.end()
        if match.end() >= stop:
            return


def _trimmed(text: str, start: int, stop: int) -> tuple[int, int]:
    while start < stop and text[start].isspace():
        start += 1
    while stop > start and text[stop - 1].isspace():
        stop -= 1
    return start, stop


def _section_at(offset: int, sections: Sequence[Section]) -> Section | None:
    return next((s for s in sections if s.start <= offset < s.stop), None)


def _heading_stop(text: str, section: Section) -> int:
    """Offset behind the heading of `section`, blanks inside the heading included."""
    left = len(section.heading)
    for offset in range(section.start, section.stop):
        left -= not text[offset].isspace()
        if left == 0:
            return offset + 1
    return section.stop


def _is_heading(text: str, sections: Sequence[Section]) -> bool:
    bare = "".join(text.split())
    return any(bare == section.heading for section in sections)


def _subheading(text: str, section: Section | None, start: int, stop: int) -> str | None:
    """The nearest （一）… heading at or above `start` inside the section, without its full stop."""
    begin = section.start if section else 0
    found = None
    for match in _SUBHEADING.finditer(text, begin, min(start + 4, stop)):
        before = text[match.start() - 1] if match.start() else "\n"
        if before in "。；;：:\n \u3000" or match.start() == start:
            found = match
    if found is None:
        return None
    words = re.compile(r"[^。，；：:,;\n]{2,30}").match(text, found.start())
    return "".join(words.group().split()) if words else None
