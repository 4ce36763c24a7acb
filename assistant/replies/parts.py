"""The things that one question asks for: “刊出几期，设在哪里” asks for a number and for a place.

Owns cutting a question into them where some are no numbers; several numbers stay together.

Leaves to others: several numbers in one question (stated.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.replies import contact, stated
from assistant.replies.points import about_five
from assistant.replies.sentences import Sentence
from assistant.understand.parse import Parsed

_ASKING = re.compile(r"多少|几|哪|什么|啥|怎么|怎样|如何|谁|是否|有没有|吗")
_ASKING_WORDS = re.compile(
    r"(?:多少|几)[一-龥]?|哪[里儿些个]?|什么|啥|怎么样?|怎样|如何|谁|是否|有没有|吗|了"
)
#: Share of a word that a sentence must hold to speak of it.
_SPOKEN_OF = 0.5


def asked_parts(parsed: Parsed) -> tuple[Parsed, ...]:
    """Return the things that one sentence asks for, where some of them are no numbers.

    A later one leans on the words of the first: “刊出几期，设在哪里” asks where the first is.
    """
    text = parsed.rest or parsed.question.text
    clauses = [c for c in re.split(r"[,;?。，；？]", text) if c.strip("▁ ")]
    asking = [clause for clause in clauses if _ASKING.search(clause)]
    told = {clause: bool(stated.asks_number(reworded(parsed, clause))) for clause in asking}
    english = parsed.question.language == "en"
    if len(asking) < 2 or all(told.values()) or english or contact.asks_contact(parsed):
        return (parsed,)
    if about_five(parsed):
        return (parsed,)
    lead = "".join(clauses[: clauses.index(asking[0])])
    subject = lead + _ASKING_WORDS.sub(" ", asking[0])
    return (
        reworded(parsed, lead + asking[0]),
        *(reworded(parsed, f"{subject} {clause}") for clause in asking[1:]),
    )


def told_of(part: Parsed, first: Parsed, found: Sequence[Sentence]) -> list[Sentence]:
    """Return those of the sentences that speak of what a later part adds to the first.

    “建成几个专区，由谁出资” adds 出资, of which a sentence on 专区 says nothing.
    """
    own = [word for word in stated.content_terms(shown(part)) if len(word) > 1]
    if part is first or stated.asks_number(part) or not own:
        return list(found)
    return [s for s in found if any(stated.held(word, s.text) >= _SPOKEN_OF for word in own)]


def shown(part: Parsed) -> str:
    """The clause of a question that a part of it stands for, as it is said."""
    return part.rest.split()[-1].replace("▁", "")


def reworded(parsed: Parsed, text: str) -> Parsed:
    """The question as if it said no more than `text`."""
    return replace(parsed, rest=text, question=replace(parsed.question, text=text))
