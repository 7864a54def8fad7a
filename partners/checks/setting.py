"""Checks of ``KIS_PARTNERS``: each value by the type and the bounds that its key has."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import fields
from os import PathLike
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.module_loading import import_string
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.images.models import Filter

from ..api import deprecation
from ..conf import STANDARD, Conf, conf, given, known_names, unknown, unknown_names
from ..site import brand, health

#: In words, what a type of Python is.
WORDS: dict[Any, str] = {
    bool: "True or False",
    int: "a whole number",
    float: "a number",
    str: "a text",
    PathLike: "a path",
    tuple: "a list or tuple of texts",
    Mapping: "a dictionary of texts",
    type(None): "None",
}


@register()
def check_setting(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Keys that are unknown, and values that can't be meant."""
    written = getattr(settings, "KIS_PARTNERS", {})
    if not isinstance(written, Mapping):
        return [
            Error(
                f"KIS_PARTNERS is {_shown(written)}, so none of it counts.",
                hint='Make it a dictionary: KIS_PARTNERS = {"CONTENT": BASE_DIR / "content"}.',
                id="kis_partners.E003",
            )
        ]
    messages: list[CheckMessage] = [
        Warning(
            f"KIS_PARTNERS['{name}'] means nothing.",
            hint=unknown(name, known_names(), "name"),
            id="kis_partners.W005",
        )
        for name in unknown_names()
    ]
    wrong = list(_of_wrong_type())
    if wrong:  # What a value names is looked for where all can be read.
        return messages + wrong
    return [*messages, *_missing(conf()), *_without_effect(conf()), *_faint()]


