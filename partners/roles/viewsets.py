"""Views of snippets that have languages: lists and choosers show what a user works on."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from wagtail.permissions import policy_registry
from wagtail.snippets.views.chooser import ChooseResultsView, ChooseView, SnippetChooserViewSet
from wagtail.snippets.views.snippets import SnippetViewSet

ANY = ("add", "change", "delete", "view")


def own(model: type[Any], user: Any) -> QuerySet[Any]:
    """The items of a model in the languages that a user works in."""
    policy = policy_registry.get_by_type(model)
    return policy.instances_user_has_any_permission_for(user, ANY)


class OwnLanguages:
    """A chooser's list without the languages that are none of the user's."""

    request: HttpRequest
    model_class: Any

    def get_object_list(self) -> QuerySet[Any]:
        return own(self.model_class, self.request.user)


class LanguageChooseView(OwnLanguages, ChooseView):
    pass


class LanguageChooseResultsView(OwnLanguages, ChooseResultsView):
    pass


class LanguageChooserViewSet(SnippetChooserViewSet):
    choose_view_class = LanguageChooseView
    choose_results_view_class = LanguageChooseResultsView


class LanguageSnippetViewSet(SnippetViewSet):
    """The views of a snippet whose items have a language."""

    chooser_viewset_class = LanguageChooserViewSet

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return own(self.model, request.user)
