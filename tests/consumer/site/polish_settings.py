"""The same site, written in German, with Polish beside it."""

from settings import *  # noqa: F403
from settings import BASE_DIR, INSTALLED_APPS

INSTALLED_APPS = ["polish.PolishConfig", *INSTALLED_APPS]
LANGUAGE_CODE = "de"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("de", "Deutsch"), ("pl", "Polnisch")]
LOCALE_PATHS = [BASE_DIR / "polish_locale"]
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "polish.sqlite3"}
}
KIS_PARTNERS = {"CONTENT": BASE_DIR / "polish_content"}
