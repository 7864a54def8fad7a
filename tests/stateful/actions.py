"""What editors, translators, administrators, raw statements and the clock do to a site.

An action has a name, a weight, what it can act on (its precondition: without that it isn't taken)
and an effect. Whatever it chooses, it chooses by the generator that it is given, so that the same
number does the same to the same site.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from random import Random
from typing import Any
from unittest import mock

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.db.migrations import Migration
from django.test import Client
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    Locale,
    Page,
    PageViewRestriction,
    Site,
)
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from partners.models import Consent, CooperationPage, Organisation, PartnerPage, Person, Topic
from partners.models.pages import CooperationContact, CooperationTopic, RelatedCooperation
from partners.models.reviews import Review
from partners.translating import drafts
from tests.stateful.oracle import Oracle
from tests.stateful.scene import KINDS, Scene, translated

Candidates = Callable[[Scene], Sequence[Any]]
Effect = Callable[[Scene, Any, Random], object]

ACTIONS: dict[str, Action] = {}
#: What Django tells of a migration to be made.
PLAN = [(Migration("0001_initial", "kis_partners"), False)]


@dataclass(frozen=True)
class Action:
    """``of`` gives what it can act on; ``effect`` acts on one of these."""

    name: str
    weight: int
    of: Candidates
    effect: Effect

    def act(self, scene: Scene, number: int) -> str | None:
        """Do it, if there is something to do it to and no form refuses it; to what."""
        pick = Random(number)
        candidates = self.of(scene)
        if not candidates:
            return None
        one = pick.choice(candidates)
        what = getattr(one, "__name__", str(one))
        try:
            with transaction.atomic():
                self.effect(scene, one, pick)
        except ValidationError:  # For example a page whose organisation has been deleted.
            return None
        return what


def action(weight: int, of: Candidates) -> Callable[[Effect], Effect]:
    """Register a function as the action of its name."""

    def register(effect: Effect) -> Effect:
        name = effect.__name__
        ACTIONS[name] = Action(name, weight, of, effect)
        return effect

    return register


# What can be acted on


def pages(scene: Scene) -> Sequence[Any]:
    """Below the list more often than the list itself, which takes the rest with it."""
    found = scene.pages()
    return [page for page in found for _ in range(1 if page.depth == 3 and page.numchild else 4)]


def originals(scene: Scene) -> Sequence[Any]:
    return [page for page in pages(scene) if page.alias_of_id is None]


def live(scene: Scene) -> Sequence[Any]:
    return [page for page in pages(scene) if page.live]


def live_originals(scene: Scene) -> Sequence[Any]:
    return [page for page in originals(scene) if page.live]


def closed_originals(scene: Scene) -> Sequence[Any]:
    return [page for page in originals(scene) if not page.live]


def with_draft(scene: Scene) -> Sequence[Any]:
    return [
        page
        for page in originals(scene)
        if page.latest_revision_id and page.has_unpublished_changes
    ]


def cooperations(scene: Scene) -> Sequence[Any]:
    """All of them but aliases, whose rows follow their original."""
    found = CooperationPage.objects.filter(alias_of=None).order_by("path")
    return [page.specific for page in found]


def room(scene: Scene) -> Sequence[Any]:
    """Pages, while there aren't too many."""
    return pages(scene) if scene.has_room() else []


def rows(model: Any, **conditions: object) -> Candidates:
    return lambda scene: list(model.objects.filter(**conditions).order_by("pk"))


def snippets(**conditions: object) -> Candidates:
    models = (Person, Organisation, Topic)
    return lambda scene: [one for model in models for one in rows(model, **conditions)(scene)]


def files(scene: Scene) -> Sequence[Any]:
    return [
        one
        for model in (get_image_model(), get_document_model())
        for one in model.objects.order_by("pk")
    ]


# Pages


@action(4, lambda scene: KINDS if scene.has_room() and scene.pages(pk=scene.index.pk) else [])
def create(scene: Scene, model: Any, pick: Random) -> None:
    scene.add(model)


@action(6, originals)
def edit_and_publish(scene: Scene, page: Any, pick: Random) -> None:
    page = page.specific
    page.title = scene.word("Titel")
    if hasattr(page, "lead"):
        page.lead = scene.word("Nun")
    page.save_revision().publish()


