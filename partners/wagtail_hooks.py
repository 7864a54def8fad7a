"""Wagtail hooks of the plugin: serving pages, snippets, person references, forms, page views."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.cache import patch_vary_headers
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property, lazy
from django.utils.translation import get_language_from_path, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from draftjs_exporter import DOM
from wagtail import hooks
from wagtail.admin.rich_text.converters.editor_html import LinkTypeRule
from wagtail.admin.rich_text.converters.html_to_contentstate import LinkElementHandler
from wagtail.admin.rich_text.editors.draftail.features import EntityFeature
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.pages.create import CreateView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import Locale, Page
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.chooser import SnippetCreateView
from wagtail.snippets.views.snippets import SnippetViewSetGroup
from wagtail.wagtail_hooks import check_view_restrictions

from .api.keepable import keepable_html
from .api.place import item_wanted
from .desk import hooks as _desk  # noqa: F401
from .desk import listings, side_by_side
from .desk.cooperations import CooperationListingViewSet
from .desk.date_words import partial_date
from .desk.page_examples import AddSubpageWithExamples
from .items.richtext import PEOPLE
from .models import Consent, Organisation, Person, Topic
from .public.pages import is_published, is_there, public_pages, sources
from .roles import giving as _giving  # noqa: F401
from .roles.group_languages import GroupLanguagesForm
from .roles.viewsets import (
    OwnChooseResultsView,
    OwnChooserViewSet,
    OwnChooseView,
    OwnChosenView,
    OwnSnippetViewSet,
)
from .search import upkeep
from .site.media import keep_document
from .translating import approving, cascade_views, shared_passwords, tree, versions
from .translating import hooks as translating_hooks  # noqa: F401


@hooks.register("on_serve_page")
def close_with_source(serve: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Serve a translation or an alias only while its source is public, with its restrictions.

    Wagtail itself checks the restrictions of the page.
    """

    def inner(page: Page, *args: Any) -> HttpResponse:
        # Where a language's home page isn't there, Wagtail looks below that of another one.
        language = get_language_from_path(args[0].path_info)
        if language not in (None, page.locale.language_code):
            raise Http404
        known = getattr(args[0], "public_page", None) == page.pk
        if known or public_pages(Page.objects.filter(pk=page.pk)).exists():  # As nearly always.
            # A part of a page, by its own addresses, has no item.
            item = not any(args[1:]) and item_wanted(page, args[0])
            answered = HttpResponseRedirect(item) if item else serve(page, *args)
            patch_vary_headers(answered, ["Accept"])
            return keepable_html(answered) if getattr(page, "shelf_stored", True) else answered
        if not is_there(page):
            raise Http404
        made_from = sources(page)
        if not all(is_published(one) for one in (page, *made_from)):
            raise Http404
        answer = serve
        for source in made_from:
            answer = _as_restricted(source, answer)
        return answer(page, *args)

    return inner


@hooks.register("before_serve_page")
def pass_shared_passwords(page: Page, request: HttpRequest, args: Any, kwargs: Any) -> None:
    shared_passwords.pass_in_all_versions(page, request)


