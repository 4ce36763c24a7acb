"""Signing in elsewhere: what a provider of identities says of a person, and how it may fail.

Owns the words between the staff and a provider.

Leaves to others: the protocol (oidc.py), who becomes a user (users.py), what a person is told
(templates/words.yaml).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from assistant.errors import AssistantError

Role = Literal["staff", "operator"]
#: Why somebody may not sign in: another browser began it, the person or the provider declined, the
#: token will not do, it names no role or no usable name, the name is another's, or is disabled.
Refusal = Literal["state", "denied", "token", "role", "name", "taken", "disabled"]


class ProviderUnavailable(AssistantError):
    """The provider gave no answer that can be used; the cause is chained."""


class SignInRefused(AssistantError):
    """Whoever came back from the provider may not sign in; `reason` says why."""

    def __init__(self, reason: Refusal, said: str = "") -> None:
        super().__init__(f"{reason} {said}".rstrip())
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the provider says somebody is; `subject` stays the same whatever the name becomes."""

    subject: str
    name: str
    role: Role


class Provider(Protocol):
    """Where staff may sign in instead.

    `secret` is what one browser alone holds from the way there to the way back.
    """

    def address(self, secret: str, back: str) -> str:
        """Return the address that a browser is sent to; the provider sends it to `back`.

        Raises:
            ProviderUnavailable: the provider does not say where that is.
        """
        ...

    def identify(self, secret: str, back: str, state: str, code: str) -> Identity:
        """Return who came back with `state` and `code`.

        Raises:
            ProviderUnavailable: the provider cannot be asked.
            SignInRefused: what came back will not do.
        """
        ...
