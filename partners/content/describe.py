"""What the types of a package take: fields, choices and blocks, as lines of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models
from django.utils.choices import flatten_choices
from wagtail import blocks
from wagtail.coreutils import resolve_model_string
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, TranslatableMixin

from ..models.fields import PartialDateField
from .package import SHORT_TYPES, nearest, types
from .values import child_relations, content_fields

#: So many choices are listed with their labels, and so many without; of more, the first and last.
MOST_NAMED, MOST_LISTED = 15, 40
DATE = "a date: `2004`, `2004-01` or `2004-01-15`"


def describe(name: str) -> Iterator[str]:
    """The lines about a type, such as ``kis_partners.PartnerPage``, or about one field of it, such
    as ``kis_partners.Organisation.country``, of which all choices are listed.

    Raises ``LookupError`` where there is no such type or field.
    """
    known = types()
    by_letters = {one.casefold(): one for one in known}
    found = by_letters.get(name.casefold())
    if found:
        yield from _type(found, known[found])
        return
    owner, _dot, field_name = name.rpartition(".")
    owner = by_letters.get(owner.casefold(), "")
    if not owner:
        raise LookupError(f"there is no type '{name}'{nearest(name, known)}")
    fields = content_fields(known[owner])
    if field_name not in fields:
        raise LookupError(f"{owner} has no field '{field_name}'{nearest(field_name, fields)}")
    yield from _field(field_name, fields[field_name], most=1_000_000)


def names() -> list[str]:
    """All types, each with what people call it."""
    return [f"{name}: {model._meta.verbose_name}" for name, model in sorted(types().items())]


def _type(name: str, model: type[models.Model]) -> Iterator[str]:
    yield f"{name}: {model._meta.verbose_name}"
    yield ""
    yield "- `key` (required): small letters, digits and hyphens; it never changes"
    if issubclass(model, Page):
        parents = model.allowed_parent_page_models()  # type: ignore[attr-defined]
        where = [f"`{one._meta.label}`" for one in parents]
        # A type that may stand below any page is described by that.
        is_restricted = len(parents) < 5
        below = f", a {' or '.join(where)}" if is_restricted else ""
        yield f"- `parent`: the key of the page above{below}"
    if not issubclass(model, TranslatableMixin):
        yield "- `file` (required): the name of a file in `media/`"
    for field_name, field in content_fields(model).items():
        yield from _field(field_name, field)
    for row_name, relation in child_relations(model).items():
        yield from _rows(row_name, relation)


def _field(name: str, field: Any, most: int = MOST_LISTED, indent: str = "") -> Iterator[str]:
    if isinstance(field, StreamField):
        yield f"{indent}- `{name}`: a list of blocks"
        yield from _children(field.stream_block, f"{indent}  ")
        return
    required = not field.blank and not field.has_default()
    yield _line(indent, name, required, _kind(field, most), field.verbose_name)


def _line(indent: str, name: str, required: bool, kind: str, label: Any) -> str:
    said = f" – {label}" if str(label).casefold() != name.replace("_", " ").casefold() else ""
    return f"{indent}- `{name}`{' (required)' if required else ''}: {kind}{said}"


def _kind(field: Any, most: int) -> str:
    if isinstance(field, models.ForeignKey):
        return _key_of(field.related_model)
    if field.flatchoices:
        default = str(field.get_default() or "") if field.has_default() else ""
        return _choices(field.flatchoices, most, default)
    if isinstance(field, RichTextField):
        return _rich(field.features)
    if isinstance(field, PartialDateField):
        return DATE
    for kind, words in (
        (models.BooleanField, "`true` or `false`"),
        (models.DateTimeField, "a day and time: `2004-01-15 10:00`"),
        (models.DateField, "a day: `2004-01-15`"),
        (models.IntegerField, "a whole number"),
        (models.URLField, "an address that begins with `https://`"),
        (models.EmailField, "a mail address"),
        (models.SlugField, "letters, digits, hyphens and underscores"),
    ):
        if isinstance(field, kind):
            return words
    return _text(getattr(field, "max_length", None))


def _text(longest: int | None) -> str:
    return f"a text of at most {longest} characters" if longest else "a text"


def _rich(features: list[str] | None) -> str:
    return f"HTML with {', '.join(features)}" if features else "HTML"


def _key_of(model: Any) -> str:
    model = resolve_model_string(model)
    short = next((name for name, get in SHORT_TYPES.items() if get() is model), None)
    return f"a key of `{short or model._meta.label}`"


def _choices(choices: Iterable[Any], most: int, default: str = "") -> str:
    known = [(str(key), str(label)) for key, label in choices if key not in ("", None)]
    if len(known) > most:
        listed = f"`{known[0][0]}` to `{known[-1][0]}`, {len(known)} choices"
    elif MOST_NAMED < len(known) <= MOST_LISTED:
        listed = ", ".join(f"`{key}`" for key, _label in known)
    else:
        listed = ", ".join(
            f"`{key}`" + (f" ({label})" if label != key else "") for key, label in known
        )
    return f"one of {listed}" + (f"; without it `{default}`" if default else "")


def _rows(name: str, relation: Any) -> Iterator[str]:
    fields = {
        field_name: field
        for field_name, field in content_fields(relation.related_model).items()
        if field_name not in ("sort_order", relation.field.name)
    }
    if len(fields) == 1:
        [field] = fields.values()
        yield f"- `{name}`: a list, each {_kind(field, MOST_LISTED)}"
        return
    yield f"- `{name}`: a list of rows"
    for field_name, field in fields.items():
        yield from _field(field_name, field, indent="  ")


def _children(block: Any, indent: str) -> Iterator[str]:
    for name, child in block.child_blocks.items():
        yield from _block(name, child, indent)


def _block(name: str, block: Any, indent: str) -> Iterator[str]:
    required = bool(getattr(block, "required", False))
    if isinstance(block, blocks.StructBlock | blocks.StreamBlock):
        is_stream = isinstance(block, blocks.StreamBlock)
        kind = "a list of blocks" if is_stream else "a block with"
        yield _line(indent, name, False, kind, block.label)
        yield from _children(block, f"{indent}  ")
    elif isinstance(block, blocks.ListBlock):
        yield _line(indent, name, False, "a list, each with", block.label)
        inner = block.child_block
        if isinstance(inner, blocks.StructBlock):
            yield from _children(inner, f"{indent}  ")
        else:
            yield from _block("item", inner, f"{indent}  ")
    else:
        yield _line(indent, name, required, _block_kind(block), block.label)


def _block_kind(block: Any) -> str:
    if isinstance(block, blocks.RichTextBlock):
        return _rich(block.features)
    if isinstance(block, blocks.ChooserBlock):
        return _key_of(block.target_model)
    if isinstance(block, blocks.ChoiceBlock):
        default = block.get_default()
        return _choices(flatten_choices(block.field.choices), MOST_LISTED, str(default or ""))
    for kind, words in (
        (blocks.BooleanBlock, "`true` or `false`"),
        (blocks.DateBlock, "a day: `2004-01-15`"),
        (blocks.IntegerBlock, "a whole number"),
        (blocks.URLBlock, "an address that begins with `https://`"),
        (blocks.EmailBlock, "a mail address"),
    ):
        if isinstance(block, kind):
            return words
    return _text(getattr(block.field, "max_length", None))
