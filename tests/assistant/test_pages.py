"""The pages: they work without a script, mark what is cited, and escape what they show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import lxml.html
import pytest
import yaml
from starlette.testclient import TestClient

from assistant.api import create_app
from assistant.api.pages import examples, words
from indexer.store import Store
from tests.assistant.canned import CannedAssistant

HOSTILE = "<script>alert(1)</script>\"'&"
#: Data for the script of a page; a browser does not run it.
BOOT = r'<script type="application/json" id="boot">[^<]*</script>'
WORDS = Path(__file__).parents[2] / "assistant" / "templates" / "words.yaml"


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    with TestClient(create_app(CannedAssistant(store), store)) as client:
        yield client


def without_scripts(text: str) -> str:
    """Return a page without its data and the built script that it names."""
    return re.sub(
        r'<script type="module" src="/assets/[^"<>]+"></script>', "", re.sub(BOOT, "", text)
    )


def page(client: TestClient, path: str, **params: str) -> lxml.html.HtmlElement:
    response = client.get(path, params=params)
    assert response.headers["content-type"].startswith("text/html")
    return lxml.html.document_fromstring(response.text)


def test_the_first_page_asks_and_offers_questions(client, store):
    root = page(client, "/")
    assert root.xpath("//form[@action='/']//input[@name='q']")
    offered = root.xpath("//ul[@class='questions']//a/text()")
    assert offered == examples(store, "zh") and any("淮北市" in text for text in offered)


def test_a_reply_shows_its_text_and_marks_the_cited_cell(client):
    root = page(client, "/", q="淮北市2021年因保护第三方合法权益不予公开多少件？")
    assert "4件[1]" in root.xpath("string(//p[@class='text'])")
    (cited,) = root.xpath("//td[contains(@class, 'cited')]")
    assert cited.xpath("string(mark)") == "4"
    assert "4.保护第三方合法权益" in cited.getparent().xpath("string()")
    assert "331+2 = 328+5" in root.xpath("string(//ul[@class='checks'])")
    assert root.xpath("//ul[@class='notes']/li")


def test_a_question_back_offers_its_choices_as_links(client):
    root = page(client, "/", q="示例市哪年新收多少件？")
    (link,) = root.xpath("//ul[@class='questions']//a")
    assert link.text == "2023年" and "q=" in link.get("href")


def test_a_follow_up_carries_the_earlier_question(client):
    root = page(client, "/", q="淮北市2021年新收多少件？")
    assert root.xpath("//input[@name='h']/@value") == ["淮北市2021年新收多少件？"]


def test_a_question_that_is_too_long_is_told_on_the_page(client):
    response = client.get("/", params={"q": "问" * 1001})
    assert response.status_code == 422
    assert lxml.html.document_fromstring(response.text).xpath("//p[@role='alert']")


def test_everything_that_is_shown_is_escaped(store):
    app = create_app(CannedAssistant(store, said=HOSTILE), store)
    with TestClient(app) as client:
        for question in (HOSTILE, f"哪{HOSTILE}"):
            text = client.get("/", params={"q": question, "h": HOSTILE}).text
            assert "<script" not in without_scripts(text) and text.count("&lt;script&gt;") > 3


def test_pages_hold_no_script_and_no_style_of_their_own(client, store):
    for path in ("/", "/reports", f"/reports/{store.reports()[0].id}", "/?q=淮北", "/desk"):
        text = without_scripts(client.get(path).text)
        assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:", text)


def test_english_pages_are_english(client):
    root = page(client, "/", lang="en")
    assert root.get("lang") == "en" and root.xpath("//button/text()") == ["Ask"]
    assert page(client, "/").get("lang") == "zh-CN"


def test_every_report_has_a_page_with_its_tables(client, store):
    for row in store.reports():
        root = page(client, f"/reports/{row.id}")
        drawn = root.xpath("//table[@class='form']//td[@id]")
        assert len(drawn) == row.figures, row.file
        rules = set(root.xpath("//tbody/tr[@class]/td[1]/text()"))
        assert rules == {finding.rule for finding in store.findings(row.id)}


def test_an_unknown_report_is_told_on_a_page(client):
    response = client.get("/reports/r_nothing")
    assert response.status_code == 404 and "没有这份报告" in response.text


def test_every_report_can_be_reached(client, store):
    links = page(client, "/reports").xpath("//tbody//a/@href")
    assert {link.partition("?")[0] for link in links} == {
        f"/reports/{row.id}" for row in store.reports()
    }


def test_the_words_are_there_in_both_languages():
    loaded = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    assert all(set(entry) == {"zh", "en"} and all(entry.values()) for entry in loaded.values())
    templates = "".join(path.read_text() for path in WORDS.parent.glob("*.html"))
    used = set(re.findall(r"words\.([a-z_]+)", templates))
    assert used <= set(words("zh")) and used <= set(words("en"))


def test_reports_are_found_by_publisher_and_year_and_come_in_pages(
    client, store, monkeypatch: pytest.MonkeyPatch
):
    root = page(client, "/reports", find="教育局 2023年")
    assert len(root.xpath("//tbody/tr")) == 1 and root.xpath("//input[@value='教育局 2023年']")
    assert page(client, "/reports", find="没有这个机关").xpath("//tbody/tr") == []
    monkeypatch.setattr("assistant.api.pages._LISTED", 3)
    listed: list[str] = []
    for number in range(1, -(-len(store.reports()) // 3) + 1):
        root = page(client, "/reports", page=str(number))
        listed += root.xpath("//tbody//a/@href")
        following = [f"/reports?lang=zh&find=&page={number + 1}"]
        assert root.xpath("//a[@rel='next']/@href") in (following, [])
    assert root.xpath("//a[@rel='next']") == []
    assert len(listed) == len({*listed}) == len(store.reports())
