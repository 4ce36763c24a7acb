"""Each rule holds, fails, or cannot be assessed; a blank is never taken for a zero."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reports import figure

from indexer.formats import load_format
from indexer.model import Figure, Finding, Place, Section, Unreadable
from indexer.narrative import Stated
from indexer.rules import Cells, Read, assess, assess_parent, assess_years

COLUMNS = tuple(load_format("2021").applicants)
ROWS = load_format("2021").rows
OUTCOMES = [id_ for id_, row in ROWS.items() if row.outcome and row.group != "other"]
RESULTS = ("upheld", "corrected", "other", "pending")
NOWHERE = Place("a.html")


def three(values: dict[str, int | None]) -> list[Figure]:
    """Table three with `values` from natural persons only, all other cells 0."""
    found = []
    for row in (*OUTCOMES, "received", "carried_in", "concluded", "carried_out"):
        value = values.get(row, 0)
        for column in COLUMNS:
            counted = column in ("natural_person", "total")
            found.append(figure(row, column, value if counted else 0))
    return found


def whole(**changes: int | None) -> list[Figure]:
    values = {"received": 10, "carried_in": 2, "disclosed": 8, "refused.security": 3}
    return three({**values, "concluded": 11, "carried_out": 1, **changes})


def read(figures: Iterable[Figure], **changes: object) -> Read:
    given = {
        "organ": "示例市教育局",
        "year": 2022,
        "format": "2021",
        "figures": tuple(figures),
        "unreadable": (),
        "stated": (),
        "sections": (),
        "text": "",
        "period": None,
        "published": None,
    }
    return Read(**{**given, **changes})


def results(rule: str, found: Iterable[Finding], **detail: str) -> list[str]:
    return [
        finding.result
        for finding in found
        if finding.rule == rule and detail.items() <= dict(finding.detail).items()
    ]


def of(rule: str, found: Iterable[Finding], **detail: str) -> Finding:
    (finding,) = (f for f in found if f.rule == rule and detail.items() <= dict(f.detail).items())
    return finding


def test_a_report_that_adds_up_keeps_the_sums():
    found = assess(read(whole()))
    assert {f.result for f in found if f.rule in ("R1", "R2", "R3", "R6")} == {"holds"}
    assert len(results("R1", found)) == len(results("R2", found)) == 7
    assert of("R1", found, column="total").expression == "10+2 = 11+1"


@settings(deadline=None)
@given(st.sampled_from([*OUTCOMES, "received", "concluded", "carried_out"]), st.integers(1, 50))
def test_any_surplus_in_any_row_is_found(row, surplus):
    before = {"received": 10, "carried_in": 2, "disclosed": 8, "refused.security": 3}
    before |= {"concluded": 11, "carried_out": 1}
    found = assess(read(whole(**{row: before.get(row, 0) + surplus})))
    assert "fails" in results("R1", found, column="total") + results("R2", found, column="total")


def test_balances_name_their_figures_and_show_what_does_not_add_up():
    figures = whole(carried_out=4)
    finding = of("R1", assess(read(figures)), column="total")
    assert (finding.result, finding.expression) == ("fails", "10+2 ≠ 11+4")
    assert [figures[i].indicator for i in finding.figures] == [
        "received", "carried_in", "concluded", "carried_out",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "rule"),
    [("carried_in", "R1"), ("refused.security", "R2")],
    ids=["carried-in", "an-outcome"],
)
def test_a_sum_over_a_blank_is_not_assessed_even_if_zero_would_fit(row, rule):
    values = {"received": 3, "disclosed": 3, "concluded": 3, "carried_in": 0}
    found = assess(read(three({**values, row: None})))
    finding = of(rule, found, column="total")
    assert (finding.result, finding.detail["missing"]) == ("not_assessable", row)


def test_rows_are_added_up_over_their_applicants():
    figures = [
        replace(f, value=Decimal(9), printed="9")
        if (f.indicator, f.applicant) == ("disclosed", "legal.business")
        else f
        for f in whole()
    ]
    found = assess(read(figures))
    finding = of("R3", found, row="disclosed")
    assert (finding.result, finding.expression) == ("fails", "8+9+0+0+0+0 ≠ 8")
    assert set(results("R3", found, row="concluded")) == {"holds"}


@pytest.mark.parametrize("split", [False, True], ids=["one-row", "three-parts"])
def test_the_other_outcomes_are_counted_once(split):
    parts = ("other.not_corrected", "other.unpaid", "other.rest")
    figures = [f for f in whole(disclosed=6) if f.indicator != "other"]
    rows = dict(zip(parts, (1, 0, 1), strict=True)) if split else {"other": 2}
    figures += [
        figure(row, column, value if column in ("natural_person", "total") else 0)
        for row, value in rows.items()
        for column in COLUMNS
    ]
    assert set(results("R2", assess(read(figures)))) == {"holds"}


@pytest.mark.parametrize(
    ("total", "result"), [(4, "holds"), (0, "fails"), (None, "not_assessable")]
)
def test_reviews_add_up_block_by_block(total, result):
    figures = [figure(f"review.{r}", None, 1, table=4) for r in RESULTS]
    figures.append(figure("review.total", None, total, table=4))
    assert results("R4", assess(read(figures)), block="review") == [result]


def test_a_table_that_is_missing_or_not_readable_is_told():
    lost = Unreadable(4, (), (), "review.upheld", None, "11", "digits", NOWHERE)
    found = assess(read(whole(), unreadable=(lost,)))
    by_table = {f.detail["table"]: f.result for f in found if f.rule == "R5"}
    assert by_table == {"2": "fails", "3": "holds", "4": "fails"}


@pytest.mark.parametrize(
    ("bad", "result"),
    [
        (figure("received", "total", -1), "fails"),
        (figure("received", "total", Decimal("1.5")), "fails"),
        (figure("fees.amount", None, Decimal("12.50"), table=2, unit="万元"), "holds"),
        (figure("licensing.items_change", None, -18, table=2), "holds"),
        (figure("fees.amount", None, Decimal("-1"), table=2, unit="万元"), "fails"),
    ],
    ids=["negative", "half-a-case", "money", "change", "negative-money"],
)
def test_counts_are_whole_and_not_negative(bad, result):
    assert results("R6", assess(read([bad]))) == [result]


@pytest.mark.parametrize(
    ("indicator", "value", "result"),
    [
        ("received", 10, ["holds"]),
        ("received", 12, ["holds"]),
        ("received", 11, ["fails"]),
        ("concluded", 12, ["fails"]),
        ("refused", 3, ["holds"]),
        ("refused", 4, ["fails"]),
        ("review.total", 1, []),
    ],
    ids=["same", "with-carried-in", "other", "done", "group", "group-other", "no-such-table"],
)
def test_what_the_prose_states_is_held_against_the_table(indicator, value, result):
    stated = Stated(indicator, Decimal(value), "件", f"{value}件", 0, 3)
    assert results("R7", assess(read(whole(), stated=(stated,)))) == result


@pytest.mark.parametrize(
    ("period", "text", "result"),
    [
        (2022, "", "holds"),
        (2021, "", "fails"),
        (None, "2022年，示例市教育局推进公开。", "holds"),
        (None, "2021年，示例市教育局推进公开。", "fails"),
        (None, "示例市教育局自2008年起公开。", "not_assessable"),
    ],
    ids=["period", "other-period", "prose", "other-prose", "silent"],
)
def test_the_report_speaks_of_its_own_year(period, text, result):
    sections = (Section("一", "一、总体情况", 0, len(text)),)
    found = assess(read(whole(), period=period, text=text, sections=sections))
    assert results("R8", found) == [result]


@pytest.mark.parametrize(
    ("text", "there", "result"),
    [
        ("本年度没有收取信息处理费。", True, "holds"),
        ("没有其他事项。", True, "fails"),
        ("", False, "not_assessable"),
    ],
    ids=["stated", "silent", "no-section"],
)
def test_section_six_states_the_processing_fee(text, there, result):
    sections = (Section("六", "六、其他", 0, len(text)),) if there else ()
    assert results("R9", assess(read(whole(), text=text, sections=sections))) == [result]
    old = assess(read(whole(), format="2019", text=text, sections=sections))
    assert results("R9", old) == []


@pytest.mark.parametrize(
    ("organ", "published", "result"),
    [
        ("示例市教育局", "2023-01-31", ["holds"]),
        ("示例市教育局", "2023-02-01", ["fails"]),
        ("示例市人民政府", "2023-03-31", ["holds"]),
        ("示例市人民政府", "2023-04-01", ["fails"]),
        ("示例市人民政府办公室", "2023-03-01", ["fails"]),
        ("示例市教育局", None, []),
    ],
    ids=["last-day", "a-day-late", "area", "area-late", "an-office-is-no-area", "unknown"],
)
def test_published_in_time(organ, published, result):
    assert results("R14", assess(read(whole(), organ=organ, published=published))) == result


def years(old: list[Figure] | None, new: list[Figure], before="2021", now="2021"):
    earlier = None if old is None else (2021, before, Cells.of(old))
    return [finding for finding, _ in assess_years(earlier, (2022, now, Cells.of(new)))]


def test_what_was_carried_out_is_carried_in():
    old = whole(carried_out=2)
    assert results("R10", years(old, whole())) == ["holds"]
    assert of("R10", years(whole(carried_out=5), whole())).expression == "5 ≠ 2"
    assert results("R10", years(whole(carried_out=None), whole())) == ["not_assessable"]
    assert of("R10", years(None, whole())).detail["missing"] == "last_year"


def norms(in_force: int, issued: int = 0, repealed: int = 0) -> list[Figure]:
    values = {"in_force": in_force, "issued": issued, "repealed": repealed}
    return [figure(f"normative.{c}", None, v, table=2) for c, v in values.items()]


def test_documents_in_force_go_on_from_year_to_year():
    assert results("R11", years(norms(20), norms(23, 5, 2))) == ["holds"]
    finding = of("R11", years(norms(20), norms(25, 5, 2)))
    assert (finding.result, finding.expression) == ("fails", "20+5-2 ≠ 25")
    assert results("R11", years(norms(20), norms(23, 5, 2), before="2019")) == []


@pytest.mark.parametrize(
    ("old", "new", "jumps"),
    [(30, 151, True), (30, 150, False), (29, 500, False), (100, 19, True), (100, 20, False)],
    ids=["over-fivefold", "just-fivefold", "small-base", "under-a-fifth", "just-a-fifth"],
)
def test_a_jump_is_over_fivefold_from_a_base_of_thirty(old, new, jumps):
    found = years([figure(value=old)], [figure(value=new)])
    assert results("R12", found) == (["fails"] if jumps else [])


@pytest.mark.parametrize(
    ("whole_value", "part", "result"),
    [(12, 7, ["holds"]), (13, 7, ["fails"]), (12, None, []), (None, 7, [])],
    ids=["adds-up", "does-not", "a-child-is-blank", "the-parent-is-blank"],
)
def test_a_parent_is_the_sum_of_its_children(whole_value, part, result):
    children = [(n, Cells.of([figure(value=v)])) for n, v in (("示例甲区", 5), ("示例乙区", part))]
    parent = Cells.of([figure(value=whole_value)])
    found = assess_parent(parent, children, [("received", "total")])
    assert [finding.result for finding in found] == result
