"""Which reports a question is about: organs and years against the library.

Owns the choice of reports, what was assumed on the way (the only organ, the only year), and the
ends at which nothing can be chosen: not in the library, or open with several in it.

Leaves to others: what the question says (understand/), replies (answer.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from assistant.model import Request
from assistant.understand.organ_names import OrganNames
from assistant.understand.organ_places import department_of, place_chain
from assistant.understand.organs import find_organs
from assistant.understand.parse import Parsed
from assistant.understand.patterns import MOVED
from indexer.records import ReportRow
from indexer.store import Store

#: Operations that run over organs, and need none named.
ACROSS = frozenset(
    {"rank", "filter_organs", "count_organs", "total_over_organs", "average", "missing_reports"}
)
#: Operations that run over years, and need none named.
#: Operations over all the organs that are named, of which none may be passed over.
_OF_SEVERAL = frozenset({"sum", "compare", "difference", "change", "share", "ratio", "rank"})
OVER_YEARS = frozenset({"trend", "filter_years"})

#: Words that narrow a comparison to one kind of organ.
_KIND_CUES = {
    "county": (
        "区县", "县区", "哪个区", "哪个县", "哪些区", "哪些县", "个区", "个县", "各区", "各县",
        "district", "counties", "county",
    ),
    "department": ("部门", "局", "委办", "department"),
    "city": ("哪个市", "哪些市", "个市", "各市", "地市", "cities", "which city"),
}  # fmt: skip

#: Operations over two years or two organs, impossible where one of them is not there.
_PAIRS = frozenset({"change", "growth_rate", "difference"})

#: An average over years rather than organs.
_YEARLY = (
    "年均",
    "年平均",
    "每年平均",
    "平均每年",
    "per year",
    "a year on average",
    "yearly average",
)

Assumed = tuple[str, Mapping[str, object]]


#: The years that the formats of the tables are called by.
_FORMATS = (2019, 2021)


@dataclass(frozen=True)
class Scope:
    """The reports a question is about, in its order of organs, then years.

    `absent` are (organ, year) that were asked for and are not in the library; `assumed` notes.
    """

    organs: tuple[str, ...]
    years: tuple[int, ...]
    reports: tuple[ReportRow, ...]
    absent: tuple[tuple[str, int], ...] = ()
    strangers: tuple[str, ...] = ()
    assumed: tuple[Assumed, ...] = ()


@dataclass(frozen=True)
class Open:
    """The first slot that is open, and what may fill it."""

    slot: str
    organs: tuple[str, ...] = ()
    years: tuple[int, ...] = ()


@dataclass(frozen=True)
class Missing:
    """What was asked for and is not in the library."""

    organs: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Library:
    """The current reports by organ and year."""

    reports: Mapping[tuple[str, int], ReportRow]
    coverage: Mapping[str, tuple[int, ...]]

    @classmethod
    def of(cls, store: Store) -> Library:
        """Look at the current reports of `store`."""
        rows = {(row.organ, row.year): row for row in store.reports()}
        years: dict[str, list[int]] = {}
        for organ, year in sorted(rows):
            years.setdefault(organ, []).append(year)
        return cls(rows, {organ: tuple(found) for organ, found in years.items()})

    @cached_property
    def numbers(self) -> frozenset[int]:
        """Years and gaps, years of formats, counts, and the numbers in names of organs."""
        counts = {len(self.coverage), len(self.reports), *map(len, self.coverage.values())}
        named = {int(digits) for organ in self.coverage for digits in re.findall(r"\d+", organ)}
        years = range(min(self.years), max(self.years) + 1) if self.years else ()
        return frozenset({*years, *_FORMATS, *counts, *named})

    @cached_property
    def years(self) -> tuple[int, ...]:
        """All years of which there is a report."""
        return tuple(sorted({year for years in self.coverage.values() for year in years}))


class Known:
    """What is known of a library as it stands; read again when the index changes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._seen: tuple[str, Library, OrganNames] | None = None

    def read(self) -> tuple[str, Library, OrganNames]:
        """Return the version of the index, its reports, and the names of its organs."""
        version, seen = self._store.version(), self._seen
        if seen is None or seen[0] != version:
            names = OrganNames.of(self._store.organs())
            seen = self._seen = (version, Library.of(self._store), names)
        return seen

    def holds(self, version: str) -> bool:
        """Whether `version` of the index is known already."""
        return self._seen is not None and self._seen[0] == version


