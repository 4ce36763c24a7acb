"""A real HTTP server that speaks the OpenAI protocol and says what a test tells it to.

It listens on 127.0.0.1, answers `POST /chat/completions` plainly or as a stream, as it is asked,
and keeps every request body.  It knows no model: replies are scripted, wrong, slow or broken.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar


@dataclass(frozen=True)
class Say:
    """An answer; `ending` is its finish_reason, None for a stream that just stops."""

    text: str
    ending: str | None = "stop"
    done: bool = True


@dataclass(frozen=True)
class Fail:
    """An HTTP error."""

    status: int
    body: str = '{"error": {"message": "no"}}'


@dataclass(frozen=True)
class Hang:
    """Nothing at all for some seconds, then the connection is closed."""

    seconds: float


@dataclass(frozen=True)
class Drip:
    """A comment line of the stream now and then, and never an answer."""

    every: float = 0.05


@dataclass(frozen=True)
class Babble:
    """The same words without an end."""

    text: str = "新收三百件。"


@dataclass(frozen=True)
class Garbage:
    """Bytes that are no protocol."""

    body: bytes = b"data: {broken\n\n\x00\xff\n\n"


@dataclass(frozen=True)
class Cut:
    """A stream whose connection closes in the middle."""

    text: str


Behaviour = Say | Fail | Hang | Drip | Babble | Garbage | Cut


@dataclass
class ChatServer:
    """The address, what was asked, and what will be said; the last of `script` repeats."""

    url: str
    script: Sequence[Behaviour] = (Say("材料不足"),)
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answer: Callable[[dict[str, Any]], Behaviour] | None = None
    stopping: threading.Event = field(default_factory=threading.Event)

    def next(self, body: dict[str, Any]) -> Behaviour:
        """Return what to do with the request `body`."""
        self.asked.append(body)
        if self.answer is not None:
            return self.answer(body)
        return self.script[min(len(self.asked), len(self.script)) - 1]

    @property
    def prompts(self) -> list[str]:
        """The prompts that were sent, in order."""
        return [body["messages"][-1]["content"] for body in self.asked]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    served: ClassVar[ChatServer]

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = json.loads(self.rfile.read(length))
        self.served.headers.append({k.title(): v for k, v in self.headers.items()})
        behaviour = self.served.next(body)
        try:
            self._behave(behaviour, stream=bool(body.get("stream")))
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _behave(self, behaviour: Behaviour, *, stream: bool) -> None:
        if isinstance(behaviour, Fail):
            self._send(behaviour.status, behaviour.body.encode(), "application/json")
        elif isinstance(behaviour, Hang):
            self.served.stopping.wait(behaviour.seconds)
            self.close_connection = True
        elif isinstance(behaviour, Garbage):
            self._send(200, behaviour.body, "text/event-stream")
        elif isinstance(behaviour, Say) and not stream:
            message = {"role": "assistant", "content": behaviour.text}
            choice = {"index": 0, "message": message, "finish_reason": behaviour.ending}
            plain = {"id": "c", "object": "chat.completion", "model": "m", "choices": [choice]}
            self._send(200, json.dumps(plain).encode(), "application/json")
        else:
            self._stream(behaviour)

    def _stream(self, behaviour: Behaviour) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        for line in self._lines(behaviour):
            self.wfile.write(line.encode())
            self.wfile.flush()
            if self.served.stopping.is_set():
                return

    def _lines(self, behaviour: Behaviour) -> Iterator[str]:
        if isinstance(behaviour, Drip):
            while True:
                yield ": still here\n\n"
                time.sleep(behaviour.every)
        elif isinstance(behaviour, Babble):
            while True:
                yield _event({"content": behaviour.text})
        elif isinstance(behaviour, Say):
            yield _event({"role": "assistant", "content": ""})
            for start in range(0, len(behaviour.text), 7):
                yield _event({"content": behaviour.text[start : start + 7]})
            if behaviour.ending is not None:
                yield _event({}, behaviour.ending)
            if behaviour.done:
                yield "data: [DONE]\n\n"
        elif isinstance(behaviour, Cut):
            yield _event({"content": behaviour.text})
            yield 'data: {"id": "c", "choices": [{"index": 0, "delta": {"conte'

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


def _event(delta: dict[str, str], ending: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": ending}
    event = {"id": "c", "object": "chat.completion.chunk", "model": "m", "choices": [choice]}
    return f"data: {json.dumps(event)}\n\n"


@contextmanager
def chat_server() -> Iterator[ChatServer]:
    """Serve on a free port of 127.0.0.1 until the block ends."""
    handler = type("Handler", (_Handler,), {})
    http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    http.daemon_threads = True
    served = ChatServer(f"http://127.0.0.1:{http.server_address[1]}/v1")
    handler.served = served
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield served
    finally:
        served.stopping.set()
        http.shutdown()
        thread.join()
        http.server_close()
