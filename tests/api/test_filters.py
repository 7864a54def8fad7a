"""Filters by columns: what their values mean, and how they are described."""

import pytest
from django.core.files.base import ContentFile
from django.db import models
from wagtail.documents import get_document_model
from wagtail.models import Locale, Page

from partners.api.filters import value_schema
from tests.conftest import find_page


def test_a_moment_without_a_zone_is_in_that_of_the_site(api, kis_page):
    page = kis_page("triade")
    Page.objects.filter(pk=page.pk).update(first_published_at="2030-01-01T12:00:00Z")
    for clock, found in (
        ("13:00", [page.pk]),
        ("13:01", []),
        ("12:01Z", []),
        ("12:00Z", [page.pk]),
    ):
        answer = api(f"pages/?first_published_at__gte=2030-01-01T{clock}")
        assert [item["id"] for item in answer["items"]] == found


@pytest.mark.parametrize(
    ("field", "kind", "form"),
    [
        (models.BooleanField(), "boolean", None),
        (models.UUIDField(), "string", "uuid"),
        (models.SmallIntegerField(), "integer", "int64"),
        (models.FloatField(), "number", None),
        (models.DecimalField(max_digits=5, decimal_places=2), "number", None),
        (models.DateField(), "string", "date"),
        (models.CharField(max_length=5), "string", None),
    ],
)
def test_a_filter_by_a_column_of_a_sites_own_kind_is_described(field, kind, form):
    schema = value_schema(field)
    assert (schema["type"], schema.get("format")) == (kind, form)


def test_a_moment_is_described_as_date_and_time_or_date():
    forms = [one["format"] for one in value_schema(models.DateTimeField())["anyOf"]]
    assert forms == ["date-time", "date"]
    keyed = value_schema(models.ForeignKey(Page, models.CASCADE))["anyOf"]
    assert [one["type"] for one in keyed] == ["string", "integer"]


def ids(answer):
    return [item["id"] for item in answer["items"]]


def test_ranges_and_several_values(api, kis_page):
    pages = [kis_page(key) for key in ("triade", "fachtagungen", "impressum")]
    first, middle, last = sorted(page.pk for page in pages)
    assert ids(api(f"pages/?order=id&id__in={first},{last}")) == [first, last]
    assert set(ids(api(f"pages/?limit=100&id__gte={middle}"))) >= {middle, last}
    assert first not in ids(api(f"pages/?limit=100&id__gte={middle}"))
    assert set(ids(api(f"pages/?limit=100&id__lte={middle}"))) >= {first, middle}
    assert last not in ids(api(f"pages/?limit=100&id__lte={middle}"))
    slugs = [pages[0].slug, pages[2].slug]
    found = ids(api(f"pages/?order=id&locale=de&slug__in={','.join(slugs)}"))
    assert found == sorted([pages[0].pk, pages[2].pk])
    many = ",".join(str(number) for number in range(9000, 9050))
    assert ids(api(f"pages/?id__in={many}")) == []
    assert "at most 50" in api(f"pages/?id__in={many},1", status=400)["message"]
    for query in (
        "id__lt=1",
        "id__gte__in=1",
        "id__=1",
        "id__in=1,x",
        f"id={2**63}",
        "locale=xx__in",
    ):
        api(f"pages/?{query}", status=404 if query.startswith("locale") else 400)
    assert ids(api(f"pages/?id={2**63 - 1}")) == ids(api(f"pages/?id__lte={-(2**63)}")) == []


def test_yes_and_no_and_things_that_a_page_leads_to(api, kis_page):
    police = kis_page("polizeidirektion-leipzig")
    kind = "pages/?type=kis_partners.PartnerPage&locale=de&limit=100"
    assert police.pk in ids(api(f"{kind}&organisation={police.organisation_id}"))
    assert kis_page("triade").pk not in ids(api(f"{kind}&organisation={police.organisation_id}"))
    assert ids(api(f"{kind}&organisation=987654")) == []
    api(f"{kind}&organisation=x", status=400)
    for value in (police.organisation_id, police.organisation.translation_key):
        assert police.pk in ids(api(f"{kind}&organisation__in=987654,{value}"))
    api("pages/?body=x", status=400)


