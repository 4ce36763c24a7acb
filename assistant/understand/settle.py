"""Settle what a question asks for, where its wordings and its likeness to others differ.

Owns the vote: what the wordings say (parse.py) counts as one voice, the classifier by words as
the second; where those two differ the classifier by meaning is the third.  Two figures that
stay close are asked back about.

Leaves to others: finding wordings, scoring (classifier.py), organs and years, which the vote
never touches.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.understand.classifier import (
    Scores,
    judge_by_meaning,
    judge_by_words,
    load_weights,
    plain,
)
from assistant.understand.consistent import (
    ADDS,
    TRUE_OR_NOT,
    consistent,
    other_operands,
    rate_or_total,
)
from assistant.understand.indicators import Found, applicants_in
from assistant.understand.parse import NARROWER, Parsed, unread
from assistant.understand.patterns import against_last_year, asks_grounds
from assistant.understand.sieve import sieved
from assistant.understand.spoken import named_in_full, nothing_asked, spoken
from assistant.vocabulary import Ambiguity, is_part, load_applicants, load_indicators
from assistant.vocabulary.entries import Wordings

Embed = Callable[[Sequence[str]], Iterable[Iterable[float]]]


@dataclass(frozen=True, slots=True)
class Weight:
    """What each voice adds to the log-odds of an operation, a figure or an applicant.

    `said` counts where the wordings say so, `words` and `meaning` multiply the classifiers' own
    log-odds, `base` is added to all.
    """

    said: float
    words: float
    meaning: float
    base: float


#: Fitted by logistic regression to sentences of an author whom the classifier had not seen.
OPERATION = Weight(said=0.52, words=1.04, meaning=0.48, base=0.73)
FIGURE = Weight(said=0.83, words=0.60, meaning=0.47, base=1.15)
APPLICANT = Weight(said=0.0, words=0.60, meaning=0.75, base=2.0)
#: What a figure that is called by its own name has before the others.
IN_FULL = 4.0
#: Two figures closer than this in log-odds are asked back about.
MARGIN = 1.0
#: Below these log-odds no figure is taken, and the nearest are offered.
LEAST_ODDS, CHOICES = -0.5, 4
#: What no table prints, in wordings that nothing else has.
_NEVER_PRINTED = frozenset(
    {
        "budget",
        "fines_money",
        "damages",
        "satisfaction",
        "staff",
        "national_rank",
        "forecast",
        "monthly",
        "other_statistics",
        "applicant_traits",
    }
)
#: What is added for quotations and explanations, of which the classifier has seen few.
PROSE = 4.0
#: An ambiguous wording is settled only by a clear majority.
OPEN_MARGIN = 2.5
#: The whole of a share is taken from these log-odds on.
SECOND_ODDS = -3.0
#: The second figure of a difference is taken from these log-odds on; below, both are offered.
LEAST_SECOND = -5.0
#: Of several figures that are named, one with log-odds below these was hardly asked for.
DOUBTED = -4.0
#: Operations that want two figures, or a figure and what it is a part of.
_OF_PARTS = frozenset({"difference", "ratio", "sum", "share"})
#: Operations over two figures at least, where nothing else is named twice.
_OF_TWO = frozenset({"difference", "ratio", "sum"})
#: Operations that deal with one figure.
_ONE_FIGURE = frozenset(
    {
        "value", "change", "growth_rate", "trend", "average", "filter_organs", "compare",
        "count_organs", "by_applicant", "composition", "total_over_organs", "why",
    }
)  # fmt: skip
#: Operations that a vote can neither give nor take: their handlers need what only wordings say.
_BY_WORDING = frozenset({"quote", "contact", "source", "definition", "guidance", "nonzeros", "off"})
#: Operations that give the figure of each organ, where a sum is asked for.
_OF_EACH = frozenset({"value", "list", "compare", "total_over_organs"})
_WITHOUT_FIGURE = frozenset({"coverage", "missing_reports", "checks", "zeros", "whole_table"})


def settle(parsed: Parsed, embed: Callable[[], Embed | None]) -> Parsed:
    """Return `parsed` as the vote has it; `embed` is called where the model must be heard."""
    prose = parsed.operation in _BY_WORDING or parsed.topics
    if parsed.absence in _NEVER_PRINTED:
        return parsed
    if parsed.off_subject or (prose and not (parsed.named.organs and parsed.years.named)):
        return parsed
    if nothing_asked(parsed):
        return parsed
    if (said := spoken(parsed)) is not None:
        return said if said.operation in ("except", "share") else consistent(said)
    seen = plain(parsed.seen)
    words = judge_by_words(seen)
    if _agree(parsed, words) or _merely_named(parsed):
        return consistent(parsed)
    model = embed()
    meaning = judge_by_meaning(seen, model) if model is not None else None
    return consistent(_voted(parsed, words, meaning))


def operation_of(parsed: Parsed) -> str:
    """Return the operation as the classifier calls it, ranks and absences told apart."""
    if parsed.absence:
        return f"absent_{parsed.absence}"
    if parsed.topics and not parsed.found.indicators:
        return "quote"
    if parsed.operation == "rank":
        low = "_lowest" if parsed.operations.ids & {"lowest", "bottom"} else ""
        return f"rank_{parsed.ranks}{low}"
    return parsed.operation or "value"


def figures_of(parsed: Parsed) -> frozenset[str]:
    """Return the figures of a question, the whole of a share included."""
    if parsed.found.weak and not parsed.found.indicators:
        return frozenset()
    return frozenset({*parsed.found.indicators, *([parsed.whole] if parsed.whole else [])})


def _agree(parsed: Parsed, words: Scores) -> bool:
    said = operation_of(parsed)
    if said != words.operation():
        return False
    figures = figures_of(parsed)
    if said in _WITHOUT_FIGURE or said.startswith("absent_"):
        return True
    ranked = words.first_indicators(max(1, len(figures)))
    liked = {id_ for id_, odds in words.applicants.items() if odds > 0}
    applicants = set(parsed.found.applicants) & set(words.applicants)
    if not figures and applicants and words.indicators[ranked[0]] < 0:
        return liked == applicants
    return bool(figures) and set(ranked) == figures and liked == applicants


def _plainly_said(parsed: Parsed) -> bool:
    """Whether every figure is called by its own name and nothing in the question is left over."""
    figures = parsed.found.indicators
    return (
        bool(figures) and all(named_in_full(parsed, id_) for id_ in figures) and not unread(parsed)
    )


def _merely_named(parsed: Parsed) -> bool:
    """Whether a question is the name of one figure, its organ and year, and no more."""
    one = len(parsed.found.indicators) == 1 and operation_of(parsed) == "value"
    cues = parsed.operations.ids - {"value", "exists"}
    if one and cues == {"sum"}:
        figure = parsed.found.indicators[0]
        if figure == "review_and_lawsuit.total" and not unread(parsed):
            return True
        cues -= {"sum"} if load_indicators()[figure].kind == "group" else set()
    return one and not cues and _plainly_said(parsed)


def _votes(
    said: Collection[str],
    words: Mapping[str, float],
    meaning: Mapping[str, float] | None,
    weight: Weight,
) -> dict[str, float]:
    """Return the log-odds of each; without the third voice the second counts for both."""
    third = words if meaning is None else meaning
    return {
        id_: weight.base
        + weight.said * (id_ in said)
        + weight.words * words[id_]
        + weight.meaning * third[id_]
        for id_ in words
    }


def _voted(parsed: Parsed, words: Scores, meaning: Scores | None) -> Parsed:
    said = operation_of(parsed)
    if said not in words.operations:
        return parsed
    operations = _votes(
        {said}, words.operations, meaning.operations if meaning else None, OPERATION
    )
    if said in (*_BY_WORDING, "checks") or said.startswith("absent_"):
        operations[said] += PROSE
    ranked = sorted(operations, key=lambda id_: (-operations[id_], id_))
    if ranked[0] == "off" and not _placed(parsed):
        return replace(parsed, off_subject="other")
    operation = next((id_ for id_ in ranked if id_ == said or _possible(parsed, id_)), said)
    if operation in _BY_WORDING:
        return parsed
    named = parsed.found.applicants
    votes = _votes(named, words.applicants, meaning.applicants if meaning else None, APPLICANT)
    kept = tuple(id_ for id_ in named if votes.get(id_, 1.0) > 0 or _by_its_label(parsed, id_))
    applicants = (*kept, *(id_ for id_ in votes if votes[id_] > 0 and id_ not in kept))
    applicants = tuple(sorted(applicants, key=applicants_in(parsed.found.text).index))
    figures = _votes(
        figures_of(parsed), words.indicators, meaning.indicators if meaning else None, FIGURE
    )
    if _plainly_said(parsed) and (operation not in _OF_PARTS or len(figures_of(parsed)) > 1):
        several = len(parsed.found.indicators) > 1 and operation in _ONE_FIGURE
        doubted = [id_ for id_ in parsed.found.indicators if figures[id_] - IN_FULL < DOUBTED]
        if not (several and doubted):
            return parsed if several else _with_operation(parsed, operation)
    settled = _with_operation(parsed, operation)
    chosen, close = _figures(settled, operation, applicants, figures)
    settled, applicants = rate_or_total(settled, chosen, applicants)
    if close and not (figures_of(parsed) or parsed.found.open or parsed.found.applicants):
        return replace(parsed, near=close)
    if close:
        asked = Ambiguity(Wordings(), close)
        found = Found(applicants=applicants, open=(asked,), text=parsed.found.text)
        return replace(settled, found=found, whole=None, part=(None, None), of=(None, None))
    halved = operation == "share" and len(chosen) == 2 and parsed.whole is None
    if halved or set(chosen) != figures_of(parsed):
        return _with_figures(settled, chosen, applicants)
    return replace(settled, found=replace(parsed.found, applicants=applicants))


def _by_its_label(parsed: Parsed, applicant: str) -> bool:
    """Whether a kind of applicant is called as the tables print it, or said to have applied.

    Such a kind is never outvoted.
    """
    known, text = load_applicants()[applicant], parsed.found.text
    if known.label.zh in text or known.label.en in text:
        return True
    said = (alias for alias in (*known.aliases.zh, *known.weak.zh) if alias in text)
    return any(re.search(rf"{re.escape(alias)}{_APPLIED}", text) for alias in said)


_APPLIED = "(?:一共|总共|共)?(?:提了|提出|提交|递交|来申请|申请了)"


#: Without one of these words nobody asks for such an operation, whatever the likeness.
_CUED = {
    "difference": sieved(
        r"差|比|减|扣|刨|多|少|剩|余|[-−–]|differ|more|fewer|less|minus|gap|exceed|than|subtract|left|over"
    ),
    "ratio": sieved(r"倍|比|÷|/|除|相当|每|ratio|times|per\b|divid|every"),
    "share": sieved(
        r"占|比|百分|%|成|率|份|÷|/|除|之|每|半|点|多大"
        r"|share|percent|per cent|proportion|fraction|portion|slice|per\b|rate"
        r"|how (?:much|large|big)|every|part of"
    ),
    "growth": sieved(
        r"增|涨|降|减|升|幅|变|跌|缩|同比|翻|grow|increas|decreas|chang|rise|rose|fell|fall|drop|up\b|down\b"
    ),
    "average": sieved(r"均|摊|average|mean|typical|per year"),
    "sum": sieved(
        r"加|合|和|共|总|\+|全|统|拢|都|起|并|累|一块|sum|total|together|add|plus|combin|all\b|both|overall"
    ),
    "total": sieved(
        r"合计|总|共|加|之和|求和|拢|累|total|sum|altogether|combined|together|overall"
    ),
    "rank": sieved(
        r"最|第|排|榜|名|多|少|高|低|哪|谁|冠|首|顶|末|峰|谷|most|least|highest|lowest|fewest|top|rank"
        r"|largest|smallest|biggest|which|who|peak|main|order|table|low|high"
    ),
}


def _placed(parsed: Parsed) -> bool:
    """Whether a question names an organ or a year, and so is one of ours."""
    named = parsed.named
    return bool(named.organs or named.open or named.strangers or not parsed.years.silent)


def _possible(parsed: Parsed, operation: str) -> bool:
    """Whether a question can ask this at all, by what it names."""
    if operation in _BY_WORDING:
        return False
    if operation == "why" and asks_grounds(parsed.question.text):
        return False
    cue = _CUED.get(operation.partition("_")[0])
    if cue is not None and not cue.search(parsed.question.text):
        return False
    organs = len(parsed.named.organs) > 1 and parsed.operations.comparison is None
    if organs and operation in ("count_organs", "filter_organs"):
        return False
    alone = len(figures_of(parsed)) == 1 and not parsed.found.weak
    if operation == "sum" and parsed.operation == "value" and alone:
        return bool(ADDS.search(parsed.question.text))
    if parsed.operation == "sum" and len(parsed.named.organs) > 1:
        return operation not in _OF_EACH
    if operation == "difference" and parsed.operation == "change":
        return not against_last_year(parsed.question.text)
    if parsed.operation == "verify" and TRUE_OR_NOT.search(parsed.question.text):
        return operation == "verify"
    if operation == "verify":
        operations = parsed.operations
        return bool(operations.stated or operations.comparison or len(parsed.years.named) == 2)
    if operation in ("compare", "trend"):
        several = len(parsed.named.organs if operation == "compare" else parsed.years.named) > 1
        years = parsed.years
        many = years.every or years.last or years.since or years.silent
        return bool(several or (operation == "trend" and many))
    return True


def _figures(
    parsed: Parsed, operation: str, applicants: Collection[str], votes: Mapping[str, float]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the figures that the vote gives, or those that stay too close to choose from."""
    if operation in _WITHOUT_FIGURE or operation.startswith("absent_"):
        return tuple(parsed.found.indicators), ()
    ranked = sorted(votes, key=lambda id_: (-votes[id_], id_))
    first, second = ranked[:2]
    said = figures_of(parsed)
    if not said and applicants and votes[first] < 0:
        return (), ()
    if _both_named(parsed, operation):
        return tuple(id_ for id_ in ranked if id_ in said), ()
    if not said and first in TOTALS and NARROWER.search(parsed.rest):
        return (), tuple(ranked[:CHOICES])
    if first not in said and votes[first] < LEAST_ODDS:
        return (), tuple(ranked[:CHOICES])
    if operation in _ONE_FIGURE or operation.startswith("rank_"):
        margin = OPEN_MARGIN if parsed.found.open else MARGIN
        if first not in said and votes[first] - votes[second] < margin:
            return (), (first, second)
        return (first,), ()
    chosen = tuple(id_ for id_ in ranked if votes[id_] > 0) or (first,)
    if operation == "sum":
        chosen = tuple(id_ for id_ in chosen if not is_part(id_, first))
    if operation == "share" and load_indicators()[first].kind == "derived":
        return (first,), ()
    if operation == "share" and chosen == (first,) and first in TOTALS and not applicants:
        part = next(id_ for id_ in ranked if id_ not in TOTALS)
        return (part, first), ()
    if operation in _OF_TWO and len(chosen) == 1 and not other_operands(parsed, applicants):
        if votes[second] < LEAST_SECOND:
            return (), (first, second)
        chosen = (first, second)
    if operation == "share" and len(chosen) == 1 and not applicants:
        whole = [id_ for id_ in ranked[1:CHOICES] if is_part(first, id_)]
        chosen = (first, *(id_ for id_ in whole[:1] if votes[id_] > SECOND_ODDS))
    return chosen, ()


