"""What everybody may see, and addresses, wherever an item refers to something."""

import pytest
from wagtail.models import Page, PageViewRestriction

from partners.items.references import References


@pytest.mark.parametrize("closed", ["unpublished", "restricted"])
def test_a_page_that_is_not_public_is_not_visible(kis_page, closed):
    page = kis_page("triade")
    pages = Page.objects.filter(pk=page.pk)
    assert list(References().visible(pages)) == list(pages)
    if closed == "unpublished":
        pages.update(live=False)
    else:
        PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert list(References().visible(pages)) == []


def test_addresses_of_this_site_become_full_and_others_stay():
    references = References(base="https://example.org")
    for path, address in {
        "/media/1.webp": "https://example.org/media/1.webp",
        "https://example.com/x": "https://example.com/x",
        "mailto:hilfe@example.org": "mailto:hilfe@example.org",
        "": "",
        None: None,
    }.items():
        assert references.url(path) == address
