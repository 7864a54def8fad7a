"""Load a content package into the database: all of it, in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import models, transaction
from django.utils import translation
from wagtail.images.fields import WagtailImageField
from wagtail.images.models import AbstractImage
from wagtail.models import Locale, Page, ReferenceIndex, Site
from wagtail.signal_handlers import disable_reference_index_auto_update
from wagtail.utils.file import hash_filelike

from ..models import LoadedItem
from ..search.keyed import indexed_once
from . import po_files
from .fingerprint import fingerprint
from .package import (
    LARGEST_FILE,
    Item,
    Node,
    Package,
    PackageError,
    Problem,
    nearest,
    read_package,
)
from .values import Writer

Progress = Callable[[int, int, str], None]


@dataclass
class Report:
    """The results of a load: names of items, and for translations "item (language)"."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    translated: list[str] = field(default_factory=list)
    gaps: list[Problem] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return bool(self.created or self.updated or self.translated)


def load(
    root: Path,
    *,
    overwrite: bool = False,
    parent: Page | None = None,
    progress: Progress | None = None,
    partial: bool = False,
) -> Report:
    """Load the package in a folder into the database.

    Items are recognised by their keys. Items that an editor has changed or deleted since the last
    load stay so, unless ``overwrite``. Pages without a parent in the package go below ``parent``,
    by default the first page of the default site. ``partial`` also loads incomplete translations;
    the report then lists the missing strings as ``gaps``.

    Raises ``PackageError`` with all problems, without changing the database.
    """
    package = read_package(root)
    package.gaps = [] if partial else None
    job = _Load(package, overwrite, parent, progress or (lambda done, total, name: None))
    try:
        # A load saves each item several times; the search indexes it once, at the end.
        with translation.override("en"), transaction.atomic(), indexed_once():
            with disable_reference_index_auto_update():
                job.run()
            if package.problems:
                raise PackageError(package.problems)
            job.index_references()
    except BaseException:
        job.forget_files()
        raise
    job.report.gaps = package.gaps or []
    return job.report


def write_po_files(
    root: Path, *, parent: Page | None = None, progress: Progress | None = None
) -> int:
    """Write the missing PO files and entries of a package; the number of strings to translate.

    The items are loaded, so that wagtail-localize cuts them into segments, and rolled back.
    ``parent`` is that of :func:`load`.
    """
    package = read_package(root)
    todo = 0
    job = _Load(package, True, parent, progress or (lambda done, total, name: None))
    try:
        with translation.override("en"), transaction.atomic():
            job.run(translate=False)
            if package.problems:
                raise PackageError(package.problems)
            for item in package.items:
                if item.is_translatable:
                    source, _new = po_files.TranslationSource.update_or_create_from_instance(
                        job.objects[item.name]
                    )
                    for language in package.languages:
                        todo += po_files.write_po(package, item, source, language)
            transaction.set_rollback(True)
    finally:
        job.forget_files()
    return todo


