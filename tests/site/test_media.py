"""Files are public as long as something public shows them, at addresses that say nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    GroupCollectionPermission,
    Locale,
    PageViewRestriction,
)
from wagtail.users.models import UserProfile

from partners.files.storage import HiddenNames
from partners.models import Consent, NetworkPage, Organisation, Person
from tests.files.pictures import plain

ADDRESS = re.compile(r"""["'(,\s](?:https?://\w+)?(/(?:media|documents)/[^"',)\s]+)""")
#: Where the page of these tests shows a file, by the title of the file.
PLACES = ("Bild", "Bild im Text", "Signet", "Foto", "Blatt", "Verweis", "Faltblatt")
IMAGES = PLACES[:4]


def image(title):
    data = ContentFile(plain("png"), f"{title}-Mustermann.png")
    return get_image_model().objects.create(title=title, file=data)


def document(title):
    data = ContentFile(b"%PDF-1.4 " + title.encode(), f"{title}-Mustermann.pdf")
    return get_document_model().objects.create(title=title, file=data)


def in_text(one, two):
    return (
        f'<p data-block-key="a">Ein <a linktype="document" id="{two.pk}">Wort</a></p>'
        f'<embed embedtype="image" id="{one.pk}" alt="" format="fullwidth"/>'
    )


@pytest.fixture
def shown(kis_page):
    """A page that shows a file in every way."""
    page = kis_page("landesjugendpfarramt-sachsen")
    files = {one: (image if one in IMAGES else document)(one) for one in PLACES}
    organisation = Organisation.objects.create(
        name="Beispielstelle", locale=page.locale, logo=files["Signet"]
    )
    person = Person.objects.create(
        role="Ansprechperson", name="Erika Mustermann", locale=page.locale, photo=files["Foto"]
    )
    agreed = Consent.objects.create(
        person=person, name=True, photo=True, api=True, evidence="Brief"
    )
    network = kis_page("kooperationen").add_child(
        instance=NetworkPage(
            title="Netz", slug="netz", role="member", level="local", flyer=files["Faltblatt"],
            body=[
                ("image", {"image": files["Bild"], "alt": "", "decorative": True}),
                ("paragraph", in_text(files["Bild im Text"], files["Verweis"])),
                ("document", {"document": files["Blatt"], "title": "", "language": ""}),
            ],
        )
    )  # fmt: skip
    network.members.create(organisation=organisation)
    network.contacts.create(person=person, side="own")
    network.save_revision().publish()
    network.refresh_from_db()
    network.files, network.person, network.consent = files, person, agreed
    network.organisation = organisation
    cache.clear()
    return network


def addresses(page):
    """All that the page and its item in the API give, by the title of the file."""
    texts = [
        Client().get(page.url).content.decode(),
        Client().get(f"/api/v2/pages/{page.pk}/?renditions=small,square").content.decode(),
        Client().get("/api/v2/images/?fields=*&limit=100").content.decode(),
    ]
    given = {one for text in texts for one in ADDRESS.findall(text)}
    found = {}
    for title, file in page.files.items():
        names = {file.url} if title not in IMAGES else {
            one.url for one in file.renditions.all()
        }  # fmt: skip
        found[title] = given & names
    assert all(found.values()), found
    return found


def status(url, client=None):
    answer = (client or Client()).get(url)
    assert answer.status_code == 404 or answer.getvalue()
    return answer.status_code


def answers(found, client=None):
    """Which files are there, by title: none of their addresses, or all of them."""
    said = {}
    for title, urls in found.items():
        got = [(client or Client()).get(url) for url in urls]
        said[title] = {one.status_code for one in got}
        for one in got:
            assert one.status_code == 404 or one.getvalue()
            kept = "private, no-store" if one.status_code == 404 else "private, no-cache"
            assert one.headers["Cache-Control"] == kept
    assert all(len(one) == 1 for one in said.values()), said
    return {title for title, (one,) in said.items() if one == 200}


def test_addresses_say_nothing(shown):
    for urls in addresses(shown).values():
        for url in urls:
            assert re.fullmatch(r"/(media/images|documents/\d+)/[0-9a-f]{32}\.(webp|pdf)", url), url
    for file in shown.files.values():
        assert "mustermann" not in file.file.name.lower()


@pytest.mark.slow
def test_what_a_page_shows_is_there_and_what_it_needs_is_not(shown):
    found = addresses(shown)
    assert answers(found) == set(PLACES)
    for title, file in shown.files.items():
        assert status(f"/media/{file.file.name}") == (404 if title in IMAGES else 200)
        ending = Path(file.file.name).suffix
        for name in (f"{title}-Mustermann{ending}", f"x{ending}", "", "../../etc/passwd"):
            for folder in ("media/images", "media/original_images", f"documents/{file.pk}"):
                assert status(f"/{folder}/{name}") == 404


@pytest.mark.slow
def test_what_is_closed_is_answered_as_what_is_missing(shown):
    """To strangers, with a cookie as well: by the same headers and the same bytes."""
    photo = sorted(addresses(shown)["Foto"])[0]
    shown.unpublish()
    client = Client()
    for headers in ({}, {"Cookie": "sessionid=0"}):
        for there, gone in (
            (shown.files["Bild"].file.url, "/media/original_images/x.png"),
            (photo, "/media/images/x.webp"),
            (shown.files["Blatt"].url, "/documents/0/x.pdf"),
        ):
            one, other = (client.get(url, headers=headers) for url in (there, gone))
            heads = [{**answer.headers, "X-Request-ID": ""} for answer in (one, other)]
            assert one.status_code == 404 and heads[0] == heads[1]
            assert one.content == other.content


def unpublish(page):
    page.unpublish()


def expire(page):
    NetworkPage.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(hours=1))


