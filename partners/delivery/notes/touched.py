"""From notes to the pages whose rows must be compared or made again."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ObjectDoesNotExist, ValidationError
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

from ...api.computed import dependencies
from ...models import Review, SourceChange
from ..models import Failure, Note
from .triggers import EVERYTHING, tables_of, watches

logger = logging.getLogger(__name__)

#: How many ids one statement takes.
CHUNK = 5000
#: How many conditions one statement takes: SQLite limits the depth of expressions.
CONDITIONS = 200

#: Primary keys, as notes have them, by model.
Objects = dict[type[models.Model], set[str]]


def take_notes() -> dict[str, set[str]]:
    """Delete all notes that are committed, and give their keys by source."""
    taken: dict[str, set[str]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {Note._meta.db_table} RETURNING source, key")
        for source, key in cursor.fetchall():
            taken[source].add(key)
    return taken


def chunks(ids: Iterable[Any]) -> Iterable[list[Any]]:
    """The ids in lists of a length that one statement takes."""
    ids = list(ids)
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


@dataclass
class Touched:
    """The pages that notes lead to.

    - ``changed``: pages that have changed themselves.
    - ``retranslated``: pages of which a translation has changed, or how far it is.
    - ``closed_or_opened``: pages that a change elsewhere may have made private or public.
    - ``referring``: pages that refer to something that has changed.
    - ``all_pages``: every page must be compared.
    - ``new_number``: answers may differ even if no row does, for example those that list images.
    """

    changed: set[int] = field(default_factory=set)
    retranslated: set[int] = field(default_factory=set)
    closed_or_opened: set[int] = field(default_factory=set)
    referring: set[int] = field(default_factory=set)
    all_pages: bool = False
    new_number: bool = False

    @classmethod
    def from_notes(cls, taken: dict[str, set[str]]) -> Touched:
        """Find the pages behind notes."""
        touched = cls()
        objects: Objects = defaultdict(set)
        for source, keys in taken.items():
            if source == EVERYTHING:
                touched.add_everything()
                continue
            try:
                touched.add(apps.get_model(source), keys, objects)
            except (LookupError, ObjectDoesNotExist, TypeError, ValueError, ValidationError):
                # For example of a model that the site no longer has.
                logger.warning(
                    "All pages are compared: a note of %s can't be read", source, exc_info=True
                )
                touched.add_everything()
        touched.add_referring(objects)
        return touched

    def add_everything(self) -> None:
        """Every page must be compared and made again."""
        self.all_pages = self.new_number = True

    def __bool__(self) -> bool:
        return any(vars(self).values())

    def add(self, model: type[models.Model], keys: set[str], objects: Objects) -> None:
        """Add the pages behind changed objects of one model.

        Objects that pages refer to are collected in ``objects`` for :meth:`add_referring`.
        """
        if model in (Locale, Site):
            self.add_everything()
        elif model is PageViewRestriction:
            self.closed_or_opened |= pages_below(keys)
        elif model is Failure:
            self.closed_or_opened |= {int(key) for key in keys}
        elif model in (Collection, CollectionViewRestriction):
            self.new_number = True
            for files in (get_image_model(), get_document_model()):
                objects[files] |= _files_below(files, keys)
        elif model._meta.label == "wagtailredirects.Redirect":
            self.new_number = True
            self.referring |= {
                int(page) for page in (one.partition(":")[2] for one in keys) if page
            }
            # A redirect of a site may stand before one of all sites, or no longer do so.
            others = model._default_manager.filter(site=None).exclude(redirect_page=None)
            self.referring |= set(others.values_list("redirect_page_id", flat=True))
        elif model in (ReferenceIndex, TaggedItem):
            user = ContentType.objects.get_for_model(get_user_model())
            for content_type, key, *to in (one.split(":") for one in keys):
                owner = ContentType.objects.get_for_id(int(content_type)).model_class()
                # Who has commented on a page is on no answer.
                if owner is not None and to != [str(user.pk)]:
                    self.add(owner, {key}, objects)
        elif model in _TRANSLATION_KEYS:
            self.add_translations(_TRANSLATION_KEYS[model](keys), objects)
        elif issubclass(model, Page):
            self.changed |= {int(key) for key in keys}
        elif parent := _parent_field(model):
            parents = model._default_manager.filter(pk__in=keys).values_list(
                parent.attname, flat=True
            )
            self.add(parent.related_model, {str(key) for key in parents}, objects)
        else:
            objects[model] |= {str(model._meta.pk.to_python(key)) for key in keys}

    def add_translations(self, translation_keys: set[UUID], objects: Objects) -> None:
        """Add the pages and other objects with these translation keys."""
        for part in chunks(translation_keys):
            pages = Page.objects.filter(translation_key__in=part)
            self.retranslated |= set(pages.values_list("pk", flat=True))
            others = TranslatableObject.objects.filter(translation_key__in=part)
            page_type = ContentType.objects.get_for_model(Page)
            for one in others.exclude(content_type=page_type).select_related("content_type"):
                if model := one.content_type.model_class():
                    versions = model._default_manager.filter(translation_key=one.translation_key)
                    objects[model] |= {str(key) for key in versions.values_list("pk", flat=True)}

    def add_computed(self, sources: Iterable[str], tables: set[str]) -> None:
        """Add the pages with computed fields that depend on a model of which something has changed.

        ``sources`` are those of the notes; in ``tables`` the clock has changed something.
        """
        if not (wanted := dependencies()):
            return
        noted = tables | {watch.table for watch in watches() if watch.source in sources}
        objects: Objects = defaultdict(set)
        for model, needed in wanted.items():
            if any(self.concerns(one, noted) for one in needed):
                keys = {str(pk) for pk in model._base_manager.values_list("pk", flat=True)}
                if issubclass(model, Page):
                    self.referring |= {int(key) for key in keys}
                else:
                    self.add(model, keys, objects)
        self.add_referring(objects)

    def concerns(self, model: Any, noted: set[str]) -> bool:
        """Whether an object of a model may have changed, or become public, or ceased to be.

        ``noted`` are the tables of which something may have been noted. That of ``Page`` has pages
        of all types; whoever is gone was in the others, too.
        """
        pages = self.changed | self.closed_or_opened
        if model is Page:
            return bool(pages)
        if noted & {one._meta.db_table for one in tables_of(model) if one is not Page}:
            return True
        return issubclass(model, Page) and any(
            model._base_manager.filter(pk__in=part).exists() for part in chunks(pages)
        )

    def add_referring(self, objects: Objects) -> None:
        """Add the pages that refer to these objects, directly or by way of other objects."""
        self.new_number |= bool(objects)
        page_type = ContentType.objects.get_for_model(Page).pk
        seen: set[tuple[Any, str]] = set()
        while objects:
            further: Objects = defaultdict(set)
            for model, keys in objects.items():
                unseen = {key for key in _with_versions(model, keys) if (model, key) not in seen}
                seen |= {(model, key) for key in unseen}
                for content_type, key in references_to(model, unseen):
                    if content_type == page_type:
                        self.referring.add(int(key))
                    elif kind := ContentType.objects.get_for_id(content_type).model_class():
                        further[kind].add(key)
            objects = further


def pages_below(ids: Iterable[Any]) -> set[int]:
    """The pages that a restriction of these pages closes.

    These are the pages themselves, all below them, and all below an alias of one of them.
    """
    found: set[int] = set()
    paths: set[str] = set()
    for part in chunks(ids):
        paths |= set(Page.objects.filter(pk__in=part).values_list("path", flat=True))
    while paths:
        reached: set[int] = set()
        for condition in path_conditions("path", paths):
            reached |= set(Page.objects.filter(condition).values_list("pk", flat=True))
        reached -= found
        found |= reached
        paths = set()
        for part in chunks(reached):
            aliases = Page.objects.filter(alias_of_id__in=part)
            paths |= set(aliases.values_list("path", flat=True))
    return found


def path_conditions(name: str, paths: Iterable[str]) -> Iterable[Q]:
    """Conditions of which one holds for everything at or below one of these tree paths.

    Each condition is small enough for one statement.
    """
    tops: list[str] = []
    for path in sorted(paths):
        if not tops or not path.startswith(tops[-1]):
            tops.append(path)
    for start in range(0, len(tops), CONDITIONS):
        part = tops[start : start + CONDITIONS]
        yield reduce(or_, (Q(**{f"{name}__startswith": path}) for path in part))


def references_to(model: type[models.Model], keys: Iterable[str]) -> set[tuple[int, str]]:
    """The objects that refer to these, as (content type of the base model, primary key)."""
    base: Any = [model, *model._meta.get_parent_list()][-1]
    content_type = ContentType.objects.get_for_model(base)
    found: set[tuple[int, str]] = set()
    for part in chunks(keys):
        rows = ReferenceIndex.objects.filter(
            to_content_type=content_type, to_object_id__in=part
        ).order_by()
        found |= set(rows.values_list("base_content_type_id", "object_id"))
    return found


def _with_versions(model: Any, keys: set[str]) -> set[str]:
    """Objects and their versions in other languages.

    A page that refers to one of these shows the one in its own language.
    """
    if not issubclass(model, TranslatableMixin):
        return keys
    found = set(keys)
    for part in chunks(keys):
        families = model._default_manager.filter(pk__in=part).values("translation_key")
        versions = model._default_manager.filter(translation_key__in=families)
        found |= {str(key) for key in versions.values_list("pk", flat=True)}
    return found


def _files_below(model: Any, collections: set[str]) -> set[str]:
    """The images or documents in these collections and in those below them."""
    paths = Collection.objects.filter(pk__in=collections).values_list("path", flat=True)
    found: set[str] = set()
    for condition in path_conditions("collection__path", paths):
        files = model._default_manager.filter(condition)
        found |= {str(key) for key in files.values_list("pk", flat=True)}
    return found


def _parent_field(model: Any) -> Any:
    """The foreign key to the object that objects of a model are parts of, None without one."""
    named = getattr(model, "shelf_owner", None)
    for one in model._meta.concrete_fields:
        if named == one.name or (not named and isinstance(one, ParentalKey)):
            return one
    return None


# From the keys of notes about wagtail-localize's models to translation keys.


def _of_sources(keys: set[str]) -> set[UUID]:
    rows = TranslationSource.objects.filter(pk__in=keys)
    return set(rows.values_list("object_id", flat=True))


def _of_reviewed(keys: set[str]) -> set[UUID]:
    rows = StringTranslation.objects.filter(pk__in=keys)
    return set(rows.values_list("context__object_id", flat=True))


def _of_contexts(keys: set[str]) -> set[UUID]:
    rows = TranslationContext.objects.filter(pk__in=keys)
    return set(rows.values_list("object_id", flat=True))


_TRANSLATION_KEYS: dict[Any, Any] = {
    TranslationSource: lambda keys: {UUID(key) for key in keys},
    Translation: _of_sources,
    StringSegment: _of_sources,
    StringTranslation: _of_contexts,
    Review: _of_reviewed,
    SourceChange: _of_sources,
}
