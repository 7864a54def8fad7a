"""Words of pages in the feeds for readers are words, never markup."""

from django.test import Client
from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"


def test_markup_in_a_lead_is_shown_as_it_was_typed(kis_page):
    page = kis_page("triade")
    page.search_description = ""
    page.lead = "Mit <b>fetten</b> & <script>alert(1)</script>"
    page.save_revision().publish()
    feed = etree.fromstring(Client().get("/feeds/de/atom.xml").content)
    [summary] = [
        entry.find(f"{ATOM}summary")
        for entry in feed.iter(f"{ATOM}entry")
        if entry.find(f"{ATOM}title").text == page.title
    ]
    # By RFC 4287 the content of this type is HTML, in which the signs have to be escaped.
    assert summary.get("type") == "html"
    assert "&lt;script&gt;" in summary.text and "<" not in summary.text
    items = Client().get("/feeds/de/feed.json").json()["items"]
    [item] = [item for item in items if item["title"] == page.title]
    assert item["content_text"] == page.lead
