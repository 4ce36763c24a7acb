"""The commands of `nianbao eval` and `python -m eval`.

Owns their names, options and what they print; the result goes to stdout, messages to stderr.

Leaves to others: everything that is done; each command imports it when it runs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from eval.bench import Measurement
    from eval.run import Run

#: What `bench` measures, in this order.
PARTS = ("latency", "growth", "http", "processor", "start", "index", "vectors")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group("eval", context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """评测：对错、快慢、前后比较。 Measure how right and how fast the answers are."""


def _asked(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of a command that asks questions."""
    for option in (
        click.option("--name", default="latest", show_default=True, help="运行的名称。 Its name."),
        click.option(
            "--dataset",
            "datasets",
            multiple=True,
            type=_FILE,
            help="题库文件，默认全部。 Files of questions; all by default.",
        ),
        click.option("--data", type=_FOLDER, help="用现成的索引。 Ask this index."),
        click.option(
            "--output", type=_FOLDER, help="写入的文件夹，默认 eval/runs。 Folder of run files."
        ),
    ):
        command = option(command)
    return command


_CHAT_URL = click.option("--chat-url", help="OpenAI 兼容接口。 An OpenAI-compatible endpoint.")
_CHAT_MODEL = click.option("--chat-model", default="default", help="其模型。 Its model.")


@main.command()
@_asked
def run(name: str, datasets: tuple[Path, ...], data: Path | None, output: Path | None) -> None:
    """提问全部题目，写出运行文件。 Ask every question and write a run file."""
    from eval.whole import measure_answers

    with _translated():
        made = measure_answers(name, _paths(datasets), data)
    _print_rates(made)
    _write(made, output)


@main.command()
@_asked
@_CHAT_URL
@_CHAT_MODEL
def baselines(
    name: str,
    datasets: tuple[Path, ...],
    data: Path | None,
    output: Path | None,
    chat_url: str | None,
    chat_model: str,
) -> None:
    """与通用检索、通用表格读取比较。 Compare with generic retrieval and table extraction."""
    from eval.baselines.chat import load_chat
    from eval.report import section_lines
    from eval.whole import measure_answers, with_baselines, with_readers

    paths = _paths(datasets)
    with _translated():
        chat = load_chat(chat_url, chat_model) if chat_url else None
        made = measure_answers(name, paths, data)
        made = with_readers(with_baselines(made, paths, data, chat=chat))
    click.echo("\n".join(section_lines(made)))
    _write(made, output)


@main.command("all")
@_asked
@_CHAT_URL
@_CHAT_MODEL
@click.option("--reports", default=20_000, show_default=True, help="大库的报告数。 Large library.")
@click.option("--chunks", default=100_000, show_default=True, help="对照的段数。 Chunks beside it.")
@click.option("--part", "parts", multiple=True, type=click.Choice(PARTS), help="只测这些。 Parts.")
def whole(
    name: str,
    datasets: tuple[Path, ...],
    data: Path | None,
    output: Path | None,
    chat_url: str | None,
    chat_model: str,
    reports: int,
    chunks: int,
    parts: tuple[str, ...],
) -> None:
    """评测、比较、测速，并写出报告。 Everything, and its report in Markdown and HTML."""
    from eval.baselines.chat import load_chat
    from eval.whole import measure_answers, with_baselines, with_bench, with_readers

    paths = _paths(datasets)
    with _translated():
        chat = load_chat(chat_url, chat_model) if chat_url else None
        made = measure_answers(name, paths, data)
        click.echo("1/4 问答 answers", err=True)
        made = with_baselines(made, paths, data, chat=chat)
        click.echo("2/4 检索 baselines", err=True)
        made = with_readers(made)
        click.echo("3/4 表格 tables", err=True)
        made = with_bench(made, _measured(Sizes(reports=reports, chunks=chunks), parts or PARTS))
        click.echo("4/4 快慢 speed", err=True)
    _print_rates(made)
    _write_report(made, _write(made, output))


def _paths(datasets: tuple[Path, ...]) -> tuple[Path, ...]:
    from eval.cases import DATASETS

    every = (path for path in DATASETS.glob("*.jsonl") if not path.stem.startswith("prose_"))
    return datasets or tuple(sorted(every))


def _write(made: Run, output: Path | None) -> Path:
    from eval.run import RUNS, write_run

    path = (output or RUNS) / f"{made.system['run']}.jsonl"
    write_run(path, made.system, made.rows)
    click.echo(f"写入 written: {path}", err=True)
    return path


def _write_report(made: Run, file: Path, output: Path | None = None) -> None:
    from eval.report import markdown, page

    folder = output or file.parent
    folder.mkdir(parents=True, exist_ok=True)
    for suffix, text in ((".md", markdown(made)), (".html", page(made))):
        path = folder / f"{file.stem}{suffix}"
        path.write_text(text, encoding="utf-8")
        click.echo(str(path))


@main.command()
@click.argument("before", type=_FILE)
@click.argument("after", type=_FILE)
def compare(before: Path, after: Path) -> None:
    """逐题比较两次运行。 Compare two runs case by case."""
    from eval.compare import compare_runs
    from eval.run import read_run

    with _translated():
        for line in compare_runs(read_run(before), read_run(after)):
            click.echo(line)


@main.command()
@click.argument("file", type=_FILE)
@click.option(
    "--output", type=_FOLDER, help="写入的文件夹，默认与运行文件同处。 Folder to write to."
)
def report(file: Path, output: Path | None) -> None:
    """把一次运行写成 Markdown 和网页。 Write a run as Markdown and as one HTML page."""
    from eval.run import read_run

    with _translated():
        read = read_run(file)
    _write_report(read, file, output)


