"""What tests of the API share."""

import pytest


@pytest.fixture(params=["shelf", "pages"])
def from_shelf_and_pages(request, settings):
    """Twice: answers from the shelf, and from the pages, as while another release runs."""
    if request.param == "pages":
        settings.KIS_PARTNERS_RELEASE = "another"
