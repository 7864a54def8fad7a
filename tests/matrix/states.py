"""The states: each closes something.

For most of them ``World.without`` has the answers where that has never been; the others give a
function that goes on to remove it. Each has an open twin: the same, but for what closes it. Most
often that is the site as it was made.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
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
    Site,
)

from home.models import HomePage, StandardPage
from partners.models import Consent, Organisation, PartnerPage, Person, Topic
from tests.conftest import find_page
from tests.matrix.questions import MARK, PK, words
from tests.matrix.world import FUTURE, PAST, body

#: The key of a home page, in all languages, that is none of KIS's site.
HOMELESS = uuid.UUID(int=7)


def page_state(**fields):
    def state(world):
        world.pages().filter(pk=PK).update(**fields)

    return state


def unpublished(world):
    PartnerPage.objects.get(pk=PK).unpublish()


def never_published(world):
    Page.objects.filter(pk=PK).update(
        live=False, first_published_at=None, last_published_at=None, has_unpublished_changes=True
    )


def scheduled(world):
    page = PartnerPage.objects.get(pk=PK)
    page.unpublish()
    page.go_live_at = FUTURE
    page.save_revision(approved_go_live_at=FUTURE)
    Page.objects.filter(pk=PK).update(go_live_at=FUTURE)


def restricted(kind):
    def state(world):
        PageViewRestriction.objects.create(page_id=PK, restriction_type=kind, password=MARK)

    return state


def below(parent_of):
    """The secret, its translation and its alias move below other pages, each of its language."""

    def state(world):
        parents = {}
        for pk in (PK, PK + 1, PK + 2):
            page = Page.objects.get(pk=pk)
            code = page.locale.language_code
            if code not in parents:
                parents[code] = parent_of(world, language=code).pk
            page.move(Page.objects.get(pk=parents[code]), "last-child")

    return state


def only_source_below(parent_of):
    def state(world):
        parent = parent_of(world)
        Page.objects.get(pk=PK).move(Page.objects.get(pk=parent.pk), "last-child")

    return state


def private_parent(world, depth=1, closed=True, language="de"):
    parent = find_page("start", language)
    for number in range(depth):
        parent = parent.add_child(
            instance=StandardPage(
                title=words(f"eltern{number}"),
                slug=f"{MARK}-eltern{number}",
                locale=parent.locale,
            )
        )
        if number == 0 and closed:
            PageViewRestriction.objects.create(page=parent, restriction_type="login")
    return parent


def far_below_a_private_parent(world, closed=True, language="de"):
    return private_parent(world, depth=12, closed=closed, language=language)


def private_far_below(world, closed=True, language="de"):
    """A restriction deeper in the tree than its index reaches."""
    parent = private_parent(world, depth=12, closed=closed, language=language)
    PageViewRestriction.objects.filter(page__locale=parent.locale).update(page=parent)
    Page.objects.filter(title__startswith=f"{MARK}eltern").update(live=False)
    return parent


def alias_of_a_private_page(world, closed=True, language="de"):
    """A parent that mirrors a private one, of which Wagtail restricts what is below as well."""
    private = private_parent(world, closed=closed, language=language)
    home = find_page("start", language)
    return private.create_alias(parent=home, update_slug=f"{MARK}-spiegel")


def no_site(world, language="de"):
    root = Page.objects.get(depth=1)
    home = HomePage(
        title=words("heimatlos"),
        slug=f"{MARK}-heimatlos-{language}",
        locale=Locale.objects.get(language_code=language),
        translation_key=HOMELESS,
    )
    return root.add_child(instance=home)


def other_site(world, language="de"):
    home = no_site(world, language)
    if language == "de":
        Site.objects.create(hostname="anders.example.org", root_page=home, site_name=words("site"))
    return home


def translation_state(**fields):
    """The translation and the alias alone are closed: the original stays as it is."""

    def state(world):
        Page.objects.filter(pk__in=[PK + 1, PK + 2]).update(**fields)

    return state


def draft_edit(world, closed=True):
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
        # Slugs are taken once.
        draft.slug = f"{draft.slug}-{draft.pk}"
        revision = draft.save_revision()
        if not closed:
            revision.publish()

    def remove():
        for host in world.hosts:
            page = Page.objects.get(pk=host.pk)
            Page.objects.filter(pk=host.pk).update(
                latest_revision=None, has_unpublished_changes=False, draft_title=page.title
            )
            page.revisions.all().delete()
        new_image.delete()
        new_document.delete()

    return remove


def snippet_unpublished(name):
    def state(world):
        getattr(world, name).unpublish()

    return state


def snippet_never_published(name):
    def state(world):
        item = getattr(world, name)
        item.unpublish()
        type(item).objects.filter(pk=item.pk).update(first_published_at=None)

    return state


def snippet_draft_edit(world, closed=True):
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
        revision = draft.save_revision()
        if not closed:
            revision.publish()
        drafts.append(draft)

    def remove():
        for draft in drafts:
            type(draft).objects.filter(pk=draft.pk).update(
                latest_revision=None, has_unpublished_changes=False
            )
            draft.revisions.all().delete()

    return remove


def snippet_translation(world, closed=True):
    """Slovak versions of what a Slovak page shows; they aren't published, the German ones are."""
    Organisation.objects.filter(pk=world.organisation.pk).update(
        name="Offen", official_name="", short_name="", city=""
    )
    for name in ("page", "image", "document", "details"):
        getattr(world, f"without_{name}")()
    Person.objects.filter(pk=world.person.pk).update(role="Offen")
    Topic.objects.filter(pk=world.topic.pk).update(name="Offen")
    slovak = Locale.objects.get(language_code="sk")
    host = PartnerPage(
        pk=PK + 23, title="Otvorený partner", slug="otvoreny-partner", locale=slovak,
        translation_key=world.hosts[0].translation_key, organisation=world.organisation,
    )  # fmt: skip
    find_page("kooperationen", "sk").add_child(instance=host)
    host.topics.create(topic=world.topic)
    host.contacts.create(person=world.person, side="own")
    host.save_revision().publish()
    versions = [
        model.objects.create(
            pk=PK + number, locale=slovak, live=not closed, translation_key=item.translation_key,
            **{field: words(word)},
        )
        for model, number, item, field, word in (
            (Organisation, 20, world.organisation, "name", "verein"),
            (Person, 21, world.person, "role", "rolle"),
            (Topic, 22, world.topic, "name", "thema"),
        )
    ]  # fmt: skip

    def remove():
        for version in versions:
            version.delete()

    return remove


