"""What a question says is not to be counted: “除自然人外”, “不算第三方的”, “（诉讼不算）”.

Owns finding such clauses, and telling whether they take something away from the figure asked for
(不予公开，第三方的不算: the rest of the refusals) or merely say which figure is not meant
(行政复议被纠正几件，诉讼不算).

Leaves to others: what the clauses name (indicators.py), the subtraction (replies/sums.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from assistant.understand.indicators import Found, find_indicators
from assistant.understand.sieve import Sieves, sieved
from assistant.understand.spotting import masked
from assistant.vocabulary import is_part, load_indicators


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause at [start, stop) of the text; `names` is what it leaves out.

    `takes` is whether it can take something away, and does not merely say what is not meant;
    `less` is whether it can be nothing else (扣掉): of two figures, the difference is asked for;
    `vague` is whether some word of it is not known.
    """

    start: int
    stop: int
    names: str
    takes: bool = True
    less: bool = False
    vague: bool = False


_WORDS = r"[^,。;:?!()]"
_OUTSIDE = "(?:以外|之外)"
_NOT_IN = "除开|刨开|不含|不包括|不包含|不计入?|不算|不要算|除去|除掉|撇开|抛开"
_LESS = "扣除|扣掉|扣去|去掉|刨去|刨掉|刨除|剔除"
_BEHIND = (
    "不要?算(?:进去|在内|进来|在里头|在里面)?|不计(?:入|在内)?|不包括(?:在内)?|不含(?:在内)?|除外|不在内|不要了?"
    "|别算(?:进去|进来|在内)?|要?(?:剔除|扣除|扣掉|去掉|刨掉|刨除)"
)
_EXCEPT = (
    "except(?: for)?|other than|excluding|not including|not counting|without counting|leaving out"
    "|leaving aside|apart from|aside from"
)
_ENDS = (
    r"(?:的|后|以后|之后|还剩|剩下?|一共|共|总|是?有?多少|(?<![那这])是?有?几"
    r"|那?[几些]?[件个]?(?:,|。|;|\)|\?|\s|$))"
)
_VERBS = "did|were|was|are|is|does|has|have|had|came|come|who|that|how|filed|made|sent|got|received"
_STOPS = rf"(?=[,?.;()]|$| (?:{_VERBS})\b)"
_BEHIND_EN = "aside|excluded|left out|not counted|not included"
#: What may follow a clause and says only that there is something left.
_REST = "(?:其[余他]的?|剩下?的?|另外)?"
_TAKING = (
    rf"除(?:了|去|开|掉)?(?P<a>{_WORDS}{{1,20}}?)(?:{_OUTSIDE}|外)(?:的|都)?[,、]?{_REST}",
    rf"把(?P<l>{_WORDS}{{1,12}}?)(?:{_LESS}|除掉|排除)(?:以后|之后|后)?",
    rf"除了(?P<j>{_WORDS}{{2,20}}?)的?,(?=[^,]*(?:还有|其[余他]|剩|另外|共|总|多少|几|哪)){_REST}",
    rf"(?<![扣刨剔])(?:除了?|去掉|不算)(?P<q>{_WORDS}{{2,12}}?)(?:的|以外)?(?=还[有剩]|剩|另外|新收|收到|申请(?!人)|办结)",
    r"既(?:不是|非|不)(?P<r>[^,。;:?!()]{2,20}?)的?(?=[,。;)?]|办结|件|有|一?共)",
    rf"(?:^|(?<=[,。的中里]))(?P<k>{_WORDS}{{1,12}}?){_OUTSIDE}的",
    rf"(?:{_NOT_IN}|(?P<less>{_LESS}))(?P<b>{_WORDS}{{1,20}}?)(?={_ENDS})",
    rf"(?:^|(?<=[,。;(?]))(?P<c>{_WORDS}{{2,24}}?)(?:{_BEHIND})[哦啊哈呀的了]?(?=[,。;)?!]|$)",
    rf"\b(?:{_EXCEPT})\b (?P<d>[^,?.;()]{{3,60}}?)(?: ?\([^()]{{2,20}}\))?{_STOPS}",
    rf"(?:^|(?<=[,;:(] )|(?<=\())(?P<m>[^,;:()]{{3,40}}?) (?:{_BEHIND_EN})(?=[,;:)?.]|$)",
)
_NOT_IT = "(?:并?不是问?|并非|而非|不问|别问|不要|别给我?|别拿|别把|不看|不管|而不是)(?!0|零)"
_CLOSE = r"(?=[,。;)?!\s]|$)"
_APART = "(?:另算|单算|另说|另外算|别混进来|别掺进来|不要混|不用管|不要)"
_MEANT = (
    rf"(?:^|(?<=[,。;(\s]))(?:我|咱|这里)?(?:[问要查]的)?{_NOT_IT}(?P<e>{_WORDS}{{2,24}}?)(?:的数|的)?{_CLOSE}",
    rf"(?:^|(?<=[,。;?(]))(?P<f>{_WORDS}{{2,24}}?){_APART}[^,。;()]{{0,6}}(?=[,。;)?!]|$)",
    r"\((?P<i>[^()]{2,30}都算[^()]{0,6})\)",
    r"^not (?P<n>[^,?.;()]{3,40}?)(?:,| but)(?= )",
    r"\((?:not|rather than|as opposed to) (?P<g>[^()]{3,60})\)",
    r"(?<=[,;]) ?(?:not|rather than|as opposed to) (?P<h>[^,?.;()]{3,60})",
)
#: The patterns of such clauses, each under whether it takes something away.
_CLAUSES = Sieves(
    (takes, sieved(pattern))
    for takes, patterns in ((True, _TAKING), (False, _MEANT))
    for pattern in patterns
)


