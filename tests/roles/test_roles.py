"""Roles: the rights of each, by action and language, tried in the admin."""

from __future__ import annotations

import os

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from wagtail.models import GroupPagePermission, Locale, Page, Workflow
from wagtail.test.utils.form_data import inline_formset, nested_form_data
from wagtail_localize.models import TranslationSource

from home.models import HomePage, StandardPage
from kis_wagtail.catalogues import ROOT
from partners.checks import check_roles
from partners.models import Role, Topic
from partners.roles.creation import create_roles
from tests.languages import LANGUAGES
from tests.team import AnyLanguage, Attempt

ROLES = ["editing", "translation", "approval", "administration"]

# The languages in which each role may perform each action; "own" is the translator's. Nobody may
# perform an action that doesn't exist in a language: translate into German, approve other pages.
BY_LANGUAGE = """
action                      | editing | translation | approval    | administration
view_page                   | de      | own         | de en sk lv | de en sk lv
explore                     | de      | own         | de en sk lv | de en sk lv
see_history                 | de      | own         | de en sk lv | de en sk lv
create_page                 | de      |             |             | de en sk lv
save_draft                  | de      | own         | de en sk lv | de en sk lv
publish_page                |         | own         | de en sk lv | de en sk lv
unpublish_page              |         | own         | de en sk lv | de en sk lv
delete_page                 |         | own         | de en sk lv | de en sk lv
move_page                   |         |             |             | de en sk lv
copy_page                   | de      |             |             | de en sk lv
restrict_page               |         | own         | de en sk lv | de en sk lv
lock_page                   | de      |             | de en sk lv | de en sk lv
submit_page                 | de      |             | de          | de
approve_page                |         |             | de          |
edit_segment                |         | own         | en sk lv    | en sk lv
upload_segments             |         | own         | en sk lv    | en sk lv
publish_translation         |         | own         | en sk lv    | en sk lv
stop_translation            |         | own         | en sk lv    | en sk lv
make_alias                  |         | own         | en sk lv    | en sk lv
begin_translation           |         | own         |             | en sk lv
list_snippet                | de      | own         | de en sk lv | de en sk lv
choose_snippet              | de      | own         | de en sk lv | de en sk lv
view_snippet                | de      | own         | de en sk lv | de en sk lv
create_snippet              | de      |             |             | de en sk lv
create_in_chooser           | de      |             |             | de
edit_snippet                | de      | own         | de en sk lv | de en sk lv
publish_snippet             | de      | own         | de en sk lv | de en sk lv
unpublish_snippet           | de      | own         | de en sk lv | de en sk lv
delete_snippet              | de      |             |             | de en sk lv
delete_snippets_in_bulk     | de      |             |             | de en sk lv
edit_snippet_segment        |         | own         | en sk lv    | en sk lv
upload_snippet_segments     |         | own         | en sk lv    | en sk lv
publish_snippet_translation |         | own         | en sk lv    | en sk lv
begin_snippet_translation   |         | own         |             | en sk lv
"""

WITHOUT_LANGUAGE = """
action                      | editing | translation | approval    | administration
list_consents               | yes     |             | yes         | yes
read_evidence               | yes     |             |             | yes
record_consent              | yes     |             |             | yes
delete_consent              | yes     |             |             | yes
list_consents_by_localize   | yes     |             | yes         | yes
choose_consents             | yes     |             | yes         | yes
read_glossary               | yes     | yes         | yes         | yes
write_glossary              | yes     |             |             | yes
forget_person               |         |             |             | yes
manage_users                |         |             |             | yes
manage_groups               |         |             |             |
manage_workflows            |         |             |             | yes
upload_images               | yes     | yes         |             | yes
edit_exit_control           | yes     |             |             | yes
"""


def rows(table):
    lines = [line for line in table.strip().splitlines()][1:]
    for line in lines:
        action, *cells = [cell.strip() for cell in line.split("|")]
        yield action, dict(zip(ROLES, [cell.split() for cell in cells], strict=True))


class Undo(Exception):
    pass


@pytest.fixture
def team(db):
    create_roles()


@pytest.fixture
def sign_in(client, django_user_model, team):
    """A function that signs in a user with the given roles."""

    def inner(*keys):
        user = django_user_model.objects.create_user(" ".join(keys), password="geheim")
        user.groups.set(Group.objects.filter(kis_role__key__in=keys))
        client.force_login(user)
        return user

    return inner


