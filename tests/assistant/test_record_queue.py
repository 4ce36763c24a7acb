"""Records that wait for their batch: whoever reads sees them, and the end loses none."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from assistant.record_queue import QueuedRecords
from assistant.records import Records
from indexer.store import Store
from tests.assistant.test_records import QUESTION, add


def written(data: Path) -> int:
    file = data / "records.sqlite"
    if not file.exists():
        return 0
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute("SELECT count(*) FROM record").fetchone()[0])


#: Nothing is written for so long unless somebody needs it.
HOUR = 3600


def test_without_a_thread_each_is_written_by_itself(store: Store, tmp_path: Path):
    add(QueuedRecords(tmp_path, 180), store, QUESTION)
    assert written(tmp_path) == 1


def test_they_wait_and_a_reader_sees_them_all(store: Store, tmp_path: Path):
    records = QueuedRecords(tmp_path, 180, pause=HOUR)
    records.start()
    for _ in range(3):
        add(records, store, QUESTION)
    assert written(tmp_path) == 0
    assert len(list(records.find(who="示例"))) == 3
    records.stop()


def test_the_end_loses_none_and_what_comes_later_is_written_too(store: Store, tmp_path: Path):
    records = QueuedRecords(tmp_path, 180, pause=HOUR)
    records.start()
    add(records, store, QUESTION)
    records.stop()
    assert written(tmp_path) == 1
    add(records, store, QUESTION)
    assert written(tmp_path) == 2


def test_a_reply_writes_itself_where_too_many_wait(store: Store, tmp_path: Path):
    records = QueuedRecords(tmp_path, 180, pause=HOUR, most=2)
    records.start()
    add(records, store, QUESTION)
    add(records, store, QUESTION)
    assert written(tmp_path) == 2
    records.stop()


def test_the_thread_writes_soon(store: Store, tmp_path: Path):
    records = QueuedRecords(tmp_path, 180)
    records.start()
    add(records, store, QUESTION)
    until = time.monotonic() + 30
    while not written(tmp_path) and time.monotonic() < until:
        time.sleep(0.05)
    records.stop()
    assert written(tmp_path) == len(list(Records(tmp_path, 180).find(who="示例"))) == 1
