"""The site with an app whose migration fails."""

from kis_wagtail.settings.dev import *  # noqa: F403
from kis_wagtail.settings.dev import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.consumer.failing"]
ALLOWED_HOSTS = ["*"]
