"""A sieve passes over no text that its pattern matches."""

from __future__ import annotations

import importlib
import json
import pkgutil
from functools import cache

import pytest

import assistant.understand
from assistant.understand.classifier import EXAMPLES
from assistant.understand.normalise import normalise
from assistant.understand.sieve import Sieved, Sieves, needed, sieved


@pytest.mark.parametrize(
    ("pattern", "held"),
    [
        ("增长|增加", {"增长", "增加"}),
        ("[一二]倍", {"一倍", "二倍"}),
        ("(?:上一?年|去年)(?:同期)?", {"上年", "上一年", "去年"}),
        ("没.{0,3}有过", {"有过"}),
        ("(?<=结转)(?:到|至)", {"结转"}),
        (r"\b(?:sum|total)s?\b", {"sum", "total"}),
        ("(?:a|b)+cd", {"cd"}),
        (r"\d+|几", None),
        ("[^件]{2}", None),
        ("(?:件)?", None),
        ("(?i)sum", None),
        (".*", None),
    ],
    ids=[
        "either", "set", "may-be-left-out", "gap", "behind", "latin", "repeated", "class", "not",
        "nothing", "case", "anything",
    ],
)  # fmt: skip
def test_what_a_pattern_needs(pattern, held):
    assert needed(pattern) == held


def test_it_does_what_the_pattern_does():
    sieve = sieved("(?:增长|增加)了?")
    for text in ("增加几件", "新收几件", "增长了,增加", ""):
        pattern = sieve.compiled
        assert bool(sieve.search(text)) == bool(pattern.search(text))
        assert bool(sieve.match(text)) == bool(pattern.match(text))
        assert bool(sieve.fullmatch(text)) == bool(pattern.fullmatch(text))
        assert sieve.findall(text) == pattern.findall(text)
        assert [m.span() for m in sieve.finditer(text)] == [
            m.span() for m in pattern.finditer(text)
        ]
        assert sieve.sub("▁", text) == pattern.sub("▁", text)


def test_a_pattern_made_later_is_looked_for_in_a_text_seen_before():
    text = "一个从来没有见过的问题"
    assert sieved("从不").search(text) is None
    assert sieved("从来").search(text) is not None


def test_many_are_tried_in_their_order():
    sieves = Sieves(
        [("b", sieved("乙")), ("a", sieved("甲")), ("c", sieved("丙")), ("d", sieved("."))]
    )
    assert list(sieves.found_in("甲乙")) == ["b", "a", "d"]


@cache
def _every() -> list[Sieved]:
    """The patterns by which questions are understood."""
    found = []
    for module in pkgutil.iter_modules(assistant.understand.__path__):
        if not module.name.startswith("build_"):
            parts = vars(importlib.import_module(f"assistant.understand.{module.name}"))
            for part in parts.values():
                found += [part] if isinstance(part, Sieved) else []
                found += _within(part) if isinstance(part, Sieves) else []
    return found


def _within(sieves: Sieves[object]) -> list[Sieved]:
    return [Sieved(compiled, sign) for _, compiled, sign in sieves.patterns]


def test_no_match_is_passed_over():
    lines = EXAMPLES.read_text(encoding="utf-8").splitlines()
    rows = (json.loads(line) for line in lines)
    texts = [said for row in rows for language in ("zh", "en") for said in row.get(language, ())]
    assert len(texts) > 500 and len(_every()) > 100
    for text in (normalise(text).text for text in texts[::3]):
        for sieve in _every():
            if sieve.compiled.search(text):
                assert sieve.search(text), (sieve.pattern, text)


def test_most_patterns_need_something():
    assert sum(needed(sieve.pattern) is not None for sieve in _every()) > len(_every()) * 0.9
