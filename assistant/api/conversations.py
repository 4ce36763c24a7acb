"""Remember the earlier questions of a conversation for a while.

Owns how many conversations are kept, how long, and how an id looks.  Only questions are kept, in
memory, never replies.

Leaves to others: what a follow-up means (assistant/conversation.py).
"""

from __future__ import annotations

import re
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from assistant.questions import MOST

#: Conversations kept at once, and seconds until one that rests is forgotten.
ROOM, REST = 10_000, 30 * 60
_ID = re.compile(r"c_[A-Za-z0-9_-]{6,64}")


def is_conversation(text: str) -> bool:
    """Whether `text` is an id of a conversation.

    >>> is_conversation("c_4fd0Ba91"), is_conversation("../etc")
    (True, False)
    """
    return bool(_ID.fullmatch(text))


def new_conversation() -> str:
    """Return an id that nobody can guess."""
    return "c_" + secrets.token_urlsafe(12)


class Conversations:
    """The earlier questions by conversation; the longest unused goes first when room is short.

    A conversation belongs to its owner: whoever else names it finds nothing.
    """

    def __init__(
        self,
        *,
        room: int = ROOM,
        rest: float = REST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._room, self._rest, self._clock = room, rest, clock
        self._kept: OrderedDict[tuple[str, str], tuple[float, tuple[str, ...]]] = OrderedDict()
        self._lock = threading.Lock()

    def questions(self, conversation: str, owner: str = "") -> tuple[str, ...]:
        """Return the earlier questions, oldest first; none if unknown or forgotten."""
        with self._lock:
            used, questions = self._kept.get((owner, conversation), (0.0, ()))
            return questions if self._clock() - used < self._rest else ()

    def remember(self, conversation: str, questions: tuple[str, ...], owner: str = "") -> None:
        """Keep the last questions of a conversation."""
        with self._lock:
            now = self._clock()
            self._kept[owner, conversation] = (now, questions[-MOST:])
            self._kept.move_to_end((owner, conversation))
            while self._kept and (
                len(self._kept) > self._room
                or now - next(iter(self._kept.values()))[0] >= self._rest
            ):
                self._kept.popitem(last=False)
