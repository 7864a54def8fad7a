"""What a site's settings need of the plugin, added to what they have.

    INSTALLED_APPS = with_apps(INSTALLED_APPS)
    MIDDLEWARE = with_middleware(MIDDLEWARE)
    AUTHENTICATION_BACKENDS = with_backends(globals().get("AUTHENTICATION_BACKENDS"))

Each function takes a list of names and returns a new one. What is there stays and keeps its order,
and what is there already isn't added again. For settings, so it imports nothing of Django.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

_PACKAGE = __name__.rpartition(".")[0]
#: Apps that belong before those of Wagtail, whose screens they add to.
APPS = (_PACKAGE, "wagtail_localize", "wagtail_localize.locales", "wagtail.api.v2")
SESSIONS = "django.contrib.sessions.middleware.SessionMiddleware"
STOCK_LOCALE = "django.middleware.locale.LocaleMiddleware"
LOCALE = f"{_PACKAGE}.site.middleware.LocaleMiddleware"
AUTHENTICATION = "django.contrib.auth.middleware.AuthenticationMiddleware"
LANGUAGE = f"{_PACKAGE}.roles.middleware.LanguageMiddleware"
STOCK_BACKEND = "django.contrib.auth.backends.ModelBackend"
BACKEND = f"{_PACKAGE}.roles.rights.LanguageBackend"


def with_apps(apps: Iterable[str]) -> list[str]:
    """The apps with the plugin and what it needs, before the first app of Wagtail.

    So templates of the site's own apps, which stand before those of Wagtail, come before those of
    the plugin. wagtail-localize brings an app that takes the place of ``wagtail.locales``.
    """
    found = [app for app in apps if app != "wagtail.locales"]
    place = _first(found, lambda app: app.split(".")[0] in ("wagtail", "wagtail_localize"))
    found[place:place] = [app for app in APPS if app not in found]
    return found if "rest_framework" in found else [*found, "rest_framework"]


def with_middleware(middleware: Iterable[str]) -> list[str]:
    """The middleware with languages in addresses, and with the languages of a user's groups.

    The language is known after the session and before everything else. The plugin's class takes
    the place of Django's, from which it derives; a site's own class whose name ends with
    ``LocaleMiddleware`` stays.
    """
    found = [LOCALE if name == STOCK_LOCALE else name for name in middleware]
    if not any(name.endswith("LocaleMiddleware") for name in found):
        found.insert(_after(found, SESSIONS, 0), LOCALE)
    if LANGUAGE not in found:
        found.insert(_after(found, AUTHENTICATION, len(found)), LANGUAGE)
    return found


def with_backends(backends: Iterable[str] | None = None) -> list[str]:
    """The authentication backends with the plugin's in the place of Django's own.

    Without any, the setting is Django's default. Other backends stay; one that derives from
    Django's is named by ``manage.py check``, if a group's languages don't limit it.
    """
    found = [BACKEND if name == STOCK_BACKEND else name for name in backends or [STOCK_BACKEND]]
    return list(dict.fromkeys(found)) if BACKEND in found else [*found, BACKEND]


def _first(names: Sequence[str], suits: Callable[[str], bool]) -> int:
    return next((place for place, name in enumerate(names) if suits(name)), len(names))


def _after(names: Sequence[str], name: str, otherwise: int) -> int:
    return names.index(name) + 1 if name in names else otherwise
