"""Wagtail's API v2 with languages, cooperations, linked data and an OpenAPI document.

Imports kinds, models, search, items, public, words and conf.
"""

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
