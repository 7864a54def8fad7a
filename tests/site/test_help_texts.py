"""Every field of the editors' forms has a help text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.utils.translation import override
from wagtail.admin.panels import FieldPanel, InlinePanel, PanelGroup
from wagtail.models import Page
from wagtail.snippets.models import get_snippet_models

from partners.models.pages import CooperationPage
from tests.languages import LANGUAGES

APPS = ("home", "kis_partners")
# Fields of Wagtail, with Wagtail's own help texts or none.
WITHOUT = {"title", "slug", "go_live_at", "expire_at"}


def models() -> list[Any]:
    pages = [model for model in apps.get_models() if issubclass(model, Page)]
    found = [*(page for page in pages if page is not CooperationPage), *get_snippet_models()]
    return [
        model
        for model in found
        if model._meta.app_label in APPS and getattr(model, "is_creatable", True)
    ]


def panels(panel: Any) -> Iterator[Any]:
    """The panels of all fields, also in inline rows."""
    if isinstance(panel, InlinePanel):
        yield from panels(panel.child_edit_handler)
    elif isinstance(panel, PanelGroup):
        for child in panel.children:
            yield from panels(child)
    elif isinstance(panel, FieldPanel):
        yield panel


def edit_handler(model: Any) -> Any:
    if issubclass(model, Page):
        return model.get_edit_handler()
    return model.snippet_viewset.get_edit_handler()


@pytest.mark.parametrize("model", models(), ids=lambda model: model.__name__)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_has_a_help_text(model, language):
    found = {
        f"{panel.model.__name__}.{panel.field_name}": panel
        for panel in panels(edit_handler(model))
        if panel.field_name not in WITHOUT
    }
    assert found
    with override(language):
        texts = {
            name: str(panel.help_text or panel.db_field.help_text) for name, panel in found.items()
        }
    assert [name for name, text in texts.items() if not text] == []
