"""Read a content package, with all checks that need no database.

A package is a folder::

    package.yaml            name, source, languages, tool, and for a whole site: site
    <source>/*.yaml         items, one or several (``---``) a file, loaded in the order of names
    po/<language>/*.po      a translation of each item: <type>.<key>.po
    media/                  the files of documents and images

An item has a ``type`` (a model), a ``key`` (unique for the type, never changed) and the fields of
the model. A reference is the key of another item. Values are text, ``2004`` and ``no`` too; only
``true`` and ``false`` are Boolean.
"""

from __future__ import annotations

import difflib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.text import slugify
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import DraftStateMixin, Page, TranslatableMixin

SHORT_TYPES = {"document": get_document_model, "image": get_image_model}
SETTINGS = {"name", "source", "languages", "tool", "site"}
#: Names in an item whose value is a text.
#: How long the key of an item may be.
MOST_LETTERS = 200
TEXTS = ("type", "key", "parent", "file", "draft")
#: How large a file of a package may be, in bytes, and how deep YAML may be nested.
LARGEST_YAML, LARGEST_FILE, DEEPEST = 10 * 2**20, 100 * 2**20, 40
NOT_ITS_OWN = f"a file of the package itself is expected here, of {LARGEST_YAML:,} bytes at most"


@dataclass(frozen=True, order=True)
class Problem:
    """A mistake in a package: file, line, and a sentence for its author."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class PackageError(Exception):
    """The mistakes of a package that can't be loaded, in the order of files."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass
class Node:
    """A YAML value with the line it begins on: text, bool, None, or a list or dict of nodes."""

    value: Any
    line: int

    @property
    def is_text(self) -> bool:
        return not isinstance(self.value, list | dict)

    @property
    def text(self) -> str:
        return "" if self.value is None or not self.is_text else str(self.value)


