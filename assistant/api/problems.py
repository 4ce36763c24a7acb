"""Errors as RFC 9457 problems.

Owns the table from our errors to statuses, and the shape and words of a problem.

Leaves to others: raising them; declining a question is no error but a Reply.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import Request

from assistant.errors import (
    AssistantError,
    BadFile,
    BadQuestion,
    Busy,
    NotAllowed,
    NotFound,
    NotSignedIn,
)
from assistant.records import RecordsUnavailable
from indexer.errors import BadIndex, EmbeddingUnavailable, IndexBusy, IndexerError

STATUS: Mapping[type[Exception], int] = {
    NotSignedIn: 401,
    NotAllowed: 403,
    NotFound: 404,
    BadFile: 422,
    BadQuestion: 422,
    RecordsUnavailable: 503,
    AssistantError: 422,
    Busy: 503,
    BadIndex: 503,
    EmbeddingUnavailable: 503,
    IndexBusy: 503,
    IndexerError: 500,
}
#: What each status tells people, zh and en; others show the name that HTTP gives them.
_DETAILS = {
    403: "这项操作不开放。 This is not open to you.",
    404: "没有这个页面或这份资料。 There is nothing at this address.",
    405: "这个地址不接受这种请求方法。 This address does not take this method.",
    413: "请求过大。 The request is too large.",
    422: "请求的内容不合要求。 The request cannot be understood.",
    500: "程序出错，已经记录。 Something went wrong here; it has been recorded.",
    503: "索引暂时不可用。 The index is not available at the moment.",
}


class Problem(JSONResponse):
    """A response that says what went wrong."""

    media_type = "application/problem+json"


def problem(
    request_id: str,
    status: int,
    detail: str | None = None,
    *,
    headers: Mapping[str, str] | None = None,
    errors: Sequence[Mapping[str, Any]] = (),
) -> Problem:
    """Return the response for `status`; `errors` name the parts of a request that are wrong."""
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail or _DETAILS.get(status, HTTPStatus(status).phrase),
        "request_id": request_id,
    }
    if errors:
        content["errors"] = list(errors)
    return Problem(content, status, headers=dict(headers or {}))


def request_id_of(request: Request) -> str:
    """Return the id that edge.py gave this request."""
    return str(request.state.request_id)


def handle_problems(app: FastAPI) -> None:
    """Answer every expected error of `app` with a problem."""

    async def on_http(request: Request, error: Exception) -> Problem:
        assert isinstance(error, HTTPException)
        headers = {name: value for name, value in (error.headers or {}).items()}
        return problem(request_id_of(request), error.status_code, headers=headers)

    async def on_validation(request: Request, error: Exception) -> Problem:
        assert isinstance(error, RequestValidationError)
        errors = [
            {"where": "/".join(map(str, one["loc"])), "what": one["msg"]} for one in error.errors()
        ]
        return problem(request_id_of(request), 422, errors=errors)

    async def on_ours(request: Request, error: Exception) -> Problem:
        status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
        told = str(error) if isinstance(error, AssistantError) else None
        asks = {"www-authenticate": "Cookie"} if status == 401 else {}
        return problem(request_id_of(request), status, told, headers=asks)

    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, on_validation)
    app.add_exception_handler(AssistantError, on_ours)
    app.add_exception_handler(IndexerError, on_ours)
