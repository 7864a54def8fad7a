"""Permissions that hold in some languages: for Django's ``has_perm`` and for Wagtail's policies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from wagtail.models import Page, TranslatableMixin, get_translatable_models
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import policy_registry

from ..models import Role

TRANSLATE = "wagtail_localize.submit_translation"


def bound(user: Any) -> dict[str, set[int]]:
    """The permissions that a user has in some languages only, each with the ids of those locales.

    Remembered on the user object, as Django does with all permissions.
    """
    if not hasattr(user, "_bound_permissions"):
        user._bound_permissions = {} if user.is_superuser else _bound(user)
    found: dict[str, set[int]] = user._bound_permissions
    return found


def _bound(user: Any) -> dict[str, set[int]]:
    languages: dict[int, set[int]] = defaultdict(set)
    roles = Role.locales.through.objects.filter(role__group__user=user)
    for group, locale in roles.values_list("role__group", "locale"):
        languages[group].add(locale)
    if not languages:
        return {}
    models = [model for model in get_translatable_models() if not issubclass(model, Page)]
    types = ContentType.objects.get_for_models(*models).values()
    app, _dot, codename = TRANSLATE.partition(".")
    by_language = Permission.objects.filter(
        Q(content_type__in=types) | Q(content_type__app_label=app, codename=codename)
    )
    names = ("content_type__app_label", "codename")
    found: dict[str, set[int]] = defaultdict(set)
    everywhere = set(by_language.filter(user=user).values_list(*names))
    for label, name, group in by_language.filter(group__user=user).values_list(*names, "group"):
        if group in languages:
            found[f"{label}.{name}"] |= languages[group]
        else:
            everywhere.add((label, name))
    return {name: ids for name, ids in found.items() if tuple(name.split(".")) not in everywhere}


def languages(user: Any, permissions: Iterable[str]) -> set[int] | None:
    """The locales in which a user has any of these permissions; None for all."""
    limits = bound(user)
    found: set[int] = set()
    for permission in permissions:
        if permission in limits:
            found |= limits[permission]
        elif user.has_perm(permission):
            return None
    return found


class LanguagePermissions:
    """Makes a backend's permissions hold where they were given.

    ``has_perm(name, item)`` asks for the language of the item. Without an item it asks for the
    languages that ``user.asked_locales`` names, all of them; the middleware sets it to those of
    what a request is about. Without that, a permission counts that is held in any language.
    """

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if obj is not None and not isinstance(obj, TranslatableMixin):
            found: set[str] = super().get_all_permissions(user_obj, obj)  # type: ignore[misc]
            return found
        allowed: set[str] = super().get_all_permissions(user_obj)  # type: ignore[misc]
        asked = {obj.locale_id} if obj is not None else getattr(user_obj, "asked_locales", None)
        if asked is None or user_obj.is_anonymous:
            return allowed
        limits = bound(user_obj)
        return {name for name in allowed if name not in limits or asked <= limits[name]}


class LanguageBackend(LanguagePermissions, ModelBackend):
    """Django's own backend, with permissions by language."""


class LanguagePolicy(ModelPermissionPolicy):
    """What users may do with a translatable snippet."""

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        return bool(user.has_perm(self._get_permission_name(action), instance))

    def instances_user_has_any_permission_for(
        self, user: Any, actions: Iterable[str]
    ) -> QuerySet[Any]:
        found = languages(user, [self._get_permission_name(action) for action in actions])
        items = self.model._default_manager.all()
        return items if found is None else items.filter(locale__in=found)

    def users_with_any_permission_for_instance(
        self, actions: Iterable[str], instance: Any
    ) -> QuerySet[Any]:
        users = super().users_with_any_permission_for_instance(actions, instance)
        names = [self._get_permission_name(action) for action in actions]
        return users.filter(
            pk__in=[
                user.pk for user in users if any(user.has_perm(name, instance) for name in names)
            ]
        )


def may(user: Any, action: str, item: Any) -> bool:
    """Whether a user may do this ("change", "publish", …) to a page or a snippet; "translate" is
    to begin a translation in the language of the item."""
    if action == "translate":
        return bool(user.has_perm(TRANSLATE, item))
    policy = policy_registry.get(item)
    return bool(policy.user_has_permission_for_instance(user, action, item))
