"""Rows of statistics tables to 2018 in a question: the printed label itself is the key.

Owns matching a question against the rows that the reports in question print and the rows we know,
settling wordings that rows share, and reading the rest of the question without those words.

Leaves to others: the rows that a report prints (assistant/sheets.py), questions about later
reports (parse.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, lru_cache

from assistant.sheets import OWN, Sheet, core_of
from assistant.understand.absent import find_absence
from assistant.understand.choose import choose_operation
from assistant.understand.indicators import Found, find_indicators
from assistant.understand.operations import find_operations
from assistant.understand.parse import Parsed
from assistant.understand.patterns import ALL_OF, with_patterns
from assistant.understand.spotting import Lexicon, Spot, masked
from assistant.vocabulary import LANGUAGES, Ambiguity, load_indicators, wording_key
from assistant.vocabulary.entries import Wordings
from assistant.vocabulary.statistics_rows import (
    CUMULATIVE,
    base_of,
    load_shared_wordings,
    load_statistics_rows,
)

_OVER_ALL = re.compile(r"历年累计|历年来|累计|至今|以来|cumulative(?:ly)?|in all years|to date")
#: Words that only a column over all years can mean, be there other columns or not.
_OF_ALL_YEARS = re.compile(r"历年|至今|以来|all years|to date")
_OF_THE_YEAR = re.compile(r"本年度?(?!▁)|当年|本期|该年|in the year itself|that year")
#: A count that stands before what is counted.
_COUNTED = re.compile(r"(?:多少|几)[件条次个篇场期份项起宗名](?=[一-龥])(?![的呢吗吧和与及])")
#: Words that ask for a part of a whole, or set two figures against each other.
_OF_A_WHOLE = re.compile(
    r"占|比例|比重|比率|百分|几成|一半|半数|倍|\b(?:share|percent|percentage|proportion|half)\b"
)
_JOINED = re.compile(
    r"[、,;/&+和与及跟比占]|以及|其中|各|还有|分别|除以|\b(?:and|or|than|of which|as well as)\b"
)
#: Rows that an applicant can be named beside.
_APPLIED = ("stat.received", "stat.closed", "stat.answered")
#: What today's tables never carry and these do; the last of them beside rows that count persons.
_CARRIED = frozenset({"staff", "budget", "by_channel", "fines_money", "applicant_identity"})
#: Clauses that leave something out.
_LEFT_OUT = re.compile(
    r"除[了去掉]?(?P<outside>[^,。?]{1,20}?)(?P<closed>以外|之外|外)"
    r"|(?:不含|不包括|不算|扣除|扣掉|减去|去掉|刨去"
    r"|\b(?:excluding|except(?: for)?|other than|apart from)\b)(?P<taken>[^,。?]{1,40})"
)
#: Operations that a list of rows goes before.
_PLAIN = frozenset({"", "value", "list", "compare", "composition", "by_applicant", "quote"})
#: Operations that a subtraction may stand in the place of.
_TAKES = frozenset({"", "value", "list", "sum", "difference"})


@dataclass(frozen=True, slots=True)
class Sense:
    """The rows that a wording may mean; `rank` 1 are words of today's tables."""

    rows: tuple[str, ...]
    rank: int = 0
    lists: bool = False


@dataclass(frozen=True)
class RowsFound:
    """The rows that a text names, in its order; `open` are wordings that several rows share.

    `listed` is whether the parts of a row are asked for, `rate` whether its share of the total is
    (按时办结率), `own` whether the words are those of these tables.
    """

    ids: tuple[str, ...] = ()
    open: tuple[Ambiguity, ...] = ()
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    spans: tuple[tuple[int, int], ...] = ()
    listed: bool = False
    rate: bool = False
    own: bool = False


