"""Commands for those who run the service for others: the knowledge export, keys.

Owns their names and options.

Leaves to others: what they print (knowledge.py, keys.py), opening the index, which
__main__.py hands in.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.command_options import data_option, json_option, output_option, wants_file

if TYPE_CHECKING:
    from assistant.keys import KeyRing, Scope
    from assistant.model import Reply, Request
    from assistant.settings import Settings
    from indexer.store import Store


def add_platform_commands(
    main: click.Group,
    settings: Callable[[Path | None], Settings],
    opened: Callable[[Settings], AbstractContextManager[Store]],
    asking: Callable[[Store, Settings], Callable[[Request], Reply]],
) -> None:
    """Add the commands to `main`."""

    @main.command()
    @click.option("--organ", help="机关名称。 Name of the publisher.")
    @click.option("--year", type=int, help="年度。 Year of the report.")
    @click.option(
        "--format", "form", type=click.Choice(["xlsx", "json"]), default="json", show_default=True
    )
    @output_option
    @data_option
    def knowledge(
        organ: str | None, year: int | None, form: str, output: Path | None, data: Path | None
    ) -> None:
        """导出热线知识点。 Export knowledge points for a hotline."""
        wants_file(form, output)
        from assistant.knowledge import knowledge_points, table
        from assistant.spreadsheets import save_workbook, write_json, write_lines

        effective = settings(data)
        with opened(effective) as store:
            points = knowledge_points(store, asking(store, effective), organ=organ, year=year)
            if form == "xlsx" and output is not None:
                with output.open("wb") as file:
                    save_workbook("知识点", table(points), file)
                return
            write_lines(write_json(point.as_json() for point in points), output)

    @main.group()
    def keys() -> None:
        """管理接口密钥。 Manage the API keys."""

    @keys.command("create")
    @click.argument("name")
    @click.option(
        "--scope",
        "scopes",
        type=click.Choice(["public", "hotline", "platform", "staff"]),
        multiple=True,
        required=True,
        help="权限，可多次给出。 May be given more than once.",
    )
    @data_option
    def create_key(name: str, scopes: tuple[Scope, ...], data: Path | None) -> None:
        """生成密钥；只显示这一次。 Make a key; it is shown this once."""
        key, secret = _ring(settings(data)).create(name, scopes)
        click.echo(f"{key.id}  {key.name}  {' '.join(sorted(key.scopes))}", err=True)
        click.echo(secret)

    @keys.command("list")
    @json_option
    @data_option
    def list_keys(as_json: bool, data: Path | None) -> None:
        """列出密钥，不含密钥本身。 List the keys, never the secrets."""
        listed = [key.as_json() for key in _ring(settings(data)).listed()]
        if as_json:
            click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
            return
        for key in listed:
            state = f"已撤销 revoked {key['revoked']}" if key["revoked"] else "有效 in use"
            click.echo(f"{key['id']}  {key['name']}  {' '.join(key['scopes'])}  {state}")

    @keys.command("revoke")
    @click.argument("id_", metavar="ID")
    @data_option
    def revoke_key(id_: str, data: Path | None) -> None:
        """撤销密钥。 Make a key void for good."""
        with _known_key():
            _ring(settings(data)).revoke(id_)
        click.echo(f"已撤销 revoked: {id_}", err=True)

    @keys.command("rotate")
    @click.argument("id_", metavar="ID")
    @data_option
    def rotate_key(id_: str, data: Path | None) -> None:
        """更换密钥；旧的立即失效。 Give a key a new secret; the old one is void at once."""
        with _known_key():
            _, secret = _ring(settings(data)).rotate(id_)
        click.echo(secret)


def _ring(settings: Settings) -> KeyRing:
    from assistant.keys import KeyRing

    return KeyRing(settings.data)


@contextmanager
def _known_key() -> Iterator[None]:
    from assistant.keys import UnknownKey

    try:
        yield
    except UnknownKey as error:
        raise click.UsageError(str(error)) from error
