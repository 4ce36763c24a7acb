"""Headings of sections, in lines of their own or inside running text."""

from __future__ import annotations

import pytest

from indexer.sections import find_sections
from indexer.text import clean

HEADINGS = (
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
)
PROSE = "示例市持续推进公开。"


def numbers_in(raw: str) -> str:
    return "".join(section.number for section in find_sections(clean(raw)))


@pytest.mark.parametrize("joint", ["\n", "", " "], ids=["lines", "running", "blanks"])
def test_six_sections_each_reach_to_the_next(joint):
    raw = joint.join(heading + joint + PROSE for heading in HEADINGS)
    found = find_sections(clean(raw))
    assert [section.heading for section in found] == list(HEADINGS)
    for section, heading in zip(found, HEADINGS, strict=True):
        assert raw[section.start : section.stop].startswith(heading)
    assert [s.stop for s in found[:-1]] <= [s.start for s in found[1:]]
    assert found[-1].stop == len(raw)


def test_row_labels_of_table_three_are_no_headings():
    rows = "\n".join(("一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量"))
    rows += "\n三、本年度办理结果\n四、结转下年度继续办理\n"
    raw = "\n".join((*HEADINGS[:3], rows, *HEADINGS[3:]))
    found = find_sections(clean(raw))
    assert [section.heading for section in found] == list(HEADINGS)
    assert "结转下年度继续办理" in raw[found[2].start : found[2].stop]


def test_spaced_headings_are_found_and_printed_joined():
    (found,) = find_sections(clean("一、总 体\u3000情 况\n" + PROSE))
    assert (found.number, found.heading) == ("一", "一、总体情况")


def test_other_wordings_of_a_section_count():
    raw = "五、政府信息公开工作存在的主要问题及整改措施\n" + PROSE
    assert numbers_in(raw) == "五"


def test_an_enumeration_inside_a_sentence_is_no_heading():
    assert numbers_in("一、总体情况\n示例市做了两件事：二、开会。\n") == "一"


def test_a_table_alone_has_no_sections():
    rows = ("一、本年新收政府信息公开申请数量", "三、本年度办理结果", "四、结转下年度继续办理")
    assert numbers_in("\n".join(rows)) == ""
