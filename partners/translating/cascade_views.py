"""Wagtail's views for unpublishing, deleting, moving and restricting, with cascades.

Each view lists the followers first, and does everything in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.views.page_privacy import SetPrivacyView
from wagtail.admin.views.pages.delete import DeleteView
from wagtail.admin.views.pages.move import MoveConfirmView
from wagtail.admin.views.pages.unpublish import UnpublishView
from wagtail.snippets.views.snippets import DeleteView as SnippetDeleteView
from wagtail.snippets.views.snippets import UnpublishView as SnippetUnpublishView

from .cascades import destination, followers


def titles_with_languages(rows: Iterable[Any]) -> SafeString:
    """Items as one line of HTML: title and language, separated by commas."""
    return format_html_join(
        ", ", "{} ({})", ((str(row), row.locale.get_display_name()) for row in rows)
    )


def warn(request: HttpRequest, text: Any, rows: list[Any]) -> None:
    """Warn above the confirmation form about the items that a cascade reaches."""
    if rows:
        messages.warning(request, format_html("{} {}", text, titles_with_languages(rows)))


class CascadeView:
    """Mixin for Wagtail's confirmation views: one transaction, with a warning about followers."""

    announcement: Any = ""
    object: Any

    @method_decorator(transaction.atomic)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response

    def affected(self) -> list[Any]:
        """The followers of the item."""
        return followers(self.object)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        warn(request, self.announcement, self.affected())
        response: HttpResponse = super().get(request, *args, **kwargs)  # type: ignore[misc]
        return response


class _UnpublishCascadeView(CascadeView):
    announcement = _("These versions in other languages are unpublished, too:")

    def affected(self) -> list[Any]:
        return [row for row in super().affected() if row.live]


_ALSO_DELETED = _(
    "These versions in other languages are deleted, too (what their translators wrote is kept):"
)


class UnpublishWithTranslations(_UnpublishCascadeView, UnpublishView):
    pass


class UnpublishSnippetWithTranslations(_UnpublishCascadeView, SnippetUnpublishView):
    pass


class DeleteWithTranslations(CascadeView, DeleteView):
    announcement = _ALSO_DELETED

    def affected(self) -> list[Any]:
        return followers(self.page)


class DeleteSnippetWithTranslations(CascadeView, SnippetDeleteView):
    announcement = _ALSO_DELETED


class MoveWithTranslations(CascadeView, MoveConfirmView):
    announcement = _("These versions in other languages move along:")

    def affected(self) -> list[Any]:
        return [row for row in followers(self.page_to_move) if destination(row, self.destination)]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        stay = [
            row for row in followers(self.page_to_move) if not destination(row, self.destination)
        ]
        warn(request, _("These stay, because the new place isn't there in their language:"), stay)
        return super().get(request, *args, **kwargs)


@method_decorator(transaction.atomic, name="dispatch")
class RestrictWithTranslations(SetPrivacyView):
    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        if rows := [row for row in followers(self.page) if not row.alias_of_id]:
            text = _("The same then holds for these versions in other languages:")
            form.fields["restriction_type"].help_text = format_html(
                "{} {}", text, titles_with_languages(rows)
            )
        return form
