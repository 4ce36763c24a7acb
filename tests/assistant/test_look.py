"""Large print and high contrast: named by an address, remembered by a cookie."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import lxml.html
import pytest
from starlette.testclient import TestClient

from assistant.api import create_app
from indexer.store import Store
from tests.assistant.canned import CannedAssistant


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    with TestClient(create_app(CannedAssistant(store), store)) as client:
        yield client


def root_of(client: TestClient, path: str) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(client.get(path).text)


def test_a_choice_is_remembered(client: TestClient):
    assert root_of(client, "/").get("data-mode") == "standard"
    assert root_of(client, "/?mode=elder").get("data-mode") == "elder"
    later = root_of(client, "/reports")
    assert (later.get("data-mode"), later.get("data-contrast")) == ("elder", "normal")
    assert root_of(client, "/?mode=standard").get("data-mode") == "standard"


@pytest.mark.parametrize("path", ["/?mode=<b>", "/?contrast=evil"])
def test_what_is_no_choice_is_the_default(client: TestClient, path: str):
    root = root_of(client, path)
    assert (root.get("data-mode"), root.get("data-contrast")) == ("standard", "normal")


def test_switching_keeps_the_question_and_its_scope(client: TestClient):
    root = root_of(client, "/?q=新收多少件&organ=淮北市人民政府&year=2021")
    (href,) = root.xpath("//a[@id='mode']/@href")
    following = root_of(client, "/" + href)
    assert following.get("data-mode") == "elder"
    assert following.xpath("//input[@name='organ']/@value") == ["淮北市人民政府"]
    assert following.xpath("//input[@name='q']/@value") == ["新收多少件"]


def test_a_page_hands_its_reply_to_its_script(client: TestClient):
    text = client.get("/?q=淮北市2021年&organ=淮北市人民政府").text
    match = re.search(r'<script type="application/json" id="boot">([^<]*)</script>', text)
    assert match
    boot = json.loads(match.group(1))
    assert boot["reply"]["value"] == "4" and boot["question"] == "淮北市2021年"
    assert boot["scope"] == {"organs": ["淮北市人民政府"], "years": []}
