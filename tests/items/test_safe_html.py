"""What rich text may never carry out of the API, however it came into the database."""

import pytest
from django.test import Client

from home.models import StandardPage
from partners.models import Organisation, PartnerPage


@pytest.fixture
def given(api, kis_page):
    """The text of a page as the API gives it, from what is stored of it."""

    def inner(stored):
        body = [{"type": "paragraph", "value": stored, "id": "1" * 32}]
        page = kis_page("kooperationen").add_child(
            instance=PartnerPage(
                title="Probe", body=body, organisation=Organisation.objects.first()
            )
        )
        [block] = api(f"pages/{page.pk}/")["body"]
        return block["value"]

    return inner


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\tscript:x",
        "data:text/html,x", "vbscript:x", "file:///etc/passwd", "blob:x", "relative", "",
    ],
)  # fmt: skip
def test_a_link_that_runs_something_loses_its_address(given, address):
    assert given(f'<p><a href="{address}">Wort</a></p>') == "<p>Wort</p>"


@pytest.mark.parametrize(
    "address",
    ["https://example.org/", "http://example.org/", "mailto:a@example.org", "tel:+49341", "#a"],
)
def test_a_link_that_leads_somewhere_keeps_it_and_nothing_else(given, address):
    stored = f'<p><a href="{address}" onclick="x()" style="x" target="_blank">Wort</a></p>'
    assert given(stored) == f'<p><a href="{address}">Wort</a></p>'


def test_an_address_of_the_site_is_made_absolute(given):
    assert given('<p><a href="/de/">W</a></p>') == '<p><a href="http://localhost/de/">W</a></p>'


@pytest.mark.parametrize("name", ["script", "style", "iframe", "object", "template"])
def test_what_runs_or_loads_goes_with_all_that_is_in_it(given, name):
    assert given(f"<p>vor</p><{name}>alert(1)</{name}>") == "<p>vor</p>"


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ('<p onclick="x()" class="y" id="z" lang="sk">a</p>', '<p lang="sk">a</p>'),
        ('<p>a<img src="x" onerror="alert(1)"/>b</p>', "<p>ab</p>"),
        ("<form><p>a</p></form>", "<p>a</p>"),
        ('<p><svg onload="x()"><b>a</b></svg></p>', "<p><b>a</b></p>"),
        ('<embed embedtype="media" url="javascript:alert(1)"/>', ""),
        (
            '<embed embedtype="media" url="https://example.org/v"/>',
            '<a href="https://example.org/v">https://example.org/v</a>',
        ),
        ('<p><a linktype="page" id="x">a</a></p>', "<p>a</p>"),
        ('<p><a linktype="document" id="987654321">a</a></p>', "<p>a</p>"),
        ('<p><a linktype="person" id="987654321">die Fachkraft</a></p>', "<p>die Fachkraft</p>"),
        ('<p>a</p><embed embedtype="image" id="987654321" alt="x"/>', "<p>a</p>"),
    ],
)
def test_only_known_tags_without_attributes_are_left(given, stored, shown):
    assert given(stored) == shown


def test_a_link_to_a_page_that_is_closed_keeps_its_words_alone(given, kis_page):
    goal = kis_page("start").add_child(
        instance=StandardPage(title="Entwurf", slug="entwurf", live=False)
    )
    assert given(f'<p><a linktype="page" id="{goal.pk}">Wort</a></p>') == "<p>Wort</p>"
    goal.save_revision().publish()
    shown = given(f'<p><a linktype="page" id="{goal.pk}">Wort</a></p>')
    assert shown == '<p><a href="http://localhost/de/entwurf/">Wort</a></p>'


def test_the_same_stands_on_the_site_itself(given, kis_page):
    given('<p><a href="javascript:alert(1)">Wort</a></p><script>alert(1)</script>')
    html = Client().get(PartnerPage.objects.get(title="Probe").url).content.decode()
    assert "Wort" in html and "alert(1)" not in html
