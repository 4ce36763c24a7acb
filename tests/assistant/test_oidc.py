"""Signing in at a provider of identities, over HTTP: what is asked, proved and refused."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import lxml.html
import pytest
from starlette.testclient import TestClient

from assistant.api import create_app
from assistant.api.oidc import COOKIE as ON_THE_WAY
from assistant.api.pages import words
from assistant.api.staff import COOKIE
from assistant.attempts import OF_NAME
from assistant.bootstrap import build_provider
from assistant.settings import BadSettings, Settings
from assistant.staff import Staff
from indexer.store import Store
from tests.assistant.canned import CannedAssistant
from tests.oidc_server import CLIENT, FOREIGN_KEY, NEWER_KEY, SECRET, OidcServer, oidc_server

HOST = "127.0.0.1:8000"
GOOD = "示例-春江潮水连海平明月"
OWN = {"origin": f"https://{HOST}", "sec-fetch-site": "same-origin"}
REPORTS = "/v1/library/reports"


def settings(issuer: str, data: Path) -> Settings:
    return Settings(
        data=data,
        oidc_issuer=issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
        oidc_staff=("library-staff",),
        oidc_operators=("library-operators",),
    )


class Service:
    """A service that knows a provider, and browsers of it."""

    def __init__(self, store: Store, server: OidcServer, data: Path) -> None:
        self.server = server
        self.staff = Staff(data, provider=build_provider(settings(server.issuer, data)))
        self.app = create_app(CannedAssistant(store), store, staff=self.staff)

    def browser(self) -> TestClient:
        return TestClient(
            self.app,
            base_url=f"https://{HOST}",
            client=("10.1.2.3", 50000),
            headers=OWN,
            follow_redirects=False,
        )


@pytest.fixture
def service(library: Path, tmp_path: Path) -> Iterator[Service]:
    with oidc_server() as server, Store.open(library) as store:
        yield Service(store, server, tmp_path)


def leave(browser: TestClient, **params: str) -> str:
    """Begin to sign in; return the address at the provider."""
    sent = browser.get("/sign-in/oidc", params=params)
    assert sent.status_code == 303
    return str(sent.headers["location"])


def agree(there: str) -> str:
    """Be the person who agrees; return the address that the provider sends the browser to."""
    return str(httpx.get(there, trust_env=False).headers["location"])


def travel(browser: TestClient, **params: str) -> Any:
    """Go to the provider and come back; return the last answer."""
    return browser.get(agree(leave(browser, **params)))


def told(browser: TestClient, answer: Any) -> str:
    """Follow a refusal to the page to sign in; return what it says."""
    assert answer.status_code == 303 and f"{COOKIE}=" not in answer.headers["set-cookie"]
    page = browser.get(answer.headers["location"])
    assert page.status_code == 401
    said = lxml.html.document_fromstring(page.text).xpath("string(//*[@role='alert'])")
    return str(said)


def role_of(browser: TestClient) -> tuple[str, str]:
    session = browser.get("/v1/session").json()
    return session["name"], session["role"]


def test_one_signs_in_at_the_provider_and_may_do_what_the_role_may(service: Service):
    browser = service.browser()
    page = browser.get("/library?lang=en")
    (link,) = lxml.html.document_fromstring(browser.get(page.headers["location"]).text).xpath(
        "//main//a/@href"
    )
    assert link.startswith("/sign-in/oidc?")
    there = browser.get(link).headers["location"]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(there).query).items()}
    assert asked["redirect_uri"] == f"https://{HOST}/sign-in/oidc/return"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    back = browser.get(agree(there))
    assert back.status_code == 303 and back.headers["location"].startswith("/library?")
    assert role_of(browser) == ("zhang", "staff")
    assert ON_THE_WAY not in browser.cookies
    assert browser.get(REPORTS).status_code == 200
    token = {"x-csrf-token": browser.get("/v1/session").json()["csrf"]}
    assert browser.post("/v1/library/reindex", headers=token).status_code == 403


def test_the_cookies_of_the_way_are_out_of_reach_and_end_with_it(service: Service):
    browser = service.browser()
    there = browser.get("/sign-in/oidc")
    flags = {flag.strip().lower() for flag in there.headers["set-cookie"].split(";")[1:]}
    assert {"secure", "httponly", "samesite=lax", "path=/", "max-age=600"} <= flags
    secret = browser.cookies[ON_THE_WAY].partition(".")[0]
    assert secret not in there.headers["location"]


def test_the_session_is_made_afresh(service: Service):
    browser = service.browser()
    browser.cookies.set(COOKIE, "x" * 43, domain="127.0.0.1", path="/")
    travel(browser)
    planted, first = "x" * 43, browser.cookies[COOKIE]
    assert first != planted and service.staff.session(planted) is None
    travel(browser)
    assert browser.cookies[COOKIE] != first and service.staff.session(first) is None


def test_signing_out_ends_the_session_here(service: Service):
    browser = service.browser()
    travel(browser)
    csrf = browser.get("/v1/session").json()["csrf"]
    assert browser.post("/sign-out", data={"csrf": csrf}).headers["location"].startswith("/?")
    assert browser.get(REPORTS).status_code == 401


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"nonce": "another"}, "token"),
        ({"nonce": None}, "token"),
        ({"aud": "another client"}, "token"),
        ({"aud": ["another client", CLIENT]}, "token"),
        ({"iss": "https://login.example.invalid"}, "token"),
        ({"exp": 1_700_000_000}, "token"),
        ({"exp": None}, "token"),
        ({"exp": "soon"}, "token"),
        ({"aud": 5}, "token"),
        ({"sub": None}, "token"),
        ({"sub": ""}, "token"),
        ({"sub": ["u-1"]}, "token"),
        ({"iat": 32_503_680_000}, "token"),
        ({"roles": None}, "role"),
        ({"roles": []}, "role"),
        ({"roles": ["other"]}, "role"),
        ({"roles": {"library-staff": True}}, "role"),
        ({"preferred_username": None}, "name"),
        ({"preferred_username": "<b>"}, "name"),
        ({"preferred_username": ["zhang"]}, "name"),
        ({"preferred_username": "password-user"}, "taken"),
    ],
)
def test_a_token_that_will_not_do_is_refused(
    service: Service, claims: dict[str, Any], reason: str, caplog: Any
):
    service.staff.users.create("password-user", "operator", GOOD)
    service.server.claims = claims
    browser = service.browser()
    with caplog.at_level(logging.WARNING):
        for lang in ("zh", "en"):
            assert told(browser, travel(browser, lang=lang)) == words(lang)[f"oidc_{reason}"]  # type: ignore[arg-type]
    assert COOKIE not in browser.cookies and browser.get(REPORTS).status_code == 401
    assert reason in caplog.text and "eyJ" not in caplog.text
    assert [user.name for user in service.staff.users.listed()] == ["password-user"]


@pytest.mark.parametrize("lie", ["another-key", "none", "HS256"])
def test_a_token_that_the_provider_did_not_sign_is_refused(service: Service, lie: str):
    """HS256 takes the published key for a shared secret, a known confusion."""
    if lie == "another-key":
        service.server.key = FOREIGN_KEY
    else:
        service.server.forged = lie
    browser = service.browser()
    assert told(browser, travel(browser)) == words("zh")["oidc_token"]


def test_a_key_newer_than_those_known_is_fetched_once(service: Service):
    travel(service.browser())
    service.server.key = NEWER_KEY
    service.server.published.append(NEWER_KEY)
    browser = service.browser()
    travel(browser)
    assert role_of(browser) == ("zhang", "staff")
    assert service.server.heard.count("/keys") == 2
    assert service.server.heard.count("/.well-known/openid-configuration") == 1


def test_only_the_browser_that_went_may_come_back(service: Service):
    mine, other = service.browser(), service.browser()
    back = agree(leave(mine, lang="en"))
    assert told(other, other.get(back)) == words("zh")["oidc_state"]
    leave(other)
    assert told(other, other.get(back)) == words("zh")["oidc_state"]
    forged = back.replace("state=", "state=0")
    assert told(mine, mine.get(forged)) == words("en")["oidc_state"]
    assert told(mine, mine.get(back)) == words("zh")["oidc_state"]
    assert service.server.heard.count("/token") == 0


def test_a_code_counts_once_and_for_its_verifier(service: Service):
    browser, other = service.browser(), service.browser()
    back = agree(leave(browser))
    held = browser.cookies[ON_THE_WAY]
    assert browser.get(back).headers["location"] == "/library"
    again = service.browser()
    again.cookies.set(ON_THE_WAY, held, domain="127.0.0.1", path="/")
    assert told(again, again.get(back)) == words("zh")["oidc_denied"]
    stolen = parse_qs(urlsplit(agree(leave(browser))).query)["code"][0]
    state = parse_qs(urlsplit(leave(other)).query)["state"][0]
    back = f"/sign-in/oidc/return?state={state}&code={stolen}"
    assert told(other, other.get(back)) == words("zh")["oidc_denied"]


def test_who_declines_is_told_so(service: Service):
    browser = service.browser()
    leave(browser)
    back = browser.get("/sign-in/oidc/return?error=access_denied&state=x")
    assert told(browser, back) == words("zh")["oidc_denied"]


def test_one_is_sent_to_pages_of_ours_only(service: Service):
    for wanted in ("//evil.example", "https://evil.example/", "/\\evil.example"):
        assert travel(service.browser(), next=wanted).headers["location"] == "/library"
    assert travel(service.browser(), next="/desk?a=b").headers["location"] == "/desk?a=b"


def test_a_role_follows_the_provider_and_ends_the_other_sessions(service: Service):
    first, second = service.browser(), service.browser()
    travel(first)
    service.server.claims = {"roles": "library-operators", "preferred_username": "renamed"}
    travel(second)
    assert role_of(second) == ("zhang", "operator")
    assert first.get(REPORTS).status_code == 401
    service.server.claims = {"roles": ["library-staff", "library-operators"]}
    travel(first)
    assert role_of(first) == ("zhang", "operator") and second.get(REPORTS).status_code == 200
    service.server.claims = {"sub": "u-2"}
    assert told(service.browser(), travel(service.browser())) == words("zh")["oidc_taken"]


def test_a_disabled_user_stays_out(service: Service):
    browser = service.browser()
    travel(browser)
    service.staff.users.disable("zhang")
    assert browser.get(REPORTS).status_code == 401
    assert told(browser, travel(browser)) == words("zh")["oidc_disabled"]


def test_no_password_opens_the_account_of_somebody_who_signs_in_elsewhere(service: Service):
    travel(service.browser())
    with_password = service.browser().post("/sign-in", data={"name": "zhang", "password": ""})
    assert with_password.status_code == 401
    (user,) = service.staff.users.listed()
    assert service.staff.users.check("zhang", "oidc:") is None and user.role == "staff"


def test_a_password_takes_the_place_of_the_provider(service: Service):
    browser = service.browser()
    travel(browser)
    service.staff.users.set_password("zhang", GOOD)
    assert browser.get(REPORTS).status_code == 401
    assert told(browser, travel(browser)) == words("zh")["oidc_taken"]
    assert browser.post("/sign-in", data={"name": "zhang", "password": GOOD}).status_code == 303


def test_without_a_user_nobody_at_the_machine_is_staff_once_there_is_a_provider(service: Service):
    here = TestClient(
        service.app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 5), headers=OWN
    )
    assert here.get(REPORTS).status_code == 401
    page = here.get("/sign-in").text
    assert "/sign-in/oidc?" in page and 'name="password"' not in page


@pytest.mark.parametrize("how", ["dead", "broken", "other-issuer", "no-https"])
def test_without_the_provider_passwords_go_on(service: Service, how: str):
    server = service.server
    service.staff.users.create("li", "staff", GOOD)
    if how == "dead":
        gone = replace(settings(server.issuer, Path()), oidc_issuer="http://127.0.0.1:9")
        service.staff.provider = build_provider(gone)
    server.broken = how == "broken"
    if how == "other-issuer":
        server.described = {"issuer": "https://login.example.invalid"}
    if how == "no-https":
        server.described = {"token_endpoint": "http://login.example.invalid/token"}
    browser = service.browser()
    assert told(browser, browser.get("/sign-in/oidc")) == words("zh")["oidc_unavailable"]
    assert browser.post("/sign-in", data={"name": "li", "password": GOOD}).status_code == 303
    assert browser.get(REPORTS).status_code == 200


def test_keys_that_cannot_be_read_sign_nobody_in(service: Service):
    service.server.described = {"jwks_uri": f"{service.server.issuer}/.well-known/none"}
    browser = service.browser()
    assert told(browser, travel(browser)) == words("zh")["oidc_unavailable"]


def test_too_many_failures_wait(service: Service):
    browser = service.browser()
    service.server.claims = {"roles": []}
    for _ in range(OF_NAME):
        assert told(browser, travel(browser)) == words("zh")["oidc_role"]
    assert told(browser, travel(browser)) == words("zh")["oidc_wait"]
    assert service.server.heard.count("/token") == OF_NAME


def test_without_a_provider_there_is_no_button(library: Path, tmp_path: Path):
    data = tmp_path / "own"
    shutil.copytree(library, data)
    Staff(data).users.create("li", "staff", GOOD)
    with Store.open(data) as store:
        browser = TestClient(create_app(CannedAssistant(store), store), follow_redirects=False)
        assert "/sign-in/oidc" not in browser.get("/sign-in").text
        assert browser.get("/sign-in/oidc").status_code == 404
        assert browser.get("/sign-in/oidc/return").status_code == 404


@pytest.mark.parametrize(
    "changed",
    [
        {"oidc_client_secret": None},
        {"oidc_issuer": None},
        {"oidc_client_id": None},
        {"oidc_staff": (), "oidc_operators": ()},
        {"oidc_issuer": "http://login.example.invalid"},
    ],
)
def test_settings_that_lack_something_are_refused_at_start(changed: dict[str, Any]):
    whole = settings("https://login.example.invalid", Path())
    assert build_provider(whole) is not None and build_provider(Settings()) is None
    with pytest.raises(BadSettings, match="NIANBAO_OIDC_ISSUER"):
        build_provider(replace(whole, **changed))


def test_the_secret_is_read_from_a_file_and_never_shown(tmp_path: Path):
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\n", encoding="utf-8")
    read = Settings.from_env(
        {"NIANBAO_OIDC_CLIENT_SECRET_FILE": str(file), "NIANBAO_OIDC_STAFF": "a, b"}
    )
    assert (read.oidc_client_secret, read.oidc_staff) == (SECRET, ("a", "b"))
    assert SECRET not in repr(read)


def test_nothing_is_asked_of_the_provider_before_somebody_signs_in(service: Service):
    assert service.browser().get("/sign-in").status_code == 200 and service.server.heard == []
