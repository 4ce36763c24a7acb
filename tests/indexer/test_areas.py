"""R13: a parent's cell is the sum of its children's, only where every child is there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from indexer.areas import complete_families
from indexer.loaders import read_document
from indexer.pipeline import assess_families
from indexer.reading import read_report
from indexer.store import Store
from tests import redraw
from tests.redraw import Truth

CHILDREN = {"示例市": ("清溪区", "临川县")}


def children_of(place: str) -> Sequence[str]:
    return CHILDREN.get(place, ())


def add(store: Store, organ: str, disclosed: int) -> str:
    cells = redraw.table3({"（一）予以公开": disclosed})
    cells |= redraw.table2(
        "2021", {r: [0] * len(c) for _, c, rows in redraw.ITEMS_2021 for r in rows}
    )
    cells |= redraw.table4((0, 0, 0, 0))
    data = redraw.html(Truth(organ=organ, year=2023, format="2021", cells=cells))
    report = read_report(
        read_document(data, organ), file=f"{organ}.html", digest=hashlib.sha256(data).hexdigest()
    )
    return store.add(report, data).report


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.create(tmp_path) as store:
        yield store


def results(store: Store, report: str) -> dict[str, int]:
    found = [finding.result for finding in store.findings(report, "R13")]
    return {result: found.count(result) for result in set(found)}


def test_a_sum_that_holds_and_one_that_does_not(store: Store) -> None:
    parent = add(store, "示例市人民政府", 12)
    add(store, "示例市清溪区人民政府", 5)
    child = add(store, "临川县人民政府", 7)
    assess_families(store, children_of)
    assert set(results(store, parent)) == {"holds"}
    store.remove(child)
    add(store, "临川县人民政府", 8)
    assess_families(store, children_of)
    fails = {f.expression for f in store.findings(parent, "R13") if f.result == "fails"}
    assert fails & {"5+8 ≠ 12", "8+5 ≠ 12"}


def test_nothing_is_said_while_a_child_is_missing(store: Store) -> None:
    parent = add(store, "示例市人民政府", 12)
    add(store, "示例市清溪区人民政府", 5)
    assess_families(store, children_of)
    assert results(store, parent) == {}


def test_what_was_said_is_dropped_when_a_child_goes(store: Store) -> None:
    parent = add(store, "示例市人民政府", 12)
    add(store, "示例市清溪区人民政府", 5)
    child = add(store, "临川县人民政府", 7)
    assess_families(store, children_of)
    store.remove(child)
    assess_families(store, children_of)
    assert results(store, parent) == {}


def test_the_gazetteer_knows_the_divisions_under_a_city() -> None:
    under = ("杜集区", "相山区", "烈山区", "濉溪县")
    organs = ["淮北市人民政府", *(f"{name}人民政府" for name in under)]
    assert list(complete_families(organs)) == ["淮北市人民政府"]
    assert complete_families(organs[:-1]) == {}