@action(3, originals)
def write_another_body(scene: Scene, page: Any, pick: Random) -> None:
    page = page.specific
    blocks = scene.body()
    page.body = pick.sample(blocks, pick.randint(1, len(blocks)))
    page.save_revision().publish()


@action(2, originals)
def save_a_draft(scene: Scene, page: Any, pick: Random) -> None:
    page = page.specific
    page.title = scene.word("Entwurf")
    page.save_revision()


@action(5, with_draft)
def publish_the_draft(scene: Scene, page: Any, pick: Random) -> None:
    page.get_latest_revision().publish()


@action(4, live)
def unpublish(scene: Scene, page: Any, pick: Random) -> None:
    page.specific.unpublish()
    if pick.random() < 0.3:
        for child in page.get_descendants().live():
            child.specific.unpublish()


@action(6, closed_originals)
def publish_again(scene: Scene, page: Any, pick: Random) -> None:
    page = page.specific
    page.expire_at = page.go_live_at = None
    page.save_revision().publish()


@action(3, live_originals)
def let_expire(scene: Scene, page: Any, pick: Random) -> None:
    page = page.specific
    page.expire_at = timezone.now() + datetime.timedelta(days=pick.randint(1, 3))
    page.save_revision().publish()


@action(2, originals)
def schedule(scene: Scene, page: Any, pick: Random) -> None:
    page = page.specific
    page.go_live_at = timezone.now() + datetime.timedelta(days=pick.randint(1, 3))
    page.title = scene.word("Später")
    page.save_revision().publish()


def dated(scene: Scene) -> Sequence[Any]:
    """Something that a day changes: a page that ends or begins, a consent."""
    from_now = timezone.now()
    return [
        *Page.objects.filter(expire_at__gt=from_now),
        *Page.objects.filter(go_live_at__gt=from_now),
        *Consent.objects.filter(given_on__gt=timezone.localdate()),
        *Consent.objects.filter(valid_until__gte=timezone.localdate()),
    ]


@action(7, dated)
def time_passes(scene: Scene, one: Any, pick: Random) -> None:
    scene.clock.wait(days=pick.randint(1, 2), hours=pick.choice([0, 0, 15]))


@action(4, dated)
def the_scheduled_job_runs(scene: Scene, one: Any, pick: Random) -> None:
    scene.clock.wait(days=pick.randint(1, 3))
    call_command("publish_scheduled", verbosity=0)


@action(4, lambda scene: [page for page in pages(scene) if page.pk != scene.index.pk])
def move(scene: Scene, page: Any, pick: Random) -> None:
    parents = [
        parent
        for parent in scene.parents()
        if not parent.path.startswith(page.path)
        and parent.pk != page.get_parent().pk
        and parent.locale_id == page.locale_id
        and Page._slug_is_available(page.slug, parent)
    ]
    if parents:
        page.move(pick.choice(parents), pos="last-child")


@action(2, lambda scene: [page for page in pages(scene) if page.pk != scene.index.pk])
def delete(scene: Scene, page: Any, pick: Random) -> None:
    Page.objects.get(pk=page.pk).specific.delete()


@action(3, originals)
def change_the_address(scene: Scene, page: Any, pick: Random) -> None:
    page = page.specific
    page.slug = scene.word("adresse").replace(" ", "-")
    page.save_revision().publish()


@action(4, pages)
def restrict(scene: Scene, page: Any, pick: Random) -> None:
    kind = pick.choice(["login", "password", "groups"])
    restriction = PageViewRestriction.objects.create(
        page_id=page.pk, restriction_type=kind, password="geheim"
    )
    restriction.groups.set(Group.objects.order_by("pk")[:1])


@action(5, rows(PageViewRestriction))
def lift_a_restriction(scene: Scene, one: Any, pick: Random) -> None:
    one.delete()


@action(1, rows(PageViewRestriction))
def move_a_restriction(scene: Scene, one: Any, pick: Random) -> None:
    others = [page.pk for page in scene.pages() if page.pk != one.page_id]
    if others:
        PageViewRestriction.objects.filter(pk=one.pk).update(page_id=pick.choice(others))


