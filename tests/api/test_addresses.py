"""Addresses of pages: all of them in one list, and from a page's own address to its item."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from partners.models import CooperationIndexPage
from tests.languages import LANGUAGES
from tests.many import add_partners

JSON = "application/json"


@pytest.mark.usefixtures("from_shelf_and_pages")
def test_all_addresses_come_in_one_cheap_list(db, kis_page):
    index = CooperationIndexPage.objects.get(locale__language_code="de", title="Kooperationen")
    add_partners(index, 150)
    client = Client()
    client.get("/api/v2/pages/?limit=1&locale=de")
    query = {"fields": "_,html_url", "limit": 1000}
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/api/v2/pages/", query)
    assert answer.status_code == 200, answer.content
    asked = [one for one in queries.captured_queries if "SAVEPOINT" not in one["sql"]]
    assert len(asked) <= 6
    items = answer.json()["items"]
    assert len(items) == answer.json()["meta"]["total_count"] > 150
    assert all([*one] == ["meta"] and [*one["meta"]] == ["html_url"] for one in items)
    one_by_one = []
    address = "/api/v2/pages/?fields=_,html_url&limit=40"
    while address:
        part = client.get(address).json()
        one_by_one += part["items"]
        address = part["meta"]["next"]
    assert one_by_one == items
    more = "_,id,type,title,slug,locale,translation_key,html_url,detail_url,last_published_at"
    first = client.get("/api/v2/cooperations/", {"fields": more, "limit": 120, "order": "title"})
    assert len(first.json()["items"]) == 120 and first.json()["meta"]["next"]
    rest = client.get(first.json()["meta"]["next"]).json()
    assert rest["items"] and rest["meta"]["previous"]
    page = kis_page("triade")
    assert {page.full_url} <= {one["meta"]["html_url"] for one in items}


@pytest.mark.parametrize(
    "query",
    [
        "limit=1001&fields=_,html_url", "limit=101", "limit=101&fields=html_url",
        "limit=101&fields=_,html_url,translations", "limit=101&fields=_,parent(title)",
        "limit=101&fields=_,-title", "limit=101&fields=*",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["pages", "cooperations"])
def test_a_list_of_more_than_addresses_has_the_usual_limit(api, name, query):
    assert api(f"{name}/?{query}", 400)["parameter"] == "limit"


def test_images_have_the_usual_limit(api):
    assert api("images/?limit=101&fields=_,title", 400)["parameter"] == "limit"


@pytest.mark.parametrize("accept", [JSON, f"{JSON}, text/plain, */*", "application/ld+json"])
def test_a_page_leads_to_its_item_if_asked_for_json(kis_page, accept):
    client = Client()
    for code in ("de", *LANGUAGES):
        page = kis_page("triade", code)
        html = client.get(page.url)
        answer = client.get(page.url, headers={"Accept": accept})
        assert (answer.status_code, answer.url) == (302, f"/api/v2/pages/{page.pk}/")
        assert "Accept" in answer.headers["Vary"]
        item = client.get(answer.url, headers={"Accept": accept})
        assert item.headers["Content-Type"].startswith(accept.partition(",")[0])
        # What is kept as HTML is HTML for everybody else.
        for other in ("text/html,application/xhtml+xml,*/*;q=0.8", "*/*", "", f"text/html,{JSON}"):
            again = client.get(page.url, headers={"Accept": other} if other else {})
            assert (again.status_code, again.content) == (200, html.content), other
            assert "Accept" in again.headers["Vary"]
        assert client.get(page.url, headers={"Accept": f"{JSON};q=0.5, text/html"}).content == (
            html.content
        )


def test_where_html_is_not_kept_the_answer_depends_on_what_is_accepted(kis_page, settings):
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "PAGES_READ": None}
    page, client = kis_page("triade"), Client()
    assert "Accept" in client.get(page.url).headers["Vary"]
    assert client.get(page.url, headers={"Accept": JSON}).status_code == 302


def test_a_closed_page_leads_nowhere(kis_page):
    page, client = kis_page("triade"), Client()
    address = page.url
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    closed = client.get(address, headers={"Accept": JSON})
    assert closed.status_code == 302 and "/api/" not in closed.url
    page.unpublish()
    assert client.get(address, headers={"Accept": JSON}).status_code == 404
