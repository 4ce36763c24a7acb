"""Which guidance card answers a question, and how it is said.

Owns the choice of a card.  A card is quoted whole: nothing is generated, no case is judged.

Leaves to others: the cards (vocabulary/cards.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from assistant.draft import Draft
from assistant.model import Language
from assistant.understand.parse import Parsed
from assistant.understand.sieve import Sieved, sieved
from assistant.understand.spotting import Lexicon, phrase_finder
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
_ASKS = sieved(
    r"怎么|如何|要不要|多久|多少天|几天|期限|什么时候|何时|能不能|可不可以|可以|是不是要|吗|不服|怎样|哪里|材料"
    r"|how|when|where|can i|do i|should|long|pay|cost"
)


def find_asked(parsed: Parsed) -> Card | None:
    """Return the card for a question that names no report: by cue, wording, figure or likeness."""
    card = _find_cued(parsed) or find_worded(parsed, 4) or find_near(parsed)
    if card is not None and card.kind in ("ground", "procedure") and is_of_old_law(parsed):
        return load_cards()["old_reports"]
    if card is None and _EXPLAINS.search(parsed.question.text):
        card = find_card(parsed)
    return card


def is_of_old_law(parsed: Parsed) -> bool:
    """Whether every year that is named stands under the Regulation of 2007."""
    return bool(parsed.years.named) and max(parsed.years.named) < _REVISED


def find_remedy(card: Card, parsed: Parsed) -> Card | None:
    """Return the card on remedies that goes with a ground, where the question asks what to do."""
    if card.kind not in ("ground", "outcome") or not _WHAT_NOW.search(parsed.question.text):
        return None
    disputed = any(i.split(".")[0] in ("unavailable", "declined") for i in card.indicators)
    return load_cards()["remedies_disputed" if disputed else "remedies"]


def find_ground(parsed: Parsed) -> Card | None:
    """Return the card of a ground or outcome that is asked about together with its figure."""
    if not _GROUND.search(parsed.question.text):
        return None
    cards = load_cards().values()
    kinds = ("ground", "outcome", "term")
    found = (c for i in parsed.found.indicators for c in cards if i in c.indicators)
    return next((card for card in found if card.kind in kinds), None)


def is_own_case(text: str) -> bool:
    """Whether a question speaks of the asker's own case, which nobody here decides.

    >>> is_own_case("我被说本机关不掌握，还能怎么办"), is_own_case("什么叫国家秘密")
    (True, False)
    """
    return bool(_OWN.search(text))


#: The year in which the revised Regulation came into force (国令第711号).
_REVISED = 2019
_EXPLAINS = sieved(
    r"为什么|为啥|凭什么|依据|会怎样|会怎么样|怎么办|咋办|对吗|对不对|合法|什么意思|什么叫|是什么|指什么|能不能|可以.{0,8}吗"
    r"|\bwhy\b|\bbasis\b|what (?:does|is|are|can|if)|\bcan i\b|\bmay i\b"
)
#: Asks for the meaning or the basis of a ground, beside its figure.
_GROUND = sieved(
    r"什么叫|啥叫|是什么意思|什么意思|指什么|指的是什么|何谓|依据(?:是|哪|什么)|什么依据|法律依据|哪一条|哪条|凭什么"
    r"|what does .{2,60} mean|legal basis|on what (?:legal )?(?:basis|ground)|which article"
)
_WHAT_NOW = sieved(
    r"怎么办|咋办|还能|不服|救济|怎么(?:告|复议|起诉|申诉)|如何救济"
    r"|what (?:can|should) i do|appeal|remed"
)
_OWN = sieved(
    r"我(?:被|的(?:申请|答复|案子|案|情况|信息|诉求)|申请(?:了|的|过)|想告|该不该|能赢|能不能告)"
    r"|我(?:要的东西|收到的)|给我的答复|(?:不给|拒绝|拒了|告知|答复)我|说我"
    r"|\bmy (?:request|application|case|reply)\b|\bi was (?:refused|told)\b|will i win"
)


def _find_cued(parsed: Parsed) -> Card | None:
    text = parsed.question.text
    found = (card for pattern, card in _cues() if pattern.search(text))
    return next((load_cards()[card] for card in found), None)


def find_near(parsed: Parsed) -> Card | None:
    """Return the card whose wording shares most with a question about procedure, if enough."""
    text = parsed.question.text
    if not _ASKS.search(text):
        return None
    language = parsed.question.language
    asked = _pieces(text, language)
    best: tuple[float, str] = (0.0, "")
    for card, pieces in _wordings(language):
        shared = len(asked & pieces) / max(1, len(asked))
        best = max(best, (shared, card))
    return load_cards()[best[1]] if best[0] >= _NEAR[language] else None


@cache
def _wordings(language: Language) -> tuple[tuple[str, frozenset[str]], ...]:
    """The card and the pieces of each wording of the cards."""
    return tuple(
        (card.id, _pieces(wording.lower(), language))
        for card in load_cards().values()
        for wording in (card.title.of(language), *card.questions.of(language))
    )


@cache
def _cues() -> tuple[tuple[Sieved, str], ...]:
    document = read_yaml(FILE.with_name("cues.yaml"))
    return tuple((sieved(pattern), load_cards()[card].id) for pattern, card in document)


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
    return " ".join(dict.fromkeys(_reviewed()(text))) if "：" in text or ":" in text else ""


@cache
def _reviewed() -> Callable[[str], list[str]]:
    """Find the bodies of cards and the definitions of figures: all that goes with each."""
    pairs = [
        (body, f"{indicator.label.of(language)} {body}")
        for indicator in load_indicators().values()
        for language in LANGUAGES
        for body in [indicator.definition.of(language)]
    ]
    for card in load_cards().values():
        for language in LANGUAGES:
            cited = [article.cite(language) for article in card.articles]
            said = (card.title.of(language), card.body.of(language), *cited)
            pairs.append((card.body.of(language), " ".join(said)))
    return phrase_finder(pairs)


@cache
def _lexicon() -> Lexicon[str]:
    return Lexicon.of(
        (wording_key(wording, language), card.id)
        for language in LANGUAGES
        for card in load_cards().values()
        for wording in (card.title.of(language), *card.questions.of(language))
    )
