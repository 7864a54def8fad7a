"""Languages of the API: states, fallbacks, aliases; and cursors while the list changes."""

import re

import pytest
from django.test import Client
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, Translation

from home.models import HomePage, StandardPage
from tests.languages import LANGUAGES

pytestmark = pytest.mark.usefixtures("from_shelf_and_pages")

FALLBACK = "pages/?locale=lv&fallback=en,de&limit=100"


def locale(code):
    return Locale.objects.get(language_code=code)


def german_page(kis_page, title="Nur auf Deutsch"):
    return kis_page("start").add_child(instance=StandardPage(title=title, locale=locale("de")))


def language(item):
    return item["meta"]["language"]


def served(answer):
    return [(item["title"], language(item)["served"]) for item in answer["items"]]


def leave_untranslated(page, path):
    """Delete the translations of a page's segments below a path."""
    translation = Translation.objects.get(
        source__object_id=page.translation_key, target_locale=page.locale
    )
    gone = StringTranslation.objects.filter(
        locale=page.locale,
        context__object_id=page.translation_key,
        context__path__startswith=path,
    )
    assert gone.delete()[0]
    translation.save_target(publish=True)
    page.refresh_from_db()
    return page


def test_a_language_is_strict(api, kis_page):
    page = german_page(kis_page)
    alias = page.copy_for_translation(locale("sk"), copy_parents=True, alias=True)
    assert page.title in dict(served(api("pages/?locale=de&limit=100")))
    assert page.title not in dict(served(api("pages/?locale=sk&limit=100")))
    assert page.title not in dict(served(api("pages/?locale=lv&limit=100")))
    answer = api("pages/?locale=sk&include_aliases=true&limit=100")
    [item] = [item for item in answer["items"] if item["id"] == alias.pk]
    assert language(item)["served"] == "de"
    assert language(item)["requested"] == language(item)["fallback_from"] == "sk"
    assert item["meta"]["alias_of"]["id"] == page.pk
    assert item["meta"]["translations"]["sk"] is None
    detail = Client().get(f"/api/v2/pages/{alias.pk}/")
    assert detail.headers["Content-Language"] == "de"


def test_what_stands_in_does_so_in_the_order_that_was_asked_for(api, kis_page):
    german = german_page(kis_page)
    kis_page("triade", "lv").unpublish()
    kis_page("polizeidirektion-leipzig", "lv").unpublish()
    kis_page("polizeidirektion-leipzig", "en").unpublish()
    answer = api(FALLBACK)
    found = {item["meta"]["translation_key"]: item for item in answer["items"]}
    assert len(found) == len(answer["items"]) == answer["meta"]["total_count"] == 17
    expected = {
        german: "de",
        kis_page("triade"): "en",
        kis_page("polizeidirektion-leipzig"): "de",
        kis_page("fachtagungen"): "lv",
    }
    for page, code in expected.items():
        said = language(found[str(page.translation_key)])
        assert said["served"] == code
        assert said["requested"] == "lv"
        assert said["fallback_from"] == (None if code == "lv" else "lv")


def test_filters_order_and_pages_are_those_of_what_is_served(api, kis_page):
    german_page(kis_page, "Aaa nur auf Deutsch")
    answer = api(f"{FALLBACK}&order=title")
    titles = [item["title"] for item in answer["items"]]
    assert titles[0] == "Aaa nur auf Deutsch"
    assert api(f"{FALLBACK}&title=Aaa+nur+auf+Deutsch")["meta"]["total_count"] == 1
    pages, path = [], "pages/?locale=lv&fallback=en,de&limit=4&order=title"
    while path:
        part = api(path)
        pages += [item["title"] for item in part["items"]]
        path = (part["meta"]["next"] or "").partition("/api/v2/")[2]
    assert pages == titles
    below = api(f"{FALLBACK}&child_of={kis_page('start').pk}")
    assert "Aaa nur auf Deutsch" in dict(served(below))
    assert kis_page("kooperationen", "lv").title in dict(served(below))


