"""The formats on disk prove themselves; a format that contradicts itself is refused."""

from __future__ import annotations

import pytest

from indexer.errors import BadFormat
from indexer.formats import (
    Format,
    Row,
    _prove_distinct,
    _prove_identities,
    find_label,
    find_row,
    load_format,
    load_statistics,
)
from tests.cases import load_cases

FORMATS = ["2019", "2021"]


@pytest.mark.parametrize("name", FORMATS)
def test_every_printed_label_of_table_three_names_its_own_row(name):
    rows = load_format(name).rows
    assert {id_: find_row(row.number + row.printed, rows) for id_, row in rows.items()} == rows


@pytest.mark.parametrize("name", FORMATS)
def test_every_column_of_every_block_is_told_from_its_neighbours(name):
    official = load_format(name)
    for labels in (
        official.applicants,
        official.results,
        official.review_blocks,
        *(block.columns for block in official.blocks),
        *(block.rows for block in official.blocks),
    ):
        assert {
            id_: find_label(label.printed, labels.values()) for id_, label in labels.items()
        } == labels


@pytest.mark.parametrize(
    ("name", "rows"), [("2019", 23), ("2021", 26)], ids=["2019", "2021-and-its-single-other-row"]
)
def test_the_forms_have_as_many_cells_as_the_official_ones(name, rows):
    official = load_format(name)
    tables = [table for table, _ in official.indicators()]
    assert (tables.count(3), len(official.applicants), tables.count(4)) == (rows, 7, 15)


def test_a_group_is_the_rows_that_hang_under_it():
    parts = load_format("2021").groups_parts
    assert len(parts["refused"]) == 8
    assert len(parts["unavailable"]) == 3
    assert len(parts["declined"]) == 5


def test_the_rows_of_a_statistics_table_are_told_apart():
    rows = load_statistics().rows
    for id_, row in rows.items():
        found = find_label(row.printed, rows.values())
        assert found is not None and found.id == id_


@pytest.mark.parametrize("case", load_cases("labels"))
def test_a_printed_label_names_its_row_or_none(case):
    found = find_row(case["printed"], load_format("2021").rows)
    assert (found.id if found else None) == case["row"]


def test_one_wording_for_two_rows_is_refused():
    def row(id_):
        return Row(id=id_, printed="其他", path=("其他",), forms=frozenset({"其他"}))

    with pytest.raises(BadFormat, match="其他 stands for one and two"):
        _prove_distinct("shili", [row("one"), row("two")])


def test_an_identity_over_a_row_that_is_not_there_is_refused():
    good = load_format("2021")
    bad = Format(**{**vars(good), "identities": {"R1": "received + imagined = concluded"}})
    with pytest.raises(BadFormat, match="imagined"):
        _prove_identities(bad)
