"""Before something is published, its editor is told what readers would miss, and can mend it."""

import re
from html import unescape

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import GroupPagePermission, Locale, Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from partners.care.findings import findings
from partners.care.unseen import misses_of_pages
from partners.models import (
    CooperationContact,
    CooperationTopic,
    NetworkPage,
    Organisation,
    PartnerPage,
    Person,
    Topic,
)
from partners.translating.misses import misses

KEY = "landesjugendpfarramt-sachsen"
QUESTION = "So veröffentlichen?"


def text_of(response):
    assert response.status_code == 200
    return unescape(response.content.decode())


def draft(model, page, **fields):
    """A snippet as the main button of its form leaves it: saved, and not published."""
    item = model(locale=page.locale, live=False, **fields)
    item.save()
    item.save_revision()
    return item


def data(page, organisation, person=None, **fields):
    contacts = [{"person": person.pk, "side": "own"}] if person else []
    return nested_form_data(
        {
            "title": "Neue Kooperation",
            "slug": "neue-kooperation",
            "organisation": organisation.pk,
            "since": "",
            "until": "",
            "contacts": inline_formset(contacts),
            **{name: streamfield([]) for name in ("body", "activities", "downloads")},
            **{name: inline_formset([]) for name in ("topics", "related", "comments")},
            **fields,
        }
    )


@pytest.fixture
def german(kis_page):
    return kis_page(KEY)


@pytest.fixture
def organisation(german):
    return draft(Organisation, german, name="Neuer Verein e.V.")


@pytest.fixture
def person(german):
    return draft(Person, german, role="Leitung des Vereins")


def publish(editor, page, **fields):
    """Press "Publish" in the editor; gives the address that follows."""
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return editor.post(url, {**data(page, **fields), "action-publish": "1"}).url


def publish_new(editor, index, **fields):
    url = reverse("wagtailadmin_pages:add", args=["kis_partners", "partnerpage", index.pk])
    return editor.post(url, {**data(index, **fields), "action-publish": "1"}).url


class TestDraftsThatAreChosen:
    @pytest.fixture
    def asked(self, editor, kis_page, organisation, person):
        """The address of the question about a new page that was to be published."""
        return publish_new(
            editor, kis_page("kooperationen"), organisation=organisation, person=person
        )

    def page(self):
        return PartnerPage.objects.get(slug="neue-kooperation")

    def test_they_are_told_before(self, editor, asked, organisation, person):
        text = text_of(editor.get(asked))
        assert QUESTION in text
        assert f"„{organisation}“ ist erst ein Entwurf" in text
        assert f"„{person}“ ist erst ein Entwurf" in text
        assert not self.page().live

    def test_they_are_published_along(self, editor, asked, client, organisation, person):
        names = re.findall(r'name="along" value="([^"]+)" checked', text_of(editor.get(asked)))
        assert len(names) == 2
        editor.post(asked, {"along": names})
        for item in (organisation, person):
            item.refresh_from_db()
            assert item.live
        assert self.page().live
        assert "Neuer Verein" in text_of(client.get(self.page().url))
        assert misses(self.page()) == []

    def test_or_not(self, editor, asked, organisation):
        editor.post(asked)
        organisation.refresh_from_db()
        assert self.page().live and not organisation.live

    def test_only_where_the_user_may(self, editor, client, asked, organisation, django_user_model):
        user = django_user_model.objects.create_user("anna", "anna@example.org", "geheim")
        group = Group.objects.create(name="Seiten")
        group.permissions.add(Permission.objects.get(codename="access_admin"))
        for name in ("change_page", "publish_page"):
            GroupPagePermission.objects.create(
                group=group,
                page=Page.get_first_root_node(),
                permission=Permission.objects.get(codename=name),
            )
        user.groups.add(group)
        client.force_login(user)
        assert 'name="along"' not in text_of(client.get(asked))
        client.post(asked, {"along": [f"kis_partners.organisation:{organisation.pk}"]})
        organisation.refresh_from_db()
        assert self.page().live and not organisation.live

    def test_the_question_is_for_those_who_may_publish(self, asked, client, django_user_model):
        client.force_login(django_user_model.objects.create_user("otto", "o@example.org", "geheim"))
        assert client.get(asked).status_code == 302
        assert client.post(asked).status_code == 302
        assert not self.page().live

    def test_a_page_that_is_published(self, editor, german, organisation):
        before = german.title
        asked = publish(editor, german, organisation=organisation)
        assert QUESTION in text_of(editor.get(asked))
        german.refresh_from_db()
        assert german.title == before and german.has_unpublished_changes
        editor.post(asked)
        german.refresh_from_db()
        assert german.title == "Neue Kooperation" and not german.has_unpublished_changes

    def test_nothing_is_asked_where_nothing_is_missing(self, editor, german):
        explorer = reverse("wagtailadmin_explore", args=[german.get_parent().pk])
        assert publish(editor, german, organisation=german.organisation) == explorer

    def test_whoever_approves_it_reads_it_above_the_form(self, editor, german, organisation):
        german.organisation = organisation
        german.save_revision()
        url = reverse("wagtailadmin_pages:edit", args=[german.pk])
        told = f"„{organisation}“ ist erst ein Entwurf"
        assert told not in text_of(editor.get(url))
        german.get_workflow().start(german, editor.user)
        assert told in text_of(editor.get(url))

    def test_a_person_of_an_organisation(self, editor, person, organisation):
        url = reverse(Person.snippet_viewset.get_url_name("edit"), args=[person.pk])
        form = {"role": person.role, "organisation": organisation.pk, "action-publish": "1"}
        asked = editor.post(url, form).url
        assert str(organisation) in text_of(editor.get(asked))
        person.refresh_from_db()
        assert not person.live
        editor.post(asked, {"along": [f"kis_partners.organisation:{organisation.pk}"]})
        for item in (person, organisation):
            item.refresh_from_db()
            assert item.live


