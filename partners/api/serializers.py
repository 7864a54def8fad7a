"""Serializers that speak the language of the item they serialise."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils import translation
from rest_framework.fields import Field
from wagtail.api.v2.serializers import PageAliasOfField
from wagtail.api.v2.serializers import PageSerializer as StockPageSerializer
from wagtail.api.v2.utils import get_full_url
from wagtail.images.api.v2.serializers import ImageSerializer as StockImageSerializer
from wagtail.models import Page

from ..translation import translation_state


class TranslationStateField(Field):
    """How far the translation is; see :class:`partners.translation.TranslationState`."""

    def get_attribute(self, instance: Page) -> Page:
        return instance

    def to_representation(self, page: Page) -> dict[str, Any]:
        return asdict(translation_state(page))


class PublicAliasOfField(PageAliasOfField):
    """``alias_of``, where everybody may read that page."""

    def get_attribute(self, instance: Page) -> Page | None:
        page = super().get_attribute(instance)
        if page and self.context["base_queryset"].filter(pk=page.pk).exists():
            return page
        return None


class PageSerializer(StockPageSerializer):
    """A page in its own language: labels, dates and links, whatever the caller's language is."""

    alias_of = PublicAliasOfField(read_only=True)
    translation_state = TranslationStateField(read_only=True)

    def to_representation(self, instance: Page) -> dict[str, Any]:
        with translation.override(instance.locale.language_code):
            return super().to_representation(instance)


class ImageDownloadUrlField(Field):
    def get_attribute(self, instance: Any) -> Any:
        return instance

    def to_representation(self, image: Any) -> str:
        return get_full_url(self.context["request"], image.file.url)


class ImageSerializer(StockImageSerializer):
    """Images with absolute addresses."""

    download_url = ImageDownloadUrlField(read_only=True)
