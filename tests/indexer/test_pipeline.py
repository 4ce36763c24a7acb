"""Files become an index: in order, once, whatever one of them holds."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.embedding import Embedder
from indexer.errors import EmbeddingUnavailable, UnreadableFile
from indexer.loaders import Loader
from indexer.model import Organ
from indexer.pipeline import (
    Progress,
    Source,
    Summary,
    check_file,
    find_files,
    index_paths,
    remove_report,
    unify_organs,
)
from indexer.store import Store
from tests.conftest import SAMPLES
from tests.fakes import HashEmbedder
from tests.indexer.reports import build_report

HUAIBEI, CITY_2023 = SAMPLES / "huaibei-2021.html", SAMPLES / "city-2023.html"


@pytest.fixture(scope="module")
def loader() -> Iterator[Loader]:
    with Loader() as loader:
        yield loader


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.create(tmp_path / "data") as store:
        yield store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "reports"
    folder.mkdir()
    shutil.copy(HUAIBEI, folder)
    return folder


@pytest.fixture
def run(store: Store, loader: Loader) -> Callable[..., Summary]:
    def index(
        *paths: Path,
        embedder: Callable[[], Embedder] | None = None,
        also: Sequence[Source] = (),
        seen: list[Progress] | None = None,
    ) -> Summary:
        show = (seen if seen is not None else []).append
        return index_paths(
            paths, store, loader=loader, on_progress=show, embedder=embedder, also=also
        )

    return index


def test_files_are_found_in_order_without_hidden_ones(tmp_path):
    for name in ("b.txt", "a/z.txt", "a/.hidden", ".git/config", "~$b.docx"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    found = find_files([tmp_path, tmp_path / "b.txt"])
    assert [source.path.relative_to(tmp_path).as_posix() for source in found] == [
        "a/z.txt",
        "b.txt",
    ]


def test_a_report_is_read_and_kept_with_its_original(run, store, folder):
    seen: list[Progress] = []
    summary = run(folder, seen=seen)
    assert (summary.reports, summary.figures, summary.failed) == (1, 200, False)
    (report,) = store.reports()
    assert report.file == str((folder / "huaibei-2021.html").resolve())
    assert store.original(report.id).read_bytes() == HUAIBEI.read_bytes()
    assert [(step.done, step.total, step.outcome) for step in seen] == [(1, 1, "added")]


def test_a_place_names_the_file_without_its_folder(run, store, folder):
    run(folder)
    figure = next(store.figure_rows()).figure
    assert figure.place.file == "huaibei-2021.html"


def test_a_second_run_does_nothing(run, store, folder):
    run(folder)
    version = store.version()
    summary = run(folder)
    assert (summary.reports, summary.unchanged, store.version()) == (0, 1, version)


def test_files_of_one_name_in_two_folders_are_two_files(run, store, tmp_path):
    for place, source in (("a", HUAIBEI), ("b", CITY_2023)):
        (tmp_path / place).mkdir()
        shutil.copy(source, tmp_path / place / "report.html")
    run(tmp_path / "a", tmp_path / "b")
    assert len(store.reports()) == 2


def test_a_bad_file_is_listed_and_the_rest_goes_on(run, store, folder):
    (folder / "a.json").write_text('{"a": 1}')
    (folder / "b.pdf").write_bytes(b"%PDF-1.7 broken")
    summary = run(folder)
    assert summary.reports == 1 and summary.failed
    reasons = {Path(file.file).name: (file.reason, file.failed) for file in summary.skipped}
    assert reasons == {"a.json": ("not_a_report_kind", False), "b.pdf": ("damaged", True)}
    assert {Path(file.file).name for file in store.skipped()} == set(reasons)


def test_a_file_that_was_no_report_is_remembered_until_it_changes(run, folder):
    note = folder / "note.json"
    note.write_text('{"a": 1}')
    first, second = run(folder), run(folder)
    assert [file.reason for file in second.skipped] == [file.reason for file in first.skipped]
    shutil.copy(CITY_2023, note)
    third = run(folder)
    assert third.reports == 1 and not third.skipped


def test_a_missing_file_is_a_failure(run, tmp_path):
    summary = run(tmp_path / "nowhere.html")
    assert [file.reason for file in summary.skipped] == ["missing"] and summary.failed


def test_a_vanished_file_is_reported_and_its_report_stays(run, store, folder):
    run(folder)
    (folder / "huaibei-2021.html").unlink()
    summary = run(folder)
    assert [Path(file).name for file in summary.vanished] == ["huaibei-2021.html"]
    assert len(store.reports()) == 1


def test_years_of_one_organ_are_compared(run, store):
    run(SAMPLES / "city-2023.html", SAMPLES / "city-2024.docx")
    first, second = store.reports()
    assert [f.result for f in store.findings(first.id, "R10")] == ["not_assessable"]
    (carried,) = store.findings(second.id, "R10")
    assert carried.result == "holds" and [report for report, _ in carried.others] == [first.id]


def test_a_year_that_comes_later_is_compared_too(run, store):
    run(SAMPLES / "city-2024.docx")
    run(SAMPLES / "city-2023.html")
    assert [f.result for f in store.findings(store.reports()[1].id, "R10")] == ["holds"]


def test_removing_a_year_takes_the_comparison_back(run, store):
    run(SAMPLES / "city-2023.html", SAMPLES / "city-2024.docx")
    first, second = store.reports()
    assert remove_report(store, first.id)
    assert [f.result for f in store.findings(second.id, "R10")] == ["not_assessable"]
    assert not remove_report(store, first.id)


def test_passages_get_vectors_once(run, store):
    seen: list[Progress] = []
    run(CITY_2023, embedder=HashEmbedder, seen=seen)
    passages = [passage.id for passage in store.passages(store.reports()[0].id)]
    assert store.vectors_for(passages)[0] == passages
    assert [step.step for step in seen] == ["files", "vectors"]
    run(CITY_2023, embedder=lambda: pytest.fail("nothing is left to embed"))


def test_without_a_model_figures_are_there_all_the_same(run, store):
    def unavailable() -> Embedder:
        raise EmbeddingUnavailable("no model here")

    summary = run(CITY_2023, embedder=unavailable)
    assert summary.vectors == "no model here" and summary.reports == 1


def test_originals_of_an_index_can_be_read_again(run, store, folder):
    run(folder)
    original = store.original(store.reports()[0].id)
    summary = run(also=[Source(original, "elsewhere/huaibei-2021.html")])
    assert summary.reports == 1 and "elsewhere/huaibei-2021.html" in store.files()


@pytest.mark.parametrize("others", [1, 2], ids=["one-owner", "two-owners"])
def test_a_bare_place_is_given_to_the_one_organ_of_that_name(store, others):
    place = build_report(1, organ=Organ("示例新区", (), place_only=True))
    store.add(place)
    for number in range(others):
        name = ("示例新区管委会", "示例新区人民政府")[number]
        store.add(replace(build_report(2 + number), organ=Organ(name, ("示例新区",)), year=2022))
    moved = unify_organs(store)
    names = {report.organ for report in store.reports()}
    assert ("示例新区" in names) == (others == 2) and len(moved) == (others == 1)


def test_a_draft_is_read_without_an_index(loader):
    report = check_file(HUAIBEI, loader=loader)
    assert (report.organ.name, report.year, len(report.figures)) == ("淮北市人民政府", 2021, 200)


def test_what_is_no_report_is_refused(loader, tmp_path):
    path = tmp_path / "note.json"
    path.write_text('{"a": 1}')
    with pytest.raises(UnreadableFile) as refused:
        check_file(path, loader=loader)
    assert refused.value.reason == "not_a_report_kind"
