"""Count what happens, for Prometheus.

Owns the names of the metrics.

Leaves to others: when to count (edge.py, ask.py, chat.py of the assistant), showing them
(operation.py).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from assistant.model import Reply

#: Methods that have a line of their own; a client may send any word.
_METHODS = frozenset({"GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"})

#: What can be degraded (bootstrap.py, counts.py); each has a line, be it 0.
_PARTS: Final = ("embedding", "search_cache", "rate_limits")
#: Seconds of a chat model's answer: from a cached word to the whole budget of a question.
_CHAT: Final = (0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 13, 20, 30, 60)


@dataclass(frozen=True)
class IndexState:
    """What the index is like at the moment; `degraded` names the parts that do not work."""

    version: str
    reports: int
    figures: int
    passages: int
    degraded: Collection[str]


class Metrics:
    """The counters of one application; watches its chat model, too."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "nianbao_requests",
            "Requests by route, method and status.",
            ["route", "method", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "nianbao_request_seconds",
            "Seconds from a request to the end of its response, by route.",
            ["route"],
            registry=self._registry,
        )
        self._replies = Counter(
            "nianbao_replies", "Replies by status and reason.", ["status", "reason"],
            registry=self._registry,
        )  # fmt: skip
        self._chat = Histogram(
            "nianbao_chat_seconds",
            "Seconds of a call to the chat model, by outcome: answered, failed, left_alone.",
            ["outcome"],
            buckets=_CHAT,
            registry=self._registry,
        )
        self._refused = Counter(
            "nianbao_drafts_refused",
            "Rules of the gate that drafts of the chat model broke.",
            ["rule"],
            registry=self._registry,
        )
        self._reports = self._gauge("nianbao_reports", "Current reports in the index.")
        self._figures = self._gauge("nianbao_figures", "Printed cells of the current reports.")
        self._passages = self._gauge("nianbao_passages", "Passages of the current reports.")
        self._version = self._gauge("nianbao_index_info", "Version of the index.", "version")
        self._degraded = self._gauge(
            "nianbao_degraded",
            "1 where a part does not work; search_cache: it is behind the index; rate_limits: each "
            "process counts by itself.",
            "part",
        )

    def _gauge(self, name: str, about: str, *labels: str) -> Gauge:
        return Gauge(name, about, labels, registry=self._registry)

    def count_request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request that ended."""
        known = method if method in _METHODS else "other"
        self._requests.labels(route, known, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def count_reply(self, reply: Reply) -> None:
        """Count one reply."""
        self._replies.labels(reply.status, reply.reason or "").inc()

    def model_asked(self, outcome: str, seconds: float) -> None:
        """See Watch.model_asked."""
        self._chat.labels(outcome).observe(seconds)

    def draft_refused(self, rules: Collection[str]) -> None:
        """See Watch.draft_refused."""
        for rule in rules:
            self._refused.labels(rule).inc()

    def show(self, index: IndexState) -> bytes:
        """Return all counters in the format of Prometheus, with the state of the index."""
        self._reports.set(index.reports)
        self._figures.set(index.figures)
        self._passages.set(index.passages)
        self._version.clear()
        self._version.labels(index.version).set(1)
        for part in {*_PARTS, *index.degraded}:
            self._degraded.labels(part).set(part in index.degraded)
        return generate_latest(self._registry)
