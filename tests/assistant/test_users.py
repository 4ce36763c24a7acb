"""Users and their passwords, and the commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Literal

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner

from assistant.__main__ import main
from assistant.users import LONGEST, BadUser, Users

GOOD = "示例-春江潮水连海平明月"


def test_a_user_is_known_by_the_password_until_disabled(tmp_path: Path):
    users = Users(tmp_path)
    assert not users.any() and users.listed() == []
    made = users.create("ｚｈａｎｇ", "staff", GOOD)
    assert users.any() and made.name == "zhang"
    assert users.check("zhang", GOOD) == made == users.check(" ZHANG ", GOOD)
    assert users.check("zhang", GOOD + "x") is None and users.check("li", GOOD) is None
    users.disable("zhang")
    assert users.check("zhang", GOOD) is None and users.any()
    users.enable("zhang")
    users.set_password("zhang", "another password")
    assert users.check("zhang", GOOD) is None
    assert users.check("zhang", "ａnother password") is not None


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("张三", "short"),
        ("张三", "x" * (LONGEST + 1)),
        ("zhang.san.2026", "zhang.san.2026"),
        ("", GOOD),
        ("a b", GOOD),
        ("<b>", GOOD),
        ("x" * 61, GOOD),
        ("taken", GOOD),
        ("Taken", GOOD),
    ],
)
def test_what_will_not_do(tmp_path: Path, name: str, password: str):
    users = Users(tmp_path)
    users.create("taken", "staff", GOOD)
    with pytest.raises(BadUser):
        users.create(name, "staff", password)
    assert [user.name for user in users.listed()] == ["taken"]


def test_nobody_cannot_be_changed(tmp_path: Path):
    users = Users(tmp_path)
    for change in (users.disable, users.enable, lambda name: users.set_password(name, GOOD)):
        with pytest.raises(BadUser):
            change("nobody")


def test_the_file_holds_an_argon2_hash_that_only_its_owner_reads(tmp_path: Path):
    Users(tmp_path).create("zhang", "staff", GOOD)
    file = tmp_path / "access.sqlite"
    content = file.read_bytes()
    assert b"$argon2id$" in content and GOOD.encode() not in content
    assert file.stat().st_mode & 0o077 == 0


def test_an_unknown_name_costs_a_hash_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    users = Users(tmp_path)
    users.create("zhang", "staff", GOOD)
    verified: list[str] = []

    class Recording(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            verified.append(str(hash))
            return super().verify(hash, password)

    monkeypatch.setattr(users, "_hasher", Recording())
    for name in ("zhang", "nobody"):
        assert users.check(name, "wrong password") is None
    assert len(set(verified)) == 2
    assert len({hash_.rpartition("$")[0].rpartition("$")[0] for hash_ in verified}) == 1


def test_the_commands(tmp_path: Path):
    runner = CliRunner(env={"NIANBAO_DATA": str(tmp_path)})

    def run(*words: str, stdin: str = "") -> int:
        result = runner.invoke(main, ["users", *words], input=stdin)
        assert GOOD not in result.output and "another password" not in result.output
        return result.exit_code

    assert run("create", "zhang", "--role", "operator", stdin=f"{GOOD}\n") == 0
    assert run("create", "zhang", stdin=f"{GOOD}\n") == 2
    assert run("create", "li", stdin="short\n") == 2
    assert run("create", "li", "--password", GOOD) == 2
    listed = json.loads(runner.invoke(main, ["users", "list", "--json"]).stdout)
    assert listed == [{"name": "zhang", "role": "operator", "disabled": False}]
    assert run("password", "zhang", stdin="another password\n") == 0
    assert Users(tmp_path).check("zhang", "another password") is not None
    assert run("disable", "zhang") == 0
    assert "disabled" in runner.invoke(main, ["users", "list"]).stdout
    assert run("role", "zhang", "staff") == 0 and run("role", "nobody", "staff") == 2
    assert run("role", "zhang", "owner") == 2 and Users(tmp_path).known("zhang").role == "staff"
    assert run("enable", "zhang") == 0 and run("disable", "nobody") == 2
    assert Users(tmp_path).check("zhang", "another password") is not None


def test_on_a_terminal_the_password_is_asked_for_twice_and_not_shown(tmp_path: Path):
    ours, theirs = os.openpty()
    words = ["users", "create", "zhang", "--data", str(tmp_path)]
    command = [sys.executable, "-m", "assistant", *words]
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    ) as child:
        os.close(theirs)
        shown = b""
        for prompt in (b"Password:", b"Again:"):
            while prompt not in shown:
                shown += os.read(ours, 1000)
            os.write(ours, b"hidden password one\n")
        assert child.wait(60) == 0
    os.close(ours)
    assert b"hidden" not in shown
    assert Users(tmp_path).check("zhang", "hidden password one") is not None
