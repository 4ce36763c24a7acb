"""Cells with rules beneath them only: columns by the ends of rules, and never by counting."""

from __future__ import annotations

from itertools import pairwise

from indexer.loaders.underlined import Rule, Underlined, Word, find_underlined

#: Left edges of four columns of 80 points, and the right edge of the last.
EDGES = (72.0, 152.0, 232.0, 312.0, 392.0)


def line(y: float, *spans: tuple[int, int]) -> list[Rule]:
    """Rules at height `y` under columns [first, last)."""
    return [Rule(EDGES[a], EDGES[b], y) for a, b in spans]


def words(y: float, *texts: str, shift: float = 4) -> list[Word]:
    """A line of words just above the rule at `y`, one in each column, 10 points a character."""
    return [
        Word(text, EDGES[at] + shift, EDGES[at] + shift + 10 * len(text), y - 14, y - 4)
        for at, text in enumerate(texts)
        if text
    ]


SINGLE = ((0, 1), (1, 2), (2, 3), (3, 4))


def cells(found: Underlined) -> list[tuple[int, int, int, int, str]]:
    return [(c.row, c.column, c.rowspan, c.colspan, c.text) for c in found.cells]


def test_a_blank_stays_in_its_column_and_the_row_above_the_first_rule_is_read():
    rules = [*line(120, *SINGLE), *line(140, *SINGLE), *line(160, *SINGLE)]
    (found,) = find_underlined(
        rules,
        [*words(120, "项目", "自然人", "企业", "总计"), *words(140, "新收", "3", "", "3"),
         *words(160, "结转", "", "5", "5")],
    )  # fmt: skip
    assert [text for *_, text in cells(found)] == [
        "项目", "自然人", "企业", "总计", "新收", "3", "", "3", "结转", "", "5", "5",
    ]  # fmt: skip
    assert found.box[0] == EDGES[0]


def test_a_long_rule_under_one_text_is_a_merged_cell_and_under_several_is_none():
    rules = [*line(120, (0, 1), (1, 4)), *line(140, *SINGLE), *line(160, (0, 4))]
    (found,) = find_underlined(
        rules,
        [*words(120, "项目", "申请人情况"), *words(140, "新收", "3", "1", "4"),
         *words(160, "结转", "2", "0", "2")],
    )  # fmt: skip
    assert (0, 1, 1, 3, "申请人情况") in cells(found)
    assert [text for row, *_, text in cells(found) if row == 2] == ["结转", "2", "0", "2"]


def test_a_word_that_reaches_over_a_border_joins_the_cells_and_a_number_is_not_torn():
    rules = [*line(120, *SINGLE), *line(140, *SINGLE)]
    (found,) = find_underlined(
        rules,
        [*words(120, "项目", "甲", "乙", "丙"), *words(140, "行政规范性文件数", "", "7", "8")],
    )
    assert (1, 0, 1, 2, "行政规范性文件数") in cells(found)
    assert (1, 2, 1, 1, "7") in cells(found)


def test_a_word_over_cells_of_unlike_height_spoils_the_table():
    rules = [*line(120, (0, 1), (2, 3), (3, 4)), *line(140, *SINGLE), *line(160, *SINGLE)]
    torn = [Word("不知属于哪一格的字", 140, 230, 106, 116)]
    first = words(120, "", "", "", "总计")
    assert not list(find_underlined(rules, [*torn, *first, *words(140, "新收", "3", "1", "4")]))


def test_a_heading_above_an_upper_edge_is_no_row():
    rules = [*line(120, *SINGLE), *line(140, *SINGLE), *line(160, *SINGLE)]
    heading = [Word("三、收到和处理政府信息公开申请情况", 72, 242, 104, 114)]
    (found,) = find_underlined(rules, [*heading, *words(140, "新收", "3", "1", "4")])
    assert found.box[1] == 120
    assert "三、" not in "".join(text for *_, text in cells(found))


def test_two_tables_with_other_columns_are_two():
    first = [*line(120, *SINGLE), *line(140, *SINGLE)]
    edges = (72.0, 112.0, 192.0, 272.0, 352.0, 392.0)
    second = [Rule(left, right, y) for y in (240.0, 260.0) for left, right in pairwise(edges)]
    found = list(find_underlined([*first, *second], words(140, "新收", "3", "1", "4")))
    assert [round(table.box[3]) for table in found] == [140, 260]


def test_underlined_words_are_no_table():
    assert not list(find_underlined([Rule(100, 160, 120), Rule(200, 260, 140)], []))
