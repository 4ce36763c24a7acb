"""Replies from the prose of a report: exact quotations with their place.

Owns choosing the sentences that answer: by the subjects of the vocabulary, by section, else by
the words that question and sentence share.  Nothing is said that is not quoted.

Leaves to others: figures of the tables (figures.py).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.draft import Draft
from assistant.model import FigureShown
from assistant.replies.task import ANSWERED, End
from assistant.understand.parse import Parsed
from assistant.vocabulary import load_absences, load_topics
from indexer.numbers import read_number
from indexer.records import ReportRow, StoredPassage
from indexer.text import fold

#: Quoted sentences in one reply.
MOST_QUOTES = 6
_SENTENCE = re.compile(r"[^。！？!?\n；;]*[。！？!?\n；;]?")
_DIGIT = re.compile(r"\d")
_FILLER = re.compile(
    r"多少|几[件次期场篇个条]|是什么|怎么样|怎么|如何|有没有|请问|报告|年报|情况|[的了吗呢啊吧在有是和与及]|[▁\s,，。?？!！:：;；、]"
)
_SECTIONS = {
    "problems": "五", "improvements": "五", "other_matters": "六", "processing_fee": "六",
}  # fmt: skip
_HEADING = re.compile(r"^[（(][一二三四五六七八九十]+[）)][^。]{2,14}。?$|^[^。]{2,30}年度?报告$")
_CONTACT = re.compile(r"电话|地址|邮编|邮箱|传真|联系")


@dataclass(frozen=True)
class Sentence:
    """A sentence of a passage; [start, stop) spans it in the document's text."""

    passage: StoredPassage
    text: str
    start: int
    stop: int


def answer_quote(parsed: Parsed, reports: Sequence[ReportRow], draft: Draft) -> End:
    """Quote the sentences of the reports in scope that the question is about."""
    found_any = False
    for report in reports:
        passages = draft.figures.store.passages(report.id)
        names = {"organ": report.organ, "year": report.year}
        if not passages:
            draft.lines.append(draft.say("no_prose", **names))
            continue
        chosen = find_sentences(parsed, passages)
        if not chosen:
            draft.lines.append(draft.say("quote_silent", **names))
            continue
        found_any = True
        draft.lines.append(quoted(draft, names, chosen))
        if len(reports) == 1 and _asks_number(parsed):
            _headline(parsed, report, chosen, draft)
    return ANSWERED if found_any else ("no_answer", "not_stated")


def _headline(parsed: Parsed, report: ReportRow, chosen: Sequence[Sentence], draft: Draft) -> None:
    """Give the one number that the quoted words state of the subject, if there is just one."""
    words = [word for word in parsed.topic_words if not word.isascii()]
    for topic in parsed.topics:
        wordings = words or [fold(word) for word in load_topics()[topic].wordings.zh]
        units = "|".join(sorted(map(re.escape, load_topics()[topic].units), key=len, reverse=True))
        if topic == "processing_fee":
            wordings, units = ["共计", "合计", "收取", "处理费"], "元"
        found = {
            (match.group("n").replace(",", ""), match.group("unit"), sentence)
            for sentence in chosen
            for word in wordings
            for match in _near_number(word, units).finditer(fold(sentence.text))
        }
        numbers = {(number, unit) for number, unit, _ in found}
        if len(numbers) == 1:
            number, unit, sentence = min(found, key=lambda item: item[2].start)
            span = (sentence.start, sentence.stop)
            id_ = draft.cite_passage(sentence.passage, *span, sentence.text)
            draft.value, draft.unit = read_number(number), unit
            label = load_topics()[topic].label.of(draft.language)
            draft.shown.append(
                FigureShown(
                    report.organ,
                    report.year,
                    None,
                    label,
                    None,
                    "number",
                    draft.value,
                    unit,
                    False,
                    (id_,),
                )
            )
            return


def _near_number(word: str, units: str) -> re.Pattern[str]:
    """A number right behind `word`, or right before it: 新闻发布会57场, 29期在线访谈."""
    number = rf"(?P<n>\d[\d,]{{0,14}}(?:\.\d+)?)(?P<unit>{units})"
    return re.compile(rf"{re.escape(fold(word))}[^\d,。;]{{0,8}}{number}")


def quoted(draft: Draft, names: dict[str, object], chosen: Sequence[Sentence]) -> str:
    """Return the quotation block for the chosen sentences, each with its citation."""
    lines = []
    for sentence in chosen:
        span = (sentence.start, sentence.stop)
        number = draft.cite_passage(sentence.passage, *span, sentence.text)
        lines.append(draft.say("quote_line", text=sentence.text, cites=f"[{number}]"))
    return draft.say("quote", organ=names["organ"], year=names["year"], quotes="\n".join(lines))


