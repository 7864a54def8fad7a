"""Serializers of pages and files, in the language of the item and without own statements."""

from __future__ import annotations

from datetime import UTC
from functools import partial
from typing import Any, get_type_hints
from urllib.parse import urlsplit

from django.utils import translation
from django.utils.encoding import iri_to_uri
from rest_framework.fields import Field, SkipField
from wagtail.api.v2.serializers import BaseSerializer as StockSerializer
from wagtail.api.v2.serializers import DetailUrlField
from wagtail.api.v2.serializers import PageSerializer as StockPageSerializer
from wagtail.api.v2.utils import get_full_url, get_object_detail_url
from wagtail.coreutils import get_content_languages
from wagtail.documents.api.v2.serializers import DocumentSerializer as StockDocumentSerializer
from wagtail.models import Page

from ..conf import conf
from ..files.renditions import rendition_of
from ..items import represent, shapes
from ..items.deferred import Deferred, set_language
from ..items.references import NamedPage
from ..public.translations import TranslationState
from .errors import UNREACHABLE
from .fields import DeferredRelations


class PageUrl(Field):
    """The full address of a page."""

    shape = shapes.Url | None

    def get_attribute(self, instance: Page) -> Page:
        return instance

    def to_representation(self, page: Page) -> str | None:
        url: str | None = self.context["references"].page_url(page)
        return url


class DetailUrl(DetailUrlField):
    """The address of an object in the API, left out where it has none."""

    def get_attribute(self, instance: Any) -> str:
        url = detail_url(self.context, type(instance), instance.pk)
        if not url:
            raise SkipField
        return url


def detail_url(context: Any, model: Any, pk: int) -> str | None:
    """The address of an object in the request's API, None where it has none."""
    look_up = partial(get_object_detail_url, context["router"], context["request"])
    url: str | None = context["references"].detail_url(model, pk, look_up)
    return url


class PageReference(Field):
    """Another page by id, title and addresses, None unless it is public."""

    shape = shapes.PageReference | None

    def to_representation(self, key: Any) -> Deferred:
        return Deferred([("page", key)], lambda family: self.nested((family or {}).get("")))

    def nested(self, page: NamedPage | None) -> Any:
        if page is None:
            return None
        addresses = {
            "detail_url": detail_url(self.context, Page, page.pk),
            "html_url": self.context["references"].page_url(page),
        }
        meta = {"type": page.model._meta.label, **addresses}
        return {"id": page.pk, "meta": meta, "title": page.title}


class AliasOf(PageReference):
    def get_attribute(self, instance: Page) -> Any:
        return instance.alias_of_id


class Parent(PageReference):
    def get_attribute(self, instance: Page) -> Any:
        return instance.path[: -instance.steplen] if instance.depth > 1 else None


class LanguageField(Field):
    """The requested language, the served language, and the state of the translation."""

    shape = shapes.LanguageFacts

    def get_attribute(self, instance: Page) -> Page:
        return instance

    def to_representation(self, page: Page) -> Deferred:
        served = represent.served_language(page)
        requested = self.context["view"].wanted.requested

        def then(states: represent.States | None) -> dict[str, Any]:
            state = (states or {}).get(served) or TranslationState("source")
            own = page.locale.language_code
            asked = requested or own
            return {
                "requested": requested,
                "served": served,
                "fallback_from": asked if asked != served else None,
                "state": state.state,
                "percent": state.percent,
                "reviewed": state.reviewed,
                "reviewed_at": state.reviewed_at and state.reviewed_at.astimezone(UTC),
                "source_newer": state.source_newer,
            }

        return Deferred([("state", page.translation_key)], then)


class TranslationsField(Field):
    """The versions of a page by language: id, state and addresses, or null."""

    shape = dict[str, shapes.Translation | None]

    def get_attribute(self, instance: Page) -> Page:
        return instance

    def to_representation(self, page: Page) -> Deferred:
        def then(
            family: dict[str, NamedPage] | None, states: represent.States | None
        ) -> dict[str, Any]:
            return {
                code: self.version((family or {}).get(code), states or {})
                for code in get_content_languages()
            }

        key = page.translation_key
        return Deferred([("page", key), ("state", key)], then)

    def version(self, page: NamedPage | None, states: represent.States) -> dict[str, Any] | None:
        if page is None or page.served != page.language:
            return None
        state = states.get(page.language) or TranslationState("source")
        return {
            "id": page.pk,
            "state": state.state,
            "html_url": self.context["references"].page_url(page),
            "detail_url": detail_url(self.context, page.model, page.pk),
        }


