"""Read plain text: prose, and the tables that word processors and spreadsheets leave in it.

Owns the dump of a word processor (one cell a line after a tab), rows with tabs between their
cells, the head that an archive puts before a page, and the site's own words around it.

Leaves to others: what the rows mean; where a merged cell reached, which such text has lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from indexer.loaders.decoding import decode
from indexer.loaders.draft import Draft, DrawnCell
from indexer.loaders.provenance import read_date
from indexer.model import Document
from indexer.text import ARTEFACT

_HEAD_END = re.compile(r"={4,}\s*正文\s*={4,}")
_HEAD_LINE = re.compile(r"\s*([^\s:：]{2,8})\s*[:：](.*)")
_HEAD_KEYS = {
    "标题": "title",
    "发布时间": "published",
    "发布日期": "published",
    "发布机构": "organ",
    "原文链接": "url",
    "来源": "source",
}
_SITE_HEAD = re.compile(
    r"\s*当前位置\s*[:：][^。]{0,600}?时间[:：]\s*\d{4}-\d{1,2}-\d{1,2}(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?"
    r"(?:\s+(?:微信|微博|QQ空间|全真版|文字版|文件下载|打印|关闭|收藏|分享到?[:：]?|相关链接[:：]?|-->))*\s*"
)
_SITE_TAILS = ("附件下载", "相关链接：", "相关链接", "打印本页", "关闭窗口")
_SOURCE = re.compile(r"来源[:：]\s*(\S{2,40})\s+时间[:：]\s*(\S{8,10})")

_SECTION = re.compile(r"[一二三四五六七八九十]{1,3}、")
#: Rows of table three that begin like a section.
_ROW_LABEL = re.compile(r"[一二三四]、(?:本年新收|上年结转|本年度办理结果|结转下年度)")
_MERGED_ROW = re.compile(r"\s*第二十条\s*第[（(].[）)]项\s*$")
_LONG_LABEL = 60


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    start: int
    text: str

    @property
    def blank(self) -> bool:
        return not self.text.strip() and "\t" not in self.text

    @property
    def cell(self) -> bool:
        return self.text.startswith("\t") and "\t" not in self.text[1:]

    @property
    def row(self) -> bool:
        return "\t" in self.text[1:] and bool(self.text.strip())


def read_txt(data: bytes, name: str) -> Document:
    """Read plain text; `Document.text` is the decoded file."""
    text = decode(data)
    draft = Draft(name, text)
    lines = _lines(text)
    head, lines = _archive_head(lines)
    stated = dict(head)
    while lines:
        lines = _take_block(draft, lines, stated)
    return draft.document("txt", stated)


def _lines(text: str) -> list[_Line]:
    lines, start = [], 0
    for number, line in enumerate(text.split("\n"), 1):
        lines.append(_Line(number, start, line))
        start += len(line) + 1
    lines.reverse()
    return lines


def _archive_head(lines: list[_Line]) -> tuple[Mapping[str, str], list[_Line]]:
    """Return what the head states, and the lines (last first) that follow it."""
    head = lines[:-31:-1]
    ends = [index for index, line in enumerate(head) if _HEAD_END.search(line.text[:200])]
    if not ends:
        return {}, lines
    matches = filter(None, (_HEAD_LINE.match(line.text) for line in head[: ends[0]]))
    stated = {
        _HEAD_KEYS[match[1]]: match[2].strip()
        for match in matches
        if match[1] in _HEAD_KEYS and match[2].strip()
    }
    if "published" in stated:
        stated["published"] = read_date(stated["published"]) or ""
    return stated, lines[: len(lines) - ends[0] - 1]


def _take_block(draft: Draft, lines: list[_Line], stated: dict[str, str]) -> list[_Line]:
    """Move the next block of `lines` (last first) to the draft; return the lines left."""
    line = lines[-1]
    if line.cell:
        return _take_dump(draft, lines)
    if line.row or _opens_rows(lines):
        return _take_rows(draft, lines)
    lines.pop()
    _take_prose(draft, line, stated)
    return lines


def _take_prose(draft: Draft, line: _Line, stated: dict[str, str]) -> None:
    start = 0
    text = line.text.rstrip()
    if tail := next(filter(text.endswith, _SITE_TAILS), None):
        text = text.removesuffix(tail)
    if site := _SITE_HEAD.match(line.text):
        start = site.end()
        if source := _SOURCE.search(site.group()):
            stated.setdefault("source", source[1])
            stated.setdefault("published", read_date(source[2]) or "")
    body = text[start:]
    if mark := ARTEFACT.match(body.lstrip()):
        start += len(body) - len(body.lstrip()) + mark.end()
    body = text[start:]
    left = start + len(body) - len(body.lstrip())
    draft.span(line.start + left, line.start + left + len(body.strip()), line=line.number)


def _take_dump(draft: Draft, lines: list[_Line]) -> list[_Line]:
    """Take the rows of a word processor's dump: they go on while cells follow."""
    rows: list[list[DrawnCell]] = [[]]
    source: list[_Line] = []
    while lines:
        line = lines[-1]
        if line.cell:
            cell = DrawnCell(_cell_text(line.text), len(rows) - 1, len(rows[-1]), line=line.number)
            rows[-1].append(cell)
        elif line.blank:
            if not _cell_follows(lines):
                break
            if rows[-1]:
                rows.append([])
        elif rows[-1] and _continues(line.text):
            rows[-1][-1].text += _cell_text(line.text)
        else:
            break
        source.append(lines.pop())
    cells = [cell for row in rows for cell in row]
    _put(draft, source, cells, prose=_is_prose(cells))
    return lines