def test_tags(api, db):
    document = get_document_model()
    file = ContentFile(b"%PDF-1.4", "a.pdf")
    page = find_page("polizeidirektion-leipzig")
    one = document.objects.create(title="Vertrag", file=file)
    one.tags.add("recht", "polizei")
    page.basis_document = one
    page.save_revision().publish()
    for tags, found in (("recht", 1), ("recht,polizei", 1), ("recht,sonst", 0), ("sonst", 0)):
        assert len(api(f"documents/?tags={tags}")["items"]) == found, tags


def test_a_search_is_of_the_pages_that_are_listed(api, kis_page):
    everything = ids(api("pages/?search=Leipzig&limit=100"))
    slovak = ids(api("pages/?search=Leipzig&limit=100&locale=sk"))
    assert slovak and set(slovak) < set(everything)
    both = [ids(api(f"pages/?locale=de&limit=100&search=Polizei+Kirche&search_operator={how}"))
            for how in ("and", "or")]  # fmt: skip
    assert set(both[0]) < set(both[1]) and both[1]
    assert ids(api("pages/?locale=de&limit=100&search=Polizei+Kirche"))[: len(both[0])] == both[0]
    first, rest = (
        ids(api(f"pages/?locale=de&search=Polizei&limit=1&offset={at}")) for at in (0, 1)
    )
    assert first + rest == ids(api("pages/?locale=de&search=Polizei&limit=2"))
    for query in (
        "search=Polizei&search_operator=nor",
        "search_operator=x",
        "search=",
        "search=...",
    ):
        api(f"pages/?{query}", status=400)
    assert ids(api("pages/?search_operator=or&limit=100")) == ids(api("pages/?limit=100"))


def test_places_in_the_tree_in_several_languages(api, kis_page):
    index, slovak = kis_page("kooperationen"), kis_page("kooperationen", "sk")
    home = kis_page("start")
    assert index.pk in ids(api("pages/?child_of=root&limit=100"))
    assert ids(api("pages/?descendant_of=root&limit=100&locale=sk")) == []
    found = ids(api(f"pages/?child_of={index.pk}&locale=sk&fallback=de&limit=100"))
    assert kis_page("triade", "sk").pk in found and slovak.pk not in found
    assert kis_page("impressum", "sk").pk not in found
    assert ids(api(f"pages/?child_of={index.pk}&locale=sk&limit=100")) == []
    above = ids(api(f"pages/?ancestor_of={kis_page('triade').pk}&locale=sk&fallback=de"))
    assert set(above) == {slovak.pk, kis_page("start", "sk").pk}
    for query in (f"child_of={home.pk}&descendant_of={home.pk}", "child_of=x", "child_of=",
                  "ancestor_of=root", "descendant_of=987654", "child_of=-1"):  # fmt: skip
        api(f"pages/?{query}", status=400)


def test_orders_that_there_are_not(api):
    for order in ("body", "-", "title,,slug", "organisation", "password"):
        api(f"pages/?order={order}", status=400)
    assert ids(api("pages/?order=&limit=100")) == ids(api("pages/?limit=100"))
    one, other = (ids(api(f"pages/?order={order}&limit=100")) for order in ("id", "-id"))
    assert one == sorted(one) and other == one[::-1]
    assert set(ids(api("pages/?order=random&limit=100"))) == set(one)


def test_languages_that_are_asked_for(api, kis_page):
    api("pages/?fallback=de", status=400)
    api("pages/?locale=sk&fallback=de,sk", status=400)
    api("pages/?min_state=x", status=400)
    api("pages/?include_aliases=x", status=400)
    for query in ("locale=xx", "locale=sk&fallback=xx"):
        api(f"pages/?{query}", status=404)
    Locale.objects.create(language_code="pl")
    assert ids(api("pages/?locale=pl")) == []
    [item] = api("pages/?locale=pl&fallback=sk&limit=1")["items"]
    language = item["meta"]["language"]
    assert (language["requested"], language["fallback_from"]) == ("pl", "pl")
    assert api("pages/?limit=1")["items"][0]["meta"]["language"]["requested"] is None
