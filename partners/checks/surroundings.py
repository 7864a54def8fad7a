"""Checks of what stands around the plugin: the order of apps and middleware, languages, addresses,
models that can be exchanged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import global_settings, settings
from django.conf.urls.i18n import is_language_prefix_patterns_used
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.middleware.common import CommonMiddleware
from django.middleware.locale import LocaleMiddleware
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.module_loading import import_string

from ..api import place
from .installation import PLUGIN

#: Apps whose screens the plugin adds to; the first app with a template or command is used.
ADDED_TO = ("wagtail.admin", "wagtail.documents", "wagtail_localize")


@register()
def check_order_of_apps(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The plugin stands before the apps whose templates it takes the place of."""
    names = [one.name for one in apps.get_app_configs()]
    before = [name for name in names[: names.index(PLUGIN)] if name in ADDED_TO]
    if not before:
        return []
    return [
        Error(
            f"'{PLUGIN}' stands after {', '.join(map(repr, before))} in INSTALLED_APPS, whose "
            "screens it adds to, so what it adds isn't shown.",
            hint=f"Put '{PLUGIN}' before them, and after the apps of your own.",
            id="kis_partners.E007",
        )
    ]


@register(Tags.translation)
def check_content_languages(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The languages of pages are those that are meant."""
    named = getattr(settings, "WAGTAIL_CONTENT_LANGUAGES", None)
    codes = [code for code, _name in settings.LANGUAGES]
    default = settings.LANGUAGE_CODE
    several = settings.LANGUAGES != global_settings.LANGUAGES and len(codes) > 1
    if named is None and several:
        return [
            Error(
                f"LANGUAGES has {len(codes)} languages, and pages have '{default}' alone: "
                "WAGTAIL_CONTENT_LANGUAGES isn't set.",
                hint="Set WAGTAIL_I18N_ENABLED = True and WAGTAIL_CONTENT_LANGUAGES = LANGUAGES; "
                f"if pages are in one language, WAGTAIL_CONTENT_LANGUAGES = [('{default}', …)].",
                id="kis_partners.E008",
            )
        ]
    own = [code for code, _name in named or ()]
    if len(own) > 1 and not getattr(settings, "WAGTAIL_I18N_ENABLED", False):
        return [
            Error(
                f"WAGTAIL_CONTENT_LANGUAGES has {len(own)} languages, and WAGTAIL_I18N_ENABLED is "
                "off, so pages have one.",
                hint="Set WAGTAIL_I18N_ENABLED = True.",
                id="kis_partners.E008",
            )
        ]
    if own and default not in own:
        return [
            Error(
                f"LANGUAGE_CODE is '{default}', in which there are no pages: "
                f"WAGTAIL_CONTENT_LANGUAGES has {', '.join(map(repr, own))}.",
                hint="Set LANGUAGE_CODE to the language that pages are written in, spelled as "
                "there.",
                id="kis_partners.E008",
            )
        ]
    return []


@register()
def check_middleware(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Addresses with languages need Django's middleware, between the session and the rest."""
    if not is_language_prefix_patterns_used(settings.ROOT_URLCONF)[0]:
        return []
    places: dict[type, int] = {}
    for number, name in enumerate(settings.MIDDLEWARE):
        found = import_string(name)
        for kind in (SessionMiddleware, LocaleMiddleware, CommonMiddleware):
            if isinstance(found, type) and issubclass(found, kind):
                places.setdefault(kind, number)
    locale = places.get(LocaleMiddleware)
    if locale is None:
        text = "Addresses begin with a language, and nothing finds the language of a request."
    elif locale < places.get(SessionMiddleware, -1) or locale > places.get(
        CommonMiddleware, len(settings.MIDDLEWARE)
    ):
        text = "The language of a request is found at a place where others need it already."
    else:
        return []
    return [
        Error(
            text,
            hint="Put 'django.middleware.locale.LocaleMiddleware' into MIDDLEWARE, after "
            "SessionMiddleware and before CommonMiddleware.",
            id="kis_partners.E009",
        )
    ]


@register(Tags.urls)
def check_address_of_api(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The API has one address, whatever the language."""
    found = set()
    for code in (settings.LANGUAGES[0][0], settings.LANGUAGES[-1][0]):
        with translation.override(code):
            found |= place.mounts()
    if len(found) < 2:
        return []
    return [
        Error(
            f"The API has several addresses: {', '.join(sorted(found))}.",
            hint="Include its router once, outside of i18n_patterns.",
            id="kis_partners.E017",
        )
    ]


@register(Tags.urls)
def check_embed(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """oEmbed gives a frame only where the frame has an address."""
    if not _has_address("oembed") or _has_address("embed_frame"):
        return []
    return [
        Warning(
            "The address of oEmbed answers without a frame, so software that asks it shows a link "
            "instead of the list.",
            hint=f"From '{PLUGIN}.site' import embed, and put path(\"embed/frame/\", embed.frame, "
            'name="embed_frame") into the URLs, outside of i18n_patterns.',
            id="kis_partners.W020",
        )
    ]


def _has_address(name: str) -> bool:
    try:
        return bool(reverse(name))
    except NoReverseMatch:
        return False


@register(Tags.models)
def check_models(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Users, images and documents may be the site's own; pages derive from Wagtail's."""
    return list(_exchanged())


def _exchanged() -> Iterator[CheckMessage]:
    model = getattr(settings, "WAGTAIL_PAGE_MODEL", "wagtailcore.Page")
    if model.lower() != "wagtailcore.page":
        yield Error(
            f"WAGTAIL_PAGE_MODEL is '{model}': the plugin's pages derive from Wagtail's Page.",
            hint="Leave WAGTAIL_PAGE_MODEL out; user, image and document models may be your own.",
            id="kis_partners.E018",
        )
