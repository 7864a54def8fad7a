"""Addresses of a site that gives files as Django's and Wagtail's documentation say."""

from django.conf import settings
from django.urls import include, path, re_path
from django.views.static import serve
from wagtail.documents import urls as document_urls

urlpatterns = [
    path("documents/", include(document_urls)),
    re_path(r"^media/(?P<path>.*)$", serve, {"document_root": settings.MEDIA_ROOT}),
]
