"""A language that the site is given and nobody has translated the interface into: Polish.

What readers see is Polish where there are words, else English that is marked as English, and
nowhere German, the language of the site.
"""

from io import StringIO

import polib
import pytest
from bs4 import BeautifulSoup
from bs4.element import Comment, Doctype
from django.core.management import call_command
from django.test import Client
from django.utils import translation
from wagtail.models import Locale, Page

from kis_wagtail.catalogues import CATALOGUES
from partners.words import interface
from partners.words.languages import Language, register, unregister
from tests.languages import LANGUAGES

POLISH = {
    "Leave this page": "Opuść tę stronę",
    "Search": "Szukaj na stronie",
    "Period": "Okres",
    "Results for “%(query)s”: %(counter)s": "Wyniki dla „%(query)s”: %(counter)s",
}


SEARCH = "/pl/search/"


@pytest.fixture
def polish(settings, db, kis_page):
    """The site in Polish: a home page, a list and a network, with Polish titles."""
    several = [*settings.LANGUAGES, ("pl", "Polnisch")]
    settings.LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES = several
    locale = Locale.objects.create(language_code="pl")
    for key in ("start", "kooperationen", "netzwerk-kinderschutz"):
        source = kis_page(key)
        page = source.copy_for_translation(locale)
        page.title = page.seo_title = f"Strona {page.pk}"
        page.slug = f"strona-{page.pk}"
        page.lead, page.body, page.search_description = "Wstęp.", [], ""
        for name in ("period_wording", "purpose", "region", "search_terms"):
            if hasattr(page, name):
                setattr(page, name, "")
        if hasattr(page, "since"):
            page.since = "2003-11"
        page.save_revision().publish()
    interface.put_english_first()
    yield Page.objects.get(pk=page.pk).specific
    unregister("pl")


@pytest.fixture
def catalogue(settings, tmp_path):
    """Some Polish words, as a site brings them."""
    folder = tmp_path / "pl" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    po = polib.POFile()
    po.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Language": "pl"}
    po.extend(polib.POEntry(msgid=text, msgstr=words) for text, words in POLISH.items())
    po.save_as_mofile(str(folder / "django.mo"))
    settings.LOCALE_PATHS = [*settings.LOCALE_PATHS, tmp_path]
    interface.put_english_first()


def german_words():
    """The interface in German, without what German and English have in common."""
    entries = [
        entry
        for catalogue in CATALOGUES.values()
        for entry in polib.pofile(str(catalogue / "de/LC_MESSAGES/django.po"))
    ]
    english = {entry.msgid.casefold() for entry in entries}
    return {entry.msgstr.casefold() for entry in entries} - english - {""}


def read(html):
    """The texts of a page as (language, text); without those of its head and of scripts."""
    page = BeautifulSoup(html, "html.parser")
    for node in page.select("head, script"):
        node.decompose()
    for node in page.find_all(string=True):
        if (text := " ".join(node.split())) and not isinstance(node, (Comment, Doctype)):
            yield node.find_parent(lang=True)["lang"], text


def get(path, status=200):
    answer = Client().get(path)
    assert answer.status_code == status
    return answer.content.decode()


def pages(network):
    return [
        get(network.url),
        get(network.get_parent().specific.url),
        get(network.get_parent().get_parent().specific.url),
        get(SEARCH),
        get("/pl/nie-ma/", 404),
    ]


def test_no_german_word_is_on_a_polish_page(polish):
    german, english = german_words(), interface.untranslated("pl")
    assert len(german) > 400 and len(english.texts) > 400
    marked = set()
    for html in pages(polish):
        for language, text in read(html):
            if language == "pl":
                assert text.casefold() not in german, text
                assert text.removesuffix(":") not in english, text
            elif language == "en":
                marked.add(text)
    assert marked >= {
        "Skip to content", "Leave this page", "Search", "Level", "Network",
        "What are you looking for?", "Last updated:",
        "Or press Shift three times.",
    }  # fmt: skip


