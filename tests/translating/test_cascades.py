"""Cascades and language-neutral values, from a German source to its translations."""

from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from treebeard.mp_tree import MP_Node
from wagtail.documents import get_document_model
from wagtail.models import Locale, Page, PageViewRestriction
from wagtail_localize.fields import TranslatableField
from wagtail_localize.models import SegmentOverride, StringTranslation, Translation

from home.models import StandardPage
from partners.models import (
    CooperationContact,
    CooperationIndexPage,
    Organisation,
    PartnerPage,
    Person,
)
from partners.public.translations import translation_state
from partners.translating import cascades, drafts, extraction
from tests.languages import TRANSLATIONS

KEY = "landesjugendpfarramt-sachsen"


def text_of(response):
    return unescape(response.content.decode())


def versions(kis_page, key=KEY):
    return [kis_page(key, language) for language in TRANSLATIONS]


@pytest.fixture
def german(kis_page):
    return kis_page(KEY)


class TestWhatIsTheSameInEveryLanguage:
    def test_a_date_a_choice_and_a_row(self, german, kis_page):
        german.since = "1999"
        german.basis = PartnerPage.Basis.LAW
        german.topics.set(list(german.topics.all())[:1])
        german.save_revision().publish()
        [topic] = [link.topic_id for link in german.topics.all()]
        for page in versions(kis_page):
            assert (page.since, page.basis) == ("1999", "law")
            assert [link.topic_id for link in page.topics.all()] == [topic]
            assert not translation_state(page).source_newer

    def test_the_contact_person_changed_and_cleared(self, german, kis_page):
        other = Person.objects.create(role="Ansprechstelle", locale=german.locale)
        german.contacts.set([CooperationContact(person=other)])
        german.save_revision().publish()
        for page in versions(kis_page):
            assert [role.role for _side, role in page.public_contacts()] == ["Ansprechstelle"]
        german.contacts.set([])
        german.save_revision().publish()
        for page in versions(kis_page):
            assert page.public_contacts() == []

    def test_the_contact_person_unpublished(self, german, kis_page):
        assert kis_page(KEY, "lv").public_contacts()
        for person in Person.objects.filter(locale=german.locale):
            person.unpublish()
        for page in versions(kis_page):
            assert page.public_contacts() == []
        assert not Person.objects.filter(live=True).exists()

    def test_a_choice_that_is_translated_with_the_page(self, german, kis_page, monkeypatch):
        """A host site's foreign key that wagtail-localize translates, which it does by default."""
        monkeypatch.setattr(
            PartnerPage, "override_translatable_fields", [TranslatableField("organisation")]
        )
        new = Organisation.objects.create(name="Verein", locale=german.locale)
        latvian = new.copy_for_translation(Locale.objects.get(language_code="lv"))
        latvian.save()
        german.organisation = new
        german.save_revision().publish()
        assert [page.organisation_id for page in versions(kis_page)] == [new.pk, new.pk, latvian.pk]

    def test_words_wait_for_their_translator(self, german, kis_page):
        before = kis_page(KEY, "sk")
        german.lead, german.since = "Neue deutsche Worte", "1999"
        german.save_revision().publish()
        after = kis_page(KEY, "sk")
        assert (after.lead, after.since) == (before.lead, "1999")
        assert translation_state(after).source_newer

    def test_a_block_that_is_taken_out_and_one_that_is_added(self, kis_page):
        german, slovak = kis_page("impressum"), kis_page("impressum", "sk")
        stored = german.body.get_prep_value()
        stored.append({"type": "paragraph", "value": "<p>Zweiter Absatz</p>", "id": "zwei"})
        german.body = german._meta.get_field("body").to_python(stored)
        german.save_revision().publish()
        extraction.ensure_source(german, update=True)
        drafts.save(
            Translation.objects.get(
                source__object_id=german.translation_key, target_locale=slovak.locale
            ),
            publish=True,
        )
        before = kis_page("impressum", "sk").body.get_prep_value()
        assert len(before) == len(stored) > 1
        gone = stored.pop(0)
        stored.append({"type": "paragraph", "value": "<p>Neues auf Deutsch</p>", "id": "neu"})
        german.body = german._meta.get_field("body").to_python(stored)
        german.save_revision().publish()
        after = kis_page("impressum", "sk").body.get_prep_value()
        assert after == [block for block in before if block["id"] != gone["id"]]

    def test_what_a_translator_has_overridden_stays(self, german, kis_page, editor):
        slovak = kis_page(KEY, "sk")
        source = Translation.objects.get(
            source__object_id=german.translation_key, target_locale=slovak.locale
        ).source
        part = source.overridablesegment_set.first()
        context = part.context if part else source.stringsegment_set.first().context
        context.path = "basis"
        context.path_id = context._get_path_id("basis")
        context.save()
        SegmentOverride.objects.create(
            locale=slovak.locale, context=context, data_json='"law"', last_translated_by=editor.user
        )
        slovak.basis = "law"
        slovak.save_revision().publish()
        german.basis = "informal"
        german.save_revision().publish()
        assert [page.basis for page in versions(kis_page)] == ["informal", "law", "informal"]

    def test_the_end_of_publication(self, german, kis_page):
        german.expire_at = timezone.now() + timedelta(days=1)
        german.save_revision().publish()
        assert {page.expire_at for page in versions(kis_page)} == {german.expire_at}

    def test_what_a_translator_has_begun_stays_a_draft(self, german, kis_page):
        slovak = kis_page(KEY, "sk")
        before = slovak.title
        slovak.title = "Rozpracované"
        slovak.save_revision()
        german.since = "1999"
        german.save_revision().publish()
        slovak = kis_page(KEY, "sk")
        draft = slovak.get_latest_revision_as_object()
        assert (slovak.title, slovak.since) == (before, "1999")
        assert (draft.title, draft.since) == ("Rozpracované", "1999")
        assert slovak.has_unpublished_changes

    def test_nothing_is_written_where_nothing_changed(self, german, kis_page):
        german.save_revision().publish()
        before = [page.latest_revision_id for page in versions(kis_page)]
        german.save_revision().publish()
        assert [page.latest_revision_id for page in versions(kis_page)] == before

    def test_a_translation_that_is_edited_by_hand_is_left_alone(self, german, kis_page):
        Translation.objects.filter(source__object_id=german.translation_key).update(enabled=False)
        german.since = "1999"
        german.save_revision().publish()
        assert "1999" not in {page.since for page in versions(kis_page)}


