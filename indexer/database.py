"""Open the database of an index, bring its schema up to date, and keep writers apart.

Owns the address (SQLite in the folder, or NIANBAO_DATABASE_URL), the settings of a connection,
transactions, the migrations' start, and the writer's lock.

Leaves to others: what stands in the tables (schema.py, store.py).
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, OperationalError

from indexer.errors import BadIndex, IndexBusy

#: The command that makes an index anew; named wherever one is refused.
REBUILD = "nianbao index --rebuild"

_BUSY_MILLISECONDS = 30_000
_MIGRATIONS = Path(__file__).with_name("migrations")
#: The advisory lock by which writers on several machines exclude each other on PostgreSQL.
_ADVISORY = 0x6E69616E


def open_engine(data: Path, url: str | None) -> Engine:
    """Return an engine for `url`, or for `index.sqlite` in `data`; nothing is created yet.

    Every transaction on SQLite opens with an explicit BEGIN, so that all its reads see one
    state; the execution option `immediate` takes the write lock at once.

    Raises:
        BadIndex: nothing here speaks to a database of that kind.
    """
    if url:
        address = make_url(url)
        if address.drivername in ("postgres", "postgresql"):
            address = address.set(drivername="postgresql+psycopg")
    else:
        address = make_url(f"sqlite:///{data / 'index.sqlite'}")
    if address.get_backend_name() == "postgresql":
        try:
            # A connection that the server has closed is noticed, and what is read is one state.
            return create_engine(address, pool_pre_ping=True, isolation_level="REPEATABLE READ")
        except (ModuleNotFoundError, NoSuchModuleError) as error:
            raise BadIndex(
                "缺少 PostgreSQL 的 Python 包，请安装 nianbao[postgresql]。"
                " The Python package for PostgreSQL is missing: install nianbao[postgresql]."
            ) from error
    if address.get_backend_name() != "sqlite":
        raise BadIndex("数据库应是 PostgreSQL。 The database must be PostgreSQL.")
    engine = create_engine(address)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for setting in (
        f"busy_timeout = {_BUSY_MILLISECONDS}",
        "journal_mode = WAL",
        "synchronous = FULL",
    ):
        connection.execute(f"PRAGMA {setting}").close()


def _begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Run one write transaction: all of it or nothing."""
    options: dict[str, Any] = {"immediate": True}
    if engine.dialect.name == "postgresql":
        # Rows that two writers change one after the other are no conflict, as on SQLite.
        options["isolation_level"] = "READ COMMITTED"
    with engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


def upgrade_schema(connection: Connection) -> None:
    """Create the tables, or bring those of an older version up to date, by Alembic."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@contextmanager
def translated(data: Path) -> Iterator[None]:
    """Raise a failure of the database as BadIndex."""
    try:
        yield
    except DBAPIError as error:
        if isinstance(error, OperationalError) and not isinstance(error.orig, sqlite3.Error):
            raise BadIndex(
                "数据库连不上，或中断了。"
                f" The database cannot be reached, or broke off: {error.orig}"
            ) from error
        raise BadIndex(
            f"索引读写失败；如果它已损坏，请运行 {REBUILD}。"
            f" The index failed; if it is damaged, run {REBUILD}: {error.orig}",
            where=str(data),
        ) from error


class Lock:
    """A lock on a file, held until `release` or the end of the process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._descriptor is not None

    def acquire(self) -> bool:
        """Take the lock and leave our process id in the file; false if another has it."""
        if self.held:
            return True
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        self._descriptor = descriptor
        return True

    def holder(self) -> str:
        """Return the process id that the file names, or "?"."""
        return self.path.read_text(encoding="ascii").strip() or "?"

    def release(self) -> None:
        """Give the lock up; does nothing if it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def lock_for_writing(data: Path) -> Lock:
    """Take the writer's lock of the index in `data`.

    Raises:
        IndexBusy: another process has it; the message names that process.
    """
    lock = Lock(data / "writer.lock")
    if not lock.acquire():
        raise IndexBusy(
            f"另一个进程（{lock.holder()}）正在写入这个索引，请等它结束。"
            f" Process {lock.holder()} is writing to this index; wait until it ends.",
            where=str(data),
        )
    return lock


def lock_server(engine: Engine) -> Connection | None:
    """Take the advisory lock on a PostgreSQL server; it counts until the connection is closed.

    Returns None for SQLite, where the lock file does.

    Raises:
        IndexBusy: a writer on another machine has it.
    """
    if engine.dialect.name != "postgresql":
        return None
    connection = engine.connect()
    connection.detach()  # what ends it ends the lock, which a pooled connection would keep
    if connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({_ADVISORY})").scalar():
        connection.commit()
        return connection
    connection.close()
    raise IndexBusy(
        "另一台机器正在写入这个数据库，请等它结束。 Another machine is writing to this database."
    )
