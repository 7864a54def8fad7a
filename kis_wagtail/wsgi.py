"""WSGI entry point of the reference site."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kis_wagtail.settings.production")
application = get_wsgi_application()

# What follows needs the apps to be loaded.
from partners.search.analysis import warm  # noqa: E402
from partners.search.query import languages  # noqa: E402

# Before the first question, and before workers fork where they are preloaded.
warm(*languages())
