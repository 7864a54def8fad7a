"""What is closed is nowhere: every state a thing can be closed by, asked in every way.

One site has the secret in every place that an answer could take it from. Each state closes it, the
questions are asked, then it is removed from the database and they are asked again: the answers must
be the same to the byte, headers included. So there is no word, no count and no order that tells
closed from missing. Every word of the secret begins with ``MARK`` as well, and no answer but one to
a question that contains it may have it.
"""

import datetime
import re
from urllib.parse import quote, unquote

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import URLPattern, get_resolver, resolve
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    Locale,
    Page,
    PageViewRestriction,
    ReferenceIndex,
    Site,
)
from wagtail_localize.models import Translation, TranslationSource

from home.models import HomePage, StandardPage
from partners.models import (
    Consent,
    CooperationPage,
    NetworkPage,
    Organisation,
    PartnerPage,
    Person,
    Topic,
)
from partners.models.pages import ExchangeProgrammePage

# Wagtail leaves the temporary files of renditions to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

MARK = "zqxm"
PK = 987654321
PAST = timezone.now() - datetime.timedelta(days=1)
FUTURE = timezone.now() + datetime.timedelta(days=1)


def words(name):
    """Three words that stand nowhere else."""
    return f"{MARK}{name}a {MARK}{name}b {MARK}{name}c"


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


class World:
    """KIS's site with three pages that refer to a secret page and to secret things of each kind."""

    def __init__(self, kis_page):
        self.kis_page = kis_page
        self.index = kis_page("kooperationen")
        for page in CooperationPage.objects.all():  # A small site answers sooner.
            Page.objects.filter(pk=page.pk).delete()
        self.index.refresh_from_db()
        self.make_things()
        self.make_secret_page()
        self.make_hosts()

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
            phone=f"0341 {MARK}", photo=self.photo, organisation=self.employer,
        )  # fmt: skip
        self.consent = Consent.objects.create(
            person=self.person, name=True, contact=True, photo=True, api=True, evidence=MARK,
            given_on=PAST.date(),
        )  # fmt: skip
        self.ids = {
            "pk": PK, "sk": PK + 1, "lv": PK + 2,
            "img": PK + 10, "photo": PK + 11, "doc": PK + 12, "person": PK + 15,
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
        self.kis_page("kooperationen", "sk").add_child(instance=self.slovak)
        self.slovak.save_revision().publish()
        self.latvian = PartnerPage(
            pk=PK + 2, title=words("titel"), slug=f"{MARK}-alias", locale=latvian,
            translation_key=page.translation_key, organisation=self.employer,
            alias_of_id=page.pk, lead=words("vorspann"), live=True,
        )  # fmt: skip
        self.kis_page("kooperationen", "lv").add_child(instance=self.latvian)

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
            "name": f"{MARK}namea",
        }
        return {one: one.format(**values) for one in QUESTIONS}

    def ask(self):
        """The answers by question: status, headers and body."""
        client = Client()
        answers = {}
        for question, path in self.questions().items():
            response = client.get(f"/api/v2/{path}", headers={"Accept-Language": "de"})
            head = {name: value for name, value in response.headers.items()}
            answers[question] = (response.status_code, head, response.content.decode())
        return answers

    @property
    def paths(self):
        return (f"/de/kooperationen/{MARK}-slug/", f"{self.slovak_parent}{MARK}-preklad/")

    def remember(self):
        self.slovak_parent = self.kis_page("kooperationen", "sk").url
        return self

    def pages(self):
        return Page.objects.filter(pk__in=[PK, PK + 1, PK + 2])

    # How each thing is removed.

    def without_page(self):
        Page.objects.filter(pk__in=[PK, PK + 1, PK + 2]).delete()
        for page in Page.objects.filter(title__startswith=MARK):
            page.delete()

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

    def without_details(self):
        Person.objects.filter(pk=self.person.pk).update(name="", email="", phone="", photo=None)
        self.photo.delete()


