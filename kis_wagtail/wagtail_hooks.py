"""Wagtail hooks of the site."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.utils.version import get_main_version

from . import handbook as handbook


@hooks.register("construct_reports_menu")
def name_translations(request: HttpRequest, items: list[MenuItem]) -> None:
    """wagtail-localize names its report in the language of whoever opens the admin first."""
    for item in items:
        if item.url == reverse("wagtail_localize:translations_report"):
            item.label = _("Translations")


def _whats_new() -> str:
    version = get_main_version(include_patch=False)
    return gettext("What's new in Wagtail %(version)s") % {"version": version}


@hooks.register("construct_help_menu")
def name_what_is_new(request: HttpRequest, items: list[MenuItem]) -> None:
    """Wagtail names the item in the language of whoever opens the admin first."""
    for item in items:
        if item.name.startswith("whats-new-in-wagtail"):
            item.label = lazy(_whats_new, str)()
