"""Tables that a page's text has lost: read only what the print itself proves."""

from __future__ import annotations

from decimal import Decimal

import pytest
from drawn import document
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.flattened import read_flattened
from indexer.formats import load_format

ROWS = {id_: row for id_, row in load_format("2021").rows.items() if id_ != "other"}
APPLICANTS = tuple(load_format("2021").applicants)
OUTCOMES = [id_ for id_, row in ROWS.items() if row.outcome]
HEAD = "申请人情况 自然人 法人或其他组织 总计 商业企业 科研机构 社会公益组织 法律服务机构 其他 "
REVIEW_HEAD = (
    "行政复议 行政诉讼 未经复议直接起诉 复议后起诉 "
    "结果维持 结果纠正 其他结果 尚未审结 总计 " + "结果维持 结果纠正 其他结果 尚未审结 总计 " * 2
)


def with_sums(parts: dict[str, list[int]]) -> dict[str, list[int]]:
    """A whole table three from the six applicant columns of its outcomes; it adds up."""
    columns = {id_: parts.get(id_, [0] * 6) for id_ in OUTCOMES}
    concluded = [sum(column) for column in zip(*columns.values(), strict=True)]
    rows = {**columns, "concluded": concluded, "received": concluded, "carried_in": [0] * 6}
    rows["carried_out"] = [0] * 6
    return {id_: [*rows[id_], sum(rows[id_])] for id_ in ROWS}


def printed(rows: dict[str, list[int]], joint: str) -> str:
    return HEAD + " ".join(
        f"{row.number}{row.printed} {joint.join(map(str, rows[id_]))}" for id_, row in ROWS.items()
    )


def matrix(text: str):
    reading = read_flattened(document(text), [3], {})
    found = {}
    for figure in reading.figures:
        found.setdefault(figure.indicator, {})[figure.applicant] = figure.value
    return found, reading


SMALL = st.lists(st.integers(0, 30), min_size=6, max_size=6)


@settings(max_examples=15, deadline=None)
@given(st.dictionaries(st.sampled_from(OUTCOMES), SMALL, max_size=5))
def test_whatever_is_read_of_a_joined_table_is_the_truth(parts):
    rows = with_sums(parts)
    found, reading = matrix(printed(rows, ""))
    for indicator, cells in found.items():
        assert cells == dict(zip(APPLICANTS, map(Decimal, rows[indicator]), strict=True))
    read_or_listed = set(found) | {item.indicator for item in reading.unreadable}
    assert read_or_listed == set(ROWS) or not reading.figures


@settings(max_examples=10, deadline=None)
@given(st.dictionaries(st.sampled_from(OUTCOMES), SMALL, max_size=5))
def test_numbers_apart_are_read_as_they_stand(parts):
    rows = with_sums(parts)
    found, reading = matrix(printed(rows, " "))
    assert found == {
        id_: dict(zip(APPLICANTS, map(Decimal, cells), strict=True)) for id_, cells in rows.items()
    }
    assert not reading.unreadable


def test_a_row_without_numbers_is_blank_and_never_zeros():
    rows = with_sums({"disclosed": [3, 0, 0, 0, 0, 0]})
    text = printed(rows, "").replace("2.重复申请 0000000", "2.重复申请 ")
    found, reading = matrix(text)
    assert "declined.repeated" not in found
    assert "declined.repeated" in {item.indicator for item in reading.unreadable}


def test_a_row_with_words_among_its_numbers_is_listed():
    rows = with_sums({"disclosed": [3, 0, 0, 0, 0, 0]})
    text = printed(rows, " ").replace("2.重复申请 0 0", "2.重复申请 无 0")
    found, reading = matrix(text)
    assert "declined.repeated" not in found
    assert [item.indicator for item in reading.unreadable] == ["declined.repeated"]


def test_columns_in_another_order_are_not_read():
    rows = with_sums({"disclosed": [3, 1, 0, 0, 0, 0]})
    shuffled = printed(rows, " ").replace("商业企业 科研机构", "科研机构 商业企业")
    assert matrix(shuffled)[0] == {}


def test_the_number_of_the_first_label_stays_with_it():
    rows = with_sums({"disclosed": [3, 1, 0, 0, 0, 0]})
    for joint in ("", " "):
        _, reading = matrix(printed(rows, joint))
        assert reading.figures[0].row == ("一、本年新收政府信息公开申请数量",)


