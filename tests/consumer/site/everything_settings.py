"""The foreign site with a page type that has everything, and with the shelf of published items.

With LISTED in the environment, the type says what its computed fields depend on.
"""

import os

from settings import *  # noqa: F403
from settings import BASE_DIR, DATABASES, INSTALLED_APPS, KIS_PARTNERS, MIDDLEWARE

INSTALLED_APPS = [
    "everything",
    *INSTALLED_APPS,
    "wagtail.contrib.table_block",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "kis_partners.delivery",
]
MIDDLEWARE = ["kis_partners.delivery.answers.cache.ConditionalCacheMiddleware", *MIDDLEWARE]
name = "listed.sqlite3" if os.environ.get("LISTED") else "everything.sqlite3"
DATABASES = {"default": {**DATABASES["default"], "NAME": BASE_DIR / name}}
ROOT_URLCONF = "everything_urls"
KIS_PARTNERS = {**KIS_PARTNERS, "API_ROUTER": "everything_urls.router"}
# No script on another site is to read it (CORS).
SILENCED_SYSTEM_CHECKS = ["kis_partners.W019"]
