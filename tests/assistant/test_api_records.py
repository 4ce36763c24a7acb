"""The records over HTTP: for staff, page by page, and nobody sees them unnoticed."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from starlette.testclient import TestClient

from assistant.api import create_app
from assistant.api.guard import Access
from assistant.keys import KeyRing
from assistant.records import Records
from assistant.staff import Staff
from indexer.store import Store
from tests.assistant.canned import CannedAssistant
from tests.assistant.test_records import PRIVATE, QUESTION, add

HERE = {"base_url": "http://127.0.0.1:8000", "client": ("127.0.0.1", 50000)}


@pytest.fixture
def records(tmp_path: Path) -> Records:
    return Records(tmp_path, 180)


@pytest.fixture
def here(store: Store, records: Records) -> Iterator[TestClient]:
    app = create_app(CannedAssistant(store), store, records=records)
    with TestClient(app, **HERE) as client:  # type: ignore[arg-type]
        yield client


def test_they_are_searched_page_by_page_newest_first(
    here: TestClient, store: Store, records: Records
):
    for number in range(5):
        add(records, store, f"{number}号{QUESTION}", "web" if number % 2 else "api")
    asked: dict[str, Any] = {"limit": 2}
    seen = []
    while True:
        page = here.get("/v1/records", params=asked).json()
        seen.append([one["question"][0] for one in page["records"]])
        if page["next"] is None:
            break
        asked["before"] = page["next"]
    assert seen == [["4", "3"], ["2", "1"], ["0"]]
    for params, count in (
        ({"search": "3号"}, 1),
        ({"channel": "web"}, 2),
        ({"status": "no_answer"}, 0),
        ({"since": "2999-01-01"}, 0),
        ({"until": "2000-01-01"}, 0),
        ({"since": "2000-01-01", "until": "2999-01-01"}, 5),
    ):
        assert len(here.get("/v1/records", params=params).json()["records"]) == count, params


def test_what_is_private_was_masked_before(here: TestClient):
    here.post("/v1/ask", json={"question": PRIVATE})
    for path in ("/v1/records", "/v1/records/a_1", "/v1/records/export"):
        shown = here.get(path)
        assert "【电话】" in shown.text and "13800138000" not in shown.text
        assert shown.headers["cache-control"] == "private, no-store"
    assert here.get("/v1/records", params={"search": "13800138000"}).json()["records"]


def test_one_record_is_that_of_an_answer(here: TestClient, store: Store, records: Records):
    add(records, store, QUESTION)
    one = here.get("/v1/records/a_1").json()
    assert (one["question"], one["value"]) == (QUESTION, "4")
    missing = here.get("/v1/records/a_2")
    assert missing.status_code == 404 and "no record" in missing.json()["detail"]


def test_the_file_holds_all_and_runs_nothing(here: TestClient, store: Store, records: Records):
    for question in (f'=HYPERLINK("x"){QUESTION}', *[QUESTION] * 600):
        add(records, store, question)
    exported = here.get("/v1/records/export").json()
    assert [one["question"] for one in exported[1:]] == [QUESTION] * 600
    answer = here.get("/v1/records/export", params={"format": "csv"})
    assert answer.headers["content-disposition"] == 'attachment; filename="records.csv"'
    head, first, *rest = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert head[4] == "question" and not first[4].startswith("=") and len(rest) == 600
    assert json.loads(rest[0][head.index("cells")])[0]["place"]
    answer = here.get("/v1/records/export", params={"format": "xlsx"})
    assert answer.headers["content-disposition"] == 'attachment; filename="records.xlsx"'
    assert answer.headers["cache-control"] == "private, no-store"
    (sheet,) = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets
    assert sheet.max_row == 602 and [cell.value for cell in sheet[1]] == head
    assert sheet["E2"].data_type == "s" and sheet["E2"].value.startswith("=HYPERLINK")
    assert {sheet.cell(2, head.index(name) + 1).data_type for name in ("answer_id", "key_id")} == {
        "s"
    }


def test_who_saw_them_is_noted(store: Store, tmp_path: Path):
    records, ring, staff = Records(tmp_path, 180), KeyRing(tmp_path), Staff(tmp_path)
    add(records, store, QUESTION)
    staff.users.create("zhang", "staff", "示例-春江潮水连海平明月")
    key, secret = ring.create("馆务系统", ["staff"])
    app = create_app(
        CannedAssistant(store), store, records=records, access=Access(ring), staff=staff
    )
    with TestClient(app, base_url="https://127.0.0.1:8000") as client:
        for path in ("/v1/records", "/v1/records/a_1", "/v1/records/export"):
            assert client.get(path).status_code == 401
            public = {"x-api-key": ring.create("x", ["public"])[1]}
            assert client.get(path, headers=public).status_code == 401
        client.get("/v1/records", params={"search": "第三方"}, headers={"x-api-key": secret})
        token = staff.sign_in("zhang", "示例-春江潮水连海平明月", "x")
        cookie = {"cookie": f"__Host-nianbao={token}"}
        client.get("/v1/records/export", headers=cookie)
        client.get("/v1/records/a_1", headers=cookie)
    assert [(a["who"], a["what"], a["shown"]) for a in records.accesses()] == [
        (f"key:{key.id}", '["第三方"]', 1),
        ("zhang", "[]", 1),
        ("zhang", '["a_1"]', 1),
    ]


def test_an_operator_erases_what_is_kept_of_an_answer(library: Path, tmp_path: Path):
    data = Path(shutil.copytree(library, tmp_path / "data"))
    staff = Staff(data)
    for role in ("staff", "operator"):
        staff.users.create(role, role, "示例-春江潮水连海平明月")
    ring = KeyRing(data)
    secret = ring.create("馆务系统", ["staff"])[1]
    with Store.open(data) as own:
        records = Records(data, 180)
        add(records, own, QUESTION)
        own.add_feedback("a_1", False, "数字不对")
        app = create_app(CannedAssistant(own), own, records=records, access=Access(ring))
        client = TestClient(app, base_url="https://127.0.0.1:8000")

        def erase(role: str, path: str, **changed: str) -> Any:
            token = staff.sign_in(role, "示例-春江潮水连海平明月", "x")
            session = staff.session(token)
            assert session is not None
            headers = {"cookie": f"__Host-nianbao={token}", "x-csrf-token": session.csrf}
            headers |= {"origin": "https://127.0.0.1:8000"} | changed
            return client.delete(path, headers=headers)

        assert client.delete("/v1/records/a_1").status_code == 401
        assert client.delete("/v1/records/a_1", headers={"x-api-key": secret}).status_code == 403
        assert erase("staff", "/v1/records/a_1").status_code == 403
        assert erase("operator", "/v1/records/a_1", **{"x-csrf-token": ""}).status_code == 403
        foreign = {"origin": "https://elsewhere.example"}
        assert erase("operator", "/v1/records/a_1", **foreign).status_code == 403
        assert len(own.feedback()) == 1 and records.accesses() == []
        done = erase("operator", "/v1/records/a_1")
        assert done.json() == {"answer_id": "a_1", "records": 1, "feedback": 1}
        assert erase("operator", "/v1/records/a_1").status_code == 404
        assert own.feedback() == [] and list(records.find(who="x")) == []
    assert [(one["who"], one["what"]) for one in records.accesses()] == [
        ("operator", '{"erased": "a_1"}'),
        ("x", "[]"),
    ]


def test_at_the_machine_it_is_noted_as_such(here: TestClient, records: Records):
    here.get("/v1/records")
    assert [one["who"] for one in records.accesses()] == ["local"]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "before=0",
        "before=99999999999999999999",
        "before=x",
        "since=2024-13-01",
        "status=odd",
        f"search={'x' * 201}",
    ],
)
def test_an_odd_search_is_refused(here: TestClient, query: str):
    answer = here.get(f"/v1/records?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["", "/export", "/a_1"])
@pytest.mark.parametrize("query", ["search=%00", "search=%ff%fe", "channel='%22;--", "x=%F0%9F"])
def test_no_search_is_an_error_of_ours(here: TestClient, path: str, query: str):
    assert here.get(f"/v1/records{path}?{query}").status_code in (200, 404)


@pytest.mark.parametrize("path", ["", "/export", "/a_1"])
def test_a_file_that_cannot_be_read_is_told_as_such(
    here: TestClient, records: Records, tmp_path: Path, path: str
):
    (tmp_path / "records.sqlite").write_bytes(b"no database" * 500)
    answer = here.get(f"/v1/records{path}")
    assert answer.status_code == 503 and "读写失败" in answer.json()["detail"]


def test_where_nothing_is_recorded_there_is_nothing_to_see(store: Store):
    with TestClient(create_app(CannedAssistant(store), store), **HERE) as client:  # type: ignore[arg-type]
        for path in ("/v1/records", "/v1/records/a_1", "/v1/records/export"):
            assert client.get(path).status_code == 404
