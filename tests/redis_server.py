"""A Redis (or Valkey) server of its own on 127.0.0.1, which keeps nothing, for tests."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def redis_server(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server in `folder` until the end of the block, or until its process is ended."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    assert program is not None
    listen = ["--bind", "127.0.0.1", "--port", str(port)]
    kept = ["--save", "", "--appendonly", "no", "--dir", str(folder)]
    server = subprocess.Popen([program, *listen, *kept], stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while not _listens(port):
            assert server.poll() is None and time.monotonic() < deadline
            time.sleep(0.02)
        yield server
    finally:
        server.kill()
        server.wait(10)


def _listens(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0
