"""The languages of the reference site: the source first, then those it is translated into."""

from django.conf import settings

LANGUAGES = [code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES]
TRANSLATIONS = LANGUAGES[1:]
