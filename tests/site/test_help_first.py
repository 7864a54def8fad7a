"""Whom to call stands on every page, also on those that say that something is missing or wrong."""

from datetime import timedelta

import pytest
from django.test import Client, RequestFactory
from wagtail.models import PageViewRestriction

from home import numbers
from home.models import EmergencyNumber
from home.views import server_error
from signin import limits
from tests.languages import LANGUAGES

AT_TOP = {
    "de": ["tel:110", "tel:116016"],
    "en": ["tel:110", "tel:116016"],
    "sk": ["tel:112", "tel:0800212212"],
    "lv": ["tel:112", "tel:116006"],
}


def top(response):
    """The part of a page that comes before everything else."""
    text = response.content.decode()
    return text.partition('class="calls"')[2].partition("</section>")[0]


def called(response):
    return [part.partition('"')[0] for part in top(response).split('href="')[1:]]


def content(response):
    return response.content.decode().partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_two_numbers_of_the_country_with_their_hours(kis_page, language):
    hours = {
        "de": "rund um die Uhr",
        "en": "around the clock",
        "sk": "nepretržite",
        "lv": "diennakti",
    }
    for key in ("start", "triade", "spuren"):
        answer = Client().get(kis_page(key, language).url)
        assert called(answer) == [*AT_TOP[language], "#emergency"]
        assert hours[language] in top(answer)
        assert answer.content.decode().count('id="emergency"') == 1


def test_an_editor_chooses_them(kis_page):
    url = kis_page("start").url
    EmergencyNumber.objects.filter(country="DE").update(at_top=False)
    EmergencyNumber.objects.filter(country="DE", number="116 006").update(at_top=True)
    assert called(Client().get(url)) == ["tel:116006", "#emergency"]
    EmergencyNumber.objects.update(at_top=False)
    assert called(Client().get(url)) == ["tel:110", "tel:112", "#emergency"]
    EmergencyNumber.objects.all().delete()
    assert called(Client().get(url)) == []


@pytest.fixture
def states(kis_page, monkeypatch):
    """What a reader may meet instead of a page, by the status that it has."""
    PageViewRestriction.objects.create(
        page=kis_page("triade"), restriction_type="password", password="ein Wort"
    )

    def ask(language):
        client = Client()
        page = kis_page("triade", language)
        asked = client.get(page.url)
        action = asked.context["action_url"]
        yield 404, client.get(f"/{language}/none/")
        yield 200, client.post(f"/{language}/search/", {"q": "xqzwv"})
        yield 200, asked
        yield 403, Client(enforce_csrf_checks=True).post(action, {"password": "x"})
        monkeypatch.setattr(limits, "begin", refuse)
        yield 429, client.post(action, {"password": "x", "return_url": page.url})
        monkeypatch.undo()

    return ask


def refuse(*_args):
    raise limits.TooMany(timedelta(minutes=1))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_missing_or_wrong_helps(states, kis_page, language):
    words = {"de": "Wenn Sie jetzt", "en": "If you need", "sk": "Ak potrebujete", "lv": "Ja jums"}
    for status, answer in states(language):
        assert answer.status_code == status
        assert called(answer) == [*AT_TOP[language], "#emergency"], status
        assert f'<html lang="{language}">' in answer.content.decode(), status
        assert f'href="{kis_page("start", language).url}"' in content(answer), status
        assert words[language] in content(answer), status


@pytest.mark.parametrize("language", [*LANGUAGES, "xx"])
def test_a_fault_of_the_server_has_numbers_without_the_database(monkeypatch, language):
    monkeypatch.setattr(numbers, "_last_read", {})
    language = "en" if language == "xx" else language
    answer = server_error(RequestFactory().get(f"/{language}/"))
    assert answer.status_code == 500
    assert called(answer) == AT_TOP[language]
    assert f'href="/{language}/"' in content(answer)


def test_a_fault_has_what_was_last_read(kis_page):
    EmergencyNumber.objects.filter(country="DE", number="110").update(number="110 110")
    Client().get(kis_page("start").url)
    assert called(server_error(RequestFactory().get("/de/")))[0] == "tel:110110"
    numbers._last_read.clear()


def test_a_language_without_an_entry_has_the_number_of_the_union():
    [only] = numbers.last_read("xx")
    assert only.emergency_number.uri == "tel:112"


def test_numbers_for_faults_are_those_that_are_loaded(db):
    """Nobody has changed them here, so both say the same."""
    for language, rows in numbers.UNREAD.items():
        found = EmergencyNumber.objects.filter(at_top=True, words__language=language)
        loaded = set(found.values_list("number", "words__name", "words__hours"))
        if language == "en":  # Which says of which country they are.
            rows, loaded = [row[::2] for row in rows], {row[::2] for row in loaded}
        assert set(rows) <= loaded
