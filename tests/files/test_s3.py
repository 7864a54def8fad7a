"""Uploads in an S3-compatible storage, by django-storages against a local server (moto)."""

import boto3
import pytest
from django.core.files.base import ContentFile
from django.test import Client
from moto.server import ThreadedMotoServer
from storages.backends.s3 import S3Storage
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from partners.files.saving import clean_stored
from partners.files.storage import HiddenNames, is_hidden
from partners.site import media

BUCKET = "kis"


class Media(HiddenNames, S3Storage):
    """What docs/install.md tells to write."""


@pytest.fixture(scope="module")
def server():
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(server, settings, db):
    options = {
        "bucket_name": BUCKET,
        "endpoint_url": server,
        "access_key": "key",
        "secret_key": "secret",
        "region_name": "eu-central-1",
        "addressing_style": "path",
        "signature_version": "s3v4",
        "file_overwrite": False,
    }
    login = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
    client = boto3.client("s3", endpoint_url=server, region_name="eu-central-1", **login)
    client.create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "tests.files.test_s3.Media", "OPTIONS": options},
    }
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "MEDIA_LOCATION": "/_media/"}

    def names():
        return {one["Key"] for one in client.list_objects_v2(Bucket=BUCKET).get("Contents", [])}

    yield names
    for name in names():
        client.delete_object(Bucket=BUCKET, Key=name)
    client.delete_bucket(Bucket=BUCKET)


def test_images_and_their_renditions(bucket, monkeypatch):
    image = get_image_model().objects.create(title="Bild", file=get_test_image_file())
    assert is_hidden(image.file.name) and image.file.name in bucket()
    rendition = image.get_rendition("max-100x100|format-webp")
    assert rendition.file.name in bucket()
    assert rendition.url == f"/media/{rendition.file.name}"
    assert Client().get(rendition.url).status_code == 404
    monkeypatch.setattr(media, "may_have", lambda request, item: True)
    answer = Client().get(rendition.url)
    assert answer.status_code == 200 and "X-Accel-Redirect" not in answer
    assert b"".join(answer.streaming_content)[8:12] == b"WEBP"
    known = Client().get(rendition.url, headers={"If-None-Match": answer["ETag"]})
    assert known.status_code == 304


def test_documents_and_files_that_are_gone(bucket, monkeypatch):
    document = get_document_model().objects.create(
        title="Blatt", file=ContentFile(b"Text", "blatt.txt")
    )
    [name] = bucket()
    assert is_hidden(name)
    address = f"/documents/{document.pk}/{document.filename}"
    assert Client().get(address).status_code == 404
    monkeypatch.setattr(media, "may_have", lambda request, item: True)
    answer = Client().get(address)
    assert b"".join(answer.streaming_content) == b"Text"
    assert "Blatt.txt" in answer["Content-Disposition"]
    document.file.storage.delete(name)
    assert Client().get(address).status_code == 404


def test_files_from_before_get_hidden_names(bucket):
    image = get_image_model().objects.create(title="Bild", file=get_test_image_file())
    plain = S3Storage.save(image.file.storage, "original_images/anna.png", image.file.file)
    get_image_model().objects.filter(pk=image.pk).update(file=plain)
    image.refresh_from_db()
    clean_stored(image, image._meta.get_field("file"))
    image.save()
    assert is_hidden(image.file.name) and image.file.name in bucket()
