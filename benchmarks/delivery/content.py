"""Many cooperations in four languages: 12 fields, 6 blocks and 3 inlines each."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.db import connection
from django.utils import timezone
from wagtail.models import Locale, Page, Site
from wagtail.search.backends import get_search_backend

from home.models import HomePage
from partners.delivery.shelf.version import current_version
from partners.models import CooperationIndexPage, Organisation, Person, Topic
from partners.models.pages import (
    CooperationContact,
    CooperationTopic,
    PartnerPage,
    RelatedCooperation,
)
from tests.many import add_partners

CODES = ["de", "en", "sk", "lv"]
TEXT = "<p>" + "Fachkräfte beraten einander in Fällen von häuslicher Gewalt. " * 6 + "</p>"


def _body() -> str:
    def block(kind: str, value: Any) -> dict[str, Any]:
        return {"type": kind, "value": value, "id": str(uuid.uuid4())}

    return json.dumps(
        [
            block("heading", {"text": "Zusammenarbeit", "level": "h2"}),
            block("paragraph", TEXT),
            block("paragraph", TEXT),
            block("quote", {"text": "Gemeinsam erreichen wir mehr.", "source": "Leitbild"}),
            block("callout", {"tone": "info", "title": "Hinweis", "text": TEXT}),
            block("activity", {"title": "Fallberatung", "rhythm": "monatlich", "text": TEXT}),
        ]
    )


def _snippets(locales: list[Any]) -> tuple[list[Any], list[Any], list[Any]]:
    """A topic, a person and an organisation, each in every language."""
    keys = [uuid.uuid4() for _kind in range(3)]
    made: tuple[list[Any], list[Any], list[Any]] = ([], [], [])
    for locale in locales:
        topic = Topic.objects.create(name="Schutz", locale=locale, translation_key=keys[0])
        office = Organisation.objects.create(
            name="Beispielstelle", city="Leipzig", locale=locale, translation_key=keys[1]
        )
        person = Person.objects.create(
            role="Fachberatung", locale=locale, translation_key=keys[2], organisation=office
        )
        for found, one in zip(made, (topic, person, office), strict=True):
            found.append(one)
    return made


def build(number: int) -> None:
    """A site with this number of cooperations in each language, in place of what was there."""
    for page in Page.objects.filter(depth=2):
        page.delete()
    root = Page.objects.get(depth=1)
    locales = [Locale.objects.get_or_create(language_code=code)[0] for code in CODES]
    topics, people, offices = _snippets(locales)
    home_key, list_key = uuid.uuid4(), uuid.uuid4()
    keys = [uuid.uuid4() for _page in range(number)]
    for place, locale in enumerate(locales):
        home = root.add_child(
            instance=HomePage(
                title="Start", slug=f"start-{place}", locale=locale, translation_key=home_key
            )
        )
        root.refresh_from_db()
        if place == 0:
            site = {"hostname": "127.0.0.1", "port": 80, "root_page": home}
            Site.objects.update_or_create(is_default_site=True, defaults=site)
        index = home.add_child(
            instance=CooperationIndexPage(
                title="Liste", slug="liste", locale=locale, translation_key=list_key
            )
        )
        ids = add_partners(
            index, number, body=_body(), purpose="Schutz von Betroffenen", region="Leipzig",
            basis_note="Vereinbarung", organisation=offices[place],
        )  # fmt: skip
        pages = [Page(pk=pk, translation_key=key) for pk, key in zip(ids, keys, strict=True)]
        Page.objects.bulk_update(pages, ["translation_key"], batch_size=500)
        CooperationTopic.objects.bulk_create(
            [CooperationTopic(page_id=pk, topic=topics[place]) for pk in ids], batch_size=500
        )
        CooperationContact.objects.bulk_create(
            [CooperationContact(page_id=pk, person=people[place]) for pk in ids], batch_size=500
        )
        RelatedCooperation.objects.bulk_create(
            [RelatedCooperation(page_id=pk, page_to_id=ids[pk == ids[0]]) for pk in ids],
            batch_size=500,
        )
    Page.objects.update(latest_revision_created_at=timezone.now())
    pages = PartnerPage.objects.select_related("locale").order_by("pk")
    for start in range(0, len(pages), 500):
        get_search_backend().add_bulk(PartnerPage, list(pages[start : start + 500]))
    current_version()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
