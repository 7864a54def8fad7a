"""Names, addresses and numbers that a machine must not see, however they are written.

The people are obviously invented.
"""

from __future__ import annotations

import random
import re
import unicodedata

import pytest

from partners.translating.masks import Names, mask, unmask

#: A name, and forms that texts in four languages give it.
PEOPLE = {
    "Erika Mustermann": [
        "Frau Mustermanns Team", "Erikas Büro", "MUSTERMANN", "mustermann", "Mustermannová",
        "s Mustermannovou", "Mustermannovej", "Mustermannom", "Mustermanna", "pre Eriku",
        "s Erikou", "Eriky", "Mustermane", "Mustermanes", "Mustermanei", "Erikai", "Mustermannsche",
        "die Mustermanns", "Mustermann's", "Mustermann-Beispiel", "Team-Mustermann",
        "Mustermannhaus",
    ],
    "Jürgen Größl": [
        "Groessl", "Großl", "Grossl", "GRÖSSL", "Größls", "Juergen", "Jurgen", "JÜRGENS",
        "Größlová", "Größlovi", "Gro\u0308ßl", "Grosl",
    ],
    "Ľudmila Vzorová": [
        "Ludmila", "Ľudmily", "Ľudmile", "Vzorovej", "Vzorovú", "Vzorovou", "VZOROVA", "Vzor",
        "Ludmilou", "Vzorovci",
    ],
    "Ján Príkladný": [
        "Jána", "Jánovi", "Jánom", "Janom", "JAN", "Príkladného", "Príkladnému", "Prikladny",
        "Príkladným", "Príkladnej", "Príkladná",
    ],
    "Peter Vymyslel": [
        "Petra", "Petrovi", "Petrom", "Vymysla", "Vymyslom", "Peters", "Vymyslelová"
    ],
    "Jānis Paraugs": [
        "Jāņa", "Jānim", "Jāni", "Janis", "JĀNIS", "Parauga", "Paraugam", "Paraugu", "Paraugā",
        "Parauga kundze",
    ],
    "Ilze Izdomāta-Bērziņa": [
        "Ilzes", "Ilzei", "Ilzi", "Bērziņas", "Bērziņai", "Bērziņu", "Berzina", "BĒRZIŅA",
        "Izdomātas", "Izdomātai", "Izdomata",
    ],
    "Briedis": ["Brieža", "Briedim", "Briedi", "Briezis"],
    "Anna Novák": ["Anny", "Anne", "Annu", "Annas", "Annai", "Nováka", "Novákom", "Nováci", "ANNA"],
    "Eva Fiktiv": ["Evas", "Evy", "Evou", "Evai", "EVA", "Fiktivs", "Fiktivovej"],
    "Max Schmidt-Erfunden": [
        "Schmidts", "Schmitt", "Šmita", "Shmidt", "Erfundens", "Maxa", "Maxom", "Maksis"
    ],
}  # fmt: skip
CASES = [(name, form) for name, forms in PEOPLE.items() for form in [*name.split(), *forms]]
NAMES = Names(PEOPLE, ["0341 998877", "+421 2 5555 1234"])

ZERO_WIDTH = ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u034f"]


def sent(text):
    """What is sent of a text, without the placeholders; nothing if it is withheld."""
    found = mask(text, NAMES)
    if found is None:
        return ""
    masked, hidden = found
    assert unmask(masked, hidden) == text
    return re.sub(r'<x id="n\d+"/>', "", masked)


def plain(text):
    """Letters and digits without marks and markup, in small letters."""
    bare = unicodedata.normalize("NFKD", re.sub("<[^>]*>", "", text).casefold())
    return "".join(one for one in bare if one.isalnum())


FRAMES = [
    "Bitte rufen Sie {} an.", "„{}“", "({})", "<b>{}</b>", "Das Team um <a id=\"a1\">{}</a> hilft.",
    "1{}2", "_{}_", "{}", "Zimmer 4:{}",
]  # fmt: skip


