"""The form in which OpenAI's clients ask: models and chat completions.

Owns reading messages into a question with its history, the shape of completions and of their
pieces, annotations with the places of citations in the text, and errors in that form.

Leaves to others: answering (ask.py), addresses (links.py).  Sampling settings, tools and limits of
length are taken and not used: a reply is given whole, as it is.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

from fastapi import APIRouter
from fastapi import Request as HttpRequest
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from assistant.api.ask import key_of, reply_to
from assistant.api.error_forms import FormRoute, first_wrong
from assistant.api.links import search_results
from assistant.api.problems import request_id_of
from assistant.errors import AssistantError, BadQuestion
from assistant.model import Reply, Request
from assistant.questions import LONGEST, checked_history, checked_question
from indexer.errors import IndexerError

if TYPE_CHECKING:
    from assistant.api.app import Parts

_log = logging.getLogger(__name__)
MODEL = "nianbao"
_MARK = re.compile(r"\[(\d+)\]")
_PIECE = re.compile(r"[^。！？；\n]*[。！？；\n]*(?:\[\d+\])*\n*")
#: Types of errors by status, in OpenAI's words.
_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
}


class Message(BaseModel):
    """One message; content is a text or a list of parts, of which the texts count."""

    model_config = ConfigDict(extra="allow")
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[dict[str, Any]] | None = None

    def text(self) -> str:
        """Return the words of the message."""
        if isinstance(self.content, str):
            return self.content
        parts = [part for part in self.content or () if part.get("type") == "text"]
        return "\n".join(str(part.get("text", "")) for part in parts)


class StreamOptions(BaseModel):
    """What a stream should hold besides."""

    include_usage: bool | None = False


class ChatBody(BaseModel):
    """A chat completion asked for; the last message of the user is the question."""

    model_config = ConfigDict(extra="allow")
    model: str = Field(max_length=200, examples=[MODEL])
    messages: list[Message] = Field(
        min_length=1,
        max_length=500,
        examples=[[{"role": "user", "content": "示例市2023年新收多少件申请？"}]],
    )
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: Literal[1] | None = 1


class ModelShape(BaseModel):
    """A model that can be named."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str


class ModelsShape(BaseModel):
    """The models that can be named."""

    object: Literal["list"] = "list"
    data: list[ModelShape]


class CompletionShape(BaseModel):
    """A completion; `nianbao` is the whole Reply it was made from."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[dict[str, Any]]
    usage: dict[str, int]
    search_results: list[dict[str, Any]]
    nianbao: dict[str, Any]


class ErrorShape(BaseModel):
    """An error as OpenAI's clients read it."""

    error: dict[str, str | None]


class OpenAIRoute(FormRoute):
    """A route whose errors have OpenAI's form, mistakes of ours included."""

    def told(self, error: Exception, request: HttpRequest) -> Response:
        """Return an error in this form: clients of it read no other one."""
        match error:
            case RequestValidationError():
                param, message = first_wrong(error, below=1)
                return error_response(400, message, param=param or None)
            case BadQuestion():
                return error_response(400, str(error), param="messages")
            case HTTPException():
                return error_response(error.status_code, str(error.detail))
            case AssistantError():
                return error_response(422, str(error))
            case IndexerError():
                return error_response(503, "索引暂时不可用。 The index is not available.")
        _log.error("request failed", exc_info=error, extra={"request_id": request_id_of(request)})
        return error_response(500, "程序出错，已经记录。 Something went wrong here.")


def error_response(
    status: int, message: str, *, param: str | None = None, code: str | None = None
) -> JSONResponse:
    """Return an error in OpenAI's form."""
    kind = _TYPES.get(status, "server_error" if status >= 500 else "invalid_request_error")
    error = {"message": message, "type": kind, "param": param, "code": code}
    return JSONResponse({"error": error}, status)