@register()
def check_deprecations(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """What apps call deprecated is there, and is served as long as is promised."""
    if not conf().api_router:
        return []
    with suppress(ImportError):  # Another check tells of it.
        return [
            Error(
                f"The hook {deprecation.HOOK}: {fault}.",
                hint="Name an endpoint of the router, one of its parameters, and a day that is "
                "NOTICE_MONTHS away.",
                id="kis_partners.E021",
            )
            for fault in deprecation.faults(import_string(conf().api_router), conf().notice_months)
        ]
    return []


def _of_wrong_type() -> Iterator[CheckMessage]:
    hints = get_type_hints(Conf)
    for one in fields(Conf):
        name = one.name.upper()
        if name not in given():
            continue
        value, least, most = given()[name], one.metadata["least"], one.metadata["most"]
        inside = (least is None or not isinstance(value, int | float) or value >= least) and (
            most is None or not isinstance(value, int | float) or value <= most
        )
        if not (fits(value, hints[one.name]) and inside):
            yield Error(
                f"KIS_PARTNERS['{name}'] is {_shown(value)}.",
                hint=f"It is {described(hints[one.name], least, most)}: {one.metadata['meaning']}.",
                id="kis_partners.E004",
            )


def fits(value: Any, hint: Any) -> bool:
    """Whether a value has a type of a key; a list is as good as a tuple."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return any(fits(value, part) for part in parts)
    if origin is tuple:
        return isinstance(value, list | tuple) and all(fits(one, parts[0]) for one in value)
    if origin is Mapping:
        return isinstance(value, Mapping) and all(
            fits(one, part) for pair in value.items() for one, part in zip(pair, parts, strict=True)
        )
    if hint is float:
        hint = int | float
    if isinstance(value, bool):
        return hint is bool
    return isinstance(value, origin or hint)


def described(hint: Any, least: float | None = None, most: float | None = None) -> str:
    """A type and its bounds in words."""
    if get_origin(hint) in (Union, types.UnionType):
        found = " or ".join(described(part) for part in get_args(hint))
    else:
        found = WORDS[get_origin(hint) or hint]
    if least is not None and most is not None:
        return f"{found} from {least:g} to {most:g}"
    return f"{found}, {least:g} or more" if least is not None else found


def _shown(value: Any) -> str:
    text = repr(value)
    return f"{text if len(text) <= 60 else text[:60] + '…'} ({type(value).__name__})"


def _missing(values: Conf) -> Iterator[CheckMessage]:
    """What values name and isn't there."""
    for key, problem, hint in _absences(values):
        yield Error(f"KIS_PARTNERS['{key}']: {problem}.", hint=hint, id="kis_partners.E005")


def _absences(values: Conf) -> Iterator[tuple[str, str, str]]:
    if values.content is not None and not Path(values.content).is_dir():
        yield "CONTENT", f"there is no folder {values.content}", "Make it, or leave the key out."
    if values.cache not in settings.CACHES:
        yield "CACHE", unknown(values.cache, settings.CACHES, "alias"), "Name one of CACHES."
    if STANDARD not in values.renditions:
        standard = conf_default("renditions")[STANDARD]
        hint = f"Add it, for example as '{standard}'."
        yield "RENDITIONS", f"there is no '{STANDARD}', which items show", hint
    for name, spec in values.renditions.items():
        try:
            usable = bool(Filter(spec=spec).operations)
        except Exception:  # An operation of the site's own may refuse in any way.
            usable = False
        if not usable:
            hint = "Write a filter spec of Wagtail, such as 'max-800x800|format-webp'."
            yield "RENDITIONS", f"'{name}' is '{spec}', which makes no rendition", hint
    if values.api_router:
        router = None
        with suppress(ImportError):
            router = import_string(values.api_router)
        if not isinstance(router, WagtailAPIRouter):
            hint = "Name the router that is in the URLs, such as 'mysite.api.router'."
            yield "API_ROUTER", f"there is no router at '{values.api_router}'", hint
    known = [check.name for check in health.checks()]
    for name in values.ready_without:
        if name not in known:
            hint = f"Name some of {', '.join(known)}."
            yield "READY_WITHOUT", unknown(name, known, "check"), hint
    for problem, hint in brand.absences():
        yield "BRAND", problem, hint
    if values.media_location and not values.media_location.startswith("/"):
        hint = "Write it as in nginx: '/_media/'."
        yield "MEDIA_LOCATION", f"'{values.media_location}' doesn't begin with a slash", hint
    for key in ("licence_url", "terms_url"):
        if (address := getattr(values, key)) and not _is_web(address):
            hint = "Write the whole address, with https:// before it."
            yield key.upper(), f"'{address}' is no address of a page", hint
    if values.licence_url and not values.licence:
        yield "LICENCE", f"the licence at {values.licence_url} has no name", "Name it."
    if values.contact and not (_is_mail(values.contact) or _is_web(values.contact)):
        hint = "Write a mail address, or that of a page with https:// before it."
        yield "CONTACT", f"'{values.contact}' is neither", hint
    for path in values.cached_paths or ():
        if not path.startswith("/"):
            hint = f"Write '/{path}'."
            yield "CACHED_PATHS", f"'{path}' doesn't begin with a slash", hint


def _is_web(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in ("https", "http") and bool(parts.hostname)


def _is_mail(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def _without_effect(values: Conf) -> Iterator[CheckMessage]:
    if values.pages_read is not None and values.cached_paths is None:
        codes = [f"/{code}/" for code, _name in settings.LANGUAGES[:2]]
        yield Error(
            "KIS_PARTNERS['PAGES_READ'] has no effect: no page stands below the addresses whose "
            "answers are kept.",
            hint="Add CACHED_PATHS with those of the API, of feeds and of pages, such as "
            f"{', '.join(repr(code) for code in codes)}.",
            id="kis_partners.E006",
        )


def _faint() -> Iterator[CheckMessage]:
    for problem, hint in brand.faint():
        yield Error(f"KIS_PARTNERS['BRAND']: {problem}.", hint=hint, id="kis_partners.E020")


def conf_default(name: str) -> Any:
    """What a field is without the site's word."""
    return getattr(Conf(), name)
