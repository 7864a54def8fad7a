"""Submitting pages for translation: statements for each page, interrupted runs, their progress."""

from html import unescape

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Locale, Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation
from wagtail_localize.operations import TranslationCreator

from partners.models import CooperationIndexPage, Topic, TranslationRun
from partners.public.translations import translation_state
from partners.roles.creation import create_roles
from partners.translating import extraction, submitting

PER_PAGE = 500  # statements for a page of KIS's content and its three translations


@pytest.fixture
def tree(kis_page):
    """A list with four networks of KIS's content below it, published and not translated."""
    model = kis_page("triade")
    index = CooperationIndexPage(title="Viele", slug="viele", locale=model.locale)
    model.get_parent().get_parent().add_child(instance=index)
    for number in range(4):
        model.copy(
            to=index,
            update_attrs={"title": f"Netzwerk {number}", "slug": f"netzwerk-{number}"},
            copy_revisions=False,
        )
    return index


@pytest.fixture
def others(db):
    return list(Locale.objects.exclude(language_code="de"))


def test_five_pages_in_three_languages(tree, others):
    run = submitting.start_run(tree, others, None)
    with CaptureQueriesContext(connection) as queries:
        submitting.do_run.call(run.pk)
    run.refresh_from_db()
    assert (run.done, run.total, run.failed) == (5, 5, [])
    assert run.finished_at
    assert len(queries) <= 5 * PER_PAGE
    pages = Page.objects.filter(
        translation_key__in=tree.get_descendants().values("translation_key")
    )
    assert pages.count() == 16 and pages.filter(live=True).count() == 4
    for page in pages.exclude(locale__language_code="de"):
        assert page.get_parent().translation_key == tree.translation_key
        assert translation_state(page).source_locale == "de"
    assert tree.get_translation(others[0]).get_children().count() == 4
    assert not any(Page.find_problems())


@pytest.mark.slow
def test_a_third_of_the_statements_of_wagtail_localize(
    tree, others, django_capture_on_commit_callbacks
):
    stock, ours = tree.get_children().specific()[:2]
    for page in (stock, ours):
        page.body = page._meta.get_field("body").to_python(
            [
                {
                    "type": "paragraph",
                    "id": f"{page.pk}-{number}",
                    "value": f"<p>{page.pk} {number}</p>",
                }
                for number in range(40)
            ]
        )
        page.save_revision().publish()
    submitting.submit(tree, others)
    with (
        CaptureQueriesContext(connection) as theirs,
        django_capture_on_commit_callbacks(execute=True),
    ):
        TranslationCreator(None, others).create_translations(stock)
    with CaptureQueriesContext(connection) as own:
        submitting.submit(ours, others)
    for page in (stock, ours):
        assert page.get_translations().count() == 3
    assert len(own) <= len(theirs) / 3


def test_a_run_that_was_interrupted_goes_on(tree, others, monkeypatch):
    run = submitting.start_run(tree, others, None)
    calls = []

    def stop(*args, **kwargs):
        calls.append(args)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return submit(*args, **kwargs)

    submit = submitting.submit
    monkeypatch.setattr(submitting, "submit", stop)
    with pytest.raises(KeyboardInterrupt):
        submitting.do_run.call(run.pk)
    run.refresh_from_db()
    assert run.done == 2 and run.finished_at is None
    monkeypatch.setattr(submitting, "submit", submit)
    submitting.do_run.call(run.pk)
    run.refresh_from_db()
    assert run.done == 5 and run.finished_at
    assert tree.get_translation(others[0]).get_children().count() == 4


def test_a_page_that_cannot_be_translated_is_told_and_the_others_are(tree, others):
    bad = tree.get_children().first()
    Page.objects.filter(pk=bad.pk).update(title="")
    run = submitting.start_run(tree, others, None)
    submitting.do_run.call(run.pk)
    run.refresh_from_db()
    assert len(run.failed) == 1 and run.done == 5
    assert Translation.objects.filter(source__object_id=bad.translation_key).count() == 0
    assert tree.get_translation(others[0]).get_children().count() == 3


def test_a_user_starts_it_and_sees_how_far_it_is(
    tree, others, editor, django_capture_on_commit_callbacks
):
    url = reverse("wagtail_localize:submit_page_translation", args=[tree.pk])
    data = {"locales": [locale.pk for locale in others], "include_subtree": "on"}
    with django_capture_on_commit_callbacks(execute=False):
        response = editor.post(url, data)
    runs = reverse("kis_translation_runs")
    assert response.url == runs
    run = TranslationRun.objects.get()
    assert run.user == editor.user
    assert "0 von 5" in unescape(editor.get(runs).content.decode())
    submitting.do_run.call(run.pk)
    text = unescape(editor.get(runs).content.decode())
    assert "5 von 5" in text and "abgeschlossen" in text


