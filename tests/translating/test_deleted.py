"""What a version names may have been deleted: it opens, is translated and published without it."""

from datetime import timedelta
from html import unescape

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import Locale, Page, Revision
from wagtail_localize.fields import TranslatableField
from wagtail_localize.models import (
    OverridableSegment,
    SegmentOverride,
    Translation,
    TranslationSource,
)

from home.models import StandardPage
from partners.models import Organisation, PartnerPage
from partners.translating import drafts, extraction, submitting
from tests.languages import TRANSLATIONS

KEY = "landesjugendpfarramt-sachsen"


@pytest.fixture
def german(kis_page):
    return kis_page(KEY)


def new_organisation(page, **fields):
    return Organisation.objects.create(name="Verein e.V.", locale=page.locale, **fields)


def edit_url(item):
    if isinstance(item, StandardPage | PartnerPage):
        return reverse("wagtailadmin_pages:edit", args=[item.pk])
    return reverse(item.snippet_viewset.get_url_name("edit"), args=[item.pk])


def translation_of(page, language):
    return Translation.objects.get(
        source__object_id=page.translation_key, target_locale__language_code=language
    )


class TestAnOlderVersion:
    @pytest.fixture
    def older(self, german):
        """A version whose organisation, which the page can't be without, is deleted."""
        keep, gone = german.organisation, new_organisation(german)
        german.organisation = gone
        older = german.save_revision()
        older.publish()
        german.organisation = keep
        german.save_revision().publish()
        gone.delete()
        return older

    @pytest.mark.parametrize(
        "name", ["revisions_view", "revisions_revert", "revisions_compare", "history"]
    )
    def test_it_opens(self, editor, older, name):
        numbers = {"revisions_compare": [older.pk, "live"], "history": []}.get(name, [older.pk])
        url = reverse(f"wagtailadmin_pages:{name}", args=[older.object_id, *numbers])
        assert editor.get(url).status_code == 200

    def test_it_is_an_object_without_it(self, older):
        assert older.as_object().organisation is None


def test_a_draft_opens(editor, german):
    german.organisation = gone = new_organisation(german)
    german.save_revision()
    gone.delete()
    for name in ("edit", "view_draft"):
        url = reverse(f"wagtailadmin_pages:{name}", args=[german.pk])
        assert editor.get(url).status_code == 200


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_the_record_of_translators_names_it(editor, german, kis_page, language):
    """The words were changed together with the organisation, so the record is of before."""
    keep, gone = german.organisation, new_organisation(german)
    german.organisation = gone
    german.save_revision().publish()
    german.organisation, german.lead = keep, "Neue deutsche Worte"
    german.save_revision().publish()
    gone.delete()
    page = kis_page(KEY, language)
    assert editor.get(edit_url(page)).status_code == 200
    editor.post(edit_url(page), {"action": "publish", "incomplete": "1"})
    page.refresh_from_db()
    assert page.organisation == keep and not page.has_unpublished_changes


def test_a_translator_brings_nothing_back_that_the_source_has_given_up(german, kis_page):
    """The record of the source waits for translators; what isn't words doesn't."""
    german.since, german.lead, german.body = "1999", "Neue deutsche Worte", []
    german.topics.set([])
    german.organisation = other = new_organisation(german)
    german.save_revision().publish()
    for publish in (False, True):
        drafts.save(translation_of(german, "sk"), publish=publish)
        row = kis_page(KEY, "sk").get_latest_revision_as_object()
        assert (row.since, row.organisation, len(row.body)) == ("1999", other, 0)
        assert not row.topics.exists()


@pytest.mark.parametrize("place", ["field", "block"])
def test_a_document_that_a_translator_has_chosen(editor, german, kis_page, place):
    documents = get_document_model().objects
    theirs, ours = (
        documents.create(title=name, file=ContentFile(b"%PDF-1.4", name=f"{name}.pdf"))
        for name in ("Vereinbarung", "Dohoda")
    )
    german.lead = "Neue deutsche Worte"
    if place == "field":
        german.basis_document = theirs
    else:
        german.downloads = [("document", {"document": theirs, "title": "", "language": ""})]
    german.save_revision().publish()
    record = translation_of(german, "sk")
    TranslationSource.objects.get(pk=record.source_id).update_from_db()
    record.source.refresh_from_db()
    [segment] = [
        one
        for one in OverridableSegment.objects.filter(source_id=record.source_id)
        if one.context.path.startswith(("basis_document", "downloads")) and one.data == theirs.pk
    ]
    SegmentOverride.objects.create(
        locale=record.target_locale, context=segment.context, data_json=str(ours.pk)
    )

    def chosen():
        page = drafts.save(record, publish=True)
        [download] = page.downloads or [None]
        return download.value["document"] if download else page.basis_document

    assert chosen() == ours
    ours.delete()
    page = unescape(editor.get(edit_url(kis_page(KEY, "sk"))).content.decode())
    assert "Was hier ausgew" in page
    assert chosen() == theirs


