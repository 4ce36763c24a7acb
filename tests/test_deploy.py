"""The files of deploy/ are well formed, and say what the program and the documents say."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from dockerfile_parse import DockerfileParser

from assistant.environment import read_environment
from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"


@pytest.fixture(scope="module")
def steps() -> list[dict[str, Any]]:
    with (DEPLOY / "Dockerfile").open("rb") as file:
        parsed = DockerfileParser(fileobj=file).structure
    return [step for step in parsed if step["instruction"] != "COMMENT"]


def said(steps: list[dict[str, Any]], instruction: str) -> list[str]:
    return [step["value"] for step in steps if step["instruction"] == instruction]


def test_every_step_of_the_image_is_one_that_docker_knows(steps: list[dict[str, Any]]):
    known = "ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK RUN STOPSIGNAL USER VOLUME WORKDIR"
    assert {step["instruction"] for step in steps} == set(known.split())
    assert all(" AS " in one for one in said(steps, "FROM")[:-1])
    assert all(":" in one and "latest" not in one for one in said(steps, "FROM"))


def test_the_image_copies_what_is_there(steps: list[dict[str, Any]]):
    for value in said(steps, "COPY"):
        *sources, _ = value.split()
        if not sources[0].startswith("--from="):
            assert all((ROOT / source).exists() for source in sources), value
    torch = re.search(r"torch==\S+", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"))
    assert torch and torch.group() in (ROOT / "constraints.txt").read_text().splitlines()


@pytest.mark.parametrize(
    ("index", "options"),
    [("", []), ("https://index.example/simple", ["--index-url", "https://index.example/simple"])],
    ids=["none", "given"],
)
def test_the_image_names_no_package_index_but_takes_one(
    steps: list[dict[str, Any]], index: str, options: list[str]
):
    assert "https://" not in (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    assert "TORCH_INDEX" in said(steps, "ARG")
    (installing,) = [value for value in said(steps, "RUN") if "torch==" in value]
    option = re.search(r"\$\{TORCH_INDEX\S*( \S+)?\}", installing)
    assert option is not None
    done = subprocess.run(
        ["sh", "-c", f'printf "%s\n" {option.group()}'],
        env={"TORCH_INDEX": index},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == options


def test_the_image_runs_as_nobody_and_is_asked_whether_it_lives(steps: list[dict[str, Any]]):
    last = steps[max(i for i, step in enumerate(steps) if step["instruction"] == "FROM") :]
    assert said(last, "USER") == ["10001:10001"] and said(last, "VOLUME") == ["/data"]
    assert not any(step["instruction"] == "RUN" for step in last[last.index(_user(last)) :])
    assert "/healthz" in said(last, "HEALTHCHECK")[0]
    assert said(last, "ENTRYPOINT") == ['["nianbao"]'] and "serve" in said(last, "CMD")[0]


def _user(steps: list[dict[str, Any]]) -> dict[str, Any]:
    return next(step for step in steps if step["instruction"] == "USER")


def test_compose_fits_its_specification():
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run(
        [*command, str(DEPLOY / "compose.yaml")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_compose_gives_the_service_little_and_settings_that_exist():
    document = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    app = document["services"]["app"]
    assert app["read_only"] is True and app["cap_drop"] == ["ALL"] and app["user"] == "10001:10001"
    assert {s for s, one in document["services"].items() if "profiles" in one} == {
        "postgresql",
        "chroma",
    }
    named = {name: "" for name in app["environment"] if name.startswith("NIANBAO_")}
    assert len(named) == 3 and read_environment(named).settings


@pytest.mark.systemd
def test_the_unit_is_one_that_systemd_takes(tmp_path: Path):
    unit = (DEPLOY / "nianbao.service").read_text(encoding="utf-8")
    there = tmp_path / "nianbao.service"
    there.write_text(unit.replace("/opt/nianbao/bin/nianbao", sys.executable), encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(there)],
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in done.stderr.splitlines() if "nianbao" in line]
    assert (done.returncode, ours) == (0, [])


@pytest.mark.nginx
def test_the_sample_for_nginx_is_one_that_it_takes(tmp_path: Path):
    made = "req -x509 -newkey rsa:2048 -nodes -subj /CN=nianbao.example"
    kept = "-keyout nianbao.key -out nianbao.crt"
    subprocess.run(
        ["openssl", *made.split(), *kept.split()], cwd=tmp_path, capture_output=True, check=True
    )
    sample = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    (tmp_path / "server.conf").write_text(sample.replace("/etc/nginx/tls", str(tmp_path)))
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ include server.conf; }}"
    )
    program = shutil.which("nginx")
    assert program is not None
    done = subprocess.run(
        [program, "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr


def test_nothing_is_held_back_of_a_stream():
    sample = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    streams = re.search(r"location ~ (\S+) \{\n[^}]*proxy_buffering off;", sample)
    assert streams is not None
    for path in ("/v1/ask", "/v1/chat/completions", "/mcp"):
        assert re.fullmatch(streams.group(1).strip("^$"), path)
