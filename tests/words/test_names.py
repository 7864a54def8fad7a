"""Names of people in texts, as they are written in four languages."""

import pytest

from partners.words.names import NameSearch

ERIKA = NameSearch(["Dr. Erika Mustermann"])


def found(search, text):
    return [text[one.start : one.end] for one in search.find(text) if one.sure]


@pytest.mark.parametrize(
    "text, mention",
    [
        ("Ich bin Erika Mustermann.", "Erika Mustermann"),
        ("ERIKA MUSTERMANN", "ERIKA MUSTERMANN"),
        ("Frau Mustermanns Team", "Frau Mustermanns"),
        ("Mustermann’s team", "Mustermann’s"),
        ("bei Mustermann, Erika (2. Stock)", "Mustermann, Erika"),
        ("von E. Mustermann", "E. Mustermann"),
        ("pani Mustermannová", "pani Mustermannová"),
        ("s pani Erikou Mustermannovou", "Erikou Mustermannovou"),
        ("o Mustermannovej", "Mustermannovej"),
        ("Ērikas Mustermanes darbs", "Ērikas Mustermanes"),
        ("ar Ēriku Mustermani", "Ēriku Mustermani"),
        ("portrait_erika_mustermann_2.jpg", "erika_mustermann"),
        ("erikamustermann.jpg", "erikamustermann"),
        ("interview-mit-erika-mustermann", "erika-mustermann"),
        ("erika.mustermann@example.org schreiben", "erika.mustermann@example.org"),
        ("e.mustermann@example.org", "e.mustermann@example.org"),
        ("siehe https://example.org/team/mustermann/ dort", "https://example.org/team/mustermann/"),
        ("Seite https://example.org/%45rika-Mustermann", "https://example.org/%45rika-Mustermann"),
        ("title=Frau+%4Dustermann&slug=x", "title=Frau+%4Dustermann&slug=x"),
        ("Erika <b>Muster</b>mann", "Erika <b>Muster</b>mann"),
        ("Erika&nbsp;Mustermann", "Erika&nbsp;Mustermann"),
        ("Muster\u00adman\u200bn", "Muster\u00adman\u200bn"),
    ],
)
def test_a_name_is_found_in_all_its_forms(text, mention):
    assert found(ERIKA, text) == [mention]


@pytest.mark.parametrize(
    "name, texts",
    [
        ("Jörg Größl", ["Groessl", "Größl", "GRÖSSL", "Grossl", "Gr&ouml;&szlig;l", "Größls"]),
        ("Anna Müller-Lüdenscheidt", ["Müller-Lüdenscheidts", "Mueller Luedenscheidt"]),
        ("Ján Kučera", ["Kučeru", "Kučerovi", "Kucerom", "Kučerová", "Jánom Kučerom"]),
        ("Peter Hudec", ["Hudca", "Hudcovi", "Hudcom", "Hudecová"]),
        ("Ivan Horský", ["Horského", "Horskému", "Horská", "Horskej"]),
        ("Jānis Bērziņš", ["Bērziņa", "Bērziņam", "Berzins", "Jāņa Bērziņa"]),
        ("Pēteris Briedis", ["Brieža", "Briedim", "Briedi"]),
        ("Ilze Kalniņa", ["Kalniņas", "Kalniņai", "Kalniņu"]),
    ],
)
def test_a_name_is_found_with_other_letters_and_endings(name, texts):
    search = NameSearch([name])
    assert [text for text in texts if not found(search, text)] == []


@pytest.mark.parametrize(
    "text",
    ["Musterstadt", "ein Muster", "Erika kommt", "Erik Muster", "Obermustermann", "Mustermännchen"],
)
def test_other_words_are_no_mentions(text):
    assert ERIKA.find(text) == []


def test_a_surname_that_others_have_is_no_sure_mention_alone():
    search = NameSearch(["Erika Richter"], is_shared=lambda surname: True, spared=["Jan Richter"])
    text = "Erika Richter, Jan Richter und Richterinnen"
    assert found(search, text) == ["Erika Richter"]
    assert [text[one.start : one.end] for one in search.find(text)] == [
        "Erika Richter", "Richterinnen"
    ]  # fmt: skip
    assert search.replaced(text, "Leitung") == "Leitung, Jan Richter und Richterinnen"


@pytest.mark.parametrize(
    "text, mended",
    [
        ("<p>Erika <b>Muster</b>mann kommt</p>", "<p>Leitung &amp; Rat<b></b> kommt</p>"),
        (
            '<p><a href="mailto:e.mustermann@example.org">Mail an Erika Mustermann</a>, bald</p>',
            "<p>Mail an Leitung &amp; Rat, bald</p>",
        ),
        ('<embed alt="Erika Mustermann" id="1"/>', '<embed alt="Leitung &amp; Rat" id="1"/>'),
        ('<p><a linktype="page" id="3">Mustermann</a></p>',
         '<p><a linktype="page" id="3">Leitung &amp; Rat</a></p>'),
        ("Mustermann und Mustermann", "Leitung & Rat und Leitung & Rat"),
        ("<p>Mustermann</p><p>Erika</p>", "<p>Leitung &amp; Rat</p><p>Erika</p>"),
    ],
)  # fmt: skip
def test_other_words_stand_in_place_of_a_name(text, mended):
    assert ERIKA.replaced(text, "Leitung & Rat") == mended
    assert not ERIKA.holds(mended)


@pytest.mark.parametrize("text", ["0341 / 99 88 771", "+49 341 9988771", "(0341) 998-8771"])
def test_a_number_is_found_as_others_write_it(text):
    search = NameSearch([], phones=["0341.9988771"])
    assert search.replaced(f"Tel. {text}, ab 9 Uhr", "…") == "Tel. …, ab 9 Uhr"


@pytest.mark.parametrize(
    "text, sure",
    [
        ("Frau Richters Team", ["Frau Richters"]),
        ("pani Richterová", ["pani Richterová"]),
        ("Richteres kundze", ["Richteres kundze"]),
        ("Dr. Richter", ["Dr. Richter"]),
        ("die Richter am Amtsgericht", []),
    ],
)
def test_a_surname_that_is_a_word_is_sure_behind_a_salutation(text, sure):
    search = NameSearch(["Erika Richter"], is_word=lambda surname: True)
    assert found(search, text) == sure
    assert search.find(text)


@pytest.mark.parametrize(
    "text",
    [
        "Erika a. " * 5000,
        "Erika " + "a. " * 20000,
        "Mustermann" + "a" * 50000,
        "1" * 50000,
        "0341 " * 10000,
        "a@" * 20000,
        "<" * 50000,
        f"<{'a' * 50000}>",
        "a%20" * 10000,
        "&" * 50000,
    ],
    ids=lambda text: text[:12],
)
def test_no_text_takes_long(text):
    """Each would take minutes if its patterns went back over it again and again."""
    search = NameSearch(["Erika Mustermann"], emails=["e@example.org"], phones=["0341 9988771"])
    search.find(f"Mustermann {text}")