def _put(draft: Draft, source: list[_Line], cells: list[DrawnCell], *, prose: bool) -> None:
    """Put lines with tabs into the draft, as a table or as the prose that they are after all."""
    if not prose:
        draft.grid(cells, ragged=True)
        return
    for line in source:
        _take_prose(draft, line, {})


def _cell_text(text: str) -> str:
    return ARTEFACT.sub("", text).strip()


def _cell_follows(lines: list[_Line]) -> bool:
    following = next((line for line in reversed(lines) if not line.blank), None)
    return following is not None and following.cell


def _continues(text: str) -> bool:
    """Whether a line without a tab goes on with the cell above it, as in 商业⏎企业."""
    stripped = text.strip()
    if len(stripped) > _LONG_LABEL or stripped.endswith(("。", "；")):
        return False
    return not _SECTION.match(stripped) or bool(_ROW_LABEL.match(stripped))


def _is_prose(cells: list[DrawnCell]) -> bool:
    """Whether lines after tabs are indented prose: most of them long, or finished sentences."""
    filled = [cell.text for cell in cells if cell.text]
    prose = [text for text in filled if len(text) > _LONG_LABEL or text.endswith(("。", "；"))]
    lone = len(cells) == 1
    return lone or 2 * len(prose) >= len(filled)


def _opens_rows(lines: list[_Line]) -> bool:
    """Whether a line without tabs is a row, or the start of one, over a row with tabs.

    It is a merged row, or a quoted cell that goes on in the next line.
    """
    text = lines[-1].text
    opens = _MERGED_ROW.match(text) or (text.startswith('"') and text.count('"') % 2)
    return bool(opens) and len(lines) > 1 and lines[-2].row


def _take_rows(draft: Draft, lines: list[_Line]) -> list[_Line]:
    """Take consecutive rows with tabs between their cells."""
    source: list[_Line] = []
    cells: list[DrawnCell] = []
    row = 0
    while lines and (lines[-1].row or _opens_rows(lines)):
        texts, number = [], lines[-1].number
        for line in _one_row(lines):
            source.append(line)
            texts.append(line.text)
        for column, text in enumerate("".join(texts).split("\t")):
            cells.append(DrawnCell(_unquoted(_cell_text(text)), row, column, line=number))
        row += 1
    lone = row == 1 and not any(cell.text.isdecimal() for cell in cells)
    _put(draft, source, cells, prose=lone)
    return lines


def _one_row(lines: list[_Line]) -> Iterator[_Line]:
    """Yield the lines of one row: a cell that a spreadsheet quotes may reach over some."""
    line = lines.pop()
    yield line
    quotes = line.text.count('"')
    for _ in range(5):
        if quotes % 2 == 0 or not lines or '"' not in lines[-1].text:
            return
        line = lines.pop()
        quotes += line.text.count('"')
        yield line


def _unquoted(text: str) -> str:
    quoted = len(text) > 1 and text.startswith('"') and text.endswith('"')
    return text[1:-1].replace('""', '"') if quoted else text