def test_others_runs_are_not_shown(tree, others, editor, django_user_model):
    submitting.start_run(tree, others, None)
    editor.user.is_superuser = False
    editor.user.save()
    from django.contrib.auth.models import Permission

    editor.user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    assert "Viele" not in editor.get(reverse("kis_translation_runs")).content.decode()


def test_one_page(tree, others, editor):
    url = reverse("wagtail_localize:submit_page_translation", args=[tree.pk])
    response = editor.post(url, {"locales": [others[0].pk]})
    assert response.status_code == 302
    version = tree.get_translation(others[0])
    assert not version.live and response.url == reverse(
        "wagtailadmin_pages:edit", args=[version.pk]
    )


def translated(page, locale, share, kind="manual"):
    """Translate a share of the texts of a page, which then are in the translation memory."""
    source = extraction.ensure_source(page)
    parts = list(StringSegment.objects.filter(source=source))
    for part in parts[: round(share * len(parts))]:
        StringTranslation.objects.create(
            translation_of=part.string, context=part.context, locale=locale,
            data=part.string.data, translation_type=kind,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("share", "kind", "wanted", "live"),
    [
        (1, "manual", 1, True), (0.5, "manual", 1, False), (0.5, "manual", 0.5, True),
        (0.5, "manual", 0.6, False), (0, "manual", 0, False), (1, "machine", 1, False),
    ],
)  # fmt: skip
def test_what_is_translated_already_is_published_at_once(
    tree, others, settings, share, kind, wanted, live
):
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "TRANSLATED_SHARE": wanted}
    translated(tree, others[0], share, kind)
    submitting.submit(tree, others[:1])
    assert tree.get_translation(others[0]).live is live


def test_who_may_not_publish_leaves_a_translated_draft(tree, others, settings):
    translated(tree, others[0], 1)
    submitting.submit(tree, others[:1], get_user_model().objects.create(username="ohne"))
    assert not tree.get_translation(others[0]).live


def test_a_topic_and_what_a_draft_is_made_from_stay_drafts(tree, others):
    topic = Topic.objects.create(name="Neu", locale=tree.locale)
    topic.locked = True
    topic.save_revision().publish()
    Page.objects.filter(pk=tree.pk).update(live=False)
    translated(tree, others[0], 1)
    for one in (topic, tree):
        one.refresh_from_db()
        submitting.submit(one, others[:1])
        version = one.get_translation(others[0])
        assert not version.live and version.first_published_at is None and not version.locked


@pytest.fixture
def zuzana(client, django_user_model):
    """A client of somebody who translates into Slovak."""
    create_roles()
    user = django_user_model.objects.create_user("zuzana")
    user.groups.add(Group.objects.get(kis_role__key="translation-sk"))
    client.force_login(user)
    return client


def offered(client, page):
    response = client.get(reverse("wagtail_localize:submit_page_translation", args=[page.pk]))
    if response.status_code == 302:
        return None
    return {one.language_code for one in response.context["form"].fields["locales"].queryset}


def test_only_languages_are_offered_into_which_the_user_may_translate(zuzana, tree):
    assert offered(zuzana, tree.get_first_child()) == {"sk"}
    assert offered(zuzana, tree) == {"sk"}


def test_a_language_that_is_there_is_not_offered_again(zuzana, tree, others):
    page = tree.get_first_child()
    submitting.submit(page, [one for one in others if one.language_code == "sk"])
    assert offered(zuzana, page) is None
    text = unescape(zuzana.get(reverse("wagtailadmin_home")).content.decode())
    assert "keine weitere Sprache" in text


def test_new_pages_below_a_translated_list_are_submitted_with_it(zuzana, tree, others):
    submitting.submit(tree, others)
    assert offered(zuzana, tree) == {"sk"}
    url = reverse("wagtail_localize:submit_page_translation", args=[tree.pk])
    form = zuzana.get(url).context["form"]
    assert form["include_subtree"].value()
    slovak = Locale.objects.get(language_code="sk")
    response = zuzana.post(url, {"locales": [slovak.pk]})
    assert "auch die Seiten darunter" in unescape(response.content.decode())
    assert zuzana.post(url, {"locales": [slovak.pk], "include_subtree": "on"}).status_code == 302
    run = TranslationRun.objects.get()
    submitting.do_run.call(run.pk)
    assert tree.get_translation(slovak).get_children().count() == 4
    assert run.user.username == "zuzana"
    latvian = Locale.objects.get(language_code="lv")
    zuzana.post(url, {"locales": [latvian.pk], "include_subtree": "on"})
    assert TranslationRun.objects.count() == 1
