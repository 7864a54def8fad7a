"""Before something is deleted: a list of what can't be without it, and who will miss it.

Published versions are protected by the database. Drafts and versions that are planned are looked
through; older ones open without what is gone, and say so when they are edited.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.models import DraftStateMixin, Page, Revision, RevisionMixin

from ..public.references import parental_key
from .cascade_views import warn
from .cascades import followers
from .naming import gone, named

#: The most published items that a list names.
SHOWN = 50


@dataclass(frozen=True)
class Use:
    """An item that names what is to be deleted; ``where`` says in which of its versions.

    ``is_required``: it can't be without it.
    """

    item: Any
    where: str
    is_required: bool


def refuse(request: HttpRequest, items: Iterable[Any]) -> HttpResponse | None:
    """An answer with a list of uses, if items can't be deleted; else a warning of who will miss it.

    Their followers count, which are deleted along.
    """
    items = list(items)
    doomed = [*items, *(row for item in items for row in followers(item))]
    uses = [*_published(doomed), *_unpublished(doomed)]
    needing = [use for use in uses if use.is_required]
    if not needing:
        if request.method == "GET":
            text = _("Drafts or planned versions name this, too, and will be without it:")
            warn(request, text, list(dict.fromkeys(use.item for use in uses)))
        return None
    finder = AdminURLFinder(request.user)
    context = {
        "page_title": _("This is still in use"),
        "page_subtitle": ", ".join(map(str, items)),
        "header_icon": "warning",
        "uses": [(finder.get_edit_url(use.item), use) for use in needing[:SHOWN]],
        "back_url": finder.get_edit_url(items[0]),
    }
    return TemplateResponse(request, "kis_partners/translating/still_in_use.html", context)


def _published(doomed: list[Any]) -> Iterator[Use]:
    """The items whose stored row is protected against losing one of these."""
    for model in {type(item) for item in doomed}:
        keys = [item.pk for item in doomed if type(item) is model]
        for relation in model._meta.get_fields(include_hidden=True):
            if getattr(relation, "on_delete", None) not in (models.PROTECT, models.RESTRICT):
                continue
            rows = relation.related_model._base_manager.filter(
                **{f"{relation.field.name}__in": keys}
            )
            owner = parental_key(relation.related_model)
            for row in rows.order_by("pk")[:SHOWN]:
                item = getattr(row, owner.name) if owner else row
                live = getattr(item, "live", True)
                yield Use(item, _("published") if live else _("as a draft"), True)


def _unpublished(doomed: list[Any]) -> Iterator[Use]:
    """The drafts and planned versions that name one of these; three statements and more."""
    naming = Q(pk__in=[])
    for item in doomed:
        # In JSON, and in the JSON and HTML within it; what is found by this is looked at below.
        naming |= Q(text__contains=f": {item.pk}") | Q(text__contains=f'"{item.pk}')
    found = pending_versions().annotate(text=Cast("content", models.TextField())).filter(naming)
    for version in found.prefetch_related("content_object", "content_type"):
        model, item = version.content_type.model_class(), version.content_object
        if model is None or item is None:
            continue
        uses = [one for one in named(model, version.content) if one.is_one_of(doomed)]
        if uses:
            where = _("as a draft")
            if day := version.approved_go_live_at:
                day = date_format(timezone.localtime(day), "SHORT_DATETIME_FORMAT")
                where = _("planned for {}").format(day)
            yield Use(item, where, any(one.is_required for one in uses))


def pending_versions() -> QuerySet[Revision]:
    """The versions that may still be published: the newest of what has changes, and what is due."""
    pending = Q(approved_go_live_at__isnull=False)
    for model in apps.get_models():
        if issubclass(model, DraftStateMixin) and (model is Page or not issubclass(model, Page)):
            changed: Any = model._default_manager.filter(has_unpublished_changes=True)
            pending |= Q(pk__in=changed.values("latest_revision"))
    return Revision.objects.filter(pending).order_by("pk")


def tell_gone(request: HttpRequest, instance: Any) -> None:
    """Warn above the editor about what the version in it names and has been deleted."""
    if not isinstance(instance, RevisionMixin):
        return
    match = request.resolver_match
    key = (match.kwargs if match else {}).get("revision_id") or instance.latest_revision_id
    version = Revision.objects.filter(pk=key).first()
    if version is not None and (text := told_gone(type(instance), version.content)):
        messages.warning(request, text)


def told_gone(model: Any, content: dict[str, Any]) -> str:
    """A sentence about what the content of a version names and has been deleted; else empty."""
    places = dict.fromkeys(capfirst(one.place) for one in gone(model, content))
    if not places:
        return ""
    text = _("What this version names here has been deleted, and is missing in it: {}")
    return text.format(", ".join(places))
