"""A new translation is closed, ends and shows what its original does, from its first moment."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.models import Comment, Locale, Page, PageLogEntry, PageViewRestriction
from wagtail.signals import copy_for_translation_done, page_published, published
from wagtail_localize.fields import TranslatableField
from wagtail_localize.models import (
    String,
    StringSegment,
    StringTranslation,
    Translation,
    TranslationLog,
)

from home.models import HomePage, StandardPage
from partners.models import CooperationTopic, Organisation, PartnerPage, Topic
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


def say(translation, **texts):
    """Translate texts of fields."""
    for path, text in texts.items():
        part = StringSegment.objects.get(source=translation.source, context__path=path)
        StringTranslation.objects.update_or_create(
            translation_of=part.string, context=part.context, locale=translation.target_locale,
            defaults={"data": text},
        )  # fmt: skip


def translate(page, publish=True, user=None, **texts):
    slovak = Locale.objects.get(language_code="sk")
    translation, _new = Translation.objects.get_or_create(
        source=extraction.ensure_source(page, update=True), target_locale=slovak
    )
    say(translation, **texts)
    drafts.save(translation, user, publish=publish)
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
    page = translate(german, title="Nový")
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


@pytest.mark.parametrize("publish", [True, False])
def test_of_the_page_itself_it_takes_the_content_alone(german, editor, publish):
    """Not its place, its locks, its comments, its dates and its history."""
    german.add_child(instance=StandardPage(title="Unten", slug="unten"))
    german.topics.set([CooperationTopic(topic=Topic.objects.first())])
    german.wagtail_admin_comments = [
        Comment(user=editor.user, text="Stimmt das?", contentpath="title")
    ]
    german.first_published_at = timezone.now() - timedelta(days=900)
    german.go_live_at = german.first_published_at
    german.locked, german.locked_by, german.locked_at = True, editor.user, german.go_live_at
    german.expired, german.latest_revision_created_at = True, german.go_live_at
    german.save()
    begin = timezone.now()
    others = Page.objects.exclude(translation_key=german.translation_key)
    states = ("pk", "live", "live_revision", "has_unpublished_changes")
    before = set(others.values_list(*states))
    page = translate(german, publish, user=editor.user, title="Nové")
    assert set(others.values_list(*states)) == before
    assert (page.title, page.draft_title, page.owner) == ("Nové", "Nové", editor.user)
    assert (page.numchild, page.locked, page.locked_by, page.locked_at) == (0, False, None, None)
    assert (page.go_live_at, page.expired, page.alias_of) == (None, False, None)
    assert not page.wagtail_admin_comments.exists()
    assert Page.find_problems() == ([], [], [], [], [])
    assert page.url_path == f"{page.get_parent().url_path}{page.slug}/"
    assert [topic.topic_id for topic in page.topics.all()] == [Topic.objects.first().pk]
    assert german.topics.count() == german.wagtail_admin_comments.count() == 1
    [revision] = page.revisions.all()
    assert revision == page.latest_revision and revision.user == editor.user
    assert revision.created_at >= begin
    assert page.latest_revision_created_at == revision.created_at
    assert (page.live, page.has_unpublished_changes) == (publish, not publish)
    dates = {page.first_published_at, page.last_published_at}
    if publish:
        assert page.live_revision == revision and min(dates) >= begin
    else:
        assert page.live_revision is None and dates == {None}
    said = PageLogEntry.objects.filter(page=page.pk).values_list("action", "user")
    actions = ["wagtail.create", *(["wagtail.publish"] if publish else [])]
    assert set(said) == {(action, editor.user.pk) for action in actions}
    assert PageLogEntry.objects.get(page=page.pk, action="wagtail.create").content_changed
    assert TranslationLog.objects.get(source__object_id=page.translation_key).revision == revision


def test_those_who_listen_are_told_of_it(german):
    told = []

    def listen(signal):
        def hear(sender, **kwargs):
            told.append((signal, kwargs.get("instance") or kwargs["target_obj"]))

        signal.connect(hear)
        return hear

    signals = [copy_for_translation_done, page_published, published]
    kept = [listen(signal) for signal in signals]
    page = translate(german)
    assert told == [(signal, page) for signal in signals]
    for signal, hear in zip(signals, kept, strict=True):
        signal.disconnect(hear)


def test_an_alias_becomes_the_translation_and_other_aliases_stay(kis_page):
    page = kis_page("start").add_child(instance=StandardPage(title="Neu", slug="neu"))
    slovak = kis_page("start", "sk").locale
    alias = page.copy_for_translation(slovak, alias=True)
    other = page.create_alias(parent=kis_page("start"), update_slug="zwilling")
    made = translate(page, title="Nové")
    assert (made.pk, made.title, made.alias_of) == (alias.pk, "Nové", None)
    assert Page.objects.get(pk=other.pk).alias_of_id == page.pk


def test_addresses_are_made_of_what_translators_write(german):
    assert translate(german, slug="Nová Adresa").slug == "nova-adresa"
    assert translate(german, slug="Iná Adresa").slug == "ina-adresa"


def test_at_the_root_an_address_that_is_the_same_names_its_language(kis_page):
    home = kis_page("start").get_parent().add_child(instance=HomePage(title="Haus", slug="haus"))
    assert translate(home).slug == "haus-sk"
    other = home.get_parent().add_child(instance=HomePage(title="Hof", slug="hof"))
    assert translate(other, slug="dvor").slug == "dvor"
    below = kis_page("start").add_child(instance=StandardPage(title="Unten", slug="unten"))
    assert translate(below).slug == "unten"


def test_all_places_that_are_missing_above_it_are_kept_free(kis_page):
    top = kis_page("start").add_child(instance=StandardPage(title="Oben", slug="oben"))
    middle = top.add_child(instance=StandardPage(title="Mitte", slug="mitte"))
    page = translate(middle.add_child(instance=StandardPage(title="Unten", slug="unten")))
    aliases = [above.alias_of_id for above in page.get_ancestors().filter(depth__gt=2)]
    assert aliases == [top.pk, middle.pk]


def test_links_in_it_lead_to_its_language(german, kis_page):
    german.body = [
        {"type": "paragraph", "id": "1",
         "value": f'<p><a id="{kis_page("triade").pk}" linktype="page">Triade</a></p>'}
    ]  # fmt: skip
    german.save_revision().publish()
    [block] = translate(german).body.get_prep_value()
    assert f'id="{kis_page("triade", "sk").pk}"' in block["value"]


def test_a_new_snippet_is_a_draft_until_it_is_published(db):
    topic = Topic.objects.create(name="Neu", locale=Locale.objects.get(language_code="de"))
    slovak = Locale.objects.get(language_code="sk")
    translation = Translation.objects.create(
        source=extraction.ensure_source(topic), target_locale=slovak
    )
    say(translation, name="Nové")
    drafts.save(translation)
    row = topic.get_translation(slovak)
    assert not row.live and row.get_latest_revision_as_object().name == "Nové"
    drafts.save(translation, publish=True)
    row.refresh_from_db()
    assert row.live and row.name == "Nové"
    assert TranslationLog.objects.filter(source=translation.source).count() == 2


def test_a_text_that_does_not_fit_is_marked_where_it_stands_and_nowhere_else(kis_page):
    slovak = kis_page("triade", "sk")
    of = StringTranslation.objects.filter(context__object_id=slovak.translation_key)
    [title] = of.filter(context__path="title", locale=slovak.locale)
    old = String.objects.create(locale=kis_page("triade").locale, data="Früher")
    StringTranslation.objects.create(
        translation_of=old, context=title.context, locale=slovak.locale, data="Predtým"
    )
    StringTranslation.objects.filter(pk=title.pk).update(data="x" * 300)
    translation = Translation.objects.get(
        source__object_id=slovak.translation_key, target_locale=slovak.locale
    )
    with pytest.raises(ValidationError):
        drafts.save(translation, publish=True)
    assert [one.pk for one in StringTranslation.objects.filter(has_error=True)] == [title.pk]


def test_who_may_not_publish_has_it_published_by_a_command(german, django_user_model):
    """Rights are asked for before; a translation is made for whoever asked."""
    user = django_user_model.objects.create_user("mara", password="geheim")
    assert translate(german, user=user).live
    page = translate(german, user=user, title="Zmenené")
    assert page.title == "Zmenené" and page.latest_revision.user == user