def _both_named(parsed: Parsed, operation: str) -> bool:
    """Whether wordings name the two figures, counts both, that an operation over two wants."""
    said = figures_of(parsed)
    known = load_indicators()
    return (
        operation in _OF_PARTS - {"sum"}
        and operation == parsed.operation
        and len(said) == 2
        and not (parsed.found.weak or parsed.found.applicants)
        and all(known[id_].kind != "derived" for id_ in said)
        and (not unread(parsed) or all(named_in_full(parsed, id_) for id_ in said))
    )


def _with_operation(parsed: Parsed, operation: str) -> Parsed:
    if operation == operation_of(parsed):
        return parsed
    if operation.startswith("absent_"):
        return replace(parsed, absence=operation.removeprefix("absent_"))
    changed = replace(parsed, absence=None, topics=(), operation=operation)
    if operation.startswith("rank_"):
        _, ranks, *low = operation.split("_")
        cue = "lowest" if low else "highest"
        ids = parsed.operations.ids - {"highest", "lowest", "top", "bottom"} | {cue}
        operations = replace(parsed.operations, ids=ids)
        changed = replace(changed, operation="rank", ranks=ranks, operations=operations)
    return changed


def _with_figures(parsed: Parsed, figures: Sequence[str], applicants: Sequence[str]) -> Parsed:
    """Put figures in the place of those that wordings named; of a share, the part and the whole."""
    shown = _in_order(parsed, figures)
    whole = None
    if parsed.operation == "share" and len(shown) == 2:
        one, two = shown
        whole = one if is_part(two, one) or (one in TOTALS and two not in TOTALS) else two
        shown = [id_ for id_ in shown if id_ != whole]
    found = Found(
        indicators=tuple(shown),
        applicants=tuple(applicants),
        weak_applicants=parsed.found.weak_applicants,
        text=parsed.found.text,
    )
    meant = tuple(id_ for id_ in shown if id_ not in parsed.found.indicators)
    return replace(
        parsed, found=found, whole=whole, part=(None, None), of=(None, None), meant=meant
    )


