"""Make a run that holds more than answers: baselines, readers of tables, speed.

Owns the order of these parts and what they add to a run.

Leaves to others: every part itself, the commands (__main__.py), showing it (report.py).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.bootstrap import build_assistant, late_embedder
from assistant.settings import Settings
from eval.baselines.beside import ask_baselines, build_retrievers
from eval.baselines.chat import Chat
from eval.baselines.extraction import OURS, READERS, compare_readers, known_cells
from eval.baselines.lookups import find_lookups
from eval.bench import Measurement
from eval.cases import load_datasets
from eval.library import SAMPLES, coverage_numbers, opened_library
from eval.run import Run, ask_cases, describe_system, program_commit

Say = Callable[[str], None]


def measure_answers(name: str, paths: Sequence[Path], data: Path | None) -> Run:
    """Ask every case of the files.

    Raises:
        BadDataset: a file breaks its rules.
        BadIndex: the index cannot be read.
    """
    cases = load_datasets(paths)
    with opened_library(data) as store:
        assistant = build_assistant(store, late_embedder(Settings.from_env(os.environ)))
        rows = tuple(
            ask_cases(cases, lambda r: assistant.ask(r).as_json(), coverage_numbers(store))
        )
        return Run(describe_system(name, store.version(), paths), rows)


def with_baselines(
    run: Run, paths: Sequence[Path], data: Path | None, *, chat: Chat | None = None
) -> Run:
    """Return the run with the baselines' scores beside ours, on the questions they can answer.

    Raises:
        EmbeddingUnavailable: there is no embedding model.
        ChatFailed: the chat model gave no answer.
    """
    with opened_library(data) as store, TemporaryDirectory(prefix="nianbao-words-") as cache:
        lookups = list(find_lookups(load_datasets(paths), store))
        embedder = late_embedder(Settings.from_env(os.environ))()
        retrievers = build_retrievers(store, embedder, Path(cache))
        beside = dict(ask_baselines(lookups, retrievers, chat))
    rows = ({**row, "baselines": beside.get(row["id"])} for row in run.rows)
    models = {**run.system["models"], "embedding": embedder.name}
    return Run({**run.system, "models": models}, tuple(rows))


def with_readers(run: Run) -> Run:
    """Return the run with what readers of tables make of the sample files."""
    shares = compare_readers(SAMPLES, known_cells(), (OURS, *READERS))
    return Run({**run.system, "readers": [asdict(share) for share in shares]}, run.rows)


def with_bench(run: Run, measured: Iterable[Measurement]) -> Run:
    """Return the run with measurements of speed and room, and the commit that was measured."""
    bench = [asdict(one) for one in measured]
    return Run({**run.system, "bench": bench, "bench_commit": program_commit()}, run.rows)
