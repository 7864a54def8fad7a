"""The screens for webhooks: the list, the form, and the page of an endpoint with its log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.apps import apps
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import CreateView, EditView, IndexView, InspectView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.coreutils import get_content_languages
from wagtail.models import Site, get_page_models
from wagtail.permissions import policy_registry

from .changes import Message
from .models import Attempt, Endpoint
from .send import deliver, trial_message
from .start import start

#: How many attempts the page of an endpoint shows.
SHOWN = 100


def page_types() -> list[tuple[str, str]]:
    """The kinds of pages that the API has, by label."""
    own = {one.label for one in apps.get_app_configs() if one.name.startswith("wagtail.")}
    found = [model for model in get_page_models() if model._meta.app_label not in own]
    return [(model._meta.label, str(model._meta.verbose_name)) for model in found]


class EndpointForm(WagtailAdminModelForm):
    languages = forms.MultipleChoiceField(
        choices=lambda: list(get_content_languages().items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Languages"),
        help_text=_("Only changes in these languages; all if none is chosen."),
    )
    types = forms.MultipleChoiceField(
        choices=page_types,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Kinds of pages"),
        help_text=_("Only changes of such pages; all if none is chosen."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].initial = Site.objects.filter(is_default_site=True).first()

    def save(self, commit: bool = True) -> Any:
        # Whoever switches it on again, or mends the address, wants it to be tried at once.
        self.instance.failures, self.instance.failing_since = 0, None
        self.instance.retry_at = None
        return super().save(commit)

    class Meta:
        model = Endpoint
        fields = ["name", "url", "site", "languages", "types", "contact", "is_on"]


def page_of(endpoint: Endpoint) -> str:
    """The address of an endpoint's page in the admin."""
    return reverse("kis_webhooks:inspect", args=[endpoint.pk])


class ToThePage:
    """Mixin for forms: what was saved is shown with its log."""

    object: Any

    def get_success_url(self) -> str:
        return page_of(self.object)

    def get_success_buttons(self) -> list[Any]:
        return []


class EndpointCreateView(ToThePage, CreateView):
    pass


class EndpointEditView(ToThePage, EditView):
    pass


class EndpointIndexView(IndexView):
    columns = [
        TitleColumn("name", label=_("Name"), get_url=page_of),
        Column("url", label=_("Address")),
        Column("language_names", label=_("Languages")),
        Column("state", label=_("State")),
    ]


class EndpointInspectView(InspectView):
    template_name = "kis_webhooks/endpoint.html"
    page_title = _("Webhook")
    fields = ["url", "language_names", "state", "contact"]

    def get_field_label(self, field_name: str, field: Any) -> str:
        names = {"language_names": _("Languages"), "state": _("State")}
        return str(names.get(field_name) or super().get_field_label(field_name, field))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {
            **context,
            "endpoint": self.object,
            "attempts": self.object.attempts.all()[:SHOWN],
            "may_change": self.user_has_permission("change"),
        }


def _may_change(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """An action by POST on an endpoint, for those who may change it."""

    @require_POST
    @never_cache
    def asked(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        policy: Any = policy_registry.get_by_type(Endpoint)
        endpoint = get_object_or_404(Endpoint.objects.select_related("site"), pk=pk)
        if not policy.user_has_permission_for_instance(request.user, "change", endpoint):
            raise PermissionDenied
        return view(request, endpoint, **kwargs)

    return asked


@_may_change
@sensitive_variables("secret")
def rotate_secret(request: HttpRequest, endpoint: Endpoint) -> HttpResponse:
    """Make a new secret, and show it this once."""
    context = {"endpoint": endpoint, "secret": endpoint.rotate(), "page": page_of(endpoint)}
    return render(request, "kis_webhooks/secret.html", context)


@_may_change
def send_test(request: HttpRequest, endpoint: Endpoint) -> HttpResponse:
    """Send a message that tells nothing, and say what came back."""
    return _said(request, endpoint, deliver(endpoint, trial_message(endpoint)))


@_may_change
def repeat(request: HttpRequest, endpoint: Endpoint, attempt: int) -> HttpResponse:
    """Send what an earlier attempt had, under the same id."""
    earlier = get_object_or_404(endpoint.attempts, pk=attempt)
    message = Message(earlier.message, endpoint.epoch, endpoint.seq, endpoint.page, "", {})
    return _said(request, endpoint, deliver(endpoint, message, earlier.body))


@_may_change
def try_now(request: HttpRequest, endpoint: Endpoint) -> HttpResponse:
    """Don't wait for the next attempt."""
    Endpoint.objects.filter(pk=endpoint.pk).update(retry_at=None)
    start()
    return redirect(page_of(endpoint))


def _said(request: HttpRequest, endpoint: Endpoint, attempt: Attempt) -> HttpResponse:
    if attempt.succeeded:
        messages.success(request, gettext("The other site has taken it."))
    else:
        text = gettext("The other site hasn't taken it: %(answer)s")
        messages.error(request, text % {"answer": attempt.told})
    return redirect(page_of(endpoint))


class EndpointViewSet(ModelViewSet):
    model = Endpoint
    name = "kis_webhooks"
    icon = "link-external"
    menu_label = _("Webhooks")
    add_to_settings_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    index_view_class = EndpointIndexView
    add_view_class = EndpointCreateView
    edit_view_class = EndpointEditView
    inspect_view_class = EndpointInspectView
    inspect_template_name = EndpointInspectView.template_name
    list_display = EndpointIndexView.columns
    inspect_view_fields = EndpointInspectView.fields

    def get_form_class(self, for_update: bool = False) -> type[EndpointForm]:
        return EndpointForm

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/secret/", rotate_secret, name="secret"),
            path("<int:pk>/test/", send_test, name="test"),
            path("<int:pk>/now/", try_now, name="now"),
            path("<int:pk>/repeat/<int:attempt>/", repeat, name="repeat"),
        ]
