"""A page whose picture can't be made is shown without it."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.test import Client
from django.utils import timezone
from wagtail.images import get_image_model

from partners.models import Consent, Person
from partners.models.pages import CooperationContact
from tests.files.pictures import plain


@pytest.fixture
def shown(kis_page):
    """A page with an image in its text and a contact person with a photo; no rendition is made."""
    page = kis_page("triade")
    pictures = [
        get_image_model().objects.create(title=name, file=ContentFile(plain("png"), f"{name}.png"))
        for name in ("bild", "foto")
    ]
    block = {"image": pictures[0], "alt": "Ein Bild", "caption": "Unter dem Bild"}
    block |= {"credit": "", "decorative": False}
    page.body = [("image", block), ("paragraph", "<p>Ein Absatz</p>")]
    person = Person.objects.create(
        role="Ansprechperson", name="Erika Mustermann", locale=page.locale, photo=pictures[1]
    )
    Consent.objects.create(
        person=person, name=True, photo=True, given_on=timezone.localdate(), evidence="Brief"
    )
    page.contacts = [CooperationContact(person=person)]
    page.save_revision().publish()
    cache.clear()
    return page


def full(monkeypatch, settings, images):
    def save(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", save)


def away(monkeypatch, settings, images):
    settings.MEDIA_ROOT = str(Path(__file__))


def without_files(monkeypatch, settings, images):
    for image in images:
        Path(image.file.path).unlink()


def damaged(monkeypatch, settings, images):
    for image in images:
        Path(image.file.path).write_bytes(plain("png")[:60])


def no_images(monkeypatch, settings, images):
    for image in images:
        Path(image.file.path).write_bytes(b"Das ist kein Bild.")


def test_with_its_pictures(shown):
    text = Client().get(shown.url).content.decode()
    assert text.count("<img") == 2 and "Unter dem Bild" in text and 'alt="Ein Bild"' in text


@pytest.mark.slow
@pytest.mark.parametrize("fault", [full, away, without_files, damaged, no_images])
def test_without_them(shown, monkeypatch, settings, fault):
    fault(monkeypatch, settings, list(get_image_model().objects.filter(title__in=["bild", "foto"])))
    answer = Client().get(shown.url)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Ein Absatz" in text and "Erika Mustermann" in text
    assert "<img" not in text and "<figure" not in text and "Unter dem Bild" not in text
    # And so is its item, as in the API before.
    assert Client().get(f"/api/v2/pages/{shown.pk}/").status_code == 200
