"""A number that nothing supports does not go out, however it is written."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.ground import uncovered
from assistant.model import Calculation, Check, FigureShown, Note, Reply
from assistant.numerals import spoken, spoken_year

SHOWN = FigureShown(
    "示例市人民政府", 2023, "refused", "不予公开", "total", "number", Decimal(1234), "件"
)
REPLY = Reply(
    "zh",
    "answered",
    "示例市人民政府2023年不予公开 1,234 件。[1]\n"
    "计算：1000+234 = 1234\n核对：331+2 = 328+5，成立。",
    "示例市人民政府二〇二三年不予公开一千二百三十四件。",
    figures=(SHOWN,),
    calculations=(Calculation("1000+234 = 1234", "1234", "件", (1,)),),
    checks=(Check("R1", "holds", "331+2 = 328+5"),),
)


def test_a_reply_of_supported_numbers_passes():
    assert uncovered(REPLY, "示例市2023年不予公开多少件", (2023,)) == []


@pytest.mark.parametrize(
    "planted",
    [
        "另有77件。",
        "另有７７件。",
        "另有七十七件。",
        "另有7.7万件。",
        "占77%。",
        "共1,235件。",
        "有七件。",
    ],
    ids=["digits", "full-width", "numerals", "ten-thousands", "percent", "near", "one-numeral"],
)
@pytest.mark.parametrize("where", ["text", "speech"])
def test_a_planted_number_is_caught(planted, where):
    reply = replace(REPLY, **{where: getattr(REPLY, where) + planted})
    assert len(uncovered(reply, "示例市2023年不予公开多少件", (2023,))) == 1


@settings(deadline=None)
@given(
    st.integers(10_000, 10**9), st.sampled_from([str, "{:,}".format, lambda n: spoken(Decimal(n))])
)
def test_whatever_number_is_planted_is_caught_unless_it_is_supplied(number, written):
    reply = replace(REPLY, text=f"{REPLY.text}另有{written(number)}件。")
    assert uncovered(reply, "", (2023,)) == [written(number)]
    assert uncovered(replace(reply, notes=(Note("x", f"{number}"),)), "", (2023,)) == []


def test_words_that_hold_numerals_are_no_numbers():
    text = "不予公开（危及“三安全一稳定”）、第三方、四类过程性信息，（七）总计，表三，第二十条。"
    assert uncovered(replace(REPLY, text=text, speech=""), "", (2023,)) == []


def test_citation_marks_are_no_numbers():
    assert uncovered(replace(REPLY, text="详见原文。[99]", speech=""), "", ()) == []


def test_the_question_and_the_library_support_their_own_numbers():
    reply = replace(REPLY, text="您说的88件；本库收录到2024年。", speech=spoken_year(2024) + "年")
    assert uncovered(reply, "有88件吗", (2024,)) == []
    assert uncovered(reply, "有多少件", (2024,)) == ["88"]
