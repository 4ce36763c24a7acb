"""Read Markdown: headings, paragraphs and pipe tables.

Leaves to others: everything else that Markdown can mark up; it stays in the text as written.
"""

from __future__ import annotations

import re
from itertools import pairwise

from indexer.loaders.decoding import decode
from indexer.loaders.draft import Draft, DrawnCell
from indexer.loaders.provenance import report_title
from indexer.model import Document

_MARK = re.compile(r"\s*(?:#{1,6}\s+|>\s*|[-*+]\s+)?")
_RULE = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?$")
_PIPE = re.compile(r"(?<!\\)\|")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def is_md(text: str) -> bool:
    """Whether a text has a pipe table or a heading of Markdown.

    >>> is_md("| 甲 | 乙 |\\n|---|---|\\n| 1 | 2 |"), is_md("# 一、总体情况"), is_md("一、总体情况")
    (True, True, False)
    """
    lines = text.split("\n")
    table = any(
        "|" in above and "|" in rule and _RULE.match(rule.strip())
        for above, rule in pairwise(lines)
    )
    return table or any(re.match(r"#{1,6}\s+\S", line) for line in lines)


def read_md(data: bytes, name: str) -> Document:
    """Read Markdown; `Document.text` is the decoded file, spans leave the marks out."""
    text = decode(data)
    draft = Draft(name, text)
    rows: list[tuple[int, str]] = []
    title, start = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith("|"):
            rows.append((number, line))
        else:
            rows = _take_rows(draft, rows)
            title = title or (report_title(line.lstrip("# ")) if line.startswith("#") else "")
            _take_line(draft, line, start, number)
        start += len(line) + 1
    _take_rows(draft, rows)
    return draft.document("md", {"title": title})


def _take_line(draft: Draft, line: str, start: int, number: int) -> None:
    match = _MARK.match(line)
    left = match.end() if match else 0
    draft.span(start + left, start + left + len(line[left:].rstrip()), line=number)


def _take_rows(draft: Draft, rows: list[tuple[int, str]]) -> list[tuple[int, str]]:
    drawn = [(number, line) for number, line in rows if not _RULE.match(line.strip())]
    cells = [
        DrawnCell(_BREAK.sub("\n", text.replace("\\|", "|")).strip(), row, column, line=number)
        for row, (number, line) in enumerate(drawn)
        for column, text in enumerate(_PIPE.split(line.strip().removeprefix("|").removesuffix("|")))
    ]
    draft.grid(cells)
    return []
