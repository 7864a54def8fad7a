"""A site with a secret in every place that an answer could take it from."""

from __future__ import annotations

import copy
import datetime
import re
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.test import Client, TestCase
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Locale, Page, ReferenceIndex, Site
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from home.contact import SiteContact, SiteContactPhone, SiteContactWords
from partners.delivery.shelf import version
from partners.models import (
    Consent,
    CooperationPage,
    NetworkPage,
    Organisation,
    PartnerPage,
    Person,
    Topic,
)
from partners.models.pages import ExchangeProgrammePage, RelatedCooperation
from tests.conftest import find_page
from tests.matrix.questions import MARK, PK, QUESTIONS, words

VERSION = (
    "X-Request-ID",
    "ETag",
)
SHOWN = "max-1200x1200|format-webp"
PAST = timezone.now() - datetime.timedelta(days=1)
FUTURE = timezone.now() + datetime.timedelta(days=1)


def body(what):
    """A body that refers to everything in every way."""
    links = "".join(
        f'<p data-block-key="p{kind}">vor <a linktype="{kind}" id="{pk}">Wort</a> nach</p>'
        for kind, pk in [
            ("page", what["pk"]),
            ("page", what["sk"]),
            ("page", what["lv"]),
            ("document", what["doc"]),
            ("person", what["person"]),
            ("person-before", what["person"]),
        ]
    )
    links += f'<embed embedtype="image" id="{what["img"]}" alt="Bild" format="fullwidth"/>'
    values = [
        ("paragraph", links),
        ("callout", {"tone": "info", "title": "Hinweis", "text": links}),
        ("activity", {"title": "Tun", "rhythm": "", "text": links}),
        ("image", {"image": what["img"], "alt": "Bild", "decorative": False}),
        ("document", {"document": what["doc"], "title": "", "language": "de"}),
        ("links", {"heading": "", "links": [{"title": "Verweis", "page": what["pk"], "url": ""}]}),
    ]
    return [
        {"type": kind, "value": value, "id": f"00000000-0000-4000-8000-{number:012d}"}
        for number, (kind, value) in enumerate(values)
    ]


def stored():
    """Every file of the site."""
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def reloaded(item):
    return type(item)._default_manager.get(pk=item.pk)


