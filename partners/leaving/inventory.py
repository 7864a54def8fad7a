"""What a site has of the plugin, and what of the site's own stands in the way of removing it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.apps import AppConfig, apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import Q
from wagtail.models import GroupApprovalTask, Page, Site, Task, Workflow
from wagtail.snippets.models import get_snippet_models

from ..models import Consent, Role

_PACKAGE = __name__.rpartition(".")[0].rpartition(".")[0]


def our_apps() -> list[AppConfig]:
    """The apps of the plugin that the site has installed."""
    return [
        one
        for one in apps.get_app_configs()
        if one.name == _PACKAGE or one.name.startswith(f"{_PACKAGE}.")
    ]


def our_models() -> list[Any]:
    """All models with tables of their own, those of relations with many objects among them."""
    return [
        model
        for one in our_apps()
        for model in one.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    ]


def obstacles() -> list[str]:
    """Models of the site that derive from ours or refer to them, each with the field that does."""
    ours = set(our_models())
    found = []
    for model in apps.get_models(include_auto_created=True):
        if model in ours:
            continue
        for field in model._meta.local_fields + model._meta.local_many_to_many:
            if field.is_relation and field.related_model in ours:
                found.append(f"{model._meta.label}.{field.name}")
    return sorted(found)


@dataclass(frozen=True)
class Inventory:
    """What there is; a page counts once in each language."""

    @cached_property
    def page_types(self) -> list[Any]:
        return [model for model in our_models() if issubclass(model, Page)]

    @cached_property
    def pages(self) -> dict[int, str]:
        """The ids of all pages of our types, with their paths in the tree."""
        labels = [one.label for one in our_apps()]
        pages = Page.objects.filter(content_type__app_label__in=labels).order_by("path")
        return dict(pages.values_list("pk", "path"))

    @cached_property
    def needed(self) -> set[int]:
        """Pages that can't be deleted: below them are pages of other types, or the root of a site,
        or they are such a root."""
        others = Page.objects.exclude(pk__in=self.pages).values_list("path", flat=True)
        roots = Site.objects.values_list("root_page__path", flat=True)
        above = {part for path in (*others, *roots) for part in _paths_to(path)}
        return {pk for pk, path in self.pages.items() if path in above}

    @cached_property
    def rows(self) -> list[tuple[str, int]]:
        """The names of what editors have written besides pages, with numbers if there is any."""
        written = [*(one for one in get_snippet_models() if one in our_models()), Consent]
        counted = ((one._meta.verbose_name_plural, one._base_manager.count()) for one in written)
        return [(str(name), number) for name, number in counted if number]

    @cached_property
    def groups(self) -> list[Group]:
        """The groups that ``create_roles`` has made, as far as they are there."""
        return list(Group.objects.filter(kis_role__key__isnull=False).order_by("pk"))

    @cached_property
    def limited(self) -> list[Group]:
        """Groups of the site whose permissions hold in some languages, and then hold in all."""
        roles = Role.objects.filter(key__isnull=True, locales__isnull=False)
        return list(Group.objects.filter(kis_role__in=roles).distinct().order_by("pk"))

    @cached_property
    def workflows(self) -> list[Workflow]:
        """The workflows that ``create_roles`` has made."""
        keys = [
            name.partition(":")[2]
            for given in Role.objects.filter(key__isnull=False).values_list("given", flat=True)
            for name in given
            if name.startswith("workflow:")
        ]
        return list(Workflow.objects.filter(pk__in=keys).order_by("pk"))

    @cached_property
    def tasks(self) -> list[Task]:
        """Tasks of these workflows alone, which only members of these groups could do."""
        tasks = Task.objects.filter(workflow_tasks__workflow__in=self.workflows)
        elsewhere = Task.objects.filter(~Q(workflow_tasks__workflow__in=self.workflows))
        strangers = Group.objects.exclude(pk__in=[one.pk for one in self.groups])
        foreign = GroupApprovalTask.objects.filter(groups__in=strangers)
        return list(
            tasks.exclude(pk__in=elsewhere.filter(workflow_tasks__isnull=False))
            .exclude(pk__in=foreign)
            .distinct()
        )

    def members(self, group: Group) -> int:
        """How many accounts are in a group."""
        return get_user_model()._default_manager.filter(groups=group).count()


def _paths_to(path: str) -> Iterator[str]:
    for end in range(Page.steplen, len(path) + 1, Page.steplen):
        yield path[:end]


def named(things: Iterable[Any]) -> str:
    """The names of things, one after the other."""
    return ", ".join(str(one) for one in things)
