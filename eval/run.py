"""Ask every case and write a run file.

Owns the shape of a run file: the first line describes the system (commit, index, questions,
prompts, machine), every other line is one case with its outcome and scores.  Nothing in it is
edited by hand.

Leaves to others: the scores (judge.py), the index (library.py), what is made of a run (report.py,
compare.py).
"""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.guidance import card_texts
from assistant.model import Request
from eval.cases import Case, dataset_digest
from eval.errors import BadRun
from eval.judge import judge

ROOT = Path(__file__).parents[1]
RUNS = Path(__file__).with_name("runs")
#: The seed of every bootstrap interval; noted in the run.
SEED = 0
#: Parts that are scored and never looked at: a run keeps no word of their cases.
BLIND = frozenset({"aside"})

Ask = Callable[[Request], Mapping[str, Any]]
_KEPT = ("status", "reason", "value", "unit", "verdict", "text", "speech")
_FIGURE = ("organ", "year", "indicator", "applicant", "state", "value")


@dataclass(frozen=True)
class Run:
    """A run file: the system that was asked, and the lines of its cases in order."""

    system: Mapping[str, Any]
    rows: tuple[Mapping[str, Any], ...]


def ask_cases(cases: Iterable[Case], ask: Ask, library: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Yield one line for each case; `library` are the numbers of coverage."""
    for case in cases:
        request = Request(case.question, history=case.history, today=case.date)
        started = time.perf_counter()
        reply = ask(request)
        took = (time.perf_counter() - started) * 1000
        scores = judge(case, reply, cards=[card_texts(reply["text"])], library=library)
        row = {
            "id": case.id,
            "part": case.part,
            "kind": case.kind,
            "language": case.language,
            "question": case.question,
            "history": list(case.history),
            "expect": dict(case.expect),
            "scores": scores.as_json(),
            "outcome": _outcome(reply),
            "ms": round(took, 2),
        }
        yield concealed(row) if is_blind(row) else row


def is_blind(row: Mapping[str, Any]) -> bool:
    """Whether the line is of a part that is not to be looked at."""
    return row["part"] in BLIND


def concealed(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a line with its scores alone: no question, expectation, reply or reason."""
    expect, outcome = row["expect"]["status"], row["outcome"]["status"]
    scores = {**row["scores"], "failed": [], "uncovered": ["?"] * len(row["scores"]["uncovered"])}
    return {
        **row,
        "question": "",
        "history": [],
        "expect": {"status": expect},
        "scores": scores,
        "outcome": {"status": outcome},
    }


def _outcome(reply: Mapping[str, Any]) -> dict[str, Any]:
    figures = [[figure[key] for key in _FIGURE] for figure in reply["figures"]]
    notes = [note["code"] for note in reply["notes"]]
    return {**{key: reply[key] for key in _KEPT}, "notes": notes, "figures": figures}


def describe_system(name: str, index_version: str, datasets: Iterable[Path]) -> dict[str, Any]:
    """Return the first line of a run file."""
    return {
        "run": name,
        "commit": program_commit(),
        "date": datetime.now(UTC).date().isoformat(),
        "index": index_version,
        "datasets": {path.stem: dataset_digest(path) for path in datasets},
        "prompts": _prompt_digests(),
        "models": {},
        "python": platform.python_version(),
        "machine": platform.machine(),
        "seed": SEED,
    }


def program_commit() -> str:
    """Return the commit of the program, marked + where files differ from it, or "unknown"."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--abbrev=12", "--dirty=+"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return done.stdout.strip()


def _prompt_digests() -> dict[str, str]:
    files = [*sorted((ROOT / "prompts").glob("*.md")), *ROOT.glob("eval/baselines/prompt.md")]
    return {
        str(file.relative_to(ROOT)): hashlib.sha256(file.read_bytes()).hexdigest()[:12]
        for file in files
    }


def write_run(path: Path, system: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write a run file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        for line in (system, *rows):
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    part.replace(path)


def read_run(path: Path) -> Run:
    """Read a run file.

    Raises:
        BadRun: it is none.
    """
    try:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except json.JSONDecodeError as error:
        raise BadRun(f"{path.name}: no run file: {error.msg}") from error
    if not lines or "run" not in lines[0] or not all("scores" in line for line in lines[1:]):
        raise BadRun(f"{path.name}: no run file")
    return Run(lines[0], tuple(lines[1:]))
