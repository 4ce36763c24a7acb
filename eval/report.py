"""Show a run as Markdown and as one HTML page that needs nothing beside it.

Owns the order and wording of both, and the drawing of the plots (svg.py).

Leaves to others: what is summed up (summary.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from eval.run import Run, is_blind
from eval.sections import Section, sections
from eval.summary import GROUPS, MEASURES, Row, failures, grouped, latency, rate
from eval.svg import bars, histogram

_TITLES = {"part": "By part", "language": "By language", "kind": "By kind of question"}
_COLUMNS = ("right", "figure_right", "wrong_as_answered", "ending_right")
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;"
    "color:#1d2733;background:#fff}table{border-collapse:collapse;margin:1rem 0;width:100%}"
    "td,th{border-bottom:1px solid #d5dbe3;padding:.3rem .5rem;text-align:left;"
    "vertical-align:top}svg{max-width:100%;height:auto}pre{white-space:pre-wrap;margin:0}"
)


def markdown(run: Run) -> str:
    """Return the report of a run as Markdown."""
    return "\n".join(_markdown(run)) + "\n"


def _markdown(run: Run) -> Iterator[str]:
    yield f"# Evaluation run {run.system['run']}"
    yield ""
    yield from (f"- {name}: {value}" for name, value in _system(run))
    yield ""
    yield from _markdown_table(("measure", "mean [95 % interval]", "cases"), _overall(run.rows))
    times = ", ".join(f"{name} {ms:.1f} ms" for name, ms in latency(run.rows).items())
    yield f"Latency of one question in one process: {times}."
    yield ""
    yield from section_lines(run)
    for key in GROUPS:
        yield f"## {_TITLES[key]}"
        yield ""
        yield from _markdown_table((key, "cases", *_COLUMNS), _by_group(run.rows, key))
    yield f"## Failures ({len(failures(run.rows))})"
    yield ""
    for row in _shown(run.rows):
        yield f"- **{row['id']}** ({row['kind']}): {_question(row)}"
        yield f"  - expected: `{_expected(row)}`"
        yield f"  - got: `{_got(row)}`"
        yield f"  - failed: {_failed(row)}"


def section_lines(run: Run) -> Iterator[str]:
    """Yield what a run says beside the scores of its answers, as Markdown."""
    for section in sections(run):
        yield f"## {section.title}"
        yield ""
        yield from _markdown_table(section.head, section.rows)
        yield from (line for note in section.notes for line in (note, ""))


def _markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    yield from ("| " + " | ".join(row) + " |" for row in rows)
    yield ""


def page(run: Run) -> str:
    """Return the report of a run as one HTML page, plots inside."""
    title = escape(f"Evaluation run {run.system['run']}")
    facts = "".join(f"<li>{escape(f'{name}: {value}')}</li>" for name, value in _system(run))
    parts = [
        f"<h1>{title}</h1><ul>{facts}</ul>",
        _html_table(("measure", "mean [95 % interval]", "cases"), _overall(run.rows)),
        "<h2>Accuracy by kind of question</h2>",
        _accuracy_plot(run.rows),
        "<h2>Latency</h2>",
        histogram([row["ms"] for row in run.rows[1:]], label="Milliseconds for one question"),
    ]
    for key in GROUPS:
        parts.append(f"<h2>{_TITLES[key]}</h2>")
        parts.append(_html_table((key, "cases", *_COLUMNS), _by_group(run.rows, key)))
    parts += map(_html_section, sections(run))
    parts.append(f"<h2>Failures ({len(failures(run.rows))})</h2>")
    parts.append(_html_table(("case", "question", "expected", "got", "failed"), _failing(run.rows)))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body>{''.join(parts)}</body></html>\n"
    )


def _html_section(section: Section) -> str:
    notes = "".join(f"<p>{escape(note)}</p>" for note in section.notes)
    return f"<h2>{escape(section.title)}</h2>{_html_table(section.head, section.rows)}{notes}"


def _accuracy_plot(rows: Sequence[Row]) -> str:
    rates = {kind: rate(group, "right") for kind, group in grouped(rows, "kind").items()}
    shown = {f"{kind} ({one.cases})": one.mean for kind, one in rates.items() if one}
    return bars(shown, label="Share of questions answered right, by kind")


def _html_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    lines = ("".join(f"<td><pre>{escape(cell)}</pre></td>" for cell in row) for row in rows)
    return f"<table><tr>{top}</tr>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def _system(run: Run) -> Iterator[tuple[str, str]]:
    for key in ("commit", "date", "index", "python", "machine", "seed"):
        yield key, str(run.system[key])
    for key in ("datasets", "prompts", "models"):
        named: Mapping[str, Any] = run.system[key]
        yield key, ", ".join(f"{name} {digest}" for name, digest in named.items()) or "none"


def _overall(rows: Sequence[Row]) -> Iterator[tuple[str, ...]]:
    for measure in MEASURES:
        if (one := rate(rows, measure)) is not None:
            yield measure, str(one), str(one.cases)


def _by_group(rows: Sequence[Row], key: str) -> Iterator[tuple[str, ...]]:
    for name, group in grouped(rows, key).items():
        rates = (rate(group, measure) for measure in _COLUMNS)
        yield name, str(len(group)), *("–" if one is None else f"{one.mean:.1%}" for one in rates)


def _failing(rows: Sequence[Row]) -> Iterator[tuple[str, ...]]:
    for row in _shown(rows):
        yield row["id"], _question(row), _expected(row), _got(row), _failed(row)


def _shown(rows: Sequence[Row]) -> list[Row]:
    """Return the failures that may be looked at."""
    return [row for row in failures(rows) if not is_blind(row)]


def _question(row: Row) -> str:
    return " → ".join([*row["history"], row["question"]])


def _expected(row: Row) -> str:
    return json.dumps(row["expect"], ensure_ascii=False)


def _got(row: Row) -> str:
    outcome = row["outcome"]
    first = outcome["text"].partition("\n")[0]
    return f"{outcome['status']} {outcome['reason'] or ''} {outcome['value']} {first}"


def _failed(row: Row) -> str:
    wrong = ["wrong figure as answer"] if row["scores"]["wrong_as_answered"] else []
    loose = [f"uncovered {number}" for number in row["scores"]["uncovered"]]
    return ", ".join([*wrong, *row["scores"]["failed"], *loose])