@pytest.mark.parametrize(("name", "form"), CASES)
def test_a_name_is_not_sent_in_any_form(name, form):
    for frame in FRAMES:
        left = sent(frame.format(form))
        words = [word for word in re.findall(r"\w+", form) if word not in ("Frau", "Team", "Büro")]
        stem = plain(max(words, key=len))[:4]
        if len(stem) > 3:
            assert stem not in plain(left), (frame, left)
        assert form not in left, (frame, left)


WAYS = {
    "markup": lambda one: f"<b>{one[:3]}</b>{one[3:]}",
    "two marks": lambda one: f"<i>{one[:2]}</i><b>{one[2:4]}</b>{one[4:]}",
    "nested": lambda one: f"<b>X <i>{one[:3]}</i></b>{one[3:]}",
    "a link": lambda one: f'{one[:3]}<a id="a1">{one[3:]}</a>',
    "a line": lambda one: f"{one[:4]}<br/>{one[4:]}",
    "a hyphen": lambda one: f"{one[:4]}-{one[4:]}",
    "a dash": lambda one: f"{one[:4]}\u2011{one[4:]}",
    "spaced": " ".join,
    "dots": ".".join,
    "nbsp": "\u00a0".join,
    "entities": lambda one: "".join(f"&#{ord(sign)};" for sign in one),
    "wide": lambda one: "".join(
        chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in one
    ),
    "decomposed": lambda one: unicodedata.normalize("NFD", one),
    "upper": str.upper,
    **{f"U+{ord(sign):04X}": lambda one, sign=sign: sign.join(one) for sign in ZERO_WIDTH},
    "&shy;": "&shy;".join,
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ["Mustermann", "Größl", "Príkladný", "Bērziņa", "Paraugam"])
def test_a_name_is_not_sent_however_it_is_written(way, name):
    text = f"Frau {WAYS[way](name)} hilft."
    left = sent(text)
    assert plain(name)[:5] not in plain(left)
    if left:
        assert "hilft" in left


DIVIDERS = [
    *[""] * 3, "-", " ", "\u00ad", "&shy;", "<b></b>", "<br/>", "\u200b", ".", "/", "_", "*",
    "\u00a0", "&nbsp;", "</b><b>", "&#8209;", "\t",
]  # fmt: skip


def divided(source, text):
    """A text with something else between its signs each time."""
    return "".join(f"{one}{source.choice(DIVIDERS)}" for one in text[:-1]) + text[-1]


@pytest.mark.parametrize("seed", range(4))
def test_a_name_is_not_sent_however_it_is_divided(seed):
    source = random.Random(seed)
    forms = [form for _name, form in CASES if len(plain(form)) > 5 and " " not in form]
    for _time in range(800):
        form = source.choice(forms)
        text = source.choice([form, form.upper(), unicodedata.normalize("NFD", form)])
        text = f"<b>Frau {divided(source, text)}</b> und 12 andere"
        assert plain(form)[:5] not in plain(sent(text)), text


@pytest.mark.parametrize("seed", range(4))
def test_a_number_is_not_sent_however_it_is_divided(seed):
    source = random.Random(seed)
    for _time in range(800):
        number = source.choice(["0", "+49", "0049"]) + "341998877"
        text = f"<b>Rufen Sie {divided(source, number)}</b> an."
        assert "99887" not in plain(sent(text)), text


@pytest.mark.parametrize(
    "text",
    [
        "<b>Muster</b>mann", "Muster&shy;mann", "Erika&nbsp;Mustermann", "Musterma\u0301nn",
        "Frau Mustermann&#x27;s Team", "<b>Erika</b> <i>Mustermann</i>",
    ],
)  # fmt: skip
def test_what_can_be_masked_is_sent_and_comes_back(text):
    found = mask(f"{text} und andere", NAMES)
    assert found is not None and "und andere" in found[0]
    assert unmask(*found) == f"{text} und andere"


def test_markup_around_a_name_stays_whole():
    masked, hidden = mask("Im <b>Team <i>Muster</i>mann</b> und <b>hier</b>", NAMES)
    assert masked == 'Im <b>Team <x id="n0"/></b> und <b>hier</b>'
    assert hidden == ["<i>Muster</i>mann"]


