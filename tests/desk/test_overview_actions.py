"""Actions of the translation overview for many items at once, and filters that stay."""

import io
import zipfile
from html import unescape

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale
from wagtail.users.models import UserProfile
from wagtail_localize.models import StringTranslation, Translation

from home.models import StandardPage
from partners.desk import overview_actions
from partners.desk.translated_items import TranslatedItems
from partners.desk.translation_overview import overview_url
from partners.models import Organisation, Topic, TranslationRun
from partners.roles.creation import create_roles
from tests.desk.test_translation_overview import TRIADE, rows, strings
from tests.many import add_partners

URL = "/admin/reports/translation-overview/"


@pytest.fixture(autouse=True)
def saves_are_not_indexed(unindexed):
    """No test in this file searches for words that it has saved."""


@pytest.fixture
def zuzana(client, django_user_model):
    """A client of somebody who translates into Slovak."""
    create_roles()
    user = django_user_model.objects.create_user("zuzana")
    user.groups.add(Group.objects.get(kis_role__key="translation-sk"))
    client.force_login(user)
    client.user = user
    return client


@pytest.fixture
def act(django_capture_on_commit_callbacks):
    """Does an action; gives what the user reads then, in the overview and about the run."""

    def do(client, action, items=(), url=URL, **data):
        data |= {"action": action, "item": [str(one.translation_key) for one in items]}
        with django_capture_on_commit_callbacks(execute=True):
            response = client.post(url, data)
        assert response.status_code == 302 and response.url == url
        pages = [client.get(page) for page in (url, reverse("kis_translation_runs"))]
        return unescape("".join(page.content.decode() for page in pages))

    return do


@pytest.fixture
def fresh(kis_page):
    """New things in German: two pages and a topic."""
    start = kis_page("start")
    pages = [
        start.add_child(instance=StandardPage(title=f"Neu {number}", slug=f"neu-{number}"))
        for number in range(2)
    ]
    return [*pages, Topic.objects.create(name="Neues Thema")]


def languages(item):
    return {one.locale.language_code for one in item.get_translations()}


def test_new_things_are_submitted_at_once_into_the_own_language(zuzana, act, fresh):
    text = act(zuzana, "submit", fresh)
    assert "3 von 3" in text
    assert all(languages(one) == {"sk"} for one in fresh)
    assert TranslationRun.objects.get().done == 3


def test_only_own_languages_and_actions_are_offered(zuzana, client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("max"))
    context = client.get(URL).context
    assert [one.language_code for one in context["actions"].languages] == ["en", "lv", "sk"]
    client.force_login(zuzana.user)
    context = client.get(URL).context
    assert [one.language_code for one in context["actions"].languages] == ["sk"]
    erika = django_user_model.objects.create_user("redakteurin")
    erika.groups.add(Group.objects.get(kis_role__key="editing"))
    client.force_login(erika)
    response = client.get(URL)
    assert response.context["object_list"] and not response.context["actions"].offered
    assert 'name="item"' not in response.content.decode()
    client.post(URL, {"action": "publish", "all": "1"})
    assert not TranslationRun.objects.exists()


def test_in_another_language_nothing_is_done(zuzana, act, fresh):
    assert "In dieser Sprache dürfen Sie das nicht" in act(zuzana, "submit", fresh, **{"in": "lv"})
    assert not any(map(languages, fresh))
    assert "mindestens eine Zeile" in act(zuzana, "submit")


def test_what_is_complete_is_published_and_the_rest_is_told(zuzana, act, kis_page):
    triade, youth = (kis_page(key, "sk") for key in ("triade", "landesjugendpfarramt-sachsen"))
    string = strings(triade).get(context__path="title")
    string.data = "Nový názov"
    string.save()
    strings(youth).filter(context__path="title").delete()
    before = triade.revisions.count()
    text = act(zuzana, "publish", [triade, youth], **{"in": "sk"})
    assert "Slowakisch: Die Übersetzung ist nicht vollständig." in text
    triade.refresh_from_db()
    assert triade.title == "Nový názov"
    assert triade.revisions.count() == before + 1
    act(zuzana, "publish", [triade])
    assert triade.revisions.count() == before + 1


def test_what_readers_would_miss_something_of_is_told(zuzana, act, kis_page):
    german, slovak = (kis_page("triade", code) for code in ("de", "sk"))
    office = Organisation.objects.create(name="Verein e.V.", locale=german.locale)
    german.organisation = office
    german.save_revision().publish()
    strings(slovak).filter(context__path="title").update(
        data="Nový názov", updated_at=timezone.now()
    )
    text = act(zuzana, "publish", [slovak], **{"in": "sk"})
    assert "„Verein e.V.“ ist in dieser Sprache nicht veröffentlicht" in text
    slovak.refresh_from_db()
    assert slovak.title != "Nový názov"


