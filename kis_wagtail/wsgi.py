"""WSGI entry point of the reference site."""

import os

from django.core.wsgi import get_wsgi_application

from partners.search.analysis import warm
from partners.search.query import languages

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kis_wagtail.settings.production")
application = get_wsgi_application()
# Before the first question, and before workers fork where they are preloaded.
warm(*languages())
