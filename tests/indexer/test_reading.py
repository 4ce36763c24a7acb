"""One document becomes one report, or the reason why it is none."""

from __future__ import annotations

import pytest
from drawn import document, grid
from test_tables import BLOCKS

from indexer.errors import UnreadableFile
from indexer.model import Document
from indexer.reading import read_report

TITLE = "示例市教育局2022年政府信息公开工作年度报告"


def read(made: Document, file: str = "shili.html"):
    return read_report(made, file=file, digest="0")


def refused(made: Document, file: str = "shili.html") -> tuple[str, bool]:
    with pytest.raises(UnreadableFile) as caught:
        read(made, file)
    return caught.value.reason, caught.value.failed


def test_a_report_brings_figures_prose_and_findings():
    report = read(
        document(
            TITLE,
            "一、总体情况",
            "2022年，示例市教育局推进公开。",
            "二、主动公开政府信息情况",
            grid(BLOCKS),
            published="2023-01-20",
        )
    )
    assert (report.organ.name, report.year, report.format) == ("示例市教育局", 2022, "2021")
    assert [section.number for section in report.sections] == ["一", "二"]
    assert [passage.section for passage in report.passages if passage.section] == ["一"]
    assert {figure.place.file for figure in report.figures} == {"shili.html"}
    results = {(f.rule, f.result) for f in report.findings}
    assert {("R8", "holds"), ("R14", "holds")} <= results


def test_a_report_without_tables_is_a_report_with_text_only():
    report = read(
        document(
            TITLE, "一、总体情况", "示例市教育局推进公开。", "六、其他需要报告的事项", "没有。"
        )
    )
    assert (report.format, report.figures) == (None, ())
    assert report.passages


def test_the_form_left_empty_is_passed_over():
    empty = [[*row[:1], *("" for _ in row[1:])] if row[0] in ("规章",) else row for row in BLOCKS]
    rows = [row for row in empty if row[0] not in ("行政规范性文件", "行政事业性收费")]
    assert refused(document(TITLE, grid(rows))) == ("empty_form", False)


@pytest.mark.parametrize(
    ("lines", "reason", "failed"),
    [
        (("会议通知", "请准时参加。"), "not_a_report", False),
        (("示例市信息公开指南", "示例市教育局的联系方式如下。"), "not_a_report", False),
    ],
    ids=["notice", "guide"],
)
def test_another_text_is_no_report(lines, reason, failed):
    assert refused(document(*lines)) == (reason, failed)


def test_figures_of_nobody_or_of_no_year_are_refused():
    assert refused(document("统计表", grid(BLOCKS)), "a.html") == ("no_organ", True)
    yearless = document("示例市教育局政府信息公开工作年度报告", grid(BLOCKS))
    assert refused(yearless, "a.html") == ("no_year", True)
