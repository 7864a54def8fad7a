"""The shelf of published items: the feed, versions of answers, and what mends it."""

import base64
import gzip
import hashlib
import json
import socket
import uuid

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.db.models import Value
from django.db.models.functions import Concat
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import Locale, Page, PageViewRestriction, Site
from wagtail_localize.models import StringTranslation

from home.models import StandardPage
from partners import kinds
from partners.conf import conf
from partners.delivery.answers.redis import ForgivingRedisCache
from partners.delivery.answers.views import PagesAPIViewSet
from partners.delivery.models import Item, Note, State
from partners.delivery.notes import triggers
from partners.delivery.shelf import suspects
from partners.delivery.shelf.settle import settle
from partners.delivery.shelf.version import current_version
from partners.models import Consent, CooperationTopic, Person, Topic
from tests.many import add_partners, restrict

FEED = "changes/"
LISTING = "/api/v2/cooperations/?locale=de&limit=20"


def read(api, since=None, **parameters):
    """All changes since a cursor, and the cursor to go on from."""
    changes, more = [], True
    while more:
        query = "&".join(f"{name}={value}" for name, value in parameters.items())
        answer = api(f"{FEED}?{query}" + (f"&since={since}" if since else ""))
        changes += answer["changes"]
        since, more = answer["meta"]["next"], answer["meta"]["has_more"]
    return changes, since


def refused(query, status):
    """The problem that the feed answers with."""
    response = Client().get(f"/api/v2/{FEED}?{query}")
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    return response.json()


def fits(change, kind, codes):
    """Whether a change is of a page of this type in one of these languages."""
    meta = change["item"]["meta"] if "item" in change else change
    return meta["type"] == kind and meta["locale"] in codes


def told(changes):
    return [(change["action"], change["id"], change.get("reason")) for change in changes]


@pytest.fixture
def person(kis_page):
    return kis_page("landesjugendpfarramt-sachsen").contacts.first().person


# The feed


def test_without_a_cursor_it_gives_all_there_is_once(api):
    changes, _since = read(api, limit=7)
    items = {change["id"]: change["item"] for change in changes}
    assert len(changes) == len(items)
    listed = api("pages/?limit=100")
    assert set(items) == {item["id"] for item in listed["items"]}
    assert items == {pk: api(f"pages/{pk}/") for pk in items}


def test_pages_of_the_feed_end_where_their_room_does(api, settings, django_assert_num_queries):
    whole, _since = read(api)
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "MAX_BYTES": 5_000}
    first = api(f"{FEED}?limit=500")
    assert 1 < len(first["changes"]) < len(whole) and first["meta"]["has_more"]
    assert read(api, limit=500)[0] == whole
    Item.objects.update(payload=None)  # Nobody knows how long what isn't made yet will be.
    assert api(f"{FEED}?limit=498")["changes"] == first["changes"]
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "MAX_BYTES": 1}
    assert len(api(f"{FEED}?limit=500")["changes"]) == 1
    assert read(api, limit=500)[0] == whole
    with django_assert_num_queries(3):  # the version, which rows come next, what fits
        api(f"{FEED}?limit=499")


def test_what_changes_while_it_is_read_comes_by_its_later_number(api, kis_page):
    page, changed = kis_page("triade"), []
    read(api)

    def publish(execute, sql, *more):
        if "payload" in sql and "OCTET" not in sql and "BLOB" not in sql and not changed:
            changed.append(page.title)
            page.title = "Währenddessen"
            page.save_revision().publish()
            settle()
        return execute(sql, *more)

    question = f"{FEED}?limit=500&type=kis_partners.PartnerPage"
    with connection.execute_wrapper(publish):
        answer = api(question)
    assert changed and answer["changes"]
    later, _since = read(api, answer["meta"]["next"])
    assert "Währenddessen" in [change["item"]["title"] for change in later]


def test_a_page_comes_once_as_it_is_now(api, kis_page):
    _changes, since = read(api)
    page = kis_page("triade")
    for title in ("Eins", "Zwei"):
        page.title = title
        page.save_revision().publish()
    changes, _since = read(api, since)
    [change] = [change for change in changes if change["id"] == page.pk]
    assert change["item"]["title"] == "Zwei"
    family = {one.pk for one in page.get_translations(inclusive=True)}
    assert family <= {change["id"] for change in changes}
    assert read(api, _since)[0] == []


