"""Draw fictional reports in the file forms, and with the flaws, of real ones.

Owns `Truth` (what a report says: every printed cell, its prose and its provenance), what
must be read from it (`expected`), the layout of the official tables (国办公开办函〔2019〕60号,
国办公开办函〔2021〕30号, and the statistics table to 2018), and one writer per file form.
The same truth always gives the same bytes.

Leaves to others: which reports there are (build_goldens.py, build_samples.py) and how a
report is read (indexer/).
"""

from __future__ import annotations

import html as markup
import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, NamedTuple

Key = tuple[int, str, str]
Printed = int | str

APPLICANTS = (
    "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计",
)  # fmt: skip
RECEIVED = "一、本年新收政府信息公开申请数量"
CARRIED_IN = "二、上年结转政府信息公开申请数量"
RESULTS = "三、本年度办理结果"
OPEN = "（一）予以公开"
PARTLY = "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"
REFUSED = (
    "1.属于国家秘密",
    "2.其他法律行政法规禁止公开",
    "3.危及“三安全一稳定”",
    "4.保护第三方合法权益",
    "5.属于三类内部事务信息",
    "6.属于四类过程性信息",
    "7.属于行政执法案卷",
    "8.属于行政查询事项",
)
UNABLE = (
    "1.本机关不掌握相关政府信息",
    "2.没有现成信息需要另行制作",
    "3.补正后申请内容仍不明确",
)
UNPROCESSED = (
    "1.信访举报投诉类申请",
    "2.重复申请",
    "3.要求提供公开出版物",
    "4.无正当理由大量反复申请",
    "5.要求行政机关确认或重新出具已获取信息",
)
OTHER = "（六）其他处理"
#: The third leaf of OTHER shares its printed label with an applicant; its key names the group.
OTHER_REST = "（六）其他处理/3.其他"
OTHER_PARTS = (
    "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
    "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
    OTHER_REST,
)
CONCLUDED = "（七）总计"
CARRIED_OUT = "四、结转下年度继续办理"
GROUPS = (("（三）不予公开", REFUSED), ("（四）无法提供", UNABLE), ("（五）不予处理", UNPROCESSED))

RESULT_KINDS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
BLOCKS = ("行政复议", "行政诉讼/未经复议直接起诉", "行政诉讼/复议后起诉")

HEADINGS = {
    "一": "一、总体情况",
    "二": "二、主动公开政府信息情况",
    "三": "三、收到和处理政府信息公开申请情况",
    "四": "四、政府信息公开行政复议、行政诉讼情况",
    "五": "五、存在的主要问题及改进情况",
    "六": "六、其他需要报告的事项",
}
TABLE_OF_SECTION = {"二": 2, "三": 3, "四": 4}
STEADY_TIME = datetime(2025, 1, 1)

#: Per item of 第二十条: the heading, the printed columns, the rows.
ITEMS_2021 = (
    ("（一）", ("本年制发件数", "本年废止件数", "现行有效件数"), ("规章", "行政规范性文件")),
    ("（五）", ("本年处理决定数量",), ("行政许可",)),
    ("（六）", ("本年处理决定数量",), ("行政处罚", "行政强制")),
    ("（八）", ("本年收费金额（单位：万元）",), ("行政事业性收费",)),
)
_PROJECTS = ("上一年项目数量", "本年增/减", "处理决定数量")
ITEMS_2019 = (
    ("（一）", ("本年新制作数量", "本年新公开数量", "对外公开总数量"), ("规章", "规范性文件")),
    ("（五）", _PROJECTS, ("行政许可", "其他对外管理服务事项")),
    ("（六）", _PROJECTS, ("行政处罚", "行政强制")),
    ("（八）", _PROJECTS[:2], ("行政事业性收费",)),
    ("（九）", ("采购项目数量", "采购总金额"), ("政府集中采购",)),
)


@dataclass(frozen=True)
class Truth:
    """What one fictional report prints.

    `cells` is keyed by (table, official row label, official leaf column) in reading order and
    holds the printed text.  `labels` maps an official label to the one printed instead.
    `sections` is keyed by 序 (the preface) and 一 to 六; tables follow the prose of their
    section.  `units` gives the unit of each row of a statistics table.  `unreadable` are the
    keys whose digits the chosen file form makes impossible to prove.
    """

    organ: str
    year: int
    format: Literal["2021", "2019", "statistics"]
    cells: Mapping[Key, str]
    sections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    printed_title: str = ""
    published: str = ""
    url: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    headings: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    unreadable: frozenset[Key] = frozenset()

    @property
    def title(self) -> str:
        """The title as printed; the usual one unless the truth sets another."""
        return self.printed_title or f"{self.organ}{self.year}年政府信息公开工作年度报告"

    def label(self, official: str) -> str:
        """Return the printed form of an official label."""
        return self.labels.get(official, official.rsplit("/", 1)[-1])

    def heading(self, number: str) -> str:
        """Return the printed heading of section `number` (一 to 六)."""
        return self.headings.get(number, HEADINGS[number])


