"""Records: masked before they are written, kept for a while, and seen by nobody unnoticed."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from assistant.__main__ import main
from assistant.api import create_app
from assistant.model import Request
from assistant.records import Records, Wanted, masked
from assistant.settings import BadSettings, Settings
from indexer.store import Store
from tests.assistant.canned import CannedAssistant

QUESTION = "淮北市2021年因保护第三方合法权益不予公开多少件"
PRIVATE = "我的电话13800138000，邮箱a.b@example.invalid，2021年多少件"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("电话13800138000", "电话【电话】"),
        ("138 0013 8000", "【电话】"),
        ("１３８００１３８０００", "【电话】"),
        ("一三八零零一三八零零零", "【电话】"),
        ("0561-3198517", "【电话】"),
        ("身份证11010519491231002X", "身份证【证件号】"),
        ("110105 19491231 002X", "【证件号】"),
        ("110105491231002", "【证件号】"),
        ("卡号6222020000000000000", "卡号【号码】"),
        ("a.b@example.invalid", "【邮箱】"),
        ("2019 2020 2021年新收331件", "2019 2020 2021年新收331件"),
        ("收费1234567890元", "收费1234567890元"),
    ],
    ids=["mobile", "spaced", "wide", "hanzi", "landline", "id", "id-spaced", "id-old", "card",
         "mail", "years", "amount"],
)  # fmt: skip
def test_what_is_masked_and_what_is_not(text, kept):
    assert masked(text) == kept


def test_every_channel_is_recorded_and_nothing_private_is_written(store: Store, tmp_path: Path):
    records = Records(tmp_path, 180)
    app = create_app(CannedAssistant(store), store, records=records)
    with TestClient(app) as client:
        client.post("/v1/ask", json={"question": PRIVATE, "history": [PRIVATE]})
        client.get("/", params={"q": QUESTION})
        client.post("/v1/hotline/answer", json={"query": QUESTION, "channel": "ivr"})
        message = {"role": "user", "content": QUESTION}
        client.post("/v1/chat/completions", json={"model": "nianbao", "messages": [message]})
    found = list(records.find(who="operator"))
    assert [one["channel"] for one in found] == ["api", "web", "hotline-ivr", "openai"]
    assert found[0]["question"] == "我的电话【电话】,邮箱【邮箱】,2021年多少件"
    assert found[0]["history"] == [found[0]["question"]]
    assert (found[1]["status"], found[1]["value"], found[1]["unit"]) == ("answered", "4", "件")
    assert found[1]["cells"][0]["place"]["file"] and found[1]["index_version"] == store.version()
    written = (tmp_path / "records.sqlite").read_bytes()
    assert b"13800138000" not in written and b"a.b@example" not in written
    assert (tmp_path / "records.sqlite").stat().st_mode & 0o077 == 0


def add(records: Records, store: Store, question: str, channel: str = "api") -> None:
    request = Request(question)
    records.add(request, CannedAssistant(store).ask(request), channel=channel, key_id="k_1")


def test_records_are_found_by_word_day_status_and_channel(store: Store, tmp_path: Path):
    records = Records(tmp_path, 180)
    add(records, store, QUESTION)
    add(records, store, "是哪一年", "web")
    assert [r["channel"] for r in records.find(Wanted(word="哪一年"), who="x")] == ["web"]
    assert [r["status"] for r in records.find(Wanted(status="answered"), who="x")] == ["answered"]
    assert len(list(records.find(Wanted(channel="web"), who="x"))) == 1
    assert list(records.find(Wanted(since=date(2999, 1, 1)), who="x")) == []
    assert list(records.find(Wanted(until=date(2000, 1, 1)), who="x")) == []
    today = datetime.now(UTC).date()
    assert len(list(records.find(Wanted(since=today, until=today), who="x"))) == 2
    assert list(records.find(Wanted(word="%"), who="x")) == []
    assert {r["key_id"] for r in records.find(who="x")} == {"k_1"}


def test_a_record_is_gone_after_its_days(store: Store, tmp_path: Path):
    now = [datetime(2026, 1, 1, tzinfo=UTC)]
    records = Records(tmp_path, 30, clock=lambda: now[0])
    add(records, store, "甲" + QUESTION)
    now[0] += timedelta(days=29)
    add(records, store, "乙" + QUESTION)
    assert len(list(records.find(who="x"))) == 2
    now[0] += timedelta(days=2)
    add(records, store, "丙" + QUESTION)
    assert [r["question"][0] for r in records.find(who="x")] == ["乙", "丙"]
    assert "甲".encode() not in (tmp_path / "records.sqlite").read_bytes()


def test_who_looked_is_noted(store: Store, tmp_path: Path):
    records = Records(tmp_path, 180)
    add(records, store, QUESTION)
    records.find(Wanted(word="不予公开"), who="张三")
    assert [(a["who"], a["what"], a["shown"]) for a in records.accesses()] == [
        ("张三", '["不予公开"]', 1)
    ]


def test_a_record_that_cannot_be_written_costs_nobody_the_reply(store: Store, tmp_path: Path):
    records = Records(tmp_path / "missing", 180)
    with TestClient(create_app(CannedAssistant(store), store, records=records)) as client:
        assert client.post("/v1/ask", json={"question": QUESTION}).status_code == 200


def test_the_command_searches_and_says_who_looked(store: Store, tmp_path: Path):
    add(Records(tmp_path, 180), store, QUESTION)
    runner = CliRunner(env={"NIANBAO_DATA": str(tmp_path)})
    found = json.loads(runner.invoke(main, ["records", "--search", "第三方"]).stdout)
    assert [one["question"] for one in found] == [QUESTION]
    assert json.loads(runner.invoke(main, ["records", "--search", "没有"]).stdout) == []
    out = tmp_path / "out.json"
    runner.invoke(main, ["records", "--output", str(out)])
    assert len(json.loads(out.read_text(encoding="utf-8"))) == 1
    seen = json.loads(runner.invoke(main, ["records", "--accesses"]).stdout)
    assert [one["shown"] for one in seen] == [1, 0, 1]


def test_the_days_come_from_the_settings():
    assert Settings.from_env({}).record_days == 180
    assert Settings.from_env({"NIANBAO_RECORD_DAYS": "0"}).record_days == 0
    with pytest.raises(BadSettings):
        Settings.from_env({"NIANBAO_RECORD_DAYS": "long"})