def test_a_draft_is_no_change(api, kis_page):
    _changes, since = read(api)
    page = kis_page("triade")
    page.title = "Entwurf"
    page.save_revision()
    assert read(api, since)[0] == []


@pytest.mark.parametrize(
    ("close", "reason"),
    [
        (lambda page: page.unpublish(), "unpublished"),
        (lambda page: page.delete(), "deleted"),
        (
            lambda page: PageViewRestriction.objects.create(page=page, restriction_type="login"),
            "restricted",
        ),
        (
            lambda page: Page.objects.filter(pk=page.pk).update(expire_at=timezone.now()),
            "expired",
        ),
        (lambda page: Page.objects.filter(pk=page.pk).update(live=False), "unpublished"),
        (lambda page: page.move(Page.objects.get(depth=1), pos="last-child"), "moved"),
    ],
)
def test_what_is_closed_is_retracted_with_its_translations(api, kis_page, close, reason):
    _changes, since = read(api)
    page = kis_page("triade")
    family = {one.pk for one in page.get_translations(inclusive=True)}
    close(page)
    changes, _since = read(api, since)
    retracted = {pk: why for action, pk, why in told(changes) if action == "delete"}
    assert retracted[page.pk] == reason
    if reason != "moved":
        assert family <= set(retracted)
    # A filter leaves out the rest and nothing else.
    kind, codes = page._meta.label, ("lv", "sk")
    filtered, _since = read(api, since, locale=",".join(codes), type=kind)
    assert told(filtered) == [told([change])[0] for change in changes if fits(change, kind, codes)]
    assert len({change["id"] for change in filtered} & family) == 2


def test_a_withdrawn_consent_is_a_change_of_every_page_that_showed_the_name(api, person, kis_page):
    person.name = "Erika Mustermann"
    person.save_revision().publish()
    consent = Consent.objects.create(
        person=person, name=True, api=True, given_on=timezone.localdate(), evidence="Brief"
    )
    changes, since = read(api)
    naming = {change["id"] for change in changes if "Mustermann" in str(change["item"])}
    assert len(naming) >= 4
    page, client = kis_page("landesjugendpfarramt-sachsen"), Client()
    addresses = [
        page.get_url(),
        f"/api/v2/{FEED}",
        f"/api/v2/pages/{page.pk}/",
        "/api/v2/cooperations/?limit=100",
        "/api/v2/cooperations/?search=Landesjugendpfarramt",
        f"/api/v2/pages/?type={page._meta.label}&fields=contacts",
    ]
    for _kept in range(2):
        for address in addresses:
            assert "Mustermann" in client.get(address).content.decode(), address
    consent.withdrawn_on = timezone.localdate()
    consent.save()
    for address in [*addresses, "/feeds/de/atom.xml", "/feeds/de/feed.json"]:
        response = client.get(address)
        assert response.status_code == 200
        assert "Mustermann" not in response.content.decode(), address
    changes, _since = read(api, since)
    assert naming <= {change["id"] for change in changes}
    assert "Mustermann" not in str(changes)
    assert not Item.objects.filter(payload__contains="Mustermann").exists()


def test_a_snippet_reaches_the_pages_that_show_it_in_another_language(api, kis_page):
    _changes, since = read(api)
    topic = Topic.objects.filter(locale__language_code="lv").first()
    topic.name = "Cits nosaukums"
    topic.save_revision().publish()
    changes, _since = read(api, since)
    assert any("Cits nosaukums" in str(change["item"]) for change in changes)


def test_the_words_of_a_snippet_concern_the_pages_that_show_it_how_it_was_translated_nobody(api):
    links = CooperationTopic.objects.values_list("topic__translation_key", "page_id")
    naming = {key: {page for one, page in links if one == key} for key, _page in links}
    key = min(naming, key=lambda one: len(naming[one]))
    topic = Topic.objects.get(translation_key=key, locale__language_code="sk")
    _changes, since = read(api)
    records = StringTranslation.objects.filter(context__object_id=key)
    assert records.update(translation_type="manual")
    assert read(api, since) == ([], since)
    Topic.objects.filter(pk=topic.pk).update(name="Iné")
    changes, _since = read(api, since)
    named = {change["id"] for change in changes}
    slovak = Page.objects.filter(pk__in=naming[key], locale=topic.locale)
    assert named == set(slovak.values_list("pk", flat=True)) < naming[key]


