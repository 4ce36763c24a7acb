"""Every printed number of the library is what comes back when it is asked for by its own name.

“Other outcomes” is the name of a row of table three and of columns of table four: it is asked back.
"""

from __future__ import annotations

from datetime import date

import pytest

from assistant.answer import Assistant
from assistant.model import Request
from assistant.vocabulary import load_applicants, load_indicators
from indexer.store import Store

ASKED = {
    "zh": ("{organ}{year}年{name}是多少", "{year}年{organ}{name}", "{organ} {year} {name}"),
    "en": ("What was “{name}” in {organ} in {year}?",),
}


def named(figure, language: str) -> str:
    label = load_indicators()[figure.indicator].label.of(language)
    if figure.applicant in (None, "total"):
        return label
    applicant = load_applicants()[figure.applicant].label.of(language)
    return f"{label}（{applicant}）" if language == "zh" else f"{label} ({applicant})"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_number_comes_back_by_its_name(store: Store, language: str):
    assistant = Assistant(store)
    wrong = []
    for report in store.reports():
        figures = [f for f in store.figures(report.id) if f.indicator in load_indicators()]
        for at, figure in enumerate(f for f in figures if f.state == "number"):
            form = ASKED[language][at % len(ASKED[language])]
            name = named(figure, language)
            question = form.format(organ=report.organ, year=report.year, name=name)
            reply = assistant.ask(Request(question, today=date(2025, 6, 1)))
            label = load_indicators()[figure.indicator].label.of(language)
            if label in [choice.label for choice in reply.choices]:
                assert label == "Other outcomes", question
                continue
            if reply.value != figure.value:
                wrong.append((question, figure.value, reply.value, reply.text.splitlines()[0]))
    assert not wrong, wrong[:10]
