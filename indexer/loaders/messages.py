"""Say why a file was not read.

Owns the reasons of `UnreadableFile` and their wording (messages.yaml).

Leaves to others: which reason applies (the readers, worker.py) and what is done about it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from indexer.errors import UnreadableFile

_MESSAGES = Path(__file__).with_name("messages.yaml")


@cache
def reasons() -> Mapping[str, Mapping[str, Any]]:
    """Return every reason: `failed`, and under `zh` and `en` a `message` and a `hint`."""
    loaded: dict[str, Mapping[str, Any]] = yaml.safe_load(_MESSAGES.read_text(encoding="utf-8"))
    return loaded


def unreadable(reason: str, *, where: str = "") -> UnreadableFile:
    """Return the error for `reason`, ready to be raised."""
    entry = reasons()[reason]
    return UnreadableFile(
        reason,
        entry["zh"]["message"],
        failed=entry["failed"],
        where=where,
        hint=entry["zh"]["hint"],
    )


def explain(reason: str, language: Literal["zh", "en"] = "zh") -> str:
    """Return the message and the hint of a reason as one text.

    >>> explain("empty", "en")
    'The file is empty or holds no text. Check that it was saved completely.'
    """
    entry = reasons()[reason][language]
    return f"{entry['message']}{' ' if language == 'en' else ''}{entry['hint']}"