class TestTakingBack:
    def test_unpublishing_says_what_else_and_does_it(self, german, kis_page, editor):
        url = reverse("wagtailadmin_pages:unpublish", args=[german.pk])
        text = text_of(editor.get(url))
        for page in versions(kis_page):
            assert f"{page.title} ({page.locale.get_display_name()})" in text
        assert editor.post(url).status_code == 302
        assert not any(page.live for page in versions(kis_page))

    @pytest.mark.parametrize("action", ["unpublish", "delete"])
    def test_all_of_it_or_nothing(self, german, kis_page, editor, monkeypatch, action):
        def fail(*_instance):
            raise RuntimeError("power cut")

        monkeypatch.setattr(cascades, "unpublish", fail)
        monkeypatch.setattr(cascades, "deletion_of_followers", lambda _instance: fail)
        with pytest.raises(RuntimeError):
            editor.post(reverse(f"wagtailadmin_pages:{action}", args=[german.pk]))
        assert all(page.live for page in [kis_page(KEY), *versions(kis_page)])

    def test_expiry(self, german, kis_page):
        Page.objects.filter(pk=german.pk).update(expire_at=timezone.now() - timedelta(hours=1))
        call_command("publish_scheduled")
        assert all(not page.live and page.expired for page in versions(kis_page))

    def test_a_translation_is_unpublished_alone(self, german, kis_page):
        kis_page(KEY, "sk").unpublish()
        assert [page.live for page in versions(kis_page)] == [True, False, True]
        assert kis_page(KEY).live

    def test_deleting_says_what_else_does_it_and_keeps_the_work(self, german, kis_page, editor):
        work = StringTranslation.objects.filter(context__object_id=german.translation_key)
        number = work.count()
        url = reverse("wagtailadmin_pages:delete", args=[german.pk])
        text = text_of(editor.get(url))
        for page in versions(kis_page):
            assert f"{page.title} ({page.locale.get_display_name()})" in text
        assert editor.post(url).status_code == 302
        assert not Page.objects.filter(translation_key=german.translation_key).exists()
        assert work.count() == number > 0
        self.written_again(german, number)

    def test_a_section_is_deleted_with_what_follows_its_pages_inside_it(self, kis_page):
        """The follower and its source stand in the deleted subtree, so each is reached twice."""
        section, page = kis_page("kooperationen"), kis_page("triade")
        alias = page.create_alias(parent=section, update_slug="noch-einmal")
        slovak = kis_page("triade", "sk")
        MP_Node.move(slovak, section, pos="last-child")  # Wagtail's move would be refused.
        section.delete()
        left = Page.objects.filter(
            translation_key__in=[page.translation_key, alias.translation_key]
        )
        assert not left.exists()
        assert Page.find_problems() == ([], [], [], [], [])

    @staticmethod
    def written_again(german, number):
        """Create a deleted page again: it finds its translated texts again."""
        index = CooperationIndexPage.objects.get(locale=german.locale)
        again = PartnerPage(
            title=german.title, slug=german.slug, lead=german.lead, body=german.body,
            organisation=german.organisation, translation_key=german.translation_key,
            locale=german.locale,
        )  # fmt: skip
        index.add_child(instance=again)
        source = extraction.ensure_source(again, update=True)
        slovak = Locale.objects.get(language_code="sk")
        translation, _created = Translation.objects.update_or_create(
            source=source, target_locale=slovak, defaults={"enabled": True}
        )
        total, done = translation.get_progress()
        assert total == done > 3

    def test_moving_takes_the_versions_along(self, german, kis_page, editor):
        home = kis_page("start")
        german_list = CooperationIndexPage(title="Archiv", slug="archiv", locale=german.locale)
        home.add_child(instance=german_list)
        source = extraction.ensure_source(german_list)
        for language in ("sk", "lv"):
            translation = Translation.objects.create(
                source=source, target_locale=Locale.objects.get(language_code=language)
            )
            drafts.save(translation, publish=True)
        url = reverse("wagtailadmin_pages:move_confirm", args=[german.pk, german_list.pk])
        text = text_of(editor.get(url))
        english, slovak, latvian = versions(kis_page)
        move, stay = (
            text.split(begin, 1)[1].split("<", 1)[0].split(": ", 1)[1].strip()
            for begin in ("Diese Fassungen in anderen Sprachen", "Diese Fassungen bleiben")
        )
        assert move == f"{slovak.title} (Slowakisch), {latvian.title} (Lettisch)"
        assert stay == f"{english.title} (Englisch)"
        assert editor.post(url).status_code == 302
        english, slovak, latvian = versions(kis_page)
        for page in (slovak, latvian):
            assert page.get_parent().translation_key == german_list.translation_key
            assert page.url_path.startswith(page.get_parent().url_path)
        assert english.get_parent().translation_key != german_list.translation_key
        assert not Page.find_problems()[0]

    def test_a_version_stays_where_its_tree_has_no_such_place(self, german, kis_page):
        other = kis_page("triade")
        slovak, above = (
            page.get_translation(kis_page("start", "sk").locale) for page in (other, german)
        )
        slovak.move(above, pos="last-child")
        Page.objects.get(pk=german.pk).move(Page.objects.get(pk=other.pk), pos="last-child")
        assert Page.objects.get(pk=german.pk).get_parent().pk == other.pk
        assert Page.objects.get(pk=slovak.pk).get_parent().pk == above.pk
        assert not Page.find_problems()[0]

    def test_reordering_reorders(self, german, kis_page):
        index = german.get_parent()
        german.move(index, pos="first-child")
        for page in versions(kis_page):
            assert page.get_parent().get_children().first().pk == page.pk

    def test_privacy_is_set_changed_and_lifted(self, german, kis_page, editor, django_user_model):
        url = reverse("wagtailadmin_pages:set_privacy", args=[german.pk])
        html = unescape(editor.get(url).json()["html"])
        assert all(page.title in html for page in versions(kis_page))
        group = Group.objects.create(name="Mitglieder")
        editor.post(url, {"restriction_type": "groups", "groups": [group.pk]})
        for page in versions(kis_page):
            assert [one.name for one in page.view_restrictions.get().groups.all()] == ["Mitglieder"]
        editor.post(url, {"restriction_type": "login"})
        for page in versions(kis_page):
            assert page.view_restrictions.get().restriction_type == "login"
        editor.post(url, {"restriction_type": "none"})
        assert not PageViewRestriction.objects.exists()

    def test_groups_may_be_added_from_their_side(self, german, kis_page):
        restriction = german.view_restrictions.create(restriction_type="groups")
        group = Group.objects.create(name="Runde")
        group.pageviewrestriction_set.add(restriction)
        assert kis_page(KEY, "sk").view_restrictions.get().restriction_type == "groups"

    def test_a_snippet_takes_its_versions_along(self, editor):
        person = Person.objects.filter(locale__language_code="de").first()
        viewset = Person.snippet_viewset
        url = reverse(viewset.get_url_name("unpublish"), args=[person.pk])
        text = text_of(editor.get(url))
        for row in Person.objects.filter(translation_key=person.translation_key).exclude(
            pk=person.pk
        ):
            assert str(row.locale.get_display_name()) in text
        assert editor.post(url).status_code == 302
        assert not Person.objects.filter(translation_key=person.translation_key, live=True).exists()

    def test_a_site_that_keeps_translations_open(self, german, kis_page, settings):
        settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "CLOSE_TRANSLATIONS": False}
        german.unpublish()
        assert all(page.live for page in versions(kis_page))


def test_standard_pages_of_the_site_follow_too(kis_page):
    german = kis_page("impressum")
    assert isinstance(german, StandardPage)
    german.unpublish()
    assert not any(kis_page("impressum", language).live for language in TRANSLATIONS)


def test_a_page_with_a_document_is_translated(german, kis_page):
    """The target model of Wagtail's document chooser is a string instead of a class."""
    file = ContentFile(b"%PDF-1.4", "programm.pdf")
    document = get_document_model().objects.create(title="Programm", file=file)
    german.downloads = [("document", {"document": document, "title": "", "language": "de"})]
    german.save_revision().publish()
    extraction.ensure_source(german, update=True)
    slovak = Locale.objects.get(language_code="sk")
    drafts.save(
        Translation.objects.get(source__object_id=german.translation_key, target_locale=slovak),
        publish=True,
    )
    [block] = kis_page(KEY, "sk").downloads
    assert block.value["document"] == document
