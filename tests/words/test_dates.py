"""Partial dates: reading, refusing, bounds and wording."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from edtf import parse_edtf
from edtf.convert import struct_time_to_date
from hypothesis import assume, given
from hypothesis import strategies as st

from partners.models.fields import PartialDateField
from partners.words.dates import PartialDate, edtf_period, word_period
from tests.languages import LANGUAGES

parse = PartialDate.parse


@st.composite
def partial_dates(draw):
    day = draw(st.dates(min_value=datetime.date(1, 1, 1)))
    precision = draw(st.integers(1, 3))
    return PartialDate(*(day.year, day.month, day.day)[:precision])


@given(partial_dates())
def test_edtf_round_trip_and_bounds_agree_with_the_edtf_package(date):
    assert parse(str(date)) == date
    theirs = parse_edtf(str(date))
    assert date.earliest == struct_time_to_date(theirs.lower_strict())
    assert date.latest == struct_time_to_date(theirs.upper_strict())


@pytest.mark.parametrize(
    ("written", "edtf"),
    [
        ("2004", "2004"),
        (" 2004-01 ", "2004-01"),
        ("2004-01-15", "2004-01-15"),
        ("15.1.2004", "2004-01-15"),
        ("15. 01. 2004", "2004-01-15"),
        ("1/2004", "2004-01"),
        ("01.2004", "2004-01"),
        ("März 2018", "2018-03"),
        ("Mär. 2018", "2018-03"),
        ("1. März 2018", "2018-03-01"),
        ("March 1st, 2018", "2018-03-01"),
        ("1/3/2018", "2018-03-01"),
        ("marec 2018", "2018-03"),
        ("2018. gada marts", "2018-03"),
        ("01.03.2018.", "2018-03-01"),
        ("2018. gada 1. martā", "2018-03-01"),
    ],
)
def test_dates_as_people_write_them(written, edtf):
    for language in LANGUAGES:
        with translation.override(language):
            assert str(parse(written)) == edtf


def test_figures_stand_in_the_order_of_the_region():
    with translation.override("en-us"):
        assert str(parse("3/1/2018")) == "2018-03-01"
    with translation.override("en-gb"):
        assert str(parse("3/1/2018")) == "2018-01-03"


def test_a_name_that_is_two_months_is_that_of_the_own_language():
    with translation.override("pl"):
        assert str(parse("listopad 2018")) == "2018-11"
    with translation.override("hr"):
        assert str(parse("listopad 2018")) == "2018-10"


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("2004-13", "no month 13"),
        ("2004-02-30", "no day 30"),
        ("2003-02-29", "no day 29"),
        ("0000", "no year 0"),
        ("seit Januar", "is not a date"),
        ("Januar März 2004", "is not a date"),
        ("31. Februar 2004", "no day 31"),
        ("04-01", "is not a date"),
        ("20040115", "is not a date"),
        ("2004-1", "is not a date"),
    ],
)
def test_what_is_no_date_is_refused_with_a_reason_and_an_example(written, names):
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        PartialDateField().formfield().clean(written)
    with translation.override("en"):
        [message] = refused.value.messages
    assert names in message
    assert "2004-01" in message


@pytest.mark.parametrize(
    ("since", "until", "de", "en", "sk", "lv"),
    [
        ("2004-01", "", "seit Januar 2004", "since January 2004", "od januára 2004",
         "kopš 2004. gada janvāra"),
        ("2003-11", "", "seit November 2003", "since November 2003", "od novembra 2003",
         "kopš 2003. gada novembra"),
        ("2004", "", "seit 2004", "since 2004", "od roku 2004", "kopš 2004. gada"),
        ("2004-03-15", "", "seit dem 15. März 2004", "since 15 March 2004", "od 15. marca 2004",
         "kopš 2004. gada 15. marta"),
        ("2004", "2008-05", "von 2004 bis Mai 2008", "from 2004 until May 2008",
         "od roku 2004 do mája 2008", "no 2004. gada līdz 2008. gada maijam"),
        ("", "2008-12-01", "bis zum 1. Dezember 2008", "until 1 December 2008",
         "do 1. decembra 2008", "līdz 2008. gada 1. decembrim"),
        ("", "", "", "", "", ""),
    ],
)  # fmt: skip
def test_wording(since, until, de, en, sk, lv):
    since, until = (parse(text) if text else None for text in (since, until))
    assert [word_period(since, until, code) for code in LANGUAGES] == [
        de, en, sk, lv
    ]  # fmt: skip
    assert word_period(since, until, "sk-SK") == sk


@pytest.mark.parametrize(
    ("since", "until", "language", "words"),
    [
        ("2003-11", "", "pl", "listopad 2003\u2009–"),
        ("", "2008-05-01", "pl", "–\u20091 maja 2008"),
        ("2003", "2008-05", "fr-CH", "2003\u2009–\u2009mai 2008"),
        ("2003-11", "2008", "ja", "2003年11月～2008年"),
        ("2003-11", "", "tlh", "2003-11 –"),
        ("", "", "pl", ""),
    ],
)
def test_a_language_without_a_wording_has_dates_and_no_words_of_another(
    since, until, language, words
):
    since, until = (parse(text) if text else None for text in (since, until))
    assert word_period(since, until, language) == words


@given(partial_dates(), st.sampled_from(LANGUAGES))
def test_what_readers_see_can_be_typed(date, language):
    assume(date.year > 999)
    with translation.override(language):
        for since, until in ((date, None), (None, date)):
            assert parse(word_period(since, until, language)) == date


@given(partial_dates(), st.sampled_from(["de", "en", "sk", "lv", "pl", "tlh"]))
def test_every_date_has_words_with_its_year(date, language):
    assert str(date.year) in word_period(date, None, language)


def test_period_as_edtf_interval():
    assert edtf_period(parse("2004-01"), None) == "2004-01/.."
    assert edtf_period(parse("2004"), parse("2008-05")) == "2004/2008-05"
    assert edtf_period(None, parse("2008")) == "/2008"
    assert edtf_period(None, None) == ""


def test_without_a_date_a_page_sorts_last(kis_page):
    from django.db.models import F

    from partners.models import CooperationPage

    keys = ["landesjugendpfarramt-sachsen", "polizeidirektion-leipzig", "netzwerk-kinderschutz"]
    pages = CooperationPage.objects.filter(pk__in=[kis_page(key).pk for key in keys])
    ordered = pages.order_by(F("earliest").asc(nulls_last=True))
    assert [one.period_text for one in ordered] == [
        "seit November 2003",
        "seit 2004",
        "seit Gründung des Leipziger Netzwerkes für Kinderschutz",
    ]
    assert ordered[0].earliest == datetime.date(2003, 11, 1)
    assert ordered[0].latest is None
