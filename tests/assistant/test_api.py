"""The API: the shapes of docs/api.md, over HTTP."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest
from starlette.testclient import TestClient

from assistant.api import create_app
from assistant.api.conversations import Conversations
from assistant.api.edge import LARGEST
from assistant.api.shapes import ReplyShape
from indexer.store import Store
from tests.assistant.canned import CannedAssistant

SCHEMAS = Path(__file__).parents[2] / "docs" / "schema"
QUESTION = {"question": "淮北市2021年因保护第三方合法权益不予公开多少件？"}


def schema(name: str) -> jsonschema.Draft202012Validator:
    text = (SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8")
    return jsonschema.Draft202012Validator(json.loads(text))


@pytest.fixture
def assistant(store: Store) -> CannedAssistant:
    return CannedAssistant(store)


@pytest.fixture
def client(assistant: CannedAssistant, store: Store) -> Iterator[TestClient]:
    with TestClient(create_app(assistant, store)) as client:
        yield client


@pytest.fixture
def report(store: Store) -> str:
    return next(row.id for row in store.reports() if row.organ == "淮北市人民政府")


def test_a_reply_has_the_shape_of_the_schema(client):
    response = client.post("/v1/ask", json=QUESTION)
    reply = response.json()
    schema("reply").validate(reply)
    ReplyShape.model_validate(reply)
    assert (response.status_code, reply["value"], reply["unit"]) == (200, "4", "件")
    assert set(reply) == set(ReplyShape.model_fields)


def test_a_reply_comes_as_events(client):
    response = client.post("/v1/ask", json=QUESTION, headers={"accept": "text/event-stream"})
    assert response.headers["content-type"].startswith("text/event-stream")
    events = [block.split("\n") for block in response.text.strip().split("\n\n")]
    names = [lines[0].removeprefix("event: ") for lines in events]
    data = [json.loads(lines[1].removeprefix("data: ")) for lines in events]
    assert names == ["delta"] * (len(names) - 2) + ["reply", "done"] and len(names) > 3
    schema("reply").validate(data[-2])
    assert "".join(piece["text"] for piece in data[:-2]) == data[-2]["text"]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "body/question"),
        ({"question": ""}, "body/question"),
        ({"question": "问" * 1001}, "body/question"),
        ({"question": 7}, "body/question"),
        ({**QUESTION, "conversation": "../x"}, "body/conversation"),
        ({**QUESTION, "language": "fr"}, "body/language"),
        ({**QUESTION, "date": "gestern"}, "body/date"),
        ({**QUESTION, "scope": {"years": ["x"]}}, "body/scope/years/0"),
    ],
    ids=["none", "empty", "long", "number", "conversation", "language", "date", "scope"],
)
def test_what_cannot_be_asked_is_a_problem(client, body, where):
    response = client.post("/v1/ask", json=body)
    assert response.status_code == 422 and is_problem(response)
    assert [error["where"] for error in response.json()["errors"]] == [where]


def test_a_question_of_blanks_is_a_problem(client):
    response = client.post("/v1/ask", json={"question": "  \n "})
    assert response.status_code == 422 and is_problem(response)


def test_a_conversation_is_remembered(client, assistant):
    first = client.post("/v1/ask", json=QUESTION).json()
    follow = {"question": "那2020年呢？", "conversation": first["conversation"]}
    second = client.post("/v1/ask", json=follow).json()
    assert assistant.heard[1].history == (QUESTION["question"],)
    assert second["conversation"] == first["conversation"]


def test_a_given_history_goes_before_the_remembered_one(client, assistant):
    first = client.post("/v1/ask", json=QUESTION).json()
    body = {"question": "那2020年呢？", "conversation": first["conversation"], "history": ["别的"]}
    client.post("/v1/ask", json=body)
    assert assistant.heard[1].history == ("别的",)


def test_conversations_are_forgotten_by_time_and_by_number():
    now = [0.0]
    kept = Conversations(room=2, rest=10, clock=lambda: now[0])
    for name in ("c_1", "c_2", "c_3"):
        kept.remember(name, ("问",))
    assert [kept.questions(name) for name in ("c_1", "c_2", "c_3")] == [(), ("问",), ("问",)]
    now[0] = 11
    assert kept.questions("c_3") == ()


def test_scope_language_and_date_reach_the_assistant(client, assistant):
    scope = {"organs": ["示例市人民政府"], "years": [2023]}
    body = {**QUESTION, "scope": scope, "language": "en", "date": "2024-05-01"}
    client.post("/v1/ask", json=body)
    heard = assistant.heard[0]
    assert (heard.organs, heard.years, heard.language) == (("示例市人民政府",), (2023,), "en")
    assert heard.today is not None and heard.today.isoformat() == "2024-05-01"


def is_problem(response: Any) -> bool:
    body = response.json()
    named = {"type", "title", "status", "detail", "request_id"} <= set(body)
    same = body["request_id"] == response.headers["x-request-id"]
    kind = response.headers["content-type"] == "application/problem+json"
    return named and same and kind and body["status"] == response.status_code


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/nothing", 404),
        ("GET", "/v1/reports/r_nothing", 404),
        ("GET", "/v1/reports/r_nothing/source", 404),
        ("GET", "/v1/figures?year=last", 422),
        ("GET", "/v1/figures?format=pdf", 422),
        ("GET", "/static/../app.py", 404),
        ("DELETE", "/v1/reports", 405),
        ("POST", "/v1/ask", 422),
    ],
)
def test_errors_are_problems(client, method, path, status):
    response = client.request(method, path)
    assert response.status_code == status and is_problem(response)


def test_a_report_without_the_table_says_so(client, report):
    response = client.get(f"/v1/reports/{report}/tables/9")
    assert response.status_code == 404 and is_problem(response)


def test_our_own_mistake_is_told_without_its_traces(client):
    response = client.post("/v1/ask", json={"question": "坏了吗"})
    assert response.status_code == 500 and is_problem(response)
    assert "secret" not in response.text and "Traceback" not in response.text


def test_a_body_that_is_too_large_is_refused(client):
    response = client.post("/v1/ask", content=b" " * (LARGEST + 1))
    assert response.status_code == 413 and is_problem(response)


@pytest.mark.parametrize(
    ("given", "kept"), [("abc-1.2_3", True), ("a b", False), ("x" * 65, False), ("", False)]
)
def test_every_response_has_a_request_id(client, given, kept):
    response = client.get("/healthz", headers={"x-request-id": given})
    assert (response.headers["x-request-id"] == given) == kept
    assert response.headers["x-request-id"]


def test_responses_are_safe_to_show(client):
    for path in ("/", "/v1/reports", "/v1/nothing", "/static/page.css"):
        headers = client.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'self'")
        assert headers["x-content-type-options"] == "nosniff"


def test_figures_have_the_shape_of_the_schema(client, store):
    figures = client.get("/v1/figures").json()
    check = schema("figure")
    for figure in figures:
        check.validate(figure)
    assert len(figures) == sum(row.figures for row in store.reports())
    assert {figure["state"] for figure in figures} >= {"number", "blank", "not_applicable"}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("organ=淮北市&indicator=refused.third_party", 7),
        ("organ=淮北市人民政府&indicator=保护第三方合法权益&applicant=total", 1),
        ("organ=淮北市&indicator=不予公开&applicant=总计", 8),
        ("organ=淮北市&year=2022", 0),
        ("organ=别处市", 0),
        ("indicator=没有的指标", 0),
    ],
    ids=["id", "label", "group", "no-year", "no-organ", "no-indicator"],
)
def test_figures_are_chosen_by_id_or_label(client, query, count):
    response = client.get(f"/v1/figures?{query}")
    assert (response.status_code, len(response.json())) == (200, count)


def test_figures_as_csv_open_right_in_excel(client):
    response = client.get("/v1/figures?organ=淮北市&format=csv")
    assert response.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert len(rows) == 200 and {row["year"] for row in rows} == {"2021"}


def test_figures_as_a_workbook_are_numbers(client):
    response = client.get("/v1/figures?organ=淮北市&indicator=received&format=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    head, *rows = sheet.iter_rows(values_only=True)
    assert [row[head.index("value")] for row in rows][-1] == 331


@pytest.mark.parametrize("form", ["json", "csv", "xlsx"])
def test_an_index_that_fails_is_told_by_the_status(tmp_path, library, form):
    shutil.copytree(library, tmp_path / "copy")
    with Store.open(tmp_path / "copy") as own:
        client = TestClient(create_app(CannedAssistant(own), own))
        assert client.get("/v1/figures", params={"format": form}).status_code == 200
        with closing(sqlite3.connect(tmp_path / "copy" / "index.sqlite")) as connection:
            connection.execute("DROP TABLE figure")
        answer = client.get("/v1/figures", params={"format": form})
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"


def test_reports_are_listed_and_shown(client, report):
    listed = client.get("/v1/reports").json()
    assert report in [row["id"] for row in listed]
    assert all("/" not in row["file"] for row in listed)
    shown = client.get(f"/v1/reports/{report}").json()
    assert (shown["organ"], shown["year"], shown["figures"]) == ("淮北市人民政府", 2021, 200)
    assert shown["unreadable"] == [] and shown["missing"] == [] and shown["tables"] == [2, 3, 4]
    assert shown["findings"] == client.get(f"/v1/reports/{report}/checks").json()
    texts = {(one["rule"], one["result"]) for one in shown["findings"]}
    assert ("R1", "holds") in texts


def test_a_source_is_sent_byte_for_byte_and_never_shown(client, report, store):
    response = client.get(f"/v1/reports/{report}/source")
    original = store.original(report)
    assert original is not None and response.content == original.read_bytes()
    assert response.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in response.headers["content-security-policy"]
    assert response.headers["x-content-type-options"] == "nosniff"


def widths(rows: list[list[dict[str, Any]]]) -> set[int]:
    """Return how many places each row of a table fills, spans from above counted."""
    covered: dict[tuple[int, int], bool] = {}
    filled = set()
    for y, row in enumerate(rows):
        x = 0
        for cell in row:
            while (y, x) in covered:
                x += 1
            for down in range(cell["rowspan"]):
                for right in range(cell["colspan"]):
                    assert (y + down, x + right) not in covered
                    covered[y + down, x + right] = True
        filled.add(sum(1 for spot in covered if spot[0] == y))
    assert max(y for y, _ in covered) == len(rows) - 1
    return filled


@pytest.mark.parametrize(("number", "width"), [(2, 4), (3, 10), (4, 15)])
def test_tables_are_drawn_without_gaps_in_every_report(client, store, number, width):
    for row in store.reports():
        if row.format in ("2019", "2021"):
            drawn = client.get(f"/v1/reports/{row.id}/tables/{number}").json()
            assert widths(drawn["rows"]) == {width}, row.file


def test_a_drawn_table_holds_every_figure_once(client, report, store):
    seqs = [
        cell["seq"]
        for number in (2, 3, 4)
        for row in client.get(f"/v1/reports/{report}/tables/{number}").json()["rows"]
        for cell in row
        if cell.get("seq") is not None
    ]
    assert sorted(seqs) == [figure.seq for figure in store.figures(report)]


def test_a_drawn_cell_says_what_it_is(client, report):
    rows = client.get(f"/v1/reports/{report}/tables/3").json()["rows"]
    (row,) = [row for row in rows if any(c["text"] == "4.保护第三方合法权益" for c in row)]
    assert (row[-1]["text"], row[-1]["indicator"], row[-1]["applicant"]) == (
        "4",
        "refused.third_party",
        "total",
    )


def test_a_statistics_table_is_drawn_as_its_rows(client, store):
    report = next(row for row in store.reports() if row.format == "statistics")
    drawn = client.get(f"/v1/reports/{report.id}/tables/1").json()
    assert [cell["text"] for cell in drawn["rows"][0]][:2] == ["指标", "单位"]
    cells = [cell for row in drawn["rows"] for cell in row if cell.get("seq") is not None]
    assert len(cells) == report.figures


def test_the_vocabulary_and_the_coverage_are_listed(client):
    ids = [one["id"] for one in client.get("/v1/indicators").json()]
    assert len(ids) == len(set(ids)) and {"received", "normative.issued", "review.total"} <= {*ids}
    organs = {one["name"]: one for one in client.get("/v1/organs").json()}
    assert organs["淮北市人民政府"]["years"] == [2021]
    covered = {one["organ"]: one for one in client.get("/v1/coverage").json()}
    assert covered["淮北市人民政府"]["years"] == [2021]
    (report,) = covered["淮北市人民政府"]["reports"]
    assert client.get(f"/v1/reports/{report}").json()["year"] == 2021


def test_feedback_is_kept(tmp_path, library):
    shutil.copytree(library, tmp_path / "copy")
    with Store.open(tmp_path / "copy") as store:
        with TestClient(create_app(CannedAssistant(store), store)) as client:
            body = {"answer_id": "a_1", "helpful": False, "comment": "数字不对"}
            assert client.post("/v1/feedback", json=body).status_code == 201
            assert client.post("/v1/feedback", json={"answer_id": "a_1"}).status_code == 422
        assert [(one.answer_id, one.helpful, one.comment) for one in store.feedback()] == [
            ("a_1", False, "数字不对")
        ]


def test_readiness_says_what_is_degraded(store):
    app = create_app(CannedAssistant(store), store, degraded=lambda: {"embedding": "loading"})
    with TestClient(app) as client:
        ready = client.get("/readyz").json()
    assert (ready["status"], ready["degraded"]) == ("degraded", {"embedding": "loading"})
    assert ready["reports"] == len(store.reports())


def test_metrics_count_requests_and_replies(client, report):
    client.post("/v1/ask", json=QUESTION)
    client.get(f"/v1/reports/{report}")
    shown = client.get("/metrics").text
    assert 'nianbao_replies_total{reason="",status="answered"} 1.0' in shown
    assert 'route="/v1/reports/{report_id}"' in shown
    assert report not in shown


def test_start_and_stop_are_called_with_the_server(store):
    calls: list[str] = []
    app = create_app(
        CannedAssistant(store),
        store,
        on_start=lambda: calls.append("start"),
        on_stop=lambda: calls.append("stop"),
    )
    with TestClient(app):
        assert calls == ["start"]
    assert calls == ["start", "stop"]