def test_filters_hide_no_page_that_leaves_them(api, kis_page):
    page = kis_page("triade", "sk")
    _changes, since = read(api, locale="sk")
    latvian = Locale.objects.get(language_code="lv")
    Page.objects.filter(pk=page.pk).update(locale=latvian, translation_key=uuid.uuid4())
    Page.objects.get(pk=page.pk).move(kis_page("kooperationen", "lv"), pos="last-child")
    changes, _since = read(api, since, locale="sk")
    assert ("delete", page.pk, "refiled") in told(changes)


def test_who_reads_another_language_is_not_told_of_a_page_that_was_closed_for_a_while(
    api, kis_page
):
    page = kis_page("triade")
    _changes, since = read(api, locale="sk")
    page.unpublish()
    read(api)
    page.save_revision().publish()
    changes, _since = read(api, since, locale="sk")
    assert page.pk not in {change["id"] for change in changes}
    assert ("upsert", page.pk, None) in told(read(api, since)[0])


def test_a_filter_by_type_gives_pages_of_that_type_and_of_those_that_derive_from_it(api):
    given = {}
    for kind in ("kis_partners.NetworkPage", "kis_partners.CooperationPage", "wagtailcore.Page"):
        changes, _since = read(api, type=kind)
        given[kind] = {change["item"]["meta"]["type"] for change in changes}
    assert given["kis_partners.NetworkPage"] == {"kis_partners.NetworkPage"}
    labels = {model._meta.label for model in kinds.kinds()}
    assert given["kis_partners.CooperationPage"] == given["wagtailcore.Page"] & labels
    assert given["kis_partners.NetworkPage"] < given["kis_partners.CooperationPage"]
    assert given["wagtailcore.Page"] > labels & given["wagtailcore.Page"]


def test_a_page_that_becomes_one_of_another_type_leaves_the_feed_of_the_old_one(api, kis_page):
    page, kind = kis_page("triade"), "kis_partners.PartnerPage"
    _changes, since = read(api, type=kind)
    plain = ContentType.objects.get_for_model(Page)
    Page.objects.filter(pk=page.pk).update(content_type=plain)
    assert ("delete", page.pk, "refiled") in told(read(api, since, type=kind)[0])
    assert ("upsert", page.pk, None) in told(read(api, since)[0])


@pytest.mark.parametrize("damage", ["x", "eyJ4IjoxfQ", "ä", "a" * 300])
def test_a_damaged_cursor_is_refused_and_the_answer_says_how_to_go_on(api, damage):
    answer = refused(f"since={damage}", 400)
    assert ("since" in answer["detail"] and "NUL" in answer["detail"]) or "begin again" in str(
        answer
    )


@pytest.mark.parametrize("seq", [-1, "x", None, 2**70, [], {}])
def test_a_cursor_that_somebody_made_up_is_refused(api, seq):
    cursor = read(api)[1]
    text = base64.urlsafe_b64decode(cursor + "==").decode()
    signed, _colon, signature = text.rpartition(":")
    made_up = json.dumps([*json.loads(signed)[:2], seq, 0])
    for check in (signature, hashlib.sha256(made_up.encode()).hexdigest()[:8], ""):
        forged = base64.urlsafe_b64encode(f"{made_up}:{check}".encode()).decode().rstrip("=")
        assert "begin again" in refused(f"since={forged}", 400)["detail"]


def test_a_cursor_of_another_shelf_or_of_the_future_is_gone(api, kis_page):
    _changes, since = read(api)
    State.objects.update(number=0)
    assert "begin again" in refused(f"since={since}", 410)["detail"]
    State.objects.update(number=10**6, epoch=uuid.uuid4())
    assert "begin again" in refused(f"since={since}", 410)["detail"]


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=x", "type=no.Such", "locale=xx"])
def test_what_the_feed_cannot_answer_it_refuses(api, query):
    assert refused(query, 400)["status"] == 400


# Versions


def test_an_answer_that_is_known_is_not_sent_again(db, kis_page, django_assert_num_queries):
    client = Client()
    first = client.get(LISTING, headers={"accept-encoding": "gzip"})
    assert first["Content-Encoding"] == "gzip" and first["Content-Language"] == "de"
    headers = {"accept-encoding": "gzip", "if-none-match": first["ETag"]}
    with django_assert_num_queries(1):
        again = client.get(LISTING, headers=headers)
    assert again.status_code == 304 and not again.content
    assert again["ETag"] == first["ETag"]
    page = kis_page("triade")
    page.title = "Anders"
    page.save_revision().publish()
    changed = client.get(LISTING, headers=headers)
    assert changed.status_code == 200 and changed["ETag"] != first["ETag"]


