"""What forgetting a person will do, and doing it: one transaction, and a receipt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import uuid4

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Revision

from ..models import Consent, ForgettingReceipt, LoadedItem, Person
from ..search.upkeep import drop_old_tokens, index_again
from .files import Files, Picture, leftovers, named_documents, pictures
from .places import Each, Hit, Way, hits, label_of
from .signals import forgotten
from .subject import Subject
from .texts import Mending, current_versions, decided, item_of, without_details

#: What is done to texts of pages and snippets: the role stands for the name, or they stay.
Texts = Literal["replace", "keep"]
ACTION = "kis_partners.forget_person"


@dataclass(frozen=True)
class Place:
    """A text that mentions the person: the item, the field, and the number of mentions.

    ``is_draft`` if it is in a version that isn't published.
    """

    label: str
    field: str
    sure: int
    unsure: int
    is_draft: bool = False


@dataclass
class Plan:
    """What forgetting will do.

    ``texts`` are what editors have written, ``others`` what isn't changed, ``history`` is the
    number of texts that nobody edits, such as logs and old versions.
    """

    subject: Subject
    texts: list[Place] = field(default_factory=list)
    others: list[Place] = field(default_factory=list)
    history: int = 0
    pictures: list[Picture] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    files: int = 0

    @property
    def sure_texts(self) -> list[Place]:
        return [place for place in self.texts if place.sure]


def plan(subject: Subject, each: Each = iter) -> Plan:
    """Look through everything, and change nothing; ``each`` is given the tables."""
    made, current = Plan(subject), current_versions()
    for hit in hits(subject.search, each):
        if _is_own(hit, subject):
            continue
        way = decided(hit, subject, current)
        if way is Way.CONTENT:
            made.texts.append(_place(hit, subject))
        elif way is Way.OTHER:
            made.others.append(_place(hit, subject))
        elif hit.sure:
            made.history += 1
    made.texts = _joined(made.texts)
    made.pictures = pictures(subject)
    made.documents = [label_of(one, subject.search) for one in named_documents(subject)]
    made.files = len(leftovers(subject))
    return made


def _is_own(hit: Hit, subject: Subject) -> bool:
    """Whether a text is in the person's own record, which is emptied whatever is in it."""
    if hit.model is Person:
        return str(hit.pk) in subject.own
    return hit.model is Consent and subject.consents.filter(pk=hit.pk).exists()


def _place(hit: Hit, subject: Subject) -> Place:
    row: Any = hit.model._base_manager.get(pk=hit.pk)
    field_name, is_draft = str(_verbose(hit)), False
    if isinstance(row, Revision):
        is_draft = True
        row = row.content_object or row
    return Place(label_of(item_of(row), subject.search), field_name, hit.sure, hit.unsure, is_draft)


def _verbose(hit: Hit) -> Any:
    if hit.model is Revision:
        return _("latest version")
    if hit.model is LoadedItem:
        return _("key")
    one: Any = hit.model._meta.get_field(hit.field)
    return one.verbose_name


def _joined(places: list[Place]) -> list[Place]:
    """Each place once; an item's latest version only where nothing is in its published one."""
    sure, unsure = Counter[tuple[Any, ...]](), Counter[tuple[Any, ...]]()
    for place in places:
        key = (place.label, place.field, place.is_draft)
        sure[key] += place.sure
        unsure[key] += place.unsure
    published = {place.label for place in places if not place.is_draft}
    return [
        Place(label, name, sure[key], unsure[key], is_draft)
        for key in sure
        for label, name, is_draft in [key]
        if not (is_draft and label in published)
    ]


def forget(
    subject: Subject,
    *,
    texts: Texts,
    keep_pictures: Collection[int] = (),
    user: Any = None,
    each: Each = iter,
) -> ForgettingReceipt:
    """Forget a person. Nothing is half done: an exception leaves database and files as they were.

    ``keep_pictures`` are ids of images that are named after the person but don't show the person:
    they get another name. ``each`` is given the tables. Raises :class:`CantForgetError`.
    """
    files = Files()
    try:
        with transaction.atomic():
            receipt = _forget(subject, texts, set(keep_pictures), user, files, each)
            transaction.on_commit(lambda: forgotten.send(Person), robust=True)
    except BaseException:
        files.undo()
        raise
    return receipt


