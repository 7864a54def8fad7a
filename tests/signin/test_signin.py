"""Signing in to the admin: second factors, limits, sessions, tokens."""

from __future__ import annotations

import re
from html import unescape

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse
from wagtail.models import APIToken
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from signin.models import SignInRule
from signin.sessions import BEGAN, SEEN
from tests.totp import code

HOME = "/admin/"
LOGIN = "/admin/login/"
PASSWORD = "ein langes Geheimnis"


@pytest.fixture
def erika(django_user_model, group):
    user = django_user_model.objects.create_user(
        "erika", email="erika.mustermann@example.org", password=PASSWORD
    )
    user.groups.add(group)
    return user


def sign_in(client, password=PASSWORD, **extra):
    return client.post(LOGIN, {"username": "erika", "password": password}, **extra)


def text_of(response):
    return unescape(response.content.decode())


def is_in(client):
    return client.get(HOME).status_code == 200


def age(client, name, seconds):
    session = client.session
    session[name] -= seconds
    session.save()


def test_a_password_is_enough_where_nobody_asks_for_more(client, erika):
    assert client.get(HOME).headers["Location"].startswith(LOGIN)
    assert sign_in(client).headers["Location"] == HOME
    assert is_in(client)


def test_the_first_page_is_in_the_language_of_the_account_alone(client, erika):
    sign_in(client, headers={"accept-language": "en"})
    first = text_of(client.get(HOME))
    assert '<html lang="de"' in first and "Successfully" not in first


@pytest.mark.parametrize(
    ("language", "words"),
    [("de", "Anmelden"), ("en", "Sign in"), ("sk", "Prihlásiť sa"), ("lv", "Pierakstīties")],
)
def test_the_form_speaks_the_language_of_the_browser(client, db, language, words):
    text = text_of(client.get(LOGIN, headers={"Accept-Language": language}))
    assert words in text
    assert f'lang="{language}"' in text


def test_no_other_form_takes_a_password(client, erika):
    for path in ("/_util/login/", "/de/_util/login/"):
        response = client.post(path, {"username": "erika", "password": PASSWORD}, follow=True)
        assert not response.wsgi_request.user.is_authenticated
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")


def test_a_session_ends_at_its_limit_and_when_it_is_not_used(client, erika, settings):
    for name, limit in ((BEGAN, settings.SESSION_LIMIT), (SEEN, settings.SESSION_IDLE_LIMIT)):
        sign_in(client)
        assert is_in(client)
        age(client, name, limit - 60)
        assert is_in(client)
        age(client, name, limit + 60)
        response = client.get("/admin/pages/")
        assert response.headers["Location"] == f"{LOGIN}?next=%2Fadmin%2Fpages%2F"
        assert not is_in(client)


def test_a_used_session_goes_on(client, erika, settings):
    sign_in(client)
    assert is_in(client)
    for _hour in range(3):
        age(client, SEEN, settings.SESSION_IDLE_LIMIT - 60)
        assert is_in(client)


@pytest.fixture
def enrol(client, monkeypatch):
    """A function that sets up an authenticator app, with the password again; gives its secret."""

    def inner():
        with monkeypatch.context() as patch:
            # Commit hooks run within the request, as outside the transaction of a test.
            patch.setattr(transaction, "on_commit", lambda callback, **_how: callback())
            return _enrol(client)

    return inner


def _enrol(client):
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = text_of(client.get(reverse("mfa_activate_totp")))
    secret = re.search(r'value="([A-Z2-7]{16,})"', page)[1]
    response = client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    assert response.status_code == 302, text_of(response)
    return secret


def test_a_group_requires_a_second_factor(client, erika, group, settings, enrol):
    SignInRule.objects.create(group=group, second_factor=True)
    sign_in(client)
    response = client.get("/admin/pages/")
    assert response.headers["Location"] == reverse("mfa_index")
    assert "Zwei-Faktor" in text_of(client.get(reverse("mfa_index")))
    secret = enrol()
    assert is_in(client)

    other = Client()
    assert sign_in(other).headers["Location"].startswith(reverse("mfa_authenticate"))
    assert not is_in(other)
    other.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert not is_in(other)
    settings.MFA_TOTP_TOLERANCE = 1
    other.post(reverse("mfa_authenticate"), {"code": code(secret, step=1)})
    assert is_in(other)


