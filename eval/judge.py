"""Score one reply against what its case expects.

Owns the scores of a case: which are given, and when each is true.  A wrong figure given as an
answer is the worst outcome and has a score of its own.

Leaves to others: the measures (metrics.py), how cases come to be asked (run.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from eval.cases import Case
from eval.metrics import Reply, ending_right, figure_exact, uncovered

Figure = Mapping[str, Any]


@dataclass(frozen=True)
class Scores:
    """The scores of one reply; None where the case expects nothing of the kind.

    `right`: everything expected holds.  `figure_right`: headline, verdict and figures hold.
    `wrong_as_answered`: a figure was given as an answer that is not the expected one, or where a
    refusal or a question back was due.  `uncovered`: numbers that Reply law 1 does not cover.
    """

    right: bool
    ending_right: bool
    figure_right: bool | None
    wrong_as_answered: bool
    cite_recall: float | None
    cite_precision: float | None
    uncovered: tuple[str, ...]
    failed: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the scores as plain JSON values."""
        return {key: list(v) if isinstance(v, tuple) else v for key, v in asdict(self).items()}


def judge(
    case: Case, reply: Reply, *, cards: Sequence[str] = (), library: Sequence[int] = ()
) -> Scores:
    """Return the scores of `reply`.

    `cards` are the guidance cards whose text the reply gives, `library` the years and counts of
    reports in the library; both may be written without a figure.
    """
    ending = ending_right(case.expect, reply)
    failed = [] if ending else ["ending"]
    figures = _figures_failed(case.expect, reply)
    failed += figures
    failed += _words_failed(case.expect, reply)
    wanted, hit = _cites(case.expect, reply)
    if len(hit) < len(wanted):
        failed.append("cites")
    return Scores(
        right=not failed,
        ending_right=ending,
        figure_right=ending and not figures if _asks_figure(case.expect) else None,
        wrong_as_answered=_wrong_as_answered(case.expect, reply),
        cite_recall=len(hit) / len(wanted) if wanted else None,
        cite_precision=_cite_precision(wanted, reply),
        uncovered=tuple(uncovered(reply, (case.question, *case.history, *cards), library)),
        failed=tuple(failed),
    )


def _asks_figure(expect: Mapping[str, Any]) -> bool:
    """Whether a figure is to be given; a blank is one, a quotation is none."""
    return expect.get("value") is not None or "verdict" in expect or bool(expect.get("figures"))


def _figures_failed(expect: Mapping[str, Any], reply: Reply) -> list[str]:
    """Return which expectations about figures fail."""
    failed = []
    if "value" in expect and not figure_exact(expect["value"], reply["value"]):
        failed.append("value")
    if "unit" in expect and expect["unit"] != reply["unit"]:
        failed.append("unit")
    if "verdict" in expect and expect["verdict"] is not reply["verdict"]:
        failed.append("verdict")
    if not all(_shown(figure, reply) for figure in expect.get("figures", ())):
        failed.append("figures")
    return failed


def _shown(wanted: Figure, reply: Reply) -> bool:
    return any(
        _same_key(wanted, figure) and _same_content(wanted, figure) for figure in reply["figures"]
    )


def _same_key(wanted: Figure, figure: Figure) -> bool:
    keys = ("organ", "year", "indicator", "applicant")
    return all(wanted[key] == figure[key] for key in keys if wanted.get(key) is not None)


def _same_content(wanted: Figure, figure: Figure) -> bool:
    if "state" in wanted:
        return bool(wanted["state"] == figure["state"])
    return figure["state"] == "number" and figure_exact(wanted["value"], figure["value"])


def _words_failed(expect: Mapping[str, Any], reply: Reply) -> list[str]:
    failed = [
        f"mentions {text}" for text in expect.get("mentions", ()) if text not in reply["text"]
    ]
    failed += [f"says {text}" for text in expect.get("not_mentions", ()) if text in reply["text"]]
    codes = {note["code"] for note in reply["notes"]}
    failed += [f"note {code}" for code in expect.get("notes", ()) if code not in codes]
    quote = expect.get("quote")
    if quote and not any(quote in cite["quote"] for cite in reply["citations"]):
        failed.append("quote")
    return failed


def _cites(
    expect: Mapping[str, Any], reply: Reply
) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    wanted = list(expect.get("cites", ()))
    hit = [cite for cite in wanted if any(_cited(cite, given) for given in reply["citations"])]
    return wanted, hit


def _cited(wanted: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    row, column = "/".join(given["row"] or ()), "/".join(given["column"] or ())
    return (
        wanted.get("organ") in (None, given["organ"])
        and wanted.get("year") in (None, given["year"])
        and wanted.get("row", "") in row
        and wanted.get("column", "") in column
    )


def _cite_precision(wanted: Sequence[Mapping[str, Any]], reply: Reply) -> float | None:
    given = reply["citations"]
    if not wanted or not given:
        return None
    return sum(any(_cited(cite, one) for cite in wanted) for one in given) / len(given)


def _wrong_as_answered(expect: Mapping[str, Any], reply: Reply) -> bool:
    shown = {Decimal(f["value"]) for f in reply["figures"] if f["value"] is not None}
    given = None if reply["value"] is None else Decimal(reply["value"])
    if expect["status"] != "answered":
        return bool(shown) or given is not None
    if reply["status"] != "answered" or not {"value", "figures", "verdict"} & set(expect):
        return False
    if "verdict" in expect and reply["verdict"] is (not expect["verdict"]):
        return True
    listed = [f for f in expect.get("figures", ()) if "value" in f]
    if "value" not in expect and not listed and "verdict" in expect:
        return reply["verdict"] is None and given is not None
    wanted = {Decimal(f["value"]) for f in listed}
    if expect.get("value") is not None:
        wanted.add(Decimal(expect["value"]))
        return given != Decimal(expect["value"]) if given is not None else not shown & wanted
    if given is not None and given not in wanted:
        return True
    if not listed:
        return bool({f["value"] for f in reply["figures"]} - {None}) and given is not None
    return bool(shown) and not any(_shown(figure, reply) for figure in listed)