@dataclass(frozen=True)
class RowFinder:
    """Finds rows of `sheets`, the tables of the reports that a question is about."""

    sheets: tuple[Sheet, ...]

    def find(self, text: str, *, one_year: bool = True) -> RowsFound:
        """Return the rows that `text`, without its organs and years, names.

        `one_year` is whether 累计 can be a column: over several years named it is their sum.
        """
        shown, origin = _squeezed(text)
        named: list[tuple[Spot[Sense], str]] = []
        open_: list[Ambiguity] = []
        spots = [spot for spot in self._lexicon.spots(shown) if not _rate_of_total(spot, shown)]
        for spot in spots:
            settled = self._settled(spot, spots, shown)
            if len(settled) > 1 and not _several(shown):
                words = Wordings((spot.text,), (spot.text,))
                open_.append(Ambiguity(words, settled))
            else:
                named += [(spot, id_) for id_ in settled]
        named = _without_wholes(_with_shared_parts(named, shown), shown)
        if named and open_:
            open_ = []
        kept = {id(spot) for spot, _ in named}
        spans = [
            (origin[s.start], origin[s.stop - 1] + 1)
            for s in spots
            if s.meaning.rank == 0 or id(s) in kept
        ]
        places: dict[str, tuple[int, int]] = {}
        for spot, id_ in named:
            places.setdefault(id_, (origin[spot.start], origin[spot.stop - 1] + 1))
        rest = masked(text, spans)
        columns = self._columns(rest, one_year)
        spans += [match.span() for match in _OVER_ALL.finditer(rest) if CUMULATIVE in columns]
        return RowsFound(
            ids=tuple(dict.fromkeys(f"{id_}{column}" for id_ in places for column in columns)),
            open=tuple(open_),
            places={f"{id_}{column}": at for id_, at in places.items() for column in columns},
            spans=tuple(spans),
            listed=any(spot.meaning.lists for spot, _ in named),
            rate=any(shown[spot.stop :].startswith("率") for spot, _ in named),
            own=any(spot.meaning.rank == 0 for spot, _ in named) or bool(open_),
        )

    def reread(self, parsed: Parsed) -> Parsed:
        """Return `parsed` with rows of these tables as its figures, if it names any.

        The words of the rows are set aside before operations are looked for: 减免 is no decrease.
        """
        text = masked(parsed.question.text, parsed.named.spans)
        one_year = len(parsed.years.named) <= 1
        outside, taken = self._left_out(text)
        rest = masked(parsed.rest, outside)
        found = self.find(rest, one_year=one_year)
        if not (found.ids or found.open):
            return parsed
        kept = [] if ALL_OF.search(text) else found.spans
        rest, said = masked(rest, found.spans), masked(text, [*kept, *outside])
        if taken:
            found = replace(found, ids=tuple(_all_others(id_, taken) for id_ in found.ids))
        applied = any(id_.startswith(_APPLIED) for id_ in found.ids)
        figures = Found(
            indicators=found.ids,
            applicants=find_indicators(rest).applicants if applied else (),
            open=found.open,
            spans=found.spans,
            places=found.places,
            text=parsed.rest,
            weak=not found.own,
        )
        operations = with_patterns(find_operations(rest, ()), said)
        if any(id_.endswith(CUMULATIVE) for id_ in found.ids) and "历年" not in rest:
            parsed = replace(parsed, years=replace(parsed.years, every=False))
        asserted = replace(operations, ids=operations.ids - {"verify", "exists"}, comparison=None)
        operation, base = (
            choose_operation(one, figures, parsed.named, parsed.years, (), said)
            for one in (operations, asserted)
        )
        if taken and operation in _TAKES:
            operation = "except"
        elif found.listed and operation in _PLAIN:
            operation = "list"
        elif found.rate and operation in _PLAIN:
            operation = "share"
        absence = find_absence(rest, figures)
        return replace(
            parsed,
            found=figures,
            operations=operations,
            operation=operation,
            base_operation=base,
            absence=None if found.own and absence in _CARRIED else absence,
            topics=(),
            off_subject=None,
            ranks="parts" if found.listed and operation == "rank" else parsed.ranks,
            whole=None,
            part=(None, None),
            of=(None, None),
            slice=None,
            taken=tuple(taken),
            taken_applicants=(),
            meant=(),
        )

    def in_column(self, parsed: Parsed, text: str) -> Parsed:
        """Return a follow-up in the column that `text` asks for (累计呢), its rows carried on."""
        rows = parsed.found.indicators
        columns = self._columns(text, one_year=True)
        asked = _OVER_ALL.search(text) or _OF_THE_YEAR.search(text)
        if "indicator" not in parsed.carried or not asked:
            return parsed
        turned = tuple(f"{base_of(row)}{column}" for row in rows for column in columns)
        operation = parsed.operation if parsed.operation != "sum" else "value"
        return replace(parsed, found=replace(parsed.found, indicators=turned), operation=operation)

    def _left_out(self, text: str) -> tuple[list[tuple[int, int]], list[str]]:
        """The clauses of `text` that leave rows out (除了网上申请以外), and those rows."""
        spans: list[tuple[int, int]] = []
        taken: list[str] = []
        for match in _LEFT_OUT.finditer(text):
            start, stop = match.span("outside" if match.group("outside") else "taken")
            found = self.find(text[start:stop])
            if found.own and found.ids:
                last = max(end for _, end in found.places.values())
                spans.append((match.start(), max(start + last, match.end("closed"))))
                taken += found.ids
        return spans, taken

    @cached_property
    def _lexicon(self) -> Lexicon[Sense]:
        return _lexicon_with(tuple(self._printed()))

    def _printed(self) -> Iterator[tuple[str, Sense]]:
        """Labels of rows that no form knows."""
        for sheet in self.sheets:
            for row in sheet.rows.values():
                if row.id.startswith(OWN):
                    for form in (row.label, core_of(row.label)):
                        yield _squeezed(wording_key(form, "zh"))[0], Sense((row.id,))

    def _prints(self, id_: str) -> bool:
        return any(sheet.resolved(id_) in sheet.rows for sheet in self.sheets)

    def _settled(
        self, spot: Spot[Sense], spots: Sequence[Spot[Sense]], text: str
    ) -> tuple[str, ...]:
        """The rows that a wording means: printed ones, and those that other words speak of."""
        rows = spot.meaning.rows
        if len(rows) < 2:
            return rows
        rows = tuple(id_ for id_ in rows if self._prints(id_)) or rows
        about = tuple(id_ for id_ in rows if _spoken_of(id_, spot, spots, text))
        return about or rows

    def _columns(self, text: str, one_year: bool) -> list[str]:
        """The columns asked for, in the order of the text: "" is the year."""
        over_all = _OVER_ALL.search(text)
        has = any(sheet.cumulative for sheet in self.sheets)
        only = _OF_ALL_YEARS.search(text)
        if over_all is None or not (only or (has and one_year)):
            return [""]
        of_year = _OF_THE_YEAR.search(text)
        if text[over_all.start() - 1 : over_all.start()] == "比":
            return ["", CUMULATIVE]
        if of_year is None:
            return [CUMULATIVE]
        columns = ["", CUMULATIVE]
        return columns if of_year.start() < over_all.start() else columns[::-1]


