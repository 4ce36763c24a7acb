"""Commands for what readers thought of answers: `nianbao feedback …`.

Owns their names and options.

Leaves to others: the queue (indexer/feedback.py), what follows from it (feedback.py), opening the
index, which __main__.py hands in.
"""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.command_options import data_option, json_option

if TYPE_CHECKING:
    from assistant.settings import Settings
    from indexer.feedback import FeedbackState
    from indexer.records import Feedback
    from indexer.store import Store


def add_feedback_commands(
    main: click.Group,
    settings: Callable[[Path | None], Settings],
    opened: Callable[[Settings], AbstractContextManager[Store]],
) -> None:
    """Add the commands to `main`."""

    @main.group()
    def feedback() -> None:
        """处理读者意见和报错。 Go through what readers say of answers."""

    @feedback.command("list")
    @click.option(
        "--state",
        type=click.Choice(["open", "closed", "all"]),
        default="open",
        show_default=True,
        help="待处理、已处理或全部。 Which.",
    )
    @json_option
    @data_option
    def list_feedback(state: str, as_json: bool, data: Path | None) -> None:
        """列出意见，新的在前。 List feedback, newest first."""
        chosen: dict[str, FeedbackState | None] = {"open": "open", "closed": "closed", "all": None}
        effective = settings(data)
        with opened(effective) as store:
            given = store.feedback(state=chosen[state])
        listed = _shown(given, effective)
        if as_json:
            click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
            return
        for one in listed:
            click.echo(_line(one))

    @feedback.command("close")
    @click.argument("id_", metavar="ID", type=int)
    @click.option("--decision", required=True, help="处理结果。 What was decided.")
    @data_option
    def close_feedback(id_: int, decision: str, data: Path | None) -> None:
        """记下处理结果并关闭。 Note what was decided, and close."""
        from assistant.records import masked

        with opened(settings(data)) as store:
            if not store.close_feedback(id_, getpass.getuser(), masked(decision)):
                raise click.UsageError(f"没有待处理的意见 {id_}。 No open feedback {id_}.")
        click.echo(f"已处理 closed: {id_}", err=True)

    @feedback.command("case")
    @click.argument("id_", metavar="ID", type=int)
    @click.option(
        "--expect",
        required=True,
        help="正确结果：数字、原因或 JSON。 The right one: a number, a reason, or JSON.",
    )
    @click.option("--question", help="问题，默认取自记录。 The question, else that of the record.")
    @click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="提问日期。 Its day.")
    @click.option("--kind", help="题目种类。 Kind of the case.")
    @data_option
    def make_case(
        id_: int,
        expect: str,
        question: str | None,
        day: datetime | None,
        kind: str | None,
        data: Path | None,
    ) -> None:
        """写成一道评测题（一行 JSON）。 Print a case for `nianbao eval run --dataset`."""
        from assistant.errors import BadQuestion
        from assistant.feedback import evaluation_case

        effective = settings(data)
        with opened(effective) as store:
            given = store.find_feedback(id_)
        if given is None:
            raise click.UsageError(f"没有意见 {id_}。 There is no feedback {id_}.")
        (shown,) = _shown([given], effective)
        fixed = day.date() if day else effective.today
        try:
            case = evaluation_case(shown, expect, question=question, day=fixed, kind=kind)
        except BadQuestion as error:
            raise click.UsageError(str(error)) from error
        click.echo(json.dumps(case, ensure_ascii=False))


def _shown(given: list[Feedback], settings: Settings) -> list[dict[str, Any]]:
    from assistant.feedback import feedback_json
    from assistant.records import Records, RecordsUnavailable

    records = Records(settings.data, settings.record_days) if settings.record_days else None
    try:
        return feedback_json(given, records, getpass.getuser())
    except RecordsUnavailable as error:
        raise click.ClickException(str(error)) from error


def _line(one: dict[str, Any]) -> str:
    kind = (
        "报错 error"
        if one["kind"] == "error"
        else ("有帮助 helpful", "没帮助 not helpful")[not one["helpful"]]
    )
    asked = (one["record"] or {}).get("question", "（无记录 no record）")
    closed = one["closed"]
    ending = f"  → {closed['who']}: {closed['decision']}" if closed else ""
    return f"{one['id']}  {one['given'][:16]}  {kind}  {asked}  {one['comment'] or ''}{ending}"