def _forget(
    subject: Subject, texts: Texts, keep: set[int], user: Any, files: Files, each: Each
) -> ForgettingReceipt:
    list(Person.objects.select_for_update().filter(pk__in=subject.own))
    subject.check()
    done: Counter[str] = Counter()
    mending, current = Mending(subject), current_versions()
    found = [hit for hit in hits(subject.search, each) if not _is_own(hit, subject)]
    ways = {hit: decided(hit, subject, current) for hit in found}
    images, documents = pictures(subject), named_documents(subject)
    spare = leftovers(subject)

    done["versions"] = len(subject.revisions)
    without_details(subject)
    done["consents"] = _end_consents(subject)
    wanted = {Way.HISTORY, *([Way.CONTENT, Way.MEMORY] if texts == "replace" else [])}
    replaced = [hit for hit in found if hit.sure and ways[hit] in wanted]
    mending.pages_with_name_in_address(replaced)
    for hit in replaced:
        mending.row(hit)
    for hit in found:
        if ways[hit] is Way.DROPPED:
            done["dropped"] += hit.model._base_manager.filter(pk=hit.pk).delete()[0]
    done["history"] = sum(ways[hit] is Way.HISTORY for hit in replaced)
    _pictures(images, keep, subject, files, done)
    for one in documents:
        files.rename(one, subject)
        index_again(type(one)._default_manager.get(pk=one.pk))
        done["renamed"] += 1
    for storage, name in spare:
        files.delete_later(storage, name)
        done["files"] += 1
    mending.finish()
    for row in subject.family:
        index_again(row)
    drop_old_tokens()

    receipt = ForgettingReceipt.objects.create(
        person_key=subject.key,
        person_label=str(subject),
        forgotten_by=user if user is not None and user.pk else None,
        done={name: number for name, number in done.items() if number},
        replaced=_told([h for h in replaced if ways[h] is Way.CONTENT], subject),
        left=_left(found, ways, texts, subject) + _left_pictures(images, keep),
    )
    for row in subject.family:
        # Wagtail's history shows one entry for each request and action, so these are of their own.
        log(instance=row, action=ACTION, user=user, uuid=uuid4(), data={"receipt": receipt.pk})
    return receipt


def _end_consents(subject: Subject) -> int:
    """Consents stay with scopes and days; the evidence, which may name the person, goes."""
    today = timezone.localdate()
    consents = subject.consents
    with translation.override(subject.source.locale.language_code):
        words = _("The text was removed when the person was forgotten.")
    holding = consents.filter(withdrawn_on__isnull=True)
    holding.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=today)).update(
        withdrawn_on=models.functions.Greatest(models.Value(today), "given_on")
    )
    return int(consents.update(evidence=words))


def _pictures(
    images: list[Picture], keep: set[int], subject: Subject, files: Files, done: Counter[str]
) -> None:
    for one in images:
        if _stays(one, keep):
            files.rename(one.image, subject)
            index_again(type(one.image)._default_manager.get(pk=one.image.pk))
            done["renamed"] += 1
        else:
            done["pictures"] += 1
            one.image.delete()


def _stays(picture: Picture, keep: set[int]) -> bool:
    """A photo that another person has, too, is no portrait; and what an editor has looked at."""
    return picture.is_shared or (not picture.is_portrait and picture.image.pk in keep)


def _told(found: list[Hit], subject: Subject) -> list[dict[str, Any]]:
    """Places for the receipt, with the labels that they have now."""
    places = []
    for hit in found:
        if hit.model._base_manager.filter(pk=hit.pk).exists():
            places.append(_place(hit, subject))
    return [
        {"item": one.label, "field": one.field, "mentions": one.sure + one.unsure}
        for one in _joined(places)
    ]


def _left(
    found: list[Hit], ways: dict[Hit, Way], texts: Texts, subject: Subject
) -> list[dict[str, Any]]:
    """What an editor has to look at: texts that stayed, and mentions that may be of another."""
    stayed = [
        hit
        for hit in found
        if ways[hit] is Way.OTHER
        or (ways[hit] is Way.CONTENT and (texts == "keep" or hit.unsure))
        or (hit.model._meta.label == "kis_partners.DocumentText" and hit.sure)
    ]
    return _told(stayed, subject)


def _left_pictures(images: list[Picture], keep: set[int]) -> list[dict[str, Any]]:
    return [
        {"item": f"{one.image._meta.verbose_name} #{one.image.pk}", "field": "", "mentions": 0}
        for one in images
        if _stays(one, keep)
    ]
