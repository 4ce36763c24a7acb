"""Measure how time and memory grow with the library.

Owns the libraries of rising size, asked the same things in turn, and the exponent of growth: the
slope of the logarithm of the median over that of the number of reports.

Leaves to others: the libraries (synthetic.py), the timing of a question (bench.py).
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import fmean

from assistant.answer import Assistant
from assistant.bootstrap import late_embedder
from assistant.settings import Settings
from eval.bench import ASKED, Measurement, in_turn, run_measured
from eval.metrics import percentile
from eval.synthetic import build_synthetic, questions
from indexer.store import Store

SIZES = (100, 2_000, 20_000)
_WARM = 10
_PROSE = (
    "{organ}{year}年召开了几场新闻发布会？",
    "{organ}{year}年政府信息公开工作存在哪些问题？",
    "{organ}{year}年有哪些改进措施？",
    "{organ}{year}年平台建设做了什么？",
)


def bench_growth(folder: Path, most: int, count: int) -> Iterator[Measurement]:
    """Measure numeric and textual questions on libraries of up to `most` reports, and memory."""
    sizes = [size for size in SIZES if size < most] + [most]
    folders = [folder / f"growth-{size}" for size in sizes]
    organs = [
        build_synthetic(data, size, prose=True) for data, size in zip(folders, sizes, strict=True)
    ]
    asked = {
        "numeric": [list(questions(names, ASKED, count)) for names in organs],
        "textual": [list(prose_questions(names, count)) for names in organs],
    }
    with ExitStack() as stack:
        stores = [stack.enter_context(Store.open(data)) for data in folders]
        assistants = [Assistant(store, embedder=late_embedder(Settings())) for store in stores]
        for kind, lists in asked.items():
            in_turn(assistants, [some[:_WARM] for some in lists])
            times = in_turn(assistants, [some[_WARM:] for some in lists])
            yield from _grown(kind, sizes, times)
    yield from _memory(folder, sizes, folders, asked["numeric"])


def prose_questions(organs: Sequence[str], count: int) -> Iterator[str]:
    """Yield up to `count` different questions about the prose.

    >>> list(prose_questions(["示例市"], 1))
    ['示例市2021年召开了几场新闻发布会？']
    """
    every = (
        form.format(organ=organ, year=year) for organ in organs for year in ASKED for form in _PROSE
    )
    yield from (question for question, _ in zip(every, range(count), strict=False))


def _grown(
    kind: str, sizes: Sequence[int], times: Sequence[Sequence[float]]
) -> Iterator[Measurement]:
    medians = [percentile(series, 0.5) for series in times]
    for size, series, middle in zip(sizes, times, medians, strict=True):
        name, first = f"{kind} question, {size} reports", f"{sizes[0]} reports"
        yield Measurement(f"{name}, median", middle, "ms", middle / medians[0], first)
        yield Measurement(f"{name}, p99", percentile(series, 0.99), "ms")
    if len(sizes) > 1:
        yield Measurement(f"{kind} question, exponent of growth", exponent(sizes, medians), "")


def exponent(sizes: Sequence[float], values: Sequence[float]) -> float:
    """Return the slope of log value over log size, by least squares.

    >>> round(exponent([10, 100, 1000], [1, 10, 100]), 6), exponent([1, 10], [5, 5])
    (1.0, 0.0)
    """
    xs, ys = [math.log(size) for size in sizes], [math.log(value) for value in values]
    middle_x, middle_y = fmean(xs), fmean(ys)
    above = sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True))
    return above / sum((x - middle_x) ** 2 for x in xs)


def _memory(
    folder: Path, sizes: Sequence[int], folders: Sequence[Path], asked: Sequence[Sequence[str]]
) -> Iterator[Measurement]:
    """Measure the peak memory of answering on the smallest and on the largest library.

    The embedding model, whose loading would hide the rest, is left out.
    """
    peaks = []
    for data, some in ((folders[0], asked[0]), (folders[-1], asked[-1])):
        lines = folder / "asked.txt"
        lines.write_text("\n".join(some), encoding="utf-8")
        command = [sys.executable, "-m", "eval.probe", str(data), str(lines)]
        peaks.append(run_measured(command)[1])
    name = f"peak memory without the embedding model, {sizes[-1]} reports"
    yield Measurement(name, peaks[-1] / 1e6, "MB", peaks[-1] / peaks[0], f"{sizes[0]} reports")
    if len(sizes) > 1:
        each = (peaks[-1] - peaks[0]) / (sizes[-1] - sizes[0]) * 1000
        yield Measurement("memory for 1,000 reports more", each / 1e6, "MB")
