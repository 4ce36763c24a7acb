"""The description of the interface: OpenAPI 3.1, with what FastAPI does not see of our routes.

Owns what is the same for every route (how a key is sent, which refusals the guard gives in which
form, problem+json, X-Request-ID), and the examples, which are real replies of the sample library
(examples.json, held by a test).

Leaves to others: each route's own parameters and replies, docs/api.md, the page that shows the
description (swagger.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI

from assistant.api.dify import RetrievalBody
from assistant.api.guard import form_of, scope_of

_PROBLEM: Final = "#/components/schemas/ProblemShape"
_SHAPES: Final = {
    "problem": ("application/problem+json", "ProblemShape"),
    "openai": ("application/json", "ErrorShape"),
    "dify": ("application/json", "DifyError"),
    "fastgpt": ("application/json", "Refused"),
}
#: Refusals that every route with a scope may give, and what each means.
_REFUSALS: Final = {
    400: "The request cannot be read, or a key stands in the address.",
    401: "A valid key is needed.",
    403: "The key lacks the scope, or the request comes from a foreign page.",
    429: "Too many requests; Retry-After says when to try again.",
    503: "The index is not available at the moment.",
}
_TOO_LARGE: Final = "The request is too large."
_HEADERS: Final[dict[str, Any]] = {
    "X-Request-ID": {
        "description": "Names this request in the log; taken over from the request if given.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"},
    },
    "Retry-After": {
        "description": "Seconds to wait.",
        "schema": {"type": "integer", "minimum": 1},
    },
}
_SECURITY: Final = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "A key of `nianbao keys`."},
    "api_key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "session": {"type": "apiKey", "in": "cookie", "name": "__Host-nianbao"},
}
_METHODS: Final = ("get", "post", "put", "delete")


class DescribedApp(FastAPI):
    """FastAPI that describes all of its routes."""

    def openapi(self) -> dict[str, Any]:
        """Return the description, made once."""
        if self.openapi_schema is None:
            self.openapi_schema = _completed(super().openapi())
        return self.openapi_schema


@cache
def load_examples() -> list[dict[str, Any]]:
    """Return the examples: method, path, body, status and reply of real requests."""
    file = Path(__file__).with_name("examples.json")
    read: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    return read


def _completed(document: dict[str, Any]) -> dict[str, Any]:
    components = document["components"]
    components["headers"] = _HEADERS
    components["securitySchemes"] = _SECURITY
    schema = RetrievalBody.model_json_schema(ref_template="#/components/schemas/{model}")
    components["schemas"] |= schema.pop("$defs")
    components["schemas"]["RetrievalBody"] = schema
    document["security"] = [{}, {"bearer": []}, {"api_key": []}]
    for path, method, operation in _operations(document):
        responses = operation["responses"]
        _tell_problems(responses)
        if "401" in responses:
            # Of their own accord only routes for staff say so.
            operation["security"] = [{"session": []}, {"bearer": []}, {"api_key": []}]
        if scope_of(path) is not None:
            _tell_refusals(path, operation)
        for status, response in responses.items():
            names = ["X-Request-ID", *(["Retry-After"] if status == "429" else [])]
            response["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
        for example in load_examples():
            if (example["method"].lower(), example["path"]) == (method, path):
                _show(operation, example)
    for name in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(name, None)
    return document


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                yield path, method, item[method]


def _tell_problems(responses: dict[str, Any]) -> None:
    """Give problems their own content type, which FastAPI takes for that of the route."""
    for response in responses.values():
        plain = response.get("content", {}).get("application/json", {}).get("schema", {})
        if plain.get("$ref", "").endswith(("/ProblemShape", "/HTTPValidationError")):
            response["content"] = {"application/problem+json": {"schema": {"$ref": _PROBLEM}}}


def _tell_refusals(path: str, operation: dict[str, Any]) -> None:
    refusals = dict(_REFUSALS)
    if "requestBody" in operation:
        refusals[413] = _TOO_LARGE
    for status, description in refusals.items():
        form = form_of(path)
        if (status == 503 and form != "openai") or (status == 413 and form == "dify"):
            form = "problem"
        kind, name = _SHAPES[form]
        shape = {"schema": {"$ref": f"#/components/schemas/{name}"}}
        told = {"description": description, "content": {kind: shape}}
        operation["responses"].setdefault(str(status), told)


def _show(operation: dict[str, Any], example: dict[str, Any]) -> None:
    """Put an example beside the request and the response that it is one of."""
    shown = [(operation["responses"][str(example["status"])], example["reply"])]
    if "body" in example:
        shown.append((operation["requestBody"], example["body"]))
    for part, value in shown:
        kind = part["content"]["application/json"]
        kind.setdefault("examples", {})[example["name"]] = {"value": value}