def close(page):
    PageViewRestriction.objects.create(page=page, restriction_type="password", password="x")


def close_above(page):
    PageViewRestriction.objects.create(page=page.get_parent(), restriction_type="login")


def delete(page):
    NetworkPage.objects.get(pk=page.pk).delete()


def empty(page):
    page.body, page.flyer = [], None
    page.members = page.contacts = []
    page.save_revision().publish()


def move_away(page):
    private = Collection.get_first_root_node().add_child(name="Intern")
    CollectionViewRestriction.objects.create(collection=private, restriction_type="groups")
    below = private.add_child(name="Darin")
    for file in page.files.values():
        file.collection = below
        file.save()


def close_their_collection(page):
    root = Collection.get_first_root_node()
    CollectionViewRestriction.objects.create(collection=root, restriction_type="groups")


@pytest.mark.slow
@pytest.mark.parametrize("act", [unpublish, expire, close, close_above, delete, empty])
def test_with_the_page_go_its_files(shown, act, editor):
    found = addresses(shown)
    act(shown)
    assert answers(found) == set()
    assert answers(found, editor) == set(PLACES)


@pytest.mark.slow
@pytest.mark.parametrize("act", [move_away, close_their_collection])
def test_files_in_a_private_collection_are_gone(shown, act, editor):
    found = addresses(shown)
    act(shown)
    assert answers(found) == set()
    assert answers(found, editor) == set(PLACES)


@pytest.mark.slow
def test_the_password_of_a_collection_lets_in(shown):
    """Who knows it gets documents. Images aren't asked for one by one."""
    found = addresses(shown)
    root = Collection.get_first_root_node()
    closed = CollectionViewRestriction.objects.create(
        collection=root, restriction_type="password", password="x"
    )
    client = Client()
    for title, (url, *_more) in found.items():
        answer = client.get(url)
        if title in IMAGES:
            assert answer.status_code == 404
        else:
            assert b"%PDF" not in answer.getvalue() and b'type="password"' in answer.content
    form = reverse("wagtaildocs_authenticate_with_password", args=[closed.pk])
    client.post(form, {"password": "x", "return_url": url})
    assert answers(found, client) == set(PLACES)
    assert answers({title: urls for title, urls in found.items() if title in IMAGES}) == set()


def withdraw(page):
    page.consent.withdrawn_on = timezone.localdate()
    page.consent.save()


def unpublish_person(page):
    page.person.unpublish()


def end_consent(page):
    Consent.objects.filter(pk=page.consent.pk).update(
        valid_until=timezone.localdate() - timedelta(days=1)
    )


@pytest.mark.parametrize("act", [withdraw, unpublish_person, end_consent])
def test_with_the_consent_goes_the_photo(shown, act, editor):
    found = addresses(shown)
    act(shown)
    assert answers(found) == set(PLACES) - {"Foto"}
    assert answers(found, editor) == set(PLACES)


@pytest.mark.slow
def test_with_an_organisation_goes_its_logo(shown):
    found = addresses(shown)
    shown.organisation.unpublish()
    assert answers(found) == set(PLACES) - {"Signet"}


@pytest.mark.slow
def test_a_draft_shows_nothing_and_takes_nothing_away(shown):
    found, new = addresses(shown), image("Neu")
    shown.body = [("image", {"image": new, "alt": "", "decorative": True})]
    shown.flyer = None
    shown.save_revision()
    url = new.get_rendition("max-800x800").url
    assert status(url) == 404
    assert answers(found) == set(PLACES)


