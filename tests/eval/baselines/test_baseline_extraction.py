"""What the samples print is known, and readers of tables are held against it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from eval.baselines.extraction import (
    CELLS,
    OURS,
    READERS,
    Key,
    Reader,
    compare_readers,
    find_cell,
    known_cells,
)
from eval.library import SAMPLES
from tests.build_samples import cells_text

THIRD: Key = (3, "新收", "其他")
HEAD = ["", "自然人", "其他", "总计"]


def test_the_known_cells_are_those_that_the_samples_are_drawn_from():
    assert CELLS.read_text(encoding="utf-8") == cells_text()


@pytest.mark.parametrize(
    ("table", "value"),
    [
        ([HEAD, ["新收", "3", "1", "4"]], 1),
        ([HEAD, ["结转", "9", "9", "9"], ["新收", "3", "1", "4"]], 1),
        ([["自然人", "其他", "总计"], ["一", "新收", "3", "1", "4"]], 1),
        ([["信息", "其他"], ["规章", "7"], HEAD, ["新收", "3", "1", "4"]], 1),
        ([HEAD, ["新收", "3", "22（其中6件）", "4"]], 22),
        ([HEAD, ["新收", "3", "-2", "4"]], -2),
        ([HEAD, ["新收", "3", "", "4"]], None),
        ([["新收", "3", "1", "4"]], None),
        ([HEAD], None),
    ],
)
def test_a_cell_is_where_row_and_column_meet(table: list[list[str]], value: int | None):
    assert find_cell([[], table], THIRD) == (None if value is None else Decimal(value))


def test_results_of_table_four_are_told_apart_by_their_block():
    table = [["维持", "总计", "维持", "总计", "维持", "总计"], ["1", "2", "3", "4", "5", "6"]]
    keys = [(4, "", f"{block}/维持") for block in ("行政复议", "行政诉讼/复议后起诉")]
    assert [find_cell([table], key) for key in keys] == [Decimal(1), Decimal(5)]


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_a_generic_reader_finds_cells_of_a_page(reader: Reader):
    suffix = ".docx" if ".docx" in reader.suffixes else ".html"
    name = {".docx": "city-2024.docx", ".html": "huaibei-2021.html"}[suffix]
    (share,) = compare_readers(SAMPLES, {name: known_cells()[name]}, [reader])
    assert share.cells == len(known_cells()[name])
    assert share.right > share.cells / 2
    assert share.right + share.wrong + share.missing == share.cells


def test_our_own_reader_gets_every_cell_right():
    shares = list(compare_readers(SAMPLES, known_cells(), [OURS]))
    assert {share.kind for share in shares} == {"docx", "html", "pdf", "txt", "xlsx"}
    assert all(share.right == share.cells for share in shares)


def test_a_wrong_and_a_missing_cell_are_counted_apart(tmp_path: Path):
    def read(_: Path) -> Callable[[Key], Decimal | None]:
        return {THIRD: Decimal(2)}.get

    known = {"a.html": {THIRD: Decimal(1), (3, "结转", "其他"): Decimal(1)}}
    (share,) = compare_readers(tmp_path, known, [Reader("x", frozenset({".html"}), read)])
    assert (share.right, share.wrong, share.missing) == (0, 1, 1)
