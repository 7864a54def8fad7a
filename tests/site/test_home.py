"""The home page that editors build from blocks."""

import pytest
from django.test import Client
from django.utils.translation import override
from wagtail.blocks import StreamValue

from home.models import HomePage
from tests.languages import LANGUAGES

WORDS = {
    "de": "Ich brauche Hilfe",
    "en": "I need help",
    "sk": "Potrebujem pomoc",
    "lv": "Man vajadzīga palīdzība",
}


def main(page):
    text = Client().get(page.url).content.decode()
    return text.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_find_their_way_in(kis_page, language):
    text = main(kis_page("start", language))
    ways = text.partition('class="kis-ways"')[2].partition("</ul>")[0]
    assert WORDS[language] in ways
    assert ways.count('href="#emergency"') == 2
    assert f'href="{kis_page("kooperationen", language).url}"' in ways


def test_a_home_page_of_older_blocks_is_as_it_was(kis_page):
    page = kis_page("start")
    page.body = [("paragraph", "<p>Wie bisher.</p>")]
    page.save_revision().publish()
    text = main(page)
    assert "Wie bisher." in text and "kis-ways" not in text
    assert text.count('class="kis-card"') == 9


def test_chosen_cooperations_are_those_of_the_reader_and_only_public_ones(kis_page):
    page, keys = kis_page("start", "sk"), ("fachtagungen", "triade", "polizeidirektion-leipzig")
    chosen = [kis_page(key).pk for key in keys]
    block = {"type": "cooperations", "value": {"heading": "Spolu", "pages": chosen}}
    page.body = StreamValue(HomePage.body.field.stream_block, [block], is_lazy=True)
    page.save_revision().publish()
    kis_page("triade", "sk").unpublish()
    with override("sk"):
        text = main(page)
    assert text.count('class="kis-card"') == 2 and "Spolu" in text
    first, second = (kis_page(key, "sk") for key in keys[::2])
    assert text.index(f'href="{first.url}"') < text.index(f'href="{second.url}"')
    assert kis_page("fachtagungen").url not in text


def test_numbers_stand_where_an_editor_puts_them(kis_page):
    page = kis_page("start")
    page.body = [("help", {"heading": "Wer hilft"})]
    page.save_revision().publish()
    text = main(page)
    assert "Wer hilft" in text and text.count('href="tel:') == 4