def resolve(
    parsed: Parsed, library: Library, names: OrganNames, request: Request
) -> Scope | Open | Missing:
    """Return the reports that `parsed` is about, or why none can be chosen."""
    assumed: list[Assumed] = [
        ("typo_read_as", {"written": written, "read": meant})
        for written, meant in parsed.named.corrected
    ]
    organs = parsed.named.organs or _scoped_organs(parsed, request, names)
    if parsed.named.strangers and not (organs and parsed.operation in ("compare", "list", "rank")):
        return Missing(organs=parsed.named.strangers)
    if not organs and request.organs and parsed.operation not in ACROSS:
        return Missing(organs=request.organs)
    if organs and parsed.named.open and parsed.operation in _OF_SEVERAL:
        return Open("organ", parsed.named.open[0][1])
    if not organs:
        if parsed.named.open:
            return Open("organ", parsed.named.open[0][1])
        chosen = _open_organs(parsed, library, request, assumed)
        if not isinstance(chosen, tuple):
            return chosen
        organs = chosen
    years = _years(parsed, library, request, organs, assumed)
    if not isinstance(years, tuple):
        return years
    years = tuple(year for year in years if year not in parsed.years.without)
    across = parsed.operation in ACROSS or len(organs) > 1 or bool(parsed.years.without)
    if across and (left_out := _left_out(parsed, library)):
        assumed.append(("left_out", {"things": left_out}))
    years = _with_year_before(parsed, years, organs)
    found = [
        (organ, year) for organ in organs for year in years if (organ, year) in library.reports
    ]
    absent = [(o, y) for o in organs for y in years if (o, y) not in library.reports]
    if parsed.pairs and set(organs) == {organ for organ, _ in parsed.pairs}:
        found = [pair for pair in parsed.pairs if pair in library.reports]
        absent = [pair for pair in parsed.pairs if pair not in library.reports]
    summed = parsed.operation in ("sum", "average") and bool(parsed.years.named)
    if absent and len(organs) == 1 and (summed or parsed.operation in _PAIRS):
        missing = tuple(dict.fromkeys(year for _, year in absent))
        return Missing(years=missing, of=tuple(dict.fromkeys(organ for organ, _ in absent)))
    if not found:
        return Missing(years=years, of=organs if len(organs) < len(library.coverage) else ())
    across = parsed.operation in ACROSS and len(organs) > 1
    return Scope(
        organs=tuple(organs),
        years=years,
        reports=tuple(library.reports[pair] for pair in found),
        absent=() if across else tuple(absent),
        strangers=parsed.named.strangers,
        assumed=tuple(assumed),
    )


def _left_out(parsed: Parsed, library: Library) -> str:
    """Return the organs and years that the question leaves out and the library has."""
    organs = [organ for organ in parsed.named.without if organ in library.coverage]
    years = [str(year) for year in parsed.years.without if year in library.years]
    mark = "、" if parsed.question.language == "zh" else ", "
    return mark.join([*organs, *years])


def _with_year_before(
    parsed: Parsed, years: tuple[int, ...], organs: Sequence[str]
) -> tuple[int, ...]:
    """Add the year before to the one year of a change, unless something else is compared."""
    asked = parsed.base_operation if parsed.operation == "verify" else parsed.operation
    moved = parsed.operation == "verify" and bool(MOVED.search(parsed.question.text))
    if not (asked in ("change", "growth_rate") or moved) or len(years) != 1 or len(organs) != 1:
        return years
    if len(parsed.found.indicators) > 1 or len(parsed.found.applicants) > 1:
        return years
    return (years[0] - 1, years[0])