class Cell(NamedTuple):
    """One cell of a drawn table."""

    text: str
    colspan: int = 1
    rowspan: int = 1


Table = list[list[Cell]]


class Slot(NamedTuple):
    """A cell as one row sees it; `top` is false in the rows that it covers from above."""

    column: int
    cell: Cell
    top: bool


def table2(format: str, values: Mapping[str, Sequence[Printed]]) -> dict[Key, str]:
    """Return the cells of table two.

    `values` is keyed by row label; each entry holds the cells of that row from the left.
    """
    items = ITEMS_2019 if format == "2019" else ITEMS_2021
    return {
        (2, row, column): str(value)
        for _, columns, rows in items
        for row in rows
        for column, value in zip(columns, values[row], strict=True)
    }


def outcome_rows(single_other: bool) -> tuple[str, ...]:
    """Return the official labels of the outcome rows, CONCLUDED left out, in order."""
    other = (OTHER,) if single_other else OTHER_PARTS
    return (OPEN, PARTLY, *REFUSED, *UNABLE, *UNPROCESSED, *other)


def table3(
    outcomes: Mapping[str, int | Sequence[int]],
    *,
    carried_in: int | Sequence[int] = 0,
    carried_out: int | Sequence[int] = 0,
    single_other: bool = False,
) -> dict[Key, str]:
    """Return the cells of a table three that adds up.

    An entry is a count of 自然人 or the counts of the six applicants; rows left out are 0.
    新收, （七）总计 and the column 总计 follow from the rest.
    """
    rows = {row: _six(outcomes.get(row, 0)) for row in outcome_rows(single_other)}
    if unknown := set(outcomes) - set(rows):
        raise ValueError(f"no such outcome rows: {sorted(unknown)}")
    concluded = [sum(column) for column in zip(*rows.values(), strict=True)]
    earlier, later = _six(carried_in), _six(carried_out)
    received = [c + o - i for c, o, i in zip(concluded, later, earlier, strict=True)]
    lines = {RECEIVED: received, CARRIED_IN: earlier} | rows
    lines |= {CONCLUDED: concluded, CARRIED_OUT: later}
    return {
        (3, row, column): str(value)
        for row, counts in lines.items()
        for column, value in zip(APPLICANTS, [*counts, sum(counts)], strict=True)
    }


def _six(counts: int | Sequence[int]) -> list[int]:
    return [counts, 0, 0, 0, 0, 0] if isinstance(counts, int) else list(counts)


def table4(
    review: Sequence[int], direct: Sequence[int] = (0,) * 4, after: Sequence[int] = (0,) * 4
) -> dict[Key, str]:
    """Return the cells of a table four that adds up; each block is given without its total."""
    return {
        (4, "", f"{block}/{kind}"): str(value)
        for block, counts in zip(BLOCKS, (review, direct, after), strict=True)
        for kind, value in zip(RESULT_KINDS, [*counts, sum(counts)], strict=True)
    }


def statistics(
    rows: Iterable[tuple[str, str, Sequence[Printed]]], columns: Sequence[str]
) -> tuple[dict[Key, str], dict[str, str]]:
    """Return the cells of a statistics table, and the unit of each of its rows.

    `rows` are (printed label, unit, cells); a part heading has no cells.
    """
    listed = list(rows)
    cells = {
        (1, label, column): str(value)
        for label, _, values in listed
        for column, value in zip(columns, values, strict=False)
    }
    return cells, {label: unit for label, unit, _ in listed}


def alter(truth: Truth, changes: Mapping[Key, Printed]) -> Truth:
    """Return `truth` with other printed cells; nothing else is adjusted.

    Raises:
        KeyError: a key names no cell of `truth`.
    """
    if unknown := set(changes) - set(truth.cells):
        raise KeyError(f"no such cells: {sorted(unknown)}")
    return replace(truth, cells={**truth.cells, **{k: str(v) for k, v in changes.items()}})


def relabel(truth: Truth, change: Callable[[str], str]) -> Truth:
    """Return `truth` with every row label of tables two and three printed as `change` says."""
    officials = [row for table, row, _ in truth.cells if table in (2, 3)]
    officials += [RESULTS, OTHER, *(group for group, _ in GROUPS)]
    return replace(truth, labels={o: change(truth.label(o)) for o in dict.fromkeys(officials)})


def unnumbered(label: str) -> str:
    """Drop the number in front of a label, as where a word processor counts by itself.

    >>> unnumbered("4.保护第三方合法权益"), unnumbered("（三）不予公开")
    ('保护第三方合法权益', '（三）不予公开')
    """
    return re.sub(r"^\d\.", "", label)


