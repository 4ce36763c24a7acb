"""The index that the evaluation asks, and what is known of it.

Owns building an index of the samples in a folder, and the numbers of its coverage.

Leaves to others: indexing itself (indexer/), asking (run.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import indexer
from indexer.embedding import Embedder
from indexer.loaders import Loader
from indexer.pipeline import index_paths
from indexer.store import Store

SAMPLES = Path(indexer.__file__).parent / "samples"
#: Reports with prose, written for the questions of prose_dev and prose_aside; the organs of both
#: parts are apart.
PROSE = Path(__file__).parent / "datasets" / "prose"


def sample_files() -> list[Path]:
    """Return the report files of the samples, in order of name."""
    return sorted(path for path in SAMPLES.iterdir() if path.suffix != ".md")


def build_library(data: Path) -> None:
    """Index the samples in `data`, without vectors."""
    with Store.create(data) as store, Loader() as loader:
        index_paths(sample_files(), store, loader=loader, on_progress=lambda _: None)


@contextmanager
def opened_library(data: Path | None) -> Iterator[Store]:
    """Open the index in `data`, or one of the samples that is gone afterwards."""
    if data is not None:
        with Store.open(data) as store:
            yield store
        return
    with TemporaryDirectory(prefix="nianbao-eval-") as folder:
        build_library(Path(folder))
        with Store.open(Path(folder)) as store:
            yield store


@contextmanager
def opened_prose_library(data: Path | None, embedder: Callable[[], Embedder]) -> Iterator[Store]:
    """Open the index in `data`, or one of samples and prose reports with vectors, then gone."""
    if data is not None:
        with Store.open(data) as store:
            yield store
        return
    with TemporaryDirectory(prefix="nianbao-eval-") as folder:
        files = [*sample_files(), *sorted(PROSE.glob("*.txt"))]
        with Store.create(Path(folder)) as store, Loader() as loader:
            index_paths(files, store, loader=loader, on_progress=lambda _: None, embedder=embedder)
        with Store.open(Path(folder)) as store:
            yield store


def coverage_numbers(store: Store) -> tuple[int, ...]:
    """Return the years in the library and its counts of organs and reports, which need no source.

    Counts are those of all, of each organ and of each year.
    """
    coverage = store.coverage()
    years = [year for held in coverage.values() for year in held]
    counts = {len(coverage), len(years), *map(len, coverage.values())}
    counts |= {years.count(year) for year in years}
    return (*sorted(set(years)), *sorted(counts))
