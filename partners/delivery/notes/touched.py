"""From what triggers have noted to the pages that show it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.db.models import Q
from modelcluster.fields import ParentalKey
from taggit.models import TaggedItem
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    Locale,
    Page,
    PageViewRestriction,
    ReferenceIndex,
    Site,
    TranslatableMixin,
)
from wagtail_localize.models import (
    StringSegment,
    StringTranslation,
    TranslatableObject,
    Translation,
    TranslationContext,
    TranslationSource,
)

from ...models import Review
from ..models import Touch
from .triggers import EVERYTHING

#: How many ids go into one statement.
CHUNK = 5000
#: How many beginnings of paths: SQLite takes expressions to a limited depth only.
BRANCHES = 200

Objects = dict[type[models.Model], set[str]]


def take() -> dict[str, set[str]]:
    """Take all that is noted and visible, as keys by source; nothing is taken twice."""
    found: dict[str, set[str]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {Touch._meta.db_table} RETURNING source, key")
        for source, key in cursor.fetchall():
            found[source].add(key)
    return found


def chunks(ids: Iterable[Any]) -> Iterable[list[Any]]:
    """The ids in pieces that a statement can carry."""
    ids = list(ids)
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


@dataclass
class Touched:
    """What has to be looked at again.

    ``pages`` have changed themselves; ``kin`` belong to a translation that has; ``near`` may be
    closed or opened by a change elsewhere; ``showing`` show something that has changed.
    ``everything``: all pages. ``other`` tells that something has changed that an answer may show
    without any page.
    """

    pages: set[int] = field(default_factory=set)
    kin: set[int] = field(default_factory=set)
    near: set[int] = field(default_factory=set)
    showing: set[int] = field(default_factory=set)
    everything: bool = False
    other: bool = False

    @classmethod
    def read(cls, taken: dict[str, set[str]]) -> Touched:
        """Find the pages behind what was taken."""
        touched = cls()
        objects: Objects = defaultdict(set)
        for source, keys in taken.items():
            if source == EVERYTHING:
                touched.everything = touched.other = True
                continue
            try:
                model = apps.get_model(source)
            except LookupError:
                continue
            touched.add(model, keys, objects)
        if objects:
            touched.other = True
            touched.show(objects)
        return touched

    def add(self, model: type[models.Model], keys: set[str], objects: Objects) -> None:
        """Note changed objects of one model."""
        if model in (Locale, Site):
            self.everything = self.other = True
        elif model is PageViewRestriction:
            self.near |= below(keys)
        elif model in (Collection, CollectionViewRestriction):
            self.other = True
            for files in (get_image_model(), get_document_model()):
                objects[files] |= _files_below(files, keys)
        elif model in (ReferenceIndex, TaggedItem):
            for content_type, _, key in (one.partition(":") for one in keys):
                kind = ContentType.objects.get_for_id(int(content_type)).model_class()
                if kind is not None:
                    self.add(kind, {key}, objects)
        elif model in _TRANSLATING:
            self.translated(_TRANSLATING[model](keys), objects)
        elif issubclass(model, Page):
            self.pages |= {int(key) for key in keys}
        elif parent := _parent(model):
            owners = model._default_manager.filter(pk__in=keys).values_list(
                parent.attname, flat=True
            )
            self.add(parent.related_model, {str(key) for key in owners}, objects)
        else:
            objects[model] |= {str(model._meta.pk.to_python(key)) for key in keys}

    def translated(self, keys: set[UUID], objects: Objects) -> None:
        """Note that something has changed in the translations of what has these keys."""
        for part in chunks(keys):
            self.kin |= set(
                Page.objects.filter(translation_key__in=part).values_list("pk", flat=True)
            )
            others = TranslatableObject.objects.filter(translation_key__in=part)
            page_type = ContentType.objects.get_for_model(Page)
            for one in others.exclude(content_type=page_type).select_related("content_type"):
                if model := one.content_type.model_class():
                    versions = model._default_manager.filter(translation_key=one.translation_key)
                    objects[model] |= {str(key) for key in versions.values_list("pk", flat=True)}

    def show(self, objects: Objects) -> None:
        """Follow the references to these objects until they end at pages."""
        page_type = ContentType.objects.get_for_model(Page).pk
        seen: set[tuple[Any, str]] = set()
        while objects:
            found: Objects = defaultdict(set)
            for model, keys in objects.items():
                fresh = {key for key in _family(model, keys) if (model, key) not in seen}
                seen |= {(model, key) for key in fresh}
                for content_type, key in references(model, fresh):
                    if content_type == page_type:
                        self.showing.add(int(key))
                    elif kind := ContentType.objects.get_for_id(content_type).model_class():
                        found[kind].add(key)
            objects = found


def below(ids: Iterable[Any]) -> set[int]:
    """The pages whose publicity a restriction of these pages decides about.

    Those are the pages themselves, all below them, and all below an alias of one of them.
    """
    found: set[int] = set()
    paths: set[str] = set()
    for part in chunks(ids):
        paths |= set(Page.objects.filter(pk__in=part).values_list("path", flat=True))
    while paths:
        reached: set[int] = set()
        for here in branches("path", paths):
            reached |= set(Page.objects.filter(here).values_list("pk", flat=True))
        reached -= found
        found |= reached
        paths = set()
        for part in chunks(reached):
            aliases = Page.objects.filter(alias_of_id__in=part)
            paths |= set(aliases.values_list("path", flat=True))
    return found


def branches(name: str, paths: Iterable[str]) -> Iterable[Q]:
    """Conditions that a path begins with one of these, in pieces that a statement can carry."""
    tops: list[str] = []
    for path in sorted(paths):
        if not tops or not path.startswith(tops[-1]):
            tops.append(path)
    for start in range(0, len(tops), BRANCHES):
        part = tops[start : start + BRANCHES]
        yield reduce(or_, (Q(**{f"{name}__startswith": path}) for path in part))


def references(model: type[models.Model], keys: Iterable[str]) -> set[tuple[int, str]]:
    """What refers to these objects, as (content type of the base model, key)."""
    base: Any = [model, *model._meta.get_parent_list()][-1]
    content_type = ContentType.objects.get_for_model(base)
    found: set[tuple[int, str]] = set()
    for part in chunks(keys):
        rows = ReferenceIndex.objects.filter(
            to_content_type=content_type, to_object_id__in=part
        ).order_by()
        found |= set(rows.values_list("base_content_type_id", "object_id"))
    return found


def _family(model: Any, keys: set[str]) -> set[str]:
    """The objects with their versions in other languages: what names one shows another."""
    if not issubclass(model, TranslatableMixin):
        return keys
    found = set(keys)
    for part in chunks(keys):
        families = model._default_manager.filter(pk__in=part).values("translation_key")
        versions = model._default_manager.filter(translation_key__in=families)
        found |= {str(key) for key in versions.values_list("pk", flat=True)}
    return found


def _files_below(model: Any, collections: set[str]) -> set[str]:
    paths = Collection.objects.filter(pk__in=collections).values_list("path", flat=True)
    found: set[str] = set()
    for here in branches("collection__path", paths):
        files = model._default_manager.filter(here)
        found |= {str(key) for key in files.values_list("pk", flat=True)}
    return found


def _parent(model: Any) -> Any:
    """The field by which a row belongs to another object."""
    named = getattr(model, "shelf_owner", None)
    for one in model._meta.concrete_fields:
        if named == one.name or (not named and isinstance(one, ParentalKey)):
            return one
    return None


def _sources(keys: set[str]) -> set[UUID]:
    rows = TranslationSource.objects.filter(pk__in=keys)
    return set(rows.values_list("object_id", flat=True))


def _reviewed(keys: set[str]) -> set[UUID]:
    rows = StringTranslation.objects.filter(pk__in=keys)
    return set(rows.values_list("context__object_id", flat=True))


def _contexts(keys: set[str]) -> set[UUID]:
    rows = TranslationContext.objects.filter(pk__in=keys)
    return set(rows.values_list("object_id", flat=True))


_TRANSLATING: dict[Any, Any] = {
    TranslationSource: lambda keys: {UUID(key) for key in keys},
    Translation: _sources,
    StringSegment: _sources,
    StringTranslation: _contexts,
    Review: _reviewed,
}
