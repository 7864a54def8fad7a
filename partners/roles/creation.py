"""The roles of an editorial team: made once, and then the site owner's to change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.utils.translation import override, pgettext
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Page,
    Site,
    Task,
    TranslatableMixin,
    Workflow,
    WorkflowPage,
    WorkflowState,
    WorkflowTask,
)
from wagtail.snippets.models import get_snippet_models

from ..models import Role

TREE_DEPTH = 2  # where the tree of a language begins

ALL = ("add", "change", "delete", "publish", "lock", "unlock")


@dataclass(frozen=True)
class Kind:
    """What a role may do. A role with a language may do it there; without, everywhere."""

    key: str
    name: str
    locale: Locale | None = None
    #: Below the language's root pages, or below the root of all.
    pages: tuple[str, ...] = ()
    #: Snippets that have languages, and those that haven't, which may be confidential.
    translatable: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    #: Images and documents in all collections.
    files: tuple[str, ...] = ()
    #: Everything of these models.
    manages: tuple[type[Model], ...] = ()
    translates: bool = False
    approves: bool = field(default=False, kw_only=True)


def kinds() -> Iterator[Kind]:
    """The roles of this site, named in its language."""
    with override(settings.LANGUAGE_CODE):
        source = Locale.get_default()
        yield Kind(
            "editing",
            pgettext("role", "Editing"),
            source,
            pages=("add", "change", "lock", "unlock"),
            translatable=ALL,
            other=("add", "change", "delete"),
            files=("add", "change", "choose"),
        )
        for locale in Locale.objects.exclude(pk=source.pk).order_by("pk"):
            yield translation(locale)
        yield Kind(
            "approval",
            pgettext("role", "Approval"),
            pages=("change", "publish", "lock", "unlock"),
            translatable=("change", "publish", "lock", "unlock"),
            other=("view",),
            files=("choose",),
            approves=True,
        )
        yield Kind(
            "administration",
            pgettext("role", "Administration"),
            pages=("add", "change", "publish", "bulk_delete", "lock", "unlock"),
            translatable=ALL,
            other=("add", "change", "delete"),
            files=("add", "change", "choose"),
            manages=(get_user_model(), Group, Site, Locale, Collection, Workflow, Task),
            translates=True,
        )


def translation(locale: Locale) -> Kind:
    """The role that translates into a language."""
    return Kind(
        f"translation-{locale.language_code}",
        pgettext("role", "Translation: {language}").format(language=locale.get_display_name()),
        locale,
        pages=("change", "publish"),
        translatable=("change", "publish"),
        files=("add", "choose"),
        translates=True,
    )


@transaction.atomic
def create_roles() -> list[Role]:
    """Make the roles that there aren't yet, and give them what is new since the last time."""
    return [_create(kind) for kind in kinds()]


@transaction.atomic
def cover(page: Page) -> None:
    """Give the roles of a language what they have in its other trees, in a new tree."""
    if page.depth != TREE_DEPTH or not Role.objects.filter(key__isnull=False).exists():
        return
    for kind in kinds():
        if kind.locale and kind.locale.pk == page.locale_id:
            _create(kind)


def _create(kind: Kind) -> Role:
    role, is_new = Role.objects.select_for_update().get_or_create(key=kind.key)
    if is_new:
        role.group, _is_new = Group.objects.get_or_create(name=kind.name)
        if kind.locale:
            role.locales.add(kind.locale)
    if role.group is None:  # a person deleted it
        return role
    given = set(role.given)
    for permission in _permissions(kind):
        name = f"{permission.content_type.app_label}.{permission.codename}"
        if name not in given:
            role.group.permissions.add(permission)
            given.add(name)
    _give_pages(kind, role.group, given)
    _give_files(kind, role.group, given)
    if kind.approves:
        _give_workflow(role.group, given)
    role.given = sorted(given)
    role.save()
    return role


def _of(model: type[Model], actions: Iterable[str]) -> list[Permission]:
    kind = ContentType.objects.get_for_model(model)
    names = [f"{action}_{model._meta.model_name}" for action in actions]
    return list(Permission.objects.filter(content_type=kind, codename__in=names))


def _permissions(kind: Kind) -> Iterator[Permission]:
    yield Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    for model in get_snippet_models():
        is_translatable = issubclass(model, TranslatableMixin)
        yield from _of(model, kind.translatable if is_translatable else kind.other)
    for model in kind.manages:
        yield from _of(model, ("add", "change", "delete"))
    if kind.translates:
        yield from Permission.objects.filter(
            content_type__app_label="wagtail_localize", codename="submit_translation"
        )


def _trees(kind: Kind) -> list[Page]:
    pages = Page.objects.order_by("path")
    if kind.locale is None:
        return list(pages.filter(depth=1))
    return list(pages.filter(depth=TREE_DEPTH, locale=kind.locale))


def _give_pages(kind: Kind, group: Group, given: set[str]) -> None:
    trees = _trees(kind)
    known = [tree for tree in trees if f"page:{tree.pk}" in given]
    actions = [f"{action}_page" for action in kind.pages]
    if known:  # as in the trees that it has, which a person may have changed
        held = GroupPagePermission.objects.filter(group=group, page__in=known)
        actions = sorted(set(held.values_list("permission__codename", flat=True)))
    permissions = Permission.objects.filter(
        content_type=ContentType.objects.get_for_model(Page), codename__in=actions
    )
    for tree in trees:
        if tree not in known:
            for permission in permissions:
                GroupPagePermission.objects.get_or_create(
                    group=group, page=tree, permission=permission
                )
            given.add(f"page:{tree.pk}")


def _give_files(kind: Kind, group: Group, given: set[str]) -> None:
    root = Collection.get_first_root_node()
    wanted = [*_of(get_image_model(), kind.files), *_of(get_document_model(), kind.files)]
    if Collection in kind.manages:
        wanted += _of(Collection, ("add", "change", "delete"))
    for permission in wanted:
        name = f"collection:{permission.codename}"
        if name not in given:
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=root, permission=permission
            )
            given.add(name)


def _give_workflow(group: Group, given: set[str]) -> None:
    """Pages of the source language are approved by this group before they are published."""
    trees = Page.objects.filter(depth=TREE_DEPTH, locale=Locale.get_default())
    if "workflow" not in given:
        workflow = Workflow.objects.create(name=group.name)
        task = GroupApprovalTask.objects.create(name=group.name)
        task.groups.add(group)
        WorkflowTask.objects.create(workflow=workflow, task=task)
        _retire_stock_workflow(workflow)
        given.add("workflow")
        given.add(f"workflow:{workflow.pk}")
    [pk] = [name.partition(":")[2] for name in given if name.startswith("workflow:")]
    approval = Workflow.objects.filter(pk=pk, active=True).first()
    for tree in trees:
        if approval and f"approved:{tree.pk}" not in given:
            WorkflowPage.objects.get_or_create(page=tree, defaults={"workflow": approval})
            given.add(f"approved:{tree.pk}")


def _retire_stock_workflow(approval: Workflow) -> None:
    """Wagtail brings a workflow for all pages, of a group of moderators. Where nobody uses it, it
    would lead nowhere."""
    for workflow in Workflow.objects.exclude(pk=approval.pk):
        groups = Group.objects.filter(groupapprovaltask__workflow_tasks__workflow=workflow)
        used = WorkflowState.objects.filter(workflow=workflow).exists()
        if not used and not groups.filter(user__isnull=False).exists():
            WorkflowPage.objects.filter(workflow=workflow, page__depth=1).delete()
