"""Who guesses waits; nobody keeps anybody else out."""

from __future__ import annotations

import datetime
from html import unescape

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import checks, mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from signin.models import Attempts
from tests.totp import code

HOME, LOGIN = "/admin/", "/admin/login/"
PASSWORD = "ein langes Geheimnis"
HERE, ELSEWHERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture
def account(django_user_model, group):
    def account(name):
        user = django_user_model.objects.create_user(
            name, email=f"{name}@example.org", password=PASSWORD
        )
        user.groups.add(group)
        return user

    return account


@pytest.fixture
def erika(account):
    return account("erika")


def attempt(password="falsch", name="erika", address=HERE, client=None, **more):
    data = {"username": name, "password": password, **more}
    return (client or Client()).post(LOGIN, data, REMOTE_ADDR=address)


def gets_in(address=HERE, name="erika", **more):
    client = Client()
    attempt(PASSWORD, name, address, client, **more)
    return client.get(HOME, REMOTE_ADDR=address).status_code == 200


def guess(times=6, **more):
    for _attempt in range(times):
        answer = attempt(**more)
    return answer


def pause():
    """All waits are over."""
    Attempts.objects.update(until=timezone.now())


def test_who_guesses_waits_and_the_owner_gets_in_from_elsewhere(erika):
    assert guess(5).status_code == 200
    refused = guess(1)
    assert refused.status_code == 429
    assert not gets_in(HERE)
    assert gets_in(ELSEWHERE)


@pytest.mark.slow
def test_a_stranger_with_many_addresses_keeps_nobody_out(erika):
    for number in range(10):
        guess(6, address=f"203.0.113.{number}")
    assert gets_in(ELSEWHERE)


def test_pauses_grow_end_and_are_not_prolonged_by_more_attempts(erika):
    waits = []
    guess(4)
    for _time in range(7):
        guess(1)
        waits.append(int(attempt().headers["Retry-After"]))
        assert int(attempt(PASSWORD).headers["Retry-After"]) <= waits[-1]
        pause()
    assert [round(wait / 30) for wait in waits] == [1, 2, 4, 8, 16, 30, 30]
    assert gets_in(HERE)
    Attempts.objects.update(last=timezone.now() - datetime.timedelta(hours=2))
    assert guess(5).status_code == 200


@pytest.mark.parametrize(
    ("language", "words", "longer"),
    [("de", "30 Sekunden", "1 Minute und"), ("en", "30 seconds", "1 minute and"),
     ("sk", "30 sekúnd", "1 minútu a"), ("lv", "30 sekundes", "1 minūti un")],
)  # fmt: skip
def test_the_answer_says_how_long_to_wait(erika, language, words, longer):
    client = Client(headers={"Accept-Language": language})
    guess(5)
    for text in (words, longer):
        answer = attempt(client=client)
        shown = unescape(answer.content.decode())
        assert answer.status_code == 429 and f'lang="{language}"' in shown
        assert text in shown
        pause()
        guess(1)


def test_names_and_passwords_count_by_address(erika, account):
    account("max")
    for number in range(20):
        attempt(name=f"name{number}")
    assert not gets_in(HERE, "max")
    assert gets_in(ELSEWHERE, "max")


def test_a_name_is_one_however_it_is_written(erika):
    for name in ("erika", "Erika", " erika ", "ERIKA", "ｅｒｉｋａ"):
        attempt(name=name)
    assert not gets_in(HERE)


@pytest.mark.slow
def test_signing_in_oneself_does_not_allow_more_guesses(erika, account):
    account("max")
    for number in range(20):
        assert gets_in(HERE, "max")
        attempt(name=f"name{number}")
    assert not gets_in(HERE, "max")


@pytest.mark.slow
def test_those_who_know_their_password_do_not_count(erika):
    assert all(gets_in(HERE) for _time in range(30))


def test_an_ipv6_network_is_one_address(erika):
    for number in range(6):
        attempt(address=f"2001:db8:1:2::{number}")
    assert not gets_in("2001:db8:1:2:ffff::1")
    assert gets_in("2001:db8:1:3::1")


def test_ipv4_inside_ipv6_is_ipv4(erika):
    guess(6, address=f"::ffff:{HERE}")
    assert not gets_in(HERE)
    assert gets_in(f"::ffff:{ELSEWHERE}")


@pytest.mark.slow
@pytest.mark.parametrize("how", ["away", "a dummy"])
def test_limits_hold_without_a_cache(erika, settings, how):
    backend, place = {
        "away": ("partners.delivery.answers.redis.ForgivingRedisCache", "redis://127.0.0.1:1/0"),
        "a dummy": ("django.core.cache.backends.dummy.DummyCache", ""),
    }[how]
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": place}}
    assert guess(25).status_code == 429
    assert not gets_in(HERE)


