"""What an anonymous visitor may see: the one place that every public output asks."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.utils import timezone
from wagtail.models import CollectionViewRestriction, Page, PageViewRestriction


def public_pages(queryset: QuerySet[Page] | None = None) -> QuerySet[Page]:
    """Pages that are live, not past their expiry, and below no view restriction.

    One statement, however many restrictions there are.
    """
    own_path = ExpressionWrapper(OuterRef("path"), output_field=CharField())
    restrictions = PageViewRestriction.objects.annotate(below=own_path).filter(
        below__startswith=F("page__path")
    )
    pages = Page.objects.all() if queryset is None else queryset
    return pages.filter(
        Q(expire_at__isnull=True) | Q(expire_at__gt=timezone.now()),
        ~Exists(restrictions),
        live=True,
    )


def is_public_page(page: Page) -> bool:
    """Whether everybody may read this page now."""
    return public_pages(Page.objects.filter(pk=page.pk)).exists()


def is_public_file(item: Any) -> bool:
    """Whether an image or document lies in no collection that is restricted, or below one."""
    path = item.collection.path
    ancestors = [path[:end] for end in range(4, len(path) + 1, 4)]
    return not CollectionViewRestriction.objects.filter(collection__path__in=ancestors).exists()
