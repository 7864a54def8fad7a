"""A translation that is no longer kept in step stays when something happens to its original."""

import pytest
from wagtail.models import Page, PageViewRestriction
from wagtail_localize.models import Translation

from home.models import StandardPage
from partners.models import Topic

KEY = "triade"


@pytest.fixture
def stopped(kis_page):
    """The Slovak version, whose translation was stopped; the others follow."""
    page = kis_page(KEY, "sk")
    stop(page)
    return page


def stop(item):
    Translation.objects.filter(
        source__object_id=item.translation_key, target_locale=item.locale
    ).update(enabled=False)


def now(item):
    return type(item).objects.filter(pk=item.pk).first()


def test_unpublishing(kis_page, stopped):
    latvian = kis_page(KEY, "lv")
    kis_page(KEY).unpublish()
    assert now(stopped).live and not now(latvian).live


def test_deleting(kis_page, stopped):
    latvian = kis_page(KEY, "lv")
    kis_page(KEY).delete()
    assert now(stopped) and not now(latvian)


def test_moving(kis_page, stopped):
    latvian = kis_page(KEY, "lv")
    before = stopped.get_parent().pk, latvian.get_parent().pk
    kis_page(KEY).move(kis_page("start"), pos="last-child")
    assert Page.objects.get(pk=stopped.pk).get_parent().pk == before[0]
    assert Page.objects.get(pk=latvian.pk).get_parent().pk == kis_page("start", "lv").pk


def test_restricting(kis_page, stopped):
    PageViewRestriction.objects.create(page=kis_page(KEY), restriction_type="login")
    assert not stopped.view_restrictions.exists()
    assert kis_page(KEY, "lv").view_restrictions.exists()


def test_an_alias_follows_without_any_translation(kis_page):
    page = kis_page("start").add_child(instance=StandardPage(title="Neu", slug="neu"))
    page.save_revision().publish()
    alias = page.copy_for_translation(kis_page("start", "sk").locale, alias=True)
    assert now(alias).live
    page.delete()
    assert now(alias) is None


def test_snippets(db):
    topic = Topic.objects.filter(locale__language_code="de").first()
    slovak, latvian = (
        Topic.objects.get(translation_key=topic.translation_key, locale__language_code=code)
        for code in ("sk", "lv")
    )
    stop(slovak)
    topic.unpublish()
    assert now(slovak).live and not now(latvian).live
    now(topic).delete()
    assert now(slovak) and not now(latvian)


def test_a_version_whose_slug_is_taken_at_its_new_place_gets_another(kis_page):
    slovak = kis_page(KEY, "sk")
    kis_page("impressum", "sk").copy(update_attrs={"slug": slovak.slug, "title": "Zaujaté"})
    kis_page(KEY).move(kis_page("start"), pos="last-child")
    moved = Page.objects.get(pk=slovak.pk)
    home = kis_page("start", "sk")
    assert moved.get_parent().pk == home.pk
    assert moved.slug == f"{slovak.slug}-1"
    assert moved.url_path == f"{home.url_path}{moved.slug}/"
    slugs = [child.slug for child in home.get_children()]
    assert len(set(slugs)) == len(slugs)


def test_a_version_that_moves_within_its_place_keeps_its_slug(kis_page):
    slovak = kis_page(KEY, "sk")
    kis_page(KEY).move(kis_page(KEY).get_parent(), pos="first-child")
    assert Page.objects.get(pk=slovak.pk).slug == slovak.slug