def test_a_script_of_another_site_may_read_that_nothing_has_changed(db):
    """A browser asks the headers of the 304 whether it may, not those that it knows."""
    origin, client = {"origin": "https://www.example.org"}, Client()
    tag = client.get(LISTING, headers=origin)["ETag"]
    for _kept in range(2):
        again = client.get(LISTING, headers={**origin, "if-none-match": tag})
        assert again.status_code == 304 and again["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("weight", ["0", "0.0", "0.00", "0.000"])
def test_who_refuses_a_coding_does_not_get_it(db, weight):
    for accepted in (f"gzip;q={weight}, br;q={weight}", f"br ; Q={weight},identity"):
        assert "Content-Encoding" not in Client().get(
            LISTING, headers={"accept-encoding": accepted}
        )


def test_what_is_compressed_already_is_so_once(db, settings):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "django.middleware.gzip.GZipMiddleware"]
    answer = Client().get(LISTING, headers={"accept-encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(answer.content))["items"]


def test_every_answer_says_how_long_it_holds_and_what_it_shows(db, kis_page):
    page = kis_page("triade")
    for path in [
        LISTING, "/api/v2/pages/?fields=*", f"/api/v2/pages/{page.pk}/", "/api/v2/images/",
        "/api/v2/documents/", "/api/v2/locales/", "/api/v2/changes/", "/api/v2/openapi.json",
    ]:  # fmt: skip
        response = Client().get(path)
        assert response.status_code == 200, path
        assert response["ETag"].startswith('"')
        assert response["Cache-Control"] == "public, no-cache"
        # A moment in seconds would hide the second of two changes.
        assert "Last-Modified" not in response
        assert response["Vary"] == "Accept, Accept-Encoding, Origin"
        assert response["Surrogate-Key"].split()[0] == "api"
    assert f"page-{page.pk}" in Client().get(LISTING)["Surrogate-Key"].split()


def test_one_tag_stands_for_one_body(db):
    client = Client()
    answers = {}
    for headers in (
        {}, {"accept-encoding": "gzip"}, {"accept-encoding": "br"},
        {"accept": "application/ld+json"}, {"origin": "https://example.org"},
    ):  # fmt: skip
        for path in (LISTING, LISTING.replace("de", "sk")):
            response = client.get(path, headers=headers)
            answers.setdefault(response["ETag"], set()).add(response.content)
    assert all(len(bodies) == 1 for bodies in answers.values())
    assert len(answers) == len(set.union(*answers.values())) == 8  # the origin changes no body


def test_what_an_editor_gets_is_nobody_elses(editor):
    response = editor.get(LISTING)
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store" and "ETag" not in response
    response = Client().get(LISTING, headers={"authorization": "Token x"})
    assert response["Cache-Control"] == "private, no-store"


def test_an_error_of_the_site_is_kept_nowhere(db, settings, monkeypatch):
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "SHARED_SECONDS": 3600}
    monkeypatch.setattr("partners.delivery.answers.views.LocalesAPIViewSet.listing_view", None)
    response = Client(raise_request_exception=False).get("/api/v2/locales/")
    assert (response.status_code, response["Cache-Control"]) == (500, "private, no-store")
    assert Client().get("/api/v2/none/")["Cache-Control"] == "public, max-age=0, s-maxage=3600"


def test_a_random_order_is_never_kept(db):
    response = Client().get("/api/v2/pages/?order=random")
    assert response["Cache-Control"] == "no-store" and "ETag" not in response


def test_a_flood_of_questions_does_not_fill_the_cache(db, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "flood",
            "OPTIONS": {"MAX_ENTRIES": 10**6},
        }
    }
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "CACHE_SLOTS": 8}
    client = Client()
    for number in range(60):
        assert client.get(f"/api/v2/locales/?_={number}").status_code == 200
    kept = [key for key in caches["default"]._cache if "kis-answer" in key]
    assert 1 <= len(kept) <= 8


