"""API keys: made, listed, revoked, rotated and recognised.

Owns how a key looks, and what is kept of it: its hash, never itself.  A key is long and random, so
one round of SHA-256 is enough.

Leaves to others: the file (access_file.py), which request needs which scope (api/guard.py),
commands (platform_commands.py).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal, cast, get_args

from assistant.access_file import AccessFile
from assistant.errors import AssistantError

#: `staff` opens what staff who signed in may do, what is public among it.
Scope = Literal["public", "hotline", "platform", "staff"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
#: Those whose routes can be closed to senders without a key; the parts for staff always are.
CLOSABLE: Final = frozenset(SCOPES) - {"staff"}
PREFIX: Final = "nb_"
_KEY = re.compile(r"nb_(k[0-9a-f]{10})_[A-Za-z0-9_-]{43}")
#: Seconds a running server goes on with the keys it has read.
_FRESH = 1.0
_TABLE = """
CREATE TABLE IF NOT EXISTS api_key (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL, scopes TEXT NOT NULL,
  created TEXT NOT NULL, rotated TEXT, revoked TEXT
)"""
_Row = tuple[str, str, str, str, str, str | None, str | None]


class UnknownKey(AssistantError):
    """There is no key with this id that is not revoked."""


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key; the times are in UTC, ISO 8601."""

    id: str
    name: str
    scopes: frozenset[str]
    created: str
    rotated: str | None
    revoked: str | None

    def opens(self, scope: str) -> bool:
        """Whether routes of a scope are open to this key."""
        return scope in self.scopes or (scope == "public" and "staff" in self.scopes)

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "id": self.id,
            "name": self.name,
            "scopes": sorted(self.scopes),
            "created": self.created,
            "rotated": self.rotated,
            "revoked": self.revoked,
        }


class KeyRing:
    """The keys of one data folder; the file is made with the first key."""

    def __init__(self, data: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._file = AccessFile(data, _TABLE)
        self._clock = clock
        self._read: tuple[float, dict[str, tuple[str, Key]]] | None = None

    def create(self, name: str, scopes: Sequence[Scope]) -> tuple[Key, str]:
        """Make a key; return it and the secret, which is kept nowhere."""
        id_ = f"k{secrets.token_hex(5)}"
        secret = _secret(id_)
        with self._file.writing() as connection:
            connection.execute(
                "INSERT INTO api_key (id, name, hash, scopes, created) VALUES (?, ?, ?, ?, ?)",
                (id_, name, _hash(secret), " ".join(sorted(set(scopes))), _now()),
            )
        self._read = None
        return self._by_id(id_), secret

    def rotate(self, id_: str) -> tuple[Key, str]:
        """Give a key a new secret; the old one is void at once.

        Raises:
            UnknownKey: there is none, or it is revoked.
        """
        secret = _secret(id_)
        self._change(id_, "hash = ?, rotated = ?", (_hash(secret), _now()))
        return self._by_id(id_), secret

    def revoke(self, id_: str) -> Key:
        """Make a key void for good.

        Raises:
            UnknownKey: there is none, or it is revoked already.
        """
        self._change(id_, "revoked = ?", (_now(),))
        return self._by_id(id_)

    def listed(self) -> list[Key]:
        """Return all keys, revoked ones too, in the order they were made."""
        return sorted((key for _, key in self._load().values()), key=lambda k: (k.created, k.id))

    def check(self, secret: str) -> Key | None:
        """Return the key that a secret belongs to, None where it is void."""
        match = _KEY.fullmatch(secret)
        if match is None:
            return None
        held = self._known().get(match.group(1))
        if held is None or held[1].revoked is not None:
            return None
        return held[1] if hmac.compare_digest(held[0], _hash(secret)) else None

    def granted(self) -> frozenset[str]:
        """Return the scopes that some key holds which is not revoked."""
        held = (key.scopes for _, key in self._known().values() if key.revoked is None)
        return frozenset(scope for scopes in held for scope in scopes)

    def _by_id(self, id_: str) -> Key:
        return self._load()[id_][1]

    def _change(self, id_: str, columns: str, values: tuple[str, ...]) -> None:
        with self._file.writing() as connection:
            changed = connection.execute(
                f"UPDATE api_key SET {columns} WHERE id = ? AND revoked IS NULL", (*values, id_)
            )
            if changed.rowcount != 1:
                raise UnknownKey(f"没有可用的密钥 {id_}。 There is no key {id_} in use.")
        self._read = None

    def _known(self) -> dict[str, tuple[str, Key]]:
        now = self._clock()
        if self._read is None or now - self._read[0] >= _FRESH:
            self._read = (now, self._load())
        return self._read[1]

    def _load(self) -> dict[str, tuple[str, Key]]:
        rows = self._file.rows(
            "SELECT id, hash, name, scopes, created, rotated, revoked FROM api_key"
        )
        return {
            id_: (hash_, Key(id_, name, frozenset(scopes.split()), created, rotated, revoked))
            for id_, hash_, name, scopes, created, rotated, revoked in cast("list[_Row]", rows)
        }


def _secret(id_: str) -> str:
    return f"{PREFIX}{id_}_{secrets.token_urlsafe(32)}"


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