def test_counts_name_nobody_and_go(erika):
    guess(3)
    rows = list(Attempts.objects.values())
    assert rows and "erika" not in str(rows) and HERE not in str(rows)
    Attempts.objects.update(last=timezone.now() - datetime.timedelta(hours=2))
    attempt(name="max", address=ELSEWHERE)
    assert Attempts.objects.count() == 2


@pytest.mark.slow
def test_refused_attempts_leave_no_rows(erika):
    guess(20)
    for number in range(20):
        attempt(name=f"name{number}")
    before = Attempts.objects.count()
    for number in range(20, 40):
        assert attempt(name=f"name{number}").status_code == 429
    assert Attempts.objects.count() == before


# The second factor


@pytest.fixture
def secret(erika, settings):
    settings.MFA_TOTP_TOLERANCE = 3
    secret = generate_totp_secret()
    TOTP.activate(erika, secret)
    return secret


def test_a_code_beside_the_password_needs_no_waiting(erika, secret):
    guess(10)
    answer = attempt(PASSWORD)
    assert answer.status_code == 429
    assert 'name="code"' in answer.content.decode()
    assert gets_in(HERE, code=code(secret))


def test_a_recovery_code_beside_the_password_as_well(erika, secret):
    [first, *_rest] = RecoveryCodes.activate(erika).get_unused_codes()
    guess(10)
    assert gets_in(HERE, code=first)
    assert not gets_in(HERE, code=first)


@pytest.mark.slow
def test_strangers_at_the_same_address_do_not_use_up_that_way(erika, secret):
    guess(6)
    for _attempt in range(60):
        assert attempt(code="000000").status_code == 429
    assert gets_in(HERE, code=code(secret))


def test_the_answer_does_not_tell_whether_the_password_was_right(erika, secret):
    guess(10)

    def seen(password, number):
        answer = attempt(password, code=number)
        text = unescape(answer.content.decode())
        return answer.status_code, text.partition("<main")[2].count("<"), "message" in text

    expected = seen("falsch", "000000")
    assert expected[0] == 429
    assert seen(PASSWORD, "000000") == seen("falsch", code(secret)) == expected


def test_codes_are_counted_for_those_who_have_the_password(erika, secret):
    guess(6)
    for _attempt in range(6):
        attempt(PASSWORD, code="000000")
    assert not gets_in(HERE, code=code(secret))


def test_a_code_signs_in_once_without_a_cache(erika, secret, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    number = code(secret)
    assert show_code(HERE, number)[1]
    assert not show_code(ELSEWHERE, number)[1]
    guess(6)
    assert not gets_in(HERE, code=number)
    number = code(secret, 1)
    assert gets_in(HERE, code=number)
    assert not gets_in(HERE, code=number)


def test_an_account_without_a_second_factor_gets_nothing_by_a_code(erika):
    guess(6)
    assert not gets_in(HERE, code="000000")


def show_code(address, number):
    """Password, then code, as without waiting."""
    client = Client()
    attempt(PASSWORD, address=address, client=client)
    answer = client.post(reverse("mfa_authenticate"), {"code": number}, REMOTE_ADDR=address)
    return answer, client.get(HOME, REMOTE_ADDR=address).status_code == 200


def test_who_has_the_password_does_not_keep_the_owner_from_the_code(erika, secret):
    for _attempt in range(6):
        answer, _is_in = show_code(HERE, "000000")
    assert answer.status_code == 429 and answer.headers["Retry-After"]
    assert show_code(ELSEWHERE, code(secret))[1]


@pytest.mark.slow
def test_codes_are_counted_from_all_addresses_together(erika, secret):
    for number in range(40):
        show_code(f"203.0.113.{number}", "000000")
    assert show_code(ELSEWHERE, code(secret))[0].status_code == 429
    pause()
    assert show_code(ELSEWHERE, code(secret, 1))[1]


def test_passkeys_are_asked_for_while_passwords_wait(erika):
    guess(10)
    for _attempt in range(30):
        answer = Client().get(
            reverse("mfa_login_webauthn"), REMOTE_ADDR=HERE, headers={"Accept": "application/json"}
        )
        assert answer.status_code == 200 and answer.json()["request_options"]
    page = attempt().content.decode()
    assert 'id="passkey_login"' in page and 'id="mfa_login"' in page


# A new password


def ask_for_mail(address=HERE, email="erika@example.org"):
    return Client().post("/admin/password_reset/", {"email": email}, REMOTE_ADDR=address)


def test_mails_for_a_new_password_are_counted_by_address(erika):
    answers = [ask_for_mail() for _time in range(5)]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 429, 429]
    assert answers[-1].headers["Retry-After"] == "60"
    for number in range(10):
        answer = ask_for_mail(email=f"name{number}@example.org")
    assert answer.status_code == 429
    assert ask_for_mail(ELSEWHERE).status_code == 302