def _as_restricted(source: Any, serve: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Serve a page to visitors who may see its source, and others the answer of the source."""

    def inner(page: Page, *args: Any) -> HttpResponse:
        check: Callable[..., HttpResponse] = check_view_restrictions(
            lambda _source, *rest: serve(page, *rest)
        )
        return check(source.specific, *args)

    return inner


hooks.register("before_serve_document", keep_document, order=-1)


class TranslatedViewSet(OwnSnippetViewSet):
    index_view_class = listings.SnippetList
    delete_view_class = cascade_views.DeleteSnippetWithTranslations
    unpublish_view_class = cascade_views.UnpublishSnippetWithTranslations
    workflow_action_view_class = approving.SnippetAction
    collect_workflow_action_data_view_class = approving.SnippetActionData
    revisions_compare_view_class = versions.ComparedSnippets


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
    """Mixin: the chooser inserts the role of a person into rich text, never the name."""

    def get_chosen_response_data(self, item: Person) -> dict[str, Any]:
        return {**super().get_chosen_response_data(item), "role": item.role}  # type: ignore[misc]


class PersonChosenView(TellsRole, OwnChosenView):
    pass


class PersonCreateView(TellsRole, SnippetCreateView):
    pass


class PersonCreationForm(forms.ModelForm[Person]):
    """The form of the person chooser, with a select for organisations.

    An organisation chooser would open a dialog from within a dialog, which Wagtail can't do.
    """

    class Meta:
        model = Person
        fields = ["role", "name", "organisation", "email", "phone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisations: Any = self.fields["organisation"]
        # A person created in a chooser is in the site's language.
        organisations.queryset = Organisation.objects.filter(locale=Locale.get_default())


class TellsName:
    """Mixin: the chooser, which lists own people only, has a column of names."""

    @property
    def columns(self) -> list[Column]:
        name = Column("name", label=pgettext_lazy("of a person", "name"), accessor="name")
        return [*super().columns, name]  # type: ignore[misc]


class PersonChooseView(TellsName, OwnChooseView):
    pass


class PersonChooseResultsView(TellsName, OwnChooseResultsView):
    pass


class PersonChooserViewSet(OwnChooserViewSet):
    choose_view_class = PersonChooseView
    choose_results_view_class = PersonChooseResultsView
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
    items = (
        CooperationListingViewSet,
        OrganisationViewSet,
        PersonViewSet,
        ConsentViewSet,
        TopicViewSet,
    )
    menu_label = _("Cooperations")
    menu_icon = "group"
    menu_order = 250


class PersonElementHandler(LinkElementHandler):
    """Converts a stored person reference for the editor, which shows the person's label."""

    def get_attribute_data(self, attrs: dict[str, str]) -> dict[str, str]:
        person = Person.objects.filter(pk=attrs.get("id") or 0).first()
        return {"id": attrs.get("id", ""), "label": str(person) if person else ""}


class PersonEditorHandler:
    """Keeps the attributes of a person reference when Wagtail cleans rich text."""

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


# Lazy, because features can be requested before Wagtail has registered the views of snippets.
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
def writing_aid_urls() -> list[Any]:
    return [
        path("partial-date/", partial_date, name="kis_partners_partial_date"),
        *side_by_side.urls(),
    ]


hooks.register("register_page_header_buttons", side_by_side.buttons)
hooks.register("register_page_listing_more_buttons", side_by_side.buttons)
hooks.register("register_page_listing_more_buttons", listings.buttons)
hooks.register("register_snippet_listing_buttons", listings.buttons)
hooks.register("construct_page_chooser_queryset", listings.chosen_from)


class KeySearchView(listings.SearchResults):
    """The admin's page search, with "Täter:innen" as a word and not as the filter "Täter"."""

    @cached_property
    def search_query(self) -> str:
        return re.sub(r"(?<=\w):(?=in)", "*", super().search_query)


@method_decorator(transaction.atomic, name="dispatch")
class AddPageView(CreateView):
    """The form for a new page, which publishing may leave with a question; then it is a draft."""


class KeySearchPageViewSet(PageViewSet):
    index_view_class = listings.Explorer
    content_type_use_view_class = listings.PagesOfType
    add_view_class = AddPageView
    search_view_class = KeySearchView
    add_subpage_view_class = AddSubpageWithExamples
    copy_view_class = tree.CopyWithinLanguage
    delete_view_class = cascade_views.DeleteWithTranslations
    move_confirm_view_class = cascade_views.MoveWithTranslations
    set_privacy_view_class = cascade_views.RestrictWithTranslations
    unpublish_view_class = cascade_views.UnpublishWithTranslations
    workflow_action_view_class = approving.PageAction
    collect_workflow_action_data_view_class = approving.PageActionData
    view_draft_view_class = versions.DraftView
    revisions_view_class = versions.OlderVersion
    revisions_compare_view_class = versions.ComparedPages
    workflow_preview_view_class = versions.SubmittedVersion


hooks.register("after_bulk_action", upkeep.files_moved)


# Between Wagtail's own and that of a site, which may register another.
@hooks.register("register_admin_viewset", order=-0.5)
def register_page_search() -> PageViewSet:
    return KeySearchPageViewSet()
