"""Rights on translations: those that Wagtail gives a user on the page or snippet itself.

Its locks hold, too: those that somebody has set, of a workflow, and of a time to be published.
"""

from __future__ import annotations

from typing import Any

from wagtail.models import DraftStateMixin, Locale, LockableMixin, Page
from wagtail.permissions import policy_registry


def lock_against(user: Any, instance: Any) -> Any:
    """The lock that keeps a user from changing a page or snippet, None without one."""
    lock = instance.get_lock() if isinstance(instance, LockableMixin) else None
    return lock if lock is not None and lock.for_user(user) else None


def may_edit(user: Any, instance: Any) -> bool:
    """Whether a user may edit a page or snippet, locked or not."""
    return _may(user, instance, "change")


def may_change(user: Any, instance: Any) -> bool:
    """Whether a user may edit a page or snippet, and no lock keeps them from it."""
    return may_edit(user, instance) and lock_against(user, instance) is None


def may_publish(user: Any, instance: Any) -> bool:
    """Whether a user may publish a page or snippet; edit it, if its model has no drafts.

    Nobody may whom a lock keeps from changing it.
    """
    action = "publish" if isinstance(instance, DraftStateMixin) else "change"
    return _may(user, instance, action) and lock_against(user, instance) is None


def may_translate_into(user: Any, locale: Locale) -> bool:
    """Whether a user may submit something for translation into a language."""
    return bool(user.has_perm("wagtail_localize.submit_translation", Page(locale=locale)))


def _may(user: Any, instance: Any, action: str) -> bool:
    if isinstance(instance, Page):
        tester = instance.permissions_for_user(user)
        return bool(tester.can_publish() if action == "publish" else tester.can_edit())
    viewset = getattr(type(instance), "snippet_viewset", None)
    policy = viewset.permission_policy if viewset else policy_registry.get(instance)
    return bool(policy.user_has_permission_for_instance(user, action, instance))
