"""Dates and times in forms, as people write them; typed in a browser in tests/e2e/test_dates.py."""

import datetime

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from wagtail.models import Page

from partners.models import Consent
from partners.models.written_dates import (
    WrittenDateField,
    WrittenDateTimeField,
    WrittenTimeField,
)

DAY = datetime.date(2025, 3, 1)
WRITTEN = {
    "de": ["1.3.2025", "01.03.2025", "1. März 2025", "1. Mär. 2025", "am 1. März 2025"],
    "en": ["1/3/2025", "1 March 2025", "March 1st, 2025", "1 Mar 2025"],
    "en-us": ["3/1/2025", "March 1, 2025"],
    "sk": ["1. 3. 2025", "1.3.2025", "1. marca 2025"],
    "lv": ["01.03.2025.", "1.3.2025", "2025. gada 1. marts", "2025. gada 1. martā"],
    "pl": ["1.03.2025", "1 marca 2025"],
    "hu": ["2025. 03. 01.", "2025. március 1."],
    "tlh": ["1.3.2025"],
}
WRONG = ["1.3.25", "31.2.2025", "morgen", "13/13/2025", "1.3.", "März 2025", "1.3.2025 x"]


@pytest.mark.parametrize("language", WRITTEN)
def test_a_day_as_people_write_it(language):
    with translation.override(language):
        for text in [*WRITTEN[language], "2025-03-01", " 2025-03-01 "]:
            assert WrittenDateField().clean(text) == DAY, text


@pytest.mark.parametrize("text", WRONG)
@pytest.mark.parametrize("language", ["de", "en", "sk", "lv"])
def test_what_is_no_day_is_refused_with_an_example(language, text):
    examples = {"de": "31.12.2025", "en": "31/12/2025", "sk": "31. 12. 2025", "lv": "31.12.2025."}
    for field in (WrittenDateField(), WrittenDateTimeField()):
        with translation.override(language), pytest.raises(ValidationError) as refused:
            field.clean(text)
        with translation.override(language):
            [message] = refused.value.messages
        assert text in message and examples[language] in message and "2025-12-31" in message


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "1.12.2026 08:00"),
        ("de", "1. Dezember 2026, 8 Uhr"),
        ("de", "1. Dezember 2026 um 8.00 Uhr"),
        ("en", "1/12/2026 8:00"),
        ("en", "1 December 2026 at 8 a.m."),
        ("sk", "1. 12. 2026 o 8:00"),
        ("lv", "2026. gada 1. decembris plkst. 08:00"),
        ("lv", "01.12.2026. 8:00"),
        ("lv", "2026-12-01T08:00"),
        ("de", "2026-12-01 08:00:00"),
    ],
)
def test_a_moment_as_people_write_it(language, text):
    moment = timezone.make_aware(datetime.datetime(2026, 12, 1, 8))
    with translation.override(language):
        assert WrittenDateTimeField().clean(text) == moment


def test_a_day_alone_is_its_beginning():
    with translation.override("de"):
        moment = WrittenDateTimeField().clean("1.12.2026")
    assert moment == timezone.make_aware(datetime.datetime(2026, 12, 1))


@pytest.mark.parametrize("text", ["8:00", "08:00", "8.00 Uhr", "8 Uhr", "8 am", "8:00 a.m."])
def test_a_time_as_people_write_it(text):
    assert WrittenTimeField().clean(text) == datetime.time(8)


@pytest.mark.parametrize("text", ["8", "25:00", "8:60", "1.3.2025 8:00", "früh"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ValidationError, match="08:00"):
        WrittenTimeField().clean(text)


@pytest.mark.django_db
def test_forms_of_the_admin_have_these_fields():
    consent = Consent.snippet_viewset.get_edit_handler().get_form_class().base_fields
    assert isinstance(consent["given_on"], WrittenDateField)
    page = Page.get_edit_handler().get_form_class().base_fields
    assert isinstance(page["go_live_at"], WrittenDateTimeField)
    assert "2025-03-01" in consent["given_on"].widget.render("given_on", DAY)


@pytest.mark.parametrize("language", ["de", "en", "sk", "lv"])
def test_fields_of_other_apps_read_figures_alike_and_guess_no_century(language):
    with translation.override(language):
        assert forms.DateField().clean(WRITTEN[language][0]) == DAY
        for text in ("1.3.25", "3/13/2025", "25-03-01"):
            with pytest.raises(ValidationError):
                forms.DateField().clean(text)
