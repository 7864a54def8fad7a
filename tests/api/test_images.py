"""Addresses of images in the API: renditions, never originals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from home.models import StandardPage
from partners.conf import RENDITIONS, conf
from partners.models import Organisation
from tests.files.pictures import photo

WIDER = {**RENDITIONS, "banner": "fill-3000x1000", "huge": "max-2000x2000|format-webp"}


@pytest.fixture
def logos(kis_page):
    """Images that public pages show, and their ids."""
    organisations = Organisation.objects.filter(locale__language_code="de")
    for number, one in enumerate(organisations):
        data = photo("jpg")
        one.logo = get_image_model().objects.create(
            title=f"Signet {number}", file=ContentFile(data, f"geheim{number}.jpg")
        )
        one.save()
    cache.clear()
    return get_image_model().objects


def urls(api):
    return [one["meta"]["download_url"] for one in api("images/")["items"]]


def test_an_image_is_given_as_its_largest_rendition(api, logos):
    found = api("images/?fields=url")["items"]
    assert len(found) > 1
    for one in found:
        assert one["meta"]["download_url"] == one["url"]
        assert "/images/" in one["url"] and one["url"].startswith("http://localhost/")


def test_the_largest_is_the_one_that_keeps_the_whole_image(api, logos, settings):
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "RENDITIONS": WIDER}
    assert conf().largest == "huge"
    for one in urls(api):
        assert (
            "max-2000x2000|"
            in logos.model.get_rendition_model()
            .objects.get(file=one.partition("/media/")[2])
            .filter_spec
        )


def test_no_answer_has_the_address_of_an_original(api, logos):
    for image in logos.all():
        detail = api(f"images/{image.pk}/?fields=*&renditions=small,large,square")
        assert detail["meta"]["download_url"]
        assert "original_images" not in json.dumps(detail)
    for path in ("images/?fields=*", "pages/?fields=*", "cooperations/?locale=de", "changes/"):
        assert "original_images" not in json.dumps(api(path))


def test_without_our_rules_no_original_is_given_either(logos, settings):
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "LANGUAGES": False, "UNUSED_FILES": True}
    found = Client().get("/api/v2/images/").json()["items"]
    assert found
    for one in found:
        assert one["meta"]["download_url"].endswith(".webp")


def test_where_none_can_be_made_it_is_null(api, logos):
    broken, *_ = logos.filter(title__startswith="Signet").order_by("pk")
    Path(broken.file.path).write_bytes(b"\x89PNG")
    found = {one["id"]: one["meta"]["download_url"] for one in api("images/")["items"]}
    assert found.pop(broken.pk) is None and all(found.values())


def test_the_number_of_images_makes_no_statements(api, logos, django_assert_max_num_queries):
    api("images/")
    with django_assert_max_num_queries(8):
        assert len(api("images/")["items"]) > 1


def test_texts_that_nobody_has_written_are_empty(api, kis_page):
    image = get_image_model().objects.create(title="Bild", file=get_test_image_file())
    page = kis_page("start").add_child(instance=StandardPage(title="Neu", slug="neu"))
    texts = dict.fromkeys(("alt", "credit", "caption"))
    value = {"image": image.pk, "decorative": True, **texts}
    page.body = json.dumps([{"type": "image", "value": value}])
    page.save_revision().publish()
    [block] = api(f"pages/{page.pk}/")["body"]
    assert [block["value"][name] for name in texts] == ["", "", ""]
