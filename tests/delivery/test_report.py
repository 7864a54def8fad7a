"""The report on pages whose items can't be made: who sees which, and what it says."""

from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from partners.delivery.models import CLOSED, Failure, State
from partners.delivery.report import URL_NAME
from tests.delivery.test_host import BROKEN, broken  # noqa: F401
from tests.desk.test_translation_overview import translator  # noqa: F401


@pytest.fixture
def faults(kis_page):
    """A German page that fails, and a Slovak one that lacks a file and is tried when asked for."""
    german, slovak = kis_page("triade"), kis_page("start", "sk")
    Failure.objects.create(page_id=german.pk, error="ValueError: <b>", retry_at=timezone.now())
    Failure.objects.create(page_id=slovak.pk, error="OSError: away", lacking=True, attempts=7)
    Failure.objects.create(page_id=2**40, error="of a page that is gone", retry_at=timezone.now())
    return german, slovak


def test_an_item_that_fails_is_listed_until_it_is_made(broken, api, editor):  # noqa: F811
    api(f"pages/{broken.pk}/", 404)
    [fault] = editor.get(reverse(URL_NAME)).context["object_list"]
    assert (fault.page.pk, fault.attempts) == (broken.pk, 1)
    BROKEN.clear()
    broken.save_revision().publish()
    api(f"pages/{broken.pk}/")
    assert not editor.get(reverse(URL_NAME)).context["object_list"]


def test_it_says_what_is_wrong_in_plain_words(faults, editor):
    german, _slovak = faults
    response = editor.get(reverse(URL_NAME))
    text = unescape(response.content.decode())
    for words in (
        german.title,
        "Deutsch",
        "Die Seite fehlt in der API.",
        "Eine Datei ist nicht lesbar; die API gibt die Seite ohne sie aus.",
        "sobald jemand die Seite abruft",
        "OSError: away",
    ):
        assert words in text
    assert "ValueError: &lt;b&gt;" in response.content.decode() and "gone" not in text
    for page in faults:
        assert reverse("wagtailadmin_pages:edit", args=[page.pk]) in text
    csv = b"".join(editor.get(reverse(URL_NAME), {"export": "csv"}).streaming_content).decode()
    assert csv.splitlines()[0].startswith("Titel,Sprache,Was nicht stimmt,Ursache,Seit,Versuche")
    assert reverse(URL_NAME) in editor.get(reverse("wagtailadmin_home")).content.decode()


def test_who_may_edit_slovak_pages_sees_those_alone(faults, translator):  # noqa: F811
    _german, slovak = faults
    text = translator.get(reverse(URL_NAME)).content.decode()
    assert slovak.title in text and "OSError: away" in text
    assert "ValueError" not in text


def test_who_has_no_pages_sees_nothing(faults, translator):  # noqa: F811
    translator.user.groups.get().page_permissions.all().delete()
    assert translator.get(reverse(URL_NAME)).status_code == 302
    assert reverse(URL_NAME) not in translator.get(reverse("wagtailadmin_home")).content.decode()


def test_a_page_that_cannot_be_edited_has_no_link(faults, translator):  # noqa: F811
    _german, slovak = faults
    group = translator.user.groups.get()
    group.page_permissions.exclude(permission__codename="publish_page").delete()
    text = translator.get(reverse(URL_NAME)).content.decode()
    assert slovak.title in text
    assert reverse("wagtailadmin_pages:edit", args=[slovak.pk]) not in text


def test_who_keeps_the_site_is_told_that_the_shelf_is_closed(translator, django_user_model):  # noqa: F811
    home, keeper = reverse("wagtailadmin_home"), django_user_model.objects.create_superuser("erika")
    for user, closed, told in ((keeper, False, False), (keeper, True, True), (None, True, False)):
        translator.force_login(user or translator.user)
        State.objects.update(release=CLOSED if closed else "another")
        assert ("manage.py migrate" in translator.get(home).content.decode()) is told
