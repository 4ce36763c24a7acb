from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from loader_files import shape, spans_hold

from indexer.errors import UnreadableFile
from indexer.loaders import kind_of, read_document
from indexer.loaders.txt import read_txt
from indexer.model import Grid

CASES = yaml.safe_load(Path(__file__).with_name("cases").joinpath("txt.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_blocks_of_a_text(case):
    document = read_document(case["text"].encode(), "a.txt")
    assert shape(document) == case["blocks"]
    assert document.provenance == case.get("provenance", {})
    assert document.kind == "txt"
    assert spans_hold(document)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"], ids=lambda name: name
)
def test_encodings(encoding):
    document = read_document("一、总体情况\r\n示例市公开信息。".encode(encoding), "a")
    assert document.text == "一、总体情况\n示例市公开信息。"


def test_a_lost_byte_does_not_turn_the_text_into_another_encoding():
    data = ("示例市公开信息。" * 200).encode() + b"\xe7"
    assert read_document(data, "a").text.startswith("示例市公开信息。示例市")


def test_radicals_of_a_printed_page_are_read_as_characters():
    document = read_document(
        "⼀、总体情况\n示例市⾏政许可⻓期公开。\n\t⾏政\n\t1\n".encode(), "a.txt"
    )
    assert document.text.startswith("一、总体情况\n示例市行政许可长期公开。")
    assert shape(document) == ["一、总体情况", "示例市行政许可长期公开。", [["行政", "1"]]]
    assert spans_hold(document)


def test_places_of_a_dump_count_from_one():
    document = read_document("前言\n\n\t甲\n\t1\n\n\t乙\n\t2\n".encode(), "a.txt")
    grid = next(block for block in document.blocks if isinstance(block, Grid))
    assert grid.ragged and not grid.continued
    places = [(c.place.line, c.place.table, c.place.row, c.place.column) for c in grid.cells]
    assert places == [(3, 1, 1, 1), (4, 1, 1, 2), (6, 1, 2, 1), (7, 1, 2, 2)]
    assert {cell.place.file for cell in grid.cells} == {"a.txt"}


@given(st.text(alphabet='一二、。 \t\n\u3000a1"', max_size=60))
def test_every_paragraph_is_a_span_of_the_text(text):
    try:
        document = read_txt(text.encode(), "a")
    except UnreadableFile as error:
        assert error.reason == "empty"
    else:
        assert spans_hold(document)
        assert document.text == text


MD = """# 示例市2021年政府信息公开工作年度报告

## 二、主动公开

| 信息内容 | 件数 |
|---|---:|
| 规章 | 0 |
| 许可\\|处罚 | |

- 完毕。
"""


def test_markdown():
    document = read_document(MD.encode(), "a.md")
    assert document.kind == "md"
    assert shape(document) == [
        "示例市2021年政府信息公开工作年度报告",
        "二、主动公开",
        [["信息内容", "件数"], ["规章", "0"], ["许可|处罚", ""]],
        "完毕。",
    ]
    assert spans_hold(document)
    assert document.provenance == {"title": "示例市2021年政府信息公开工作年度报告"}


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b'{"a": [1]}', "json"),
        ("[bookmark: _GoBack]（三）管理".encode(), "txt"),
        (b"a,b,c\n1,2,3\n4,5,6\n", "csv"),
        ("<p>甲</p><p>乙</p><p>丙</p>".encode(), "html"),
        (b"<?xml version='1.0'?><a/>", "xml"),
        (b"\x89PNG\r\n", "image"),
        (b"\x00\x01\x02\x03abc", "binary"),
        (b" \r\n\t", "empty"),
        (b"\n\n%PDF-1.4", "pdf"),
    ],
)
def test_kinds(data, kind):
    assert kind_of(data) == kind