def find_sentences(parsed: Parsed, passages: Sequence[StoredPassage]) -> list[Sentence]:
    """Return the sentences that answer, in the order of the report."""
    text = parsed.rest or parsed.question.text
    if parsed.operation == "contact":
        return [
            s for s in _sentences(passages) if _CONTACT.search(s.text) and _DIGIT.search(s.text)
        ][:2]
    found: list[Sentence] = []
    for topic in parsed.topics:
        if topic in _SECTIONS:
            section = [p for p in passages if p.section == _SECTIONS[topic]]
            found += _of_section(topic, section)
    if found:
        return sorted(dict.fromkeys(found), key=lambda sentence: sentence.start)
    wanted = [w for topic in parsed.topics for w in load_topics()[topic].wordings.zh]
    asked = [fold(word) for word in parsed.topic_words if not word.isascii()]
    if len(parsed.topics) == 1 and _asks_number(parsed):
        asked = asked[-1:]
    asked = asked or [fold(word) for word in wanted]
    if asked:
        numeric = _asks_number(parsed)
        under = [] if numeric else _under_heading(wanted, passages)
        return under or _with_words(asked, passages, numeric=numeric)
    if parsed.absence:
        words = [fold(w) for w in load_absences()[parsed.absence].wordings.zh]
        narrow = [word for word in words if word in text]
        return _with_words(narrow or words, passages, numeric=_asks_number(parsed))
    return _by_shared_words(text, passages)


def _asks_number(parsed: Parsed) -> bool:
    return bool(parsed.operations.ids & {"value", "each", "sum", "exists"}) or bool(
        re.search(r"多少|几", parsed.question.text)
    )


def _sentences(passages: Sequence[StoredPassage]) -> Iterator[Sentence]:
    for passage in passages:
        base = passage.place.start or 0
        for match in _SENTENCE.finditer(passage.text):
            text = match.group().strip()
            if len(text) < 4:
                continue
            start = base + match.start() + (len(match.group()) - len(match.group().lstrip()))
            yield Sentence(passage, text, start, start + len(text))


def _with_words(
    words: Sequence[str], passages: Sequence[StoredPassage], *, numeric: bool
) -> list[Sentence]:
    longest = sorted(words, key=len, reverse=True)
    found = [
        s
        for s in _sentences(passages)
        if any(word in fold(s.text) for word in longest) and not _HEADING.match(s.text)
    ]
    if numeric:
        found = [s for s in found if _DIGIT.search(s.text)]
    return found[:MOST_QUOTES]


def _under_heading(words: Sequence[str], passages: Sequence[StoredPassage]) -> list[Sentence]:
    """All sentences under a heading of the second level that names the subject."""
    under = [
        passage
        for passage in passages
        if len(passage.path) > 1 and any(fold(word) in fold(passage.path[-1]) for word in words)
    ]
    return [s for s in _sentences(under) if not _HEADING.match(s.text)][:MOST_QUOTES]


def _of_section(topic: str, passages: Sequence[StoredPassage]) -> list[Sentence]:
    """Sentences on problems, or on measures, of section five; all of section six."""
    sentences = list(_sentences(passages))
    if topic not in ("problems", "improvements"):
        words = ("处理费", "收费", "收取", "费用") if topic == "processing_fee" else ()
        return [s for s in sentences if not words or any(w in s.text for w in words)][:MOST_QUOTES]
    turn = re.compile(
        r"改进|整改|措施|下一步|针对|将(?:从|采取|重点|继续|进一步|切实)|20\d\d年,?我"
    )
    if not sentences:
        return []
    for index, sentence in enumerate(sentences):
        if turn.search(sentence.text) and (index > 0 or topic == "improvements"):
            return (sentences[:index] if topic == "problems" else sentences[index:])[:12]
    return sentences[:12] if topic == "problems" else []


def _by_shared_words(question: str, passages: Sequence[StoredPassage]) -> list[Sentence]:
    """Sentences that hold the rare character pairs of the question; none where few are shared."""
    bare = _FILLER.sub("\n", re.sub(r"[\da-z]+年?", "\n", question))
    grams = {bare[i : i + 2] for i in range(len(bare) - 1) if "\n" not in bare[i : i + 2]}
    if not grams:
        return []
    sentences = [s for s in _sentences(passages) if not _HEADING.match(s.text)]
    counts = Counter(g for s in sentences for g in grams if g in s.text)
    scored = []
    for sentence in sentences:
        shared = [gram for gram in grams if gram in sentence.text]
        score = sum(1 / counts[gram] ** 0.5 for gram in shared)
        scored.append((len(shared) / len(grams), score, sentence))
    best = [item for item in scored if item[0] >= 0.6]
    best.sort(key=lambda item: (-item[0], -item[1], item[2].start))
    return sorted((sentence for _, _, sentence in best[:3]), key=lambda s: s.start)
