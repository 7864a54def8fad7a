"""The handbook of editors and translators, in the admin: ``docs/handbook``, in the user's language.

In English for those whose language has no file there.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest
from django.urls import path, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from markdown_it import MarkdownIt
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from partners.words.languages import base_code

FOLDER = settings.BASE_DIR / "docs" / "handbook"
IMAGES = FOLDER / "images"


def language() -> str:
    """The language of the handbook for who reads now."""
    chosen = base_code(get_language() or "en")
    return chosen if (FOLDER / f"{chosen}.md").is_file() else "en"


def render(text: str, images: str) -> SafeString:
    """A chapter's Markdown as HTML. Headings get ids, pictures the address ``images``."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(text)
    for token, words in pairwise(tokens):
        if token.type == "heading_open":
            token.attrSet("id", slugify(words.content))
        for child in token.children or ():
            if child.type == "image":
                child.attrSet("src", images + str(child.attrGet("src")).removeprefix("images/"))
                child.attrSet("loading", "lazy")
    return mark_safe(parser.renderer.render(tokens, parser.options, {}))


def contents(text: str) -> list[tuple[str, str]]:
    """The chapters of a handbook: (id of the heading, words)."""
    return [(slugify(words), words) for words in re.findall(r"^## (.+)$", text, flags=re.MULTILINE)]


class HandbookView(WagtailAdminTemplateMixin, TemplateView):
    """The whole handbook on one page, with its contents."""

    page_title = _("Handbook")
    header_icon = "help"
    template_name = "kis_wagtail/handbook.html"
    _show_breadcrumbs = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        spoken = language()
        text = (FOLDER / f"{spoken}.md").read_text(encoding="utf-8")
        return super().get_context_data(
            **kwargs,
            spoken=spoken,
            chapters=contents(text),
            text=render(text.partition("\n")[2], reverse("handbook") + "images/"),
        )


def picture(request: HttpRequest, name: str, folder: str = "") -> FileResponse:
    """A picture of the handbook; ``folder`` is the language of the screen, if it has its own."""
    file = IMAGES / folder / f"{name}.webp"
    if not file.is_file():
        raise Http404
    return FileResponse(file.open("rb"), content_type="image/webp")


@hooks.register("register_admin_urls")
def handbook_urls() -> list[Any]:
    return [
        path("handbook/", HandbookView.as_view(), name="handbook"),
        path("handbook/images/<slug:name>.webp", picture),
        path("handbook/images/<slug:folder>/<slug:name>.webp", picture),
    ]


@hooks.register("register_help_menu_item")
def handbook_menu_item() -> MenuItem:
    return MenuItem(_("Handbook"), reverse("handbook"), icon_name="help", order=50)
