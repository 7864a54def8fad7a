"""Wagtail's API v2 with what a consumer of multilingual content needs."""

from .cooperations import CooperationsAPIViewSet
from .locales import LocalesAPIViewSet
from .views import DocumentsAPIViewSet, ImagesAPIViewSet, PagesAPIViewSet

__all__ = [
    "CooperationsAPIViewSet",
    "DocumentsAPIViewSet",
    "ImagesAPIViewSet",
    "LocalesAPIViewSet",
    "PagesAPIViewSet",
]