def _in_order(parsed: Parsed, figures: Sequence[str]) -> list[str]:
    """Return two figures in the order of the question.

    Where a wording gives no place, the side of the connecting word decides on which a figure is
    the likelier one.
    """
    places = parsed.found.places
    if all(id_ in places for id_ in figures):
        return sorted(figures, key=lambda id_: places[id_])
    text = plain(parsed.seen)
    cue = _BETWEEN.search(text)
    if len(figures) != 2 or cue is None:
        return sorted(figures, key=lambda id_: id_ not in places)
    left = judge_by_words(text[: cue.start()]).indicators
    right = judge_by_words(text[cue.end() :]).indicators
    return sorted(figures, key=lambda id_: right[id_] - left[id_])


#: Figures that others are shares of.
TOTALS = frozenset({"handled", "concluded", "received", "review.total", "lawsuit.total"})
#: What stands between two figures that are compared, the first one first.
_BETWEEN = sieved(
    r"比|减去?|÷|除以|/|相当于|超过|多于|少于|大于|和|与|跟"
    r"|\bthan\b|\bminus\b|divided by|\bexceed|\boutnumber|\bto\b|\bover\b|\band\b|\bper\b"
)


def model_name() -> str:
    """Return the embedding model that the classifier by meaning was fitted to."""
    return load_weights().model
