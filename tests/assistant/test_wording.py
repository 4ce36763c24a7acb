"""Every sentence of the replies is there in both languages, with the same holes."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

import assistant
from assistant.draft import check_text
from assistant.listing import finding_text
from assistant.wording import load_wording, say
from indexer.records import StoredFinding

HANZI = re.compile(r"[一-龥]")
SOURCES = [
    path.read_text(encoding="utf-8") for path in Path(assistant.__file__).parent.rglob("*.py")
]


def test_every_sentence_that_the_code_says_is_there():
    said = {
        key
        for source in SOURCES
        for key in re.findall(r"\b(?:draft|probe)\.say\(\s*\"(\w+)\"", source)
    }
    assert said
    assert said <= set(load_wording())


@pytest.mark.parametrize("key", sorted(load_wording()))
def test_sentences_can_be_filled_in_both_languages(key):
    holes = {name for _, name, _, _ in Formatter().parse(load_wording()[key]["zh"]) if name}
    values = dict.fromkeys(holes, 7)
    assert "{" not in say("zh", key, **values) + say("en", key, **values)


def test_english_sentences_hold_no_chinese():
    mixed = {
        key: texts["en"]
        for key, texts in load_wording().items()
        if HANZI.search(texts["en"].replace("件", ""))
    }
    assert mixed == {}


@pytest.mark.parametrize(
    ("result", "unread", "listed", "told"),
    [
        ("holds", "0", "表格齐全、可读（2）", "表2齐全可读"),
        ("fails", "0", "表格齐全、可读（2）：没有找到", "表2应当齐全可读：没有找到这张表"),
        (
            "fails",
            "6",
            "表格齐全、可读（2）：有 6 处读不出",
            "表2应当齐全可读：有 6 处印了却读不出",
        ),
    ],
    ids=["there", "absent", "unreadable"],
)
def test_a_table_that_cannot_be_read_is_not_called_readable(result, unread, listed, told):
    detail = {"table": "2", "unreadable": unread}
    finding = StoredFinding("r", "R5", result, "", (), detail, ())
    assert finding_text(finding) == listed
    assert check_text(finding, "zh") == told
