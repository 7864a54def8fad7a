"""Pages stay in their language: none is created, copied or moved below a page of another one."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext as _
from wagtail.admin.views.pages.copy import CopyView
from wagtail.models import Page


def check_language(page: Page, parent: Page | None) -> None:
    """Raise ``ValidationError`` where a page would stand below one of another language."""
    if parent is None or parent.is_root() or parent.locale_id == page.locale_id:
        return
    told = _(
        "“%(page)s” can't stand below “%(parent)s”, which is in another language. Submit the page "
        "for translation instead."
    )
    names = {"page": page.get_admin_display_title(), "parent": parent.get_admin_display_title()}
    raise ValidationError(told % names, code="language")


class CopyWithinLanguage(CopyView):
    """Wagtail's view for copying a page; refuses places in another language."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            check_language(self.page, form.cleaned_data["new_parent_page"])
        except ValidationError as error:
            form.add_error("new_parent_page", error)
            return self.form_invalid(form)
        response: HttpResponse = super().form_valid(form)
        return response
