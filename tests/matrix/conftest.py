import pytest

from tests.matrix.world import World, committed, rolled_back


@pytest.fixture(scope="package")
def site(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), rolled_back():
        with committed():
            world = World()
        yield world


@pytest.fixture
def world(site, db):
    """A site of its own for a test."""
    return site.again()