def test_without_its_cache_the_site_only_gets_slower(editor, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "partners.delivery.answers.redis.ForgivingRedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
            "OPTIONS": {"socket_connect_timeout": 0.2, "socket_timeout": 0.2},
        }
    }
    for client, path in ((Client(), LISTING), (editor, "/admin/"), (editor, "/admin/pages/")):
        assert client.get(path, follow=True).status_code == 200


def test_a_cache_that_hangs_is_asked_once_by_all_threads(monkeypatch):
    monkeypatch.setattr("partners.delivery.answers.redis.PAUSE", 3600)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        caches = [
            ForgivingRedisCache(address, {"OPTIONS": {"socket_timeout": 0.2}}) for _thread in "ab"
        ]
        assert [cache.get("x", "none") for cache in caches] == ["none", "none"]
        server.accept()[0].close()
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()


# What mends it


def every_trigger():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return {name for (name,) in cursor.fetchall()}


def add_a_trigger_of_the_sites_own():
    does = "BEGIN SELECT 1; END"
    if connection.vendor == "postgresql":
        does = "EXECUTE FUNCTION suppress_redundant_updates_trigger()"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TRIGGER another BEFORE UPDATE ON auth_group FOR EACH ROW {does}")


def test_reconcile_finds_what_happened_without_triggers(api, kis_page, capsys):
    _changes, since = read(api)
    add_a_trigger_of_the_sites_own()
    everyones = every_trigger()
    page = kis_page("triade")
    triggers.remove()
    Page.objects.filter(pk=page.pk).update(title="Ohne Auslöser")
    assert triggers.missing()
    assert read(api, since)[0] == []
    call_command("reconcile")
    assert "wagtailcore_page" in capsys.readouterr().out
    assert not triggers.missing() and not Note.objects.exists()
    [change] = [change for change in read(api, since)[0] if change["id"] == page.pk]
    assert change["item"]["title"] == "Ohne Auslöser"
    assert every_trigger() == everyones
    call_command("reconcile")
    assert capsys.readouterr().out == "The shelf is as the pages are.\n"


def test_reconcile_finds_items_that_are_not_as_their_pages(api, kis_page, capsys):
    _changes, since = read(api)
    pk = kis_page("triade").pk
    Item.objects.filter(page_id=pk).update(payload='{"id":1}')
    call_command("reconcile")
    assert "1 items were not" in capsys.readouterr().out
    assert ("upsert", pk, None) in told(read(api, since)[0])
    call_command("reconcile", "--new-epoch")
    assert refused(f"since={since}", 410)["status"] == 410


def test_another_release_answers_from_the_pages_and_keeps_the_shelf(api, kis_page, settings):
    api("pages/")
    before = State.objects.values().get()
    settings.KIS_PARTNERS_RELEASE = "another"
    assert not current_version().usable
    assert api("pages/?limit=3")["meta"]["total_count"] > 3
    assert refused("", 503)["status"] == 503
    assert State.objects.values().get() == before


def test_a_release_is_the_same_in_every_language(db, settings):
    assert current_version().usable
    settings.KIS_PARTNERS_RELEASE = None  # as before, but the process has to find out again
    with translation.override("sk"):
        assert current_version().usable


def test_every_table_that_answers_depend_on_is_watched(db):
    assert not triggers.missing()
    watched = {watch.table for watch in triggers.watches()}
    assert {
        "wagtailcore_page",
        "kis_partners_partnerpage",
        "kis_partners_cooperationtopic",
        "kis_partners_person",
        "kis_partners_consent",
        "wagtailimages_image",
        "wagtaildocs_document",
        "wagtailcore_site",
        "wagtailcore_pageviewrestriction",
    } <= watched
    assert not {"auth_user", "django_session", "wagtailcore_revision"} & watched


def test_what_pages_refer_to_is_watched_whether_or_not_it_is_a_snippet(db, monkeypatch):
    monkeypatch.setattr(triggers, "get_snippet_models", list)
    watched = {watch.table for watch in triggers.watches()}
    assert {"kis_partners_topic", "kis_partners_person", "kis_partners_organisation"} <= watched


def test_a_sites_own_field_is_watched_although_wagtail_has_one_of_its_name(db, monkeypatch):
    monkeypatch.setattr(triggers, "UNSEEN_FIELDS", frozenset(["name", "purpose", "title"]))
    seen = {watch.table: watch.seen for watch in triggers.watches()}
    assert "name" in seen["kis_partners_topic"]
    assert "purpose" in seen["kis_partners_cooperationpage"]
    assert "title" not in seen["wagtailcore_page"]


