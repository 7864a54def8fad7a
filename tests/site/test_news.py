"""News on the home page: by date, in each language, in the API and in the search."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils.translation import override
from wagtail.blocks import StreamValue
from wagtail.models import Locale
from wagtail_localize.models import TranslationSource

from home.models import HomePage
from tests.site.test_home import main
from tests.site.test_statements import made

TEXT = "<p>Mehr als <b>hundert</b> Gäste.</p>"


@pytest.fixture
def home(kis_page):
    """A home page with two pieces of news, the older one before the newer."""
    page = kis_page("start")
    entries = [
        {"date": "2026-03-05", "title": "Umzug", "text": "", "page": None, "url": ""},
        {
            "date": "2026-11-25",
            "title": "Fachtag",
            "text": TEXT,
            "page": kis_page("fachtagungen").pk,
            "url": "",
        },
    ]
    stream = HomePage.body.field.stream_block
    value = stream.child_blocks["news"].to_python({"heading": "", "entries": entries})
    page.body = StreamValue(stream, [("news", value)])
    page.save_revision().publish()
    return HomePage.objects.get(pk=page.pk)


def test_the_newest_stands_first_with_its_day_in_words(home, kis_page):
    text = main(home).partition("<h2>Aktuelles</h2>")[2].partition("</section>")[0]
    assert text.index("Fachtag") < text.index("Umzug")
    assert '<time datetime="2026-11-25">25. November 2026</time>' in text
    assert f'<a href="{kis_page("fachtagungen").url}">Fachtag</a>' in text
    assert "<b>hundert</b>" in text and "<h3>Umzug</h3>" in text


def test_what_it_leads_to_is_a_link_while_it_is_public(home, kis_page):
    kis_page("fachtagungen").unpublish()
    assert "<h3>Fachtag</h3>" in main(home)


def test_the_api_has_it(home, api):
    [block] = api(f"pages/{home.pk}/?fields=body")["body"]
    assert block["type"] == "news"
    older, newer = block["value"]["entries"]
    older, newer = (one.get("value", one) for one in (older, newer))
    assert (older["title"], older["date"]) == ("Umzug", "2026-03-05")
    assert newer["text"] == TEXT


def test_it_is_found(home):
    found = Client().post("/de/search/", {"q": "Umzug"}).content.decode()
    assert f'href="{home.url}"' in found


def test_its_words_are_translated_and_its_days_are_not(home):
    source, _created = TranslationSource.update_or_create_from_instance(home)
    paths = {segment.string.data for segment in source.stringsegment_set.all()}
    assert {"Umzug", "Fachtag"} <= paths
    assert not [words for words in paths if re.search(r"\d{4}-\d\d", words)]
    slovak = home.get_translation(Locale.objects.get(language_code="sk"))
    slovak.body = home.body
    slovak.save_revision().publish()
    with override("sk"):
        assert "25. novembra 2026" in main(slovak)


def test_a_page_with_news_takes_as_many_statements(home):
    assert made(home) <= 12


def test_it_leads_to_one_place(home):
    block = HomePage.body.field.stream_block.child_blocks["news"]
    [entry, *_rest] = home.body[0].value["entries"]
    entry["url"], entry["page"] = "https://example.org/", home
    with pytest.raises(ValidationError):
        block.clean(home.body[0].value)
