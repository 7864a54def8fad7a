"""Creates many pages at once, for tests and benchmarks."""

from __future__ import annotations

import uuid

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from partners.models import CooperationPage, PartnerPage


def add_partners(parent, number, **fields):
    """Create published partners below a page in a few statements; gives their ids.

    Tree paths are computed here, and each table is filled by one insert for 500 rows, because
    Django's ``bulk_create`` refuses models with multi-table inheritance.
    """
    parent = Page.objects.get(pk=parent.pk)
    last = parent.get_last_child()
    begin = Page._str2int(last.path[-Page.steplen :]) + 1 if last else 1
    now = timezone.now()
    pages = []
    for index in range(number):
        path = Page._get_path(parent.path, parent.depth + 1, begin + index)
        title = f"Partner {index:05d}"
        pages.append(
            PartnerPage(
                path=path, depth=parent.depth + 1, title=title, draft_title=title,
                slug=f"partner-{uuid.uuid4()}", live=True, locale_id=parent.locale_id,
                url_path=f"{parent.url_path}partner-{index}/", translation_key=uuid.uuid4(),
                content_type=ContentType.objects.get_for_model(PartnerPage),
                first_published_at=now, last_published_at=now, lead="Vorspann", basis="law",
                since="2004", earliest="2004-01-01", **fields,
            )
        )  # fmt: skip
    for start in range(0, number, 500):
        part = pages[start : start + 500]
        bases = [
            Page(**{one.attname: getattr(page, one.attname) for one in Page._meta.concrete_fields})
            for page in part
        ]
        for page, base in zip(part, Page.objects.bulk_create(bases), strict=True):
            page.pk = page.id = page.page_ptr_id = page.cooperationpage_ptr_id = base.pk
        for model in (CooperationPage, PartnerPage):
            model._base_manager._insert(part, model._meta.local_concrete_fields, using="default")
    Page.objects.filter(pk=parent.pk).update(numchild=parent.numchild + number)
    return [page.pk for page in pages]


def restrict(ids):
    """Give each of these pages a restriction of its own."""
    PageViewRestriction.objects.bulk_create(
        [PageViewRestriction(page_id=pk, restriction_type="login") for pk in ids]
    )