@pytest.mark.parametrize("action", ["publish", "review", "update"])
def test_a_lock_holds(action, zuzana, act, kis_page, django_user_model):
    page = kis_page("triade", "sk")
    strings(page).update(updated_at=timezone.now())
    max_ = django_user_model.objects.create_superuser("max")
    page.locked, page.locked_by, page.locked_at = True, max_, timezone.now()
    page.save()
    source = Translation.objects.get(
        source__object_id=page.translation_key, target_locale=page.locale
    ).source
    text = act(zuzana, action, [page])
    assert "Nicht erledigt" in text
    again = type(source).objects.get(pk=source.pk)
    assert again.last_updated_at == source.last_updated_at
    assert not strings(page).filter(kis_review__isnull=False).exists()
    assert page.get_latest_revision() == kis_page("triade", "sk").get_latest_revision()


def test_many_are_marked_as_reviewed(zuzana, act, kis_page):
    found = overview_url(language="sk", state="machine", kind="kis_partners.topic")
    number = zuzana.get(found).context["items_count"]
    assert number > 3
    text = act(zuzana, "review", url=found, **{"all": "1", "in": "sk"})
    assert f"{number} von {number}" in text
    for topic in Topic.objects.filter(locale__language_code="sk"):
        assert not strings(topic).filter(kis_review__isnull=True).exists()
    latvian = StringTranslation.objects.filter(locale__language_code="lv")
    assert not latvian.filter(kis_review__isnull=False).exists()
    assert zuzana.get(found).context["items_count"] == 0


def test_changes_of_originals_are_taken_over(zuzana, act, kis_page):
    german = kis_page("triade")
    german.lead = "Geändert"
    german.save_revision().publish()
    assert rows(zuzana)[TRIADE]["Slowakisch"].startswith("veraltet")
    act(zuzana, "update", [german])
    assert rows(zuzana)[TRIADE]["Slowakisch"].startswith("teilweise")


def test_files_of_ticked_lines(zuzana, kis_page):
    pages = [kis_page(key) for key in ("triade", "landesjugendpfarramt-sachsen")]
    keys = [str(page.translation_key) for page in pages]
    response = zuzana.post(URL, {"action": "export", "item": keys})
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert {name.split("/")[0] for name in archive.namelist()} == {"sk"}
        assert len(archive.namelist()) == 2


def test_too_many_are_refused(editor, act, monkeypatch):
    monkeypatch.setattr(overview_actions, "MOST", 3)
    assert "Höchstens 3 auf einmal" in act(editor, "review", all="1")


def test_what_is_gone_in_a_language_is_told(editor, act, kis_page):
    kis_page("triade", "sk").delete()
    text = act(editor, "review", [kis_page("triade")], **{"in": "sk"})
    assert "Nicht erledigt" not in text or "gelöscht" in text


def test_filters_stay_until_they_are_taken_away(editor):
    chosen = f"{URL}?language=sk&state=machine"
    editor.get(chosen)
    response = editor.get(URL)
    assert response.status_code == 302 and response.url == chosen
    # The report's own script asks for the results when a filter is taken away.
    editor.get(f"{URL}results/", {"language": "", "_w_filter_fragment": "1"})
    assert editor.get(URL).status_code == 200


def test_fifty_on_a_page(editor, kis_page):
    add_partners(kis_page("kooperationen"), 60)
    response = editor.get(URL)
    assert len(response.context["object_list"]) == 50
    assert response.content.decode().count('name="item"') == 50
    assert len(rows(editor)) > 80


@pytest.mark.parametrize("language", ["sk", "lv", "en"])
def test_a_table_is_in_one_language(editor, language):
    UserProfile.get_for_user(editor.user)
    UserProfile.objects.update(preferred_language=language)
    response = editor.get(overview_url(export="csv"))
    text = b"".join(response.streaming_content).decode()
    for german in ("Titel", "Slowakisch", "Quelle", "nicht geprüft", "Thema", "Entwurf"):
        assert german not in text.splitlines()[0]
        assert f",{german}" not in text


def test_everybody_sees_the_same_states(zuzana, editor):
    everything = {item.key: item.languages for item in TranslatedItems(editor.user)}
    for item in TranslatedItems(zuzana.user):
        seen = {code: one.state for code, one in item.languages.items()}
        assert seen == {code: one.state for code, one in everything[item.key].items()}


def test_states_that_are_counted_and_shown_agree(editor, kis_page):
    strings(kis_page("triade", "sk")).update(translation_type="manual")
    strings(kis_page("triade", "lv")).filter(context__path="lead").delete()
    german = kis_page("landesjugendpfarramt-sachsen")
    german.lead = "Geändert"
    german.save_revision().publish()
    kis_page("fachkraefteaustausch", "en").delete()
    items = TranslatedItems(editor.user)
    counted = {line.key: line.states for line in items.lines}
    for item in items:
        shown = {code: one.state for code, one in item.languages.items()}
        assert counted[item.key] == shown
    assert {"missing", "outdated", "partial", "machine", "complete", "source"} == {
        state for states in counted.values() for state in states.values()
    }


def test_a_family_of_two_originals_is_one_line(editor, kis_page):
    german = kis_page("triade")
    Translation.objects.filter(
        source__object_id=german.translation_key, target_locale__language_code="en"
    ).update(enabled=False)
    found = [
        line for line in TranslatedItems(editor.user).lines if line.key == german.translation_key
    ]
    assert len(found) == 1 and found[0].pk == str(german.pk)
    assert found[0].states["en"] == "source"
    assert Locale.objects.count() == len(found[0].states)
