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
