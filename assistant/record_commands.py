"""Commands for the records: `nianbao records` searches and exports, `nianbao records erase` erases.

Owns their names and options.

Leaves to others: the records (records.py), what is erased (erasure.py), opening the index, which
__main__.py hands in.
"""

from __future__ import annotations

import getpass
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from assistant.command_options import data_option, output_option, wants_file

if TYPE_CHECKING:
    from assistant.records import Wanted
    from assistant.settings import Settings
    from indexer.store import Store

_DAY = click.DateTime(["%Y-%m-%d"])


def add_record_commands(
    main: click.Group,
    settings: Callable[[Path | None], Settings],
    opened: Callable[[Settings], AbstractContextManager[Store]],
) -> None:
    """Add the commands to `main`."""

    @main.group(invoke_without_command=True)
    @click.option("--since", type=_DAY, help="起始日期。 First day.")
    @click.option("--until", type=_DAY, help="截止日期。 Last day.")
    @click.option("--search", "word", help="问题中的词。 A word of the question.")
    @click.option("--status", help="回复的状态。 Status of the reply.")
    @click.option("--channel", help="来源渠道。 Where it was asked.")
    @click.option("--accesses", is_flag=True, help="列出谁看过、删过。 Who has seen or erased.")
    @click.option(
        "--format",
        "form",
        type=click.Choice(["json", "csv", "xlsx"]),
        default="json",
        show_default=True,
    )
    @output_option
    @data_option
    @click.pass_context
    def records(
        context: click.Context,
        since: datetime | None,
        until: datetime | None,
        word: str | None,
        status: str | None,
        channel: str | None,
        accesses: bool,
        form: str,
        output: Path | None,
        data: Path | None,
    ) -> None:
        """查询问答记录；查询本身也留记录。 Search the records; that is recorded, too."""
        if context.invoked_subcommand is not None:
            _refuse_options(context)
            return
        wants_file(form, output)
        if accesses and form != "json":
            raise click.UsageError("--accesses 只有 JSON。 --accesses comes as JSON only.")
        from assistant.records import RecordsUnavailable, Wanted

        first, last = (day.date() if day else None for day in (since, until))
        try:
            if accesses:
                _print_accesses(settings(data), output)
            else:
                wanted = Wanted(first, last, word, status, channel)
                _export(settings(data), wanted, form, output)
        except RecordsUnavailable as error:
            raise click.ClickException(str(error)) from error

    @records.command("erase")
    @click.argument("answer_id", metavar="ANSWER_ID")
    @data_option
    def erase(answer_id: str, data: Path | None) -> None:
        """删除一次回答的记录和意见；删除本身留记录。 Erase what is kept of one answer."""
        from assistant.erasure import erase_answer
        from assistant.errors import NotFound
        from assistant.records import Records, RecordsUnavailable

        effective = settings(data)
        kept = Records(effective.data, effective.record_days)
        try:
            with opened(effective) as store:
                erased = erase_answer(kept, store, answer_id, who=getpass.getuser())
        except NotFound as error:
            raise click.UsageError(str(error)) from error
        except RecordsUnavailable as error:
            raise click.ClickException(str(error)) from error
        click.echo(
            f"已删除 erased: {answer_id}  记录 records: {erased.records}"
            f"  意见 feedback: {erased.feedback}",
            err=True,
        )


def _refuse_options(context: click.Context) -> None:
    """Refuse options of the search in front of another command, above all another folder.

    Raises:
        click.UsageError: there is one.
    """
    sources = map(context.get_parameter_source, context.params)
    if ParameterSource.COMMANDLINE in sources:
        raise click.UsageError(
            f"选项请写在 {context.invoked_subcommand} 之后。"
            f" Options go behind {context.invoked_subcommand}."
        )


def _print_accesses(settings: Settings, output: Path | None) -> None:
    from assistant.records import Records
    from assistant.spreadsheets import write_json, write_lines

    noted: list[dict[str, Any]] = Records(settings.data, settings.record_days).accesses()
    write_lines(write_json(noted), output)


def _export(settings: Settings, wanted: Wanted, form: str, output: Path | None) -> None:
    from assistant.records import Records, record_table
    from assistant.spreadsheets import csv_lines, save_workbook, write_json, write_lines

    found = Records(settings.data, settings.record_days).find(wanted, who=getpass.getuser())
    if form == "xlsx" and output is not None:
        with output.open("wb") as file:
            save_workbook("records", record_table(found), file)
    elif form == "csv":
        write_lines(csv_lines(record_table(found)), output)
    else:
        write_lines(write_json(found), output)
