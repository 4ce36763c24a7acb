"""Find the numbered sections of a report.

Owns recognising their headings, in lines of their own or inside running text.  A row label of
table three (三、本年度办理结果) is no heading.

Leaves to others: the pieces inside a section (passages.py).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import yaml

from indexer.formats import HERE
from indexer.model import Section
from indexer.text import CleanText

NUMBERS = "一二三四五六七八九十"
_ROW_LABELS = ("本年新收", "上年结转", "本年度办理结果", "结转下年度")


def find_sections(text: CleanText) -> tuple[Section, ...]:
    """Return the sections in order; each reaches to the next heading or the end of the text.

    Offsets are into `text.raw`.  Headings are taken in rising order of their numbers.
    """
    found: list[tuple[str, int, int]] = []
    at = 0
    for number in NUMBERS[:8]:
        span = _heading(text, number, at)
        if span is None:
            continue
        found.append((number, *span))
        at = span[1]
    ends = [*(start for _, start, _ in found[1:]), len(text.clean)][: len(found)]
    return tuple(
        _section(text, number, start, stop, end)
        for (number, start, stop), end in zip(found, ends, strict=True)
    )


def _section(text: CleanText, number: str, start: int, stop: int, end: int) -> Section:
    low, high = text.raw_span(start, stop)
    last = text.raw_span(start, max(end, start + 1))[1]
    return Section(number, "".join(text.raw[low:high].split()), low, max(last, high))


def _heading(text: CleanText, number: str, at: int) -> tuple[int, int] | None:
    """Return the span of the heading numbered `number` at or behind `at` in the clean text."""
    for match in re.finditer(f"{number}、", text.clean[at:]):
        start = at + match.start()
        if start and text.clean[start - 1] in NUMBERS:
            continue
        words = _heading_words(text, start + 2)
        if words and _is_heading(number, words):
            return start, start + 2 + len(words)
    return None


def _heading_words(text: CleanText, start: int) -> str:
    """The words of a heading that begins at `start`: to the end of its line or its last 情况."""
    stop = min(start + 42, len(text.clean))
    for index in range(start, stop):
        if _breaks_line(text, index):
            stop = index
            break
    line = text.clean[start:stop]
    if stop < start + 42 and re.fullmatch(r"[^。,;:!?\d]{2,41}", line):
        return line
    match = _ending().match(line)
    return match.group() if match else ""


def _breaks_line(text: CleanText, index: int) -> bool:
    between = text.raw[text.origin[index - 1] + 1 : text.origin[index]] if index else ""
    return "\n" in between


def _is_heading(number: str, words: str) -> bool:
    if words.startswith(_ROW_LABELS):
        return False
    wanted = _words()["six"]
    if any(word in words for word in wanted.get(number, ())):
        return True
    known = [word for words_ in wanted.values() for word in words_]
    return any(word in words for word in (*known, "概述", "统计表")) and "公开" in words + "公开"


@cache
def _words() -> Any:
    return yaml.load((HERE / "sections.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)


@cache
def _ending() -> re.Pattern[str]:
    ends = "|".join(_words()["ends"])
    words = "[^。,;:!?\\d]"
    return re.compile(f"{words}{{0,32}}?(?:{ends})(?:[及和与、]{words}{{0,10}}?(?:{ends}))?")
