"""A PostgreSQL server of its own for tests, on a socket in its own folder; it keeps nothing.

It sorts as Chinese does, which SQLite does not: no order may come from the server's own.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Debian keeps the server's programs out of PATH.
PLACES = os.pathsep.join(
    (os.environ.get("PATH", ""), *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin"))[::-1]))
)
_MADE = (
    *("--username=nianbao", "--auth=trust", "--no-sync", "--encoding=UTF8", "--no-locale"),
    *("--locale-provider=icu", "--icu-locale=zh"),
)
_RUN = (
    "listen_addresses=",
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "max_connections=40",
    "shared_buffers=32MB",
)


@contextmanager
def postgres_server() -> Iterator[str]:
    """Run a server until the end of the block; yield the address of its database, which is empty.

    It does not run as root: where the tests do, it gets the account that its package has made.
    """
    initdb, postgres = (shutil.which(name, path=PLACES) for name in ("initdb", "postgres"))
    assert initdb is not None and postgres is not None
    account = "postgres" if os.geteuid() == 0 else None
    # pytest's own folders are closed to that account, and too long for the name of a socket.
    folder = Path(tempfile.mkdtemp(prefix="nianbao-"))
    try:
        if account is not None:
            shutil.chown(folder, account)
        data = str(folder / "data")
        run = {"user": account, "extra_groups": []} if account else {}
        made = subprocess.run(
            [initdb, "-D", data, *_MADE], cwd=folder, capture_output=True, text=True, **run
        )  # type: ignore[call-overload]
        assert made.returncode == 0, made.stderr
        server = subprocess.Popen(
            [postgres, "-D", data, "-k", str(folder), *(f"--{setting}" for setting in _RUN)],
            cwd=folder,
            stderr=subprocess.DEVNULL,
            **run,
        )  # type: ignore[call-overload]
        try:
            url = f"postgresql://nianbao@/postgres?host={folder}"
            _wait(url, server)
            yield url
        finally:
            server.send_signal(signal.SIGQUIT)  # at once: nothing is to be kept
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait(10)
    finally:
        shutil.rmtree(folder)


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    import psycopg

    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(url).close()
            return
        except psycopg.OperationalError:
            assert server.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)


def emptied(url: str) -> str:
    """Drop all that is in the database; return its address."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return url
