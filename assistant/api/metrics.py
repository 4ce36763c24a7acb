"""Count what happens, for Prometheus.

Owns the names of the counters.

Leaves to others: when to count (edge.py, ask.py), showing them (operation.py).
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from assistant.model import Reply

#: Methods that have a line of their own; a client may send any word.
_METHODS = frozenset({"GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"})


class Metrics:
    """The counters of one application."""

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
        self._reports = Gauge(
            "nianbao_reports", "Current reports in the index.", registry=self._registry
        )

    def count_request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request that ended."""
        known = method if method in _METHODS else "other"
        self._requests.labels(route, known, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def count_reply(self, reply: Reply) -> None:
        """Count one reply."""
        self._replies.labels(reply.status, reply.reason or "").inc()

    def show(self, reports: int) -> bytes:
        """Return all counters in the format of Prometheus; `reports` is the size of the index."""
        self._reports.set(reports)
        return generate_latest(self._registry)
