"""A person whose name is everywhere that a site has brought names to, and a search for it that
shares nothing with the plugin's own."""

from __future__ import annotations

import json
import re
import unicodedata
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlencode

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.db import connection
from django.utils import timezone
from wagtail.admin.models import FormState
from wagtail.documents import get_document_model
from wagtail.embeds.models import Embed
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.log_actions import log
from wagtail.models import Comment, Locale, PageLogEntry
from wagtail_localize.models import StringTranslation

from home.models import StandardPage
from partners.models import (
    Consent,
    CooperationContact,
    DocumentText,
    ExternalLink,
    Organisation,
    Person,
    TranslationRun,
)
from partners.translating import drafts
from partners.translating.extraction import ensure_source

#: "Größl" with and without its marks, and with endings.
FORMS = re.compile("gro(?:e)?s{1,2}l", re.IGNORECASE)


def plain(text):
    """A text without escapes of JSON, HTML and addresses, without tags and marks of letters."""
    for _round in range(3):  # JSON in texts in JSON
        text = re.sub(r"\\+u([0-9a-f]{4})", lambda one: chr(int(one[1], 16)), text)
    text = re.sub(r"<[^<>]*>", "", unquote(unescape(text))).replace("ß", "ss").replace("\u00ad", "")
    text = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in text if not unicodedata.combining(sign))


def holds(text, forms=FORMS):
    """Whether a text names the person in any form."""
    return bool(forms.search(plain(text)))


