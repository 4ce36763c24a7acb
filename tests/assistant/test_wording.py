"""Every sentence of the replies is there in both languages, with the same holes."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

import assistant
from assistant.wording import load_wording, say

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