def test_a_partial_translation_says_which_parts_are_foreign(api, kis_page):
    page = kis_page("landesjugendpfarramt-sachsen", "sk")
    path = f"body.{page.body.raw_data[0]['id']}"
    page = leave_untranslated(page, path)
    item = api(f"pages/{page.pk}/")
    assert language(item)["state"] == "partial"
    assert 0 < language(item)["percent"] < 100
    html = item["body"][0]["value"]
    assert set(re.findall(r'<(?:p|li)[^>]*lang="(\w+)"', html)) == {"de"}
    assert 'lang="' not in str(api(f"pages/{kis_page('triade', 'sk').pk}/")["body"])
    sister = api(f"pages/{kis_page('landesjugendpfarramt-sachsen').pk}/")
    assert sister["meta"]["translations"]["sk"]["state"] == "partial"
    [slovak] = [one for one in api("locales/")["items"] if one["code"] == "sk"]
    assert slovak["pages"]["partial"] == 1


def test_of_a_text_those_parts_are_foreign_that_lack_a_translation_without_error(api, kis_page):
    page = kis_page("landesjugendpfarramt-sachsen", "sk")
    rows = StringTranslation.objects.filter(
        locale=page.locale,
        context__object_id=page.translation_key,
        context__path=f"body.{page.body.raw_data[0]['id']}",
    )
    assert rows.count() > 1
    StringTranslation.objects.filter(pk=rows.first().pk).update(has_error=True)
    Translation.objects.get(
        source__object_id=page.translation_key, target_locale=page.locale
    ).save_target(publish=True)
    item = api(f"pages/{page.pk}/")
    assert language(item)["state"] == "partial"
    assert item["body"][0]["value"].count('lang="de"') == 1


def test_the_least_state_is_a_filter(api, kis_page):
    page = kis_page("triade", "sk")
    everything = api("pages/?locale=sk")["meta"]["total_count"]
    StringTranslation.objects.filter(context__object_id=page.translation_key).update(
        translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL
    )
    assert served(api("pages/?locale=sk&min_state=complete")) == [(page.title, "sk")]
    assert api("pages/?locale=sk&min_state=machine")["meta"]["total_count"] == everything
    assert api("pages/?locale=sk&min_state=source")["items"] == []
    answer = api("pages/?locale=sk&fallback=de&min_state=complete&limit=100")
    assert {code for _title, code in served(answer)} == {"sk", "de"}
    leave_untranslated(page, "purpose")
    assert api("pages/?locale=sk&min_state=complete")["items"] == []
    assert api("pages/?locale=sk&min_state=machine")["meta"]["total_count"] == everything - 1


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_page_is_found_by_address_key_and_slug_in_every_language(api, kis_page, code):
    page = kis_page("triade", code)
    key = page.translation_key
    for query in (
        f"html_path={page.url}",
        f"html_path={page.full_url}",
        f"translation_key={key}&locale={code}",
        f"slug={page.slug}&locale={code}",
        f"id={kis_page('triade', 'de').pk}&locale={code}",
    ):
        answer = Client().get(f"/api/v2/pages/find/?{query}", follow=True).json()
        assert answer["id"] == page.pk, query


def test_what_is_not_there_in_a_language_is_found_in_the_one_that_stands_in(api, kis_page):
    page = german_page(kis_page)
    query = f"/api/v2/pages/find/?translation_key={page.translation_key}&locale=lv"
    assert Client().get(query).status_code == 404
    answer = Client().get(f"{query}&fallback=en,de", follow=True).json()
    assert answer["id"] == page.pk
    assert language(answer)["requested"] == "lv"
    assert language(answer)["fallback_from"] == "lv"


@pytest.mark.slow
@pytest.mark.parametrize("order", ["title", "-last_published_at,title", "-since,title", "id"])
def test_a_list_is_read_to_the_end_and_back_while_pages_come_and_go(api, kis_page, order):
    names = [item["id"] for item in api(f"cooperations/?order={order}&limit=100")["items"]]
    path, forward, backward = f"cooperations/?order={order}&limit=5", [], []
    gone = kis_page("fachtagungen", "sk")
    while path:
        part = api(path)
        forward += [item["id"] for item in part["items"]]
        last, path = part, (part["meta"]["next"] or "").partition("/api/v2/")[2]
        if len(forward) == 10:
            gone.unpublish()
    assert len(forward) == len(set(forward))
    assert [pk for pk in forward if pk != gone.pk] == [pk for pk in names if pk != gone.pk]
    path = (last["meta"]["previous"] or "").partition("/api/v2/")[2]
    backward = [item["id"] for item in last["items"]]
    while path:
        part = api(path)
        backward = [item["id"] for item in part["items"]] + backward
        path = (part["meta"]["previous"] or "").partition("/api/v2/")[2]
    assert backward == [pk for pk in names if pk != gone.pk]


