"""The settings: a few environment variables, read once and passed down.

Owns their names, types and defaults.

Leaves to others: reading and checking the variables (environment.py), what a value is to look like
in words (settings.yaml), what they are used for (bootstrap.py); the options of a command come
before them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal

from assistant.errors import AssistantError

PREFIX: Final = "NIANBAO_"
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?")
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
    `record_days` is how long questions and replies are kept, 0 records none; `log_questions` is
    whether the log may have questions.
    Who may ask how much: see api/guard.py; lists are separated by commas.
    Where staff may sign in instead: see oidc.py; `oidc_staff` and `oidc_operators` are the values
    of the claim that make somebody that.
    Fields with `repr=False` are secrets: they are never shown, and can be read from files.
    """

    data: Path = Path("data")
    database_url: str | None = field(default=None, repr=False)
    chroma_url: str | None = None
    embedding_model: str | None = None
    cache: Path | None = None
    today: date | None = None
    chat_model: str | None = None
    chat_base_url: str | None = None
    chat_key: str | None = field(default=None, repr=False)
    chat_key_file: Path | None = None
    chat_options: Mapping[str, Any] = field(default_factory=dict, repr=False)
    chat_timeout: float = 20.0
    widget_origins: tuple[str, ...] = ()
    hotline_categories: Path | None = None
    key_only: frozenset[str] | None = None
    rate_public: str = PUBLIC_RATE
    rate_key: str = KEY_RATE
    rate_storage: str = field(default=RATE_STORAGE, repr=False)
    trusted_proxies: tuple[str, ...] = ()
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = field(default=None, repr=False)
    oidc_name_claim: str = "preferred_username"
    oidc_role_claim: str = "roles"
    oidc_staff: tuple[str, ...] = ()
    oidc_operators: tuple[str, ...] = ()
    record_days: int = RECORD_DAYS
    log_questions: Literal["none", "masked"] = "none"

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Read the settings; an empty variable counts as not set.

        >>> Settings.from_env({"NIANBAO_DATA": "library", "HOME": "x"}).data
        PosixPath('library')

        Raises:
            BadSettings: a NIANBAO_ name is unknown, or a value cannot be read.
        """
        # What reads them takes 0.6 s of processor time to import: nobody waits for it where only
        # such are set of which any text is a value, or a day that can be read.
        named = {name.removeprefix(PREFIX).lower() for name in env if name.startswith(PREFIX)}
        if named <= set(_PLAIN):
            texts = {name: env[PREFIX + name.upper()] for name in named}
            with suppress(BadSettings):
                return cls(**{name: _PLAIN[name](text) for name, text in texts.items() if text})
        from assistant.environment import read_environment

        return read_environment(env).settings

    def read_chat_key(self) -> str | None:
        """Return the key of the chat model, from its file or the variable.

        Raises:
            BadSettings: the file cannot be read.
        """
        if self.chat_key_file is None:
            return self.chat_key
        return read_secret(f"{PREFIX}CHAT_KEY_FILE", self.chat_key_file)

    def at(self, data: Path | None) -> Settings:
        """Return these settings for the index in `data`; None keeps the folder."""
        return self if data is None else replace(self, data=data)


def read_secret(variable: str, file: Path) -> str:
    """Return what a file holds, without the line break at its end.

    Raises:
        BadSettings: it cannot be read; the message names the variable.
    """
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings(
            f"{variable} 读不了：{file}。 {variable} cannot be read: {file}."
        ) from error


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


def read_list(text: str) -> tuple[str, ...]:
    """Return the items of a list separated by commas.

    >>> read_list("public, hotline,")
    ('public', 'hotline')
    """
    return tuple(item.strip() for item in text.split(",") if item.strip())


def read_origins(text: str) -> tuple[str, ...]:
    """Return the origins of a list separated by commas.

    >>> read_origins("https://www.example.gov.cn, http://127.0.0.1:9000/")
    ('https://www.example.gov.cn', 'http://127.0.0.1:9000')

    Raises:
        BadSettings: one of them is more or less than scheme and host.
    """
    found = [one.rstrip("/") for one in read_list(text)]
    for one in found:
        if not _ORIGIN.fullmatch(one):
            raise BadSettings(
                f"不是网站来源（协议和主机名）：{one}。 Not an origin (scheme and host): {one}."
            )
    return tuple(found)


#: Settings that are read without environment.py, each by what it reads there as well.
_PLAIN: Final[Mapping[str, Callable[[str], Any]]] = {
    "data": Path,
    "cache": Path,
    "embedding_model": str,
    "today": read_date,
}
