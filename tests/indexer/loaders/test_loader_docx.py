from __future__ import annotations

import io

import docx as python_docx
import pytest
from loader_files import W, docx, p, shape, spans_hold, tbl, tc, zipped

from indexer.errors import UnreadableFile
from indexer.loaders import kind_of, read_document


def blocks(body: str):
    document = read_document(docx(body), "a.docx")
    assert document.kind == "docx"
    assert spans_hold(document)
    return shape(document)


def refusal(data: bytes) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read_document(data, "a.docx")
    return caught.value.reason


def test_merged_cells():
    table = tbl(
        [tc("说明", span=2, merge="restart"), tc("申请人", span=2)],
        [tc("", span=2, merge="continue"), tc("商业"), tc("其他")],
        [tc("结果", merge="restart"), tc("（一）"), tc("1"), tc("2")],
        [tc("不显示", merge="continue"), tc("（二）"), tc(""), tc("4")],
    )
    assert blocks(p("一、总体情况") + table) == [
        "一、总体情况",
        [
            ["说明 r2c2", "申请人 r1c2"],
            ["2:商业", "其他"],
            ["结果 r2c1", "（一）", "1", "2"],
            ["1:（二）", "", "4"],
        ],
    ]


def test_a_merge_that_continues_nothing_is_a_cell():
    table = tbl([tc("甲"), tc("1")], [tc("乙", span=2, merge="continue")])
    assert blocks(table) == [[["甲", "1"], ["乙 r1c2"]]]


def test_rows_that_begin_later():
    row = '<w:trPr><w:gridBefore w:val="1"/></w:trPr>'
    assert blocks(tbl([tc("甲"), tc("1")], [row, tc("2")])) == [[["甲", "1"], ["1:2"]]]


@pytest.mark.parametrize("span", ["100000000000", "-3", "x"])
def test_a_span_beyond_reason_is_cut(span):
    cells = blocks(tbl([tc("甲", span=span)], [tc("1"), tc("2")]))
    assert cells in ([[["甲 r1c2"], ["1", "2"]]], [[["甲"], ["1", "2"]]])


def test_revisions_and_hidden_text():
    run = "<w:r><w:t>{}</w:t></w:r>"
    body = (
        f"<w:p>{run.format('收到')}<w:ins>{run.format('12')}</w:ins>"
        "<w:del><w:r><w:delText>11</w:delText></w:r></w:del>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>暗</w:t></w:r>"
        '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>件</w:t></w:r>'
        "<w:r><w:instrText>PAGE</w:instrText><w:tab/><w:t>。</w:t></w:r></w:p>"
    )
    assert blocks(body) == ["收到12件 。"]


def test_content_controls_and_one_of_each_choice():
    box = f"<w:txbxContent>{p('框内')}</w:txbxContent>"
    choice = (
        f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice>"
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    )
    body = (
        f"<w:sdt><w:sdtContent>{p('控件内')}</w:sdtContent></w:sdt>"
        f"<w:p><w:r><w:t>正文</w:t></w:r><w:r>{choice}</w:r></w:p>"
    )
    assert blocks(body) == ["控件内", "正文", "框内"]


def test_nested_tables_follow_their_table_and_layout_is_opened():
    inner = tbl([tc("甲"), tc("1")])
    cell = f"<w:tc>{p('外')}{inner}</w:tc>"
    assert blocks(tbl([cell, tc("2")])) == [[["外", "2"]], [["甲", "1"]]]
    assert blocks(tbl([cell])) == ["外", [["甲", "1"]]]


def test_a_cell_with_several_paragraphs():
    cell = f"<w:tc>{p('商业')}{p('企业')}</w:tc>"
    assert blocks(tbl([cell, tc("1")])) == [[["商业\n企业", "1"]]]


def test_a_document_that_a_library_wrote():
    made = python_docx.Document()
    made.add_paragraph("示例市2023年政府信息公开工作年度报告")
    table = made.add_table(3, 3)
    for index, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = str(index)
    table.cell(0, 1).merge(table.cell(0, 2)).text = "合并"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "竖"
    made.core_properties.title = "示例市2023年度报告"
    target = io.BytesIO()
    made.save(target)
    document = read_document(target.getvalue(), "a.pdf")
    assert shape(document) == [
        "示例市2023年政府信息公开工作年度报告",
        [["0", "合并 r1c2"], ["竖 r2c1", "4", "5"], ["1:7", "8"]],
    ]
    assert document.provenance == {"title": "示例市2023年度报告"}


def test_strict_documents():
    strict = f'<w:document xmlns:w="{W}"><w:body>{p("正文")}</w:body></w:document>'.replace(
        W, "http://purl.oclc.org/ooxml/wordprocessingml/main"
    )
    data = zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": strict})
    assert shape(read_document(data, "a.docx")) == ["正文"]


ENTITIES = (
    '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY f SYSTEM "file:///etc/hostname">]>'
)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (docx(""), "empty"),
        (docx("<w:p/>" * 2_000_000), "too_large"),
        (docx("<w:p/>" * 100_000), "empty"),
        (docx(p("甲" * 25_000_000)), "too_large"),
        (docx(p("&f;"), head=ENTITIES), "damaged"),
        (docx("<w:p>"), "damaged"),
        (docx(p("正文"))[:-40], "damaged"),
        (docx(p("正文"))[:60], "damaged"),
        (zipped({"a.txt": "x"}), "not_a_report_kind"),
        (zipped({"OFD.xml": "<a/>"}), "ofd"),
        (zipped({"[Content_Types].xml": "<Types/>", "ppt/a.xml": ""}), "not_a_report_kind"),
        (zipped({"[Content_Types].xml": "<Types/>", "word/styles.xml": ""}), "damaged"),
    ],
    ids=[
        *("no-text", "million-paragraphs", "paragraphs", "bomb", "entities", "broken-xml"),
        *("cut-end", "cut", "zip", "ofd", "slides", "no-document"),
    ],
)
def test_refused_packages(data, reason):
    assert refusal(data) == reason


def test_many_members_are_refused():
    parts = {f"{number}.txt": "" for number in range(10_001)}
    data = zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<a/>", **parts})
    assert refusal(data) == "too_large"


def test_the_suffix_does_not_matter():
    assert kind_of(docx(p("正文"))) == "docx"
    assert read_document(docx(p("正文")), "报告.pdf").kind == "docx"
