"""Production settings of a site whose static files need not be collected."""

from kis_wagtail.settings.production import *

KIS_PARTNERS = {**KIS_PARTNERS, "WEBHOOK_HOSTS": ["127.0.0.1"]}
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
