"""Every prompt loads; its holes are those it declares; data cannot end its fence."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.prompts import BadPrompt, fenced, find_prompt, load_prompt
from tests.conftest import ROOT

FILES = sorted((ROOT / "prompts").glob("*.md"))


def test_there_is_one_prompt_for_each_use():
    assert [path.stem for path in FILES] == ["rewrite", "understand", "write"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_prompt_is_sound(path: Path):
    prompt = load_prompt(path)
    filled = prompt.fill(**{name: f"«{name}»" for name in prompt.variables})
    assert all(f"«{name}»" in filled for name in prompt.variables)
    assert len(prompt.digest) == 12 and prompt.purpose


def test_filling_wants_exactly_the_declared_variables():
    with pytest.raises(BadPrompt):
        find_prompt("rewrite").fill(question="那办结呢")


@pytest.mark.parametrize(
    "text",
    [
        "no head at all",
        "---\npurpose: p\nvariables: [a]\n---\n$a and $b",
        "---\npurpose: p\nvariables: [a, b]\n---\n$a",
        "---\npurpose: p\nvariables: [a]\n---\n$a costs $ 5",
    ],
    ids=["headless", "undeclared", "unused", "bare-dollar"],
)
def test_a_file_that_contradicts_itself_is_refused(tmp_path: Path, text: str):
    path = tmp_path / "bad.md"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadPrompt):
        load_prompt(path)


@given(st.text(max_size=60))
def test_a_fenced_text_cannot_close_its_fence(text: str):
    inside = fenced(text).split("\n", 1)[1].rsplit("\n", 1)[0]
    assert "⟦" not in inside and "⟧" not in inside
