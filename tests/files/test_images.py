"""Images are cleaned before they are stored, by every way; damaged ones are refused."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from PIL import Image
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, UploadedFile
from wagtail.users.models import UserProfile

from partners.files.storage import is_hidden
from tests.whole import asked

from .pictures import ENDINGS, ICC, SECRET, WIDE, bomb, cut, photo, picture, plain

#: The ways by which a picture comes into the admin.
WAYS = ["form", "multiple", "chooser", "edit"]
SENTENCE = "entweder kein Bild oder"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40"><title>Text</title></svg>'


@pytest.fixture(autouse=True)
def all_formats(settings, db):
    settings.WAGTAILIMAGES_EXTENSIONS = [*ENDINGS, "jpeg", "svg"]


@pytest.fixture
def upload(editor):
    """Uploads a file by one of the screens; gives the answer."""

    def uploaded(way, name, data):
        file = SimpleUploadedFile(name, data, "application/octet-stream")
        if way == "multiple":
            return editor.post(reverse("wagtailimages:add_multiple"), {
                "title": "Foto", "files[]": file, "collection": Collection.get_first_root_node().pk,
            })  # fmt: skip
        if way == "chooser":
            return editor.post(
                reverse("wagtailimages_chooser:create"),
                {"image-chooser-upload-title": "Foto", "image-chooser-upload-file": file},
            )
        if way == "edit":
            image = get_image_model().objects.create(
                title="Foto", file=ContentFile(plain("png"), "alt.png")
            )
            address = reverse("wagtailimages:edit", args=[image.pk])
        else:
            address = reverse("wagtailimages:add")
        return editor.post(address, {"title": "Foto", "file": file})

    return uploaded


def stored(image):
    with image.file.open("rb") as file:
        return file.read()


def check_clean(image, data):
    """Nothing but the picture, turned upright, and what the object says of its file is true."""
    found = stored(image)
    assert SECRET not in found and b"Exif" not in found
    opened = Image.open(io.BytesIO(found))
    assert not dict(opened.getexif()) and "xmp" not in opened.info
    assert opened.info.get("icc_profile") == Image.open(io.BytesIO(data)).info.get("icc_profile")
    assert (image.width, image.height) == opened.size
    assert image.get_file_size() == len(found)
    assert image.get_file_hash() == hashlib.sha1(found).hexdigest()
    return opened


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_photo_is_stored_without_what_the_camera_wrote(upload, ending):
    data = photo(ending)
    assert SECRET in data
    assert upload("form", f"foto.{ending}", data).status_code == 302
    opened = check_clean(get_image_model().objects.get(), data)
    if ending not in ("gif", "heic"):  # GIF knows no orientation, HEIC is turned by its reader.
        assert opened.size == WIDE[::-1]
        red, green, _ = opened.convert("RGB").getpixel((35, 5))
        assert red > 200 and green < 90


@pytest.mark.parametrize("way", WAYS)
def test_every_screen_cleans(upload, way):
    data = photo("jpg")
    assert upload(way, "foto.jpg", data).status_code in (200, 302)
    image = get_image_model().objects.get()
    assert check_clean(image, data).size == WIDE[::-1]
    rendition = image.get_rendition("max-30x30")
    assert rendition.file.name.endswith(".jpg") and SECRET not in stored(rendition)


def test_code_cleans(upload):
    data = photo("jpg")
    image = get_image_model()(title="Foto", file=ContentFile(data, "foto.jpg"))
    image.save()
    assert check_clean(image, data).size == WIDE[::-1]
    again = get_image_model().objects.get(pk=image.pk)
    again.file = ContentFile(photo("webp"), "foto.webp")
    again._set_image_file_metadata()
    again.save()
    check_clean(again, photo("webp"))


def test_a_file_that_is_stored_before_its_object_is_cleaned(django_capture_on_commit_callbacks):
    data = photo("jpg")
    image = get_image_model()(title="Foto")
    image.file.save("vorher.jpg", ContentFile(data), save=False)
    first = Path(image.file.path)
    with django_capture_on_commit_callbacks(execute=True):
        image.save()
    check_clean(image, data)
    assert not first.exists()


def test_frames_of_moving_pictures_stay():
    for ending in ("gif", "webp"):
        image = get_image_model().objects.create(
            title="Foto", file=ContentFile(photo(ending, frames=4), f"foto.{ending}")
        )
        found = Image.open(io.BytesIO(stored(image)))
        assert SECRET not in stored(image)
        times = []
        for number in range(found.n_frames):
            found.seek(number)
            found.load()
            times.append(round(found.info["duration"]))
        assert times == [100, 200, 300, 400], ending


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_clean_file_stays_as_it_is(upload, ending):
    data = plain(ending)
    upload("form", f"foto.{ending}", data)
    assert stored(get_image_model().objects.get()) == data


def test_what_stands_behind_a_picture_goes():
    data = plain("jpg") + b"ftypmp42 a film " + SECRET
    image = get_image_model().objects.create(title="Foto", file=ContentFile(data, "foto.jpg"))
    assert SECRET not in stored(image)
    profile = get_image_model().objects.create(
        title="Profil", file=ContentFile(photo("jpg", exif=b"", xmp=b"", comment=b""), "p.jpg")
    )
    assert Image.open(io.BytesIO(stored(profile))).info["icc_profile"] == ICC


def test_svg_is_as_in_wagtail(upload, settings):
    upload("form", "bild.svg", SVG)
    assert stored(get_image_model().objects.get()) == SVG
    settings.WAGTAILIMAGES_EXTENSIONS = ["jpg"]
    assert upload("form", "bild.svg", SVG).status_code == 200
    assert get_image_model().objects.count() == 1


def test_a_file_that_waits_for_its_form_is_cleaned(editor):
    file = SimpleUploadedFile("foto.jpg", photo("jpg"))
    sent = {"title": "x" * 300, "files[]": file}
    assert editor.post(reverse("wagtailimages:add_multiple"), sent).status_code == 200
    waiting = UploadedFile.objects.get()
    with waiting.file.open("rb") as found:
        assert SECRET not in found.read()


def test_the_portrait_of_an_account_is_cleaned(editor):
    profile = UserProfile.get_for_user(editor.user)
    profile.avatar = SimpleUploadedFile("ich.jpg", photo("jpg"))
    profile.save()
    with profile.avatar.open("rb") as file:
        assert SECRET not in file.read()


DAMAGED = {
    **{f"kurz.{ending}": cut(photo(ending)) for ending in ENDINGS},
    **{f"anfang.{ending}": plain(ending)[:40] for ending in ENDINGS},
    # The decoder of WebP makes a picture of anything that begins like one.
    **{
        f"zerstört.{ending}": plain(ending)[:60] + b"\0" * 2000
        for ending in ENDINGS
        if ending != "webp"
    },
    **{f"text.{ending}": b"Das ist kein Bild." for ending in ENDINGS},
    "kein.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><g>",
    "bombe.png": bomb(),
    "leer.jpg": b"",
}


@pytest.mark.parametrize("name", ["kurz.jpg", "text.png", "bombe.png", "kein.svg"])
def test_a_damaged_portrait_is_refused_with_a_sentence(editor, name):
    page = editor.get(reverse("wagtailadmin_account"))
    sent = {
        "name_email-first_name": "Max", "name_email-last_name": "M",
        "name_email-email": "max@example.org", "locale-preferred_language": "de",
        "locale-current_time_zone": "Europe/Berlin", "theme-theme": "system",
        "theme-density": "default", "theme-contrast": "system", "theme-keyboard_shortcuts": "on",
        "avatar-avatar": SimpleUploadedFile(name, DAMAGED[name]),
    }  # fmt: skip
    assert page.status_code == 200
    answer = editor.post(reverse("wagtailadmin_account"), sent)
    assert answer.status_code == 200 and 'class="error-message"' in answer.content.decode()
    assert not UserProfile.get_for_user(editor.user).avatar
    sent["avatar-avatar"] = SimpleUploadedFile("ich.jpg", photo("jpg"))
    assert editor.post(reverse("wagtailadmin_account"), sent).status_code == 302
    with UserProfile.objects.get(user=editor.user).avatar.open("rb") as file:
        assert SECRET not in file.read()


@pytest.mark.parametrize(("name", "way"), asked(DAMAGED, WAYS))
def test_a_damaged_file_is_refused_with_a_sentence(upload, name, way):
    answer = upload(way, name, DAMAGED[name])
    assert answer.status_code == 200
    if way == "multiple":
        said = json.loads(answer.content)
        assert not said["success"] and said["error_message"]
    else:
        form = answer.context["form"]
        [sentence] = form.errors["file"]
        assert sentence.endswith(".") or "Pixel" in sentence
    assert all(stored(one) == plain("png") for one in get_image_model().objects.all())


def test_the_sentence_is_in_the_language_of_the_editor(upload):
    assert SENTENCE in upload("form", "kurz.jpg", cut(photo("jpg"))).content.decode()


def test_code_can_store_no_damaged_file():
    for data in (cut(photo("jpg")), cut(photo("heic")), cut(photo("avif"))):
        with pytest.raises((ValidationError, OSError)):
            get_image_model().objects.create(title="Foto", file=ContentFile(data, "foto.jpg"))
    assert not get_image_model().objects.exists()


@pytest.fixture
def overwritten(db):
    """Makes an image whose stored file was there before files were cleaned."""

    def made(name, data):
        image = get_image_model().objects.create(
            title="Foto", file=ContentFile(plain("jpg"), name), file_size=1, file_hash="x"
        )
        Path(image.file.path).write_bytes(data)
        return image

    return made


def test_the_command_cleans_what_is_stored(overwritten, capsys, django_capture_on_commit_callbacks):
    images = [overwritten(f"foto{number}.jpg", photo("jpg")) for number in range(2)]
    clean = overwritten("sauber.jpg", plain("jpg"))
    bad, gone = overwritten("kaputt.jpg", cut(photo("jpg"))), overwritten("fort.jpg", b"")
    Path(gone.file.path).unlink()
    renditions = [one.get_rendition("max-30x30") for one in (*images, clean)]
    with (
        django_capture_on_commit_callbacks(execute=True),
        pytest.raises(
            CommandError, match=rf"(?s)2 couldn't .*Image {bad.pk}: .*Image {gone.pk}: "
        ) as error,
    ):
        call_command("clean_files")
    assert "5 images looked at, 2 cleaned." in capsys.readouterr().out
    assert str(bad.pk) in str(error.value)
    for image, rendition in zip(images, renditions, strict=False):
        old = image.file.path
        image.refresh_from_db()
        check_clean(image, photo("jpg"))
        assert not Path(old).exists() and not Path(rendition.file.path).exists()
        assert SECRET not in stored(image.get_rendition("max-30x30"))
    assert Path(renditions[-1].file.path).exists() and Path(bad.file.path).exists()
    for one in (bad, gone):
        one.delete()
    call_command("clean_files")
    assert "3 images looked at, 0 cleaned." in capsys.readouterr().out


def test_the_command_gives_names_that_cannot_be_guessed(
    django_capture_on_commit_callbacks, settings
):
    hidden = settings.STORAGES
    settings.STORAGES = {
        **hidden, "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    }  # fmt: skip
    image = get_image_model().objects.create(
        title="Foto", file=ContentFile(plain("jpg"), "Erika.jpg")
    )
    document = get_document_model().objects.create(
        title="Brief", file=ContentFile(b"%PDF-1.4", "Mustermann.pdf")
    )
    rendition = image.get_rendition("max-30x30")
    old = [Path(one.file.path) for one in (image, document, rendition)]
    assert [one.name for one in old] == ["Erika.jpg", "Mustermann.pdf", "Erika.max-30x30.jpg"]
    settings.STORAGES = hidden
    for _time in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            call_command("clean_files")
        image.refresh_from_db()
        document.refresh_from_db()
        rendition = image.get_rendition("max-30x30")
        names = [one.file.name for one in (image, document, rendition)]
        assert all(is_hidden(name) for name in names), names
        assert not any(one.exists() for one in old)
        assert stored(image) == plain("jpg") and stored(document) == b"%PDF-1.4"
        old = []


def test_a_file_of_two_objects_stays_until_both_are_clean(
    overwritten, django_capture_on_commit_callbacks
):
    image = overwritten("foto.jpg", photo("jpg"))
    twin = get_image_model()(title="Kopie", width=1, height=1)
    get_image_model().objects.bulk_create([twin])
    get_image_model().objects.filter(title="Kopie").update(file=image.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        call_command("clean_files")
    for one in get_image_model().objects.all():
        assert SECRET not in stored(one)
    assert not Path(image.file.path).exists()
    assert picture().size == WIDE