def test_a_code_signs_in_once(client, erika, settings):
    settings.MFA_TOTP_TOLERANCE = 1
    secret = generate_totp_secret()
    TOTP.activate(erika, secret)
    now = code(secret)
    sign_in(client)
    client.post(reverse("mfa_authenticate"), {"code": now})
    assert is_in(client)
    other = Client()
    sign_in(other)
    other.post(reverse("mfa_authenticate"), {"code": now})
    assert not is_in(other)


def test_a_second_factor_taken_off_is_asked_for_again(client, erika, group, enrol):
    SignInRule.objects.create(group=group, second_factor=True)
    sign_in(client)
    enrol()
    assert is_in(client)
    Authenticator.objects.filter(user=erika).delete()
    age(client, SEEN, 120)
    assert client.get(HOME).headers["Location"] == reverse("mfa_index")


def test_a_session_without_the_second_factor_of_the_account_is_worth_nothing(client, erika):
    """A session opened by any means, of an account whose groups require no second factor."""
    TOTP.activate(erika, generate_totp_secret())
    client.force_login(erika)
    assert client.get(HOME).headers["Location"].startswith(LOGIN)


def test_superusers_can_be_required_to_have_one(client, erika, settings):
    erika.is_superuser = True
    erika.save()
    sign_in(client)
    assert is_in(client)
    settings.SECOND_FACTOR_FOR_SUPERUSERS = True
    age(client, SEEN, 120)
    assert client.get(HOME).headers["Location"] == reverse("mfa_index")


def test_setting_up_a_second_factor_ends_all_other_sessions(client, erika, enrol):
    elsewhere = Client()
    sign_in(elsewhere)
    sign_in(client)
    enrol()
    assert is_in(client)
    assert not is_in(elsewhere)


def signed_in(user_agent="Browser"):
    client = Client(headers={"User-Agent": user_agent})
    sign_in(client)
    assert is_in(client)
    return client


@pytest.fixture
def keeper(client, django_user_model):
    """A client with the right to change accounts."""
    client.user = django_user_model.objects.create_superuser("max", password=PASSWORD)
    client.post(LOGIN, {"username": "max", "password": PASSWORD})
    return client


def sessions_in(response):
    return {one.user_agent: one.pk for one in response.context["sessions"]}


def test_a_person_sees_where_they_are_signed_in_and_ends_one_session_or_all_others(client, erika):
    phone, library, desk = signed_in("Telefon"), signed_in("Bibliothek"), signed_in("Büro")
    url = reverse("usersessions_list")
    page = desk.get(url)
    assert list(sessions_in(page)) == ["Büro", "Bibliothek", "Telefon"]
    assert "Diese Sitzung benutzen Sie gerade." in text_of(page)
    answer = desk.post(url, {"session": sessions_in(page)["Telefon"]}, follow=True)
    assert list(sessions_in(answer)) == ["Büro", "Bibliothek"]
    assert "1 Sitzung beendet." in text_of(answer)
    assert not is_in(phone) and is_in(library)
    assert list(sessions_in(desk.post(url, follow=True))) == ["Büro"]
    assert not is_in(library) and is_in(desk)


def test_nobody_ends_the_sessions_of_others_by_their_number(keeper, erika):
    phone = signed_in("Telefon")
    session = UserSession.objects.get(user=erika)
    for number in (session.pk, "x", "0"):
        keeper.post(reverse("usersessions_list"), {"session": number})
    url = reverse("signin_sessions_of", args=[keeper.user.pk])
    phone.post(url)
    assert phone.get(url, follow=True).redirect_chain
    assert is_in(phone) and is_in(keeper)
    assert Client().get(reverse("usersessions_list")).headers["Location"].startswith(LOGIN)


def test_who_keeps_the_accounts_ends_the_sessions_of_others(keeper, erika):
    phone, desk = signed_in("Telefon"), signed_in("Büro")
    url = reverse("signin_sessions_of", args=[erika.pk])
    assert url in text_of(keeper.get(reverse("wagtailusers_users:index")))
    page = keeper.get(url)
    keeper.post(url, {"session": sessions_in(page)["Telefon"]})
    assert not is_in(phone) and is_in(desk)
    assert sessions_in(keeper.post(url, follow=True)) == {}
    assert not is_in(desk) and is_in(keeper)


