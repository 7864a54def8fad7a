"""What isn't words reaches translations without breaking anything that waits there."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import (
    GroupApprovalTask,
    Locale,
    PageLogEntry,
    Workflow,
    WorkflowState,
    WorkflowTask,
)
from wagtail_localize.fields import SynchronizedField
from wagtail_localize.models import SegmentOverride, Translation, TranslationSource

from home.models import StandardPage
from partners.models import CooperationTopic, Organisation, PartnerPage, Topic
from partners.public.translations import translation_state

KEY = "landesjugendpfarramt-sachsen"
NEXT_YEAR = timezone.now().replace(microsecond=0) + datetime.timedelta(365)


def publish(page, **fields):
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()


@pytest.fixture
def slovak(kis_page):
    return kis_page(KEY, "sk")


def test_a_workflow_of_a_translation_goes_on(kis_page, slovak, editor):
    workflow = Workflow.objects.create(name="Freigabe")
    task = GroupApprovalTask.objects.create(name="Freigabe")
    WorkflowTask.objects.create(workflow=workflow, task=task)
    slovak.title = "Rozpracované"
    slovak.save_revision()
    state = workflow.start(slovak, editor.user)
    publish(kis_page(KEY), since="1999")
    page = kis_page(KEY, "sk")
    assert WorkflowState.objects.get(pk=state.pk).status == WorkflowState.STATUS_IN_PROGRESS
    assert page.since == "1999"
    draft = page.get_latest_revision_as_object()
    assert (draft.title, draft.since) == ("Rozpracované", "1999")


def override(slovak, user, **fields):
    """Set another basis in Slovak than in German, as the translation editor keeps such a choice."""
    translation = Translation.objects.get(
        source__object_id=slovak.translation_key, target_locale=slovak.locale
    )
    context = translation.source.stringsegment_set.first().context
    context.path, context.path_id = "basis", context._get_path_id("basis")
    context.save()
    fields = {"locale": slovak.locale, "data_json": '"law"', "last_translated_by": user, **fields}
    return SegmentOverride.objects.create(context=context, **fields)


def test_a_choice_of_the_translator_stays_while_it_is_valid(kis_page, slovak, editor):
    publish(kis_page(KEY), basis="agreement")
    publish(kis_page(KEY, "sk"), basis="law")
    kept = override(slovak, editor.user)
    publish(kis_page(KEY), basis="informal")
    assert [kis_page(KEY, code).basis for code in ("sk", "lv")] == ["law", "informal"]
    kept.has_error = True
    kept.save()
    publish(kis_page(KEY), basis="agreement")
    assert [kis_page(KEY, code).basis for code in ("sk", "lv")] == ["agreement", "agreement"]


def test_a_choice_in_another_language_is_none_here(kis_page, slovak, editor):
    override(slovak, editor.user, locale=kis_page(KEY, "lv").locale)
    publish(kis_page(KEY), basis="informal")
    assert kis_page(KEY, "sk").basis == "informal"


def test_a_choice_for_another_page_is_none_for_this_one(kis_page, slovak, editor):
    other = override(kis_page("polizeidirektion-leipzig", "sk"), editor.user)
    assert other.context.object_id != slovak.translation_key
    publish(kis_page(KEY), basis="informal")
    assert kis_page(KEY, "sk").basis == "informal"


def test_a_change_without_words_leaves_translations_up_to_date(kis_page):
    publish(kis_page(KEY), since="1999")
    for code in ("sk", "lv"):
        assert not translation_state(kis_page(KEY, code)).source_newer


def test_what_isnt_published_stays_so(kis_page, slovak):
    slovak.unpublish()
    publish(kis_page(KEY), since="1999")
    page = kis_page(KEY, "sk")
    assert not page.live
    assert page.get_latest_revision_as_object().since == "1999"


def test_a_translation_that_is_not_made_yet_holds_up_no_other(kis_page):
    page = kis_page("start").add_child(instance=StandardPage(title="Neu", slug="neu"))
    source, _new = TranslationSource.get_or_create_from_instance(page)
    for code in ("sk", "lv"):
        locale = Locale.objects.get(language_code=code)
        translation = Translation.objects.create(source=source, target_locale=locale)
    translation.save_target(publish=True)
    publish(page, expire_at=NEXT_YEAR)
    draft = page.get_translation(locale).get_latest_revision_as_object()
    assert draft.expire_at == NEXT_YEAR


def test_a_choice_that_is_one_for_all_languages_stays_that_of_the_original(kis_page):
    page = kis_page("polizeidirektion-leipzig")
    slovak = kis_page("polizeidirektion-leipzig", "sk").locale
    organisation = page.organisation
    if not organisation.has_translation(slovak):
        organisation.copy_for_translation(slovak).save()
    type(organisation).objects.update(live=True)
    publish(page, since="1999")
    found = kis_page("polizeidirektion-leipzig", "sk")
    assert (found.since, found.organisation_id) == ("1999", organisation.pk)


def test_words_that_were_taken_out_of_the_original_go_at_once(kis_page):
    assert kis_page("triade", "sk").lead
    publish(kis_page("triade"), lead="")
    assert kis_page("triade", "sk").lead == ""


def test_an_alias_is_left_to_wagtail(kis_page):
    german = kis_page(KEY)
    alias = german.create_alias(parent=german.get_parent(), update_slug="noch-einmal")
    revisions = alias.revisions.count()
    publish(german, since="1999")
    alias.refresh_from_db()
    assert alias.specific.since == "1999" and alias.alias_of_id == german.pk
    assert alias.revisions.count() == revisions


def test_an_alias_that_is_to_be_translated_is_left_to_wagtail_until_it_is(kis_page, slovak):
    """It repeats its original, and has no revisions of its own."""
    page = kis_page("start").add_child(instance=StandardPage(title="Neu", slug="neu"))
    source, _new = TranslationSource.get_or_create_from_instance(page)
    alias = page.copy_for_translation(slovak.locale, alias=True)
    Translation.objects.create(source=source, target_locale=slovak.locale)
    publish(page, expire_at=NEXT_YEAR, search_description="Neue Worte")
    alias.refresh_from_db()
    assert (alias.alias_of_id, alias.search_description) == (page.pk, "Neue Worte")
    assert not alias.revisions.exists()


def test_rows_reach_what_is_published_and_what_waits(kis_page, slovak):
    slovak.title = "Rozpracované"
    slovak.save_revision()
    topic = Topic.objects.create(name="Neu", locale=kis_page(KEY).locale)
    german = kis_page(KEY)
    german.topics.set([CooperationTopic(topic=topic)])
    german.save_revision().publish()
    page = kis_page(KEY, "sk")
    for version in (page, page.get_latest_revision_as_object()):
        assert [link.topic_id for link in version.topics.all()] == [topic.pk]


def organisation(kis_page, code="de"):
    key = kis_page("polizeidirektion-leipzig").organisation.translation_key
    return Organisation.objects.get(translation_key=key, locale__language_code=code)


def test_a_snippet_that_was_never_published_stays_a_draft(kis_page):
    """Neither has a revision; what isn't words waits in its first one."""
    slovak = organisation(kis_page, "sk")
    Organisation.objects.filter(pk=slovak.pk).update(live=False, latest_revision=None)
    publish(organisation(kis_page), city="Halle", country="AT")
    slovak.refresh_from_db()
    draft = slovak.get_latest_revision_as_object()
    assert (slovak.live, slovak.country, draft.country) == (False, "DE", "AT")
    latvian = organisation(kis_page, "lv")
    assert latvian.live and latvian.country == "AT" and not latvian.has_unpublished_changes


