"""What the tests share: a small index of the samples, and which programs may be missing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from indexer.loaders import Loader
from indexer.pipeline import index_paths
from indexer.store import Store
from tests.fakes import HashEmbedder
from tests.postgres_server import PLACES, emptied, postgres_server

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "indexer" / "samples"
#: Enough of the samples to show every state of a cell, both formats and a table to 2018.
CHOSEN = (
    SAMPLES / "huaibei-2021.html",
    SAMPLES / "city-2020.html",
    SAMPLES / "city-2023.html",
    SAMPLES / "city-2024.docx",
    SAMPLES / "education-2022.docx",
    SAMPLES / "education-2023.html",
    SAMPLES / "qingxi-2023.html",
    ROOT / "tests" / "reports" / "statistics-html" / "report.html",
)
#: What `make test` builds of assistant/web before the tests run.
BUILT = ROOT / "assistant" / "static" / "index.html"
PROGRAMS: Mapping[str, tuple[str, ...]] = {
    "browser": ("chromium", "chromium-browser", "google-chrome"),
    "office": ("soffice", "libreoffice"),
    "nginx": ("nginx",),
    "postgresql": ("initdb",),
    "redis": ("redis-server", "valkey-server"),
    "systemd": ("systemd-analyze",),
}


def found(program: str) -> bool:
    """Whether a program is there."""
    return shutil.which(program, path=PLACES) is not None


def missing() -> list[str]:
    """Return a line for each program or folder without which tests are skipped."""
    lines = [
        f"{' or '.join(names[:2])} is missing: tests marked '{mark}' are skipped"
        for mark, names in PROGRAMS.items()
        if not any(map(found, names))
    ]
    if not BUILT.is_file():
        lines.append("assistant/static is not built: tests marked 'browser' are skipped")
    return lines


def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("CI") == "true" and (lines := missing()):
        raise pytest.UsageError("; ".join(lines))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for mark, names in PROGRAMS.items():
        if not any(map(found, names)):
            for item in items:
                if item.get_closest_marker(mark):
                    item.add_marker(pytest.mark.skip(reason=f"{names[0]} is missing"))
    for item in items:
        if not BUILT.is_file() and item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="assistant/static is not built"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    lines = missing()
    if not os.environ.get("NIANBAO_REPORTS"):
        lines.append("NIANBAO_REPORTS is not set: tests over real reports are skipped")
    for line in lines:
        terminalreporter.write_line(f"SKIPPED: {line}", yellow=True, bold=True)


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index over CHOSEN, with vectors; read it, do not write to it."""
    data = tmp_path_factory.mktemp("library")
    with Store.create(data) as store, Loader() as loader:
        index_paths(CHOSEN, store, loader=loader, on_progress=lambda _: None, embedder=HashEmbedder)
    return data


@pytest.fixture(scope="module")
def store(library: Path) -> Iterator[Store]:
    """The index of `library`, open for reading."""
    with Store.open(library) as opened:
        yield opened


@pytest.fixture(scope="session")
def _postgresql() -> Iterator[str]:
    with postgres_server() as url:
        yield url


@pytest.fixture
def postgresql(_postgresql: str) -> str:
    """The address of an empty database on PostgreSQL, for tests marked so."""
    return emptied(_postgresql)
