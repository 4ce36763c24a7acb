"""Tell which questions many people ask: publisher and indicator, out of the records.

Owns how many conversations, on how many days, must have begun with a question before it is shown,
and that what is shown is worded here: nobody's own words leave the records.

Leaves to others: the records (records.py), wording (wording.yaml), showing it (api/pages.py).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from assistant.draft import label_of
from assistant.model import Language
from assistant.records import Asked, Records
from assistant.vocabulary import load_indicators
from assistant.wording import say
from indexer.store import Store

MOST: Final = 4
#: What fewer conversations began with, or all on fewer days, may be one person's concern.
FEWEST_CONVERSATIONS: Final = 5
FEWEST_DAYS: Final = 3
#: Seconds until the records are counted anew.
_FRESH: Final = 600.0


class HotQuestions:
    """What is asked most of one library; without records nothing."""

    def __init__(
        self, store: Store, records: Records | None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._records = records
        self._clock = clock
        self._counted: tuple[float, tuple[Asked, ...]] | None = None

    def questions(self, language: Language) -> list[str]:
        """Return up to MOST questions, the most asked first, each about the latest report."""
        latest: dict[str, int] = {}
        for row in self._store.reports():
            if row.format in ("2019", "2021"):
                latest[row.organ] = max(row.year, latest.get(row.organ, 0))
        return [
            say(
                language,
                "choice",
                organ=one.organ,
                year=latest[one.organ],
                label=label_of(one.indicator, language),
            )
            for one in self._asked()
            if one.organ in latest
        ][:MOST]

    def _asked(self) -> tuple[Asked, ...]:
        if self._records is None:
            return ()
        now = self._clock()
        if self._counted is None or now - self._counted[0] > _FRESH:
            known = load_indicators()
            shown = (
                one
                for one in self._records.asked()
                if one.conversations >= FEWEST_CONVERSATIONS
                and one.days >= FEWEST_DAYS
                and one.indicator in known
            )
            ranked = sorted(shown, key=lambda one: (-one.conversations, one.organ, one.indicator))
            self._counted = now, tuple(ranked)
        return self._counted[1]
