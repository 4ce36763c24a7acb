"""What staff do answers only on the loopback address."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from assistant.api import create_app
from indexer.store import Store
from tests.assistant.canned import CannedAssistant

CALLS = [
    ("GET", "/v1/library/reports"),
    ("GET", "/v1/library/reports/r_1/findings"),
    ("POST", "/v1/library/files?name=a.html"),
    ("POST", "/v1/library/drafts?name=a.html"),
    ("POST", "/v1/library/reindex"),
    ("POST", "/v1/library/reports/r_1/correction"),
    ("POST", "/v1/library/reports/r_1/seen"),
    ("DELETE", "/v1/library/reports/r_1"),
    ("GET", "/library"),
]
HERE = {"base_url": "http://127.0.0.1:8000", "client": ("127.0.0.1", 50000)}


def client(store: Store, **options: object) -> TestClient:
    return TestClient(create_app(CannedAssistant(store), store), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("options", "headers"),
    [
        ({**HERE, "client": ("10.1.2.3", 50000)}, {}),
        (HERE, {"x-forwarded-for": "10.1.2.3"}),
        (HERE, {"host": "rebound.example"}),
        (HERE, {"origin": "https://elsewhere.example"}),
        (HERE, {"origin": "http://["}),
        (HERE, {"host": "["}),
    ],
    ids=["elsewhere", "proxy", "rebinding", "foreign-page", "bad-origin", "bad-host"],
)
@pytest.mark.parametrize(("method", "path"), CALLS, ids=[path for _, path in CALLS])
def test_it_is_refused_from_elsewhere(store: Store, options, headers, method, path):
    response = client(store, **options).request(method, path, headers=headers)
    assert response.status_code == 403


def test_it_answers_here(store: Store):
    here = client(store, **HERE)
    assert here.get("/v1/library/reports").status_code == 200
    assert here.get("/library").status_code == 200
    assert "/library" in here.get("/").text


def test_the_menu_names_it_only_here(store: Store):
    assert "/library" not in client(store, **{**HERE, "client": ("10.1.2.3", 1)}).get("/").text
