"""The documents agree with the program."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from dataclasses import fields
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from assistant.__main__ import main
from assistant.answer import Assistant
from assistant.api import create_app
from assistant.keys import KeyRing
from assistant.settings import Settings
from eval.run import read_run
from eval.scoreboard import RUN, put_scoreboard
from indexer.store import Store
from tests.assistant.canned import CannedAssistant
from tests.assistant.serving import serving
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


#: Words in capitals that stand for something of the reader's own.
MEANT = {
    "PATH": str(ROOT / "indexer/samples/huaibei-2021.html"),
    "QUESTION": "淮北市2021年新收多少件申请？",
    "ORGAN": "示例市教育局",
    "YEAR": "2023",
    "NAME": "zhang",
    "WORD": "申请",
    "ANSWER_ID": "a_1",
}
#: Commands that run in tests of their own, and programs that no test runs.
ELSEWHERE = {"serve": "assistant/test_process.py", "feedback": "assistant", "eval": "eval"}
NOT_RUN = ("docker ", "python3.11 -m ", "/opt/nianbao/bin/pip ", "export ")
PAGES = sorted((ROOT / "docs").glob("*.md"))


def blocks(page: Path, language: str) -> list[str]:
    """Return the fenced blocks of a page that are in `language`."""
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)


@pytest.fixture
def folder(library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to be in, with an index in `data` and feedback on an answer."""
    shutil.copytree(library, tmp_path / "data")
    with Store.open(tmp_path / "data") as store:
        store.add_feedback("a_1", False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NIANBAO_CACHE", str(tmp_path / "cache"))
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_of_the_documents_runs(page: Path, folder: Path):
    for line in "\n".join(blocks(page, "sh")).splitlines():
        if not line or line.startswith(NOT_RUN):
            continue
        words = shlex.split(line.partition(" >")[0])
        assert words[0] == "nianbao", line
        if words[1] in ELSEWHERE:
            assert (ROOT / "tests" / ELSEWHERE[words[1]]).exists()
            continue
        ids = [key.id for key in KeyRing(folder / "data").listed()]
        named = {**MEANT, "ID": ids[-1] if ids else ""}
        given = [named.get(word, word) for word in words[1:]]
        if given[0] == "index":
            given.append("--no-vectors")
        done = CliRunner().invoke(main, given, input="a password of some length\n")
        assert done.exit_code == 0, f"{line}: {done.output}"


def test_the_program_for_openai_runs(store: Store):
    (program,) = [b for b in blocks(ROOT / "docs/platforms.md", "python") if "openai" in b]
    app = create_app(Assistant(store), store)
    with serving(app) as address:
        said: dict[str, Any] = {}
        exec(program.replace("http://127.0.0.1:8000", address), said)
        said["client"].close()


def test_the_program_for_langchain_runs(folder: Path):
    (program,) = [b for b in blocks(ROOT / "docs/platforms.md", "python") if "open_tools" in b]
    *before, last = program.strip().splitlines()
    said: dict[str, Any] = {}
    exec("\n".join((*before, f"figure = {last}")), said)
    assert said["figure"]["value"] == "31" and len(said["passages"]) == 3


def test_the_request_of_the_hotline_page_is_answered(store: Store):
    (body,) = blocks(ROOT / "docs/hotline.md", "json")
    client = TestClient(create_app(Assistant(store), store))
    said = client.post("/v1/hotline/answer", json=json.loads(body)).json()
    assert said["status"] == "answered" and "268" in said["answer_short"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_documents_name_files_and_settings_that_are_there(page: Path):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (page.parent / target).exists(), target
    for file in re.findall(r"`(deploy/[A-Za-z.]+)`", text):
        assert (ROOT / file).is_file(), file
    known = {f"NIANBAO_{field.name.upper()}" for field in fields(Settings)}
    for name in re.findall(r"NIANBAO_[A-Z_]+[A-Z]", text):
        assert name.removesuffix("_FILE") in known | {"NIANBAO_SECRETS_DIR"}, name
