"""What a telephone hotline says: a Reply made short, made speakable, and sorted for handing over.

Owns the length limits, the confidence, when a person takes over and why, the follow-up prompt, and
the words around an answer (hotline_words.yaml).  No number is made here: a short answer repeats one
figure of the reply, and a text that is too long is cut between sentences or clauses, never in a
number.

Leaves to others: answering (answer.py), the contact (contacts.py), the code of the classification
(categories.py), time budget and sessions (api/hotline.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final, Literal
from xml.sax.saxutils import escape

from assistant.categories import Category
from assistant.contacts import Contact
from assistant.draft import aloud
from assistant.model import FigureShown, Language, Reply
from assistant.vocabulary.files import read_yaml
from indexer.numbers import canonical
from indexer.text import fold

Confidence = Literal["verified", "text", "none"]
FILE: Final = Path(__file__).with_name("hotline_words.yaml")
#: Characters of a short answer, and of what is read aloud.
SHORT, SPOKEN = 60, 160
#: Rules whose failing takes the word “verified” from a figure: its own table contradicts it.
_SUMS = frozenset({"R1", "R2", "R3", "R4"})
_STOP = re.compile(r"[。！？；!?;\n]|[，,、：:](?!\d)")
_ARITHMETIC = re.compile(r"\s?[（(][^（）()]*→[^（）()]*[）)]")
_CITE = re.compile(r"\[\d+\]")
#: A space between a Chinese word and a number, which only takes room.
_GAP = re.compile(r"(?<=[一-龥])\s+(?=[\d-])|(?<=\d)\s+(?=[一-龥])")


@dataclass(frozen=True, slots=True)
class HotlineAnswer:
    """What the hotline is told; `reply` is None where there was no time for one."""

    reply: Reply | None
    language: Language
    short: str
    full: str
    speech: str
    ssml: str
    confidence: Confidence
    handoff_reason: str | None
    contact: Contact | None
    category: Category
    follow_up: str
    valid_as_of: date | None


def hotline_answer(
    reply: Reply,
    question: str,
    *,
    category: Category,
    contact: Contact | None,
    longest: int | None = None,
) -> HotlineAnswer:
    """Return what the hotline says of a reply; `longest` limits the full text, in characters."""
    language = reply.language
    reason = handoff_reason(reply, question)
    limit = min(SHORT, longest or SHORT)
    short = _telephone(reply, contact, limit) or short_text(reply, limit)
    speech = speech_of(reply, short)
    return HotlineAnswer(
        reply=reply,
        language=language,
        short=short,
        full=shortened(reply.text, longest, language) if longest else reply.text,
        speech=" ".join(_sentences(speech, reason, contact, language)),
        ssml=ssml_of(speech, reason, contact, language),
        confidence=confidence_of(reply),
        handoff_reason=reason,
        contact=contact,
        category=category,
        follow_up=follow_up_of(reply, reason),
        valid_as_of=valid_as_of(reply),
    )


def late_answer(language: Language, category: Category) -> HotlineAnswer:
    """Return what is said where the time is up: nothing of a report, and a person takes over."""
    said = say(language, "time_budget")
    return HotlineAnswer(
        reply=None,
        language=language,
        short=said,
        full=said,
        speech=" ".join(_sentences(said, "time_budget", None, language)),
        ssml=ssml_of(said, "time_budget", None, language),
        confidence="none",
        handoff_reason="time_budget",
        contact=None,
        category=category,
        follow_up=say(language, "prompt_handed"),
        valid_as_of=None,
    )


def say(language: Language, key: str, **values: object) -> str:
    """Return the sentence `key` of hotline_words.yaml, filled.

    >>> say("zh", "compact", organ="示例市", year=2023, label="新收", value="268", unit="件")
    '示例市2023年新收268件。'
    """
    text: str = read_words()["says"][key][language]
    return text.format(**values)


def listens(key: str, question: str) -> bool:
    """Whether a question holds one of the words under `key`."""
    return bool(_pattern(key).search(fold(question).casefold()))


@cache
def read_words() -> dict[str, dict[str, dict[Language, str]]]:
    """Load hotline_words.yaml."""
    words: dict[str, dict[str, dict[Language, str]]] = read_yaml(FILE)
    return words


@cache
def _pattern(key: str) -> re.Pattern[str]:
    return re.compile(str(read_words()["listens"][key]))


def handoff_reason(reply: Reply, question: str) -> str | None:
    """Return why a person should take over, None where nobody needs to.

    The reasons are those of a reply that declines, and `asks_for_person`, `own_case`.
    """
    if listens("asks_for_person", question):
        return "asks_for_person"
    bare = re.sub(r"[\s,.!?。，！？]", "", fold(question).casefold())
    if reply.status == "no_answer":
        greets = reply.reason == "out_of_scope" and _pattern("greets").fullmatch(bare)
        return None if greets else reply.reason
    if reply.needs_human or listens("own_case", question):
        return "own_case"
    return None


def confidence_of(reply: Reply) -> Confidence:
    """Return what an answer rests on: printed cells that agree, words of a report or card, nothing.

    A figure that its own table contradicts is quoted, but counts as text.
    """
    if reply.status != "answered":
        return "none"
    if any(check.rule in _SUMS and check.result == "fails" for check in reply.checks):
        return "text"
    from_cells = [figure for figure in reply.figures if figure.indicator is not None]
    cited = all(figure.citations for figure in from_cells if figure.state != "absent")
    return "verified" if from_cells and cited and reply.citations else "text"


def valid_as_of(reply: Reply) -> date | None:
    """Return the last day of the newest year that the answer cites; None where it cites none."""
    years = [citation.year for citation in reply.citations]
    return date(max(years), 12, 31) if years else None


def short_text(reply: Reply, limit: int) -> str:
    """Return the answer in up to `limit` characters, with one figure, its organ, year and unit."""
    language = reply.language
    first = bare(reply.text.split("\n")[0])
    if reply.status != "answered":
        return shortened(first, limit, language)
    if reply.value is not None:
        said = _ARITHMETIC.sub("", first)
        if len(said) <= limit and canonical(reply.value) in said:
            return said
        return _compact(reply.figures[:1], limit, language, alone=len(reply.figures) == 1)
    printed = [f for f in reply.figures if f.state == "number" and f.value is not None]
    if printed and len(reply.figures) > 1:
        return _compact(_newest(printed), limit, language, alone=False)
    if reply.figures:
        return _state(reply.figures[0], limit, language)
    if quoted := _quote(reply):
        return shortened(quoted, limit, language)
    return shortened(first, limit, language)


def _telephone(reply: Reply, contact: Contact | None, limit: int) -> str | None:
    """The telephone number in a line, where that is what the reply quotes."""
    if contact is None or contact.telephone is None or reply.figures or reply.status != "answered":
        return None
    if contact.telephone not in fold(reply.text):
        return None
    office = contact.office or contact.organ
    said = say(reply.language, "contact_short", office=office, telephone=contact.telephone)
    return said if len(said) <= limit else None


def bare(text: str) -> str:
    """Return a line without marks of citations and needless spaces.

    >>> bare("淮北市人民政府2021年新收为 331 件。[1]")
    '淮北市人民政府2021年新收为331件。'
    """
    return _GAP.sub("", _CITE.sub("", text)).strip()


def _newest(figures: list[FigureShown]) -> tuple[FigureShown, ...]:
    """Of a row of years the last one, else the first figure."""
    series = len({figure.label for figure in figures}) == 1 and all(f.year for f in figures)
    return (max(figures, key=lambda f: f.year or 0),) if series else (figures[0],)


def _compact(
    figures: tuple[FigureShown, ...], limit: int, language: Language, *, alone: bool
) -> str:
    """Return one figure in a line; a label that is too long is cut and says so by an ellipsis.

    A result of two figures (a difference) has the label of both: it is not said by that alone.
    """
    figure = figures[0] if figures else None
    if figure is None or figure.value is None or not figure.organ or not figure.year:
        return shortened(say(language, "see_full"), limit, language)
    if figure.computed and not alone:
        return shortened(say(language, "see_full"), limit, language)
    filled = {
        "organ": figure.organ,
        "year": figure.year,
        "value": canonical(figure.value),
        "unit": figure.unit or "",
    }
    for key in ("compact",) if alone else ("compact_first", "compact"):
        room = limit - len(say(language, key, **filled, label=""))
        if room >= len(figure.label):
            return say(language, key, **filled, label=figure.label)
    if room >= 5:
        return say(language, key, **filled, label=figure.label[: room - 1] + "…")
    return shortened(say(language, "see_full"), limit, language)


def _state(figure: FigureShown, limit: int, language: Language) -> str:
    state = say(language, f"state_{'text' if figure.state == 'number' else figure.state}")
    names = {"organ": figure.organ or "", "year": figure.year or "", "state": state}
    room = limit - len(say(language, "compact_state", **names, label=""))
    if room < min(5, len(figure.label)):
        return shortened(say(language, "see_full"), limit, language)
    label = figure.label if room >= len(figure.label) else figure.label[: room - 1] + "…"
    return say(language, "compact_state", **names, label=label)


def _quote(reply: Reply) -> str | None:
    """The first quotation of a reply that rests on prose alone."""
    cited = next((c for c in reply.citations if c.row is None and c.column is None), None)
    if cited is None or cited.quote not in reply.text:
        return None
    head = say(reply.language, "year_report", organ=cited.organ, year=cited.year)
    return head + say(reply.language, "quote", text=cited.quote.strip())


def shortened(text: str, limit: int, language: Language) -> str:
    """Return `text` in up to `limit` characters, cut behind a stop that leaves numbers whole.

    >>> shortened("新收268件，其中自然人200件。办结270件。", 18, "zh")
    '新收268件，其中自然人200件。'
    >>> shortened("共 1,234,567 件", 8, "zh")
    '请看全文。'
    """
    if len(text) <= limit:
        return text
    ends = (match.end() for match in _STOP.finditer(text[: limit + 1]))
    stops = [end for end in ends if limit // 3 <= end <= limit]
    whole = [end for end in stops if text[end - 1] in "。！？；!?;\n"]
    if whole:
        return text[: whole[-1]].rstrip()
    if stops:
        return text[: min(stops[-1], limit - 1)].rstrip("，,、：:") + "…"
    see = say(language, "see_full")
    return see if len(see) <= limit else see.rpartition("，")[2][:limit]


def speech_of(reply: Reply, short: str) -> str:
    """Return one or two sentences to be read aloud, without brackets and arrows."""
    language = reply.language
    if reply.status == "needs_clarification":
        labels = [choice.label for choice in reply.choices[:3]]
        said = aloud(reply.text.split("\n")[0], language)
        if labels:
            between = "、" if language == "zh" else ", "
            said += say(language, "can_say", labels=between.join(labels))
        return said
    if reply.status == "answered" and not reply.figures and _quote(reply):
        return aloud(shortened(_quote(reply) or "", SPOKEN, language), language)
    said = reply.speech
    if not said or said.rstrip().endswith(("：", ":")) or "→" in said:
        said = aloud(short, language)
    said = re.sub(r"[，,]{2,}", "，" if language == "zh" else ", ", said)
    two = re.match(r"(?:[^。！？]*[。！？]){1,2}", said)
    return shortened(two.group() if two else said, SPOKEN, language)


def _sentences(
    speech: str, reason: str | None, contact: Contact | None, language: Language
) -> list[str]:
    said = [speech]
    if reason is not None:
        said.append(say(language, "handing_over"))
        if contact is not None and contact.telephone:
            office = say(language, "office", office=contact.office or contact.organ)
            said.append(f"{office}{contact.telephone}")
    return said


def ssml_of(speech: str, reason: str | None, contact: Contact | None, language: Language) -> str:
    """Return the speech as SSML 1.1: a sentence each, a telephone number spoken digit by digit."""
    parts = []
    for said in _sentences(speech, reason, contact, language):
        written = escape(said)
        if contact is not None and contact.telephone and said.endswith(contact.telephone):
            number = escape(contact.telephone)
            spelled = f'<say-as interpret-as="telephone">{number}</say-as>'
            written = written.removesuffix(number) + spelled
        parts.append(f"<s>{written}</s>")
    tag = "zh-CN" if language == "zh" else "en"
    return (
        '<speak version="1.1" xmlns="http://www.w3.org/2001/10/synthesis"'
        f' xml:lang="{tag}"><p>{"".join(parts)}</p></speak>'
    )


def follow_up_of(reply: Reply, reason: str | None) -> str:
    """Return what the hotline asks next."""
    language = reply.language
    if reason is not None:
        return say(language, "prompt_handed")
    if reply.status == "needs_clarification":
        return aloud(reply.text.split("\n")[0], language)
    if reply.suggestions:
        return say(language, "prompt_more", question=reply.suggestions[0])
    return say(language, "prompt_any")
