"""A lock holds for whatever changes a translation, of pages and of snippets."""

from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page
from wagtail_localize.models import (
    OverridableSegment,
    SegmentOverride,
    StringSegment,
    StringTranslation,
    Translation,
    get_edit_url,
)

from partners.models import Review
from partners.po.outgoing import to_po
from tests.translating.test_machine import Recorder

FORM = "application/x-www-form-urlencoded"


class Item:
    """A translation and what somebody does to it in the admin."""

    def __init__(self, client, version):
        self.client, self.version = client, version
        self.translation = Translation.objects.get(
            source__object_id=version.translation_key, target_locale=version.locale
        )
        self.part = StringSegment.objects.filter(source=self.translation.source).first()

    def url(self, name, *more):
        return reverse(f"wagtail_localize:{name}", args=[self.translation.pk, *more])

    @property
    def strings(self):
        return StringTranslation.objects.filter(
            context__object_id=self.version.translation_key, locale=self.version.locale
        )

    def state(self):
        """All that may be changed."""
        kept = Translation.objects.filter(pk=self.translation.pk, enabled=True)
        row = type(self.version).objects.get(pk=self.version.pk)
        return (
            kept.exists(), row.latest_revision_id, getattr(row, "alias_of_id", None),
            sorted(self.strings.values_list("pk", "data", "translation_type")),
            Review.objects.filter(translation__in=self.strings).count(),
            SegmentOverride.objects.filter(
                context__object_id=row.translation_key, locale=row.locale
            ).count(),
        )  # fmt: skip

    def translate(self):
        url = self.url("edit_string_translation", self.part.pk)
        return self.client.put(url, urlencode({"value": "Nové"}), content_type=FORM)

    def take_back(self):
        return self.client.delete(self.url("edit_string_translation", self.part.pk))

    def override(self):
        segment = OverridableSegment.objects.filter(source=self.translation.source).first()
        if segment is None:
            pytest.skip("nothing can be overridden")
        url = self.url("edit_override", segment.pk)
        return self.client.put(url, urlencode({"value": segment.data_json}), content_type=FORM)

    def publish(self):
        return self.client.post(
            get_edit_url(self.version), {"action": "publish", "incomplete": "1"}
        )

    def stop(self):
        return self.client.post(self.url("stop_translation"), {"next": "/admin/"})

    def by_machine(self):
        if not isinstance(self.version, Page):
            pytest.skip("nothing is left")
        return self.client.post(self.url("machine_translate"))

    def file(self):
        po = str(to_po(self.translation)).replace('msgstr "', 'msgstr "X', 3)
        return SimpleUploadedFile("sk.po", po.replace("#, fuzzy\n", "").encode())

    def upload(self):
        url = reverse("translation_files")
        return self.client.post(url, {"file": self.file(), "overwrite": "on"})

    def upload_here(self):
        return self.client.post(self.url("upload_pofile"), {"file": self.file()})

    def review(self):
        url = reverse("kis_review", args=[self.translation.pk])
        return self.client.post(url, {"all": "1"})

    def bring_up_to_date(self):
        url = reverse("wagtail_localize:update_translations", args=[self.translation.source_id])
        return self.client.post(url, {"publish_translations": "on"})

    def convert(self):
        if not isinstance(self.version, Page):
            pytest.skip("no page")
        url = reverse("wagtail_localize:convert_to_alias", args=[self.version.pk])
        return self.client.post(url)


ACTS = [
    Item.translate, Item.take_back, Item.override, Item.publish, Item.stop, Item.by_machine,
    Item.upload, Item.upload_here, Item.review, Item.bring_up_to_date, Item.convert,
]  # fmt: skip


@pytest.fixture(params=["page", "organisation"])
def item(request, editor, kis_page, settings):
    settings.WAGTAILLOCALIZE_MACHINE_TRANSLATOR = {
        "CLASS": f"{Recorder.__module__}.{Recorder.__name__}"
    }
    page = kis_page("polizeidirektion-leipzig", "sk")
    is_page = request.param == "page"
    found = Item(editor, page if is_page else page.organisation.get_translation(page.locale))
    found.strings.update(translation_type="machine")
    if is_page:
        found.strings.last().delete()  # Something is left for the machine.
    return found


def by_somebody_else(item, django_user_model):
    other = django_user_model.objects.create_superuser("max", password="geheim")
    type(item.version).objects.filter(pk=item.version.pk).update(
        locked=True, locked_by=other, locked_at=timezone.now()
    )


@pytest.mark.slow
@pytest.mark.parametrize("act", ACTS, ids=lambda one: one.__name__)
def test_who_is_locked_out_changes_nothing(item, act, django_user_model):
    by_somebody_else(item, django_user_model)
    before = item.state()
    answer = act(item)
    assert item.state() == before
    told = "nicht veröffentlicht" if act is Item.bring_up_to_date else "gesperrt"
    assert told in said(item, answer)


def said(item, answer):
    """The answer, and the messages of the page that it leads to."""
    text = answer.content.decode()
    return text + (
        item.client.get(answer.url).content.decode() if answer.status_code == 302 else ""
    )


@pytest.mark.slow
@pytest.mark.parametrize("act", ACTS, ids=lambda one: one.__name__)
def test_who_has_locked_it_changes_it(item, act):
    type(item.version).objects.filter(pk=item.version.pk).update(
        locked=True, locked_by=item.client.user, locked_at=timezone.now()
    )
    before = item.state()
    assert act(item).status_code < 400
    assert item.state() != before


def test_a_title_that_is_too_long_is_refused_or_marked(editor, kis_page):
    """SQLite takes it, and it stops at publishing; PostgreSQL doesn't."""
    page = kis_page("triade", "sk")
    translation = Translation.objects.get(
        source__object_id=page.translation_key, target_locale=page.locale
    )
    part = translation.source.stringsegment_set.get(context__path="title")
    url = reverse("wagtail_localize:edit_string_translation", args=[translation.pk, part.pk])
    answer = editor.put(url, urlencode({"value": "x" * 300}), content_type=FORM)
    assert answer.status_code == (400 if connection.vendor == "postgresql" else 200)
    assert editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
    page.refresh_from_db()
    assert len(page.title) < 255