def half_width(label: str) -> str:
    """Return a label with half-width brackets, a 、 behind its number and straight quotes.

    >>> half_width("（六）其他处理"), half_width("3.其他")
    ('(六)其他处理', '3、其他')
    """
    plain = label.translate(str.maketrans("（）“”", '()""'))
    return re.sub(r"^(\d)\.", r"\1、", plain)


_NUMBER = re.compile(
    r"(?P<value>-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?)(?P<unit>万元|元|件)?(?:\(.*\))?"
)
_NOT_APPLICABLE = {"/", "-", "—", "不适用"}


def reading(printed: str) -> dict[str, str | None]:
    """Return state, value (a decimal string or None) and, if printed in the cell, unit.

    >>> reading("22（其中修订16件）"), reading("１，２３４")["value"], reading("／")["state"]
    ({'state': 'number', 'value': '22'}, '1234', 'not_applicable')
    >>> reading("251000元")
    {'state': 'number', 'value': '251000', 'unit': '元'}
    """
    text = unicodedata.normalize("NFKC", printed).strip()
    if not text:
        return {"state": "blank", "value": None}
    if text in _NOT_APPLICABLE:
        return {"state": "not_applicable", "value": None}
    match = _NUMBER.fullmatch(text)
    if match is None:
        return {"state": "text", "value": None}
    unit = {"unit": match["unit"]} if match["unit"] else {}
    return {"state": "number", "value": match["value"].replace(",", ""), **unit}


def expected(truth: Truth) -> dict[str, Any]:
    """Return what a reader must find: every cell once, in `cells` or in `unreadable`."""
    return {
        "organ": truth.organ,
        "year": truth.year,
        "format": truth.format,
        "cells": [_expected(truth, k) for k in truth.cells if k not in truth.unreadable],
        "unreadable": [_place(key) for key in truth.cells if key in truth.unreadable],
    }


def _place(key: Key) -> dict[str, Any]:
    return dict(zip(("table", "row", "column"), key, strict=True))


def _expected(truth: Truth, key: Key) -> dict[str, Any]:
    table, row, column = key
    unit = {"unit": truth.units[row]} if table == 1 else {}
    if column.endswith("（单位：万元）"):
        unit = {"unit": "万元"}
    return {**_place(key), **unit, **reading(truth.cells[key])}


def tables(truth: Truth) -> dict[int, Table]:
    """Return the tables of a report, keyed by number (1 is the statistics table)."""
    if truth.format == "statistics":
        return {1: _statistics_table(truth)}
    drawn = {2: _second(truth), 3: _third(truth), 4: _fourth(truth)}
    return {number: drawn[number] for number in drawn if any(k[0] == number for k in truth.cells)}


def _statistics_table(truth: Truth) -> Table:
    columns = list(dict.fromkeys(column for _, _, column in truth.cells))
    heads = [f"{truth.year}年度" if column == "本年度" else column for column in columns]
    first = "统计指标" if columns == ["统计数"] else "指标名称"
    second = "单位" if columns == ["统计数"] else "计量单位"
    table = [[Cell(text) for text in (first, second, *heads)]]
    for row, unit in truth.units.items():
        values = [truth.cells.get((1, row, column)) for column in columns]
        if None in values:
            table.append([Cell(row, len(columns) + 2)])
        else:
            table.append([Cell(row), Cell(unit), *(Cell(str(value)) for value in values)])
    return table


def _second(truth: Truth) -> Table:
    table: Table = []
    for item, columns, rows in ITEMS_2019 if truth.format == "2019" else ITEMS_2021:
        table.append([Cell(f"第二十条第{item}项", 4)])
        table.append([Cell("信息内容"), *_stretched(columns)])
        for row in rows:
            values = [truth.cells[2, row, column] for column in columns]
            table.append([Cell(truth.label(row)), *_stretched(values)])
    return table


def _stretched(texts: Sequence[str]) -> list[Cell]:
    """Return cells that fill three columns; the last one takes what is left."""
    return [*(Cell(text) for text in texts[:-1]), Cell(texts[-1], 4 - len(texts))]


def _third(truth: Truth) -> Table:
    single = (3, OTHER, "总计") in truth.cells
    note = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
    table = [
        [Cell(note, 3, 3), Cell("申请人情况", 7)],
        [Cell("自然人", 1, 2), Cell("法人或其他组织", 5), Cell("总计", 1, 2)],
        [Cell(label) for label in APPLICANTS[1:-1]],
        _line(truth, RECEIVED, 3),
        _line(truth, CARRIED_IN, 3),
    ]
    results = [_line(truth, OPEN, 2), _line(truth, PARTLY, 2)]
    groups = GROUPS if single else (*GROUPS, (OTHER, OTHER_PARTS))
    for group, leaves in groups:
        lines = [_line(truth, leaf, 1) for leaf in leaves]
        lines[0].insert(0, Cell(truth.label(group), 1, len(leaves)))
        results += lines
    results += [_line(truth, OTHER, 2)] if single else []
    results.append(_line(truth, CONCLUDED, 2))
    results[0].insert(0, Cell(truth.label(RESULTS), 1, len(results)))
    return [*table, *results, _line(truth, CARRIED_OUT, 3)]


