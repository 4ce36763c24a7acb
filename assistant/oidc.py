"""Sign in with OpenID Connect: authorization code with PKCE, state and nonce.

Owns the settings of a provider, what is asked of it, and what its ID token must show: its own
signature, issuer, this client as audience, the time and the nonce.  A role comes from a claim; who
has none of its values is refused.  The only import of authlib, its joserfc and its httpx2.

What one browser holds is one secret, from which state, nonce and PKCE verifier are made: nothing is
kept here between the way there and the way back.

Leaves to others: who becomes a user (users.py), cookies and pages (api/oidc.py).
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
from authlib.integrations.httpx_client import OAuth2Client, OAuthError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from assistant.provider import Identity, ProviderUnavailable, SignInRefused
from assistant.settings import BadSettings, Settings

_log = logging.getLogger(__name__)
_DISCOVERY: Final = "/.well-known/openid-configuration"
_NEEDED: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
#: Signatures that only the provider can make; a shared secret or none proves nothing.
_ALGORITHMS: Final = tuple(
    f"{kind}{bits}" for kind in ("RS", "PS", "ES") for bits in (256, 384, 512)
)
#: Seconds that the provider is waited for, that its description counts, that clocks may differ.
_TIMEOUT, _FRESH, _LEEWAY = 10.0, 3600.0, 60


@dataclass(frozen=True, slots=True)
class Client:
    """What the settings say: the provider, this client of it, and which values make which role."""

    issuer: str
    id: str
    secret: str
    name_claim: str
    role_claim: str
    staff: frozenset[str]
    operators: frozenset[str]


class OpenIdProvider:
    """A Provider that speaks OpenID Connect; it is first asked when somebody signs in."""

    def __init__(self, client: Client, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._described: tuple[float, Mapping[str, Any]] | None = None
        self._keys: KeySet | None = None

    def address(self, secret: str, back: str) -> str:
        """See Provider.address."""
        described = self._description()
        with self._session() as session:
            url, _ = session.create_authorization_url(
                described["authorization_endpoint"],
                state=_derived(secret, "state"),
                nonce=_derived(secret, "nonce"),
                code_verifier=_derived(secret, "verifier"),
                redirect_uri=back,
                scope="openid profile email",
            )
        return str(url)

    def identify(self, secret: str, back: str, state: str, code: str) -> Identity:
        """See Provider.identify."""
        if not hmac.compare_digest(state.encode(), _derived(secret, "state").encode()):
            raise SignInRefused("state")
        token = self._exchange(code, back, _derived(secret, "verifier"))
        if not isinstance(token.get("id_token"), str):
            raise SignInRefused("token", "no ID token")
        claims = self._claims(token, _derived(secret, "nonce"))
        return self._identity(claims)

    def _exchange(self, code: str, back: str, verifier: str) -> Mapping[str, Any]:
        described = self._description()
        methods = described.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        method = "client_secret_basic" if "client_secret_basic" in methods else "client_secret_post"
        try:
            with self._session(method) as session:
                token: Mapping[str, Any] = session.fetch_token(
                    described["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    redirect_uri=back,
                    code_verifier=verifier,
                )
        except OAuthError as error:
            raise SignInRefused("denied", str(error.error)) from error
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
            raise ProviderUnavailable("the provider gave no token") from error
        return token

    def _claims(self, token: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        """Return what an ID token says, once all of it is proved."""
        try:
            try:
                read = self._read(token["id_token"], self._key_set())
            except InvalidKeyIdError:  # signed with a key that is newer than those known
                read = self._read(token["id_token"], self._key_set(anew=True))
            claims = CodeIDToken(
                read.claims,
                read.header,
                {
                    "iss": {"essential": True, "value": self._client.issuer},
                    "aud": {"essential": True, "value": self._client.id},
                },
                {
                    "nonce": nonce,
                    "client_id": self._client.id,
                    "access_token": token.get("access_token"),
                },
            )
            claims.validate(leeway=_LEEWAY)
        except (JoseError, ValueError) as error:
            raise SignInRefused("token", str(error)) from error
        return dict(claims)

    @staticmethod
    def _read(text: str, keys: KeySet) -> jwt.Token:
        registry = JWSRegistry(algorithms=_ALGORITHMS, strict_check_header=False)
        return jwt.decode(text, keys, registry=registry)

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        if not isinstance(claims["sub"], str) or not claims["sub"]:
            raise SignInRefused("token", "sub")
        held = _values(claims, self._client.role_claim)
        if not held & (self._client.staff | self._client.operators):
            raise SignInRefused("role")
        name = claims.get(self._client.name_claim)
        if not isinstance(name, str):
            raise SignInRefused("name")
        subject = f"{self._client.issuer}\n{claims['sub']}"
        return Identity(subject, name, "operator" if held & self._client.operators else "staff")

    def _description(self) -> Mapping[str, Any]:
        """Return what the provider says of itself, its endpoints among it."""
        now = self._clock()
        if self._described is None or now - self._described[0] >= _FRESH:
            said = self._fetch(self._client.issuer.rstrip("/") + _DISCOVERY)
            if said.get("issuer") != self._client.issuer:
                raise ProviderUnavailable(f"another issuer: {said.get('issuer')}")
            if not all(is_safe(str(said.get(name))) for name in _NEEDED):
                raise ProviderUnavailable("an endpoint is missing, or without HTTPS")
            self._described, self._keys = (now, said), None
        return self._described[1]

    def _key_set(self, *, anew: bool = False) -> KeySet:
        described = self._description()
        if self._keys is None or anew:
            try:
                self._keys = KeySet.import_key_set(self._fetch(described["jwks_uri"]))  # type: ignore[arg-type]
            except (JoseError, ValueError, KeyError, TypeError) as error:
                raise ProviderUnavailable("the provider's keys cannot be read") from error
        return self._keys

    @staticmethod
    def _fetch(url: str) -> Mapping[str, Any]:
        try:
            response = httpx2.get(url, timeout=_TIMEOUT)
            response.raise_for_status()
            said = response.json()
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
            raise ProviderUnavailable(f"no answer from {url}") from error
        if not isinstance(said, dict):
            raise ProviderUnavailable(f"no description at {url}")
        return said

    def _session(self, method: str = "client_secret_basic") -> Any:
        return OAuth2Client(
            client_id=self._client.id,
            client_secret=self._client.secret,
            token_endpoint_auth_method=method,
            code_challenge_method="S256",
            timeout=_TIMEOUT,
        )


def open_provider(settings: Settings) -> OpenIdProvider:
    """Return the provider of the settings; it is not asked yet.

    Raises:
        BadSettings: a setting that it needs is missing, or its address will not do.
    """
    issuer, id_, secret = (
        settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret
    )  # fmt: skip
    if not (issuer and id_ and secret and (settings.oidc_staff or settings.oidc_operators)):
        raise BadSettings(
            "统一身份认证需要 NIANBAO_OIDC_ISSUER、_CLIENT_ID、_CLIENT_SECRET，以及 _STAFF 或"
            " _OPERATORS。 Signing in by OpenID Connect wants NIANBAO_OIDC_ISSUER, _CLIENT_ID,"
            " _CLIENT_SECRET, and _STAFF or _OPERATORS."
        )
    if not is_safe(issuer):
        raise BadSettings(
            f"NIANBAO_OIDC_ISSUER 应以 https:// 开头：{issuer}。"
            f" NIANBAO_OIDC_ISSUER must begin with https://: {issuer}."
        )
    return OpenIdProvider(
        Client(
            issuer,
            id_,
            secret,
            settings.oidc_name_claim,
            settings.oidc_role_claim,
            frozenset(settings.oidc_staff),
            frozenset(settings.oidc_operators),
        )
    )


def is_safe(url: str) -> bool:
    """Whether nobody on the way can read or change what is sent there.

    >>> is_safe("https://login.example/"), is_safe("http://login.example/")
    (True, False)
    >>> is_safe("http://127.0.0.1:9000"), is_safe("None")
    (True, False)
    """
    try:
        parts = urlsplit(url)
        if parts.scheme == "http":
            return ipaddress.ip_address(parts.hostname or "").is_loopback
        return parts.scheme == "https" and bool(parts.hostname)
    except ValueError:
        return False


def _derived(secret: str, use: str) -> str:
    """Return 64 characters that belong to a secret and say nothing of it."""
    return hmac.new(secret.encode(), f"oidc {use}".encode(), hashlib.sha256).hexdigest()


def _values(claims: Mapping[str, Any], claim: str) -> frozenset[str]:
    """Return the values of a claim: of its whole name, else of the path that its dots spell.

    >>> sorted(_values({"realm_access": {"roles": ["a", "b"]}}, "realm_access.roles"))
    ['a', 'b']
    >>> _values({"https://x.example/role": "a"}, "https://x.example/role")
    frozenset({'a'})
    """
    found: Any = claims.get(claim)
    if found is None:
        found = claims
        for part in claim.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    listed = found if isinstance(found, list) else [found]
    return frozenset(one for one in listed if isinstance(one, str))