class TestOtherThings:
    def texts(self, page):
        return [miss.text for miss in misses(page)]

    def test_a_placeholder(self, german):
        german.lead = "Platzhalter. Hier steht später etwas."
        assert any("ist ein Platzhalter" in text for text in self.texts(german))
        german.lead = "Ein Platzhalterproblem gibt es nicht."
        assert not self.texts(german)

    def test_a_document_that_is_a_placeholder(self, db):
        document = get_document_model().objects.get(title__contains="(Platzhalter)")
        page = NetworkPage.objects.filter(locale__language_code="de").first()
        page.flyer = document
        assert any("Platzhalter" in text for text in self.texts(page))

    @pytest.mark.parametrize(
        ("texts", "told"),
        [
            ({"alt": "", "decorative": False}, True),
            ({"alt": "", "decorative": True}, False),
            ({"alt": "Ein Bild", "decorative": False}, False),
        ],
    )
    def test_a_picture_without_alternative_text(self, german, texts, told):
        image = get_image_model().objects.create(title="Bild", file=get_test_image_file())
        texts = {"caption": "", "credit": "", **texts}
        german.body = [("image", {"image": image, **texts})]
        assert any("ohne Alternativtext" in text for text in self.texts(german)) == told

    def test_a_link_to_a_page_that_is_a_draft(self, german):
        other = PartnerPage(
            title="Später", slug="spaeter", live=False, organisation=german.organisation
        )
        german.get_parent().add_child(instance=other)
        german.body = [("paragraph", f'<p><a linktype="page" id="{other.pk}">mehr</a></p>')]
        [miss] = misses(german)
        assert "„Später“ ist erst ein Entwurf" in miss.text and miss.draft is None


class TestATranslation:
    @pytest.fixture
    def slovak(self, german, kis_page):
        """Its partner isn't there in Slovak."""
        organisation = Organisation.objects.create(name="Verein e.V.", locale=german.locale)
        german.organisation = organisation
        german.save_revision().publish()
        return kis_page(KEY, "sk")

    def press(self, editor, page, **more):
        url = reverse("wagtailadmin_pages:edit", args=[page.pk])
        return editor.post(url, {"action": "publish", **more})

    def test_what_it_shows_is_in_another_language(self, editor, slovak):
        text = text_of(self.press(editor, slovak))
        assert QUESTION in text and "„Verein e.V.“ ist in dieser Sprache nicht" in text
        assert self.press(editor, slovak, incomplete="1").status_code == 302

    def test_a_translated_draft_is_published_along(self, editor, german, slovak):
        locale = Locale.objects.get(language_code="sk")
        version = german.organisation.copy_for_translation(locale)
        version.name, version.live = "Združenie", False
        version.save()
        version.save_revision()
        name = f"kis_partners.organisation:{version.pk}"
        assert f'value="{name}" checked' in text_of(self.press(editor, slovak))
        self.press(editor, slovak, incomplete="1", along=name)
        version.refresh_from_db()
        assert version.live

    def test_one_that_lacks_nothing_is_published_at_once(self, editor, kis_page):
        page = kis_page(KEY, "sk")
        assert self.press(editor, page).status_code == 302


class TestAmongAllPages:
    """The same in "Keeping it true"."""

    def told(self, client, page):
        url = reverse("wagtailadmin_pages:edit", args=[page.pk])
        return "; ".join(
            one.detail for one in findings(client.user) if one.kind == "unseen" and one.url == url
        )

    def test_drafts_that_are_shown(self, editor, german, organisation, person):
        assert not self.told(editor, german)
        topic = draft(Topic, german, name="Neu")
        german.organisation = organisation
        german.contacts.add(CooperationContact(person=person))
        german.topics.add(CooperationTopic(topic=topic))
        german.save_revision().publish()
        for item in (organisation, person, topic):
            assert f"zeigt „{item}“; das ist erst ein Entwurf" in self.told(editor, german)
            item.get_latest_revision().publish()
        assert not self.told(editor, german)

    def test_what_is_shown_in_another_language(self, editor, german, kis_page):
        german.organisation = Organisation.objects.create(name="Verein", locale=german.locale)
        german.save_revision().publish()
        assert not self.told(editor, german)
        told = "zeigt „Verein“; das ist in der Sprache der Seite nicht veröffentlicht"
        assert told in self.told(editor, kis_page(KEY, "lv"))

    def test_placeholders_and_pictures(self, editor, german):
        german.lead = "Platzhalter."
        image = get_image_model().objects.create(title="Bild", file=get_test_image_file())
        texts = {"alt": "", "decorative": False, "caption": "", "credit": ""}
        german.body = [("image", {"image": image, **texts})]
        german.save_revision().publish()
        told = self.told(editor, german)
        assert "enthält einen Platzhalter" in told and "ein Bild ohne Alternativtext" in told

    def test_statements_do_not_grow_with_pages(
        self, editor, german, organisation, django_assert_max_num_queries
    ):
        german.organisation = organisation
        german.save_revision().publish()
        with django_assert_max_num_queries(40):
            misses_of_pages(Page.objects.live())
