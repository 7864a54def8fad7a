"""Images, documents and other files that something public shows; every output asks here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from functools import cache
from typing import Any, Literal

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, FileField, Model, OuterRef, Q, QuerySet
from wagtail.contrib.settings.models import AbstractSetting
from wagtail.documents.models import AbstractDocument
from wagtail.fields import RichTextField, StreamField
from wagtail.images.models import AbstractRendition
from wagtail.models import (
    CollectionMember,
    CollectionViewRestriction,
    DraftStateMixin,
    Page,
    ReferenceIndex,
    TranslatableMixin,
    get_page_models,
)

from ..conf import conf
from .pages import STEP, ancestor_paths

Audience = Literal["site", "api"]
#: Which of some pages count, by primary keys.
Counted = Callable[[Collection[int]], Collection[int]]
#: How many objects may stand between a page and a file: a contact person, the organisation.
MOST_STEPS = 3

#: Objects by primary key as text, each with the keys of those that it leads to.
Leads = dict[str, set[str]]
#: By model; None stands for all objects, which lead to themselves.
Level = dict[type[Model], Leads | None]


def public_files(queryset: QuerySet[Any]) -> QuerySet[Any]:
    """The images or documents outside restricted collections and the collections below these."""
    restricted = CollectionViewRestriction.objects.filter(
        collection__path__in=ancestor_paths("collection__path")
    )
    return queryset.filter(~Exists(restricted))


def is_public_file(item: Any) -> bool:
    """Whether an image or document lies outside restricted collections and those below them."""
    path = item.collection.path
    ancestors = [path[:end] for end in range(STEP, len(path) + 1, STEP)]
    return not CollectionViewRestriction.objects.filter(collection__path__in=ancestors).exists()


def used_files(files: QuerySet[Any], pages: QuerySet[Page]) -> QuerySet[Any]:
    """The images or documents that these pages give to other sites, see :func:`shown_keys`."""
    return files.filter(pk__in=shown_keys(files.model, among(pages), "api"))


def listed_files(files: QuerySet[Any], pages: QuerySet[Page]) -> QuerySet[Any]:
    """The images or documents in public collections that the API lists."""
    files = public_files(files)
    if not conf().unused_files:
        return used_files(files, pages)
    shown = Q(pk__in=shown_keys(files.model, among(pages), "api"))
    return files.filter(shown | ~Q(pk__in=_personal(files.model)))


def is_listed_unused(item: Any) -> bool:
    """Whether the API lists an image or document that no public page shows.

    Not what belongs to a person: that needs a consent.
    """
    if not conf().unused_files or not isinstance(item, CollectionMember):
        return False
    return item.pk not in _personal(type(item), {str(item.pk)})


def _personal(model: type[Model], keys: Collection[str] | None = None) -> set[int]:
    """The keys of the images or documents of objects that decide whether they show them."""
    kinds = ContentType.objects.get_for_models(
        *(one for one in apps.get_models() if hasattr(one, "showing"))
    )
    rows = ReferenceIndex.objects.filter(
        to_content_type=ContentType.objects.get_for_model(model),
        base_content_type__in=list(kinds.values()),
    )
    rows = rows if keys is None else rows.filter(to_object_id__in=keys)
    return {int(key) for key in rows.order_by().values_list("to_object_id", flat=True)}


def among(pages: QuerySet[Page]) -> Counted:
    """Pages count that are among these; one statement."""
    return lambda keys: set(pages.order_by().filter(pk__in=keys).values_list("pk", flat=True))


def shown_keys(
    model: type[Model], counted: Counted, audience: Audience, keys: Collection[str] | None = None
) -> set[str]:
    """The keys, as text, of the objects of a model (by default all) that are shown: by a page that
    counts, or by something that such a page refers to, for example the logo of an organisation.

    What refers to what comes from Wagtail's reference index. An object with drafts shows something
    while it is live, one with a method ``showing`` as that says (see ``Person``). A page
    that refers to one language version shows the one in its own language. Settings of a site, and
    objects of a model with ``shown_everywhere``, need no page. A text that only names a person
    shows no photo (``named_in_texts``).

    The number of statements depends on the number of models, not on that of objects.
    """
    shown: set[str] = set()
    level: Level = {model: None if keys is None else {key: {key} for key in keys}}
    for step in range(MOST_STEPS):
        pages: Leads = defaultdict(set)
        others: dict[tuple[Any, str], Leads] = defaultdict(lambda: defaultdict(set))
        for base, key, field, found in _references(level):
            (pages if base is Page else others[base, field])[key] |= found
        if pages:
            shown = shown.union(*(pages[str(pk)] for pk in counted([int(key) for key in pages])))
        level = {}
        for (base, field), leads in others.items():
            leads = {key: left for key, found in leads.items() if (left := found - shown)}
            if leads and step + 1 < MOST_STEPS:
                _add(level, base, field, leads, audience, shown)
        if not level:
            break
    return shown


def _references(level: Level) -> Iterator[tuple[type[Model], str, str, set[str]]]:
    """What refers to objects: base model, key and field, and the keys that these lead to."""
    targets: dict[int, tuple[Any, Leads | None]] = {}
    wanted = Q()
    for model, leads in level.items():
        target: Any = [model, *model._meta.get_parent_list()][-1]
        kind = ContentType.objects.get_for_model(target).pk
        targets[kind] = target, leads
        wanted |= Q(to_content_type=kind, **({} if leads is None else {"to_object_id__in": leads}))
    columns = ("base_content_type_id", "object_id", "model_path", "to_content_type_id")
    rows = ReferenceIndex.objects.filter(wanted).order_by()
    for base_type, key, path, kind, to in rows.values_list(*columns, "to_object_id").distinct():
        target, leads = targets[kind]
        base = ContentType.objects.get_for_id(base_type).model_class()
        field = path.partition(".")[0]
        only_named = getattr(target, "named_in_texts", False) and field in _text_fields()
        if base is not None and not (base is Page and only_named):
            yield base, key, field, {to} if leads is None else leads[to]


def _add(
    level: Level, model: Any, field: str, leads: Leads, audience: Audience, shown: set[str]
) -> None:
    """Add the objects that show what they refer to by a field; to ``shown``, if they need no page.

    ``leads`` has the objects.
    """
    objects = model._base_manager.filter(pk__in=leads)
    if showing := getattr(model, "showing", None):
        objects = showing(objects, field, audience)
    elif issubclass(model, DraftStateMixin):
        objects = objects.filter(live=True)
    if getattr(model, "shown_everywhere", issubclass(model, AbstractSetting)):
        shown.update(*(leads[str(pk)] for pk in objects.values_list("pk", flat=True)))
        return
    found = level[model] = defaultdict(set, level.get(model) or {})
    if not issubclass(model, TranslatableMixin):
        for pk in objects.values_list("pk", flat=True):
            found[str(pk)] |= leads[str(pk)]
        return
    versions = model._base_manager.filter(translation_key__in=objects.values("translation_key"))
    itself = Exists(objects.filter(pk=OuterRef("pk")))
    families: dict[Any, set[str]] = defaultdict(set)
    rows = list(versions.order_by().values_list("pk", "translation_key", itself))
    for pk, family, shows in rows:
        if shows:
            families[family] |= leads[str(pk)]
    for pk, family, _shows in rows:
        found[str(pk)] |= families[family]


@cache
def _text_fields() -> set[str]:
    """The names of fields of pages that hold rich text."""
    fields = (field for model in get_page_models() for field in model._meta.get_fields())
    return {field.name for field in fields if isinstance(field, RichTextField | StreamField)}


@cache
def file_models() -> list[tuple[Any, str]]:
    """All models with files, and the names of the fields; renditions and documents first."""
    found = [
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, FileField) and not model._meta.proxy
    ]
    often = (AbstractRendition, AbstractDocument)
    return sorted(found, key=lambda one: [not issubclass(one[0], kind) for kind in often])
