"""Commands for those who run the service: serving, backup and restore, settings.

Owns their names and options.

Leaves to others: the service (bootstrap.py), the form of a backup (backup.py), reading the settings
(environment.py).
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.command_options import data_option, json_option

if TYPE_CHECKING:
    from assistant.settings import Settings

_FAILED = 1
#: Seconds that requests under way have left when the server is told to end.
_LAST_REQUESTS = 30


def add_operation_commands(
    main: click.Group,
    settings: Callable[[Path | None], Settings],
    translated: Callable[[], AbstractContextManager[None]],
) -> None:
    """Add the commands to `main`."""

    @main.command()
    @click.option("--host", default="127.0.0.1", show_default=True)
    @click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
    @data_option
    def serve(host: str, port: int, data: Path | None) -> None:
        """启动网页和接口。 Serve the web page and the API."""
        effective = settings(data)
        with translated():
            import uvicorn

            from assistant.bootstrap import build_app
            from assistant.logs import set_up_logging

            set_up_logging(sys.stderr, questions=effective.log_questions == "masked")
            app = build_app(effective)
        if sys.stderr.isatty():
            click.echo(f"年报问答 http://{host}:{port}/", err=True)
        # Once uvicorn has ended by itself it raises the signal again, which then ends us with 0.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        # uvicorn believes any proxy at this machine unless told whom to believe.
        uvicorn.run(
            app,
            host=host,
            port=port,
            log_config=None,
            access_log=False,
            proxy_headers=bool(effective.trusted_proxies),
            forwarded_allow_ips=",".join(effective.trusted_proxies),
            timeout_graceful_shutdown=_LAST_REQUESTS,
        )

    @main.command()
    @click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
    @data_option
    def backup(file: Path, data: Path | None) -> None:
        """备份索引、原件、密钥和记录。 Keep index, originals, keys, records in a file."""
        from assistant.backup import write_backup

        effective = settings(data)
        elsewhere = effective.database_url is not None
        with translated(), _kept():
            kept = write_backup(effective.data, file, index_elsewhere=elsewhere)
        if kept.left_out:
            click.echo(
                "未备份检索缓存，因服务正在使用；恢复后自动重建。"
                " Without the search cache, which a server is using; it is made again by itself.",
                err=True,
            )
        if elsewhere:
            click.echo(
                "索引在另外的数据库中，请用该数据库的工具备份。"
                " The index is in another database: back it up with the tools of that database.",
                err=True,
            )
        click.echo(f"已备份 kept: {kept.files} 个文件 files, {kept.size} 字节 bytes")

    @main.command()
    @click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
    @data_option
    def restore(file: Path, data: Path | None) -> None:
        """从备份恢复到空文件夹。 Put a backup back into an empty folder."""
        from assistant.backup import restore_backup

        with _kept():
            kept = restore_backup(file, settings(data).data)
        click.echo(f"已恢复 restored: {kept.files} 个文件 files, {kept.size} 字节 bytes")

    @main.command()
    @json_option
    def config(as_json: bool) -> None:
        """显示生效的设置，不含密码和密钥。 Print the settings in force, secrets covered."""
        with translated():
            from assistant.environment import read_environment

            lines = read_environment(os.environ).effective()
        if as_json:
            click.echo(json.dumps(lines, ensure_ascii=False, indent=2))
            return
        for line in lines:
            value = "" if line["value"] is None else line["value"]
            click.echo(f"{line['name']}={value}  ({line['from']})")


@contextmanager
def _kept() -> Iterator[None]:
    from assistant.backup import BadBackup

    try:
        yield
    except BadBackup as error:
        click.echo(str(error), err=True)
        sys.exit(_FAILED)
