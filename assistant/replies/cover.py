"""How much of a question's words a sentence of the prose holds.

Owns the share and the best sentence by it.

Leaves to others: which words carry the question (stated.py), meaning (retrieve.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.replies import stated
from assistant.replies.sentences import Sentence
from assistant.understand.parse import Parsed
from indexer.text import fold


def best_covered(parsed: Parsed, sentences: Sequence[Sentence]) -> tuple[float, Sentence] | None:
    """Return the sentence that holds most of the question's words, and their share."""
    asked = {w: float(min(len(w), 4)) for w in content_words(stated.without_manner(parsed.rest))}
    scored = [(coverage(asked, s.text, ""), -i, s) for i, s in enumerate(sentences)]
    best = max(scored, key=lambda one: one[:2], default=None)
    return (best[0], best[2]) if best is not None else None


def content_words(text: str) -> list[str]:
    """Return the content words of a question: the longest of those that hold one another."""
    return list(stated.content_terms(text))


def coverage(asked: dict[str, float], text: str, heading: str) -> float:
    """Share of the question's words, by weight, that a sentence holds; half for its heading."""
    total = sum(asked.values())
    if not total:
        return 0.0
    folded, above = fold(text), fold(heading)
    held = stated.held
    return sum(w * max(held(t, folded), 0.4 * held(t, above)) for t, w in asked.items()) / total
