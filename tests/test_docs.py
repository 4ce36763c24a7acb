"""The documents agree with the program."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from assistant.__main__ import main
from assistant.api import create_app
from eval.run import read_run
from eval.scoreboard import RUN, put_scoreboard
from indexer.store import Store
from tests.assistant.canned import CannedAssistant
from tests.conftest import ROOT

API = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
_CALL = re.compile(r"`(GET|POST|PUT|DELETE) (/[^`?\s]*)")
_PARTS = re.compile(r"\{[^}]*\}")


def documented() -> set[tuple[str, str]]:
    """Return (method, path) of the calls that docs/api.md lists, path parameters without names."""
    table = API.partition("## HTTP")[2].partition("## Reply")[0]
    return {(method, _PARTS.sub("{}", path)) for method, path in _CALL.findall(table)}


def test_openapi_has_just_the_calls_of_the_page(store: Store):
    with TestClient(create_app(CannedAssistant(store), store)) as client:
        paths = client.get("/openapi.json").json()["paths"]
    offered = {
        (method.upper(), _PARTS.sub("{}", path))
        for path, calls in paths.items()
        for method in calls
    }
    assert offered == documented()


def test_openapi_says_what_the_page_says_of_a_reply(store: Store):
    with TestClient(create_app(CannedAssistant(store), store)) as client:
        shape = client.get("/openapi.json").json()["components"]["schemas"]["ReplyShape"]
    required = json.loads((ROOT / "docs/schema/reply.schema.json").read_text())["required"]
    assert set(required) <= set(shape["properties"])


def test_every_command_of_the_page_is_there():
    table = API.partition("## Commands")[2].partition("## HTTP")[0]
    named = set(re.findall(r"`nianbao ([a-z]+)", table)) | set(
        re.findall(r"`([a-z]+)`", table.partition("| `nianbao reports`")[2].partition("…")[0])
    )
    assert named == set(main.commands)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "docs/schema").glob("*.json")), ids=lambda p: p.name
)
def test_schemas_are_schemas(path: Path):
    jsonschema.Draft202012Validator.check_schema(json.loads(path.read_text(encoding="utf-8")))


def test_the_readme_names_files_and_commands_that_are_there():
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
    for command in re.findall(r"^nianbao ([a-z]+)", README, re.MULTILINE):
        assert command in main.commands, command
    for goal in re.findall(r"^make ([a-z]+)", README, re.MULTILINE):
        assert f"\n{goal}:" in (ROOT / "Makefile").read_text(encoding="utf-8"), goal


def test_the_answer_in_the_readme_is_the_answer(library: Path):
    block = README.partition("```console\n$ nianbao ")[2].partition("```")[0]
    command, _, answer = block.partition("\n")
    env = {"NIANBAO_DATA": str(library), "NIANBAO_TODAY": "2025-06-01"}
    result = CliRunner(env=env).invoke(main, shlex.split(command))
    assert (result.exit_code, result.stdout) == (0, answer)


def test_the_scoreboard_is_that_of_the_committed_run():
    assert put_scoreboard(README, read_run(RUN)) == README


def test_torch_is_held_without_a_build_of_its_own():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert "torch==2.13.0" in pins
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", pin) for pin in pins)
