"""The commands: what they print, where, and how they end (docs/api.md)."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from assistant.__main__ import main
from assistant.settings import BadSettings, Settings
from tests.assistant.canned import CannedAssistant
from tests.assistant.test_api import schema
from tests.chat_server import Say, chat_server
from tests.conftest import ROOT, SAMPLES

QUESTION = "淮北市2021年因保护第三方合法权益不予公开多少件"
Run = Callable[..., Result]


@pytest.fixture
def run(library: Path) -> Run:
    """Run a command on the library, with an assistant that looks up one figure."""

    def invoke(*arguments: str, data: Path | None = None) -> Result:
        env = {"NIANBAO_DATA": str(data or library)}
        return CliRunner(env=env).invoke(main, list(arguments), obj=CannedAssistant)

    return invoke


def test_ask_prints_the_text_and_its_sources(run):
    result = run("ask", QUESTION)
    assert result.exit_code == 0
    first, *rest = result.stdout.splitlines()
    assert first == "淮北市人民政府2021年：4件[1]。"
    assert "4.保护第三方合法权益 / 总计" in rest[-1] and rest[-1].endswith("：4")


def test_ask_prints_a_reply_as_json(run):
    result = run("ask", QUESTION, "--json", "--history", "甲？", "--history", "乙？")
    schema("reply").validate(json.loads(result.stdout))


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask",),
        ("ask", "  "),
        ("ask", "问" * 1001),
        ("ask", QUESTION, "--date", "gestern"),
        ("ask", QUESTION, "--batch", __file__),
        ("figures", "--year", "last"),
        ("figures", "--format", "xlsx"),
        ("index",),
        ("index", "no/such/folder"),
        ("remove", "r_nothing"),
    ],
    ids=lambda arguments: " ".join(arguments)[:24].encode("ascii", "replace").decode(),
)
def test_bad_usage_ends_with_two_and_says_so_on_stderr(run, arguments, tmp_path, library):
    copy = shutil.copytree(library, tmp_path / "copy")
    result = run(*arguments, data=copy)
    assert (result.exit_code, result.stdout) == (2, "") and result.stderr


@pytest.mark.parametrize(
    "arguments",
    [("ask", QUESTION), ("figures",), ("reports",), ("remove", "r_1")],
    ids=lambda arguments: arguments[0],
)
def test_without_an_index_a_command_ends_with_three(run, arguments, tmp_path):
    result = run(*arguments, data=tmp_path)
    assert (result.exit_code, result.stdout) == (3, "")
    assert "nianbao index" in result.stderr
    assert not list(tmp_path.iterdir())


def test_a_batch_goes_line_by_line_and_past_bad_lines(run, tmp_path):
    lines = [
        "\ufeff"
        + json.dumps({"id": 1, "question": QUESTION, "history": ["甲？"], "date": "2024-05-01"}),
        "{broken",
        "",
        json.dumps({"id": "b", "question": ""}),
        json.dumps({"id": 4, "question": QUESTION, "date": "gestern"}),
        json.dumps(["no", "object"]),
        json.dumps({"question": QUESTION, "history": "甲"}),
        "[" * 100_000,
        json.dumps({"id": 9, "question": "坏了吗"}),
        json.dumps({"id": None, "question": QUESTION}),
    ]
    batch = tmp_path / "batch.jsonl"
    batch.write_bytes("\n".join(lines).encode() + b'\n{"id": 10, "question": "\xff"}\n')
    result = run("ask", "--batch", str(batch))
    assert result.exit_code == 0
    out = [json.loads(line) for line in result.stdout.splitlines()]
    assert [one.get("id", "-") for one in out] == [1, "-", "b", 4, "-", "-", "-", 9, None, "-"]
    assert [one.get("id", "-") for one in out if "reply" in one] == [1, None]
    assert all(("reply" in one) != ("error" in one) for one in out)


def test_figures_are_printed_as_json(run):
    result = run("figures", "--organ", "淮北市", "--format", "json")
    figures = json.loads(result.stdout)
    check = schema("figure")
    assert len(figures) == 200 and not [f for f in figures if not check.is_valid(f)]


def test_figures_are_printed_as_csv_that_excel_opens(run):
    result = run("figures", "--organ", "淮北市", "--indicator", "保护第三方合法权益")
    assert result.stdout_bytes.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(result.stdout_bytes.decode("utf-8-sig"))))
    assert [row["value"] for row in rows] == ["4", "0", "0", "0", "0", "0", "4"]


def test_no_figures_are_an_empty_list(run):
    result = run("figures", "--year", "1999", "--format", "json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, [])


def test_figures_are_written_to_a_workbook(run, tmp_path):
    path = tmp_path / "figures.xlsx"
    result = run("figures", "--organ", "淮北市", "--format", "xlsx", "--output", str(path))
    assert (result.exit_code, result.stdout) == (0, "")
    assert openpyxl.load_workbook(path).active.max_row == 201


@pytest.mark.parametrize(
    ("name", "code"),
    [("huaibei-2021.html", 1), ("city-2024.docx", 0), ("qingxi-2023.html", 1)],
)
def test_check_ends_by_what_it_found(run, name, code):
    result = run("check", "--json", str(SAMPLES / name))
    read = json.loads(result.stdout)
    fails = [finding["rule"] for finding in read["findings"] if finding["result"] == "fails"]
    assert (result.exit_code, bool(fails)) == (code, code == 1)
    assert {"organ", "year", "format", "figures", "unreadable", "findings", "missing"} <= set(read)
    assert {"rule", "result", "text", "places"} == set(read["findings"][0])


def test_check_finds_what_the_narrative_says_otherwise(run):
    result = run("check", str(SAMPLES / "qingxi-2023.html"))
    assert result.exit_code == 1 and "✗ R7" in result.stdout


def test_check_of_no_report_ends_with_two(run, tmp_path):
    path = tmp_path / "note.json"
    path.write_text('{"a": 1}')
    result = run("check", str(path))
    assert (result.exit_code, result.stdout) == (2, "") and "not_a_report_kind" in result.stderr


def test_index_counts_and_skips_and_removes(run, tmp_path):
    folder, data = tmp_path / "reports", tmp_path / "data"
    folder.mkdir()
    shutil.copy(SAMPLES / "huaibei-2021.html", folder)
    (folder / "note.json").write_text('{"a": 1}')
    first = run("index", str(folder), "--no-vectors", data=data)
    assert first.exit_code == 0
    assert "reports: 1" in first.stdout and "figures: 200" in first.stdout
    assert "note.json: [not_a_report_kind]" in first.stdout
    again = run("index", str(folder), "--no-vectors", data=data)
    assert again.exit_code == 0 and "Nothing new or changed" in again.stdout
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 broken")
    assert run("index", str(folder), "--no-vectors", data=data).exit_code == 1
    rebuilt = run("index", "--rebuild", "--no-vectors", data=data)
    assert rebuilt.exit_code == 0 and "reports: 1" in rebuilt.stdout
    assert run("remove", "huaibei-2021.html", data=data).exit_code == 0
    assert json.loads(run("reports", "--json", data=data).stdout) == []


def test_two_writers_exclude_each_other(run, tmp_path):
    from indexer.store import Store

    with Store.create(tmp_path / "data"):
        result = run("index", str(SAMPLES / "huaibei-2021.html"), data=tmp_path / "data")
    assert result.exit_code == 3 and str(os.getpid()) in result.stderr


def test_reports_are_listed(run):
    rows = json.loads(run("reports", "--json").stdout)
    assert ("淮北市人民政府", 2021) in [(row["organ"], row["year"]) for row in rows]
    assert "淮北市人民政府" in run("reports").stdout


def test_indicators_are_listed(run):
    rows = json.loads(run("indicators", "--json").stdout)
    assert all({"id", "labels", "unit", "formats", "table"} == set(row) for row in rows)
    assert "refused.third_party\t4.保护第三方合法权益" in run("indicators").stdout


def test_settings_come_from_the_environment():
    read = Settings.from_env({"NIANBAO_DATA": "d", "NIANBAO_TODAY": "2024-05-01", "PATH": ""})
    assert (str(read.data), str(read.today)) == ("d", "2024-05-01")
    assert read.at(None) is read and str(read.at(Path("e")).data) == "e"


@pytest.mark.parametrize("env", [{"NIANBAO_DATTA": "d"}, {"NIANBAO_TODAY": "tomorrow"}])
def test_settings_that_nobody_knows_are_refused(env):
    with pytest.raises(BadSettings) as refused:
        Settings.from_env(env)
    assert next(iter(env)) in str(refused.value) or env["NIANBAO_TODAY"] in str(refused.value)


def test_an_unknown_setting_ends_a_command(library):
    env = {"NIANBAO_DATA": str(library), "NIANBAO_DATTA": "x"}
    result = CliRunner(env=env).invoke(main, ["reports"])
    assert result.exit_code == 2 and "NIANBAO_DATTA" in result.stderr


_HEAVY = (
    "torch", "sentence_transformers", "transformers", "langchain", "langchain_core",
    "langchain_openai", "openai", "jieba", "rjieba", "tantivy", "chromadb", "fastapi", "uvicorn",
    "numpy", "onnxruntime", "pdfplumber",
)  # fmt: skip
_PROBE = """
import sys
from assistant.__main__ import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    assert not end.code, end.code
print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)
"""


@pytest.mark.parametrize(
    "arguments",
    [("ask", QUESTION, "--json"), ("figures", "--organ", "淮北市"), ("reports",), ("indicators",)],
    ids=lambda arguments: arguments[0],
)
def test_a_figure_waits_for_no_model(library, arguments):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _PROBE.format(heavy=_HEAVY), *arguments],
        env={**os.environ, "NIANBAO_DATA": str(library), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr.strip()) == (0, "[]")
    assert "4" in done.stdout


def test_a_batch_is_printed_as_a_table(run, tmp_path):
    batch = tmp_path / "batch.jsonl"
    batch.write_text(json.dumps({"id": 1, "question": QUESTION}), encoding="utf-8")
    result = run("ask", "--batch", str(batch), "--format", "csv")
    assert result.stdout_bytes.startswith(b"\xef\xbb\xbfid,question,status,")
    assert run("ask", "--batch", str(batch), "--format", "xlsx").exit_code == 2
    assert run("ask", QUESTION, "--format", "csv").exit_code == 2
    file = tmp_path / "answers.xlsx"
    run("ask", "--batch", str(batch), "--format", "xlsx", "--output", str(file))
    assert file.read_bytes().startswith(b"PK")


def test_the_chat_model_is_read_from_the_settings(tmp_path):
    key = tmp_path / "key"
    key.write_text("secret\n", encoding="utf-8")
    settings = Settings.from_env(
        {
            "NIANBAO_CHAT_MODEL": "示例模型",
            "NIANBAO_CHAT_BASE_URL": "http://127.0.0.1:8080/v1",
            "NIANBAO_CHAT_KEY_FILE": str(key),
            "NIANBAO_CHAT_OPTIONS": '{"enable_thinking": false}',
            "NIANBAO_CHAT_TIMEOUT": "5",
        }
    )
    assert settings.read_chat_key() == "secret"
    assert (settings.chat_options, settings.chat_timeout) == ({"enable_thinking": False}, 5.0)
    assert "secret" not in repr(replace(settings, chat_key="secret"))


@pytest.mark.parametrize(
    "env",
    [
        {"NIANBAO_CHAT_OPTIONS": "[1]"},
        {"NIANBAO_CHAT_OPTIONS": "{"},
        {"NIANBAO_CHAT_TIMEOUT": "-1"},
    ],
    ids=["list", "no-json", "negative"],
)
def test_settings_of_the_chat_model_that_cannot_be_read_are_refused(env):
    with pytest.raises(BadSettings, match=next(iter(env))):
        Settings.from_env(env)


def test_a_key_file_that_is_not_there_is_named(tmp_path):
    settings = Settings(chat_key_file=tmp_path / "none")
    with pytest.raises(BadSettings, match="NIANBAO_CHAT_KEY_FILE"):
        settings.read_chat_key()


def test_a_command_asks_the_chat_model_of_the_settings(library):
    with chat_server() as server:
        server.script = [Say("淮北市人民政府2021年新收申请331件[1]。")]
        env = {
            "NIANBAO_DATA": str(library),
            "NIANBAO_CHAT_MODEL": "示例模型",
            "NIANBAO_CHAT_BASE_URL": server.url,
        }
        asked = ["ask", "淮北市2021年新收多少件", "--json"]
        reply = json.loads(CliRunner(env=env).invoke(main, asked).stdout)
    assert reply["ai_generated"] is True
    assert reply["text"].startswith("淮北市人民政府2021年新收申请331件[1]。")
