"""Which reports a question is about, or why none can be chosen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_library import CITY, DISTRICT, EDUCATION, HUAIBEI, NAMES, TODAY, understood

from assistant.model import Request
from assistant.scope import Library, Missing, Open, Scope, comparable, kind_of, resolve
from indexer.records import ReportRow


def report(organ: str, year: int) -> ReportRow:
    return ReportRow(
        f"r-{organ}-{year}", organ, year, "2021", "示例", "a.html", "0", "html", None, {}, None,
        200, 0, 0,
    )  # fmt: skip


def library(**years: tuple[int, ...]) -> Library:
    organs = {"city": CITY, "district": DISTRICT, "education": EDUCATION, "huaibei": HUAIBEI}
    held = {organs[name]: found for name, found in years.items()}
    rows = {(organ, year): report(organ, year) for organ, ys in held.items() for year in ys}
    return Library(rows, held)


HELD = library(city=(2022, 2023), district=(2023,), huaibei=(2021,))


def resolved(question: str, held: Library = HELD, **request: object) -> Scope | Open | Missing:
    asked = replace(Request(question, today=TODAY), **request)
    return resolve(understood(question), held, NAMES, asked)


def pairs(scope: Scope | Open | Missing) -> list[tuple[str, int]]:
    assert isinstance(scope, Scope)
    return [(row.organ, row.year) for row in scope.reports]


def test_what_is_named_is_taken():
    assert pairs(resolved("示例市2022年新收多少")) == [(CITY, 2022)]


def test_the_only_year_is_assumed_and_said():
    scope = resolved("淮北市新收多少")
    assert pairs(scope) == [(HUAIBEI, 2021)]
    assert scope.assumed == (("assumed_year", {"year": 2021}),)


def test_the_only_organ_is_assumed_and_said():
    scope = resolved("2021年新收多少")
    assert pairs(scope) == [(HUAIBEI, 2021)]
    assert scope.assumed == (("assumed_organ", {"organ": HUAIBEI}),)


def test_several_years_or_organs_are_asked_back():
    assert resolved("示例市新收多少") == Open("year", years=(2022, 2023))
    assert resolved("2023年新收多少") == Open("organ", (CITY, DISTRICT))
    assert resolved("新收多少") == Open("organ", (CITY, DISTRICT, HUAIBEI))


def test_a_relative_year_is_never_moved_to_the_nearest():
    assert resolved("示例市去年新收多少") == Missing(years=(2024,), of=(CITY,))


def test_a_stranger_is_missing_even_if_one_organ_could_stand_in():
    assert resolved("合肥市2021年新收多少") == Missing(organs=("合肥市",))


def test_the_scope_of_a_request_is_a_default_and_no_contradiction():
    assert pairs(resolved("新收多少", organs=(CITY,), years=(2022,))) == [(CITY, 2022)]
    assert pairs(resolved("淮北市2021年新收多少", organs=(CITY,), years=(2022,))) == [
        (HUAIBEI, 2021)
    ]


def test_a_change_needs_both_years():
    assert pairs(resolved("示例市2023年新收比上年多多少")) == [(CITY, 2022), (CITY, 2023)]
    assert resolved("示例市2022年新收比上年多多少") == Missing(years=(2021,), of=(CITY,))


def test_a_ranking_runs_over_all_organs_of_the_year():
    assert pairs(resolved("2023年哪个机关新收最多")) == [(CITY, 2023), (DISTRICT, 2023)]


@pytest.mark.parametrize(
    ("organ", "kind"),
    [
        (CITY, "city"),
        (DISTRICT, "county"),
        (EDUCATION, "department"),
        ("示例市人民政府办公室", "department"),
        ("示例省人民政府", "province"),
    ],
    ids=["city", "district", "bureau", "office", "province"],
)
def test_kinds_of_organs(organ, kind):
    assert kind_of(organ) == kind


def test_comparisons_keep_to_the_kind_asked_for():
    organs = (CITY, DISTRICT, EDUCATION)
    assert comparable(organs, "哪些部门最多") == (EDUCATION,)
    assert comparable(organs, "哪个区最多") == (DISTRICT,)
    assert comparable(organs, "谁最多") == organs
