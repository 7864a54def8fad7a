"""What isn't words reaches translations without breaking anything that waits there."""

import datetime

import pytest
from django.utils import timezone
from wagtail.models import GroupApprovalTask, Locale, Workflow, WorkflowState, WorkflowTask
from wagtail_localize.models import SegmentOverride, Translation, TranslationSource

from home.models import StandardPage
from partners.models import CooperationTopic, Topic

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
