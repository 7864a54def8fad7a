"""Wagtail's test project with the plugin installed and our own rules switched off."""

from wagtail.test.settings import *

INSTALLED_APPS = ["partners", "wagtail_localize", *INSTALLED_APPS]
ROOT_URLCONF = "tests.wagtail_api.urls"
KIS_PARTNERS = {"LANGUAGES": False, "UNUSED_FILES": True, "CLOSE_TRANSLATIONS": False}
# The project's tests of languages switch them on one by one.
SILENCED_SYSTEM_CHECKS = ["kis_partners.E008"]
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
# The second engine, Jinja, renders nothing that these tests ask for.
TEMPLATES = TEMPLATES[:1]
TEST_RUNNER = "tests.wagtail_api.runner.ReportingRunner"