def test_the_exit_is_english_and_says_so(polish):
    page = BeautifulSoup(get(polish.url), "html.parser")
    control = page.find(id="exit")
    assert (control.text, control["lang"]) == ("Leave this page", "en")
    assert control["data-leaving"] == "Leaving this page"
    assert control["href"] == "https://pl.wikipedia.org/"
    assert page.find(id="exit-status")["lang"] == "en"
    assert page.html["lang"] == "pl"


def test_words_that_the_site_translates_are_polish_and_not_marked(polish, catalogue):
    html = get(polish.url)
    page = BeautifulSoup(html, "html.parser")
    control = page.find(id="exit")
    assert (control.text, control.get("lang")) == ("Opuść tę stronę", None)
    texts = set(read(html))
    assert ("pl", "Okres") in texts and ("en", "Level") in texts
    found = Client().post(SEARCH, {"q": "strona"}).content.decode()
    assert any(one == "pl" and text.startswith("Wyniki dla") for one, text in read(found))


def test_a_text_with_a_number_or_a_query_is_marked_too(polish):
    found = Client().post(SEARCH, {"q": "strona"}).content.decode()
    assert any(one == "en" and text.startswith("Results for “strona”") for one, text in read(found))


def test_dates_have_no_words_of_another_language(polish):
    since = ("since", "from", "seit", "von", "od ", "kopš")
    texts = {text.lower() for language, text in read(get(polish.url)) if language == "pl"}
    assert len(texts) > 5 and not any(text.startswith(since) for text in texts)
    polish.since, polish.period_wording = "2003-11", ""
    assert polish.period_text == "listopad 2003\u2009–"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_languages_of_the_project_have_all_words(language, kis_page):
    assert interface.lacking(language, CATALOGUES.values()) == []
    texts = list(read(get(kis_page("netzwerk-kinderschutz", language).url)))
    assert len(texts) > 20
    for label in ("Partner", "Level", "Period"):
        with translation.override(language):
            assert interface.language_of(translation.gettext(label)) == ""


@pytest.mark.slow
def test_a_reader_of_german_still_reads_german(polish):
    with translation.override("de"):
        assert translation.gettext("Leave this page") == "Diese Seite verlassen"
    with translation.override("pl"):
        assert translation.gettext("Leave this page") == "Leave this page"
        # Wagtail's own texts have no English catalogue: a site has them in its own language.
        assert translation.gettext("Save") == "Zapisz"


# What manage.py check says


def messages(code="pl"):
    from partners.checks import check_languages

    return {
        message.id.rpartition(".")[2]: message.msg
        for message in check_languages(None)
        if f"'{code}'" in message.msg
    }


def test_the_check_names_what_a_language_lacks(polish):
    said = messages()
    assert said.keys() == {"W010", "W011", "W013", "W014"}
    assert said["W014"].endswith("readers see them in English.")
    number, _of, total = said["W014"].split()[:3]
    assert 550 < int(number) < int(total)


@pytest.mark.slow
def test_the_check_names_what_an_entry_leaves_out(polish):
    class Tongue(Language):
        code = "pl"

    register(Tongue)
    assert messages().keys() == {"W011", "W013", "W014"}


def test_the_check_counts_what_a_catalogue_leaves_out(polish, settings, request):
    before = int(messages()["W014"].split()[0])
    request.getfixturevalue("catalogue")
    # "Search" is a word of Wagtail's, too, which has Polish catalogues.
    assert before - int(messages()["W014"].split()[0]) == len(POLISH) - 1


def test_a_language_without_a_stemmer_is_named(settings):
    settings.LANGUAGES = [*settings.LANGUAGES, ("vi", "Vietnamesisch")]
    assert "W012" in messages("vi")


def test_the_check_says_nothing_of_the_languages_of_the_project(db):
    out, errors = StringIO(), StringIO()
    call_command("check", databases=["default"], stdout=out, stderr=errors)
    assert errors.getvalue() == ""
    assert "no issues" in out.getvalue()
