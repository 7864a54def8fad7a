"""By which code and settings payloads are made: payloads of another release are not served."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.conf import settings
from django.core.signals import setting_changed
from django.utils import translation

from ...conf import conf

DECIDING = (
    "KIS_PARTNERS_RELEASE",
    "LANGUAGE_CODE",
    "MEDIA_URL",
    "TIME_ZONE",
    "WAGTAILAPI_BASE_URL",
    "WAGTAIL_CONTENT_LANGUAGES",
    "WAGTAIL_I18N_ENABLED",
)
#: Of ``KIS_PARTNERS``, what decides about items; the rest is how they are delivered.
OWN = ("close_translations", "headless", "languages", "renditions")


@lru_cache(maxsize=1)
def release() -> str:
    """A digest of the plugin's version and of the settings that decide about answers."""
    try:
        number = version("kis-wagtail")
    except PackageNotFoundError:  # a checkout that isn't installed
        number = ""
    # The names of languages are in the language of the request that asks first.
    with translation.override(None):
        parts = [number, version("wagtail"), *(repr(getattr(conf(), name)) for name in OWN)]
        parts += [repr(getattr(settings, name, None)) for name in DECIDING]
    return hashlib.md5("\0".join(parts).encode()).hexdigest()


def _forget(**kwargs: Any) -> None:
    release.cache_clear()


setting_changed.connect(_forget, dispatch_uid="kis_delivery.release")