@pytest.mark.slow
def test_what_comes_back_is_there_again(shown):
    found = addresses(shown)
    shown.unpublish()
    assert answers(found) == set()
    shown.save_revision().publish()
    assert answers(found) == set(PLACES) and addresses(shown) == found


@pytest.mark.slow
def test_a_file_that_another_page_shows_stays(shown, kis_page):
    found = addresses(shown)
    other = kis_page("polizeidirektion-leipzig")
    other.basis_document = shown.files["Faltblatt"]
    other.save_revision().publish()
    shown.unpublish()
    assert answers(found) == {"Faltblatt"}


@pytest.mark.slow
def test_who_is_let_into_a_page_gets_its_files(shown):
    found = addresses(shown)
    close(shown)
    client = Client()
    restriction = PageViewRestriction.objects.get(page=shown)
    assert answers(found, client) == set()
    form = reverse("wagtailcore_authenticate_with_password", args=[restriction.pk, shown.pk])
    answer = client.post(form, {"password": "x", "return_url": shown.url})
    assert answer.status_code == 302
    assert client.get(shown.url).status_code == 200
    assert answers(found, client) == set(PLACES)
    assert answers(found) == set()
    shown.unpublish()
    assert answers(found, client) == set()


class Elsewhere(HiddenNames, Storage):
    """Like S3, it has no folder."""

    def __init__(self):
        self.files = {}

    def _save(self, name, content):
        self.files[name] = content.read()
        return name

    def _open(self, name, mode):
        if name not in self.files:
            raise FileNotFoundError(name)
        return ContentFile(self.files[name], name)

    def exists(self, name):
        return name in self.files

    def size(self, name):
        return len(self.files[name])

    def delete(self, name):
        del self.files[name]


@pytest.fixture
def elsewhere(settings):
    backend = {"BACKEND": f"{__name__}.Elsewhere"}
    settings.STORAGES = {**settings.STORAGES, "default": backend}


@pytest.mark.slow
def test_a_storage_without_a_folder(elsewhere, shown, editor, settings):
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "MEDIA_LOCATION": "/_media/"}
    with pytest.raises(NotImplementedError):
        assert shown.files["Bild"].file.path
    found = addresses(shown)
    assert answers(found) == set(PLACES)
    for act in (withdraw, empty, unpublish):
        act(shown)
    assert answers(found) == set()
    assert answers(found, editor) == set(PLACES)
    shown.files["Blatt"].file.storage.delete(shown.files["Blatt"].file.name)
    assert status(*found["Blatt"], editor) == 404


@pytest.mark.slow
def test_a_file_in_the_folder_is_left_to_nginx(shown, settings):
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "MEDIA_LOCATION": "/_media/"}
    found = addresses(shown)
    for title, urls in found.items():
        for url in urls:
            answer = Client().get(url)
            assert (answer.status_code, answer.content) == (200, b"")
            where = answer.headers["X-Accel-Redirect"].removeprefix("/_media/")
            assert default_storage.exists(where) and where.endswith(Path(url).name)
            assert ("pdf" in answer.headers["Content-Type"]) is (title not in IMAGES)
    shown.unpublish()
    for urls in found.values():
        for url in urls:
            assert "X-Accel-Redirect" not in Client().get(url).headers


@pytest.mark.slow
def test_who_has_a_file_asks_again(shown):
    for urls in addresses(shown).values():
        for url in urls:
            first = Client().get(url)
            assert first.getvalue() and "Cookie" not in first.headers.get("Vary", "")
            tag = {"If-None-Match": first.headers["ETag"]}
            assert Client().get(url, headers=tag).status_code == 304
            if url.startswith("/media/"):
                assert Client().post(url).status_code == 405
    shown.unpublish()
    assert Client().get(url, headers=tag).status_code == 404


def test_nothing_in_a_picture_runs(shown):
    drawing = get_image_model().objects.create(
        title="Zeichnung",
        file=ContentFile(
            b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script/></svg>',
            "zeichnung.svg",
        ),
    )
    shown.body = [("image", {"image": drawing, "alt": "", "decorative": True})]
    shown.save_revision().publish()
    answer = Client().get(drawing.get_rendition("original").url)
    assert answer.status_code == 200 and answer.getvalue()
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'") and "sandbox" in policy
    assert answer.headers["Content-Type"] == "image/svg+xml"


def test_documents_are_kept_under_their_titles(shown):
    document = shown.files["Faltblatt"]
    for title, name in (
        ("Faltblatt", 'inline; filename="Faltblatt.pdf"'),
        ("Blatt.pdf", 'inline; filename="Blatt.pdf"'),
        ("Über ../uns", "inline; filename*=utf-8''%C3%9Cber_..uns.pdf"),
        ("", 'inline; filename="document.pdf"'),
    ):
        document.title = title
        document.save()
        answer = Client().get(document.url)
        assert answer.headers["Content-Disposition"] == name and answer.getvalue()


