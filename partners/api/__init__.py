"""Wagtail's API v2 with what a consumer of multilingual content needs."""

from .views import DocumentsAPIViewSet, ImagesAPIViewSet, PagesAPIViewSet

__all__ = ["DocumentsAPIViewSet", "ImagesAPIViewSet", "PagesAPIViewSet"]
