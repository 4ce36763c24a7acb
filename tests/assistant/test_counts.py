"""Counts that several processes share, and what is counted while their server is away."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant.api import create_app
from assistant.api.counts import BadStorage, Counts, read_limit
from assistant.api.guard import Access
from assistant.keys import KeyRing
from indexer.store import Store
from tests.assistant.canned import CannedAssistant
from tests.redis_server import free_port, redis_server

LIMIT = read_limit("3/hour")


def take(counts: Counts, client: str = "192.0.2.7") -> tuple[int, bool]:
    counted = asyncio.run(counts.count(LIMIT, client))
    return counted.left, counted.allowed


class Instances:
    """Two instances of the service with one server for their counts."""

    def __init__(self, store: Store, keys: KeyRing, address: str, stack: ExitStack) -> None:
        access = Access(keys, public="3/hour", keyed="4/hour", storage=address)
        self.clients = [
            stack.enter_context(
                TestClient(create_app(CannedAssistant(store), store, access=access))
            )
            for _ in range(2)
        ]


@pytest.fixture
def instances(store: Store, tmp_path: Path) -> Iterator[tuple[Instances, int]]:
    port = free_port()
    with ExitStack() as stack:
        address = f"redis://127.0.0.1:{port}"
        yield Instances(store, KeyRing(tmp_path), address, stack), port


@pytest.mark.redis
def test_two_instances_share_one_limit_and_tell_what_is_left(
    instances: tuple[Instances, int], tmp_path: Path
):
    (one, two), port = instances[0].clients, instances[1]
    secret = KeyRing(tmp_path).create("x", ["public"])[1]
    with redis_server(tmp_path, port):
        answers = [client.get("/v1/organs") for client in (one, two, one, two)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        told = [answer.headers["ratelimit-remaining"] for answer in answers]
        assert told == ["2", "1", "0", "0"]
        last = answers[-1].headers
        assert (last["ratelimit-limit"], last["ratelimit-policy"]) == ("3", "3;w=3600")
        assert 0 < int(last["retry-after"]) <= 3600
        keyed = [c.get("/v1/organs", headers={"x-api-key": secret}) for c in (one, two)]
        assert [answer.headers["ratelimit-remaining"] for answer in keyed] == ["3", "2"]
        for client in (one, two):
            assert client.get("/readyz").json()["degraded"] == {}


@pytest.mark.redis
def test_without_the_server_each_instance_limits_by_itself_and_says_so(
    instances: tuple[Instances, int], tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    (one, two), port = instances[0].clients, instances[1]
    with redis_server(tmp_path, port) as server:
        assert one.get("/v1/organs").headers["ratelimit-remaining"] == "2"
        server.kill()
        server.wait(10)
    for client in (one, two):
        codes = [client.get("/v1/organs").status_code for _ in range(4)]
        assert codes == [200, 200, 200, 429]
        assert client.get("/readyz").json()["degraded"] == {"rate_limits": "unavailable"}
        assert 'nianbao_degraded{part="rate_limits"} 1.0' in client.get("/metrics").text
    assert caplog.text.count("by this process alone") == 2


@pytest.mark.redis
def test_once_the_server_is_back_it_counts_again(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    now, port = [0.0], free_port()
    counts = Counts(f"valkey://127.0.0.1:{port}", clock=lambda: now[0])
    assert counts.degraded() == {"rate_limits": "unavailable"}
    assert take(counts) == (2, True)
    with redis_server(tmp_path, port):
        assert take(counts) == (1, True)  # it is left alone for a while
        now[0] += 6
        assert take(counts) == (2, True)
        assert counts.degraded() == {}
        assert take(Counts(f"redis://127.0.0.1:{port}")) == (1, True)
    assert caplog.text.count("by this process alone") == 1
    assert caplog.text.count("by their server again") == 1


@pytest.mark.redis
def test_a_server_that_wants_a_password_gets_that_of_the_address(tmp_path: Path):
    from redis import Redis

    port = free_port()
    with redis_server(tmp_path, port):
        with Redis(port=port) as client:
            client.config_set("requirepass", "示例")
        assert Counts(f"redis://127.0.0.1:{port}").degraded()
        assert not Counts(f"redis://:示例@127.0.0.1:{port}/1").degraded()


def test_a_server_that_says_nothing_is_not_waited_for_long():
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen(4)
        counts = Counts(f"redis://127.0.0.1:{mute.getsockname()[1]}")
        begun = time.monotonic()
        assert [take(counts)[1] for _ in range(4)] == [True, True, True, False]
        assert time.monotonic() - begun < 3


@pytest.mark.parametrize(
    "address",
    ["paper://x", "redis://", "async+memory://", "memcached://x", "redis://:secret@host:port"],
)
def test_an_address_that_will_not_do_is_refused_without_its_secret(address: str):
    with pytest.raises(BadStorage) as refused:
        Counts(address)
    assert "secret" not in str(refused.value)