def columns():
    """All columns of all tables, those of the engine's own tables of an index included."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            for (table,) in cursor.fetchall():
                cursor.execute(f'PRAGMA table_info("{table}")')
                yield from ((table, row[1]) for row in cursor.fetchall())
        else:
            cursor.execute(
                "SELECT table_name, column_name FROM information_schema.columns "
                "WHERE table_schema = current_schema()"
            )
            yield from cursor.fetchall()


def grep(forms=FORMS):
    """The columns and files that hold a name."""
    found = set()
    for table, column in columns():
        with connection.cursor() as cursor:
            kind = "BLOB" if connection.vendor == "sqlite" else "text"
            cursor.execute(f'SELECT CAST("{column}" AS {kind}) FROM "{table}"')
            for (value,) in cursor.fetchall():
                if isinstance(value, bytes | memoryview):
                    value = bytes(value).decode("utf-8", "replace")
                if value and holds(str(value), forms):
                    found.add(f"{table}.{column}")
    for path in Path(settings.MEDIA_ROOT).rglob("*"):
        if path.is_file() and holds(path.name, forms):
            found.add(path.name)
    return found


def named(name, **fields):
    """A picture with a name in its title and its file name."""
    file = get_test_image_file(filename=f"{name}.png")
    return get_image_model().objects.create(title=name.replace("_", " "), file=file, **fields)


def of_before(item, name):
    """Give a file a name as storages gave it before names were hidden."""
    storage = FileSystemStorage(item.file.storage.location)
    with item.file.storage.open(item.file.name, "rb") as stored:
        kept = storage.save(name, stored)
    item.file.storage.delete(item.file.name)
    type(item).objects.filter(pk=item.pk).update(file=kept)
    item.refresh_from_db()


BODY = [
    {
        "type": "paragraph",
        "value": '<p>Jörg <b>Grö</b>ßl leitet das Haus; <a href="mailto:j.groessl@example.org">'
        "schreiben Sie Herrn Größl</a>.</p>",
    },
    {"type": "paragraph", "value": "<p>GRÖSSLs Team hilft.</p>"},
]


def body(photo):
    """The page shows the photo, too."""
    picture = {"image": photo.pk, "alt": "Porträt von Jörg Größl", "caption": "Größl"}
    picture |= {"decorative": False, "credit": ""}
    return json.dumps([*BODY, {"type": "image", "value": picture}])


@pytest.fixture
def person(kis_page, django_user_model, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        return _person(kis_page, django_user_model)


def _person(kis_page, users):
    german, slovak = (Locale.objects.get(language_code=code) for code in ("de", "sk"))
    author = users.objects.create_user("redaktion")
    made = Person.objects.create(
        role="Leitung der Stelle", name="Jörg Größl", email="j.groessl@example.org",
        phone="0341 9988771", photo=named("Joerg_Groessl"), locale=german,
    )  # fmt: skip
    made.photo.get_rendition("max-100x100")
    made.save_revision(user=author).publish()
    made.name, made.photo = "Dr. Jörg Größl", named("portrait-groessl-neu")
    made.save_revision(user=author).publish()
    Consent.objects.create(
        person=made, name=True, contact=True, photo=True, api=True, given_on="2026-01-02",
        evidence="Brief von Jörg Größl, Ordner 7",
    )  # fmt: skip
    Consent.objects.create(
        person=made, name=True, given_on="2024-01-02", withdrawn_on="2025-03-04",
        evidence="Mail von groessl@example.org",
    )  # fmt: skip
    source = ensure_source(made)
    in_slovak = drafts.save(source.translations.create(target_locale=slovak), publish=True)
    Person.objects.filter(pk=in_slovak.pk).update(role="Vedenie")

    parent = kis_page("start")
    page = parent.add_child(
        instance=StandardPage(
            title="Gespräch mit Jörg Größl", slug="gespraech-mit-joerg-groessl", locale=german,
            body=body(made.photo), search_description="Größls Arbeit",
        )
    )  # fmt: skip
    page.save_revision(user=author).publish()
    page.save_revision(user=author).publish()
    log(instance=page, action="wagtail.edit", user=author, title="Größl", data={"a": "Gro\u00dfl"})
    translation_source = ensure_source(page)
    draft = StandardPage.objects.get(pk=page.pk)
    draft.search_description = "Der Entwurf nennt Herrn Groessl"
    draft.save_revision(user=author)
    page.refresh_from_db()
    translation = translation_source.translations.create(target_locale=slovak)
    for segment in translation_source.stringsegment_set.select_related("string"):
        StringTranslation.objects.create(
            translation_of=segment.string, context=segment.context, locale=slovak,
            data=re.sub("(?i)größls?", "Größlovej", segment.string.data),
            translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL,
        )  # fmt: skip
    drafts.save(translation, publish=True)
    Comment.objects.create(page=page, user=author, text="Frau Größls Bild?", contentpath="title")
    TranslationRun.objects.create(title="Größl", failed=[{"title": "Größl", "reason": "x"}])
    PageLogEntry.objects.filter(page=page).update(label="Gespräch mit Jörg Größl")

    page.create_alias(parent=kis_page("start"), update_slug="spiegel-groessl")
    Organisation.objects.create(
        name="Praxis Größl", website="https://joerg-groessl.example.org", locale=german
    )
    kinds = ContentType.objects.get_for_models(Person, StandardPage)
    FormState.objects.create(
        user=author, content_type=kinds[StandardPage], object_id=page.pk, parent_object_id="",
        last_updated_at=timezone.now(), data=urlencode({"title": "Jörg Größl"}),
    )  # fmt: skip
    url = "https://video.example.org/joerg-gr%C3%B6%C3%9Fl"
    Embed.objects.create(url=url, hash="x", type="video", html="", last_updated=timezone.now())
    ExternalLink.objects.create(url=url, content_type=kinds[StandardPage], object_id=page.pk)

    cooperation = kis_page("landesjugendpfarramt-sachsen")
    CooperationContact.objects.create(page=cooperation, person=made, side="own")
    document = get_document_model().objects.create(
        title="Vortrag Größl", file=ContentFile(b"%PDF Vortrag", "vortrag_groessl.pdf")
    )
    DocumentText.objects.update_or_create(
        document=document, defaults={"text": "Vortrag von Jörg Größl", "file_hash": "x"}
    )
    of_before(document, "documents/vortrag_groessl.pdf")
    meeting = named("fachtag-joerg-groessl")
    of_before(meeting, "original_images/fachtag-joerg-groessl.png")
    meeting.get_rendition("max-100x100")
    storage = FileSystemStorage(made.photo.file.storage.location)
    storage.save("original_images/alt_groessl.png", ContentFile(b"x"))
    return made
