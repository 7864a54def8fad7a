"""Who reads the feed learns of an act exactly if it changes something that is public.

Each column of each table that a trigger watches is changed, one after the other and in different
rows, by a raw statement. What is public before and after is said by answers that are made from the
pages, without shelf and cache. So a note about a consent, or a photo that nobody may see, leaves no
trace: no number, no date, no tag and no place in the cursor.
"""

import copy
import json
import uuid

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, models, transaction
from django.test import Client, override_settings
from django.utils.module_loading import import_string
from wagtail.fields import StreamField
from wagtail.models import Page, Site

from partners.api.payload import neutral_request, payloads, whole_pages
from partners.api.renderers import dumps
from partners.conf import conf
from partners.delivery.notes.triggers import watches
from partners.public.pages import public_pages, site_pages
from tests.matrix.world import rolled_back
from tests.whole import WHOLE

# Wagtail leaves the temporary files of renditions to the garbage collector.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

#: Columns by which rows hold together; another value makes no site that could be, or needs a file.
STRUCTURE = {
    "path", "depth", "content_type_id", "base_content_type_id", "url_path", "file",
    "focal_point_x", "focal_point_y", "focal_point_width", "focal_point_height",
}  # fmt: skip
#: How many rows of a table are changed; a second one on one database is enough.
ROWS = 2 if WHOLE and connection.vendor == "sqlite" else 1
OTHERS = [
    "pages/?limit=100&fields=*&locale=de", "cooperations/?limit=100", "images/", "documents/",
    "locales/", "redirects/", "site/", "topics/?limit=100", "organisations/?limit=100", "people/",
    "countries/",
]  # fmt: skip
HTML = [
    "/de/", "/sk/", "/lv/", "/de/kooperationen/", "/de/kooperationen/fachkraefteaustausch/",
    "/sitemap.xml", "/embed/cooperations/?locale=sk",
]  # fmt: skip
READERS = [f"/feeds/{code}/{name}" for code in ("de", "sk") for name in ("atom.xml", "feed.json")]


def public_items():
    """What is public, by id, made from the pages."""
    site = Site.objects.select_related("root_page").first()
    request = neutral_request(site, import_string(conf().api_router))
    public = public_pages(Page.objects.all())
    pages = whole_pages({page.pk: page.specific_class._meta.label for page in public})
    items = payloads(pages, request, site_pages(request), request.wagtailapi_router)
    named = set(site_pages(request).values_list("pk", flat=True))
    return {pk: json.loads(dumps(item)) for pk, item in items.items() if pk in named}


def html():
    """Pages of some types and languages, lists and the site map, as readers have them."""
    client = Client()
    answers = {address: client.get(address) for address in HTML}
    return {address: (one.status_code, one.content) for address, one in answers.items()}


def html_made_now():
    with override_settings(KIS_PARTNERS={**settings.KIS_PARTNERS, "PAGES_READ": None}):
        return html()


class Follower:
    """Another site that follows the feed, with the tags and bytes of other answers."""

    def __init__(self):
        self.since, self.changes = "", []
        self.read(Client())
        html()
        self.answers = self.ask(Client())

    def read(self, client):
        query = f"&since={self.since}" if self.since else ""
        answer = client.get(f"/api/v2/changes/?limit=500&include_aliases=true{query}").json()
        assert not answer["meta"]["has_more"]
        self.since, self.changes = answer["meta"]["next"], answer["changes"]

    def ask(self, client):
        paths = [f"/api/v2/{path}" for path in OTHERS] + READERS
        answers = {path: client.get(path) for path in paths}
        return {path: (one.headers.get("ETag"), one.content) for path, one in answers.items()}


def other_values(column, value):
    """Values that a column could have instead."""
    if column.is_relation:
        others = column.related_model._base_manager.exclude(pk=value).order_by("pk")[:1]
        found = [column.target_field.get_db_prep_value(one.pk, connection) for one in others]
        return [*found, *([None] if column.null and value is not None else [])]
    if isinstance(column, StreamField):
        return ["[]"]
    if isinstance(column, models.JSONField):
        return ["{}"]
    if isinstance(column, models.BooleanField):
        return [not value]
    if isinstance(column, models.UUIDField):
        return [column.get_db_prep_value(uuid.uuid4(), connection)]
    if isinstance(column, models.DateTimeField):
        return ["2031-02-03 04:05:06+00:00"]
    if isinstance(column, models.DateField):
        return ["2020-02-03", "2031-02-03"]
    if isinstance(column, models.IntegerField):
        return [(value or 0) + 1]
    if column.choices:
        return [one for one, _label in column.flatchoices if one != value][:1]
    text = str(value or "")
    return [f"{text}x" if len(text) < (column.max_length or 1000) else text[:-1]]


def acts():
    """Each column that a trigger watches, as (model, name)."""
    by_table = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    for watch in watches():
        model = by_table[watch.table]
        names = set(watch.seen) - STRUCTURE
        for column in model._meta.local_concrete_fields:
            if column.column in names and not column.primary_key:
                yield model, column


ACTS = list(acts())


def test_every_table_with_a_trigger_has_acts():
    tables = {watch.table for watch in watches()}
    assert len(tables) > 30 and len(ACTS) > 190
    silent = tables - {model._meta.db_table for model, _column in ACTS}
    assert silent <= {"wagtailcore_collection"}  # its only one is the path


@pytest.mark.parametrize("label", sorted({model._meta.label for model, _column in ACTS}))
def test_the_feed_tells_what_is_public(world, label):
    before, follower = public_items(), Follower()
    taken = 0
    for model, column in ACTS:
        if model._meta.label != label:
            continue
        rows = list(model._base_manager.order_by("-pk").values_list("pk", column.attname)[:ROWS])
        for pk, value in rows:
            for other in other_values(column, value):
                with rolled_back():
                    what = act(model, column, pk, other)
                    if what:
                        taken += 1
                        told_exactly(before, copy.copy(follower), model, what)
                world.restore()
    assert taken or not model_has_rows(label)


def model_has_rows(label):
    return apps.get_model(label)._base_manager.exists()


def act(model, column, pk, value):
    """Put a value into a column; says what was done, None if the database doesn't take it."""
    table, key = model._meta.db_table, model._meta.pk
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f'UPDATE "{table}" SET "{column.column}" = %s WHERE "{key.column}" = %s',
                [value, key.get_db_prep_value(pk, connection)],
            )
            connection.check_constraints()
    except DatabaseError:
        return None
    return f"{table}.{column.column} of {pk} = {value}"


def told_exactly(before, follower, model, what):
    """The feed names the pages whose items are others now, and answers differ as their tags do."""
    after, since, client = public_items(), follower.since, Client()
    follower.read(client)
    told = {change["id"]: change for change in follower.changes}
    changed = {pk for pk in before.keys() | after.keys() if before.get(pk) != after.get(pk)}
    assert told.keys() == changed, what
    for pk, change in told.items():
        assert change["action"] == ("upsert" if pk in after else "delete"), what
    if not changed:
        assert follower.since == since, what
    assert html() == html_made_now(), what
    for path, (tag, body) in follower.ask(client).items():
        tag_before, body_before = follower.answers[path]
        assert (tag == tag_before) == (body == body_before), (what, path)
        if not changed and path in READERS and model is not Site:  # whose name is their title
            assert body == body_before, (what, path)
