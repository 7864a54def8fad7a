"""Signing in with a second factor, and pages with a password, in Chromium."""

import os
import re
import subprocess
import sys
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.conftest import ROOT
from tests.e2e.test_public import VNU, WCAG, check_html
from tests.totp import code

PASSWORD = "browser-tests-only"
SCREENSHOTS = ROOT / "var" / "screenshots"


@pytest.fixture(scope="module")
def address(server):
    """Passkeys belong to a name: 127.0.0.1 has none."""
    return server.replace("127.0.0.1", "localhost")


@pytest.fixture
def person(demo_folder, server, request):
    """A member of the demo's editors, of whom a second factor is required."""
    name = request.node.name
    script = f"""
from django.contrib.auth.models import Group, User
from signin.models import SignInRule
group = Group.objects.get(kis_role__key="editing")
SignInRule.objects.update_or_create(group=group, defaults={{"second_factor": True}})
User.objects.create_user({name!r}, password={PASSWORD!r}).groups.add(group)
"""
    run(demo_folder, script)
    return name


def run(demo_folder, script):
    """Do something in the demo's database."""
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", script],
        cwd=ROOT,
        check=True,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "kis_wagtail.settings.dev",
            "DATABASE_URL": f"sqlite:///{demo_folder / 'db.sqlite3'}",
        },
    )


@pytest.fixture
def watched(page, address, request):
    """A page that reports errors of scripts and of the policy, and requests to elsewhere."""
    found = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda line: line.type == "error" and found.append(line.text))
    page.on("request", lambda one: one.url.startswith((address, "data:")) or found.append(one.url))
    request.node.allowed_errors = found
    yield page
    assert found == []


def picture(page, name):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.set_viewport_size({"width": 1280, "height": 860})
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


def sign_in(page, address, name):
    page.goto(f"{address}/admin/login/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("button[type=submit]")


def confirm(page):
    """Devices are added by somebody who has just shown who they are."""
    page.wait_for_url(re.compile(r"/confirm/|/activate/|/add/"))
    if "/confirm/" in page.url:
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit]")


def test_a_code_of_an_app(watched, address, person):
    page = watched
    page.goto(f"{address}/admin/login/")
    picture(page, "sign-in")
    sign_in(page, address, person)
    page.wait_for_url("**/second-factor/")
    picture(page, "sign-in-second-factor")
    page.click("a[href$='totp/activate/']")
    confirm(page)
    page.wait_for_url("**/totp/activate/")
    secret = page.locator("#authenticator_secret").input_value()
    picture(page, "sign-in-app")
    page.fill("[name=code]", code(secret))
    page.click("main button[type=submit]")
    page.wait_for_url(re.compile("second-factor"))
    page.goto(f"{address}/admin/")
    expect(page.locator("#wagtail-sidebar")).to_have_count(1)

    page.context.clear_cookies()
    sign_in(page, address, person)
    page.wait_for_url("**/authenticate/")
    picture(page, "sign-in-code")
    page.fill("[name=code]", "000000")
    page.click("main button[type=submit]")
    expect(page.locator(".w-field__errors .error-message")).to_be_visible()
    page.wait_for_timeout(30_000 - int(1000 * (time.time() % 30)))
    page.fill("[name=code]", code(secret))
    page.click("main button[type=submit]")
    page.wait_for_url(f"{address}/admin/")
    page.goto(f"{address}/admin/sign-in/sessions/")
    picture(page, "sign-in-sessions")


@pytest.fixture
def passkey(watched, address, person):
    """The page of somebody who has set up a passkey, signed out again."""
    page = watched
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    sign_in(page, address, person)
    page.wait_for_url("**/second-factor/")
    page.click("a[href$='webauthn/add/']")
    confirm(page)
    page.fill("[name=name]", "Schlüssel")
    page.check("[name=passwordless]")
    picture(page, "sign-in-passkey")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(re.compile(r"recovery-codes|webauthn/$"))
    picture(page, "sign-in-recovery-codes")
    page.goto(f"{address}/admin/")
    assert page.url == f"{address}/admin/"
    page.context.clear_cookies()
    return page


def test_a_passkey(passkey, address):
    passkey.goto(f"{address}/admin/login/")
    passkey.click("#passkey_login")
    passkey.wait_for_url(f"{address}/admin/")


def test_a_passkey_signs_in_while_passwords_wait(passkey, address, person, request):
    """At the address from which somebody has tried passwords."""
    page, refused = passkey, "status of 429"
    for _attempt in range(6):
        page.goto(f"{address}/admin/login/")
        page.fill("[name=username]", person)
        page.fill("[name=password]", "falsch")
        with page.expect_navigation():
            page.click("button[type=submit]:not([form])")
    expect(page.locator("[role=alert]")).to_be_visible()
    assert page.locator("[name=code]").is_visible()
    picture(page, "sign-in-wait")
    page.click("#passkey_login")
    page.wait_for_url(f"{address}/admin/")
    found = request.node.allowed_errors
    assert found and all(refused in line for line in found)
    found.clear()


@pytest.fixture
def closed(server, demo_folder):
    """The address of a page with a password."""
    restrict = """
from wagtail.models import Page, PageViewRestriction
page = Page.objects.get(slug="impressum", locale__language_code="de")
restriction = dict(page=page, restriction_type="password")
"""
    run(
        demo_folder,
        f"{restrict}PageViewRestriction.objects.create(**restriction, password={PASSWORD!r})",
    )
    yield f"{server}/de/impressum/"
    run(demo_folder, f"{restrict}PageViewRestriction.objects.filter(**restriction).delete()")


def test_nothing_bars_anyone_from_typing_the_password_of_a_page(page, closed, tmp_path):
    """It opens the page; nor after a wrong one, nor while one has to wait."""
    page.set_viewport_size({"width": 320, "height": 640})

    def look(name):
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"page-password-{name}.png")
        assert page.locator("#exit").is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            result = Axe().run(page, options=WCAG)
            assert result.violations_count == 0, result.generate_report()
        (tmp_path / f"{name}.html").write_text(page.content(), "utf-8")

    def enter(password):
        page.get_by_label("Passwort").fill(password)
        page.keyboard.press("Enter")

    page.goto(closed)
    look("first")
    enter(PASSWORD)
    page.wait_for_url(closed)
    expect(page.locator("h1")).to_have_text("Impressum")
    page.context.clear_cookies()
    page.goto(closed)
    for _attempt in range(10):
        enter("falsch")
        expect(page.locator("[role=alert]")).to_be_visible()
    look("wrong")
    enter(PASSWORD)
    expect(page.locator("h1")).to_have_text("Zu viele Versuche")
    look("wait")
    if VNU:
        check_html(tmp_path)
    page.get_by_role("link", name="Zurück zur Eingabe des Passworts").click()
    page.wait_for_url(closed)
    assert {cookie["expires"] for cookie in page.context.cookies()} == {-1}
