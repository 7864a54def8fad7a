"""Creates the groups of an editorial team; what the site's owner changes later stays changed."""

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

from ..models import Concept, Role, Term

#: The depth of the root page of a language.
TREE_DEPTH = 2

SNIPPET_ACTIONS = ("add", "change", "delete", "publish", "lock", "unlock")


@dataclass(frozen=True)
class RoleDefinition:
    """The permissions of a role: in the language ``locale``, or in all languages without one."""

    key: str
    name: str
    locale: Locale | None = None
    #: Actions on pages: below the root pages of the language, or below Wagtail's root.
    pages: tuple[str, ...] = ()
    #: Actions on translatable snippets; on other snippets, which can be confidential.
    translatable: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    #: Actions on the glossary, besides those on other snippets.
    glossary: tuple[str, ...] = ()
    #: Actions on images and documents of all collections.
    files: tuple[str, ...] = ()
    #: Models with all permissions.
    manages: tuple[type[Model], ...] = ()
    translates: bool = False
    approves: bool = field(default=False, kw_only=True)


def role_definitions() -> Iterator[RoleDefinition]:
    """The definitions of all roles, with names in the site's language."""
    with override(settings.LANGUAGE_CODE):
        source = Locale.get_default()
        yield RoleDefinition(
            "editing",
            pgettext("role", "Editing"),
            source,
            pages=("add", "change", "lock", "unlock"),
            translatable=SNIPPET_ACTIONS,
            other=("add", "change", "delete"),
            files=("add", "change", "choose"),
        )
        for locale in Locale.objects.exclude(pk=source.pk).order_by("pk"):
            yield translation_role(locale)
        yield RoleDefinition(
            "approval",
            pgettext("role", "Approval"),
            pages=("change", "publish", "lock", "unlock"),
            translatable=("change", "publish", "lock", "unlock"),
            other=("view",),
            files=("choose",),
            approves=True,
        )
        yield RoleDefinition(
            "administration",
            pgettext("role", "Administration"),
            pages=("add", "change", "publish", "bulk_delete", "lock", "unlock"),
            translatable=SNIPPET_ACTIONS,
            other=("add", "change", "delete"),
            files=("add", "change", "choose"),
            manages=(get_user_model(), Site, Locale, Collection, Workflow, Task),
            translates=True,
        )


def translation_role(locale: Locale) -> RoleDefinition:
    """The definition of the role that translates into a language."""
    return RoleDefinition(
        f"translation-{locale.language_code}",
        pgettext("role", "Translation: {language}").format(language=locale.get_display_name()),
        locale,
        pages=("change", "publish"),
        translatable=("change", "publish"),
        glossary=("view",),
        files=("add", "choose"),
        translates=True,
    )


@transaction.atomic
def create_roles() -> list[Role]:
    """Create missing roles, and give existing ones the permissions defined since the last run."""
    return [_create(definition) for definition in role_definitions()]


@transaction.atomic
def extend_to_tree(page: Page) -> None:
    """Give the roles of a language the same permissions in a new tree as in its other trees."""
    if page.depth != TREE_DEPTH or not Role.objects.filter(key__isnull=False).exists():
        return
    for definition in role_definitions():
        if definition.locale and definition.locale.pk == page.locale_id:
            _create(definition)


def _create(definition: RoleDefinition) -> Role:
    role, is_new = Role.objects.select_for_update().get_or_create(key=definition.key)
    if is_new:
        role.group, _is_new = Group.objects.get_or_create(name=definition.name)
        if definition.locale:
            role.locales.add(definition.locale)
    if role.group is None:  # Somebody has deleted the group.
        return role
    given = set(role.given)
    for permission in _permissions(definition):
        name = f"{permission.content_type.app_label}.{permission.codename}"
        if name not in given:
            role.group.permissions.add(permission)
            given.add(name)
    _give_pages(definition, role.group, given)
    _give_files(definition, role.group, given)
    if definition.approves:
        _give_workflow(role.group, given)
    role.given = sorted(given)
    role.save()
    return role


def _model_permissions(model: type[Model], actions: Iterable[str]) -> list[Permission]:
    content_type = ContentType.objects.get_for_model(model)
    names = [f"{action}_{model._meta.model_name}" for action in actions]
    return list(Permission.objects.filter(content_type=content_type, codename__in=names))


def _permissions(definition: RoleDefinition) -> Iterator[Permission]:
    yield Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    for model in get_snippet_models():
        is_translatable = issubclass(model, TranslatableMixin)
        actions = definition.translatable if is_translatable else definition.other
        if model in (Concept, Term):
            actions += definition.glossary
        yield from _model_permissions(model, actions)
    for model in definition.manages:
        yield from _model_permissions(model, ("add", "change", "delete"))
    if definition.translates:
        yield from Permission.objects.filter(
            content_type__app_label="wagtail_localize", codename="submit_translation"
        )


def _trees(definition: RoleDefinition) -> list[Page]:
    pages = Page.objects.order_by("path")
    if definition.locale is None:
        return list(pages.filter(depth=1))
    return list(pages.filter(depth=TREE_DEPTH, locale=definition.locale))


def _give_pages(definition: RoleDefinition, group: Group, given: set[str]) -> None:
    trees = _trees(definition)
    known = [tree for tree in trees if f"page:{tree.pk}" in given]
    actions = [f"{action}_page" for action in definition.pages]
    if known:  # The permissions in known trees, which somebody may have changed.
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


def _give_files(definition: RoleDefinition, group: Group, given: set[str]) -> None:
    root = Collection.get_first_root_node()
    wanted = [
        *_model_permissions(get_image_model(), definition.files),
        *_model_permissions(get_document_model(), definition.files),
    ]
    if Collection in definition.manages:
        wanted += _model_permissions(Collection, ("add", "change", "delete"))
    for permission in wanted:
        name = f"collection:{permission.codename}"
        if name not in given:
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=root, permission=permission
            )
            given.add(name)


def _give_workflow(group: Group, given: set[str]) -> None:
    """Create a workflow in which this group approves pages of the source language."""
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
    """Detach Wagtail's initial workflow from the root page, if its group has no members and it has
    never been used: texts submitted to it would wait for nobody."""
    for workflow in Workflow.objects.exclude(pk=approval.pk):
        groups = Group.objects.filter(groupapprovaltask__workflow_tasks__workflow=workflow)
        used = WorkflowState.objects.filter(workflow=workflow).exists()
        if not used and not groups.filter(user__isnull=False).exists():
            WorkflowPage.objects.filter(workflow=workflow, page__depth=1).delete()
