"""A figure belongs to the labels that were matched; what cannot be joined to both is listed."""

from __future__ import annotations

import pytest
from drawn import document, grid
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.cells import Reading
from indexer.formats import load_format
from indexer.tables import read_tables

APPLICANTS = load_format("2021").applicants
HEAD = [
    ["（勾稽关系）|1x3", "申请人情况|7x1"],
    ["自然人|1x2", "法人或其他组织|5x1", "总计|1x2"],
    ["商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"],
]
NUMBERS = ["1", "2", "0", "0", "0", "0", "3"]
RECEIVED = "一、本年新收政府信息公开申请数量"


def read(*rows: list[str], head: list[list[str]] = HEAD) -> Reading:
    return read_tables(document("示例", grid([*head, *rows])))


def row_of(reading: Reading, indicator: str) -> dict[str | None, str]:
    return {f.applicant: f.printed for f in reading.figures if f.indicator == indicator}


def test_a_row_is_read_under_its_headings():
    reading = read([RECEIVED, *NUMBERS])
    assert row_of(reading, "received") == dict(zip(APPLICANTS, NUMBERS, strict=True))
    figure = reading.figures[1]
    assert (figure.row, figure.column) == ((RECEIVED,), ("法人或其他组织", "商业企业"))
    assert (figure.place.row, figure.place.column) == (4, 3)
    assert not reading.unreadable


@settings(deadline=None)
@given(st.permutations(range(5)))
def test_the_heading_decides_and_not_the_position(order):
    names = [HEAD[2][index] for index in order]
    shuffled = [*HEAD[:2], names]
    inner = [str(10 + index) for index in order]
    reading = read([RECEIVED, "1", *inner, "61"], head=shuffled)
    wanted = {
        label.id: str(10 + index) for index, label in enumerate(list(APPLICANTS.values())[1:6])
    }
    assert row_of(reading, "received").items() >= wanted.items()


#: A pipe table has no merged cells; some writers repeat the words in every cell instead.
REPEATED = [
    ["（勾稽关系）"] * 2 + ["申请人情况"] * 7,
    ["（勾稽关系）"] * 2 + ["自然人", *["法人或其他组织"] * 5, "总计"],
    ["（勾稽关系）"] * 2 + ["自然人", *HEAD[2], "总计"],
]


def test_words_that_stand_in_every_cell_of_a_merged_one_are_one_heading():
    reading = read(
        [RECEIVED, RECEIVED, *NUMBERS],
        ["三、本年度办理结果", "（一）予以公开", *NUMBERS[::-1]],
        head=REPEATED,
    )
    assert row_of(reading, "received") == dict(zip(APPLICANTS, NUMBERS, strict=True))
    assert row_of(reading, "disclosed") == dict(zip(APPLICANTS, NUMBERS[::-1], strict=True))
    assert reading.figures[1].column == ("法人或其他组织", "商业企业")
    assert reading.figures[7].row == ("三、本年度办理结果", "（一）予以公开")


def test_blanks_zeros_and_marks_stay_apart():
    reading = read([RECEIVED, "0", "", "/", "—", "详见附件", " ", "0"])
    assert [f.state for f in reading.figures] == [
        "number", "blank", "not_applicable", "not_applicable", "text", "blank", "number",
    ]  # fmt: skip
    assert [f.value is None for f in reading.figures] == [False, *[True] * 5, False]


def test_two_numbers_in_one_cell_are_listed_and_the_rest_is_read():
    reading = read([RECEIVED, "1 2", *NUMBERS[1:]])
    (lost,) = reading.unreadable
    assert (lost.indicator, lost.applicant, lost.printed) == ("received", "natural_person", "1 2")
    assert "natural_person" not in row_of(reading, "received")
    assert len(reading.figures) == 6


@pytest.mark.parametrize("ragged", [False, True], ids=["columns", "ragged"])
def test_a_row_with_a_cell_too_few_is_not_shifted_into_place(ragged):
    rows = [*HEAD, [RECEIVED, *NUMBERS[1:]]]
    reading = read_tables(document("示例", grid(rows, ragged=ragged)))
    assert not reading.figures
    assert {item.indicator for item in reading.unreadable} == {"received"}