@lru_cache(maxsize=64)
def _lexicon_with(own: tuple[tuple[str, Sense], ...]) -> Lexicon[Sense]:
    """The wordings of rows we know, behind those that only these tables print."""
    return Lexicon.of([*own, *_known()], rank=lambda sense: sense.rank)


@cache
def _known() -> tuple[tuple[str, Sense], ...]:
    """Wordings of the rows we know, those that rows share, and those of today's figures."""
    rows = load_statistics_rows().values()
    pairs: list[tuple[str, Sense]] = []
    for row in rows:
        own = (row.label.zh, *row.printed, *map(core_of, row.printed))
        pairs += _keyed((row.wordings, Wordings(own, (row.label.en,))), Sense((row.id,)))
        pairs += _keyed((row.lists,), Sense((row.id,), lists=True))
    for shared in load_shared_wordings():
        pairs += _keyed((shared.wordings,), Sense(shared.rows))
    for row in rows:
        if today := load_indicators().get(row.counterpart or ""):
            pairs += _keyed((today.aliases, today.weak), Sense((row.id,), rank=1))
    return tuple(pairs)


def _all_others(id_: str, taken: Sequence[str]) -> str:
    """The total, where 其他渠道 stands behind a clause that leaves one of its rows out."""
    row = load_statistics_rows().get(id_)
    above = row.above if row and id_.endswith(".other") else None
    return above if above and any(one.startswith(f"{above}.") for one in taken) else id_


