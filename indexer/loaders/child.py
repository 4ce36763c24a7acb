"""The child process: read or draw one file after the other, answer over a pipe.

Owns the limits that a process puts on itself, and turning every failure of a parser into a reason.

Leaves to others: killing this process when it is late (worker.py), reading (kinds.py), drawing
(drawing.py).
"""

from __future__ import annotations

import pickle
import resource
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from indexer.errors import UnreadableFile
from indexer.loaders.kinds import kind_of, read_converted, read_kind
from indexer.loaders.office import SUFFIXES

#: The parent kills a late child; should the parent be gone, the alarm does, so many seconds later.
_GRACE = 5


def main() -> None:
    """Serve requests until the pipe closes; arguments: its handle, memory, output (bytes)."""
    handle, memory, output = map(int, sys.argv[1:4])
    _limit_memory(memory)
    pipe: Connection[Any, Any] = Connection(handle)
    while True:
        try:
            task, path, name, kind, seconds = pipe.recv()
        except EOFError:
            return
        signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE)
        answer = _answer(task, path, name, kind, output)
        signal.setitimer(signal.ITIMER_REAL, 0)
        pipe.send_bytes(answer)


def _limit_memory(memory: int) -> None:
    """Allow `memory` bytes of address space on top of what this interpreter already takes."""
    statm = Path("/proc/self/statm")
    pages = int(statm.read_text().split()[0]) if statm.exists() else 0
    limit = pages * resource.getpagesize() + memory
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(task: str, path: str, name: str, kind: str | None, output: int) -> bytes:
    try:
        done = ("drawn", _draw(path, kind)) if task == "draw" else _read(path, name, kind)
        answer = pickle.dumps(done, pickle.HIGHEST_PROTOCOL)
    except UnreadableFile as error:
        return pickle.dumps(("refused", error.reason))
    except MemoryError:
        return pickle.dumps(("refused", "memory"))
    except OSError:
        return pickle.dumps(("refused", "missing"))
    except Exception:  # noqa: BLE001 - parsers raise anything over a broken file
        return pickle.dumps(("refused", "damaged"))
    return answer if len(answer) <= output else pickle.dumps(("refused", "too_large"))


def _read(path: str, name: str, kind: str | None) -> tuple[str, Any]:
    data = Path(path).read_bytes()
    if kind is not None:
        return "document", read_converted(data, name, kind)
    found = kind_of(data)
    if found in SUFFIXES:
        return "convert", found
    return "document", read_kind(data, name, found)


def _draw(path: str, kind: str | None) -> Any:
    from indexer.loaders.drawing import draw_pdf

    return draw_pdf(Path(path).read_bytes(), boxes=kind == "pdf")


if __name__ == "__main__":
    main()
