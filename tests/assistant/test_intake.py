"""Taking reports in, correcting them, and what outlives a rebuilt index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant.api import create_app
from assistant.api.edge import LARGEST, LARGEST_FILE
from assistant.bootstrap import build_intake
from assistant.settings import Settings
from indexer.loaders import Loader
from indexer.pipeline import index_paths
from indexer.store import Store
from tests.assistant.canned import CannedAssistant
from tests.conftest import SAMPLES

HERE = {"base_url": "http://127.0.0.1:8000", "client": ("127.0.0.1", 50000)}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    files = [SAMPLES / name for name in ("city-2022.pdf", "city-2023.html", "huaibei-2021.html")]
    with Store.create(tmp_path) as store, Loader() as loader:
        index_paths(files, store, loader=loader, on_progress=lambda _: None)
    return tmp_path


@pytest.fixture
def client(data: Path) -> Iterator[TestClient]:
    with Store.open(data) as store:
        intake = build_intake(Settings(data=data), None)
        app = create_app(CannedAssistant(store), store, intake=intake)
        with TestClient(app, **HERE) as client:  # type: ignore[arg-type]
            yield client


def send(client: TestClient, name: str, content: bytes, where: str = "files") -> dict[str, object]:
    response = client.post(f"/v1/library/{where}", params={"name": name}, content=content)
    assert response.status_code == 200, response.text
    found: dict[str, object] = response.json()
    return found


def held(client: TestClient) -> dict[str, tuple[str, int]]:
    return {
        one["file"]: (one["organ"], one["year"]) for one in client.get("/v1/library/reports").json()
    }


def id_of(client: TestClient, file: str) -> str:
    return next(
        one["id"] for one in client.get("/v1/library/reports").json() if one["file"] == file
    )


def test_a_report_is_taken_in_once(client: TestClient):
    content = (SAMPLES / "city-2024.docx").read_bytes()
    taken = send(client, "../../city-2024.docx", content)
    assert (taken["file"], taken["outcome"]) == ("city-2024.docx", "added")
    assert client.get(f"/v1/reports/{taken['report']}").json()["year"] == 2024
    assert send(client, "city-2024.docx", content)["outcome"] == "unchanged"


def test_what_cannot_be_read_is_told_and_kept_out(client: TestClient):
    before = held(client)
    taken = send(client, "坏的.docx", b"PK\x03\x04" + bytes(400))
    assert taken["outcome"] in ("failed", "skipped") and taken["message"]
    assert held(client) == before


def test_a_correction_changes_no_figure_and_outlives_reading_again(client: TestClient):
    id_ = id_of(client, "city-2022.pdf")
    before = client.get("/v1/figures", params={"organ": "示例市人民政府", "year": 2022}).json()
    body = {"organ": "示例市示范办公室", "year": 2020}
    moved = client.post(f"/v1/library/reports/{id_}/correction", json=body).json()["report"]
    after = client.get("/v1/figures", params={"organ": "示例市示范办公室", "year": 2020}).json()
    assert [one["printed"] for one in after] == [one["printed"] for one in before]
    assert client.get(f"/v1/reports/{moved}").json()["year"] == 2020
    assert client.post("/v1/library/reindex").json() == {"reports": 3, "failed": 0}
    assert held(client)["city-2022.pdf"] == ("示例市示范办公室", 2020)


def test_neighbours_are_assessed_anew_after_a_correction(client: TestClient):
    second = id_of(client, "city-2023.html")
    rules = {
        one["rule"]: one["result"] for one in client.get(f"/v1/reports/{second}/checks").json()
    }
    assert rules["R10"] in ("holds", "fails")
    body = {"organ": "示例市示范办公室", "year": 2022}
    client.post(f"/v1/library/reports/{id_of(client, 'city-2022.pdf')}/correction", json=body)
    rules = {
        one["rule"]: one["result"] for one in client.get(f"/v1/reports/{second}/checks").json()
    }
    assert rules["R10"] == "not_assessable"


def test_a_finding_that_was_seen_stays_a_finding(client: TestClient):
    id_ = id_of(client, "city-2023.html")
    path = f"/v1/library/reports/{id_}"
    (finding, *_) = [
        one for one in client.get(f"{path}/findings").json() if one["result"] == "fails"
    ]
    body = {"finding": finding["key"], "who": "王示例", "why": "已核实"}
    assert client.post(f"{path}/seen", json=body).status_code == 201
    again = {one["key"]: one for one in client.get(f"{path}/findings").json()}[finding["key"]]
    assert (again["result"], again["seen"]["who"]) == ("fails", "王示例")
    client.post("/v1/library/reindex")
    again = {one["key"]: one for one in client.get(f"{path}/findings").json()}[finding["key"]]
    assert again["seen"]["why"] == "已核实"


def test_a_draft_is_checked_and_not_kept(client: TestClient):
    before = held(client)
    read = send(client, "city-2024.docx", (SAMPLES / "city-2024.docx").read_bytes(), "drafts")
    change = next(one for one in read["changes"] if "新收" in one["label"])  # type: ignore[attr-defined]
    assert (change["before"], change["now"], change["difference"]) == ("268", "291", "23")
    assert [table["number"] for table in read["drawn"]] == [2, 3, 4]  # type: ignore[attr-defined]
    assert {"R1", "R10"} <= {one["rule"] for one in read["findings"]}  # type: ignore[attr-defined]
    assert held(client) == before


def test_a_draft_that_is_none_is_a_problem(client: TestClient):
    response = client.post("/v1/library/drafts", params={"name": "x.html"}, content=b"nothing")
    assert response.status_code == 422 and response.json()["detail"]


def test_a_removed_report_is_gone(client: TestClient):
    id_ = id_of(client, "huaibei-2021.html")
    assert client.delete(f"/v1/library/reports/{id_}").status_code == 204
    assert client.delete(f"/v1/library/reports/{id_}").status_code == 404
    assert "huaibei-2021.html" not in held(client)


def test_only_uploads_may_be_large(client: TestClient):
    large = b"x" * (LARGEST + 1)
    assert client.post("/v1/ask", content=large).status_code == 413
    assert send(client, "large.txt", large)["outcome"] != "added"
    response = client.post(
        "/v1/library/files", params={"name": "x"}, content=b"x" * (LARGEST_FILE + 1)
    )
    assert response.status_code == 413
