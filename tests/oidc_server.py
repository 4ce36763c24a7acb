"""A small provider of identities on 127.0.0.1: it signs tokens, and lies where it is told to."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "nianbao", "s3cret+of/the client"
KEY, FOREIGN_KEY = (RSAKey.generate_key(2048, {"kid": "one"}) for _ in range(2))
NEWER_KEY = RSAKey.generate_key(2048, {"kid": "two"})


@dataclass
class OidcServer:
    """What the provider knows; tests change it between the way there and the way back.

    `claims` are added to those of a token, None takes one away; `forged` is an algorithm whose
    signature anybody can make.  `heard` are the paths asked.
    """

    issuer: str
    claims: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: KEY)
    forged: str = ""
    published: list[RSAKey] = field(default_factory=lambda: [KEY])
    described: dict[str, Any] = field(default_factory=dict)
    broken: bool = False
    codes: dict[str, Mapping[str, str]] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)

    def description(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            **self.described,
        }

    def authorize(self, asked: Mapping[str, str]) -> str:
        """Return where a browser is sent once its person has agreed."""
        assert asked["response_type"] == "code" and asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256" and "openid" in asked["scope"].split()
        code = f"code{len(self.codes)}"
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: Mapping[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        asked = self.codes.pop(form.get("code", ""), None)
        given = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        if given != f"{CLIENT}:{SECRET}":
            return 401, {"error": "invalid_client"}
        if asked is None or not _is_for(asked, form):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": "u-1",
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "preferred_username": "zhang",
            "roles": ["library-staff"],
            **self.claims,
        }
        told = {name: value for name, value in claims.items() if value is not None}
        return 200, {"access_token": "at", "token_type": "Bearer", "id_token": self._sign(told)}

    def _sign(self, claims: Mapping[str, Any]) -> str:
        if not self.forged:
            return jwt.encode({"alg": "RS256", "kid": self.key.kid}, dict(claims), self.key)
        header = {"alg": self.forged, "kid": KEY.kid}
        body = ".".join(_packed(json.dumps(part).encode()) for part in (header, claims))
        public = KEY.as_pem(private=False)
        signature = hmac.digest(public, body.encode(), "sha256") if self.forged != "none" else b""
        return f"{body}.{_packed(signature)}"


def _packed(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _is_for(asked: Mapping[str, str], form: Mapping[str, str]) -> bool:
    proof = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    challenge = _packed(proof)
    return (
        form.get("grant_type") == "authorization_code"
        and asked["code_challenge"] == challenge
        and asked["redirect_uri"] == form.get("redirect_uri")
    )


@contextmanager
def oidc_server() -> Iterator[OidcServer]:
    """Serve a provider in a thread until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            known.heard.append(parts.path)
            if known.broken:
                self._send(500, b"<html>no</html>")
            elif parts.path == "/.well-known/openid-configuration":
                self._json(200, known.description())
            elif parts.path == "/keys":
                self._json(200, {"keys": [k.as_dict(private=False) for k in known.published]})
            elif parts.path == "/authorize":
                asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
                self.send_response(302)
                self.send_header("location", known.authorize(asked))
                self.end_headers()
            else:
                self._json(404, {})

        def do_POST(self) -> None:
            known.heard.append(self.path)
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._json(*known.token(form, self.headers.get("authorization", "")))

        def _json(self, status: int, content: Mapping[str, Any]) -> None:
            self._send(status, json.dumps(content).encode(), "application/json")

        def _send(self, status: int, content: bytes, kind: str = "text/html") -> None:
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    known = OidcServer(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield known
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
