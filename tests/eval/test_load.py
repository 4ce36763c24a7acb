"""The client times every request, growth is a slope, and the parts of the bench run small."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from eval.baselines.retrieval import only
from eval.client import send_all
from eval.growth import exponent, prose_questions
from eval.load import ServerFailed, bench_http, served
from eval.probe import answer_all
from eval.processor import bench_processor, random_chroma
from eval.synthetic import YEARS, build_synthetic, synthetic_organs
from indexer.store import Store

HELLO = [sys.executable, "-m", "uvicorn", "eval.hello:app", "--log-level", "error", "--port"]


def sent(port: int, clients: int, requests: list[str]) -> Mapping[str, Any]:
    """Send from a thread of its own: tests with a browser keep an event loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(send_all(port, clients, requests))).result()


def test_every_request_is_sent_and_timed_and_a_failure_raised():
    with served(HELLO, "/") as port:
        done = sent(port, 3, ["GET / "] * 20)
        assert len(done["ms"]) == 20
        with pytest.raises(RuntimeError, match="404"):
            sent(port, 1, ["GET /nothing "])


def test_a_server_that_ends_is_an_error():
    with pytest.raises(ServerFailed), served([sys.executable, "-c", "import sys"], "/"):
        raise AssertionError("it answered")


@pytest.mark.slow
def test_the_service_is_measured_beside_hello_world(tmp_path: Path):
    measured = list(bench_http(tmp_path, reports=100, count=12, rounds=2, warm=4))
    assert [one.unit for one in measured] == ["requests a second", "ms"] * 3
    assert all(one.value > 0 and one.ratio for one in measured)


@pytest.mark.parametrize(
    ("values", "slope"), [([3, 3, 3], 0), ([1, 10, 100], 1), ([1, 100, 1e4], 2)]
)
def test_the_exponent_of_growth_is_the_slope(values: list[float], slope: float):
    assert exponent([100, 1000, 10000], values) == pytest.approx(slope)


def test_a_library_with_prose_quotes_it(tmp_path: Path):
    organs = build_synthetic(tmp_path / "index", 10, prose=True)
    asked = list(prose_questions(organs, 8))
    assert len(set(asked)) == 8
    with Store.open(tmp_path / "index") as store:
        reports = store.reports()
        assert len({len(store.passages(report.id)) for report in reports}) == 1
        assert store.passages(reports[-1].id)
    (tmp_path / "asked.txt").write_text("\n".join(asked), encoding="utf-8")
    assert answer_all(tmp_path / "index", tmp_path / "asked.txt") == 8


def test_random_chunks_are_searched_and_filtered():
    organs = synthetic_organs(2)
    chroma, vectors = random_chroma(200, organs, 3)
    where = only(organs[0], YEARS[0])
    found = chroma.similarity_search_by_vector(vectors[0], k=5, filter=where)
    assert found
    assert all(one.metadata == {"organ": organs[0], "year": YEARS[0]} for one in found)


def test_processor_time_is_given_as_a_ratio_to_an_answer(tmp_path: Path):
    answer, plain, filtered = bench_processor(tmp_path, 200, count=4)
    assert plain.ratio == pytest.approx(plain.value / answer.value)
    assert filtered.against == "a numeric answer"
