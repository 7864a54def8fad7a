"""What a package may hold: nothing of the rest of the machine, and nothing without end."""

import pytest
from django.test import Client
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page

from partners.content import PackageError, load
from tests.packages import HEAD, PackageFolder

pytestmark = pytest.mark.django_db

SOURCE = HEAD.replace("languages: [sk]\n", "")
DOCUMENT = "type: document\nkey: blatt\ntitle: Blatt\nfile: {}\n"
IMAGE = "type: image\nkey: bild\ntitle: Bild\nfile: {}\n"
TOPIC = "type: kis_partners.Topic\nkey: thema\nname: Thema\n"


def package(tmp_path, items, head=SOURCE):
    folder = PackageFolder(tmp_path / "probe", items, head)
    (folder.root / "media").mkdir()
    return folder


def problems(folder):
    with pytest.raises(PackageError) as refused:
        load(folder.root)
    return [str(problem) for problem in refused.value.problems]


@pytest.mark.parametrize(
    "name", ["../secret.pdf", "../../secret.pdf", "{absolute}", "link.pdf", "folder/../../x.pdf"]
)
@pytest.mark.parametrize("item", [DOCUMENT, IMAGE])
def test_a_file_outside_of_the_package_is_not_loaded(tmp_path, name, item):
    for place in (tmp_path / "secret.pdf", tmp_path / "probe.pdf"):
        place.write_bytes(b"%PDF secret")
    name = name.format(absolute=tmp_path / "secret.pdf")
    folder = package(tmp_path, item.format(name))
    (folder.root / "secret.pdf").write_bytes(b"%PDF the package's, but not in media/")
    (folder.root / "media" / "link.pdf").symlink_to(tmp_path / "secret.pdf")
    before = get_document_model().objects.count()
    assert problems(folder) == [f"de/items.yaml:4: there is no file media/{name}"]
    assert get_document_model().objects.count() == before


def test_items_and_translations_outside_of_the_package_are_not_read(tmp_path):
    folder = package(tmp_path, TOPIC, HEAD)
    folder.write_po()
    secret = tmp_path / "secret.yaml"
    secret.write_text("password: secret", "utf-8")
    (folder.root / "de" / "more.yaml").symlink_to(secret)
    [told] = problems(folder)
    assert "de/more.yaml:1: a file of the package itself is expected here" in told
    (folder.root / "de" / "more.yaml").unlink()
    po = folder.root / "po" / "sk" / "topic.thema.po"
    po.rename(tmp_path / "moved.po")
    po.symlink_to(tmp_path / "moved.po")
    [told] = problems(folder)
    assert "po/sk/topic.thema.po:1: a file of the package itself is expected here" in told


def test_an_image_is_loaded_and_a_second_run_changes_nothing(tmp_path):
    folder = package(tmp_path, IMAGE.format("bild.png"))
    (folder.root / "media" / "bild.png").write_bytes(get_test_image_file().file.getvalue())
    report = load(folder.root)
    assert report.created == ["image.bild"]
    image = get_image_model().objects.get(title="Bild")
    assert (image.width, image.height) == (640, 480)
    assert image.get_rendition("max-100x100").file.size
    assert not load(folder.root).changed
    (folder.root / "media" / "bild.png").write_bytes(
        get_test_image_file(size=(20, 10)).file.getvalue()
    )
    assert load(folder.root).updated == ["image.bild"]
    image = get_image_model().objects.get(title="Bild")
    assert (image.width, image.height) == (20, 10)


@pytest.mark.parametrize("name", ["bild.png", "bild.txt"])
def test_what_is_no_image_is_named(tmp_path, name):
    folder = package(tmp_path, IMAGE.format(name))
    (folder.root / "media" / name).write_bytes(b"no image")
    [told] = problems(folder)
    assert told.startswith(f"de/items.yaml:4: media/{name}: ")


def test_a_document_of_a_kind_that_the_site_does_not_allow_is_named(tmp_path, settings):
    settings.WAGTAILDOCS_EXTENSIONS = ["pdf"]
    folder = package(tmp_path, DOCUMENT.format("blatt.html"))
    (folder.root / "media" / "blatt.html").write_text("<script>", "utf-8")
    [told] = problems(folder)
    assert told.startswith("de/items.yaml:4: file: ")


ALIASES = (
    "a0: &a0 [x, x]\n"
    + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 30))
    + TOPIC
)


@pytest.mark.parametrize(
    "items, told",
    [
        (ALIASES, "de/items.yaml:2: this is not YAML: aliases (*) can't be used here"),
        ("a: " + "[" * 5000, "de/items.yaml:1: this is not YAML: this is nested too deeply"),
        (TOPIC + "? [a, b]\n: c\n", "de/items.yaml:4: a name is expected in front of the colon"),
        (TOPIC + "? {a: b}\n: c\n", "de/items.yaml:4: a name is expected in front of the colon"),
        (TOPIC.replace("thema", "[a, b]"), "de/items.yaml:2: key: a text is expected here"),
        (TOPIC.replace("kis_partners.Topic", "{a: b}"), "de/items.yaml:1: type: a text is"),
        (TOPIC.replace("Thema", "[a, b]"), "de/items.yaml:3: name: a text is expected here"),
        ("[a, b]", "de/items.yaml:1: type and key missing"),
        ("text", "de/items.yaml:1: type and key missing"),
        ("a: \x00", "de/items.yaml:1: this is not YAML in UTF-8"),
    ],
)
def test_items_that_are_not_what_is_expected_are_named(tmp_path, items, told):
    found = problems(package(tmp_path, items))
    assert [one for one in found if one.startswith(told)], found
    assert not [one for one in found if "Node(" in one or len(one) > 500]


@pytest.mark.parametrize(
    "head, told",
    [
        (HEAD.replace("[sk]", "sk"), "package.yaml:3: languages: a list is expected here"),
        (HEAD.replace("[sk]", "{sk: 1}"), "package.yaml:3: languages: a list is expected here"),
        (HEAD.replace("[sk]", "[[sk]]"), "package.yaml:3: '' is not a language of this site"),
        (HEAD.replace("probe", "[a]", 1), "package.yaml:1: name: a text is expected here"),
        (HEAD.replace("source: de", "source: [de]"), "package.yaml:2: source: a text is expected"),
        (HEAD.replace("source: de", "source: .."), "package.yaml:3: '..' is not a language"),
        (HEAD + "site: start\n", "package.yaml:5: site: 'root' and 'name' are expected here"),
        ("- a", "package.yaml:1: 'name' is missing"),
        ("", "package.yaml:1: 'source' is missing"),
        ("? [a]\n: b\n" + HEAD, "package.yaml:1: a name is expected in front of the colon"),
    ],
)
def test_settings_that_are_not_what_is_expected_are_named(tmp_path, head, told):
    folder = package(tmp_path, TOPIC, head)
    (tmp_path / "outside.yaml").write_text("password: secret", "utf-8")
    found = problems(folder)
    assert [one for one in found if one.startswith(told)], found
    assert not [one for one in found if "secret" in one or "outside" in one]


def test_nothing_of_a_package_that_is_refused_is_served(tmp_path):
    folder = package(tmp_path, DOCUMENT.format("../../../etc/passwd") + "---\n" + TOPIC)
    assert problems(folder)
    assert not get_document_model().objects.filter(title="Blatt").exists()
    assert "Blatt" not in Client().get("/api/v2/documents/").content.decode()
    assert Page.objects.exists()