def _line(truth: Truth, row: str, label_columns: int) -> list[Cell]:
    values = (Cell(truth.cells[3, row, column]) for column in APPLICANTS)
    return [Cell(truth.label(row), label_columns), *values]


def _fourth(truth: Truth) -> Table:
    kinds = [Cell(kind) for kind in RESULT_KINDS]
    return [
        [Cell("行政复议", 5), Cell("行政诉讼", 10)],
        [
            *(Cell(k, 1, 2) for k in RESULT_KINDS),
            Cell("未经复议直接起诉", 5),
            Cell("复议后起诉", 5),
        ],
        [*kinds, *kinds],
        [Cell(truth.cells[4, "", f"{block}/{kind}"]) for block in BLOCKS for kind in RESULT_KINDS],
    ]


def slots(table: Table) -> list[list[Slot]]:
    """Return each row with its grid columns, the cells that cover it from above included."""
    rows: list[list[Slot]] = []
    open_: list[tuple[int, Slot]] = []
    for number, cells in enumerate(table):
        row = [slot._replace(top=False) for last, slot in open_ if last >= number]
        taken = {c for slot in row for c in range(slot.column, slot.column + slot.cell.colspan)}
        column = 0
        for cell in cells:
            while column in taken:
                column += 1
            slot = Slot(column, cell, True)
            row.append(slot)
            open_.append((number + cell.rowspan - 1, slot))
            column += cell.colspan
        rows.append(sorted(row))
    return rows


def width(table: Table) -> int:
    """Return the number of grid columns."""
    return sum(cell.colspan for cell in table[0])


def blocks(truth: Truth) -> Iterator[tuple[str, Any]]:
    """Yield the report in reading order: ("heading" | "prose", text) and ("table", number)."""
    for text in truth.sections.get("序", ()):
        yield "prose", text
    numbers = "一二三四五六" if truth.format != "statistics" else ""
    for number in numbers:
        yield "heading", truth.heading(number)
        for text in truth.sections.get(number, ()):
            yield "prose", text
        if TABLE_OF_SECTION.get(number) in tables(truth):
            yield "table", TABLE_OF_SECTION[number]
    if truth.format == "statistics":
        yield from (("prose", t) for key, ts in truth.sections.items() if key != "序" for t in ts)
        yield "heading", "政府信息公开情况统计表"
        yield "table", 1


_BROKEN = {
    "商业企业": "商业\n企业",
    "科研机构": "科研\n机构",
    "结果维持": "结果\n维持",
    "结果纠正": "结果\n纠正",
    "其他结果": "其他\n结果",
    "尚未审结": "尚未\n审结",
}


def word_dump(truth: Truth) -> bytes:
    """Return the text dump of a word-processor file: one cell a line, after a tab."""
    drawn = tables(truth)
    half = len(truth.organ) + 11
    lines = [truth.title[:half], truth.title[half:], ""]
    marked = False
    for kind, content in blocks(truth):
        if kind == "table":
            lines += ["", "", *_dumped(drawn[content]), "", ""]
        elif kind == "prose" and content.startswith("（三）") and not marked:
            lines.append(f"[bookmark: _GoBack]{content}")
            marked = True
        else:
            lines.append(f"  {content}" if content[:1] in "四五六" else content)
    return ("\n".join(lines) + "\n").encode()


def _dumped(table: Table) -> Iterator[str]:
    for row in slots(table):
        for slot in row:
            yield "\t" + (_BROKEN.get(slot.cell.text, slot.cell.text) if slot.top else "")
        yield ""


@dataclass(frozen=True)
class FlatQuirks:
    """How a page was flattened to text.

    `digits`: "joined" runs the tokens of a row together, "spaced" puts blanks between them,
    "lines" puts each on a line of its own.  Blank cells vanish in all three.
    """

    digits: Literal["joined", "spaced", "lines"] = "joined"
    archive_header: bool = True
    chrome: bool = True


