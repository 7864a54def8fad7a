"""Signing in with a second factor, in Chromium."""

import os
import re
import subprocess
import sys
import time

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import ROOT
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
    return name


@pytest.fixture
def watched(page, address):
    """A page that reports errors of scripts and of the policy, and requests to elsewhere."""
    found = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda line: line.type == "error" and found.append(line.text))
    page.on("request", lambda one: one.url.startswith((address, "data:")) or found.append(one.url))
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
    assert page.locator("#wagtail-sidebar").count() == 1

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


def test_a_passkey(watched, address, person):
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
    page.goto(f"{address}/admin/login/")
    page.click("#passkey_login")
    page.wait_for_url(f"{address}/admin/")
