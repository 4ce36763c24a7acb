"""The built front end stays small, its words are whole, and it names no other host."""

from __future__ import annotations

import gzip
import json
import re

import pytest

from assistant.api.assets import BUILT, Assets, read_assets
from tests.conftest import ROOT

WEB = ROOT / "assistant" / "web"
built = pytest.mark.browser


def packed(*addresses: str) -> int:
    """Return how many bytes files of the build are on their way to a browser."""
    return sum(len(gzip.compress((BUILT / one.lstrip("/")).read_bytes(), 9)) for one in addresses)


@built
@pytest.mark.parametrize("entry", ["chat", "report", "desk", "library"])
def test_the_first_load_is_under_130_kB(entry: str):
    assets = read_assets(BUILT)[entry]
    style = ROOT / "assistant" / "api" / "static" / "page.css"
    size = packed(*assets.styles, *assets.preloads, *assets.scripts)
    assert size + len(gzip.compress(style.read_bytes(), 9)) < 130_000


@built
def test_the_widget_is_under_90_kB():
    assert 1_000 < packed("widget.js") < 90_000


@built
def test_charts_and_markdown_wait_until_they_are_needed():
    first = read_assets(BUILT)["chat"]
    names = " ".join((*first.scripts, *first.preloads))
    assert "chart" not in names and "markdown" not in names
    assert list((BUILT / "assets").glob("chart-*.js"))


def test_a_folder_that_was_never_built_has_no_scripts(tmp_path):
    assert read_assets(tmp_path).get("chat", Assets()).scripts == ()


@pytest.mark.parametrize("path", ["words.json", "widget/words.json"])
def test_every_word_is_there_in_both_languages_with_the_same_places(path: str):
    words = json.loads((WEB / "src" / path).read_text(encoding="utf-8"))
    for key, texts in words.items():
        zh, en = texts
        assert zh and en, key
        assert set(re.findall(r"\{\w+\}", zh)) == set(re.findall(r"\{\w+\}", en)), key


def test_every_word_is_used():
    words = json.loads((WEB / "src" / "words.json").read_text(encoding="utf-8"))
    source = "".join(
        path.read_text(encoding="utf-8")
        for pattern in ("*.vue", "*.ts")
        for path in (WEB / "src").rglob(pattern)
    )
    computed = ("state_", "status_", "outcome_", "reason_", "chart_")
    unused = [key for key in words if f"'{key}'" not in source and not key.startswith(computed)]
    assert unused == []


def test_the_lock_file_names_no_registry():
    lock = (WEB / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock and "http" not in re.sub(r'"(funding|url)".*', "", lock)
