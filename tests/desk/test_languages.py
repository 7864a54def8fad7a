"""The admin in German, Slovak and Latvian: what is left of English, and of German in the others.

Each screen that links of the admin lead to is read in English and in these languages. A text that
is the same and isn't from the database is untranslated. ``untranslated.txt`` lists those that
stay, each with its reason, and nothing else.
"""

import re
from calendar import month_name
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from django.urls import reverse
from wagtail.users.models import UserProfile

from partners.models import Person
from partners.models.blocks import DOCUMENT_LANGUAGES
from partners.search.current import thesaurus
from partners.words.countries import names
from tests.desk.screens import shown, stored, walk, words_of

LISTED = Path(__file__).with_name("untranslated.txt")
LANGUAGES = ("de", "sk", "lv")
ENGLISH = re.compile(
    r"\b(the|of|and|with|for|from|this|translations?|pages?|others|is|are|has|been)\b"
    rf"|\d ({'|'.join(month_name[1:])}) \d",
    re.IGNORECASE,
)
# Dialogs that scripts open.
DIALOGS = [
    f"/admin/{address}"
    for address in (
        "choose-page/", "choose-external-link/", "choose-email-link/", "choose-phone-link/",
        "choose-anchor-link/", "images/chooser/", "documents/chooser/",
    )
]  # fmt: skip


def listed():
    """The texts that stay untranslated: {text or pattern: languages}."""
    found = {}
    for line in LISTED.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            languages, _, rest = line.partition(" | ")
            text, _, reason = rest.rpartition(" | ")
            assert text not in found and reason
            found[text] = languages.split()
    return found


def same(text):
    """A text as it is compared: without the number of an object and what sets it apart."""
    return re.sub(r" #\d+$", "", text).strip(" :·…")


def comparisons(page, person):
    """The addresses of two comparisons of versions, to which no link leads as yet."""
    for item in (page, person):
        item.save_revision()
    page.lead, page.since, person.role = page.title, "2001", page.title
    for item in (page, person):
        item.save_revision()
    of_pages = reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, "live", "latest"])
    of_people = Person.snippet_viewset.get_url_name("revisions_compare")
    return of_pages, reverse(of_people, args=[person.pk, "earliest", "latest"])


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Pagination may yield inconsistent results")
def test_no_english_is_left_but_what_is_listed(editor, kis_page):
    more = [*DIALOGS, *comparisons(kis_page("triade"), Person.objects.first())]

    def speak(language):
        UserProfile.objects.update_or_create(
            user=editor.user, defaults={"preferred_language": language}
        )

    speak("en")
    english = walk(editor, *more)
    assert len(english) > 130
    data = {part for text in stored() for part in (text, same(text), text.rpartition("/")[2])}
    data |= {*names("en").values(), *dict(DOCUMENT_LANGUAGES).values()}
    data |= set(thesaurus().concepts)  # Their names are the same in all languages.
    # Rich text is shown in pieces, between its tags.
    data |= {same(piece) for text in data for piece in re.split("<[^>]*>", text)}
    phrases = [text for text in data if ENGLISH.search(text)]

    def has_english(text):
        return ENGLISH.search(text) and ENGLISH.search(
            re.sub("|".join(map(re.escape, sorted(phrases, key=len, reverse=True))), "", text)
        )

    known = listed()
    left, used = {}, set()
    for language in LANGUAGES:
        speak(language)
        for address, words in english.items():
            for text in words_of(shown(editor, address)):
                untranslated = text in words or has_english(text)
                if not untranslated or same(text) in data:
                    continue
                pattern = next((one for one in known if fnmatchcase(text, one)), None)
                if pattern and language in known[pattern]:
                    used.add((language, pattern))
                else:
                    left.setdefault((language, text), address)
    assert left == {}
    assert {(one, text) for text, languages in known.items() for one in languages} - used == set()
