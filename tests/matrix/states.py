"""The states: each closes something.

For most of them ``World.without`` has the answers where that has never been; the others give a
function that goes on to remove it.
"""

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
from partners.models import Consent, Organisation, PartnerPage, Person
from tests.conftest import find_page
from tests.matrix.questions import MARK, PK, words
from tests.matrix.world import FUTURE, PAST, body


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
    """The secret, its translation and its alias move below another page."""

    def state(world):
        parent = parent_of(world)
        for pk in (PK, PK + 1, PK + 2):
            Page.objects.get(pk=pk).move(Page.objects.get(pk=parent.pk), "last-child")

    return state


def only_source_below(parent_of):
    def state(world):
        parent = parent_of(world)
        Page.objects.get(pk=PK).move(Page.objects.get(pk=parent.pk), "last-child")

    return state


def private_parent(world, depth=1):
    parent = find_page("start")
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
    return private.create_alias(parent=find_page("start"), update_slug=f"{MARK}-spiegel")


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

    def remove():
        for draft in drafts:
            type(draft).objects.filter(pk=draft.pk).update(
                latest_revision=None, has_unpublished_changes=False
            )
            draft.revisions.all().delete()

    return remove


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
            pk=PK + 20, name=words("verein"), locale=slovak, live=False,
            translation_key=world.organisation.translation_key,
        ),
        Person.objects.create(
            pk=PK + 21, role=words("rolle"), locale=slovak, live=False,
            translation_key=world.person.translation_key,
        ),
    ]  # fmt: skip

    def remove():
        for draft in drafts:
            draft.delete()

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


def close_by_draft(page):
    Page.objects.filter(pk=page.pk).update(live=False)


def close_by_login(page):
    PageViewRestriction.objects.create(page=page, restriction_type="login")


def close_by_expiry(page):
    Page.objects.filter(pk=page.pk).update(expire_at=PAST)


#: What closes something, by what is missing then; what "" closes it removes as well.
CLOSED = {
    "page": {
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
    },
    "translations": {
        "translation and alias unpublished": translation_state(live=False),
        "translation and alias expired": translation_state(expire_at=PAST),
    },
    "details": {
        "without consent": no_consent,
        "consent withdrawn": consent(withdrawn_on=timezone.localdate(PAST)),
        "consent for this site only": consent(api=False),
        "consent from tomorrow on": consent(given_on=timezone.localdate(FUTURE)),
    },
    "files": {
        "files of a collection by login": collection("login"),
        "files of a collection by group": collection("groups"),
        "files of a collection by password": collection("password"),
        "files below a private collection": collection("login", deep=True),
    },
    "": {
        "draft edit of live pages": draft_edit,
        "draft edit of snippets": snippet_draft_edit,
        "translation of a snippet unpublished": snippet_translation,
        "files used by a draft only": files_of_closed_pages(close_by_draft),
        "files used by a private page only": files_of_closed_pages(close_by_login),
        "files used by an expired page only": files_of_closed_pages(close_by_expiry),
    },
    **{
        name: {
            f"{name} unpublished": snippet_unpublished(name),
            f"{name} never published": snippet_never_published(name),
        }
        for name in ("topic", "organisation", "person")
    },
}
#: (what closes it, what is missing then) by the name of the state.
STATES = {
    name: (close, missing) for missing, states in CLOSED.items() for name, close in states.items()
}


#: The beginnings of the words of a secret.
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
