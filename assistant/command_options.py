"""Options that several commands have.

Owns their names and words.

Leaves to others: the commands (__main__.py and the modules that end in _commands).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

data_option: Final = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="索引所在的文件夹，默认 $NIANBAO_DATA，再默认 ./data。 Folder of the index.",
)
json_option: Final = click.option("--json", "as_json", is_flag=True, help="输出 JSON。 Print JSON.")
output_option: Final = click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="写入的文件。 File."
)


def wants_file(form: str, output: Path | None) -> None:
    """Refuse a workbook without a file to be written.

    Raises:
        click.UsageError: there is none.
    """
    if form == "xlsx" and output is None:
        raise click.UsageError("xlsx 需要 --output。 xlsx wants --output.")