def test_one_that_is_published_without_a_revision_follows(kis_page):
    slovak = organisation(kis_page, "sk")
    Organisation.objects.filter(pk=slovak.pk).update(latest_revision=None)
    publish(organisation(kis_page), country="AT")
    slovak.refresh_from_db()
    assert slovak.live and slovak.country == "AT"


def test_neither_what_is_shown_nor_what_waits_is_saved_for_nothing(kis_page, slovak):
    slovak.title = "Rozpracované"
    slovak.save_revision()
    kis_page(KEY, "lv").unpublish()
    german = kis_page(KEY)
    publish(german)
    before = {code: kis_page(KEY, code).revisions.count() for code in ("sk", "lv")}
    publish(kis_page(KEY))
    assert before == {code: kis_page(KEY, code).revisions.count() for code in ("sk", "lv")}


def test_only_what_waits_is_marked_as_such(kis_page):
    kis_page(KEY, "lv").unpublish()
    publish(kis_page(KEY), since="1999")
    slovak, latvian = kis_page(KEY, "sk"), kis_page(KEY, "lv")
    assert not slovak.has_unpublished_changes
    assert slovak.latest_revision_id == slovak.live_revision_id
    assert not latvian.live and latvian.since != "1999"
    assert latvian.get_latest_revision_as_object().since == "1999"


