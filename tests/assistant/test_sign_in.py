"""Signing in: sessions, forged requests, where one is sent, too many attempts."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import lxml.html
import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from assistant.__main__ import main
from assistant.api import create_app
from assistant.api.guard import Access
from assistant.api.hotline import conversation_of
from assistant.api.staff import COOKIE
from assistant.attempts import FIRST, FORGOTTEN, OF_CLIENT, OF_NAME, Attempts
from assistant.bootstrap import build_intake
from assistant.keys import KeyRing
from assistant.sessions import IDLE, LONGEST
from assistant.settings import Settings
from assistant.staff import Staff
from indexer.loaders import Loader
from indexer.pipeline import index_paths
from indexer.store import Store
from tests.assistant.canned import CannedAssistant
from tests.conftest import SAMPLES

GOOD, OTHER = "示例-春江潮水连海平明月", "示例-白日依山尽黄河入海流"
HOST = "127.0.0.1:8000"
OWN = {"origin": f"https://{HOST}", "sec-fetch-site": "same-origin"}
REPORTS = "/v1/library/reports"


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


class Service:
    """A service with two users, a clock to turn, and browsers that keep cookies."""

    def __init__(self, store: Store, **options: object) -> None:
        self.clock = Clock()
        self.staff = Staff(store.data, clock=self.clock)
        self.staff.users.create("zhang", "staff", GOOD)
        self.staff.users.create("运维", "operator", OTHER)
        self.clock.now += 1
        self.assistant = CannedAssistant(store)
        intake = build_intake(Settings(data=store.data), None)
        self.app = create_app(
            self.assistant, store, staff=self.staff, intake=intake, **options  # type: ignore[arg-type]
        )  # fmt: skip

    def browser(self, client: str = "127.0.0.1") -> TestClient:
        return TestClient(
            self.app,
            base_url=f"https://{HOST}",
            client=(client, 50000),
            headers=OWN,
            follow_redirects=False,
        )

    def signed_in(self, name: str = "zhang", password: str = GOOD) -> TestClient:
        browser = self.browser()
        assert attempt(browser, name, password) == 303
        return browser


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("held")
    with Store.create(data) as store, Loader() as loader:
        sample = SAMPLES / "city-2023.html"
        index_paths([sample], store, loader=loader, on_progress=lambda _: None)
    return data


@pytest.fixture
def service(held: Path, tmp_path: Path) -> Iterator[Service]:
    shutil.copytree(held, tmp_path, dirs_exist_ok=True)
    with Store.open(tmp_path) as store:
        yield Service(store)


def attempt(browser: TestClient, name: str = "zhang", password: str = GOOD, **more: str) -> int:
    return post(browser, name, password, **more).status_code


def post(browser: TestClient, name: str, password: str, **params: str):  # type: ignore[no-untyped-def]
    form = {"name": name, "password": password}
    return browser.post("/sign-in", params=params, data=form)


def csrf(browser: TestClient) -> dict[str, str]:
    token = browser.get("/v1/session").json()["csrf"]
    return {"x-csrf-token": token}


def only_report(browser: TestClient) -> str:
    (line,) = browser.get(REPORTS).json()
    return f"{REPORTS}/{line['id']}"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_hosts(service: Service):
    response = post(service.browser(), "zhang", GOOD)
    assert response.headers["location"] == "/library"
    name, _, rest = response.headers["set-cookie"].partition("=")
    flags = {flag.strip().lower() for flag in rest.split(";")[1:]}
    assert name == COOKIE == "__Host-nianbao"
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= flags
    assert not any(flag.startswith("domain") for flag in flags)


def test_the_file_holds_no_token(service: Service, tmp_path: Path):
    token = service.signed_in().cookies[COOKIE]
    assert token.encode() not in (tmp_path / "access.sqlite").read_bytes()


def test_with_a_user_everybody_signs_in_even_at_the_machine(service: Service):
    browser = service.browser()
    page = browser.get("/library?lang=en")
    assert page.status_code == 303
    assert page.headers["location"].startswith("/sign-in?lang=en&next=%2Flibrary%3F")
    answer = browser.get(REPORTS)
    assert answer.status_code == 401 and "www-authenticate" in answer.headers
    assert answer.headers["content-type"] == "application/problem+json"
    signed = service.signed_in()
    assert signed.get(REPORTS).status_code == signed.get("/library").status_code == 200


def test_the_page_shows_who_has_signed_in_and_signs_out_without_a_script(service: Service):
    browser = service.signed_in()
    for path in ("/desk", "/library", "/", "/sign-in"):
        shown = browser.get(path)
        assert "private" in shown.headers["cache-control"] or path == "/sign-in"
        (form,) = lxml.html.document_fromstring(shown.text).xpath("//form[@method='post']")
        assert "zhang" in form.text_content() and form.action.startswith("/sign-out")
    cookie = browser.cookies[COOKIE]
    assert browser.post(form.action, data={"csrf": "guessed"}).status_code == 403
    assert browser.post(form.action, data=dict(form.form_values())).status_code == 303
    assert COOKIE not in browser.cookies
    browser.cookies.set(COOKIE, cookie, domain="127.0.0.1")
    assert browser.get(REPORTS).status_code == 401


def test_a_session_that_somebody_brings_along_is_never_adopted(service: Service):
    browser = service.browser()
    planted = "x" * 43
    browser.cookies.set(COOKIE, planted, domain="127.0.0.1", path="/")
    first = re.match(r"[^=]+=([^;]+)", post(browser, "zhang", GOOD).headers["set-cookie"])
    assert first is not None and first[1] != planted
    assert service.staff.session(planted) is None
    again = post(browser, "运维", OTHER)
    assert again.status_code == 303
    old = service.signed_in()
    before = old.cookies[COOKIE]
    assert attempt(old) == 303
    assert old.cookies[COOKIE] != before and service.staff.session(before) is None


@pytest.mark.parametrize(
    ("used", "passed"), [(IDLE - 1, True), (IDLE, False)], ids=["in-time", "too-late"]
)
def test_a_session_ends_when_nobody_uses_it(service: Service, used: float, passed: bool):
    browser = service.signed_in()
    service.clock.now += used
    assert (browser.get(REPORTS).status_code == 200) is passed


def test_a_session_in_use_ends_after_half_a_day(service: Service):
    browser = service.signed_in()
    for _ in range(LONGEST // (IDLE // 2) - 1):
        service.clock.now += IDLE // 2
        assert browser.get(REPORTS).status_code == 200
    service.clock.now += IDLE // 2
    assert browser.get(REPORTS).status_code == 401
    assert browser.get("/library").status_code == 303


@pytest.mark.parametrize("change", ["disable", "password", "role"])
def test_a_change_of_the_user_ends_the_session(service: Service, change: str):
    browser, other = service.signed_in(), service.signed_in("运维", OTHER)
    service.clock.now += 1
    if change == "disable":
        service.staff.users.disable("zhang")
    elif change == "role":
        service.staff.users.set_role("zhang", "operator")
    else:
        service.staff.users.set_password("zhang", "another password")
    assert browser.get(REPORTS).status_code == 401 and other.get(REPORTS).status_code == 200
    again = service.browser()
    assert attempt(again) == (303 if change == "role" else 401)
    if change == "role":
        assert again.get("/v1/session").json()["role"] == "operator"
    if change == "disable":
        service.clock.now += 1
        service.staff.users.enable("zhang")
        assert browser.get(REPORTS).status_code == 401
        assert attempt(service.browser()) == 303


def test_one_signs_out_everywhere_and_nobody_else_does(service: Service):
    here, there = service.signed_in(), service.signed_in()
    other = service.signed_in("运维", OTHER)
    (form,) = lxml.html.document_fromstring(here.get("/").text).xpath("//form[@method='post']")
    (button,) = form.xpath(".//button[@name]")
    sent_form = {**dict(form.form_values()), button.get("name"): button.get("value")}
    assert here.post(form.action, data={**sent_form, "csrf": "guessed"}).status_code == 403
    assert there.get(REPORTS).status_code == 200
    assert here.post(form.action, data=sent_form).status_code == 303
    assert here.get(REPORTS).status_code == there.get(REPORTS).status_code == 401
    assert other.get(REPORTS).status_code == 200


def test_an_operator_signs_a_user_out_and_lifts_a_wait(service: Service, tmp_path: Path):
    browser, other = service.signed_in(), service.signed_in("运维", OTHER)
    runner = CliRunner(env={"NIANBAO_DATA": str(tmp_path)})
    assert runner.invoke(main, ["users", "sign-out", "ZHANG"]).exit_code == 0
    assert browser.get(REPORTS).status_code == 401 and other.get(REPORTS).status_code == 200
    codes = [attempt(browser, password="wrong") for _ in range(OF_NAME + 1)]
    assert codes[-1] == 429 == attempt(browser)
    assert runner.invoke(main, ["users", "unlock", "Zhang"]).exit_code == 0
    assert attempt(browser) == 303
    for command in ("sign-out", "unlock"):
        assert runner.invoke(main, ["users", command, "nobody"]).exit_code == 2


def test_nobody_learns_who_is_a_user(service: Service):
    service.staff.users.create("disabled", "staff", GOOD)
    service.staff.users.disable("disabled")
    tried = {"zhang": "wrong password", "nobody": GOOD, "disabled": GOOD, "": ""}
    pages = [post(service.browser(), name, password) for name, password in tried.items()]
    assert {page.status_code for page in pages} == {401}
    texts = {
        lxml.html.document_fromstring(page.text).xpath("string(//*[@role='alert'])")
        for page in pages
    }
    assert texts == {"用户名或密码不对。"}
    assert all(COOKIE not in page.headers.get("set-cookie", "") for page in pages)
    assert all(GOOD not in page.text for page in pages)


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("/desk?view=batch&lang=en", "/desk?view=batch&lang=en"),
        ("/library", "/library"),
        ("//evil.example", "/library"),
        ("/\\evil.example", "/library"),
        ("\\\\evil.example", "/library"),
        ("/\t/evil.example", "/library"),
        ("/\n/evil.example", "/library"),
        ("https://evil.example/", "/library"),
        ("javascript:alert(1)", "/library"),
        ("evil.example", "/library"),
        (" //evil.example", "/library"),
        ("", "/library"),
    ],
)
def test_one_is_sent_to_pages_of_ours_only(service: Service, given: str, sent: str):
    response = post(service.browser(), "zhang", GOOD, next=given)
    assert response.status_code == 303 and response.headers["location"] == sent
    signed = service.signed_in().get("/sign-in", params={"next": given})
    (link,) = lxml.html.document_fromstring(signed.text).xpath("//main//a/@href")
    assert link == sent


FOREIGN = [
    {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
    {"origin": f"https://sub.{HOST}", "sec-fetch-site": "same-site"},
    {"origin": "null", "sec-fetch-site": "cross-site"},
    {"origin": "https://evil.example", "sec-fetch-site": ""},
    {"origin": "", "sec-fetch-site": "cross-site"},
    {"origin": "", "sec-fetch-site": ""},
]
WRITES = [
    ("DELETE", ""),
    ("POST", "/correction"),
    ("POST", "/seen"),
]


def sent(browser: TestClient, method: str, path: str, headers: dict[str, str], **more: object):  # type: ignore[no-untyped-def]
    request = browser.build_request(method, path, **more)  # type: ignore[arg-type]
    for name, value in headers.items():
        request.headers.pop(name, None)
        if value:
            request.headers[name] = value
    return browser.send(request)


@pytest.mark.parametrize("headers", FOREIGN, ids=lambda headers: "/".join(headers.values()) or "no")
def test_what_a_foreign_page_sends_changes_nothing(service: Service, headers: dict[str, str]):
    browser = service.signed_in("运维", OTHER)
    report, token = only_report(browser), csrf(browser)
    body = {"organ": "示例区", "year": 2022}
    for method, path in WRITES:
        answer = sent(browser, method, report + path, {**token, **headers}, json=body)
        assert answer.status_code == 403, path
    assert sent(browser, "POST", "/v1/ask", headers, json={"question": "？"}).status_code == 403
    form = {"name": "zhang", "password": GOOD}
    forged = sent(service.browser(), "POST", "/sign-in", headers, data=form)
    assert forged.status_code == 403 and "set-cookie" not in forged.headers
    assert sent(browser, "POST", "/sign-out", headers).status_code == 403
    forged = sent(service.browser(), "POST", "/sign-out", headers)
    assert forged.status_code == 403 and "set-cookie" not in forged.headers
    assert only_report(browser) == report


@pytest.mark.parametrize("token", ["", "0" * 64, "é"], ids=["none", "wrong", "odd"])
def test_a_write_needs_the_token_of_its_session(service: Service, token: str):
    browser, other = service.signed_in("运维", OTHER), service.signed_in("运维", OTHER)
    report = only_report(browser)
    for method, path in (*WRITES, ("POST", "/../../reindex")):
        headers = [("x-csrf-token", token.encode())] if token else []
        answer = browser.request(method, report + path, headers=headers)
        assert answer.status_code == 403, path
    assert browser.delete(report, headers=csrf(other)).status_code == 403
    assert browser.delete(report, headers=csrf(browser)).status_code == 204


def test_removing_and_reading_again_take_an_operator(service: Service):
    staff, operator = service.signed_in(), service.signed_in("运维", OTHER)
    report = only_report(staff)
    assert staff.post("/v1/library/reindex", headers=csrf(staff)).status_code == 403
    assert staff.delete(report, headers=csrf(staff)).status_code == 403
    assert operator.post("/v1/library/reindex", headers=csrf(operator)).json()["reports"] == 1
    assert operator.delete(report, headers=csrf(operator)).status_code == 204


def test_who_has_seen_a_finding_is_who_signed_in(service: Service):
    browser = service.signed_in()
    body = {"finding": "0" * 12, "who": "somebody else", "why": "已核对原文"}
    answer = browser.post(f"{only_report(browser)}/seen", json=body, headers=csrf(browser))
    assert (answer.status_code, answer.json()["who"]) == (201, "zhang")


def test_waiting_grows_with_every_failure_and_right_passwords_wait_too(service: Service):
    browser = service.browser()
    assert [attempt(browser, password="wrong") for _ in range(OF_NAME)] == [401] * OF_NAME
    refused = post(browser, "ZHANG", GOOD)
    assert refused.status_code == 429 and refused.headers["retry-after"] == str(FIRST)
    assert str(FIRST) in refused.text and "set-cookie" not in refused.headers
    assert attempt(service.browser("10.1.2.3")) == 429
    assert attempt(browser, "运维", OTHER) == 303
    service.clock.now += FIRST
    assert attempt(browser, password="wrong") == 401
    assert post(browser, "zhang", GOOD).headers["retry-after"] == str(2 * FIRST)
    service.clock.now += 2 * FIRST
    assert attempt(browser) == 303
    assert [attempt(browser, password="wrong") for _ in range(OF_NAME)] == [401] * OF_NAME


def test_an_unknown_name_waits_like_a_known_one(service: Service):
    for name in ("zhang", "nobody"):
        codes = [attempt(service.browser(), name, "wrong") for _ in range(OF_NAME + 1)]
        assert codes == [401] * OF_NAME + [429]


def test_one_client_cannot_try_many_names(tmp_path: Path):
    clock = Clock()
    attempts = Attempts(tmp_path, clock=clock)
    assert [attempts.begin(f"n{i}", "a") for i in range(OF_CLIENT)] == [0] * OF_CLIENT
    assert attempts.begin("fresh", "a") == FIRST and attempts.begin("fresh", "b") == 0
    clock.now += FORGOTTEN
    assert attempts.begin("fresh", "a") == 0
    assert b"fresh" not in (tmp_path / "access.sqlite").read_bytes()


def test_the_page_to_sign_in_is_there_once_there_is_a_user(store: Store):
    with TestClient(create_app(CannedAssistant(store), store), headers=OWN) as browser:
        assert browser.get("/sign-in").status_code == 404
        nobody = {"name": None, "role": None, "csrf": None}
        assert browser.get("/v1/session").json() == nobody


def test_staff_need_no_key_for_what_is_public(tmp_path: Path, library: Path):
    with Store.open(library) as store:
        staff = Staff(tmp_path)
        staff.users.create("zhang", "staff", GOOD)
        access = Access(KeyRing(tmp_path), frozenset({"public", "hotline", "platform"}))
        app = create_app(CannedAssistant(store), store, access=access, staff=staff)
        browser = TestClient(app, base_url=f"https://{HOST}", headers=OWN)
        assert browser.get(REPORTS).status_code == browser.get("/v1/organs").status_code == 401
        assert attempt(browser, next="/desk") == 200
        assert browser.get(REPORTS).status_code == browser.get("/v1/organs").status_code == 200
        assert browser.get("/v1/models").status_code == 401


def test_a_token_in_an_address_opens_nothing(service: Service):
    token = service.signed_in().cookies[COOKIE]
    browser = service.browser()
    for params in ({COOKIE: token}, {"session": token}):
        assert browser.get(REPORTS, params=params).status_code == 401


def test_a_conversation_of_another_cannot_be_read(library: Path, tmp_path: Path):
    keys, staff = KeyRing(tmp_path), Staff(tmp_path)
    staff.users.create("zhang", "staff", GOOD)
    staff.users.create("li", "staff", GOOD)
    question = "淮北市2021年因保护第三方合法权益不予公开多少件"
    with Store.open(library) as store:
        assistant = CannedAssistant(store)
        app = create_app(assistant, store, access=Access(keys), staff=staff)

        def browser(**headers: str) -> TestClient:
            return TestClient(app, base_url=f"https://{HOST}", headers={**OWN, **headers})

        one, two, nobody = browser(), browser(), browser()
        assert attempt(one, "zhang", next="/desk") == attempt(two, "li", next="/desk") == 200
        keyed = browser(**{"x-api-key": keys.create("甲", ["public", "hotline"])[1]})

        def earlier(who: TestClient, conversation: str) -> int:
            body = {"question": question, "conversation": conversation}
            assert who.post("/v1/ask", json=body).status_code == 200
            return len(assistant.heard[-1].history)

        for owner in (one, keyed, nobody):
            told = owner.post("/v1/ask", json={"question": question}).json()["conversation"]
            assert earlier(owner, told) == 1
            others = [who for who in (one, two, keyed, nobody) if who is not owner]
            assert [earlier(who, told) for who in others] == [0, 0, 0]
        call = {"query": question, "session_id": "1"}
        for _ in range(2):
            assert keyed.post("/v1/hotline/answer", json=call).status_code == 200
        assert len(assistant.heard[-1].history) == 1
        guessed = conversation_of(keys.listed()[0].id, "1")
        assert [earlier(who, guessed) for who in (one, two, keyed, nobody)] == [0, 0, 0, 0]
