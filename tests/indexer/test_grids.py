"""Which cell covers which column, and which heading stands over it."""

from __future__ import annotations

from drawn import grid

from indexer.grids import aligned, heads_over, rows_of, under


def test_a_hanging_cell_is_seen_by_each_row_but_is_its_own_once():
    first, second = rows_of(grid([["不予公开|1x2", "4"], ["5"]]), 0)
    assert [(slot.text, slot.own) for slot in first.slots] == [("不予公开", True), ("4", True)]
    assert [(slot.text, slot.own) for slot in second.slots] == [("不予公开", False), ("5", True)]
    assert [slot.start for slot in second.slots] == [0, 1]


def test_headings_are_read_from_top_to_bottom():
    rows = rows_of(
        grid([["自然人|1x2", "法人或其他组织|2x1"], ["商业 企业", "科研机构"], ["1", "2", "3"]]), 0
    )
    heads = heads_over(rows[:2])
    assert [head.words for head in heads] == [
        "自然人",
        "法人或其他组织商业企业",
        "法人或其他组织科研机构",
    ]
    assert heads[1].printed == ("法人或其他组织", "商业企业")
    slots = [under(head, rows[2], heads) for head in heads]
    assert [slot and slot.text for slot in slots] == ["1", "2", "3"]


def test_a_wide_cell_under_two_headings_belongs_to_neither():
    rows = rows_of(grid([["自然人", "总计"], ["12|2x1"]]), 0)
    heads = heads_over(rows[:1])
    assert [under(head, rows[1], heads) for head in heads] == [None, None]


def test_two_cells_under_one_heading_are_not_chosen_from():
    rows = rows_of(grid([["总计|2x1"], ["1", "2"]]), 0)
    (head,) = heads_over(rows[:1])
    assert under(head, rows[1], (head,)) is None


def test_words_that_a_heading_repeats_below_count_once():
    rows = rows_of(grid([["自然人", "法人或其他组织"], ["自然人", "商业企业"]]), 0)
    assert [head.words for head in heads_over(rows)] == ["自然人", "法人或其他组织商业企业"]


def test_a_blank_beside_a_figure_that_stands_under_no_heading_is_not_taken_for_blank():
    head, stray, plain = rows_of(
        grid([["项目", "数量", ""], ["行政许可", "", "1034"], ["行政处罚", "", ""]]), 0
    )
    heads = tuple(one for one in heads_over([head]) if one.words == "数量")
    assert aligned(stray, heads, after=stray.own[0]) == [None]
    assert aligned(plain, heads, after=plain.own[0]) == [plain.own[1]]
