"""The tables to 2018: the printed label is the key, each row has its own unit."""

from __future__ import annotations

import pytest
from drawn import document, grid

from indexer.statistics import is_statistics, read_statistics
from tests.cases import load_cases


@pytest.mark.parametrize("case", load_cases("statistics"))
def test_rows_are_read(case):
    made = document("示例市2014年政府信息公开情况统计表", grid(case["rows"]))
    assert is_statistics(made)
    reading = read_statistics(made)
    found = [[f.row[-1], f.column[-1], f.printed, f.unit, f.indicator] for f in reading.figures]
    assert found == case["figures"]
    assert not reading.unreadable


def test_a_part_hangs_under_its_total():
    rows = [["指标名称", "单位", "本年度"], ["对申请的答复总数", "件", "5"],
            ["其中：1、同意公开答复数", "件", "4"], ["2、否决公开答复数", "件", "1"],
            ["行政诉讼数", "件", "0"]]  # fmt: skip
    paths = [f.row for f in read_statistics(document("示例", grid(rows))).figures]
    assert paths == [
        ("对申请的答复总数",),
        ("对申请的答复总数", "其中：1、同意公开答复数"),
        ("对申请的答复总数", "2、否决公开答复数"),
        ("行政诉讼数",),
    ]


PARTED = [
    ["统计指标", "单位", "统计数"],
    ["一、主动公开情况", "", ""],
    ["（一）主动公开政府信息数", "条", "30"],
    ["其中：主动公开规范性文件数", "条", "4"],
    ["制发规范性文件总数", "件", "5"],
    ["（二）通过不同渠道和方式公开政府信息的情况", "", ""],
    ["1.政府公报公开政府信息数", "条", "6"],
    ["2.政府网站公开政府信息数", "条", "7"],
    ["四、行政复议数量", "件", "3"],
    ["（一）维持具体行政行为数", "件", "2"],
    ["五、行政诉讼数量", "件", "1"],
    ["（一）维持具体行政行为或者驳回原告诉讼请求数", "件", "0"],
    ["六、举报投诉数量", "件", "/"],
    ["七、依申请公开信息收取的费用", "万元", "0.2"],
]


def test_every_row_keeps_the_headings_above_it():
    reading = read_statistics(document("示例", grid(PARTED)))
    one, two = "一、主动公开情况", "（二）通过不同渠道和方式公开政府信息的情况"
    assert [f.row for f in reading.figures] == [
        (one, "（一）主动公开政府信息数"),
        (one, "（一）主动公开政府信息数", "其中：主动公开规范性文件数"),
        (one, "（一）主动公开政府信息数", "制发规范性文件总数"),
        (one, two, "1.政府公报公开政府信息数"),
        (one, two, "2.政府网站公开政府信息数"),
        ("四、行政复议数量",),
        ("四、行政复议数量", "（一）维持具体行政行为数"),
        ("五、行政诉讼数量",),
        ("五、行政诉讼数量", "（一）维持具体行政行为或者驳回原告诉讼请求数"),
        ("六、举报投诉数量",),
        ("七、依申请公开信息收取的费用",),
    ]
    assert {f.table for f in reading.figures} == {1}


def test_a_row_of_a_table_without_units_that_is_left_blank_is_blank_and_no_heading():
    rows = [["指标名称", "本年度", "历年累计"], ["一、主动公开情况", "", ""],
            ["（一）示例事项数", "", ""], ["（二）示例会议数", "1", "2"]]  # fmt: skip
    figures = read_statistics(document("示例", grid(rows))).figures
    assert [(f.row[-1], f.state) for f in figures] == [
        ("（一）示例事项数", "blank"), ("（一）示例事项数", "blank"),
        ("（二）示例会议数", "number"), ("（二）示例会议数", "number"),
    ]  # fmt: skip


def test_the_parts_of_a_table_keep_their_headings_over_a_page_break():
    upper, lower = PARTED[:7], [PARTED[0], *PARTED[7:]]
    made = document("示例", grid(upper), grid(lower, continued=True))
    assert read_statistics(made).figures[4].row[:2] == ("一、主动公开情况", PARTED[5][0])


@pytest.mark.parametrize(
    ("printed", "column"),
    [
        ("2014年度", "本年度"),
        ("2014年", "本年度"),
        ("2014年统计数", "统计数"),
        ("本年数", "本年数"),
    ],
    ids=["year", "short", "with-words", "no-year"],
)
def test_a_year_in_a_heading_is_left_out(printed, column):
    rows = [["指标名称", "单位", printed], ["行政复议数", "件", "2"]]
    (figure,) = read_statistics(document("示例", grid(rows))).figures
    assert (figure.column, figure.indicator) == ((column,), "stat.review")


def test_running_text_with_a_number_too_few_is_listed():
    text = "指标名称 计量单位 2014年度 历年累计\n行政复议数 件 2 5\n行政诉讼数 件 3\n"
    reading = read_statistics(document(text))
    assert [(f.indicator, f.printed) for f in reading.figures] == [
        ("stat.review", "2"),
        ("stat.review.cumulative", "5"),
    ]
    assert {u.indicator for u in reading.unreadable} == {"stat.lawsuit", "stat.lawsuit.cumulative"}


def test_another_table_is_none():
    assert not is_statistics(document("示例", grid([["序号", "名称"], ["1", "示例事项"]])))
