"""API keys: what is kept of them, and the commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.__main__ import main
from assistant.keys import KeyRing, UnknownKey


def test_a_key_is_recognised_until_it_is_rotated_or_revoked(tmp_path: Path):
    ring = KeyRing(tmp_path)
    assert ring.listed() == [] and ring.granted() == frozenset()
    key, secret = ring.create("热线", ["hotline"])
    assert ring.check(secret) == key and ring.granted() == {"hotline"}
    assert ring.check(secret[:-1] + ("a" if secret[-1] != "a" else "b")) is None
    _, fresh = ring.rotate(key.id)
    assert ring.check(secret) is None and ring.check(fresh) is not None
    ring.revoke(key.id)
    assert ring.check(fresh) is None and ring.granted() == frozenset()
    assert [one.revoked is not None for one in ring.listed()] == [True]
    for change in (ring.rotate, ring.revoke):
        with pytest.raises(UnknownKey):
            change(key.id)


def test_the_file_holds_no_key_and_only_its_owner_reads_it(tmp_path: Path):
    _, secret = KeyRing(tmp_path).create("平台", ["platform"])
    file = tmp_path / "access.sqlite"
    assert secret.split("_", 2)[2].encode() not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0


def test_a_running_server_learns_of_a_revoked_key(tmp_path: Path):
    now = [0.0]
    server, commands = KeyRing(tmp_path, clock=lambda: now[0]), KeyRing(tmp_path)
    key, secret = commands.create("平台", ["platform"])
    assert server.check(secret) is not None
    commands.revoke(key.id)
    now[0] = 1.0
    assert server.check(secret) is None


@pytest.mark.parametrize("given", ["", "nb_", "nb_k0000000000_" + "x" * 43, "x" * 5000])
def test_what_is_no_key(tmp_path: Path, given: str):
    KeyRing(tmp_path).create("平台", ["platform"])
    assert KeyRing(tmp_path).check(given) is None


def test_the_commands(tmp_path: Path):
    runner = CliRunner(env={"NIANBAO_DATA": str(tmp_path)})
    made = runner.invoke(main, ["keys", "create", "热线", "--scope", "hotline"])
    secret = made.stdout.strip()
    assert made.exit_code == 0 and KeyRing(tmp_path).check(secret) is not None
    listed = json.loads(runner.invoke(main, ["keys", "list", "--json"]).stdout)
    assert [(key["name"], key["scopes"], key["revoked"]) for key in listed] == [
        ("热线", ["hotline"], None)
    ]
    assert secret not in runner.invoke(main, ["keys", "list"]).output
    id_ = listed[0]["id"]
    fresh = runner.invoke(main, ["keys", "rotate", id_]).stdout.strip()
    assert KeyRing(tmp_path).check(secret) is None and KeyRing(tmp_path).check(fresh) is not None
    assert runner.invoke(main, ["keys", "revoke", id_]).exit_code == 0
    assert KeyRing(tmp_path).check(fresh) is None
    assert runner.invoke(main, ["keys", "revoke", id_]).exit_code == 2
    assert runner.invoke(main, ["keys", "create", "x"]).exit_code == 2
