"""Load files in a child process that may fail, hang or be taken over without harm.

Owns the limits, the child's life (one warm process, started again after a breach) and the
distrust of what it sends.

Leaves to others: reading and drawing (child.py), converting (office.py).
"""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any

from indexer import model
from indexer.errors import located
from indexer.loaders.drawing import DrawnPage, checked_pages
from indexer.loaders.messages import unreadable
from indexer.loaders.office import OFFICE_SECONDS, convert
from indexer.model import Document

_CLASSES = ("Document", "Paragraph", "Grid", "GridCell", "Place")


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may take: seconds of wall time, bytes of memory, file and result.

    `memory` comes on top of what the child's interpreter needs; `office_seconds` is for
    LibreOffice alone.
    """

    seconds: float = 20.0
    memory: int = 2**30
    file: int = 64 * 2**20
    output: int = 32 * 2**20
    office_seconds: float = OFFICE_SECONDS


DEFAULT_LIMITS = Limits()


class Loader:
    """Loads files one after the other in a warm child process; threads take turns.

    Use it as a context manager; leaving it ends the child.
    """

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        self._limits = limits
        self._turn = threading.Lock()
        self._child: _Child | None = None

    def __enter__(self) -> Loader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child; loading again starts another."""
        with self._turn:
            self._end_child()

    def load(self, path: Path, *, name: str | None = None) -> Document:
        """Load a file; `name` (else the path's last part) becomes the `file` of every Place.

        Raises:
            UnreadableFile: with the reason, see messages.yaml.
        """
        name = path.name if name is None else name
        with located(name), self._turn:
            _check_file(path, self._limits)
            answer, content = self._ask(path, name, None)
            if answer == "convert":
                with tempfile.TemporaryDirectory(prefix="nianbao-") as folder:
                    seconds = self._limits.office_seconds
                    converted = convert(path, content, Path(folder), seconds=seconds)
                    _check_file(converted, self._limits)
                    answer, content = self._ask(converted, name, content)
            if answer != "document":
                raise unreadable("crashed")
            document: Document = content
            return document

    def draw(self, path: Path, kind: str) -> tuple[DrawnPage, ...]:
        """Draw the pages of a PDF, or of a file of `kind` that LibreOffice lays out.

        Raises:
            UnreadableFile: with the reason, see messages.yaml.
        """
        with self._turn, tempfile.TemporaryDirectory(prefix="nianbao-") as folder:
            _check_file(path, self._limits)
            if kind != "pdf":
                seconds = self._limits.office_seconds
                path = convert(path, kind, Path(folder), seconds=seconds, print_it=True)
                _check_file(path, self._limits)
            answer, content = self._ask(path, path.name, kind, task="draw")
            try:
                if answer == "drawn":
                    return checked_pages(content)
            except ValueError as error:
                raise unreadable("crashed") from error
            raise unreadable("crashed")

    def _ask(
        self, path: Path, name: str, kind: str | None, *, task: str = "read"
    ) -> tuple[str, Any]:
        """Return the child's answer: ("document", Document), ("convert", kind) or pages."""
        if self._child is None or not self._child.alive:
            self._end_child()
            self._child = _Child(self._limits)
        try:
            answer, content = self._child.ask(task, path, name, kind)
        except _Breach as breach:
            self._end_child()
            raise unreadable(breach.reason) from breach
        if answer == "refused":
            refusal = unreadable(content)
            if refusal.failed:
                # What such a file did to the child's memory must not hurt the next one.
                self._end_child()
            raise refusal
        return answer, content

    def _end_child(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None


def load(path: Path, *, name: str | None = None, limits: Limits = DEFAULT_LIMITS) -> Document:
    """Load one file in a child process of its own; many files share a Loader instead.

    Raises:
        UnreadableFile: with the reason.
    """
    with Loader(limits) as loader:
        return loader.load(path, name=name)


class _Breach(Exception):
    """The child broke a limit, ended, or sent what it must not send."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Child:
    """A running child process and the pipe to it."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._pipe: Connection[Any, Any]
        self._pipe, theirs = Pipe()
        paths = [path or os.getcwd() for path in sys.path]
        handle = theirs.fileno()
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-P", "-m", "indexer.loaders.child"),
                *map(str, (handle, limits.memory, limits.output)),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[handle],
            # Nothing else of our environment: a file that takes the child over finds no secrets.
            env={"PYTHONPATH": os.pathsep.join(paths), "PATH": os.defpath, "LANG": "C.UTF-8"},
        )
        theirs.close()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, task: str, path: Path, name: str, kind: str | None) -> tuple[str, Any]:
        """Send one file and return the answer.

        Raises:
            _Breach: `timeout`, `crashed` or `too_large`; the child is of no more use.
        """
        late = threading.Event()
        timer = threading.Timer(self._limits.seconds, self._end_late, [late])
        timer.start()
        try:
            self._pipe.send((task, str(path.resolve()), name, kind, self._limits.seconds))
            answer = self._pipe.recv_bytes(self._limits.output + 1024)
        except (EOFError, ConnectionError) as error:
            raise _Breach("timeout" if late.is_set() else "crashed") from error
        except OSError as error:
            raise _Breach("timeout" if late.is_set() else "too_large") from error
        finally:
            timer.cancel()
            timer.join()
        return _read_answer(answer)

    def end(self) -> None:
        self._pipe.close()
        self._process.kill()
        self._process.wait()

    def _end_late(self, late: threading.Event) -> None:
        late.set()
        self._process.kill()


class _AnswerReader(pickle.Unpickler):
    """Unpickles the five shapes of a Document and nothing that could run code."""

    def find_class(self, module: str, name: str) -> Any:
        if module == model.__name__ and name in _CLASSES:
            return getattr(model, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a document")


def _read_answer(data: bytes) -> tuple[str, Any]:
    try:
        answer, content = _AnswerReader(io.BytesIO(data)).load()
    except (pickle.UnpicklingError, ValueError, TypeError, EOFError, AttributeError) as error:
        raise _Breach("crashed") from error
    return str(answer), content


def _check_file(path: Path, limits: Limits) -> None:
    try:
        size = path.stat().st_size if path.is_file() else None
    except OSError as error:
        raise unreadable("missing") from error
    if size is None:
        raise unreadable("missing")
    if size > limits.file:
        raise unreadable("too_large")
    if size == 0:
        raise unreadable("empty")
