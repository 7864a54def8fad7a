"""Rights on translations: those that Wagtail gives a user on the page or snippet itself."""

from __future__ import annotations

from typing import Any

from wagtail.models import DraftStateMixin, Page
from wagtail.permissions import policy_registry


def may_edit(user: Any, instance: Any) -> bool:
    """Whether a user may edit a page or snippet."""
    return _may(user, instance, "change")


def may_publish(user: Any, instance: Any) -> bool:
    """Whether a user may publish a page or snippet; edit it, if its model has no drafts."""
    return _may(user, instance, "publish" if isinstance(instance, DraftStateMixin) else "change")


def _may(user: Any, instance: Any, action: str) -> bool:
    if isinstance(instance, Page):
        tester = instance.permissions_for_user(user)
        return bool(tester.can_publish() if action == "publish" else tester.can_edit())
    viewset = getattr(type(instance), "snippet_viewset", None)
    policy = viewset.permission_policy if viewset else policy_registry.get(instance)
    return bool(policy.user_has_permission_for_instance(user, action, instance))
