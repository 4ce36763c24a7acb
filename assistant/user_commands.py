"""Commands for the people who work on the library: `nianbao users …`.

Owns their names and options, and that a password comes from a hidden prompt or from stdin, never
from an argument, where histories and lists of processes keep it.

Leaves to others: users themselves (users.py).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.command_options import data_option, json_option

if TYPE_CHECKING:
    from assistant.provider import Role
    from assistant.settings import Settings
    from assistant.staff import Staff
    from assistant.users import Users


def add_user_commands(main: click.Group, settings: Callable[[Path | None], Settings]) -> None:
    """Add the commands to `main`."""

    @main.group()
    def users() -> None:
        """管理工作人员。 Manage the staff who may sign in."""

    @users.command("create")
    @click.argument("name")
    @click.option(
        "--role",
        type=click.Choice(["staff", "operator"]),
        default="staff",
        show_default=True,
        help="operator 还可移除报告、重读全部。 operator may also remove and reindex.",
    )
    @data_option
    def create_user(name: str, role: Role, data: Path | None) -> None:
        """新建用户；密码由提示或标准输入读取。 Make a user; the password is read from stdin."""
        with _known_user():
            user = _users(settings(data)).create(name, role, _password())
        click.echo(f"{user.name}  {user.role}", err=True)

    @users.command("list")
    @json_option
    @data_option
    def list_users(as_json: bool, data: Path | None) -> None:
        """列出用户。 List the users."""
        listed = [user.as_json() for user in _users(settings(data)).listed()]
        if as_json:
            click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
            return
        for user in listed:
            state = "已停用 disabled" if user["disabled"] else "有效 in use"
            click.echo(f"{user['name']}  {user['role']}  {state}")

    @users.command("password")
    @click.argument("name")
    @data_option
    def set_password(name: str, data: Path | None) -> None:
        """更换密码；该用户须重新登录。 Set a password; the user's sessions end."""
        with _known_user():
            _users(settings(data)).set_password(name, _password())
        click.echo(f"密码已更换 password set: {name}", err=True)

    @users.command("role")
    @click.argument("name")
    @click.argument("role", type=click.Choice(["staff", "operator"]))
    @data_option
    def set_role(name: str, role: Role, data: Path | None) -> None:
        """更换角色；该用户须重新登录。 Give another role; the user's sessions end."""
        with _known_user():
            _users(settings(data)).set_role(name, role)
        click.echo(f"角色已更换 role set: {name}  {role}", err=True)

    @users.command("sign-out")
    @click.argument("name")
    @data_option
    def sign_out(name: str, data: Path | None) -> None:
        """结束用户的全部登录。 End all sessions of a user."""
        staff = _staff(settings(data))
        with _known_user():
            staff.users.known(name)
        click.echo(f"已退出 signed out: {name}  {staff.sign_out_everywhere(name)}", err=True)

    @users.command("unlock")
    @click.argument("name")
    @data_option
    def unlock(name: str, data: Path | None) -> None:
        """解除登录失败后的等待。 Lift the wait after failed sign-ins."""
        staff = _staff(settings(data))
        with _known_user():
            staff.users.known(name)
        failed = staff.unlock(name)
        told = "可以登录 may sign in" if failed else "没有失败记录 had not failed"
        click.echo(f"{told}: {name}", err=True)

    @users.command("disable")
    @click.argument("name")
    @data_option
    def disable_user(name: str, data: Path | None) -> None:
        """停用用户；立即生效。 Keep a user out, at once."""
        with _known_user():
            _users(settings(data)).disable(name)
        click.echo(f"已停用 disabled: {name}", err=True)

    @users.command("enable")
    @click.argument("name")
    @data_option
    def enable_user(name: str, data: Path | None) -> None:
        """恢复用户。 Let a user in again."""
        with _known_user():
            _users(settings(data)).enable(name)
        click.echo(f"已恢复 enabled: {name}", err=True)


def _password() -> str:
    """Ask for a password on a terminal, else take the first line of stdin."""
    if sys.stdin.isatty():
        asked: str = click.prompt(
            "密码 Password", hide_input=True, confirmation_prompt="再输一次 Again", err=True
        )
        return asked
    return sys.stdin.readline().rstrip("\r\n")


def _users(settings: Settings) -> Users:
    from assistant.users import Users

    return Users(settings.data)


def _staff(settings: Settings) -> Staff:
    from assistant.staff import Staff

    return Staff(settings.data)


@contextmanager
def _known_user() -> Iterator[None]:
    from assistant.users import BadUser

    try:
        yield
    except BadUser as error:
        raise click.UsageError(str(error)) from error
