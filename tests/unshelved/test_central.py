"""The central tests of the API once more, of the viewsets that know no shelf.

A site may have these alone, and where the shelf fails they are what readers get.
"""

import pytest
from django.test import Client

from tests.api.test_api import *  # noqa: F403
from tests.api.test_closed_relations import *  # noqa: F403
from tests.api.test_counts_and_cursors import *  # noqa: F403
from tests.api.test_language import *  # noqa: F403
from tests.api.test_queries import *  # noqa: F403
from tests.items.test_safe_html import *  # noqa: F403
from tests.models.test_languages_of_people import *  # noqa: F403
from tests.models.test_people import *  # noqa: F403
from tests.public.test_pages import *  # noqa: F403

pytestmark = [pytest.mark.urls("tests.unshelved.urls"), pytest.mark.django_db]
CACHE = "partners.delivery.answers.cache.ConditionalCacheMiddleware"
# Asks the feed, which is the shelf's.
del test_the_examples_of_the_documentation_find_something  # noqa: F821


@pytest.fixture(autouse=True)
def without_its_cache(settings):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != CACHE]


def test_there_is_no_shelf_here(monkeypatch):
    """Otherwise all of this would have been asked twice of the same viewsets."""

    def fail(*_arguments):
        raise AssertionError("the shelf was asked")

    for name in ("current", "current_with", "of_pages", "rows"):
        monkeypatch.setattr(f"partners.delivery.shelf.version.{name}", fail)
    for path in ("pages/", "pages/?locale=sk&fallback=de", "cooperations/", "locales/", "images/"):
        response = Client().get(f"/api/v2/{path}")
        assert response.status_code == 200 and "Surrogate-Key" not in response
    assert Client().get("/api/v2/changes/").status_code == 404
