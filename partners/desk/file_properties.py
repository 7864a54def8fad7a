"""A button on the form of a document: the properties of its PDF file are removed."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.documents import get_document_model
from wagtail.permissions import policy_registry

from ..files.properties import UnreadableError, remove_properties


@require_POST
def remove(request: HttpRequest, pk: str) -> HttpResponse:
    """Remove them, and go back to the form; for those who may change the document."""
    model = get_document_model()
    document = get_object_or_404(model, pk=pk)
    policy = policy_registry.get_by_type(model)
    if not policy.user_has_permission_for_instance(request.user, "change", document):
        raise PermissionDenied
    try:
        remove_properties(document)
    except UnreadableError:
        messages.error(request, _("The properties can't be removed from this file."))
    else:
        messages.success(request, _("The file has no properties any more."))
    return redirect("wagtaildocs:edit", pk)
