"""Replies to questions for the reports that mention something: 哪些机关提到了政务新媒体.

Owns which reports are searched and which sentence of each is quoted.

Leaves to others: the search itself (retrieve.py), how a quotation reads (prose.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.draft import Draft
from assistant.replies import stated
from assistant.replies.prose import quoted
from assistant.replies.sentences import Sentence, cut_sentences
from assistant.replies.task import ANSWERED, End
from assistant.retrieve import Retriever
from assistant.understand.parse import Parsed
from assistant.vocabulary import load_topics
from indexer.records import ReportRow
from indexer.text import fold

#: Reports quoted in one reply, and passages looked through for them.
_MOST_REPORTS = 6
_PASSAGES = 60
#: A sentence that holds less of what is looked for than this does not mention it.
_ENOUGH = 0.75
_MENTIONS = re.compile(
    r"(?:哪些|哪几[个份家]|哪个|有没有)[^,，。?？]{0,4}?(?:机关|单位|部门|地方|政府|报告|年报)(?:里|中|的?正文)?[^,，。?？]{0,4}?"
    r"(?:提到|提及|提过|写到|写过|写了|讲到|讲了|谈到|说到)(?:过|了)?"
    r"|(?:which|what) (?:organs|reports|agencies|bodies|authorities)\b.{0,16}?"
    r"(?:mention|speak of|write about|talk about)(?:s|ed)?"
)


def asks_mentions(parsed: Parsed) -> bool:
    """Whether a question looks for the reports that mention something, naming no organ."""
    return not parsed.named.organs and bool(_MENTIONS.search(parsed.question.text))


def answer_mentions(
    parsed: Parsed, reports: Sequence[ReportRow], draft: Draft, retriever: Retriever
) -> End:
    """Quote one sentence of each report that mentions what is asked, the nearest reports first."""
    words = _looked_for(parsed)
    ids = [report.id for report in reports] if parsed.years.named else None
    found: dict[str, Sentence] = {}
    for hit in retriever.search(" ".join(words), ids, _PASSAGES) if words else ():
        if hit.passage.report not in found:
            first = (s for s in cut_sentences([hit.passage]) if _mentions(s, words))
            found.update((sentence.passage.report, sentence) for sentence in list(first)[:1])
    if not found:
        draft.lines.append(draft.say("mentions_none", count=len(reports)))
        return "no_answer", "not_stated"
    draft.lines.append(draft.say("mentions", count=len(reports)))
    by_id = {report.id: report for report in reports}
    for id_ in list(found)[:_MOST_REPORTS]:
        names: dict[str, object] = {"organ": by_id[id_].organ, "year": by_id[id_].year}
        draft.lines.append(quoted(draft, names, [found[id_]]))
    return ANSWERED


def _looked_for(parsed: Parsed) -> dict[str, float]:
    """The words of what is looked for; an English question is looked for by its topics."""
    if parsed.question.language == "en":
        words = [load_topics()[topic].wordings.zh[0] for topic in parsed.topics]
        return {fold(word): 1.0 for word in words}
    text = _MENTIONS.sub(" ", parsed.question.text)
    text = re.sub(r"(?:19|20)\d\d\s*年?", " ", text)
    return stated.content_terms(stated.without_manner(text))


def _mentions(sentence: Sentence, words: dict[str, float]) -> bool:
    text = fold(sentence.text)
    held = sum(weight * stated.held(word, text) for word, weight in words.items())
    return held >= _ENOUGH * sum(words.values())
