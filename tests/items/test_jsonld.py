"""JSON-LD: the linked data of each page type, and content that it never has."""

import datetime
import json
import os
import re
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import Page

from partners import kinds
from partners.api.payload import item_payload
from partners.items import jsonld
from partners.models import Consent, Person, Topic
from partners.templatetags.kis_partners import json_ld

SNAPSHOTS = Path(__file__).parents[1] / "snapshots" / "jsonld"
PAGES = {
    "CooperationIndexPage": "kooperationen",
    "PartnerPage": "landesjugendpfarramt-sachsen",
    "PartnerPage-police": "polizeidirektion-leipzig",
    "NetworkPage-coordinates": "netzwerk-haeusliche-gewalt",
    "NetworkPage-member": "netzwerk-kinderschutz",
    "ExchangeProgrammePage": "fachkraefteaustausch",
    "StandardPage": "impressum",
}
KEY = "00000000-0000-4000-8000-00000000000{}"
ADDRESS = "https://www.example.org/de/kooperationen/muster/"
# Properties of schema.org with words of their own, not from the item.
TERMS = {"https://schema.org", "coordinator", "member", "https://www.example.org/#organisation"}
TERMS |= {"https://www.example.org/", "http://localhost/", "http://localhost/#organisation"}


def described(item):
    """An item as linked data, with the ``linked_data`` of its kind."""
    return jsonld.page_document(item, kinds.linked_data())


def organisation(number=1, **fields):
    """An invented organisation as the API nests it."""
    address = {"street": "Musterweg 1", "postal_code": "", "city": "Musterstadt", "country": None}
    names = {"name": "Musterverein", "official_name": "", "short_name": "MV", "legal_form": "e. V."}
    return {
        "translation_key": KEY.format(number),
        "locale": "de",
        **names,
        "kind": "association",
        "website": "https://verein.example.org",
        "address": address,
        "logo": {"url": "https://www.example.org/logo.webp", "alt": "Musterverein", "credit": ""},
        **fields,
    }


def contact(side, owner=None, **fields):
    """An invented contact as the API nests it."""
    known = {"name": None, "email": None, "phone": None, "photo": None}
    return {"side": side, "role": "Leitung", "organisation": owner, **known, **fields}


def item(kind, **fields):
    """An invented page as the API gives it."""
    return {
        "id": 7,
        "meta": {
            "type": f"kis_partners.{kind}",
            "html_url": ADDRESS,
            "search_description": "",
            "first_published_at": "2026-01-02T03:04:05+01:00",
            "last_published_at": "2026-02-03T04:05:06+01:00",
            "locale": "de",
            "translation_key": KEY.format(9),
            "language": {"served": "de", "state": "source"},
            "translations": {"de": {"id": 7, "state": "source", "html_url": ADDRESS}, "sk": None},
        },
        "title": "Muster",
        "lead": "Ein Muster",
        "region": "Leipzig",
        **fields,
    }


def period(since, until=None):
    return {"text": "seit", "edtf": None, "since": since, "until": until, "earliest": "2004-01-01"}


def leaves(value):
    """Every (name, text) of a tree."""
    if isinstance(value, dict):
        for name, inner in value.items():
            inner = inner if isinstance(inner, list) else [inner]
            for one in inner:
                yield from leaves(one) if isinstance(one, dict) else [(name, one)]
    elif isinstance(value, list):
        for one in value:
            yield from leaves(one)


def read_page(html):
    """The JSON-LD documents in an HTML page."""
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    return [json.loads(block) for block in blocks]


def settled(text):
    text = re.sub(r'"\d{4}-[^"]*T[^"]*"', '"when"', text)
    return re.sub(r"/documents/\d+/[0-9a-f]{32}\.", "/documents/0/0.", text)


