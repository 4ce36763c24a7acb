"""What is asked most: only what many asked, in our words, about the latest report."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant.answer import Assistant
from assistant.api import create_app
from assistant.hot import FEWEST_CONVERSATIONS, HotQuestions
from assistant.model import Request
from assistant.records import Records
from indexer.store import Store

REFUSED = "示例市人民政府2023年不予公开一共多少件？"
PRIVATE = "我是住在示例路的张三，淮北市2021年新收申请多少件？"


class Days:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Days:
    return Days()


@pytest.fixture
def records(tmp_path: Path, clock: Days) -> Records:
    return Records(tmp_path, 180, clock=clock)


@pytest.fixture(scope="module")
def ask(store: Store):
    return Assistant(store).ask


def put(records: Records, ask, question: str, times: int, clock: Days, *, days: int = 3, **more):
    for turn in range(times):
        clock.now = datetime(2025, 3, 3, 9, 0, tzinfo=UTC) + timedelta(days=turn % days)
        request = Request(question, **more)
        records.add(request, ask(request), channel="web", key_id="")


def test_what_many_asked_is_offered_in_our_words(store: Store, records: Records, ask, clock: Days):
    put(records, ask, REFUSED, 6, clock)
    put(records, ask, PRIVATE, 5, clock)
    hot = HotQuestions(store, records)
    assert hot.questions("zh") == [
        "示例市人民政府2024年不予公开是多少？",
        "淮北市人民政府2021年本年新收政府信息公开申请数量是多少？",
    ]
    assert hot.questions("en")[0].endswith("of 示例市人民政府 in 2024?")
    assert not any("张三" in one for one in hot.questions("zh"))


@pytest.mark.parametrize(
    ("times", "days", "history"),
    [(FEWEST_CONVERSATIONS - 1, 3, ()), (20, 2, ()), (20, 3, ("示例市2022年呢",))],
    ids=["few", "two-days", "follow-ups"],
)
def test_what_may_be_one_persons_concern_is_not(
    store: Store, records: Records, ask, clock: Days, times: int, days: int, history
):
    put(records, ask, REFUSED, times, clock, days=days, history=history)
    assert HotQuestions(store, records).questions("zh") == []


def test_what_was_not_answered_is_not_offered(store: Store, records: Records, ask, clock: Days):
    put(records, ask, "示例市2015年新收多少件？", 9, clock)
    assert HotQuestions(store, records).questions("zh") == []


def test_the_records_are_counted_anew_after_a_while(
    store: Store, records: Records, ask, clock: Days
):
    seconds = [0.0]
    hot = HotQuestions(store, records, clock=lambda: seconds[0])
    assert hot.questions("zh") == []
    put(records, ask, REFUSED, 6, clock)
    assert hot.questions("zh") == []
    seconds[0] = 601.0
    assert len(hot.questions("zh")) == 1


def test_without_records_nothing_is_written_and_nothing_offered(store: Store, tmp_path: Path):
    assert HotQuestions(store, None).questions("zh") == []
    assert HotQuestions(store, Records(tmp_path, 180)).questions("zh") == []
    assert list(tmp_path.iterdir()) == []


def test_the_first_page_offers_them_before_those_of_the_library(
    store: Store, records: Records, ask, clock: Days
):
    put(records, ask, REFUSED, 6, clock)

    class Silent:
        def ask(self, request: Request):
            raise AssertionError(request)

    with TestClient(create_app(Silent(), store, records=records)) as client:
        page = client.get("/").text
    first, second = page.index("2024年不予公开是多少？"), page.index("新收多少件政府信息公开申请？")
    assert first < second
    with TestClient(create_app(Silent(), store)) as client:
        assert "2024年不予公开是多少？" not in client.get("/").text