def tried(attempt, capture):
    """Whether an attempt succeeded; the database is rolled back afterwards."""
    outcome = []
    try:
        with transaction.atomic():
            with capture(execute=True):
                outcome.append(bool(attempt()))
            raise Undo
    except Undo:
        return outcome[0]


KEYS = ["editing", "translation-en", "translation-sk", "translation-lv", "approval"]


@pytest.mark.slow
@pytest.mark.parametrize("key", [*KEYS, "administration"])
def test_every_role_every_action_every_language(
    client, kis_page, sign_in, key, django_capture_on_commit_callbacks
):
    sign_in(key)
    role, _dash, own = key.partition("-")
    wrong = []
    people = {language: Attempt(client, kis_page, language) for language in LANGUAGES}
    for action, allowed in rows(BY_LANGUAGE):
        expected = {own if one == "own" else one for one in allowed[role]}
        done = {
            language
            for language in LANGUAGES
            if tried(
                lambda action=action, language=language: getattr(
                    people[language].afresh(), action
                )(),
                django_capture_on_commit_callbacks,
            )
        }
        if done != expected:
            wrong.append((action, sorted(done), sorted(expected)))
    for action, allowed in rows(WITHOUT_LANGUAGE):
        done = tried(
            lambda action=action: getattr(AnyLanguage(client), action)(),
            django_capture_on_commit_callbacks,
        )
        if done != bool(allowed[role]):
            wrong.append((action, done, allowed[role]))
    assert wrong == []


def test_every_attempt_stands_in_a_table():
    for cls, table in ((Attempt, BY_LANGUAGE), (AnyLanguage, WITHOUT_LANGUAGE)):
        attempts = {name for name, value in vars(cls).items() if getattr(value, "tried", False)}
        assert attempts == {action for action, _allowed in rows(table)}


def test_a_language_smuggled_in_beside_the_own_is_refused(client, sign_in):
    sign_in("translation-sk")
    new = Topic.objects.create(name="Neu")
    ids = [Locale.objects.get(language_code=code).pk for code in ("sk", "lv")]
    url = reverse(
        "wagtail_localize:submit_snippet_translation", args=["kis_partners", "topic", new.pk]
    )
    client.post(url, {"locales": ids})
    assert new.get_translations().count() == 0


def test_translations_are_brought_up_to_date_and_only_own_ones_published(client, kis_page, sign_in):
    page = kis_page("triade")
    source = TranslationSource.objects.get(object_id=page.translation_key)
    url = reverse("wagtail_localize:update_translations", args=[source.pk])
    before = source.last_updated_at

    def asked():
        source.refresh_from_db()
        return source.last_updated_at

    sign_in("translation-sk")
    client.post(url, {"publish_translations": "on"})
    assert asked() == before
    client.post(url)
    assert asked() > before

    source.translations.exclude(target_locale__language_code="sk").update(enabled=False)
    before = asked()
    client.post(url, {"publish_translations": "on"})
    assert asked() > before


def test_two_roles_do_not_lend_each_other_a_language(client, kis_page, sign_in):
    """A user with the right to publish Slovak and to edit Latvian can't publish Latvian."""
    user = sign_in("translation-sk")
    drafts = Group.objects.create(name="Entwürfe")
    drafts.permissions.add(Permission.objects.get(codename="change_topic"))
    Role.objects.create(group=drafts).locales.add(Locale.objects.get(language_code="lv"))
    user.groups.add(drafts)
    latvian = Attempt(client, kis_page, "lv")
    assert latvian.edit_snippet()
    assert not latvian.publish_snippet()
    assert not latvian.unpublish_snippet()
    assert Attempt(client, kis_page, "sk").publish_snippet()


def test_a_second_run_undoes_nothing(team):
    role = Role.objects.get(key="translation-sk")
    role.group.name = "Slovenčina"
    role.group.save()
    role.group.permissions.remove(Permission.objects.get(codename="publish_topic"))
    pages = GroupPagePermission.objects.filter(group=role.group)
    pages.filter(permission__codename="publish_page").delete()
    role.locales.add(Locale.objects.get(language_code="en"))
    Group.objects.get(kis_role__key="approval").delete()
    Workflow.objects.filter(name="Freigabe").update(active=False)

    call_command("create_roles")

    role.refresh_from_db()
    assert role.group.name == "Slovenčina"
    assert not role.group.permissions.filter(codename="publish_topic").exists()
    assert set(pages.values_list("permission__codename", flat=True)) == {"change_page"}
    assert role.locales.count() == 2
    assert not Group.objects.filter(name__in=["Freigabe", "Übersetzung Slowakisch"]).exists()
    assert Workflow.objects.filter(name="Freigabe").count() == 1


