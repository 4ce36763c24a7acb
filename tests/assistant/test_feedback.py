"""Feedback: given by anybody, gone through by staff, made into a case of the evaluation."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from starlette.testclient import TestClient

from assistant.__main__ import main
from assistant.api import create_app
from assistant.errors import BadQuestion
from assistant.feedback import evaluation_case, read_expectation
from assistant.records import Records
from eval.cases import load_dataset
from eval.run import read_run
from indexer.store import Store
from tests.assistant.canned import CannedAssistant

QUESTION = "淮北市2021年因保护第三方合法权益不予公开多少件"
HERE = {"base_url": "http://127.0.0.1:8000", "client": ("127.0.0.1", 50000)}
WRONG = {"answer_id": "a_1", "helpful": False, "comment": "数字不对，我的电话13800138000"}


@pytest.fixture
def data(library: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(library, tmp_path / "data"))


@pytest.fixture
def here(data: Path) -> Iterator[TestClient]:
    with Store.open(data) as store:
        app = create_app(CannedAssistant(store), store, records=Records(data, 180))
        with TestClient(app, **HERE) as client:  # type: ignore[arg-type]
            yield client


def queue(client: TestClient, **params: Any) -> list[dict[str, Any]]:
    return list(client.get("/v1/feedback", params=params).json()["feedback"])


def test_staff_see_what_was_asked_and_decide(here: TestClient, data: Path):
    here.post("/v1/ask", json={"question": QUESTION})
    assert here.post("/v1/feedback", json=WRONG).status_code == 201
    here.post("/v1/feedback", json={"answer_id": "a_9", "helpful": True})
    error = {"answer_id": "a_9", "helpful": False, "kind": "error", "comment": "少一行"}
    here.post("/v1/feedback", json=error)
    newest, wrong = queue(here)
    assert (newest["kind"], newest["record"]) == ("error", None)
    assert wrong["comment"] == "数字不对,我的电话【电话】"
    assert (wrong["record"]["question"], wrong["record"]["value"]) == (QUESTION, "4")
    assert Records(data, 180).accesses()[-1]["who"] == "local"
    close = f"/v1/feedback/{wrong['id']}/close"
    assert here.post(close, json={"decision": "核对无误"}).status_code == 422
    assert here.post(close, json={"decision": " ", "who": "张三"}).status_code == 422
    decided = here.post(close, json={"decision": "核对无误，电话13800138000", "who": "张三"}).json()
    assert (decided["who"], decided["decision"]) == ("张三", "核对无误,电话【电话】")
    again = here.post(close, json={"decision": "再看", "who": "李四"})
    assert again.status_code == 422 and "已经处理" in again.json()["detail"]
    gone = here.post("/v1/feedback/99/close", json={"decision": "再看", "who": "李四"})
    assert gone.status_code == 404
    assert [one["id"] for one in queue(here)] == [newest["id"]]
    closed = {one["answer_id"]: one["closed"] for one in queue(here, state="closed")}
    assert closed == {"a_1": decided, "a_9": None}


def test_the_queue_is_read_page_by_page(here: TestClient):
    for number in range(5):
        here.post("/v1/feedback", json=WRONG | {"answer_id": f"a_{number}"})
    asked: dict[str, Any] = {"limit": 2}
    seen = []
    while True:
        page = here.get("/v1/feedback", params=asked).json()
        seen.append([one["answer_id"] for one in page["feedback"]])
        if page["next"] is None:
            break
        asked["before"] = page["next"]
    assert seen == [["a_4", "a_3"], ["a_2", "a_1"], ["a_0"]]
    assert len(queue(here, kind="error")) == 0 and len(queue(here, state="all")) == 5
    for params in ({"state": "odd"}, {"limit": 0}, {"before": -1}, {"kind": "odd"}):
        assert here.get("/v1/feedback", params=params).status_code == 422
    assert here.post(f"/v1/feedback/{2**70}/close", json={"decision": "x"}).status_code == 422


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("268", {"status": "answered", "value": "268"}),
        ("1,268 件", {"status": "answered", "value": "1268", "unit": "件"}),
        ("-12.5%", {"status": "answered", "value": "-12.5", "unit": "%"}),
        ("not_stated", {"status": "no_answer", "reason": "not_stated"}),
        ("organ", {"status": "needs_clarification", "reason": "organ"}),
        ('{"verdict": true}', {"status": "answered", "verdict": True}),
        ('{"status": "no_answer"}', {"status": "no_answer"}),
    ],
)
def test_what_somebody_expects_is_read(text: str, expected: dict[str, Any]):
    assert read_expectation(text) == expected


@pytest.mark.parametrize("text", ["", "about four", "[1]", "{", "件", "12 13"])
def test_what_says_nothing_is_refused(text: str):
    with pytest.raises(BadQuestion):
        read_expectation(text)


@pytest.mark.parametrize(
    "expect",
    [
        "4", "4件", "not_in_library", "not_grounded", "out_of_scope", "year",
        '{"verdict": false}', '{"figures": [{"value": "4"}]}', '{"quote": "第三方"}',
        '{"mentions": ["第三方"]}', '{"status": "no_answer"}',
    ],
)  # fmt: skip
def test_every_expectation_makes_a_row_that_the_evaluation_takes(expect: str, tmp_path: Path):
    record = {"question": QUESTION, "history": ["甲？"], "language": "zh", "at": "2026-03-01T00:00"}
    row = evaluation_case({"id": 7, "record": record, "given": "2026-03-02"}, expect)
    file = tmp_path / "feedback.jsonl"
    file.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    (case,) = load_dataset(file)
    assert (case.id, case.question, case.history) == ("feedback-7", QUESTION, ("甲？",))
    assert case.date.isoformat() == "2026-03-01"


@pytest.fixture
def run(data: Path, here: TestClient) -> Any:
    here.post("/v1/ask", json={"question": QUESTION})
    here.post("/v1/feedback", json=WRONG)
    runner = CliRunner(env={"NIANBAO_DATA": str(data)})

    def invoke(*words: str) -> Result:
        return runner.invoke(main, list(words))

    return invoke


def test_a_marked_mistake_becomes_a_case_that_runs(run: Any, data: Path, tmp_path: Path):
    (given,) = json.loads(run("feedback", "list", "--json").stdout)
    file = tmp_path / "feedback.jsonl"
    for number, expect in enumerate(("4件", "5", "not_in_library")):
        made = run("feedback", "case", str(given["id"]), "--expect", expect)
        assert made.exit_code == 0
        row = json.loads(made.stdout) | {"id": f"feedback-{number}"}
        with file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
    words = ["--dataset", str(file), "--data", str(data), "--output", str(tmp_path), "--name", "x"]
    done = run("eval", "run", *words)
    assert done.exit_code == 0, done.output
    rows = read_run(tmp_path / "x.jsonl").rows
    assert [row["question"] for row in rows] == [QUESTION] * 3
    assert [row["scores"]["right"] for row in rows] == [True, False, False]
    assert [row["scores"]["wrong_as_answered"] for row in rows] == [False, True, True]


def test_the_commands_list_and_close(run: Any, data: Path):
    listed = run("feedback", "list").stdout
    assert QUESTION in listed and "数字不对" in listed
    id_ = listed.split()[0]
    assert run("feedback", "close", "99", "--decision", "无").exit_code == 2
    assert run("feedback", "close", id_).exit_code == 2
    assert run("feedback", "close", id_, "--decision", "已更正").exit_code == 0
    assert run("feedback", "list").stdout == ""
    assert "已更正" in run("feedback", "list", "--state", "closed").stdout
    assert run("feedback", "close", id_, "--decision", "再来").exit_code == 2


def test_a_case_needs_a_question_and_something_to_expect(run: Any, data: Path):
    (given,) = json.loads(run("feedback", "list", "--json").stdout)
    id_ = str(given["id"])
    assert run("feedback", "case", "99", "--expect", "4").exit_code == 2
    assert run("feedback", "case", id_, "--expect", "about four").exit_code == 2
    (data / "records.sqlite").unlink()
    refused = run("feedback", "case", id_, "--expect", "4")
    assert refused.exit_code == 2 and "--question" in refused.output
    told = ("--question", QUESTION, "--date", "2025-06-01", "--kind", "total")
    row = json.loads(run("feedback", "case", id_, "--expect", "4", *told).stdout)
    assert (row["question"], row["date"], row["kind"]) == (QUESTION, "2025-06-01", "total")
