"""The commands of `nianbao`: read arguments, call one thing, print its result.

Owns names and options of the commands, exit codes (docs/api.md), and what people read on a
terminal.  The result goes to stdout, messages to stderr.

Leaves to others: everything that is done; each command imports it when it runs, so that asking
for a figure starts in a second.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from assistant.command_options import data_option, json_option, output_option, wants_file
from assistant.feedback_commands import add_feedback_commands
from assistant.operation_commands import add_operation_commands
from assistant.platform_commands import add_platform_commands
from assistant.record_commands import add_record_commands
from assistant.user_commands import add_user_commands

if TYPE_CHECKING:
    from datetime import date

    from assistant.model import Reply, Request
    from assistant.settings import Settings
    from indexer.model import Place
    from indexer.pipeline import Progress, Summary
    from indexer.store import Store

FAILED, USAGE, NO_INDEX = 1, 2, 3


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="nianbao")
def main() -> None:
    """年报问答：政府信息公开工作年度报告的检索与问答。 Answers about open-government reports."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--rebuild", is_flag=True, help="从保存的原件重建索引。 Build anew from originals.")
@click.option("--no-vectors", is_flag=True, help="不做向量。 Leave passages without vectors.")
@data_option
def index(paths: tuple[Path, ...], rebuild: bool, no_vectors: bool, data: Path | None) -> None:
    """读入报告文件和文件夹，更新索引。 Read report files and folders into the index."""
    if not paths and not rebuild:
        raise click.UsageError("请给出文件或文件夹。 Name files or folders.")
    from assistant.bootstrap import create_store, late_embedder
    from assistant.marks import apply_corrections
    from indexer.loaders import Loader
    from indexer.pipeline import Source, index_paths
    from indexer.store import read_sources

    settings = _settings(data)
    embedder = None if no_vectors else late_embedder(settings)
    with _translated(), Loader() as loader, _progress() as show:
        sources = []
        if rebuild:
            kept = read_sources(settings.data, database_url=settings.database_url)
            sources = [Source(path, file) for file, path in kept]
        with create_store(settings, rebuild=rebuild) as store:
            summary = index_paths(
                paths,
                store,
                loader=loader,
                on_progress=show,
                embedder=embedder,
                also=sources,
            )
            apply_corrections(store)
            held = len(store.reports())
    _print_summary(summary, held)
    sys.exit(FAILED if summary.failed else 0)


def _print_summary(summary: Summary, held: int) -> None:
    for skipped in summary.skipped:
        kind = "失败 failed" if skipped.failed else "跳过 skipped"
        hint = f" {skipped.hint}" if skipped.hint else ""
        click.echo(f"{kind}: {skipped.file}: [{skipped.reason}] {skipped.message}{hint}")
    for file in summary.vanished:
        click.echo(f"文件已不在，索引中仍保留 gone, still in the index: {file}")
    if not summary.reports:
        click.echo(
            "没有新的或改动过的报告，索引未变。 Nothing new or changed; the index is as it was."
        )
    click.echo(
        f"读入报告 reports: {summary.reports}  数字 figures: {summary.figures}"
        f"  不可读 unreadable: {summary.unreadable}  段落 passages: {summary.passages}"
        f"  不成立的检查 findings: {summary.findings}  未变 unchanged: {summary.unchanged}"
        f"  跳过 skipped: {len(summary.skipped)}"
    )
    click.echo(f"库中共有报告 reports in the index: {held}")
    if summary.vectors:
        click.echo(
            f"没有向量，数字问答不受影响。 No vectors, figures are not affected: {summary.vectors}",
            err=True,
        )


@contextmanager
def _progress() -> Iterator[Callable[[Progress], None]]:
    """A bar on a terminal, else one line for every file that was read."""
    if not sys.stderr.isatty():
        yield _progress_line
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks = {
            "files": bar.add_task("读入 reading", total=None),
            "vectors": bar.add_task("向量 vectors", total=None, visible=False),
        }

        def show(step: Progress) -> None:
            bar.update(tasks[step.step], completed=step.done, total=step.total, visible=True)

        yield show


def _progress_line(step: Progress) -> None:
    if step.step == "files" and step.outcome != "unchanged":
        click.echo(f"{step.done}/{step.total} {step.outcome} {Path(step.file).name}", err=True)


@main.command()
@click.argument("question", required=False)
@data_option
@json_option
@click.option("--history", multiple=True, help="前面的问题，先问的在前。 Earlier questions.")
@click.option("--date", "today", help="“今年”“去年”从哪一天算起。 The day that years count from.")
@click.option(
    "--batch",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="每行一个 JSON 问题的文件。 A file with one JSON question a line.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv", "xlsx"]),
    default="jsonl",
    show_default=True,
    help="--batch 的结果：每行一个回复，或者一张表。 Replies by line, or one table.",
)
@output_option
def ask(
    question: str | None,
    data: Path | None,
    as_json: bool,
    history: tuple[str, ...],
    today: str | None,
    batch: Path | None,
    form: str,
    output: Path | None,
) -> None:
    """回答一个问题，或者一批。 Answer one question, or a batch."""
    if (question is None) == (batch is None):
        raise click.UsageError("请给出一个问题，或者 --batch。 Give a question, or --batch.")
    if batch is None and (form != "jsonl" or output is not None):
        raise click.UsageError("--format 和 --output 只用于 --batch。 They go with --batch only.")
    wants_file(form, output)
    settings = _settings(data)
    day = _day(today) or settings.today
    with _opened(settings) as store:
        answer = _asking(store, settings)
        if batch is not None:
            _ask_batch(batch, answer, day, form, output)
        else:
            _ask_one(_request(question or "", history, day), answer, as_json)