@dataclass
class Item:
    """A page, snippet, image or document of a package."""

    model: type[models.Model]
    type: str
    key: str
    file: str
    line: int
    fields: dict[str, Node] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the item in messages, and of its PO files."""
        return f"{self.model._meta.model_name}.{self.key}"

    @property
    def is_page(self) -> bool:
        return issubclass(self.model, Page)

    @property
    def is_translatable(self) -> bool:
        return issubclass(self.model, TranslatableMixin)

    @property
    def can_be_draft(self) -> bool:
        return issubclass(self.model, DraftStateMixin)

    @property
    def is_draft(self) -> bool:
        """Whether it is loaded without being published."""
        return "draft" in self.fields and self.fields["draft"].value is True

    def line_of(self, name: str) -> int:
        return self.fields[name].line if name in self.fields else self.line


@dataclass
class Package:
    """A content package; ``problems`` collects its mistakes.

    ``wrong`` are the names of items with problems, ``unread`` the keys of items of unknown types,
    about which nothing more can be told. ``gaps`` collects missing translations; None if
    these count as problems.
    """

    root: Path
    name: str = ""
    source: str = ""
    languages: list[str] = field(default_factory=list)
    tool: str = ""
    site_root: str | None = None
    site_name: str = ""
    items: list[Item] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    wrong: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)
    gaps: list[Problem] | None = None

    def uuid(self, *path: str) -> uuid.UUID:
        """A stable id for an item, block or row of this package (UUID version 5)."""
        return uuid.uuid5(uuid.NAMESPACE_URL, "/".join(("kis-partners", self.name, *path)))

    def find(self, model: type[models.Model], key: str) -> Item | None:
        """The item of a model, or of one derived from it, by key."""
        for item in self.items:
            if item.key == key and issubclass(item.model, model):
                return item
        return None

    def keys(self, model: type[models.Model]) -> list[str]:
        """The keys of all items of a model."""
        return [item.key for item in self.items if issubclass(item.model, model)]

    def file(self, *path: str) -> Path | None:
        """A file of the package; None where there is none, or it lies elsewhere."""
        root, path_in = self.root.resolve(), self.root.joinpath(*path).resolve()
        return path_in if path_in.is_relative_to(root) and path_in.is_file() else None

    def complain(self, item: Item, message: str, line: int = 0) -> None:
        self.wrong.add(item.name)
        self.problems.append(Problem(item.file, line or item.line, message))


def read_package(root: Path) -> Package:
    """Read a package with its ``problems``; raises ``PackageError`` for a missing folder alone."""
    package = Package(root)
    head = root / "package.yaml"
    if not head.is_file():
        raise PackageError([Problem(str(head), 1, "there is no such file")])
    _read_head(package, head)
    known = package.source in dict(settings.WAGTAIL_CONTENT_LANGUAGES)
    for path in sorted((root / package.source).glob("*.yaml")) if known else ():
        for node in _documents(package, path):
            _read_item(package, path.relative_to(root).as_posix(), node)
    if package.site_root and package.find(Page, package.site_root) is None:
        package.problems.append(
            Problem("package.yaml", 1, f"site: there is no page '{package.site_root}'")
        )
    return package


def _read_head(package: Package, path: Path) -> None:
    node = next(_documents(package, path), Node({}, 1))
    values = node.value if isinstance(node.value, dict) else {}

    def complain(message: str, line: int = node.line) -> None:
        package.problems.append(Problem("package.yaml", line, message))

    for name in values.keys() - SETTINGS:
        complain(f"'{name}' is not a setting{nearest(name, SETTINGS)}", values[name].line)
    for name in ("name", "source", "tool"):
        if name in values and not values[name].is_text:
            complain(f"{name}: a text is expected here", values[name].line)
    for name in ("name", "source"):
        if name not in values:
            complain(f"'{name}' is missing")
    package.name = values["name"].text if "name" in values else ""
    package.source = values["source"].text if "source" in values else ""
    package.tool = values["tool"].text if "tool" in values else "content package"
    known = dict(settings.WAGTAIL_CONTENT_LANGUAGES)
    languages = values.get("languages", Node([], node.line))
    if isinstance(languages.value, list):
        package.languages = [code.text for code in languages.value]
    elif languages.value is not None:
        complain("languages: a list is expected here, for example [sk, lv]", languages.line)
    for code in [package.source, *package.languages]:
        if code not in known and (code or package.source):
            complain(
                f"'{code}' is not a language of this site ({', '.join(known)})", languages.line
            )
    package.languages = [code for code in package.languages if code in known]
    site = values.get("site", Node(None, node.line)).value
    if site is not None and not (isinstance(site, dict) and "root" in site):
        complain("site: 'root' and 'name' are expected here", values["site"].line)
    elif site is not None:
        package.site_root = site["root"].text if "root" in site else None
        package.site_name = site["name"].text if "name" in site else ""


def _read_item(package: Package, file: str, node: Node) -> None:
    values = node.value if isinstance(node.value, dict) else {}

    def complain(message: str, line: int = node.line) -> None:
        package.problems.append(Problem(file, line, message))

    missing = [name for name in ("type", "key") if name not in values]
    if missing:
        return complain(f"{' and '.join(missing)} missing")
    lists = [name for name in TEXTS if name in values and not values[name].is_text]
    for name in lists:
        complain(f"{name}: a text is expected here", values[name].line)
    if lists:
        return None
    type_name, key = values["type"].text, values["key"].text
    model = _model(type_name)
    if model is None:
        package.unread.add(key)
        message = f"there is no type '{type_name}'{nearest(type_name, types())}"
        return complain(message, values["type"].line)
    item = Item(model, type_name, key, file, node.line, values)
    if key != slugify(key):
        complain(
            f"key '{key}' may have small letters, digits and hyphens only", item.line_of("key")
        )
    elif len(key) > MOST_LETTERS:
        complain(f"key '{key[:20]}…' has more than {MOST_LETTERS} letters", item.line_of("key"))
    if "draft" in values and not (values["draft"].value is True and item.can_be_draft):
        complain(
            "draft: only 'true', for a page or something else with drafts", item.line_of("draft")
        )
    for other in package.items:
        if (other.model, other.key) == (model, key):
            complain(f"{item.name} is already in {other.file}:{other.line}", item.line_of("key"))
    package.items.append(item)
    return None


def _model(name: str) -> type[models.Model] | None:
    if name in SHORT_TYPES:
        return SHORT_TYPES[name]()
    try:
        model = apps.get_model(name)
    except (LookupError, ValueError):
        return None
    return model if issubclass(model, TranslatableMixin) else None


def types() -> dict[str, type[models.Model]]:
    """The types that items can have: pages and snippets with translations, documents, images."""
    found: dict[str, type[models.Model]] = {name: get() for name, get in SHORT_TYPES.items()}
    for model in apps.get_models():
        is_abstract_page = issubclass(model, Page) and not getattr(model, "is_creatable", True)
        if issubclass(model, TranslatableMixin) and not is_abstract_page:
            found[model._meta.label] = model
    return found


def nearest(word: str, known: Any) -> str:
    """ ", did you mean 'x'?" with the nearest known word; empty if none is near.

    Case doesn't count, and the part of a type after the dot stands for the whole.
    """
    by_letters: dict[str, str] = {}
    for one in sorted(map(str, known), reverse=True):
        if "." not in word:
            by_letters[one.rpartition(".")[2].casefold()] = one
        by_letters[one.casefold()] = one
    close = difflib.get_close_matches(word.casefold(), by_letters, n=1)
    return f", did you mean '{by_letters[close[0]]}'?" if close else ""


class _Loader(yaml.SafeLoader):
    """YAML without aliases, which a few lines of text can blow up, and not nested without end."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        mark = self.peek_event().start_mark
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(None, None, "aliases (*) can't be used here", mark)
        if self.depth == DEEPEST:
            raise yaml.composer.ComposerError(None, None, "this is nested too deeply", mark)
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


def _documents(package: Package, path: Path) -> Iterator[Node]:
    file = path.relative_to(package.root).as_posix()
    if package.file(file) is None or path.stat().st_size > LARGEST_YAML:
        message = (
            f"a file of the package itself is expected here, of {LARGEST_YAML:,} bytes at most"
        )
        package.problems.append(Problem(file, 1, message))
        return
    try:
        with path.open(encoding="utf-8") as stream:
            for node in yaml.compose_all(stream, Loader=_Loader):
                yield _node(package, file, node)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        package.problems.append(Problem(file, line, f"this is not YAML: {error.problem}"))
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        package.problems.append(Problem(file, 1, f"this is not YAML in UTF-8: {error}"))


def _node(package: Package, file: str, node: yaml.Node) -> Node:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        values: dict[str, Node] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                message = "a name is expected in front of the colon"
                package.problems.append(Problem(file, key.start_mark.line + 1, message))
                continue
            if key.value in values:
                package.problems.append(
                    Problem(file, key.start_mark.line + 1, f"'{key.value}' is there twice")
                )
            values[key.value] = _node(package, file, value)
        return Node(values, line)
    if isinstance(node, yaml.SequenceNode):
        return Node([_node(package, file, value) for value in node.value], line)
    if node.tag == "tag:yaml.org,2002:null":
        return Node(None, line)
    if node.tag == "tag:yaml.org,2002:bool" and node.value in ("true", "false"):
        return Node(node.value == "true", line)
    return Node(node.value, line)
