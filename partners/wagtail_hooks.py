"""What the plugin adds to Wagtail's admin."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.functional import cached_property, lazy
from django.utils.translation import gettext_lazy as _
from draftjs_exporter import DOM
from wagtail import hooks
from wagtail.admin.rich_text.converters.editor_html import LinkTypeRule
from wagtail.admin.rich_text.converters.html_to_contentstate import LinkElementHandler
from wagtail.admin.rich_text.editors.draftail.features import EntityFeature
from wagtail.admin.views.pages.search import SearchView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import Locale, Page
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.chooser import SnippetCreateView
from wagtail.snippets.views.snippets import SnippetViewSetGroup
from wagtail.wagtail_hooks import check_view_restrictions

from .desk import hooks as _desk  # noqa: F401
from .desk import side_by_side
from .desk.date_words import partial_date
from .desk.page_examples import AddSubpageWithExamples
from .items.richtext import PEOPLE
from .models import Consent, Organisation, Person, Topic
from .public.pages import is_published, sources
from .roles.panel import GroupLanguagesForm
from .roles.viewsets import OwnChooserViewSet, OwnChosenView, OwnSnippetViewSet
from .search import upkeep
from .translating import hooks as translating_hooks  # noqa: F401
from .translating import page_views, passing


@hooks.register("on_serve_page")
def close_with_source(serve: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A translation or an alias is served while its source is, and to whom its source is.

    What restricts the page itself is checked by Wagtail.
    """

    def inner(page: Page, *args: Any) -> HttpResponse:
        made_from = sources(page)
        if not all(is_published(one) for one in (page, *made_from)):
            raise Http404
        answer = serve
        for source in made_from:
            answer = _as_restricted(source, answer)
        return answer(page, *args)

    return inner


@hooks.register("before_serve_page")
def pass_together(page: Page, request: HttpRequest, args: Any, kwargs: Any) -> None:
    passing.pass_together(page, request)


