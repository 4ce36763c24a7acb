"""A table that is printed and could not be read is listed, never absent."""

from __future__ import annotations

import pytest
from drawn import document, grid
from test_tables import BLOCKS, RESULTS

from indexer.cells import Reading
from indexer.model import Grid
from indexer.reading import read_report
from indexer.unread import list_unread

TITLE = "示例市教育局2022年政府信息公开工作年度报告"
SIX = "六、其他需要报告的事项"
FOUR = "四、政府信息公开行政复议、行政诉讼情况"
#: Results as rows and blocks as columns: no layout that is read.
TURNED = [
    ["", "行政复议", "未经复议直接起诉", "复议后起诉"],
    *[[result, "1", "0", "0"] for result in RESULTS],
]


def read(*blocks: str | Grid):
    return read_report(document(TITLE, *blocks), file="a.html", digest="0")


def tables(report) -> dict[int | None, int]:
    listed = [item.table for item in report.unreadable]
    return {table: listed.count(table) for table in listed}


def test_a_table_in_a_layout_that_nobody_knows_is_listed_with_its_place():
    report = read("二、主动公开政府信息情况", grid(BLOCKS), FOUR, grid(TURNED))
    assert tables(report) == {4: 15}
    assert not any(figure.table == 4 for figure in report.figures)
    first = report.unreadable[0]
    assert (first.indicator, first.column) == ("review.upheld", ("行政复议", "结果维持"))
    assert first.place.table == 1
    assert [f.detail["unreadable"] for f in report.findings if f.rule == "R5"] == ["0", "0", "15"]


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("行政复议 行政诉讼\n未经复议直接起诉 复议后起诉\n结果维 结果纠\n持 正", {4: 15}),
        ("商业企业 科研机构\n社会公益组织", {3: 25}),
        ("一、本年新收政府信息公开申请\n数量 3 4\n四、结转下年度继续办理 1 逾期不补正", {3: 25}),
        ("全年行政复议3件，行政诉讼2件，其中未经复议直接起诉1件、复议后起诉1件。", {}),
        ("结果维持、结果纠正、其他结果、尚未审结四类。", {}),
    ],
    ids=["cut-headings", "columns", "frame", "prose", "enumeration"],
)
def test_headings_side_by_side_are_a_table_and_a_sentence_is_none(text, listed):
    report = read("二、主动公开政府信息情况", grid(BLOCKS), *text.split("\n"))
    single = {3: 23} if "逾期不补正" not in text and 3 in listed else listed
    assert tables(report) == single


def test_without_any_table_read_the_headings_tell_the_form():
    report = read("一、总体情况", "略。", "信息内容 本年新制作数量 本年新公开数量", SIX)
    assert (report.format, set(tables(report))) == ("2019", {2})


def test_what_was_read_or_listed_already_is_left_alone():
    reading = Reading(format="2021")
    list_unread(document("示例", "本报告没有表格。"), reading)
    assert not reading.unreadable
