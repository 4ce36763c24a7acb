"""The measures, as pure functions.

Owns what each score means.  Names follow trec_eval where it has one.  A mean goes with its
bootstrap interval; two runs are compared case by case.

Leaves to others: what a case expects (cases.py), how a reply is scored against it (judge.py).
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from statistics import fmean
from typing import Any

from eval.written import loose_numbers, written_numbers

Reply = Mapping[str, Any]
_CITE = re.compile(r"\[\d+\]")


def figure_exact(expected: str | None, given: str | None) -> bool:
    """Whether two decimal strings are the same number; None only equals None.

    >>> figure_exact("12.50", "12.5"), figure_exact("0", None), figure_exact(None, None)
    (True, False, True)
    """
    if expected is None or given is None:
        return expected is given
    return Decimal(expected) == Decimal(given)


def precision(found: Collection[str], wanted: Collection[str]) -> float:
    """Share of what was found that was wanted; 1 where nothing was found.

    >>> precision({"a", "b"}, {"a"})
    0.5
    """
    return len(set(found) & set(wanted)) / len(set(found)) if found else 1.0


def recall(found: Collection[str], wanted: Collection[str]) -> float:
    """Share of what was wanted that was found; 1 where nothing was wanted.

    >>> recall({"a", "b"}, {"a", "c", "d", "e"})
    0.25
    """
    return len(set(found) & set(wanted)) / len(set(wanted)) if wanted else 1.0


def ending_right(expected: Mapping[str, Any], reply: Reply) -> bool:
    """Whether a reply ends as expected: its status, and its reason where one is expected.

    >>> ending_right({"status": "no_answer"}, {"status": "no_answer", "reason": "not_stated"})
    True
    >>> ending_right({"status": "answered"}, {"status": "no_answer", "reason": "not_stated"})
    False
    """
    reason = expected.get("reason")
    return expected["status"] == reply["status"] and reason in (None, reply["reason"])


def uncovered(reply: Reply, said: Iterable[str], library: Iterable[int] = ()) -> list[str]:
    """Return the numbers of text and speech that Reply law 1 does not cover, as written.

    `said` are the question, the earlier questions and the guidance cards that the reply gives;
    `library` the years and counts of reports that the library holds.

    >>> reply = {"text": "新收 4 件，占三成。[1]", "speech": "", "figures": [{"value": "4"}]}
    >>> uncovered(reply, ["收到多少"])
    ['三']
    """
    supplied = set(map(Decimal, library)).union(*map(loose_numbers, (*said, *_sources(reply))))
    return [
        number.text
        for text in (reply["text"], reply["speech"])
        for number in written_numbers(_CITE.sub(" ", text))
        if not {abs(value) for value in number.values} & {abs(value) for value in supplied}
    ]


def _sources(reply: Reply) -> Iterable[str]:
    """Yield the texts of a reply that law 1 lets numbers come from."""
    for figure in reply.get("figures", ()):
        keys = ("value", "year", "label", "organ")
        yield " ".join(str(figure[key]) for key in keys if figure.get(key) is not None)
    for item in reply.get("calculations", ()):
        yield f"{item['expression']} {item['result']}"
    for check in reply.get("checks", ()):
        yield f"{check['rule']} {check['text']}"
    for note in reply.get("notes", ()):
        yield note["text"]
    for cite in reply.get("citations", ()):
        paths = [*(cite["row"] or ()), *(cite["column"] or ())]
        yield " ".join([cite["quote"], cite["title"], cite["organ"], *paths])
        yield f"{cite['year']} {cite['table'] or ''}"


def recall_at(k: int, ranked: Sequence[str], relevant: Collection[str]) -> float:
    """Share of the relevant passages among the first k retrieved.

    >>> recall_at(2, ["p1", "p9", "p2"], {"p1", "p2"})
    0.5
    """
    return len(set(ranked[:k]) & set(relevant)) / len(set(relevant))


def ndcg_at(k: int, ranked: Sequence[str], gains: Mapping[str, float]) -> float:
    """Discounted cumulative gain of the first k over that of the best order, log base 2.

    >>> round(ndcg_at(3, ["p9", "p1"], {"p1": 1.0}), 4)
    0.6309
    """
    best = _dcg(sorted(gains.values(), reverse=True)[:k])
    return _dcg([gains.get(id_, 0.0) for id_ in dict.fromkeys(ranked[:k])]) / best if best else 0.0


def _dcg(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def mrr(ranked: Sequence[str], relevant: Collection[str]) -> float:
    """One over the rank of the first relevant passage; 0 where none was retrieved.

    >>> mrr(["p9", "p1"], {"p1", "p2"}), mrr(["p9"], {"p1"})
    (0.5, 0.0)
    """
    wanted = set(relevant)
    ranks = (rank for rank, id_ in enumerate(ranked, 1) if id_ in wanted)
    return next((1 / rank for rank in ranks), 0.0)


def interval(scores: Sequence[float], *, draws: int = 2000, seed: int = 0) -> tuple[float, float]:
    """95 % bootstrap interval of the mean; goes beside every mean.

    >>> low, high = interval([0.0, 1.0] * 50)
    >>> low < 0.5 < high
    True
    >>> interval([1.0, 1.0])
    (1.0, 1.0)
    """
    if min(scores) == max(scores):
        return scores[0], scores[0]
    rng = random.Random(seed)
    means = sorted(fmean(rng.choices(scores, k=len(scores))) for _ in range(draws))
    return means[int(0.025 * draws)], means[int(0.975 * draws)]


def paired(
    before: Mapping[str, float], after: Mapping[str, float], *, draws: int = 2000, seed: int = 0
) -> tuple[float, float, float]:
    """Mean difference after − before over the cases both hold, with its 95 % interval.

    >>> paired({"a": 0.0, "b": 1.0, "c": 1.0}, {"a": 1.0, "b": 1.0})[0]
    0.5

    Raises:
        ValueError: they have no case in common.
    """
    common = sorted(set(before) & set(after))
    if not common:
        raise ValueError("no case in common")
    differences = [after[id_] - before[id_] for id_ in common]
    return (fmean(differences), *interval(differences, draws=draws, seed=seed))


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of all values do not exceed.

    >>> percentile([1.0, 2.0, 3.0, 4.0], 0.5), percentile([5.0], 0.99)
    (2.0, 5.0)
    """
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