LANGUAGE_QUERIES = [
    "", "&fields=*", "&include_aliases=true&fields=*", "&locale=de", "&locale=sk",
    "&locale=lv&include_aliases=true", "&locale=lv&fallback=sk,de", "&locale=en&fallback=lv,sk,de",
    "&min_state=complete", "&min_state=source", "&rich_text_format=markdown&fields=*",
    "&rich_text_format=text&fields=*", "&renditions=small,square&fields=*",
]  # fmt: skip
SEARCHES = [
    "titel", "preklad", "slug", "seo", "beschreibung", "vorspann", "zweck", "region", "zeit",
    "grundlage", "text", "bild", "foto", "datei", "thema", "verein", "amtlich", "rolle", "name",
    "entwurf",
]  # fmt: skip
PAGE_ORDERS = ["id", "-id", "title", "-slug", "first_published_at", "-last_published_at,title"]
NESTED = [
    "fields=*", "fields=*&rich_text_format=markdown", "fields=*&rich_text_format=text",
    "fields=_,related(*)", "fields=_,related(title,html_url)", "fields=_,body(value,type)",
    "fields=_,translations(*)", "fields=_,parent(*)", "fields=_,alias_of(*)", "fields=_,topics(*)",
    "fields=_,contacts(*)", "fields=_,contacts(photo(*),organisation(*))", "fields=_,downloads(*)",
    "renditions=small,square",
]  # fmt: skip
OWN = ["", "?fields=*", "?locale=de", "?locale=sk", "?locale=lv&fallback=sk", "?fields=_,title"]

QUESTIONS = [
    "locales/",
    "openapi.json",
    "docs/",
    *(
        f"{endpoint}/?limit=100{query}"
        for endpoint in ("pages", "cooperations")
        for query in LANGUAGE_QUERIES
    ),
    *(
        f"pages/?limit=100&fields=*&type={model}"
        for model in (
            "kis_partners.PartnerPage", "kis_partners.NetworkPage", "home.StandardPage",
            "kis_partners.ExchangeProgrammePage", "kis_partners.CooperationIndexPage",
            "home.HomePage", "kis_partners.CooperationPage",
            "kis_partners.PartnerPage,kis_partners.NetworkPage",
        )
    ),
    *(
        f"{endpoint}/?{query}"
        for endpoint in ("pages", "cooperations")
        for query in (
            "translation_key={key}", "translation_key__in={key},{host_key}", "slug={slug}",
            "slug__gte={slug}", "slug={sk_slug}", "title={title}", "title__lte={title}", "id={pk}",
            "id__in={pk},{sk},{lv}", "id__gte={pk}", "child_of={pk}", "descendant_of={pk}",
            "ancestor_of={pk}", "ancestor_of={sk}", "translation_of={pk}", "translation_of={sk}",
            "child_of={pk}&locale=sk&fallback=de", "child_of={index}", "descendant_of={index}",
            "child_of={index}&locale=sk&fallback=de,lv", "offset=1&limit=2", "limit=1&order=-id",
            "search={slug}", "search={key}",
            *(f"order={order}" for order in PAGE_ORDERS),
            *(f"order={order}&limit=3&offset=9" for order in PAGE_ORDERS),
            f"search={MARK}titela+{MARK}seoa+Offener&search_operator=or",
            "search=Kooperation&limit=100", "search=Offener",
            "last_published_at__gte=2020-01-01&limit=1", "first_published_at__lte=2000-01-01",
        )
    ),
    *(
        f"cooperations/?{query}"
        for query in (
            "since=1907", "since__lte=1950", "since__gte=1900", "order=since", "order=-since",
            "kind=partner", "kind=network", "kind__in=partner,exchange", "country=IS",
            "country__in=IS,SK", "topic={topic}", "topic__in={topic}", "organisation={org}",
            "organisation__in={org}", "level=local", "basis=law", "region=x",
            f"lead={MARK}vorspanna+{MARK}vorspannb+{MARK}vorspannc",
        )
    ),
    f"pages/?type=kis_partners.PartnerPage&lead={MARK}vorspanna+{MARK}vorspannb+{MARK}vorspannc",
    *(f"pages/?search={MARK}{name}a" for name in SEARCHES),
    f"cooperations/?search={MARK}titela", f"cooperations/?search={MARK}vereina",
    f"cooperations/?search={MARK}namea",
    "pages/?type=kis_partners.PartnerPage&basis=law",
    "pages/?type=kis_partners.PartnerPage&order=region",
    *(f"pages/{{{page}}}/{query}" for page in ("pk", "sk", "lv") for query in OWN),
    *(f"cooperations/{{{page}}}/" for page in ("pk", "sk", "lv")),
    *(f"cooperations/{{partner}}/?{query}" for query in NESTED),
    *(
        f"{endpoint}/{{{page}}}/{query}"
        for endpoint in ("pages", "cooperations")
        for page in ("partner", "network", "exchange")
        for query in ("", "?rich_text_format=text")
    ),
    "pages/{index}/?fields=*",
    "cooperations/find/?id={pk}", "cooperations/find/?slug={slug}",
    "cooperations/find/?translation_key={key}&locale=sk",
    *(
        f"pages/find/?{query}{language}"
        for query in (
            "id={pk}", "id={sk}", "id={lv}", "html_path={path}", "html_path={sk_path}",
            "slug={slug}", "slug={sk_slug}", "translation_key={key}",
        )
        for language in ("", "&locale=sk", "&locale=lv&fallback=sk,de")
    ),
    *(f"images/{query}" for query in ("", "?fields=*", "?order=-id", "?order=title&limit=1")),
    "images/?renditions=small", "images/{img}/", "images/{img}/?fields=*", "images/{photo}/",
    f"images/?search={MARK}bilda", f"images/?search={MARK}fotoa", "images/?id={img}",
    f"images/?title={quote(words('bild'))}", f"images/?title={quote(words('foto'))}",
    "images/find/?id={img}", "images/find/?id={photo}", "images/?id__gte={img}",
    *(f"documents/{query}" for query in ("", "?fields=*", "?order=-id", "?order=title&limit=1")),
    "documents/{doc}/", "documents/{doc}/?fields=*", f"documents/?search={MARK}dateia",
    f"documents/?title={quote(words('datei'))}", "documents/find/?id={doc}",
    "documents/?id={doc}", "documents/?id__gte={doc}",
]  # fmt: skip


