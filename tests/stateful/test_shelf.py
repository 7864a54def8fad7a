"""Whatever editors do: who follows the feed has what a full crawl gives, and no answer is stale.

Random actions of editors, translators, administrators and the clock, with a reader in between who
reads the feed in pages of random sizes, some of them twice. After every action

- a reader who reads to the end has exactly the pages that can be read, as they are now, and
- answers from the shelf and the cache are those that are computed from the pages themselves.

``KIS_SEQUENCES`` is the number of sequences of 30 actions; none begins after ``KIS_UNTIL``.
"""

import datetime
import json
import os
import time
import uuid
from functools import wraps
from unittest import mock

import hypothesis.strategies as st
import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client, RequestFactory, TestCase, override_settings
from django.utils import timezone
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
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
from wagtail_localize.models import (
    String,
    StringSegment,
    StringTranslation,
    TranslatableObject,
    Translation,
    TranslationContext,
    TranslationSource,
)

from home.models import HomePage, StandardPage
from kis_wagtail.api import router
from partners.api.payload import payloads, whole_pages
from partners.api.renderers import dumps
from partners.delivery.models import Item, State
from partners.delivery.shelf import version as shelf
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
    NetworkMember,
    RelatedCooperation,
)
from partners.public.pages import site_pages
from partners.public.translations import really_translated

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

# The shelf has nothing to say to another release: its answers are computed from the pages.
LIVE = {"KIS_PARTNERS_RELEASE": "another"}
QUESTIONS = [
    "cooperations/?limit=100",
    "cooperations/?locale=sk&fallback=lv,de&limit=5&order=-title",
    "cooperations/?fields=_,title,contacts,translations&country=DE",
    "pages/?limit=100",
    "pages/?locale=sk&limit=100&fields=*",
    "pages/?include_aliases=true&limit=3&offset=2",
    "pages/?min_state=complete&order=-last_published_at,id&limit=50",
    "pages/?type=kis_partners.PartnerPage&fields=*&rich_text_format=text",
    "pages/find/?slug=seite-1&locale=de",
    "locales/",
    "images/",
    "documents/",
]

slots = st.integers(0, 11)
words = st.sampled_from(["Alpha", "Beta", "Gamma", "Delta"])


def action(**drawn):
    """A rule that does nothing in a sequence for which there is no time any more."""

    def of(function):
        @wraps(function)
        def act(self, **values):
            if not self.late:
                function(self, **values)

        return rule(**drawn)(act)

    return of