@pytest.mark.parametrize(
    "text",
    [
        "Muster mann", "Muster-mann", "M u s t e r m a n n", "Muster<br/>mann",
        "М\u0443stermann", "Mυstermann", "erika @", "a@", "<div>Text</div>", "<b>Text", "Text</b>",
        "<b><i>Text</b></i>", '<b title="Erika">Text</b>', "<!-- Erika -->", 'ein <x id="n0"/>',
        "E v a", "E.v.a", "A-n-n-a",
    ],
)  # fmt: skip
def test_what_cannot_be_masked_for_certain_is_not_sent(text):
    assert mask(text, NAMES) is None


@pytest.mark.parametrize(
    "number",
    [
        "0341.998877", "0341 998877", "0341/998877", "(0341) 99 88 77", "+49 341 998877",
        "+49(0)341-998877", "0049341998877", "0341 – 99 88 77", "0341\u00a0998877",
        "0341\u202f99 88 77",
        "0341 <b>99</b>8877", "03&shy;41998877", "0341\u200b998877", "０３４１ ９９８８７７",
        "0341 / 99 88 - 0", "998877", "Tel. 12345", "Telefón: 5555", "tālr. 67123", "Durchwahl -17",
        "0341<br/>998877", "+421 2/5555 1234", "02 5555-1234", "0 3 4 1 9 9 8 8 7 7",
        "0341·99·88·77",
        "٠٣٤١٩٩٨٨٧٧", "116 006",
    ],
)  # fmt: skip
def test_a_number_like_a_telephone_is_not_sent(number):
    left = sent(f"Rufen Sie {number} an.")
    assert left == "" or (not re.search(r"\d", left) and "Rufen Sie" in left)


@pytest.mark.parametrize(
    "mail",
    [
        "erika@example.org", "ERIKA.M@EXAMPLE.ORG", "wer (at) example.org",
        "wer[at]example[dot]org", "wer @ example . org", "wer&#64;example.org",
        "wer<b>@</b>example.org", "wer\u200b@example.org",
        "wer＠example.org", "wer{ät}example.org",
    ],
)  # fmt: skip
def test_a_mail_address_is_not_sent(mail):
    left = sent(f"Schreiben Sie an {mail} heute.")
    assert left == "" or ("example" not in left.lower() and "Schreiben" in left)


@pytest.mark.parametrize(
    "text",
    [
        "Die Beratung ist kostenlos und vertraulich.",
        "Seit dem 1.2.2004, am 20. 11. 2026 und 2004–2026 mit 12.500 Euro, § 1666 BGB, 04109 Ort.",
        "Poradňa je otvorená od januára 2004 a je bezplatná pre všetkých.",
        "Konsultācija ir konfidenciāla kopš 2004. gada janvāra.",
        "The advice centre is free, confidential and open to everybody.",
        "An der Ecke, ans Fenster, in jedem Fall, im Rahmen eines Projekts.",
        'Mehr <a id="a1">beim Verein</a>,<br/>den <b>Fachkräften</b> &amp; anderen.',
    ],
)
def test_ordinary_texts_are_sent_as_they_are(text):
    assert mask(text, NAMES) == (text, [])


def test_common_words_that_are_names_mask_too_much():
    """Rather than too little; the words come back untranslated."""
    names = Names({"Rosa Berg"})
    assert mask("Bergbau und Berge, rosa Rosen", names) == (
        'Bergbau und <x id="n0"/>, <x id="n1"/> <x id="n2"/>', ["Berge", "rosa", "Rosen"],
    )  # fmt: skip


def test_particles_and_titles_are_words():
    names = Names({"Prof. Dr. Erika von der Muster"})
    masked, hidden = mask("Von der Beratung, Prof. Muster", names)
    assert masked == 'Von der Beratung, Prof. <x id="n0"/>' and hidden == ["Muster"]


def test_without_people_numbers_and_addresses_are_masked_all_the_same():
    assert mask("Tel. 0341 998877", Names([])) == ('Tel. <x id="n0"/>', ["0341 998877"])
