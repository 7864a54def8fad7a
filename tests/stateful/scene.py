"""A small site of its own, which random editors work on, and the clock that they live by."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.test import TestCase
from django.utils import timezone, translation
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Locale, Page, Site
from wagtail_localize.models import (
    StringSegment,
    StringTranslation,
    Translation,
    TranslationSource,
)

from home.models import HomePage, StandardPage
from partners.delivery.models import Note, State
from partners.delivery.shelf import version
from partners.delivery.shelf.settle import settle
from partners.models import (
    Consent,
    CooperationIndexPage,
    NetworkPage,
    Organisation,
    PartnerPage,
    Person,
    Topic,
)
from partners.models.pages import (
    CooperationContact,
    CooperationTopic,
    ExchangeCountry,
    ExchangeOrganisation,
    ExchangeProgrammePage,
    NetworkMember,
    RelatedCooperation,
)
from partners.translating import drafts

#: Three days before the end of summer time: a day that is passed over may have 25 hours.
BEGIN = datetime.datetime(2026, 10, 22, 9, 30, tzinfo=datetime.UTC)
MOST_PAGES, DEEPEST = 14, 8
KINDS = [PartnerPage, NetworkPage, ExchangeProgrammePage, StandardPage]


class Clock:
    """Time stands where it is put; each look at it is a millisecond later than the one before."""

    def __init__(self) -> None:
        self.time = BEGIN

    def now(self) -> datetime.datetime:
        self.time += datetime.timedelta(milliseconds=1)
        return self.time

    def wait(self, **duration: int) -> None:
        self.time += datetime.timedelta(**duration)


class Scene:
    """A site of three levels in German, a part of it in Slovak, and two of everything else."""

    def __init__(self) -> None:
        self.clock = Clock()
        #: Goes into words, so that each change is one.
        self.count = 0
        #: Whether a migration has begun that hasn't come to its end.
        self.closed = False
        #: Pages that the feed gave otherwise for a while; now it has them again, perhaps with the
        #: same bytes.
        self.back: set[int] = set()

    def build(self) -> None:
        self.german = Locale.objects.get(language_code="de")
        for number in range(2):
            get_image_model().objects.create(
                title=f"Bild {number}", file=get_test_image_file(f"scene{number}.png")
            )
            get_document_model().objects.create(
                title=f"Blatt {number}", file=ContentFile(b"%PDF", f"scene{number}.pdf")
            )
        for image in get_image_model().objects.all():  # Made once, not in each sequence.
            image.get_rendition("max-1200x1200|format-webp")
        self.image, self.photo = get_image_model().objects.order_by("pk")
        self.document = get_document_model().objects.order_by("pk")[0]
        self.collection = Collection.get_first_root_node().add_child(name="Ablage")
        organisations = [
            Organisation.objects.create(
                name=f"Verein {number}", locale=self.german, logo=self.image, country=country
            )
            for number, country in enumerate(["DE", "SK"])
        ]
        for number, organisation in enumerate(organisations):
            Person.objects.create(
                role=f"Ansprechperson {number}", name=f"Erika Mustermann {number}",
                email=f"erika{number}@example.org", phone=f"0341 {number}",
                photo=self.photo, locale=self.german, organisation=organisation,
            )  # fmt: skip
            Topic.objects.create(name=f"Thema {number}", locale=self.german)
        Consent.objects.create(
            person=Person.objects.order_by("pk")[0], name=True, contact=True, photo=True, api=True,
            given_on=timezone.localdate(), evidence="Brief",
        )  # fmt: skip
        root = Page.objects.get(depth=1)
        self.home = root.add_child(
            instance=HomePage(title="Anfang", slug="anfang", locale=self.german)
        )
        Site.objects.update(root_page=self.home)
        Site.clear_site_root_paths_cache()
        self.index = self.home.add_child(
            instance=CooperationIndexPage(title="Liste", slug="liste", locale=self.german)
        )
        for model in (PartnerPage, PartnerPage, NetworkPage, ExchangeProgrammePage, StandardPage):
            self.add(model)
        slovak = Locale.objects.get(language_code="sk")
        for page in self.pages(locale=self.german)[:2]:
            self.translate(page, slovak, 1)
        settle()
        self.files = {
            path: path.read_bytes()
            for path in Path(settings.MEDIA_ROOT).rglob("*")
            if path.is_file()
        }

    @contextmanager
    def once(self) -> Iterator[None]:
        """What happens here hasn't happened afterwards."""
        cache.clear()
        version._last = None
        translation.activate(settings.LANGUAGE_CODE)
        for path, content in self.files.items():
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        begun, count = self.clock.time, self.count
        try:
            with transaction.atomic():
                yield
                transaction.set_rollback(True)
        finally:
            self.clock.time, self.count, self.closed = begun, count, False
            self.back.clear()

    def word(self, beginning: str) -> str:
        """Words that nobody has written before."""
        self.count += 1
        return f"{beginning} {self.count}x"

    # What there is

    def pages(self, **conditions: object) -> list[Page]:
        """The pages below the home pages."""
        return list(Page.objects.filter(depth__gt=2, **conditions).order_by("path"))

    def cooperations(self) -> list[Page]:
        """German pages that are no aliases, but not the list of cooperations."""
        return [page for page in self.pages(locale=self.german, alias_of=None) if page.depth > 3]

    def parents(self) -> list[Page]:
        """Pages that others may stand below."""
        return list(Page.objects.filter(depth__gt=1, depth__lt=DEEPEST).order_by("path"))

    def has_room(self) -> bool:
        return Page.objects.filter(depth__gt=2).count() < 2 * MOST_PAGES

    # What more than one action does

    def text(self) -> str:
        """Rich text with one link of each kind."""
        person, document = Person.objects.order_by("pk"), get_document_model().objects.all()
        links = [("page", page.pk) for page in Page.objects.filter(pk=self.index.pk)]
        links += [("person", one.pk) for one in person.filter(locale=self.german)[:1]]
        links += [("person-before", one.pk) for one in person.filter(locale=self.german)[1:2]]
        links += [("document", one.pk) for one in document.order_by("pk")[:1]]
        words = ", ".join(f'<a linktype="{kind}" id="{pk}">{kind} hier</a>' for kind, pk in links)
        return f"<p>Von {words}.</p><p>{self.word('Absatz')}</p>"

    def body(self) -> list[tuple[str, object]]:
        blocks: list[tuple[str, object]] = [("paragraph", self.text())]
        if document := get_document_model().objects.order_by("pk").last():
            value = {"document": document, "title": "", "language": "de"}
            blocks.append(("document", value))
        if image := get_image_model().objects.order_by("pk").first():
            value = {
                "image": image,
                "alt": "Bild",
                "decorative": False,
                "caption": "",
                "credit": "",
            }
            blocks.append(("image", value))
        if page := Page.objects.filter(depth__gt=2).order_by("pk").first():
            link = {"title": "Verweis", "page": page, "url": ""}
            blocks.append(("links", {"heading": "", "links": [link]}))
        return blocks

    def add(self, model: type[Page], parent: Page | None = None) -> Page:
        self.count += 1
        fields = {
            "title": f"Seite {self.count}", "slug": f"seite-{self.count}", "locale": self.german,
            "body": self.body(),
        }  # fmt: skip
        people, topics = (
            one.objects.filter(locale=self.german).order_by("pk") for one in (Person, Topic)
        )
        organisations = Organisation.objects.filter(locale=self.german).order_by("pk")
        document = get_document_model().objects.order_by("pk").first()
        if model is not StandardPage:
            cooperations = [page.pk for page in self.cooperations()]
            known = set(
                PartnerPage.objects.filter(pk__in=cooperations).values_list("pk", flat=True)
            )
            fields |= {
                "lead": "Worum es geht.",
                "since": "2004-05",
                "contacts": [
                    CooperationContact(person=one, side=side)
                    for one, side in zip(people[:2], ["own", "partner"], strict=False)
                ],
                "topics": [CooperationTopic(topic=one) for one in topics[:2]],
                "related": [RelatedCooperation(page_to_id=pk) for pk in sorted(known)[:2]],
            }
        if model is PartnerPage:
            fields |= {"organisation": organisations.first(), "basis_document": document}
        elif model is NetworkPage:
            fields |= {"role": "member", "level": "local", "flyer": document}
            fields["members"] = [NetworkMember(organisation=one) for one in organisations[:2]]
        elif model is ExchangeProgrammePage:
            last = organisations.last()
            fields["organisations"] = [ExchangeOrganisation(organisation=last)] if last else []
            fields["countries"] = [ExchangeCountry(country=code) for code in ("SK", "LV")]
        parent = parent or (self.home if model is StandardPage else self.index)
        page = Page.objects.get(pk=parent.pk).add_child(instance=model(**fields))
        page.save_revision().publish()
        return page

    def translate(self, page: Page, locale: Locale, some: int) -> None:
        """Translate a page and what it stands below: every string, or one of ``some``."""
        for above in page.get_ancestors(inclusive=True).filter(depth__gt=1):
            if above.pk != page.pk and above.has_translation(locale):
                continue
            source, _new = TranslationSource.update_or_create_from_instance(above.specific)
            made, _new = Translation.objects.get_or_create(source=source, target_locale=locale)
            for number, segment in enumerate(StringSegment.objects.filter(source=source)):
                if number % some:
                    continue
                StringTranslation.objects.update_or_create(
                    translation_of=segment.string, context=segment.context, locale=locale,
                    defaults={
                        "data": translated(segment.string.data, locale),
                        "translation_type": "manual" if some > 1 else "machine",
                    },
                )  # fmt: skip
            drafts.save(made, publish=True)