def consent(**fields):
    def state(world):
        Consent.objects.filter(pk=world.consent.pk).update(**fields)

    return state


def no_consent(world):
    world.consent.delete()


def collection(kind, deep=False):
    def state(world):
        private = Collection.get_first_root_node().add_child(name=words("sammlung"))
        CollectionViewRestriction.objects.create(
            collection=private, restriction_type=kind, password=MARK
        )
        if deep:
            private = private.add_child(name=words("darunter"))
        for item in (world.image, world.document, world.photo):
            item.collection = private
            item.save()

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

        def remove():
            world.without_page()
            world.image.delete()
            world.document.delete()
            world.photo.delete()

        return remove

    return state


def leave_open(page):
    """The open twin of all of these."""


def close_by_draft(page):
    Page.objects.filter(pk=page.pk).update(live=False)


def close_by_login(page):
    PageViewRestriction.objects.create(page=page, restriction_type="login")


def close_by_expiry(page):
    Page.objects.filter(pk=page.pk).update(expire_at=PAST)


@dataclass(frozen=True)
class State:
    """``close`` closes something, and ``missing`` is what is missing then; where that is "",
    ``close`` gives a function that removes it. ``open`` makes the open twin in the same way.
    """

    close: Callable[[Any], Any]
    missing: str = ""
    open: Callable[[Any], Any] | None = None
    #: The name of the open twin, where several states have the same.
    twin: str = ""


def state(close, missing=""):
    """A state that takes ``closed`` and can be left open by it."""
    return State(close, missing, partial(close, closed=False))


def moved(parent_of):
    """The secret below a parent that closes it, and below the same one left open."""
    return State(below(parent_of), "page", below(partial(parent_of, closed=False)))


def used_by(close):
    opened = files_of_closed_pages(leave_open)
    return State(files_of_closed_pages(close), "", opened, "files used by one page")


STATES = {
    "draft": State(never_published, "page"),
    "scheduled": State(scheduled, "page"),
    "unpublished": State(unpublished, "page"),
    "unpublished, in the database alone": State(page_state(live=False), "page"),
    "expired by the clock": State(page_state(expire_at=PAST), "page"),
    "private by login": State(restricted("login"), "page"),
    "private by group": State(restricted("groups"), "page"),
    "private by password": State(restricted("password"), "page"),
    "below a private parent": moved(private_parent),
    "its original below a private parent": State(
        only_source_below(private_parent),
        "page",
        only_source_below(partial(private_parent, closed=False)),
    ),
    "far below a private parent": moved(far_below_a_private_parent),
    "private far below": moved(private_far_below),
    "below an alias of a private page": moved(alias_of_a_private_page),
    "without site": State(below(no_site), "page"),
    "of another site": State(below(other_site), "page"),
    "translation and alias unpublished": State(translation_state(live=False), "translations"),
    "translation and alias expired": State(translation_state(expire_at=PAST), "translations"),
    "without consent": State(no_consent, "details"),
    "consent withdrawn": State(consent(withdrawn_on=timezone.localdate(PAST)), "details"),
    "consent for this site only": State(consent(api=False), "details"),
    "consent from tomorrow on": State(consent(given_on=timezone.localdate(FUTURE)), "details"),
    "files of a collection by login": State(collection("login"), "files"),
    "files of a collection by group": State(collection("groups"), "files"),
    "files of a collection by password": State(collection("password"), "files"),
    "files below a private collection": State(collection("login", deep=True), "files"),
    "draft edit of live pages": state(draft_edit),
    "draft edit of snippets": state(snippet_draft_edit),
    "translation of a snippet unpublished": state(snippet_translation),
    "files used by a draft only": used_by(close_by_draft),
    "files used by a private page only": used_by(close_by_login),
    "files used by an expired page only": used_by(close_by_expiry),
    **{
        f"{name} {how}": State(close(name), name)
        for name in ("topic", "organisation", "person")
        for how, close in (
            ("unpublished", snippet_unpublished),
            ("never published", snippet_never_published),
        )
    },
}


#: A state by the name of each open twin: what is missing, where it is the site as it was made.
TWINS: dict[str, str] = {}
for _name, _state in STATES.items():
    TWINS.setdefault(_state.twin or (_name if _state.open else _state.missing), _name)

#: The beginnings of the words of a secret.
WORDS = {
    "page": ["titel", "preklad", "-slug", "-preklad", "-alias", "seo", "beschreibung", "vorspann",
             "uvod", "zweck", "region", "zeit", "grundlage", "text", "eltern", "heimatlos",
             "spiegel", "site"],
    "topic": ["thema"],
    "organisation": ["verein", "amtlich", "kurz", "ort"],
    "person": ["rolle", "name", "@", "9"],
    "details": ["name", "@", "9", "foto"],
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
