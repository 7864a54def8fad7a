"""Where texts are: all columns of all tables that hold texts, and what may be done to a name there.

An app that keeps texts of its own in another way than pages and snippets registers it::

    register_way("myapp.Letter", Way.HISTORY)

Tables of which nothing is known are looked through, too; a name in them is told and stays.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.functions import Cast
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from modelcluster.fields import ParentalKey
from wagtail.contrib.settings.models import BaseGenericSetting, BaseSiteSetting
from wagtail.documents import get_document_model
from wagtail.fields import StreamField
from wagtail.images import get_image_model
from wagtail.images.models import AbstractRendition
from wagtail.models import Page
from wagtail.snippets.models import get_snippet_models

from ..models import Consent, LoadedItem, Person
from ..words.names import NameSearch

#: The rows that are read at once.
CHUNK = 500


class Way(enum.Enum):
    """What is done to a name in a table."""

    #: Editors' texts: replaced if the editor wants it, otherwise told.
    CONTENT = "content"
    #: What translators' texts are made of: it follows the texts.
    MEMORY = "memory"
    #: What nobody edits, such as logs and old versions: always replaced.
    HISTORY = "history"
    #: What is made again when it is needed: the row is deleted.
    DROPPED = "dropped"
    #: What is no text, or is made again from other tables.
    MADE = "made"
    #: Anything else: told.
    OTHER = "other"


_ways: dict[str, Way] = {}


def register_way(label: str, way: Way) -> None:
    """Say what may be done to a name in the texts of a model, by the model's label."""
    _ways[label.lower()] = way


for _label in (
    "wagtailcore.ModelLogEntry wagtailcore.PageLogEntry wagtailcore.Comment "
    "wagtailcore.CommentReply wagtailcore.TaskState admin.LogEntry kis_partners.TranslationRun "
    "kis_partners.DocumentText"
).split():
    register_way(_label, Way.HISTORY)
for _label in (
    "wagtailadmin.FormState wagtail_headless_preview.PagePreview wagtailembeds.Embed "
    "kis_partners.ExternalLink"
).split():
    register_way(_label, Way.DROPPED)
for _label in (
    "wagtailsearch.IndexEntry wagtailsearch.SQLiteFTSIndexEntry modelsearch.IndexEntry "
    "modelsearch.SQLiteFTSIndexEntry wagtailcore.ReferenceIndex sessions.Session "
    "contenttypes.ContentType auth.Permission kis_partners.ForgettingReceipt "
    "kis_partners.TranslationGrade kis_partners.LostTarget kis_partners.UnfinishedText"
).split():
    register_way(_label, Way.MADE)
register_way("kis_partners.Review", Way.MEMORY)
register_way("taggit.Tag", Way.CONTENT)


def way_of(model: type[models.Model]) -> Way:
    """What may be done to names in the texts of a model; revisions are decided row by row."""
    if way := _ways.get(model._meta.label_lower):
        return way
    if issubclass(model, AbstractRendition):
        return Way.MADE
    if model._meta.app_label == "wagtail_localize":
        return Way.MEMORY
    if issubclass(model, (Person, Consent)):
        return Way.OTHER
    edited = (Page, BaseSiteSetting, BaseGenericSetting, get_image_model(), get_document_model())
    if issubclass(model, (*edited, *get_snippet_models())) or parent_field(model):
        return Way.CONTENT
    return Way.OTHER


def parent_field(model: type[models.Model]) -> Any:
    """The field of a child row that leads to its page or snippet; None for other models."""
    for field in model._meta.concrete_fields:
        if isinstance(field, ParentalKey):
            return field
    return None


def text_fields(model: type[models.Model]) -> list[Any]:
    """The columns of the model's own table that hold texts of people."""
    kinds = (models.CharField, models.TextField, models.JSONField, StreamField)
    return [
        field
        for field in model._meta.local_concrete_fields
        if isinstance(field, kinds)
        and not (field.primary_key or field.choices)
        and field.name != "url_path"  # It follows the slugs.
    ]


#: Gives one thing after the other, and may tell how far that is.
Each = Callable[[Iterable[Any]], Iterator[Any]]


@dataclass(frozen=True)
class Hit:
    """A text with mentions: how many are ``sure``, and how many may be of another."""

    model: Any
    pk: Any
    field: str
    sure: int
    unsure: int


def hits(search: NameSearch, each: Each = iter) -> Iterator[Hit]:
    """All texts in the database that mention the person; ``each`` is given the tables."""
    for model in each(apps.get_models(include_auto_created=True)):
        if model._meta.proxy or not model._meta.managed or way_of(model) is Way.MADE:
            continue
        fields = text_fields(model)
        for start, found in _mentions(model, fields, search):
            yield Hit(model, start, *found)


def _mentions(model: Any, fields: list[Any], search: NameSearch) -> Iterator[Any]:
    if not fields:
        return
    # As it is stored, because a value may be made from it in any way.
    texts = {f"kis_{field.name}": Cast(field.attname, models.TextField()) for field in fields}
    rows = model._base_manager.order_by().annotate(**texts).values_list("pk", *texts)
    for pk, *values in rows.iterator(chunk_size=CHUNK):
        for field, value in zip(fields, values, strict=True):
            if not value or not search.may_hold(value):
                continue
            found = [one.sure for text in strings(value) for one in search.find(text)]
            if found:
                yield pk, (field.name, sum(found), len(found) - sum(found))


def strings(value: Any) -> Iterator[str]:
    """All texts in a value, those in JSON within texts included."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from strings(one)
    elif isinstance(value, str):
        inside = _json(value)
        if inside is None:
            yield value
        else:
            yield from strings(inside)


def mapped(value: Any, mend: Callable[[str, str], str], name: str = "") -> Any:
    """A value with all its texts changed; ``mend`` gets a text and the name it stands under."""
    if isinstance(value, dict):
        return {key: mapped(one, mend, str(key)) for key, one in value.items()}
    if isinstance(value, list):
        return [mapped(one, mend, name) for one in value]
    if not isinstance(value, str):
        return value
    inside = _json(value)
    if inside is None:
        return mend(value, name)
    changed = mapped(inside, mend, name)
    return value if changed == inside else json.dumps(changed)


def _json(text: str) -> Any:
    """The list or object that a text is in JSON; None for other texts."""
    # A text alone is JSON where it is written with escapes; otherwise it is found as it stands.
    if text[:1] in ("{", "[") or (text[:1] == '"' and "\\u" in text):
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return None
        return value if isinstance(value, dict | list | str) else None
    return None


def label_of(item: Any, search: NameSearch) -> str:
    """What an object is called in the receipt: its kind and number, and its title if that doesn't
    name the person."""
    title = str(item)
    language = f" ({item.locale})" if getattr(item, "locale_id", None) else ""
    if isinstance(item, Person):
        return f"{title}{language}"
    kind = (
        _("entry of a content package") if isinstance(item, LoadedItem) else item._meta.verbose_name
    )
    said = f"{capfirst(kind)} #{item.pk}"
    return f"{said}{language}" if search.find(title) else f"{said}: {title}{language}"