# The states. Each closes something, gives control, and then removes it.


def page_state(**fields):
    def state(world):
        world.pages().filter(pk=PK).update(**fields)
        yield
        world.without_page()

    return state


def unpublished(world):
    PartnerPage.objects.get(pk=PK).unpublish()
    yield
    world.without_page()


def never_published(world):
    Page.objects.filter(pk=PK).update(
        live=False, first_published_at=None, last_published_at=None, has_unpublished_changes=True
    )
    yield
    world.without_page()


def scheduled(world):
    page = PartnerPage.objects.get(pk=PK)
    page.unpublish()
    page.go_live_at = FUTURE
    page.save_revision(approved_go_live_at=FUTURE)
    Page.objects.filter(pk=PK).update(go_live_at=FUTURE)
    yield
    world.without_page()


def restricted(kind):
    def state(world):
        PageViewRestriction.objects.create(page_id=PK, restriction_type=kind, password=MARK)
        yield
        world.without_page()

    return state


def below(parent_of):
    """The secret, its translation and its alias move below another page."""

    def state(world):
        parent = parent_of(world)
        for pk in (PK, PK + 1, PK + 2):
            Page.objects.get(pk=pk).move(Page.objects.get(pk=parent.pk), "last-child")
        yield
        world.without_page()

    return state


def only_source_below(parent_of):
    def state(world):
        parent = parent_of(world)
        Page.objects.get(pk=PK).move(Page.objects.get(pk=parent.pk), "last-child")
        yield
        world.without_page()

    return state


def private_parent(world, depth=1):
    parent = world.kis_page("start")
    for number in range(depth):
        parent = parent.add_child(
            instance=StandardPage(title=words(f"eltern{number}"), slug=f"{MARK}-eltern{number}")
        )
        if number == 0:
            PageViewRestriction.objects.create(page=parent, restriction_type="login")
    return parent


def far_below_a_private_parent(world):
    return private_parent(world, depth=12)


def private_far_below(world):
    """A restriction deeper in the tree than its index reaches."""
    parent = private_parent(world, depth=12)
    PageViewRestriction.objects.update(page=parent)
    Page.objects.filter(title__startswith=f"{MARK}eltern").update(live=False)
    return parent