def find_left_out(text: str) -> list[Clause]:
    """Return the clauses of `text` that leave something out, none inside another.

    >>> [(clause.names, clause.takes) for clause in find_left_out("除自然人外新收多少")]
    [('自然人', True)]
    """
    found: list[Clause] = []
    for clause in clauses(text):
        if any(clause.start < one.stop and one.start < clause.stop for one in found):
            continue
        vague = clause.takes and not _wholly_read(clause.names)
        if clause.takes and not vague:
            found.append(clause)
        elif _names_figures(clause.names):
            found.append(replace(clause, takes=False, vague=vague))
    return sorted(found, key=lambda clause: clause.start)


def clauses(text: str) -> Iterator[Clause]:
    """Yield whatever is worded like such a clause, whatever it names; they may overlap.

    >>> [clause.names for clause in clauses("2022年除外,新收多少")]
    ['2022年']
    """
    for takes, pattern in _CLAUSES.fitting(text):
        for match in pattern.finditer(text):
            less = match.groupdict().get("less") is not None
            yield Clause(match.start(), match.end(), _named_in(match), takes, less)


def _named_in(match: re.Match[str]) -> str:
    groups = match.groupdict()
    groups.pop("less", None)
    return next(group for group in groups.values() if group is not None)


#: Words between the names of a clause that say nothing of their own.
_BETWEEN = sieved(
    r"[\W_▁]|也(?:不是|不|非)|[那这]?几[件个]|[那这][些种类]|过来|都|全部|的|和|与|及|或者?|以及|还有|件|些|部分|申请|情形|理由|类|项|那"
    r"|\b(?:and|or|the|any|all|those|requests?|applications?|cases?|still|from|by|for|as|of)\b"
)


def _wholly_read(text: str) -> bool:
    """Whether every word of a clause is known, so that nothing of it is left in the figure."""
    found = find_indicators(text)
    rest = masked(found.text, found.spans)
    return bool(found.spans) and not _BETWEEN.sub("", rest)


def _names_figures(text: str) -> bool:
    """Whether a clause is about figures; “不是单位” tells which applicants are meant."""
    found = find_indicators(text)
    return not (found.applicants or found.weak_applicants or found.weak)


def named_in(clauses: list[Clause]) -> frozenset[str]:
    """Return the figures that clauses name by themselves."""
    return frozenset(id_ for one in clauses for id_ in find_indicators(one.names).indicators)


def apart(clause: Clause, base: Found) -> bool:
    """Whether what a clause names is neither a figure of `base` nor a part of one."""
    found = find_indicators(clause.names)
    named = {*found.indicators, *(one for open_ in found.open for one in open_.candidates)}
    return bool(named) and not any(
        id_ == whole or is_part(id_, whole) for id_ in named for whole in base.indicators
    )


def taken_away(clauses: list[Clause], base: Found) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return (figures, applicants) that the clauses take away from the one figure of `base`."""
    if len(base.indicators) > 1:
        return (), ()
    whole = base.indicators[0] if base.indicators else "received"
    figures: list[str] = []
    applicants: list[str] = []
    for clause in clauses:
        if clause.takes:
            named = [id_ for id_ in _named(clause.names, whole) if is_part(id_, whole)]
            figures += named
            by = find_indicators(clause.names)
            if not named and load_indicators()[whole].table == 3:
                out = by.applicants or by.weak_applicants
                legal = base.applicants == ("legal",) and all(a.startswith("legal.") for a in out)
                applicants += out if legal or not base.applicants else ()
    return tuple(dict.fromkeys(figures)), tuple(dict.fromkeys(applicants))


def _named(names: str, whole: str) -> Iterator[str]:
    """Yield the figures that a clause names, by themselves or as a part of the figure `whole`."""
    known = load_indicators()[whole]
    for text in (names, f"{known.short}{names}"):
        found = find_indicators(text)
        if not found.weak:
            yield from (id_ for id_ in found.indicators if id_ != whole)
