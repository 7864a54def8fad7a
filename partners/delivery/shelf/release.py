"""A digest of the code and the settings that payloads are made by.

Payloads of another release aren't served.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.conf import settings
from django.core.signals import setting_changed
from django.utils import translation

from ...conf import conf

#: The layout of stored payloads; another number for another layout.
LAYOUT = "3"
#: The site's settings that decide about items.
SETTINGS = (
    "KIS_PARTNERS_RELEASE",
    "LANGUAGE_CODE",
    "MEDIA_URL",
    "TIME_ZONE",
    "WAGTAILAPI_BASE_URL",
    "WAGTAIL_CONTENT_LANGUAGES",
    "WAGTAIL_I18N_ENABLED",
)
#: The settings in ``KIS_PARTNERS`` that decide about items; the others are about delivering them.
PLUGIN_SETTINGS = ("close_translations", "headless", "languages", "renditions")


@lru_cache(maxsize=1)
def release() -> str:
    """The digest of the versions and settings that this process runs with."""
    try:
        number = version("kis-wagtail")
    except PackageNotFoundError:  # a checkout that isn't installed
        number = ""
    # Names of languages are lazy translations: the digest must not depend on the active language.
    with translation.override(None):
        parts = [LAYOUT, number, version("wagtail")]
        parts += [repr(getattr(conf(), name)) for name in PLUGIN_SETTINGS]
        parts += [repr(getattr(settings, name, None)) for name in SETTINGS]
    return hashlib.md5("\0".join(parts).encode()).hexdigest()


def _forget(**kwargs: Any) -> None:
    release.cache_clear()


setting_changed.connect(_forget, dispatch_uid="kis_delivery.release")