def alias_of_a_private_page(world):
    """A parent that mirrors a private one, of which Wagtail restricts what is below as well."""
    private = private_parent(world)
    return private.create_alias(parent=world.kis_page("start"), update_slug=f"{MARK}-spiegel")


def no_site(world):
    root = Page.objects.get(depth=1)
    return root.add_child(instance=HomePage(title=words("heimatlos"), slug=f"{MARK}-heimatlos"))


def other_site(world):
    home = no_site(world)
    Site.objects.create(hostname="anders.example.org", root_page=home, site_name=words("site"))
    return home


def translation_state(**fields):
    """The translation and the alias alone are closed: the original stays as it is."""

    def state(world):
        Page.objects.filter(pk__in=[PK + 1, PK + 2]).update(**fields)
        yield
        Page.objects.filter(pk__in=[PK + 1, PK + 2]).delete()

    return state


def draft_edit(world):
    """Words, images, documents, people and links that only a draft of a live page has."""
    world.without_image()
    world.without_document()
    new_image = get_image_model().objects.create(
        pk=PK + 10, title=words("bild"), file=get_test_image_file(f"{MARK}bild.png")
    )
    new_document = get_document_model().objects.create(
        pk=PK + 12, title=words("datei"), file=ContentFile(b"%PDF", f"{MARK}datei.pdf")
    )
    for host in world.hosts:  # The live pages don't use them.
        Page.objects.filter(pk=host.pk).update(title="Offen")
        live = type(host).objects.get(pk=host.pk)
        live.body, live.downloads = [], []
        live.save()
    # The live title of the page stands in public.
    world.without_page()
    world.without_person()
    world.without_topic()
    Organisation.objects.filter(pk=world.organisation.pk).update(
        name="Offen", official_name="", short_name="", city=""
    )
    for host in world.hosts:
        draft = type(host).objects.get(pk=host.pk)
        draft.title, draft.slug = words("entwurf"), f"{MARK}-slug"
        draft.lead, draft.region = words("vorspann"), words("region")
        draft.body = [
            {"type": "image", "value": {"image": new_image.pk, "alt": words("alt")}},
            {"type": "document", "value": {"document": new_document.pk}},
            {"type": "paragraph", "value": f"<p>{words('text')}</p>"},
        ]
        draft.save_revision()
    yield
    for host in world.hosts:
        page = Page.objects.get(pk=host.pk)
        Page.objects.filter(pk=host.pk).update(
            latest_revision=None, has_unpublished_changes=False, draft_title=page.title
        )
        page.revisions.all().delete()
    new_image.delete()
    new_document.delete()


def snippet_unpublished(name):
    def state(world):
        getattr(world, name).unpublish()
        yield
        getattr(world, f"without_{name}")()

    return state


def snippet_never_published(name):
    def state(world):
        item = getattr(world, name)
        type(item).objects.filter(pk=item.pk).update(live=False, first_published_at=None)
        yield
        getattr(world, f"without_{name}")()

    return state


def snippet_draft_edit(world):
    for item, field in (
        (world.topic, "name"), (world.organisation, "name"), (world.person, "role")
    ):  # fmt: skip
        type(item).objects.filter(pk=item.pk).update(**{field: "Offen"})
    Organisation.objects.filter(pk=world.organisation.pk).update(
        official_name="", short_name="", city=""
    )
    world.without_page()
    world.without_image()
    world.without_document()
    world.without_details()
    drafts = []
    for item, field in (
        (world.topic, "name"), (world.organisation, "name"), (world.person, "role")
    ):  # fmt: skip
        draft = type(item).objects.get(pk=item.pk)
        setattr(draft, field, words("entwurf"))
        draft.save_revision()
        drafts.append(draft)
    yield
    for draft in drafts:
        type(draft).objects.filter(pk=draft.pk).update(
            latest_revision=None, has_unpublished_changes=False
        )
        draft.revisions.all().delete()


