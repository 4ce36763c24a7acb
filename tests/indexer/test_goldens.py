"""Every redrawn report under tests/reports yields exactly the cells that its page prints."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from indexer.formats import find_label, find_row, load_format, load_statistics
from indexer.loaders import read_document
from indexer.model import Report
from indexer.reading import read_report
from indexer.text import squash

REPORTS = Path(__file__).parent.parent / "reports"
SLUGS = sorted(path.name for path in REPORTS.iterdir() if path.is_dir())

Key = tuple[Any, ...]


def read(slug: str) -> tuple[Report, dict[str, Any]]:
    folder = REPORTS / slug
    file = next(path for path in folder.iterdir() if path.stem == "report")
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    report = read_report(read_document(file.read_bytes(), file.name), file=file.name, digest="0")
    return report, expected


def key_of(cell: dict[str, Any], format_id: str) -> Key:
    """Return (table, indicator, applicant) of an expected cell, or its labels (statistics)."""
    row, column = cell["row"], cell["column"]
    if format_id == "statistics":
        label = find_label(column, load_statistics().columns.values())
        return (squash(row), label.id if label else squash(column))
    official = load_format(format_id)
    if cell["table"] == 3:
        found = find_row(row.split("/")[-1], load_format("2021").rows)
        applicant = find_label(column, official.applicants.values())
        return (found and found.id, applicant and applicant.id)
    if cell["table"] == 4:
        *_, block, result = column.split("/")
        names = {label.printed: id_ for id_, label in official.review_blocks.items()}
        found_result = find_label(result, official.results.values())
        return (f"{names[block]}.{found_result and found_result.id}", None)
    for candidate in official.blocks:
        found_row = find_label(row, candidate.rows.values())
        found_column = find_label(column, candidate.columns.values())
        if found_row and found_column:
            return (f"{found_row.id}.{found_column.id}", None)
    raise AssertionError(f"the golden names an unknown cell: {cell}")


def read_keys(report: Report) -> Iterator[tuple[Key, tuple[str, str | None]]]:
    for figure in report.figures:
        value = None if figure.value is None else str(figure.value)
        if report.format == "statistics":
            cumulative = "累计" in figure.column[-1]
            key: Key = (squash(figure.row[-1]), "cumulative" if cumulative else "year")
        else:
            key = (figure.indicator, figure.applicant)
        yield key, (figure.state, value)


@pytest.mark.parametrize("slug", SLUGS)
def test_organ_year_and_format_are_read(slug: str) -> None:
    report, expected = read(slug)
    assert (report.organ.name, report.year, report.format) == (
        expected["organ"],
        expected["year"],
        expected["format"],
    )


@pytest.mark.parametrize("slug", SLUGS)
def test_every_cell_is_read_as_printed(slug: str) -> None:
    report, expected = read(slug)
    wanted = {
        key_of(cell, expected["format"]): (cell["state"], cell.get("value"))
        for cell in expected["cells"]
    }
    got = dict(read_keys(report))
    assert {key: value for key, value in got.items() if value != wanted.get(key)} == {}
    assert sorted(map(str, set(wanted) - set(got))) == []


@pytest.mark.parametrize("slug", SLUGS)
def test_what_cannot_be_proved_is_listed_and_not_guessed(slug: str) -> None:
    report, expected = read(slug)
    read_cells = dict(read_keys(report))
    unproved = {key_of(cell, expected["format"]) for cell in expected["unreadable"]}
    assert not unproved & set(read_cells)
    assert bool(unproved) == bool(report.unreadable)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_figure_has_a_place_in_its_file(slug: str) -> None:
    report, _ = read(slug)
    for figure in report.figures:
        place = figure.place
        assert place.file.startswith("report.")
        spot = (place.line, place.row, place.start, place.page)
        assert any(value is not None for value in spot)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_passage_is_a_slice_of_the_text(slug: str) -> None:
    report, _ = read(slug)
    for passage in report.passages:
        span = slice(passage.place.start, passage.place.stop)
        assert report.document.text[span] == passage.text
