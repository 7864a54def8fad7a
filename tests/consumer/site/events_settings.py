"""The foreign site with a kind of cooperation of its own, and with the shelf of published items."""

from settings import *  # noqa: F403
from settings import INSTALLED_APPS, KIS_PARTNERS, MIDDLEWARE

INSTALLED_APPS = ["events", *INSTALLED_APPS, "kis_partners.delivery"]
MIDDLEWARE = ["kis_partners.delivery.answers.cache.ConditionalCacheMiddleware", *MIDDLEWARE]
ROOT_URLCONF = "events_urls"
KIS_PARTNERS = {**KIS_PARTNERS, "API_ROUTER": "events_urls.router"}
