"""Who is at the other end of a request: somebody who signed in, a key, or somebody at this machine.

Owns the cookie, the rule of what staff may do, and what every request that changes something must
show: that it comes from a page of ours, and the token of the session.  A key with the scope staff
may do what staff may, an operator's work excepted; no browser sends it by itself, so it needs
neither.

As long as there is no user and no provider, whoever sits at the machine is staff (local.py); with
the first everybody signs in.

Leaves to others: sessions (staff.py of the assistant), the page to sign in (sign_in.py).
"""

from __future__ import annotations

import hmac
from collections.abc import Collection
from typing import Final, Literal

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.api.local import Network, is_local, is_of_host
from assistant.api.problems import problem
from assistant.errors import NotAllowed, NotSignedIn
from assistant.keys import Key
from assistant.provider import Role
from assistant.sessions import LONGEST
from assistant.staff import Session, Staff

#: The prefix makes a browser refuse it without Secure and Path=/, and from any other host.
COOKIE: Final = "__Host-nianbao"
TOKEN_HEADER: Final = "x-csrf-token"
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_FOREIGN: Final = (
    "请求不是从本站页面发出的。 The request does not come from a page of this service."
)
_ONLY_HERE: Final = (
    "这项操作只在运行本系统的计算机上开放。 This is open only on the computer that runs the system."
)
_SIGN_IN: Final = "请先登录。 Please sign in."
_OPERATOR: Final = "这项操作需要运维人员。 This takes an operator."
_NO_TOKEN: Final = (
    "请求缺少本次登录的令牌，请刷新页面后再试。"
    " The token of the session is missing; reload the page and try again."
)


class Sessions:
    """ASGI middleware that finds out who sent a request, and refuses what a foreign page sent."""

    def __init__(self, app: ASGIApp, staff: Staff, proxies: Collection[Network] = ()) -> None:
        self._app = app
        self._staff = staff
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        scope["state"]["is_local"] = is_local(request, self._proxies)
        token = token_of(request)
        if token is None:
            await self._app(scope, receive, send)
            return
        if scope["method"] not in _READING and not is_own(Headers(scope=scope)):
            refused = problem(scope["state"]["request_id"], 403, _FOREIGN)
            await refused(scope, receive, send)
            return
        scope["state"]["session"] = await run_in_threadpool(self._staff.session, token)
        await self._app(scope, receive, send)


class StaffOnly:
    """Lets a request pass that staff of a role sends."""

    def __init__(self, staff: Staff, role: Role = "staff") -> None:
        self._staff = staff
        self._role = role

    def __call__(self, request: Request) -> None:
        """Let a request pass.

        Raises:
            NotSignedIn: nobody has signed in.
            NotAllowed: from elsewhere, without the token of the session, or without the role.
        """
        match entry(request, self._staff):
            case "sign_in":
                raise NotSignedIn(_SIGN_IN)
            case "elsewhere":
                raise NotAllowed(_ONLY_HERE)
        session = session_of(request)
        if session is None:
            if self._role == "operator" and staff_key_of(request) is not None:
                raise NotAllowed(_OPERATOR)
            return
        if self._role == "operator" and session.role != "operator":
            raise NotAllowed(_OPERATOR)
        if request.method not in _READING:
            check_token(session, request.headers.get(TOKEN_HEADER, ""))


def entry(request: HTTPConnection, staff: Staff) -> Literal["open", "sign_in", "elsewhere"]:
    """Return whether the parts for staff are open to a request, and if not, why."""
    if session_of(request) is not None or staff_key_of(request) is not None:
        return "open"
    if staff.signs_in():
        return "sign_in"
    return "open" if request.scope["state"]["is_local"] else "elsewhere"


def session_of(request: HTTPConnection) -> Session | None:
    """Return who sent a request, None if nobody has signed in."""
    session: Session | None = request.scope["state"].get("session")
    return session


def staff_key_of(request: HTTPConnection) -> Key | None:
    """Return the key that a request was sent with, if it opens the parts for staff."""
    key: Key | None = request.scope["state"].get("staff_key")
    return key


def sender_of(request: HTTPConnection) -> str:
    """Return who is noted for what a request of staff does; empty for whoever is at the machine."""
    if session := session_of(request):
        return session.name
    key = staff_key_of(request)
    return f"key:{key.id}" if key else ""


def token_of(request: HTTPConnection) -> str | None:
    """Return the token that the cookie of a request carries."""
    return request.cookies.get(COOKIE)


def check_token(session: Session, given: str) -> None:
    """Let a form or a write pass that carries the token of its session.

    Raises:
        NotAllowed: it does not.
    """
    if not hmac.compare_digest(session.csrf.encode(), given.encode()):
        raise NotAllowed(_NO_TOKEN)


def is_own(headers: Headers) -> bool:
    """Whether a page of ours sent a request, as its browser says.

    >>> is_own(Headers({"host": "nb.example", "origin": "https://nb.example"}))
    True
    >>> is_own(Headers({"host": "nb.example", "origin": "https://other.example"}))
    False
    >>> is_own(Headers({"host": "nb.example", "sec-fetch-site": "same-site"}))
    False
    """
    if (site := headers.get("sec-fetch-site")) is not None and site != "same-origin":
        return False
    origin = headers.get("origin")
    if origin is None:
        return site is not None
    return is_of_host(origin, headers.get("host", ""))


def set_cookie(response: Response, token: str) -> None:
    """Give a browser the token of its session."""
    response.set_cookie(
        COOKIE, token, max_age=LONGEST, path="/", secure=True, httponly=True, samesite="lax"
    )


def delete_cookie(response: Response) -> None:
    """Take it away again."""
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
