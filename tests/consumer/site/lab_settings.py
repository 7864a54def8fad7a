"""A site with much of its own: user, image and document models, languages, addresses, two sites."""

import environ
from settings import *  # noqa: F403
from settings import BASE_DIR, INSTALLED_APPS, KIS_PARTNERS, MIDDLEWARE

INSTALLED_APPS = ["accounts", "lab", *INSTALLED_APPS, "kis_partners.delivery"]
MIDDLEWARE = ["kis_partners.delivery.answers.cache.ConditionalCacheMiddleware", *MIDDLEWARE]
DATABASES = {"default": environ.Env().db("LAB_DATABASE", f"sqlite:///{BASE_DIR / 'lab.sqlite3'}")}
ROOT_URLCONF = "lab_urls"
AUTH_USER_MODEL = "accounts.User"
WAGTAILIMAGES_IMAGE_MODEL = "lab.Picture"
WAGTAILDOCS_DOCUMENT_MODEL = "lab.Paper"
LANGUAGE_CODE = "en-gb"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [
    ("en-gb", "English"),
    ("sk", "Slovenčina"),
    ("de-at", "Deutsch"),
    ("pt-br", "Português"),
    ("ar", "العربية"),
]
KIS_PARTNERS = {**KIS_PARTNERS, "API_ROUTER": "lab_urls.router"}