@pytest.mark.parametrize("language", ["de", "lv"])
@pytest.mark.parametrize("name", PAGES)
def test_golden_documents(kis_page, name, language):
    """UPDATE_SNAPSHOTS=1 writes the files anew; review the difference."""
    page = kis_page(PAGES[name], language)
    response = Client().get(f"/api/v2/pages/{page.pk}/?format=jsonld")
    assert response.headers["Content-Type"] == "application/ld+json"
    assert response.headers["Content-Language"] == language
    text = settled(json.dumps(response.json(), ensure_ascii=False, indent=2)) + "\n"
    path = SNAPSHOTS / f"{name}.{language}.json"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text("utf-8")


@pytest.mark.slow
def test_every_page_says_the_same_in_html_and_in_the_api(db):
    for page in Page.objects.live().filter(depth__gt=1).specific():
        answer = Client().get(f"/api/v2/pages/{page.pk}/?format=jsonld").json()
        html = Client().get(page.url).content.decode()
        assert read_page(html) == [answer]
        assert answer["inLanguage"] == page.locale.language_code


def test_nothing_is_said_that_is_not_in_the_payload(db):
    for page in Page.objects.live().filter(depth__gt=1):
        plain = Client().get(f"/api/v2/pages/{page.pk}/").json()
        known = {value for _name, value in leaves(plain)} | TERMS
        known |= {code for code, version in plain["meta"]["translations"].items() if version}
        for name, value in leaves(described(plain)):
            if name != "@type":
                assert value in known or value.removeprefix("urn:uuid:") in known, (name, value)


def test_a_topic_in_another_language_says_so(kis_page):
    topics = [
        {"translation_key": KEY.format(1), "locale": code, "name": name}
        for code, name in (("de", "Schutz"), ("sk", "Ochrana"))
    ]
    page = jsonld.page(item("PartnerPage", topics=topics), kinds.linked_data())
    assert [one["name"] for one in page["about"]] == [
        "Schutz",
        {"@value": "Ochrana", "@language": "sk"},
    ]


def test_the_kind_of_an_organisation_is_its_type():
    types = {
        "police": "GovernmentOrganization",
        "authority": "GovernmentOrganization",
        "association": "NGO",
        "education": "EducationalOrganization",
        "church": "Organization",
        "shelter": "Organization",
    }
    for kind, expected in types.items():
        answer = described(item("PartnerPage", organisation=organisation(kind=kind)))
        assert answer["mainEntity"]["@type"] == expected


@pytest.mark.parametrize(
    ("role", "name"), [("coordinates", "coordinator"), ("member", "member"), ("takes_part", None)]
)
def test_who_only_takes_part_in_a_network_is_no_member(role, name):
    answer = described(item("NetworkPage", role=role, period=period("2004-01-15")))
    if name is None:
        assert "memberOf" not in json.dumps(answer)
        return
    part = answer["publisher"]["memberOf"]
    assert part["roleName"] == name and part["startDate"] == "2004-01-15"
    assert part["memberOf"]["@id"] == answer["mainEntity"]["@id"]


DATES = st.one_of(
    st.none(),
    st.dates(min_value=datetime.date(1, 1, 1)).flatmap(
        lambda day: st.sampled_from([f"{day:%Y}".zfill(4), day.isoformat()[:7], day.isoformat()])
    ),
    st.from_regex(r"\d{1,4}([-./]\d{1,2}){0,2}", fullmatch=True),
)


@given(
    kind=st.sampled_from(["PartnerPage", "NetworkPage", "ExchangeProgrammePage", "Other"]),
    role=st.sampled_from(["coordinates", "member", "takes_part", None]),
    since=DATES,
    until=DATES,
)
def test_no_date_is_said_that_is_not_known_to_the_day(kind, role, since, until):
    answer = described(
        item(kind, role=role, period=period(since, until), organisation=organisation())
    )
    said = [value for name, value in leaves(answer) if name.lower().endswith("date")]
    for value in said:
        assert value in (since, until)
        assert datetime.date.fromisoformat(value).isoformat() == value
    named = {value for name, value in leaves(answer) if "urn:" not in str(value)}
    for text in {since, until} - set(said) - {None}:
        assert text not in named
    if kind == "ExchangeProgrammePage" and since and jsonld.day(since):
        assert answer["mainEntity"]["foundingDate"] == since


