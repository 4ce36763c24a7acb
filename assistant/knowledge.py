"""Knowledge points for a hotline's own knowledge base: one question and its answer a line.

Owns which questions are worth a line, the columns, and the rule that a line is written only where
the assistant, asked the standard question, gives just that printed cell.

Leaves to others: answering (answer.py), writing tables (listing.py), the words of the cards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from assistant.draft import label_of
from assistant.hotline import bare
from assistant.model import Reply, Request, place_json
from assistant.understand.organ_places import place_chain
from assistant.vocabulary import load_indicators
from assistant.vocabulary.cards import load_cards
from assistant.wording import say
from indexer.records import ReportRow, StoredFigure
from indexer.store import Store

#: Other wordings given for one question.
MOST_ALIKE = 5
COLUMNS: Final = (
    "标准问",
    "相似问",
    "答案",
    "依据",
    "适用地域",
    "生效",
    "来源单位",
    "更新时间",
)
_EVERYWHERE = "全国"


@dataclass(frozen=True, slots=True)
class Point:
    """One knowledge point; `since` is the day its figures stand for, `updated` of publication."""

    question: str
    alike: tuple[str, ...]
    answer: str
    basis: str
    region: str
    since: str
    source: str
    updated: str
    citation: dict[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the columns and the cell that the answer rests on."""
        texts = (self.question, list(self.alike), self.answer, self.basis, self.region)
        values = (*texts, self.since, self.source, self.updated)
        return dict(zip(COLUMNS, values, strict=True)) | {"citation": self.citation}

    def row(self) -> list[str | int | None]:
        """Return the cells of a line of a table."""
        alike = "\n".join(self.alike)
        texts = (self.question, alike, self.answer, self.basis, self.region)
        return [*texts, self.since, self.source, self.updated]


def knowledge_points(
    store: Store,
    ask: Callable[[Request], Reply],
    *,
    organ: str | None = None,
    year: int | None = None,
) -> Iterator[Point]:
    """Yield the points of the current reports, by organ and year, then those of the cards."""
    for report in store.reports():
        if organ is not None and organ != report.organ and organ not in _aliases(store, report):
            continue
        if year is None or year == report.year:
            yield from _points_of(store, report, ask)
    if organ is None and year is None:
        yield from card_points()


def table(points: Iterator[Point]) -> Iterator[Sequence[str | int | None]]:
    """Yield the points as a table, its head first."""
    yield list(COLUMNS)
    for point in points:
        yield point.row()


def _aliases(store: Store, report: ReportRow) -> tuple[str, ...]:
    return next((o.aliases for o in store.organs() if o.name == report.organ), ())


def _points_of(store: Store, report: ReportRow, ask: Callable[[Request], Reply]) -> Iterator[Point]:
    known = load_indicators()
    for figure in store.figures(report.id):
        total = figure.applicant in (None, "total") and figure.value is not None
        if total and figure.indicator in known and (point := _point(report, figure, ask)):
            yield point


def _point(
    report: ReportRow, figure: StoredFigure, ask: Callable[[Request], Reply]
) -> Point | None:
    """The point of one cell, None where the assistant does not answer with just that cell."""
    indicator = figure.indicator or ""
    label = label_of(indicator, "zh")
    question = say("zh", "choice", organ=report.organ, year=report.year, label=label)
    reply = ask(Request(question, language="zh"))
    cited = [c for c in reply.citations if c.place == figure.place and c.report == report.id]
    if reply.status != "answered" or reply.value != figure.value or not cited:
        return None
    path = " / ".join((*figure.row, *figure.column))
    place = place_json(figure.place)
    return Point(
        question=question,
        alike=_alike(report, indicator),
        answer=bare(reply.text.split("\n")[0]),
        basis=f"{report.title}，{path}：{figure.printed}",
        region="".join(place_chain(report.organ)) or report.organ,
        since=f"{report.year}-12-31",
        source=report.organ,
        updated=report.published or "",
        citation={"report": report.id, "table": figure.table, "place": place},
    )


def _alike(report: ReportRow, indicator: str) -> tuple[str, ...]:
    """The same question in the wordings of the vocabulary that decide by themselves."""
    wordings = load_indicators()[indicator].aliases.zh[:MOST_ALIKE]
    return tuple(f"{report.organ}{report.year}年{wording}多少" for wording in wordings)


def card_points() -> Iterator[Point]:
    """Yield the guidance cards as points that hold everywhere."""
    for card in load_cards().values():
        articles = "、".join(article.cite("zh") for article in card.articles)
        law = card.articles[0].law if card.articles else None
        yield Point(
            question=card.title.zh,
            alike=card.questions.zh[:MOST_ALIKE],
            answer=card.body.zh,
            basis=articles,
            region=_EVERYWHERE,
            since=law.version.zh if law else "",
            source=law.title.zh if law else "",
            updated="",
        )
