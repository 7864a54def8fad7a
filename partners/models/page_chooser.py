"""Choosers of pages that open where pages of the source language are, not at the root of all."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.functional import cached_property
from django.utils.text import capfirst, format_lazy
from wagtail import blocks
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.widgets import AdminPageChooser
from wagtail.models import AbstractPage

#: The name of the view that a chooser opens (:mod:`..desk.page_chooser`).
URL_NAME = "kis_choose_page"


class PageChooser(AdminPageChooser):
    """Wagtail's chooser of pages with another first page.

    Its label names the type of page in the language of who reads it; Wagtail's is in the language
    in which the form was first asked for.
    """

    chooser_modal_url_name = URL_NAME

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chooser: Any = AdminPageChooser
        if self.choose_one_text != chooser.choose_one_text:
            kind = capfirst(self.model._meta.verbose_name)
            self.choose_one_text: Any = format_lazy("{} ({})", chooser.choose_one_text, kind)


class PageChooserBlock(blocks.PageChooserBlock):
    """Wagtail's block with this chooser; in migrations it is Wagtail's."""

    @cached_property
    def widget(self) -> PageChooser:
        return PageChooser(target_models=self.target_models, can_choose_root=self.can_choose_root)

    def deconstruct(self) -> Any:
        _path, args, kwargs = super().deconstruct()
        return "wagtail.blocks.PageChooserBlock", args, kwargs


def register() -> None:
    """Have Wagtail's forms use the chooser; what a site registers later counts."""
    register_form_field_override(
        models.ForeignKey,
        to=AbstractPage,
        override=lambda field: {
            "widget": PageChooser(target_models=[field.remote_field.model]),
        },
    )
