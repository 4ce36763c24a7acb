"""The settings: a few environment variables, read once and passed down.

Owns their names and defaults, and the refusal of a NIANBAO_ name that nobody knows.

Leaves to others: what they are used for (bootstrap.py); the options of a command come before them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from assistant.errors import AssistantError

_PREFIX = "NIANBAO_"
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?")
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
    the default of the part that uses it.  `today` fixes the date that relative years start from.
    Without `chat_model` no chat model is asked; `chat_timeout` is in seconds, for all calls of one
    question together.
    `widget_origins` are the sites whose pages may ask (scheme and host), separated by commas.
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
    chat_model: str | None = None
    chat_base_url: str | None = None
    chat_key: str | None = field(default=None, repr=False)
    chat_key_file: Path | None = None
    chat_options: Mapping[str, Any] = field(default_factory=dict)
    chat_timeout: float = 20.0
    widget_origins: tuple[str, ...] = ()
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
            BadSettings: a NIANBAO_ name is unknown, or a value cannot be read: NIANBAO_TODAY as a
                date (YYYY-MM-DD), NIANBAO_CHAT_OPTIONS as a JSON object, NIANBAO_CHAT_TIMEOUT as
                seconds, NIANBAO_WIDGET_ORIGINS as origins.
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
            chat_model=given.get("chat_model"),
            chat_base_url=given.get("chat_base_url"),
            chat_key=given.get("chat_key"),
            chat_key_file=Path(given["chat_key_file"]) if "chat_key_file" in given else None,
            chat_options=_read_options(given.get("chat_options", "{}")),
            chat_timeout=_read_seconds(given.get("chat_timeout", "20")),
            widget_origins=read_origins(given.get("widget_origins", "")),
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

    def read_chat_key(self) -> str | None:
        """Return the key of the chat model, from its file or the variable.

        Raises:
            BadSettings: the file cannot be read.
        """
        if self.chat_key_file is None:
            return self.chat_key
        try:
            return self.chat_key_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise BadSettings(
                f"NIANBAO_CHAT_KEY_FILE 读不了：{self.chat_key_file}。"
                f" NIANBAO_CHAT_KEY_FILE cannot be read: {self.chat_key_file}."
            ) from error

    def at(self, data: Path | None) -> Settings:
        """Return these settings for the index in `data`; None keeps the folder."""
        return self if data is None else replace(self, data=data)


def _read_options(text: str) -> Mapping[str, Any]:
    try:
        options = json.loads(text)
    except ValueError:
        options = None
    if not isinstance(options, dict):
        raise BadSettings(
            "NIANBAO_CHAT_OPTIONS 应是一个 JSON 对象。 NIANBAO_CHAT_OPTIONS must be a JSON object."
        )
    return options


def _read_seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 600:
        raise BadSettings(
            "NIANBAO_CHAT_TIMEOUT 应是 0 到 600 之间的秒数。"
            " NIANBAO_CHAT_TIMEOUT must be seconds between 0 and 600."
        )
    return seconds


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


def read_origins(text: str) -> tuple[str, ...]:
    """Return the origins of a list separated by commas.

    >>> read_origins("https://www.example.gov.cn, http://127.0.0.1:9000/")
    ('https://www.example.gov.cn', 'http://127.0.0.1:9000')

    Raises:
        BadSettings: one of them is more or less than scheme and host.
    """
    found = [one.strip().rstrip("/") for one in text.split(",") if one.strip()]
    for one in found:
        if not _ORIGIN.fullmatch(one):
            raise BadSettings(
                f"不是网站来源（协议和主机名）：{one}。 Not an origin (scheme and host): {one}."
            )
    return tuple(found)
