"""Texts without the name: each that mentions it gets the person's role in its language instead."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.functions import Cast
from django.utils.text import slugify
from wagtail.coreutils import find_available_slug
from wagtail.models import Locale, Page, ReferenceIndex, Revision
from wagtail_localize.models import String, StringSegment, StringTranslation

from ..models import Consent, Person, Review
from ..search.upkeep import index_again
from .places import Hit, Way, mapped, parent_field, strings, way_of
from .subject import Subject

#: Texts that are part of an address.
ADDRESSES = ("slug", "url_path")
#: The slug of a page as a text of the translation memory.
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
PEOPLE = (Person, Consent)


def item_of(row: Any) -> Any:
    """The page or snippet that a row belongs to; the row itself, if to none."""
    while parent := parent_field(type(row)):
        row = getattr(row, parent.name)
    return row.specific if isinstance(row, Page) else row


def current_versions() -> set[int]:
    """The ids of the versions that are the published or the latest one of an item, or are to be
    published: what an editor sees and changes."""
    found = set(
        Revision.objects.filter(approved_go_live_at__isnull=False).values_list("pk", flat=True)
    )
    for model in apps.get_models():
        for name in ("latest_revision", "live_revision"):
            if any(field.name == name for field in model._meta.local_concrete_fields):
                found |= set(model._base_manager.values_list(f"{name}_id", flat=True))
    return found - {None}


def decided(hit: Hit, subject: Subject, current: set[int]) -> Way:
    """What may be done to the name in one text."""
    if hit.model is Revision:
        row = Revision.objects.get(pk=hit.pk)
        if row.base_content_type.model_class() in PEOPLE:
            return Way.HISTORY if row.object_id in subject.own else Way.OTHER
        return Way.CONTENT if hit.pk in current else Way.HISTORY
    way = way_of(hit.model)
    if way is Way.MEMORY:
        if hit.model is String and not StringSegment.objects.filter(string=hit.pk).exists():
            return Way.HISTORY
        if _is_of_another(hit, subject):
            return Way.OTHER
    field: Any = hit.model._meta.get_field(hit.field)
    if way is Way.CONTENT and isinstance(field, models.URLField | models.EmailField):
        return way if field.blank else Way.OTHER
    return way


def _is_of_another(hit: Hit, subject: Subject) -> bool:
    """Whether a row of the translation memory belongs to another person's record."""
    row: Any = hit.model._base_manager.get(pk=hit.pk)
    source = row if hasattr(row, "specific_content_type") else getattr(row, "source", None)
    if source is None or not hasattr(source, "specific_content_type"):
        return False
    model = source.specific_content_type.model_class()
    return model in PEOPLE and source.object_id != subject.key