def _keyed(wordings: Iterable[Wordings], sense: Sense) -> Iterator[tuple[str, Sense]]:
    for one in wordings:
        for language in LANGUAGES:
            for wording in one.of(language):
                yield _squeezed(wording_key(wording, language))[0], sense


def _squeezed(text: str) -> tuple[str, list[int]]:
    """Return `text` without 的, 了 and a count inside, and where each of its characters stood.

    >>> _squeezed("开了几次会议")
    ('开会议', [0, 4, 5])
    """
    counts = {at for match in _COUNTED.finditer(text) for at in range(*match.span())}
    kept = [(c, at) for at, c in enumerate(text) if c not in "的了" and at not in counts]
    return "".join(char for char, _ in kept), [at for _, at in kept]


def _rate_of_total(spot: Spot[Sense], text: str) -> bool:
    """Whether a wording is the beginning of a rate that stands under no total: 办结率."""
    rows = [row for id_ in spot.meaning.rows if (row := load_statistics_rows().get(id_))]
    return all(row.above is None for row in rows) and text[spot.stop :].startswith("率")


def _several(text: str) -> bool:
    """Whether a question wants each of several rows."""
    return bool(re.search(r"各|分别|都|\b(?:each|both|respectively)\b", text))


def _spoken_of(id_: str, spot: Spot[Sense], spots: Sequence[Spot[Sense]], text: str) -> bool:
    """Whether the text speaks of the total that a row stands under."""
    above = load_statistics_rows()[id_].above
    while above:
        row = load_statistics_rows()[above]
        if any(one is not spot and above in one.meaning.rows for one in spots):
            return True
        around = masked(text, [(spot.start, spot.stop)])
        if any(
            _squeezed(wording_key(word, language))[0] in around
            for language in LANGUAGES
            for word in row.about.of(language)
        ):
            return True
        above = row.above
    return False


_Named = list[tuple[Spot[Sense], str]]


def _without_wholes(named: _Named, text: str) -> _Named:
    """Drop totals that merely lead to one of their rows, and words of today beside a row.

    行政复议 in “行政复议里被纠正的”; “申请有多少” behind 延期办结的.
    """
    kept: _Named = []
    shares = _OF_A_WHOLE.search(text)
    for spot, id_ in named:
        others = [
            other
            for other, part in named
            if part != id_
            and (part.startswith(f"{id_}.") or spot.meaning.rank > other.meaning.rank)
        ]
        if not others or shares or all(_apart(spot, other, text) for other in others):
            kept.append((spot, id_))
    return kept


def _with_shared_parts(named: _Named, text: str) -> _Named:
    """A total joined to a row of another total means its own row of that kind: 复议和诉讼维持的."""
    found: _Named = []
    for spot, id_ in named:
        for other, part in named:
            alike = f"{id_}.{part.rpartition('.')[2]}"
            between = text[spot.stop : other.start]
            if (
                alike in load_statistics_rows()
                and 0 < len(between) <= 2
                and _JOINED.search(between)
            ):
                id_ = alike
        found.append((spot, id_))
    return found


def _apart(one: Spot[Sense], other: Spot[Sense], text: str) -> bool:
    """Whether two wordings are joined as equals."""
    first, second = sorted((one, other), key=lambda spot: spot.start)
    between = text[first.stop : second.start]
    return bool(_JOINED.search(between)) and (
        len(re.findall(r"多少|几[件个条次]|how many", text)) > 1 or _counted_once(between)
    )


def _counted_once(between: str) -> bool:
    """Whether no more than a joining word stands between two wordings."""
    return len(between) <= 4
