"""Make the examples of OpenAPI anew from the sample library: python -m tests.build_examples."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

from starlette.testclient import TestClient

from assistant.answer import Assistant
from assistant.api import create_app
from assistant.bootstrap import build_intake
from assistant.records import Records
from assistant.settings import Settings
from indexer.loaders import Loader
from indexer.pipeline import index_paths
from indexer.store import Store
from tests.conftest import CHOSEN, ROOT

FILE: Final = ROOT / "assistant" / "api" / "examples.json"
BUREAU: Final = "示例市教育局"
QUESTION: Final = f"{BUREAU}2023年新收多少件申请？"
#: What differs from run to run, and what stands for it.
FIXED: Final[dict[str, Any]] = {
    "answer_id": "a_5f0c2d8e9b7a4c61",
    "conversation": "c_3d1f0a7b5e9c4826",
    "elapsed_ms": 12,
    "index_version": "566830895045",
    "system_fingerprint": "566830895045",
    "created": 1735689600,
    "when": "2025-06-01T08:00:00+00:00",
}
CHAT: Final = "chatcmpl-"
CALLS: Final[list[tuple[str, str, dict[str, Any]]]] = [
    ("figure", "POST /v1/ask", {"body": {"question": QUESTION}}),
    ("open", "POST /v1/ask", {"body": {"question": "新收多少件申请？", "language": "zh"}}),
    ("declined", "POST /v1/ask", {"body": {"question": "How many people live in 示例市?"}}),
    ("typed", "GET /v1/suggestions", {"query": {"q": "新收", "organ": BUREAU}}),
    (
        "unhelpful",
        "POST /v1/feedback",
        {"body": {"answer_id": FIXED["answer_id"], "helpful": False, "comment": "想知道上一年的"}},
    ),
    (
        "decided",
        "POST /v1/feedback/{id}/close",
        {"body": {"decision": "无误，已回复", "who": "张示例"}},
    ),
    ("erased", "DELETE /v1/records/{answer_id}", {}),
    (
        "one",
        "GET /v1/figures",
        {"query": {"organ": BUREAU, "year": 2023, "indicator": "received", "applicant": "total"}},
    ),
    ("organs", "GET /v1/organs", {}),
    ("coverage", "GET /v1/coverage", {}),
    (
        "publishers",
        "POST /v1/desk/batch",
        {"body": {"lines": [BUREAU, "示例市人民政府"], "indicator": "received", "year": 2023}},
    ),
    ("nobody", "GET /v1/session", {}),
    (
        "call",
        "POST /v1/hotline/answer",
        {"body": {"query": QUESTION, "session_id": "call-1", "channel": "ivr", "max_chars": 200}},
    ),
    ("models", "GET /v1/models", {}),
    (
        "question",
        "POST /v1/chat/completions",
        {"body": {"model": "nianbao", "messages": [{"role": "user", "content": QUESTION}]}},
    ),
    (
        "figure",
        "POST /v1/dify/retrieval",
        {
            "body": {
                "knowledge_id": "nianbao",
                "query": QUESTION,
                "retrieval_setting": {"top_k": 2, "score_threshold": 0.1},
                "metadata_condition": {
                    "logical_operator": "and",
                    "conditions": [{"name": ["year"], "comparison_operator": "=", "value": 2023}],
                },
            },
            "headers": {"authorization": "Bearer KEY"},
        },
    ),
    (
        "search",
        "POST /v1/fastgpt/v1/file/list",
        {"body": {"parentId": None, "searchKey": "教育局"}},
    ),
    ("health", "GET /healthz", {}),
    ("ready", "GET /readyz", {}),
    (
        "seen",
        "POST /v1/library/reports/{report_id}/seen",
        {"body": {"finding": "{finding}", "who": "张示例", "why": "已与原文核对"}},
    ),
    (
        "correction",
        "POST /v1/library/reports/{report_id}/correction",
        {"body": {"organ": "示例市清溪区人民政府", "year": 2023}},
    ),
]


def examples(data: Path) -> Iterator[dict[str, Any]]:
    """Yield the examples over the index in `data`, which the last of them change."""
    with Store.open(data) as store:
        intake = build_intake(Settings(data=data), None)
        records = Records(data, 1)
        app = create_app(
            Assistant(store), store, today=date(2025, 6, 1), intake=intake, records=records
        )
        client = TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50000))
        report = next(r.id for r in store.reports() if (r.organ, r.year) == (BUREAU, 2023))
        found = client.get(f"/v1/library/reports/{report}/findings").json()
        named = {"{finding}": found[0]["key"]}
        for name, route, sent in CALLS:
            method, _, path = route.partition(" ")
            body = sent.get("body")
            if body is not None:
                body = {key: named.get(str(value), value) for key, value in body.items()}
            response = client.request(
                method,
                path.format(report_id=report, id=1, answer_id=FIXED["answer_id"]),
                params=sent.get("query"),
                json=body,
                headers=sent.get("headers"),
            )
            told = {"name": name, "method": method, "path": path}
            if body is not None:
                told["body"] = body
            yield {**told, "status": response.status_code, "reply": fixed(response.json())}


def fixed(value: Any) -> Any:
    """Return a reply with what differs from run to run replaced."""
    if isinstance(value, list):
        return [fixed(item) for item in value]
    if not isinstance(value, dict):
        return f"{CHAT}1" if str(value).startswith(CHAT) else value
    return {
        key: FIXED[key] if key in FIXED and item is not None else fixed(item)
        for key, item in value.items()
    }


def main() -> None:
    """Write the file."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        with Store.create(data) as store, Loader() as loader:
            index_paths(CHOSEN, store, loader=loader, on_progress=lambda _: None)
        text = json.dumps(list(examples(data)), ensure_ascii=False, indent=1)
    FILE.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
