"""The list of page types for a new page, with a picture of an example beside each description."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.html import format_html
from wagtail.admin.views.pages.create import AddSubpageView

#: The path of a picture among the static files of a site.
PICTURE_PATH = "kis_partners/examples/{app_label}.{model_name}.webp"
WIDTH, HEIGHT = 400, 250


def example_picture(model: Any) -> str:
    """The static file that shows an example of a page type; empty where there is none."""
    meta = model._meta
    path = PICTURE_PATH.format(app_label=meta.app_label, model_name=meta.model_name)
    return path if finders.find(path) else ""


def with_example_picture(description: str, model: Any) -> str:
    """A description as HTML with the picture below it; the picture is decorative (empty alt)."""
    if not (path := example_picture(model)):
        return description
    return format_html(
        '{}<img src="{}" alt="" width="{}" height="{}" class="kis-example w-block w-mt-2">',
        description,
        static(path),
        WIDTH,
        HEIGHT,
    )


class AddSubpageWithExamples(AddSubpageView):
    """Wagtail's list of page types for a new page, with pictures in the descriptions."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["page_types"] = [
            (name, app, model, with_example_picture(description, apps.get_model(app, model)))
            for name, app, model, description in context["page_types"]
        ]
        return context