@contextmanager
def rolled_back():
    """What happens here hasn't happened."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def number_on():
    """Number on from ids that were given, which SQLite does of its own accord."""
    numbered = [Page, Topic, Organisation, Person, get_image_model(), get_document_model()]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), numbered):
            cursor.execute(statement)


def committed():
    """What waits for a commit is done."""
    return TestCase.captureOnCommitCallbacks(execute=True)


class World:
    """KIS's site with three pages that refer to a secret page and to secret things of each kind."""

    def __init__(self):
        self.index = find_page("kooperationen")
        for page in CooperationPage.objects.all():  # A small site answers sooner.
            Page.objects.filter(pk=page.pk).delete()
        self.index.refresh_from_db()
        self.make_contact()
        self.make_things()
        self.make_secret_page()
        number_on()
        self.make_hosts()
        self.slovak_parent = find_page("kooperationen", "sk").url
        self.answers = {}
        # Renditions are made once.
        self.answers[""] = self.ask()
        self.files = {path: path.read_bytes() for path in stored()}

    def restore(self):
        """Bring files and caches to the state of the database, which was rolled back."""
        cache.clear()
        version._last = None
        for path in set(stored()) - set(self.files):
            path.unlink()
        for path, content in self.files.items():
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)

    def again(self):
        """The site as it was made; the database has been rolled back to it."""
        self.restore()
        other = copy.copy(self)
        for name, value in vars(self).items():
            if isinstance(value, models.Model):
                setattr(other, name, reloaded(value))
        other.hosts = [reloaded(host) for host in self.hosts]
        return other

    def without(self, what):
        """The answers where something has never been, by question."""
        if what not in self.answers:
            with rolled_back():
                world = self.again()
                with committed():
                    getattr(world, f"without_{what}")()
                self.answers[what] = world.ask()
            self.restore()
        return self.answers[what]

    def make_contact(self):
        """How the team is reached; its street isn't published."""
        contact = SiteContact(site=Site.objects.first(), email="stelle@example.org", spoken="de")
        contact.street, contact.city = "Musterweg 1", "Musterstadt"
        contact.words = [SiteContactWords(language=code, name="Stelle") for code in ("de", "sk")]
        contact.phones = [SiteContactPhone(number="+49 341 000000", hours="Mo-Fr 09:00-17:00")]
        contact.save()

    def make_things(self):
        image, document = get_image_model(), get_document_model()
        self.image = image.objects.create(
            pk=PK + 10, title=words("bild"), file=get_test_image_file(f"{MARK}bild.png")
        )
        self.photo = image.objects.create(
            pk=PK + 11, title=words("foto"), file=get_test_image_file(f"{MARK}foto.png")
        )
        self.document = document.objects.create(
            pk=PK + 12, title=words("datei"), file=ContentFile(b"%PDF", f"{MARK}datei.pdf")
        )
        self.topic = Topic.objects.create(pk=PK + 13, name=words("thema"))
        self.organisation = Organisation.objects.create(
            pk=PK + 14, name=words("verein"), official_name=words("amtlich"),
            short_name=f"{MARK}kurz", city=f"{MARK}ort", country="IS",
        )  # fmt: skip
        self.employer = Organisation.objects.create(name="Musterverein")
        self.person = Person.objects.create(
            pk=PK + 15, role=words("rolle"), name=words("name"), email=f"{MARK}@example.org",
            phone=f"0341 {MARK}9", photo=self.photo, organisation=self.employer,
        )  # fmt: skip
        self.consent = Consent.objects.create(
            person=self.person, name=True, contact=True, photo=True, api=True, evidence=MARK,
            given_on=timezone.localdate(PAST),
        )  # fmt: skip
        self.names = {
            "img_file": self.image.file.name, "photo_file": self.photo.file.name,
            "img_shown": self.image.get_rendition(SHOWN).file.name,
            "photo_shown": self.photo.get_rendition(SHOWN).file.name,
            "doc_name": self.document.filename,
        }  # fmt: skip
        self.ids = {
            "pk": PK, "sk": PK + 1, "lv": PK + 2,
            "img": PK + 10, "photo": PK + 11, "doc": PK + 12, "person": PK + 15,
            "redirect": PK + 20, "topic_id": PK + 13, "org_id": PK + 14, "sk_topic": PK + 22,
        }  # fmt: skip

    def make_secret_page(self):
        """A partner with its Slovak translation and an alias of it in Latvian."""
        page = PartnerPage(
            pk=PK, title=words("titel"), slug=f"{MARK}-slug", seo_title=words("seo"),
            search_description=words("beschreibung"), lead=words("vorspann"),
            purpose=words("zweck"), region=words("region"), period_wording=words("zeit"),
            since="1907", basis="law", basis_note=words("grundlage"),
            organisation=self.employer,
            body=[{"type": "paragraph", "value": f"<p>{words('text')}</p>", "id": "1" * 32}],
        )  # fmt: skip
        self.index.refresh_from_db()
        self.index.add_child(instance=page)
        page.save_revision().publish()
        self.page = page
        source, _ = TranslationSource.update_or_create_from_instance(page)
        slovak, latvian = (Locale.objects.get(language_code=code) for code in ("sk", "lv"))
        Translation.objects.create(source=source, target_locale=slovak)
        self.slovak = PartnerPage(
            pk=PK + 1, title=words("preklad"), slug=f"{MARK}-preklad", locale=slovak,
            translation_key=page.translation_key, organisation=self.employer,
            lead=words("uvod"),
        )  # fmt: skip
        find_page("kooperationen", "sk").add_child(instance=self.slovak)
        self.slovak.save_revision().publish()
        for segment in source.stringsegment_set.all():
            StringTranslation.objects.create(
                translation_of_id=segment.string_id, locale=slovak, context_id=segment.context_id,
                data=f"{MARK}preklad", translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL,
            )  # fmt: skip
        self.latvian = PartnerPage(
            pk=PK + 2, title=words("titel"), slug=f"{MARK}-alias", locale=latvian,
            translation_key=page.translation_key, organisation=self.employer,
            alias_of_id=page.pk, lead=words("vorspann"), live=True,
        )  # fmt: skip
        find_page("kooperationen", "lv").add_child(instance=self.latvian)
        Redirect.objects.create(pk=PK + 20, old_path=f"/{MARK}slug-einst", redirect_page_id=PK)

    def make_hosts(self):
        everything = {"body": body(self.ids), "lead": "Offen"}
        hosts = [
            PartnerPage(
                title="Offener Partner", slug="offener-partner",
                organisation=self.organisation, basis_document=self.document,
                downloads=[{"type": "document", "value": {"document": self.document.pk}}],
                **everything,
            ),
            NetworkPage(
                title="Offenes Netzwerk", slug="offenes-netzwerk", role="member", level="local",
                flyer=self.document, **everything,
            ),
            ExchangeProgrammePage(
                title="Offener Austausch", slug="offener-austausch", **everything
            ),
        ]  # fmt: skip
        for host in hosts:
            self.index.refresh_from_db()
            self.index.add_child(instance=host)
            host.topics.create(topic=self.topic)
            host.contacts.create(person=self.person, side="own")
            host.related.create(page_to=self.page.cooperationpage_ptr)
            host.related.create(page_to=self.slovak.cooperationpage_ptr)
            if isinstance(host, NetworkPage):
                host.members.create(organisation=self.organisation)
            elif isinstance(host, ExchangeProgrammePage):
                host.organisations.create(organisation=self.organisation)
                host.countries.create(country="IS")
            host.save_revision().publish()
            ReferenceIndex.create_or_update_for_object(type(host).objects.get(pk=host.pk))
        self.hosts = [type(host).objects.get(pk=host.pk) for host in hosts]

    def questions(self):
        """Everything that is asked, with the ids of this site in place."""
        values = {
            **self.ids,
            **self.names,
            "key": self.page.translation_key,
            "slug": self.page.slug,
            "sk_slug": self.slovak.slug,
            "path": self.paths[0],
            "sk_path": self.paths[1],
            "title": quote(self.page.title),
            "partner": self.hosts[0].pk,
            "network": self.hosts[1].pk,
            "exchange": self.hosts[2].pk,
            "host_key": self.hosts[0].translation_key,
            "index": self.index.pk,
            "topic": self.topic.translation_key,
            "org": self.organisation.translation_key,
            "person_key": self.person.translation_key,
            "name": f"{MARK}namea",
        }
        asked = {one: one.format(**values) for one in QUESTIONS}
        return {one: f"/api/v2/{path}" if path[:1] != "/" else path for one, path in asked.items()}

    def ask(self):
        """The answers by question: status, headers and body.

        Without what names the version of all content, which counts its changes.
        """
        client = Client()
        answers = {}
        for question, path in self.questions().items():
            response = client.get(path, headers={"Accept-Language": "de"})
            head = {name: value for name, value in response.headers.items() if name not in VERSION}
            text = response.getvalue().decode(errors="replace")
            if "/changes/" in path:
                text = re.sub(r'"next(_url)?":"[^"]*"', "", text)
            answers[question] = (response.status_code, head, text)
        return answers

    @property
    def paths(self):
        return (f"/de/kooperationen/{MARK}-slug/", f"{self.slovak_parent}{MARK}-preklad/")

    def pages(self):
        return Page.objects.filter(pk__in=[PK, PK + 1, PK + 2])

    # How each thing is removed.

    def without_page(self):
        self.pages().update(live=False)
        self.pages().delete()
        for page in Page.objects.filter(title__startswith=MARK):
            page.delete()

    def without_translations(self):
        """Whatever names a version in another language would have named the original."""
        RelatedCooperation.objects.filter(page_to__in=[PK + 1, PK + 2]).update(page_to=PK)
        for host in self.hosts:
            host.body = body({**self.ids, "sk": PK, "lv": PK})
            host.save()
        self.pages().filter(pk__gt=PK).update(live=False)
        self.pages().filter(pk__gt=PK).delete()

    def without_topic(self):
        Topic.objects.filter(pk=self.topic.pk).delete()

    def without_organisation(self):
        PartnerPage.objects.filter(organisation=self.organisation).update(organisation=None)
        Organisation.objects.filter(pk=self.organisation.pk).delete()

    def without_person(self):
        Person.objects.filter(pk=self.person.pk).delete()

    def without_document(self):
        self.document.delete()

    def without_image(self):
        self.image.delete()

    def without_files(self):
        self.without_image()
        self.without_document()
        self.photo.delete()

    def without_details(self):
        Person.objects.filter(pk=self.person.pk).update(name="", email="", phone="", photo=None)
        self.photo.delete()