def test_a_new_password_ends_all_other_sessions(keeper, erika):
    phone, desk = signed_in("Telefon"), signed_in("Büro")
    new = "noch ein langes Geheimnis"
    names = ("new_password1", "new_password2")
    account = {
        "name_email": {"first_name": "Erika", "last_name": "Mustermann", "email": erika.email},
        "theme": {"theme": "system", "contrast": "system", "density": "default"},
        "password": {"old_password": PASSWORD, **dict.fromkeys(names, new)},
    }
    desk.post(
        "/admin/account/",
        {f"{panel}-{name}": text for panel, one in account.items() for name, text in one.items()},
    )
    erika.refresh_from_db()
    assert erika.check_password(new)
    assert is_in(desk) and not is_in(phone)
    url = reverse("signin_sessions_of", args=[erika.pk])
    assert list(sessions_in(keeper.get(url))) == ["Büro"]
    keeper.post(url)
    assert not is_in(desk)


def test_a_password_given_by_someone_else_ends_all_sessions(keeper, erika):
    phone = signed_in()
    names = ("password1", "password2")
    data = {"username": erika.username, "email": erika.email, "first_name": "E", "last_name": "M"}
    data |= {"is_active": "on", **dict.fromkeys(names, "noch ein langes Geheimnis")}
    keeper.post(reverse("wagtailusers_users:edit", args=[erika.pk]), data)
    assert not is_in(phone)


def test_the_account_leads_to_devices_and_sessions(client, erika):
    sign_in(client)
    text = text_of(client.get("/admin/account/"))
    for name in ("mfa_index", "usersessions_list"):
        assert reverse(name) in text


def test_the_rule_is_ticked_in_the_form_of_the_group(editor, group):
    url = reverse("wagtailusers_groups:edit", args=[group.pk])
    assert "Zweiter Faktor" in text_of(editor.get(url))
    panels = ["page", "collection", "image", "document", "collection_management"]
    data = nested_form_data({f"{name}_permissions": inline_formset([]) for name in panels})
    editor.post(url, {**data, "name": group.name, "signin-second_factor": "on"})
    assert SignInRule.objects.get(group=group).second_factor
    editor.post(url, {**data, "name": group.name})
    assert not SignInRule.objects.get(group=group).second_factor


@pytest.mark.parametrize(
    ("password", "message"),
    [("kurz", "zu kurz"), ("passwort1234", "zu üblich"), ("271828182845", "komplett aus Ziffern")],
)
def test_a_weak_password_is_refused_with_the_reason(client, erika, password, message):
    sign_in(client)
    data = {
        "password-old_password": PASSWORD,
        "password-new_password1": password,
        "password-new_password2": password,
    }
    response = client.post("/admin/account/", data)
    erika.refresh_from_db()
    assert erika.check_password(PASSWORD)
    if "üblich" not in message:
        assert message in text_of(response)


def test_tokens_are_seen_and_revoked(editor):
    """Wagtail's API tokens can exist, although this site accepts none."""
    token, _plain = APIToken.create_token(user=editor.user, name="Altes Skript")
    url = reverse("wagtailusers_api_tokens:index")
    assert "Altes Skript" in text_of(editor.get(url))
    editor.post(reverse("wagtailusers_api_tokens:delete", args=[token.pk]))
    token.refresh_from_db()
    assert token.revoked_at
    with pytest.raises(NoReverseMatch):
        reverse("wagtailusers_api_tokens:add")


def test_nothing_takes_a_token(client, erika):
    _token, plain = APIToken.create_token(user=erika, name="Skript")
    for path in ("/api/v2/pages/", HOME):
        response = client.get(path, headers={"Authorization": f"Bearer {plain}"})
        assert not response.wsgi_request.user.is_authenticated


def test_the_pages_obey_the_policy_of_the_admin(client, erika):
    """They load nothing from other servers."""
    sign_in(client)
    for path in (LOGIN, reverse("mfa_index"), reverse("mfa_add_webauthn")):
        response = client.get(path, follow=True)
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
        text = text_of(response)
        assert not re.search(r'<(script|img|link|form)[^>]+(src|href|action)="(https?:)?//', text)