def flat(truth: Truth, quirks: FlatQuirks = FlatQuirks()) -> bytes:
    """Return the page as an archive flattens it: one long line under a header."""
    between = {"joined": "", "spaced": " ", "lines": "\n"}[quirks.digits]
    drawn = tables(truth)
    pieces = []
    for kind, content in blocks(truth):
        if kind == "table":
            texts = [cell.text.strip() for row in drawn[content] for cell in row]
            pieces.append(between + between.join(filter(None, texts)) + between)
        else:
            pieces.append(content if quirks.digits == "joined" else f"{between}{content}{between}")
    body = "".join(pieces)
    if quirks.chrome:
        trail = "当前位置： 首页政务公开政府信息公开政府信息公开年报"
        source = f"来源：{truth.organ} 时间：{truth.published} 09:30"
        tools = "微信 微博 QQ空间 全真版 文字版 文件下载 相关链接： -->"
        body = f"{trail} {truth.title} {source} {tools} {body} 附件下载"
    return ((_archive_header(truth) if quirks.archive_header else "") + body + "\n").encode()


def _archive_header(truth: Truth) -> str:
    return (
        f"标题: {truth.title}\n发布时间: {truth.published} 09:30\n文号: \n"
        f"发布机构: {truth.organ}\n栏目: 政府信息公开年报\n原文链接: {truth.url}\n"
        "本地目录: zwgk/nianbao\n页面链接与图片详见 links.tsv(同目录)\n"
        "==================== 正文 ====================\n"
    )


@dataclass(frozen=True)
class HtmlQuirks:
    """What a web page does to a report; the default is a clean page.

    `empty_for_rowspan` prints an empty td in every row that a merged cell covers.
    `squeezed` draws table two on five columns of which a colspan makes four.
    `split_results` starts a new cell 三、本年度办理结果 at （四）无法提供.
    """

    word_paste: bool = False
    bare_cells: bool = False
    empty_for_rowspan: bool = False
    squeezed: bool = False
    split_results: bool = False
    metadata_table: bool = False
    chrome: bool = False
    meta_tags: bool = False
    declare_charset: bool = True
    encoding: str = "utf-8"


def html(truth: Truth, quirks: HtmlQuirks = HtmlQuirks()) -> bytes:
    """Return the report as a web page."""
    drawn = tables(truth)
    body = [f"<h1>{markup.escape(truth.title)}</h1>"]
    for kind, content in blocks(truth):
        if kind == "table":
            body.append(_html_table(_disturbed(truth, content, drawn[content], quirks), quirks))
        elif kind == "heading" and not quirks.word_paste:
            body.append(f"<h2>{_inline(content, quirks)}</h2>")
        else:
            body.append(f"<p>{_inline(content, quirks)}</p>")
    page = _html_page(truth, "\n".join(body), quirks)
    return page.encode(quirks.encoding)


def _disturbed(truth: Truth, number: int, table: Table, quirks: HtmlQuirks) -> Table:
    if number == 2 and quirks.squeezed:
        return [_squeezed(row) for row in table]
    if number == 3 and quirks.split_results:
        return _split_results(truth, table)
    return table


def _squeezed(row: list[Cell]) -> list[Cell]:
    return [*row[:-1], row[-1]._replace(colspan=row[-1].colspan + 1)]


def _split_results(truth: Truth, table: Table) -> Table:
    label = truth.label(RESULTS)
    top = next(n for n, row in enumerate(table) if row[0].text == label)
    cut = next(n for n, row in enumerate(table) if row[0].text == truth.label("（四）无法提供"))
    height = table[top][0].rowspan
    parted = [list(row) for row in table]
    parted[top][0] = Cell(label, 1, cut - top)
    parted[cut].insert(0, Cell(label, 1, height - (cut - top)))
    return parted


def _inline(text: str, quirks: HtmlQuirks) -> str:
    if not quirks.word_paste:
        return markup.escape(text)
    style = "style=\"mso-spacerun:'yes';font-family:仿宋_GB2312;font-size:16.0000pt;\""
    spans = "".join(f"<span {style}>{markup.escape(char)}</span>" for char in text)
    return f"&nbsp;&nbsp;{spans}<span {style}><o:p></o:p></span>"


def _html_table(table: Table, quirks: HtmlQuirks) -> str:
    rows = []
    for row in slots(table):
        shown = [slot for slot in row if slot.top or quirks.empty_for_rowspan]
        rows.append(f"<tr>{''.join(_td(slot, quirks) for slot in shown)}</tr>")
    head = '<table border="1" cellspacing="0"><tbody>\n'
    return head + "\n".join(rows) + "\n</tbody></table>"


def _td(slot: Slot, quirks: HtmlQuirks) -> str:
    cell = slot.cell
    spans = f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
    if cell.rowspan > 1 and not quirks.empty_for_rowspan:
        spans += f' rowspan="{cell.rowspan}"'
    if not slot.top or not cell.text:
        inner = "<p><o:p>\xa0</o:p></p>" if quirks.word_paste else ""
    elif quirks.bare_cells:
        inner = markup.escape(cell.text)
    else:
        inner = f"<p>{_inline(cell.text, quirks)}</p>"
    return f"<td{spans}>{inner}</td>"


