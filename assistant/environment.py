"""Read the settings from variables and secret files, check them, and say where each came from.

Owns which variables there are (one for each field of Settings, and for each secret one with _FILE,
which names a file that holds it), how their text becomes a value, and the refusals.  The only
import of pydantic-settings.

Leaves to others: names and defaults (settings.py), the words of a refusal (settings.yaml).
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar, get_type_hints

import yaml
from pydantic import BeforeValidator, ValidationError, create_model
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)

from assistant.keys import CLOSABLE
from assistant.settings import (
    PREFIX,
    BadSettings,
    Settings,
    read_date,
    read_list,
    read_origins,
    read_secret,
)

#: A folder of secrets, a file for each, named like the variable in small letters.
_FOLDER: Final = f"{PREFIX}SECRETS_DIR"
#: Names that the tests and the indexer's loaders read themselves.
_OTHERS: Final = frozenset({"NIANBAO_REPORTS"})
_URL = re.compile(r"https?://[^\s/?#]+[^\s]*")
_STORAGE = re.compile(r"[a-z+]+://\S*")
_PASSWORD = re.compile(r"(?<=://)([^/@\s:]*):[^/@\s]*@")
_HIDDEN: Final = "******"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Environment:
    """The settings, and of those that are set where they are: a variable or a file."""

    settings: Settings
    origins: Mapping[str, str]

    def effective(self) -> list[dict[str, Any]]:
        """Return every setting with its value and origin; what is secret in it is covered."""
        return [
            {
                "name": PREFIX + one.name.upper(),
                "value": _shown(one, getattr(self.settings, one.name)),
                "from": self.origins.get(one.name, "default"),
            }
            for one in fields(Settings)
        ]


def read_environment(env: Mapping[str, str]) -> Environment:
    """Read the settings; an empty variable counts as not set.

    Raises:
        BadSettings: a name is unknown, or a value cannot be read; the message names the variable.
    """
    known = {PREFIX + one.name.upper() for one in fields(Settings)}
    files = {f"{PREFIX}{one.name.upper()}_FILE" for one in fields(Settings) if not one.repr}
    named = {name for name in env if name.startswith(PREFIX)}
    _refuse_unknown(
        named - known - files - _OTHERS - {_FOLDER}, "环境变量", "environment variables"
    )
    folder = _folder(env.get(_FOLDER, ""))
    if folder is not None:
        kept = {path.name.upper() for path in folder.iterdir()}
        unknown = {name for name in kept if name.startswith(PREFIX)} - known
        _refuse_unknown(unknown, f"{_FOLDER} 中的文件", f"files in {_FOLDER}")
    origins: dict[str, str] = {}

    class Read(_model()):  # type: ignore[misc]  # one per call: its sources are those of `env`
        @classmethod
        def settings_customise_sources(
            cls, settings_cls: type[BaseSettings], **_: Any
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            given = _Variables(settings_cls, env, origins)
            return (given, _Folder(settings_cls, folder, origins)) if folder else (given,)

    try:
        read = Read()
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        raise BadSettings(_refusal(name, origins[name], error.errors()[0]["input"])) from error
    except OSError as error:
        raise BadSettings(f"{_FOLDER} 读不了。 {_FOLDER} cannot be read: {error}.") from error
    return Environment(
        Settings(**{one.name: getattr(read, one.name) for one in fields(Settings)}), origins
    )


class _Variables(PydanticBaseSettingsSource):
    """The variables, and the files that variables name."""

    def __init__(
        self, settings: type[BaseSettings], env: Mapping[str, str], origins: dict[str, str]
    ) -> None:
        super().__init__(settings)
        self._env, self._origins = env, origins
        self._secret = {one.name for one in fields(Settings) if not one.repr}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return the text of one field, None where it is not set."""
        variable = PREFIX + field_name.upper()
        # The file of the chat model's key is a setting of its own, read when the model is wanted.
        by_file = field_name in self._secret and field_name != "chat_key"
        if by_file and (file := self._env.get(f"{variable}_FILE")):
            self._origins[field_name] = f"{variable}_FILE"
            return read_secret(f"{variable}_FILE", Path(file)), field_name, False
        if text := self._env.get(variable):
            self._origins[field_name] = variable
            return text, field_name, False
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return the text of every field that is set."""
        read = {name: self.get_field_value(f, name)[0] for name, f in _fields(self).items()}
        return {name: text for name, text in read.items() if text is not None}


class _Folder(SecretsSettingsSource):
    """The folder of secrets; a variable comes before it."""

    def __init__(self, settings: type[BaseSettings], folder: Path, origins: dict[str, str]) -> None:
        super().__init__(settings, secrets_dir=folder)
        self._origins = origins

    def __call__(self) -> dict[str, Any]:
        """Return the text of every field that has a file."""
        read = {name: text for name, text in super().__call__().items() if text}
        for name in read:
            self._origins.setdefault(name, f"{self.secrets_dir}/{PREFIX.lower()}{name}")
        return read


def _fields(source: PydanticBaseSettingsSource) -> Mapping[str, FieldInfo]:
    return source.settings_cls.model_fields


@cache
def _model() -> type[BaseSettings]:
    """Return a pydantic model with the fields of Settings, read from text."""
    hints = get_type_hints(Settings, include_extras=True)
    made: dict[str, Any] = {}
    for one in fields(Settings):
        reader = _READERS.get(one.name)
        kind = Annotated[hints[one.name], BeforeValidator(reader)] if reader else hints[one.name]
        default = one.default if one.default_factory is MISSING else one.default_factory()
        made[one.name] = (kind, default)
    return create_model("Variables", __base__=_Variable, **made)


class _Variable(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix=PREFIX.lower(), enable_decoding=False, extra="forbid", validate_default=False
    )


def _folder(text: str) -> Path | None:
    if not text:
        return None
    folder = Path(text)
    if not folder.is_dir():
        raise BadSettings(f"{_FOLDER} 应是一个文件夹：{text}。 {_FOLDER} must be a folder: {text}.")
    return folder


def _refuse_unknown(names: set[str], zh: str, en: str) -> None:
    if names:
        listed = sorted(names)
        raise BadSettings(f"未知的{zh}：{'、'.join(listed)}。 Unknown {en}: {', '.join(listed)}.")


def _refusal(name: str, origin: str, text: object) -> str:
    wanted = load_wanted()[name]
    secret = next(not one.repr for one in fields(Settings) if one.name == name)
    shown = "" if secret else f": {text}"
    return f"{origin} 应是{wanted['zh']}{shown}。 {origin} must be {wanted['en']}{shown}."


@cache
def load_wanted() -> Mapping[str, Mapping[str, str]]:
    """Return what the value of each setting is to look like, in words, by the field."""
    file = Path(__file__).with_name("settings.yaml")
    wanted: Mapping[str, Mapping[str, str]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return wanted


def _shown(one: Field[Any], value: Any) -> str | None:
    """Return a value as text, without passwords, keys and tokens."""
    if value is None:
        return None
    if isinstance(value, str) and "://" in value:
        return _PASSWORD.sub(rf"\1:{_HIDDEN}@", value)
    if not one.repr:
        return _HIDDEN if value else None
    if isinstance(value, frozenset | tuple):
        return ",".join(sorted(value) if isinstance(value, frozenset) else value)
    return str(value)


def _checked(pattern: re.Pattern[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError
        return text

    return read


def _seconds(text: str) -> float:
    if not 0 < float(text) < 600:
        raise ValueError
    return float(text)


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5):
        raise ValueError
    return int(text)


def _object(text: str) -> object:
    value = json.loads(text)
    if not isinstance(value, dict):
        raise ValueError
    return value


def _networks(text: str) -> tuple[str, ...]:
    found = read_list(text)
    for one in found:
        ipaddress.ip_network(one)
    return found


def _scopes(text: str) -> frozenset[str]:
    found = frozenset(read_list(text))
    if found - {"none", *CLOSABLE}:
        raise ValueError
    return found


def _rate(text: str) -> str:
    from limits import parse

    parse(text)
    return text


def _database(text: str) -> str:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        make_url(text)
    except ArgumentError as error:
        raise ValueError from error
    return text


def _told(reader: Callable[[str], _T]) -> Callable[[str], _T]:
    """Return a reader whose refusal pydantic understands."""

    def read(text: str) -> _T:
        try:
            return reader(text)
        except BadSettings as error:
            raise ValueError from error

    return read


_READERS: Final[Mapping[str, Callable[[str], object]]] = {
    "today": _told(read_date),
    "database_url": _database,
    "chroma_url": _checked(_URL),
    "chat_base_url": _checked(_URL),
    "chat_options": _object,
    "chat_timeout": _seconds,
    "record_days": _days,
    "widget_origins": _told(read_origins),
    "key_only": _scopes,
    "rate_public": _rate,
    "rate_key": _rate,
    "rate_storage": _checked(_STORAGE),
    "trusted_proxies": _networks,
    "oidc_issuer": _checked(_URL),
    "oidc_staff": read_list,
    "oidc_operators": read_list,
}
