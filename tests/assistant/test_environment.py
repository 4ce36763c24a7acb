"""The variables: each is checked, a refusal names it, and nothing secret is shown."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.__main__ import main
from assistant.environment import load_wanted, read_environment
from assistant.settings import BadSettings, Settings
from tests.conftest import ROOT

SECRET = "s3cret-Pa55"


def test_every_setting_has_words_for_what_it_wants():
    assert set(load_wanted()) == {one.name for one in fields(Settings)}
    assert all(set(words) == {"zh", "en"} for words in load_wanted().values())


def test_the_page_for_operators_lists_every_variable():
    page = (ROOT / "docs" / "operator.md").read_text(encoding="utf-8")
    for name, words in load_wanted().items():
        assert f"| `NIANBAO_{name.upper()}` | {words['en']} |" in page.splitlines()


def test_without_a_variable_the_settings_are_the_defaults():
    assert read_environment({}).settings == Settings.from_env({"HOME": "x"}) == Settings()


@pytest.mark.parametrize(
    "env",
    [
        {"NIANBAO_DATA": "库"},
        {"NIANBAO_DATA": "", "NIANBAO_TODAY": ""},
        {"NIANBAO_TODAY": "2025-06-01", "NIANBAO_CACHE": "c", "NIANBAO_EMBEDDING_MODEL": "m"},
    ],
    ids=["folder", "empty", "all"],
)
def test_what_needs_no_checking_is_read_as_with_others_and_without_waiting(env):
    assert Settings.from_env(env) == read_environment(env).settings
    asked = (
        "import sys; from assistant.settings import Settings;"
        f"Settings.from_env({env!r}); assert 'pydantic' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", asked], check=True, cwd=ROOT)


def test_a_day_that_cannot_be_read_is_refused_by_its_variable():
    with pytest.raises(BadSettings, match="NIANBAO_TODAY"):
        Settings.from_env({"NIANBAO_TODAY": "morgen"})


def test_every_kind_of_value_is_read():
    read = Settings.from_env(
        {
            "NIANBAO_DATA": "库",
            "NIANBAO_TODAY": "2024-05-01",
            "NIANBAO_CHAT_OPTIONS": '{"top_p": 0.5}',
            "NIANBAO_CHAT_TIMEOUT": "7.5",
            "NIANBAO_WIDGET_ORIGINS": "https://www.example.invalid, http://127.0.0.1:1/",
            "NIANBAO_KEY_ONLY": "hotline,platform",
            "NIANBAO_RATE_PUBLIC": "5/second",
            "NIANBAO_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8",
            "NIANBAO_RECORD_DAYS": "7",
            "NIANBAO_CHAT_MODEL": "",
        }
    )
    assert read == Settings(
        data=Path("库"),
        today=read.today,
        chat_options={"top_p": 0.5},
        chat_timeout=7.5,
        widget_origins=("https://www.example.invalid", "http://127.0.0.1:1"),
        key_only=frozenset({"hotline", "platform"}),
        rate_public="5/second",
        trusted_proxies=("127.0.0.1", "10.0.0.0/8"),
        record_days=7,
    )
    assert str(read.today) == "2024-05-01"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("DATABASE_URL", "no address"),
        ("CHROMA_URL", "127.0.0.1:8000"),
        ("TODAY", "tomorrow"),
        ("TODAY", "20240501000000"),
        ("CHAT_BASE_URL", "ftp://x"),
        ("CHAT_OPTIONS", "[1]"),
        ("CHAT_TIMEOUT", "600"),
        ("CHAT_TIMEOUT", "nan"),
        ("WIDGET_ORIGINS", "https://x/y"),
        ("KEY_ONLY", "everything"),
        ("RATE_PUBLIC", "many"),
        ("RATE_KEY", "1"),
        ("RATE_STORAGE", "here"),
        ("TRUSTED_PROXIES", "proxy.example.invalid"),
        ("RECORD_DAYS", "-1"),
        ("RECORD_DAYS", "long"),
    ],
)
def test_a_value_that_cannot_be_read_is_refused_by_its_name(name, text):
    with pytest.raises(BadSettings) as refused:
        Settings.from_env({f"NIANBAO_{name}": text})
    wanted = load_wanted()[name.lower()]
    assert str(refused.value).count(f"NIANBAO_{name}") == 2
    assert wanted["zh"] in str(refused.value) and wanted["en"] in str(refused.value)


def test_a_refusal_shows_no_secret():
    with pytest.raises(BadSettings) as refused:
        Settings.from_env({"NIANBAO_DATABASE_URL": f"a database, {SECRET}"})
    assert SECRET not in str(refused.value)


def test_secrets_are_read_from_files(tmp_path):
    file = tmp_path / "url"
    file.write_text(f"postgresql://nianbao:{SECRET}@db/nianbao\n", encoding="utf-8")
    read = Settings.from_env({"NIANBAO_DATABASE_URL_FILE": str(file)})
    assert read.database_url == f"postgresql://nianbao:{SECRET}@db/nianbao"
    assert SECRET not in repr(read)
    with pytest.raises(BadSettings, match="NIANBAO_DATABASE_URL_FILE"):
        Settings.from_env({"NIANBAO_DATABASE_URL_FILE": str(tmp_path / "none")})
    with pytest.raises(BadSettings, match="NIANBAO_RECORD_DAYS_FILE"):
        Settings.from_env({"NIANBAO_RECORD_DAYS_FILE": str(file)})


def test_a_folder_of_secrets_is_read_and_variables_come_before_it(tmp_path):
    (tmp_path / "nianbao_chat_key").write_text(f"{SECRET}\n", encoding="utf-8")
    (tmp_path / "nianbao_record_days").write_text("3", encoding="utf-8")
    (tmp_path / "somebody_elses").write_text("x", encoding="utf-8")
    env = {"NIANBAO_SECRETS_DIR": str(tmp_path), "NIANBAO_RECORD_DAYS": "9"}
    read = read_environment(env)
    assert (read.settings.read_chat_key(), read.settings.record_days) == (SECRET, 9)
    assert read.origins == {
        "chat_key": f"{tmp_path}/nianbao_chat_key",
        "record_days": "NIANBAO_RECORD_DAYS",
    }
    (tmp_path / "nianbao_record_days").write_text("long", encoding="utf-8")
    with pytest.raises(BadSettings, match="nianbao_record_days"):
        Settings.from_env({"NIANBAO_SECRETS_DIR": str(tmp_path)})
    (tmp_path / "nianbao_chatkey").touch()
    with pytest.raises(BadSettings, match="NIANBAO_CHATKEY"):
        Settings.from_env(env)
    with pytest.raises(BadSettings, match="NIANBAO_SECRETS_DIR"):
        Settings.from_env({"NIANBAO_SECRETS_DIR": str(tmp_path / "none")})


def test_the_command_shows_what_is_in_force_and_from_where(tmp_path):
    (tmp_path / "key").write_text(SECRET, encoding="utf-8")
    env = {
        "NIANBAO_DATABASE_URL": f"postgresql://nianbao:{SECRET}@db/nianbao",
        "NIANBAO_CHAT_KEY": SECRET,
        "NIANBAO_CHAT_OPTIONS": json.dumps({"api_token": SECRET}),
        "NIANBAO_RATE_STORAGE": f"redis://:{SECRET}@cache:6379",
        "NIANBAO_RECORD_DAYS": "30",
    }
    shown = CliRunner(env=env).invoke(main, ["config"]).stdout
    assert SECRET not in shown
    assert "NIANBAO_RECORD_DAYS=30  (NIANBAO_RECORD_DAYS)" in shown.splitlines()
    assert "NIANBAO_RATE_KEY=3000/minute  (default)" in shown.splitlines()
    assert "postgresql://nianbao:******@db/nianbao" in shown
    lines = json.loads(CliRunner(env=env).invoke(main, ["config", "--json"]).stdout)
    assert SECRET not in json.dumps(lines)
    assert [line["name"] for line in lines] == [
        f"NIANBAO_{one.name.upper()}" for one in fields(Settings)
    ]


def test_the_command_refuses_what_every_command_refuses():
    result = CliRunner(env={"NIANBAO_RECORD_DAYS": "x"}).invoke(main, ["config"])
    assert result.exit_code == 2 and "NIANBAO_RECORD_DAYS" in result.stderr