@pytest.mark.parametrize(
    ("digits", "read"),
    [("211150101200000", True), ("1203 1 0 0", False), ("111" * 6, False)],
    ids=["one-reading", "too-few", "not-adding-up"],
)
def test_the_line_of_table_four(digits, read):
    reading = read_flattened(document(printed(with_sums({}), " ") + REVIEW_HEAD + digits), [4], {})
    if read:
        assert [int(f.value or 0) for f in reading.figures] == list(map(int, digits))
    else:
        assert not reading.figures
        assert len(reading.unreadable) in (0, 15)


BLOCK = (
    "第二十条第（一）项 信息内容 本年制发件数 本年废止件数 现行有效件数 规章 {} 行政规范性文件 {}"
)


@pytest.mark.parametrize(
    ("run", "stated", "cells"),
    [
        ("2 1 30", {}, ["2", "1", "30"]),
        ("000", {}, ["0", "0", "0"]),
        ("002", {}, ["0", "0", "2"]),
        ("0012", {}, ["0", "0", "12"]),
        ("020", {}, None),
        ("213", {}, None),
        ("2130", {}, None),
        ("2130", {"normative.issued": {2}, "normative.in_force": {30}}, ["2", "1", "30"]),
        ("2130", {"normative.issued": {5}}, None),
        ("1112", {"normative.issued": {1}}, None),
    ],
    ids=[
        "apart",
        "zeros",
        "one-reading",
        "long-last",
        "may-be-0-and-20",
        "may-hide-blanks",
        "open",
        "stated-twice",
        "stated-otherwise",
        "stated-but-open",
    ],
)
def test_table_two_is_split_only_where_the_prose_proves_it(run, stated, cells):
    known = {id_: frozenset(values) for id_, values in stated.items()}
    reading = read_flattened(document(BLOCK.format("0 0 0", run)), [2], known)
    found = [f.printed for f in reading.figures if (f.indicator or "").startswith("normative")]
    assert (found or None) == cells
    assert bool(reading.unreadable) == (cells is None)


OLD = (
    "第二十条第（一）项 信息内容 本年新制作数量 本年新公开数量 对外公开总数量 规章 0 0 0 "
    "第二十条第（六）项 信息内容 上一年项目数量 本年增/减 处理决定数量 行政处罚 {} "
    "第二十条第（九）项 信息内容 采购项目数量 采购总金额 政府集中采购 {} 三、收到和处理"
)


def old_blocks(penalties: str, procurement: str):
    reading = read_flattened(document(OLD.format(penalties, procurement)), [2], {})
    return {f.indicator: (str(f.value), f.printed, f.unit) for f in reading.figures}, reading


@pytest.mark.parametrize("sign", ["+", "＋"], ids=["plain", "full-width"])
def test_a_plus_sign_before_a_change_is_read(sign):
    found, reading = old_blocks(f"870 {sign}4 61", "3 20")
    assert found["penalties.items_change"] == ("4", "+4", "项")
    assert found["penalties.decisions"][0] == "61"
    assert not reading.unreadable


def test_digits_that_run_into_a_sign_are_listed():
    found, reading = old_blocks("870+461", "3 20")
    assert not any(str(indicator).startswith("penalties") for indicator in found)
    assert {u.printed for u in reading.unreadable} == {"870+461"}


@pytest.mark.parametrize(
    ("printed_amount", "read"),
    [("1205.8万元", ("1205.8", "1205.8万元", "万元")), ("251000 元", ("251000", "251000元", "元")),
     ("20", ("20", "20", None))],
    ids=["ten-thousands", "apart", "none"],
)  # fmt: skip
def test_the_unit_behind_an_amount_of_money_is_its_unit(printed_amount, read):
    found, _ = old_blocks("870 4 61", f"3 {printed_amount}")
    assert found["procurement.amount"] == read


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("本年收费金额（单位：元）", "元"),
        ("本年收费金额（单位：万元）", "万元"),
        ("本年收费金额", None),
    ],
    ids=["yuan", "official", "none"],
)
def test_the_unit_in_the_heading_of_money_is_its_unit(heading, unit):
    text = (
        BLOCK.format("0 0 0", "1 1 1") + f" 第二十条第（八）项 信息内容 {heading} 行政事业性收费 12"
    )
    (fees,) = (f for f in read_flattened(document(text), [2], {}).figures if f.value == 12)
    assert (fees.column, fees.unit) == ((heading,), unit)