def _asking(store: Store, settings: Settings) -> Callable[[Request], Reply]:
    """Return what answers: the assistant, or what a test hands in as the context's object."""
    if (given := click.get_current_context().obj) is not None:
        stand_in: Callable[[Request], Reply] = given(store).ask
        return stand_in
    from assistant.bootstrap import build_assistant, chat_model, late_embedder

    assistant = build_assistant(store, late_embedder(settings), chat_model(settings))
    return assistant.ask


def _request(question: object, history: object, today: date | None) -> Request:
    """Return the request, checked.

    Raises:
        BadQuestion: the question is empty, too long or no text, or the history is no list of them.
    """
    from assistant.model import Request
    from assistant.questions import checked_history, checked_question

    return Request(checked_question(question), checked_history(history), today=today)


def _ask_one(request: Request, answer: Callable[[Request], Reply], as_json: bool) -> None:
    reply = answer(request)
    if as_json:
        click.echo(json.dumps(reply.as_json(), ensure_ascii=False, indent=2))
        return
    click.echo(reply.text)
    for citation in reply.citations:
        path = " / ".join((*(citation.row or ()), *(citation.column or ())))
        said = "，".join(filter(None, (citation.title, path, _where(citation.place))))
        click.echo(f"[{citation.id}] {said}：{citation.quote}")


def _where(place: Place) -> str:
    """Return the file of a place and what leads to the spot in it."""
    if place.page or place.line:
        at = f"第{place.page}页" if place.page else f"第{place.line}行"
    elif place.table:
        at = f"第{place.table}个表第{place.row}行第{place.column}列"
    else:
        at = ""
    return f"{place.file} {at}".strip()


def _ask_batch(
    path: Path,
    answer: Callable[[Request], Reply],
    today: date | None,
    form: str,
    output: Path | None,
) -> None:
    from assistant.batch import answer_lines, result_table
    from assistant.spreadsheets import csv_lines, save_workbook, write_lines

    with path.open("rb") as lines:
        answered = answer_lines(lines, answer, today)
        if form == "xlsx" and output is not None:
            with output.open("wb") as file:
                save_workbook("answers", result_table(answered), file)
            return
        if form == "csv":
            write_lines(csv_lines(result_table(answered)), output, at_once=True)
            return
        replies = (json.dumps(out, ensure_ascii=False) + "\n" for _, out in answered)
        write_lines(replies, output, at_once=True)


def _date_of(value: object) -> date | None:
    from assistant.settings import read_date

    return None if value is None else read_date(str(value))


def _day(text: str | None) -> date | None:
    from assistant.settings import BadSettings

    try:
        return _date_of(text)
    except BadSettings as error:
        raise click.UsageError(str(error)) from error


@main.command()
@click.option("--organ", help="机关名称。 Name of the publisher.")
@click.option("--year", type=int, help="年度。 Year of the report.")
@click.option("--indicator", help="指标的编号或官方名称。 Id or official label.")
@click.option("--applicant", help="申请人的编号或名称。 Id or label of the applicant.")
@click.option(
    "--format", "form", type=click.Choice(["csv", "xlsx", "json"]), default="csv", show_default=True
)
@output_option
@data_option
def figures(
    organ: str | None,
    year: int | None,
    indicator: str | None,
    applicant: str | None,
    form: str,
    output: Path | None,
    data: Path | None,
) -> None:
    """列出印在表格里的数字。 List the printed figures."""
    wants_file(form, output)
    from assistant.listing import (
        figure_json,
        list_figures,
        write_csv,
        write_xlsx,
    )
    from assistant.spreadsheets import write_json, write_lines

    with _opened(_settings(data)) as store:
        rows = list_figures(store, organ, year, indicator, applicant)
        if form == "xlsx" and output is not None:
            with output.open("wb") as file:
                write_xlsx(rows, file)
            return
        lines = write_csv(rows) if form == "csv" else write_json(map(figure_json, rows))
        write_lines(lines, output)


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
def check(files: tuple[Path, ...], as_json: bool) -> None:
    """检查报告文件（包括草稿），不改动索引。 Check report files, drafts too; change nothing.

    With --json, one object a line for each file.
    """
    from assistant.listing import draft_json
    from indexer.errors import UnreadableFile
    from indexer.loaders import Loader
    from indexer.pipeline import check_file

    worst = 0
    with Loader() as loader:
        for file in files:
            try:
                read = draft_json(check_file(file, loader=loader))
            except UnreadableFile as error:
                worst = max(worst, USAGE)
                said = f"{error.message}{error.hint}"
                click.echo(f"{file}: [{error.reason}] {said}", err=True)
                if as_json:
                    bad = {"file": file.name, "error": said, "reason": error.reason}
                    click.echo(json.dumps(bad, ensure_ascii=False))
                continue
            fails = any(finding["result"] == "fails" for finding in read["findings"])
            worst = max(worst, FAILED if fails else 0)
            if as_json:
                click.echo(json.dumps(read, ensure_ascii=False))
            else:
                _print_check(read)
    sys.exit(worst)


