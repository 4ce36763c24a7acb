"""The prose datasets are sound, and their scores mean what they say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.answer import Assistant
from eval.cases import DATASETS
from eval.errors import BadDataset
from eval.library import PROSE
from eval.quotations import load_prose, score_prose, summary
from indexer.store import Store

PARTS = ("dev", "aside", "reports")
ROW = {
    "id": "p-1", "kind": "quote", "language": "zh", "date": "2025-06-01",
    "question": "示例市教育局2023年开了几场新闻发布会",
    "expect": {"status": "answered", "quotes": ["召开新闻发布会5场"],
               "stated": {"value": "5", "unit": "场"}},
    "relevant": [{"organ": "示例市教育局", "year": 2023, "has": "召开新闻发布会5场"}],
}  # fmt: skip


def written(tmp_path: Path, *rows: dict[str, object]) -> Path:
    path = tmp_path / "prose_dev.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_there_are_enough_questions_and_the_organs_are_apart():
    parts = {part: load_prose(DATASETS / f"prose_{part}.jsonl") for part in PARTS}
    assert len(parts["dev"]) + len(parts["aside"]) >= 150
    named = {
        part: {needle.organ for case in cases for needle in case.relevant}
        for part, cases in parts.items()
    }
    assert not named["dev"] & named["aside"]
    assert not named["dev"] & named["reports"]


def test_the_words_of_a_qrel_stand_in_the_reports():
    prose = "".join(path.read_text(encoding="utf-8") for path in PROSE.glob("*.txt"))
    written_here = ("望江", "交通运输", "民政局", "云岭", "水务", "市场监督")
    for part in ("dev", "aside"):
        for case in load_prose(DATASETS / f"prose_{part}.jsonl"):
            for needle in case.relevant:
                if any(name in needle.organ for name in written_here):
                    assert needle.has in prose, case.id


@pytest.mark.parametrize(
    "rows",
    [
        [{**ROW, "surprise": 1}],
        [{**ROW, "kind": "poem"}],
        [ROW, ROW],
        [{**ROW, "relevant": []}],
    ],
    ids=["unknown-field", "unknown-kind", "twice", "no-qrels"],
)
def test_an_unsound_dataset_is_refused(tmp_path: Path, rows: list[dict[str, object]]):
    with pytest.raises(BadDataset):
        load_prose(written(tmp_path, *rows))


def test_a_right_reply_scores_and_a_wrong_expectation_fails(tmp_path: Path, store: Store):
    wrong = {
        **ROW,
        "id": "p-2",
        "expect": {**ROW["expect"], "stated": {"value": "6", "unit": "场"}},
    }  # type: ignore[dict-item]
    silent = {**ROW, "id": "p-3", "kind": "not_stated", "relevant": [],
              "question": "示例市教育局2023年抖音粉丝多少",
              "expect": {"status": "no_answer", "reason": "not_stated"}}  # fmt: skip
    cases = load_prose(written(tmp_path, ROW, wrong, silent))
    first, second, third = score_prose(cases, Assistant(store), store)
    assert first.right and first.recall_at_5 == first.mrr == 1.0
    assert second.failed == ("stated 6, not 5",)
    assert third.right and third.recall_at_5 is None
    assert any(line.startswith("recall_at_5") for line in summary([first, second, third]))


def test_a_qrel_that_no_report_holds_is_refused(tmp_path: Path, store: Store):
    lost = {**ROW, "relevant": [{"organ": "示例市教育局", "year": 2023, "has": "没有这句话"}]}
    with pytest.raises(BadDataset):
        list(score_prose(load_prose(written(tmp_path, lost)), Assistant(store), store))
