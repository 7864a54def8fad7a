"""Creates many pages at once, for tests and benchmarks."""

from __future__ import annotations

import uuid

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction
from wagtail_localize.models import (
    String,
    StringSegment,
    StringTranslation,
    TranslatableObject,
    Translation,
    TranslationContext,
    TranslationSource,
)

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
        title, slug = f"Partner {index:05d}", f"partner-{begin + index}"
        pages.append(
            PartnerPage(
                path=path, depth=parent.depth + 1, title=title, draft_title=title,
                slug=slug, live=True, locale_id=parent.locale_id,
                url_path=f"{parent.url_path}{slug}/", translation_key=uuid.uuid4(),
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


#: Paths and German texts of the segments that each page of :func:`add_translated` has.
SEGMENTS = {
    name: f"{name.title()} auf Deutsch"
    for name in ("title", "slug", "lead", "purpose", "region", "basis_note")
}


def add_translated(indexes, number, **fields):
    """Create published partners in several languages, with all their translations; gives the ids.

    ``indexes`` are the pages to create them below, that of the source first. One half is translated
    by machine, the other half by people, and every tenth translation lacks a segment.
    """
    indexes = list(indexes)
    german, *others = [add_partners(index, number, **fields) for index in indexes]
    keys = dict(Page.objects.filter(pk__in=german).values_list("pk", "translation_key"))
    keys = [keys[pk] for pk in german]
    for ids in others:
        Page.objects.bulk_update(
            [Page(pk=pk, translation_key=key) for pk, key in zip(ids, keys, strict=True)],
            ["translation_key"],
            batch_size=200,
        )
    kind = ContentType.objects.get_for_model(PartnerPage)
    source_locale, now = indexes[0].locale_id, timezone.now()
    TranslatableObject.objects.bulk_create(
        [TranslatableObject(translation_key=key, content_type=kind) for key in keys],
        batch_size=500,
    )
    sources = TranslationSource.objects.bulk_create(
        [
            TranslationSource(
                object_id=key, specific_content_type=kind, locale_id=source_locale,
                object_repr=f"Partner {place:05d}", content_json="{}", last_updated_at=now,
            )
            for place, key in enumerate(keys)
        ],
        batch_size=500,
    )  # fmt: skip
    Translation.objects.bulk_create(
        [
            Translation(source=source, target_locale_id=index.locale_id)
            for source in sources
            for index in indexes[1:]
        ],
        batch_size=500,
    )
    contexts = TranslationContext.objects.bulk_create(
        [
            TranslationContext(
                object_id=key, path=path, path_id=TranslationContext._get_path_id(path),
                field_path=path,
            )
            for key in keys
            for path in SEGMENTS
        ],
        batch_size=500,
    )  # fmt: skip
    texts = [f"{text} {key}" for key in keys for text in SEGMENTS.values()]
    strings = String.objects.bulk_create(
        [
            String(locale_id=source_locale, data=text, data_hash=String._get_data_hash(text))
            for text in texts
        ],
        batch_size=500,
    )
    parts = list(zip(contexts, strings, strict=True))
    StringSegment.objects.bulk_create(
        [
            StringSegment(source=sources[place // len(SEGMENTS)], context=context, string=string,
                          order=place, attrs="{}")
            for place, (context, string) in enumerate(parts)
        ],
        batch_size=500,
    )  # fmt: skip
    StringTranslation.objects.bulk_create(
        [
            StringTranslation(
                translation_of=string, locale_id=index.locale_id, context=context,
                data=f"{string.data}, {index.locale_id}",
                translation_type="machine" if place < len(parts) / 2 else "manual",
            )
            for index in indexes[1:]
            for place, (context, string) in enumerate(parts)
            if place % (10 * len(SEGMENTS))
        ],
        batch_size=500,
    )  # fmt: skip
    return [german, *others]
