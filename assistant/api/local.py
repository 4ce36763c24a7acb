"""Whether somebody sits at the machine that runs the service.

Owns the question whether a request comes from the loopback address itself: not through a proxy,
not under a foreign name, not from a page of another origin.

Leaves to others: what follows from it (staff.py).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def is_local(request: HTTPConnection, proxies: Collection[Network] = ()) -> bool:
    """Whether a request comes from this machine, and from a page of ours if from a page.

    What a named proxy sends comes from elsewhere, whether it says so in a header or not.
    """
    client = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return False
    if any(address in network for network in proxies):
        return False
    if not address.is_loopback or any(name in request.headers for name in _FORWARDED):
        return False
    host = request.headers.get("host", "")
    if _name_of(host) not in _NAMES:
        return False
    origin = request.headers.get("origin")
    return origin is None or is_of_host(origin, host)


def is_of_host(origin: str, host: str) -> bool:
    """Whether an Origin header is that of the host itself; a malformed one never is.

    >>> is_of_host("https://nb.example", "nb.example"), is_of_host("http://[", "[")
    (True, False)
    """
    return bool(_name_of(host)) and origin in (f"http://{host}", f"https://{host}")


def _name_of(host: str) -> str | None:
    """Return the name of a Host header without its port, None where it is malformed."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
