"""Datasets on disk hold together, and a broken line is refused with its place."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from eval.cases import DATASETS, load_dataset, load_datasets
from eval.errors import BadDataset

ROW: dict[str, Any] = {
    "id": "dev-value-001",
    "kind": "value",
    "language": "zh",
    "question": "示例市2023年新收多少件？",
    "date": "2025-06-01",
    "expect": {"status": "answered", "value": "268"},
}


def written(folder: Path, *rows: dict[str, Any], part: str = "dev") -> Path:
    path = folder / f"{part}.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    return path


def test_the_datasets_are_sound():
    paths = [p for p in sorted(DATASETS.glob("*.jsonl")) if not p.stem.startswith("prose_")]
    cases = load_datasets(paths)
    languages = Counter(case.language for case in cases if case.part == "dev")
    assert languages.total() >= 420
    assert 0.2 <= languages["en"] / languages.total() <= 0.3


def test_a_case_is_loaded(tmp_path: Path):
    (case,) = load_dataset(written(tmp_path, ROW))
    assert (case.part, case.question, case.history) == ("dev", ROW["question"], ())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "riddle"}, "kind"),
        ({"date": "1.6.2025"}, "date"),
        ({"hint": 1}, "unknown fields"),
        ({"question": " "}, "texts"),
        ({"expect": {"status": "perhaps"}}, "status"),
        ({"expect": {"status": "no_answer", "reason": "organ"}}, "reason"),
        ({"expect": {"status": "no_answer", "value": "4"}}, "only an answer"),
        ({"expect": {"status": "answered", "value": 268.0}}, "decimal"),
        ({"expect": {"status": "answered", "figures": [{"organ": "示例市人民政府"}]}}, "value or"),
        ({"question": "示例市教育局2023年新收多少件？"}, "the other's"),
    ],
)
def test_a_broken_line_is_refused_with_its_place(tmp_path: Path, change: dict[str, Any], said: str):
    with pytest.raises(BadDataset, match=rf"dev\.jsonl:2: .*{said}"):
        load_dataset(written(tmp_path, ROW, {**ROW, "id": "dev-value-002", **change}))


def test_an_id_is_given_once_over_all_files(tmp_path: Path):
    paths = [written(tmp_path, ROW), written(tmp_path, ROW, part="other")]
    with pytest.raises(BadDataset, match="twice"):
        load_datasets(paths)


def test_a_question_that_compares_organs_may_name_all(tmp_path: Path):
    row = {**ROW, "kind": "compare", "question": "示例市和淮北市2021年谁新收多？"}
    assert load_dataset(written(tmp_path, row))
