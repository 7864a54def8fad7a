"""The handbook in the admin: all chapters in four languages, with pictures."""

import re

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import translation
from wagtail.users.models import UserProfile

from kis_wagtail import handbook

PICTURE = re.compile(r"\]\(images/([\w/-]+\.webp)\)")
DRAFTS = ("sk", "lv")


def text(language):
    return (handbook.FOLDER / f"{language}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("chosen", "shown", "chapter"),
    [
        ("de", "de", "Einreichen und freigeben"),
        ("en", "en", "Submitting and approving"),
        ("sk", "sk", "Odoslanie a schválenie"),
        ("lv", "lv", "Iesniegšana un apstiprināšana"),
    ],
)
def test_it_is_read_in_the_admin(editor, chosen, shown, chapter):
    UserProfile.objects.create(user=editor.user, preferred_language=chosen)
    page = BeautifulSoup(editor.get(reverse("handbook")).text, "html.parser")
    book = page.select_one(".kis-handbook")
    assert page.html["lang"] == chosen
    assert book["lang"] == shown
    links = book.select("nav a")
    assert chapter in [link.text for link in links]
    for link in links:
        assert book.find(id=link["href"][1:]).text == link.text
    assert book.select_one("table th").text in ("Rolle", "role", "Rola", "Loma")
    words = " ".join(book.text.split())
    assert ("nemecká príručka" in words) == (chosen == "sk")
    assert ("vācu rokasgrāmata" in words) == (chosen == "lv")
    for image in book.select("img"):
        assert image["alt"]
        answer = editor.get(image["src"])
        assert answer["content-type"] == "image/webp"
        assert b"".join(answer.streaming_content)[8:12] == b"WEBP"


def test_the_help_menu_leads_there(editor):
    assert reverse("handbook") in editor.get(reverse("wagtailadmin_home")).text


def test_what_there_isn_t_is_not_found(editor):
    assert editor.get(reverse("handbook") + "images/nothing.webp").status_code == 404


def test_it_is_for_those_who_are_signed_in(client, db):
    for address in (reverse("handbook"), reverse("handbook") + "images/text.webp"):
        answer = client.get(address)
        assert answer.status_code == 302
        assert "/login/" in answer["location"]


@pytest.mark.parametrize("language", ["en", *DRAFTS])
def test_all_languages_have_the_same_chapters_and_pictures(language):
    german, other = text("de"), text(language)
    for level in ("##", "###"):
        pattern = re.compile(rf"^{level} ", re.MULTILINE)
        assert len(pattern.findall(german)) == len(pattern.findall(other)) > 2
    pictures = PICTURE.findall(other)
    assert PICTURE.findall(german) == [name.removeprefix(f"{language}/") for name in pictures]
    assert all(name.startswith(f"{language}/") for name in pictures) == (language in DRAFTS)


def test_another_language_has_the_english_one():
    with translation.override("pl"):
        assert handbook.language() == "en"


def test_every_picture_is_used_and_small():
    sizes = {
        file.relative_to(handbook.IMAGES).as_posix(): file.stat().st_size
        for file in handbook.IMAGES.rglob("*.webp")
    }
    assert {name for one in ("de", *DRAFTS) for name in PICTURE.findall(text(one))} == sizes.keys()
    assert sum(sizes.values()) < 1_200_000
