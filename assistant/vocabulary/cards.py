"""The guidance cards: what may be said about grounds, procedure and remedies, in reviewed words.

Owns the shape of assistant/guidance/cards.yaml and the proof that it holds together.  Article
numbers stand once in that file, under `provisions`; bodies name them in braces and are filled in
here.

Leaves to others: which card answers a question (guidance.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

from assistant.model import Language
from assistant.vocabulary import load_indicators
from assistant.vocabulary.entries import Text, Wordings
from assistant.vocabulary.files import (
    LANGUAGES,
    bad,
    prove_known,
    prove_unique,
    read_text,
    read_wordings,
    read_yaml,
    variables_of,
)

CardKind = Literal["ground", "outcome", "term", "procedure", "remedy", "report"]

FILE = Path(__file__).parent.parent / "guidance" / "cards.yaml"


@dataclass(frozen=True, slots=True)
class Law:
    """A law or an official paper; `number` is its 文号, None where it is cited by name alone."""

    id: str
    title: Text
    short: Text
    number: str | None
    version: Text


@dataclass(frozen=True, slots=True)
class Article:
    """A place in a law, as cited: 第十四条, Article 14."""

    law: Law
    article: Text

    def cite(self, language: Language) -> str:
        """Return the citation as it stands in a sentence.

        >>> load_cards()["state_secret"].articles[0].cite("zh")
        '《政府信息公开条例》第十四条'
        >>> load_cards()["fees"].articles[1].cite("zh")
        '《政府信息公开信息处理费管理办法》（国办函〔2020〕109号）'
        """
        if self.article.zh == "全文":
            number = ("（{}）" if language == "zh" else " ({})").format(self.law.number)
            return self.law.short.of(language) + (number if self.law.number else "")
        if language == "zh":
            return f"{self.law.short.zh}{self.article.zh}"
        return f"{self.article.en} of {self.law.short.en}"


@dataclass(frozen=True, slots=True)
class Card:
    """One piece of guidance; `see` names cards that go on from it."""

    id: str
    kind: CardKind
    title: Text
    questions: Wordings
    body: Text
    articles: tuple[Article, ...]
    indicators: tuple[str, ...]
    see: tuple[str, ...]


@cache
def load_cards() -> Mapping[str, Card]:
    """Load the cards, keyed by id, articles filled in.

    Raises:
        BadVocabulary: an unknown law, provision, indicator or card; a body that names other
            provisions than its card lists; a question of two cards; a missing language.
    """
    document = read_yaml(FILE)
    laws = {id_: _law(id_, spec) for id_, spec in document["laws"].items()}
    articles = {id_: _article(id_, spec, laws) for id_, spec in document["provisions"].items()}
    cards = {id_: _card(id_, spec, articles) for id_, spec in document["cards"].items()}
    for card in cards.values():
        prove_known(card.indicators, load_indicators(), where=f"cards.yaml/{card.id}")
        prove_known(card.see, cards, where=f"cards.yaml/{card.id}")
    for language in LANGUAGES:
        claims = ((card.id, card.questions.of(language)) for card in cards.values())
        prove_unique("cards.yaml", claims, language)
    return cards


def _law(id_: str, spec: Mapping[str, Any]) -> Law:
    where = f"cards.yaml/laws/{id_}"
    return Law(
        id_,
        read_text(spec, "title", where),
        read_text(spec, "short", where),
        spec["number"],
        read_text(spec, "version", where),
    )


def _article(id_: str, spec: Mapping[str, Any], laws: Mapping[str, Law]) -> Article:
    where = f"cards.yaml/provisions/{id_}"
    prove_known([spec["law"]], laws, where=where)
    return Article(laws[spec["law"]], read_text(spec, "article", where))


def _card(id_: str, spec: Mapping[str, Any], articles: Mapping[str, Article]) -> Card:
    where = f"cards.yaml/{id_}"
    prove_known(spec["articles"], articles, where=where)
    cited = {name: articles[name] for name in spec["articles"]}
    return Card(
        id=id_,
        kind=cast(CardKind, spec["kind"]),
        title=read_text(spec, "title", where),
        questions=read_wordings(spec, "questions", where),
        body=_body(read_text(spec, "body", where), cited, where),
        articles=tuple(cited.values()),
        indicators=tuple(spec["indicators"]),
        see=tuple(spec.get("see", ())),
    )


def _body(body: Text, cited: Mapping[str, Article], where: str) -> Text:
    for language in LANGUAGES:
        if unlisted := variables_of(body.of(language)) - set(cited):
            raise bad(f"body names {sorted(unlisted)}, not in articles", where)
    return Text(
        body.zh.format(**{name: article.cite("zh") for name, article in cited.items()}),
        body.en.format(**{name: article.cite("en") for name, article in cited.items()}),
    )
