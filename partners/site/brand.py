"""The colours and the logo that a site gives its pages: ``KIS_PARTNERS["BRAND"]``.

Colours reach pages as custom properties of CSS (``--brand-light``, ``--brand-dark``), in a style
sheet of the site's own address, so that no page needs an inline style. Links, the bar across the
top and marks are drawn in them, so they are held to the contrast of text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.signals import setting_changed
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import NoReverseMatch, path, reverse
from django.views.decorators.http import require_safe
from willow.image import Image

from ..conf import conf, unknown

#: What stands behind text in each colour: the page and its panels, as site.css has them.
GROUNDS = {"light": ("#ffffff", "#eef3f3"), "dark": ("#12181b", "#1d262a")}
LOGOS = ("logo", "logo_dark")
#: The least contrast of text (WCAG 2.2, success criterion 1.4.3).
LEAST = 4.5
#: A style sheet is fetched anew when its address changes, which it does with its content.
YEAR = 365 * 24 * 3600
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class Logo:
    """A logo as a static file, with the one for dark grounds if there is one.

    Width and height, in pixels, keep the page from moving when the logo comes.
    """

    url: str
    dark_url: str
    width: int
    height: int


@dataclass(frozen=True)
class Brand:
    """What a template shows of the brand; empty where the site has set none."""

    style: str
    logo: Logo | None


def style() -> str:
    """The style sheet with the colours of the site; empty without any."""
    colours = [f"--brand-{name}:{conf().brand[name]}" for name in GROUNDS if name in conf().brand]
    return f":root{{{';'.join(colours)}}}" if colours else ""


def brand() -> Brand:
    """The brand of the site, for templates."""
    return Brand(style=_address(), logo=_logo())


def _digest() -> str:
    return hashlib.sha256(style().encode()).hexdigest()[:12]


def _address() -> str:
    """The address of the style sheet; empty without colours, and where the site has none for it."""
    if not style():
        return ""
    try:
        return reverse("kis_brand", args=[_digest()])
    except NoReverseMatch:
        return ""


@lru_cache(maxsize=1)
def _logo() -> Logo | None:
    name, dark = (conf().brand.get(one, "") for one in LOGOS)
    size = name and _size(name)
    if not size:
        return None
    return Logo(static(name), static(dark) if dark and _size(dark) else "", *size)


def _size(name: str) -> tuple[int, int] | None:
    """Width and height of a static file that is an image; None for what is none."""
    found = finders.find(name)
    if not found:
        return None
    try:
        with Path(str(found)).open("rb") as file:
            width, height = Image.open(file).get_size()
    except Exception:  # Whatever a reader of images says of what it can't read.
        return None
    return (round(width), round(height)) if width and height else None


@require_safe
def style_sheet(request: HttpRequest, digest: str) -> HttpResponse:
    """The colours of the site as a style sheet; browsers keep it under its digest."""
    response = HttpResponse(style(), content_type="text/css; charset=utf-8")
    is_current = digest == _digest()
    response["Cache-Control"] = f"public, max-age={YEAR}, immutable" if is_current else "no-cache"
    return response


def urls() -> list[object]:
    """The address of the style sheet, outside of ``i18n_patterns``."""
    return [path("brand/<slug:digest>.css", style_sheet, name="kis_brand")]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours like ``#0d4f5c``, from 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """The relative luminance of a colour in sRGB, from 0 to 1 (WCAG 2.2)."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def absences() -> Iterator[tuple[str, str]]:
    """What the setting names and isn't there or can't be read: sentences with hints."""
    known = (*GROUNDS, *LOGOS)
    for name in conf().brand:
        if name not in known:
            yield unknown(name, known, "name"), f"Name some of {', '.join(known)}."
    given = [name for name in GROUNDS if name in conf().brand]
    if len(given) == 1:
        hint = "Write both: light stands on light grounds, dark on dark ones."
        yield f"there is '{given[0]}' alone", hint
    for name in given:
        if not _COLOUR.fullmatch(conf().brand[name]):
            hint = "Write a colour with six digits, such as '#0d4f5c'."
            yield f"'{name}' is '{conf().brand[name]}', which is no colour", hint
    if given and not _address():
        hint = "Put *brand.urls(), into the URLs, outside of i18n_patterns."
        yield "the site has no address for its colours", hint
    for name in LOGOS:
        if name in conf().brand and not _size(conf().brand[name]):
            hint = "Name an image among the static files, such as 'mysite/logo.svg'."
            yield f"'{name}' is '{conf().brand[name]}', which is no static image", hint


def faint() -> Iterator[tuple[str, str]]:
    """Colours that can't be read well: sentences with hints."""
    for name, grounds in GROUNDS.items():
        colour = conf().brand.get(name, "")
        if not _COLOUR.fullmatch(colour):
            continue
        ratio, ground = min((contrast(colour, ground), ground) for ground in grounds)
        if ratio < LEAST:
            yield (
                # Rounded down: 4.49 isn't 4.5.
                f"'{name}' is {colour}, whose contrast to {ground} is {int(ratio * 100) / 100:g} "
                f"to 1; readers need {LEAST:g}",
                f"Choose a {'darker' if name == 'light' else 'lighter'} colour.",
            )


def _forget(*, setting: str, **kwargs: object) -> None:
    if setting in ("KIS_PARTNERS", "STORAGES", "STATIC_URL"):
        _logo.cache_clear()


setting_changed.connect(_forget, dispatch_uid="kis_partners.brand")
