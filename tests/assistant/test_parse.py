"""What a question says: organs, years, figures, applicants and what is to be done with them."""

from __future__ import annotations

import pytest
from small_library import understood

from tests.cases import load_cases


@pytest.mark.parametrize("case", load_cases("questions"))
def test_understands(case):
    found = understood(case["q"])
    assert {
        "organs": list(found.named.organs),
        "years": list(found.years.named),
        "figures": list(found.found.indicators),
        "applicants": list(found.found.applicants),
        "op": found.operation,
        "language": found.question.language,
    } == {
        "organs": case["organs"],
        "years": case["years"],
        "figures": case["figures"],
        "applicants": case.get("applicants", []),
        "op": case["op"],
        "language": case.get("language", "zh"),
    }
    assert list(found.named.strangers) == case.get("strangers", [])
    assert not found.bare


@pytest.mark.parametrize("text", ["嗯", "……", "hm"], ids=["hm", "dots", "latin"])
def test_nothing_understood_is_bare(text):
    assert understood(text).bare
