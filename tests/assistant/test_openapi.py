"""Requests made from OpenAPI, good and bad: no 5xx, and every response is one that it describes."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.answer import Assistant
from assistant.api import create_app
from assistant.api.openapi import load_examples
from assistant.bootstrap import build_intake
from assistant.records import Records
from assistant.settings import Settings
from indexer.store import Store
from tests.build_examples import examples
from tests.conftest import ROOT

#: A request that is well formed may still be declined (422), and one that is not may do no harm.
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


class FromHere:
    """Hands requests on as if somebody at this machine had sent them: staff routes are open."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["client"] = ("127.0.0.1", 50000)
            scope["headers"] = [
                (name, b"127.0.0.1:8000" if name == b"host" else value)
                for name, value in scope["headers"]
            ]
        await self._app(scope, receive, send)


@pytest.fixture(scope="module")
def api(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    data = Path(shutil.copytree(library, tmp_path_factory.mktemp("api") / "data"))
    with Store.open(data) as store:
        app = create_app(
            Assistant(store),
            store,
            today=date(2025, 6, 1),
            intake=build_intake(Settings(data=data), None),
            records=Records(data, 1),
        )
        yield schemathesis.openapi.from_asgi("/openapi.json", FromHere(app))


ACCESS = yaml.safe_load((ROOT / "tests/cases/access.yaml").read_text(encoding="utf-8"))["routes"]


def operations() -> list[str]:
    """Return the routes of the access table that OpenAPI lists: all but pages and files."""
    listed = re.compile(r"(GET|POST|PUT|DELETE) (/v1/.*|/healthz|/readyz|/metrics)")
    return [route for route in ACCESS if listed.fullmatch(route)]


def test_openapi_lists_every_route_but_pages_and_files(api: Any):
    found = {f"{op.ok().method.upper()} {op.ok().path}" for op in api.get_all_operations()}
    assert found == set(operations())


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("route", operations())
def test_every_response_is_one_that_openapi_describes(api: Any, route: str, mode: GenerationMode):
    method, _, path = route.partition(" ")
    operation = api[path][method]

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=6,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def sent(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=CHECKS)

    # Of a route that takes nothing, or any text, there is no bad request to be made.
    with suppress(*([Unsatisfiable] if mode is GenerationMode.NEGATIVE else [])):
        sent()


#: Routes for one report; its drawn pages are asked for in test_pictures.py, as this library's
#: originals are web pages, which have none.
OF_ONE_REPORT = [
    route for route in operations() if re.match(r"GET .*\{report_id\}(?!/pages)", route)
]


@pytest.mark.parametrize("route", OF_ONE_REPORT)
def test_a_report_of_the_library_is_what_openapi_describes(api: Any, route: str):
    method, _, path = route.partition(" ")
    report = api["/v1/reports"]["GET"].Case().call().json()[0]["id"]
    case = api[path][method].Case(path_parameters={"report_id": report, "number": 3})
    assert case.call_and_validate(checks=CHECKS).status_code == 200


def test_examples_are_real_replies(library: Path, tmp_path: Path):
    """After a change on purpose: python -m tests.build_examples."""
    data = Path(shutil.copytree(library, tmp_path / "data"))
    assert list(examples(data)) == load_examples()


def test_every_request_body_has_an_example_and_every_example_fits(api: Any):
    document = api.raw_schema
    held = {"components": document["components"]}
    for path, item in document["paths"].items():
        for call in item.values():
            parts = [*call["responses"].values(), call.get("requestBody", {})]
            kinds = [part.get("content", {}).get("application/json") for part in parts]
            assert kinds[-1] is None or kinds[-1]["examples"], path
            for kind in filter(None, kinds):
                fitting = Draft202012Validator(kind["schema"] | held)
                for example in kind.get("examples", {}).values():
                    fitting.validate(example["value"])


def test_routes_for_staff_say_that_they_want_somebody(api: Any):
    for path, item in api.raw_schema["paths"].items():
        for method, call in item.items():
            wants = [name for one in call.get("security", []) for name in one]
            table = ACCESS[f"{method.upper()} {path}"]
            assert ("session" in wants) == (table[0] == table[2] == 401), path
