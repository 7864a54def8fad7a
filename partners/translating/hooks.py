"""Wagtail hooks of the translation screens: editor, review, runs, views of wagtail-localize."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.pages.bulk_actions.page_bulk_action import PageBulkAction
from wagtail.admin.widgets.button import Button
from wagtail.models import Page, TranslatableMixin

from . import again, approving, cascades, deletion, editor, localize_views, publishing


# Before wagtail-localize's hook of the same name, which answers with its editor.
@hooks.register("before_edit_page", order=-1)
def before_edit_page(request: HttpRequest, page: Page) -> HttpResponse | None:
    if request.method == "GET":
        deletion.tell_gone(request, page)
        publishing.tell_approver(request, page)
    return editor.before_edit(request, page)


@hooks.register("before_edit_snippet", order=-1)
def before_edit_snippet(request: HttpRequest, instance: Any) -> HttpResponse | None:
    if request.method == "GET":
        deletion.tell_gone(request, instance)
        publishing.tell_approver(request, instance)
    if isinstance(instance, TranslatableMixin):
        return editor.before_edit(request, instance)
    return None


@hooks.register("before_publish_page")
@hooks.register("before_publish")
def before_publish(request: HttpRequest, item: Any) -> HttpResponse | None:
    return publishing.ask_first(request, item)


@hooks.register("before_delete_page")
def before_delete_page(request: HttpRequest, page: Page) -> HttpResponse | None:
    return deletion.refuse(request, [page])


@hooks.register("before_delete_snippet")
def before_delete_snippet(request: HttpRequest, items: Iterable[Any]) -> HttpResponse | None:
    return deletion.refuse(request, items)


@hooks.register("before_bulk_action")
def before_bulk_action(
    request: HttpRequest, action_type: str, items: Iterable[Any], action: Any
) -> HttpResponse | None:
    if action_type == "delete":
        return deletion.refuse(request, items)
    if action_type == "publish" and isinstance(action, PageBulkAction):
        return approving.ask_in_bulk(request, items, action)
    return None


@hooks.register("after_publish_page")
def after_publish_page(request: HttpRequest, page: Page) -> None:
    again.offer(request, Page.objects.get(pk=page.pk))


@hooks.register("after_edit_snippet")
def after_edit_snippet(request: HttpRequest, instance: Any) -> None:
    again.offer(request, type(instance)._default_manager.get(pk=instance.pk))


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    actions.register_action(
        cascades.UNPUBLISHED_ALONG,
        _("Unpublish together with the original"),
        _("Unpublished together with its original"),
    )


@hooks.register("register_page_header_buttons")
def review_button(page: Page, user: Any, **kwargs: Any) -> Iterator[Button]:
    translation = None if page.is_root() else editor.translation_of(page)
    if translation is not None and editor.may_edit(user, page):
        yield Button(
            _("Review the translation"),
            reverse(editor.REVIEW_URL, args=[translation.pk]),
            icon_name="check",
            priority=59,
        )


# Before wagtail-localize's addresses, because Django takes the first that matches.
@hooks.register("register_admin_urls", order=-1)
def admin_urls() -> list[Any]:
    return [
        path(
            "translations/<int:pk>/review/",
            editor.ReviewView.as_view(),
            name=editor.REVIEW_URL,
        ),
        path(
            "translations/again/<str:model>/<str:pk>/",
            again.PublishAgainView.as_view(),
            name=again.URL_NAME,
        ),
        path(
            "translations/runs/",
            localize_views.RunsView.as_view(),
            name=localize_views.RUNS_URL,
        ),
        path(
            "publishing/<str:app_label>/<str:model_name>/<str:pk>/",
            publishing.BeforePublishingView.as_view(),
            name=publishing.URL_NAME,
        ),
        path("localize/", include(localize_views.urlpatterns)),
    ]


@hooks.register("register_reports_menu_item")
def runs_menu_item() -> MenuItem:
    return MenuItem(
        _("Translations in the background"),
        reverse(localize_views.RUNS_URL),
        icon_name="wagtail-localize-language",
        order=9010,
    )
