"""The settings: a few environment variables, read once and passed down.

Owns their names and defaults, and the refusal of a NIANBAO_ name that nobody knows.

Leaves to others: what they are used for (bootstrap.py); the options of a command come before them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path

from assistant.errors import AssistantError

_PREFIX = "NIANBAO_"
#: Names that the tests and the indexer's loaders read themselves.
_OTHERS = frozenset({"NIANBAO_REPORTS"})
#: Requests of one client without a key, and of one key; and where they are counted.
PUBLIC_RATE, KEY_RATE, RATE_STORAGE = "600/minute", "3000/minute", "memory://"
#: Days that a record is kept.
RECORD_DAYS = 180


class BadSettings(AssistantError):
    """An environment variable is unknown or cannot be read; the message names it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Each field is the environment variable NIANBAO_<FIELD>.

    `data` is the folder of the index, `cache` that of the default embedding model; None means
    the default of the part that uses it.  `today` fixes the date that relative years start from;
    `hotline_categories` is the hotline's map of codes (see hotline_categories.yaml).
    `record_days` is how long questions and replies are kept, 0 records none.
    Who may ask how much: see api/guard.py; lists are separated by commas.
    """

    data: Path = Path("data")
    database_url: str | None = None
    chroma_url: str | None = None
    embedding_model: str | None = None
    cache: Path | None = None
    today: date | None = None
    hotline_categories: Path | None = None
    key_only: frozenset[str] | None = None
    rate_public: str = PUBLIC_RATE
    rate_key: str = KEY_RATE
    rate_storage: str = RATE_STORAGE
    trusted_proxies: tuple[str, ...] = ()
    record_days: int = RECORD_DAYS

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Read the settings; an empty variable counts as not set.

        >>> Settings.from_env({"NIANBAO_DATA": "library", "HOME": "x"}).data
        PosixPath('library')

        Raises:
            BadSettings: a NIANBAO_ name is unknown, or NIANBAO_TODAY is no date (YYYY-MM-DD).
        """
        known = {_PREFIX + field.name.upper() for field in fields(cls)} | _OTHERS
        named = {name for name in env if name.startswith(_PREFIX)}
        if unknown := sorted(named - known):
            raise BadSettings(
                f"未知的环境变量：{'、'.join(unknown)}。"
                f" Unknown environment variables: {', '.join(unknown)}."
            )
        given = {
            name.removeprefix(_PREFIX).lower(): value
            for name, value in env.items()
            if name in known - _OTHERS and value
        }
        return cls(
            data=Path(given.get("data", "data")),
            database_url=given.get("database_url"),
            chroma_url=given.get("chroma_url"),
            embedding_model=given.get("embedding_model"),
            cache=Path(given["cache"]) if "cache" in given else None,
            today=read_date(given["today"]) if "today" in given else None,
            hotline_categories=(
                Path(given["hotline_categories"]) if "hotline_categories" in given else None
            ),
            key_only=frozenset(_items(given["key_only"])) if "key_only" in given else None,
            rate_public=given.get("rate_public", PUBLIC_RATE),
            rate_key=given.get("rate_key", KEY_RATE),
            rate_storage=given.get("rate_storage", RATE_STORAGE),
            trusted_proxies=_items(given.get("trusted_proxies", "")),
            record_days=_days(given.get("record_days", str(RECORD_DAYS))),
        )

    def at(self, data: Path | None) -> Settings:
        """Return these settings for the index in `data`; None keeps the folder."""
        return self if data is None else replace(self, data=data)


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5):
        raise BadSettings(
            f"NIANBAO_RECORD_DAYS 应是天数：{text}。"
            f" NIANBAO_RECORD_DAYS is a number of days: {text}."
        )
    return int(text)


def _items(text: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in text.split(",") if item.strip())


def read_date(text: str) -> date:
    """Return the date that `text` (YYYY-MM-DD) names.

    Raises:
        BadSettings: it names none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadSettings(
            f"日期应写成 YYYY-MM-DD：{text}。 Dates are written YYYY-MM-DD: {text}."
        ) from error