def test_private_pages_change_without_a_trace(api, kis_page):
    page = kis_page("triade")
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    _changes, since = read(api)
    number = State.objects.get().number
    page.title = "Geheim"
    page.save_revision().publish()
    assert read(api, since) == ([], since)
    assert State.objects.get().number == number


def kept():
    """All that the cache of answers holds."""
    slots = [f"kis-answer-{number}" for number in range(conf().cache_slots)]
    return str(caches["default"].get_many(slots))


def test_what_is_withdrawn_lies_in_no_cache(api, person):
    person.name = "Erika Mustermann"
    person.save_revision().publish()
    consent = Consent.objects.create(
        person=person, name=True, api=True, given_on=timezone.localdate(), evidence="Brief"
    )
    api("cooperations/?locale=de")
    assert "Mustermann" in kept()
    consent.delete()
    api("locales/")
    assert "Mustermann" not in kept()


def test_more_suspects_than_one_request_compares_wait_for_the_next(api, monkeypatch):
    _changes, since = read(api)
    monkeypatch.setattr(suspects, "ATTEMPTS", 3)
    monkeypatch.setattr(suspects, "BATCH", 20)
    Page.objects.filter(depth__gt=1).update(title=Concat("title", Value("!")))
    refused(f"since={since}", 503)
    changes, since = read(api, since)
    assert len(changes) > 40 and read(api, since) == ([], since)


def test_an_answer_that_was_withdrawn_while_it_was_made_is_not_kept(api, kis_page, monkeypatch):
    page, other = kis_page("triade"), Client()
    api("locales/")  # this process knows the version
    other.get("/api/v2/locales/")  # and another one
    address, made = page.url, PagesAPIViewSet.listing_view

    def slow(view, request):
        response = made(view, request)
        page.unpublish()
        other.get("/api/v2/images/")
        return response

    monkeypatch.setattr(PagesAPIViewSet, "listing_view", slow)
    question = "pages/?type=kis_partners.PartnerPage&limit=50"
    assert address in str(api(question))
    assert address not in kept()


def test_what_an_editor_withdraws_leaves_the_cache_before_anybody_asks(api, kis_page, editor):
    page = kis_page("triade")
    address = reverse("wagtailadmin_pages:unpublish", args=[page.pk])
    api("cooperations/?locale=de")
    assert page.url in kept()
    assert editor.post(reverse("wagtailadmin_account")).status_code in (200, 302)
    assert page.url in kept()
    assert editor.post(address).status_code == 302
    assert page.url not in kept()


@pytest.mark.slow
def test_a_thousand_restrictions_at_once_are_settled(api, kis_page):
    ids = add_partners(kis_page("kooperationen"), 1100)
    _changes, since = read(api)
    restrict(ids)
    assert current_version().settled
    assert {change[0] for change in told(read(api, since)[0])} == {"delete"}
    assert Item.objects.filter(page_id__in=ids, tombstone=False).count() == 0


def test_two_sites_have_shelves_of_their_own(api, kis_page):
    Site.objects.create(hostname="other.example", root_page=kis_page("kooperationen"))
    _changes, _since = read(api)
    other = Client(headers={"host": "other.example"}).get("/api/v2/changes/?limit=500").json()
    ids = {change["id"] for change in other["changes"]}
    assert kis_page("triade").pk in ids and kis_page("start").pk not in ids


def test_a_site_that_has_nothing_to_show_has_an_empty_feed(api, kis_page):
    waiting = StandardPage(title="Wartet", slug="wartet", live=False)
    root = kis_page("start").add_child(instance=waiting)
    Site.objects.create(hostname="empty.example", root_page=root)
    client = Client(headers={"host": "empty.example"})
    answer = client.get(f"/api/v2/{FEED}").json()
    assert answer["changes"] == [] and not answer["meta"]["has_more"]
    root.save_revision().publish()
    since = answer["meta"]["next"]
    [change] = client.get(f"/api/v2/{FEED}?since={since}").json()["changes"]
    assert (change["action"], change["id"]) == ("upsert", root.pk)


def test_a_person_without_consent_is_on_no_shelf(api, person):
    read(api)
    Person.objects.filter(pk=person.pk).update(name="Max Mustermann")
    assert "Max Mustermann" not in str(api("cooperations/?limit=100"))
    assert not Item.objects.filter(payload__contains="Max Mustermann").exists()
