"""The Reply laws of docs/api.md, over every question of the development dataset."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from assistant.answer import Assistant
from assistant.model import Request
from eval.cases import DATASETS, Case, load_dataset
from eval.library import build_library
from indexer.store import Store

ROOT = Path(__file__).parents[2]
STAMP = ("answer_id", "conversation", "elapsed_ms")
CASES = load_dataset(DATASETS / "dev.jsonl")
SEVERAL = 20

_ASK = """
import json, sys
from datetime import date
from pathlib import Path
from assistant.answer import Assistant
from assistant.model import Request
from indexer.store import Store

with Store.open(Path(sys.argv[1])) as store:
    assistant = Assistant(store)
    for line in sys.stdin:
        question, history, day = json.loads(line)
        request = Request(question, history=tuple(history), today=date.fromisoformat(day))
        reply = assistant.ask(request).as_json()
        for name in ("answer_id", "conversation", "elapsed_ms"):
            del reply[name]
        print(json.dumps(reply))
"""


def request_of(case: Case, **changes: Any) -> Request:
    return Request(case.question, history=tuple(case.history), today=case.date, **changes)


def unstamped(reply: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in reply.items() if name not in STAMP}


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that the dataset was written for."""
    data = tmp_path_factory.mktemp("samples")
    build_library(data)
    return data


@pytest.fixture(scope="module")
def store(samples: Path) -> Iterator[Store]:
    with Store.open(samples) as opened:
        yield opened


@pytest.fixture(scope="module")
def replies(store: Store) -> list[tuple[Case, dict[str, Any]]]:
    assistant = Assistant(store)
    return [(case, assistant.ask(request_of(case)).as_json()) for case in CASES]


@cache
def validator() -> Any:
    schema = json.loads((ROOT / "docs/schema/reply.schema.json").read_text(encoding="utf-8"))
    return jsonschema.validators.validator_for(schema)(schema)


def test_every_reply_has_the_shape_of_the_contract(replies):
    wrong = {
        case.id: error.message
        for case, reply in replies
        for error in validator().iter_errors(reply)
    }
    assert wrong == {}


def test_no_reply_held_a_number_that_nothing_supports(replies):
    assert [case.id for case, reply in replies if reply["reason"] == "not_grounded"] == []


def test_every_citation_mark_has_its_citation(replies):
    for case, reply in replies:
        known = {citation["id"] for citation in reply["citations"]}
        pointed = {
            number
            for part in ("figures", "calculations", "checks")
            for item in reply[part]
            for number in item["citations"]
        }
        assert pointed <= known, case.id


def test_a_reply_that_declines_carries_no_figure_of_a_report(replies):
    declined = [(case, reply) for case, reply in replies if reply["status"] == "no_answer"]
    assert declined
    for case, reply in declined:
        assert reply["reason"], case.id
        assert reply["value"] is None, case.id
        assert [f for f in reply["figures"] if f["state"] == "number"] == [], case.id


def test_a_question_back_offers_whole_questions(replies):
    asked = [reply for _, reply in replies if reply["status"] == "needs_clarification"]
    assert asked
    for reply in asked:
        assert reply["value"] is None
        assert reply["reason"] in ("organ", "year", "indicator")
        assert all(choice["label"] and choice["question"] for choice in reply["choices"])


def test_an_assumed_year_or_organ_is_said_in_the_text(replies):
    for case, reply in replies:
        for note in reply["notes"]:
            if note["code"] in ("assumed_year", "assumed_organ") and reply["status"] == "answered":
                assert note["text"] in reply["text"], case.id


def test_a_reply_is_in_the_language_of_its_question(replies):
    for case, reply in replies:
        latin = re.findall(r"[A-Za-z]+", case.question)
        if not latin:
            assert reply["language"] == "zh", case.id
        elif len(latin) > 2 and not re.search(r"[一-龥]", case.question):
            assert reply["language"] == "en", case.id


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_language_that_is_asked_for_is_kept(store: Store, language):
    assistant = Assistant(store)
    for case in CASES[::SEVERAL]:
        reply = assistant.ask(request_of(case, language=language))
        assert reply.language == language


def test_another_assistant_gives_the_same_replies(store: Store, replies):
    other = Assistant(store)
    for case, reply in reversed(replies[::5]):
        again = other.ask(request_of(case)).as_json()
        assert unstamped(again) == unstamped(reply), case.id


def test_two_processes_give_the_same_bytes(samples: Path):
    lines = "\n".join(
        json.dumps([case.question, list(case.history), case.date.isoformat()])
        for case in CASES[:: len(CASES) // SEVERAL][:SEVERAL]
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", _ASK, str(samples)],
            input=lines.encode(),
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert len(runs[0].splitlines()) == SEVERAL
