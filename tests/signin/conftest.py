"""A group whose members may use the admin."""

import pytest
from django.contrib.auth.models import Group, Permission


@pytest.fixture
def group(db):
    group = Group.objects.create(name="Redaktion")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    return group