def test_an_unknown_row_is_never_taken_for_a_known_one():
    reading = read(["九、示例事项", *NUMBERS])
    assert not any(figure.indicator for figure in reading.figures)


def test_a_label_cut_by_a_page_break_is_joined():
    head = [["（勾稽关系）|2x3", HEAD[0][1]], *HEAD[1:]]
    reading = read(
        ["三、本年度办理结果", "4.保护第三方", *[""] * 7],
        ["", "合法权益", *NUMBERS],
        head=head,
    )
    assert row_of(reading, "refused.third_party") == dict(zip(APPLICANTS, NUMBERS, strict=True))


@pytest.mark.parametrize("again", [NUMBERS, ["9", *NUMBERS[1:]]], ids=["same", "other"])
def test_a_row_printed_twice_is_kept_once_or_not_at_all(again):
    reading = read([RECEIVED, *NUMBERS], [RECEIVED, *again])
    natural = [f for f in reading.figures if f.applicant == "natural_person"]
    assert len(natural) == (1 if again == NUMBERS else 0)
    assert [u.reason for u in reading.unreadable] == (
        [] if again == NUMBERS else ["printed twice, differently"]
    )


BLOCKS = [
    ["第二十条第（一）项|4x1"],
    ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
    ["规章", "0", "1", "2"],
    ["行政规范性文件", "5", "", "22（其中修订16件）"],
    ["第二十条第（八）项|4x1"],
    ["信息内容", "本年收费金额（单位：万元）|3x1"],
    ["行政事业性收费", "12.50|3x1"],
]


def test_blocks_of_table_two_are_read_under_their_own_headings():
    reading = read_tables(document("示例", grid(BLOCKS)))
    found = {f.indicator: (f.state, str(f.value), f.unit) for f in reading.figures}
    assert found == {
        "regulations.issued": ("number", "0", "件"),
        "regulations.repealed": ("number", "1", "件"),
        "regulations.in_force": ("number", "2", "件"),
        "normative.issued": ("number", "5", "件"),
        "normative.repealed": ("blank", "None", "件"),
        "normative.in_force": ("number", "22", "件"),
        "fees.amount": ("number", "12.50", "万元"),
    }
    assert reading.format == "2021"


@pytest.mark.parametrize(
    ("heading", "lost"),
    [(["信息内容", "新立件数", "本年废止件数", "现行有效件数"], {"regulations.issued"}),
     (None, {"regulations.issued", "regulations.repealed", "regulations.in_force"}),
     (["信息内容", "本年废止件数", "现行有效件数", "备注"], {"regulations.issued"}),
     (["信息内容", "本年废止件数", "现行有效件数"], set())],
    ids=["unknown", "none", "remark", "fewer"],
)  # fmt: skip
def test_figures_under_headings_that_nobody_knows_are_listed(heading, lost):
    cells = ["4", "1", "2"][: len(heading) - 1] if heading else ["4", "1", "2"]
    rows = [["第二十条第（一）项|4x1"], *([heading] if heading else []), ["规章", *cells],
            *BLOCKS[4:]]  # fmt: skip
    reading = read_tables(document("示例", grid(rows)))
    assert {u.indicator for u in reading.unreadable} == lost
    assert not {f.indicator for f in reading.figures} & lost


def test_the_headings_tell_the_format_whatever_the_year():
    old = [["第二十条第（一）项|4x1"],
           ["信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量"],
           ["规章", "1", "1", "3"]]  # fmt: skip
    reading = read_tables(document("示例市2023年政府信息公开工作年度报告", grid(old)))
    assert reading.format == "2019"
    assert len(reading.figures) == 3


REVIEW = [
    ["行政复议|5x1", "行政诉讼|10x1"],
    [*[f"{name}|1x2" for name in ("结果维持", "结果 纠正", "其他结果", "尚未审结", "总计")],
     "未经复议直接起诉|5x1", "复议后起诉|5x1"],
    ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"] * 2,
]  # fmt: skip


