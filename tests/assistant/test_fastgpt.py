"""FastGPT's file library over real HTTP, walked the way that FastGPT does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from assistant.api import create_app
from indexer.store import Store
from tests.assistant.canned import CannedAssistant
from tests.assistant.serving import serving

FIELDS = {"id", "parentId", "name", "type", "updateTime", "createTime"}


class FastGpt:
    """Asks as FastGPT does: a base address, to which it adds /v1/file/…"""

    def __init__(self, base: str) -> None:
        self._http = httpx.Client(base_url=base, headers={"authorization": "Bearer any"})

    def list(self, parent: str | None = None, word: str = "") -> list[dict[str, Any]]:
        return self._data(
            self._http.post("/v1/file/list", json={"parentId": parent, "searchKey": word})
        )

    def get(self, what: str, id_: str) -> Any:
        return self._data(self._http.get(f"/v1/file/{what}", params={"id": id_}))

    def walk(self, parent: str | None = None) -> Iterator[tuple[dict[str, Any], ...]]:
        for entry in self.list(parent):
            assert set(entry) == FIELDS and entry["parentId"] == parent
            if entry["type"] == "file":
                yield (entry,)
            else:
                yield from ((entry, *rest) for rest in self.walk(entry["id"]))

    def close(self) -> None:
        self._http.close()

    @staticmethod
    def _data(response: httpx.Response) -> Any:
        response.raise_for_status()
        body = response.json()
        assert (body["code"], body["success"], body["message"]) == (200, True, "")
        return body["data"]


@pytest.fixture(scope="module")
def address(store: Store) -> Iterator[str]:
    with serving(create_app(CannedAssistant(store), store)) as address:
        yield address


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[FastGpt]:
    client = FastGpt(f"{address}/v1/fastgpt")
    yield client
    client.close()


def test_every_report_is_found_under_its_region_publisher_and_year(client, store):
    paths = list(client.walk())
    reports = {report.id: report for report in store.reports()}
    assert len(paths) == len(reports) and {path[-1]["id"] for path in paths} == set(reports)
    for _region, organ, year, file in paths:
        report = reports[file["id"]]
        assert (organ["name"], year["name"]) == (report.organ, str(report.year))
        assert file["name"] == report.title
    bureau = next(path for path in paths if path[1]["name"] == "示例市教育局")
    government = next(path for path in paths if path[1]["name"] == "示例市人民政府")
    assert bureau[0]["name"] == government[0]["name"] and "示例市" in bureau[0]["name"]


def test_a_file_has_its_text_and_the_page_where_a_person_reads_it(client, store, address):
    for report in store.reports():
        content = client.get("content", report.id)
        assert content["title"] == report.title
        assert content["content"] == store.document_text(report.id) != ""
        assert content["previewUrl"] == f"{address}/reports/{report.id}"
        assert client.get("read", report.id) == {"url": content["previewUrl"]}
        assert httpx.get(content["previewUrl"]).status_code == 200


def test_a_detail_is_the_entry_of_the_list(client):
    for path in client.walk():
        for entry in path:
            assert client.get("detail", entry["id"]) == entry


def test_a_word_is_looked_for_below_the_folder(client):
    found = client.list(word="教育局")
    assert {"folder", "file"} == {entry["type"] for entry in found}
    assert all("教育局" in entry["name"] for entry in found)
    other = next(entry for entry in client.list() if "示例" not in entry["name"])
    assert client.list(other["id"], "教育局") == []
    assert client.list(word="没有这样的名字") == []


def test_an_unknown_id_is_refused_in_its_form(address, client):
    folder = client.list()[0]["id"]
    base = f"{address}/v1/fastgpt/v1/file"
    for response in (
        httpx.post(f"{base}/list", json={"parentId": "g_none"}),
        httpx.get(f"{base}/content", params={"id": folder}),
        httpx.get(f"{base}/read", params={"id": "../etc/passwd"}),
        httpx.get(f"{base}/detail", params={"id": "r_none"}),
    ):
        body = response.json()
        assert response.status_code == body["code"] == 404
        assert body["success"] is False and body["data"] is None and body["message"]


@pytest.mark.parametrize(
    "body", [b"{", b"\xc0", b'{"parentId": 7}'], ids=["cut", "bytes", "number"]
)
def test_a_request_that_cannot_be_read_is_refused_in_its_form(address, body):
    headers = {"content-type": "application/json"}
    refused = httpx.post(f"{address}/v1/fastgpt/v1/file/list", content=body, headers=headers)
    assert refused.status_code == refused.json()["code"] in (400, 422)
    assert refused.json()["message"] and refused.json()["data"] is None