def test_roles_are_named_in_the_language_of_the_site(team):
    assert set(Role.objects.values_list("group__name", flat=True)) == {
        "Redaktion",
        "Übersetzung Englisch",
        "Übersetzung Slowakisch",
        "Übersetzung Lettisch",
        "Freigabe",
        "Verwaltung",
    }


def test_a_new_tree_has_the_roles_of_its_language(client, kis_page, sign_in):
    """A new tree has the permissions of the language's other trees, as changed in the admin."""
    sign_in("translation-sk")
    group = Group.objects.get(kis_role__key="translation-sk")
    GroupPagePermission.objects.filter(group=group, permission__codename="publish_page").delete()
    slovak = Locale.objects.get(language_code="sk")
    new = Page.get_first_root_node().add_child(
        instance=HomePage(title="Druhá stránka", slug="druha", locale=slovak)
    )
    held = GroupPagePermission.objects.filter(group=group, page=new)
    assert set(held.values_list("permission__codename", flat=True)) == {"change_page"}
    below = new.add_child(instance=StandardPage(title="Dole", slug="dole", locale=slovak))
    assert client.get(reverse("wagtailadmin_pages:edit", args=[below.pk])).status_code == 200


def test_a_new_language_gets_translators_with_its_first_page(team, settings):
    settings.LANGUAGES = [*settings.LANGUAGES, ("cs", "Tschechisch")]
    settings.WAGTAIL_CONTENT_LANGUAGES = settings.LANGUAGES
    czech = Locale.objects.create(language_code="cs")
    home = Page.get_first_root_node().add_child(
        instance=HomePage(title="Začátek", slug="zacatek", locale=czech)
    )
    role = Role.objects.get(key="translation-cs")
    assert list(role.locales.all()) == [czech]
    held = GroupPagePermission.objects.filter(group=role.group)
    assert {(one.page_id, one.permission.codename) for one in held} == {
        (home.pk, "change_page"),
        (home.pk, "publish_page"),
    }


def test_the_languages_of_a_group_are_ticked_in_its_form(editor, team):
    group = Group.objects.create(name="Übersetzungsbüro")
    url = reverse("wagtailusers_groups:edit", args=[group.pk])
    text = editor.get(url).content.decode()
    assert "Nur in diesen Sprachen" in text
    locales = [Locale.objects.get(language_code=code).pk for code in ("sk", "lv")]
    panels = ["page_permissions", "collection_permissions", "image_permissions"]
    data = nested_form_data(
        {
            "name": group.name,
            **{name: inline_formset([]) for name in panels},
            "document_permissions": inline_formset([]),
            "collection_management_permissions": inline_formset([]),
        }
    )
    response = editor.post(url, {**data, "languages-locales": locales})
    assert response.status_code == 302, response.content.decode()
    assert set(group.kis_role.locales.values_list("pk", flat=True)) == set(locales)


def test_a_site_that_forgets_the_backend_or_the_middleware_is_told(settings):
    assert check_roles(None) == []
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
    settings.MIDDLEWARE = []
    assert [message.id for message in check_roles(None)] == [
        "kis_partners.W006",
        "kis_partners.W007",
    ]


HEADING = """# What each role may do

`manage.py create_roles` makes these groups, one for translation in each language. Each cell was
tried in the admin by `tests/roles/test_roles.py`, from which this page is made: the languages in
which an action is possible, a line where it is refused. "own" is the language of the translators.
"""


def described():
    """The two tables as a page of the documentation."""
    text = HEADING
    tables = ("By language", BY_LANGUAGE), ("In all languages alike", WITHOUT_LANGUAGE)
    for heading, table in tables:
        cells = [["", *(role.capitalize() for role in ROLES)], ["---"] * (len(ROLES) + 1)]
        for action, allowed in rows(table):
            languages = (" ".join(allowed[role]) or "–" for role in ROLES)
            cells.append([action.replace("_", " "), *languages])
        lines = "".join(f"| {' | '.join(row)} |\n" for row in cells)
        text += f"\n## {heading}\n\n{lines}"
    return text


def test_the_documentation_has_the_same_tables():
    path = ROOT / "docs" / "roles.md"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_text(described(), "utf-8")
    assert path.read_text("utf-8") == described()
