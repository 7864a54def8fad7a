"""Nobody gives more rights than they have: what the administration can do with accounts."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from wagtail.models import GroupPagePermission, Page

from partners.models import Role
from partners.roles.creation import create_roles

PASSWORD = "Ein langes Geheimnis 2026"


@pytest.fixture
def boss(db, client, django_user_model):
    """A client of the administration, and accounts of a superuser and of an editor."""
    create_roles()
    group = {key: Role.objects.get(key=key).group for key in ("administration", "editing")}
    client.user = django_user_model.objects.create_user("leitung", "leitung@example.org", PASSWORD)
    client.user.groups.add(group["administration"])
    client.chief = django_user_model.objects.create_superuser("chefin", "chefin@example.org", "x")
    client.other = django_user_model.objects.create_user("erika", "erika@example.org", "x")
    client.other.groups.add(group["editing"])
    client.groups = group
    client.force_login(client.user)
    return client


def data(user=None, groups=(), **more):
    found = {
        "username": user.username if user else "neu",
        "email": user.email if user else "neu@example.org",
        "first_name": "Erika", "last_name": "Mustermann", "is_active": "on",
        "groups": [group.pk for group in groups],
        **({} if user else {"password1": PASSWORD, "password2": PASSWORD}),
    }  # fmt: skip
    return {**found, **more}


def again(user):
    return type(user)._default_manager.get(pk=user.pk)


def test_accounts_with_roles_are_made_and_changed(boss, django_user_model):
    add = reverse("wagtailusers_users:add")
    boss.post(add, data(groups=boss.groups.values()))
    made = django_user_model.objects.get(username="neu")
    assert made.groups.count() == 2 and not made.is_superuser
    boss.post(reverse("wagtailusers_users:edit", args=[made.pk]), data(made, last_name="Muster"))
    assert again(made).last_name == "Muster" and not made.groups.exists()


def test_no_superuser_is_made(boss, django_user_model):
    answer = boss.post(reverse("wagtailusers_users:add"), data(is_superuser="on"), follow=True)
    assert not django_user_model.objects.filter(username="neu").exists()
    assert "Alle Rechte können nur Personen geben" in answer.content.decode()
    for user in (boss.other, boss.user):
        edit = reverse("wagtailusers_users:edit", args=[user.pk])
        boss.post(edit, data(user, user.groups.all(), is_superuser="on"))
        assert not again(user).is_superuser


def test_no_superuser_is_changed(boss):
    chief = boss.chief
    edit = reverse("wagtailusers_users:edit", args=[chief.pk])
    assert boss.get(edit).status_code == 302
    boss.post(edit, data(chief, email="mine@example.org", password1=PASSWORD, password2=PASSWORD))
    boss.post(reverse("wagtailusers_users:delete", args=[chief.pk]))
    for action in ("delete", "set_active_state"):
        url = reverse("wagtail_bulk_action", args=["auth", "user", action])
        boss.post(f"{url}?id={chief.pk}", {"mark_as_active": ""})
    assert again(chief).email == "chefin@example.org" and again(chief).is_active
    assert again(chief).check_password("x")


@pytest.mark.parametrize("may", ["auth.change_group", "page", "wagtailcore.add_site"])
def test_no_group_is_assigned_that_may_do_more(boss, may):
    mighty = Group.objects.create(name="Mächtig")
    if may == "page":
        root = Page.objects.get(depth=1)
        boss.groups["administration"].page_permissions.all().delete()
        change = Permission.objects.get(codename="change_page")
        GroupPagePermission.objects.create(group=mighty, page=root, permission=change)
    else:
        app, name = may.split(".")
        mighty.permissions.add(Permission.objects.get(codename=name, content_type__app_label=app))
    for user in (boss.other, boss.user):
        edit = reverse("wagtailusers_users:edit", args=[user.pk])
        boss.post(edit, data(user, [*user.groups.all(), mighty]))
        url = reverse("wagtail_bulk_action", args=["auth", "user", "assign_role"])
        boss.post(f"{url}?id={user.pk}", {"role": mighty.pk})
        # The administration may add sites itself.
        assert user.groups.filter(pk=mighty.pk).exists() == (may == "wagtailcore.add_site")


def test_groups_are_for_superusers(boss):
    group = boss.groups["administration"]
    for name, args in (("index", []), ("add", []), ("edit", [group.pk])):
        assert boss.get(reverse(f"wagtailusers_groups:{name}", args=args)).status_code == 302
    assert not group.permissions.filter(codename="change_group").exists()
    boss.force_login(boss.chief)
    boss.post(
        reverse("wagtailusers_users:edit", args=[boss.user.pk]), data(boss.user, is_superuser="on")
    )
    assert again(boss.user).is_superuser