@pytest.mark.slow
def test_in_all_languages(shown, kis_page):
    """A translation and an alias show what their page shows, and close with it."""
    found = addresses(shown)
    slovak = Locale.objects.get(language_code="sk")
    alias = shown.copy_for_translation(slovak, copy_parents=True, alias=True)
    assert alias.alias_of_id == shown.pk and alias.live
    assert answers(found) == set(PLACES)
    shown.unpublish()
    assert answers(found) == set()
    shown.save_revision().publish()
    alias.refresh_from_db()
    [photo] = [one for one in found["Foto"] if one in Client().get(shown.url).content.decode()]
    assert status(photo) == 200


@pytest.mark.slow
def test_a_translated_organisation_shows_a_logo_of_its_own(shown):
    found = addresses(shown)
    slovak = Locale.objects.get(language_code="sk")
    version = shown.organisation.copy_for_translation(slovak)
    version.logo = image("Signet sk")
    version.save()
    version.save_revision().publish()
    url = version.logo.get_rendition("max-800x800").url
    assert status(url) == 200
    version.unpublish()
    assert status(url) == 404
    assert answers(found) == set(PLACES)


@pytest.mark.slow
def test_what_a_text_only_names_shows_no_photo(shown):
    found = addresses(shown)
    text = f'<p data-block-key="a"><a linktype="person" id="{shown.person.pk}">Sie</a></p>'
    shown.body, shown.contacts = [("paragraph", text)], []
    shown.save_revision().publish()
    assert "Foto" not in answers(found)


def test_what_needs_no_page(shown, monkeypatch):
    logo = image("Fuß der Seite")
    Organisation.objects.create(name="Allein", locale=shown.locale, logo=logo)
    url = logo.get_rendition("max-800x800").url
    assert status(url) == 404
    monkeypatch.setattr(Organisation, "shown_everywhere", True, raising=False)
    assert status(url) == 200
    Organisation.objects.filter(logo=logo).update(live=False)
    assert status(url) == 404


@pytest.mark.slow
def test_where_unused_files_are_listed(shown, settings):
    settings.KIS_PARTNERS = {**settings.KIS_PARTNERS, "UNUSED_FILES": True}
    url = image("Unbenutzt").get_rendition("max-800x800").url
    found = addresses(shown)
    assert status(url) == 200
    withdraw(shown)
    shown.unpublish()
    assert answers(found) == set(PLACES) - {"Foto"}
    cache.clear()
    assert "Foto" not in Client().get("/api/v2/images/?limit=100").content.decode()


@pytest.mark.slow
def test_editors_get_what_they_may_choose(shown, client, django_user_model):
    found = addresses(shown)
    shown.unpublish()
    user = django_user_model.objects.create_user("gast", password="geheim")
    client.force_login(user)
    assert answers(found, client) == set()
    group = Group.objects.create(name="Redaktion")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    user.groups.add(group)
    assert answers(found, client) == set()
    collection = Collection.get_first_root_node()
    for codename in ("choose_image", "choose_document"):
        GroupCollectionPermission.objects.create(
            group=group, collection=collection,
            permission=Permission.objects.get(codename=codename),
        )  # fmt: skip
    assert answers(found, client) == set(PLACES)
    user.is_active = False
    user.save()
    assert answers(found, client) == set()


def test_files_of_other_models(editor):
    profile = UserProfile.get_for_user(editor.user)
    profile.avatar = SimpleUploadedFile("erika.png", plain("png"), "image/png")
    profile.save()
    assert "erika" not in profile.avatar.url
    assert status(profile.avatar.url, editor) == 200
    assert status(profile.avatar.url) == 404


@pytest.mark.slow
def test_statements(shown, django_assert_max_num_queries, django_assert_num_queries):
    """An address takes none, a file a handful."""
    found = addresses(shown)
    renditions = list(shown.files["Bild"].renditions.all())
    with django_assert_num_queries(0):
        assert len({one.url for one in renditions}) > 1
    for title, most in (
        ("Bild", 4),
        ("Bild im Text", 4),
        ("Faltblatt", 5),
        ("Signet", 6),
        ("Foto", 6),
    ):
        for url in found[title]:
            with django_assert_max_num_queries(most):
                assert status(url) == 200
    with django_assert_max_num_queries(12):
        assert status("/media/images/00000000000000000000000000000000.webp") == 404
    shown.unpublish()
    for urls in found.values():
        for url in urls:
            if url.startswith("/media/"):
                with django_assert_max_num_queries(12):
                    assert status(url) == 404