class FormerUrls(Field):
    """The addresses that a page once had and that lead to it."""

    shape = list[shapes.Url]

    def get_attribute(self, instance: Page) -> Page:
        return instance

    def to_representation(self, page: Page) -> Deferred:
        references = self.context["references"]
        return Deferred(
            [("former", page.pk)],
            lambda paths: [references.url(iri_to_uri(path)) for path in paths or ()],
        )


def with_type(item: dict[str, Any]) -> dict[str, Any]:
    """An item that has its type at the top, too, if it has it in ``meta``.

    Typed clients tell items apart by a member at the top alone.
    """
    if "type" not in item.get("meta", {}):
        return item
    first = {"id": item["id"]} if "id" in item else {}
    return {**first, "type": item["meta"]["type"], **item}


def with_draft(item: dict[str, Any]) -> dict[str, Any]:
    """An item that says that it isn't public: ``draft`` stands behind what tells which it is."""
    first: dict[str, Any] = {name: item[name] for name in ("id", "type") if name in item}
    return {**first, "draft": True, **item}


class PageSerializer(DeferredRelations, StockPageSerializer):
    """A page with labels, dates and links in its own language, not in the request's.

    With a function ``left_out(id, error)`` in its context, a page that can't be represented is
    None.
    """

    html_url = PageUrl(read_only=True)
    detail_url = DetailUrl(read_only=True)
    language = LanguageField(read_only=True)
    translations = TranslationsField(read_only=True)
    former_urls = FormerUrls(read_only=True)

    def get_fields(self) -> Any:
        fields = super().get_fields()
        if conf().languages:
            for name, field in (("alias_of", AliasOf), ("parent", Parent)):
                if name in fields:
                    fields[name] = field(read_only=True)
        return fields

    def to_representation(self, instance: Page) -> Any:
        if not conf().languages:
            return StockPageSerializer.to_representation(self, instance)
        language = represent.served_language(instance)
        request = self.context["request"]
        if getattr(request, "is_neutral", False):
            address = detail_url(self.context, Page, instance.pk) or "/"
            request.path = request.path_info = urlsplit(address).path
        try:
            with translation.override(language):
                data = with_type(super().to_representation(instance))
        except Exception as error:
            if "left_out" not in self.context or isinstance(error, UNREACHABLE):
                raise
            self.context["left_out"](instance.pk, error)
            return None
        set_language(data, language)
        return data


class ImagePart(Field):
    """One part of an image, by the name of the field; see :func:`represent.image`."""

    @property
    def shape(self) -> Any:
        return get_type_hints(shapes.Image, include_extras=True)[self.field_name] | None

    def get_attribute(self, instance: Any) -> Any:
        return instance

    def to_representation(self, image: Any) -> Deferred:
        references = self.context["references"]
        alt, name = getattr(image, "default_alt_text", ""), self.field_name
        return Deferred(
            [("image", image.pk)],
            lambda found: found and represent.loaded_image(found, references, alt)[name],
        )


class ImageDownloadUrl(Field):
    """The address of the largest rendition, never that of the original."""

    shape = shapes.Url | None

    def get_attribute(self, instance: Any) -> Any:
        return instance

    def to_representation(self, image: Any) -> Deferred | str | None:
        largest = conf().largest
        if conf().languages:
            references = self.context["references"]
            return Deferred(
                [("image", image.pk)], lambda found: found and references.url(found[1][largest].url)
            )
        rendition = rendition_of(image, conf().renditions[largest])
        return rendition and get_full_url(self.context["request"], rendition.url)


class ImageSerializer(DeferredRelations, StockSerializer):
    """Images with absolute addresses, and in the sizes that were asked for."""

    download_url = ImageDownloadUrl(read_only=True)
    alt = ImagePart(read_only=True)
    focal_point = ImagePart(read_only=True)
    url = ImagePart(read_only=True)
    renditions = ImagePart(read_only=True)
    srcset = ImagePart(read_only=True)


class DocumentPart(Field):
    """One part of a document, by the name of the field: file name, type or size in bytes."""

    @property
    def shape(self) -> Any:
        return get_type_hints(shapes.Document, include_extras=True)[self.field_name]

    def get_attribute(self, instance: Any) -> Any:
        return instance

    def to_representation(self, document: Any) -> Any:
        if self.field_name == "size":
            return document.get_file_size()
        return getattr(document, self.field_name or "")


class DocumentSerializer(DeferredRelations, StockDocumentSerializer):
    """Documents with name, type and size."""

    filename = DocumentPart(read_only=True)
    content_type = DocumentPart(read_only=True)
    size = DocumentPart(read_only=True)
