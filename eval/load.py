"""Measure the service over HTTP beside the smallest FastAPI application.

Owns starting both servers on this machine and asking them in turn, so that what else the machine
does falls on both.  Every question differs, and the service keeps no replies.

Leaves to others: sending (client.py, a process of its own), the library (synthetic.py).
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from eval.bench import ASKED, Measurement
from eval.errors import EvalError
from eval.metrics import percentile
from eval.synthetic import build_synthetic, questions

CLIENTS = (1, 8, 32)
_DAY = "2025-06-01"
_HELLO = "GET / "
_PATIENCE = 60.0
#: Requests are counted as always, but none is refused.
_RATE = "1000000/minute"


class ServerFailed(EvalError):
    """A server did not start."""


def bench_http(
    folder: Path, *, reports: int = 2_000, count: int = 1_500, rounds: int = 3, warm: int = 300
) -> Iterator[Measurement]:
    """Measure requests a second and p99 of `count` requests for each number of clients.

    The requests are sent in rounds, to one server and to the other in turn.
    """
    data = folder / "http"
    organs = build_synthetic(data, reports)
    asked = list(questions(organs, ASKED, warm + count * len(CLIENTS)))
    lines = [_line(question) for question in asked]
    ours = [sys.executable, "-m", "assistant", "serve", "--data", str(data), "--port"]
    hello = [sys.executable, "-m", "uvicorn", "eval.hello:app", "--log-level", "warning"]
    hello += ["--no-access-log", "--host", "127.0.0.1", "--port"]
    with served(ours, "/healthz") as service, served(hello, "/") as small:
        _settle(service)
        _send(service, 8, lines[:warm])
        _send(small, 8, [_HELLO] * warm)
        for at, clients in enumerate(CLIENTS):
            some = lines[warm + at * count : warm + (at + 1) * count]
            yield from _in_turn(service, small, clients, some, rounds)


def _line(question: str) -> str:
    body = json.dumps({"question": question, "date": _DAY}, ensure_ascii=False)
    return f"POST /v1/ask {body}"


def _in_turn(
    service: int, small: int, clients: int, lines: Sequence[str], rounds: int
) -> Iterator[Measurement]:
    seconds, hello_seconds = 0.0, 0.0
    times: list[float] = []
    hello_times: list[float] = []
    for at in range(rounds):
        some = lines[at::rounds]
        took, each = _send(service, clients, some)
        seconds, times = seconds + took, times + each
        took, each = _send(small, clients, [_HELLO] * len(some))
        hello_seconds, hello_times = hello_seconds + took, hello_times + each
    rate, base = len(times) / seconds, len(hello_times) / hello_seconds
    name = f"HTTP, numeric questions, {clients} client{'s' * (clients > 1)}"
    yield Measurement(name, rate, "requests a second", rate / base, "FastAPI hello-world")
    late, hello_late = percentile(times, 0.99), percentile(hello_times, 0.99)
    yield Measurement(f"{name}, p99", late, "ms", late / hello_late, "FastAPI hello-world")


def _send(port: int, clients: int, lines: Sequence[str]) -> tuple[float, list[float]]:
    done = subprocess.run(
        [sys.executable, "-m", "eval.client", str(port), str(clients)],
        input="\n".join(lines),
        capture_output=True,
        text=True,
        check=True,
    )
    result = json.loads(done.stdout)
    return result["seconds"], result["ms"]


@contextmanager
def served(command: Sequence[str], path: str) -> Iterator[int]:
    """Run a server, whose command takes the port last, until `path` answers; yield its port.

    Raises:
        ServerFailed: it ended, or did not answer within a minute.
    """
    port = _free_port()
    environment = {**os.environ, "NIANBAO_RATE_PUBLIC": _RATE}
    process = subprocess.Popen([*command, str(port)], stderr=subprocess.DEVNULL, env=environment)
    try:
        deadline = time.monotonic() + _PATIENCE
        while _got(f"http://127.0.0.1:{port}{path}") is None:
            if process.poll() is not None or time.monotonic() > deadline:
                raise ServerFailed(f"no server: {' '.join(command)}")
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as some:
        some.bind(("127.0.0.1", 0))
        return int(some.getsockname()[1])


def _got(url: str) -> str | None:
    """Return what a server says; None where it does not answer yet."""
    try:
        with urlopen(url, timeout=5) as response:
            return str(response.read().decode())
    except (URLError, OSError):
        return None


def _settle(port: int) -> None:
    """Wait until nothing loads behind the scenes any more, a minute at most."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if "loading" not in (_got(f"http://127.0.0.1:{port}/readyz") or "loading"):
            return
        time.sleep(0.5)
