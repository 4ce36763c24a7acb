"""The commands of `nianbao eval` and `python -m eval`.

Owns their names, options and what they print; the result goes to stdout, messages to stderr.

Leaves to others: everything that is done; each command imports it when it runs.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group("eval", context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """评测：对错、快慢、前后比较。 Measure how right and how fast the answers are."""


@main.command()
@click.option("--name", default="latest", show_default=True, help="运行的名称。 Name of the run.")
@click.option(
    "--dataset",
    "datasets",
    multiple=True,
    type=_FILE,
    help="题库文件，默认全部。 Files of questions; all by default.",
)
@click.option("--data", type=_FOLDER, help="用现成的索引。 Ask this index, not one of the samples.")
@click.option("--output", type=_FOLDER, help="写入的文件夹，默认 eval/runs。 Folder of run files.")
def run(name: str, datasets: tuple[Path, ...], data: Path | None, output: Path | None) -> None:
    """提问全部题目，写出运行文件。 Ask every question and write a run file."""
    from assistant.bootstrap import build_assistant, late_embedder
    from assistant.settings import Settings
    from eval.cases import DATASETS, load_datasets
    from eval.library import coverage_numbers, opened_library
    from eval.run import RUNS, Run, ask_cases, describe_system, write_run

    every = (path for path in DATASETS.glob("*.jsonl") if not path.stem.startswith("prose_"))
    paths = datasets or tuple(sorted(every))
    with _translated():
        cases = load_datasets(paths)
        with opened_library(data) as store:
            embedder = late_embedder(Settings.from_env(os.environ))
            assistant = build_assistant(store, embedder)
            rows = tuple(
                ask_cases(cases, lambda r: assistant.ask(r).as_json(), coverage_numbers(store))
            )
            system = describe_system(name, store.version(), paths)
    path = (output or RUNS) / f"{name}.jsonl"
    write_run(path, system, rows)
    _print_rates(Run(system, rows))
    click.echo(f"写入 written: {path}", err=True)


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
    from eval.report import markdown, page
    from eval.run import read_run

    with _translated():
        read = read_run(file)
    folder = output or file.parent
    folder.mkdir(parents=True, exist_ok=True)
    for suffix, text in ((".md", markdown(read)), (".html", page(read))):
        path = folder / f"{file.stem}{suffix}"
        path.write_text(text, encoding="utf-8")
        click.echo(str(path))


_PARTS = ("latency", "start", "index", "vectors")


@main.command()
@click.option("--reports", default=20_000, show_default=True, help="大库的报告数。 Large library.")
@click.option("--questions", default=280, show_default=True, help="问题数。 Questions asked.")
@click.option("--read", default=200, show_default=True, help="读入的报告数。 Reports to read.")
@click.option("--embed", default=20, show_default=True, help="做向量的报告数。 Reports to embed.")
@click.option("--part", "parts", multiple=True, type=click.Choice(_PARTS), help="只测这些。 Parts.")
def bench(reports: int, questions: int, read: int, embed: int, parts: tuple[str, ...]) -> None:
    """测快慢和占用。 Measure speed and room, ratios first."""
    import platform
    from tempfile import TemporaryDirectory

    from eval.bench import bench_index, bench_latency, bench_start, bench_vectors

    click.echo(f"{platform.machine()}, Python {platform.python_version()}, {os.cpu_count()} CPUs\n")
    click.echo("| measurement | ratio | absolute |\n|---|---|---|")
    with TemporaryDirectory(prefix="nianbao-bench-") as name, _translated():
        folder = Path(name)
        measured = {
            "latency": lambda: bench_latency(folder, reports, questions),
            "start": lambda: bench_start(folder),
            "index": lambda: bench_index(folder, read),
            "vectors": lambda: bench_vectors(folder, embed),
        }
        for part in parts or _PARTS:
            for measurement in measured[part]():
                click.echo(str(measurement))


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


def _print_rates(read: object) -> None:
    from eval.run import Run
    from eval.summary import MEASURES, latency, rate

    assert isinstance(read, Run)
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
