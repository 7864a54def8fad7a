"""Findings: pages, consents, documents and links that may be out of date, and need somebody's look.

One function finds those of each kind that a given user can put right. A site adds kinds with the
Wagtail hook ``register_kis_findings``: a function that takes a user and gives findings.
"""

from __future__ import annotations

import datetime
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
from wagtail.models import Page, ReferenceIndex
from wagtail.permissions import policy_registry
from wagtail_localize.models import Translation, get_edit_url

from ..conf import conf
from ..models import Consent, ExternalLink, Person
from ..words.collation import Key, order_key
from .lost_targets import references_to_nothing
from .unseen import MOST, late_versions, misses_of_pages, planned_for

FINDINGS_HOOK = "register_kis_findings"

#: The names of the kinds of findings; a site adds those of its own.
FINDING_KINDS: dict[str, Any] = {
    "late": gettext_lazy("Planned publication that didn't happen"),
    "unseen": gettext_lazy("Published, but readers miss something"),
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


def findings(user: Any, unseen: bool = True) -> list[Finding]:
    """All findings that a user can put right, by kind, oldest first.

    Without ``unseen``, what readers miss is left out, which takes statements for each model and
    language: on the first page of the admin nobody waits for them.
    """
    functions = (
        late_publications,
        *([unseen_things] if unseen else []),
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


def late_publications(user: Any) -> Iterator[Finding]:
    """Versions that should have been published by now; the scheduled job couldn't do it."""
    for item, version in late_versions(user):
        yield Finding(
            "late",
            str(item),
            _("was planned for {}. Open it and publish it: the form says what it lacks.").format(
                planned_for(version)
            ),
            get_edit_url(item),
            timezone.localtime(version.approved_go_live_at).date(),
            getattr(item, "owner_id", None),
        )


def unseen_things(user: Any) -> Iterator[Finding]:
    """Published pages that show drafts, what isn't published in their language, or placeholders."""
    pages = editable_pages(user).filter(alias_of=None)
    misses = misses_of_pages(pages)
    told = sorted(misses)[:MOST]
    for page in pages.filter(pk__in=told).only("draft_title", "owner_id").order_by("pk"):
        yield Finding(
            "unseen",
            page.draft_title,
            "; ".join(misses[page.pk]),
            reverse("wagtailadmin_pages:edit", args=[page.pk]),
            owner=page.owner_id,
        )
    if len(misses) > MOST:
        yield Finding(
            "unseen",
            _("More pages"),
            _("Only {} are listed. The others follow when these are done.").format(MOST),
            reverse("wagtailadmin_explore_root"),
        )


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
        # Asked first, because databases would begin with all translations.
        late = model._base_manager.filter(check_again_by__lte=timezone.localdate())
        keys = list(late.order_by().values_list("pk", flat=True))
        if not keys:
            continue
        due = model._default_manager.filter(
            ~Exists(translated), pk__in=editable_pages(user).filter(pk__in=keys).values("pk")
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
    limit = timezone.now() - datetime.timedelta(days=round(365.25 * conf().document_years))
    old = policy.instances_user_has_permission_for(user, "change").filter(created_at__lt=limit)
    by_id = {str(document.pk): document for document in old}
    if not by_id:
        return
    used = ReferenceIndex.objects.filter(
        to_content_type=ContentType.objects.get_for_model(documents),
        to_object_id__in=by_id,
        base_content_type=ContentType.objects.get_for_model(Page),
        object_id__in=_ids_as_text(Page.objects.filter(live=True)),
    )
    for pk in sorted(set(used.values_list("to_object_id", flat=True)), key=int):
        document = by_id[pk]
        day = timezone.localtime(document.created_at).date()
        yield Finding(
            "document",
            document.title,
            _("uploaded on {}").format(date_format(day)),
            reverse("wagtaildocs:edit", args=[document.pk]),
            day,
            document.uploaded_by_user_id,
        )


def broken_links(user: Any) -> Iterator[Finding]:
    """Live pages that refer to a page or document that was deleted or isn't published."""
    found = references_to_nothing()
    pages = editable_pages(user).filter(pk__in={pk for pk, _kind, _target in found})
    named = {page.pk: page for page in pages.only("draft_title", "owner_id")} if found else {}
    for kind, pk in sorted({(kind, pk) for pk, kind, _target in found}):
        if page := named.get(pk):
            what = _("a page") if kind == "page" else _("a document")
            yield Finding(
                "internal",
                page.draft_title,
                _("refers to {} that doesn't exist or isn't published").format(what),
                reverse("wagtailadmin_pages:edit", args=[pk]),
                owner=page.owner_id,
            )


def external_links(user: Any) -> Iterator[Finding]:
    """Links to other sites that failed in their last check."""
    links = list(ExternalLink.objects.exclude(problem="").select_related("content_type"))
    page_type = ContentType.objects.get_for_model(Page)
    wanted = {int(link.object_id) for link in links if link.content_type == page_type}
    found = editable_pages(user).filter(pk__in=wanted) if wanted else Page.objects.none()
    pages = {str(page.pk): page for page in found.only("draft_title", "owner_id")}
    for link in links:
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
