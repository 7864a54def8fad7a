"""The middleware that finds the languages which a request to the admin is about.

Wagtail's snippet views and wagtail-localize check permissions on a model, not on an item. The
middleware finds the language of the item, for :class:`.rights.LanguagePermissions`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from wagtail.models import Locale, Page, TranslatableMixin
from wagtail.permissions import policy_registry
from wagtail.snippets.views.snippets import get_snippet_model_from_url_params
from wagtail_localize.models import Translation, TranslationSource

from .registration import late
from .rights import may

#: Names of wagtail-localize's views that other views may replace under the same name.
REPLACED_VIEWS = (
    "submit_page_translation",
    "submit_snippet_translation",
    "update_translations",
)


class LanguageMiddleware:
    """Sets ``user.asked_locales``, and checks permissions that wagtail-localize doesn't check."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if late:
            raise ImproperlyConfigured(
                "Languages of groups limit nobody: the plugin stands after Wagtail's apps in "
                "INSTALLED_APPS. Put it before them; manage.py check says so, too."
            )
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]
    ) -> None:
        asked = _snippet_locales(request, view, kwargs) or _translation_locales(request, kwargs)
        if asked:
            user: Any = request.user
            user.asked_locales = asked


def _snippet_locales(request: HttpRequest, view: Any, kwargs: dict[str, Any]) -> set[int] | None:
    model = getattr(view, "view_initkwargs", {}).get("model")
    if not isinstance(model, type) or not issubclass(model, TranslatableMixin):
        return None
    if issubclass(model, Page):
        return None
    if "pk" in kwargs:
        snippets: Any = model
        items = snippets._default_manager.filter(pk=unquote(str(kwargs["pk"])))
        return set(items.values_list("locale", flat=True))
    match = request.resolver_match
    chooser = "chooser" in (match.namespace if match else "")
    if chooser or (match and match.url_name in ("add", "preview_on_add")):
        locale = Locale.objects.filter(language_code=request.GET.get("locale", "")).first()
        # A snippet created in a chooser is in the site's language.
        return {(locale if locale and not chooser else Locale.get_default()).pk}
    return None


def _translation_locales(request: HttpRequest, kwargs: dict[str, Any]) -> set[int] | None:
    match = request.resolver_match
    if not match:
        return None
    localize = match.app_name == "wagtail_localize" or match.url_name in REPLACED_VIEWS
    if not localize and "translation_id" not in kwargs:
        return None
    if "translation_id" in kwargs:
        translations = Translation.objects.filter(pk=kwargs["translation_id"])
        return set(translations.values_list("target_locale", flat=True))
    if match.url_name in ("submit_page_translation", "submit_snippet_translation"):
        return {int(one) for one in request.POST.getlist("locales") if one.isdecimal()}
    if match.url_name == "update_translations":
        _check_update(request, kwargs["translation_source_id"])
    if (match.url_name or "").startswith("snippets_api"):
        _check_snippets(request, kwargs)
    return None


def _check_update(request: HttpRequest, source_id: int) -> None:
    """Updating translations needs the right to edit the source or one of them; publishing them at
    the same time, the right to publish each of them."""
    source = TranslationSource.objects.filter(pk=source_id).first()
    if source is None:
        return
    found = source.translations.filter(enabled=True)
    targets = [translation.get_target_instance() for translation in found]
    if "publish_translations" in request.POST:
        allowed = all(may(request.user, "publish", target) for target in targets)
    else:
        items = [source.get_source_instance(), *targets]
        allowed = any(may(request.user, "change", item) for item in items)
    if not allowed:
        raise PermissionDenied


def _check_snippets(request: HttpRequest, kwargs: dict[str, Any]) -> None:
    """Refuse wagtail-localize's list of snippets, open to everybody, to users without any right."""
    model = get_snippet_model_from_url_params(kwargs["app_label"], kwargs["model_name"])
    actions = {"add", "change", "delete", "view"}
    if not policy_registry.get_by_type(model).user_has_any_permission(request.user, actions):
        raise PermissionDenied
