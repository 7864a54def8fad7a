"""The API endpoint from which the front end of a headless site gets the draft for a preview."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest
from django.urls import path
from rest_framework.response import Response
from wagtail_headless_preview.models import PagePreview

from .views import PagesAPIViewSet

MAX_AGE = 24 * 60 * 60


class PagePreviewAPIViewSet(PagesAPIViewSet):
    """``/api/v2/page_preview/?content_type=…&token=…``: a draft, for everybody with its token.

    The admin hands the token to the editor's browser. It is signed, and valid for a day.
    """

    detail_parameters = PagesAPIViewSet.detail_parameters | {"content_type", "token"}

    @classmethod
    def get_urlpatterns(cls) -> list[Any]:
        return [path("", cls.as_view({"get": "preview_view"}), name="listing")]

    def preview_view(self, request: HttpRequest) -> Response:
        self.action = "detail_view"
        # A draft has links that the database doesn't have yet.
        self.references.from_objects = True
        serializer = self.get_serializer(self.get_object())
        response = Response(self.references.resolve(dict(serializer.data)))
        response["Cache-Control"] = "private, no-store"
        return response

    def get_object(self) -> Any:
        token = self.request.GET.get("token", "")
        label, _dot, model = self.request.GET.get("content_type", "").partition(".")
        kind = ContentType.objects.filter(app_label=label, model=model).first()
        page_class = kind and kind.model_class()
        signer = getattr(page_class, "get_preview_signer", None)
        try:
            if signer is None:
                raise Http404
            signer().unsign(token, max_age=MAX_AGE)
            page = PagePreview.objects.get(content_type=kind, token=token).as_page()
        except (BadSignature, PagePreview.DoesNotExist):
            raise Http404 from None
        page.pk = page.pk or 0
        return page
