"""The same with the viewsets that answer from the shelf, and the cache of answers before them."""

from tests.wagtail_api.settings import *

INSTALLED_APPS = ["partners.delivery", *INSTALLED_APPS]
MIDDLEWARE = ["partners.delivery.answers.cache.ConditionalCacheMiddleware", *MIDDLEWARE]
ROOT_URLCONF = "tests.wagtail_api.shelf_urls"
