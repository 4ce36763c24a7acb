"""An index on PostgreSQL answers and lists what one in a folder does, byte for byte."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from assistant.answer import Assistant
from assistant.api import create_app
from assistant.listing import (
    coverage_json,
    list_figures,
    organs_json,
    report_json,
    report_line,
    write_csv,
)
from assistant.model import Request
from indexer.database import open_engine, writing
from indexer.loaders import Loader
from indexer.pipeline import index_paths
from indexer.store import Store, read_sources
from tests.conftest import CHOSEN
from tests.fakes import HashEmbedder
from tests.postgres_server import emptied

pytestmark = pytest.mark.postgresql
QUESTIONS = (
    "示例市教育局2023年新收多少件申请？",
    "示例市2023年和2024年相比，新收申请增加了多少？",
    "哪个机关2023年新收申请最多？",
    "2023年各机关不予公开多少件？",
    "How many applications were concluded by 示例市 in 2023?",
    "示例市教育局2023年存在的主要问题是什么？",
    "新收多少件？",
    "火星市2023年新收多少件申请？",
)


@pytest.fixture(scope="module")
def url(_postgresql: str) -> str:
    return emptied(_postgresql)


@pytest.fixture(scope="module")
def there(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    data = tmp_path_factory.mktemp("there")
    with Store.create(data, database_url=url) as store, Loader() as loader:
        index_paths(CHOSEN, store, loader=loader, on_progress=lambda _: None, embedder=HashEmbedder)
    with Store.open(data, database_url=url) as store:
        yield store


def replies(store: Store) -> list[str]:
    assistant = Assistant(store, embedder=HashEmbedder)
    told = [
        assistant.ask(Request(question, today=date(2025, 6, 1))).as_json() for question in QUESTIONS
    ]
    varying = {"answer_id", "conversation", "elapsed_ms"}
    return [
        json.dumps({k: v for k, v in one.items() if k not in varying}, ensure_ascii=False)
        for one in told
    ]


def reports(store: Store) -> list[object]:
    return [report_json(store, row) | report_line(row) for row in store.reports(current_only=False)]


@pytest.mark.parametrize(
    "of",
    [
        replies,
        lambda store: list(write_csv(list_figures(store))),
        reports,
        organs_json,
        coverage_json,
        Store.version,
        Store.files,
    ],
    ids=["replies", "figures", "reports", "organs", "coverage", "version", "files"],
)
def test_it_gives_what_an_index_in_a_folder_gives(
    of: Callable[[Store], object], there: Store, store: Store
):
    assert of(there) == of(store)


def test_feedback_of_any_text_is_kept_there(there: Store):
    with TestClient(create_app(Assistant(there), there)) as client:
        for comment in ("示例\x00意见", "𠮷 ' \" \\ %s", "x" * 2000):
            body = {"answer_id": "a_1", "helpful": False, "comment": comment}
            assert client.post("/v1/feedback", json=body).status_code == 201
        assert client.get("/v1/figures", params={"organ": "\x00"}).status_code == 200
        asked = client.post("/v1/ask", json={"question": "示例市\x002023年新收多少件申请？"})
        assert asked.status_code < 500
    assert len(there.feedback()) == 3


def test_connections_that_the_server_has_closed_are_made_anew(there: Store, url: str):
    assert there.feedback() is not None
    engine = open_engine(Path(), url)
    with engine.connect() as connection:
        ended = connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
        ).all()
    engine.dispose()
    assert ended and there.feedback() is not None


def test_what_is_read_together_is_one_state(there: Store, url: str):
    engine = open_engine(Path(), url)
    count = text("SELECT count(*) FROM feedback")
    with engine.connect() as reading:
        before = reading.execute(count).scalar()
        there.add_feedback("a_9", True)
        assert reading.execute(count).scalar() == before
    with writing(engine) as connection:
        assert connection.execute(count).scalar() == before + 1
    engine.dispose()


def test_the_originals_can_be_read_again(there: Store, url: str):
    sources = read_sources(there.data, database_url=url)
    assert [Path(file).name for file, _ in sources] == sorted(path.name for path in CHOSEN)
