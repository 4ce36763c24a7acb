"""Which card answers a question about procedure, quoted whole."""

from __future__ import annotations

import pytest
from small_library import understood

from assistant.guidance import card_texts, find_card, find_near, find_worded
from assistant.vocabulary import LANGUAGES
from assistant.vocabulary.cards import load_cards

CARDS = load_cards()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_of_a_card_leads_to_it(language):
    wrong = {
        question: found and found.id
        for card in CARDS.values()
        for question in card.questions.of(language)
        if (found := find_worded(understood(question))) is not card
    }
    assert wrong == {}


def test_an_indicator_leads_to_the_card_of_its_ground():
    card = find_card(understood("因第三方合法权益没给我看"))
    assert card is not None
    assert "refused.third_party" in card.indicators


@pytest.mark.parametrize("text", ["示例市2023年新收多少件", "今天天气"], ids=["figure", "weather"])
def test_a_question_about_something_else_finds_no_near_card(text):
    assert find_near(understood(text)) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_numbers_of_a_card_are_those_of_a_card_that_was_given(language):
    for card in CARDS.values():
        body = card.body.of(language)
        assert body in card_texts(f"：{body}")
    assert card_texts("：示例市2023年新收 268 件。") == ""
