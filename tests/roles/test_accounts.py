"""An account that was deactivated is nobody's from then on, whatever it was allowed."""

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import PageViewRestriction


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
