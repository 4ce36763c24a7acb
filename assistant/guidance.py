"""Which guidance card answers a question, and how it is said.

Owns the choice of a card.  A card is quoted whole: nothing is generated, no case is judged.

Leaves to others: the cards (vocabulary/cards.py).
"""

from __future__ import annotations

import re
from functools import cache

from assistant.draft import Draft
from assistant.model import Language
from assistant.understand.parse import Parsed
from assistant.understand.spotting import Lexicon
from assistant.vocabulary import LANGUAGES, load_indicators, wording_key
from assistant.vocabulary.cards import FILE, Card, load_cards
from assistant.vocabulary.files import read_yaml


def find_card(parsed: Parsed) -> Card | None:
    """Return the card whose wordings the question holds, the longest first, else by its figure."""
    if card := find_worded(parsed):
        return card
    for indicator in parsed.found.indicators:
        for card in load_cards().values():
            if indicator in card.indicators and card.kind in ("ground", "outcome", "term"):
                return card
    return None


def find_worded(parsed: Parsed, least: int = 2) -> Card | None:
    """Return the card that the question words, by its longest wording of `least` characters."""
    spots = [s for s in _lexicon().spots(parsed.question.text) if len(s.text) >= least]
    if not spots:
        return None
    best = max(spots, key=lambda spot: (len(spot.text), -spot.start))
    return load_cards()[best.meaning]


#: Share of the question's character pairs (words, in English) that a wording must hold.
_NEAR = {"zh": 0.45, "en": 0.6}
_ASKS = re.compile(
    r"怎么|如何|要不要|多久|多少天|几天|期限|什么时候|何时|能不能|可不可以|可以|是不是要|吗|不服|怎样|哪里|材料"
    r"|how|when|where|can i|do i|should|long|pay|cost"
)


def find_near(parsed: Parsed) -> Card | None:
    """Return the card whose wording shares most with a question about procedure, if enough."""
    text = parsed.question.text
    for pattern, card_id in _cues():
        if pattern.search(text):
            return load_cards()[card_id]
    if not _ASKS.search(text):
        return None
    language = parsed.question.language
    asked = _pieces(text, language)
    best: tuple[float, str] = (0.0, "")
    for card in load_cards().values():
        for wording in (card.title.of(language), *card.questions.of(language)):
            shared = len(asked & _pieces(wording.lower(), language)) / max(1, len(asked))
            best = max(best, (shared, card.id))
    return load_cards()[best[1]] if best[0] >= _NEAR[language] else None


@cache
def _cues() -> tuple[tuple[re.Pattern[str], str], ...]:
    document = read_yaml(FILE.with_name("cues.yaml"))
    return tuple((re.compile(pattern), load_cards()[card].id) for pattern, card in document)


_EMPTY_WORDS = frozenset(
    {"a", "an", "the", "of", "for", "to", "in", "is", "are", "do", "does", "i"}
)


def _pieces(text: str, language: Language) -> frozenset[str]:
    if language == "en":
        return frozenset(re.findall(r"[a-z]+", text)) - _EMPTY_WORDS
    hanzi = re.sub(r"[^一-龥]", "", text)
    return frozenset(hanzi[i : i + 2] for i in range(len(hanzi) - 1))


def answer_definition(indicator: str, draft: Draft) -> None:
    """Put what a figure counts, where no card speaks of it."""
    known = load_indicators()[indicator]
    title, body = known.label.of(draft.language), known.definition.of(draft.language)
    draft.lines.append(draft.say("card", title=title, body=body))


def answer_card(card: Card, draft: Draft) -> None:
    """Put one card, its articles and the cards that go on from it."""
    title, body = card.title.of(draft.language), card.body.of(draft.language)
    draft.lines.append(draft.say("card", title=title, body=body))
    if card.articles:
        articles = draft.joined(article.cite(draft.language) for article in card.articles)
        draft.lines.append(draft.say("card_articles", articles=articles))
    if card.kind in ("remedy", "procedure", "outcome"):
        draft.note("general_guidance_only")
        draft.lines.append(draft.say("note", text=draft.notes[-1].text))
    for other in card.see:
        draft.suggestions.append(load_cards()[other].title.of(draft.language))


def card_texts(text: str) -> str:
    """Return title, body and articles of every card whose body stands in `text`."""
    definitions = " ".join(
        f"{indicator.label.of(language)} {indicator.definition.of(language)}"
        for indicator in (load_indicators().values() if "：" in text or ":" in text else ())
        for language in LANGUAGES
        if indicator.definition.of(language) in text
    )
    return definitions + " ".join(
        f"{card.title.of(language)} {card.body.of(language)} "
        + " ".join(article.cite(language) for article in card.articles)
        for card in (load_cards().values() if "：" in text or ":" in text else ())
        for language in LANGUAGES
        if card.body.of(language) in text
    )


@cache
def _lexicon() -> Lexicon[str]:
    return Lexicon.of(
        (wording_key(wording, language), card.id)
        for language in LANGUAGES
        for card in load_cards().values()
        for wording in (card.title.of(language), *card.questions.of(language))
    )
