"""Originals: shown in a sandbox or handed over, never as pages of ours; who may ask from afar."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from assistant.api import create_app
from indexer.store import Store
from tests.assistant.canned import CannedAssistant

SITE = "https://www.example.gov.cn"


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    app = create_app(CannedAssistant(store), store, widget_origins=[SITE])
    with TestClient(app) as client:
        yield client


def id_of(store: Store, kind: str) -> str:
    return next(row.id for row in store.reports() if row.kind == kind)


def test_a_web_page_is_shown_as_if_from_nowhere(client: TestClient, store: Store):
    response = client.get(f"/v1/reports/{id_of(store, 'html')}/original")
    policy = response.headers["content-security-policy"]
    assert response.status_code == 200 and policy.startswith("sandbox;")
    assert "allow-scripts" not in policy and "default-src 'none'" in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["x-frame-options"] == "SAMEORIGIN"


def test_other_files_are_only_handed_over(client: TestClient, store: Store):
    other = id_of(store, "docx")
    assert client.get(f"/v1/reports/{other}/original").status_code == 404
    response = client.get(f"/v1/reports/{other}/source")
    assert response.headers["content-disposition"].startswith("attachment")


def test_the_text_is_what_spans_refer_to(client: TestClient, store: Store):
    for row in store.reports():
        read = client.get(f"/v1/reports/{row.id}/text").json()
        for passage in store.passages(row.id):
            place = passage.place
            if place.start is not None and place.stop is not None:
                quoted = read["text"][place.start : place.stop]
                assert quoted.strip() and quoted.strip()[:4] in passage.text
        for section in read["sections"]:
            assert section["heading"] in read["text"][section["start"] : section["stop"]]
        assert len(read["tables"]) == len(store.grids(row.id))


@pytest.mark.parametrize(("origin", "allowed"), [(SITE, True), ("https://other.example", False)])
def test_only_listed_sites_may_ask(client: TestClient, origin: str, allowed: bool):
    headers = {"origin": origin, "access-control-request-method": "POST"}
    asked = client.options(
        "/v1/ask", headers={**headers, "access-control-request-headers": "content-type"}
    )
    assert ("access-control-allow-origin" in asked.headers) is allowed
    answer = client.post("/v1/ask", json={"question": "淮北市2021年"}, headers={"origin": origin})
    assert (answer.headers.get("access-control-allow-origin") == origin) is allowed
    assert "access-control-allow-credentials" not in answer.headers
