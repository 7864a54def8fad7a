"""Forgetting a person in the admin: what will happen, a decision, and the receipt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn, UserColumn
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogFormatter
from wagtail.snippets.action_menu import ActionMenuItem

from ..forgetting.forget import ACTION, Plan, forget, plan
from ..forgetting.receipt import summary
from ..forgetting.subject import CantForgetError, Subject, may_forget
from ..models import ForgettingReceipt, Person
from .export import PlainReportView

FORGET, RECEIPT, RECEIPTS = "forget_person", "forgotten_person", "forgotten_people"


class ForgetForm(forms.Form):
    """What is looked for, and what is done to the texts and pictures that were found."""

    names = forms.CharField(
        label=_("Names that are looked for"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "One a line. Add former names and other spellings; inflected forms are found by "
            "themselves. Take out names that were another person's."
        ),
    )
    surname = forms.BooleanField(
        label=_("The surname alone always means this person"),
        required=False,
        help_text=_(
            "Otherwise a surname that is a word or that others have, too, is told and stays."
        ),
    )
    texts = forms.ChoiceField(
        label=_("Texts of pages and snippets"),
        choices=[
            ("replace", _("Put the role in place of the name, in all languages")),
            ("keep", _("Leave them as they are; they are mended by hand")),
        ],
        widget=forms.RadioSelect,
    )
    pictures = forms.MultipleChoiceField(
        label=_("Pictures that are named after the person"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("What is ticked is deleted. The others get another name."),
    )
    #: The names that the list on the screen was made for.
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, found: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [one for one in found.pictures if not (one.is_portrait or one.is_shared)]
        field: Any = self.fields["pictures"]
        field.choices = [(str(one.image.pk), one.label) for one in named]
        field.initial = [value for value, _label in field.choices]
        if not named:
            del self.fields["pictures"]
        if not found.sure_texts:
            self.fields["texts"].required = False
            self.fields["texts"].initial = "replace"

    def clean_texts(self) -> str:
        return self.cleaned_data["texts"] or "replace"


class ForgetView(WagtailAdminTemplateMixin, TemplateView):
    """Lists what forgetting a person will do; forgets if the form says so."""

    page_title = _("Forget a person")
    header_icon = "user"
    template_name = "kis_partners/desk/forget.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_forget(request.user):
            raise PermissionDenied
        answer: Any = super().dispatch(request, *args, **kwargs)
        return answer

    @cached_property
    def person(self) -> Person:
        return get_object_or_404(Person, pk=self.kwargs["pk"])

    @cached_property
    def subject(self) -> Subject:
        if self.request.method != "POST":
            return Subject(self.person)
        names = self.request.POST.get("names", "").splitlines()
        return Subject(self.person, names, only=True, surname="surname" in self.request.POST)

    @cached_property
    def found(self) -> Plan:
        return plan(self.subject)

    @property
    def state(self) -> str:
        return "\n".join([*self.subject.names, str(self.subject.surname)])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        urls = Person.snippet_viewset.get_url_name
        return [
            *self.breadcrumbs_items,
            {"url": reverse(urls("list")), "label": Person._meta.verbose_name_plural},
            {"url": reverse(urls("edit"), args=[self.person.pk]), "label": str(self.person)},
            {"url": "", "label": self.page_title},
        ]

    def form(self) -> ForgetForm:
        data = self.request.POST if self.request.method == "POST" else None
        initial = {"names": "\n".join(self.subject.names)}
        return ForgetForm(data, initial=initial, found=self.found)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form()
        shown = request.POST.get("shown", "").replace("\r\n", "\n")
        if "forget" not in request.POST or shown != self.state or not form.is_valid():
            if "forget" in request.POST and shown != self.state:
                messages.warning(request, gettext("Look at the list again: it is another now."))
            return self.render_to_response(self.get_context_data(form=form))
        ticked = set(form.cleaned_data.get("pictures", []))
        keep = [one.image.pk for one in self.found.pictures if str(one.image.pk) not in ticked]
        try:
            receipt = forget(
                self.subject,
                texts=form.cleaned_data["texts"],
                keep_pictures=keep,
                user=request.user,
            )
        except CantForgetError as error:
            messages.error(request, str(error))
            return self.render_to_response(self.get_context_data(form=form))
        return redirect(RECEIPT, receipt.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context.setdefault("form", None)
        context["form"] = context["form"] or self.form()
        context["person"], context["found"] = self.person, self.found
        context["state"], context["problem"] = self.state, ""
        context["consents"] = self.subject.consents.count()
        try:
            self.subject.check()
        except CantForgetError as error:
            context["problem"] = str(error)
        return context


class ReceiptView(WagtailAdminTemplateMixin, TemplateView):
    """What was done, for those who may forget people."""

    page_title = _("Receipt")
    header_icon = "user"
    template_name = "kis_partners/desk/forgotten.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        receipts = {"url": reverse(RECEIPTS), "label": ReceiptsReport.page_title}
        return [*self.breadcrumbs_items, receipts, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if not may_forget(self.request.user):
            raise PermissionDenied
        receipt = get_object_or_404(ForgettingReceipt, pk=self.kwargs["pk"])
        return {
            **super().get_context_data(**kwargs),
            "receipt": receipt,
            "summary": summary(receipt),
        }


class ReceiptsReport(PlainReportView):
    """All receipts, for those who may forget people."""

    page_title = _("Forgotten people")
    header_icon = "user"
    index_url_name = RECEIPTS
    index_results_url_name = f"{RECEIPTS}_results"
    paginate_by = 50
    export_filename = "forgotten"
    list_export = ["forgotten_at", "person_label", "forgotten_by"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_forget(request.user):
            raise PermissionDenied
        answer: Any = super().dispatch(request, *args, **kwargs)
        return answer

    def get_queryset(self) -> Any:
        receipts = ForgettingReceipt.objects.select_related("forgotten_by")
        return self.order_queryset(receipts.order_by("-forgotten_at", "-pk"))

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn(
                "person_label",
                label=Person._meta.verbose_name,
                get_url=lambda receipt: reverse(RECEIPT, args=[receipt.pk]),
            ),
            DateColumn("forgotten_at", label=_("Date"), sort_key="forgotten_at"),
            UserColumn("forgotten_by", label=_("Done by")),
        ]

    @cached_property
    def export_headings(self) -> dict[str, Any]:
        return {column.name: column.label for column in self.columns}


class ReceiptsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_forget(request.user)


def receipts_menu_item() -> MenuItem:
    report = ReceiptsReport
    url, icon = reverse(RECEIPTS), report.header_icon
    return ReceiptsMenuItem(report.page_title, url, icon_name=icon, order=130)


def urls() -> list[Any]:
    return [
        path("people/<int:pk>/forget/", ForgetView.as_view(), name=FORGET),
        path("people/forgotten/<int:pk>/", ReceiptView.as_view(), name=RECEIPT),
    ]


class ForgetMenuItem(ActionMenuItem):
    """An entry in the menu of the form of a person."""

    name = "action-forget"
    label = _("Forget this person")
    icon_name = "bin"

    def is_shown(self, context: dict[str, Any]) -> bool:
        return context["view"] == "edit" and may_forget(context["request"].user)

    def get_url(self, context: dict[str, Any]) -> str:
        return reverse(FORGET, args=[context["instance"].pk])


def menu_item(model: type[Any]) -> ActionMenuItem | None:
    return ForgetMenuItem(order=90) if model is Person else None


def listing_buttons(item: Any, user: Any, next_url: str | None = None) -> Iterator[Button]:
    if isinstance(item, Person) and may_forget(user):
        url = reverse(FORGET, args=[item.pk])
        yield Button(_("Forget this person"), url, icon_name="bin", priority=40)


def log_actions(actions: Any) -> None:
    """The entry in the history of a person, which leads to the receipt by its number."""

    @actions.register_action(ACTION)
    class ForgottenFormatter(LogFormatter):
        label = _("Forget a person")

        def format_message(self, log_entry: Any) -> str:
            number = log_entry.data.get("receipt", "")
            return gettext("Forgotten; receipt %(number)s") % {"number": number}
