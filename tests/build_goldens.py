"""Write the golden reports of tests/reports: one folder per flaw that real reports have.

Owns which golden reports there are, their figures and what is special about each.  Run
`python -m tests.build_goldens` after a change; the output is committed.

Leaves to others: how a report is drawn and what must be read from it (redraw.py).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests import redraw
from tests.redraw import (
    APPLICANTS,
    CARRIED_OUT,
    CONCLUDED,
    OPEN,
    OTHER,
    OTHER_REST,
    PARTLY,
    RECEIVED,
    REFUSED,
    UNABLE,
    UNPROCESSED,
    FlatQuirks,
    HtmlQuirks,
    Key,
    PdfQuirks,
    Truth,
    alter,
    expected,
    table2,
    table3,
    table4,
)

FOLDER = Path(__file__).parent / "reports"
_NOTICE = "机关、文字和数字均为虚构，由 `tests/build_goldens.py` 生成，与任何真实机关无关。"


@dataclass(frozen=True)
class Golden:
    """One golden report: its folder, its file, what it says, and what is special (Chinese)."""

    slug: str
    file: str
    data: bytes
    truth: Truth
    about: str


def prose(organ: str, year: int, cells: Mapping[Key, str]) -> dict[str, tuple[str, ...]]:
    """Return plain prose that agrees with `cells`."""
    received, done = cells[3, RECEIVED, "总计"], cells[3, CONCLUDED, "总计"]
    later = cells[3, CARRIED_OUT, "总计"]
    preface = (
        f"按照《中华人民共和国政府信息公开条例》的规定，现公布{organ}{year}年度报告。"
        f"统计时间从{year}年1月1日到{year}年12月31日。"
        "联系电话：0000-0000000，地址：示例市虚构路0号。"
    )
    return {
        "序": (preface,),
        "一": (
            f"（一）主动公开。{year}年通过网站公开信息1520条，召开新闻发布会6场。",
            f"（二）依申请公开。全年新收申请{received}件，办结{done}件，{later}件转入下一年度办理。",
            "（三）信息管理。逐件核对现行文件的效力状态，并在网站上注明。",
        ),
        "五": ("一是部分栏目更新偏慢，二是解读形式单一。下一年将定期检查栏目，增加图表解读。",),
        "六": (f"{year}年没有收取政府信息公开信息处理费。",),
    }


def report(organ: str, year: int, cells: Mapping[Key, str], **more: Any) -> Truth:
    """Return a truth with prose, a date and an address."""
    format_ = more.pop("format", "2021")
    return Truth(
        organ,
        year,
        format_,
        cells,
        prose(organ, year, cells),
        published=f"{year + 1}-01-19",
        url=f"https://www.example.invalid/zwgk/{year + 1}/nianbao.html",
        **more,
    )


_SECOND = table2(
    "2021",
    {
        "规章": (0, 0, 0),
        "行政规范性文件": (6, 2, 31),
        "行政许可": (4127,),
        "行政处罚": (865,),
        "行政强制": (14,),
        "行政事业性收费": ("356.8",),
    },
)
_THIRD_2021: dict[str, int | Sequence[int]] = {
    OPEN: (21, 3, 0, 0, 0, 0),
    PARTLY: (5, 0, 0, 1, 0, 0),
    REFUSED[3]: 2,
    REFUSED[5]: (0, 1, 0, 0, 0, 0),
    UNABLE[0]: (10, 1, 0, 0, 0, 0),
    UNPROCESSED[1]: 1,
    OTHER_REST: 4,
}
_FOURTH = table4((2, 1, 0, 1), (1, 0, 0, 0), (0, 0, 1, 0))


def plain_cells() -> dict[Key, str]:
    """Return the cells of a report of the 2021 format that keeps every rule."""
    return {
        **_SECOND,
        **table3(_THIRD_2021, carried_in=1, carried_out=(2, 0, 0, 0, 0, 1)),
        **_FOURTH,
    }


def single_other_cells() -> dict[Key, str]:
    """Return the same with （六）其他处理 in one row."""
    outcomes = {key: value for key, value in _THIRD_2021.items() if key != OTHER_REST}
    third = table3({**outcomes, OTHER: 4}, carried_in=1, carried_out=2, single_other=True)
    return {**_SECOND, **third, **_FOURTH}


def cells_2019() -> dict[Key, str]:
    """Return the cells of a report of the 2019 format."""
    second = table2(
        "2019",
        {
            "规章": (0, 0, 0),
            "规范性文件": (12, 12, 64),
            "行政许可": (218, -18, 3306),
            "其他对外管理服务事项": (40, 3, 1275),
            "行政处罚": (1904, 26, 512),
            "行政强制": (88, 0, 9),
            "行政事业性收费": (21, -2),
            "政府集中采购": (73, "18456320.75元"),
        },
    )
    outcomes: dict[str, int | Sequence[int]] = {
        OPEN: 14,
        PARTLY: (2, 1, 0, 0, 0, 0),
        UNABLE[0]: 6,
        UNPROCESSED[0]: 2,
        OTHER: 1,
    }
    return {**second, **table3(outcomes, carried_out=1, single_other=True), **table4((0, 0, 0, 1))}


def blank_but(cells: Mapping[Key, str], kept: tuple[str, ...]) -> dict[Key, str]:
    """Return `cells` with every column of table three blank but `kept`."""
    return {k: "" if k[0] == 3 and k[2] not in kept else text for k, text in cells.items()}


def text_goldens() -> list[Golden]:
    """Return the reports that are plain text."""
    dump = report("示例市清溪区人民政府", 2021, plain_cells())
    joined = report("示例市临江区人民政府", 2022, plain_cells())
    joined = alter(joined, {(2, "行政规范性文件", "现行有效件数"): 3665})
    joined = replace(joined, unreadable=_row_keys(joined, 2, "行政规范性文件"))
    spaced = report("示例省临川市人民政府", 2022, plain_cells())
    lines = report("示例省临川市民政局", 2023, single_other_cells())
    blanks = report("示例省临川市教育局", 2023, blank_but(plain_cells(), ("自然人", "总计")))
    blanks = alter(blanks, {(2, "行政规范性文件", "现行有效件数"): 9})
    unproved = frozenset(k for k in blanks.cells if k[0] == 3)
    blanks = replace(blanks, unreadable=unproved | _row_keys(blanks, 2, "行政规范性文件"))
    return [
        Golden(
            "word-dump-2021",
            "report.txt",
            redraw.word_dump(dump),
            dump,
            "文字处理文件的文本转储：每格一行、前有制表符，行后空一行，合并处为空格子，"
            "“商业企业”等断成两行，标题断成两行，带 `[bookmark: _GoBack]`。",
        ),
        Golden(
            "flat-joined-2021",
            "report.txt",
            redraw.flat(joined),
            joined,
            "网页压平成一行，数字连写，前有归档抬头和导航文字。表三各行只凭行内和列间的勾稽关系"
            "就只有一种拆法（“101000011”一行要靠列才能确定）；表二规范性文件“623665”无法拆分，"
            "应报不可读。",
        ),
        Golden(
            "flat-spaced-2021",
            "report.txt",
            redraw.flat(spaced, FlatQuirks("spaced")),
            spaced,
            "网页压平成一行，格子之间有空格。",
        ),
        Golden(
            "flat-lines-2021",
            "report.txt",
            redraw.flat(lines, FlatQuirks("lines", chrome=False)),
            lines,
            "网页压平后每个格子一行；（六）其他处理只有一行。",
        ),
        Golden(
            "flat-blanks-2021",
            "report.txt",
            redraw.flat(blanks),
            blanks,
            "网页压平且数字连写，法人各列原为空白：每行少于七个数，说不清哪一列是空的，"
            "表三全部应报不可读；表二中规范性文件一行的三个数也可能藏着空格，同样不可读；其余可读。",
        ),
    ]


def _row_keys(truth: Truth, table: int, row: str) -> frozenset[Key]:
    return frozenset(key for key in truth.cells if key[:2] == (table, row))


def html_goldens() -> list[Golden]:
    """Return the web pages."""
    clean = report("示例市东湖区人民政府", 2024, plain_cells())
    paste = report("示例市东湖区教育局", 2023, blank_but(plain_cells(), ("自然人", "总计")))
    paste = replace(paste, labels={"行政规范性文件": "规范性文件"})
    old = report("示例省平川县人民政府", 2019, cells_2019(), format="2019")
    late = report("示例省平川县统计局", 2023, cells_2019(), format="2019")
    covered = report("示例省平川县人民政府", 2021, plain_cells())
    return [
        Golden(
            "html-clean-2021",
            "report.html",
            redraw.html(clean, HtmlQuirks(meta_tags=True)),
            clean,
            "干净的网页，带政府网站的 meta 标签（ArticleTitle、PubDate、ContentSource、Url）。",
        ),
        Golden(
            "html-word-paste-2021",
            "report.html",
            redraw.html(
                paste,
                HtmlQuirks(
                    word_paste=True,
                    metadata_table=True,
                    chrome=True,
                    declare_charset=False,
                    encoding="gb18030",
                ),
            ),
            paste,
            "从文字处理软件粘贴的网页：一字一个 span，`<o:p>`，`&nbsp;`，GB18030 编码且未声明；"
            "第一张表是元数据，前后有导航、浏览次数和上下篇表格；法人各列空白（空白不是零）；"
            "“行政规范性文件”写成“规范性文件”。",
        ),
        Golden(
            "html-split-2019",
            "report.html",
            redraw.html(
                old,
                HtmlQuirks(bare_cells=True, squeezed=True, split_results=True, meta_tags=True),
            ),
            old,
            "2019 年格式的网页：“三、本年度办理结果”因分页断成两格，td 里直接写字，"
            "表二用 colspan 把五列并成四列；本年增/减为负数，采购金额自带单位“元”。",
        ),
        Golden(
            "html-late-2019",
            "report.html",
            redraw.html(late, HtmlQuirks(encoding="gb18030", chrome=True)),
            late,
            "2023 年的报告仍用 2019 年格式的表格：按表头认格式，不按年份；GB18030 编码且已声明。",
        ),
        Golden(
            "html-empty-td-2021",
            "report.html",
            redraw.html(covered, HtmlQuirks(empty_for_rowspan=True, bare_cells=True)),
            covered,
            "应当 rowspan 的地方每行都是一个空 td。",
        ),
        mistaken(),
    ]


def mistaken() -> Golden:
    """Return the report whose publisher made mistakes and wrote words into cells."""
    truth = report("示例省临川市自然资源局", 2022, single_other_cells())
    truth = alter(
        truth,
        {
            (2, "规章", "本年制发件数"): "/",
            (2, "规章", "本年废止件数"): "—",
            (2, "规章", "现行有效件数"): "不适用",
            (2, "行政处罚", "本年处理决定数量"): "详见附件",
            (2, "行政强制", "本年处理决定数量"): "",
            (3, RECEIVED, "总计"): 27,
            (3, OPEN, "总计"): 21,
            (3, CONCLUDED, "总计"): "",
            (4, "", "行政复议/结果维持"): 10,
            (4, "", "行政复议/结果纠正"): 1,
            (4, "", "行政复议/尚未审结"): 0,
            (4, "", "行政复议/总计"): 0,
        },
    )
    labels = {REFUSED[1]: "2.其他法律行政止公开", "行政规范性文件": "规范性文件"}
    truth = replace(truth, labels=labels)
    return Golden(
        "html-mistakes-2021",
        "report.html",
        redraw.html(truth),
        truth,
        "发布者自己的错误，照录不改：复议 10 + 1 而总计为 0；予以公开各列合计 24 而总计印 21；"
        "新收总计印 27 与各列不符；（七）总计空白；表二有 `/`、`—`、`不适用`、`详见附件` 和空白；"
        "标签掉字（其他法律行政止公开）、“规范性文件”、（六）其他处理只有一行。",
    )


def office_goldens() -> list[Golden]:
    """Return the docx, xlsx and Markdown files."""
    notes = report("示例市人民政府办公室", 2023, plain_cells())
    notes = alter(
        notes,
        {
            (2, "行政规范性文件", "本年制发件数"): "22（其中修订16件）",
            (2, "行政许可", "本年处理决定数量"): "1,234",
            (2, "行政处罚", "本年处理决定数量"): "12件",
            (2, "行政强制", "本年处理决定数量"): "１２",
            (2, "行政事业性收费", "本年收费金额（单位：万元）"): "24252.311082",
        },
    )
    bare = redraw.relabel(report("示例市卫生健康委员会", 2022, plain_cells()), redraw.unnumbered)
    narrow = redraw.relabel(report("示例市民政局", 2022, plain_cells()), redraw.half_width)
    purchase = (2, "政府集中采购", "采购总金额")
    money = report("示例市财政局", 2020, {**cells_2019(), purchase: "251000元"}, format="2019")
    sheet = report("示例市水务局", 2024, blank_but(plain_cells(), (*APPLICANTS[:2], "总计")))
    pipes = report("示例市交通运输局", 2023, plain_cells())
    again = report("示例市商务局", 2023, plain_cells())
    return [
        Golden(
            "docx-notes-2021",
            "report.docx",
            redraw.docx(notes),
            notes,
            "docx，gridSpan 与 vMerge 齐全；格子里有附注、单位、千分位、全角数字和六位小数。",
        ),
        Golden(
            "docx-unnumbered-2021",
            "report.docx",
            redraw.docx(bare),
            bare,
            "docx，三级标签前的编号由软件自动生成，文字里没有（“保护第三方合法权益”）。",
        ),
        Golden(
            "docx-half-width-2021",
            "report.docx",
            redraw.docx(narrow),
            narrow,
            "docx，半角括号和引号，编号写作“3、其他”。",
        ),
        Golden(
            "docx-2019",
            "report.docx",
            redraw.docx(money),
            money,
            "docx，2019 年格式；采购总金额“251000元”的单位在格子里；本年增/减为 -18。",
        ),
        Golden(
            "xlsx-2021",
            "report.xlsx",
            redraw.xlsx(sheet),
            sheet,
            "xlsx，全国统一格式，合并单元格；数字格是数值类型，四列法人空白。",
        ),
        Golden(
            "md-2021",
            "report.md",
            redraw.markdown(pipes),
            pipes,
            "Markdown 竖线表格：没有合并，被合并处留空。",
        ),
        Golden(
            "md-repeated-2021",
            "report.md",
            redraw.markdown(again, repeated=True),
            again,
            "Markdown 竖线表格：没有合并，被合并的文字在每一格里重复。",
        ),
    ]


def pdf_goldens() -> list[Golden]:
    """Return the PDF files."""
    group = report("示例市西山区人民政府", 2024, single_other_cells())
    leaf = report("示例市西山区教育局", 2022, plain_cells())
    under = report("示例市西山区水务局", 2023, blank_but(plain_cells(), (*APPLICANTS[:2], "总计")))
    bare = report("示例市西山区民政局", 2024, plain_cells())
    bare = replace(bare, unreadable=frozenset(key for key in bare.cells if key[0] in (3, 4)))
    return [
        Golden(
            "pdf-underlined-2021",
            "report.pdf",
            redraw.pdf(under, PdfQuirks(rules="under")),
            under,
            "PDF：表格只有横线（每格下边一条），没有竖线；第一行上方也没有线；四列法人空白，"
            "空白不能被旁边的数字占去。",
        ),
        Golden(
            "pdf-unruled-2021",
            "report.pdf",
            redraw.pdf(bare, PdfQuirks(rules="none")),
            bare,
            "PDF：表格一条线也没有，表三、表四的表头和标签折成几行，数字夹在中间：说不清谁是谁，"
            "两张表全部应报不可读，不能说报告里没有；表二各行仍可读。",
        ),
        Golden(
            "pdf-cut-group-2021",
            "report.pdf",
            redraw.pdf(group, PdfQuirks(cut={"（四）无法提供": 4}, repeat_header=True)),
            group,
            "PDF：表三跨页，“（四）无”和“法提供”分在两页，续页重印表头，页码夹在中间；"
            "（六）其他处理只有一行。",
        ),
        Golden(
            "pdf-cut-leaf-2021",
            "report.pdf",
            redraw.pdf(
                leaf,
                PdfQuirks(
                    cut={UNPROCESSED[4]: 10},
                    break_before=frozenset({"第二十条第（六）项"}),
                    spaced_labels=True,
                ),
            ),
            leaf,
            "PDF：一行被分页切开，“5.要求行政机关确认或”在前页（连同数字），其余标签在后页；"
            "表二也跨页；“总 计”“结果 维持”等字间有空格。",
        ),
    ]


_YEARLY = ("本年度", "历年累计")


def statistics_goldens() -> list[Golden]:
    """Return the reports to 2018."""
    rows: list[tuple[str, str, tuple[int | str, ...]]] = [
        ("主动公开信息数", "条", (3120, 20866)),
        ("其中：1、网站公开", "条", (3098, 20411)),
        ("2、政府公报公开", "条", (22, 455)),
        ("受理依申请公开信息总数", "条", (17, 96)),
        ("其中：1、当面申请数", "条", (4, 31)),
        ("2、传真申请数", "条", (0, 2)),
        ("3、电子邮件申请数", "条", (1, 8)),
        ("4、网上申请数", "条", (9, 41)),
        ("5、信函申请数", "条", (3, 14)),
        ("对申请的答复总数", "条", (17, 96)),
        ("其中：1、同意公开答复数", "条", (12, 70)),
        ("2、同意部分公开答复数", "条", (2, 9)),
        ("3、否决公开答复数", "条", (3, 17)),
        ("行政复议数", "件", (1, 3)),
        ("行政诉讼数", "件", (0, 1)),
        ("行政申诉、举报数", "件", (0, 0)),
    ]
    page = _statistical("示例省海坛县人民政府", 2016, rows, _YEARLY)
    gap = _statistical("示例省海坛县民政局", 2013, rows, _YEARLY)
    gap = alter(gap, {(1, "2、政府公报公开", "历年累计"): ""})
    gap = replace(gap, unreadable=_row_keys(gap, 1, "2、政府公报公开"))
    counted = _statistical("示例省海坛县教育局", 2017, _NATIONAL_ROWS, ("统计数",))
    return [
        Golden(
            "statistics-html",
            "report.html",
            redraw.html(page, HtmlQuirks(chrome=True)),
            page,
            "2018 年以前的统计表：指标名称｜计量单位｜2016年度｜历年累计，网页。",
        ),
        Golden(
            "statistics-spaced",
            "report.txt",
            redraw.flat(gap, FlatQuirks("spaced")),
            gap,
            "2018 年以前的统计表，压平且以空格分隔；“2、政府公报公开”一行只印了一个数，"
            "说不清属于哪一列，应报不可读。",
        ),
        Golden(
            "statistics-docx",
            "report.docx",
            redraw.docx(counted),
            counted,
            "2014 至 2018 年常见的统计表：统计指标｜单位｜统计数，分部分，docx。",
        ),
    ]


_NATIONAL_ROWS: list[tuple[str, str, tuple[int | str, ...]]] = [
    ("一、主动公开情况", "", ()),
    ("（一）主动公开政府信息数", "条", (845,)),
    ("其中：主动公开规范性文件数", "条", (11,)),
    ("制发规范性文件总数", "件", (11,)),
    ("二、回应解读情况", "", ()),
    ("（一）回应公众关注热点或重大舆情数", "次", (7,)),
    ("1.参加或举办新闻发布会总次数", "次", (2,)),
    ("2.政府网站在线访谈次数", "次", (3,)),
    ("3.政策解读稿件发布数", "篇", (19,)),
    ("三、依申请公开情况", "", ()),
    ("（一）收到申请数", "件", (8,)),
    ("1.当面申请数", "件", (3,)),
    ("2.网络申请数", "件", (5,)),
    ("（二）申请办结数", "件", (8,)),
    ("四、行政复议数量", "件", (1,)),
    ("五、行政诉讼数量", "件", (0,)),
    ("六、依申请公开信息收取的费用", "万元", ("0.35",)),
]


def _statistical(
    organ: str,
    year: int,
    rows: list[tuple[str, str, tuple[int | str, ...]]],
    columns: tuple[str, ...],
) -> Truth:
    cells, units = redraw.statistics(rows, columns)
    sections = {
        "序": (f"现公布{organ}{year}年政府信息公开工作情况，数据统计到{year}年12月31日。",),
        "一": ("一、概述", "本机关按时更新公开目录，安排专人受理申请。"),
    }
    published, url = f"{year + 1}-03-02", f"https://www.example.invalid/{year + 1}/nb.html"
    return Truth(
        organ, year, "statistics", cells, sections, published=published, url=url, units=units
    )


def goldens() -> list[Golden]:
    """Return every golden report."""
    return [
        *text_goldens(),
        *html_goldens(),
        *office_goldens(),
        *pdf_goldens(),
        *statistics_goldens(),
    ]


def expected_text(truth: Truth) -> str:
    """Return expected.json: one cell a line, so that a change shows as one line."""
    found = expected(truth)
    lines = {
        name: ",\n".join("  " + json.dumps(cell, ensure_ascii=False) for cell in found.pop(name))
        for name in ("cells", "unreadable")
    }
    head = ",\n".join(f' "{k}": {json.dumps(v, ensure_ascii=False)}' for k, v in found.items())
    lists = ",\n".join(f' "{name}": [\n{body}\n ]' for name, body in lines.items())
    return f"{{\n{head},\n{lists}\n}}\n"


def write(golden: Golden, folder: Path) -> None:
    """Write one golden folder."""
    target = folder / golden.slug
    target.mkdir(parents=True, exist_ok=True)
    (target / golden.file).write_bytes(golden.data)
    (target / "expected.json").write_text(expected_text(golden.truth), encoding="utf-8")
    about = f"# {golden.truth.title}\n\n{golden.about}\n\n{_NOTICE}\n"
    (target / "ABOUT.md").write_text(about, encoding="utf-8")


def main() -> None:
    """Write all golden folders."""
    for golden in goldens():
        write(golden, FOLDER)


if __name__ == "__main__":
    main()
