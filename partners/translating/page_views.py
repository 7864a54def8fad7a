"""Wagtail's views that take something back: in one transaction, with a list of what follows."""

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

from .cascades import destination, made_from


def named(rows: Iterable[Any]) -> SafeString:
    """Items by title and language, as a list in one line."""
    return format_html_join(
        ", ", "{} ({})", ((str(row), row.locale.get_display_name()) for row in rows)
    )


def tell(request: HttpRequest, text: Any, rows: list[Any]) -> None:
    """Say, above the form that asks, what else will happen."""
    if rows:
        messages.warning(request, format_html("{} {}", text, named(rows)))


class Together:
    """A view that does what it does in one transaction, and first says to what else."""

    also: Any = ""
    object: Any

    @method_decorator(transaction.atomic)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response

    def affected(self) -> list[Any]:
        """The versions in other languages that follow."""
        return made_from(self.object)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        tell(request, self.also, self.affected())
        response: HttpResponse = super().get(request, *args, **kwargs)  # type: ignore[misc]
        return response


class _Unpublish(Together):
    also = _("These versions in other languages are unpublished, too:")

    def affected(self) -> list[Any]:
        return [row for row in super().affected() if row.live]


_DELETED = _(
    "These versions in other languages are deleted, too (what their translators wrote is kept):"
)


class UnpublishTogether(_Unpublish, UnpublishView):
    pass


class UnpublishSnippetTogether(_Unpublish, SnippetUnpublishView):
    pass


class DeleteTogether(Together, DeleteView):
    also = _DELETED

    def affected(self) -> list[Any]:
        return made_from(self.page)


class DeleteSnippetTogether(Together, SnippetDeleteView):
    also = _DELETED


class MoveTogether(Together, MoveConfirmView):
    also = _("These versions in other languages move along:")

    def affected(self) -> list[Any]:
        return [row for row in made_from(self.page_to_move) if destination(row, self.destination)]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        stay = [
            row for row in made_from(self.page_to_move) if not destination(row, self.destination)
        ]
        tell(request, _("These stay, because the new place isn't there in their language:"), stay)
        return super().get(request, *args, **kwargs)


@method_decorator(transaction.atomic, name="dispatch")
class RestrictTogether(SetPrivacyView):
    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        if rows := [row for row in made_from(self.page) if not row.alias_of_id]:
            text = _("The same then holds for these versions in other languages:")
            form.fields["restriction_type"].help_text = format_html("{} {}", text, named(rows))
        return form