def comparable(organs: Iterable[str], words: str) -> tuple[str, ...]:
    """Return the organs of the kind that `words` speak of: 区县, 部门, else all of one library.

    >>> comparable(["示例市人民政府", "示例市甲区人民政府", "示例市教育局"], "哪些区县最多")
    ('示例市甲区人民政府',)
    """
    listed = tuple(organs)
    kinds = [kind for kind, cues in _KIND_CUES.items() if any(cue in words for cue in cues)]
    if len(kinds) != 1 or (kinds == ["department"] and "政府" in words):
        return listed
    return tuple(organ for organ in listed if kind_of(organ) == kinds[0])


def kind_of(organ: str) -> str:
    """Return "department", "county", "city", "province" or "other" for an organ's name."""
    if department_of(organ) or organ.endswith(("办公室", "办公厅")):
        return "department"
    chain = place_chain(organ)
    last = chain[-1] if chain else ""
    if last.endswith(("县", "区", "旗")):
        return "county"
    if last.endswith(("市", "州", "盟", "地区")):
        return "county" if len(chain) > 1 and chain[-2].endswith("市") else "city"
    return "province" if last.endswith("省") else "other"


def _scoped_organs(parsed: Parsed, request: Request, names: OrganNames) -> tuple[str, ...]:
    """The organs of the request's scope, where the question names none and asks across none."""
    if parsed.named.strangers or parsed.named.open:
        return ()
    found: list[str] = []
    for name in request.organs:
        found += find_organs(name.lower(), name, names).organs
    return tuple(dict.fromkeys(found))


def _open_organs(
    parsed: Parsed, library: Library, request: Request, assumed: list[Assumed]
) -> tuple[str, ...] | Open | Missing:
    everyone = tuple(organ for organ in library.coverage if organ not in parsed.named.without)
    over_years = parsed.operation == "rank" and parsed.ranks in ("years", "parts")
    if parsed.operation in ACROSS and not over_years:
        return comparable(everyone, parsed.question.text) or everyone
    wanted = set(parsed.years.named or request.years)
    holders = tuple(o for o in everyone if not wanted or wanted & set(library.coverage[o]))
    if not holders:
        return Missing(years=tuple(sorted(wanted)))
    if len(holders) == 1:
        assumed.append(("assumed_organ", {"organ": holders[0]}))
        return holders
    return Open("organ", holders)


def _years(
    parsed: Parsed,
    library: Library,
    request: Request,
    organs: Sequence[str],
    assumed: list[Assumed],
) -> tuple[int, ...] | Open | Missing:
    asked = parsed.years
    held = tuple(sorted({year for organ in organs for year in library.coverage.get(organ, ())}))
    if not held:
        return Missing(organs=tuple(organs))
    if asked.named and asked.since:
        return tuple(range(asked.since, max(asked.named) + 1))
    if asked.ranged and parsed.operation in _PAIRS and not set(asked.named) <= set(held):
        return (asked.named[0], asked.named[-1])
    if asked.named:
        return asked.named
    if asked.before and parsed.operation not in _PAIRS:
        return ((request.today or date.today()).year - 1,)
    if asked.until:
        held = tuple(year for year in held if year <= asked.until)
        return held or (asked.until,)
    if asked.since:
        return tuple(year for year in held if year >= asked.since) or (asked.since,)
    if asked.latest or asked.earliest:
        year = held[-1] if asked.latest else held[0]
        assumed.append(("assumed_year", {"year": year}))
        return (year,)
    if asked.last:
        return held[-asked.last :]
    yearly = any(words in parsed.question.text for words in _YEARLY)
    over_years = parsed.operation in ("rank", "average") and (
        parsed.ranks == "years" or asked.every or (yearly and parsed.operation == "average")
    )
    if asked.every or parsed.operation in OVER_YEARS or over_years:
        return held
    if request.years:
        return tuple(request.years)
    if len(held) == 1:
        assumed.append(("assumed_year", {"year": held[0]}))
        return held
    return Open("year", years=held)
