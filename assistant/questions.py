"""What a question from outside must look like, whichever way it comes.

Owns the limits on questions and histories.

Leaves to others: what a question means (understand/), how it travels (api/, __main__.py).
"""

from __future__ import annotations

from assistant.errors import BadQuestion

#: Characters of one question, and questions of one history.
LONGEST, MOST = 1000, 50


def checked_question(question: object) -> str:
    """Return the question without blanks around it.

    >>> checked_question("  淮北2021年新收多少件？ ")
    '淮北2021年新收多少件？'

    Raises:
        BadQuestion: it is no text, empty, or longer than LONGEST characters.
    """
    text = question if isinstance(question, str) else ""
    if not text.isprintable():
        text = "".join(char if char.isprintable() else " " for char in text)
    text = text.strip()
    if not 1 <= len(text) <= LONGEST:
        raise BadQuestion(
            f"问题应有 1 到 {LONGEST} 个字。 A question has 1 to {LONGEST} characters."
        )
    return text


def checked_history(history: object) -> tuple[str, ...]:
    """Return the earlier questions, oldest first; of too many, the last MOST.

    Raises:
        BadQuestion: it is no list of questions.
    """
    if not isinstance(history, list | tuple):
        raise BadQuestion("history 应是问题的列表。 history is a list of questions.")
    return tuple(checked_question(question) for question in history[-MOST:])