def openai_routes(parts: Parts) -> APIRouter:
    """Return the routes for OpenAI's clients."""
    errors: dict[int | str, dict[str, Any]] = {
        status: {"model": ErrorShape} for status in (400, 404, 422, 500, 503)
    }
    router = APIRouter(prefix="/v1", tags=["openai"], route_class=OpenAIRoute, responses=errors)

    @router.get("/models")
    async def models() -> ModelsShape:
        """List the one model."""
        return ModelsShape(data=[ModelShape(id=MODEL, created=0, owned_by="nianbao")])

    @router.post(
        "/chat/completions",
        response_model=CompletionShape,
        responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
    )
    async def complete(body: ChatBody, http: HttpRequest) -> Response:
        """Answer the last message of the user; the earlier ones are the conversation."""
        if body.model != MODEL:
            said = f"没有模型 {body.model}，可用 {MODEL}。 No model {body.model}; use {MODEL}."
            return error_response(404, said, param="model", code="model_not_found")
        asked = request_of(body, parts)
        reply = await run_in_threadpool(
            reply_to, parts, asked, channel="openai", key_id=key_of(http)
        )
        sources = await run_in_threadpool(
            search_results, parts.store, reply.citations, str(http.base_url)
        )
        used = usage(body, reply)
        if not body.stream:
            return JSONResponse(completion(reply, sources, used))
        with_usage = bool(body.stream_options and body.stream_options.include_usage)
        return StreamingResponse(
            chunks(reply, sources, used if with_usage else None),
            media_type="text/event-stream",
            headers={"cache-control": "no-store"},
        )

    return router


def request_of(body: ChatBody, parts: Parts) -> Request:
    """Return the question of a chat: the last message of the user, behind the earlier ones.

    Raises:
        BadQuestion: no message of the user, or an unusable one.
    """
    said = [message.text() for message in body.messages if message.role == "user"]
    if not said or body.messages[-1].role == "assistant":
        raise BadQuestion("最后一条消息应来自 user。 The last message is the user's.")
    earlier = [text[:LONGEST] for text in said[:-1] if text.strip()]
    return Request(checked_question(said[-1]), checked_history(earlier), today=parts.today)


def marks(text: str, sources: list[dict[str, Any]], offset: int = 0) -> list[dict[str, Any]]:
    """Return an annotation for each mark [n] in `text`; indices count characters from `offset`.

    >>> marks("4件[1]。", [{"url": "u", "title": "t"}])[0]["url_citation"]["start_index"]
    2
    """
    return [
        {
            "type": "url_citation",
            "url_citation": {
                "start_index": offset + mark.start(),
                "end_index": offset + mark.end(),
                "url": sources[int(mark.group(1)) - 1]["url"],
                "title": sources[int(mark.group(1)) - 1]["title"],
            },
        }
        for mark in _MARK.finditer(text)
        if 0 < int(mark.group(1)) <= len(sources)
    ]


def usage(body: ChatBody, reply: Reply) -> dict[str, int]:
    """Return the size of question and answer; a token is counted as a character here."""
    prompt = sum(len(message.text()) for message in body.messages)
    completion = len(reply.text)
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }


def _head(reply: Reply, kind: str) -> dict[str, Any]:
    made = {"id": f"chatcmpl-{reply.answer_id}", "object": kind, "created": int(time.time())}
    return {**made, "model": MODEL, "system_fingerprint": reply.index_version}


def completion(reply: Reply, sources: list[dict[str, Any]], used: dict[str, int]) -> dict[str, Any]:
    """Return a whole completion."""
    message = {
        "role": "assistant",
        "content": reply.text,
        "refusal": None,
        "annotations": marks(reply.text, sources),
    }
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return _head(reply, "chat.completion") | {
        "choices": [choice],
        "usage": used,
        "search_results": sources,
        "nianbao": reply.as_json(),
    }


def chunks(
    reply: Reply, sources: list[dict[str, Any]], used: dict[str, int] | None
) -> Iterator[str]:
    """Yield a completion piece by piece, each with the annotations of its own text."""
    head = _head(reply, "chat.completion.chunk")
    none = {"usage": None} if used is not None else {}

    def piece(delta: dict[str, Any], finish: str | None = None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return _event({**head, "choices": [choice], **none, **more})

    yield piece({"role": "assistant", "content": ""})
    at = 0
    for text in _PIECE.findall(reply.text):
        if not text:
            continue
        delta: dict[str, Any] = {"content": text}
        if marked := marks(text, sources, at):
            delta["annotations"] = marked
        yield piece(delta)
        at += len(text)
    yield piece({}, "stop", search_results=sources, nianbao=reply.as_json())
    if used is not None:
        yield _event({**head, "choices": [], "usage": used})
    yield "data: [DONE]\n\n"


def _event(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"
