"""Wagtail hooks of the webhooks: their screens."""

from wagtail import hooks

from .screens import EndpointViewSet


@hooks.register("register_admin_viewset")
def register_webhooks() -> EndpointViewSet:
    return EndpointViewSet()
