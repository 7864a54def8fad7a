"""A digest of the code and the settings that payloads are made by.

Payloads of another release aren't served.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.signals import setting_changed
from django.template import engines
from django.utils import translation

from ...conf import conf

#: The layout of stored payloads; another number for another layout.
LAYOUT = "5"
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


@lru_cache(maxsize=1)
def look() -> str:
    """The digest of the templates, catalogues and colours that this process makes HTML with.

    Names of static files that change with their contents change a digest of their own.
    """
    found = hashlib.md5(getattr(staticfiles_storage, "manifest_hash", "").encode())
    found.update(repr(sorted(conf().brand.items())).encode())
    folders = [Path(one) for engine in engines.all() for one in engine.template_dirs]
    catalogues = [Path(one) for one in settings.LOCALE_PATHS]
    catalogues += [Path(one.path) / "locale" for one in apps.get_app_configs()]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    files += [path for folder in catalogues for path in folder.rglob("*.mo")]
    for path in sorted(files):
        found.update(path.read_bytes())
    return found.hexdigest()


def _forget(*, setting: str, **kwargs: Any) -> None:
    release.cache_clear()
    if setting in ("TEMPLATES", "KIS_PARTNERS"):
        look.cache_clear()


setting_changed.connect(_forget, dispatch_uid="kis_delivery.release")