@action(2, room)
def copy(scene: Scene, page: Any, pick: Random) -> None:
    slug = scene.word("kopie").replace(" ", "-")
    page.specific.copy(update_attrs={"slug": slug}, keep_live=True)


@action(3, room)
def repeat_as_alias(scene: Scene, page: Any, pick: Random) -> None:
    slug = scene.word("spiegel").replace(" ", "-")
    parent = pick.choice(
        [
            one
            for one in scene.parents()
            if one.locale_id == page.locale_id and not one.path.startswith(page.path)
        ]
    )
    page.specific.create_alias(update_slug=slug, parent=parent)


# What pages refer to


@action(2, cooperations)
def change_the_contacts(scene: Scene, page: Any, pick: Random) -> None:
    people = list(Person.objects.filter(locale=scene.german).order_by("pk"))
    before = [link.person_id for link in page.contacts.all()]
    after = before
    while people and [one.pk for one in people] != before and after == before:
        chosen = pick.sample(people, pick.randint(0, len(people)))
        after = [one.pk for one in chosen]
        page.contacts = [CooperationContact(person=one) for one in chosen]
    page.save_revision().publish()


@action(2, cooperations)
def change_the_topics(scene: Scene, page: Any, pick: Random) -> None:
    topics = list(Topic.objects.filter(locale=scene.german).order_by("pk"))
    page.topics = [
        CooperationTopic(topic=one) for one in pick.sample(topics, pick.randint(0, len(topics)))
    ]
    page.save_revision().publish()


@action(2, cooperations)
def change_what_is_related(scene: Scene, page: Any, pick: Random) -> None:
    others = [one for one in cooperations(scene) if one.pk != page.pk]
    chosen = pick.sample(others, min(len(others), pick.randint(0, 3)))
    page.related = [RelatedCooperation(page_to_id=one.pk) for one in chosen]
    page.save_revision().publish()


@action(2, rows(PartnerPage, alias_of=None))
def change_the_partner(scene: Scene, page: Any, pick: Random) -> None:
    others = Organisation.objects.exclude(pk=page.organisation_id).order_by("pk")
    if others:
        page.organisation = pick.choice(list(others))
        page.save_revision().publish()


# Behind everybody's back


@action(3, pages)
def update_without_a_signal(scene: Scene, page: Any, pick: Random) -> None:
    ends = timezone.now() + datetime.timedelta(days=pick.choice([-1, 1, 2]))
    change = pick.choice([{"live": not page.live}, {"live": not page.live}, {"expire_at": ends}])
    Page.objects.filter(pk=page.pk).update(**change)


@action(3, pages)
def write_sql(scene: Scene, page: Any, pick: Random) -> None:
    column, value = pick.choice(
        [("title", scene.word("SQL")), ("search_description", scene.word("SQL")), ("live", None)]
    )
    with connection.cursor() as cursor:
        if value is None:
            cursor.execute(
                f"UPDATE wagtailcore_page SET {column} = NOT {column} WHERE id = %s", [page.pk]
            )
        else:
            cursor.execute(
                f"UPDATE wagtailcore_page SET {column} = %s WHERE id = %s", [value, page.pk]
            )


# Snippets


@action(4, snippets())
def change_a_snippet(scene: Scene, one: Any, pick: Random) -> None:
    if isinstance(one, Person):
        one.role = scene.word("Rolle")
        if one.locale_id == scene.german.pk:
            one.name, one.phone = scene.word("Erika"), scene.word("0341")
    elif isinstance(one, Organisation):
        one.name, one.city = scene.word("Verein"), scene.word("Ort")
    else:
        one.name = scene.word("Thema")
    one.save_revision().publish()


@action(1, snippets())
def save_a_draft_of_a_snippet(scene: Scene, one: Any, pick: Random) -> None:
    field = "role" if isinstance(one, Person) else "name"
    setattr(one, field, scene.word("Entwurf"))
    one.save_revision()


@action(3, snippets(live=True))
def unpublish_a_snippet(scene: Scene, one: Any, pick: Random) -> None:
    one.unpublish()


@action(5, snippets(live=False))
def publish_a_snippet(scene: Scene, one: Any, pick: Random) -> None:
    one.live = True
    one.save_revision().publish()


