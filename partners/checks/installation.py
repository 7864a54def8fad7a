"""Apps, storages, backends, languages and the database that the plugin needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.files.storage import default_storage
from django.db import DatabaseError, connections
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.module_loading import import_string
from django.utils.translation import to_locale
from wagtail.images.forms import get_image_base_form
from wagtail.images.models import get_rendition_storage

from .. import kinds
from ..api.collation import collations
from ..conf import conf
from ..files.forms import CleanImageForm
from ..files.storage import HiddenNames
from ..models.headless import APP as PREVIEW_APP
from ..public.addresses import headless
from ..roles.rights import LanguagePermissions
from ..search.analysis import VERSION
from ..search.upkeep import recorded_version
from ..site import media
from ..words import interface
from ..words.languages import base_code, is_registered, language

#: The import name of the plugin.
PLUGIN = __name__.rpartition(".checks")[0]
#: The app with the shelf of published items, which a site may do without.
DELIVERY_APP = f"{PLUGIN}.delivery"
REQUIRED_APPS = ("wagtail_localize", "wagtail.api.v2", "wagtail.documents", "wagtail.images")


@register(Tags.database)
def check_left_triggers(
    app_configs: Any, databases: Any = None, **kwargs: Any
) -> list[CheckMessage]:
    """Triggers of the shelf in a site that no longer has the shelf's app."""
    if "default" not in (databases or []) or apps.is_installed(DELIVERY_APP):
        return []
    connection = connections["default"]
    triggers = (
        "SELECT tgname AS name FROM pg_trigger"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    try:
        with connection.cursor() as cursor:
            ours = "name LIKE 'kis!_delivery!_%' ESCAPE '!'"
            cursor.execute(f"SELECT 1 FROM ({triggers}) AS t WHERE {ours}")
            left = cursor.fetchone()
    except DatabaseError:
        return []
    if not left:
        return []
    return [
        Error(
            f"The database has triggers of '{DELIVERY_APP}', which isn't in INSTALLED_APPS: they "
            "write notes that nobody reads, and without its tables content can't be saved.",
            hint=(
                f"Put '{DELIVERY_APP}' back, run manage.py migrate kis_delivery zero, "
                "then take it out."
            ),
            id="kis_partners.E015",
        )
    ]


@register()
def check_installation(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Apps and settings that the plugin needs."""
    messages: list[CheckMessage] = [
        Error(
            f"kis_partners needs the app '{name}'.",
            hint=f"Add '{name}' to INSTALLED_APPS.",
            id="kis_partners.E001",
        )
        for name in REQUIRED_APPS
        if not apps.is_installed(name)
    ]
    if not settings.USE_TZ:
        messages.append(
            Error(
                "USE_TZ is off, so no moment of a change can be told for certain.",
                hint="Set USE_TZ = True; TIME_ZONE remains the zone that people read times in.",
                id="kis_partners.E016",
            )
        )
    if not getattr(settings, "WAGTAIL_I18N_ENABLED", False):
        messages.append(
            Warning(
                "WAGTAIL_I18N_ENABLED is off, so cooperations have one language only.",
                hint="Set WAGTAIL_I18N_ENABLED = True and WAGTAIL_CONTENT_LANGUAGES.",
                id="kis_partners.W001",
            )
        )
    if not getattr(settings, "WAGTAILLOCALIZE_DISABLE_ON_DELETE", False):
        messages.append(
            Warning(
                "Deleting a page erases what its translators have written.",
                hint="Set WAGTAILLOCALIZE_DISABLE_ON_DELETE = True.",
                id="kis_partners.W008",
            )
        )
    if not issubclass(get_image_base_form(), CleanImageForm):
        form = f"{CleanImageForm.__module__}.{CleanImageForm.__qualname__}"
        messages.append(
            Warning(
                "Who uploads a damaged image sees an error of the server.",
                hint=f"Set WAGTAILIMAGES_IMAGE_FORM_BASE = '{form}', or derive your form from it.",
                id="kis_partners.W016",
            )
        )
    if headless() and not apps.is_installed(PREVIEW_APP):
        messages.append(
            Error(
                "KIS_PARTNERS['HEADLESS'] needs previews on the front end.",
                hint=f"Install wagtail-headless-preview and add '{PREVIEW_APP}' to INSTALLED_APPS.",
                id="kis_partners.E002",
            )
        )
    return messages


@register()
def check_media(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Files have names that can't be guessed, and are given by who knows what is still public."""
    package = PLUGIN
    messages: list[CheckMessage] = [
        Warning(
            f"Files of {what} have names that say how they were uploaded, and can be guessed.",
            hint=f"Name '{package}.files.storage.MediaStorage' in STORAGES, or mix HiddenNames "
            "into your storage; then run manage.py clean_files.",
            id="kis_partners.W017",
        )
        for what, storage in (
            ("the storage 'default'", default_storage),
            ("renditions of images", get_rendition_storage()),
        )
        if not issubclass(storage.__class__, HiddenNames)
    ]
    lines: dict[str, tuple[Any, str]] = {settings.MEDIA_URL: (media.media, "*media.urls(),")}
    with suppress(NoReverseMatch):  # A site may give no documents at all.
        document = 'path("documents/", include(media.document_urls)),'
        lines[reverse("wagtaildocs_serve", args=[0, ""])] = media.document, document
    messages += [
        Warning(
            f"Files below '{address}' aren't given by the plugin, which knows whether something "
            "public shows them.",
            hint=f"From '{package}.site' import media, and put {line} into the URLs, outside of "
            "i18n_patterns and before what gives files now.",
            id="kis_partners.W018",
        )
        for address, (view, line) in lines.items()
        if _view(address) is not view
    ]
    return messages


def _view(address: str) -> Any:
    try:
        return resolve(urlsplit(address).path + "x").func
    except Resolver404:
        return None


@register()
def check_cors(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Scripts on other sites can read the API only where answers allow it."""
    if not conf().api_router or any("cors" in name.lower() for name in settings.MIDDLEWARE):
        return []
    return [
        Warning(
            "Scripts on other sites can't read the API: no middleware sends CORS headers.",
            hint="Install django-cors-headers, add 'corsheaders' to INSTALLED_APPS, and "
            "'corsheaders.middleware.CorsMiddleware' to MIDDLEWARE before CommonMiddleware; set "
            "CORS_ALLOW_ALL_ORIGINS = True with a CORS_URLS_REGEX of what is public.",
            id="kis_partners.W019",
        )
    ]


@register()
def check_kinds(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """What a kind of cooperation announces must be there."""
    return kinds.problems()


@register()
def check_search_backend(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The search index holds keys of words, which only the plugin's search backends ask for."""
    backends = getattr(settings, "WAGTAILSEARCH_BACKENDS", {})
    stock = ("wagtail.search.backends.database", "modelsearch.backends.database")
    name = backends.get("default", {}).get("BACKEND", stock[0])
    own = f"{PLUGIN}.search.backend"
    engine = re.match(
        r"(?:wagtail\.search|modelsearch)\.backends\.((?:elastic|open)search\d*)", name
    )
    if engine:
        # Their mapping of fields can't be made for fields of a mixin that is no model.
        return [
            Error(
                f"{name} can't index pages and snippets of the plugin.",
                hint=f'Set "BACKEND": "{own}" and "ENGINE": "{engine[1]}" with the same options, '
                "and run manage.py update_index.",
                id="kis_partners.E019",
            )
        ]
    if not name.startswith(stock):
        return []
    return [
        Warning(
            "Searches find only words of titles, as they are written.",
            hint=f'Set WAGTAILSEARCH_BACKENDS = {{"default": {{"BACKEND": "{own}"}}}} and run '
            "manage.py update_index.",
            id="kis_partners.W002",
        )
    ]


@register()
def check_roles(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The languages of a group limit its permissions only with the plugin's authentication backend
    and middleware."""
    package = f"{PLUGIN}.roles"
    backends = [import_string(name) for name in settings.AUTHENTICATION_BACKENDS]
    messages: list[CheckMessage] = []
    if any(
        issubclass(one, ModelBackend) and not issubclass(one, LanguagePermissions)
        for one in backends
    ):
        messages.append(
            Warning(
                "A group's languages limit nobody: a backend gives permissions in all of them.",
                hint=f"Use '{package}.rights.LanguageBackend' in AUTHENTICATION_BACKENDS, or mix "
                "LanguagePermissions into your own.",
                id="kis_partners.W006",
            )
        )
    middleware = f"{package}.middleware.LanguageMiddleware"
    if middleware not in settings.MIDDLEWARE:
        messages.append(
            Warning(
                "A group's languages limit nobody in the views of snippets and translations.",
                hint=f"Add '{middleware}' to MIDDLEWARE, after the authentication.",
                id="kis_partners.W007",
            )
        )
    return messages


@register(Tags.translation)
def check_languages(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Each language of the site has an entry and a catalogue; what it lacks has a stand-in."""
    return [message for code in interface.languages() for message in _lacking(code)]


def _lacking(code: str) -> Iterator[CheckMessage]:
    entry = language(code)
    package = f"{PLUGIN}.words.languages"
    if not is_registered(code):
        yield Warning(
            f"The language '{code}' has no entry.",
            hint=f"Register a class derived from {package}.Language; see docs/extending.md.",
            id="kis_partners.W010",
        )
    if entry.periods is None:
        yield Warning(
            f"Periods in '{code}' are figures with a dash.",
            hint="Set 'periods' in the entry of this language.",
            id="kis_partners.W011",
        )
    if not entry.has_stemming:
        yield Warning(
            f"A search in '{code}' finds words only as they are typed: there is no stemmer.",
            hint="Override 'stems' in the entry of this language, and run manage.py update_index.",
            id="kis_partners.W012",
        )
    if entry.own_letters is None:
        yield Warning(
            f"Words in '{code}' are in the order of all languages.",
            hint="Set 'own_letters' in the entry of this language; () where it has none.",
            id="kis_partners.W013",
        )
    folders = [Path(apps.get_app_config("kis_partners").path) / "locale"]
    folders += map(Path, settings.LOCALE_PATHS)
    missing = len(interface.lacking(code, folders))
    if missing:
        total = sum(len(interface.english(folder)) for folder in folders)
        yield Warning(
            f"{missing} of {total} interface texts have no translation in '{code}': readers see "
            "them in English.",
            hint=f"Translate them in locale/{to_locale(code)}/LC_MESSAGES/django.po of an app or "
            "of LOCALE_PATHS; docs/extending.md says how.",
            id="kis_partners.W014",
        )


@register(Tags.database)
def check_collations(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """The database can sort in the order of each language."""
    if "default" not in (databases or []):
        return []
    try:
        known = collations(connections["default"])
    except DatabaseError:
        return []
    return [
        Warning(
            f"The database can't sort in the order of the language '{code}'.",
            hint="Use a PostgreSQL that is built with ICU, or SQLite.",
            id="kis_partners.W015",
        )
        for code in interface.languages()
        if f"{base_code(code)}-x-icu" not in known
    ]


@register(Tags.database)
def check_search_index(
    app_configs: Any, databases: Any = None, **kwargs: Any
) -> list[CheckMessage]:
    """The search index must be built by the same version of the analyser that reads queries."""
    if "default" not in (databases or []):
        return []
    table = "kis_partners_indexversion"
    try:
        if table not in connections["default"].introspection.table_names():
            return []
        version = recorded_version()
    except DatabaseError:
        return []
    if version == VERSION:
        return []
    return [
        Warning(
            "The search index was built by another version of the analyser.",
            hint="Run manage.py update_index.",
            id="kis_partners.W003",
        )
    ]
