"""Uploaded files at their addresses, for those who may have them at this moment.

Readers get what something public shows: renditions of images, documents, files of a site's own
models. Who is let into a private page or collection gets what is shown there, an editor what they
may choose or change; originals of images are for editors alone. All others get 404, whether there
is such a file or not.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from hashlib import md5
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, get_resolver, path, re_path
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.documents import get_document_model
from wagtail.documents import urls as stock_urls
from wagtail.documents.models import document_served
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.models import CollectionMember, Page
from wagtail.permissions import policy_registry

from ..conf import conf
from ..files.storage import content_type, download_name, is_hidden
from ..public.files import among, file_models, is_listed_unused, is_public_file, shown_keys
from ..public.pages import is_published, public_pages, reachable, sources
from ..public.references import parental_key

PDF = "application/pdf"
#: The kinds of files that browsers show; others are downloads.
SHOWN = ("image/", "audio/", "video/", PDF)
#: Policies of what is opened by itself: nothing in it runs or loads anything.
DOCUMENT = "default-src 'none'"
PICTURE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
#: How many private pages are looked through for one that somebody is let into.
MOST_PAGES = 5


def urls() -> list[URLPattern]:
    """The address of all files; the site has it outside of ``i18n_patterns``."""
    if not settings.MEDIA_URL.strip("/"):
        raise ImproperlyConfigured("MEDIA_URL must be a path of its own, for example /media/.")
    return [path(settings.MEDIA_URL.lstrip("/") + "<path:name>", media, name="kis_media")]


@require_safe
def media(request: HttpRequest, name: str) -> HttpResponseBase:
    """The file of a name in the storage."""
    owner, field = _owner(name)
    item = owner.image if isinstance(owner, AbstractRendition) else owner
    decide = _is_editor if isinstance(owner, AbstractImage) else may_have
    if owner is None or not decide(request, item):
        return _not_there(HttpResponse(status=404))
    kind = content_type(name)
    response = _sent(request, getattr(owner, field), kind)
    if not kind.startswith(SHOWN):
        response["Content-Disposition"] = "attachment"
    response["Content-Security-Policy"] = DOCUMENT if kind == PDF else PICTURE
    return response


def document(request: HttpRequest, pk: str, name: str) -> HttpResponseBase:
    """The file of a document, as Wagtail's view gives it, but with a name that people can read."""
    item: Any = get_document_model().objects.select_related("collection").filter(pk=pk).first()
    if item is None or item.filename != name:
        return _no_document(request)
    for hook in hooks.get_hooks("before_serve_document"):
        if isinstance(answer := hook(item, request), HttpResponseBase):
            return answer
    document_served.send(sender=type(item), instance=item, request=request)
    response = _sent(request, item.file, item.content_type)
    if response.status_code == 200:
        is_download = item.content_disposition != "inline"
        named = content_disposition_header(is_download, download_name(item))
        response["Content-Disposition"] = named
    response["Content-Security-Policy"] = DOCUMENT
    return response


def keep_document(item: Any, request: HttpRequest) -> HttpResponseBase | None:
    """The ``before_serve_document`` hook: 404 for who may not have a document.

    Where the password of a collection would let them in, Wagtail's own hook asks for it.
    """
    if may_have(request, item) or any(
        one.restriction_type == one.PASSWORD and not one.accept_request(request)
        for one in item.collection.get_view_restrictions()
    ):
        return None
    return _no_document(request)


#: Addresses of documents, in place of Wagtail's ``wagtail.documents.urls``.
document_urls = [
    re_path(r"^(\d+)/(.*)$", document, name="wagtaildocs_serve"),
    *stock_urls.urlpatterns,
]


def may_have(request: HttpRequest, item: Any) -> bool:
    """Whether somebody may have the file of an image, a document or an object of the site's own.

    Of a public file, nobody looks who asks.
    """
    is_member = isinstance(item, CollectionMember)
    if (not is_member or is_public_file(item)) and (
        _is_shown(item, among(public_pages(reachable()))) or is_listed_unused(item)
    ):
        return True
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    if _is_editor(request, item):
        return True
    restrictions = item.collection.get_view_restrictions() if is_member else []
    if not all(one.accept_request(request) for one in restrictions):
        return False
    is_let_in = bool(restrictions) and not isinstance(item, AbstractImage)
    return is_let_in or _is_shown(item, partial(_read_by, request))


def _owner(name: str) -> tuple[Any, str]:
    """The object with the file of a name, and its field; parts of an object stand for it."""
    for model, field in file_models():
        rows = model._base_manager.filter(**{field: name})
        if issubclass(model, AbstractRendition):
            rows = rows.select_related("image__collection")
        elif issubclass(model, CollectionMember):
            rows = rows.select_related("collection")
        if owner := rows.first():
            return owner, field
    return None, ""


def _whole(item: Any) -> Any:
    """The object that an object is a part of, in the end."""
    field = parental_key(type(item))
    return _whole(getattr(item, field.name)) if field else item


def _is_shown(item: Any, counted: Any) -> bool:
    whole = _whole(item)
    if isinstance(whole, Page):
        return bool(counted([whole.pk]))
    return bool(shown_keys(type(whole), counted, "site", {str(whole.pk)}))


def _is_editor(request: HttpRequest, item: Any) -> bool:
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    user: Any = request.user
    if not user.is_active or not user.has_perm("wagtailadmin.access_admin"):
        return False
    if not isinstance(item, CollectionMember):
        return True
    actions = ["add", "change", "delete", "choose"]
    policy: Any = policy_registry.get_by_type(type(item))
    return bool(policy.user_has_any_permission_for_instance(user, actions, item))


def _read_by(request: HttpRequest, keys: Collection[int]) -> list[int]:
    """Those of some pages that somebody may read who isn't everybody."""
    return [
        page.pk
        for page in reachable(Page.objects.filter(pk__in=keys, live=True))[:MOST_PAGES]
        if all(
            is_published(one)
            and all(closed.accept_request(request) for closed in one.get_view_restrictions())
            for one in (page, *sources(page))
        )
    ]


def _not_there(response: Any) -> Any:
    """An answer that is the same for what somebody may not have and for what isn't there."""
    response["Cache-Control"] = "private, no-store"
    patch_vary_headers(response, ["Cookie"])
    return response


def _no_document(request: HttpRequest) -> Any:
    handler: Any = get_resolver().resolve_error_handler(404)
    return _not_there(handler(request, exception=Http404()))


def _sent(request: HttpRequest, file: Any, kind: str) -> Any:
    """A file, which may be kept and not be shown again without asking.

    It is sent by nginx where nginx has it.
    """
    tag = f'"{md5(file.name.encode()).hexdigest()}"' if is_hidden(file.name) else None
    response: Any
    if where := _location(file):
        response = HttpResponse(content_type=kind, headers={"X-Accel-Redirect": where})
    elif not (response := tag and get_conditional_response(request, etag=tag)):
        try:
            response = FileResponse(file.storage.open(file.name, "rb"), content_type=kind)
        except OSError:
            return _not_there(HttpResponse(status=404))
        if tag:
            response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _location(file: Any) -> str:
    """Where nginx has a file; empty where it has none."""
    try:
        inside = Path(file.path).relative_to(str(settings.MEDIA_ROOT))
    except (NotImplementedError, ValueError):
        return ""
    return conf().media_location and conf().media_location + quote(inside.as_posix())