class _Load:
    def __init__(
        self, package: Package, overwrite: bool, parent: Page | None, progress: Progress
    ) -> None:
        self.package = package
        self.overwrite = overwrite
        self.parent = parent
        self.progress = progress
        self.report = Report()
        self.objects: dict[str, Any] = {}
        self.changed: set[str] = set()
        self.translated: set[str] = set()
        self.kept: set[str] = set()
        self.loading: set[str] = set()
        #: Items that name one that is wrong, so they can't be saved; nothing is said of that.
        self.blocked: set[str] = set()
        self.files: list[Any] = []
        self.pages_exist = False
        self.writer = Writer(package, self.resolve)
        self.total = len(package.items) * (1 + len(package.languages))
        self.done = 0

    def run(self, translate: bool = True) -> None:
        package = self.package
        for code in [package.source, *package.languages] if package.name else []:
            Locale.objects.get_or_create(language_code=code)
        for item in package.items:
            self.writer.check_names(item)
        if not package.source:
            return
        for item in package.items:
            if not item.is_page:
                self.ensure(item)
        for item in package.items:
            if item.is_page:
                self.ensure(item)
        self.pages_exist = True
        for item in package.items:
            if item.is_page:
                self.step(item.name)
                self.guarded(item, self.finish)
        if translate:
            self.translate()
        self.set_site()

    def finish(self, item: Item) -> None:
        """Fill a page, now that what it refers to is there; one that could not be created, because
        of itself or of a page above, is looked through for whatever else is wrong."""
        if item.name in self.objects:
            # Fresh: pages have come below it since, and its row counts them.
            self.write(item, item.model._default_manager.get(pk=self.objects[item.name].pk))
        elif item.name not in self.kept:
            page = self.new(item)
            self.writer.apply(item, page)
            self.writer.validate(item, page)

    def guarded(self, item: Item, act: Callable[[Item], None]) -> None:
        """Do something with an item; whatever fails is its problem, and stops no other item."""
        try:
            with transaction.atomic():
                act(item)
        except Exception as error:
            # Any: fields, blocks and signals of a site's own may fail in any way.
            self.objects.pop(item.name, None)
            reason = " ".join(str(error).split()) or "no reason is given"
            message = f"this can't be loaded: {type(error).__name__}: {reason}"
            self.package.complain(item, message)

    def step(self, name: str) -> None:
        self.done += 1
        self.progress(self.done, self.total, name)

    # Finding and creating

    def resolve(self, item: Item, model: type[models.Model], node: Node) -> Any:
        """The object that a reference names; None, with a problem reported, if there is none."""
        target = self.package.find(model, node.text)
        if target is None and node.text in self.package.unread:
            self.blocked.add(item.name)
            self.writer.waiting = True
            return None
        if target is None:
            name, near = model._meta.verbose_name, nearest(node.text, self.package.keys(model))
            message = f"there is no {name} with the key '{node.text}' in this package{near}"
            self.package.complain(item, message, node.line)
            return None
        if (target.is_page and not self.pages_exist) or target.name in self.loading:
            self.writer.waiting = True
            return None
        if target.name not in self.objects and target.name not in self.kept:
            self.ensure(target)
        if target.name not in self.objects and target.name not in self.kept:
            self.blocked.add(item.name)
            self.writer.waiting = True
        return self.objects.get(target.name)

    def ensure(self, item: Item) -> None:
        """Find the object of an item, or create it; :meth:`write` fills a new page later."""
        if item.name in self.objects or item.name in self.kept or item.name in self.loading:
            return
        self.loading.add(item.name)
        self.guarded(item, self.find_or_create)
        self.loading.discard(item.name)

    def find_or_create(self, item: Item) -> None:
        found = self.find(item)
        if found is None and self.record(item) and not self.overwrite:
            self.keep(item, "was deleted by an editor")
        elif item.is_page:
            page = found or self.create_page(item)
            if page is not None:
                self.objects[item.name] = page
        else:
            self.step(item.name)
            self.write(item, found or self.new(item))

    def keep(self, item: Item, why: str) -> None:
        self.kept.add(item.name)
        self.report.kept.append(f"{item.name} {why}")

    def record(self, item: Item) -> LoadedItem | None:
        return LoadedItem.objects.filter(
            package=self.package.name, type=item.type, key=item.key
        ).first()

    def find(self, item: Item) -> Any:
        if not item.is_translatable:
            record = self.record(item)
            return record and item.model._default_manager.filter(pk=record.object_id).first()
        return item.model._default_manager.filter(
            translation_key=self.package.uuid(item.type, item.key),
            locale__language_code=self.package.source,
        ).first()

    def new(self, item: Item) -> Any:
        if not item.is_translatable:
            return item.model()
        return item.model(
            locale=Locale.objects.get(language_code=self.package.source),
            translation_key=self.package.uuid(item.type, item.key),
            live=False,
        )

    def create_page(self, item: Item) -> Page | None:
        parent = self.parent_of(item)
        if parent is None:
            return None
        page = self.new(item)
        if not item.model.can_exist_under(parent):  # type: ignore[attr-defined]
            kind = parent.specific_class._meta.label
            self.complain(item, f"{item.type} can't be below {kind}", "parent")
            return None
        if item.key == self.package.site_root:
            self.remove_welcome_page()
        before = len(self.package.problems)
        self.writer.apply(item, page)
        self.writer.validate(item, page)
        parent = Page.objects.get(pk=parent.pk)
        if not Page._slug_is_available(page.slug, parent):
            self.complain(item, f"the address '{page.slug}' is taken by another page", "slug")
        if len(self.package.problems) > before or item.name in self.blocked:
            return None
        parent.add_child(instance=page)
        self.changed.add(item.name)
        self.report.created.append(item.name)
        return page

    def parent_of(self, item: Item) -> Page | None:
        node = item.fields.get("parent")
        if node is None:
            if item.key == self.package.site_root:
                return Page.get_first_root_node()
            parent = self.parent or self.default_parent()
            if parent is None:
                self.complain(item, "the site has no page to put this below; give --parent")
            return parent
        target = self.package.find(Page, node.text)
        if target is None or target is item:
            if target is None and node.text in self.package.unread:
                return None
            others = [key for key in self.package.keys(Page) if key != item.key]
            message = f"there is no page '{node.text}' in this package{nearest(node.text, others)}"
            self.complain(item, message, "parent")
            return None
        if item.model not in target.model.allowed_subpage_models():  # type: ignore[attr-defined]
            self.complain(item, f"{item.type} can't be below {target.type}", "parent")
            return None
        self.ensure(target)
        if target.name in self.kept and target.name not in self.objects:
            self.keep(item, f"belongs below {target.name}, which was deleted by an editor")
        return self.objects.get(target.name)

    def default_parent(self) -> Page | None:
        site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
        return site and site.root_page.specific

    def remove_welcome_page(self) -> None:
        """Delete the welcome page that Wagtail's migrations create."""
        for page in Page.objects.filter(depth=2, slug="home", content_type__model="page"):
            if page.specific_class is Page and not page.get_children().exists():
                page.delete()

    def complain(self, item: Item, message: str, name: str = "") -> None:
        self.package.complain(item, message, item.line_of(name))

    # Writing

    def write(self, item: Item, instance: Any) -> None:
        """Save an item's content to its object, if it differs and no editor has changed it."""
        record = self.record(item)
        is_new = instance.pk is None or item.name in self.changed
        latest = instance
        if not is_new and hasattr(instance, "get_latest_revision_as_object"):
            latest = instance.get_latest_revision_as_object()
        current = None if is_new else fingerprint(latest)
        before = len(self.package.problems)
        file = self.file_of(item)
        self.writer.apply(item, latest)
        if not file:  # None is needed, or what is wrong with it has been told.
            self.writer.faulty[item.name].add("file")
        else:
            latest.file_hash = file[1]
            if not isinstance(latest, AbstractImage):  # Its name is validated with its fields.
                latest.file = file[0].name
        self.writer.validate(item, latest)
        if len(self.package.problems) > before or item.name in self.blocked:
            return
        wanted = fingerprint(latest)
        if current == wanted:
            self.objects[item.name] = instance
            self.report.unchanged.append(item.name)
            return
        edited = current is not None and (record is None or record.fingerprint != current)
        if edited and not self.overwrite:
            self.objects[item.name] = instance
            self.kept.add(item.name)
            self.report.kept.append(f"{item.name} was changed by an editor")
            return
        publish = not item.is_draft if is_new else getattr(instance, "live", True)
        self.save(item, latest, file, publish=publish)
        if not self.package.problems:  # With one nothing stays, and keys may be too long.
            LoadedItem.objects.update_or_create(
                package=self.package.name,
                type=item.type,
                key=item.key,
                defaults={"fingerprint": wanted, "object_id": str(latest.pk)},
            )
        self.objects[item.name] = item.model._default_manager.get(pk=latest.pk)
        if not is_new:
            self.report.updated.append(item.name)
        elif item.name not in self.report.created:
            self.report.created.append(item.name)
        self.changed.add(item.name)

    def save(self, item: Item, instance: Any, file: Any, publish: bool) -> None:
        if file:
            path, digest = file
            with path.open("rb") as stream:
                instance.file, instance.file_size = File(stream, path.name), path.stat().st_size
                instance.save()
            self.files.append(instance.file)
            # Of the file in the package, by which a change of it is known.
            type(instance)._default_manager.filter(pk=instance.pk).update(file_hash=digest)
            return
        if not hasattr(instance, "save_revision"):
            instance.save()
            return
        if instance.pk is None:
            instance.save()
        revision = instance.save_revision()
        if publish:
            revision.publish()

    def file_of(self, item: Item) -> tuple[Path, str] | None:
        """The path of the file of a document or image, and a digest of its content."""
        if item.is_translatable:
            return None
        node = item.fields.get("file", Node("", item.line))
        path = self.package.file("media", node.text)
        if path is None or not path.is_relative_to((self.package.root / "media").resolve()):
            self.package.complain(item, f"there is no file media/{node.text}", node.line)
            return None
        if (size := path.stat().st_size) > LARGEST_FILE:
            message = f"media/{node.text} has {size:,} bytes, {LARGEST_FILE:,} are allowed"
            self.package.complain(item, message, node.line)
            return None
        with path.open("rb") as stream:
            try:
                if issubclass(item.model, AbstractImage):
                    WagtailImageField().clean(File(stream, path.name))
            except ValidationError as error:
                message = f"media/{node.text}: {' '.join(error.messages)}"
                self.package.complain(item, message, node.line)
                return None
            stream.seek(0)
            return path, hash_filelike(stream)

    def forget_files(self) -> None:
        """Delete the uploaded files of a load that was rolled back."""
        for file in self.files:
            file.storage.delete(file.name)

    # Around the items

    def index_references(self) -> None:
        """Update Wagtail's reference index for the loaded items and their translations."""
        for item in self.package.items:
            if item.is_translatable and item.name in self.changed | self.translated:
                key = self.package.uuid(item.type, item.key)
                for version in item.model._default_manager.filter(translation_key=key):
                    ReferenceIndex.create_or_update_for_object(version)

    def translate(self) -> None:
        """Load the translations; where items are wrong, look through the PO files of the others."""
        if self.package.problems:
            for item in self.package.items:
                if (
                    item.is_translatable
                    and item.name in self.objects
                    and item.name not in self.package.wrong
                ):
                    self.guarded(item, self.look_through_po)
            return
        for item in self.package.items:
            if not item.is_translatable or item.name in self.kept:
                continue
            instance, changed = self.objects[item.name], item.name in self.changed
            source = po_files.source_of(instance, changed)
            for language in self.package.languages:
                self.step(f"{item.name} ({language})")
                outcome = po_files.bring(
                    self.package,
                    item,
                    source,
                    language,
                    live=getattr(instance, "live", True),
                    source_changed=changed,
                    overwrite=self.overwrite,
                )
                if outcome.changed:
                    self.translated.add(item.name)
                    self.report.translated.append(f"{item.name} ({language})")
                if outcome.kept:
                    self.report.kept.append(
                        f"{item.name} ({language}): {outcome.kept} strings by a translator"
                    )

    def look_through_po(self, item: Item) -> None:
        source = po_files.source_of(self.objects[item.name], changed=True)
        for language in self.package.languages:
            po_files.look_through(self.package, item, source, language)

    def set_site(self) -> None:
        """Make the package's site root that of the default site, if this has no page of its own."""
        if not self.package.site_root or self.package.problems:
            return
        target: Any = self.package.find(Page, self.package.site_root)
        root = self.objects.get(target.name)
        if root is None:  # An editor has deleted it.
            return
        site = Site.objects.filter(is_default_site=True).first()
        if site is None:
            Site.objects.create(
                hostname="localhost",
                root_page=root,
                is_default_site=True,
                site_name=self.package.site_name,
            )
        elif site.root_page_id != root.pk and target.name in self.report.created:
            site.root_page = root
            site.site_name = self.package.site_name
            site.save()


__all__ = ["PackageError", "Problem", "Report", "fingerprint", "load", "write_po_files"]
