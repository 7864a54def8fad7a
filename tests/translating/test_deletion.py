"""Deleting: a list of what needs it in place of an error, and versions that say what they lack."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Locale, Page, Site, Task, Workflow
from wagtail.snippets.models import get_snippet_models

from partners.models import (
    Consent,
    CooperationContact,
    CooperationTopic,
    Organisation,
    PartnerPage,
    Person,
    RelatedCooperation,
    Topic,
)
from partners.translating import submitting

KEY = "landesjugendpfarramt-sachsen"


@pytest.fixture
def german(kis_page):
    return kis_page(KEY)


@pytest.fixture
def organisation(german):
    return Organisation.objects.create(name="Verein e.V.", locale=german.locale)


def delete_urls(item):
    """The addresses at which an item is deleted: one by one, and in bulk."""
    meta = item._meta
    if isinstance(item, Page):
        one, app, model = (
            reverse("wagtailadmin_pages:delete", args=[item.pk]),
            "wagtailcore",
            "page",
        )
    else:
        one = reverse(item.snippet_viewset.get_url_name("delete"), args=[item.pk])
        app, model = meta.app_label, meta.model_name
    bulk = reverse("wagtail_bulk_action", args=[app, model, "delete"])
    return [one, f"{bulk}?id={item.pk}&next=/admin/"]


def text_of(response):
    assert response.status_code == 200
    return unescape(response.content.decode())


def is_there(item):
    return type(item).objects.filter(pk=item.pk).exists()


class TestWhatIsNeeded:
    def refused(self, editor, item, user, *words):
        """Whether deleting an item is refused by a list that leads to its user."""
        link = f'href="{AdminURLFinder(editor.user).get_edit_url(user)}"'
        for url in delete_urls(item):
            for answer in (editor.get(url), editor.post(url)):
                text = text_of(answer)
                assert "wird noch gebraucht" in text and link in text
                assert all(word in text for word in words)
        return is_there(item)

    def test_by_what_is_published(self, editor, german):
        assert self.refused(editor, german.organisation, german, "veröffentlicht")

    def test_by_a_draft(self, editor, german, organisation):
        german.organisation = organisation
        german.save_revision()
        assert self.refused(editor, organisation, german, "als Entwurf")

    def test_by_a_planned_version(self, editor, german, organisation):
        german.organisation = organisation
        german.go_live_at = timezone.now() + timedelta(days=2)
        german.save_revision().publish()
        german.go_live_at, german.organisation = None, Organisation.objects.first()
        assert self.refused(editor, organisation, german, "geplant für")

    def test_by_a_page_that_uses_its_translation(self, editor, kis_page, organisation):
        """The translation would be deleted along."""
        slovak = Locale.objects.get(language_code="sk")
        submitting.submit(organisation, [slovak])
        page = PartnerPage(
            title="Iba po slovensky",
            slug="iba-po-slovensky",
            locale=slovak,
            organisation=organisation.get_translation(slovak),
        )
        kis_page("kooperationen", "sk").add_child(instance=page)
        assert self.refused(editor, organisation, page, "veröffentlicht")

    def test_until_something_else_is_chosen(self, editor, german, organisation):
        german.organisation = organisation
        german.save_revision().publish()
        german.organisation = Organisation.objects.exclude(pk=organisation.pk).first()
        german.save_revision().publish()
        editor.post(delete_urls(organisation)[0])
        assert not is_there(organisation)


class TestWhatCanGo:
    """Versions that name it open without it and say so."""

    def edited(self, editor, page, version=None):
        name = "revisions_revert" if version else "edit"
        numbers = [page.pk, version.pk] if version else [page.pk]
        return text_of(editor.get(reverse(f"wagtailadmin_pages:{name}", args=numbers)))

    def image(self):
        return get_image_model().objects.create(title="Bild", file=get_test_image_file())

    def document(self):
        file = ContentFile(b"%PDF-1.4", name="blatt.pdf")
        return get_document_model().objects.create(title="Blatt", file=file)

    def name(self, page, kind):
        """Name something in a draft; gives it and what the place is called."""
        if kind == "topic":
            item = Topic.objects.create(name="Neu", locale=page.locale)
            page.topics.add(CooperationTopic(topic=item))
            return item, "Thema"
        if kind == "person":
            item = Person.objects.create(role="Neu", locale=page.locale)
            page.contacts.add(CooperationContact(person=item))
            return item, "Person"
        if kind == "page":
            item = PartnerPage(title="Neu", slug="neu", organisation=page.organisation)
            page.get_parent().add_child(instance=item)
            page.related.add(RelatedCooperation(page_to=item))
            return item, "Kooperation"
        if kind == "document":
            item = page.basis_document = self.document()
            return item, "Vereinbarung als Dokument"
        if kind == "image in a block":
            item = self.image()
            page.body = [("image", {"image": item, "alt": "Ein Bild"})]
        if kind == "person in a text":
            item = Person.objects.create(role="Neu", locale=page.locale)
            page.body = [("paragraph", f'<p><a linktype="person" id="{item.pk}">Neu</a></p>')]
        if kind == "document in a text":
            item = self.document()
            page.body = [("paragraph", f'<p><a linktype="document" id="{item.pk}">Neu</a></p>')]
        return item, "Text"

    @pytest.mark.parametrize(
        "kind",
        [
            *("topic", "person", "page", "document", "image in a block", "person in a text"),
            "document in a text",
        ],
    )
    def test_it_is_said_where_a_version_lacks_it(self, editor, german, kind):
        item, place = self.name(german, kind)
        version = german.save_revision()
        told = f"ist gelöscht worden und fehlt in ihr: {place}"
        assert told not in self.edited(editor, german)
        if isinstance(item, Topic | Person | Page):
            assert "dort wird es fehlen: " + german.title in text_of(
                editor.get(delete_urls(item)[0])
            )
            editor.post(delete_urls(item)[0])
            assert not is_there(item)
        else:
            item.delete()
        assert told in self.edited(editor, german)
        assert editor.get(german.url).status_code == 200
        type(german).objects.get(pk=german.pk).save_revision()
        assert told not in self.edited(editor, german)
        assert told in self.edited(editor, german, version)

    TOLD = "ist gelöscht worden und fehlt in ihr: "

    @pytest.fixture
    def lacking(self, german):
        """A version of a page that names a deleted topic, and the one before."""
        whole = german.save_revision()
        item, _place = self.name(german, "topic")
        version = german.save_revision()
        item.delete()
        return version, whole

    @pytest.mark.parametrize("view", ["view_draft", "revisions_view"])
    def test_it_is_said_before_the_page_as_readers_see_it(self, editor, german, lacking, view):
        more = [lacking[0].pk] if view == "revisions_view" else []
        url = reverse(f"wagtailadmin_pages:{view}", args=[german.pk, *more])
        text = text_of(editor.get(url))
        assert f"{self.TOLD}Thema" in text and "<h1>" not in text.partition("<main")[0]
        [link] = re.findall(r'href="(\?[^"]*anyway=1)"', text)
        text = text_of(editor.get(url + link))
        assert self.TOLD not in text and german.title in text

    def test_and_before_a_submitted_version(self, editor, german, lacking):
        state = german.get_workflow().start(german, editor.user).current_task_state
        names = [german.pk, state.task.pk]
        url = reverse("wagtailadmin_pages:workflow_preview", args=names)
        assert f"{self.TOLD}Thema" in text_of(editor.get(url))
        assert german.title in text_of(editor.get(f"{url}?anyway=1"))

    def test_a_whole_version_is_shown_at_once(self, editor, german, lacking):
        url = reverse("wagtailadmin_pages:revisions_view", args=[german.pk, lacking[1].pk])
        assert self.TOLD not in text_of(editor.get(url))

    def test_comparing_says_it_of_each_version(self, editor, german, lacking):
        def told(*keys):
            url = reverse("wagtailadmin_pages:revisions_compare", args=[german.pk, *keys])
            return text_of(editor.get(url)).count(self.TOLD)

        version, whole = lacking
        assert told(whole.pk, version.pk) == 1
        assert told("live", "latest") == 1
        assert told("earliest", whole.pk) == 0

    def test_comparing_snippets_says_it(self, editor, german, organisation):
        person = Person.objects.create(role="Neu", locale=german.locale)
        whole = person.save_revision()
        person.organisation = organisation
        version = person.save_revision()
        organisation.delete()
        name = Person.snippet_viewset.get_url_name("revisions_compare")
        text = text_of(editor.get(reverse(name, args=[person.pk, whole.pk, version.pk])))
        assert f"{self.TOLD}Organisation" in text

    def test_a_snippet_says_so_too(self, editor, german, organisation):
        person = Person.objects.create(role="Neu", locale=german.locale)
        person.organisation = organisation
        person.save_revision()
        organisation.delete()
        url = reverse(Person.snippet_viewset.get_url_name("edit"), args=[person.pk])
        assert "fehlt in ihr: Organisation" in text_of(editor.get(url))


#: What the admin can delete.
EVERYTHING = [
    *(f"snippet {model._meta.label}" for model in get_snippet_models()),
    *("page", "home", "index", "image", "document", "user", "self", "group", "site"),
    *("collection", "locale", "workflow", "task"),
]


@pytest.mark.parametrize("kind", EVERYTHING)
def test_no_deletion_ends_in_an_error(editor, german, django_user_model, kind):
    editor.raise_request_exception = False
    consent = {"name": True, "evidence": "Brief", "person": Person.objects.first()}
    Consent.objects.create(**consent)
    urls = []
    if kind.startswith("snippet"):
        [model] = [one for one in get_snippet_models() if kind.endswith(one._meta.label)]
        urls = [url for item in model.objects.all()[:4] for url in delete_urls(item)]
    elif kind in ("page", "home", "index"):
        parent = german.get_parent()
        urls = delete_urls({"page": german, "index": parent, "home": parent.get_parent()}[kind])
    else:
        names = {
            "image": ("wagtailimages:delete", get_image_model()),
            "document": ("wagtaildocs:delete", get_document_model()),
            "user": ("wagtailusers_users:delete", django_user_model),
            "self": ("wagtailusers_users:delete", django_user_model),
            "group": ("wagtailusers_groups:delete", Group),
            "site": ("wagtailsites:delete", Site),
            "collection": ("wagtailadmin_collections:delete", Collection),
            "locale": ("wagtaillocales:delete", Locale),
            "workflow": ("wagtailadmin_workflows:disable", Workflow),
            "task": ("wagtailadmin_workflows:disable_task", Task),
        }
        name, model = names[kind]
        if kind == "user":
            django_user_model.objects.create_user("anna", "anna@example.org", "geheim")
        rows = model.objects.exclude(pk=editor.user.pk) if kind == "user" else model.objects.all()
        if kind == "self":
            rows = rows.filter(pk=editor.user.pk)
        urls = [reverse(name, args=[row.pk]) for row in rows[:4]]
    for url in urls:
        for answer in (editor.get(url), editor.post(url)):
            assert answer.status_code < 500, url
