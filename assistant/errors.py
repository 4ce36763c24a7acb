"""What can keep the assistant from answering at all; declining is no error but a Reply.

Leaves to others: the table of HTTP statuses (api/), exit codes (__main__.py).
"""

from __future__ import annotations


class AssistantError(Exception):
    """Something outside the assistant failed, or it was asked in a way it cannot take."""


class BadQuestion(AssistantError):
    """The request itself is unusable: empty or too long a question, a bad date."""


class BadVocabulary(AssistantError):
    """A vocabulary file contradicts itself; the message names the file and entry."""


class NotFound(AssistantError):
    """No such report or table."""


class Busy(AssistantError):
    """Too many wait for the same thing already."""

    def __init__(self) -> None:
        super().__init__("正在处理别的原件，请稍后再试。 Others are being served; try again later.")


class NotAllowed(AssistantError):
    """Somebody asked for what only others may do."""


class NotSignedIn(AssistantError):
    """Nobody has signed in, and this needs somebody who has."""


class BadFile(AssistantError):
    """A file that somebody sent is no report, or cannot be read."""
