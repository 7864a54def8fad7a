"""The order of words in each language, compared with ICU's."""

from itertools import pairwise

import pytest
from babel import Locale
from django.db import connection

from partners.words import countries
from partners.words.collation import compare, order_key
from partners.words.languages import Language, language, register, unregister

# Signs, spaces, figures, capitals, marks, and letters of their own.
MIXED = (
    "a b|a-b|ab|a b c|a, b|„a“|(a)|a 2|a 10|2a|10|A1|Täter*innen|Täterinnen|Taten|Täten|Œuvre|"
    "Oevre|đak|dak|dz|Ø|Oz|É|e|E|é|Ea|éa|KIS – Leipzig|KIS Leipzig|KIS-Leipzig|x: y|x; y|x! y|x? y|"
    "x. y|x & y|x + y|§ 4|a’b|a'b|à|á|â|ã|å|ä|ā|ą|ă|ch|cH|Ch|CH|h|H|i|ci|Chz|Hra|y|ý|í|iz|ypsilon|"
    "Łz|Lz|Straße|Strasse|Strassen|ź|ż|Źa|Za|zz"
).split("|")


class Polish(Language):
    code = "pl"
    own_letters = ("a ą", "c ć", "e ę", "l ł", "n ń", "o ó", "s ś", "z ź ż")


@pytest.fixture
def polish():
    register(Polish)
    yield
    unregister("pl")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("de", "Oslo Österreich Otto Zypern"),
        ("de", "Strasse Straße Strassen"),
        ("en", "Åland Albania Zambia"),
        ("sk", "Cena Cyprus Čaj Daleko Ďalšie Hora Chata Iný Sver Šveice Zem Žena"),
        ("lv", "Cena Čehija Gads Ģimene Iela Yukon Jelgava Skola Šveice"),
        ("pl", "Lublin Łódź Malbork"),
    ],
)
def test_words_stand_where_readers_look_for_them(polish, code, words):
    words = words.split()
    assert sorted(reversed(words), key=lambda word: order_key(word, code)) == words


@pytest.mark.parametrize("code", ["de", "en", "sk", "lv", "pl"])
def test_countries_are_in_the_order_of_their_language(code):
    names = list(countries.names(code).values())
    assert len(names) > 240
    assert names == sorted(names, key=lambda name: order_key(name, code))
    assert names[-1][0] in "SZŻ"


def test_only_equal_texts_are_in_the_same_place():
    for one, other in pairwise(sorted(MIXED, key=lambda word: order_key(word, "sk"))):
        assert compare(one, other, "sk") == -1
        assert compare(other, one, "sk") == 1
    assert compare("Ä", "A\u0308", "de") != 0
    assert compare("Čaj", "Čaj", "de") == 0


def test_a_language_without_an_entry_has_the_order_of_all():
    assert language("fi").own_letters is None
    assert order_key("Ä", "fi") < order_key("B", "fi") < order_key("я", "fi")


@pytest.mark.parametrize("code", ["de", "en", "sk", "lv", "pl"])
def test_the_order_is_that_of_icu(db, polish, code):
    """PostgreSQL sorts by ICU's collations; SQLite must sort the same."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no ICU")
    words = set(MIXED)
    for one in ("de", "en", "sk", "lv", "pl", "fr", "cs"):
        words |= set(Locale(one).territories.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT word FROM unnest(%s::text[]) word ORDER BY word COLLATE "{code}-x-icu"',
            [list(words)],
        )
        theirs = [word for (word,) in cursor.fetchall()]
    assert sorted(words, key=lambda word: order_key(word, code)) == theirs
