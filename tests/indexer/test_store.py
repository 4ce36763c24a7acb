"""The index gives back what went in, and says which version of a report counts."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, event, inspect, text

from indexer import schema
from indexer.database import REBUILD, open_engine, upgrade_schema
from indexer.errors import BadIndex, IndexBusy
from indexer.model import Figure, Finding, Organ, Place
from indexer.records import STATES, SkippedFile
from indexer.store import Store, read_sources
from tests.indexer.reports import build_report, cells, digest_of, figure, original_of, with_figures


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
)
def url(request: pytest.FixtureRequest) -> str | None:
    """The address of an empty database; None for that of the folder."""
    if request.param == "sqlite":
        return None
    address: str = request.getfixturevalue("postgresql")
    return address


@pytest.fixture
def store(tmp_path: Path, url: str | None) -> Iterator[Store]:
    with Store.create(tmp_path, database_url=url, model="hash") as opened:
        yield opened


def plain(figure: Figure) -> Figure:
    """Return a stored figure as the figure that went in."""
    names = Figure.__dataclass_fields__
    return Figure(**{name: getattr(figure, name) for name in names})


def test_everything_read_from_a_report_comes_back(store: Store) -> None:
    report = build_report(1)
    added = store.add(report, original_of(1))
    assert added.outcome == "added"
    id_ = added.report
    assert [plain(one) for one in store.figures(id_)] == list(report.figures)
    assert [one.seq for one in store.figures(id_)] == list(range(len(report.figures)))
    assert [one.printed for one in store.unreadable(id_)] == ["1 2"]
    assert store.sections(id_) == list(report.sections)
    assert [one.text for one in store.passages(id_)] == [one.text for one in report.passages]
    assert store.passage(f"{id_}.1") == store.passages(id_)[1]
    assert [(one.rule, one.figures) for one in store.findings(id_, "R1")] == [("R1", (0, 1))]
    assert store.document_text(id_) == report.document.text
    assert store.grids(id_) == (report.document.blocks[1],)
    original = store.original(id_)
    assert original is not None and original.read_bytes() == original_of(1)
    row = store.report(id_)
    assert row is not None and (row.url, row.published) == ("https://example.org/1", None)
    assert [(one.name, one.aliases) for one in store.organs()] == [("示例市第1局", ("第1局",))]
    assert store.coverage() == {"示例市第1局": (2023,)}


places = st.builds(
    Place,
    st.just("shi.html"),
    *[st.none() | st.integers(0, 2**31 - 1) for _ in range(7)],
)
values = st.none() | st.decimals() | st.integers(-(2**70), 2**70).map(Decimal)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
words = st.none() | texts
figures = st.builds(
    Figure,
    value=values,
    table=st.none() | st.integers(1, 4),
    row=st.lists(texts, max_size=3).map(tuple),
    column=st.lists(texts, max_size=3).map(tuple),
    indicator=words,
    applicant=words,
    state=st.sampled_from(STATES),
    printed=texts,
    unit=words,
    place=places,
)


@given(st.lists(figures, max_size=4))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_figure_reads_back_exactly(tmp_path: Path, cells: list[Figure]) -> None:
    with Store.create(tmp_path, model="hash") as store:
        for row in store.reports(current_only=False):
            store.remove(row.id)
        added = store.add(with_figures(1, cells))
        # Compared as text, since NaN is equal to nothing and 12.50 is equal to 12.5.
        assert [repr(plain(one)) for one in store.figures(added.report)] == [
            repr(one) for one in cells
        ]


def test_figures_are_found_by_indicator_applicant_and_table(store: Store) -> None:
    id_ = store.add(build_report(3)).report
    (found,) = store.figures(id_, "row_2", "total")
    assert (found.indicator, found.applicant, found.report) == ("row_2", "total", id_)
    assert len(store.figures(id_, "row_2")) == 7
    assert len(store.figures(id_, table=3)) == 28
    assert store.figures(id_, table=2) == store.figures(id_, "unheard of") == []
    assert store.figures("r_000000000000") == []


def test_listing_is_in_order_and_takes_an_alias(store: Store) -> None:
    for number, year in ((2, 2022), (1, 2023), (2, 2021)):
        store.add(build_report(number, year=year, file=f"{number}-{year}.html"))
    rows = list(store.figure_rows())
    assert [(row.organ, row.year) for row in rows][::28] == [
        ("示例市第1局", 2023),
        ("示例市第2局", 2021),
        ("示例市第2局", 2022),
    ]
    assert [row.figure.seq for row in rows] == list(range(28)) * 3
    assert {row.organ for row in store.figure_rows("第2局", 2021)} == {"示例市第2局"}
    assert len(list(store.figure_rows(indicator="row_1", applicant="total"))) == 3
    assert not list(store.figure_rows("示例市无此局"))


def test_ranking_puts_numbers_first_and_keeps_ties(store: Store) -> None:
    values = {1: 5, 2: None, 3: 9, 4: 5, 5: Decimal("5.50"), 6: 0}
    for number, value in values.items():
        store.add(with_figures(number, [figure("received", "total", value)]))
    ranked = store.across("received", "total", 2023)
    assert [one.value for one in ranked] == [9, Decimal("5.50"), 5, 5, 0, None]
    assert [one.organ for one in ranked][2:4] == ["示例市第1局", "示例市第4局"]
    assert [one.value for one in store.across("received", "total", 2023, limit=3)] == [
        9, Decimal("5.50"), 5, 5,
    ]  # fmt: skip
    assert store.across("received", "total", 2019) == store.across("no such") == []


def test_one_organ_across_years(store: Store) -> None:
    for year in (2021, 2022):
        store.add(
            with_figures(1, [figure(value=year, applicant=None)], year=year, file=f"{year}.html")
        )
    store.add(with_figures(2, [figure(value=7, applicant=None)]))
    found = store.across("received", organ="示例市第1局")
    assert [(one.year, one.value) for one in found] == [(2022, 2022), (2021, 2021)]


def test_the_same_content_gives_the_same_version(tmp_path: Path, url: str | None) -> None:
    versions = []
    for order in ((1, 2, 3), (3, 1, 2)):
        with Store.create(tmp_path, database_url=url, model="hash", rebuild=True) as store:
            seen = {store.version()}
            for number in order:
                store.add(build_report(number))
                seen.add(store.version())
            assert len(seen) == 4
            versions.append(store.version())
            extra = store.add(build_report(9)).report
            assert store.version() != versions[-1]
            store.remove(extra)
            assert store.version() == versions[-1]
    assert versions[0] == versions[1]


def test_the_version_sees_what_was_read_and_not_only_the_file(store: Store) -> None:
    store.add(build_report(1))
    before = store.version()
    store.remove(store.reports()[0].id)
    store.add(with_figures(1, cells(2)))
    assert store.version() != before


def test_a_file_with_new_content_supersedes_its_old_report(store: Store) -> None:
    old = store.add(build_report(1, provenance={"published": "2024-03-01"}), original_of(1)).report
    changed = build_report(1, digest=digest_of(99), provenance={"published": "2024-01-01"})
    new = store.add(changed, original_of(99))
    assert new.outcome == "superseded older version"
    assert [row.id for row in store.reports()] == [new.report]
    both = {row.id: row.superseded_by for row in store.reports(current_only=False)}
    assert both == {old: new.report, new.report: None}
    assert len(store.across("row_1", "total", 2023)) == 1
    assert len(list(store.figure_rows())) == 28
    assert store.figures(old) and not store.has_digest(digest_of(1), "shi1.html")


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        ("2024-03-01", "2024-01-01", "kept as older version"),
        ("2024-01-01", "2024-03-01", "superseded older version"),
        (None, "2024-01-01", "superseded older version"),
        ("2024-03-01", None, "superseded older version"),
        ("2024-03-01", "2024-03-01", "superseded older version"),
    ],
)
def test_of_two_files_the_later_published_counts_else_the_later_indexed(
    store: Store, first: str | None, second: str | None, outcome: str
) -> None:
    one = store.add(build_report(1, provenance={"published": first} if first else {})).report
    other = build_report(
        1,
        file="again.html",
        digest=digest_of(2),
        provenance={"published": second} if second else {},
    )
    added = store.add(other)
    assert added.outcome == outcome
    winner = one if outcome == "kept as older version" else added.report
    assert [row.id for row in store.reports()] == [winner]
    version = store.version()
    store.remove(winner)
    assert len(store.reports()) == 1 and store.version() != version


def test_a_file_that_reads_as_another_organ_takes_its_old_report_away(store: Store) -> None:
    old = store.add(build_report(1), original_of(1)).report
    store.add(build_report(2, file="shi1.html"), original_of(2))
    assert [row.organ for row in store.reports(current_only=False)] == ["示例市第2局"]
    assert store.figures(old) == [] and store.document_text(old) is None
    assert [one.name for one in store.organs()] == ["示例市第2局"]


def test_a_copy_of_a_file_is_the_same_report(store: Store) -> None:
    store.add(build_report(1), original_of(1))
    assert store.add(build_report(1, file="copy.html"), original_of(1)).outcome == "unchanged"
    assert store.has_digest(digest_of(1), "copy.html")
    store.add(build_report(2, file="copy.html"), original_of(2))
    assert len(store.reports()) == 2
    assert list(store.files()) == ["copy.html", "shi1.html"]


def test_content_that_returns_is_current_again(store: Store) -> None:
    first = store.add(build_report(1)).report
    version = store.version()
    store.add(build_report(1, digest=digest_of(5)))
    assert store.version() != version
    again = store.add(build_report(1))
    assert (again.report, again.outcome) == (first, "superseded older version")
    assert [row.id for row in store.reports()] == [first] and store.version() == version


def test_removing_takes_everything_with_it(store: Store) -> None:
    id_ = store.add(build_report(1), original_of(1)).report
    store.add(build_report(2), original_of(2))
    assert store.remove(id_) and not store.remove(id_)
    assert sorted(path.name for path in (store.data / "originals").iterdir()) == [digest_of(2)]
    with store._engine.connect() as connection:
        for table in schema.OWNED:
            rows = connection.execute(table.select()).all()
            assert {row.report_id for row in rows} <= {2}, table.name


def test_giving_a_report_another_organ_moves_it(store: Store) -> None:
    id_ = store.add(build_report(1)).report
    store.add(build_report(2))
    new = store.set_organ(id_, Organ("示例市第2局"))
    assert new is not None and new != id_
    assert [(row.id, row.organ) for row in store.reports()] == [(new, "示例市第2局")]
    assert [one.name for one in store.organs()] == ["示例市第2局"]
    assert store.set_organ(new, Organ("示例市第2局", ("二局",))) == new
    assert "二局" in store.organs()[0].aliases
    assert store.set_organ("r_0", Organ("示例市第2局")) is None


def test_findings_across_reports_replace_only_their_rules(store: Store) -> None:
    one, other = (store.add(build_report(number)).report for number in (1, 2))
    for expression in ("1 = 2", "2 = 2"):
        store.set_findings(
            one, [Finding("R10", "fails", expression, (3,))], rules=["R10", "R11"],
            others={0: [(other, 4)]},
        )  # fmt: skip
    assert [(f.rule, f.expression, f.others) for f in store.findings(one)] == [
        ("R1", "1+0 = 1+0", ()),
        ("R10", "2 = 2", ((other, 4),)),
    ]


def test_a_skipped_file_is_listed_until_it_is_indexed(store: Store) -> None:
    skipped = SkippedFile("shi1.html", "00", "empty_form", "an empty form", "", False)
    store.record_skipped(skipped)
    store.record_skipped(skipped)
    assert store.skipped() == [skipped]
    store.add(build_report(1))
    assert store.skipped() == []


def test_an_original_that_was_not_read_is_a_bug(store: Store) -> None:
    with pytest.raises(ValueError, match="original"):
        store.add(build_report(1), b"something else")
    assert store.reports() == ()


def test_leftovers_are_cleaned_at_the_next_start(tmp_path: Path) -> None:
    with Store.create(tmp_path, model="hash") as store:
        store.add(build_report(1), original_of(1))
    (tmp_path / "originals" / ".half").write_bytes(b"12")
    (tmp_path / "originals" / digest_of(7)).write_bytes(original_of(7))
    with Store.create(tmp_path, model="hash"):
        assert [path.name for path in (tmp_path / "originals").iterdir()] == [digest_of(1)]


def test_two_writers_exclude_each_other(store: Store, url: str | None) -> None:
    with pytest.raises(IndexBusy, match=str(os.getpid())):
        Store.create(store.data, database_url=url)


def test_a_reader_cannot_write_but_can_give_feedback(store: Store, url: str | None) -> None:
    with Store.open(store.data, database_url=url) as reader:
        reader.add_feedback("a_1", True, "很好")
        assert [(one.helpful, one.comment) for one in reader.feedback()] == [(True, "很好")]
        with pytest.raises(RuntimeError):
            reader.add(build_report(1))


def test_a_reader_takes_up_what_a_writer_adds(store: Store, url: str | None) -> None:
    with Store.open(store.data, database_url=url) as reader:
        assert reader.reports() == ()
        id_ = store.add(build_report(1)).report
        deadline = time.monotonic() + 5
        assert len(reader.figures(id_)) == 28
        while reader.version() != store.version() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert [row.id for row in reader.reports()] == [id_]


def test_the_same_report_added_again_is_whole(store: Store) -> None:
    for value in (1, 2):
        id_ = store.add(with_figures(1, [figure(value=value)])).report
        assert [one.value for one in store.figures(id_)] == [value]
        assert [row.id for row in store.reports()] == [id_]
        store.remove(id_)


def test_a_report_added_by_another_process_is_found_before_the_catalog_knows(
    store: Store,
) -> None:
    gone = store.add(build_report(1)).report
    with Store.open(store.data) if store._engine.dialect.name == "sqlite" else store as reader:
        assert len(reader.reports()) == 1
        store.remove(gone)
        new = store.add(build_report(2)).report
        assert len(reader.figures(new)) == 28 and reader.figures(gone) == []
        assert len(reader.across("row_1", "total")) <= 1


def test_a_reader_survives_a_rebuild(tmp_path: Path) -> None:
    with Store.create(tmp_path, model="hash") as store:
        store.add(build_report(1), original_of(1))
    with Store.open(tmp_path) as reader:
        assert len(reader.reports()) == 1
        reader.add_feedback("a_1", False)
        with Store.create(tmp_path, model="other", rebuild=True) as store:
            store.add(build_report(2))
            store.add(with_figures(3, [figure("fresh", "other", 4)]))
        reader._checked = 0.0
        assert [row.organ for row in reader.reports()] == ["示例市第2局", "示例市第3局"]
        assert [one.value for one in reader.across("fresh", "other")] == [4]
        assert len(reader.feedback()) == 1 and reader.model() == "other"


def test_the_files_of_an_index_can_be_read_again(tmp_path: Path) -> None:
    with Store.create(tmp_path, model="hash") as store:
        store.add(build_report(1), original_of(1))
        store.add(build_report(2))
    assert read_sources(tmp_path) == [("shi1.html", tmp_path / "originals" / digest_of(1))]


def test_an_index_that_does_not_fit_is_refused_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(BadIndex, match="nianbao index"):
        Store.open(tmp_path)
    with Store.create(tmp_path, model="hash") as store:
        with pytest.raises(BadIndex, match=REBUILD):
            Store.open(tmp_path, model="other")
        engine = store._engine
    with engine.begin() as connection:
        connection.execute(text("UPDATE header SET value = '99' WHERE key = 'format'"))
    engine.dispose()
    for opening in (Store.open, Store.create):
        with pytest.raises(BadIndex, match=f"99.*{REBUILD}"):
            opening(tmp_path)
    (tmp_path / "index.sqlite").write_bytes(b"not a database" * 1000)
    for opening in (Store.open, Store.create):
        with pytest.raises(BadIndex, match=REBUILD):
            opening(tmp_path)
    with Store.create(tmp_path, model="hash", rebuild=True) as store:
        assert store.reports() == ()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://nianbao@127.0.0.1/nianbao", "must be PostgreSQL"),
        ("postgresql+none://nianbao@127.0.0.1/nianbao", r"nianbao\[postgresql\]"),
        ("postgresql://nianbao:secret@127.0.0.1:1/nianbao", "cannot be reached"),
    ],
    ids=["other", "no-package", "not-there"],
)
def test_a_database_that_cannot_be_used_is_told_without_its_password(
    tmp_path: Path, url: str, said: str
) -> None:
    for opening in (Store.open, Store.create):
        with pytest.raises(BadIndex, match=said) as refused:
            opening(tmp_path, database_url=url)
        assert "secret" not in str(refused.value) and REBUILD not in str(refused.value)
    Store.create(tmp_path, model="hash").close()


def test_the_migrations_make_the_tables_that_the_code_reads() -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    shapes = []
    for make in (upgrade_schema, schema.metadata.create_all):
        engine = create_engine("sqlite://")
        with engine.begin() as connection:
            make(connection)
            context = MigrationContext.configure(connection)
            assert compare_metadata(context, schema.metadata) == []
            tables = set(inspect(connection).get_table_names()) - {"alembic_version"}
            shapes.append(
                {
                    table: str(connection.execute(
                        text("SELECT sql FROM sqlite_master WHERE name = :t"), {"t": table}
                    ).scalar()).count("WITHOUT ROWID")
                    for table in tables
                }
            )  # fmt: skip
        engine.dispose()
    assert shapes[0] == shapes[1] and shapes[0]["figure"] == 1


@pytest.mark.postgresql
def test_the_migrations_make_them_on_postgresql_too(postgresql: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    engine = open_engine(Path(), postgresql)
    with engine.begin() as connection:
        upgrade_schema(connection)
        context = MigrationContext.configure(connection)
        assert context.get_current_revision() == schema.REVISION
        assert compare_metadata(context, schema.metadata) == []
    engine.dispose()


def test_numbers_are_served_without_the_heavy_libraries(tmp_path: Path) -> None:
    with Store.create(tmp_path, model="hash") as store:
        id_ = store.add(build_report(1)).report
    code = (
        "import sys; from pathlib import Path; from indexer.store import Store\n"
        f"with Store.open(Path({str(tmp_path)!r})) as store:\n"
        f"    assert store.figures({id_!r}, 'row_1', 'total')\n"
        "print([m for m in ('numpy', 'chromadb', 'alembic', 'torch') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.slow
def test_twenty_thousand_reports_fit_in_600_megabytes(tmp_path: Path) -> None:
    with Store.create(tmp_path, model="hash") as store:
        for number in range(500):
            store.add(with_figures(number, cells(number, rows=29)[:200], passages=()))
    used = (tmp_path / "index.sqlite").stat().st_size
    assert used / (500 * 200) < 150


def test_reads_together_share_a_connection_and_see_one_state(store: Store) -> None:
    id_ = store.add(build_report(1)).report
    opened: list[object] = []
    event.listen(store._engine, "checkout", lambda *what: opened.append(what))
    for _ in range(2):
        store.figures(id_)
    assert len(opened) == 2
    with store.together():
        before = store.figures(id_)
        store.add(build_report(2))
        with store.together():
            assert store.figures(id_) == before
        written = len(opened)
        store.findings(id_)
        assert len(opened) == written
    assert not store._engine.pool.checkedout()
