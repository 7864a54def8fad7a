"""Blocks of a site's own in the API."""

import pytest
from django.core.files.base import ContentFile
from django.test import RequestFactory
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.documents.models import Document
from wagtail.images.blocks import ImageBlock, ImageChooserBlock
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, CollectionViewRestriction, Page

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


class FileName(ImageChooserBlock):
    """A chooser with a value of its own in the API."""

    def get_api_representation(self, value, context=None):
        return value.file.name


class TitleOfPage(blocks.PageChooserBlock):
    def get_api_representation(self, value, context=None):
        return value.title


class Size(DocumentChooserBlock):
    def get_api_representation(self, value, context=None):
        return value.file.size


TABLE = TypedTableBlock([("image", ImageChooserBlock()), ("name", FileName())])


def table(*values):
    columns = [{"type": name, "heading": name} for name in ("image", "name")]
    return {"columns": columns, "rows": [{"values": list(values)}], "caption": "A"}


@pytest.mark.parametrize("closed", [False, True])
def test_what_is_chosen_is_given_while_it_is_public_whoever_gives_it(db, closed, kis_page):
    collection = Collection.get_first_root_node().add_child(name="Intern")
    if closed:
        CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
    image = Image.objects.create(
        title="Bild", file=get_test_image_file("bild.png"), collection=collection
    )
    document = Document.objects.create(
        title="Blatt", file=ContentFile(b"abc", "blatt.txt"), collection=collection
    )
    page = kis_page("triade")
    Page.objects.filter(pk=page.pk).update(live=not closed)
    references = References()

    def value(block, raw):
        return references.resolve([block_value(block, raw, BlockContext(references, "body"))])[0]

    own = [(FileName(), image), (TitleOfPage(), page), (Size(), document)]
    given = [value(block, thing.pk) for block, thing in own]
    assert given == ([None] * 3 if closed else [image.file.name, page.title, 3])
    described = {"image": image.pk, "decorative": None, "alt_text": "alt"}
    for found in (value(ImageBlock(), described), value(ImageBlock(), image.pk)):
        assert (found["image"] and found["image"]["id"]) == (None if closed else image.pk)
    assert value(ImageBlock(), described)["alt_text"] == "alt"
    [cells] = value(TABLE, table(image.pk, image.pk))["rows"]
    nested, name = cells["values"]
    assert (nested and nested["id"], name) == (
        (None, None) if closed else (image.pk, image.file.name)
    )


@pytest.mark.parametrize("block", [TypedTableBlock([]), TABLE])
@pytest.mark.parametrize("raw", [None, {}, {**table(), "rows": []}])
def test_a_typed_table_is_that_of_wagtail(block, raw):
    if not block.child_blocks and raw:
        raw = {**raw, "columns": []}
    stock = block.get_api_representation(block.to_python(raw or None))
    assert block_value(block, raw, BlockContext(References(), "body")) == stock
    assert block_schema(block, Components())["required"] == ["columns", "rows", "caption"]


def test_a_value_of_its_own_has_no_shape():
    assert block_schema(FileName(), Components()) == {}
    assert "Image" in str(block_schema(ImageBlock(), Components()))