@main.command()
@click.argument("file", type=_FILE, required=False)
@click.option("--readme", type=_FILE, help="写入的文件，默认 README.md。 File to write it into.")
def scoreboard(file: Path | None, readme: Path | None) -> None:
    """把一次运行的结果写进 README。 Put the scoreboard of a run into the README."""
    from eval.run import read_run
    from eval.scoreboard import README, RUN, write_scoreboard

    with _translated():
        write_scoreboard(readme or README, read_run(file or RUN))


@main.command()
@click.option("--reports", default=20_000, show_default=True, help="大库的报告数。 Large library.")
@click.option("--questions", default=280, show_default=True, help="问题数。 Questions asked.")
@click.option("--read", default=200, show_default=True, help="读入的报告数。 Reports to read.")
@click.option("--embed", default=20, show_default=True, help="做向量的报告数。 Reports to embed.")
@click.option("--chunks", default=100_000, show_default=True, help="对照的段数。 Chunks beside it.")
@click.option("--part", "parts", multiple=True, type=click.Choice(PARTS), help="只测这些。 Parts.")
@click.option("--into", type=_FILE, help="并入这次运行。 Put the measurements into this run file.")
def bench(
    reports: int,
    questions: int,
    read: int,
    embed: int,
    chunks: int,
    parts: tuple[str, ...],
    into: Path | None,
) -> None:
    """测快慢和占用。 Measure speed and room, ratios first."""
    import platform

    click.echo(f"{platform.machine()}, Python {platform.python_version()}, {os.cpu_count()} CPUs\n")
    click.echo("| measurement | ratio | absolute |\n|---|---|---|")
    made = []
    with _translated():
        sizes = Sizes(reports, questions, read, embed, chunks)
        for measurement in _measured(sizes, parts or PARTS):
            click.echo(str(measurement))
            made.append(measurement)
        if into is not None:
            _put_into(into, made)


def _put_into(file: Path, made: Sequence[Measurement]) -> None:
    from eval.run import read_run, write_run
    from eval.whole import with_bench

    measured = with_bench(read_run(file), made)
    write_run(file, measured.system, measured.rows)


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    reports: int = 20_000
    questions: int = 280
    read: int = 200
    embed: int = 20
    chunks: int = 100_000


def _measured(sizes: Sizes, parts: Sequence[str]) -> Iterator[Measurement]:
    from tempfile import TemporaryDirectory

    from eval import bench
    from eval.growth import bench_growth
    from eval.load import bench_http
    from eval.processor import bench_processor

    with TemporaryDirectory(prefix="nianbao-bench-") as name:
        folder = Path(name)
        measured: dict[str, Callable[[], Iterator[Measurement]]] = {
            "latency": lambda: bench.bench_latency(folder, sizes.reports, sizes.questions),
            "growth": lambda: bench_growth(folder, sizes.reports, sizes.questions),
            "http": lambda: bench_http(folder),
            "processor": lambda: bench_processor(folder, sizes.chunks),
            "start": lambda: bench.bench_start(folder),
            "index": lambda: bench.bench_index(folder, sizes.read),
            "vectors": lambda: bench.bench_vectors(folder, sizes.embed),
        }
        for part in parts:
            yield from measured[part]()


@main.command()
@click.option(
    "--dataset",
    "datasets",
    multiple=True,
    type=_FILE,
    help="题库文件，默认 prose_dev 和 prose_aside。 Files of questions.",
)
@click.option("--data", type=_FOLDER, help="用现成的索引。 Ask this index.")
@click.option("--failed", is_flag=True, help="列出没答对的题。 List what went wrong.")
@click.option("--weights", is_flag=True, help="比较检索权重。 Compare weights of the fusion.")
def prose(datasets: tuple[Path, ...], data: Path | None, failed: bool, weights: bool) -> None:
    """正文检索和引文。 Score retrieval, quotations and guidance."""
    from assistant.answer import Assistant
    from assistant.bootstrap import late_embedder
    from assistant.settings import Settings
    from eval.cases import DATASETS
    from eval.library import opened_prose_library
    from eval.quotations import compare_weights, load_prose, score_prose, summary

    embedder = late_embedder(Settings.from_env(os.environ))
    paths = datasets or tuple(DATASETS / f"prose_{part}.jsonl" for part in ("dev", "aside"))
    with _translated(), opened_prose_library(data, embedder) as store:
        for path in paths:
            click.echo(path.stem)
            cases = load_prose(path)
            if weights:
                for line in compare_weights(cases, store, embedder):
                    click.echo(line)
                continue
            scores = list(score_prose(cases, Assistant(store, embedder=embedder), store))
            for line in summary(scores):
                click.echo(line)
            for one in scores if failed else ():
                if one.failed or one.uncovered:
                    click.echo(f"  {one.id} {'; '.join(one.failed)} {' '.join(one.uncovered)}")


def _print_rates(read: Run) -> None:
    from eval.summary import MEASURES, latency, rate

    for measure in MEASURES:
        if (one := rate(read.rows, measure)) is not None:
            click.echo(f"{measure:18} {one}  ({one.cases})")
    times = "  ".join(f"{name} {ms:.1f} ms" for name, ms in latency(read.rows).items())
    click.echo(f"{'latency':18} {times}")


@contextmanager
def _translated() -> Iterator[None]:
    """End the command with a message where a file or the index is unusable."""
    from eval.errors import EvalError
    from indexer.errors import IndexerError

    try:
        yield
    except (EvalError, IndexerError) as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
