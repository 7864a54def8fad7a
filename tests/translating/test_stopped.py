"""A translation that is no longer kept in step stays when something happens to its original."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from treebeard.mp_tree import MP_Node
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


def test_one_that_was_taken_back_alone_does_not_expire(kis_page):
    slovak, latvian = kis_page(KEY, "sk"), kis_page(KEY, "lv")
    slovak.unpublish()
    Page.objects.filter(pk=kis_page(KEY).pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    call_command("publish_scheduled")
    assert (now(slovak).expired, now(latvian).expired) == (False, True)


def test_what_is_unpublished_without_expiring_has_not_expired(kis_page):
    slovak = kis_page(KEY, "sk")
    kis_page(KEY).unpublish()
    assert not now(slovak).live and not now(slovak).expired


def test_an_alias_has_no_restriction_of_its_own(kis_page):
    """It is closed with what it repeats, as Wagtail has it."""
    page = kis_page("start").add_child(instance=StandardPage(title="Neu", slug="neu"))
    alias = page.copy_for_translation(kis_page("start", "sk").locale, alias=True)
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert not alias.view_restrictions.exists()


def order(parent):
    return [page.translation_key for page in parent.get_children()]


def test_versions_stand_where_their_original_does(kis_page):
    """Behind the nearest one in front of it that is there in their language, else in front."""
    german, slovak = kis_page("start"), kis_page("start", "sk")
    kis_page("kooperationen", "sk").get_children().exclude(pk=kis_page(KEY, "sk").pk).delete()
    page, keys = kis_page(KEY), order(german)
    third = Page.objects.get(translation_key=keys[2], locale=german.locale)
    missing = Page.objects.get(translation_key=keys[1], locale=slovak.locale)
    Translation.objects.filter(source__object_id=keys[1]).update(enabled=False)
    missing.delete()
    page.move(third, pos="left")
    assert order(kis_page("start")) == [*keys[:2], page.translation_key, *keys[2:]]
    assert order(kis_page("start", "sk"))[:2] == [keys[0], page.translation_key]
    page = kis_page(KEY)
    page.move(kis_page("start"), pos="first-child")
    assert order(kis_page("start", "sk"))[:2] == [page.translation_key, keys[0]]
    page = kis_page(KEY)
    page.move(kis_page("kooperationen"), pos="first-child")
    assert order(kis_page("kooperationen", "sk")) == [page.translation_key]
    assert Page.find_problems() == ([], [], [], [], [])


def test_at_the_root_versions_stand_at_the_root(kis_page):
    slovak = kis_page(KEY, "sk")
    kis_page(KEY).move(Page.get_first_root_node(), pos="last-child")
    assert now(slovak).depth == 2 and not Page.find_problems()[0]


def test_one_below_its_original_moves_with_it(kis_page):
    """A version that stands below its original goes with it, and no second time."""
    slovak = kis_page(KEY, "sk")
    MP_Node.move(slovak, kis_page(KEY), pos="last-child")  # Wagtail's move would be refused.
    kis_page(KEY).move(kis_page("start"), pos="last-child")
    assert Page.objects.get(pk=slovak.pk).get_parent().pk == kis_page(KEY).pk