@pytest.mark.slow
def test_cooperations_are_filtered_by_what_they_are(api, kis_page):
    def keys(query):
        return {item["id"] for item in api(f"cooperations/?locale=de&limit=100&{query}")["items"]}

    def pages(*names):
        return {kis_page(name).pk for name in names}

    police = kis_page("polizeidirektion-leipzig").organisation.translation_key
    assert pages("polizeidirektion-leipzig") <= keys(f"organisation={police}")
    assert keys("country=sk") == pages("fachkraefteaustausch")
    assert keys("kind=exchange") == pages("fachkraefteaustausch", "fachtagungen")
    assert keys("kind__in=exchange,network") == keys("kind=exchange") | keys("kind=network")
    assert pages("netzwerk-haeusliche-gewalt") <= keys("level=local")
    assert keys("since=2004-01") == pages("netzwerk-haeusliche-gewalt")
    assert keys("since__gte=2004") | keys("since__lte=2003") >= keys("since=2004")
    items = api("cooperations/?locale=de&limit=100")["items"]
    topic = items[0]["topics"][0]["translation_key"]
    having = {
        item["id"] for item in items if topic in [one["translation_key"] for one in item["topics"]]
    }
    assert keys(f"topic={topic}") == having


def test_fields_are_chosen_at_every_depth(api):
    [item] = api(
        "cooperations/?locale=de&since=2003-11&kind=partner&limit=1&order=title"
        "&fields=_,title,organisation(name,address(city)),body(type)"
    )["items"]
    assert set(item) == {"title", "organisation", "body"}
    assert set(item["organisation"]) == {"name", "address"}
    assert set(item["organisation"]["address"]) == {"city"}
    assert {key for block in item["body"] for key in block} == {"type"}


def test_rich_text_is_given_in_three_formats(api, kis_page):
    pk = kis_page("landesjugendpfarramt-sachsen").pk
    html, markdown, text = (
        api(f"pages/{pk}/?rich_text_format={one}")["body"][0]["value"]
        for one in ("html", "markdown", "text")
    )
    assert "<p>" in html and "](http://localhost/de/" in markdown
    assert "<" not in markdown and "<" not in text and "http" not in text


def test_every_language_is_told_with_its_own_name(api):
    answer = {item["code"]: item for item in api("locales/")["items"]}
    assert answer["sk"]["name"] == "slovenčina"
    assert answer["lv"]["direction"] == "ltr"
    assert (
        sum(answer["de"]["pages"].values())
        == HomePage.objects.get(locale__language_code="de")
        .get_descendants(inclusive=True)
        .live()
        .count()
    )


def test_a_version_that_is_translated_no_more_is_written_in_its_language(api, kis_page):
    page = kis_page("triade", "sk")
    translations = Translation.objects.filter(source__object_id=page.translation_key)
    assert api(f"pages/{page.pk}/")["meta"]["language"]["state"] == "machine"
    translations.filter(target_locale=page.locale).update(enabled=False)
    meta = api(f"pages/{page.pk}/")["meta"]
    assert meta["language"]["state"] == meta["translations"]["sk"]["state"] == "source"
    assert meta["translations"]["lv"]["state"] == "machine"


def test_a_source_that_is_published_again_is_newer_than_its_translations(api, kis_page):
    german, slovak = kis_page("triade"), kis_page("triade", "sk")

    def newer(page):
        return api(f"pages/{page.pk}/")["meta"]["language"]["source_newer"]

    assert not newer(slovak)
    german.lead = "Neue deutsche Worte"
    german.save_revision().publish()
    assert newer(slovak) and not newer(german)


def test_an_item_without_fields_of_meta_has_no_meta(api):
    assert api("pages/?fields=_,title&limit=1")["items"][0].keys() == {"title"}
    assert api("pages/?fields=_,slug&limit=1")["items"][0].keys() == {"meta"}
