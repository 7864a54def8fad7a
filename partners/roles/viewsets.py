"""Lists and choosers of snippets that show a user only the items which they have a right on."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from wagtail.permissions import policy_registry
from wagtail.snippets.views.chooser import (
    ChooseResultsView,
    ChooseView,
    SnippetChooserViewSet,
    SnippetChosenMultipleView,
    SnippetChosenView,
)
from wagtail.snippets.views.snippets import SnippetViewSet
from wagtail.snippets.widgets import AdminSnippetChooser

ANY = ("add", "change", "delete", "view")


def own(model: type[Any], user: Any) -> QuerySet[Any]:
    """The items of a model on which a user has any right; the "own" items of that user."""
    policy = policy_registry.get_by_type(model)
    return policy.instances_user_has_any_permission_for(user, ANY)


class OwnList:
    """Mixin for a chooser's list: only own items."""

    request: HttpRequest
    model_class: Any

    def get_object_list(self) -> QuerySet[Any]:
        return own(self.model_class, self.request.user)


class OwnChoice:
    """Mixin for a chooser's answer: only own items can be chosen."""

    request: HttpRequest
    model_class: Any

    def get_object(self, pk: Any) -> Any:
        return own(self.model_class, self.request.user).get(pk=pk)

    def get_objects(self, pks: list[Any]) -> QuerySet[Any]:
        return own(self.model_class, self.request.user).filter(pk__in=pks)


class OwnChooseView(OwnList, ChooseView):
    pass


class OwnChooseResultsView(OwnList, ChooseResultsView):
    pass


class OwnChosenView(OwnChoice, SnippetChosenView):
    pass


class OwnChosenMultipleView(OwnChoice, SnippetChosenMultipleView):
    pass


class Chooser(AdminSnippetChooser):
    """A widget whose words are in the language of who sees it, not of who started the server."""

    def __init__(self, model: Any = None, **kwargs: Any) -> None:
        super().__init__(model, **kwargs)
        name = self.model._meta.verbose_name
        self.choose_one_text = _named(_("Choose %(object)s"), name)
        self.choose_another_text = _named(_("Choose another %(object)s"), name)
        self.link_to_chosen_text = _named(_("Edit this %(object)s"), name)


def _text(words: Any, name: Any) -> str:
    return str(words) % {"object": name}


_named = lazy(_text, str)


class OwnChooserViewSet(SnippetChooserViewSet):
    """A snippet chooser with own items only."""

    base_widget_class = Chooser
    search_tab_label = _("Search")
    create_action_label = _("Create")
    choose_view_class = OwnChooseView
    choose_results_view_class = OwnChooseResultsView
    chosen_view_class = OwnChosenView
    chosen_multiple_view_class = OwnChosenMultipleView


class OwnSnippetViewSet(SnippetViewSet):
    """The views of a snippet, with own items only."""

    chooser_viewset_class = OwnChooserViewSet

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return own(self.model, request.user)
