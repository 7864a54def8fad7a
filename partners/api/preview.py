"""The API endpoint from which the front end of a headless site gets the draft for a preview.

The admin hands a token to the editor's browser, and so to the front end. It is signed, is for one
page, and holds for ``PREVIEW_MINUTES``. No answer is kept by anybody, and scripts read it on the
front end alone.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.contrib.contenttypes.models import ContentType
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.cache import patch_vary_headers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.admin.userbar import Userbar
from wagtail.models import Site
from wagtail_headless_preview.models import PagePreview, get_client_root_url_from_site

from ..conf import conf
from .serializers import with_draft
from .views import PagesAPIViewSet


def front_ends() -> set[str]:
    """The origins on which previews open (RFC 6454), of all sites."""
    addresses = [get_client_root_url_from_site(site) for site in Site.objects.all()]
    return {"{0.scheme}://{0.netloc}".format(urlsplit(one)) for one in addresses}


class PagePreviewAPIViewSet(PagesAPIViewSet):
    """``/api/v2/page_preview/?content_type=…&token=…``: a draft, for everybody with its token.

    The item is that of ``/pages/`` with ``draft: true``. ``userbar/`` with the same parameters is
    Wagtail's user bar with its content checks, as HTML for the page that shows the draft.
    """

    detail_parameters = PagesAPIViewSet.detail_parameters | {"content_type", "token"}

    @classmethod
    def get_urlpatterns(cls) -> list[Any]:
        return [
            path("", cls.as_view({"get": "preview_view"}), name="preview"),
            path("userbar/", cls.as_view({"get": "userbar_view"}), name="userbar"),
        ]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        origin = request.headers.get("Origin")
        if origin and origin not in front_ends():
            raise PermissionDenied("Drafts are for scripts of the front end alone.")

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex"
        if response.status_code == 200 and (origin := request.headers.get("Origin")):
            response["Access-Control-Allow-Origin"] = origin
        patch_vary_headers(response, ["Origin"])
        return response

    def preview_view(self, request: HttpRequest) -> Response:
        self.action = "detail_view"
        # A draft has links that the database doesn't have yet.
        self.references.from_objects = True
        serializer = self.get_serializer(self.get_object())
        return Response(with_draft(self.references.resolve(dict(serializer.data))))

    def userbar_view(self, request: Request) -> HttpResponse:
        # As in the panel of the editor: with the content checks, which it asks for.
        shown: Any = request._request
        shown.in_preview_panel = True
        bar = Userbar(object=self.get_object()).render_html({"request": shown})
        return HttpResponse(bar)

    def get_object(self) -> Any:
        token = self.request.GET.get("token", "")
        label, _dot, model = self.request.GET.get("content_type", "").partition(".")
        kind = ContentType.objects.filter(app_label=label, model=model).first()
        page_class = kind and kind.model_class()
        signer = getattr(page_class, "get_preview_signer", None)
        try:
            if signer is None:
                raise Http404
            signer().unsign(token, max_age=conf().preview_minutes * 60)
            page = PagePreview.objects.get(content_type=kind, token=token).as_page()
        except (BadSignature, PagePreview.DoesNotExist):
            raise Http404 from None
        page.pk = page.pk or 0
        return page