def _as_restricted(source: Any, serve: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Serve a page to those who may see another one; all others get the answer of that one."""

    def inner(page: Page, *args: Any) -> HttpResponse:
        check: Callable[..., HttpResponse] = check_view_restrictions(
            lambda _source, *rest: serve(page, *rest)
        )
        return check(source.specific, *args)

    return inner


class TranslatedViewSet(OwnSnippetViewSet):
    delete_view_class = page_views.DeleteSnippetTogether
    unpublish_view_class = page_views.UnpublishSnippetTogether


class OrganisationChooserViewSet(OwnChooserViewSet):
    form_fields = ["name", "official_name", "short_name", "kind", "city", "country"]


class OrganisationViewSet(TranslatedViewSet):
    chooser_viewset_class = OrganisationChooserViewSet
    model = Organisation
    icon = "group"
    list_display = ["name", "kind", "city"]
    list_filter = ["kind", "country"]
    ordering = ["name"]


class TellsRole:
    """Tells the editor's rich text the role alone: a name must not get into a text."""

    def get_chosen_response_data(self, item: Person) -> dict[str, Any]:
        return {**super().get_chosen_response_data(item), "role": item.role}  # type: ignore[misc]


class PersonChosenView(TellsRole, OwnChosenView):
    pass


class PersonCreateView(TellsRole, SnippetCreateView):
    pass


class PersonCreationForm(forms.ModelForm[Person]):
    """A list of organisations, because a dialog can't open another one."""

    class Meta:
        model = Person
        fields = ["role", "name", "organisation", "email", "phone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisations: Any = self.fields["organisation"]
        # What a chooser makes is in the site's language.
        organisations.queryset = Organisation.objects.filter(locale=Locale.get_default())


class PersonChooserViewSet(OwnChooserViewSet):
    chosen_view_class = PersonChosenView
    create_view_class = PersonCreateView
    creation_form_class = PersonCreationForm


class PersonViewSet(TranslatedViewSet):
    chooser_viewset_class = PersonChooserViewSet
    model = Person
    icon = "user"
    list_display = ["role", "name", "organisation"]
    ordering = ["role"]


class ConsentViewSet(OwnSnippetViewSet):
    model = Consent
    icon = "check"
    list_display = ["person", "given_on", "withdrawn_on"]
    list_filter = ["given_on", "withdrawn_on"]


class TopicChooserViewSet(OwnChooserViewSet):
    form_fields = ["name"]


class TopicViewSet(TranslatedViewSet):
    chooser_viewset_class = TopicChooserViewSet
    model = Topic
    icon = "tag"
    ordering = ["name"]


@register_snippet
class CooperationViewSetGroup(SnippetViewSetGroup):
    items = (OrganisationViewSet, PersonViewSet, ConsentViewSet, TopicViewSet)
    menu_label = _("Cooperations")
    menu_icon = "group"
    menu_order = 250


class PersonElementHandler(LinkElementHandler):
    """Reads a person reference for the editor, who sees whom it means."""

    def get_attribute_data(self, attrs: dict[str, str]) -> dict[str, str]:
        person = Person.objects.filter(pk=attrs.get("id") or 0).first()
        return {"id": attrs.get("id", ""), "label": str(person) if person else ""}


class PersonEditorHandler:
    """Keeps the attributes of a person reference when rich text is cleaned."""

    @staticmethod
    def get_db_attributes(tag: dict[str, str]) -> dict[str, str]:
        return {"id": tag["data-id"]}

    @staticmethod
    def expand_db_attributes(attrs: dict[str, str]) -> str:
        return "<a>"


PERSON_BUTTONS = {
    "person": (_("Person: the name instead of these words, by consent"), "user"),
    "person-before": (_("Person: the name before these words, by consent"), "group"),
}


def _person_chooser_url() -> str:
    return reverse(Person.snippet_viewset.chooser_viewset.get_url_name("choose"))


# Features may be asked for before Wagtail has given snippets their views.
person_chooser_url = lazy(_person_chooser_url, str)


@hooks.register("register_rich_text_features")
def register_person_references(features: FeatureRegistry) -> None:
    for name, handler in PEOPLE.items():
        entity = name.upper()
        description, icon = PERSON_BUTTONS[name]
        features.register_link_type(handler)
        features.register_editor_plugin(
            "draftail",
            name,
            EntityFeature(
                {
                    "type": entity,
                    "icon": icon,
                    "description": description,
                    "chooserUrls": {"person": person_chooser_url()},
                },
                js=["wagtailadmin/js/chooser-modal.js", "kis_partners/person-reference.js"],
            ),
        )
        features.register_converter_rule(
            "contentstate",
            name,
            {
                "from_database_format": {f'a[linktype="{name}"]': PersonElementHandler(entity)},
                "to_database_format": {
                    "entity_decorators": {entity: partial(_person_element, name)}
                },
            },
        )
        features.register_converter_rule(
            "editorhtml", name, [LinkTypeRule(name, PersonEditorHandler)]
        )


def _person_element(linktype: str, props: dict[str, str]) -> object:
    return DOM.create_element("a", {"linktype": linktype, "id": props["id"]}, props["children"])


@hooks.register("register_group_permission_panel")
def register_group_languages() -> type[GroupLanguagesForm]:
    return GroupLanguagesForm


@hooks.register("register_admin_urls")
def wording_urls() -> list[Any]:
    return [
        path("partial-date/", partial_date, name="kis_partners_partial_date"),
        *side_by_side.urls(),
    ]


hooks.register("register_page_header_buttons", side_by_side.buttons)
hooks.register("register_page_listing_more_buttons", side_by_side.buttons)


class KeySearchView(SearchView):
    """The admin's page search, which reads "Täter:innen" as a word, not as a filter."""

    @cached_property
    def search_query(self) -> str:
        return re.sub(r"(?<=\w):(?=in)", "*", super().search_query)


class KeySearchPageViewSet(PageViewSet):
    search_view_class = KeySearchView
    add_subpage_view_class = AddSubpageWithExamples
    delete_view_class = page_views.DeleteTogether
    move_confirm_view_class = page_views.MoveTogether
    set_privacy_view_class = page_views.RestrictTogether
    unpublish_view_class = page_views.UnpublishTogether


hooks.register("after_bulk_action", upkeep.files_moved)


# After Wagtail's own and before a site's, which may have another.
@hooks.register("register_admin_viewset", order=-0.5)
def register_page_search() -> PageViewSet:
    return KeySearchPageViewSet()
