"""Measure how fast it is, and how much room it takes.

Owns what is measured: latency of numeric questions on a small and on a large library, the start
of the command, reading reports without and with vectors, and bytes.  A measurement stands as a
ratio first, because absolute times belong to one machine.

Leaves to others: the large library and the reports (synthetic.py), printing (__main__.py).
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

from assistant.answer import Assistant
from assistant.bootstrap import late_embedder
from assistant.model import Request
from assistant.settings import Settings
from eval.library import build_library
from eval.metrics import percentile
from eval.synthetic import YEARS, build_synthetic, count_figures, questions, redrawn_reports
from indexer.store import Store

DAY = date(2025, 6, 1)
_WARM = 20
#: The organs of the samples that have a report for each of YEARS.
_SAMPLED = ["示例市人民政府", "示例市清溪区人民政府", "示例市教育局"]
#: Years whose year before is in both libraries, too.
ASKED = YEARS[1:]
_RANKING = "{year}年哪个机关新收申请最多？"


@dataclass(frozen=True)
class Measurement:
    """One thing measured; `ratio` is to what `against` names, where there is such a thing."""

    name: str
    value: float
    unit: str
    ratio: float | None = None
    against: str = ""

    def __str__(self) -> str:
        """Return it as a line of a Markdown table, the ratio first."""
        ratio = "–" if self.ratio is None else f"{self.ratio:.2f} × {self.against}"
        return f"| {self.name} | {ratio} | {self.value:,.4g} {self.unit} |"


def bench_latency(folder: Path, reports: int, count: int) -> Iterator[Measurement]:
    """Measure `count` numeric questions in one process, on the samples and on `reports` reports.

    The two libraries are asked in turn, so that what else the machine does falls on both.
    """
    build_library(folder / "small")
    organs = build_synthetic(folder / "large", reports)
    yield from measure_bytes(folder / "large")
    with Store.open(folder / "small") as small, Store.open(folder / "large") as large:
        embedder = late_embedder(Settings())
        assistants = [Assistant(store, embedder=embedder) for store in (small, large)]
        asked = [list(questions(names, ASKED, count + _WARM)) for names in (_SAMPLED, organs)]
        first = _ask(assistants[1], asked[1][0])
        times = in_turn(assistants, [some[:_WARM] for some in asked])
        times = in_turn(assistants, [some[_WARM:] for some in asked])
        ranked = _ask(assistants[1], _RANKING.format(year=YEARS[-1]))
    for name, share in (("median", 0.5), ("p99", 0.99)):
        base, value = (percentile(series, share) for series in times)
        yield Measurement(f"numeric question, samples, {name}", base, "ms")
        yield Measurement(
            f"numeric question, {reports} reports, {name}", value, "ms", value / base, "samples"
        )
    yield Measurement(f"first question, {reports} reports", first, "ms")
    yield Measurement(f"ranking over all organs of {reports} reports", ranked, "ms")


def in_turn(assistants: Sequence[Assistant], asked: Sequence[Sequence[str]]) -> list[list[float]]:
    """Return the milliseconds of each question, one list for each assistant."""
    times: list[list[float]] = [[] for _ in assistants]
    for round_ in zip(*asked, strict=False):
        for assistant, question, series in zip(assistants, round_, times, strict=True):
            series.append(_ask(assistant, question))
    return times


def _ask(assistant: Assistant, question: str) -> float:
    started = time.perf_counter()
    assistant.ask(Request(question, today=DAY))
    return (time.perf_counter() - started) * 1000


def measure_bytes(data: Path) -> Iterator[Measurement]:
    """Measure the database of an index without text and vectors."""
    reports, figures = count_figures(data)
    size = sum(file.stat().st_size for file in data.glob("index.sqlite*"))
    yield Measurement(f"database, {reports} reports, {figures} figures", size / 1e6, "MB")
    yield Measurement("database for a report", size / reports, "bytes")
    yield Measurement("database for a figure", size / figures, "bytes")


def bench_start(folder: Path, times: int = 5) -> Iterator[Measurement]:
    """Measure `nianbao ask` of one figure from the start of the process to its end."""
    build_library(folder / "start")
    question = "示例市清溪区2023年新收多少件？"
    command = [sys.executable, "-m", "assistant", "ask", question, "--data", str(folder / "start")]
    bare = [sys.executable, "-c", "import sqlalchemy"]
    taken = median(run_measured(command)[0] for _ in range(times))
    base = median(run_measured(bare)[0] for _ in range(times))
    yield Measurement("cold start of nianbao ask", taken, "s", taken / base, "import sqlalchemy")


def bench_index(folder: Path, count: int) -> Iterator[Measurement]:
    """Measure reading `count` text and HTML reports into an empty index, without vectors."""
    files = redrawn_reports(folder / "reports", count)
    size = sum(file.stat().st_size for file in files)
    seconds, peak = run_measured(
        [*_INDEX, str(folder / "reports"), "--no-vectors", "--data", str(folder / "index")]
    )
    held = sum(file.stat().st_size for file in (folder / "index").glob("index.sqlite*"))
    yield Measurement(f"reading {count} reports", count / seconds, "reports a second")
    yield Measurement("peak memory of reading", peak / 1e6, "MB")
    yield Measurement("index for a report", held / count, "bytes", held / size, "the files")


def bench_vectors(folder: Path, count: int) -> Iterator[Measurement]:
    """Measure the same with vectors; loading the model, measured with one report, is taken off."""
    files = redrawn_reports(folder / "embedded", count + 2)
    data = ["--data", str(folder / "vectors")]
    run_measured([*_INDEX, str(files[0]), *data])
    loading, _ = run_measured([*_INDEX, str(files[1]), *data])
    seconds, peak = run_measured([*_INDEX, *map(str, files[2:]), *data])
    each = (seconds - loading) / (count - 1)
    yield Measurement(f"reading {count} reports with vectors", 1 / each, "reports a second")
    yield Measurement("peak memory with vectors", peak / 1e6, "MB")
    yield Measurement("loading the embedding model, with one report", loading, "s")


_INDEX = (sys.executable, "-m", "assistant", "index")


def run_measured(command: Sequence[str]) -> tuple[float, int]:
    """Run a command; return its seconds and the peak memory in bytes of its largest process.

    Raises:
        CalledProcessError: it failed.
    """
    timer = [sys.executable, "-m", "eval.timer", *command]
    done = subprocess.run(timer, capture_output=True, text=True, check=True)
    seconds, peak, code = done.stdout.split()
    if int(code):
        raise subprocess.CalledProcessError(int(code), command)
    return float(seconds), int(peak) * (1 if sys.platform == "darwin" else 1024)
