"""The scoreboard of the README, made from a run file.

Owns what it shows, and the two marks between which it stands.  Nobody edits it by hand: a test
holds the block and the committed run file together.

Leaves to others: the figures (summary.py, sections.py), the run (run.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from eval.errors import EvalError
from eval.report import section_lines
from eval.run import ROOT, RUNS, Run
from eval.summary import MEASURES, grouped, latency, rate

README = ROOT / "README.md"
#: The run that the committed scoreboard is made from.
RUN = RUNS / "scoreboard.jsonl"
START, STOP = "<!-- scoreboard: nianbao eval scoreboard -->", "<!-- end of scoreboard -->"
_TITLES = {
    "right": "everything expected holds",
    "figure_right": "figure right",
    "wrong_as_answered": "a wrong figure, or a figure where none is due",
    "refusals_right": "declined or asked back, for the right reason",
    "uncovered": "a number in the reply that nothing supplies",
}


class NoPlace(EvalError):
    """A file lacks the marks of the scoreboard."""


def put_scoreboard(text: str, run: Run) -> str:
    """Return `text` with the scoreboard of `run` between its marks.

    Raises:
        NoPlace: the marks are not there.
    """
    before, start, rest = text.partition(START)
    _, stop, after = rest.partition(STOP)
    if not start or not stop:
        raise NoPlace(f"the marks are missing: {START} {STOP}")
    return f"{before}{START}\n" + "\n".join(scoreboard(run)) + f"\n{STOP}{after}"


def scoreboard(run: Run) -> Iterator[str]:
    """Yield the lines of the scoreboard."""
    parts = {part: len(rows) for part, rows in grouped(run.rows, "part").items()}
    asked = ", ".join(f"{part} ({count})" for part, count in parts.items())
    system = run.system
    made = f"{system['date']}, commit `{system['commit']}`, index `{system['index']}`"
    yield f"{made}, {system['machine']}, Python {system['python']}; questions: {asked}."
    yield ""
    yield "| replies | " + " | ".join(parts) + " |"
    yield "|---|" + "---|" * len(parts)
    for measure in MEASURES:
        if measure in _TITLES:
            rates = (rate(rows, measure) for rows in grouped(run.rows, "part").values())
            cells = " | ".join("–" if one is None else str(one) for one in rates)
            yield f"| {_TITLES[measure]} | {cells} |"
    yield ""
    times = ", ".join(f"{name} {ms:.1f} ms" for name, ms in latency(run.rows).items())
    yield f"One question in one process: {times}."
    yield ""
    for line in section_lines(run):
        yield f"#{line}" if line.startswith("## ") else line


def write_scoreboard(readme: Path, run: Run) -> None:
    """Put the scoreboard of `run` into a file.

    Raises:
        NoPlace: the file has no marks for it.
    """
    readme.write_text(put_scoreboard(readme.read_text(encoding="utf-8"), run), encoding="utf-8")
