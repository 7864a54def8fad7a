"""Screens of the admin, found by following its links, and the words that they show."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Comment
from django.apps import apps
from django.db import models
from django.urls import Resolver404, resolve
from wagtail.models import Page

ADDRESS = re.compile(r"/admin/[\w/?=&;%.-]*")
# Lists without their frame, files, pages of the site, what asks no questions, and what is read by
# programs.
NO_SCREEN = re.compile(
    r"results/|/api/|/draft/|logout|export=|\.webp|/lock/|handbook|dismissibles|/preview|chosen/|jsi18n"
    r"|view_draft"
    r"|side-by-side|tag-autocomplete|partial-date|editing-sessions|/convert_to_alias|/release/"
)
ATTRIBUTES = ("title", "aria-label", "placeholder", "alt")
# Labels in the values that scripts make fields and menus of.
LABELS = {"label", "title", "helpText", "help_text", "labelFormat", "display_name", "comment"}
LETTERS = re.compile(r"[^\W\d_]{2}")


def screen_of(address: str) -> tuple[str, str] | None:
    """What a screen is: the name of its view; for pages their type and whether one is a source."""
    try:
        match = resolve(urlsplit(address).path)
    except Resolver404:
        return None
    values = [str(value) for value in (*match.args, *match.kwargs.values())]
    if match.view_name == "wagtailadmin_pages:add":
        return match.view_name, ".".join(values[:2])
    if match.view_name in ("wagtailadmin_pages:edit", "wagtailadmin_explore") and values:
        page = Page.objects.filter(pk=values[-1]).first()
        source = page is None or page.locale.language_code == "de"
        return match.view_name, f"{page and page.specific_class.__name__} {source}"
    return match.view_name, ""


def walk(client: Any, *more: str) -> dict[str, set[str]]:
    """One screen of each kind that links of the admin lead to, with its words, by address."""
    waiting, seen, found = ["/admin/", *more], set(), {}
    while waiting:
        address = waiting.pop(0)
        screen = screen_of(address)
        if screen is None or screen in seen or NO_SCREEN.search(address):
            continue
        seen.add(screen)
        html = shown(client, address)
        if html:
            found[address] = words_of(html)
            links = ADDRESS.findall(html.replace("&amp;", "&").replace("&quot;", '"'))
            waiting += [urljoin(address, link) for link in links]
    return found


def shown(client: Any, address: str) -> str:
    """The HTML of a screen, or of a dialog that comes as JSON; empty for what is neither."""
    answer = client.get(address)
    kind = answer.headers.get("content-type", "")
    if answer.status_code != 200 or not kind.startswith(("text/html", "application/json")):
        return ""
    if kind.startswith("text/html"):
        return str(answer.text)
    data = answer.json()
    return str(data.get("html") or "") if isinstance(data, dict) else ""


def words_of(html: str) -> set[str]:
    """The texts of a screen that have words: visible ones, labels, and those that scripts show."""
    return {text for text in _words(html) if LETTERS.search(text)}


def _words(html: str) -> Iterator[str]:
    page = BeautifulSoup(html, "html.parser")
    # Those in a <template> too, which a selector may leave out.
    for tag in page.find_all(["script", "style"]):
        if "json" in (tag.get("type") or ""):
            yield from _labels(json.loads(tag.string or "null"))
        tag.decompose()
    for select in page.select("select"):
        if len(select.select("option")) > 60:  # countries, time zones
            select.decompose()
    for text in page.find_all(string=lambda text: not isinstance(text, Comment)):
        yield " ".join(text.split())
    for tag in page.find_all(True):
        for name, value in tag.attrs.items():
            if name in ATTRIBUTES:
                yield " ".join(str(value).split())
            elif isinstance(value, str) and value[:1] in ("[", "{"):
                try:
                    yield from _labels(json.loads(value))
                except ValueError:
                    continue


def _labels(value: Any, named: bool = False) -> Iterator[str]:
    """Labels in a value of JSON, HTML in them included."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _labels(one, name in LABELS)
    elif isinstance(value, list):
        for one in value:
            yield from _labels(one)
    elif isinstance(value, str) and "<" in value:
        yield from _words(value)
    elif isinstance(value, str) and named:
        yield " ".join(value.split())


def stored() -> set[str]:
    """All short texts of the database: names, titles, roles, words that editors have written."""
    found = set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.CharField | models.TextField | models.FileField):
                values = model._base_manager.values_list(field.attname, flat=True).distinct()
                found.update(" ".join(str(value).split()) for value in values[:2000] if value)
    return found
