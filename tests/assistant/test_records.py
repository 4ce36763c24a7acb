"""Records: masked before they are written, kept for a while, and seen by nobody unnoticed."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from assistant.__main__ import main
from assistant.api import create_app
from assistant.bootstrap import build_app
from assistant.model import Request
from assistant.records import COLUMNS, ERASED, Records, Wanted, masked
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


def add(
    records: Records, store: Store, question: str, channel: str = "api", **changed: Any
) -> None:
    request = Request(question, changed.pop("history", ()))
    reply = replace(CannedAssistant(store).ask(request), **changed)
    records.add(request, reply, channel=channel, key_id="k_1")


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


def test_a_service_that_records_nothing_keeps_no_old_records(library: Path, tmp_path: Path):
    data = Path(shutil.copytree(library, tmp_path / "data"))
    with Store.open(data) as own:
        add(Records(data, 180), own, QUESTION)
    for days, left in ((180, True), (0, False)):
        with TestClient(build_app(Settings(data=data, record_days=days))) as client:
            assert client.get("/healthz").status_code == 200
        assert (QUESTION.encode() in (data / "records.sqlite").read_bytes()) == left
    Records(tmp_path, 0).purge()
    assert not (tmp_path / "records.sqlite").exists()


def test_who_looked_is_noted(store: Store, tmp_path: Path):
    records = Records(tmp_path, 180)
    add(records, store, QUESTION)
    records.find(Wanted(word="不予公开"), who="张三")
    assert [(a["who"], a["what"], a["shown"]) for a in records.accesses()] == [
        ("张三", '["不予公开"]', 1)
    ]


def test_a_person_can_have_a_question_erased_and_its_traces_too(store: Store, tmp_path: Path):
    records = Records(tmp_path, 180)
    first, second, asked = "示例路一号的张三问新收多少件", "那2022年呢", "不予公开呢"
    add(records, store, first, answer_id="a_11")
    add(records, store, second, answer_id="a_12", history=(first,))
    add(records, store, asked, answer_id="a_13", history=(first, second))
    add(records, store, asked, answer_id="a_14", history=(second,))
    add(records, store, asked, answer_id="a_15", history=(QUESTION, second))
    add(records, store, asked, "web", answer_id="a_16", history=(first, second))
    assert records.erase("a_12", who="李四") == 1
    found = {one["answer_id"]: one["history"] for one in records.find(who="x")}
    assert found == {
        "a_11": [],
        "a_13": [first, ERASED],
        "a_14": [ERASED],
        "a_15": [QUESTION, second],
        "a_16": [first, second],
    }
    assert records.erase("a_11", who="李四") == 1 and records.erase("a_16", who="李四") == 1
    assert "张三".encode() not in (tmp_path / "records.sqlite").read_bytes()
    assert [(one["who"], one["what"]) for one in records.accesses()] == [
        ("李四", '{"erased": "a_12"}'),
        ("x", "[]"),
        ("李四", '{"erased": "a_11"}'),
        ("李四", '{"erased": "a_16"}'),
    ]


def test_what_is_not_there_is_not_noted_as_erased(store: Store, tmp_path: Path):
    records = Records(tmp_path, 180)
    add(records, store, QUESTION)
    assert records.erase("a_2", who="x") == 0 and records.accesses() == []
    assert records.erase("a_2", who="x", also=True) == 0 and len(records.accesses()) == 1
    assert len(list(records.find(who="x"))) == 1


def test_the_command_erases_the_record_and_its_feedback(library: Path, tmp_path: Path):
    data = Path(shutil.copytree(library, tmp_path / "data"))
    with Store.open(data) as own:
        add(Records(data, 180), own, QUESTION)
        own.add_feedback("a_1", False, "住在示例路一号的人说")
        own.add_feedback("a_2", False)
    runner = CliRunner(env={"NIANBAO_DATA": str(data)})
    for misplaced in (["--data", str(tmp_path)], ["--search", "新收"]):
        refused = runner.invoke(main, ["records", *misplaced, "erase", "a_1"])
        assert refused.exit_code == 2 and "behind erase" in refused.stderr
    done = runner.invoke(main, ["records", "erase", "a_1"])
    assert done.exit_code == 0 and "records: 1" in done.stderr and "feedback: 1" in done.stderr
    again = runner.invoke(main, ["records", "erase", "a_1", "--data", str(data)])
    assert again.exit_code == 2 and "no record" in again.stderr
    assert json.loads(runner.invoke(main, ["records"]).stdout) == []
    with Store.open(data) as own:
        assert [one.answer_id for one in own.feedback()] == ["a_2"]
    assert QUESTION.encode() not in (data / "records.sqlite").read_bytes()
    held = b"".join(file.read_bytes() for file in data.glob("index.sqlite*"))
    assert "示例路一号".encode() not in held
    seen = json.loads(runner.invoke(main, ["records", "--accesses"]).stdout)
    assert [json.loads(one["what"]) for one in seen] == [{"erased": "a_1"}, []]


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


def test_the_command_writes_tables_that_run_nothing(store: Store, tmp_path: Path):
    for question in (f'=HYPERLINK("x"){QUESTION}', PRIVATE):
        add(Records(tmp_path, 180), store, question)
    runner = CliRunner(env={"NIANBAO_DATA": str(tmp_path)})
    head, first, second = csv.reader(
        runner.invoke(main, ["records", "--format", "csv"])
        .stdout.removeprefix("\ufeff")
        .splitlines()
    )
    assert head == list(COLUMNS) and first[4].startswith("'=") and "【电话】" in second[4]
    book = tmp_path / "records.xlsx"
    made = runner.invoke(main, ["records", "--format", "xlsx", "--output", str(book)])
    assert made.exit_code == 0
    (sheet,) = openpyxl.load_workbook(book).worksheets
    rows = list(sheet.iter_rows())
    assert [cell.value for cell in rows[0]] == list(COLUMNS) and len(rows) == 3
    line = dict(zip(COLUMNS, rows[1], strict=True))
    assert line["question"].value.startswith("=HYPERLINK")
    assert line["question"].data_type == line["answer_id"].data_type == "s"
    assert (line["value"].value, json.loads(line["history"].value)) == (4, [])
    for refused in (["--format", "xlsx"], ["--accesses", "--format", "csv"]):
        assert runner.invoke(main, ["records", *refused]).exit_code == 2


def test_the_days_come_from_the_settings():
    assert Settings.from_env({}).record_days == 180
    assert Settings.from_env({"NIANBAO_RECORD_DAYS": "0"}).record_days == 0
    with pytest.raises(BadSettings):
        Settings.from_env({"NIANBAO_RECORD_DAYS": "long"})
