"""Permissions that hold in some languages: Django's ``has_perm``, and Wagtail's policies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db.models import IntegerField, QuerySet, Value
from django.db.models.functions import Cast
from wagtail.models import TranslatableMixin, get_translatable_models
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import policy_registry

TRANSLATE = "wagtail_localize.submit_translation"


class Grant(NamedTuple):
    """A permission given to a user, or to one of the user's groups, there for one locale or all."""

    app: str
    codename: str
    model: str
    group: int | None
    locale: int | None

    @property
    def name(self) -> str:
        return f"{self.app}.{self.codename}"


def grants(user: Any) -> list[Grant]:
    """All grants of a user; one statement.

    Kept on the user object, as Django does with permissions.
    """
    if not hasattr(user, "_kis_grants"):
        columns = ("content_type__app_label", "codename", "content_type__model")
        permissions = Permission.objects.order_by()
        nothing = Cast(Value(None), IntegerField())
        by_group = permissions.filter(group__user=user).values_list(
            *columns, "group", "group__kis_role__locales"
        )
        own = permissions.filter(user=user).values_list(*columns, nothing, nothing)
        user._kis_grants = [Grant(*row) for row in by_group.union(own, all=True)]
    found: list[Grant] = user._kis_grants
    return found


def limited_permissions(user: Any) -> dict[str, set[int]]:
    """The permissions that a user has in some languages only, each with the ids of the locales.

    Kept on the user object.
    """
    if not hasattr(user, "_kis_limited_permissions"):
        user._kis_limited_permissions = {} if user.is_superuser else _limited_permissions(user)
    found: dict[str, set[int]] = user._kis_limited_permissions
    return found


def _limited_permissions(user: Any) -> dict[str, set[int]]:
    models = {
        (model._meta.app_label, model._meta.model_name) for model in get_translatable_models()
    }
    languages: dict[str, set[int | None]] = defaultdict(set)
    for one in grants(user):
        if (one.app, one.model) in models or one.name == TRANSLATE:
            languages[one.name].add(one.locale)
    return {name: ids for name, ids in languages.items() if None not in ids}  # type: ignore[misc]


def permitted_locales(user: Any, permissions: Iterable[str]) -> set[int] | None:
    """The ids of the locales in which a user has any of the permissions; None for all."""
    limits = limited_permissions(user)
    found: set[int] = set()
    for permission in permissions:
        if permission in limits:
            found |= limits[permission]
        elif user.has_perm(permission):
            return None
    return found


class LanguagePermissions:
    """Mixin for an authentication backend: permissions hold in the languages of their grants.

    ``has_perm(name, item)`` is true if the permission holds in the language of the item. Without
    an item it must hold in all ``user.asked_locales``, which the middleware sets. Without these,
    it must hold in any language.
    """

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if obj is not None and not isinstance(obj, TranslatableMixin):
            found: set[str] = super().get_all_permissions(user_obj, obj)  # type: ignore[misc]
            return found
        allowed: set[str] = super().get_all_permissions(user_obj)  # type: ignore[misc]
        asked = {obj.locale_id} if obj is not None else getattr(user_obj, "asked_locales", None)
        if asked is None or user_obj.is_anonymous:
            return allowed
        limits = limited_permissions(user_obj)
        return {name for name in allowed if name not in limits or asked <= limits[name]}


class LanguageBackend(LanguagePermissions, ModelBackend):
    """Django's own backend, with permissions by language.

    It loads a user together with the profile that Wagtail's admin reads in every request, and all
    permissions with one statement.
    """

    def get_user(self, user_id: Any) -> Any:
        users = get_user_model()._default_manager.select_related("wagtail_userprofile")
        user = users.filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if _grants_decide_nothing(user_obj, obj):
            return super().get_user_permissions(user_obj, obj)
        return {one.name for one in grants(user_obj) if one.group is None}

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if _grants_decide_nothing(user_obj, obj):
            return super().get_group_permissions(user_obj, obj)
        return {one.name for one in grants(user_obj) if one.group is not None}


def _grants_decide_nothing(user: Any, obj: Any) -> bool:
    """Whether Django answers without looking at grants."""
    return bool(user.is_anonymous or not user.is_active or user.is_superuser or obj is not None)


class LanguagePolicy(ModelPermissionPolicy):
    """Wagtail's permission policy for a translatable snippet, by language."""

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        return bool(user.has_perm(self._get_permission_name(action), instance))

    def instances_user_has_any_permission_for(
        self, user: Any, actions: Iterable[str]
    ) -> QuerySet[Any]:
        found = permitted_locales(user, [self._get_permission_name(action) for action in actions])
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
    """Whether a user may perform an action ("change", "publish", …) on a page or snippet.

    "translate" is to submit something for translation into the language of the item.
    """
    if action == "translate":
        return bool(user.has_perm(TRANSLATE, item))
    policy = policy_registry.get(item)
    return bool(policy.user_has_permission_for_instance(user, action, item))