def test_a_snippet_that_is_translated_along(editor, kis_page, german):
    """The record of a person names the record of the organisation."""
    person = german.contacts.first().person
    person.organisation = gone = new_organisation(german)
    person.save_revision().publish()
    submitting.submit(person, [Locale.objects.get(language_code="sk")])
    gone.delete()
    slovak = person.get_translation(Locale.objects.get(language_code="sk"))
    assert editor.get(edit_url(slovak)).status_code == 200
    assert drafts.save(translation_of(person, "sk"), publish=True).organisation is None


def test_a_choice_that_is_translated_with_the_page(editor, german, kis_page, monkeypatch):
    """As it is by default for a foreign key of a site's own."""
    field = TranslatableField("organisation")
    monkeypatch.setattr(PartnerPage, "override_translatable_fields", [field])
    keep, gone = german.organisation, new_organisation(german)
    german.organisation = gone
    german.save_revision().publish()
    record = translation_of(german, "sk")
    extraction.ensure_source(german, update=True)
    assert record.source.relatedobjectsegment_set.exists()
    german.organisation, german.lead = keep, "Neue deutsche Worte"
    german.save_revision().publish()
    gone.delete()
    assert editor.get(edit_url(kis_page(KEY, "sk"))).status_code == 200
    drafts.save(record, publish=True)
    assert kis_page(KEY, "sk").organisation.translation_key == keep.translation_key


class TestTheScheduler:
    @pytest.fixture
    def failing(self, german):
        """A version that is due and can't be published: what it can't be without is deleted."""
        german.organisation = gone = new_organisation(german)
        self.plan(german, 2)
        gone.delete()
        return german

    def plan(self, page, minutes):
        page.go_live_at = timezone.now() + timedelta(days=1)
        page.save_revision().publish()
        due = timezone.now() - timedelta(minutes=minutes)
        version = page.scheduled_revision
        version.content["go_live_at"] = due.isoformat()
        version.approved_go_live_at = due
        version.save()

    def test_another_version_that_is_due(self, failing, kis_page):
        page = kis_page("impressum")
        page.title = "Impressum, wie geplant"
        self.plan(page, 1)
        with pytest.raises(CommandError, match=rf"kis_partners\.PartnerPage {failing.pk}"):
            call_command("publish_scheduled")
        assert kis_page("impressum").title == "Impressum, wie geplant"
        assert Revision.objects.get(approved_go_live_at__isnull=False).object_id == str(failing.pk)

    def test_an_item_that_has_expired(self, kis_page, monkeypatch):
        pages = kis_page("impressum"), kis_page("datenschutz")
        for page in pages:
            type(page).objects.filter(pk=page.pk).update(
                expire_at=timezone.now() - timedelta(minutes=1)
            )
        unpublish = Page.unpublish

        def failing(page, *args, **kwargs):
            if page.pk == pages[0].pk:
                raise ValueError("in a site's own code")
            return unpublish(page, *args, **kwargs)

        monkeypatch.setattr(Page, "unpublish", failing)
        with pytest.raises(CommandError, match=rf"unpublishing wagtailcore\.Page {pages[0].pk}$"):
            call_command("publish_scheduled")
        assert [Page.objects.get(pk=page.pk).live for page in pages] == [True, False]

    def test_a_dry_run_changes_nothing(self, failing):
        call_command("publish_scheduled", dryrun=True, verbosity=0)
        assert failing.scheduled_revision


class TestTwoSources:
    """A version in a language is made from one source, whatever it was made from before."""

    @pytest.fixture
    def pages(self, editor, kis_page):
        english = StandardPage(
            title="English first", slug="english-first", locale=kis_page("start", "en").locale
        )
        kis_page("start", "en").add_child(instance=english)
        self.submit(editor, english, "de")
        return english, self.version(english, "de")

    def submit(self, editor, page, language):
        locale = Locale.objects.get(language_code=language)
        url = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
        assert editor.post(url, {"locales": [locale.pk]}).status_code == 302

    def version(self, page, language):
        return page.get_translation(Locale.objects.get(language_code=language)).specific

    def test_made_again_from_another(self, editor, pages):
        english, german = pages
        self.submit(editor, german, "sk")
        editor.post(reverse("wagtailadmin_pages:delete", args=[self.version(german, "sk").pk]))
        self.submit(editor, english, "sk")
        slovak = self.version(english, "sk")
        assert editor.get(edit_url(slovak)).status_code == 200
        assert "English first" in unescape(editor.get(edit_url(slovak)).content.decode())
        stop = {"localize-disable": "1"}
        editor.post(edit_url(slovak), stop)
        assert editor.get(edit_url(slovak)).status_code == 200
        editor.post(edit_url(slovak), {"localize-restart-translation": "1"})
        assert editor.get(edit_url(slovak)).status_code == 200

    def test_a_tree_that_is_submitted_leaves_what_has_another_source(self, editor, pages):
        english, german = pages
        submitting.submit(german, [english.locale])
        assert not Translation.objects.filter(
            source__locale=german.locale, source__object_id=english.translation_key
        )
        submitting.submit(english, [Locale.objects.get(language_code="sk")])
        submitting.submit(german, [Locale.objects.get(language_code="sk")])
        assert editor.get(edit_url(self.version(english, "sk"))).status_code == 200
        assert translation_of(english, "sk").source.locale == english.locale
