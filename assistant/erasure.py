"""Erase what is kept of one answer, as the person who asked may demand.

《中华人民共和国个人信息保护法》 (2021-08-20) 第四十七条 gives a person that right.  Owns what goes
together: the record, its question in the records of follow-ups, feedback.

Leaves to others: who may erase (api/records.py, the command), how it is done and noted (records.py,
indexer/feedback.py), backups and logs, which are the operator's.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.errors import NotFound
from assistant.records import Records
from indexer.store import Store


@dataclass(frozen=True, slots=True)
class Erased:
    """How many records and how much feedback were erased."""

    records: int
    feedback: int


def erase_answer(records: Records, store: Store, answer_id: str, *, who: str) -> Erased:
    """Erase what is kept of an answer; that `who` did so is noted.

    Raises:
        NotFound: nothing is kept of it.
        RecordsUnavailable: the records cannot be changed; what is left can be erased once more.
    """
    feedback = store.erase_feedback(answer_id)
    erased = Erased(records.erase(answer_id, who=who, also=feedback > 0), feedback)
    if erased == Erased(0, 0):
        raise NotFound(
            "没有这次回答的记录和意见。 There is no record of this answer, and no feedback."
        )
    return erased
