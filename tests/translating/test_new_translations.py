"""A new translation is closed, ends and shows what its original does, from its first moment."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from wagtail.models import Locale, Page, PageViewRestriction
from wagtail_localize.fields import TranslatableField
from wagtail_localize.models import Translation

from home.models import StandardPage
from partners.models import Organisation, PartnerPage
from partners.translating import drafts, extraction


@pytest.fixture
def german(kis_page):
    """A published page that isn't translated."""
    page = PartnerPage(
        title="Neu", slug="neu", lead="Worte", organisation=Organisation.objects.first()
    )
    kis_page("kooperationen").add_child(instance=page)
    page.save_revision().publish()
    return page


def tomorrow():
    return timezone.now().replace(microsecond=0) + timedelta(days=1)


def translate(page, publish=True):
    slovak = Locale.objects.get(language_code="sk")
    translation, _new = Translation.objects.get_or_create(
        source=extraction.ensure_source(page, update=True), target_locale=slovak
    )
    drafts.save(translation, publish=publish)
    return Page.objects.get(translation_key=page.translation_key, locale=slovak).specific


@pytest.mark.parametrize("publish", [True, False])
def test_it_is_closed_as_the_original_is(german, publish):
    restriction = PageViewRestriction.objects.create(page=german, restriction_type="groups")
    restriction.groups.add(Group.objects.create(name="Mitglieder"))
    [own] = translate(german, publish).view_restrictions.all()
    assert own.restriction_type == "groups"
    assert [group.name for group in own.groups.all()] == ["Mitglieder"]


@pytest.mark.parametrize("publish", [True, False])
def test_it_ends_when_the_original_does(german, publish):
    german.expire_at = tomorrow()
    german.save_revision().publish()
    assert translate(german, publish).expire_at == german.expire_at


def test_one_that_is_made_again_ends_when_the_original_now_does(german):
    translate(german)
    Page.objects.filter(pk=german.pk).update(expire_at=tomorrow())
    german = PartnerPage.objects.get(pk=german.pk)
    assert translate(german).expire_at == german.expire_at


@pytest.fixture
def chosen(monkeypatch):
    """A foreign key as wagtail-localize has it by itself on a host site's model."""
    monkeypatch.setattr(
        PartnerPage, "override_translatable_fields", [TranslatableField("organisation")]
    )


def test_it_shows_what_the_original_has_chosen_since(german, chosen):
    first = translate(german).organisation_id
    german = PartnerPage.objects.get(pk=german.pk)
    german.organisation = Organisation.objects.create(name="Verein", locale=german.locale)
    PartnerPage.objects.filter(pk=german.pk).update(organisation=german.organisation)
    assert translate(german).organisation_id == german.organisation_id != first


def test_a_draft_is_not_to_be_seen(german, client):
    page = translate(german, publish=False)
    assert not page.live and page.has_unpublished_changes and page.first_published_at is None
    assert client.get(f"/api/v2/pages/{page.pk}/").status_code == 404
    assert page.latest_revision and page.live_revision is None


def test_published_it_is_there_with_its_revision(german, client):
    page = translate(german)
    assert page.live and not page.has_unpublished_changes
    assert page.first_published_at and page.live_revision_id == page.latest_revision_id
    assert client.get(f"/api/v2/pages/{page.pk}/").status_code == 200


def test_a_place_that_is_missing_is_kept_free_by_an_alias(kis_page):
    parent = kis_page("start").add_child(instance=StandardPage(title="Oben", slug="oben"))
    child = parent.add_child(instance=StandardPage(title="Unten", slug="unten"))
    above = translate(child).get_parent()
    assert above.alias_of_id == parent.pk and above.get_parent().pk == kis_page("start", "sk").pk


def test_a_slug_that_is_taken_gets_a_number(german, kis_page):
    kis_page("kooperationen", "sk").add_child(
        instance=PartnerPage(
            title="Da", slug="neu", locale=Locale.objects.get(language_code="sk"),
            organisation=german.organisation,
        )
    )  # fmt: skip
    assert translate(german).slug == "neu-1"
