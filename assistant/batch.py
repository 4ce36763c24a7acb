"""Many questions at once: lines of JSON in, replies out, as lines of JSON or as one table.

Owns the form of a batch line and of its result (docs/api.md), and the table of results that a
desk works with: a row for each figure of a reply, each with its place.

Leaves to others: answering (answer.py), the files and options of the command (__main__.py), how
a csv or xlsx file is written (listing.py).
"""

from __future__ import annotations

import codecs
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from assistant.errors import AssistantError
from assistant.model import Reply, Request
from assistant.questions import checked_history, checked_question
from assistant.settings import read_date

#: Columns of the table of results; `file` to `cell` say where the first citation stands.
COLUMNS: Final = (
    "id", "question", "status", "reason", "organ", "year", "label", "applicant", "state",
    "value", "unit", "computed", "text", "title", "row", "column", "file", "page", "line", "cell",
)  # fmt: skip


def answer_lines(
    lines: Iterable[bytes], answer: Callable[[Request], Reply], today: date | None
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield (what was asked, {"id"?, "reply"} or {"id"?, "error"}) for each line, in order.

    A bad line gives its error in its place and the rest goes on; empty lines are passed over.
    """
    for number, line in enumerate(lines):
        text = line.removeprefix(codecs.BOM_UTF8) if number == 0 else line
        if text.strip():
            yield _answer_line(text, answer, today)


def _answer_line(
    line: bytes, answer: Callable[[Request], Reply], today: date | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        entry = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        return {}, {"error": f"这一行不是 JSON。 This line is no JSON: {error}"}
    if not isinstance(entry, dict):
        return {}, {"error": "每行应是一个 JSON 对象。 Each line is one JSON object."}
    named = {"id": entry["id"]} if "id" in entry else {}
    return entry, {**named, **_reply(entry, answer, today)}


def _reply(
    entry: Mapping[str, Any], answer: Callable[[Request], Reply], today: date | None
) -> dict[str, Any]:
    try:
        named = entry.get("date")
        day = today if named is None else read_date(str(named))
        question = checked_question(entry.get("question"))
        history = checked_history(entry.get("history", []))
        return {"reply": answer(Request(question, history, today=day)).as_json()}
    except AssistantError as error:
        return {"error": str(error)}
    except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError):
        # Our own mistake over one question: it is told as one, and the other lines go on.
        logging.getLogger(__name__).exception("question %r", entry.get("question"))
        return {"error": "程序出错。 Something went wrong here."}


def result_rows(
    entry: Mapping[str, Any], result: Mapping[str, Any]
) -> list[list[str | int | None]]:
    """Return the rows of the table for one question, cells in the order of COLUMNS.

    One row a figure, the headline figure first; a reply without figures, and an error, give one
    row with the text alone.
    """
    head = {"id": _plain(entry.get("id")), "question": _plain(entry.get("question"))}
    reply = result.get("reply")
    if reply is None:
        return [_row({**head, "status": "error", "text": result["error"]})]
    head |= {"status": reply["status"], "reason": reply["reason"], "text": reply["text"]}
    places = {citation["id"]: citation for citation in reply["citations"]}
    rows = []
    for figure in reply["figures"]:
        cells = {**head, **{name: figure[name] for name in _OF_FIGURE}}
        cells["computed"] = "yes" if figure["computed"] else "no"
        if figure["citations"]:
            cells |= _place(places[figure["citations"][0]])
        rows.append(_row(cells))
    return rows or [_row(head)]


_OF_FIGURE = ("organ", "year", "label", "applicant", "state", "value", "unit")


def _place(citation: Mapping[str, Any]) -> dict[str, Any]:
    place = citation["place"]
    cell = [str(place[name]) for name in ("table", "row", "column") if name in place]
    return {
        "title": citation["title"],
        "row": " / ".join(citation["row"] or ()),
        "column": " / ".join(citation["column"] or ()),
        "file": place["file"],
        "page": place["page"],
        "line": place["line"],
        "cell": ",".join(cell) if len(cell) == 3 else None,
    }


def _row(cells: Mapping[str, Any]) -> list[str | int | None]:
    return [cells.get(name) for name in COLUMNS]


def _plain(value: object) -> str | None:
    return None if value is None else str(value)


def result_table(
    answered: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]],
) -> Iterator[Sequence[str | int | None]]:
    """Yield the head of the table of results, then its rows."""
    yield COLUMNS
    for entry, result in answered:
        yield from result_rows(entry, result)
