from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from loader_files import shape, spans_hold, xlsx, zipped

from indexer.errors import UnreadableFile
from indexer.loaders import read_document


def blocks(rows, merges=()):
    document = read_document(xlsx(rows, merges=merges), "a.xlsx")
    assert document.kind == "xlsx"
    assert spans_hold(document)
    return shape(document)


def test_prose_and_headings_stand_outside_the_grid():
    rows = [
        ["示例市2024年度报告"],
        ["本报告由示例市编制，数据统计期限为全年十二个月。"],
        ["二、主动公开政府信息情况"],
        ["第二十条第（一）项"],
        ["信息内容", "本年制发件数", "现行有效件数"],
        ["规章", 0, 2],
        ["五、存在的问题"],
        ["没有。"],
    ]
    assert blocks(rows, ["A1:C1", "A4:C4"]) == [
        "示例市2024年度报告",
        "本报告由示例市编制，数据统计期限为全年十二个月。",
        "二、主动公开政府信息情况",
        [
            ["第二十条第（一）项 r1c3"],
            ["信息内容", "本年制发件数", "现行有效件数"],
            ["规章", "0", "2"],
        ],
        "五、存在的问题",
        "没有。",
    ]


def test_rows_of_an_empty_form_stay_in_the_grid():
    rows = [
        ["项目", "自然人", "总计"],
        ["一、本年新收政府信息公开申请数量"],
        ["（七）总计", None, 3],
    ]
    assert blocks(rows) == [
        [
            ["项目", "自然人", "总计"],
            ["一、本年新收政府信息公开申请数量", "", ""],
            ["（七）总计", "", "3"],
        ]
    ]


def test_merged_ranges_are_spans():
    rows = [["结果", "（一）", 1], [None, "（二）", 2]]
    assert blocks(rows, ["A1:A2"]) == [[["结果 r2c1", "（一）", "1"], ["1:（二）", "2"]]]


@pytest.mark.parametrize(
    ("value", "printed"),
    [(33588.0, "33588"), (0.1 + 0.2, "0.3"), (96171.6, "96171.6"), (-18, "-18"), (1e6, "1000000")],
)
def test_numbers_print_without_noise(value, printed):
    assert blocks([["甲", "乙"], ["丙", value]]) == [[["甲", "乙"], ["丙", printed]]]


def _with(old: bytes, new: bytes) -> bytes:
    with zipfile.ZipFile(BytesIO(xlsx([["甲", 1], ["乙", 2]]))) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    assert old in parts[sheet]
    return zipped({**parts, sheet: parts[sheet].replace(old, new)})


def test_a_cell_in_the_furthest_corner_does_not_fill_the_sheet():
    document = read_document(_with(b'r="B2"', b'r="XFD1048576"'), "a.xlsx")
    assert len(document.blocks[0].cells) == 9


HUGE_MERGE = b'<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b"</sheetData>", b"</sheetData>" + HUGE_MERGE, "too_large"),
        (b"</sheetData>", b"<row>" + b"<c/>" * 200_001 + b"</row></sheetData>", "too_large"),
        (b"<worksheet", b"<!DOCTYPE a><worksheet", "damaged"),
        (b"</worksheet>", b"", "damaged"),
    ],
    ids=["huge-merge", "many-cells", "doctype", "broken"],
)
def test_refused_workbooks(old, new, reason):
    with pytest.raises(UnreadableFile) as caught:
        read_document(_with(old, new), "a.xlsx")
    assert caught.value.reason == reason
