"""Blocks of a site's own in the API."""

import pytest
from django.test import RequestFactory
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.documents.models import Document

from partners.items.references import References
from partners.items.schema import Components
from partners.items.streams import BlockContext, block_schema, block_value


class Named(blocks.ChooserBlock):
    """A chooser that names its model, as Wagtail's own may."""

    target_model = "wagtaildocs.Document"


@pytest.mark.parametrize("block", [DocumentChooserBlock, Named])
def test_a_chooser_may_name_its_model(db, block):
    document = Document.objects.create(title="Blatt", file="documents/blatt.pdf")
    assert "Document" in str(block_schema(block(), Components()))
    context = BlockContext(References(), "body")
    assert block_value(block(), document.pk, context) is not None


class Addressed(blocks.CharBlock):
    """A block that wants to know the address of the site."""

    def get_api_representation(self, value, context=None):
        return context["request"].build_absolute_uri(f"/{value}")


def test_a_block_gets_the_context_that_wagtail_gives_it():
    references = References(request=RequestFactory().get("/api/", SERVER_NAME="example.org"))
    value = block_value(Addressed(), "a", BlockContext(references, "body"))
    assert value == "http://example.org/a"
