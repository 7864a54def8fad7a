"""Field values from the YAML values of a package's items."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.choices import flatten_choices
from modelcluster.models import ClusterableModel, get_all_child_relations
from wagtail import blocks
from wagtail.admin.rich_text.converters.db_html import DbHTMLConverter
from wagtail.coreutils import resolve_model_string
from wagtail.documents import get_document_model
from wagtail.fields import RichTextField, StreamField
from wagtail.models import COMMENTS_RELATION_NAME, Page

from ..items.richtext import PEOPLE
from .package import Item, Node, Package, nearest

# The names in an item that are no fields of the model.
STRUCTURE = {"type", "key", "parent", "file", "draft"}
# Fields of Wagtail's own bookkeeping, no content.
_HANDLING = frozenset(
    "alias_of collection comments content_type created_at depth draft_title expire_at expired "
    "file file_hash file_size first_published_at go_live_at has_unpublished_changes height id "
    "last_published_at latest_revision latest_revision_created_at live live_revision locale "
    "locked locked_at locked_by numchild owner path translation_key uploaded_by_user url_path "
    "width".split()
)

Resolve = Callable[[Item, type[models.Model], Node], Any]
#: So many choices are listed in a message; of more, the nearest is named alone.
MOST_LISTED = 15


def content_fields(model: type[models.Model]) -> dict[str, models.Field[Any, Any]]:
    """The content fields of a model, by name."""
    return {
        field.name: field
        for field in model._meta.fields
        if field.editable
        and field.name not in _HANDLING
        and not getattr(field.remote_field, "parent_link", False)
    }


def child_relations(model: type[models.Model]) -> dict[str, Any]:
    """The relations of child rows of a model, by their accessor names."""
    if not issubclass(model, ClusterableModel):
        return {}
    return {
        relation.get_accessor_name(): relation
        for relation in get_all_child_relations(model)
        if relation.get_accessor_name() != COMMENTS_RELATION_NAME
    }


class Writer:
    """Sets the fields of model instances from items; problems are added to the package."""

    def __init__(self, package: Package, resolve: Resolve) -> None:
        self.package = package
        self.resolve = resolve
        #: Fields of each item, and places in their blocks, that something is told of already: what
        #: they lack because of it isn't told as well.
        self.faulty: dict[str, set[str]] = {}
        #: Set by ``resolve`` where an item that is named is not there yet, or wrong itself.
        self.waiting = False
        #: The line and the path in words of each place in the blocks of an item.
        self.places: dict[tuple[str, str], tuple[int, str]] = {}

    def check_names(self, item: Item) -> None:
        """Report names in an item that its model doesn't have."""
        known = {*content_fields(item.model), *child_relations(item.model), *STRUCTURE}
        for name in item.fields.keys() - known:
            message = f"{item.type} has no field '{name}'{nearest(name, known)}"
            self.package.complain(item, message, item.line_of(name))

    def apply(self, item: Item, instance: models.Model) -> None:
        """Set the content of an instance; fields that the item leaves out get their defaults."""
        self.faulty[item.name] = set()
        for name, field in content_fields(item.model).items():
            node = item.fields.get(name)
            before, self.waiting = len(self.package.problems), False
            setattr(instance, name, self._value(item, field, node))
            if isinstance(field, StreamField):  # It has a list of its own places.
                continue
            if self.waiting or len(self.package.problems) > before:
                self.faulty[item.name].add(name)
        for name, relation in child_relations(item.model).items():
            node = item.fields.get(name, Node([], item.line))
            setattr(instance, name, list(self._children(item, relation, node)))

    def validate(self, item: Item, instance: models.Model) -> None:
        """Report values that Wagtail's forms would refuse, with their lines."""
        faulty = self.faulty.get(item.name, set())
        excluded = {*_HANDLING, *faulty}
        checks: list[Callable[[], None]] = [
            lambda: instance.clean_fields(exclude=excluded),
            instance.clean,
            lambda: instance.validate_unique(exclude=excluded),
            lambda: instance.validate_constraints(exclude=excluded),
        ]
        told: set[str] = set(faulty)
        for check in checks:
            try:
                check()
            except ValidationError as error:
                self._tell(item, error, told)
            except Exception:
                # Any: code of a model may rely on fields that are wrong. Without a wrong one, the
                # fault is another.
                if not told:
                    raise
        for name, field in content_fields(item.model).items():
            if isinstance(field, StreamField):
                try:
                    value = field.stream_block.clean(getattr(instance, name))
                    setattr(instance, name, value)
                except ValidationError as error:
                    self._tell_blocks(item, name, error)

    def _tell(self, item: Item, error: ValidationError, told: set[str]) -> None:
        """Report what a field is refused for, once for each; what isn't there is missing."""
        by_field = error.error_dict if hasattr(error, "error_dict") else {"__all__": [error]}
        for name, found in by_field.items():
            if name in told:
                continue
            told.add(name)
            for one in found:
                text = " ".join(one.messages)
                if name != "__all__":
                    is_missing = one.code in ("null", "blank") and name not in item.fields
                    text = f"'{name}' is missing" if is_missing else f"{name}: {text}"
                self.package.complain(item, text, item.line_of(name))

    def _tell_blocks(self, item: Item, name: str, error: ValidationError) -> None:
        for at, message in _flatten(error.as_json_data(), name):  # type: ignore[attr-defined]
            if at not in self.faulty[item.name]:
                line, path = self._place(item, name, at)
                self.package.complain(item, f"{path}: {message}", line)

    def _place(self, item: Item, name: str, at: str) -> tuple[int, str]:
        """The line and the path in words of a place in blocks; of what isn't written, those of what
        it belongs to."""
        if found := self.places.get((item.name, at)):
            return found
        if at == name or "." not in at:
            return item.line_of(name), at
        above, _dot, last = at.rpartition(".")
        line, path = self._place(item, name, above)
        return line, f"{path}.{last}"

    def _value(self, item: Item, field: models.Field[Any, Any], node: Node | None) -> Any:
        if node is None:
            return field.get_default()
        if isinstance(field, StreamField):
            raw = self._stream(item, field.stream_block, node, field.name, field.name)
            return field.stream_block.to_python(raw)
        if not node.is_text:
            self.package.complain(item, f"{field.name}: a text is expected here", node.line)
            return field.get_default()
        if isinstance(field, models.ForeignKey):
            return self.resolve(item, field.related_model, node) if node.text else None
        if isinstance(field, RichTextField):
            return self._rich(item, field.features, node)
        if node.text and not self._is_choice(item, field.flatchoices, node, field.name):
            return field.get_default()
        try:
            return field.to_python(node.value if isinstance(node.value, bool) else node.text)
        except ValidationError as error:
            self.package.complain(item, f"{field.name}: {' '.join(error.messages)}", node.line)
            return field.get_default()

    def _is_choice(self, item: Item, choices: Any, node: Node, path: str) -> bool:
        """Whether a value is among the choices, if there are any; reports one that isn't."""
        known = [str(key) for key, _label in choices]
        if not known or node.text in known:
            return True
        message = f"{path}: '{node.text}' is no choice{nearest(node.text, known)}"
        if len(known) <= MOST_LISTED:
            message += f" ({', '.join(one for one in known if one)})"
        self.package.complain(item, message, node.line)
        return False

    def _children(self, item: Item, relation: Any, node: Node) -> Iterator[models.Model]:
        """Child rows from a list: each a mapping, or a single value if the model has one field."""
        model = relation.related_model
        fields = {
            name: field
            for name, field in content_fields(model).items()
            if name not in ("sort_order", relation.field.name)
        }
        for order, row in enumerate(_rows(self.package, item, node, relation.name)):
            if isinstance(row.value, list):
                self.package.complain(item, f"{relation.name}: a row is expected here", row.line)
                continue
            values = row.value if isinstance(row.value, dict) else {next(iter(fields)): row}
            child = model(sort_order=order)
            for name in values.keys() - fields.keys():
                message = f"{relation.name} has no '{name}'{nearest(name, fields)}"
                self.package.complain(item, message, values[name].line)
            complete, wrong = True, set()
            for name in fields.keys() & values.keys():
                before = len(self.package.problems)
                value = self._value(item, fields[name], values[name])
                if len(self.package.problems) > before:
                    wrong.add(name)
                complete = complete and not (value is None and not fields[name].null)
                if complete:
                    setattr(child, name, value)
            if complete:
                try:
                    child.clean_fields(exclude={relation.field.name, *wrong})
                except ValidationError as error:
                    for name, messages in error.message_dict.items():
                        line = values[name].line if name in values else row.line
                        text = f"{relation.name}.{name}: {' '.join(messages)}"
                        self.package.complain(item, text, line)
                yield child

    def _stream(
        self, item: Item, stream: Any, node: Node, path: str, at: str
    ) -> list[dict[str, Any]]:
        """The stored form of blocks. ``path`` names a place in words, by which ids are made, and
        ``at`` by numbers, as Wagtail's errors do."""
        raw: list[dict[str, Any]] = []
        counter = Counter[str]()
        for row in _rows(self.package, item, node, path):
            values = row.value if isinstance(row.value, dict) else {}
            names = [name for name in values if name != "id"]
            if len(names) != 1:
                self.package.complain(item, f"{path}: one block is expected here", row.line)
                continue
            name = names[0]
            counter[name] += 1
            if name not in stream.child_blocks:
                message = f"{path}: there is no block '{name}'{nearest(name, stream.child_blocks)}"
                self.package.complain(item, message, row.line)
                continue
            here = f"{path}.{values['id'].text if 'id' in values else f'{name}-{counter[name]}'}"
            block, there = stream.child_blocks[name], f"{at}.{len(raw)}"
            value = self._block(item, block, values[name], here, there)
            raw.append({"type": name, "value": value, "id": self._id(item, here)})
        return raw

    def _block(self, item: Item, block: Any, node: Node, path: str, at: str) -> Any:
        self.places[item.name, at] = node.line, path
        if isinstance(block, blocks.StructBlock):
            values = node.value if isinstance(node.value, dict) else {}
            if not isinstance(node.value, dict):
                known = ", ".join(block.child_blocks)
                self._wrong(item, at, f"{path}: these are expected here: {known}", node.line)
                self.faulty[item.name].update(f"{at}.{name}" for name in block.child_blocks)
            for name in values.keys() - block.child_blocks.keys():
                message = f"{path}: there is no '{name}'{nearest(name, block.child_blocks)}"
                self.package.complain(item, message, values[name].line)
            return {
                name: self._block(item, child, values[name], f"{path}.{name}", f"{at}.{name}")
                if name in values
                else child.get_prep_value(child.get_default())
                for name, child in block.child_blocks.items()
            }
        if isinstance(block, blocks.StreamBlock):
            return self._stream(item, block, node, path, at)
        if isinstance(block, blocks.ListBlock):
            return [
                {
                    "type": "item",
                    "value": self._block(
                        item, block.child_block, row, f"{path}.{number}", f"{at}.{number - 1}"
                    ),
                    "id": self._id(item, f"{path}.{number}"),
                }
                for number, row in enumerate(_rows(self.package, item, node, path), start=1)
            ]
        if not node.is_text:
            self._wrong(item, at, f"{path}: a text is expected here", node.line)
            return None
        before, self.waiting = len(self.package.problems), False
        value = self._leaf(item, block, node, path)
        if self.waiting or len(self.package.problems) > before:
            self.faulty[item.name].add(at)
        return value

    def _leaf(self, item: Item, block: Any, node: Node, path: str) -> Any:
        if isinstance(block, blocks.RichTextBlock):
            return self._rich(item, block.features, node)
        if isinstance(block, blocks.ChooserBlock):
            model = resolve_model_string(block.target_model)  # some give its label
            target = self.resolve(item, model, node) if node.text else None
            return target and target.pk
        if isinstance(block, blocks.BooleanBlock):
            if node.text and not isinstance(node.value, bool):
                message = f"{path}: true or false is expected here"
                self.package.complain(item, message, node.line)
            return node.value is True
        if isinstance(block, blocks.ChoiceBlock) and node.text:
            self._is_choice(item, flatten_choices(block.field.choices), node, path)
        return node.text

    def _wrong(self, item: Item, at: str, message: str, line: int) -> None:
        self.faulty[item.name].add(at)
        self.package.complain(item, message, line)

    def _id(self, item: Item, path: str) -> str:
        return str(self.package.uuid(item.type, item.key, path))

    def _rich(self, item: Item, features: list[str] | None, node: Node) -> str:
        """Rich text as Wagtail stores it, from text with ``key="…"`` for ``id="…"`` in links."""
        text = re.sub(r"\s+", " ", node.text)
        soup = BeautifulSoup(re.sub(r"> <(?=/?(p|ul|ol|li|h\d)\b)", "><", text), "html.parser")
        targets = {
            "page": Page,
            "document": get_document_model(),
            **{name: handler.get_model() for name, handler in PEOPLE.items()},
        }
        for link in soup.find_all("a", key=True):
            model = targets.get(str(link.get("linktype")))
            if model is None:
                known = ", ".join(targets)
                given = str(link.get("linktype", ""))
                message = f"{link}: linktype must be one of {known}{nearest(given, targets)}"
                self.package.complain(item, message, node.line)
                link.unwrap()
                continue
            target = self.resolve(item, model, Node(str(link["key"]), node.line))
            if target is None:
                link.unwrap()
            else:
                del link["key"]
                link["id"] = str(target.pk)
        html = str(soup)
        for removal in DbHTMLConverter(features).clean(html)[1]:
            self.package.complain(
                item, f"<{removal.tag}> can't be used here: {removal.detail}", node.line
            )
        return html


def _rows(package: Package, item: Item, node: Node, name: str) -> list[Node]:
    if isinstance(node.value, list):
        return node.value
    if node.value is not None:
        package.complain(item, f"{name}: a list is expected here", node.line)
    return []


def _flatten(errors: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Wagtail's nested block errors as (path, message)."""
    for message in errors.get("messages", []):
        yield path, message
    nested = errors.get("blockErrors", {})
    items = nested.items() if isinstance(nested, dict) else enumerate(nested)
    for name, inner in items:
        if inner:
            yield from _flatten(inner, f"{path}.{name}")