def test_an_account_gets_few_mails_and_nobody_sees_that(erika):
    for number in range(6):
        assert ask_for_mail(f"203.0.113.{number}").status_code == 302
    assert len(mail.outbox) == 3


@pytest.mark.slow
@pytest.mark.parametrize("where", ["account_reauthenticate", "wagtailadmin_account"])
def test_the_password_of_a_session_is_counted_as_well(erika, where):
    client = Client()
    attempt(PASSWORD, client=client)
    new = dict.fromkeys(("password-new_password1", "password-new_password2"), f"{PASSWORD} 2")

    def send(password):
        data = {"password": password, "password-old_password": password, **new}
        data |= {"name_email-first_name": "Erika", "name_email-last_name": "Mustermann"}
        data |= {"name_email-email": erika.email, "theme-theme": "system"}
        data |= {"theme-contrast": "system", "theme-density": "default"}
        return client.post(reverse(where), data, REMOTE_ADDR=HERE)

    for _attempt in range(5):
        assert send("falsch").status_code == 200
    answer = send(PASSWORD)
    assert answer.status_code == 429 and answer.headers["Retry-After"]
    erika.refresh_from_db()
    assert erika.check_password(PASSWORD)
    pause()
    assert send(PASSWORD).status_code == 302


@pytest.mark.slow
def test_an_account_is_changed_without_its_password(erika):
    client = Client()
    attempt(PASSWORD, client=client)
    for _time in range(8):
        answer = client.post(reverse("wagtailadmin_account"), {}, REMOTE_ADDR=HERE)
        assert answer.status_code == 200


# Whose address it is


@pytest.mark.slow
@pytest.mark.parametrize(
    ("proxies", "header", "is_of"),
    [
        (0, ELSEWHERE, "proxy"),
        (1, ELSEWHERE, ELSEWHERE),
        (1, f"10.0.0.9, {ELSEWHERE}", ELSEWHERE),
        (2, f"10.0.0.9, {ELSEWHERE}, 10.0.0.1", ELSEWHERE),
        (1, "", "proxy"),
        (2, ELSEWHERE, "proxy"),
        (1, "unknown", "proxy"),
        (1, f"{ELSEWHERE}, ", "proxy"),
    ],
)
def test_headers_of_proxies_are_believed_as_configured(
    erika, settings, caplog, proxies, header, is_of
):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies

    def send(password="falsch", address="10.0.0.1", **headers):
        client = Client()
        data = {"username": "erika", "password": password}
        return client.post(LOGIN, data, REMOTE_ADDR=address, headers=headers)

    for _attempt in range(6):
        send(**({"X-Forwarded-For": header} if header else {}))
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    waiting = {one for one in ("10.0.0.1", ELSEWHERE) if send(address=one).status_code == 429}
    assert waiting == {"10.0.0.1" if is_of == "proxy" else is_of}
    assert ("TRUSTED_PROXIES" in caplog.text) is (proxies > 0 and is_of == "proxy")


@pytest.mark.parametrize(
    ("name", "value", "number"),
    [
        ("ALLAUTH_TRUSTED_PROXY_COUNT", -1, "E001"),
        ("ALLAUTH_TRUSTED_PROXY_COUNT", "1", "E001"),
        ("SECURE_PROXY_SSL_HEADER", ("HTTP_X_FORWARDED_PROTO", "https"), "E001"),
        ("ALLAUTH_TRUSTED_CLIENT_IP_HEADER", "X-Real-IP", "E001"),
        ("ACCOUNT_ADAPTER", "allauth.account.adapter.DefaultAccountAdapter", "E002"),
        ("MFA_FORMS", {}, "E002"),
        ("WAGTAILADMIN_USER_PASSWORD_RESET_FORM", None, "E002"),
        ("SESSION_EXPIRE_AT_BROWSER_CLOSE", False, "E003"),
        ("CSRF_COOKIE_AGE", 3600, "E003"),
        ("ROOT_URLCONF", "wagtail.admin.urls", "E004"),
    ],
)
def test_settings_that_take_limits_away_are_errors(settings, name, value, number):
    def found():
        tags = [checks.Tags.security, checks.Tags.urls]
        return {one.id for one in checks.run_checks(tags=tags) if one.id.startswith("signin.")}

    assert found() == set()
    setattr(settings, name, value)
    assert f"signin.{number}" in found()
