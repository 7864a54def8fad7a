"""Former addresses: found as pages, by embeds, and listed."""

import pytest
from django.test import Client, TestCase
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Site

from partners.delivery.shelf.settle import settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("from_shelf_and_pages")]


def get(path, **options):
    return Client().get(f"/api/v2/{path}", follow=True, **options)


def listed(**query):
    answer = Client().get("/api/v2/redirects/", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def renamed(page, slug="umbenannt"):
    """A page with another slug; gives its former path."""
    former = page.url
    page.slug = slug
    with TestCase.captureOnCommitCallbacks(execute=True):
        page.save_revision().publish()
    return former


def test_a_renamed_page_is_found_at_its_former_address(kis_page):
    page = kis_page("triade")
    former = renamed(page)
    site = Site.objects.get(is_default_site=True)
    for address in (former, former.rstrip("/"), f"{site.root_url}{former}", f"{former}?from=mail"):
        found = get("pages/find/", data={"html_path": address})
        assert found.status_code == 200, address
        assert found.json()["id"] == page.pk
        assert found.json()["meta"]["html_url"].endswith("/umbenannt/")


def test_a_former_address_leads_to_the_language_that_is_asked_for(kis_page):
    page = kis_page("triade")
    former = renamed(page)
    found = get("pages/find/", data={"html_path": former, "locale": "sk"})
    assert found.json()["id"] == kis_page("triade", "sk").pk


def test_a_former_address_of_a_closed_page_leads_nowhere(kis_page):
    page = kis_page("triade")
    former = renamed(page)
    page.unpublish()
    assert get("pages/find/", data={"html_path": former}).status_code == 404
    assert listed()["items"] == []


def test_embeds_of_a_list_stay_when_its_address_changes(kis_page):
    page = kis_page("kooperationen")
    former = page.full_url
    assert Client().get("/oembed/", {"url": former}).status_code == 200
    renamed(page)
    found = Client().get("/oembed/", {"url": former})
    assert found.status_code == 200 and found.json()["title"] == page.title
    elsewhere = former.replace("//", "//example.org/", 1)
    assert Client().get("/oembed/", {"url": elsewhere}).status_code == 404


def test_all_former_addresses_are_listed_with_where_they_lead(kis_page):
    page = kis_page("triade")
    former = renamed(page)
    Redirect.add_redirect("/alt/", "https://example.org/neu", is_permanent=False)
    answer = listed(order="old_path")
    assert answer["meta"]["total_count"] == 2
    link, moved = answer["items"]
    assert (link["old_path"], link["location"]) == ("/alt", "https://example.org/neu")
    assert (link["is_permanent"], link["page"]) == (False, None)
    assert moved["old_path"] == former.rstrip("/")
    page.refresh_from_db()
    assert moved["location"] == page.full_url and moved["page"]["id"] == page.pk
    assert listed(old_path=moved["old_path"])["items"] == [moved]
    one = get(f"redirects/{moved['id']}/")
    assert one.json()["location"] == page.full_url


def former(page):
    item = get(f"pages/{page.pk}/").json()
    listed = get("cooperations/", data={"id": page.pk}).json()["items"]
    assert all(one["meta"]["former_urls"] == item["meta"]["former_urls"] for one in listed)
    return item["meta"]["former_urls"]


def test_an_item_names_its_former_addresses(kis_page):
    page, root = kis_page("triade"), Site.objects.get(is_default_site=True).root_url
    assert former(page) == []
    first = renamed(page)
    assert former(page) == [f"{root}{first.rstrip('/')}"]
    page.refresh_from_db()
    second = renamed(page, "noch-einmal")
    assert former(page) == sorted(f"{root}{one.rstrip('/')}" for one in (first, second))
    assert former(kis_page("triade", "sk")) == []
    made = Redirect.add_redirect("/größe/", page)
    assert f"{root}/gr%C3%B6%C3%9Fe" in former(page)
    # Another redirect takes its place on this site, and gives it back.
    own = Redirect.add_redirect("/größe/", site=Site.objects.get(is_default_site=True),
                                redirect_to=kis_page("kooperationen"))  # fmt: skip
    assert f"{root}/gr%C3%B6%C3%9Fe" not in former(page)
    own.delete()
    assert f"{root}/gr%C3%B6%C3%9Fe" in former(page)
    Redirect.objects.filter(pk=made.pk).update(redirect_page=kis_page("kooperationen"))
    assert f"{root}/gr%C3%B6%C3%9Fe" not in former(page)
    Redirect.objects.all().delete()
    assert former(page) == []


def test_a_redirect_is_a_change_of_the_page_it_leads_to(kis_page, settings):
    settings.KIS_PARTNERS_RELEASE = None
    page = kis_page("triade")
    begun = get("changes/", data={"limit": 500}).json()["meta"]["next"]
    made = Redirect.add_redirect("/alt/", page)
    answer = get("changes/", data={"since": begun}).json()
    assert [change["id"] for change in answer["changes"]] == [page.pk]
    assert len(answer["changes"][0]["item"]["meta"]["former_urls"]) == 1
    made.delete()
    answer = get("changes/", data={"since": answer["meta"]["next"]}).json()
    assert [change["item"]["meta"]["former_urls"] for change in answer["changes"]] == [[]]
    Redirect.add_redirect("/weg/", "https://example.org/")
    assert get("changes/", data={"since": answer["meta"]["next"]}).json()["changes"] == []


def test_a_redirect_of_the_site_stands_before_one_of_all_sites(kis_page):
    site = Site.objects.get(is_default_site=True)
    Redirect.add_redirect("/alt/", "https://example.org/all")
    Redirect.add_redirect("/alt/", "https://example.org/own", site=site)
    assert [one["location"] for one in listed()["items"]] == ["https://example.org/own"]


def test_redirects_take_as_many_statements_for_many_as_for_few(
    kis_page, django_assert_max_num_queries
):
    pages = [
        kis_page(key, code) for key in ("triade", "kooperationen") for code in ("de", "sk", "lv")
    ]
    for number, page in enumerate(pages):
        Redirect.add_redirect(f"/alt-{number}/", page)
    listed()
    with django_assert_max_num_queries(9):
        assert len(listed(limit=20, _="2")["items"]) == len(pages)


def test_what_is_kept_of_an_address_gives_way_to_a_new_redirect(kis_page):
    page, former = kis_page("triade"), "/de/alte-seite/"
    settle()
    client = Client()
    query = {"html_path": former}
    assert client.get(former).status_code == 404
    assert client.get("/api/v2/pages/find/", query).status_code == 404
    made = Redirect.add_redirect(former, page)
    answer = client.get(former)
    assert (answer.status_code, answer.url) == (301, page.url)
    assert client.get("/api/v2/pages/find/", query).status_code == 302
    made.delete()
    assert client.get(former).status_code == 404
    assert client.get("/api/v2/pages/find/", query).status_code == 404
