"""What unpublishing has taken along, publishing offers to bring back."""

from html import unescape

import pytest
from django.urls import reverse
from wagtail_localize.models import get_edit_url

from partners.models import Organisation
from tests.languages import TRANSLATIONS

KEY = "triade"


def live(kis_page):
    return {code for code in TRANSLATIONS if kis_page(KEY, code).live}


def text(response):
    return unescape(response.content.decode())


def url_of(item, model="wagtailcore.page"):
    return reverse("kis_publish_again", args=[model, item.pk])


@pytest.fixture
def again(kis_page, editor):
    """A page that was unpublished in the admin, and is published again."""
    page = kis_page(KEY)
    kis_page(KEY, "en").unpublish()  # Not by its original.
    editor.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))
    assert live(kis_page) == set()
    page = kis_page(KEY)
    page.since = "1999"
    page.save_revision().publish()
    return kis_page(KEY)


def test_the_editor_says_so_and_all_are_published_in_one_go(again, kis_page, editor):
    html = text(editor.get(get_edit_url(again)))
    assert url_of(again) in html
    assert kis_page(KEY, "sk").title in html and kis_page(KEY, "en").title not in html
    asked = text(editor.get(url_of(again)))
    items = [kis_page(KEY, code).pk for code in ("sk", "lv")]
    assert all(f'name="item" value="{pk}" checked' in asked for pk in items)
    assert f'value="{kis_page(KEY, "en").pk}"' not in asked
    assert editor.post(url_of(again), {"item": items}).status_code == 302
    assert live(kis_page) == {"sk", "lv"}
    assert kis_page(KEY, "sk").since == "1999"
    html = text(editor.get(get_edit_url(again)))  # With the message of success.
    assert url_of(again) not in html
    assert url_of(again) not in text(editor.get(get_edit_url(again)))


def test_one_can_be_left_out(again, kis_page, editor):
    editor.post(url_of(again), {"item": [kis_page(KEY, "sk").pk]})
    assert live(kis_page) == {"sk"}
    assert url_of(again) in text(editor.get(get_edit_url(again)))


def test_publishing_says_so_at_once(kis_page, editor):
    german = Organisation.objects.filter(locale__language_code="de").first()
    german.unpublish()
    german.refresh_from_db()
    view = type(german).snippet_viewset
    data = {"name": german.name, "kind": german.kind, "country": german.country,
            "action-publish": "1"}  # fmt: skip
    answer = editor.post(reverse(view.get_url_name("edit"), args=[german.pk]), data, follow=True)
    assert url_of(german, "kis_partners.organisation") in text(answer)


def test_nothing_is_offered_while_the_original_is_unpublished(kis_page, editor):
    page = kis_page(KEY)
    page.unpublish()
    assert url_of(page) not in text(editor.get(get_edit_url(page)))
    editor.post(url_of(page), {"item": [kis_page(KEY, "sk").pk]})
    assert live(kis_page) == set()


def test_what_somebody_has_unpublished_since_is_left_alone(again, kis_page, editor):
    slovak = kis_page(KEY, "sk")
    slovak.save_revision().publish()
    kis_page(KEY, "sk").unpublish()
    editor.post(url_of(again), {"item": [slovak.pk]})
    assert "sk" not in live(kis_page)


def test_a_locked_one_and_others_pages_stay(again, kis_page, editor, django_user_model):
    slovak = kis_page(KEY, "sk")
    slovak.locked, slovak.locked_by = True, django_user_model.objects.create_user("max")
    slovak.save()
    editor.post(url_of(again), {"item": [slovak.pk]})
    assert "sk" not in live(kis_page)
    user = django_user_model.objects.create_user("ohne", password="geheim")
    editor.force_login(user)
    editor.post(url_of(again), {"item": [kis_page(KEY, "lv").pk]})
    assert live(kis_page) == set()


@pytest.mark.parametrize("model", ["wagtailcore.site", "gibt.esnicht", "zu.viele.teile"])
def test_an_address_that_is_none(editor, model, db):
    assert editor.get(reverse("kis_publish_again", args=[model, 1])).status_code == 404
