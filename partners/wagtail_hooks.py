"""What the plugin adds to Wagtail's admin."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from draftjs_exporter import DOM
from wagtail import hooks
from wagtail.admin.rich_text.converters.editor_html import LinkTypeRule
from wagtail.admin.rich_text.converters.html_to_contentstate import LinkElementHandler
from wagtail.admin.rich_text.editors.draftail.features import EntityFeature
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from .models import Consent, Organisation, Person, Topic
from .richtext import PersonLinkHandler


class OrganisationViewSet(SnippetViewSet):
    model = Organisation
    icon = "group"
    list_display = ["name", "kind", "city"]
    list_filter = ["kind", "country"]
    ordering = ["name"]


class PersonViewSet(SnippetViewSet):
    model = Person
    icon = "user"
    list_display = ["role", "name", "organisation"]
    ordering = ["role"]


class ConsentViewSet(SnippetViewSet):
    model = Consent
    icon = "check"
    list_display = ["person", "given_on", "withdrawn_on"]
    list_filter = ["given_on", "withdrawn_on"]


class TopicViewSet(SnippetViewSet):
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
    """Reads a person reference for the editor."""

    def get_attribute_data(self, attrs: dict[str, str]) -> dict[str, str]:
        person = Person.objects.filter(pk=attrs.get("id") or 0).first()
        return {
            "id": attrs.get("id", ""),
            "show": attrs.get("show", ""),
            "label": str(person) if person else "",
        }


def person_entity(props: dict[str, str]) -> object:
    """Writes a person reference: the words stay text, the name is never among them."""
    attrs = {"linktype": "person", "id": props.get("id")}
    if props.get("show") == "before":
        attrs["show"] = "before"
    return DOM.create_element("a", attrs, props["children"])


class PersonEditorHandler:
    """Keeps the attributes of a person reference when rich text is cleaned."""

    @staticmethod
    def get_db_attributes(tag: dict[str, str]) -> dict[str, str]:
        kept = {"id": tag["data-id"]}
        if tag.get("data-show") == "before":
            kept["show"] = "before"
        return kept

    @staticmethod
    def expand_db_attributes(attrs: dict[str, str]) -> str:
        return "<a>"


@hooks.register("register_rich_text_features")
def register_person_reference(features: FeatureRegistry) -> None:
    features.register_link_type(PersonLinkHandler)
    features.register_editor_plugin(
        "draftail",
        "person",
        EntityFeature(
            {"type": "PERSON", "icon": "user", "description": _("Person, named by consent only")},
            js=["kis_partners/person-reference.js"],
        ),
    )
    features.register_converter_rule(
        "contentstate",
        "person",
        {
            "from_database_format": {'a[linktype="person"]': PersonElementHandler("PERSON")},
            "to_database_format": {"entity_decorators": {"PERSON": person_entity}},
        },
    )
    features.register_converter_rule(
        "editorhtml", "person", [LinkTypeRule("person", PersonEditorHandler)]
    )