class Editors(RuleBasedStateMachine):
    """One sequence of actions on a small site of its own, rolled back at its end."""

    begun = 0

    def __init__(self):
        super().__init__()
        # What has failed and is tried again does nothing then, and fails as flaky.
        self.late = time.time() > float(os.environ.get("KIS_UNTIL", "inf"))
        if self.late:
            return
        Editors.begun += 1
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.shift = datetime.timedelta()
        self.clock = mock.patch("django.utils.timezone.now", self.now)
        self.clock.start()
        #: How many statements have changed something, and after how many all was checked.
        self.written, self.checked = 0, None
        self.notice = connection.execute_wrapper(self.count)
        self.notice.__enter__()
        cache.clear()
        shelf._last = None
        State.objects.update(epoch=uuid.uuid4())
        self.begin()
        self.held, self.cursor = {}, ""
        #: One client for all: its middleware remembers what it has answered.
        self.client, self.asked = Client(), 0

    def now(self):
        return datetime.datetime.now(datetime.UTC) + self.shift

    def count(self, execute, sql, *more):
        self.written += sql.startswith(("INSERT", "UPDATE", "DELETE"))
        return execute(sql, *more)

    def teardown(self):
        if self.late:
            return
        self.notice.__exit__(None, None, None)
        self.clock.stop()
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def begin(self):
        """A site of three levels in German, its home page in Slovak, and one of everything."""
        self.german, self.slovak, self.latvian = (
            Locale.objects.get(language_code=code) for code in ("de", "sk", "lv")
        )
        self.image = get_image_model().objects.create(title="Bild", file=get_test_image_file())
        self.document = get_document_model().objects.create(
            title="Blatt", file=ContentFile(b"%PDF", "blatt.pdf")
        )
        self.collection = Collection.get_first_root_node().add_child(name="Ablage")
        self.organisation = Organisation.objects.create(
            name="Verein", locale=self.german, logo=self.image, country="DE"
        )
        self.person = Person.objects.create(
            role="Ansprechperson", name="Erika Mustermann", email="erika@example.org",
            photo=self.image, locale=self.german, organisation=self.organisation,
        )  # fmt: skip
        self.topic = Topic.objects.create(name="Schutz", locale=self.german)
        root = Page.objects.get(depth=1)
        self.home = root.add_child(
            instance=HomePage(title="Anfang", slug="anfang", locale=self.german)
        )
        Site.objects.update(root_page=self.home)
        Site.clear_site_root_paths_cache()
        self.index = self.home.add_child(
            instance=CooperationIndexPage(title="Liste", slug="liste", locale=self.german)
        )
        self.number = 0
        for _count in range(2):
            self.add(PartnerPage)
        self.add(NetworkPage)

    # What there is to act on

    def pages(self, **conditions):
        mine = Page.objects.filter(path__startswith=self.home.path, depth__gt=2)
        translated = Page.objects.filter(
            translation_key__in=mine.values("translation_key"), depth__gt=2
        )
        return list((mine | translated).filter(**conditions).distinct().order_by("pk"))

    def page(self, slot, **conditions):
        found = self.pages(**conditions)
        return found[slot % len(found)].specific if found else None

    def add(self, model, parent=None):
        self.number += 1
        text = (
            f'<p>Von <a linktype="person" id="{self.person.pk}">der Ansprechperson</a> und '
            f'<a linktype="page" id="{self.index.pk}">der Liste</a>, '
            f'<a linktype="document" id="{self.document.pk}">Blatt</a></p>'
        )
        fields = {
            "title": f"Seite {self.number}",
            "slug": f"seite-{self.number}",
            "locale": self.german,
        }
        if model is StandardPage:
            fields["body"] = [("paragraph", text)]
        else:
            fields |= {
                "lead": "Worum es geht.",
                "body": [
                    ("paragraph", text),
                    ("document", {"document": self.document, "title": "", "language": "de"}),
                ],
                "contacts": [CooperationContact(person=self.person)],
                "topics": [CooperationTopic(topic=self.topic)],
                "related": [RelatedCooperation(page_to_id=pk) for pk in self.related()],
            }
        if model is PartnerPage:
            fields["organisation"] = self.organisation
        elif model is NetworkPage:
            fields |= {"role": "member", "level": "local", "flyer": self.document}
            fields["members"] = [NetworkMember(organisation=self.organisation)]
        parent = parent or (self.home if model is StandardPage else self.index)
        parent = Page.objects.get(pk=parent.pk)
        if Page.objects.filter(pk=parent.pk).exists():
            return parent.add_child(instance=model(**fields))
        return None

    def related(self):
        return [page.pk for page in self.pages() if isinstance(page.specific, PartnerPage)][:1]

    # Pages

    @action(model=st.sampled_from([PartnerPage, NetworkPage, StandardPage]))
    def create(self, model):
        if len(self.pages()) < 14 and Page.objects.filter(pk=self.index.pk).exists():
            self.add(model)

    @action(slot=slots, word=words)
    def edit_and_publish(self, slot, word):
        if page := self.page(slot, alias_of=None):
            page.title, page.lead = f"{page.title.split()[0]} {word}", f"Nun {word}."
            page.save_revision().publish()

    @action(slot=slots, word=words)
    def save_a_draft(self, slot, word):
        if page := self.page(slot, alias_of=None):
            page.title = f"Entwurf {word}"
            page.save_revision()

    @action(slot=slots)
    def publish_the_draft(self, slot):
        if (page := self.page(slot, alias_of=None)) and page.get_latest_revision():
            page.get_latest_revision().publish()

    @action(slot=slots, below=st.booleans())
    def unpublish(self, slot, below):
        if page := self.page(slot, live=True):
            page.unpublish()
            if below:
                for child in page.get_descendants().live():
                    child.specific.unpublish()

    @action(slot=slots, days=st.integers(1, 3))
    def let_expire(self, slot, days):
        if page := self.page(slot, alias_of=None):
            page.expire_at = timezone.now() + datetime.timedelta(days)
            page.save_revision().publish()

    @action(slot=slots, days=st.integers(1, 3))
    def schedule(self, slot, days):
        if page := self.page(slot, alias_of=None):
            page.go_live_at = timezone.now() + datetime.timedelta(days)
            page.title = "Später"
            page.save_revision().publish()

    @action(days=st.integers(1, 2), job=st.booleans())
    def time_passes(self, days, job):
        self.shift += datetime.timedelta(days)
        if job:
            call_command("publish_scheduled", verbosity=0)

    @action(slot=slots, place=slots)
    def move(self, slot, place):
        page = self.page(slot)
        parents = [self.home, self.index, *self.pages()]
        parent = Page.objects.filter(pk=parents[place % len(parents)].pk).first()
        if (
            page
            and parent
            and not parent.path.startswith(page.path)
            and page.get_parent().pk != parent.pk
            and Page._slug_is_available(page.slug, parent)
        ):
            page.move(parent, pos="last-child")

    @action(slot=slots)
    def delete(self, slot):
        if (page := self.page(slot)) and page.pk != self.index.pk:
            Page.objects.get(pk=page.pk).specific.delete()

    @action(slot=slots, word=words)
    def change_the_address(self, slot, word):
        if page := self.page(slot, alias_of=None):
            slug = f"{word.lower()}-{page.pk}"
            page.slug = slug
            page.save_revision().publish()

    @action(slot=slots, kind=st.sampled_from(["login", "password", "groups"]))
    def restrict(self, slot, kind):
        if page := self.page(slot):
            restriction = PageViewRestriction.objects.create(
                page_id=page.pk, restriction_type=kind, password="geheim"
            )
            restriction.groups.set(Group.objects.all()[:1])

    @action()
    def lift_restrictions(self):
        PageViewRestriction.objects.all().delete()

    @action(slot=slots)
    def copy(self, slot):
        if (page := self.page(slot)) and len(self.pages()) < 14:
            self.number += 1
            page.copy(update_attrs={"slug": f"seite-{self.number}"}, keep_live=True)

    @action(slot=slots)
    def alias(self, slot):
        page = self.page(slot)
        if page and len(self.pages()) < 14:
            self.number += 1
            page.create_alias(update_slug=f"seite-{self.number}", parent=page.get_parent())

    # Behind everybody's back

    @action(slot=slots, live=st.booleans())
    def update_without_a_signal(self, slot, live):
        if page := self.page(slot):
            Page.objects.filter(pk=page.pk).update(live=live)

    @action(slot=slots, word=words)
    def write_sql(self, slot, word):
        if page := self.page(slot):
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE wagtailcore_page SET title = %s WHERE id = %s", [f"SQL {word}", page.pk]
                )

    # Snippets, files and who may see them

    @action(word=words)
    def change_the_person(self, word):
        self.person.role, self.person.name = f"Rolle {word}", f"Erika {word}"
        self.person.save_revision().publish()

    @action(word=words)
    def change_the_organisation(self, word):
        self.organisation.name = f"Verein {word}"
        self.organisation.save_revision().publish()

    @action(what=st.sampled_from(["person", "organisation", "topic"]))
    def unpublish_a_snippet(self, what):
        item = getattr(self, what)
        item.refresh_from_db()
        if item.live:
            item.unpublish()
        else:
            item.live = True
            item.save_revision().publish()

    @action(word=words, code=st.sampled_from(["sk", "lv"]))
    def translate_the_topic(self, word, code):
        locale = Locale.objects.get(language_code=code)
        topic = self.topic.get_translation_or_none(locale) or self.topic.copy_for_translation(
            locale
        )
        topic.name = f"{code} {word}"
        topic.live = True
        topic.save()

    @action(api=st.booleans(), day=st.integers(-1, 2))
    def consent(self, api, day):
        given = timezone.localdate() + datetime.timedelta(day)
        Consent.objects.create(
            person=self.person, name=True, contact=True, photo=True, api=api, given_on=given,
            evidence="Brief",
        )  # fmt: skip

    @action()
    def withdraw_consent(self):
        for consent in Consent.objects.filter(person=self.person):
            consent.withdrawn_on = timezone.localdate()
            consent.save()

    @action(word=words)
    def change_the_image(self, word):
        self.image.title = word
        self.image.focal_point_x = self.image.focal_point_y = 10
        self.image.save()

    @action(word=words)
    def change_the_document(self, word):
        self.document.title = f"Blatt {word}"
        self.document.save()

    @action(what=st.sampled_from(["image", "document"]), away=st.booleans())
    def move_a_file(self, what, away):
        item = getattr(self, what)
        item.collection = self.collection if away else Collection.get_first_root_node()
        item.save()

    @action(closed=st.booleans())
    def restrict_the_collection(self, closed):
        CollectionViewRestriction.objects.all().delete()
        if closed:
            CollectionViewRestriction.objects.create(
                collection=self.collection, restriction_type="login"
            )

    # Languages and sites

    @action(slot=slots, code=st.sampled_from(["sk", "lv"]), some=st.booleans())
    def translate(self, slot, code, some):
        page = self.page(slot, locale=self.german, alias_of=None)
        if not page or not page.live:
            return
        locale = Locale.objects.get(language_code=code)
        for above in Page.objects.get(pk=page.pk).get_ancestors(inclusive=True).filter(depth__gt=1):
            if above.pk != page.pk and above.has_translation(locale):
                continue
            source, _new = TranslationSource.update_or_create_from_instance(above.specific)
            translation, _new = Translation.objects.get_or_create(
                source=source, target_locale=locale
            )
            for count, segment in enumerate(StringSegment.objects.filter(source=source)):
                if not some or count % 2 == 0:
                    StringTranslation.objects.update_or_create(
                        translation_of=segment.string, context=segment.context, locale=locale,
                        defaults={
                            "data": segment.string.data
                            if "<a" in segment.string.data
                            else f"{code} {segment.string.data}"[:200],
                            "translation_type": "manual" if some else "machine",
                        },
                    )  # fmt: skip
            with TestCase.captureOnCommitCallbacks(execute=True):
                translation.save_target(publish=True)

    @action(slot=slots)
    def lose_a_string(self, slot):
        found = StringTranslation.objects.order_by("pk")
        if number := found.count():
            found[slot % number].delete()

    @action(slot=slots)
    def stop_translating(self, slot):
        found = Translation.objects.order_by("pk")
        if number := found.count():
            one = found[slot % number]
            one.enabled = not one.enabled
            one.save()

    @action(slot=slots)
    def repeat_in_latvian(self, slot):
        page = self.page(slot, locale=self.german, alias_of=None)
        if page and not page.has_translation(self.latvian):
            page.copy_for_translation(self.latvian, copy_parents=True, alias=True)

    @action(port=st.sampled_from([80, 8000]))
    def change_the_site(self, port):
        site = Site.objects.get()
        site.port = port
        site.save()

    @action()
    def move_the_site(self):
        site = Site.objects.get()
        other = self.home if site.root_page_id != self.home.pk else self.index
        if Page.objects.filter(pk=other.pk).exists():
            site.root_page = Page.objects.get(pk=other.pk)
            site.save()

    # The reader

    @action(limit=st.integers(1, 7), again=st.booleans())
    def read_a_page(self, limit, again):
        before = self.cursor
        self.cursor, _more = self.read(self.held, self.cursor, limit)
        if again:  # The answer was lost on its way, and is asked for once more.
            self.cursor, _more = self.read(self.held, before, limit + 1)

    def read(self, held, cursor, limit):
        answer = self.ask(f"changes/?limit={limit}" + (f"&since={cursor}" if cursor else ""))
        for change in answer["changes"]:
            if change["action"] == "delete":
                held.pop(change["id"], None)
            else:
                held[change["id"]] = change["item"]
        return answer["meta"]["next"], answer["meta"]["has_more"]

    def ask(self, question):
        response = self.client.get(f"/api/v2/{question}")
        assert response.status_code == 200, response.content
        return response.json()

    # What must hold

    @invariant()
    def all_is_right(self):
        if self.late:
            return
        now = (self.written, self.shift)
        if now != self.checked:  # Else nothing has happened but that a reader has read.
            self.no_answer_is_stale()
            self.there = self.crawl()
        self.the_reader_has_what_a_crawl_gives()
        self.checked = (self.written, self.shift)

    def crawl(self):
        """All pages that can be read, computed from the pages themselves, by id."""
        with override_settings(**LIVE):
            request = RequestFactory().get("/api/v2/pages/")
            request.wagtailapi_router = router
            public = site_pages(request)
            pages = really_translated(Page.objects.filter(pk__in=public.values("pk")))
            types = {page.pk: page.specific_class._meta.label for page in pages}
            items = payloads(whole_pages(types), request, public, router)
        return json.loads(dumps({str(pk): item for pk, item in items.items()}))

    def the_reader_has_what_a_crawl_gives(self):
        held, cursor, more = dict(self.held), self.cursor, True
        while more:
            cursor, more = self.read(held, cursor, 500)
        assert {str(pk): item for pk, item in held.items()} == self.there

    def no_answer_is_stale(self):
        # Made, kept, and made again from what the version is known to have.
        accepted = ["", "", "application/json"]
        question = QUESTIONS[5 * self.asked % len(QUESTIONS)]
        self.asked += 1
        answers = [
            self.client.get(f"/api/v2/{question}", headers={"accept": one} if one else {})
            for one in accepted
        ]
        with override_settings(**LIVE):
            computed = Client().get(f"/api/v2/{question}")
        for response in answers:
            assert response.status_code == computed.status_code
            assert response.content == computed.content, question


