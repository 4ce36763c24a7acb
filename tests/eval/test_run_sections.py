"""A run tells where a baseline wins, keeps the blind part unseen, and fills the scoreboard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from eval.__main__ import main
from eval.report import markdown, page
from eval.run import Run, concealed, write_run
from eval.scoreboard import NoPlace, put_scoreboard
from eval.sections import sections, wins

SYSTEM: dict[str, Any] = {
    "run": "x",
    "commit": "0123456789ab",
    "date": "2025-06-01",
    "index": "abc",
    "datasets": {},
    "prompts": {},
    "models": {},
    "python": "3.11",
    "machine": "x86_64",
    "seed": 0,
    "bench_commit": "0123456789ab",
}
MARKS = "<!-- scoreboard: nianbao eval scoreboard --><!-- end of scoreboard -->"


def row(id_: str, *, ours: bool, its: bool, **changes: Any) -> dict[str, Any]:
    scores = {
        "right": ours,
        "ending_right": True,
        "figure_right": ours,
        "wrong_as_answered": not ours,
        "cite_recall": None,
        "cite_precision": None,
        "uncovered": ["7"],
        "failed": ["mentions 秘密"],
    }
    return {
        "id": id_,
        "part": "dev",
        "kind": "value",
        "language": "zh",
        "question": "新收秘密多少？",
        "history": ["秘密"],
        "expect": {"status": "answered", "value": "4321"},
        "scores": scores,
        "outcome": {"status": "answered", "reason": None, "value": "4321", "text": "秘密"},
        "ms": 1.0,
        "baselines": {"chroma": {"top": its, "any": True, "placed": False}},
        **changes,
    }


def run(*rows: dict[str, Any], **system: Any) -> Run:
    return Run({**SYSTEM, **system}, rows)


def test_a_baseline_that_wins_is_named():
    rows = [row("a", ours=False, its=True), row("b", ours=True, its=True)]
    said = wins(rows)
    assert any(
        "first chunk is right more often" in line and "100.0% to 50.0%" in line for line in said
    )
    assert "from the right report" not in " ".join(said)


def test_a_win_on_one_kind_is_named_though_not_on_all():
    rows = [row(name, ours=True, its=False) for name in "abc"]
    rows = [{**one, "baselines": {"chroma": {"top": False}}} for one in rows]
    lost = row("d", ours=False, its=True, kind="typo")
    said = wins([*rows, {**lost, "baselines": {"chroma": {"top": True}}}])
    (line,) = said
    assert line.endswith("than this project on typo: 100.0% to 0.0% (1).")


def test_without_a_win_that_is_said():
    (said,) = wins([row("a", ours=True, its=True)])
    assert said.startswith("No baseline")


def test_the_difference_is_ours_minus_theirs():
    (section,) = sections(run(row("a", ours=True, its=False), row("b", ours=True, its=False)))
    assert section.rows[0][:3] == ("this project", "100.0% [100.0%, 100.0%]", "2")
    assert section.rows[1][3] == "+100.0% [+100.0%, +100.0%]"


def test_shares_of_cells_and_measurements_are_shown():
    share = {"reader": "r", "kind": "pdf", "cells": 10, "right": 7, "wrong": 2}
    speed = {"name": "n", "value": 2.0, "unit": "ms", "ratio": 0.5, "against": "it"}
    cells, fast = sections(
        run(row("a", ours=True, its=True, baselines=None), readers=[share], bench=[speed])
    )
    assert cells.rows == (("pdf", "r", "10", "70.0%", "20.0%", "10.0%"),)
    assert fast.rows == (("n", "0.5 × it", "2 ms"),)
    made = run(row("a", ours=True, its=True), readers=[share])
    for text in (markdown(made), page(made)):
        assert "Cells read from the sample files" in text
        assert "No baseline is right more often" in text


def test_nothing_of_a_blind_case_is_kept_or_shown():
    kept = concealed(row("aside-1", ours=False, its=True, part="aside"))
    text = str(kept) + markdown(run(kept)) + page(run(kept))
    assert not any(word in text for word in ("秘密", "4321", "'7'"))
    assert kept["scores"]["right"] is False
    assert len(kept["scores"]["uncovered"]) == 1


def test_the_scoreboard_replaces_what_stands_between_the_marks(tmp_path: Path):
    made = run(row("a", ours=True, its=False))
    once = put_scoreboard(f"before\n{MARKS}\nafter", made)
    assert once.startswith("before\n") and once.endswith("\nafter")
    assert "| figure right | 100.0% [100.0%, 100.0%] |" in once
    assert put_scoreboard(once, made) == once
    file, readme = tmp_path / "x.jsonl", tmp_path / "README.md"
    write_run(file, made.system, made.rows)
    readme.write_text(f"before\n{MARKS}\nafter", encoding="utf-8")
    done = CliRunner().invoke(main, ["scoreboard", str(file), "--readme", str(readme)])
    assert done.exit_code == 0, done.output
    assert readme.read_text(encoding="utf-8") == once


def test_a_file_without_marks_is_refused():
    with pytest.raises(NoPlace):
        put_scoreboard("no marks", run(row("a", ours=True, its=True)))