def snippet_translation(world):
    """A Slovak version of the organisation that isn't published; the German one is open."""
    Organisation.objects.filter(pk=world.organisation.pk).update(
        name="Offen", official_name="", short_name="", city=""
    )
    for name in ("page", "image", "document", "details", "topic"):
        getattr(world, f"without_{name}")()
    Person.objects.filter(pk=world.person.pk).update(role="Offen")
    slovak = Locale.objects.get(language_code="sk")
    drafts = [
        Organisation.objects.create(
            name=words("verein"), locale=slovak, live=False,
            translation_key=world.organisation.translation_key,
        ),
        Person.objects.create(
            role=words("rolle"), locale=slovak, live=False,
            translation_key=world.person.translation_key,
        ),
    ]  # fmt: skip
    yield
    for draft in drafts:
        draft.delete()


def consent(**fields):
    def state(world):
        Consent.objects.filter(pk=world.consent.pk).update(**fields)
        yield
        world.without_details()

    return state


def no_consent(world):
    world.consent.delete()
    yield
    world.without_details()


def collection(kind, deep=False):
    def state(world):
        private = Collection.get_first_root_node().add_child(name=words("sammlung"))
        CollectionViewRestriction.objects.create(
            collection=private, restriction_type=kind, password=MARK
        )
        if deep:
            private = private.add_child(name=words("darunter"))
        for item in (world.image, world.document, world.photo):
            type(item).objects.filter(pk=item.pk).update(collection=private)
        yield
        world.without_image()
        world.without_document()
        world.photo.delete()

    return state


def files_of_closed_pages(close):
    """The image and the document are used by a page that isn't public, and by no other."""

    def state(world):
        world.without_topic()
        world.without_person()
        Organisation.objects.filter(pk=world.organisation.pk).update(
            name="Offen", official_name="", short_name="", city=""
        )
        for host in world.hosts:
            live = type(host).objects.get(pk=host.pk)
            live.body, live.downloads = [], []
            for name in ("flyer", "basis_document"):
                if hasattr(live, name):
                    setattr(live, name, None)
            live.save()
        page = PartnerPage.objects.get(pk=PK)
        page.body, page.basis_document = body(world.ids), world.document
        page.save()
        close(page)
        yield
        world.without_page()
        world.image.delete()
        world.document.delete()
        world.photo.delete()

    return state


def close_by_draft(page):
    Page.objects.filter(pk=page.pk).update(live=False)


def close_by_login(page):
    PageViewRestriction.objects.create(page=page, restriction_type="login")


def close_by_expiry(page):
    Page.objects.filter(pk=page.pk).update(expire_at=PAST)


STATES = {
    "draft": never_published,
    "scheduled": scheduled,
    "unpublished": unpublished,
    "unpublished, in the database alone": page_state(live=False),
    "expired by the clock": page_state(expire_at=PAST),
    "private by login": restricted("login"),
    "private by group": restricted("groups"),
    "private by password": restricted("password"),
    "below a private parent": below(private_parent),
    "its original below a private parent": only_source_below(private_parent),
    "far below a private parent": below(far_below_a_private_parent),
    "private far below": below(private_far_below),
    "below an alias of a private page": below(alias_of_a_private_page),
    "without site": below(no_site),
    "of another site": below(other_site),
    "translation and alias unpublished": translation_state(live=False),
    "translation and alias expired": translation_state(expire_at=PAST),
    "draft edit of live pages": draft_edit,
    **{f"{name} unpublished": snippet_unpublished(name) for name in
       ("topic", "organisation", "person")},
    **{f"{name} never published": snippet_never_published(name) for name in
       ("topic", "organisation", "person")},
    "draft edit of snippets": snippet_draft_edit,
    "translation of a snippet unpublished": snippet_translation,
    "without consent": no_consent,
    "consent withdrawn": consent(withdrawn_on=PAST.date()),
    "consent for this site only": consent(api=False),
    "consent from tomorrow on": consent(given_on=FUTURE.date()),
    "files of a collection by login": collection("login"),
    "files of a collection by group": collection("groups"),
    "files of a collection by password": collection("password"),
    "files below a private collection": collection("login", deep=True),
    "files used by a draft only": files_of_closed_pages(close_by_draft),
    "files used by a private page only": files_of_closed_pages(close_by_login),
    "files used by an expired page only": files_of_closed_pages(close_by_expiry),
}  # fmt: skip
#: What of the secret stays public in a state, because another thing is closed.
PAGE_WORDS = ["titel", "preklad", "slug", "alias", "seo", "beschreibung", "vorspann", "uvod",
              "zweck", "region", "zeit", "grundlage", "text"]  # fmt: skip