@action(1, snippets())
def update_a_snippet_without_a_signal(scene: Scene, one: Any, pick: Random) -> None:
    field = "role" if isinstance(one, Person) else "name"
    type(one).objects.filter(pk=one.pk).update(**{field: scene.word("Leise")})


def untranslated_snippets(scene: Scene) -> Sequence[Any]:
    return [
        one
        for one in snippets(locale=scene.german)(scene)
        if type(one).objects.filter(translation_key=one.translation_key).count() < 3
    ]


@action(4, untranslated_snippets)
def translate_a_snippet(scene: Scene, one: Any, pick: Random) -> None:
    locales = Locale.objects.filter(language_code__in=["sk", "lv"])
    free = [locale for locale in locales.order_by("pk") if not one.has_translation(locale)]
    made = one.copy_for_translation(pick.choice(free))
    field = "role" if isinstance(one, Person) else "name"
    setattr(made, field, scene.word(made.locale.language_code))
    made.live = True
    made.save()


@action(1, snippets())
def delete_a_snippet(scene: Scene, one: Any, pick: Random) -> None:
    PartnerPage.objects.filter(organisation_id=one.pk).update(organisation=None)
    if not isinstance(one, Organisation) or not PartnerPage.objects.filter(organisation=one):
        one.delete()


# Consents


@action(5, rows(Person))
def give_consent(scene: Scene, person: Any, pick: Random) -> None:
    today = timezone.localdate()
    begins = today + datetime.timedelta(days=pick.choice([-1, 0, 0, 1, 2]))
    lasts = pick.choice([None, None, 0, 1, 2])
    Consent.objects.create(
        person=person, name=pick.random() < 0.8, contact=pick.random() < 0.6,
        photo=pick.random() < 0.6, api=pick.random() < 0.8, given_on=begins, evidence="Brief",
        valid_until=None if lasts is None else begins + datetime.timedelta(days=lasts),
    )  # fmt: skip


@action(2, rows(Consent, withdrawn_on=None))
def withdraw_consent(scene: Scene, one: Any, pick: Random) -> None:
    one.withdrawn_on = timezone.localdate()
    one.save()


@action(3, rows(Consent))
def change_a_consent(scene: Scene, one: Any, pick: Random) -> None:
    name = pick.choice(["name", "contact", "photo", "api", "withdrawn_on", "valid_until"])
    if name == "withdrawn_on":
        one.withdrawn_on = None if one.withdrawn_on else timezone.localdate()
    elif name == "valid_until":
        one.valid_until = timezone.localdate() + datetime.timedelta(days=pick.choice([-1, 0, 1]))
    else:
        setattr(one, name, not getattr(one, name))
    one.save()


@action(3, rows(Consent))
def move_a_consent(scene: Scene, one: Any, pick: Random) -> None:
    others = Person.objects.exclude(pk=one.person_id).order_by("pk")
    if others:
        one.person = pick.choice(list(others))
        one.save()


@action(1, rows(Consent))
def delete_a_consent(scene: Scene, one: Any, pick: Random) -> None:
    one.delete()


@action(2, rows(Consent))
def write_down_the_evidence(scene: Scene, one: Any, pick: Random) -> None:
    Consent.objects.filter(pk=one.pk).update(evidence=scene.word("Brief"))


@action(2, rows(Person))
def note_a_phone_number(scene: Scene, person: Any, pick: Random) -> None:
    Person.objects.filter(pk=person.pk).update(phone=f"0341 {pick.randrange(1000)}")


# Files and who may see them


@action(3, files)
def change_a_file(scene: Scene, one: Any, pick: Random) -> None:
    one.title = scene.word("Datei")
    if hasattr(one, "focal_point_x"):
        one.focal_point_x, one.focal_point_y = pick.randint(1, 600), pick.randint(1, 400)
        one.focal_point_width = one.focal_point_height = 20
    one.save()


@action(4, files)
def move_a_file(scene: Scene, one: Any, pick: Random) -> None:
    places = Collection.objects.exclude(pk=one.collection_id).order_by("pk")
    one.collection = pick.choice(list(places))
    one.save()