def translated(text: str, locale: Locale) -> str:
    """Links stay as they are: a translation has those of its source."""
    if "<a" in text:
        return text
    return f"{locale.language_code} {text}"[:200]


def leave_nothing() -> None:
    """Leave only languages, groups and a site without pages, as if nothing else had ever been."""
    root = Page.objects.get(depth=1)
    Site.objects.update(root_page=root)
    kept = {"contenttypes", "auth", "sites"}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            meta = model._meta
            if not meta.managed or meta.app_label in kept or model in (Locale, Site, State):
                continue
            where = {Page: f" WHERE id <> {root.pk}", Collection: " WHERE depth > 1"}
            cursor.execute(f"DELETE FROM {meta.db_table}{where.get(model, '')}")
        # What triggers have noted of all this.
        cursor.execute(f"DELETE FROM {Note._meta.db_table}")
    Page.objects.update(numchild=0)
    Collection.objects.update(numchild=0)


@contextmanager
def scene() -> Iterator[Scene]:
    """The site, made once; its clock is that of everything."""
    made = Scene()
    with mock.patch("django.utils.timezone.now", made.clock.now), transaction.atomic():
        leave_nothing()
        with TestCase.captureOnCommitCallbacks(execute=True):
            made.build()
        yield made
        transaction.set_rollback(True)
