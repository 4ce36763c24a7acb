"""Commands for those who run the service for others: the knowledge export.

Owns their names and options.

Leaves to others: what they print (knowledge.py), opening the index, which __main__.py hands in.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from assistant.model import Reply, Request
    from assistant.settings import Settings
    from indexer.store import Store

_data = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="索引所在的文件夹，默认 $NIANBAO_DATA，再默认 ./data。 Folder of the index.",
)


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
    @click.option(
        "--output", type=click.Path(dir_okay=False, path_type=Path), help="写入的文件。 File."
    )
    @_data
    def knowledge(
        organ: str | None, year: int | None, form: str, output: Path | None, data: Path | None
    ) -> None:
        """导出热线知识点。 Export knowledge points for a hotline."""
        if form == "xlsx" and output is None:
            raise click.UsageError("xlsx 需要 --output。 xlsx wants --output.")
        from assistant.knowledge import knowledge_points, table
        from assistant.listing import save_workbook, write_json

        effective = settings(data)
        with opened(effective) as store:
            points = knowledge_points(store, asking(store, effective), organ=organ, year=year)
            if form == "xlsx" and output is not None:
                with output.open("wb") as file:
                    save_workbook("知识点", table(points), file)
                return
            lines = write_json(point.as_json() for point in points)
            if output is not None:
                with output.open("w", encoding="utf-8", newline="") as text:
                    text.writelines(lines)
                return
            for line in lines:
                sys.stdout.buffer.write(line.encode())
