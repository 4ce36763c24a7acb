"""Signing in in a real browser, with scripts and without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from assistant.users import Users
from tests.browser.conftest import Opens, violations
from tests.browser.serving import served
from tests.browser.test_library import held as held
from tests.conftest import SAMPLES
from tests.oidc_server import CLIENT, SECRET, oidc_server

pytestmark = pytest.mark.browser
GOOD = "示例-春江潮水连海平明月"


@pytest.fixture
def own(held: Path) -> Iterator[str]:
    users = Users(held)
    users.create("张示例", "staff", GOOD)
    users.create("运维", "operator", GOOD)
    with served(held) as found:
        yield found


def sign_in(page: Page, name: str, password: str = GOOD) -> None:
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def test_staff_sign_in_work_and_sign_out(page: Page, own: str):
    page.goto(f"{own}/library")
    sign_in(page, "张示例")
    expect(page).to_have_url(f"{own}/library?lang=zh&mode=standard&contrast=normal")
    expect(page.locator("header .who")).to_contain_text("张示例")
    (cookie,) = (one for one in page.context.cookies() if one["name"] == "__Host-nianbao")
    assert cookie["secure"] and cookie["httpOnly"] and cookie["sameSite"] == "Lax"
    page.get_by_label("支持 html").set_input_files(SAMPLES / "city-2024.docx")
    expect(page.locator(".uploads li")).to_contain_text("已入库", timeout=20_000)
    page.get_by_role("row", name="city-2023.html").get_by_role("button").click()
    detail = page.locator("#chosen")
    detail.get_by_label("机关").fill("示例市政府办公室")
    detail.get_by_role("button", name="保存").click()
    expect(detail.locator("h2")).to_contain_text("示例市政府办公室")
    expect(page.get_by_role("button", name="移除")).to_have_count(0)
    page.goto(f"{own}/desk")
    page.get_by_role("button", name="退出登录").click()
    expect(page.locator("header .who")).to_have_count(0)
    page.goto(f"{own}/library")
    expect(page.get_by_label("用户名")).to_be_visible()


def test_an_operator_removes_a_report(page: Page, own: str):
    page.goto(f"{own}/library")
    sign_in(page, "运维")
    row = page.get_by_role("row", name="huaibei-2021.html")
    row.get_by_role("button").click()
    for _ in range(2):
        page.locator("#chosen").get_by_role("button", name="移除").click()
    expect(row).to_have_count(0)


def test_a_finding_is_seen_by_who_signed_in(page: Page, own: str, tmp_path: Path):
    text = (SAMPLES / "city-2023.html").read_text(encoding="utf-8")
    wrong = tmp_path / "wrong.html"
    wrong.write_text(text.replace(">252<", ">253<", 1).replace("示例市人民政府", "示例市财政局"))
    page.goto(f"{own}/library")
    sign_in(page, "张示例")
    page.get_by_label("支持 html").set_input_files(wrong)
    page.locator(".uploads li.added").wait_for(timeout=20_000)
    page.get_by_role("row", name="wrong.html").get_by_role("button").click()
    finding = page.locator(".findings li.fails").first
    finding.get_by_role("button").click()
    expect(finding.get_by_label("姓名")).to_have_count(0)
    finding.get_by_role("textbox").fill("原文如此")
    finding.get_by_role("button", name="保存").click()
    expect(finding.locator(".seen")).to_contain_text("张示例")
    page.wait_for_load_state("networkidle")


def test_a_session_that_ended_leads_back_to_signing_in(page: Page, own: str, held: Path):
    page.goto(f"{own}/library")
    sign_in(page, "运维")
    page.locator(".grid tbody tr").first.wait_for()
    Users(held).set_password("运维", GOOD + "新")
    page.get_by_role("button", name="重新读取全部报告").click()
    expect(page.get_by_label("用户名")).to_be_visible()
    sign_in(page, "运维", GOOD + "新")
    page.locator(".grid tbody tr").first.wait_for()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_without_a_script_one_signs_in_and_out_too(opened: Opens, own: str, host: str):
    own = own.replace("127.0.0.1", host)
    page = opened(java_script_enabled=False).new_page()
    page.goto(f"{own}/sign-in?next=/reports")
    sign_in(page, "张示例", "not the password")
    expect(page.get_by_role("alert")).to_have_text("用户名或密码不对。")
    expect(page.get_by_label("用户名")).to_have_value("张示例")
    sign_in(page, "张示例")
    expect(page).to_have_url(f"{own}/reports")
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("button", name="退出登录")).to_have_count(0)


@pytest.mark.parametrize("mode", ["", "mode=elder", "contrast=high", "mode=elder&contrast=high"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_axe_finds_nothing_on_the_page_to_sign_in(opened: Opens, own: str, mode: str, lang: str):
    page = opened(viewport={"width": 320, "height": 800}).new_page()
    page.goto(f"{own}/sign-in?lang={lang}&{mode}")
    assert violations(page) == []
    page.locator("#name").fill("nobody")
    page.locator("#password").fill("nothing")
    page.locator("main button").click()
    page.get_by_role("alert").wait_for()
    assert violations(page) == []
    page.locator("#name").fill("运维")
    page.locator("#password").fill(GOOD)
    page.locator("main button").click()
    page.locator(".grid tbody tr").first.wait_for()
    assert violations(page) == []
    wider = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wider <= 0


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_one_signs_in_with_the_account_of_the_organisation(opened: Opens, held: Path, script: bool):
    with oidc_server() as provider:
        settings = {
            "oidc_issuer": provider.issuer,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SECRET,
            "oidc_operators": ("library-staff",),
        }
        with served(held, **settings) as own:
            page = opened(java_script_enabled=script).new_page()
            page.goto(f"{own}/library")
            expect(page.get_by_label("密码")).to_have_count(0)
            if script:
                assert violations(page) == []
            page.get_by_role("link", name="用统一身份认证登录").click()
            expect(page).to_have_url(f"{own}/library?lang=zh&mode=standard&contrast=normal")
            expect(page.locator("header .who")).to_contain_text("zhang")
            (cookie,) = (c for c in page.context.cookies() if c["name"].startswith("__Host"))
            assert cookie["name"] == "__Host-nianbao"
            page.get_by_role("button", name="退出所有设备").click()
            expect(page.locator("header .who")).to_have_count(0)
            provider.claims = {"roles": ["other"]}
            page.goto(f"{own}/sign-in?lang=en")
            page.get_by_role("link", name="Sign in with the organisation's account").click()
            expect(page.get_by_role("alert")).to_have_text(
                "Your account has no role here. Please ask an administrator."
            )