def _html_page(truth: Truth, body: str, quirks: HtmlQuirks) -> str:
    title = markup.escape(truth.title)
    head = f'<meta charset="{quirks.encoding}">\n' if quirks.declare_charset else ""
    if quirks.meta_tags:
        head += (
            f'<meta name="ArticleTitle" content="{title}">\n'
            f'<meta name="PubDate" content="{truth.published} 09:30">\n'
            f'<meta name="ContentSource" content="{truth.organ}">\n'
            f'<meta name="Url" content="{truth.url}">\n'
        )
    if quirks.metadata_table:
        body = _metadata_table(truth) + body
    if quirks.chrome:
        body = _NAVIGATION + body + _FOOTER
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head>\n{head}<title>{title}</title>\n</head>'
        f"<body>\n{body}\n</body></html>\n"
    )


def _metadata_table(truth: Truth) -> str:
    rows = (
        ("名称", truth.title, "索引号", "000000000/2024-00001"),
        ("发布机构", truth.organ, "公开日期", truth.published),
        ("文号", "", "关键词", ""),
    )
    lines = ("<tr>" + "".join(f"<td>{text}</td>" for text in row) + "</tr>" for row in rows)
    return '<table class="table_content"><tbody>' + "".join(lines) + "</tbody></table>\n"


_NAVIGATION = """<div class="head"><ul><li><a href="/">首页</a></li>
<li><a href="/zwgk/">政务公开</a></li><li><a href="/hdjl/">互动交流</a></li></ul>
<script>var visits = 20481;</script></div>
<div class="crumbs">当前位置：首页 &gt; 政务公开 &gt; 政府信息公开年报</div>
<div class="tools">字体：大 中 小　浏览次数：<span id="hits">1357</span> 次　打印本页</div>
"""
_FOOTER = """
<table><tr><td>上一篇：</td><td>没有了</td></tr><tr><td>下一篇：</td><td>没有了</td></tr></table>
<div class="foot">网站标识码：0000000000　备案序号：示例ICP备00000000号　今日访问：86</div>"""


def docx(truth: Truth) -> bytes:
    """Return the report as a docx file with merged cells (gridSpan, vMerge)."""
    from docx import Document

    document = Document()
    document.core_properties.created = document.core_properties.modified = STEADY_TIME
    document.core_properties.title = truth.title
    document.add_paragraph(truth.title)
    drawn = tables(truth)
    for kind, content in blocks(truth):
        if kind == "table":
            _docx_table(document, drawn[content])
        else:
            document.add_paragraph(content)
    stream = io.BytesIO()
    document.save(stream)
    return steady_zip(stream.getvalue())


def _docx_table(document: Any, table: Table) -> None:
    grid = document.add_table(rows=len(table), cols=width(table), style="Table Grid")
    places = [list(row.cells) for row in grid.rows]
    for number, row in enumerate(slots(table)):
        for column, cell, top in row:
            if not top:
                continue
            corner = places[number][column]
            if cell.colspan > 1 or cell.rowspan > 1:
                far = places[number + cell.rowspan - 1][column + cell.colspan - 1]
                corner = corner.merge(far)
            corner.text = cell.text


def xlsx(truth: Truth) -> bytes:
    """Return the report as one sheet: prose in merged rows, tables with their merges."""
    from openpyxl import Workbook

    book = Workbook()
    book.properties.created = STEADY_TIME
    sheet: Any = book.active
    sheet.title = "年度报告"
    drawn = tables(truth)
    line = _xlsx_text(sheet, 1, truth.title)
    for kind, content in blocks(truth):
        if kind == "table":
            line = _xlsx_table(sheet, line, drawn[content])
        else:
            line = _xlsx_text(sheet, line, content)
    stream = io.BytesIO()
    book.save(stream)
    return steady_zip(stream.getvalue())


def _xlsx_text(sheet: Any, line: int, text: str) -> int:
    sheet.cell(line, 1, text)
    sheet.merge_cells(start_row=line, end_row=line, start_column=1, end_column=15)
    return line + 1


def _xlsx_table(sheet: Any, line: int, table: Table) -> int:
    for number, row in enumerate(slots(table), line):
        for column, cell, top in row:
            if not top:
                continue
            value = int(cell.text) if re.fullmatch(r"[0-9]{1,9}", cell.text) else cell.text
            sheet.cell(number, column + 1, value or (value if value == 0 else None))
            if cell.colspan > 1 or cell.rowspan > 1:
                sheet.merge_cells(
                    start_row=number,
                    end_row=number + cell.rowspan - 1,
                    start_column=column + 1,
                    end_column=column + cell.colspan,
                )
    return line + len(table) + 1


