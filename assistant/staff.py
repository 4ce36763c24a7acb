"""Staff: signing in and out, and whose session a token is.

Owns the order of the steps of signing in, and when a session is void: its user is disabled, or has
another password since.

Leaves to others: users, sessions and attempts themselves, cookies and routes (api/staff.py,
api/sign_in.py).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assistant.attempts import Attempts
from assistant.errors import AssistantError
from assistant.sessions import Sessions, form_token
from assistant.users import Role, Users, folded


class WrongPassword(AssistantError):
    """No user who may sign in has this name and this password."""


class TooManyAttempts(AssistantError):
    """Signing in has failed too often; `seconds` is how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Session:
    """Who has signed in; `csrf` is what their forms and writes carry."""

    name: str
    role: Role
    csrf: str


class Staff:
    """The staff of one data folder."""

    def __init__(self, data: Path, *, clock: Callable[[], float] = time.time) -> None:
        self.users = Users(data, clock=clock)
        self._sessions = Sessions(data, clock=clock)
        self._attempts = Attempts(data, clock=clock)

    def sign_in(self, name: str, password: str, client: str, old: str | None = None) -> str:
        """Begin a session and end the `old` one of this browser; return the new token.

        Raises:
            TooManyAttempts: it failed too often for this name or from this client.
            WrongPassword: unknown user, wrong password or disabled: nobody learns which.
        """
        known = folded(name).casefold()
        if seconds := self._attempts.begin(known, client):
            raise TooManyAttempts(seconds)
        user = self.users.check(name, password)
        if user is None:
            raise WrongPassword("wrong")
        self._attempts.succeeded(known, client)
        if old:
            self._sessions.end(old)
        return self._sessions.start(user.name)

    def session(self, token: str) -> Session | None:
        """Return the session of a token, None where it is void."""
        held = self._sessions.find(token)
        user = self.users.find(held.name) if held else None
        if held is None or user is None or user.disabled is not None:
            return None
        if held.created < user.changed:
            return None
        return Session(user.name, user.role, form_token(token))

    def sign_out(self, token: str) -> None:
        """End a session."""
        self._sessions.end(token)
