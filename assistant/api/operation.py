"""Tell an operator how the service is.

Owns the three addresses that monitoring asks.

Leaves to others: counting (metrics.py), what may be degraded (bootstrap.py, counts.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import Response

from assistant.api.metrics import IndexState
from assistant.api.shapes import ProblemShape

if TYPE_CHECKING:
    from assistant.api.app import Parts


class Health(BaseModel):
    """That the process lives."""

    status: str = "ok"


class Readiness(BaseModel):
    """What can be answered; `degraded` names the parts that do not work, with their state.

    Figures are answered in any case: they need the index alone.
    """

    status: str
    index_version: str
    reports: int
    degraded: dict[str, str]


def operation_routes(parts: Parts) -> APIRouter:
    """Return the routes for monitoring."""
    router = APIRouter(tags=["operation"])

    @router.get("/healthz")
    async def healthz() -> Health:
        """Say that the process lives."""
        return Health()

    @router.get("/readyz", responses={503: {"model": ProblemShape}})
    def readyz() -> Readiness:
        """Say what can be answered; 503 where the index cannot be read."""
        degraded = dict(parts.degraded())
        return Readiness(
            status="degraded" if degraded else "ready",
            index_version=parts.store.version(),
            reports=len(parts.store.reports()),
            degraded=degraded,
        )

    @router.get("/metrics", response_class=Response, responses={200: {"content": _PLAIN}})
    def metrics() -> Response:
        """Return the counters for Prometheus."""
        reports = parts.store.reports()
        state = IndexState(
            parts.store.version(),
            len(reports),
            sum(report.figures for report in reports),
            sum(report.passages for report in reports),
            parts.degraded().keys(),
        )
        shown = parts.metrics.show(state)
        return Response(shown, media_type="text/plain; version=0.0.4; charset=utf-8")

    return router


_PLAIN: dict[str, dict[str, object]] = {"text/plain": {}}