def steady_zip(data: bytes) -> bytes:
    """Return an office file without the time at which it was written."""
    stamp = STEADY_TIME.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(
                    rb"(<dcterms:modified[^>]*>)[^<]*", lambda m: m[1] + stamp, content
                )
            info = zipfile.ZipInfo(name, STEADY_TIME.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, content)
    return stream.getvalue()


def markdown(truth: Truth, *, repeated: bool = False) -> bytes:
    """Return the report as Markdown; a merged cell is left empty but once, or `repeated`."""
    drawn = tables(truth)
    lines = [f"# {truth.title}", ""]
    for kind, content in blocks(truth):
        if kind == "table":
            lines += [*_piped(drawn[content], repeated), ""]
        else:
            lines += [f"## {content}" if kind == "heading" else content, ""]
    return "\n".join(lines).encode()


def _piped(table: Table, repeated: bool) -> Iterator[str]:
    columns = width(table)
    for number, row in enumerate(slots(table)):
        texts = [""] * columns
        for slot in row:
            if repeated:
                covered = slice(slot.column, slot.column + slot.cell.colspan)
                texts[covered] = [slot.cell.text] * slot.cell.colspan
            else:
                texts[slot.column] = slot.cell.text if slot.top else ""
        yield "| " + " | ".join(texts) + " |"
        if number == 0:
            yield "|" + " --- |" * columns


@dataclass(frozen=True)
class PdfQuirks:
    """How a report is paged.

    `cut` maps a printed label to the number of its characters that stay on the page; the
    page ends there.  A group label is cut between two of its rows, a leaf label inside its
    row, whose numbers then stay with the first half.  `break_before` are printed labels whose
    row opens a page.  `repeat_header` prints the head of table three again on its next page.
    `rules` says which lines a cell has: all four, the one beneath it, or none.
    """

    cut: Mapping[str, int] = field(default_factory=dict)
    break_before: frozenset[str] = frozenset()
    repeat_header: bool = False
    page_numbers: bool = True
    spaced_labels: bool = False
    rules: Literal["box", "under", "none"] = "box"


def pdf(truth: Truth, quirks: PdfQuirks = PdfQuirks()) -> bytes:
    """Return the report as a PDF with drawn table lines and a text layer."""
    writer = _PdfWriter(quirks)
    writer.paragraph(truth.title, size=15)
    drawn = tables(truth)
    for kind, content in blocks(truth):
        if kind == "table":
            writer.table(drawn[content], head=_HEAD_ROWS.get(content, 0))
        else:
            writer.paragraph(content)
    return writer.finish()


#: Rows of a table that are its head, by table number.
_HEAD_ROWS = {1: 1, 3: 3}
_PAGE = (595.0, 842.0)
_MARGIN = 62.0
_FONT = "STSong-Light"
_SPACED = {"总计": "总 计", **{k: v.replace("\n", " ") for k, v in _BROKEN.items()}}


