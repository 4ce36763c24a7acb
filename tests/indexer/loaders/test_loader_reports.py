"""The loaders over real reports; skipped unless NIANBAO_REPORTS names their folder."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from indexer.loaders import Loader
from indexer.model import Grid

REPORTS = os.environ.get("NIANBAO_REPORTS")
pytestmark = [
    pytest.mark.reports,
    pytest.mark.skipif(REPORTS is None, reason="NIANBAO_REPORTS is not set"),
]


@pytest.fixture(scope="module")
def loader():
    with Loader() as loader:
        yield loader


def grids(loader: Loader, name: str) -> list[Grid]:
    document = loader.load(Path(REPORTS or "", name))
    return [block for block in document.blocks if isinstance(block, Grid)]


def widths(grid: Grid) -> list[int]:
    rows = max(cell.row for cell in grid.cells) + 1
    return [sum(cell.row == row for cell in grid.cells) for row in range(rows)]


def numbers(grid: Grid) -> int:
    return sum(bool(re.fullmatch(r"\d+", cell.text)) for cell in grid.cells)


def test_the_dump_of_a_word_processor(loader):
    second, third, fourth = grids(loader, "huaibei-2021.txt")
    assert all(grid.ragged for grid in (second, third, fourth))
    assert widths(second) == [1, 4, 4, 4, 1, 2, 2, 1, 2, 2, 2, 1, 2, 2]
    assert widths(third) == [2, 4, 8, 8, 8, 9, 9, *[10] * 19, 9, 8]
    assert widths(fourth) == [2, 7, 15, 15]
    assert (second.place.line, third.place.line, fourth.place.line) == (20, 70, 357)


def test_the_pdf_with_a_table_over_two_pages(loader):
    found = grids(loader, "hongze-2024.pdf")
    assert [grid.continued for grid in found] == [False, True, False, True, False]
    assert [grid.place.page for grid in found] == [2, 3, 3, 4, 4]
    # Table three: 25 rows of 7 in the form, of which this report joins three into one.
    assert numbers(found[2]) + numbers(found[3]) == 23 * 7
    assert numbers(found[4]) == 15


def test_the_page_pasted_from_a_word_processor(loader):
    document = loader.load(Path(REPORTS or "", "shuyang-development-bureau-2023.html"))
    found = [block for block in document.blocks if isinstance(block, Grid)]
    assert [len(grid.cells) for grid in found] == [18, 30, 215, 34]
    assert set(document.provenance) == {"title", "organ", "published", "url"}
    assert document.provenance["published"] == "2024-01-17"


def test_the_empty_form(loader):
    second, third, fourth = grids(loader, "blank-form-2021.docx")
    assert sum(not cell.text for cell in third.cells) == 25 * 7
    assert sum(not cell.text for cell in fourth.cells) == 15
    assert not second.ragged


def test_every_file_is_read_or_knowingly_passed_over(loader):
    for path in sorted(Path(REPORTS or "").iterdir()):
        if path.suffix != ".json":
            assert loader.load(path).blocks
