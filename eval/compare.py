"""Compare two runs, case by case.

Owns what is said of a difference: the paired mean with its interval, and the cases that turned.

Leaves to others: the measures (summary.py).
"""

from __future__ import annotations

from collections.abc import Iterator

from eval.errors import BadRun
from eval.metrics import paired
from eval.run import Run
from eval.summary import BAD, MEASURES, scores_of


def compare_runs(before: Run, after: Run) -> Iterator[str]:
    """Yield the lines of a Markdown comparison.

    Raises:
        BadRun: the runs have no case in common.
    """
    if not {row["id"] for row in before.rows} & {row["id"] for row in after.rows}:
        raise BadRun("the runs have no case in common")
    names = [f"{run.system['run']} ({run.system['commit']})" for run in (before, after)]
    yield f"# {names[0]} → {names[1]}"
    yield ""
    yield "| measure | difference | 95 % interval | better | worse |"
    yield "|---|---|---|---|---|"
    for measure in MEASURES:
        yield from _line(before, after, measure)
    yield ""
    yield from _turned(before, after)


def _line(before: Run, after: Run, measure: str) -> Iterator[str]:
    old, new = scores_of(before.rows, measure), scores_of(after.rows, measure)
    if not set(old) & set(new):
        return
    mean, low, high = paired(old, new)
    sign = -1 if measure in BAD else 1
    steps = [(new[id_] - old[id_]) * sign for id_ in set(old) & set(new)]
    better, worse = sum(step > 0 for step in steps), sum(step < 0 for step in steps)
    yield f"| {measure} | {mean:+.1%} | [{low:+.1%}, {high:+.1%}] | {better} | {worse} |"


def _turned(before: Run, after: Run) -> Iterator[str]:
    was = scores_of(before.rows, "right")
    for title, step in (("Now wrong", -1), ("Now right", 1)):
        rows = [row for row in after.rows if row["scores"]["right"] - was.get(row["id"], 9) == step]
        yield f"## {title} ({len(rows)})"
        yield ""
        yield from (f"- {row['id']}: {row['question']}" for row in rows)
        yield ""
