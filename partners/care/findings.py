"""Findings: pages, consents, documents and links that may be out of date, and need somebody's look.

One function finds those of each kind that a given user can put right. A site adds kinds with the
Wagtail hook ``register_kis_findings``: a function that takes a user and gives findings.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.documents import get_document_model
from wagtail.models import Page, ReferenceIndex, get_page_models
from wagtail.permissions import policy_registry
from wagtail_localize.models import Translation

from ..conf import conf
from ..models import Consent, ExternalLink, Person
from ..words.collation import Key, order_key
from .link_check import texts_with

FINDINGS_HOOK = "register_kis_findings"

#: The names of the kinds of findings; a site adds those of its own.
FINDING_KINDS: dict[str, Any] = {
    "page": gettext_lazy("Page to check again"),
    "consent": gettext_lazy("Consent that ended or ends soon"),
    "withdrawn": gettext_lazy("Personal details without a consent"),
    "document": gettext_lazy("Old document"),
    "internal": gettext_lazy("Link that leads nowhere"),
    "external": gettext_lazy("Link to another site"),
}


@dataclass(frozen=True)
class Finding:
    """One finding: the title of the item, the problem in words, the address of the editor.

    ``since`` is the day of the problem, if it has one. ``owner`` is the id of the user who is
    responsible for the item; None without one.
    """

    kind: str
    title: str
    detail: str
    url: str
    since: datetime.date | None = None
    owner: int | None = None

    @property
    def kind_name(self) -> str:
        """The name of the kind in the active language."""
        return str(FINDING_KINDS[self.kind])


def findings(user: Any) -> list[Finding]:
    """All findings that a user can put right, by kind, oldest first."""
    functions = (
        pages_to_check,
        consents,
        details_without_consent,
        old_documents,
        broken_links,
        external_links,
        *hooks.get_hooks(FINDINGS_HOOK),
    )
    order = {kind: place for place, kind in enumerate(FINDING_KINDS)}
    found = [finding for function in functions for finding in function(user)]
    far = datetime.date.max
    language = get_language() or settings.LANGUAGE_CODE

    def place(one: Finding) -> tuple[int, datetime.date, Key]:
        return order[one.kind], one.since or far, order_key(one.title, language)

    return sorted(found, key=place)


def editable_pages(user: Any) -> QuerySet[Page]:
    """The live pages that a user may change."""
    policy = policy_registry.get_by_type(Page)
    return policy.instances_user_has_permission_for(user, "change").filter(live=True)


def may_change(user: Any, model: Any) -> bool:
    """Whether a user may change items of a model."""
    return user.has_perm(f"{model._meta.app_label}.change_{model._meta.model_name}")


def pages_to_check(user: Any) -> Iterator[Finding]:
    """Pages whose day to check again has come; not their translations."""
    translated = Translation.objects.filter(
        source__object_id=OuterRef("translation_key"),
        target_locale_id=OuterRef("locale_id"),
        enabled=True,
    )
    models: list[Any] = list(apps.get_models())
    for model in models:
        fields = {field.name for field in model._meta.local_fields}
        if not (issubclass(model, Page) and "check_again_by" in fields):
            continue
        due = model._default_manager.filter(
            ~Exists(translated),
            pk__in=editable_pages(user).values("pk"),
            check_again_by__lte=timezone.localdate(),
        )
        for page in due.only("title", "draft_title", "owner_id", "check_again_by"):
            yield Finding(
                "page",
                page.draft_title,
                _("to check again by {}").format(date_format(page.check_again_by)),
                reverse("wagtailadmin_pages:edit", args=[page.pk]),
                page.check_again_by,
                page.owner_id,
            )


def consents(user: Any) -> Iterator[Finding]:
    """Consents that have ended or end soon, without a later one of the same person."""
    if not may_change(user, Consent):
        return
    soon = timezone.localdate() + datetime.timedelta(days=conf().consent_notice_days)
    later = Consent.holding().filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=OuterRef("valid_until")),
        person__translation_key=OuterRef("person__translation_key"),
    )
    ending = Consent.objects.filter(
        ~Exists(later), valid_until__lte=soon, withdrawn_on__isnull=True
    ).select_related("person")
    edit = _edit_name(Consent)
    for consent in ending.exclude(valid_until=None):
        last: Any = consent.valid_until
        day = date_format(last)
        is_over = last < timezone.localdate()
        text = _("ended on {}") if is_over else _("ends on {}")
        yield Finding(
            "consent",
            consent.person.role,
            text.format(day),
            reverse(edit, args=[consent.pk]),
            last,
        )


def details_without_consent(user: Any) -> Iterator[Finding]:
    """People with personal details but without a consent that holds, who had given one before."""
    if not (may_change(user, Person) and may_change(user, Consent)):
        return
    given = Consent.objects.filter(person__translation_key=OuterRef("translation_key"))
    holding = Consent.holding().filter(person__translation_key=OuterRef("translation_key"))
    people = Person.objects.filter(
        ~Q(name="", email="", phone="", photo__isnull=True), Exists(given), ~Exists(holding)
    )
    edit = _edit_name(Person)
    for person in people:
        yield Finding(
            "withdrawn",
            person.role,
            _("No consent holds any more. Delete what need not be kept."),
            reverse(edit, args=[person.pk]),
        )


def old_documents(user: Any) -> Iterator[Finding]:
    """Documents on live pages that were uploaded years ago."""
    documents = get_document_model()
    policy = policy_registry.get_by_type(documents)
    years = conf().document_years
    used = ReferenceIndex.objects.filter(
        to_content_type=ContentType.objects.get_for_model(documents),
        base_content_type=ContentType.objects.get_for_model(Page),
        object_id__in=_ids_as_text(Page.objects.filter(live=True)),
    )
    pks = {int(pk) for pk in used.values_list("to_object_id", flat=True)}
    limit = timezone.now() - datetime.timedelta(days=round(365.25 * years))
    old = policy.instances_user_has_permission_for(user, "change").filter(
        pk__in=pks, created_at__lt=limit
    )
    for document in old:
        day = timezone.localtime(document.created_at).date()
        yield Finding(
            "document",
            document.title,
            _("uploaded on {}").format(date_format(day)),
            reverse("wagtaildocs:edit", args=[document.pk]),
            day,
            document.uploaded_by_user_id,
        )


_REFERENCE = re.compile(r'linktype=\\?"(page|document)\\?"[^>]*?\bid=\\?"(\d+)')
_REVERSED = re.compile(r'\bid=\\?"(\d+)\\?"[^>]*?linktype=\\?"(page|document)')


def broken_links(user: Any) -> Iterator[Finding]:
    """Live pages that refer to a page or document that was deleted or isn't published.

    The reference index has no entries for deleted objects, so the texts are searched, too.
    """
    pages = {page.pk: page for page in editable_pages(user).only("draft_title", "owner_id")}
    if not pages:
        return
    documents = get_document_model()
    there: dict[str, tuple[Any, QuerySet[Any]]] = {
        "page": (Page, Page.objects.filter(live=True)),
        "document": (documents, documents._default_manager.all()),
    }
    references: dict[str, set[tuple[int, int]]] = {"page": set(), "document": set()}
    for model in get_page_models():
        for pk, text in texts_with(model, "linktype"):
            for kind, target in _references(text):
                references[kind].add((pk, target))
    for kind, (model, _queryset) in there.items():
        rows = ReferenceIndex.objects.filter(
            to_content_type=ContentType.objects.get_for_model(model),
            base_content_type=ContentType.objects.get_for_model(Page),
        ).exclude(model_path="alias_of")
        references[kind] |= {
            (int(pk), int(target)) for pk, target in rows.values_list("object_id", "to_object_id")
        }
    for kind, found in references.items():
        _model, queryset = there[kind]
        known = set(queryset.values_list("pk", flat=True))
        what = _("a page") if kind == "page" else _("a document")
        for pk in sorted({pk for pk, target in found if target not in known} & pages.keys()):
            yield Finding(
                "internal",
                pages[pk].draft_title,
                _("refers to {} that doesn't exist or isn't published").format(what),
                reverse("wagtailadmin_pages:edit", args=[pk]),
                owner=pages[pk].owner_id,
            )


def _references(text: str) -> Iterator[tuple[str, int]]:
    """The pages and documents that a rich text links to."""
    yield from ((kind, int(pk)) for kind, pk in _REFERENCE.findall(text))
    yield from ((kind, int(pk)) for pk, kind in _REVERSED.findall(text))


def external_links(user: Any) -> Iterator[Finding]:
    """Links to other sites that failed in their last check."""
    pages = {str(page.pk): page for page in editable_pages(user).only("draft_title", "owner_id")}
    page_type = ContentType.objects.get_for_model(Page)
    for link in ExternalLink.objects.exclude(problem="").select_related("content_type"):
        day = link.checked_at and timezone.localtime(link.checked_at).date()
        if link.content_type == page_type:
            page = pages.get(link.object_id)
            if page is not None:
                url = reverse("wagtailadmin_pages:edit", args=[page.pk])
                detail = f"{link.url}: {link.problem}"
                yield Finding("external", page.draft_title, detail, url, day, page.owner_id)
        elif (model := link.content_type.model_class()) and may_change(user, model):
            edit = _edit_name(model)
            detail = f"{link.url}: {link.problem}"
            name = str(model._meta.verbose_name)
            yield Finding("external", name, detail, reverse(edit, args=[link.object_id]), day)


def _edit_name(model: Any) -> str:
    return str(model.snippet_viewset.get_url_name("edit"))


def _ids_as_text(pages: QuerySet[Page]) -> Iterable[Any]:
    """Ids of pages as text, the type that the reference index stores."""
    return pages.annotate(text=Cast("pk", CharField())).values("text")