WORDS = {
    "page": ["titel", "preklad", "-slug", "-preklad", "-alias", "seo", "beschreibung", "vorspann",
             "uvod", "zweck", "region", "zeit", "grundlage", "text", "eltern", "heimatlos",
             "spiegel", "site"],
    "topic": ["thema"],
    "organisation": ["verein", "amtlich", "kurz", "ort"],
    "person": ["rolle", "name", "@", " "],
    "details": ["name", "@", "foto"],
    "files": ["bild", "datei", "foto", "sammlung", "darunter"],
}  # fmt: skip


def closed_words(state):
    """The beginnings of the words that an answer may not have in a state."""
    if "translation and alias" in state:
        return [f"{MARK}{one}" for one in ("preklad", "-preklad", "uvod", "-alias")]
    if state in ("draft edit of live pages", "draft edit of snippets") or "of a snippet" in state:
        return [MARK]
    if "files" in state and "used by" in state:
        return [MARK]
    if "files" in state:
        kind = "files"
    elif "consent" in state:
        kind = "details"
    else:
        kind = next((one for one in ("topic", "organisation", "person") if one in state), "page")
    return [f"{MARK}{one}" for one in WORDS[kind]]


@pytest.fixture
def world(kis_page, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        return World(kis_page).remember()


def has_echo(path, text):
    return MARK in unquote(path) or str(PK)[:-2] in path


@pytest.mark.parametrize("state", STATES)
def test_closed_is_missing(world, state, django_capture_on_commit_callbacks):
    steps = STATES[state](world)
    with django_capture_on_commit_callbacks(execute=True):
        next(steps)
    closed = world.ask()
    with django_capture_on_commit_callbacks(execute=True):
        next(steps, None)
    missing = world.ask()
    paths = world.questions()
    different = [question for question in closed if closed[question] != missing[question]]
    assert not different, [
        (one, closed[one][:1], first_difference(closed[one], missing[one])) for one in different[:5]
    ] + different
    for question, (_status, head, text) in closed.items():
        asked = unquote(paths[question])
        for word in closed_words(state):
            if word not in asked:
                assert word not in f"{head}{text}", (question, word)


def first_difference(one, other):
    one, other = f"{one[1]}{one[2]}", f"{other[1]}{other[2]}"
    pairs = zip(one, other, strict=False)
    place = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
    return one[max(0, place - 80) : place + 120], other[max(0, place - 80) : place + 120]


def endpoints():
    """The addresses of the API as the router has them: ``^pages/``, ``<int:pk>/`` and so on."""

    def walk(patterns, route):
        for one in patterns:
            here = route + str(one.pattern).lstrip("^")
            if isinstance(one, URLPattern):
                yield here
            else:
                yield from walk(one.url_patterns, here)

    parts = [one for one in get_resolver().url_patterns if str(one.pattern) == "api/v2/"]
    return {address for part in parts for address in walk(part.url_patterns, "api/v2/")}


def route_of(path):
    return resolve(f"/api/v2/{path.split('?')[0]}").route.replace("^", "")


def test_every_endpoint_is_asked(world):
    """A new endpoint needs questions in ``QUESTIONS``."""
    asked = {route_of(path) for path in world.questions().values()}
    assert endpoints() <= asked


#: Their answers don't depend on content.
CONSTANT = ["openapi.json", "docs/"]


def test_every_question_can_see_something(world, django_capture_on_commit_callbacks):
    """While all of it is public, each question tells it from what is missing."""
    shown = world.ask()
    blind = set(QUESTIONS) - set(CONSTANT)
    for name in ("page", "image", "document", "details", "person", "topic", "organisation"):
        with django_capture_on_commit_callbacks(execute=True):
            getattr(world, f"without_{name}")()
        now = world.ask()
        blind -= {question for question in blind if shown[question] != now[question]}
        shown = now
    # Languages and states in which the secret never was, and words that nothing public has.
    expected = re.compile(r"search=zqxm(name|rolle|thema|entwurf)|first_published_at__lte")
    assert not [one for one in sorted(blind) if not expected.search(one)]
