"""Who may send a request, and how many: keys with scopes, and rate limits.

Owns which routes need which scope, where a key may stand in a request, what counts as one client,
and the headers that tell how much is left.

Leaves to others: keys (keys.py), the count (counts.py), the forms of errors (problems.py,
openai.py, dify.py).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Send
from starlette.types import Scope as AsgiScope

from assistant.api import dify, fastgpt
from assistant.api.counts import BadStorage, Counts, read_limit
from assistant.api.local import Network
from assistant.api.openai import error_response
from assistant.api.problems import problem
from assistant.keys import CLOSABLE, PREFIX, Key, KeyRing
from assistant.settings import KEY_RATE, PUBLIC_RATE, RATE_STORAGE, BadSettings, Settings

#: The scope of a route by the beginning of its path; others under /v1 are public.
_SCOPES: Final = (
    ("/v1/hotline/", "hotline"),
    ("/v1/models", "platform"),
    ("/v1/chat/", "platform"),
    ("/v1/dify/", "platform"),
    ("/v1/fastgpt/", "platform"),
    ("/mcp", "platform"),
    ("/v1/", "public"),
    ("/reports", "public"),
)
Form = Literal["problem", "openai", "dify", "fastgpt"]
#: The form in which the clients of a path read errors; others read problems.
_FORMS: Final[tuple[tuple[str, Form], ...]] = (
    ("/v1/models", "openai"),
    ("/v1/chat/", "openai"),
    ("/v1/dify/", "dify"),
    ("/v1/fastgpt/", "fastgpt"),
)
#: Names under which a key must not stand in an address, where logs and histories keep it.
_IN_URL = frozenset({"key", "api_key", "apikey", "api-key", "token", "access_token", "secret"})
_KEY = re.compile(rf"{PREFIX}k[0-9a-f]{{10}}_")
_BEARER = re.compile(r"bearer (\S+)", re.IGNORECASE)
_MESSAGES: Final = {
    400: "密钥不得写在网址里，请放在请求头。 Send a key as a header, never in the address.",
    401: "需要有效的密钥。 A valid key is needed.",
    403: "这个密钥没有此项权限。 This key does not have that scope.",
    429: "请求太多，请稍后再试。 Too many requests; try again later.",
}


@dataclass(frozen=True)
class Access:
    """The rules; `key_only` None means hotline and platform, once a key for them has been made.

    `public` and `keyed` are limits in the notation of limits (“600/minute”), for a client without
    and for a key; `storage` is where the count stands; `proxies` are those whose word on the client
    is taken.
    """

    keys: KeyRing
    key_only: frozenset[str] | None = None
    public: str = PUBLIC_RATE
    keyed: str = KEY_RATE
    storage: str = RATE_STORAGE
    proxies: tuple[Network, ...] = ()

    def needed(self, scope: str) -> bool:
        """Whether a route of `scope` wants a key."""
        if self.key_only is not None:
            return scope in self.key_only
        return scope in self.keys.granted() & {"hotline", "platform"}


def access_of(settings: Settings) -> Access:
    """Return the rules that the settings name.

    Raises:
        BadSettings: an unknown scope, a limit or a network that cannot be read.
    """
    chosen = settings.key_only
    if chosen is not None:
        chosen -= {"none"}
        if unknown := chosen - CLOSABLE:
            raise BadSettings(f"NIANBAO_KEY_ONLY: {', '.join(sorted(unknown))}")
    try:
        read_limit(settings.rate_public), read_limit(settings.rate_key)
        Counts(settings.rate_storage)
        proxies = tuple(ipaddress.ip_network(text) for text in settings.trusted_proxies)
    except BadStorage as error:
        raise BadSettings(f"NIANBAO_RATE_STORAGE: {error}") from error
    except ValueError as error:
        raise BadSettings(f"NIANBAO_RATE_*, NIANBAO_TRUSTED_PROXIES: {error}") from error
    return Access(
        KeyRing(settings.data),
        chosen,
        settings.rate_public,
        settings.rate_key,
        settings.rate_storage,
        proxies,
    )


class Guard:
    """ASGI middleware in front of the routes."""

    def __init__(self, app: ASGIApp, access: Access, counts: Counts) -> None:
        self._app = app
        self._access = access
        self._counts = counts
        self._public, self._keyed = read_limit(access.public), read_limit(access.keyed)

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        wanted = scope_of(scope["path"]) if scope["type"] == "http" else None
        if wanted is None:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        asked = QueryParams(scope["query_string"])
        address = " ".join((scope["path"], *asked.values()))
        if _IN_URL & {name.lower() for name in asked} or _KEY.search(address):
            await _refuse(scope, 400)(scope, receive, send)
            return
        given = _given(headers)
        key = self._access.keys.check(given) if given else None
        status = self._status(wanted, given, key, scope["state"].get("session") is not None)
        client = f"key:{key.id}" if key else f"client:{self._client(scope, headers)}"
        limit = self._keyed if key else self._public
        counted = await self._counts.count(limit, client)
        told = {
            "ratelimit-policy": f"{limit.amount};w={limit.get_expiry()}",
            "ratelimit-limit": str(limit.amount),
            "ratelimit-remaining": str(counted.left),
            "ratelimit-reset": str(counted.reset),
        }
        if not counted.allowed:
            told["retry-after"] = str(max(1, counted.reset))
        scope["state"]["key_id"] = key.id if key else ""
        scope["state"]["staff_key"] = key if key and "staff" in key.scopes else None

        async def send_told(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent = MutableHeaders(scope=message)
                for name, value in told.items():
                    sent[name] = value
            await send(message)

        refusal = 429 if not counted.allowed else status
        app = self._app if refusal is None else _refuse(scope, refusal, given)
        await app(scope, receive, send_told)

    def _status(
        self, wanted: str, given: str | None, key: Key | None, signed_in: bool
    ) -> int | None:
        """Return the status of a refusal, None where the request may pass.

        Who has signed in needs no key for what is public: a browser has none.
        """
        if key is None and given is not None and given.startswith(PREFIX):
            return 401
        if not self._access.needed(wanted) or (signed_in and wanted == "public"):
            return None
        if key is None:
            return 401
        return None if key.opens(wanted) else 403

    def _client(self, scope: AsgiScope, headers: Headers) -> str:
        peer = (scope.get("client") or ("", 0))[0]
        return client_of(peer, forwarded_of(headers), self._access.proxies)


def scope_of(path: str) -> str | None:
    """Return the scope of a path, None for static files, monitoring and pages without figures.

    >>> scope_of("/v1/hotline/answer"), scope_of("/v1/ask"), scope_of("/healthz")
    ('hotline', 'public', None)
    """
    if path == "/":
        return "public"
    return next((scope for start, scope in _SCOPES if path.startswith(start)), None)


def form_of(path: str) -> Form:
    """Return the form in which the clients of a path read a refusal.

    >>> form_of("/v1/dify/retrieval"), form_of("/v1/ask")
    ('dify', 'problem')
    """
    return next((form for start, form in _FORMS if path.startswith(start)), "problem")


def client_of(peer: str, forwarded: str, proxies: Collection[Network]) -> str:
    """Return what counts as one client: an address, or the /64 of an IPv6 one.

    >>> client_of("2001:db8::1", "9.9.9.9", ()), client_of("192.0.2.1", "", ())
    ('2001:db8::/64', '192.0.2.1')
    """
    hops = [*(part.strip() for part in forwarded.split(",") if part.strip()), peer]
    seen = hops.pop()
    while hops and _within(seen, proxies) and _address(hops[-1]) is not None:
        seen = hops.pop()
    address = _address(seen)
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped or ipaddress.ip_network((int(address), 64), strict=False))
    return str(address or seen)


def forwarded_of(headers: Headers) -> str:
    """Return the whole of X-Forwarded-For: a proxy may add a line of its own below a client's."""
    return ",".join(headers.getlist("x-forwarded-for"))


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _within(text: str, networks: Collection[Network]) -> bool:
    address = _address(text)
    return address is not None and any(address in network for network in networks)


def _given(headers: Headers) -> str | None:
    """Return the key of a request."""
    if named := headers.get("x-api-key"):
        return named.strip()
    match = _BEARER.fullmatch(headers.get("authorization", "").strip())
    return match.group(1) if match else None


def _refuse(scope: AsgiScope, status: int, given: str | None = None) -> Response:
    """Return the refusal in the form that the clients of a path read."""
    said = _MESSAGES[status]
    match form_of(scope["path"]):
        case "dify" if status in (401, 403):
            return dify.refused(1001 if given is None else 1002, 403, said)
        case "dify":
            return dify.refused(status, status, said)
        case "fastgpt":
            return fastgpt.refused(status, said)
        case "openai":
            return error_response(status, said, code="invalid_api_key" if status == 401 else None)
    asks = {"www-authenticate": "Bearer"} if status == 401 else {}
    return problem(scope["state"]["request_id"], status, said, headers=asks)
