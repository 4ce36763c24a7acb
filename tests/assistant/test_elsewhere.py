"""What the prose says beyond a question's own scope: offices, towns, plans, quoted names."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assistant.answer import Assistant
from assistant.model import Request
from indexer.loaders import Loader
from indexer.pipeline import index_paths
from indexer.store import Store
from tests.cases import HERE, load_cases
from tests.conftest import ROOT

TODAY = date(2025, 6, 1)


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index over two reports of words only."""
    data = tmp_path_factory.mktemp("words")
    files = sorted((HERE / "words").glob("*.txt"))
    with Store.create(data) as store, Loader() as loader:
        index_paths(files, store, loader=loader, on_progress=lambda _: None)
    return data


@pytest.fixture(scope="module")
def asked(words: Path):
    with Store.open(words) as store:
        assistant = Assistant(store)
        yield lambda question: assistant.ask(Request(question, today=TODAY))


@pytest.mark.parametrize("case", load_cases("elsewhere"))
def test_tells(case, asked):
    reply = asked(case["q"])
    assert reply.status == case["status"]
    if "reason" in case:
        assert reply.reason == case["reason"]
    assert (None if reply.value is None else str(reply.value)) == case.get("value")
    for word in case.get("says", []):
        assert word in reply.text
    for word in case.get("never", []):
        assert word not in reply.text


def test_what_is_quoted_stands_in_the_report_as_quoted(asked, words: Path):
    with Store.open(words) as store:
        for case in [param.values[0] for param in load_cases("elsewhere")]:
            for citation in asked(case["q"]).citations:
                text = store.document_text(citation.report) or ""
                assert text[citation.place.start : citation.place.stop] == citation.quote


def test_a_number_unreadable_in_its_table_leads_on_to_the_prose_that_states_it(tmp_path: Path):
    flat = (ROOT / "tests" / "reports" / "flat-joined-2021" / "report.txt").read_text("utf-8")
    plain = "逐件核对现行文件的效力状态，并在网站上注明。"
    assert plain in flat
    file = tmp_path / "report.txt"
    file.write_text(flat.replace(plain, "截至年底，现行有效行政规范性文件65件。"), "utf-8")
    with Store.create(tmp_path / "data") as store, Loader() as loader:
        index_paths([file], store, loader=loader, on_progress=lambda _: None)
        assistant = Assistant(store)
        reply = assistant.ask(Request("示例市临江区2022年规范性文件现行有效多少件", today=TODAY))
        assert (reply.status, reply.reason, reply.value) == ("no_answer", "unreadable", None)
        (question,) = [text for text in reply.suggestions if "正文" in text]
        told = assistant.ask(Request(question, today=TODAY))
    assert (told.status, str(told.value), told.unit) == ("answered", "65", "件")
