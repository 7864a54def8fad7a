"""Lists of pages and snippets that ask the database once for all of their menus.

wagtail-localize's part of a menu takes two to four statements for each line. Its hooks ask nothing
if the user may not submit anything for translation, so lists are drawn for a user who may not, and
the same two buttons come from here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.admin.utils import quote
from django.urls import reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject, cached_property
from wagtail.admin.views.pages.listing import ExplorableIndexView
from wagtail.admin.views.pages.search import SearchView
from wagtail.admin.views.pages.usage import ContentTypeUseView
from wagtail.admin.widgets import Button
from wagtail.models import Locale, Page, TranslatableMixin
from wagtail.permissions import policy_registry
from wagtail.snippets.views.snippets import IndexView
from wagtail_localize.models import TranslationSource

from ..roles.rights import TRANSLATE


class Reader(SimpleLazyObject):
    """The user for whom a list is drawn, with what its menus have to know of all lines."""

    def __init__(self, user: Any, items: Iterable[Any]) -> None:
        super().__init__(lambda: user)
        self.__dict__["lines"] = _Lines(user, items)

    def has_perm(self, name: str, obj: Any = None) -> bool:
        return name != TRANSLATE and bool(self.__dict__["lines"].user.has_perm(name, obj))


class _Lines:
    """What is translated, of the items of a list; read when a menu asks first."""

    def __init__(self, user: Any, items: Iterable[Any]) -> None:
        self.user = user
        self.items = [one for one in items if isinstance(one, TranslatableMixin)]

    @cached_property
    def may_submit(self) -> bool:
        return bool(self.user.has_perm(TRANSLATE))

    @cached_property
    def locales(self) -> set[int]:
        return set(Locale.objects.values_list("pk", flat=True))

    @cached_property
    def versions(self) -> dict[UUID, dict[int, bool]]:
        """The languages of each item, and whether it is there without being an alias."""
        found: dict[UUID, dict[int, bool]] = defaultdict(dict)
        for model in {Page if isinstance(one, Page) else type(one) for one in self.items}:
            keys = {one.translation_key for one in self.items}
            rows = model._default_manager.filter(translation_key__in=keys).order_by()
            alias = ["alias_of"] if model is Page else []
            for key, locale, *alias_of in rows.values_list("translation_key", "locale", *alias):
                found[key][locale] = not any(alias_of)
        return found

    @cached_property
    def sources(self) -> dict[tuple[UUID, int], int]:
        """The ids of sources with translations, by translation key and locale."""
        rows = TranslationSource.objects.filter(
            object_id__in={one.translation_key for one in self.items}, translations__enabled=True
        )
        columns = rows.values_list("object_id", "locale_id", "pk").distinct()
        return {(key, locale): pk for key, locale, pk in columns}


class Listing:
    """Mixin for a view of a list."""

    request: Any

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)  # type: ignore[misc]
        self.request.user = Reader(self.request.user, context["object_list"])
        return context


class PageListing(Listing):
    """Mixin for a list of pages; a line has five kilobytes.

    For somebody who may not publish, Wagtail asks in two statements for each line whether it may be
    moved and deleted.
    """

    paginate_by = 40
    paginate_by_without_publishing = 10

    def get_paginate_by(self, queryset: Any) -> Any:
        rows = super().get_paginate_by(queryset)  # type: ignore[misc]
        policy = policy_registry.get_by_type(Page)
        if rows and not policy.user_has_permission(self.request.user, "publish"):
            return self.paginate_by_without_publishing
        return rows


class Explorer(PageListing, ExplorableIndexView):
    pass


class PagesOfType(PageListing, ContentTypeUseView):
    pass


class SearchResults(PageListing, SearchView):
    paginate_by = 20


class SnippetList(Listing, IndexView):
    pass


def has_translations(page: Page, user: Any) -> bool:
    """Whether a page is there in another language, for its menu.

    In the page's own header nobody asks the database: there it may be.
    """
    return not isinstance(user, Reader) or len(user.lines.versions[page.translation_key]) > 1


def buttons(page: Any, user: Any, next_url: str | None = None, **kwargs: Any) -> Iterator[Button]:
    """wagtail-localize's two buttons of a page or snippet, for a list."""
    # Words of wagtail-localize, which are in its catalogues.
    word = translation.gettext
    if not isinstance(user, Reader) or not isinstance(page, TranslatableMixin):
        return
    is_page, lines = isinstance(page, Page), user.lines
    if not lines.may_submit or (is_page and page.is_root()):
        return
    there = {locale for locale, is_own in lines.versions[page.translation_key].items() if is_own}
    if lines.locales - there:
        yield Button(
            word("Translate this page") if is_page else word("Translate"),
            _submit_url(page),
            priority=60 if is_page else 100,
            icon_name="wagtail-localize-language",
        )
    if pk := lines.sources.get((page.translation_key, page.locale_id)):
        url = reverse("wagtail_localize:update_translations", args=[pk])
        yield Button(
            word("Sync translated pages") if is_page else word("Sync translated snippets"),
            f"{url}?{urlencode({'next': next_url})}" if next_url else url,
            priority=60 if is_page else 106,
            icon_name="resubmit",
        )


def _submit_url(item: Any) -> str:
    if isinstance(item, Page):
        pk = item.alias_of_id or item.pk
        return reverse("wagtail_localize:submit_page_translation", args=[pk])
    meta = item._meta
    return reverse(
        "wagtail_localize:submit_snippet_translation",
        args=[meta.app_label, meta.model_name, quote(item.pk)],
    )


def chosen_from(pages: Any, request: Any) -> Any:
    """The pages of a chooser, with what it shows of each."""
    return pages.annotate_approved_schedule().prefetch_workflow_states()
