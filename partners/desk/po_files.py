"""The screen for PO files: download for an item, a subtree or a language, and upload."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import Button
from wagtail.models import Locale, Page
from wagtail_localize.models import Translation

from ..models.page_chooser import PageChooser
from ..po.archive import MAX_UPLOAD_BYTES
from ..po.incoming import MAX_SECONDS, read_upload
from ..po.outgoing import file_name, select_translations, to_po, to_zip
from .translated_items import edit_urls, editable_locales

URL_NAME = "translation_files"
PO_TYPE = "text/x-gettext-translation"


class DownloadForm(forms.Form):
    """Language and pages of a download. ``choices`` are the languages that the user translates."""

    language = forms.ChoiceField(label=_("Language"), required=False)
    page = forms.ModelChoiceField(
        Page.objects.all(),
        label=_("Page"),
        required=False,
        widget=PageChooser(),
        help_text=_("In any language. Without one: everything there is in the language."),
    )
    below = forms.BooleanField(label=_("with all pages below it"), required=False)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["language"]
        field.choices = [("", _("all languages")), *choices]


class UploadForm(forms.Form):
    """The file to upload, a PO file or a zip of such files."""

    file = forms.FileField(
        label=_("File"), help_text=_("A .po file from here, or a zip of such files.")
    )
    overwrite = forms.BooleanField(
        label=_("Replace what persons have translated or read"),
        required=False,
        help_text=_("Otherwise their texts stay, and the report names those that differ."),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_UPLOAD_BYTES:
            raise forms.ValidationError(
                _("This file has more than %(number)d MB."),
                params={"number": MAX_UPLOAD_BYTES // 1_000_000},
            )
        return file


class PoFilesView(WagtailAdminTemplateMixin, TemplateView):
    """Download form, upload form and, after an upload, the report on every file."""

    page_title = _("Translation files")
    header_icon = "download"
    template_name = "kis_partners/desk/po_files.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def may_edit(self, translation: Translation) -> bool:
        return may_edit(self.request.user, translation)

    @cached_property
    def download_form(self) -> DownloadForm:
        locales = editable_locales(self.request.user)
        choices = [
            (one.language_code, str(one.get_display_name()))
            for one in Locale.objects.filter(pk__in=locales)
        ]
        data = self.request.GET if "download" in self.request.GET else None
        initial = {"page": self.request.GET.get("page"), "below": True}
        return DownloadForm(data, choices=choices, initial=initial)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.download_form
        if form.is_bound and form.is_valid():
            chosen = form.cleaned_data
            found = editable(
                request.user,
                select_translations(chosen["language"], chosen["page"], chosen["below"]),
            )
            if found:
                return download(found, chosen["language"] or "po")
            form.add_error(None, _("There is no translation that you may edit."))
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES)
        reports = None
        if form.is_valid():
            file = form.cleaned_data["file"]
            reports = read_upload(
                file.name,
                file.read(),
                MAX_SECONDS,
                user=request.user,
                overwrite=form.cleaned_data["overwrite"],
                may_edit=self.may_edit,
            )
        return self.render_to_response(self.get_context_data(upload_form=form, reports=reports))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["download_form"] = self.download_form
        context.setdefault("upload_form", UploadForm())
        context["media"] = self.download_form.media
        return context


def download(found: list[Translation], name: str) -> HttpResponse:
    """A response with one PO file, or a zip of several."""
    if len(found) == 1:
        [translation] = found
        code = translation.target_locale.language_code
        response = HttpResponse(str(to_po(translation)), content_type=PO_TYPE)
        name = f"{code}.{file_name(translation)}"
    else:
        response = HttpResponse(to_zip(found), content_type="application/zip")
        name = f"{name}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def editable(user: Any, translations: Iterable[Translation]) -> list[Translation]:
    """Those translations that a user may edit; one statement more."""
    found = list(translations)
    mine = edit_urls(user, {one.source.object_id for one in found})
    return [one for one in found if (one.source.object_id, one.target_locale_id) in mine]


def may_edit(user: Any, translation: Translation) -> bool:
    """Whether a user may edit a translation."""
    return bool(editable(user, [translation]))


def translation_for(request: HttpRequest, pk: int) -> Translation:
    """A translation by its id; ``PermissionDenied`` if the user may not edit it."""
    translation = get_object_or_404(Translation, pk=pk)
    if not may_edit(request.user, translation):
        raise PermissionDenied
    return translation


def download_one(request: HttpRequest, translation_id: int) -> HttpResponse:
    """Download the PO file of the translation that is open in the editor."""
    return download([translation_for(request, translation_id)], "")


def upload_one(request: HttpRequest, translation_id: int) -> HttpResponse:
    """Upload a PO file for the translation that is open in the editor, and show the report."""
    translation = translation_for(request, translation_id)
    if request.method != "POST" or "file" not in request.FILES:
        messages.error(request, _("Choose a .po file."))
        return redirect(translation.get_target_instance_edit_url())
    file: Any = request.FILES["file"]
    data = file.read(MAX_UPLOAD_BYTES + 1)
    reports = read_upload(
        str(file.name), data, MAX_SECONDS, user=request.user, translation=translation
    )
    view = PoFilesView()
    view.setup(request)
    return view.render_to_response(view.get_context_data(reports=reports))


def page_buttons(
    page: Page, user: Any, view_name: str = "", next_url: str | None = None
) -> Iterator[Any]:
    """A page's button that leads to the PO files of its translations."""
    if not page.is_root() and page.permissions_for_user(user).can_edit():
        url = f"{reverse(URL_NAME)}?{urlencode({'page': page.pk})}"
        yield Button(_("Translation files"), url, icon_name="download", priority=62)
