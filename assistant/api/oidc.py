"""Signing in at a provider: the way there, and the way back.

Owns the two addresses, the cookie that only the browser on its way holds, and that a refusal is
told on the page to sign in, in the language one came with.

Leaves to others: the protocol (oidc.py of the assistant), users and sessions (staff.py of it), the
page to sign in (sign_in.py).
"""

from __future__ import annotations

import logging
import re
import secrets
from functools import partial
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import quote, unquote, urlencode

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from assistant.api.look import look_of
from assistant.api.sign_in import caller_of, own_path
from assistant.api.staff import set_cookie, token_of
from assistant.errors import NotFound
from assistant.model import Language
from assistant.provider import Provider, ProviderUnavailable, SignInRefused
from assistant.staff import Staff, TooManyAttempts

if TYPE_CHECKING:
    from assistant.api.app import Parts

_log = logging.getLogger(__name__)
COOKIE: Final = "__Host-nianbao-oidc"
#: A secret, the language, and the page to go to afterwards.
_HELD = re.compile(r"([A-Za-z0-9_-]{43})\.(zh|en)\.([\x21-\x7e]*)")
#: Seconds for the way there and back; and how many are at it at once.
_ON_THE_WAY, _AT_ONCE = 600, 4
_Word = Annotated[str, Query(max_length=4096)]


def oidc_routes(parts: Parts) -> APIRouter:
    """Return the routes of signing in at a provider."""
    router = APIRouter(include_in_schema=False)
    limiter = CapacityLimiter(_AT_ONCE)

    @router.get("/sign-in/oidc")
    async def leave(request: Request, next: _Word = "") -> Response:
        provider = _provider(parts.staff)
        language, after = look_of(request).lang, own_path(next)
        secret = secrets.token_urlsafe(32)
        try:
            there = await to_thread.run_sync(
                provider.address, secret, _back(request), limiter=limiter
            )
        except ProviderUnavailable as error:
            return _refused("unavailable", language, after, error)
        sent = RedirectResponse(there, 303, headers={"cache-control": "no-store"})
        held = f"{secret}.{language}.{quote(after, safe='')}"
        sent.set_cookie(
            COOKIE, held, max_age=_ON_THE_WAY, path="/", secure=True, httponly=True, samesite="lax"
        )
        return sent

    @router.get("/sign-in/oidc/return")
    async def come_back(
        request: Request, state: _Word = "", code: _Word = "", error: _Word = ""
    ) -> Response:
        provider = _provider(parts.staff)
        match = _HELD.fullmatch(request.cookies.get(COOKIE, ""))
        if match is None:
            return _refused("state", "zh", "", SignInRefused("state"))
        secret, language, after = match[1], _language(match[2]), own_path(unquote(match[3]))
        if error or not code:
            return _refused("denied", language, after, SignInRefused("denied", error[:100]))
        identify = partial(provider.identify, secret, _back(request), state, code)
        try:
            token = await to_thread.run_sync(
                parts.staff.sign_in_elsewhere,
                identify,
                caller_of(request, parts.proxies),
                token_of(request),
                limiter=limiter,
            )
        except ProviderUnavailable as failure:
            return _refused("unavailable", language, after, failure)
        except SignInRefused as refusal:
            return _refused(refusal.reason, language, after, refusal)
        except TooManyAttempts as failure:
            return _refused("wait", language, after, failure)
        sent = RedirectResponse(after, 303, headers={"cache-control": "no-store"})
        set_cookie(sent, token)
        _forget(sent)
        return sent

    return router


def _provider(staff: Staff) -> Provider:
    if staff.provider is None:
        raise NotFound("没有设置统一身份认证。 No provider to sign in at is set.")
    return staff.provider


def _back(request: Request) -> str:
    return f"{request.base_url}sign-in/oidc/return"


def _language(text: str) -> Language:
    return "en" if text == "en" else "zh"


def _refused(reason: str, language: Language, after: str, error: Exception) -> Response:
    """Send a browser to the page to sign in, which says why; its log has more."""
    _log.warning("nobody signed in at the provider: %s (%s)", error, error.__cause__)
    asked = urlencode({"lang": language, "next": after, "refused": reason})
    sent = RedirectResponse(f"/sign-in?{asked}", 303)
    _forget(sent)
    return sent


def _forget(sent: Response) -> None:
    sent.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
