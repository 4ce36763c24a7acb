"""The rules a report can keep or break: results are shown, the report is never repaired.

Owns R1 to R9 inside one report, R10 to R13 between reports, and R14 (published in time).  R1 to
R4 are the sums of the official forms (国办公开办函〔2019〕60号, 〔2021〕30号); R14 is 第四十九条 of
《中华人民共和国政府信息公开条例》.  A blank is not a zero: a sum over a blank is not assessable.

Leaves to others: reading figures (tables.py) and prose (narrative.py), wording (rules.yaml).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from indexer.formats import Format, Row, load_format
from indexer.model import Figure, Finding, FormatId, Result, Section, Unreadable
from indexer.narrative import Stated
from indexer.numbers import canonical
from indexer.organs import is_area_government

Key = tuple[str | None, str | None]

_YEAR_AS_SUBJECT = re.compile(r"(?:^|[。;；\n])\s*(20\d\d)\s*年(?:度)?[,，]")
_PROCESSING_FEE = re.compile(r"(?:信息)?处理费|收费|收取.{0,6}费|费用")

#: R12: a jump over this factor, or under its inverse, from a base of at least BASE.
JUMP, BASE = 5, 30


@dataclass(frozen=True)
class Read:
    """What the rules look at: one report as read, before it is stored."""

    organ: str
    year: int
    format: FormatId | None
    figures: Sequence[Figure]
    unreadable: Sequence[Unreadable]
    stated: Sequence[Stated]
    sections: Sequence[Section]
    text: str
    period: int | None
    published: str | None


@dataclass(frozen=True)
class Cells:
    """The figures of one report by (indicator, applicant), with their indices."""

    figures: Sequence[Figure]
    at: Mapping[Key, int]

    @classmethod
    def of(cls, figures: Sequence[Figure]) -> Cells:
        """Index `figures` by what they count."""
        return cls(figures, {(f.indicator, f.applicant): i for i, f in enumerate(figures)})

    def value(self, key: Key) -> Decimal | None:
        """Return the number at `key`, None if it is blank, marked, unreadable or absent."""
        index = self.at.get(key)
        return self.figures[index].value if index is not None else None


def assess(read: Read) -> tuple[Finding, ...]:
    """Return the results of R1 to R9 and R14 for one report, in the order of the rules."""
    cells = Cells.of(read.figures)
    found: list[Finding] = []
    if read.format in ("2019", "2021"):
        official = load_format(read.format)
        found += _columns(cells, official)
        found += _rows(cells, official)
        found += _reviews(cells, official)
        found += _tables_there(read)
    found += _counts(read.figures)
    found += _narrative(read, cells)
    found += _own_year(read)
    if read.format == "2021":
        found += _fee_stated(read)
    found += _in_time(read)
    return tuple(sorted(found, key=lambda finding: int(finding.rule[1:])))


def assess_years(
    before: tuple[int, FormatId | None, Cells] | None, now: tuple[int, FormatId | None, Cells]
) -> Iterator[tuple[Finding, tuple[int, ...]]]:
    """Yield R10 to R12 between a report and that of the year before.

    Each comes with the indices of the figures of the *earlier* report that it rests on.
    """
    if before is None:
        yield _finding("R10", "not_assessable", "", (), missing="last_year"), ()
        return
    (_, format_before, old), (_, format_now, new) = before, now
    yield _carried_over(old, new)
    if format_before == format_now == "2021":
        yield from _in_force(old, new)
    yield from _jumps(old, new)


def assess_parent(
    parent: Cells, children: Sequence[tuple[str, Cells]], keys: Iterable[Key]
) -> Iterator[Finding]:
    """Yield R13 for each of `keys`: the parent's cell is the sum of its children's."""
    for key in keys:
        whole = parent.value(key)
        parts = [cells.value(key) for _, cells in children]
        index = parent.at.get(key)
        if whole is None or index is None or any(part is None for part in parts):
            continue
        numbers = [part for part in parts if part is not None]
        expression = f"{_plus(numbers)} {_sign(sum(numbers), whole)} {canonical(whole)}"
        yield _judged("R13", sum(numbers) == whole, expression, (index,))


def _columns(cells: Cells, official: Format) -> Iterator[Finding]:
    """R1 and R2, column by column."""
    for applicant in official.applicants:
        column = official.applicants[applicant].printed
        sides = (["received", "carried_in"], ["concluded", "carried_out"])
        yield _balance("R1", cells, sides, applicant, {"column": applicant, "label": column})
        yield _outcomes(cells, applicant, column)


def _outcome_rows(cells: Cells) -> list[str]:
    """The rows that R2 adds up: each outcome, the parts of （六） or its single row."""
    rows: Mapping[str, Row] = load_format("2021").rows
    split = any((id_, "total") in cells.at for id_ in ("other.not_corrected", "other.rest"))
    return [
        id_ for id_, row in rows.items()
        if row.outcome and (row.group != "other" if not split else id_ != "other")
    ]  # fmt: skip


def _outcomes(cells: Cells, applicant: str, label: str) -> Finding:
    rows = _outcome_rows(cells)
    detail = {"column": applicant, "label": label}
    return _balance("R2", cells, (rows, ["concluded"]), applicant, detail)


def _balance(
    rule: str,
    cells: Cells,
    sides: tuple[Sequence[str], Sequence[str]],
    applicant: str,
    detail: Mapping[str, str],
) -> Finding:
    keys: tuple[list[Key], list[Key]] = (
        [(row, applicant) for row in sides[0]],
        [(row, applicant) for row in sides[1]],
    )
    return _sum_finding(rule, cells, keys, detail)


def _sum_finding(
    rule: str, cells: Cells, keys: tuple[Sequence[Key], Sequence[Key]], detail: Mapping[str, str]
) -> Finding:
    indices = tuple(cells.at[key] for side in keys for key in side if key in cells.at)
    values = [[cells.value(key) for key in side] for side in keys]
    lacking = [str(key[0]) for side in keys for key in side if cells.value(key) is None]
    if lacking:
        more = {**detail, "missing": ",".join(lacking)}
        return Finding(rule, "not_assessable", "", indices, more)
    left, right = ([v for v in side if v is not None] for side in values)
    expression = f"{_plus(left)} {_sign(sum(left), sum(right))} {_plus(right)}"
    return _judged(rule, sum(left) == sum(right), expression, indices, **detail)


def _rows(cells: Cells, official: Format) -> Iterator[Finding]:
    """R3, row by row."""
    parts = [applicant for applicant in official.applicants if applicant != "total"]
    for id_, row in load_format("2021").rows.items():
        if not any((id_, applicant) in cells.at for applicant in official.applicants):
            continue
        keys: tuple[list[Key], list[Key]] = ([(id_, part) for part in parts], [(id_, "total")])
        yield _sum_finding("R3", cells, keys, {"row": id_, "label": row.path[-1]})


def _reviews(cells: Cells, official: Format) -> Iterator[Finding]:
    """R4, block by block."""
    results = list(official.results)
    for block, label in official.review_blocks.items():
        keys: tuple[list[Key], list[Key]] = (
            [(f"{block}.{result}", None) for result in results[:-1]],
            [(f"{block}.total", None)],
        )
        if not any(key in cells.at for side in keys for key in side):
            continue
        yield _sum_finding("R4", cells, keys, {"block": block, "label": label.printed})


def _tables_there(read: Read) -> Iterator[Finding]:
    """R5: each of the three tables is there, and all of it could be read."""
    for table in (2, 3, 4):
        unread = [item for item in read.unreadable if item.table == table]
        there = any(figure.table == table for figure in read.figures)
        detail = {"table": str(table), "unreadable": str(len(unread))}
        if not there and not unread:
            yield Finding("R5", "fails", "", (), detail)
        else:
            yield Finding("R5", "fails" if unread else "holds", "", (), detail)


def _counts(figures: Sequence[Figure]) -> Iterator[Finding]:
    """R6: counts are whole and not negative; money may be decimal, 本年增/减 may be negative."""
    bad = [
        index
        for index, figure in enumerate(figures)
        if figure.value is not None and not _allowed(figure)
    ]
    if not figures:
        return
    if not bad:
        yield _finding("R6", "holds", "", ())
    for index in bad:
        yield _finding("R6", "fails", figures[index].printed, (index,))


def _allowed(figure: Figure) -> bool:
    value = figure.value or Decimal(0)
    indicator = figure.indicator or ""
    if value < 0 and not indicator.endswith(".items_change"):
        return False
    money = (figure.unit or "").endswith("元") or indicator.endswith(".amount")
    return money or value == value.to_integral_value()


def _narrative(read: Read, cells: Cells) -> Iterator[Finding]:
    """R7: what the prose states of a figure agrees with the table."""
    seen: set[tuple[str, Decimal]] = set()
    for item in read.stated:
        if (item.indicator, item.value) in seen:
            continue
        seen.add((item.indicator, item.value))
        compared = _table_value(cells, item.indicator)
        if compared is None:
            continue
        value, indices = compared
        agrees = item.value == value or _agrees_as_sum(cells, item)
        yield Finding(
            "R7",
            "holds" if agrees else "fails",
            f"{canonical(item.value)} {_sign(item.value, value) if not agrees else '='} "
            + canonical(item.value if agrees else value),
            indices,
            {
                "indicator": item.indicator,
                "stated": canonical(item.value),
                "table": canonical(value),
                "quote": item.quote,
                "start": str(item.start),
                "stop": str(item.stop),
            },
        )


def _agrees_as_sum(cells: Cells, item: Stated) -> bool:
    """Whether “收到” counts what was carried in as well (受理 = 新收 + 上年结转)."""
    if item.indicator != "received":
        return False
    new, old = cells.value(("received", "total")), cells.value(("carried_in", "total"))
    return new is not None and old is not None and item.value == new + old


def _table_value(cells: Cells, indicator: str) -> tuple[Decimal, tuple[int, ...]] | None:
    keys: list[Key]
    if indicator == "lawsuit.total":
        keys = [("lawsuit_direct.total", None), ("lawsuit_after_review.total", None)]
    elif (parts := load_format("2021").groups_parts.get(indicator)) is not None:
        whole: Key = (indicator, "total")
        keys = [whole] if whole in cells.at else [(part, "total") for part in parts]
    else:
        table_three = indicator in load_format("2021").rows
        keys = [(indicator, "total" if table_three else None)]
    values = [cells.value(key) for key in keys]
    if any(value is None for value in values):
        return None
    total = sum((value for value in values if value is not None), Decimal(0))
    return total, tuple(cells.at[key] for key in keys)


def _own_year(read: Read) -> Iterator[Finding]:
    """R8: title, statistics period and section one speak of the same year."""
    if read.period is not None and read.period != read.year:
        detail = {"what": "period", "stated": str(read.period), "year": str(read.year)}
        yield Finding("R8", "fails", f"{read.period} ≠ {read.year}", (), detail)
        return
    first = next((s for s in read.sections if s.number == "一"), None)
    text = read.text[first.start : first.stop] if first else ""
    years = [int(match) for match in _YEAR_AS_SUBJECT.findall(text)]
    wrong = [year for year in years if year != read.year]
    if wrong:
        detail = {"what": "narrative", "stated": str(wrong[0]), "year": str(read.year)}
        yield Finding("R8", "fails", f"{wrong[0]} ≠ {read.year}", (), detail)
    elif years or read.period is not None:
        yield Finding("R8", "holds", f"{read.year} = {read.year}", (), {"year": str(read.year)})
    else:
        yield Finding("R8", "not_assessable", "", (), {"missing": "narrative"})


def _fee_stated(read: Read) -> Iterator[Finding]:
    """R9: section six says what 信息处理费 was charged (国办函〔2020〕109号)."""
    last = next((s for s in read.sections if s.number == "六"), None)
    if last is None:
        yield _finding("R9", "not_assessable", "", (), missing="section_six")
        return
    stated = bool(_PROCESSING_FEE.search(read.text[last.start : last.stop]))
    yield _judged("R9", stated, "", ())


def _in_time(read: Read) -> Iterator[Finding]:
    """R14: published by 31 January (a department), 31 March (a whole area), of the year after."""
    if not read.published:
        return
    published = date.fromisoformat(read.published)
    month, day = (3, 31) if is_area_government(read.organ) else (1, 31)
    due = date(read.year + 1, month, day)
    detail = {"published": published.isoformat(), "due": due.isoformat()}
    sign = "≤" if published <= due else ">"
    yield Finding(
        "R14",
        "holds" if published <= due else "fails",
        f"{published.isoformat()} {sign} {due.isoformat()}",
        (),
        detail,
    )


def _carried_over(old: Cells, new: Cells) -> tuple[Finding, tuple[int, ...]]:
    """R10: last year's 结转下年度 is this year's 上年结转."""
    out, came = old.value(("carried_out", "total")), new.value(("carried_in", "total"))
    if out is None or came is None:
        return _finding("R10", "not_assessable", "", (), missing="carried"), ()
    expression = f"{canonical(out)} {_sign(out, came)} {canonical(came)}"
    indices = (new.at[("carried_in", "total")],)
    return _judged("R10", out == came, expression, indices), (old.at[("carried_out", "total")],)


def _in_force(old: Cells, new: Cells) -> Iterator[tuple[Finding, tuple[int, ...]]]:
    """R11 (soft): last year's 现行有效 + 制发 − 废止 = this year's 现行有效."""
    for row in ("regulations", "normative"):
        before = old.value((f"{row}.in_force", None))
        keys: list[Key] = [(f"{row}.{c}", None) for c in ("issued", "repealed", "in_force")]
        issued, repealed, now = (new.value(key) for key in keys)
        if before is None or issued is None or repealed is None or now is None:
            continue
        expected = before + issued - repealed
        expression = (
            f"{canonical(before)}+{canonical(issued)}-{canonical(repealed)} "
            f"{_sign(expected, now)} {canonical(now)}"
        )
        indices = tuple(new.at[key] for key in keys)
        finding = _judged("R11", expected == now, expression, indices, row=row)
        yield finding, (old.at[(f"{row}.in_force", None)],)


def _jumps(old: Cells, new: Cells) -> Iterator[tuple[Finding, tuple[int, ...]]]:
    """R12 (soft): no total of table three jumps over fivefold or under a fifth."""
    for key, index in new.at.items():
        if key[1] != "total" or key not in old.at:
            continue
        before, now = old.value(key), new.value(key)
        if before is None or now is None or max(before, now) < BASE or not before or not now:
            continue
        if before >= BASE and (now > before * JUMP or now * JUMP < before):
            expression = f"{canonical(before)} → {canonical(now)}"
            detail = {"indicator": key[0] or ""}
            yield Finding("R12", "fails", expression, (index,), detail), (old.at[key],)


def _finding(
    rule: str, result: Result, expression: str, figures: tuple[int, ...], **detail: str
) -> Finding:
    return Finding(rule, result, expression, figures, detail)


def _judged(
    rule: str, holds: bool, expression: str, figures: tuple[int, ...], **detail: str
) -> Finding:
    return Finding(rule, "holds" if holds else "fails", expression, figures, detail)


def _plus(values: Sequence[Decimal]) -> str:
    return "+".join(map(canonical, values))


def _sign(left: Decimal | int, right: Decimal | int) -> str:
    return "=" if left == right else "≠"
