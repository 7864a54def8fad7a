"""The editors' glossary: terms in inflected forms, terms of a translation, unused terms."""

from html import unescape

import pytest
from django.urls import reverse
from wagtail.models import Locale
from wagtail.test.utils.form_data import inline_formset, nested_form_data
from wagtail_localize.models import StringTranslation, Translation

from partners.desk.term_use import term_finder, unused_terms
from partners.models import Term, TermWord
from tests.desk.test_translation_overview import translator  # noqa: F401


@pytest.fixture
def terms(db):
    def add(word, **words):
        term = Term(word=word)
        term.words = [
            TermWord(language=language, word=one)
            for language, several in words.items()
            for one in several.split("|")
        ]
        term.save()
        return term

    add("häusliche Gewalt", en="domestic violence", sk="domáce násilie", lv="vardarbība ģimenē")
    add("Täterarbeit", sk="práca s páchateľmi|práca s násilnými osobami")
    add("Opferschutz", en="victim protection")
    return add


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hilfe bei häuslicher Gewalt", ["häusliche Gewalt"]),
        ("Gegen die <b>häusliche</b> Gewalt &amp; Stalking", ["häusliche Gewalt"]),
        ("Häusliche und sexualisierte Gewalt", ["häusliche Gewalt"]),
        ("Gewalt im öffentlichen Raum", []),
        ("häusliche Pflege, und viel später in diesem Satz auch Gewalt", []),
        ("In der Täterarbeit", ["Täterarbeit"]),
        ("Opferschutz", []),
        ("", []),
    ],
)
def test_terms_are_found_in_any_form(terms, text, found):
    assert [term.term for term in term_finder("de", "sk").find(text)] == found


@pytest.mark.parametrize(
    ("language", "text", "is_used"),
    [
        ("sk", "Pomoc pri domácom násilí", True),
        ("sk", "Obete domáceho násilia", True),
        ("sk", "Pomoc pri násilí v rodine", False),
        ("lv", "Palīdzība vardarbības ģimenē gadījumā", True),
        ("lv", "Palīdzība mājās", False),
        ("en", "Help for victims of domestic violence", True),
        ("en", "Help at home", False),
    ],
)
def test_the_translation_may_use_any_form(terms, language, text, is_used):
    [use] = term_finder("de", language).uses("Hilfe bei häuslicher Gewalt", text)
    assert use.is_used is is_used


def test_any_of_several_words_will_do(terms):
    words = term_finder("de", "sk")
    for text, is_used in (
        ("práce s páchateľmi", True),
        ("prácu s násilnými osobami", True),
        ("x", False),
    ):
        [use] = words.uses("Täterarbeit", text)
        assert use.is_used is is_used
    [use] = words.uses("Täterarbeit", None)
    assert use.is_used is None


@pytest.fixture
def lead(kis_page):
    """A function that sets the lead of a page in German and Slovak."""
    german = kis_page("triade")
    german.lead = "Hilfe bei häuslicher Gewalt."
    german.save_revision().publish()
    translation = Translation.objects.get(
        source__object_id=german.translation_key, target_locale__language_code="sk"
    )
    translation.source.update_from_db()
    segment = translation.source.stringsegment_set.get(context__path="lead")

    def say(text, code="sk"):
        StringTranslation.objects.update_or_create(
            translation_of=segment.string,
            context=segment.context,
            locale=Locale.objects.get(language_code=code),
            defaults={"data": text, "translation_type": "manual"},
        )

    say.translation = translation
    return say


def missed(path="lead"):
    return [(one.language, one.wanted) for one in unused_terms() if one.path == path]


def test_the_report_lists_translations_that_do_not_use_it(editor, terms, lead, kis_page):
    page = kis_page("triade", "sk")
    lead("Pomoc pri násilí v rodine.")
    assert (("sk", "häusliche Gewalt")) in missed()
    response = editor.get(reverse("glossary_report"), {"language": "sk"})
    text = unescape(response.content.decode())
    assert "Pomoc pri násilí v rodine." in text and "domáce násilie" in text
    assert reverse("wagtailadmin_pages:edit", args=[page.pk]) in text
    assert {row.language for row in response.context["object_list"]} == {"sk"}
    csv = b"".join(editor.get(reverse("glossary_report"), {"export": "csv"}).streaming_content)
    assert "Pomoc pri násilí v rodine." in csv.decode()
    before = missed()
    lead("Pomoc pri domácom násilí.")
    assert len(missed()) == len(before) - 1


def test_a_translator_sees_the_terms_of_the_open_text(translator, terms, lead):  # noqa: F811
    url = reverse("terms_of_translation", args=[lead.translation.pk])
    text = unescape(translator.get(url).content.decode())
    assert "häusliche Gewalt" in text and "domáce násilie" in text and "lead" in text
    lead("Pomoc pri násilí.")
    assert "nicht überall verwendet" in unescape(translator.get(url).content.decode())
    page = lead.translation.get_target_instance()
    editor_page = translator.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert "kis_partners/terms.js" in editor_page.content.decode()
    other = Translation.objects.exclude(target_locale__language_code="sk").first()
    assert translator.get(reverse("terms_of_translation", args=[other.pk])).status_code == 302
    rows = translator.get(reverse("glossary_report")).context["object_list"]
    assert rows and {row.language for row in rows} == {"sk"}
    Term.objects.all().delete()
    assert translator.get(url).content.decode().strip() == ""


def test_the_number_of_statements_does_not_grow(terms, lead, django_assert_max_num_queries):
    for number in range(20):
        terms(f"Wort{number}", sk=f"slovo{number}")
    with django_assert_max_num_queries(8):
        list(unused_terms())


def test_terms_are_written_and_found_in_the_admin(editor, terms):
    url = reverse(Term.snippet_viewset.get_url_name("add"))
    words = inline_formset([{"language": "sk", "word": "prenasledovanie"}])
    data = nested_form_data({"word": "Nachstellung", "note": "Stalking", "words": words})
    assert editor.post(url, data).status_code == 302
    listing = reverse(Term.snippet_viewset.get_url_name("list"))
    text = unescape(editor.get(listing, {"q": "Nachstellungen"}).content.decode())
    assert "sk: prenasledovanie" in text and "Opferschutz" not in text
    wrong = nested_form_data(
        {"word": "Neu", "note": "", "words": inline_formset([{"language": "xx", "word": "x"}])}
    )
    assert editor.post(url, wrong).status_code == 200
    assert not Term.objects.filter(word="Neu").exists()