def test_what_was_published_for_it_is_told_as_no_change_of_its_content(kis_page, slovak):
    publish(kis_page(KEY), since="1999")
    said = PageLogEntry.objects.filter(page=slovak.pk, action="wagtail.publish")
    assert not said.latest("pk").content_changed


def test_words_alone_change_nothing_in_other_languages(kis_page, slovak):
    german = kis_page(KEY)
    publish(german)
    before = kis_page(KEY, "sk").revisions.count()
    source = TranslationSource.objects.get(object_id=german.translation_key)
    publish(kis_page(KEY), lead="Neue deutsche Worte")
    after = TranslationSource.objects.get(pk=source.pk)
    assert kis_page(KEY, "sk").revisions.count() == before
    assert after.last_updated_at == source.last_updated_at
    assert translation_state(kis_page(KEY, "sk")).source_newer


def test_a_version_that_is_a_source_of_none_changes_no_other(kis_page, slovak):
    publish(slovak, since="1999")
    assert {kis_page(KEY, code).since == "1999" for code in ("de", "lv", "en")} == {False}


def test_rows_come_in_their_order_with_all_they_say(kis_page):
    german = kis_page(KEY)
    contacts = list(german.contacts.all())
    assert len(contacts) > 1 and len({one.side for one in contacts}) > 1
    for place, one in enumerate(reversed(contacts)):
        one.sort_order = place
    german.contacts.set(contacts)
    publish(german)
    for code in ("sk", "lv"):
        rows = kis_page(KEY, code).contacts.all()
        assert [(row.person_id, row.side) for row in rows] == [
            (one.person_id, one.side) for one in reversed(contacts)
        ]


def test_links_that_follow_lead_to_the_page_of_that_language(kis_page):
    """A chooser is no word; it follows, and shows the version in the language."""
    german = kis_page("impressum")
    goals = [kis_page(key) for key in ("triade", "fachtagungen")]

    def links(goal):
        value = {"heading": "", "links": [
            {"type": "item", "id": "i", "value": {"title": "", "page": goal.pk, "url": ""}}
        ]}  # fmt: skip
        return [*german.body.get_prep_value()[:1], {"type": "links", "id": "l", "value": value}]

    for goal, code in ((goals[0], "sk"), (goals[1], "sk")):
        publish(kis_page("impressum"), body=links(goal))
        stored = kis_page("impressum", code).body.get_prep_value()[-1]["value"]
        assert (
            stored["links"][0]["value"]["page"]
            == goal.get_translation(kis_page("impressum", code).locale).pk
        )


def test_publishing_takes_as_many_statements_with_three_translations_as_with_one(kis_page):
    page = kis_page("polizeidirektion-leipzig")

    def published() -> int:
        with CaptureQueriesContext(connection) as found:
            publish(page, title=f"{page.title} neu")
        return len(found)

    published()  # Afterwards the former title is in the log.
    three = published()
    translations = Translation.objects.filter(source__object_id=page.translation_key)
    assert translations.count() == 3
    translations.exclude(pk=translations[0].pk).update(enabled=False)
    assert published() == three


def test_a_field_that_a_site_keeps_from_following_is_each_language_s_own(kis_page, monkeypatch):
    class Own(SynchronizedField):
        def is_editable(self, obj):
            return False

    monkeypatch.setattr(PartnerPage, "override_translatable_fields", [Own("since")])
    before = kis_page(KEY, "sk").since
    publish(kis_page(KEY), since="1999", basis="law")
    slovak = kis_page(KEY, "sk")
    assert (slovak.since, slovak.basis) == (before, "law") and before != "1999"


def test_blocks_stored_in_another_order_of_keys_are_the_same(kis_page):
    """As PostgreSQL orders the keys of JSON by their length."""
    german, slovak = kis_page("impressum"), kis_page("impressum", "sk")
    for page in (german, slovak):
        stored = [{"id": "1", "value": f"<p>{page.slug}</p>", "type": "paragraph"}]
        page.body = page._meta.get_field("body").to_python(stored)
        page.save()
    before = kis_page("impressum", "sk").latest_revision_id
    publish(kis_page("impressum"))
    assert kis_page("impressum", "sk").latest_revision_id == before
