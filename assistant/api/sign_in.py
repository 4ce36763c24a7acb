"""Signing in and out: a page that needs no script, and who has signed in, for the pages that do.

Owns the addresses, what a person is told, and where one may be sent afterwards: to a page of ours.

Leaves to others: passwords, sessions and waiting (staff.py of the assistant), the cookie
(api/staff.py).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Form
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from assistant.api.assets import read_assets
from assistant.api.guard import client_of, forwarded_of
from assistant.api.local import Network
from assistant.api.look import look_of
from assistant.api.pages import Page, Pages, words
from assistant.api.staff import (
    check_token,
    delete_cookie,
    is_own,
    session_of,
    set_cookie,
    token_of,
)
from assistant.provider import Role
from assistant.staff import TooManyAttempts, WrongPassword

if TYPE_CHECKING:
    from assistant.api.app import Parts

#: A page of ours: no other host, nothing that browsers drop or read as a slash.
_OWN = re.compile(r"/(?!/)[^\\\x00-\x20\x7f]*")
_AFTER = "/library"
#: Passwords that are looked at at once; each takes 64 MiB for a moment.
_AT_ONCE = 2
_Word = Annotated[str, Form(max_length=1024)]


class SessionShape(BaseModel):
    """Who has signed in; `csrf` goes into X-CSRF-Token with every write. All null: nobody."""

    name: str | None = None
    role: Role | None = None
    csrf: str | None = None


def sign_in_routes(parts: Parts) -> APIRouter:
    """Return the routes of signing in."""
    router = APIRouter()
    show, staff = Pages(read_assets(parts.built), parts.staff), parts.staff
    limiter = CapacityLimiter(_AT_ONCE)

    def page(request: Request, status: int = 200, error: str = "", name: str = "") -> Response:
        after = own_path(request.query_params.get("next", ""))
        values = {
            "name": name,
            "next": after,
            "elsewhere": staff.provider is not None and f"/sign-in/oidc?{_asked(request, after)}",
            "passwords": staff.users.any(),
        }
        shown = show(request, Page("sign_in.html", None, values), status, error=error)
        shown.headers["cache-control"] = "no-store"
        return shown

    def refuse(request: Request, word: str, status: int) -> Response:
        detail = words(look_of(request).lang)[word]
        return show(request, Page("problem.html", None, {"detail": detail}), status)

    @router.get("/v1/session", tags=["staff"], response_model=SessionShape)
    async def show_session(request: Request) -> Response:
        """Say who has signed in, and the token that their writes must carry."""
        session = session_of(request)
        shape = SessionShape()
        if session is not None:
            shape = SessionShape(name=session.name, role=session.role, csrf=session.csrf)
        return JSONResponse(shape.model_dump(), headers={"cache-control": "no-store"})

    @router.get("/sign-in", include_in_schema=False)
    async def sign_in_page(request: Request) -> Response:
        if not staff.signs_in():
            return refuse(request, "no_users", 404)
        told = words(look_of(request).lang).get(f"oidc_{request.query_params.get('refused')}")
        return page(request, 401, told) if told else page(request)

    @router.post("/sign-in", include_in_schema=False)
    async def sign_in(request: Request, name: _Word = "", password: _Word = "") -> Response:
        if not is_own(request.headers):
            return refuse(request, "foreign_page", 403)
        known = words(look_of(request).lang)
        client = caller_of(request, parts.proxies)
        try:
            token = await to_thread.run_sync(
                staff.sign_in, name, password, client, token_of(request), limiter=limiter
            )
        except WrongPassword:
            return page(request, 401, known["wrong_password"], name)
        except TooManyAttempts as error:
            told = known["too_many_attempts"].format(seconds=error.seconds)
            shown = page(request, 429, told, name)
            shown.headers["retry-after"] = str(error.seconds)
            return shown
        sent = RedirectResponse(own_path(request.query_params.get("next", "")), 303)
        set_cookie(sent, token)
        return sent

    @router.post("/sign-out", include_in_schema=False)
    async def sign_out(request: Request, csrf: _Word = "", everywhere: _Word = "") -> Response:
        # A foreign form comes without the cookie, yet the answer to it could delete it.
        if not is_own(request.headers):
            return refuse(request, "foreign_page", 403)
        session, token = session_of(request), token_of(request)
        sent = RedirectResponse(f"/?lang={look_of(request).lang}", 303)
        if session is not None and token is not None:
            check_token(session, csrf)
            if everywhere:
                await to_thread.run_sync(staff.sign_out_everywhere, session.name)
            else:
                await to_thread.run_sync(staff.sign_out, token)
        delete_cookie(sent)
        return sent

    return router


def caller_of(request: Request, proxies: Collection[Network]) -> str:
    """Return the client of a request, as limits count it."""
    peer = request.client.host if request.client else ""
    return client_of(peer, forwarded_of(request.headers), proxies)


def _asked(request: Request, after: str) -> str:
    return urlencode({"lang": look_of(request).lang, "next": after})


def own_path(path: str) -> str:
    """Return `path` if it is a page of ours, else where staff begin.

    >>> own_path("/desk?view=batch"), own_path("//evil.example"), own_path("https://evil.example")
    ('/desk?view=batch', '/library', '/library')
    """
    return path if _OWN.fullmatch(path) else _AFTER
