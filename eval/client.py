"""Send HTTP requests over several connections at once, and time each; a process of its own.

Owns the sending: one connection a client, kept open, one request at a time on each.  Reads
`METHOD PATH BODY` lines from stdin and prints one JSON object: the seconds of all and the
milliseconds of each.

Leaves to others: the servers and what is asked of them (load.py).
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator


async def send_all(port: int, clients: int, lines: list[str]) -> dict[str, object]:
    """Send every line once; return {"seconds", "ms"}.

    Raises:
        RuntimeError: a reply was not 200.
    """
    requests = iter([_request(line) for line in lines])
    times: list[float] = []
    started = time.perf_counter()
    await asyncio.gather(*(_client(port, requests, times) for _ in range(clients)))
    return {"seconds": time.perf_counter() - started, "ms": times}


def _request(line: str) -> bytes:
    method, path, body = line.split(" ", 2)
    content = body.encode()
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


async def _client(port: int, requests: Iterator[bytes], times: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for request in requests:
            sent = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(_length(head))
            times.append((time.perf_counter() - sent) * 1000)
    finally:
        writer.close()
        await writer.wait_closed()


def _length(head: bytes) -> int:
    """Return the length of the body that follows.

    >>> _length(b"HTTP/1.1 200 OK\\r\\ncontent-length: 17\\r\\n\\r\\n")
    17
    """
    status, *headers = head.decode("latin-1").split("\r\n")
    if " 200 " not in status:
        raise RuntimeError(status)
    named = dict(line.lower().split(": ", 1) for line in headers if ": " in line)
    return int(named["content-length"])


if __name__ == "__main__":
    given = [line.rstrip("\n") for line in sys.stdin]
    print(json.dumps(asyncio.run(send_all(int(sys.argv[1]), int(sys.argv[2]), given))))
