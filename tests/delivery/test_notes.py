"""What is noted of a change, and who shows what has changed."""

from uuid import uuid4

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import timezone
from taggit.models import Tag
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Comment, CommentReply, Locale, Page, ReferenceIndex
from wagtail_localize.models import String, StringTranslation, Translation

from partners.delivery.models import Note
from partners.delivery.shelf.settle import settle
from partners.models import Consent, CooperationTopic, Topic

KEY, FEED = "landesjugendpfarramt-sachsen", "/api/v2/changes/"


def text_of(page):
    return Client().get(f"/api/v2/pages/{page.pk}/").content.decode()


@pytest.fixture
def people(kis_page):
    """Two people on two pages of their own, each with a name; the first has consented."""
    first, second = kis_page(KEY), kis_page("polizeidirektion-leipzig")
    one, other = (link.person for link in first.contacts.all()[:2])
    for person, name in ((one, "Erika Mustermann"), (other, "Max Mustermann")):
        person.name = name
        person.save_revision().publish()
    consent = Consent.objects.create(
        person=one, name=True, api=True, given_on=timezone.localdate(), evidence="Brief"
    )
    assert second.pk != first.pk
    return first, consent, other


def test_a_consent_that_is_moved_to_somebody_else_leaves_its_old_owner(people):
    page, consent, other = people
    page.contacts.set([one for one in page.contacts.all() if one.person_id == consent.person_id])
    page.body = []
    page.save_revision().publish()
    assert "Erika Mustermann" in text_of(page)
    Consent.objects.filter(pk=consent.pk).update(person=other)
    assert "Erika Mustermann" not in text_of(page)


def test_a_consent_that_is_moved_reaches_its_new_owner(people):
    page, consent, other = people
    page.contacts.set([one for one in page.contacts.all() if one.person_id == other.pk])
    page.body = []
    page.save_revision().publish()
    assert "Max Mustermann" not in text_of(page)
    Consent.objects.filter(pk=consent.pk).update(person=other)
    assert "Max Mustermann" in text_of(page)


def test_a_consent_that_is_deleted_ends(people):
    page, consent, _other = people
    assert "Erika Mustermann" in text_of(page)
    Consent.objects.filter(pk=consent.pk).delete()
    assert "Erika Mustermann" not in text_of(page)


def parent_of(page):
    return Client().get(f"/api/v2/pages/{page.pk}/").json()["meta"]["parent"]["title"]


def test_what_stands_below_a_page_shows_its_new_name(kis_page):
    parent, child = kis_page("kooperationen"), kis_page("triade")
    assert parent_of(child) == parent.title
    Page.objects.filter(pk=parent.pk).update(title="Anders genannt")
    assert parent_of(child) == "Anders genannt"


def test_a_page_whose_type_is_no_longer_installed_is_named_as_a_page(kis_page):
    parent, child = kis_page("kooperationen"), kis_page("triade")
    gone = ContentType.objects.create(app_label="weg", model="weg")
    Page.objects.filter(pk=parent.pk).update(content_type=gone)
    assert parent_of(child) == parent.title


def test_what_refers_to_a_page_shows_its_new_name(kis_page):
    page, goal = kis_page("triade"), kis_page("fachtagungen")
    page.related.create(page_to_id=goal.pk)
    page.save_revision().publish()
    assert goal.title in text_of(page)
    Page.objects.filter(pk=goal.pk).update(title="Anders genannt")
    assert '"title":"Anders genannt"' in text_of(page)


def test_what_refers_to_each_other_is_found_once(kis_page):
    """As snippets of a site's own may: a name in a circle of references comes to an end."""
    page = kis_page("triade")
    link = CooperationTopic.objects.filter(page=page).first()
    other = Topic.objects.exclude(pk=link.topic_id).first()
    of_topics = ContentType.objects.get_for_model(Topic)
    for one, to in ((link.topic_id, other.pk), (other.pk, link.topic_id)):
        ReferenceIndex.objects.create(
            base_content_type=of_topics, content_type=of_topics, object_id=one,
            to_content_type=of_topics, to_object_id=to, model_path="", content_path="",
            content_path_hash=uuid4(),
        )  # fmt: skip
    before = text_of(page)
    Topic.objects.filter(pk=link.topic_id).update(name="Anders genannt")
    assert "Anders genannt" in text_of(page) and "Anders genannt" not in before


def test_a_tag_is_a_change_of_what_bears_it(kis_page):
    image = get_image_model().objects.create(title="Foto", file=get_test_image_file())
    organisation = kis_page("polizeidirektion-leipzig").organisation
    organisation.logo = image
    organisation.save_revision().publish()
    Tag.objects.create(name="Neu")
    path = f"/api/v2/images/{image.pk}/"
    assert Client().get(path).json()["meta"]["tags"] == []
    image.tags.add("Neu")
    assert Client().get(path).json()["meta"]["tags"] == ["Neu"]


def test_what_no_answer_shows_is_no_change(kis_page, django_user_model):
    page = kis_page("triade")
    user = django_user_model.objects.create_user("mara")
    before = Client().get(FEED)["ETag"]
    assert not Note.objects.exists()
    Page.objects.filter(pk=page.pk).update(
        draft_title="Entwurf", expired=True, go_live_at=timezone.now(), latest_revision=None,
        has_unpublished_changes=True, latest_revision_created_at=timezone.now(), numchild=7,
        live_revision=None, locked=True, locked_at=timezone.now(), locked_by=user, owner=user,
    )  # fmt: skip
    assert not Note.objects.exists()  # so that no reader waits for a settlement
    comment = Comment.objects.create(page=page, user=user, text="Anmerkung", contentpath="title")
    CommentReply.objects.create(comment=comment, user=user, text="Antwort")
    assert Client().get(FEED)["ETag"] == before
    Page.objects.filter(pk=page.pk).update(search_description="Neu")
    assert Client().get(FEED)["ETag"] != before


def test_every_column_that_says_how_a_text_is_translated_is_noted(kis_page):
    german, other = kis_page(KEY).locale, Locale.objects.create(language_code="fr")
    string = String.objects.create(locale=german, data="Anders")
    text = StringTranslation.objects.filter(locale=kis_page(KEY, "sk").locale).first()
    translation = Translation.objects.first()
    for row, column, value in (
        (text, "data", "Inak"), (text, "translation_type", "manual"), (text, "has_error", True),
        (text, "translation_of", string), (text, "locale", german), (translation, "enabled", False),
        (translation, "target_locale", other), (translation.source, "locale", other),
        (translation.source, "last_updated_at", timezone.now()),
    ):  # fmt: skip
        settle()
        type(row).objects.filter(pk=row.pk).update(**{column: value})
        assert Note.objects.exists(), column