class _PdfWriter:
    """Flows prose and tables over pages, from the top; `y` is where the next thing starts."""

    def __init__(self, quirks: PdfQuirks) -> None:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.cidfonts import UnicodeCIDFont
        from reportlab.pdfgen.canvas import Canvas

        pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
        self._measure: Callable[[str, str, float], float] = pdfmetrics.stringWidth
        self._stream = io.BytesIO()
        self._canvas = Canvas(self._stream, pagesize=_PAGE, invariant=1, pageCompression=1)
        self._quirks = quirks
        self._page = 1
        self.y = _PAGE[1] - _MARGIN

    def paragraph(self, text: str, size: float = 11) -> None:
        """Write one paragraph, its first line set in by two characters."""
        for line in self._wrap("　　" + text, _PAGE[0] - 2 * _MARGIN, size):
            self._room(size * 1.6)
            self.y -= size * 1.6
            self._write(_MARGIN, self.y, line, size)

    def table(self, table: Table, head: int) -> None:
        """Draw a table, over several pages where it must or shall."""
        table, breaks = _with_cuts(table, self._quirks)
        columns = _column_widths(table)
        heights = self._heights(table, columns)
        self.y -= 8
        start = 0
        while start < len(table):
            stop = self._fitting(heights, start, breaks)
            if stop == start:
                self._next_page()
                continue
            if start and self._quirks.repeat_header and head:
                self._draw(table, columns, heights, 0, head)
            self._draw(table, columns, heights, start, stop)
            start = stop
            if start < len(table):
                self._next_page()
        self.y -= 8

    def finish(self) -> bytes:
        """Return the file."""
        self._number()
        self._canvas.save()
        return self._stream.getvalue()

    def _fitting(self, heights: Sequence[float], start: int, breaks: frozenset[int]) -> int:
        left = self.y - _MARGIN
        for row in range(start, len(heights)):
            left -= heights[row]
            if left < 0 or (row in breaks and row > start):
                return row
        return len(heights)

    def _heights(self, table: Table, columns: Sequence[float]) -> list[float]:
        heights = [16.0] * len(table)
        for number, row in enumerate(slots(table)):
            for column, cell, top in row:
                if top and cell.rowspan == 1:
                    room = sum(columns[column : column + cell.colspan]) - 4
                    lines = len(self._wrap(cell.text, room, 9))
                    heights[number] = max(heights[number], lines * 11 + 5)
        return heights

    def _draw(
        self,
        table: Table,
        columns: Sequence[float],
        heights: Sequence[float],
        start: int,
        stop: int,
    ) -> None:
        edges = [self.y]
        for height in heights[start:stop]:
            edges.append(edges[-1] - height)
        for number, row in enumerate(slots(table)):
            for column, cell, top in row:
                if not top or number >= stop or number + cell.rowspan <= start:
                    continue
                first, last = max(number, start), min(number + cell.rowspan, stop)
                left = _MARGIN + sum(columns[:column])
                right = left + sum(columns[column : column + cell.colspan])
                upper, lower = edges[first - start], edges[last - start]
                if self._quirks.rules == "box":
                    self._canvas.rect(left, lower, right - left, upper - lower)
                elif self._quirks.rules == "under":
                    self._canvas.line(left, lower, right, lower)
                text = _piece(cell, number, start, stop, self._quirks)
                self._fill(text, left, right, upper, lower)
        self.y = edges[-1]

    def _fill(self, text: str, left: float, right: float, upper: float, lower: float) -> None:
        if self._quirks.spaced_labels:
            text = _SPACED.get(text, text)
        lines = self._wrap(text, right - left - 4, 9)
        baseline = (upper + lower) / 2 + len(lines) * 11 / 2 - 9
        for number, line in enumerate(lines):
            self._write(left + 2, baseline - 11 * number, line, 9)

    def _wrap(self, text: str, room: float, size: float) -> list[str]:
        lines = [""]
        for char in text:
            if lines[-1] and self._measure(lines[-1] + char, _FONT, size) > room:
                lines.append("")
            lines[-1] += char
        return lines

    def _write(self, x: float, y: float, text: str, size: float) -> None:
        self._canvas.setFont(_FONT, size)
        self._canvas.drawString(x, y, text)

    def _room(self, height: float) -> None:
        if self.y - height < _MARGIN:
            self._next_page()

    def _next_page(self) -> None:
        self._number()
        self._canvas.showPage()
        self._page += 1
        self.y = _PAGE[1] - _MARGIN

    def _number(self) -> None:
        if self._quirks.page_numbers:
            self._write(_PAGE[0] / 2 - 10, 30, f"- {self._page} -", 10)


def _column_widths(table: Table) -> list[float]:
    columns = width(table)
    room = _PAGE[0] - 2 * _MARGIN
    if columns == 10:
        return [18.0, 62.0, 141.0, *[(room - 221) / 7] * 7]
    if columns == 4:
        return [150.0, *[(room - 150) / 3] * 3]
    return [room / columns] * columns


def _with_cuts(table: Table, quirks: PdfQuirks) -> tuple[Table, frozenset[int]]:
    """Return the table with its cut leaf rows made two, and the rows that open a page."""
    drawn = [list(row) for row in table]
    breaks = set()
    for label, kept in quirks.cut.items():
        found = _find_label(drawn, label)
        if found is None:
            continue
        number, place = found
        if drawn[number][place].rowspan > 1:
            breaks.add(number + 1)
        else:
            _halve_row(drawn, number, place, kept)
            breaks.add(number + 1)
    for label in quirks.break_before:
        found = _find_label(drawn, label)
        if found is not None:
            breaks.add(found[0])
    return drawn, frozenset(breaks)


def _find_label(table: Table, label: str) -> tuple[int, int] | None:
    for number, row in enumerate(table):
        for place, cell in enumerate(row):
            if cell.text == label:
                return number, place
    return None


def _halve_row(table: Table, number: int, place: int, kept: int) -> None:
    label = table[number][place]
    rest = [Cell("", cell.colspan) for cell in table[number][place + 1 :]]
    for above, row in enumerate(table[: number + 1]):
        for index, cell in enumerate(row):
            if cell.rowspan > 1 and above <= number < above + cell.rowspan:
                row[index] = cell._replace(rowspan=cell.rowspan + 1)
    table[number][place] = label._replace(text=label.text[:kept])
    table.insert(number + 1, [label._replace(text=label.text[kept:]), *rest])


def _piece(cell: Cell, number: int, start: int, stop: int, quirks: PdfQuirks) -> str:
    """Return what a page shows of a cell that begins in row `number`."""
    kept = quirks.cut.get(cell.text)
    if kept is not None and number + cell.rowspan > stop:
        return cell.text[:kept]
    if number >= start:
        return cell.text
    return cell.text[kept:] if kept is not None else ""
