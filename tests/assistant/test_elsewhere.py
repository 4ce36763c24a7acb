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