@given(
    st.lists(
        st.builds(
            contact,
            st.sampled_from(["own", "partner"]),
            st.sampled_from([None, organisation(1), organisation(2, name="Zweitverein")]),
            name=st.sampled_from([None, "Erika Mustermann"]),
            email=st.sampled_from([None, "erika.mustermann@example.org"]),
            phone=st.sampled_from([None, "0341 000000"]),
        ),
        max_size=4,
    )
)
def test_a_contact_stands_once_and_only_where_there_is_a_way_to_reach_it(contacts):
    answer = described(item("PartnerPage", organisation=organisation(), contacts=contacts))
    text = json.dumps(answer)
    reachable = [one for one in contacts if one["email"] or one["phone"]]
    assert text.count("ContactPoint") == len(reachable)
    assert text.count("Erika Mustermann") == sum(bool(one["name"]) for one in reachable)
    ours = [one for one in reachable if one["side"] == "own" and not one["organisation"]]
    assert len(answer.get("publisher", {}).get("contactPoint", [])) == len(ours)


def test_a_person_is_named_only_with_consent_to_pass_it_on(kis_page):
    person = Person.objects.get(role__startswith="Landesjugendwartin")
    person.name, person.email = "Erika Mustermann", "erika.mustermann@example.org"
    person.save_revision().publish()
    page = kis_page("landesjugendpfarramt-sachsen")

    def said():
        html = Client().get(page.url).content.decode()
        [block] = read_page(html)
        assert block == Client().get(f"/api/v2/pages/{page.pk}/?format=jsonld").json()
        return html, json.dumps(block)

    today = datetime.date.today()
    given = Consent(person=person, name=True, contact=True, given_on=today, evidence="Brief")
    given.save()
    html, block = said()
    assert "erika.mustermann" in html
    assert "Mustermann" not in block and "mustermann" not in block
    given.api = True
    given.save()
    _html, block = said()
    assert json.loads(block)["mainEntity"]["contactPoint"] == [
        {
            "@type": "ContactPoint",
            "contactType": person.role,
            "name": "Erika Mustermann",
            "email": "erika.mustermann@example.org",
        }
    ]
    given.withdrawn_on = today
    given.save()
    html, block = said()
    assert "ustermann" not in html


def test_no_text_ends_the_data_block(kis_page, rf):
    evil = "</script><script>alert(1)</script><!-- ]]> &amp; \u2028"
    page = kis_page("polizeidirektion-leipzig")
    Page.objects.filter(pk=page.pk).update(title=evil)
    Topic.objects.filter(name="Stalking").update(name=evil)
    html = Client().get(page.url).content.decode()
    assert "<script>" not in html and html.count("</script>") == html.count("<script ")
    [block] = read_page(html)
    assert block["name"] == evil
    assert evil in [topic["name"] for topic in block["about"]]


def test_a_preview_has_no_data_block(kis_page, rf):
    page, request = kis_page("triade"), rf.get("/")
    assert "ld+json" in json_ld({"request": request}, page)
    request.is_preview = True
    assert json_ld({"request": request}, page) == "" == json_ld({}, page)


def test_what_is_not_public_is_not_named(kis_page):
    hidden = kis_page("fachtagungen", "sk")
    hidden.unpublish()
    german = Client().get(f"/api/v2/pages/{kis_page('fachtagungen').pk}/?format=jsonld").json()
    assert {one["inLanguage"] for one in german["workTranslation"]} == {"en", "lv"}
    page = kis_page("landesjugendpfarramt-sachsen", "sk")
    assert hidden.slug not in Client().get(page.url).content.decode()


