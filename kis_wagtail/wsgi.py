"""WSGI entry point of the reference site."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kis_wagtail.settings.production")
application = get_wsgi_application()

# Imports that need loaded apps.
from partners.search import analysis, current  # noqa: E402
from partners.search.query import languages  # noqa: E402

# Loads dictionaries and concepts before the first search, and before preloaded workers fork.
analysis.warm(*languages())
current.warm(*languages())
