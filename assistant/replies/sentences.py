"""The sentences of passages, exact slices of the report, and the lists they make.

Owns cutting passages into sentences, telling headings and bare labels from what says something,
and reading the points of a list (一是…二是…, 1.…2.…, A；B) with the measures that answer them.

Leaves to others: which of them answer a question (prose.py, stated.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from indexer.records import StoredPassage

_SENTENCE = re.compile(r"[^。！？!?\n；;]*[。！？!?\n；;]?")
_HEADING = re.compile(
    r"^[（(][一二三四五六七八九十]+[）)][^。，,是需不]{2,16}。?$|^[^。]{2,40}(?:年度?报告|人民政府)$"
    r"|^[^，,。]{2,16}[：:]$"
)
#: Where section five turns from what is lacking to what is done about it.
_TURN = re.compile(
    r"改进|整改|措施|下一步|针对|将(?:从|采取|重点|继续|进一步|切实)|20\d\d年[，,]?我|已将"
)
_MARK = re.compile(
    r"(?:[一二三四五六七八九十]{1,2}是|第[一二三四五六七八九十]{1,2}[，,、]"
    r"|[（(][一二三四五六七八九十\d]{1,2}[）)]|\d{1,2}[.．、](?!\d))"
)


@dataclass(frozen=True)
class Sentence:
    """A sentence of a passage; [start, stop) spans it in the document's text."""

    passage: StoredPassage
    text: str
    start: int
    stop: int


@dataclass(frozen=True)
class Points:
    """Section five: what is lacking and what is done about it, point by point, in order."""

    problems: tuple[Sentence, ...]
    measures: tuple[Sentence, ...]

    @property
    def paired(self) -> bool:
        """Whether each problem has the measure of the same number."""
        return len(self.problems) == len(self.measures) > 1


def cut_sentences(passages: Sequence[StoredPassage]) -> Iterator[Sentence]:
    """Yield the sentences, headings and bare labels left out."""
    for passage in passages:
        base = passage.place.start or 0
        for match in _SENTENCE.finditer(passage.text):
            text = match.group().strip()
            if len(text) < 4 or _HEADING.match(text):
                continue
            start = base + match.start() + (len(match.group()) - len(match.group().lstrip()))
            yield Sentence(passage, text, start, start + len(text))


def read_points(passages: Sequence[StoredPassage]) -> Points:
    """Return the points of section five, given its passages."""
    sentences = list(cut_sentences(passages))
    turn = next(
        (i for i, s in enumerate(sentences) if i and _turns(s)),
        0 if sentences and _turns(sentences[0]) else len(sentences),
    )
    problems, measures = tuple(_joined(sentences[:turn])), tuple(_joined(sentences[turn:]))
    return Points(_without_announcement(problems), _without_announcement(measures))


def _without_announcement(points: tuple[Sentence, ...]) -> tuple[Sentence, ...]:
    """Leave out a first sentence that only announces the marked points behind it."""
    if len(points) > 2 and not _MARK.search(points[0].text) and _MARK.match(points[1].text):
        return points[1:]
    return points


def _turns(sentence: Sentence) -> bool:
    head = sentence.passage.path[-1] if len(sentence.passage.path) > 1 else ""
    inside = sentence.passage.text.startswith(sentence.text)
    return bool(_TURN.search(sentence.text) or (inside and _TURN.search(head)))


def is_marked(text: str) -> bool:
    """Whether a sentence begins as a point of a list: 一是…, （二）…, 3.…."""
    return bool(_MARK.match(text))


def _joined(sentences: Sequence[Sentence]) -> Iterator[Sentence]:
    """Yield points: a marked sentence together with the unmarked ones that go on from it."""
    marked = any(_MARK.match(sentence.text) for sentence in sentences[1:])
    point: Sentence | None = None
    for sentence in sentences:
        starts = _MARK.match(sentence.text) or not marked
        if point is not None and not starts and point.passage is sentence.passage:
            text = _between(point, sentence)
            point = replace(point, text=text, stop=sentence.stop)
            continue
        if point is not None:
            yield point
        point = sentence
    if point is not None:
        yield point


def _between(first: Sentence, last: Sentence) -> str:
    base = first.passage.place.start or 0
    return first.passage.text[first.start - base : last.stop - base]
