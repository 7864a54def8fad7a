"""An account that was deactivated is nobody's from then on, whatever it was allowed."""

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale, PageViewRestriction
from wagtail.permissions import policy_registry

from partners.models import Consent, Organisation, Role, Topic
from partners.roles.rights import may, permitted_locales


@pytest.fixture
def reader(db, django_user_model):
    user = django_user_model.objects.create_user("mara", password="geheim")
    client = Client()
    client.force_login(user)
    client.user = user
    return client


def test_a_session_ends_with_the_account(reader, kis_page):
    page = kis_page("triade")
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert reader.get(page.url).status_code == 200
    reader.user.is_active = False
    reader.user.save()
    assert reader.get(page.url).status_code == 302


def test_in_the_admin_too(editor):
    home = reverse("wagtailadmin_home")
    assert editor.get(home).status_code == 200
    editor.user.is_active = False
    editor.user.save()
    assert editor.get(home).status_code == 302


def test_who_may_do_all_has_every_permission_by_name(editor, reader):
    assert "kis_partners.change_person" in editor.user.get_all_permissions()
    assert "kis_partners.change_person" in editor.user.get_group_permissions()
    assert not reader.user.get_all_permissions()


def test_an_account_that_is_gone_is_none(reader, kis_page):
    page = kis_page("triade")
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    reader.user.delete()
    assert reader.get(page.url).status_code == 302


def test_a_session_is_that_of_its_own_account(editor, reader):
    assert reader.get(reverse("wagtailadmin_home")).status_code == 302
    assert editor.get(reverse("wagtailadmin_home")).status_code == 200


def permission(name):
    app, codename = name.split(".")
    return Permission.objects.get(content_type__app_label=app, codename=codename)


CHANGE, PUBLISH = "kis_partners.change_topic", "kis_partners.publish_topic"
OWN, FREE = "kis_partners.change_organisation", "kis_partners.change_consent"
TRANSLATE = "wagtail_localize.submit_translation"


def group(*names, languages=()):
    """A group with permissions, in some languages or, with a role of none, in all."""
    found = Group.objects.create(name=f"{names} {languages}")
    found.permissions.set([permission(name) for name in names])
    if languages:
        Role.objects.create(group=found).locales.set(
            Locale.objects.filter(language_code__in=languages)
        )
    return found


@pytest.fixture
def jana(django_user_model):
    """Changes topics and translates in Slovak, publishes them in Latvian, and something besides."""
    user, other = (django_user_model.objects.create_user(name) for name in ("jana", "max"))
    user.groups.add(
        group(CHANGE, TRANSLATE, FREE, languages=["sk"]), group(PUBLISH, languages=["lv"])
    )
    user.user_permissions.add(permission(OWN))
    other.groups.add(group("kis_partners.delete_topic", CHANGE, languages=["en"]))
    other.user_permissions.add(permission("kis_partners.delete_organisation"))
    return user


@pytest.fixture
def topic(db):
    german = Topic.objects.filter(locale__language_code="de").first()
    family = Topic.objects.filter(translation_key=german.translation_key)
    return {one.locale.language_code: one for one in family.select_related("locale")}


def fresh(user):
    """The same account in another request, which remembers nothing."""
    return type(user).objects.get(pk=user.pk)


def test_a_permission_holds_in_the_languages_of_its_group(jana, topic):
    held = {
        name: {code for code, item in topic.items() if jana.has_perm(name, item)}
        for name in (CHANGE, PUBLISH, OWN, TRANSLATE, "kis_partners.delete_topic")
    }
    assert held == {
        CHANGE: {"sk"}, PUBLISH: {"lv"}, OWN: set(topic), TRANSLATE: {"sk"},
        "kis_partners.delete_topic": set(),
    }  # fmt: skip
    assert {code for code in topic if may(jana, "translate", topic[code])} == {"sk"}
    assert {code for code in topic if may(jana, "change", topic[code])} == {"sk"}
    assert jana.get_all_permissions() == {CHANGE, PUBLISH, OWN, FREE, TRANSLATE}
    assert jana.get_user_permissions() == {OWN}
    assert jana.get_group_permissions() == {CHANGE, PUBLISH, FREE, TRANSLATE}
    assert jana.get_user_permissions(topic["sk"]) == set()
    assert not jana.has_perm(FREE, Consent()) and jana.has_perm(FREE)


def test_a_request_for_some_languages_asks_for_all_of_them(jana):
    ids = {one.language_code: one.pk for one in Locale.objects.all()}
    for codes, held in (
        (["sk"], {CHANGE, OWN, FREE, TRANSLATE}), (["lv"], {PUBLISH, OWN, FREE}),
        (["sk", "lv"], {OWN, FREE}), (["de"], {OWN, FREE}),
    ):  # fmt: skip
        user = fresh(jana)
        user.asked_locales = {ids[code] for code in codes}
        assert user.get_all_permissions() == held, codes


def test_in_which_languages(jana, topic, django_assert_num_queries):
    ids = {one.language_code: one.pk for one in Locale.objects.all()}
    assert permitted_locales(jana, [CHANGE]) == {ids["sk"]}
    assert permitted_locales(jana, [CHANGE, PUBLISH]) == {ids["sk"], ids["lv"]}
    assert permitted_locales(jana, [CHANGE, OWN]) is None
    assert permitted_locales(jana, ["kis_partners.delete_topic"]) == set()
    jana.groups.add(group(CHANGE))
    assert permitted_locales(fresh(jana), [CHANGE]) is None
    assert permitted_locales(jana, [CHANGE]) == {ids["sk"]}
    with django_assert_num_queries(0):
        jana.get_all_permissions(), permitted_locales(jana, [PUBLISH])


def test_lists_are_of_the_languages_in_which_something_is_allowed(jana, topic):
    policy = policy_registry.get(topic["de"])
    found = policy.instances_user_has_any_permission_for(jana, ["change", "publish"])
    assert {item.locale.language_code for item in found} == {"sk", "lv"}
    assert not policy.instances_user_has_any_permission_for(jana, ["delete"]).exists()
    organisations = policy_registry.get(Organisation.objects.first())
    found = organisations.instances_user_has_any_permission_for(jana, ["change"])
    assert found.count() == Organisation.objects.count()
    for code, expected in (("sk", True), ("lv", False)):
        who = policy.users_with_any_permission_for_instance(["change"], topic[code])
        assert (jana in who) is expected
        assert policy.user_has_permission_for_instance(jana, "change", topic[code]) is expected


def test_who_is_away_may_nothing_and_who_may_all_does_in_all_languages(jana, topic, editor):
    jana.is_active = False
    jana.save()
    user = fresh(jana)
    assert not user.get_all_permissions() and not user.get_group_permissions()
    assert not user.get_user_permissions() and not user.has_perm(CHANGE, topic["sk"])
    nobody = AnonymousUser()
    nobody.asked_locales = {topic["sk"].locale_id}
    for item in (None, topic["sk"]):
        assert not nobody.get_all_permissions(item)
    editor.user.groups.add(group(CHANGE, languages=["sk"]))
    editor.user.asked_locales = {topic["lv"].locale_id}
    assert CHANGE in editor.user.get_all_permissions()
    assert permitted_locales(editor.user, [CHANGE]) is None
