"""Dify's external knowledge: POST /v1/dify/retrieval.

Owns the request, the records and the errors of that specification, and the conditions on metadata.

Leaves to others: answering (answer.py), passages (passages.py), whether a key is good (guard.py).
A question about a figure gets the answered figure as its first record, then passages.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

from fastapi import APIRouter
from fastapi import Request as HttpRequest
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from assistant.api.ask import key_of, reply_to
from assistant.api.links import citation_url
from assistant.api.passages import Found, search_passages
from assistant.errors import BadQuestion
from assistant.hotline import bare
from assistant.model import Reply, Request
from assistant.questions import LONGEST, checked_question

if TYPE_CHECKING:
    from assistant.api.app import Parts

#: The knowledge that holds every report; the name of an organ is a knowledge of its own.
WHOLE: Final = "nianbao"
_BEARER = re.compile(r"Bearer \S+", re.IGNORECASE)
_MOST = 100
_BODY: Final = "#/components/schemas/RetrievalBody"


class RetrievalSetting(BaseModel):
    """How many records, and how good at least."""

    top_k: int = Field(ge=1, le=_MOST, examples=[5])
    score_threshold: float = Field(ge=0, le=1, examples=[0.2])


class Condition(BaseModel):
    """One condition on metadata; it is met if any of the names meets it."""

    name: list[str]
    comparison_operator: Literal[
        "contains", "not contains", "start with", "end with", "is", "is not", "empty",
        "not empty", "=", "≠", ">", "<", "≥", "≤", "before", "after",
    ]  # fmt: skip
    value: str | int | float | None = None


class MetadataCondition(BaseModel):
    """Conditions, of which all or any are to be met."""

    logical_operator: Literal["and", "or"] = "and"
    conditions: list[Condition] = []


class RetrievalBody(BaseModel):
    """A retrieval."""

    model_config = ConfigDict(extra="allow")
    knowledge_id: str = Field(examples=[WHOLE])
    query: str = Field(max_length=20_000, examples=["示例市2023年新收多少件申请？"])
    retrieval_setting: RetrievalSetting
    metadata_condition: MetadataCondition | None = None


class RecordShape(BaseModel):
    """One piece of knowledge; metadata is never null."""

    content: str
    score: float
    title: str
    metadata: dict[str, str | int | float]


class RetrievalShape(BaseModel):
    """What was found, best first."""

    records: list[RecordShape]


class DifyError(BaseModel):
    """An error with the code of the specification."""

    error_code: int
    error_msg: str


def refused(code: int, status: int, message: str) -> JSONResponse:
    """Return an error of the specification."""
    return JSONResponse({"error_code": code, "error_msg": message}, status)


def dify_routes(parts: Parts) -> APIRouter:
    """Return the route for Dify."""
    errors: dict[int | str, dict[str, Any]] = {
        status: {"model": DifyError} for status in (400, 403, 404)
    }
    router = APIRouter(prefix="/v1/dify", tags=["dify"])
    # The body may be missing, so FastAPI does not read it; openapi.py describes it.
    asked: dict[str, Any] = {
        "requestBody": {
            "content": {"application/json": {"schema": {"$ref": _BODY}}},
        }
    }

    @router.post(
        "/retrieval",
        response_model=RetrievalShape,
        responses=errors,
        openapi_extra=asked,
    )
    async def retrieve(http: HttpRequest) -> Response:
        """Retrieve from a knowledge; without a body, as at registration, find nothing."""
        given = http.headers.get("authorization", "")
        if not _BEARER.fullmatch(given.strip()):
            return refused(1001, 403, "Authorization 应为 Bearer <key>。 Use Bearer <key>.")
        content = await http.body()
        if not content.strip():
            return JSONResponse({"records": []})
        try:
            body = RetrievalBody.model_validate_json(content)
        except ValidationError as error:
            where = ".".join(map(str, error.errors()[0]["loc"])) or "body"
            return refused(400, 400, f"{where}: {error.errors()[0]['msg']}")
        organs = {organ.name for organ in parts.store.organs()}
        if body.knowledge_id not in {WHOLE, *organs}:
            return refused(2001, 404, "知识库不存在。 The knowledge does not exist.")
        found = await run_in_threadpool(records, body, parts, str(http.base_url), key_of(http))
        return JSONResponse({"records": found})

    return router


def records(body: RetrievalBody, parts: Parts, base: str, key_id: str = "") -> list[dict[str, Any]]:
    """Return the records for a query, best first."""
    scope = () if body.knowledge_id == WHOLE else (body.knowledge_id,)
    try:
        question = checked_question(body.query[:LONGEST])
    except BadQuestion:
        return []
    asked = Request(question, organs=scope, today=parts.today)
    reply = reply_to(parts, asked, channel="dify", key_id=key_id)
    found = list(_figure_records(reply, scope, parts, base))
    for one in search_passages(parts.retriever, question, most=_MOST, organs=scope):
        found.append(_passage_record(one, base))
    wanted = body.retrieval_setting
    kept = [
        one
        for one in found
        if one["score"] >= wanted.score_threshold and meets(one, body.metadata_condition)
    ]
    return kept[: wanted.top_k]


def _figure_records(
    reply: Reply, scope: tuple[str, ...], parts: Parts, base: str
) -> list[dict[str, Any]]:
    """The answer of a question about figures as a record; none where it has no printed cell."""
    cells = [c for c in reply.citations if c.row is not None and (not scope or c.organ in scope)]
    if reply.status != "answered" or not cells or len(cells) < len(reply.citations):
        return []
    first = cells[0]
    metadata: dict[str, str | int | float] = {
        "kind": "figure",
        "organ": first.organ,
        "year": first.year,
        "report": first.report,
        "url": citation_url(parts.store, first, base),
        "document": first.place.file,
    }
    if first.section:
        metadata["section"] = first.section
    content = "\n".join(bare(line) for line in reply.text.split("\n"))
    return [{"content": content, "score": 1.0, "title": first.title, "metadata": metadata}]


def _passage_record(found: Found, base: str) -> dict[str, Any]:
    report, passage = found.report, found.passage
    metadata: dict[str, str | int | float] = {
        "kind": "passage",
        "organ": report.organ,
        "year": report.year,
        "report": report.id,
        "url": f"{base}reports/{report.id}",
        "document": passage.place.file,
    }
    if passage.section:
        metadata["section"] = passage.section
    if report.published:
        metadata["published"] = report.published
    return {
        "content": passage.text,
        "score": found.score,
        "title": report.title,
        "metadata": metadata,
    }


def meets(record: Mapping[str, Any], condition: MetadataCondition | None) -> bool:
    """Whether a record meets the conditions."""
    if condition is None or not condition.conditions:
        return True
    told: dict[str, Any] = {**record["metadata"], "title": record["title"]}
    met = (any(_meets(told.get(name), one) for name in one.name) for one in condition.conditions)
    return all(met) if condition.logical_operator == "and" else any(met)


_TEXTS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "contains": lambda held, value: value in held,
    "not contains": lambda held, value: value not in held,
    "start with": str.startswith,
    "end with": str.endswith,
    "is": operator.eq,
    "is not": operator.ne,
    "before": operator.lt,
    "after": operator.gt,
}
_NUMBERS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "=": operator.eq,
    "≠": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    "≥": operator.ge,
    "≤": operator.le,
}


def _meets(held: object, condition: Condition) -> bool:
    asked = condition.comparison_operator
    if asked in ("empty", "not empty"):
        return (held in (None, "")) == (asked == "empty")
    value = condition.value
    if held is None or value is None:
        return asked in ("not contains", "is not", "≠")
    if asked in _TEXTS:
        return _TEXTS[asked](str(held), str(value))
    try:
        return _NUMBERS[asked](float(str(held)), float(str(value)))
    except ValueError:
        return False
