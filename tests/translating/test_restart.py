"""Starting synced translation again keeps what was written by hand, unless told otherwise."""

import pytest
from wagtail_localize.models import StringTranslation, Translation, get_edit_url

from partners.translating import submitting

KEY = "triade"


@pytest.fixture
def stopped(kis_page):
    """The Slovak version of a page whose translation was stopped and that was edited by hand."""
    page = kis_page(KEY, "sk")
    translations(page).update(enabled=False)
    page.title, page.lead = "Ručne napísané", "Nový úvod"
    body = page.body.get_prep_value()
    body.append({"type": "paragraph", "id": "navyse", "value": "<p>Iba tu</p>"})
    page.body = page._meta.get_field("body").to_python(body)
    page.save_revision().publish()
    return page


def translations(item):
    return Translation.objects.filter(
        source__object_id=item.translation_key, target_locale=item.locale
    )


def restart(client, item, **more):
    return client.post(get_edit_url(item), {"localize-restart-translation": "1", **more})


def stored(item):
    rows = StringTranslation.objects.filter(
        context__object_id=item.translation_key, locale=item.locale
    )
    return dict(rows.values_list("context__path", "data"))


def published(client, item):
    """The item as it is when its translation is published."""
    client.post(get_edit_url(item), {"action": "publish", "incomplete": "1"})
    item = type(item).objects.get(pk=item.pk)
    assert item.live
    return item


def test_it_is_asked_and_shown(editor, stopped):
    before = stored(stopped)
    html = restart(editor, stopped).content.decode()
    for word in ("Ručne napísané", "Nový úvod", "Iba tu", before["title"], "kopieren"):
        assert word in html, word
    assert not translations(stopped).get().enabled and stored(stopped) == before


@pytest.mark.parametrize("words", ["by-hand", "stored"])
def test_the_words_are_kept_or_given_up(editor, stopped, words):
    before = stored(stopped)
    assert restart(editor, stopped, words=words).status_code == 302
    assert translations(stopped).get().enabled
    page = published(editor, stopped)
    kept = words == "by-hand"
    assert page.title == ("Ručne napísané" if kept else before["title"])
    assert page.lead == ("Nový úvod" if kept else before["lead"])
    row = StringTranslation.objects.get(
        context__object_id=page.translation_key, locale=page.locale, context__path="title"
    )
    assert (row.translation_type, row.last_translated_by) == (
        ("manual", editor.user) if kept else ("machine", None)
    )


def test_nobody_is_asked_where_nothing_was_written(editor, kis_page):
    page = kis_page(KEY, "sk")
    translations(page).update(enabled=False)
    before = stored(page)
    assert restart(editor, page).status_code == 302
    assert translations(page).get().enabled and stored(page) == before


def test_a_draft_counts(editor, kis_page):
    page = kis_page(KEY, "sk")
    translations(page).update(enabled=False)
    page.title = "Iba koncept"
    page.save_revision()
    assert "Iba koncept" in restart(editor, page).content.decode()
    restart(editor, page, words="by-hand")
    assert published(editor, page).title == "Iba koncept"


def test_links_and_several_paragraphs_in_one_place(editor, kis_page):
    """What a place has, its own words can have; a link that it doesn't have, they can't."""
    page = kis_page("impressum", "sk")
    translations(page).update(enabled=False)
    body = page.body.get_prep_value()
    found = next(
        one for one in body if one["type"] == "paragraph" and one["value"].count("<p") == 1
    )
    found["value"] = '<p>Nový <a href="https://example.org/">odkaz</a></p>'
    page.body = page._meta.get_field("body").to_python(body)
    page.save_revision().publish()
    assert "kopieren" in restart(editor, page).content.decode()


def test_a_snippet(editor, kis_page):
    page = kis_page("polizeidirektion-leipzig", "sk")
    item = page.organisation.get_translation(page.locale)
    translations(item).update(enabled=False)
    item.name = "Ručne"
    item.save_revision().publish()
    assert "Ručne" in restart(editor, item).content.decode()
    restart(editor, item, words="by-hand")
    assert published(editor, item).name == "Ručne"


def test_submitting_it_again_keeps_them(stopped, kis_page):
    submitting.submit(kis_page(KEY), [stopped.locale])
    assert translations(stopped).get().enabled
    assert stored(stopped)["title"] == "Ručne napísané"


def test_who_may_not_edit_it_can_not(client, stopped, django_user_model):
    user = django_user_model.objects.create_user("ohne", password="geheim", is_staff=True)
    client.force_login(user)
    restart(client, stopped, words="by-hand")
    assert not translations(stopped).get().enabled
