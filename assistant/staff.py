"""Staff: signing in and out, and whose session a token is.

Owns the order of the steps of signing in, and when a session is void: its user is disabled, or has
another password or role since.

Leaves to others: users, sessions, attempts and providers themselves, cookies and routes
(api/staff.py, api/sign_in.py, api/oidc.py).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assistant.attempts import Attempts
from assistant.errors import AssistantError
from assistant.provider import Identity, Provider, Role
from assistant.sessions import Sessions, form_token
from assistant.users import User, Users, folded


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
    """The staff of one data folder; `provider` is where they may sign in instead."""

    def __init__(
        self,
        data: Path,
        *,
        provider: Provider | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.provider = provider
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
        self._begin(known, client)
        user = self.users.check(name, password)
        if user is None:
            raise WrongPassword("wrong")
        return self._enter(user, known, client, old)

    def sign_in_elsewhere(
        self, identify: Callable[[], Identity], client: str, old: str | None = None
    ) -> str:
        """Begin a session of the user whom the provider names, as `sign_in` does.

        Raises:
            TooManyAttempts: it failed too often from this client.
            ProviderUnavailable: the provider cannot be asked.
            SignInRefused: what it says will not do, or the user is disabled.
        """
        known = f"\nelsewhere {client}"  # no name begins so
        self._begin(known, client)
        user = self.users.admit(identify())
        return self._enter(user, known, client, old)

    def signs_in(self) -> bool:
        """Whether staff sign in: there is a user, or a provider."""
        return self.provider is not None or self.users.any()

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

    def sign_out_everywhere(self, name: str) -> int:
        """End all sessions of a user; return how many there were."""
        return self._sessions.end_all(folded(name))

    def unlock(self, name: str) -> bool:
        """Let a name be tried again at once; return whether it had failed before."""
        return self._attempts.forget(folded(name).casefold())

    def _begin(self, known: str, client: str) -> None:
        if seconds := self._attempts.begin(known, client):
            raise TooManyAttempts(seconds)

    def _enter(self, user: User, known: str, client: str, old: str | None) -> str:
        self._attempts.succeeded(known, client)
        if old:
            self._sessions.end(old)
        return self._sessions.start(user.name)