@action(1, files)
def delete_a_file(scene: Scene, one: Any, pick: Random) -> None:
    one.delete()


@action(
    4,
    lambda scene: [
        one for one in Collection.objects.filter(depth=2) if not one.view_restrictions.exists()
    ],
)
def restrict_a_collection(scene: Scene, one: Any, pick: Random) -> None:
    CollectionViewRestriction.objects.create(collection=one, restriction_type="login")


@action(3, rows(CollectionViewRestriction))
def lift_a_restriction_of_a_collection(scene: Scene, one: Any, pick: Random) -> None:
    one.delete()


# Languages and sites


def translatable(scene: Scene) -> Sequence[Any]:
    return scene.pages(locale=scene.german, alias_of=None, live=True) if scene.has_room() else []


@action(5, translatable)
def translate(scene: Scene, page: Any, pick: Random) -> None:
    locale = Locale.objects.get(language_code=pick.choice(["sk", "sk", "lv"]))
    scene.translate(page, locale, pick.choice([1, 1, 2]))


@action(2, rows(StringTranslation))
def lose_a_string(scene: Scene, one: Any, pick: Random) -> None:
    one.delete()


@action(3, rows(StringTranslation))
def correct_a_string(scene: Scene, one: Any, pick: Random) -> None:
    one.translation_type = "manual" if one.translation_type == "machine" else "machine"
    one.save()


def missing_strings(scene: Scene) -> Sequence[Any]:
    return [
        (segment, translation.target_locale)
        for translation in Translation.objects.select_related("target_locale").order_by("pk")
        for segment in StringSegment.objects.filter(source=translation.source_id).order_by("pk")
        if not StringTranslation.objects.filter(
            translation_of=segment.string_id,
            context=segment.context_id,
            locale=translation.target_locale_id,
        ).exists()
    ]


@action(3, missing_strings)
def translate_a_string(scene: Scene, one: Any, pick: Random) -> None:
    segment, locale = one
    StringTranslation.objects.create(
        translation_of=segment.string, context=segment.context, locale=locale,
        data=translated(segment.string.data, locale), translation_type="manual",
    )  # fmt: skip


@action(3, rows(StringTranslation, kis_review=None))
def review_a_string(scene: Scene, one: Any, pick: Random) -> None:
    Review.objects.create(translation=one, text=one.data)


@action(3, rows(Translation, enabled=True))
def stop_translating(scene: Scene, one: Any, pick: Random) -> None:
    one.enabled = False
    one.save()


@action(4, rows(Translation, enabled=False))
def go_on_translating(scene: Scene, one: Any, pick: Random) -> None:
    one.enabled = True
    one.save()


@action(2, rows(Translation, enabled=True))
def bring_a_translation_up_to_date(scene: Scene, one: Any, pick: Random) -> None:
    if one.source.get_source_instance().live:
        one.source.update_from_db()
        drafts.save(one, publish=True)


def unrepeated(scene: Scene) -> Sequence[Any]:
    if not scene.has_room():
        return []
    latvian = Locale.objects.get(language_code="lv")
    found = scene.pages(locale=scene.german, alias_of=None)
    return [page for page in found if not page.has_translation(latvian)]


@action(2, unrepeated)
def repeat_in_latvian(scene: Scene, page: Any, pick: Random) -> None:
    latvian = Locale.objects.get(language_code="lv")
    page.specific.copy_for_translation(latvian, copy_parents=True, alias=True)


@action(1, rows(Site))
def change_the_site(scene: Scene, site: Any, pick: Random) -> None:
    site.port = 8000 if site.port == 80 else 80
    site.save()


@action(1, lambda scene: scene.pages(pk=scene.index.pk))
def move_the_site(scene: Scene, index: Any, pick: Random) -> None:
    site = Site.objects.get()
    site.root_page = index if site.root_page_id == scene.home.pk else scene.home
    site.save()


# What fails


@action(1, lambda scene: [] if scene.closed else ["a plan"])
def a_migration_fails(scene: Scene, plan: str, pick: Random) -> None:
    emit_pre_migrate_signal(0, False, DEFAULT_DB_ALIAS, plan=PLAN)
    scene.closed = True