def leave_nothing():
    """Only languages, groups and a site without pages are left, as if nothing else had ever been.

    So what happens in a sequence happens to what it has made.
    """
    Site.objects.update(root_page=Page.objects.get(depth=1))
    while page := Page.objects.filter(depth=2).first():
        page.specific.delete()
    for model in (
        *(Consent, Person, Organisation, Topic, get_image_model(), get_document_model()),
        *(TranslationSource, StringTranslation, TranslationContext, String, TranslatableObject),
    ):
        model.objects.all().delete()
    settle()
    Item.objects.all().delete()


@override_settings(
    # No question here searches.
    WAGTAILSEARCH_BACKENDS={
        "default": {"BACKEND": "wagtail.search.backends.database", "AUTO_UPDATE": False}
    }
)
# Nor is anything put into the index.
@mock.patch("modelsearch.signal_handlers.insert_or_update_object_task", mock.MagicMock())
def test_editors(db, capsys):
    """The same sequences for each ``KIS_SEED``, or with ``KIS_SOAK`` others each time."""
    leave_nothing()
    soak, number = "KIS_SOAK" in os.environ, int(os.environ.get("KIS_SEQUENCES", "100"))
    run_state_machine_as_test(
        Editors if soak else seed(int(os.environ.get("KIS_SEED", "1")))(Editors),
        settings=settings(
            max_examples=number,
            stateful_step_count=30,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Editors.begun, "there was no time for any sequence"
    with capsys.disabled():
        print(f"\n{Editors.begun} sequences, of at least {number} that were wanted")
