"""Submitting pages for translation: statements for each page, interrupted runs, their progress."""

from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Locale, Page
from wagtail_localize.models import Translation
from wagtail_localize.operations import TranslationCreator

from partners.models import CooperationIndexPage, TranslationRun
from partners.public.translations import translation_state
from partners.translating import submitting

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
    assert pages.count() == 16 and all(page.live for page in pages)
    for page in pages.exclude(locale__language_code="de"):
        assert page.get_parent().translation_key == tree.translation_key
        assert translation_state(page).source_locale == "de"
    assert tree.get_translation(others[0]).get_children().count() == 4
    assert not any(Page.find_problems())


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
        assert page.get_translations().filter(live=True).count() == 3
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
    assert "0 von 5 Seiten" in unescape(editor.get(runs).content.decode())
    submitting.do_run.call(run.pk)
    text = unescape(editor.get(runs).content.decode())
    assert "5 von 5 Seiten" in text and "abgeschlossen" in text


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
    assert version.live and response.url == reverse("wagtailadmin_pages:edit", args=[version.pk])