@action(9, lambda scene: ["a plan"] if scene.closed else [])
def migrations_come_to_their_end(scene: Scene, plan: str, pick: Random) -> None:
    emit_post_migrate_signal(0, False, DEFAULT_DB_ALIAS, plan=PLAN)
    scene.closed = False


@action(2, live)
def a_settlement_breaks_off(scene: Scene, page: Any, pick: Random) -> None:
    Page.objects.filter(pk=page.pk).update(title=scene.word("Abgebrochen"))
    place = pick.choice(["settle.failures.failing", "settle._next_change_by_clock"])
    logger = logging.getLogger("partners.delivery.shelf")
    with (
        mock.patch(f"partners.delivery.shelf.{place}", side_effect=RuntimeError("killed")),
        mock.patch.object(logger, "disabled", True),
        mock.patch.object(logger.getChild("version"), "disabled", True),
    ):
        found = {one["id"] for one in asked(f"pages/?id={page.pk}&include_aliases=true")}
        assert found == {page.pk} & Oracle(scene.clock.time).public.keys()


AWAY = mock.MagicMock(side_effect=OSError("away"))
#: What can be away. Without a block an item can't be made; without the storage it lacks renditions
#: that aren't made yet, which is as if the known ones were of another focal point.
FAULTS = {
    "block": {"partners.items.richtext.represent": AWAY},
    "storage": {
        "wagtail.images.models.AbstractImage.get_rendition": AWAY,
        "wagtail.images.models.Filter.get_cache_key": mock.MagicMock(return_value="another"),
    },
}


@action(4, lambda scene: [] if scene.closed else live(scene))
def something_is_away(scene: Scene, page: Any, pick: Random) -> str:
    """A block or the storage fails while a page is changed and read; then it is there again."""
    away = pick.choice(sorted(FAULTS))
    since = feed("?limit=500")["meta"]["next"]
    title = scene.word("Gestört")
    Page.objects.filter(pk=page.pk).update(title=title)
    logger = logging.getLogger("partners.delivery")
    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(logger.getChild("failures"), "disabled", True))
        for target, fault in FAULTS[away].items():
            stack.enter_context(mock.patch(target, fault))
        for _time in "ab":  # The failure is noted by the first question.
            answer = Client().get(f"/api/v2/pages/{page.pk}/")
            listing = Client().get(f"/api/v2/pages/?id={page.pk}&include_aliases=true").json()
            changes = {one["id"]: one for one in feed(f"?limit=500&since={since}")["changes"]}
        public = page.pk in Oracle(scene.clock.time).public
        shown = public and (away == "storage" or not has_text(page))
        assert answer.status_code == (200 if shown else 404), (away, answer.status_code)
        titles = [one["title"] for one in listing["items"]]
        assert titles == ([title] if shown else []), (away, titles)
        scene.back |= changes.keys()
        if (change := changes.get(page.pk)) and public and not shown:
            assert (change["action"], change["reason"]) == ("delete", "unavailable")
    scene.clock.wait(minutes=20)
    return f"{away} of {page.pk}"


def has_text(page: Any) -> bool:
    body = getattr(page.specific, "body", ())
    return any(block.block_type == "paragraph" for block in body)


@action(2, lambda scene: [] if scene.closed else live(scene))
def a_type_is_gone(scene: Scene, page: Any, pick: Random) -> None:
    """The code of a page's type is removed, and comes back: meanwhile it is a plain page."""
    gone, _new = ContentType.objects.get_or_create(app_label="removed", model="page")
    pages = Page.objects.filter(pk=page.pk)
    pages.update(content_type=gone, title=scene.word("Ohne Art"))
    feed("?limit=500")
    if page.pk in Oracle(scene.clock.time).public:
        assert Client().get(f"/api/v2/pages/{page.pk}/").json()["meta"]["type"] is None
    pages.update(content_type=page.content_type)


def feed(query: str) -> Any:
    response = Client().get(f"/api/v2/changes/{query}")
    assert response.status_code == 200, response.content
    return response.json()


def asked(question: str) -> list[Any]:
    """The items of an answer that is made from the pages."""
    response = Client().get(f"/api/v2/{question}")
    assert response.status_code == 200 and "ETag" not in response.headers
    items: list[Any] = response.json()["items"]
    return items