def _print_check(read: dict[str, Any]) -> None:
    click.echo(f"{read['file']}: {read['organ']} {read['year']} {read['title']}")
    click.echo(
        f"格式 format: {read['format']}  数字 figures: {read['figures']}"
        f"  不可读 unreadable: {len(read['unreadable'])}"
    )
    for item in read["unreadable"]:
        path = " / ".join((*item["row"], *item["column"]))
        click.echo(f"  不可读 unreadable: {path}: {item['printed']} ({item['why']})")
    for item in read["missing"]:
        click.echo(f"  缺少 missing: table {item['table']} {item['indicator'] or ''}".rstrip())
    signs = {"holds": "✓", "fails": "✗", "not_assessable": "?"}
    for finding in read["findings"]:
        click.echo(f"  {signs[finding['result']]} {finding['rule']} {finding['text']}")


@main.command()
@data_option
@json_option
def reports(data: Path | None, as_json: bool) -> None:
    """列出库中的报告。 List the reports in the index."""
    from assistant.listing import report_line

    with _opened(_settings(data)) as store:
        rows = [report_line(row) for row in store.reports(current_only=False)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        old = f"  (被取代 superseded by {row['superseded_by']})" if row["superseded_by"] else ""
        click.echo(f"{row['id']}  {row['year']}  {row['organ']}  {row['file']}{old}")


@main.command()
@click.argument("report")
@data_option
def remove(report: str, data: Path | None) -> None:
    """按编号或文件名移除一份报告。 Remove one report, by its id or file."""
    from assistant.bootstrap import create_store
    from indexer.pipeline import remove_report

    settings = _settings(data)
    with _opened(settings):
        pass
    with _translated(), create_store(settings) as store:
        found = _reports_named(store, report)
        if len(found) > 1:
            raise click.UsageError(
                f"有多份报告叫这个名字。 Several reports have this name: {', '.join(found)}"
            )
        if not found or not remove_report(store, found[0]):
            raise click.UsageError(f"没有这份报告。 There is no such report: {report}")
    click.echo(f"已移除 removed: {found[0]}")


def _reports_named(store: Store, name: str) -> list[str]:
    """Return the ids that an id, a path or the name of a file stands for."""
    if store.report(name) is not None:
        return [name]
    path = str(Path(name).resolve())
    files = store.files()
    if path in files:
        return [files[path]]
    return list(dict.fromkeys(id_ for file, id_ in files.items() if Path(file).name == name))


@main.command()
@json_option
def indicators(as_json: bool) -> None:
    """列出指标：编号、名称、单位、格式、表。 List the indicators."""
    from assistant.listing import indicators as listed

    if as_json:
        click.echo(json.dumps(listed(), ensure_ascii=False, indent=2))
        return
    for one in listed():
        where = "、".join(one["formats"])
        click.echo(f"{one['id']}\t{one['labels'][0]}\t{one['unit'] or ''}\t{where}\t{one['table']}")


@main.command("eval", context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def evaluate(arguments: tuple[str, ...]) -> None:
    """运行评测。 Run the evaluation."""
    from eval.__main__ import main as run

    sys.exit(run(list(arguments)))


def _settings(data: Path | None) -> Settings:
    from assistant.settings import BadSettings, Settings

    try:
        return Settings.from_env(os.environ).at(data)
    except BadSettings as error:
        raise click.UsageError(str(error)) from error


@contextmanager
def _opened(settings: Settings) -> Iterator[Store]:
    """Open the index for reading; every error ends the command with its exit code."""
    from assistant.bootstrap import open_store

    with _translated(), open_store(settings) as store:
        yield store


@contextmanager
def _translated() -> Iterator[None]:
    """End the command where the index or the question is unusable."""
    from assistant.errors import BadQuestion, BadVocabulary
    from assistant.settings import BadSettings
    from indexer.errors import BadIndex, IndexBusy

    try:
        yield
    except (BadIndex, IndexBusy) as error:
        _end(str(error), NO_INDEX)
    except (BadQuestion, BadSettings, BadVocabulary) as error:
        _end(str(error), USAGE)


def _end(message: str, code: int) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(code)


add_platform_commands(main, _settings, _opened, _asking)
add_record_commands(main, _settings, _opened)
add_user_commands(main, _settings)
add_feedback_commands(main, _settings, _opened)
add_operation_commands(main, _settings, _translated)

if __name__ == "__main__":
    main()
