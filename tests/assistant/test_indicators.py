"""Which figures a question names: every label and alias leads home, bare words stay open."""

from __future__ import annotations

import pytest

from assistant.understand.indicators import find_indicators
from assistant.vocabulary import LANGUAGES, load_indicators, wording_key
from tests.cases import load_cases

KNOWN = load_indicators()


@pytest.mark.parametrize("case", load_cases("indicators"))
def test_finds(case):
    found = find_indicators(case["text"])
    assert list(found.indicators) == case["figures"]
    assert list(found.applicants) == case.get("applicants", [])
    assert bool(found.open) == case.get("open", False)


def own_wordings(language):
    for indicator in KNOWN.values():
        for wording in (indicator.label.of(language), *indicator.aliases.of(language)):
            yield wording_key(wording, language), indicator.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_wordings_of_the_vocabulary_lead_home(language):
    """Where turns of phrase overlap a few are read as a neighbour; never many."""
    led = [find_indicators(wording).indicators == (id_,) for wording, id_ in own_wordings(language)]
    assert sum(led) >= 0.94 * len(led)


def test_every_printed_label_of_the_forms_leads_home():
    cells = [indicator for indicator in KNOWN.values() if indicator.kind == "cell"]
    wrong = {
        found.label.zh
        for found in cells
        if find_indicators(wording_key(found.label.zh, "zh")).indicators != (found.id,)
    }
    assert cells and wrong == set()