@pytest.mark.parametrize("path", ["pages/?type=kis_partners.NetworkPage&", "cooperations/?"])
def test_a_listing_has_the_documents_of_its_items(path, kis_page):
    for language in ("de", "sk"):
        address = f"/api/v2/{path}locale={language}&limit=3"
        plain = Client().get(address.replace("&limit", "&fields=*&limit")).json()
        response = Client().get(address, headers={"Accept": "application/ld+json"})
        answer = response.json()
        assert answer["@type"] == "ItemList"
        assert answer["numberOfItems"] == plain["meta"]["total_count"]
        ids = [one["id"] for one in plain["items"]]
        for pk, found in zip(ids, answer["itemListElement"], strict=True):
            alone = Client().get(f"/api/v2/pages/{pk}/?format=jsonld").json()
            assert {"@context": "https://schema.org", **found} == alone
        following = re.fullmatch(r'<([^>]+)>; rel="next"', response.headers["Link"])
        more = Client().get(following[1], headers={"Accept": "application/ld+json"}).json()
        assert more["itemListElement"][0]["@id"] not in {
            one["@id"] for one in answer["itemListElement"]
        }


def test_any_page_has_a_document_in_a_listing(api):
    answer = Client().get("/api/v2/pages/?format=jsonld&limit=100").json()
    assert len(answer["itemListElement"]) == answer["numberOfItems"] == 64
    assert Client().get("/api/v2/pages/?format=jsonld&slug=nope").json()["itemListElement"] == []


@pytest.mark.parametrize(
    ("path", "status", "names"),
    [
        ("pages/?format=jsonld&fields=title", 400, "JSON-LD"),
        ("pages/?format=jsonld&fields=", 400, "JSON-LD"),
        ("cooperations/?format=jsonld&fields=*", 400, "JSON-LD"),
        ("pages/?format=jsonl", 400, "jsonld"),
        ("images/?format=jsonld", 400, "format"),
        ("documents/?format=jsonld", 400, "format"),
        ("locales/?format=jsonld", 400, "format"),
        ("pages/?format=jsonld&nope=1", 400, "nope"),
        ("pages/999999/?format=jsonld", 404, "isn't public"),
        ("cooperations/999999/?format=jsonld", 404, "isn't public"),
    ],
)
def test_errors_stay_json(db, path, status, names):
    for accept in ("*/*", "application/ld+json, */*;q=0.1"):
        response = Client().get(f"/api/v2/{path}", headers={"Accept": accept})
        assert response.status_code == status
        assert response.headers["Content-Type"] == "application/problem+json"
        assert names in response.json()["detail"]


def test_other_methods_are_answered_in_json(kis_page):
    path = f"/api/v2/pages/{kis_page('triade').pk}/"
    for query, headers in (("?format=jsonld", {}), ("", {"Accept": "application/ld+json"})):
        assert Client().options(path + query, headers=headers).status_code == 200
        assert Client().head(path + query, headers=headers).status_code == 200
        refused = Client().post(path + query, headers=headers)
        assert refused.status_code == 405
        assert refused.headers["Content-Type"] == "application/problem+json"


def test_find_leads_to_the_document(kis_page):
    page = kis_page("triade", "sk")
    query = f"translation_key={page.translation_key}&locale=sk&format=jsonld"
    answer = Client().get(f"/api/v2/pages/find/?{query}", follow=True).json()
    assert answer["@id"] == page.full_url


def test_the_data_block_needs_few_queries(kis_page, rf):
    for key in PAGES.values():
        for language in ("de", "sk"):
            page = kis_page(key, language)
            request = rf.get(page.url)
            item_payload(page, request)
            with CaptureQueriesContext(connection) as queries:
                item_payload(page, request)
            assert len(queries) <= 8, (key, len(queries))


def test_a_site_without_the_language_rules_has_documents_too(kis_page, settings, rf):
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "LANGUAGES": False}
    page = kis_page("polizeidirektion-leipzig")
    answer = Client().get(f"/api/v2/pages/{page.pk}/?format=jsonld").json()
    assert answer["mainEntity"]["@type"] == "GovernmentOrganization"
    [block] = read_page(Client().get(page.url).content.decode())
    assert block["@id"] == page.full_url
