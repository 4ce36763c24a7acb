"""Users: people who work on the library, and how they prove who they are.

Owns who is a user, their roles, what a password must be, and what is kept of it: an Argon2 hash.
Whoever signs in at a provider has the hash of its word on them instead, and no password.
A user is never deleted, only disabled: the name stands on what they marked.

Leaves to others: sessions (sessions.py), failed attempts (attempts.py), which route needs which
role (api/staff.py), commands (user_commands.py).
"""

from __future__ import annotations

import hashlib
import re
import secrets
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, cast

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from assistant.access_file import AccessFile
from assistant.errors import AssistantError
from assistant.provider import Identity, Role, SignInRefused

SHORTEST, LONGEST = 12, 1024
#: Begins what is kept of a user who signs in at a provider.
_ELSEWHERE: Final = "oidc:"
_NAME = re.compile(r"[\w.@-]{1,60}")
_TABLE = """
CREATE TABLE IF NOT EXISTS user (
  name TEXT PRIMARY KEY COLLATE NOCASE, role TEXT NOT NULL, hash TEXT NOT NULL,
  created REAL NOT NULL, changed REAL NOT NULL, disabled REAL
)"""


class BadUser(AssistantError):
    """There is no such user, there is one already, or a name or password will not do."""


@dataclass(frozen=True, slots=True)
class User:
    """A user; the times are in seconds since 1970.

    Sessions from before `changed`, when the password, the role or the state changed last, are void.
    """

    name: str
    role: Role
    created: float
    changed: float
    disabled: float | None

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {"name": self.name, "role": self.role, "disabled": self.disabled is not None}


class Users:
    """The users of one data folder."""

    def __init__(self, data: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._file = AccessFile(data, _TABLE)
        self._clock = clock
        self._hasher = PasswordHasher()

    def any(self) -> bool:
        """Whether there is a user, be it a disabled one."""
        return bool(self._file.rows("SELECT 1 FROM user LIMIT 1"))

    def listed(self) -> list[User]:
        """Return all users by name."""
        return [_user(row) for row in self._file.rows(f"{_SELECT} ORDER BY name")]

    def find(self, name: str) -> User | None:
        """Return the user of this name, disabled or not."""
        rows = self._file.rows(f"{_SELECT} WHERE name = ?", folded(name))
        return _user(rows[0]) if rows else None

    def known(self, name: str) -> User:
        """Return the user of this name, disabled or not.

        Raises:
            BadUser: there is none.
        """
        user = self.find(name)
        if user is None:
            raise _nobody(name)
        return user

    def create(self, name: str, role: Role, password: str) -> User:
        """Make a user.

        Raises:
            BadUser: the name is taken or odd, or the password will not do.
        """
        name = folded(name)
        if not _NAME.fullmatch(name):
            raise BadUser(
                "用户名是一至六十个字母、汉字、数字或 . @ - _。"
                " A name is one to sixty letters, digits, or . @ - _."
            )
        now, hash_ = self._clock(), self._hash(name, password)
        with self._file.writing() as connection:
            made = connection.execute(
                "INSERT OR IGNORE INTO user VALUES (?, ?, ?, ?, ?, NULL)",
                (name, role, hash_, now, now),
            )
            if made.rowcount != 1:
                raise BadUser(f"已有用户 {name}。 There is a user {name} already.")
        return User(name, role, now, now, None)

    def set_password(self, name: str, password: str) -> None:
        """Give a user another password, and end their sessions.

        Raises:
            BadUser: there is none, or the password will not do.
        """
        self._change(name, "hash = ?", self._hash(folded(name), password))

    def set_role(self, name: str, role: Role) -> None:
        """Give a user another role, and end their sessions.

        Raises:
            BadUser: there is none.
        """
        self._change(name, "role = ?", role)

    def admit(self, identity: Identity) -> User:
        """Return the user whom a provider names, made or given another role where needed.

        Raises:
            SignInRefused: the name will not do, is another user's, or the user is disabled.
        """
        name, mark, now = folded(identity.name), _mark(identity.subject), self._clock()
        if not _NAME.fullmatch(name):
            raise SignInRefused("name")
        with self._file.writing() as connection:
            connection.execute(
                "INSERT INTO user SELECT ?, ?, ?, ?, ?, NULL WHERE NOT EXISTS"
                " (SELECT 1 FROM user WHERE hash = ? OR name = ?)",
                (name, identity.role, mark, now, now, mark, name),
            )
            connection.execute(
                "UPDATE user SET role = ?, changed = ? WHERE hash = ? AND role <> ?",
                (identity.role, now, mark, identity.role),
            )
            row = connection.execute(f"{_SELECT} WHERE hash = ?", (mark,)).fetchone()
        if row is None:
            raise SignInRefused("taken", name)
        if (user := _user(row)).disabled is not None:
            raise SignInRefused("disabled", user.name)
        return user

    def disable(self, name: str) -> None:
        """Keep a user out, and end their sessions.

        Raises:
            BadUser: there is none.
        """
        self._change(name, "disabled = ?", self._clock())

    def enable(self, name: str) -> None:
        """Let a user in again.

        Raises:
            BadUser: there is none.
        """
        self._change(name, "disabled = ?", None)

    def check(self, name: str, password: str) -> User | None:
        """Return the user whose password this is, unless disabled.

        A password is hashed in any case, so that the time says nothing of who is a user.
        """
        unknown = self._hash_of_nobody
        rows = self._file.rows("SELECT hash FROM user WHERE name = ?", folded(name))
        hash_ = str(rows[0][0]) if rows and not str(rows[0][0]).startswith(_ELSEWHERE) else unknown
        try:
            self._hasher.verify(hash_, _normal(password[:LONGEST]))
        except VerificationError:
            return None
        user = self.find(name)
        return user if user is not None and user.disabled is None else None

    @cached_property
    def _hash_of_nobody(self) -> str:
        return self._hasher.hash(secrets.token_urlsafe(32))

    def _hash(self, name: str, password: str) -> str:
        if not SHORTEST <= len(password) <= LONGEST or folded(password) == name:
            raise BadUser(
                f"密码至少 {SHORTEST} 个字符，且不得与用户名相同。"
                f" A password has at least {SHORTEST} characters and is not the name."
            )
        return self._hasher.hash(_normal(password))

    def _change(self, name: str, column: str, value: object) -> None:
        with self._file.writing() as connection:
            changed = connection.execute(
                f"UPDATE user SET {column}, changed = ? WHERE name = ?",
                (value, self._clock(), folded(name)),
            )
            if changed.rowcount != 1:
                raise _nobody(name)


_SELECT = "SELECT name, role, created, changed, disabled FROM user"


def folded(name: str) -> str:
    """Return the one form of a name that people type in several.

    >>> folded(" ｚｈａｎｇ ")
    'zhang'
    """
    return _normal(name).strip()


def _nobody(name: str) -> BadUser:
    return BadUser(f"没有用户 {name}。 There is no user {name}.")


def _mark(subject: str) -> str:
    return _ELSEWHERE + hashlib.sha256(subject.encode()).hexdigest()


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _user(row: tuple[object, ...]) -> User:
    name, role, created, changed, disabled = cast("tuple[str, Role, float, float, float]", row)
    return User(name, role, created, changed, disabled)