class Mending:
    """Replaces the name in texts, and brings up to date what follows from them."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.search = subject.search
        self.touched: dict[type[models.Model], set[Any]] = defaultdict(set)
        #: The new slugs of pages by their old ones.
        self.slugs: dict[str, str] = {}

    def mend(self, text: str, name: str, locale: int | None, html: bool = False) -> str:
        words = self.subject.words(locale)
        if name in ADDRESSES or (html and SLUG.fullmatch(text)):
            if new := self.slugs.get(text):
                return new
            return self.search.replaced(text, slugify(words))
        return self.search.replaced(text, words, html=html)

    def pages_with_name_in_address(self, hits: Iterable[Hit]) -> None:
        """Give pages another slug, and all pages below them another address."""
        for hit in hits:
            if hit.model is not Page or hit.field != "slug":
                continue
            page = Page.objects.get(pk=hit.pk)
            wanted = self.mend(page.slug, "slug", page.locale_id) or "x"
            parent = page.get_parent()
            new = find_available_slug(parent, wanted, ignore_page_id=page.pk)
            old_slug, old_path = page.slug, page.url_path
            page.slug = new
            page.set_url_path(parent)
            Page.objects.filter(pk=page.pk).update(slug=new, url_path=page.url_path)
            page._update_descendant_url_paths(old_path, page.url_path)
            self.slugs[old_slug] = new
            self.touched[Page].add(page.pk)

    def row(self, hit: Hit) -> None:
        """Replace the name in one text."""
        model: Any = hit.model
        field: Any = model._meta.get_field(hit.field)
        if model is Page and hit.field == "slug":
            return
        if model is StringSegment:
            self._without_links(StringSegment.objects.select_related("string").get(pk=hit.pk))
            return
        rows = model._base_manager.filter(pk=hit.pk)
        stored = rows.values_list(Cast(hit.field, models.TextField()), flat=True).first()
        if stored is None:
            return
        row: Any = model._base_manager.get(pk=hit.pk)
        locale = _locale(row, stored)
        html = model in (String, StringTranslation, Review)
        name = "slug" if isinstance(field, models.SlugField) else hit.field
        new = mapped(stored, lambda text, at: self.mend(text, at, locale, html), name)
        if isinstance(field, models.URLField | models.EmailField):
            new = ""
        elif getattr(field, "max_length", None):
            new = new[: field.max_length]
        if model is String:
            _put_string(row, new)
        elif isinstance(field, models.CharField | models.TextField):
            rows.update(**{hit.field: new})
        else:
            value = models.Value(new, models.TextField())
            rows.update(**{hit.field: Cast(value, models.JSONField())})
        if way_of(model) is Way.CONTENT:
            item = item_of(row)
            self.touched[Page if isinstance(item, Page) else type(item)].add(item.pk)
        elif model._meta.label == "kis_partners.DocumentText":
            self.touched[model].add(row.pk)

    def _without_links(self, segment: StringSegment) -> None:
        """Take links whose address has the name out of a text of the translation memory.

        Their addresses are kept beside the text by id: ``{"a1": {"href": "…"}}``.
        """
        attributes = json.loads(segment.attrs)
        gone = {
            key
            for key, values in attributes.items()
            if any(self.search.holds(text) for text in strings(values))
        }
        ids = {key.rpartition("#")[2] for key in gone}
        for row in StringTranslation.objects.filter(
            translation_of=segment.string_id, context=segment.context_id
        ):
            StringTranslation.objects.filter(pk=row.pk).update(data=_unlinked(row.data, ids))
        kept = {key: values for key, values in attributes.items() if key not in gone}
        StringSegment.objects.filter(pk=segment.pk).update(attrs=json.dumps(kept))
        _put_string(segment.string, _unlinked(segment.string.data, ids))

    def finish(self) -> None:
        """Bring the index of the search and that of references up to date."""
        for model, keys in self.touched.items():
            for item in model._base_manager.filter(pk__in=keys):
                whole = item.specific if isinstance(item, Page) else item
                ReferenceIndex.create_or_update_for_object(whole)
                index_again(whole)


def _locale(row: Any, stored: str) -> int | None:
    """The id of the language that a text is in."""
    if isinstance(row, Revision):
        row = row.content
        return row.get("locale") if isinstance(row, dict) else None
    for path in ("locale", "target_locale", "translation", "source", "page", "document"):
        owner = getattr(row, path, None)
        if isinstance(owner, Locale):
            return owner.pk
        if owner is not None and (found := getattr(owner, "locale_id", None)):
            return int(found)
    if parent := parent_field(type(row)):
        return _locale(getattr(row, parent.name), stored)
    return None


def _unlinked(text: str, ids: set[str]) -> str:
    for one in ids:
        text = re.sub(rf'<a id="{re.escape(one)}"[^>]*>(.*?)</a>', r"\1", text, flags=re.DOTALL)
    return text


def _put_string(string: String, data: str) -> None:
    """Change a source text of the translation memory, or join it with one that says the same."""
    key = String._get_data_hash(data)
    same = String.objects.filter(locale=string.locale_id, data_hash=key).exclude(pk=string.pk)
    twin = same.first()
    if twin is None:
        String.objects.filter(pk=string.pk).update(data=data, data_hash=key)
        return
    for one in StringTranslation.objects.filter(translation_of=string):
        taken = StringTranslation.objects.filter(
            translation_of=twin, locale=one.locale_id, context=one.context_id
        )
        if not taken.exists():
            StringTranslation.objects.filter(pk=one.pk).update(translation_of=twin)
    StringSegment.objects.filter(string=string).update(string=twin)
    string.delete()


def without_details(subject: Subject) -> None:
    """Empty the personal details of the record, of its versions and of its translation source."""
    fields: list[Any] = [Person._meta.get_field(name) for name in Person.PERSONAL]
    empty = {field.name: field.get_default() for field in fields}
    for row in subject.family:
        for name, value in empty.items():
            setattr(row, name, value)
        row.save(update_fields=list(empty))
        ReferenceIndex.create_or_update_for_object(row)
    for version in subject.revisions:
        Revision.objects.filter(pk=version.pk).update(content=version.content | empty)
    for source in subject.sources:
        content = json.loads(source.content_json) | empty
        type(source).objects.filter(pk=source.pk).update(content_json=json.dumps(content))
