"""Machine translation: off by default; private texts are never sent."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as django_settings
from django.urls import reverse
from wagtail.models import Locale, Page, PageViewRestriction
from wagtail_localize.machine_translators import get_machine_translator
from wagtail_localize.machine_translators.base import BaseMachineTranslator
from wagtail_localize.models import StringTranslation, Translation
from wagtail_localize.strings import StringValue

from partners.models import Person
from partners.public.translations import translation_state


class Recorder(BaseMachineTranslator):
    """A translator that turns texts into upper case, and records the texts sent to it."""

    display_name = "Recorder"
    sent: list[str] = []
    change = staticmethod(lambda text: text.replace("Frau", "Ms"))

    def can_translate(self, source_locale, target_locale):
        return True

    def translate(self, source_locale, target_locale, strings):
        self.sent.extend(one.data for one in strings)
        return {one: StringValue(self.change(one.data)) for one in strings}


class Failing(Recorder):
    def translate(self, source_locale, target_locale, strings):
        raise ConnectionError("no answer")


@pytest.fixture
def backend(settings, monkeypatch):
    monkeypatch.setattr(Recorder, "sent", [])
    settings.WAGTAILLOCALIZE_MACHINE_TRANSLATOR = {
        "CLASS": "partners.translating.machine.DiscreetTranslator",
        "OPTIONS": {"CLASS": f"{__name__}.Recorder"},
    }
    return Recorder


@pytest.fixture
def locales(db):
    return Locale.objects.get(language_code="de"), Locale.objects.get(language_code="sk")


def translate(locales, *texts):
    answer = get_machine_translator().translate(*locales, [StringValue(text) for text in texts])
    return {one.data: value.data for one, value in answer.items()}


def test_it_is_off_by_default():
    assert getattr(django_settings, "WAGTAILLOCALIZE_MACHINE_TRANSLATOR", None) is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("service", "name"), [("deepl", "DeepL"), ("libretranslate", "LibreTranslate")]
)
def test_the_owner_of_the_site_names_a_service(service, name):
    code = (
        "import django; django.setup();"
        "from wagtail_localize.machine_translators import get_machine_translator;"
        "print(get_machine_translator().display_name)"
    )
    environment = {**os.environ, "MACHINE_TRANSLATION": service, "MACHINE_TRANSLATION_KEY": "x"}
    environment["DJANGO_SETTINGS_MODULE"] = "kis_wagtail.settings.test"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == name


def test_names_and_contact_details_are_never_sent(backend, locales):
    Person.objects.create(
        role="Leitung", name="Erika O'Muster-Beispiel", email="erika@example.org",
        phone="0341 1234567", locale=locales[0],
    )  # fmt: skip
    text = (
        "Frau Erika O&#x27;Muster-Beispiel (erika@example.org, 0341 1234567) grüßt. "
        "Frau Muster auch, max@example.org und +49 341 7654321 ebenso."
    )
    found = translate(locales, text)
    [sent] = backend.sent
    for private in ("Erika", "Muster", "Beispiel", "example.org", "1234567", "7654321"):
        assert private not in sent
    assert found == {text: text.replace("Frau", "Ms")}


def test_a_name_that_does_not_come_back_whole_is_no_translation(backend, locales, monkeypatch):
    Person.objects.create(role="Leitung", name="Erika Mustermann", locale=locales[0])
    monkeypatch.setattr(
        backend, "change", staticmethod(lambda text: text.replace('<x id="n0"/>', ""))
    )
    assert translate(locales, "Frau Mustermann", "Frau") == {"Frau": "Frau"}


def test_marks_may_come_back_as_a_pair_of_tags(backend, locales, monkeypatch):
    Person.objects.create(role="Leitung", name="Erika Mustermann", locale=locales[0])
    monkeypatch.setattr(backend, "change", staticmethod(lambda text: text.replace("/>", "></x>")))
    assert translate(locales, "Frau Mustermann") == {"Frau Mustermann": "Frau Mustermann"}


def test_names_of_drafts_and_of_before_are_never_sent(backend, locales):
    person = Person.objects.create(role="Leitung", name="Erika Jetzt", locale=locales[0])
    for name in ("Erika Früher", "Erika Entwurf"):
        person.name, person.phone = name, "0341 7654321"
        person.save_revision()
    Person.objects.filter(pk=person.pk).update(name="", phone="")
    text = "Frau Früher und Frau Entwurf"
    assert translate(locales, text) == {text: text.replace("Frau", "Ms")}
    [sent] = backend.sent
    assert sent == 'Frau <x id="n0"/> und Frau <x id="n1"/>'


def test_a_text_that_cannot_be_masked_is_left_to_people(backend, locales):
    Person.objects.create(role="Leitung", name="Erika Mustermann", locale=locales[0])
    assert translate(locales, "Frau Muster<br/>mann", "Frau") == {"Frau": "Ms"}
    assert backend.sent == ["Frau"]


@pytest.mark.parametrize("how", ["restricted", "below a restricted page", "unpublished"])
def test_what_not_everybody_may_read_is_never_sent(backend, kis_page, editor, how):
    page = kis_page("triade")
    translation = Translation.objects.get(
        source__object_id=page.translation_key, target_locale__language_code="sk"
    )
    StringTranslation.objects.filter(
        context__object_id=page.translation_key, locale=translation.target_locale
    ).delete()
    if how == "unpublished":
        Page.objects.filter(pk=page.pk).update(live=False)
    else:
        closed = page if how == "restricted" else page.get_parent()
        PageViewRestriction.objects.create(page=closed, restriction_type="login")
    url = reverse("wagtail_localize:machine_translate", args=[translation.pk])
    answer = editor.post(
        url, {"next": reverse("wagtailadmin_pages:edit", args=[page.pk])}, follow=True
    )
    assert "nicht maschinell übersetzt" in answer.content.decode()
    assert backend.sent == []
    assert translation.get_progress()[1] == 0


def test_a_public_page_is_translated_and_waits_for_a_reader(backend, kis_page, editor):
    page = kis_page("triade", "sk")
    translation = Translation.objects.get(
        source__object_id=page.translation_key, target_locale=page.locale
    )
    rows = StringTranslation.objects.filter(
        context__object_id=page.translation_key, locale=page.locale
    )
    rows.delete()
    url = reverse("wagtail_localize:machine_translate", args=[translation.pk])
    answer = editor.post(
        url, {"next": reverse("wagtailadmin_pages:edit", args=[page.pk])}, follow=True
    )
    assert "nicht maschinell übersetzt" not in answer.content.decode()
    assert backend.sent
    names = {name for name in Person.objects.values_list("name", flat=True) if name}
    assert names and not [text for text in backend.sent if any(name in text for name in names)]
    assert translation_state(page).state == "machine"


def translated_anew(page, editor):
    """The translation of a page, by machine in place of all that was there, and what is said."""
    translation = Translation.objects.get(
        source__object_id=page.translation_key, target_locale=page.locale
    )
    StringTranslation.objects.filter(
        context__object_id=page.translation_key, locale=page.locale
    ).delete()
    url = reverse("wagtail_localize:machine_translate", args=[translation.pk])
    next_url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    text = editor.post(url, {"next": next_url}, follow=True).content.decode()
    return translation, text


def test_a_service_that_fails_changes_nothing_and_says_so(backend, kis_page, editor, settings):
    settings.WAGTAILLOCALIZE_MACHINE_TRANSLATOR["OPTIONS"]["CLASS"] = f"{__name__}.Failing"
    page = kis_page("triade", "sk")
    translation, text = translated_anew(page, editor)
    assert "Übersetzungsdienst" in text
    assert translation.get_progress()[1] == 0


def test_texts_that_are_left_are_told(backend, kis_page, editor, monkeypatch):
    monkeypatch.setattr(backend, "change", staticmethod(lambda text: text.replace("<x", "<y")))
    page = kis_page("triade", "sk")
    german = kis_page("triade")
    Person.objects.create(role="Leitung", name=german.title, locale=german.locale)
    translation, text = translated_anew(page, editor)
    total, done = translation.get_progress()
    assert 0 < done < total
    wanted = "1 Text wurde" if total - done == 1 else f"{total - done} Texte wurden"
    assert f"{wanted} nicht maschinell übersetzt" in text
