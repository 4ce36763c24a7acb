"""Backup and restore: the same answers, all or nothing, and no file outside the folder."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import zipfile
from collections.abc import Mapping
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.__main__ import main
from assistant.answer import Assistant
from assistant.backup import KIND, BadBackup, restore_backup, write_backup
from assistant.keys import KeyRing
from assistant.marks import mark_seen
from assistant.model import Request
from assistant.records import Records
from indexer.database import Lock
from indexer.store import Store
from tests.fakes import HashEmbedder

QUESTIONS = (
    "示例市2023年新收多少件申请？",
    "示例市2023年和2024年相比，新收申请增加了多少？",
    "How many applications were concluded by 示例市 in 2023?",
    "示例市教育局2023年存在的主要问题是什么？",
    "不予公开后怎么申请行政复议？",
    "今天天气怎么样",
)


@pytest.fixture
def data(library: Path, tmp_path: Path) -> Path:
    """A data folder with an index, a search cache, a key, a note of staff and a record."""
    folder = shutil.copytree(library, tmp_path / "data")
    KeyRing(folder).create("示例热线", ["hotline"])
    with Store.create(folder) as store:
        assert store.sync_cache()
        row = store.reports()[0]
        mark_seen(folder, row, "0" * 12, "示例", "已核")
        request = Request(QUESTIONS[0])
        reply = Assistant(store, embedder=HashEmbedder).ask(request)
        Records(folder, 9).add(request, reply, channel="web", key_id="")
    return folder


@pytest.fixture
def kept(data: Path, tmp_path: Path) -> Path:
    file = tmp_path / "kept.zip"
    write_backup(data, file)
    return file


def answers(folder: Path) -> list[str]:
    with Store.open(folder) as store:
        assistant = Assistant(store, embedder=HashEmbedder)
        asked = (Request(question, today=date(2025, 6, 1)) for question in QUESTIONS)
        replies = [assistant.ask(request).as_json() for request in asked]
    return [
        json.dumps({k: v for k, v in reply.items() if k not in _VARYING}, ensure_ascii=False)
        for reply in replies
    ]


_VARYING = {"answer_id", "conversation", "elapsed_ms"}


def test_a_restored_folder_answers_the_same_bytes(data, kept, tmp_path):
    before = answers(data)
    restore_backup(kept, tmp_path / "new" / "data")
    assert answers(tmp_path / "new" / "data") == before
    assert len({*before}) == len(QUESTIONS)


def test_a_restored_folder_has_originals_keys_records_and_the_search_cache(data, kept, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    restore_backup(kept, empty)
    names = {path.relative_to(data).as_posix() for path in data.rglob("*") if path.is_file()}
    back = {path.relative_to(empty).as_posix() for path in empty.rglob("*") if path.is_file()}
    again = (".lock", "-wal", "-shm")
    assert back == {n for n in names if not n.endswith(again) and not n.startswith("keywords/")}
    assert any(name.startswith("chroma/") for name in back)
    assert [key.name for key in KeyRing(empty).listed()] == ["示例热线"]
    assert len(list(Records(empty, 9).find(who="示例"))) == 1
    assert (empty / "marks.jsonl").read_bytes() == (data / "marks.jsonl").read_bytes()
    for path in (data / "originals").iterdir():
        assert (empty / "originals" / path.name).read_bytes() == path.read_bytes()
    assert all(path.stat().st_mode & 0o077 == 0 for path in empty.rglob("*") if path.is_file())
    assert kept.stat().st_mode & 0o077 == 0


def test_changes_that_are_in_the_log_of_the_database_only_are_kept(data, tmp_path):
    with closing(sqlite3.connect(data / "index.sqlite")) as open_elsewhere:
        open_elsewhere.execute("PRAGMA journal_mode = WAL")
        with Store.open(data) as store:
            store.add_feedback("a_1", True, "示例意见")
            write_backup(data, tmp_path / "kept.zip")
    restore_backup(tmp_path / "kept.zip", tmp_path / "new")
    with closing(sqlite3.connect(tmp_path / "new" / "index.sqlite")) as connection:
        assert connection.execute("SELECT comment FROM feedback").fetchall() == [("示例意见",)]


def test_while_a_server_uses_the_search_cache_it_is_left_out_and_that_is_said(data, tmp_path):
    held = Lock(data / "chroma.lock")
    assert held.acquire()
    result = CliRunner().invoke(main, ["backup", str(tmp_path / "kept.zip"), "--data", str(data)])
    held.release()
    assert result.exit_code == 0 and "检索缓存" in result.stderr
    restore_backup(tmp_path / "kept.zip", tmp_path / "new")
    assert not (tmp_path / "new" / "chroma").exists()
    assert answers(tmp_path / "new") == answers(data)


def test_while_reports_are_added_nothing_is_kept(data, tmp_path):
    with Store.create(data):
        result = CliRunner().invoke(main, ["backup", str(tmp_path / "x"), "--data", str(data)])
    assert result.exit_code == 3 and not (tmp_path / "x").exists()


def test_nothing_is_overwritten(data, kept, tmp_path):
    with pytest.raises(BadBackup, match=r"kept\.zip"):
        write_backup(data, kept)
    before = (data / "index.sqlite").read_bytes()
    with pytest.raises(BadBackup, match="not empty"):
        restore_backup(kept, data)
    assert (data / "index.sqlite").read_bytes() == before
    with pytest.raises(BadBackup, match="no index"):
        write_backup(tmp_path, tmp_path / "other.zip")


def test_a_damaged_database_is_not_kept(data, tmp_path):
    file = data / "access.sqlite"
    file.write_bytes(file.read_bytes()[:100] + b"x" * 8000)
    with pytest.raises(BadBackup, match=r"access\.sqlite"):
        write_backup(data, tmp_path / "kept.zip")
    assert not (tmp_path / "kept.zip").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_every_damaged_byte_is_noticed_before_anything_is_written(kept, tmp_path):
    content = kept.read_bytes()
    with zipfile.ZipFile(kept) as archive:
        member = archive.getinfo("index.sqlite")
    inside = member.header_offset + 200
    for number, place in enumerate((0, inside, len(content) // 2, len(content) - 10)):
        bad = tmp_path / f"bad{number}.zip"
        bad.write_bytes(content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :])
        with pytest.raises(BadBackup, match=rf"bad{number}\.zip"):
            restore_backup(bad, tmp_path / "new")
        assert not (tmp_path / "new").exists()
    short = tmp_path / "short.zip"
    short.write_bytes(content[: len(content) // 2])
    with pytest.raises(BadBackup, match=r"short\.zip"):
        restore_backup(short, tmp_path / "new")


def archive(file: Path, members: Mapping[str, bytes], **changed: object) -> Path:
    """Write an archive with these members and a manifest that agrees with them."""
    entries = {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        for name, content in members.items()
    }
    manifest = {"kind": KIND, "version": 1, "files": entries} | changed
    with zipfile.ZipFile(file, "w") as written:
        for name, content in members.items():
            written.writestr(name, content)
        written.writestr("manifest.json", json.dumps(manifest))
    return file


def test_an_archive_of_the_right_form_is_restored(tmp_path):
    file = archive(tmp_path / "b.zip", {"index.sqlite": b"x"})
    assert restore_backup(file, tmp_path / "new").files == 1


@pytest.mark.parametrize(
    "name",
    [
        "../outside.sqlite",
        "/tmp/outside.sqlite",
        "originals/../../outside",
        "chroma/../../outside",
        "chroma/.hidden",
        "C:\\outside.sqlite",
        "originals/script.sh",
        "other.txt",
        "chroma/",
    ],
)
def test_a_member_that_is_no_part_of_a_folder_is_refused_by_its_name(name, tmp_path):
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    file = archive(inner / "b.zip", {"index.sqlite": b"x", name: b"y"})
    with pytest.raises(BadBackup) as refused:
        restore_backup(file, inner / "new")
    assert refused.value.where == f"{file}/{name}"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["b.zip"]


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "other"},
        {"version": 2},
        {"files": {}},
        {"files": []},
        {"files": {"index.sqlite": {"sha256": "0" * 64, "bytes": 1}}},
        {"files": {"index.sqlite": {"sha256": "0" * 64}}},
        {"files": {"index.sqlite": 1}},
    ],
    ids=str,
)
def test_a_manifest_that_says_something_else_is_refused(changed, tmp_path):
    file = archive(tmp_path / "b.zip", {"index.sqlite": b"x"}, **changed)
    with pytest.raises(BadBackup, match=r"b\.zip/"):
        restore_backup(file, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_foreign_files_are_refused(tmp_path):
    text = tmp_path / "text.zip"
    text.write_text("no archive", encoding="utf-8")
    foreign = tmp_path / "foreign.zip"
    with zipfile.ZipFile(foreign, "w") as written:
        written.writestr("index.sqlite", b"x")
    for file in (text, foreign, tmp_path / "none.zip"):
        with pytest.raises(BadBackup, match=file.name):
            restore_backup(file, tmp_path / "new")


def test_the_commands_say_what_they_did(data, tmp_path):
    file, new = tmp_path / "kept.zip", tmp_path / "new"
    made = CliRunner().invoke(main, ["backup", str(file), "--data", str(data)])
    assert made.exit_code == 0 and made.stdout.startswith("已备份 kept: ")
    back = CliRunner().invoke(main, ["restore", str(file), "--data", str(new)])
    assert back.exit_code == 0 and back.stdout.startswith("已恢复 restored: ")
    again = CliRunner().invoke(main, ["restore", str(file), "--data", str(new)])
    assert (again.exit_code, again.stdout) == (1, "") and str(new) in again.stderr
