"""The terms of the API, and what is deprecated, in its document, its headers and its overview."""

from datetime import date

import pytest
from django.core.checks import run_checks
from django.test import Client
from wagtail import hooks
from wagtail.models import Site

from partners.api.deprecation import HOOK, Deprecation, deprecations

pytestmark = pytest.mark.django_db

TERMS = {
    "LICENCE": "CC BY 4.0",
    "LICENCE_URL": "https://creativecommons.org/licenses/by/4.0/",
    "SOURCE": "Musterstelle",
    "CONTACT": "api@example.org",
    "TERMS_URL": "https://example.org/terms/",
    "QUESTIONS_PER_MINUTE": 60,
    "NOTICE_MONTHS": 18,
}


def get(path):
    return Client().get(f"/api/v2/{path}")


def test_terms_come_from_the_settings(settings):
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, **TERMS}
    info = get("openapi.json").json()["info"]
    assert info["license"] == {"name": TERMS["LICENCE"], "url": TERMS["LICENCE_URL"]}
    assert info["contact"] == {"email": "api@example.org"}
    assert info["termsOfService"] == TERMS["TERMS_URL"]
    words = (
        "under the licence CC BY 4.0",
        "source to name is Musterstelle",
        "60 questions a minute",
    )
    for one in (*words, "at least 18 months", "262144 bytes", "2000 characters"):
        assert one in info["description"]
        assert one in get("docs/").content.decode()
    expected = {
        "licence": {"name": TERMS["LICENCE"], "url": TERMS["LICENCE_URL"]},
        "source": "Musterstelle",
        "contact": "mailto:api@example.org",
        "page": TERMS["TERMS_URL"],
    }
    assert get("").json()["terms"] == expected
    assert [one["terms"] for one in get("site/").json()["items"]] == [expected] * 4


def test_what_is_not_set_is_not_claimed():
    info = get("openapi.json").json()["info"]
    assert not {"license", "contact", "termsOfService"} & set(info)
    assert "No licence is named" in info["description"]
    assert "questions a minute" not in info["description"]
    name = Site.objects.get().site_name
    nothing = {"licence": None, "source": name, "contact": None, "page": None}
    assert name and get("").json()["terms"] == nothing


@pytest.mark.parametrize(
    "values",
    [
        {"LICENCE_URL": "creativecommons.org", "LICENCE": "CC BY 4.0"},
        {"LICENCE_URL": "https://creativecommons.org/licenses/by/4.0/"},
        {"TERMS_URL": "/terms/"},
        {"CONTACT": "Frau Muster"},
    ],
)
def test_wrong_values_are_refused(settings, values):
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, **values}
    [error] = [one for one in run_checks() if one.id == "kis_partners.E005"]
    assert any(key in error.msg for key in (*values, "LICENCE"))
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "CONTACT": 5}
    assert [one for one in run_checks() if one.id == "kis_partners.E004"]


@pytest.fixture
def deprecated():
    """Registers deprecations as an app does."""
    made = []

    def register(*several):
        hook = hooks.register_temporarily(HOOK, lambda: several)
        hook.__enter__()
        made.append(hook)
        deprecations.cache_clear()

    yield register
    for hook in made:
        hook.__exit__(None, None, None)
    deprecations.cache_clear()


def test_what_is_deprecated_says_so(deprecated, kis_page):
    page = kis_page("triade")
    before = get("openapi.json").json()
    deprecated(
        Deprecation("redirects", date(2026, 1, 2), link="https://example.org/redirects/"),
        Deprecation("cooperations", date(2026, 3, 1), date(2028, 1, 31), "region", "Use country."),
    )
    response = get("redirects/")
    assert response.headers["Deprecation"] == "@1767312000"
    assert response.headers["Link"] == '<https://example.org/redirects/>; rel="deprecation"'
    assert "Sunset" not in response.headers
    for _again in range(2):  # an answer that is kept has them as well
        asked = get("cooperations/?region=x")
        assert asked.headers["Deprecation"] == "@1772323200"
        assert asked.headers["Sunset"] == "Mon, 31 Jan 2028 00:00:00 GMT"
    for path in ("cooperations/", f"cooperations/{page.pk}/", "pages/"):
        assert "Deprecation" not in get(path).headers

    # With another address, because the answer before is kept.
    document = get("openapi.json?_=1").json()
    assert document["paths"]["/redirects/"]["get"]["deprecated"] is True
    assert "2026-01-02" in document["paths"]["/redirects/{pk}/"]["get"]["description"]
    listing = document["paths"]["/cooperations/"]["get"]
    [region] = [one for one in listing["parameters"] if one["name"] == "region"]
    assert region["deprecated"] is True
    assert region["description"].endswith(
        "Deprecated since 2026-03-01, served until 2028-01-31. Use country."
    )
    assert {"Deprecation", "Sunset"} <= set(listing["responses"]["200"]["headers"])
    assert "deprecated" not in listing
    assert document["paths"]["/pages/"] == before["paths"]["/pages/"]
    assert "deprecated" not in str(before["paths"])


def test_a_deprecation_that_cannot_be_meant_is_refused(deprecated):
    def told():
        return [one.msg for one in run_checks() if one.id == "kis_partners.E021"]

    assert not told()
    deprecated(
        Deprecation("nope", date(2026, 1, 1)),
        Deprecation("pages", date(2026, 1, 1), parameter="nope"),
        Deprecation("pages", date(2026, 1, 31), date(2027, 1, 30), "slug"),
        Deprecation("cooperations", date(2024, 2, 29), date(2025, 2, 28), "region"),
    )
    no_endpoint, no_parameter, too_soon = told()
    assert "no endpoint nope" in no_endpoint
    assert "parameter nope of pages" in no_parameter
    assert "slug of pages is served until 2027-01-30" in too_soon and "12 months" in too_soon