def test_the_fifteen_cells_of_table_four():
    reading = read_tables(document("示例", grid([*REVIEW, [str(n) for n in range(15)]])))
    blocks = ("review", "lawsuit_direct", "lawsuit_after_review")
    results = ("upheld", "corrected", "other", "pending", "total")
    assert [(f.indicator, f.printed) for f in reading.figures] == [
        (f"{block}.{result}", str(5 * i + j))
        for i, block in enumerate(blocks)
        for j, result in enumerate(results)
    ]


def test_the_fifteen_cells_of_table_four_under_repeated_words():
    lawsuits = ["未经复议直接起诉"] * 5 + ["复议后起诉"] * 5
    head = [["行政复议"] * 5 + ["行政诉讼"] * 10, [*RESULTS, *lawsuits], RESULTS * 3]
    reading = read_tables(document("示例", grid([*head, [str(n) for n in range(15)]])))
    assert [f.printed for f in reading.figures] == [str(n) for n in range(15)]
    assert reading.figures[14].indicator == "lawsuit_after_review.total"


RESULTS = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
BLOCK_NAMES = {
    "plain": ["行政复议", "未经复议直接起诉", "复议后起诉"],
    "numbered": ["一、行政复议", "二、行政诉讼（未经复议直接起诉）", "三、行政诉讼：复议后起诉"],
}


@pytest.mark.parametrize("ragged", [False, True], ids=["columns", "ragged"])
@pytest.mark.parametrize("names", BLOCK_NAMES.values(), ids=BLOCK_NAMES)
def test_table_four_with_a_row_for_each_block(names, ragged):
    rows = [["类型", *RESULTS]]
    rows += [[name, *(str(5 * i + j) for j in range(5))] for i, name in enumerate(names)]
    reading = read_tables(document("示例", grid(rows, ragged=ragged)))
    assert [(f.indicator, f.printed) for f in reading.figures] == [
        (f"{block}.{result}", str(5 * i + j))
        for i, block in enumerate(("review", "lawsuit_direct", "lawsuit_after_review"))
        for j, result in enumerate(("upheld", "corrected", "other", "pending", "total"))
    ]
    figure = reading.figures[5]
    assert (figure.row, figure.column) == ((), ("行政诉讼", "未经复议直接起诉", "结果维持"))
    assert not reading.unreadable


def test_lawsuits_in_one_row_are_neither_of_their_two_kinds():
    rows = [["类型", *RESULTS], ["行政复议", "1", "0", "0", "0", "1"], ["行政诉讼", *"20002"]]
    reading = read_tables(document("示例", grid(rows)))
    assert {(f.indicator or "").partition(".")[0] for f in reading.figures} == {"review"}
    assert [(u.row, u.printed) for u in reading.unreadable] == [(("行政诉讼",), "2 0 0 0 2")]


def test_a_blank_row_of_a_block_is_blank_and_the_next_one_is_read():
    rows = [["", "类型", *RESULTS], ["行政复议|2x1", *[""] * 5],
            ["行政诉讼|1x2", "未经复议直接起诉", *"10001"], ["复议后起诉", *"00022"]]  # fmt: skip
    reading = read_tables(document("示例", grid(rows)))
    states = [(f.state, f.printed) for f in reading.figures]
    assert states[:5] == [("blank", "")] * 5
    assert [printed for _, printed in states[5:]] == list("1000100022")


def test_a_row_with_a_result_too_few_is_not_shifted():
    rows = [["类型", *RESULTS], ["行政复议", *"1001"], ["复议后起诉", *"00022"]]
    reading = read_tables(document("示例", grid(rows)))
    assert {(f.indicator or "").partition(".")[0] for f in reading.figures} == {
        "lawsuit_after_review"
    }
    assert len(reading.unreadable) == 5


def test_fourteen_numbers_under_fifteen_headings_are_not_guessed():
    reading = read_tables(document("示例", grid([*REVIEW, [str(n) for n in range(14)]])))
    assert all(f.indicator != "lawsuit_after_review.total" for f in reading.figures)
    assert any(u.indicator == "lawsuit_after_review.total" for u in reading.unreadable)


def test_a_document_without_the_tables_yields_nothing():
    reading = read_tables(document("示例", grid([["索引号", "示例001"], ["发布日期", "2022"]])))
    assert (reading.format, reading.figures, reading.unreadable) == (None, [], [])
