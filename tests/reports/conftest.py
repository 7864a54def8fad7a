"""Pages, people and forms that many of the reports need."""

from html import unescape

import pytest
from django.urls import reverse
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, Translation

KEY = "landesjugendpfarramt-sachsen"


@pytest.fixture
def german(kis_page):
    return kis_page(KEY)


@pytest.fixture
def slovak(kis_page):
    return kis_page(KEY, "sk")


@pytest.fixture
def locale(db):
    """Finds a locale by its code."""
    return lambda code: Locale.objects.get(language_code=code)


@pytest.fixture
def record():
    """Finds the record of a translation."""
    return lambda page: Translation.objects.get(
        source__object_id=page.translation_key, target_locale=page.locale_id
    )


@pytest.fixture
def say():
    """Translates a text of a page, as the translation editor does."""

    def translate(page, path, words):
        for row in StringTranslation.objects.filter(
            context__object_id=page.translation_key, context__path=path, locale=page.locale_id
        ):
            row.data, row.has_error = words, False
            row.save()

    return translate


@pytest.fixture
def read(client):
    """The HTML of a page as its readers get it."""

    def text(page):
        response = client.get(page.url)
        assert response.status_code == 200
        return unescape(response.content.decode())

    return text


@pytest.fixture
def edit(editor):
    """Opens the editor of a page; gives its HTML."""

    def text(page):
        response = editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
        assert response.status_code == 200
        return unescape(response.content.decode())

    return text
